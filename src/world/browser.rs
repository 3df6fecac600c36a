//! Handing an address to the user's browser.
#![expect(clippy::disallowed_methods, reason = "this is the door to processes")]

use std::process::Stdio;
use std::time::Duration;

use tokio::process::{Child, Command};
use tokio::time::timeout;
use url::Url;

use super::World;
use super::terminal::platform;

/// A command that runs longer than this is taken for the browser itself, or for one that hangs:
/// nobody waits for it.
const PATIENCE: Duration = Duration::from_secs(2);

/// What opens an address, by platform, the usual one first.
const OPENERS: &[(&str, &[&[&str]])] = &[
    ("linux", &[&["xdg-open"], &["wslview"], &["gio", "open"], &["sensible-browser"]]),
    ("macos", &[&["open"]]),
    ("windows", &[&["rundll32", "url.dll,FileProtocolHandler"]]),
];

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    /// A command took the address.
    By(String),
    /// A command was started and has not ended: it is the browser, or it hangs.
    Running(String),
    /// None did; says of each why.
    Nobody(Vec<String>),
}

impl World {
    /// Gives `url` to the commands in `BROWSER`, or else to the platform's own, until one takes it.
    /// The address is one argument, the command no shell's, its streams are closed, and a signal
    /// that ends this program does not reach it.
    pub async fn open_browser(&self, url: &Url) -> Opened {
        let mut failures = Vec::new();
        for words in self.openers(url) {
            let name = words.first().cloned().unwrap_or_default();
            match start(&words) {
                Err(error) => {
                    failures.push(format!("`{name}` cannot be started: {}", super::files::words(&error)))
                }
                Ok(mut child) => match timeout(PATIENCE, child.wait()).await {
                    Err(_) => return Opened::Running(name),
                    Ok(Ok(status)) if status.success() => return Opened::By(name),
                    Ok(_) => failures.push(format!("`{name}` failed")),
                },
            }
        }
        Opened::Nobody(failures)
    }

    /// The commands to try, each with `url` where it belongs.
    fn openers(&self, url: &Url) -> Vec<Vec<String>> {
        let url = url.as_str();
        let Some(commands) = self.env.text("BROWSER") else {
            let usual = OPENERS.iter().find(|(name, _)| *name == platform()).unwrap_or(&OPENERS[0]).1;
            return usual.iter().map(|words| with(words.iter().copied(), url)).collect();
        };
        if platform() == "windows" {
            return vec![vec![commands.trim().trim_matches('"').to_owned(), url.to_owned()]];
        }
        let commands = commands.split(':').filter(|command| !command.trim().is_empty());
        commands.map(|command| with(command.split_whitespace(), url)).collect()
    }
}

/// `words` with `url` in place of each `%s`, or at the end where there is none (Debian's
/// sensible-browser(1), Python's webbrowser).
fn with<'w>(words: impl Iterator<Item = &'w str>, url: &str) -> Vec<String> {
    let mut placed = false;
    let mut words: Vec<String> = words
        .map(|word| {
            placed |= word.contains("%s");
            word.replace("%s", url)
        })
        .collect();
    if !placed {
        words.push(url.to_owned());
    }
    words
}

fn start(words: &[String]) -> std::io::Result<Child> {
    let (program, args) = words.split_first().ok_or(std::io::ErrorKind::NotFound)?;
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    #[cfg(unix)]
    command.process_group(0);
    command.spawn()
}

#[cfg(all(test, unix))]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::world::Env;

    async fn opened(browser: &str) -> Opened {
        let world = World::with(Env::made_of([("BROWSER", browser)]));
        let url: Url = "https://id.test/a?b=c&d".parse().unwrap();
        world.open_browser(&url).await
    }

    #[tokio::test]
    async fn the_first_command_that_works_gets_the_address() {
        assert_eq!(opened("/bin/false:/bin/true").await, Opened::By("/bin/true".to_owned()));
        assert_eq!(opened(" :/bin/true").await, Opened::By("/bin/true".to_owned()));
    }

    #[tokio::test]
    async fn failures_are_told() {
        let Opened::Nobody(why) = opened("/bin/false:/nonexistent/browser").await else { panic!() };
        assert_eq!(
            why,
            ["`/bin/false` failed", "`/nonexistent/browser` cannot be started: no such file or directory"]
        );
    }

    #[tokio::test]
    async fn a_command_that_hangs_holds_nobody_up() {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("hang");
        std::fs::write(&script, "#!/bin/sh\nexec sleep 30\n").unwrap();
        let browser = format!("/bin/sh {}", script.display());
        assert_eq!(opened(&browser).await, Opened::Running("/bin/sh".to_owned()));
    }

    #[test]
    fn the_address_is_one_argument_wherever_it_stands() {
        let words = |command: &'static str| with(command.split_whitespace(), "https://x/?a&b c");
        assert_eq!(words("firefox --new-window"), ["firefox", "--new-window", "https://x/?a&b c"]);
        assert_eq!(words("open -u %s -n"), ["open", "-u", "https://x/?a&b c", "-n"]);
    }
}
