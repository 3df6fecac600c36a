//! `cmdop doctor rules new`: files to begin a rule with. They pass `rules lint`, and `rules test` fails
//! until what they say is somebody's own.

use std::path::{Path, PathBuf};

use super::load::{FOLDER, PATIENCE, load};
use crate::cli::failure::Failure;
use crate::cli::grammar::{Global, NewKind, NewRule, RuleFiles};
use crate::cli::output::print;
use crate::cli::settings::in_force;
use crate::model::rulebook::Rulebook;
use crate::report::hidden::visible;
use crate::rulebook::language::vocabulary::IdKind;
use crate::rulebook::unpacked;
use crate::world::files::words;
use crate::world::save::{create, make_private_folder};
use crate::world::{World, guarded};

/// What a kind of rule begins with.
struct Scaffold {
    id: IdKind,
    /// The folder below the rules; that of a check is its area.
    folder: &'static str,
    rule: &'static str,
    cases: Option<&'static str>,
}

macro_rules! template {
    ($name:literal) => {
        include_str!(concat!("../../../templates/rules/", $name, ".yaml"))
    };
}

impl NewKind {
    fn scaffold(self) -> Scaffold {
        let (id, folder, rule, cases) = match self {
            NewKind::Check => (IdKind::Check, "", template!("check"), Some(template!("check.cases"))),
            NewKind::Cause => (IdKind::Cause, "causes", template!("cause"), Some(template!("cause.cases"))),
            NewKind::Symptom => {
                (IdKind::Symptom, "symptoms", template!("symptom"), Some(template!("symptom.cases")))
            }
            NewKind::Log => (IdKind::Log, "logs", template!("log"), Some(template!("log.cases"))),
            NewKind::Profile => (IdKind::Profile, "profiles", template!("profile"), None),
        };
        Scaffold { id, folder, rule, cases }
    }
}

/// Writes the files, none of which may be there, and prints what they are called.
pub(in crate::cli) fn run(
    typed: &NewRule,
    files: &RuleFiles,
    global: &Global,
    world: &World,
) -> Result<u8, Failure> {
    let in_force = in_force(global, world, PATIENCE, true)?;
    let scaffold = typed.kind.scaffold();
    let id = id_of(typed.id.as_deref(), scaffold.id)?;
    let rulebook = unpacked(&load(files, &in_force, PATIENCE)?.rulebook);
    if is_known(&id, &rulebook) {
        return Err(Failure::new(format!(
            "there is a rule `{id}` already; `cmdop doctor explain {id}` shows it"
        )));
    }
    let own = in_force.settings.config_dir.as_ref().map(|dir| dir.value.join(FOLDER));
    let folder = typed
        .dir
        .clone()
        .or(own)
        .ok_or_else(|| Failure::new("no config folder is known to put rules into; say `--dir DIR`"))?;
    let (area, name) = id.split_once('.').unwrap_or(("", &id));
    let folder = folder.join(if scaffold.folder.is_empty() { area } else { scaffold.folder });
    let rule = folder.join(format!("{name}.yaml"));
    let cases = scaffold.cases.map(|text| (folder.join(format!("{name}.cases.yaml")), text));
    let all: Vec<(PathBuf, &str)> = std::iter::once((rule.clone(), scaffold.rule)).chain(cases).collect();
    if let Some((there, _)) = all.iter().find(|(path, _)| guarded::is_there(path)) {
        return Err(unwritten(there, "it is there already, and nothing is overwritten"));
    }
    // Rules that others could write are not read.
    make_private_folder(&folder).map_err(|why| unwritten(&folder, &why))?;
    let mut told = String::new();
    for (path, text) in &all {
        let text = text.replace("$ID", &id).replace("$FILE", &rule.display().to_string());
        create(path, text.as_bytes()).map_err(|error| unwritten(path, &words(&error)))?;
        told.push_str(&format!("{}\n", visible(&path.display().to_string())));
    }
    print(told.as_bytes()).map(|()| 0)
}

fn unwritten(path: &Path, why: &str) -> Failure {
    Failure::new(format!("{} is not written: {why}", path.display()))
}

/// The id that was typed, with the area of its kind or without; an example's where none was.
fn id_of(typed: Option<&str>, kind: IdKind) -> Result<String, Failure> {
    let typed = typed.unwrap_or(if kind == IdKind::Check { "my.example" } else { "example" });
    let id = match kind.area() {
        Some(area) if !typed.contains('.') => format!("{area}.{typed}"),
        _ => typed.to_owned(),
    };
    if kind.fits(&id) {
        Ok(id)
    } else {
        Err(Failure::new(format!("`{id}` cannot be the id; expected: {}", kind.form())))
    }
}

fn is_known(id: &str, rulebook: &Rulebook) -> bool {
    let causes = rulebook.causes.iter().map(|cause| cause.id);
    let texts = rulebook.logs.iter().map(|rule| rule.id);
    let others =
        rulebook.symptoms.iter().map(|rule| rule.id).chain(rulebook.profiles.iter().map(|rule| rule.id));
    rulebook.check(id).is_some() || causes.chain(texts).chain(others).any(|known| known == id)
}
