//! What the credential is, whence it comes, and what the server makes of it.

use cmdop_doctor::sandbox::Fault;
use serde_json::json;

use crate::apart::{HERE, in_own_network};
use crate::broken::dns::Answer;
use crate::broken::tls::Tls;
use crate::machine::{Machine, in_seconds};
use crate::support::is_root;
use crate::table::rows;

/// A token of another vendor's, in two pieces so that no scanner takes it for one that leaked.
const FOREIGN: &str = concat!("ghp", "_0123456789abcdefghijABCDEFGHIJ012345");

/// What the development server says of every credential.
const REJECTION_HEAD: &str =
    "HTTP/1.1 401 Unauthorized\r\ncontent-type: application/json\r\nconnection: close\r\n";

/// A key of the production server's, and the development server.
fn on_development() -> Machine {
    let machine = in_own_network(true, || {
        let body = r#"{"error":{"code":"unauthorized","message":"Invalid or expired API token"}}"#;
        let answer = format!("{REJECTION_HEAD}content-length: {}\r\n\r\n{body}", body.len());
        let running = Tls::new().for_host("api-dev.cmdop.com").answering(answer).start();
        let api = format!("https://api-dev.cmdop.com:{}", running.server.port());
        let machine = Machine::at(api).with_key_alone().file("root.pem", &running.root_pem);
        machine.env("CMDOP_CA_FILE", "{home}/root.pem").keep(running)
    });
    machine.names_answered(Answer::Address(HERE))
}

rows! {
    expired "expired" "token.unexpired/expired_refreshable" exits 1
        "cmdop auth refresh"
        || Machine::well().expired();
    expired_for_good "expired" "token.unexpired/expired" exits 1
        "cmdop login --device-code"
        || Machine::well().expired().field("refresh_token", json!(null));
    expired_by_its_own_words "expired" "token.agrees/ended_before" exits 1
        "cmdop auth refresh"
        || Machine::with_web_token(json!({ "exp": in_seconds(-3600) }));
    key_expired "expired" "key.accepted/expired" exits 1
        "unset CMDOP_API_KEY; cmdop login --device-code; make a new key with `cmdop auth create-key --name NAME --expires 90d`, and set CMDOP_API_KEY to it (in CI, as a secret)"
        || Machine::served(&[Fault::ExpiredToken]).with_key_alone();
    expired_at_the_server "expired" "token.accepted/ended_at_server" exits 1
        "cmdop auth refresh"
        || Machine::served(&[Fault::ExpiredToken]);
    not_yet_valid "not yet valid" "token.not_before/too_early" exits 1
        "cmdop auth refresh"
        || Machine::with_web_token(json!({ "nbf": in_seconds(86_400), "exp": in_seconds(90_000) }));
    revoked "revoked" "token.accepted/revoked" exits 1
        "cmdop login --device-code"
        || Machine::served(&[Fault::RevokedToken]);
    key_revoked "revoked" "key.accepted/revoked" exits 1
        "unset CMDOP_API_KEY; cmdop login --device-code; make a new key with `cmdop auth create-key --name NAME`, and set CMDOP_API_KEY to it (in CI, as a secret)"
        || Machine::served(&[Fault::RevokedToken]).with_key_alone();

    key_quoted "malformed" "key.mangled/quoted" exits 1
        "remove the quotes around the key where CMDOP_API_KEY is set"
        || Machine::well().with_key_alone().env("CMDOP_API_KEY", "\"{key}\"");
    key_with_newline "malformed" "key.mangled/crlf_end" exits 1
        "export CMDOP_API_KEY=\"$(printf %s \"$CMDOP_API_KEY\" | tr -d '\\r\\n')\""
        || Machine::well().with_key_alone().env("CMDOP_API_KEY", "{key}\r\n");
    key_cut "malformed" "key.length/cut_short" exits 1
        "copy the whole key into CMDOP_API_KEY anew, or make another one, as a key is shown only once; unset CMDOP_API_KEY; cmdop login --device-code; cmdop auth create-key --name command-line --expires 90d"
        || Machine::well().with_key_alone().env("CMDOP_API_KEY", "cmd_acme_a1b2c3d4e5f");
    store_cut "malformed" "token.file_json/cut_off" exits 1
        "cmdop login --device-code"
        || Machine::well().rewritten(|text| text.into_bytes()[..150].to_vec());
    store_empty "malformed" "token.file_json/empty" exits 1
        "cmdop login --device-code"
        || Machine::well().raw("");
    store_of_windows "malformed" "token.file_json/utf16" exits 1
        "cmdop login --device-code"
        || Machine::well().rewritten(|text| text.encode_utf16().flat_map(u16::to_le_bytes).collect());
    store_is_a_list "malformed" "token.file_json/not_an_object" exits 1
        "cmdop login --device-code"
        || Machine::well().raw("[]");
    store_is_a_page "malformed" "token.file_json/html" exits 1
        "cmdop login --device-code"
        || Machine::well().raw("<!doctype html><title>Sign in</title>");
    store_is_a_folder "malformed" "token.file_kind/folder" exits 1
        "mv ~/.cmdop/auth.json ~/.cmdop/auth.json.bak && cmdop login --device-code"
        || Machine::well().signed_out().folder(".cmdop/auth.json");
    store_is_a_pipe "malformed" "token.file_kind/pipe" exits 1
        "rm ~/.cmdop/auth.json && cmdop login --device-code"
        || Machine::well().signed_out().pipe(".cmdop/auth.json");
    store_leads_nowhere "malformed" "token.file_kind/dangling_link" exits 1
        "rm ~/.cmdop/auth.json && cmdop login --device-code"
        || Machine::well().linked_to("away.json").without("away.json");
    store_with_wrong_types "malformed" "token.file_fields/wrong_token_type" exits 1
        "cmdop login --device-code"
        || Machine::well().field("access_token", json!(123));
    store_in_milliseconds "malformed" "token.file_fields/milliseconds" exits 0
        "cmdop auth refresh"
        || Machine::well().field("expires_at", json!(in_seconds(3600) * 1000));
    store_unreadable "malformed" "token.file_readable/no_rights" exits 1
        "chmod 600 ~/.cmdop/auth.json"
        || Machine::well().mode(".cmdop/auth.json", 0o000).unless(!is_root(), "ordinary user");
    folder_closed "malformed" "token.folder_readable/closed" exits 1
        "chmod 700 ~/.cmdop"
        || Machine::well().mode(".cmdop", 0o000).unless(!is_root(), "ordinary user");
    store_without_token "malformed" "token.file_fields/no_tokens" exits 1
        "cmdop login --device-code"
        || Machine::well().raw("{\"version\":1}");
    foreign_key "foreign vendor" "key.prefix/foreign" exits 1
        "set CMDOP_API_KEY to your CMDOP key, which starts with cmd_, or else make one; unset CMDOP_API_KEY; cmdop login --device-code; cmdop auth create-key --name command-line --expires 90d"
        || Machine::well().with_key_alone().env("CMDOP_API_KEY", FOREIGN);
    foreign_token "foreign vendor" "token.file_fields/foreign_token" exits 1
        "cmdop login --device-code"
        || Machine::well().field("access_token", json!(FOREIGN));
    key_of_other_generation "other generation" "key.prefix/other_generation" exits 1
        "unset CMDOP_API_KEY && cmdop login --device-code && cmdop auth create-key --name command-line --expires 90d"
        || Machine::well().with_key_alone().env("CMDOP_API_KEY", "cmdop_live_0123456789abcdefghij");
    store_of_other_generation "other generation" "token.generation/only_daemon" exits 1
        "cmdop login --device-code; or, if that generation is the one that you use: cmdop doctor auth --profile daemon"
        || Machine::well().signed_out().file(".cmdop/token_prod.json", "{}");
    variable_of_other_generation "other generation" "token.generation/only_variable" exits 1
        "cmdop login --device-code; or, if that generation is the one that you use: cmdop doctor auth --profile daemon"
        || Machine::well().signed_out().env("CMDOP_TOKEN", "cmdop_0123456789abcdefghij");
    other_environment "wrong environment" "key.accepted/at_development_server" exits 1
        "unset CMDOP_API_URL"
        on_development;
    token_of_other_environment "wrong environment" "token.accepted/other_environment" exits 1
        "cmdop login --device-code"
        || Machine::served(&[Fault::WrongEnvironment]);
    key_of_other_environment "wrong environment" "key.accepted/other_environment" exits 1
        "set CMDOP_API_KEY to a key of this server, or CMDOP_API_URL to the server of this key"
        || Machine::served(&[Fault::WrongEnvironment]).with_key_alone();
    token_of_other_issuer "wrong environment" "token.accepted/other_issuer" exits 1
        "cmdop login --device-code"
        || Machine::served(&[Fault::ForeignIssuer]);
    key_unknown "revoked" "key.accepted/rejected" exits 1
        "unset CMDOP_API_KEY; cmdop login --device-code; make a new key with `cmdop auth create-key --name NAME`, and set CMDOP_API_KEY to it (in CI, as a secret)"
        || Machine::well().with_key_alone().env("CMDOP_API_KEY", "cmd_acme_a1b2c3d4e5f6g7h8i9j0");
    token_unknown "revoked" "token.accepted/rejected" exits 1
        "cmdop login --device-code"
        || Machine::well().field("access_token", json!("at-0123456789abcdefghijklmnopqrstuvwxyz"));
    other_server "wrong environment" "token.issuer/other_issuer" exits 1
        "cmdop login --issuer {api} --device-code"
        || Machine::well().field("issuer", json!("https://auth.cmdop.com"));

    variable_empty "wrong credential source" "key.empty/hides_login" exits 1
        "unset CMDOP_API_KEY"
        || Machine::well().env("CMDOP_API_KEY", "");
    key_hides_login "wrong credential source" "key.accepted/rejected_hiding_login" exits 1
        "unset CMDOP_API_KEY"
        || Machine::well().env("CMDOP_API_KEY", "cmd_acme_a1b2c3d4e5f6g7h8i9j0");
    key_before_login "wrong credential source" "token.shadowed/by_key" exits 0
        "unset CMDOP_API_KEY; or, to go on with the key, give the login up: cmdop logout"
        || Machine::well().env("CMDOP_API_KEY", "{key}");
    nobody_signed_in "wrong credential source" "token.signed_in/no_display" exits 1
        "cmdop login --device-code"
        || Machine::well().signed_out();

    key_lacks_permission "lacks a permission" "key.permission/lacking" exits 1
        "unset CMDOP_API_KEY && cmdop login --device-code && cmdop auth create-key --name command-line --expires 90d --permissions sessions:read,machines:read"
        || Machine::served(&[Fault::LacksPermission]).with_key_alone();
    login_lacks_permission "lacks a permission" "workspace.permission/lacking" exits 1
        "ask an admin of the workspace for the permission machines:read, then sign in again; cmdop login --device-code"
        || Machine::served(&[Fault::LacksPermission]);

    single_sign_on "SSO re-authentication due" "sso.session/due" exits 1
        "cmdop login --device-code; or sign in at {api}/idp/sign-on and try again"
        || Machine::served(&[Fault::SsoRequired]);
    second_factor "second factor due" "oauth.two_factor/due" exits 1
        "cmdop login --device-code"
        || Machine::served(&[Fault::TwoFactorRequired]);
    machine_password "machine password due" "agent.machine_password/due" exits 1
        "enter the machine's password when `cmdop terminal MACHINE` asks for it; whoever set the machine up knows it"
        || Machine::served(&[Fault::MachinePasswordRequired]);
    machine_password_with_key "machine password due" "agent.machine_password/due" exits 1
        "enter the machine's password when `cmdop terminal MACHINE` asks for it; whoever set the machine up knows it"
        || Machine::served(&[Fault::MachinePasswordRequired]).with_key_alone();
}
