//! Hostile stores: fields, names of files and folders, and files that are none.

use std::fs;
use std::os::unix::fs::symlink;

use serde_json::json;

use crate::corpus::{TEXTS, examine, long};
use crate::support::{Home, Run, far_future};

fn nowhere(run: Run) -> Run {
    run.env("CMDOP_API_URL", "http://127.0.0.1:9")
}

#[test]
fn fields_of_every_kind() {
    let long = long();
    for text in TEXTS.iter().copied().chain(["nul\u{0}nul", long.as_str()]) {
        let home = Home::new();
        let mut store = json!({"access_token": "at-1", "expires_at": text});
        for field in
            ["scope", "workspace_id", "workspace_name", "user_id", "user_email", "issuer", "token_type"]
        {
            store[field] = json!(text);
        }
        home.file(".cmdop/auth.json", store.to_string());
        examine(&home, nowhere);
        home.file(
            ".cmdop/auth.json",
            json!({"access_token": text, "refresh_token": text, text: text}).to_string(),
        );
        examine(&home, nowhere);
    }
}

#[test]
fn files_and_folders_with_hostile_names() {
    for text in TEXTS.iter().map(|text| text.replace('/', "_")) {
        let home = Home::new();
        let folder = home.path().join(&text);
        fs::create_dir_all(folder.join(".cmdop")).unwrap();
        fs::write(folder.join(".cmdop/auth.json"), "{\"access_token\": \"at-1\"}").unwrap();
        let config = folder.join(".cmdop");
        examine(&home, |run| nowhere(run).env("HOME", &folder));
        examine(&home, |run| nowhere(run).env("CMDOP_CONFIG_DIR", &config).env("CMDOP_CA_FILE", &folder));
        // Without a folder before it, a name can be taken for an option.
        examine(&home, |run| nowhere(run).env("CMDOP_CONFIG_DIR", &text));
        let link = home.path().join("linked");
        fs::create_dir(&link).unwrap();
        symlink(folder.join("gone"), link.join("auth.json")).unwrap();
        examine(&home, |run| nowhere(run).env("CMDOP_CONFIG_DIR", &link));
        assert!(!home.path().join("owned").exists());
    }
}

#[test]
fn stores_that_are_no_files_and_files_that_are_no_stores() {
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
    for bytes in [
        deep("[", "]").into_bytes(),
        deep("{\"a\":", "}").into_bytes(),
        "[".repeat(100_000).into_bytes(),
        format!("{{\"access_token\": \"{}\"}}", "a".repeat(2 << 20)).into_bytes(),
        vec![0; 4096],
        vec![0xff; 4096],
        b"\xff\xfe{\0}\0".to_vec(),
        b"{\"access_token\": 1e999999, \"expires_at\": -1e400}".to_vec(),
        b"{\"access_token\": \"\\ud800\", \"expires_at\": \"+099999-01-01T00:00:00Z\"}".to_vec(),
        format!("{{{}}}", "\"a\":1,".repeat(100_000)).into_bytes(),
    ] {
        let home = Home::new();
        home.file(".cmdop/auth.json", &bytes);
        home.file(".cmdop/auth.json.tmp", &bytes);
        examine(&home, nowhere);
    }
}

#[test]
fn times_out_of_range() {
    for time in [
        json!(99_999_999_999_999_999_i64),
        json!(-1),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(1e300),
        json!(-1e300),
        json!(0),
        json!("NaN"),
        json!("99999-01-01T00:00:00Z"),
        json!("0000-00-00T00:00:00Z"),
        json!("-262144-01-01T00:00:00Z"),
        json!(253_402_300_800_000_i64),
        json!([1]),
        json!({"a": 1}),
        json!(true),
        json!("9".repeat(400)),
    ] {
        let home = Home::new();
        home.file(".cmdop/auth.json", json!({"access_token": "at-1", "expires_at": time}).to_string());
        examine(&home, nowhere);
    }
}

#[test]
fn what_would_never_end() {
    for make in [sparse, zeroes, pipe, folder, circle, socket] {
        let home = Home::new();
        make(&home);
        examine(&home, nowhere);
    }
}

fn sparse(home: &Home) {
    fs::File::create(home.store()).unwrap().set_len(10 << 30).unwrap();
}

fn zeroes(home: &Home) {
    symlink("/dev/zero", home.store()).unwrap();
    symlink("/dev/zero", home.path().join(".bash_history")).unwrap();
}

fn pipe(home: &Home) {
    for name in [".cmdop/auth.json", ".cmdop/auth.json.tmp", ".bash_history", ".cmdop/credentials"] {
        nix::unistd::mkfifo(&home.path().join(name), nix::sys::stat::Mode::S_IRWXU).unwrap();
    }
}

fn folder(home: &Home) {
    fs::create_dir(home.store()).unwrap();
    fs::create_dir(home.path().join(".bash_history")).unwrap();
}

fn circle(home: &Home) {
    symlink(home.store(), home.store()).unwrap();
    symlink(home.path(), home.path().join(".cmdop/rules")).unwrap();
}

fn socket(home: &Home) {
    std::os::unix::net::UnixListener::bind(home.store()).unwrap();
}

#[test]
fn a_credential_that_no_header_can_hold() {
    for text in TEXTS {
        let home = Home::new();
        home.sign_in(text, far_future());
        examine(&home, |run| nowhere(run).env("CMDOP_API_KEY", format!("cmd_acme_{text}")));
    }
}
