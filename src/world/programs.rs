//! Programs on the search path.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::files;
use super::unix::access::{Right, may};

/// Every executable file called `name` in the folders of `search_path` (the value of `PATH`), in
/// their order and each file once, whatever its folders are called. A name with a slash is a path.
pub fn named(name: &str, search_path: Option<&OsStr>) -> Vec<PathBuf> {
    if name.is_empty() {
        return Vec::new();
    }
    let candidates: Vec<PathBuf> = match search_path {
        _ if name.contains('/') => vec![PathBuf::from(name)],
        Some(folders) => std::env::split_paths(folders).map(|folder| folder.join(name)).collect(),
        None => Vec::new(),
    };
    let mut seen = Vec::new();
    candidates.into_iter().filter(|path| starts(path) && is_new(path, &mut seen)).collect()
}

fn starts(path: &Path) -> bool {
    files::is_plain(path) && may(path, Right::Enter)
}

fn is_new(path: &Path, seen: &mut Vec<PathBuf>) -> bool {
    let real = files::real(path).unwrap_or_else(|| path.to_owned());
    let new = !seen.contains(&real);
    seen.push(real);
    new
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests make their own files")]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn program(folder: &Path, name: &str, mode: u32) -> PathBuf {
        let path = folder.join(name);
        std::fs::create_dir_all(folder).unwrap();
        std::fs::write(&path, "#!/bin/sh\n").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        path
    }

    #[test]
    fn finds_each_file_once_in_the_order_of_the_path() {
        let dir = tempfile::tempdir().unwrap();
        let [one, two, three] = ["one", "two", "three"].map(|name| dir.path().join(name));
        let first = program(&two, "cmdop", 0o755);
        let second = program(&three, "cmdop", 0o755);
        std::fs::create_dir(&one).unwrap();
        symlink(&first, one.join("cmdop")).unwrap();
        let search = std::env::join_paths([&one, &two, &three]).unwrap();
        assert_eq!(named("cmdop", Some(&search)), [one.join("cmdop"), second]);
        assert!(named("cmdop", None).is_empty());
        assert_eq!(named(&first.to_string_lossy(), None), [first]);
    }

    #[test]
    fn folders_and_files_that_nobody_may_run_do_not_count() {
        let dir = tempfile::tempdir().unwrap();
        program(dir.path(), "plain", 0o644);
        std::fs::create_dir(dir.path().join("folder")).unwrap();
        let search = dir.path().as_os_str();
        assert!(named("plain", Some(search)).is_empty());
        assert!(named("folder", Some(search)).is_empty());
        assert!(named("", Some(search)).is_empty());
    }
}
