//! What `{api}`, `{store}` and the other symbols stand for in this run.

use std::path::Path;

use crate::model::settings::{SYMBOLS, Settings};

/// The symbols of a run with their values; a symbol that the machine lacks has none.
#[derive(Debug, Clone)]
pub struct Symbols {
    values: Vec<(&'static str, Option<String>)>,
    home: Option<String>,
    /// A symbol that is not listed may have a value, which nobody recorded.
    partial: bool,
}

impl Symbols {
    /// Takes the symbols' values from the settings in force.
    pub fn of(settings: &Settings, cwd: Option<&Path>) -> Symbols {
        let values = SYMBOLS.iter().map(|(name, _)| (*name, settings.symbol(name, cwd))).collect();
        let home = settings.home.as_deref().map(|home| home.to_string_lossy().into_owned());
        Symbols { values, home, partial: false }
    }

    /// The symbols of a machine of which nobody recorded any.
    pub fn unknown() -> Symbols {
        Symbols { values: Vec::new(), home: None, partial: true }
    }

    /// The symbols of a recorded machine: `value_of` gives what is recorded of the symbol of that
    /// name, which can be that there is none.
    pub fn recorded(mut value_of: impl FnMut(&str) -> Option<Option<String>>) -> Symbols {
        let known = SYMBOLS.iter().filter_map(|(name, _)| Some((*name, value_of(name)?)));
        let values: Vec<(&'static str, Option<String>)> = known.collect();
        let home = values.iter().find(|(name, _)| *name == "home").and_then(|(_, home)| home.clone());
        Symbols { values, home, partial: true }
    }

    /// Notes that the symbol `name` stands for `value`, which a recording shows.
    pub fn learn(&mut self, name: &str, value: String) {
        let Some((name, _)) = SYMBOLS.iter().find(|(known, _)| *known == name) else { return };
        if *name == "home" {
            self.home = Some(value.clone());
        }
        self.values.retain(|(known, _)| known != name);
        self.values.push((name, Some(value)));
    }

    /// All symbols with their values.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, Option<&str>)> {
        self.values.iter().map(|(name, value)| (*name, value.as_deref()))
    }

    /// Whether it is known what the symbol `name` stands for, be it nothing.
    pub fn is_known(&self, name: &str) -> bool {
        !self.partial || self.values.iter().any(|(known, _)| *known == name)
    }

    /// Symbols of a made-up machine, as name and value.
    pub fn made_of(pairs: &[(&'static str, &str)]) -> Symbols {
        let values = pairs.iter().map(|(name, value)| (*name, Some((*value).to_owned()))).collect();
        let home = pairs.iter().find(|(name, _)| *name == "home").map(|(_, home)| (*home).to_owned());
        Symbols { values, home, partial: false }
    }

    /// The value of the symbol `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.iter().find(|(known, _)| *known == name).and_then(|(_, value)| value.as_deref())
    }

    /// Lets `change` replace what people named themselves: a credential can stand there by mistake.
    pub fn change_names(&mut self, change: impl Fn(&mut String)) {
        let names = self.values.iter_mut().filter(|(name, _)| matches!(*name, "workspace" | "callback_port"));
        names.filter_map(|(_, value)| value.as_mut()).for_each(change);
    }

    /// Lets `change` see and replace every value.
    pub fn change_all(&mut self, mut change: impl FnMut(&mut String)) {
        self.values.iter_mut().filter_map(|(_, value)| value.as_mut()).for_each(&mut change);
        if let Some(home) = &mut self.home {
            change(home);
        }
    }

    /// The home folder, which commands write as `~`.
    pub fn home(&self) -> Option<&str> {
        self.home.as_deref()
    }
}
