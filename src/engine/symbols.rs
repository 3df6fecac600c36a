//! What `{api}`, `{store}` and the other symbols stand for in this run.

use std::path::Path;

use crate::model::settings::{SYMBOLS, Settings};

/// The symbols of a run with their values; a symbol that this machine lacks has none.
#[derive(Debug, Clone)]
pub struct Symbols {
    values: Vec<(&'static str, Option<String>)>,
    home: Option<String>,
}

impl Symbols {
    /// Takes the symbols' values from the settings in force.
    pub fn of(settings: &Settings, cwd: Option<&Path>) -> Symbols {
        let values = SYMBOLS.iter().map(|(name, _)| (*name, settings.symbol(name, cwd))).collect();
        Symbols { values, home: settings.home.as_deref().map(|home| home.to_string_lossy().into_owned()) }
    }

    /// Symbols of a made-up machine, as name and value.
    pub fn made_of(pairs: &[(&'static str, &str)]) -> Symbols {
        let values = pairs.iter().map(|(name, value)| (*name, Some((*value).to_owned()))).collect();
        let home = pairs.iter().find(|(name, _)| *name == "home").map(|(_, home)| (*home).to_owned());
        Symbols { values, home }
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

    /// The home folder, which commands write as `~`.
    pub fn home(&self) -> Option<&str> {
        self.home.as_deref()
    }
}
