//! Becoming another program of the same name that stands further along the search path.
#![expect(clippy::disallowed_methods, reason = "this is the door to processes")]

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

use super::{files, programs};

/// The program called `name` that comes after this one on `search_path`: the first one, where this
/// program stands in none of its folders. Folders that depend on where one stands do not count.
pub fn next_after_self(name: &str, search_path: Option<&OsStr>) -> Option<PathBuf> {
    let own = std::env::current_exe().ok().and_then(|path| files::real(&path));
    next(programs::named(name, search_path), own.as_deref())
}

fn next(found: Vec<PathBuf>, own: Option<&Path>) -> Option<PathBuf> {
    let is_own = |path: &PathBuf| own.is_some() && files::real(path).as_deref() == own;
    // Two installations of this program that looked for each other would never end.
    let after = found.iter().position(is_own).map_or(0, |place| place + 1);
    found.into_iter().skip(after).find(|path| path.is_absolute())
}

/// Replaces this process by `program`. Returns only if that fails.
pub fn become_program(program: &Path, args: &[OsString]) -> io::Error {
    use std::os::unix::process::CommandExt;
    std::process::Command::new(program).args(args).exec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_after_this_program_counts() {
        let folder = tempfile::tempdir().unwrap();
        let [a, b, c] = ["a", "b", "c"].map(|name| folder.path().join(name));
        for path in [&a, &b, &c] {
            std::fs::write(path, "").unwrap();
        }
        let own = files::real(&b);
        assert_eq!(next(vec![a.clone(), b.clone(), c.clone()], own.as_deref()), Some(c.clone()));
        assert_eq!(next(vec![a.clone(), b.clone()], own.as_deref()), None);
        assert_eq!(next(vec![a.clone(), c], own.as_deref()), Some(a));
        assert_eq!(next(vec![PathBuf::from("bin/cmdop")], None), None);
    }
}
