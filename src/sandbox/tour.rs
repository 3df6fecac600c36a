//! The tour: machines that are broken in one way each, and what the doctor says of them. What a
//! newcomer sees in ten seconds without an account.

use std::io::{self, Write};
use std::path::Path;

use super::faults::Fault;
use super::stage::{Staged, stage};

/// A machine in trouble.
#[derive(Debug)]
pub struct Scene {
    /// A short name, for choosing one.
    pub name: &'static str,
    /// What is wrong, as a fragment.
    pub title: &'static str,
    /// How it came about, as a person would tell it.
    pub story: &'static str,
    /// What is done to a home in which somebody has just signed in.
    pub breaks: &'static [Break],
    /// The check that finds it; `None` where nothing is wrong.
    pub shows: Option<&'static str>,
}

/// One thing done to a home. Paths are relative to the home folder. Texts may contain `{token}`,
/// `{refresh}`, `{key}`, `{api}`, `{random}` and `{hour_ago}`.
#[derive(Debug, Clone, Copy)]
pub enum Break {
    /// Removes a file.
    Remove(&'static str),
    /// Puts another text into a file, which stays private.
    Rewrite(&'static str, &'static str),
    /// Leaves no more than so many bytes of a file.
    Cut(&'static str, u64),
    /// Sets a file's permission bits.
    Mode(&'static str, u32),
    /// Sets an environment variable.
    Env(&'static str, &'static str),
    /// Breaks the service.
    Serve(Fault),
}

/// The credential file in a home.
pub(super) const STORE: &str = ".cmdop/auth.json";

/// A login of yesterday.
const EXPIRED: &str = r#"{
  "access_token": "{token}",
  "refresh_token": "{refresh}",
  "token_type": "Bearer",
  "expires_at": "{hour_ago}",
  "workspace_id": "ws_acme",
  "workspace_name": "acme-corp",
  "user_id": "user_ada",
  "user_email": "ada@acme.example",
  "issuer": "{api}"
}
"#;

/// Port 9, "discard", where nothing has listened for decades.
const DEAD_PROXY: &str = "http://127.0.0.1:9";

macro_rules! scenes {
    ($($name:literal $shows:expr; $title:literal $story:literal [$($break:expr),*];)*) => {
        /// All scenes, in the order of the tour.
        pub fn scenes() -> &'static [Scene] {
            use Break::{Cut, Env, Mode, Remove, Rewrite, Serve};
            &[$(Scene {
                name: $name,
                title: $title,
                story: $story,
                breaks: &[$($break),*],
                shows: $shows,
            },)*]
        }
    };
}

scenes! {
    "healthy" None;
        "nothing is wrong" "Ada signed in a minute ago"
        [];
    "signed_out" Some("token.signed_in");
        "nobody has signed in" "a new laptop, and the first command is not cmdop login"
        [Remove(STORE)];
    "expired" Some("token.unexpired");
        "a token that expired" "the laptop slept over the weekend"
        [Rewrite(STORE, EXPIRED)];
    "readable" Some("token.file_mode");
        "a token file that others can read" "it was copied from the old laptop with cp"
        [Mode(STORE, 0o644)];
    "cut" Some("token.file_json");
        "half a token file" "the disk was full when the file was written"
        [Cut(STORE, 150)];
    "quoted_key" Some("key.mangled");
        "an API key with its quotes around it" "docker keeps the quotes of an env file"
        [Remove(STORE), Env("CMDOP_API_KEY", "\"{key}\"")];
    "github_key" Some("key.prefix");
        "another vendor's key" "two secrets of the CI were mixed up"
        [Remove(STORE), Env("CMDOP_API_KEY", "ghp_{random}")];
    "empty_key" Some("key.empty");
        "an empty variable that hides a good login" "the secret is not set for pull requests"
        [Env("CMDOP_API_KEY", "")];
    "revoked" Some("token.accepted");
        "a token that the server refuses" "somebody pressed Revoke All Sessions in the dashboard"
        [Serve(Fault::RevokedToken)];
    "permission" Some("key.permission");
        "a key that may not list machines" "it was made with too few --permissions"
        [Remove(STORE), Env("CMDOP_API_KEY", "{key}"), Serve(Fault::LacksPermission)];
    "not_a_member" Some("workspace.member");
        "no longer a member of the workspace" "the team was tidied up"
        [Serve(Fault::NotAMember)];
    "sso_certificate" Some("sso.certificate");
        "an identity provider whose certificate ran out" "nobody had it in the calendar"
        [Serve(Fault::SsoCertificateExpired)];
    "clock" Some("host.clock");
        "a clock that is a day ahead" "the virtual machine was restored from a snapshot"
        [Serve(Fault::ClockAhead)];
    "dead_proxy" Some("net.proxy");
        "a proxy that is not there" "http_proxy is still set from the office"
        [Env("http_proxy", DEAD_PROXY)];
    "captive_portal" Some("net.api_reachable");
        "a hotel's sign-in page in place of the API" "the network wants its terms accepted first"
        [Serve(Fault::CaptivePortal)];
}

/// Plays all scenes: for each one its title, its story, and what `binary doctor auth` prints.
///
/// Fails if a home cannot be made, `binary` cannot be started, or `out` cannot be written.
pub fn run(binary: &Path, color: bool, out: &mut dyn Write) -> io::Result<()> {
    let count = scenes().len();
    for (scene, number) in scenes().iter().zip(1..) {
        writeln!(out, "── {number}/{count}  {}\n   {}\n", scene.title, scene.story)?;
        let said = examine(&stage(scene)?, binary, color)?;
        for line in said.lines() {
            match line.is_empty() {
                true => writeln!(out)?,
                false => writeln!(out, "   {line}")?,
            }
        }
        writeln!(out)?;
        out.flush()?;
    }
    Ok(())
}

fn examine(staged: &Staged, binary: &Path, color: bool) -> io::Result<String> {
    let color = if color { "always" } else { "never" };
    let output = staged.command(binary).args(["doctor", "auth", "--color", color]).output()?;
    let mut said = String::from_utf8_lossy(&output.stdout).into_owned();
    said.push_str(&String::from_utf8_lossy(&output.stderr));
    Ok(said)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique_and_texts_are_fragments() {
        let names: HashSet<_> = scenes().iter().map(|scene| scene.name).collect();
        assert_eq!(names.len(), scenes().len());
        for scene in scenes() {
            assert!(!scene.title.ends_with('.') && !scene.story.ends_with('.'), "{}", scene.name);
            assert_eq!(scene.breaks.is_empty(), scene.shows.is_none(), "{}", scene.name);
        }
    }

    #[test]
    fn the_tour_tells_every_story() {
        let mut told = Vec::new();
        run(Path::new("/bin/echo"), false, &mut told).unwrap();
        let told = String::from_utf8(told).unwrap();
        for scene in scenes() {
            assert!(told.contains(scene.title) && told.contains(scene.story), "{}", scene.name);
        }
        assert_eq!(told.matches("   doctor auth --color never\n").count(), scenes().len());
    }
}
