//! The root certificates that TLS is judged by, and the file that replaces or extends them.

use std::path::{Path, PathBuf};

use super::blank::blank;
use super::{Call, Context};
use crate::model::evidence::Reading;
use crate::model::settings::{Origin, Set};
use crate::world::roots::{Places, Roots, State, state_of_file, state_of_folder};

/// A place that somebody named, and what it turned out to be.
struct Named {
    path: PathBuf,
    by: &'static str,
    state: State,
}

pub(super) fn look(call: &Call, ctx: &Context) -> Reading {
    let places = Places::of(&ctx.world.env);
    let ca_file = ctx.settings.ca_file.as_ref();
    let mut named = all(&places, ca_file);
    // A place that is no good is what a person must hear of.
    let telling = named.iter().position(|place| place.state != State::Good).unwrap_or(0);
    let mut facts = blank(call);
    if telling < named.len() {
        let place = named.swap_remove(telling);
        facts.put("ca_file", place.path.to_string_lossy().into_owned());
        facts.put("ca_variable", place.by);
        facts.put("ca_state", place.state.name());
    }
    if call.wants(&["count"]) {
        let roots = Roots::load(&places, ca_file.map(|set| set.value.as_path()));
        facts.put("count", roots.all.len() as i64);
    }
    Reading::Found(facts)
}

fn all(places: &Places, ca_file: Option<&Set<PathBuf>>) -> Vec<Named> {
    let configured = ca_file.map(|set| named(&set.value, setting(set.from), state_of_file));
    let file = places.file.as_ref().map(|path| named(path, "SSL_CERT_FILE", state_of_file));
    let folders = places.folders.iter().map(|path| named(path, "SSL_CERT_DIR", state_of_folder));
    configured.into_iter().chain(file).chain(folders).collect()
}

fn named(path: &Path, by: &'static str, look: fn(&Path) -> State) -> Named {
    Named { path: path.to_owned(), by, state: look(path) }
}

/// What names the configured CA file, as a person knows it.
fn setting(from: Origin) -> &'static str {
    match from {
        Origin::Flag => "--ca-file",
        Origin::Env => "CMDOP_CA_FILE",
        Origin::Config | Origin::Default => "ca_file",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::probe::ProbeKind;
    use crate::probe::rig::{all, call, context};

    fn reading(env: &[(&str, &str)], ca_file: Option<(&str, Origin)>) -> Reading {
        let mut ctx = context("", env);
        ctx.settings.ca_file = ca_file.map(|(path, from)| Set { value: PathBuf::from(path), from });
        look(&call(ProbeKind::Roots, &[]), &ctx)
    }

    const FACTS: [&str; 3] = ["ca_variable", "ca_file", "ca_state"];

    #[test]
    fn nobody_names_anything() {
        assert_eq!(all(&reading(&[], None), FACTS), ["-", "-", "-"]);
    }

    #[test]
    fn what_is_no_good_is_told() {
        let missing = reading(&[("SSL_CERT_FILE", "/no/such.pem")], None);
        assert_eq!(all(&missing, FACTS), ["SSL_CERT_FILE", "/no/such.pem", "missing"]);
        assert_eq!(all(&missing, ["count"]), ["0"]);
        let empty = tempfile::NamedTempFile::new().unwrap();
        let path = empty.path().to_str().unwrap();
        assert_eq!(all(&reading(&[], Some((path, Origin::Flag))), FACTS), ["--ca-file", path, "empty"]);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_str().unwrap();
        assert_eq!(all(&reading(&[("SSL_CERT_DIR", path)], None), FACTS), ["SSL_CERT_DIR", path, "empty"]);
    }
}
