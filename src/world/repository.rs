//! How git stands to a file: whether it would go to everybody who clones. Git itself is not run: the
//! configuration of a repository can make it start any program.

use std::path::{Path, PathBuf};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder, gitconfig_excludes_path};

use super::files;

mod index;

/// The most that is read of a list of ignored names, or of a file that names a folder.
const SHORT: u64 = 1 << 20;

/// The most that is read of an index; an entry takes about 100 bytes.
const INDEX: u64 = 1 << 26;

/// How git stands to a file in one of its working trees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The index names it; `None` where the index cannot be read.
    pub tracked: Option<bool>,
    /// A list of ignored names has it, or a folder on the way.
    pub ignored: bool,
}

/// How git stands to the file at `path`; `None` outside of any repository. Links on the way are
/// followed.
pub fn standing(path: &Path) -> Option<Standing> {
    let path = files::real(path)?;
    let root = path.ancestors().skip(1).find(|folder| files::is_there(&folder.join(".git")))?;
    let inside = path.strip_prefix(root).ok()?;
    let own = folder_of(root);
    let shared = pointed_to(&own, "commondir", "").unwrap_or_else(|| own.clone());
    let lists = [Some(shared.join("info/exclude")), gitconfig_excludes_path()];
    let outer: Vec<Gitignore> = lists.into_iter().flatten().filter_map(|list| read(root, &list)).collect();
    Some(Standing { tracked: tracked(&own, inside), ignored: ignored(root, inside, outer) })
}

/// The folder in which git keeps what is this working tree's own: `.git`, or what a file of that
/// name says (gitrepository-layout).
fn folder_of(root: &Path) -> PathBuf {
    pointed_to(root, ".git", "gitdir:").unwrap_or_else(|| root.join(".git"))
}

/// The folder that the file `name` in `folder` names after `label`.
fn pointed_to(folder: &Path, name: &str, label: &str) -> Option<PathBuf> {
    let text = files::read_plain(&folder.join(name), SHORT).ok()?;
    let text = String::from_utf8_lossy(&text);
    Some(folder.join(text.strip_prefix(label)?.trim()))
}

fn tracked(own: &Path, inside: &Path) -> Option<bool> {
    let path = own.join("index");
    if !files::is_there(&path) {
        return Some(false);
    }
    index::names(&files::read_plain(&path, INDEX).ok()?, inside.to_str()?.as_bytes())
}

/// Whether `inside` or a folder on the way to it is ignored. Each is looked for in the list of its own
/// folder first, then in those of the folders above, then in `outer` (gitignore, "DESCRIPTION").
fn ignored(root: &Path, inside: &Path, outer: Vec<Gitignore>) -> bool {
    let mut lists = outer;
    let mut above = root.to_owned();
    let parts: Vec<_> = inside.components().collect();
    parts.iter().enumerate().any(|(at, part)| {
        lists.splice(..0, read(&above, &above.join(".gitignore")));
        above.push(part);
        let is_folder = at + 1 < parts.len();
        let mut answers = lists.iter().map(|list| list.matched(&above, is_folder));
        matches!(answers.find(|answer| !answer.is_none()), Some(Match::Ignore(_)))
    })
}

/// The list at `path` of names below `folder`, as far as it can be understood.
fn read(folder: &Path, path: &Path) -> Option<Gitignore> {
    let text = files::read_plain(path, SHORT).ok()?;
    let mut builder = GitignoreBuilder::new(folder);
    for line in String::from_utf8_lossy(&text).trim_start_matches('\u{feff}').lines() {
        // Git passes over a pattern that it does not understand, too.
        let _ = builder.add_line(None, line);
    }
    builder.build().ok()
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests make their own files, and ask git itself")]
mod tests {
    use super::*;
    use std::process::Command;

    struct Tree(tempfile::TempDir);

    impl Tree {
        fn new() -> Tree {
            let tree = Tree(tempfile::tempdir().unwrap());
            std::fs::create_dir(tree.0.path().join(".git")).unwrap();
            tree
        }

        fn with(self, name: &str, text: &str) -> Tree {
            let path = self.0.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
            self
        }

        fn ignores(&self, name: &str) -> bool {
            standing(&self.0.path().join(name)).unwrap().ignored
        }
    }

    #[test]
    fn the_nearest_list_decides_and_a_folder_takes_all_with_it() {
        let tree = Tree::new()
            .with(".gitignore", "\u{feff}.env\n/build/\n!kept/.env\n")
            .with("lone/.gitignore", "!.env\r\n")
            .with(".git/info/exclude", "secret*\n[");
        let tree = ["a/.env", "kept/.env", "lone/.env", "build/x/.env", "build/y", "secrets", "a/build/y"]
            .iter()
            .fold(tree, |tree, name| tree.with(name, ""));
        for ignored in ["a/.env", "build/x/.env", "build/y", "secrets"] {
            assert!(tree.ignores(ignored), "{ignored}");
        }
        for kept in ["kept/.env", "lone/.env", "a/build/y"] {
            assert!(!tree.ignores(kept), "{kept}");
        }
    }

    #[test]
    fn outside_of_a_repository_git_has_nothing_to_say() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert_eq!(standing(file.path()), None);
    }

    #[test]
    fn git_says_the_same() {
        let tree = Tree::new().with("main/.env", "").with("main/a/.env", "").with("main/a/b", "");
        let main = tree.0.path().join("main");
        let git = |folder: &Path, words: &[&str]| {
            let quiet = ["-c", "user.name=ada", "-c", "user.email=ada@example.test"];
            let mut git = Command::new("git");
            git.args(quiet).args(words).current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null");
            git.output().is_ok_and(|output| output.status.success())
        };
        if !git(&main, &["init", "-q"]) {
            return;
        }
        for version in ["2", "4"] {
            assert!(git(&main, &["add", "a/.env", "a/b"]));
            assert!(git(&main, &["update-index", "--index-version", version]));
            let tracked = |name: &str| standing(&main.join(name)).unwrap().tracked;
            assert_eq!(
                (tracked("a/.env"), tracked("a/b"), tracked(".env")),
                (Some(true), Some(true), Some(false))
            );
        }
        assert!(
            git(&main, &["commit", "-q", "-m", "all"]) && git(&main, &["worktree", "add", "-q", "../second"])
        );
        let second = tree.0.path().join("second");
        std::fs::write(main.join(".git/info/exclude"), "new\n").unwrap();
        std::fs::write(second.join("new"), "").unwrap();
        let standing = |name: &str| standing(&second.join(name)).unwrap();
        assert_eq!(standing("a/.env"), Standing { tracked: Some(true), ignored: false });
        assert_eq!(standing("new"), Standing { tracked: Some(false), ignored: true });
    }
}
