//! The total deadline holds against what never answers, and the report names what stalled.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "tests make and break machines")]

mod support;

use std::os::fd::AsRawFd;
use std::path::Path;

use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, unshare};
use support::{Home, has, is_root};

/// Mounts a file system on `at` whose server never answers, visible to this thread's children only.
/// It lasts as long as the returned file.
fn dead_mount(at: &Path) -> Option<std::fs::File> {
    let server = std::fs::File::options().read(true).write(true).open("/dev/fuse").ok()?;
    unshare(CloneFlags::CLONE_NEWNS).ok()?;
    mount(None::<&str>, "/", None::<&str>, MsFlags::MS_REC | MsFlags::MS_PRIVATE, None::<&str>).ok()?;
    let options = format!("fd={},rootmode=40000,user_id=0,group_id=0", server.as_raw_fd());
    mount(Some("dead"), at, Some("fuse"), MsFlags::MS_NOSUID | MsFlags::MS_NODEV, Some(options.as_str()))
        .ok()?;
    Some(server)
}

#[test]
fn a_home_on_a_dead_mount_does_not_hang_the_doctor() {
    let home = Home::new();
    home.folder_in("mnt", 0o755);
    let server = if is_root() { dead_mount(&home.path().join("mnt")) } else { None };
    if !has("fuse", server.is_some()) {
        return;
    }
    let dead = home.path().join("mnt/ada");
    let told = home
        .cmdop(&["doctor", "auth", "--offline", "--timeout", "2s", "--format", "json"])
        .env("HOME", &dead)
        .report();
    assert_eq!(told.code, Some(3), "{:?}", told.roots());
    assert_eq!(told.json["verdict"], "inconclusive");
    let evidence = told.json["evidence"].as_array().unwrap();
    let stalled = |probe: &str| {
        evidence.iter().any(|found| {
            found["probe"] == probe && found.to_string().contains("no answer before the deadline")
        })
    };
    assert!(stalled("file {store}"), "{}", told.json["evidence"]);
    assert_eq!(
        told.verdict("key.prefix"),
        "not_applicable",
        "what does not hang is still judged: {}",
        told.json["evidence"]
    );
}

#[test]
fn a_server_that_never_answers_does_not_hang_the_doctor() {
    let mute = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let home = Home::new();
    home.sign_in("clit_0123456789abcdef", 4_000_000_000);
    let told = home
        .cmdop(&["doctor", "auth", "--timeout", "2s", "--format", "json"])
        .env("CMDOP_API_URL", format!("http://{}", mute.local_addr().unwrap()))
        .report();
    assert_ne!(told.code, Some(0), "silence is not health");
    assert_eq!(told.verdict("token.file_mode"), "healthy");
}
