//! The file of a login, damaged: what the machine is told to have, without its secret.

use std::path::Path;
use std::time::Duration;

use cmdop_doctor::doctor::{Machine, Source};
use cmdop_doctor::engine::Selection;
use cmdop_doctor::model::settings::{Origin, Set, Settings};
use cmdop_doctor::rulebook::built_in;
use cmdop_doctor::world::{Env, World};
use memchr::memmem;
use serde_json::json;

use crate::bundles::ODD;
use crate::chance::{self, Chance};
use crate::reports::{asked_of, written};

/// A machine that has nothing but `home`, and asks nobody.
fn machine(home: &Path) -> Box<Machine> {
    let set = |value: &str| Set { value: value.to_owned(), from: Origin::Default };
    let settings = Settings {
        api: set("https://api.cmdop.com"),
        issuer: set("https://auth.cmdop.com"),
        client_id: set("cmdop-cli"),
        workspace: None,
        config_dir: Some(Set { value: home.join(".cmdop"), from: Origin::Default }),
        home: Some(home.to_owned()),
        ca_file: None,
        callback_port: set("0"),
        endpoints: Default::default(),
        providers: Vec::new(),
        keeping: Default::default(),
        probe_deadline: Duration::from_secs(5),
        offline: true,
        demand: Default::default(),
    };
    Box::new(Machine { settings, world: World::with(Env::made_of([("HOME", home)])) })
}

fn round(chance: &mut Chance) {
    let (access, refresh) = (chance.word(24), chance.word(24));
    let bundle = json!({
        "access_token": format!("clit_{access}"), "refresh_token": format!("clitr_{refresh}"), "token_type": "Bearer",
        "expires_at": 1_900_000_000, "scope": "machines:read", "workspace_id": "ws_1", "workspace_name": "acme-corp",
        "user_email": "ada@example.test", "issuer": "https://auth.cmdop.com", "version": 1, "refreshed_at": "2026-11-23T09:12:00Z",
    });
    let mut text = bundle.to_string().into_bytes();
    chance.damage(&mut text, 8, ODD);
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(".cmdop");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("auth.json"), &text).unwrap();
    let only = ["token", "oauth", "workspace"].map(str::to_owned).to_vec();
    let selection = Some(Selection { only, skip: Vec::new() });
    let report = asked_of(Source::Live(machine(home.path())), built_in(), selection).unwrap();
    let texts = written(&report, &report);
    for (name, prefix, secret) in [("access_token", "clit_", access), ("refresh_token", "clitr_", refresh)] {
        // What the damage took out of its place and put into the middle of a word is no token any more.
        let in_place = format!(r#""{name}":"{prefix}{secret}""#);
        if memmem::find(&text, in_place.as_bytes()).is_none() {
            continue;
        }
        let told = texts.iter().find(|text| memmem::find(text, secret.as_bytes()).is_some());
        assert_eq!(told.map(|text| String::from_utf8_lossy(text)), None, "{secret} is told");
    }
}

chance::played!(2, round);
