//! Secrets in files: where they belong, where they do not, and in files that cannot be read.

use serde_json::json;

use crate::canary::{ACCESS, FOREIGN, KEY, LEAKED_KEY, REFRESH, jwt};
use crate::outputs::Outputs;
use crate::support::{Home, far_future};

const NOWHERE: (&str, &str) = ("CMDOP_API_URL", "http://127.0.0.1:9");

fn examined(store: &str) -> Outputs {
    let home = Home::new();
    home.file(".cmdop/auth.json", store);
    home.file(".cmdop/auth.json.tmp", store);
    Outputs::of_examining(&home, &[NOWHERE])
}

#[test]
fn a_store_that_is_no_json() {
    let (access, refresh) = (ACCESS.secret, REFRESH.secret);
    let good = json!({"access_token": access, "refresh_token": refresh}).to_string();
    for store in [
        access.to_owned(),
        format!("{access}\n{refresh}\n"),
        format!("access_token={access}"),
        format!("{{\"access_token\": {access}}}"),
        format!("{{\"access_token\": \"{access}\", \"refresh_token\": \"{refresh}"),
        format!("{{'access_token': '{access}'}}"),
        format!("{good}{refresh}"),
        format!("{good},"),
        format!("\u{feff}{good}x"),
        format!("{{\"access_token\": \"{access}\\q\"}}"),
        format!("{{\"access_token\": \"{access}\n\"}}"),
        format!("<html>{access}</html>"),
        format!("\"{access}\""),
        format!("[\"{access}\", \"{refresh}\"]"),
    ] {
        examined(&store).hide(&[]);
    }
}

#[test]
fn a_store_with_secrets_in_the_wrong_places() {
    let (access, refresh) = (ACCESS.secret, REFRESH.secret);
    let fields = [
        "scope",
        "workspace_id",
        "workspace_name",
        "user_id",
        "user_email",
        "issuer",
        "token_type",
        "version",
    ];
    let mut everywhere = json!({"access_token": access, "refresh_token": refresh, "expires_at": access});
    for field in fields {
        everywhere[field] = json!(access);
    }
    let other_key =
        json!({"access_token": access, "user_email": KEY.secret, "workspace_name": LEAKED_KEY.secret});
    let wrong_types =
        json!({"access_token": {access: refresh}, "refresh_token": [refresh], "scope": [access, refresh]});
    let swapped = json!({access: "access_token", refresh: "refresh_token"});
    for store in [everywhere, other_key, wrong_types, swapped] {
        examined(&store.to_string()).hide(&[]);
    }
    examined(&format!("{{\"{access}\": 1, \"{access}\": 2, \"{}\": 3, \"{}\": 4}}", KEY.secret, KEY.secret))
        .hide(&[]);
    examined(&format!("{{\"access_token\": \"{access}\", \"access_token\": \"{refresh}\"}}")).hide(&[]);
    let address =
        json!({"access_token": access, "issuer": format!("https://ada:{refresh}@auth.test/?t={access}")});
    examined(&address.to_string()).hide(&[]);
}

#[test]
fn tokens_of_every_kind() {
    let signed = jwt(r#"{"iss":"https://ada:pw@auth.test","exp":"never","email":"ada@acme.test"}"#);
    for token in [signed.as_str(), KEY.secret, FOREIGN.secret, LEAKED_KEY.secret] {
        let home = Home::new();
        home.sign_in(token, far_future());
        let outputs = Outputs::of_examining(&home, &[NOWHERE]);
        let known = if token == signed { vec![token] } else { Vec::new() };
        outputs.hide(&known);
    }
}

#[test]
fn files_where_secrets_leak_to() {
    let home = Home::new();
    home.sign_in(ACCESS.secret, 1);
    let line = format!(
        "export CMDOP_API_KEY={}\ncurl -H 'Authorization: Bearer {}'\n",
        LEAKED_KEY.secret, KEY.secret
    );
    for history in [".bash_history", ".zsh_history", ".profile", ".bashrc", ".netrc", ".env"] {
        home.file(history, &line);
    }
    std::fs::create_dir(home.path().join(".git")).unwrap();
    for other in
        [".cmdop/credentials", ".cmdop/token", ".cmdop/token_prod.json", ".cmdop/ssh_workspaces.json"]
    {
        home.file(
            other,
            json!({"active": KEY.secret, "workspaces": [{"name": LEAKED_KEY.secret, "api_key": KEY.secret}]})
                .to_string(),
        );
    }
    let outputs = Outputs::of_examining(&home, &[NOWHERE]);
    outputs.hide(&[]);
    outputs.tell(&LEAKED_KEY.secret[..12]);
}

#[test]
fn a_config_file_with_a_secret_in_it() {
    let (key, token) = (KEY.secret, ACCESS.secret);
    for config in [
        format!("api_key: {key}\n"),
        format!("{key}\n"),
        format!("{key}: 1\n"),
        format!("workspace: {key}\n"),
        format!("workspace: {token}\nclient_id: {token}\n"),
        format!("client_id: {key}\ncallback_port: {key}\nca_file: {key}\n"),
        format!("api_url: {key}\n"),
        format!("api_url: https://ada:{token}@127.0.0.1:9/?k={key}\nissuer: https://{token}@127.0.0.1:9\n"),
        format!("workspace: [{key}]\n"),
        format!("workspace: \"{key}\n"),
        format!("workspace: !{key} x\n"),
        format!("workspace: *{key}\n"),
        format!("&{key} workspace: &{key} x\n"),
        format!("workspace: acme\nworkspace: {key}\n"),
        format!("? {{{key}: {token}}}\n"),
        format!("%{key}\n---\n"),
    ] {
        let home = Home::new();
        home.sign_in(token, 1);
        home.file(".cmdop/config.yaml", &config);
        Outputs::of_examining(&home, &[NOWHERE, ("CMDOP_API_KEY", key)]).hide(&[]);
        Outputs::of_running(
            &home,
            &[],
            &["doctor list", "doctor auth --offline -v --config .cmdop/config.yaml"],
        )
        .hide(&[]);
    }
}

#[test]
fn a_rule_file_with_a_secret_in_it() {
    let (key, token) = (KEY.secret, FOREIGN.secret);
    for rule in [
        format!("id: key.own\ntitle: {key}\nabut: {token}\n"),
        format!("{key}: {token}\n"),
        format!("id: {key}\n"),
        format!("id: net.own\nneeds: [{key}, {token}]\n"),
        format!(
            "id: net.own\ntitle: x\nevidence: {{ a: {{ http: {{ get: \"https://ada:{token}@idp.test/{key}\" }} }} }}\n"
        ),
        format!(
            "id: net.own\nevidence: {{ a: {{ {key}: {{ {token}: 1 }} }} }}\noutcomes: [ {{ id: a, when: {{ {key}: {token} }} }} ]\n"
        ),
        format!("id: \"{key}\n"),
        format!("id: *{key}\n"),
        format!("!{key} {{ {token}\n"),
        format!("{{{{ {key}\n"),
        format!("%{key} {token}\n---\n"),
    ] {
        let home = Home::new();
        home.file("own.yaml", &rule);
        home.folder_in(".cmdop/rules", 0o700);
        home.file(".cmdop/rules/own.yaml", &rule);
        let lines = [
            "doctor list --rules own.yaml",
            "doctor auth --offline --rules own.yaml",
            "doctor explain net.own",
        ];
        Outputs::of_running(&home, &[], &lines).hide(&[]);
    }
}
