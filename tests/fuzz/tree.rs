//! The files of this tree, which everything begins with.

use std::path::{Path, PathBuf};

/// The files of `folder` that end in `ending`: their paths and texts, in order.
pub(crate) fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { walk(&path, found) } else { found.push(path) }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut found);
    found.sort();
    let text = |path: PathBuf| {
        let name = path.to_str().unwrap().to_owned();
        name.ends_with(ending).then(|| (name, std::fs::read_to_string(&path).unwrap()))
    };
    found.into_iter().filter_map(text).collect()
}
