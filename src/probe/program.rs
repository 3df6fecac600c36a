//! A program on `PATH`.

use std::ffi::OsStr;

use super::{Call, Context, sheet};
use crate::model::evidence::Reading;
use crate::model::fact::{Fact, Facts};
use crate::world::programs;

pub(super) fn look(call: &Call, ctx: &Context) -> Reading {
    read(call.required("name"), ctx.world.env.raw("PATH"))
}

fn read(name: &str, search_path: Option<&OsStr>) -> Reading {
    let all = programs::named(name, search_path);
    let Some(first) = all.first() else { return Reading::Absent };
    let paths: Vec<String> = all.iter().map(|path| path.to_string_lossy().into_owned()).collect();
    let facts = Facts::new().with("first", sheet::path(first)).with("count", sheet::count(all.len()));
    Reading::Found(facts.with("all", Fact::from(paths)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_shell_once_though_its_folder_has_two_names() {
        let Reading::Found(facts) = read("sh", Some(OsStr::new("/bin:/bin/:/usr/../bin"))) else { panic!() };
        assert_eq!(facts.get("first"), Some(&Fact::from("/bin/sh")));
        assert_eq!(facts.get("count"), Some(&Fact::from(1)));
    }

    #[test]
    fn what_is_on_no_path_is_absent() {
        assert_eq!(read("sh", None), Reading::Absent);
        assert_eq!(read("no such program", Some(OsStr::new("/bin"))), Reading::Absent);
    }
}
