//! Names of rules: which forms they have, and the places where one rule names another.

use super::fault::quoted;
pub(super) use super::keys::IdKind as Kind;
use super::node::{Node, Pos};
use super::reader::{Fields, Reader, is_name};
use super::rule::{Mark, Marks};
use crate::model::check::Trust;
use crate::model::list::{List, Str, keep_text};

impl Kind {
    /// The area that all ids of this kind are in.
    pub fn area(self) -> Option<&'static str> {
        match self {
            Kind::Cause => Some("cause"),
            Kind::Profile => Some("profile"),
            Kind::Log => Some("log"),
            Kind::Symptom => Some("symptom"),
            Kind::Check | Kind::Shape => None,
        }
    }

    pub fn form(self) -> &'static str {
        match self {
            Kind::Check => "`area.name`, in small letters, digits and `_`",
            Kind::Cause => "`cause.name`, in small letters, digits and `_`",
            Kind::Profile => "`profile.name`, in small letters, digits and `_`",
            Kind::Log => "`log.name`, in small letters, digits and `_`",
            Kind::Symptom => "`symptom.name`, in small letters, digits and `_`",
            Kind::Shape => "names of small letters, digits and `_`, joined by dots",
        }
    }

    pub fn fits(self, id: &str) -> bool {
        match id.split_once('.') {
            _ if self == Kind::Shape => id.split('.').all(is_name),
            None => false,
            Some((area, name)) => {
                let right_area = match self.area() {
                    Some(only) => area == only,
                    None => is_name(area) && !RESERVED.contains(&area),
                };
                right_area && is_name(name)
            }
        }
    }
}

/// Areas that checks cannot be in, because other rules are.
pub const RESERVED: [&str; 5] = ["cause", "profile", "shape", "log", "symptom"];

/// Reads the key `id`.
pub(super) fn read(reader: &mut Reader<'_>, fields: Fields<'_, '_>, kind: Kind) -> Str {
    let Some(node) = fields.get("id") else { return "" };
    let Some(id) = reader.text(node) else { return "" };
    if !kind.fits(id) {
        let fault = reader.fault(node.pos, format!("{} cannot be the id of {}", quoted(id), fields.what));
        reader.report(fault.expected(kind.form()));
        return "";
    }
    if reader.document.trust == Trust::BuiltIn {
        check_path(reader, id, kind, node.pos);
    }
    keep_text(id)
}

/// The id of a built-in rule is the path of its file. Further rules in a file are of its area.
fn check_path(reader: &mut Reader<'_>, id: &str, kind: Kind, pos: Pos) {
    let path = reader.document.file.trim_end_matches(".yaml");
    let mut steps = path.rsplit('/');
    let (name, folder) = (steps.next().unwrap_or_default(), steps.next().unwrap_or_default());
    let by_path = match (kind, kind.area()) {
        (Kind::Shape | Kind::Log | Kind::Symptom, _) => return,
        (_, Some(area)) => format!("{area}.{name}"),
        (_, None) => format!("{folder}.{name}"),
    };
    let same_area = id.split('.').next() == by_path.split('.').next();
    if id != by_path && (reader.document.first || !same_area) {
        let fault = reader.fault(pos, format!("the id {} is not the file's path", quoted(id)));
        reader.report(fault.expected(format!("`{by_path}`")));
    }
}

/// Reads a list of names of other rules and marks each of them.
pub(super) fn read_refs(
    reader: &mut Reader<'_>,
    node: Option<&Node<'_>>,
    mark: Mark,
    marks: &mut Marks,
) -> List<Str> {
    let Some(node) = node else { return List::EMPTY };
    let mut names: Vec<Str> = Vec::new();
    for (name, pos) in reader.texts(node, "ids") {
        if names.contains(&name) {
            reader.report(reader.fault(pos, format!("{} stands here a second time", quoted(name))));
            continue;
        }
        let name = keep_text(name);
        marks.add(mark, name, pos);
        names.push(name);
    }
    List::keep(names)
}
