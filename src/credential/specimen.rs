//! The built-in table of shapes and made-up settings, for tests.

use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use super::shape::Shapes;
use crate::model::list::{List, keep_text};
use crate::model::rulebook::{Family, Shape};
use crate::model::settings::{Origin, Set, Settings};

/// The files of `rules/shapes/`.
pub(crate) const FILES: [&str; 6] = [
    include_str!("../../rules/shapes/cmdop.yaml"),
    include_str!("../../rules/shapes/examples.yaml"),
    include_str!("../../rules/shapes/code.yaml"),
    include_str!("../../rules/shapes/clouds.yaml"),
    include_str!("../../rules/shapes/services.yaml"),
    include_str!("../../rules/shapes/general.yaml"),
];

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: String,
    says: String,
    family: String,
    #[serde(default)]
    prefixes: Vec<String>,
    pattern: String,
}

pub(crate) fn shape_list() -> List<Shape> {
    let written = FILES.iter().flat_map(|file| serde_yaml::from_multiple::<Written>(file).unwrap());
    List::keep(written.map(keep).collect())
}

/// One table for all tests, so that its patterns are compiled once.
pub(crate) fn shapes() -> &'static Shapes {
    static SHAPES: OnceLock<Shapes> = OnceLock::new();
    SHAPES.get_or_init(|| Shapes::new(shape_list()))
}

fn keep(written: Written) -> Shape {
    Shape {
        id: keep_text(&written.id),
        says: keep_text(&written.says),
        family: Family::ALL.iter().find(|(name, _)| *name == written.family).unwrap().1,
        prefixes: List::keep(written.prefixes.iter().map(|prefix| keep_text(prefix)).collect()),
        pattern: keep_text(written.pattern.trim()),
    }
}

fn by_default<T>(value: T) -> Set<T> {
    Set { value, from: Origin::Default }
}

/// Settings with this API base and config folder, and defaults.
pub(crate) fn settings(api: &str, config: Option<&Path>) -> Settings {
    Settings {
        api: by_default(api.to_owned()),
        issuer: by_default("https://auth.cmdop.com".to_owned()),
        client_id: by_default("cmdop-cli".to_owned()),
        workspace: None,
        config_dir: config.map(|dir| by_default(dir.to_owned())),
        home: None,
        ca_file: None,
        callback_port: by_default("0".to_owned()),
        endpoints: Default::default(),
        providers: Vec::new(),
        keeping: Default::default(),
        probe_deadline: Duration::from_secs(5),
        offline: false,
        demand: Default::default(),
    }
}
