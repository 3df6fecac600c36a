//! Tests of keeping the stored credential.
#![expect(clippy::disallowed_methods, reason = "tests make their own files")]

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

use serde_json::{Value, json};

use super::*;
use crate::credential::specimen;
use crate::model::secret::Secret;
use crate::model::settings::Set;

struct Lab {
    folder: tempfile::TempDir,
    settings: Settings,
}

impl Lab {
    fn new() -> Lab {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = specimen::settings("https://api.test", None);
        let value = folder.path().canonicalize().unwrap().join("config");
        settings.config_dir = Some(Set { value, from: Origin::Default });
        Lab { folder, settings }
    }

    fn keeper(&self) -> Result<Keeper, NotKept> {
        Keeper::lock(&self.settings, Duration::ZERO)
    }

    fn path(&self) -> PathBuf {
        self.settings.store().unwrap()
    }

    fn put(&self, text: impl AsRef<[u8]>) {
        fs::create_dir_all(self.path().parent().unwrap()).unwrap();
        fs::write(self.path(), text).unwrap();
    }

    /// Leaves what a writer leaves that is killed before it puts its file in place.
    fn leave(&self, text: &str) {
        let path = self.path().with_file_name("auth.json.tmp");
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&fs::read(self.path()).unwrap()).unwrap()
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path().parent().unwrap()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

fn grant(access: &str) -> Grant {
    Grant {
        access: Secret::new(access.to_owned()),
        refresh: Some(Secret::new(format!("clitr_{access}"))),
        token_type: "Bearer".to_owned(),
        expires_at: Some(4_102_444_800_000),
        scope: None,
        workspace_id: None,
        workspace_name: None,
        user_id: None,
        user_email: None,
        issuer: "https://id.test".to_owned(),
        via: None,
    }
}

#[test]
fn the_first_login_makes_folder_and_file_for_the_owner_alone() {
    let lab = Lab::new();
    let mut keeper = lab.keeper().unwrap();
    assert!(keeper.read().unwrap().is_none());
    keeper.keep(&grant("one")).unwrap();
    let stored = keeper.read().unwrap().unwrap();
    assert_eq!(stored.access.unwrap().expose(), "one");
    let mode = |path: &Path| path.metadata().unwrap().mode() & 0o7777;
    assert_eq!((mode(&lab.path()), mode(lab.path().parent().unwrap())), (0o600, 0o700));
    assert_eq!(lab.names(), ["auth.json", "auth.json.lock"]);
}

#[test]
fn one_at_a_time() {
    let lab = Lab::new();
    let first = lab.keeper().unwrap();
    let second = lab.keeper().unwrap_err();
    assert!(matches!(&second, NotKept::NotLocked(NotLocked::Held { pid: Some(_), .. })), "{second}");
    drop(first);
    lab.keeper().unwrap();
}

#[test]
fn the_home_of_the_folder_is_not_made() {
    let mut lab = Lab::new();
    let below = lab.path().join("not/there");
    lab.settings.config_dir = Some(Set { value: below.clone(), from: Origin::Default });
    assert!(matches!(lab.keeper(), Err(NotKept::Refused(Refused::Failed { fault: Fault::Missing, .. }))));
    lab.settings.config_dir = Some(Set { value: below.clone(), from: Origin::Env });
    lab.keeper().unwrap();
    lab.settings.config_dir = None;
    assert_eq!(lab.keeper().unwrap_err(), NotKept::NoPlace);
}

#[test]
fn a_folder_that_holds_other_things_is_not_closed_if_somebody_named_it() {
    let mut lab = Lab::new();
    let folder = lab.folder.path().to_owned();
    let mode = || folder.metadata().unwrap().mode() & 0o7777;
    lab.settings.config_dir = Some(Set { value: folder.clone(), from: Origin::Env });
    fs::write(folder.join("Makefile"), "").unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    lab.keeper().unwrap();
    assert_eq!(mode(), 0o755);
    fs::remove_file(folder.join("Makefile")).unwrap();
    lab.keeper().unwrap();
    assert_eq!(mode(), 0o700);
}

#[test]
fn a_newer_file_is_read_and_removed_but_never_rewritten() {
    let lab = Lab::new();
    let text = r#"{"version": 2, "access_token": "a", "refresh_token": "r"}"#;
    lab.put(text);
    let mut keeper = lab.keeper().unwrap();
    assert_eq!(keeper.read().unwrap().unwrap().about.version, Some(2));
    let newer = NotKept::Newer { path: lab.path(), version: 2 };
    assert_eq!(keeper.keep(&grant("x")), Err(newer.clone()));
    assert_eq!(keeper.intend(0), Err(newer.clone()));
    assert_eq!(keeper.renew(&grant("x"), 0), Err(newer.clone()));
    assert_eq!(keeper.choose_workspace(None, "w"), Err(newer));
    assert_eq!(fs::read_to_string(lab.path()).unwrap(), text);
    keeper.remove().unwrap();
    assert_eq!(lab.names(), ["auth.json.lock"]);
}

#[test]
fn the_intent_stands_in_the_file_until_the_answer_does() {
    let lab = Lab::new();
    lab.put(r#"{"access_token": "a", "refresh_token": "r", "own": 1}"#);
    let mut keeper = lab.keeper().unwrap();
    keeper.intend(1_773_478_320_000).unwrap();
    assert_eq!(lab.json()["refresh_started_at"], "2026-03-14T08:52:00Z");
    assert_eq!(lab.json()["refresh_token"], "r");
    assert_eq!(lab.names(), ["auth.json", "auth.json.lock", "auth.json.tmp"]);
    keeper.renew(&grant("b"), 1_773_478_321_000).unwrap();
    let json = lab.json();
    assert_eq!((&json["access_token"], &json["refreshed_at"]), (&json!("b"), &json!("2026-03-14T08:52:01Z")));
    assert_eq!((json.get("refresh_started_at"), &json["own"]), (None, &json!(1)));
    assert_eq!(lab.names(), ["auth.json", "auth.json.lock"]);
}

#[test]
fn an_intent_can_be_taken_back_and_a_rejection_stays() {
    let lab = Lab::new();
    lab.put(r#"{"access_token": "a", "refresh_token": "r"}"#);
    let mut keeper = lab.keeper().unwrap();
    keeper.intend(2000).unwrap();
    keeper.withdraw(None).unwrap();
    assert_eq!(lab.json(), json!({ "version": 1, "access_token": "a", "refresh_token": "r" }));
    keeper.intend(1000).unwrap();
    // The first that may have used the refresh token up is the one to remember.
    keeper.intend(2000).unwrap();
    keeper.reject(Some(1000), 3000).unwrap();
    let about = keeper.read().unwrap().unwrap().about;
    assert_eq!((about.refresh_started_at, about.refresh_rejected_at), (Some(1000), Some(3000)));
    assert_eq!(lab.names(), ["auth.json", "auth.json.lock"]);
}

#[test]
fn there_is_nothing_to_renew_where_nobody_signed_in() {
    let lab = Lab::new();
    for text in [None, Some(""), Some("[]"), Some(r#"{"access_tok"#)] {
        text.into_iter().for_each(|text| lab.put(text));
        let mut keeper = lab.keeper().unwrap();
        assert_eq!(keeper.intend(0), Err(NotKept::NoLogin { path: lab.path() }));
        assert!(keeper.read().unwrap().is_none());
    }
    // Of what is damaged nothing is kept.
    lab.keeper().unwrap().keep(&grant("new")).unwrap();
    assert_eq!(lab.json()["access_token"], "new");
}

#[test]
fn an_answer_that_a_killed_writer_left_is_put_in_place() {
    let lab = Lab::new();
    let answer = r#"{"access_token": "new", "refresh_token": "r2"}      "#;
    let before =
        r#"{"access_token": "old", "refresh_token": "r", "refresh_started_at": "2026-03-14T08:52:00Z"}"#;
    for before in [before, "", r#"{"access_tok"#] {
        lab.put(before);
        lab.leave(answer);
        assert_eq!(lab.keeper().unwrap().read().unwrap().unwrap().access.unwrap().expose(), "new");
        assert_eq!(lab.names(), ["auth.json", "auth.json.lock"]);
    }
    fs::remove_file(lab.path()).unwrap();
    lab.leave(answer);
    assert!(lab.keeper().unwrap().read().unwrap().is_some());
}

#[test]
fn what_is_no_answer_that_is_waited_for_is_removed() {
    let lab = Lab::new();
    let good = r#"{"access_token": "old", "refresh_token": "r"}"#;
    let started = r#"{"access_token": "old", "refresh_started_at": "2026-03-14T08:52:00Z"}"#;
    for (before, left) in [
        (good, r#"{"access_token": "new"}"#),
        (started, r#"{"access_token": "ne"#),
        (started, "                 "),
        (started, started),
        (started, r#"{"access_token": "new", "version": 9}"#),
    ] {
        lab.put(before);
        lab.leave(left);
        assert_eq!(lab.keeper().unwrap().read().unwrap().unwrap().access.unwrap().expose(), "old");
        assert_eq!(lab.names(), ["auth.json", "auth.json.lock"]);
    }
}

#[test]
fn one_s_own_link_stays_and_its_target_is_replaced() {
    let lab = Lab::new();
    let target = lab.folder.path().canonicalize().unwrap().join("dotfiles.json");
    lab.put("");
    fs::remove_file(lab.path()).unwrap();
    symlink(&target, lab.path()).unwrap();
    for access in ["one", "two"] {
        lab.keeper().unwrap().keep(&grant(access)).unwrap();
        assert_eq!(fs::read_link(lab.path()).unwrap(), target);
        assert_eq!(lab.json()["access_token"], access);
        assert_eq!(target.metadata().unwrap().mode() & 0o7777, 0o600);
    }
    lab.keeper().unwrap().remove().unwrap();
    assert!(!target.exists() && fs::read_link(lab.path()).is_ok());
}

#[test]
fn another_user_s_file_is_replaced_and_nothing_of_it_kept() {
    let lab = Lab::new();
    lab.put(r#"{"access_token": "planted", "own": 1}"#);
    if std::os::unix::fs::chown(lab.path(), Some(4321), None).is_err() {
        return; // Only root can give files away.
    }
    let mut keeper = lab.keeper().unwrap();
    assert!(keeper.read().unwrap().unwrap().foreign);
    assert_eq!(keeper.intend(0), Err(NotKept::NoLogin { path: lab.path() }));
    keeper.keep(&grant("mine")).unwrap();
    assert_eq!(lab.json().get("own"), None);
    assert!(!keeper.read().unwrap().unwrap().foreign);
}

#[test]
fn every_refusal_says_what_to_do() {
    let path = PathBuf::from("/x");
    let failed = |fault| NotKept::Refused(Refused::Failed { path: path.clone(), fault });
    for refusal in [NotKept::NoPlace, failed(Fault::Full), failed(Fault::ReadOnly), failed(Fault::Denied)] {
        assert!(refusal.remedy().contains("CMDOP_CONFIG_DIR"), "{refusal}");
    }
    let foreign = NotKept::Refused(Refused::Foreign { folder: path, owner: "ada".to_owned() });
    assert!(foreign.remedy().contains("without sudo"));
}

#[cfg(feature = "keyring")]
#[test]
fn a_keyring_keeps_the_login_in_place_of_the_file() {
    use crate::credential::{KEY_VARIABLE, Origin, Slot, Wallet};
    use crate::world::{Env, World};
    crate::world::keyring::mocked();
    let dir = tempfile::tempdir().unwrap();
    let named = crate::credential::specimen::settings("https://api.test", Some(dir.path()));
    let settings = Settings { keeping: Keeping::Keyring, ..named };
    let lock = || Keeper::lock(&settings, Duration::from_secs(1)).unwrap();
    assert!(!Keeper::is_needed(&settings) && Stored::look(&settings).unwrap().is_none());
    let mut keeper = lock();
    keeper.is_ready().unwrap();
    keeper.keep(&grant("at-one")).unwrap();
    drop(keeper);
    assert!(Keeper::is_needed(&settings));
    let world = World::with(Env::made_of([("UNUSED", "x")]));
    assert!(!world.env.is_set(KEY_VARIABLE));
    let wallet = Wallet::new(crate::credential::specimen::shape_list());
    match wallet.slot("active", &settings, &world) {
        Slot::Stored { held: Some(held), source, .. } => {
            assert_eq!((held.origin, source), (Origin::Keyring, RING_NAME));
        }
        other => panic!("{other:?}"),
    }
    let mut keeper = lock();
    keeper.intend(1_773_478_320_000).unwrap();
    assert!(keeper.read().unwrap().unwrap().about.refresh_started_at.is_some());
    keeper.renew(&grant("at-two"), 1_773_478_321_000).unwrap();
    let stored = keeper.read().unwrap().unwrap();
    assert_eq!(stored.access.unwrap().expose(), "at-two");
    assert!(stored.about.refresh_started_at.is_none());
    keeper.remove().unwrap();
    assert!(!Keeper::is_needed(&settings));
    assert!(!dir.path().join("auth.json").exists(), "no secret is in a file");
}
