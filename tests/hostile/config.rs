//! Hostile settings and rules.

use std::fs;
use std::os::unix::fs::symlink;

use nix::sys::stat::Mode;
use nix::unistd::mkfifo;

use crate::corpus::{TEXTS, examine, run, tame};
use crate::support::Home;

#[test]
fn settings_of_every_kind() {
    for text in TEXTS {
        let home = Home::new();
        let quoted = serde_json::to_string(text).unwrap();
        let fields = ["workspace", "client_id", "callback_port", "ca_file", "issuer"];
        let yaml: String = fields.iter().map(|field| format!("{field}: {quoted}\n")).collect();
        home.file(".cmdop/config.yaml", &yaml);
        examine(&home, |run| run.env("CMDOP_API_URL", "http://127.0.0.1:9"));
        home.file(".cmdop/config.yaml", format!("api_url: {quoted}\n"));
        examine(&home, |run| run);
        for broken in [
            format!("{text}: 1\n"),
            format!("{text}\n"),
            format!("workspace: {text}: {text}\n"),
            format!("{quoted}: 1\n"),
        ] {
            home.file(".cmdop/config.yaml", &broken);
            examine(&home, |run| run.env("CMDOP_API_URL", "http://127.0.0.1:9"));
        }
    }
}

#[test]
fn settings_that_are_no_file() {
    let home = Home::new();
    let file = home.path().join(".cmdop/config.yaml");
    mkfifo(&file, Mode::S_IRWXU).unwrap();
    examine(&home, |run| run);
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    examine(&home, |run| run);
    fs::remove_dir(&file).unwrap();
    for target in ["/dev/zero", "/dev/null", "/proc/self/environ", "config.yaml"] {
        symlink(target, &file).unwrap();
        examine(&home, |run| run);
        fs::remove_file(&file).unwrap();
    }
    fs::File::create(&file).unwrap().set_len(10 << 30).unwrap();
    examine(&home, |run| run);
}

const BOMB: &str = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n\
                    d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n\
                    g: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\nh: &h [*g,*g,*g,*g,*g,*g,*g,*g,*g]\ni: &i [*h,*h,*h,*h,*h,*h,*h,*h,*h]\n";

#[test]
fn documents_that_explode() {
    for text in [
        BOMB.to_owned(),
        "[".repeat(100_000),
        "{a: ".repeat(100_000),
        "- ".repeat(100_000),
        "? ".repeat(100_000),
        (0..3000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect(),
        "---\n".repeat(100_000),
        format!("a: {}", "x".repeat(10 << 20)),
        "\u{feff}".repeat(1000),
        "\u{0}\u{1}\u{1b}[2J".to_owned(),
    ] {
        let home = Home::new();
        home.file("own.yaml", &text);
        home.file(".cmdop/config.yaml", &text);
        let words = ["doctor", "auth", "--offline", "--rules", "own.yaml"];
        run("rules", home.cmdop(&words));
        home.file(".cmdop/config.yaml", "");
        run("rules", home.cmdop(&words));
        home.folder_in(".cmdop/rules", 0o700);
        home.file(".cmdop/rules/own.yaml", &text);
        run("rules", home.cmdop(&["doctor", "list"]));
    }
}

#[test]
fn folders_of_rules_that_are_none() {
    let home = Home::new();
    home.folder_in("rules", 0o700);
    let list = |home: &Home| {
        run("rules", home.cmdop(&["doctor", "auth", "--offline", "--json", "--rules", "rules"]))
    };
    let rules = home.path().join("rules");
    mkfifo(&rules.join("pipe.yaml"), Mode::S_IRWXU).unwrap();
    list(&home);
    fs::remove_file(rules.join("pipe.yaml")).unwrap();
    symlink(&rules, rules.join("again")).unwrap();
    symlink("loop.yaml", rules.join("loop.yaml")).unwrap();
    symlink("/dev/zero", rules.join("zero.yaml")).unwrap();
    list(&home);
    for name in ["again", "loop.yaml", "zero.yaml"] {
        fs::remove_file(rules.join(name)).unwrap();
    }
    for number in 0..10_000 {
        fs::write(rules.join(format!("{number}.yaml")), "").unwrap();
    }
    list(&home);
}

#[test]
fn rules_with_hostile_words() {
    for text in TEXTS {
        let home = Home::new();
        let quoted = serde_json::to_string(text).unwrap();
        let rule = |id: &str, words: &str| {
            format!(
                "id: {id}\ntitle: {words}\nabout: {words}\nevidence: {{ me: {{ account: {{}} }} }}\n\
                 outcomes:\n  - {{ id: always, when: {{ me.uid: {{ at_least: 0 }} }}, severity: error, symptom: {words},\n\
                 \x20     cause: {words}, fix: [ {{ run: [echo, {words}] }}, {{ manual: {words} }} ] }}\notherwise: unknown\n"
            )
        };
        for text in [rule("host.own", &quoted), rule(&quoted, "fine"), rule(text, text), text.to_owned()] {
            home.file("own.yaml", &text);
            for words in [
                &["doctor", "auth", "--offline", "--all", "-v", "--rules", "own.yaml"][..],
                &["doctor", "auth", "--offline", "--json", "--rules", "own.yaml"],
                &["doctor", "list", "--rules", "own.yaml"],
                &["doctor", "explain", "host.own", "--rules", "own.yaml"],
                &["doctor", "list", "--json", "--rules", "own.yaml"],
            ] {
                tame(&words.join(" "), &home.cmdop(words).output());
            }
        }
        assert!(!home.path().join("owned").exists());
    }
}
