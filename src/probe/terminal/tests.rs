//! Every platform's answers, worked out on whichever platform runs the tests.

use super::*;
use crate::model::fact::Fact;
use crate::model::probe::ProbeKind;
use crate::world::Env;
use crate::world::surroundings::{Scene, Traces};
use crate::world::terminal::Terminals;

const AT_A_TERMINAL: Terminals = Terminals { stdin: true, stdout: true, stderr: true };

fn on(platform: &str, env: &[(&str, &str)], traces: &Traces) -> Facts {
    let env = Env::made_of(env.iter().copied());
    let starts = |name: &str| ["firefox", "false", "true", "/opt/b", "wslview"].contains(&name);
    describe(Surroundings::of(&Scene {
        platform,
        terminals: AT_A_TERMINAL,
        env: &env,
        traces,
        starts: &starts,
    }))
}

fn linux(env: &[(&str, &str)]) -> Facts {
    on("linux", env, &Traces::default())
}

fn is(facts: &Facts, name: &str, fact: impl Into<Fact>) {
    assert_eq!(facts.get(name), Some(&fact.into()), "{name}");
}

#[test]
fn says_every_fact_that_its_table_declares() {
    let facts = linux(&[]);
    for fact in ProbeKind::Terminal.spec().facts {
        assert!(facts.get(fact.name).is_some(), "{}", fact.name);
    }
}

#[test]
fn linux_needs_a_display_and_others_have_one() {
    is(&linux(&[]), "can_open_browser", false);
    is(&linux(&[("DISPLAY", ":0")]), "can_open_browser", true);
    is(&linux(&[("WAYLAND_DISPLAY", "wayland-0")]), "can_open_browser", true);
    is(&linux(&[("DISPLAY", "")]), "display", false);
    for platform in ["macos", "windows"] {
        is(&on(platform, &[], &Traces::default()), "can_open_browser", true);
        is(&on(platform, &[("SSH_TTY", "/dev/ttys001")], &Traces::default()), "display", false);
    }
    is(&on("freebsd", &[], &Traces::default()), "can_open_browser", false);
}

#[test]
fn a_remote_shell_cannot_reach_the_loopback_of_the_browser() {
    let facts = linux(&[("SSH_CONNECTION", "192.0.2.1 5 192.0.2.2 22"), ("DISPLAY", "localhost:10.0")]);
    is(&facts, "ssh", true);
    is(&facts, "display", true);
    is(&facts, "can_open_browser", false);
}

#[test]
fn ci_is_named_and_nobody_is_asked_there() {
    let facts = linux(&[("CI", "true"), ("GITHUB_ACTIONS", "true"), ("DISPLAY", ":99")]);
    is(&facts, "ci", "GitHub Actions");
    is(&facts, "interactive", false);
    is(&facts, "can_open_browser", false);
    is(&linux(&[("CI", "1")]), "ci", "a CI system");
    for off in ["false", "0", ""] {
        is(&linux(&[("CI", off)]), "ci", Fact::Nothing);
    }
    is(&linux(&[]), "interactive", true);
}

#[test]
fn the_browser_variable_decides() {
    let with = |browser: &str| linux(&[("DISPLAY", ":0"), ("BROWSER", browser)]);
    is(&with("firefox"), "can_open_browser", true);
    is(&with("firefox --new-window %s"), "browser", "firefox");
    is(&with("false"), "browser_useless", true);
    is(&with("false"), "browser_found", true);
    is(&with("false"), "can_open_browser", false);
    is(&with("/usr/bin/true"), "browser_useless", true);
    is(&with("gone"), "browser_found", false);
    is(&with("gone"), "can_open_browser", false);
    is(&with("gone:firefox"), "browser", "firefox");
    is(&with("gone:false"), "browser", "gone");
    is(&with(" : "), "browser", Fact::Nothing);
    is(&with("cmd_acme_a1b2c3d4e5f6"), "browser", Fact::Nothing);
    is(&linux(&[("BROWSER", "/opt/b")]), "can_open_browser", true);
    is(&linux(&[]), "browser_found", Fact::Nothing);
}

#[test]
fn a_windows_path_is_one_command() {
    let facts = on("windows", &[("BROWSER", "\"C:\\Program Files\\b.exe\"")], &Traces::default());
    is(&facts, "browser", "C:\\Program Files\\b.exe");
}

#[test]
fn containers_are_named_by_what_they_leave() {
    let by = |traces: Traces| on("linux", &[], &traces).get("container").cloned();
    let named = |name: &str| Some(Fact::from(name));
    assert_eq!(by(Traces::default()), Some(Fact::Nothing));
    assert_eq!(by(Traces { dockerenv: true, ..Traces::default() }), named("docker"));
    assert_eq!(by(Traces { containerenv: true, ..Traces::default() }), named("podman"));
    assert_eq!(by(Traces { manager: "systemd-nspawn".into(), ..Traces::default() }), named("systemd-nspawn"));
    assert_eq!(by(Traces { manager: "wsl".into(), ..Traces::default() }), Some(Fact::Nothing));
    assert_eq!(by(Traces { cgroup: "0::/docker/abc".into(), ..Traces::default() }), named("docker"));
    assert_eq!(by(Traces { cgroup: "1:cpu:/kubepods/x".into(), ..Traces::default() }), named("kubernetes"));
    assert_eq!(by(Traces { cgroup: "0::/init.scope".into(), ..Traces::default() }), Some(Fact::Nothing));
    is(&linux(&[("container", "podman")]), "container", "podman");
    is(&linux(&[("KUBERNETES_SERVICE_HOST", "10.0.0.1"), ("container", "x")]), "container", "kubernetes");
    is(&linux(&[("container", "odd\nname")]), "container", Fact::Nothing);
}

#[test]
fn a_container_with_a_display_can_open_a_browser() {
    let traces = Traces { containerenv: true, ..Traces::default() };
    is(&on("linux", &[("WAYLAND_DISPLAY", "wayland-0")], &traces), "can_open_browser", true);
    is(&on("linux", &[], &traces), "can_open_browser", false);
}

#[test]
fn the_linux_subsystem_of_windows_opens_its_browser() {
    let traces = Traces {
        kernel: "Linux version 5.15.153.1-microsoft-standard-WSL2 (root@1)".into(),
        ..Traces::default()
    };
    is(&on("linux", &[], &traces), "wsl", true);
    is(&on("linux", &[], &traces), "can_open_browser", true);
    is(&linux(&[("WSL_DISTRO_NAME", "Debian")]), "wsl", true);
    is(&linux(&[]), "wsl", false);
}
