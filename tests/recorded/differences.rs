//! `cmdop doctor diff`.

use crate::bundles::{recorded, sick};
use crate::support::Home;

fn shown(home: &Home, words: &[&str]) -> (Option<i32>, String) {
    let output = home.cmdop(&[&["doctor", "diff"], words].concat()).output();
    let told = String::from_utf8(output.stdout).unwrap() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code(), told)
}

#[test]
fn what_is_gone_and_what_it_rests_on() {
    let home = sick();
    recorded(&home, "before.json");
    home.mode(".cmdop/auth.json", 0o600);
    recorded(&home, "after.json");
    let (code, text) = shown(&home, &["before.json", "after.json"]);
    assert_eq!(code, Some(1));
    insta::with_settings!({ snapshot_path => "../../snapshots/recorded", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("diff", text);
    });
    let (_, json) = shown(&home, &["before.json", "after.json", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["schema"], "cmdop.doctor.diff/1");
    assert_eq!(json["roots"]["gone"][0]["id"], "token.file_mode/readable_by_others");
    assert_eq!(json["findings"][0]["after"], "healthy");
    let (code, text) = shown(&home, &["after.json", "before.json"]);
    assert_eq!(code, Some(1));
    assert!(text.contains("1 root new, 1 finding changed"), "{text}");
}

#[test]
fn a_bundle_and_now() {
    let home = sick();
    recorded(&home, "before.json");
    let (code, text) = shown(&home, &["before.json"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(
        text.contains("the diagnosis is the same\nfrom before.json (sick) to this machine (sick)"),
        "{text}"
    );
    std::fs::remove_file(home.path().join(".cmdop/auth.json")).unwrap();
    let (code, text) = shown(&home, &["before.json", "--all"]);
    assert_eq!(code, Some(1));
    assert!(text.contains("token.unexpired/expired") && text.contains("clock: time: "), "{text}");
}

#[test]
fn what_cannot_be_read_is_told() {
    let home = sick();
    recorded(&home, "before.json");
    assert_eq!(shown(&home, &["before.json", "none.json"]).0, Some(2));
    assert_eq!(shown(&home, &["none.json"]).0, Some(2));
}
