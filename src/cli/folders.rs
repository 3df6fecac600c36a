//! Where the config folder is, on each platform, as data.

use std::ffi::OsString;
use std::path::PathBuf;

/// The config folder of a platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    /// As `std::env::consts::OS` calls it.
    platform: &'static str,
    /// The variable that holds the folder above.
    above: &'static str,
    separator: char,
    folder: &'static str,
}

/// The published places of the token file (facts: "token file"): `~/.cmdop/auth.json` on macOS and
/// Linux, `%APPDATA%\cmdop\auth.json` on Windows. An unlisted platform is like the first.
const PLACES: [Place; 3] = [
    Place { platform: "linux", above: "HOME", separator: '/', folder: ".cmdop" },
    Place { platform: "macos", above: "HOME", separator: '/', folder: ".cmdop" },
    Place { platform: "windows", above: "APPDATA", separator: '\\', folder: "cmdop" },
];

/// The variable that holds a platform's home folder.
pub(super) fn home_variable(platform: &str) -> &'static str {
    if platform == "windows" { "USERPROFILE" } else { "HOME" }
}

/// The config folder of `platform`, where `folder` gives the folder that a variable holds.
pub(super) fn config_dir(platform: &str, folder: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let [other, ..] = PLACES;
    let place = PLACES.into_iter().find(|place| place.platform == platform).unwrap_or(other);
    let mut path = folder(place.above).filter(|above| !above.is_empty())?;
    if !path.to_string_lossy().ends_with(place.separator) {
        path.push(place.separator.to_string());
    }
    path.push(place.folder);
    Some(PathBuf::from(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(platform: &str, variable: &str, value: &str) -> Option<String> {
        let folder = |name: &str| (name == variable).then(|| OsString::from(value));
        config_dir(platform, folder).map(|path| path.to_string_lossy().into_owned())
    }

    #[test]
    fn every_platform_has_its_place() {
        assert_eq!(on("linux", "HOME", "/home/ada").as_deref(), Some("/home/ada/.cmdop"));
        assert_eq!(on("macos", "HOME", "/Users/ada").as_deref(), Some("/Users/ada/.cmdop"));
        let roaming = r"C:\Users\Ada\AppData\Roaming";
        assert_eq!(on("windows", "APPDATA", roaming), Some(format!(r"{roaming}\cmdop")));
        assert_eq!(on("freebsd", "HOME", "/home/ada/").as_deref(), Some("/home/ada/.cmdop"));
        assert_eq!(on("linux", "HOME", "/").as_deref(), Some("/.cmdop"));
    }

    #[test]
    fn without_the_folder_above_there_is_none() {
        assert_eq!(on("windows", "HOME", "/home/ada"), None);
        assert_eq!(on("linux", "HOME", ""), None);
    }
}
