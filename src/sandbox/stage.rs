//! Making the home of a scene: somebody has just signed in to a sandbox, and then something broke.
#![expect(clippy::disallowed_methods, reason = "the sandbox makes throw-away folders; it is not the doctor")]

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::random;
use super::records::{HOUR, from_now};
use super::server::{Options, Sandbox};
use super::store;
use super::tour::{Break, STORE, Scene};

/// The variables of this process that a staged one keeps: what it takes to find programs and to
/// write for this terminal, nothing that has to do with signing in.
const KEPT: [&str; 7] = ["PATH", "TERM", "LANG", "LC_ALL", "COLUMNS", "DISPLAY", "WAYLAND_DISPLAY"];

/// A home in trouble and the service that it talks to. Both are gone when this is dropped. It has
/// no `Debug`: the environment may hold a key.
pub struct Staged {
    home: TempDir,
    sandbox: Sandbox,
    env: Vec<(OsString, OsString)>,
}

impl Staged {
    /// The home folder.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// The service.
    pub fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// The whole environment of a program that runs in this home.
    pub fn env(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        self.env.iter().map(|(name, value)| (name.as_os_str(), value.as_os_str()))
    }

    /// `binary` in this home, with this environment and nothing to read.
    pub fn command(&self, binary: &Path) -> Command {
        let mut command = Command::new(binary);
        command.env_clear().envs(self.env()).current_dir(self.home()).stdin(Stdio::null());
        command
    }
}

/// Makes the home of `scene`, starts its service, and breaks both as the scene says.
///
/// Fails if the temporary folder cannot be written, or the service cannot start.
pub fn stage(scene: &Scene) -> io::Result<Staged> {
    let faults = scene.breaks.iter().filter_map(|broken| match broken {
        Break::Serve(fault) => Some(*fault),
        _ => None,
    });
    let sandbox = Sandbox::start(Options { faults: faults.collect(), ..Options::default() })?;
    let home = store::throw_away()?;
    sign_in(home.path(), &sandbox)?;
    let env = usual_env(home.path(), &sandbox);
    let mut staged = Staged { home, sandbox, env };
    scene.breaks.iter().try_for_each(|broken| staged.suffer(broken))?;
    Ok(staged)
}

fn sign_in(home: &Path, sandbox: &Sandbox) -> io::Result<()> {
    let file = home.join(STORE);
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
        store::set_mode(folder, 0o700)?;
    }
    store::write(&file, store::signed_in(sandbox).as_bytes(), 0o600)
}

fn usual_env(home: &Path, sandbox: &Sandbox) -> Vec<(OsString, OsString)> {
    let kept = KEPT.iter().filter_map(|name| Some((OsString::from(name), std::env::var_os(name)?)));
    let own = [("HOME", home.as_os_str()), ("CMDOP_API_URL", OsStr::new(sandbox.base_url()))];
    kept.chain(own.map(|(name, value)| (name.into(), value.into()))).collect()
}

impl Staged {
    fn suffer(&mut self, broken: &Break) -> io::Result<()> {
        let at = |path: &str| self.home.path().join(path);
        match *broken {
            Break::Remove(path) => std::fs::remove_file(at(path)),
            Break::Rewrite(path, text) => std::fs::write(at(path), self.filled(text)?),
            Break::Cut(path, keep) => std::fs::OpenOptions::new().write(true).open(at(path))?.set_len(keep),
            Break::Mode(path, mode) => store::set_mode(&at(path), mode),
            Break::Env(name, text) => {
                let value = self.filled(text)?;
                self.env.push((name.into(), value.into()));
                Ok(())
            }
            Break::Serve(_) => Ok(()),
        }
    }

    /// `text` with what its placeholders stand for.
    fn filled(&self, text: &str) -> io::Result<String> {
        Ok(text
            .replace("{token}", self.sandbox.token())
            .replace("{refresh}", self.sandbox.refresh_token())
            .replace("{key}", self.sandbox.key())
            .replace("{api}", self.sandbox.base_url())
            .replace("{random}", &random::letters(36)?)
            .replace("{hour_ago}", &from_now(-HOUR).to_string()))
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::sandbox::tour::scenes;

    fn staged(name: &str) -> Staged {
        stage(scenes().iter().find(|scene| scene.name == name).unwrap()).unwrap()
    }

    fn store_mode(staged: &Staged) -> u32 {
        std::fs::metadata(staged.home().join(STORE)).unwrap().permissions().mode() & 0o7777
    }

    fn env_of(staged: &Staged, name: &str) -> Option<String> {
        let found = staged.env().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.to_str().unwrap().to_owned())
    }

    #[test]
    fn every_scene_can_be_staged_and_leaves_nothing() {
        for scene in scenes() {
            let staged = stage(scene).unwrap();
            let home = staged.home().to_owned();
            drop(staged);
            assert!(!home.exists(), "{}", scene.name);
        }
    }

    #[test]
    fn a_healthy_home_is_private_and_signed_in() {
        let staged = staged("healthy");
        let folder = std::fs::metadata(staged.home().join(".cmdop")).unwrap();
        assert_eq!(folder.permissions().mode() & 0o7777, 0o700);
        assert_eq!(store_mode(&staged), 0o600);
        let text = std::fs::read_to_string(staged.home().join(STORE)).unwrap();
        let file: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(file["access_token"], staged.sandbox().token());
        assert_eq!(file["refresh_token"], staged.sandbox().refresh_token());
        assert_eq!(file["issuer"], staged.sandbox().base_url());
        assert_eq!(env_of(&staged, "CMDOP_API_KEY"), None);
    }

    #[test]
    fn breaking_does_what_the_scene_says() {
        assert_eq!(store_mode(&staged("readable")), 0o644);
        assert!(!staged("signed_out").home().join(STORE).exists());
        assert_eq!(std::fs::metadata(staged("cut").home().join(STORE)).unwrap().len(), 150);
        let quoted = staged("quoted_key");
        let key = quoted.sandbox().key();
        assert_eq!(env_of(&quoted, "CMDOP_API_KEY"), Some(format!("\"{key}\"")));
        let expired = std::fs::read_to_string(staged("expired").home().join(STORE)).unwrap();
        assert!(serde_json::from_str::<serde_json::Value>(&expired).is_ok());
        assert!(!expired.contains("{token}") && !expired.contains("{hour_ago}"), "{expired}");
    }

    #[test]
    fn a_staged_program_sees_the_staged_environment_alone() {
        let output = staged("empty_key").command(Path::new("/usr/bin/env")).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        for line in text.lines() {
            let name = line.split('=').next().unwrap();
            let known = KEPT.contains(&name) || ["HOME", "CMDOP_API_URL", "CMDOP_API_KEY"].contains(&name);
            assert!(known, "{line}");
        }
        assert!(text.lines().any(|line| line == "CMDOP_API_KEY="));
    }
}
