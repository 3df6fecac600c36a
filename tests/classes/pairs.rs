//! Two faults at once are two roots: neither hides the other, and no third one is made up.

use cmdop_doctor::sandbox::Fault;
use serde_json::json;

use crate::apart::in_own_network;
use crate::broken::dns::Answer;
use crate::broken::proxy;
use crate::broken::tcp::Refusing;
use crate::broken::tls::Tls;
use crate::machine::Machine;
use crate::row::{on_own_thread, prove_both};

/// A test for each pair.
macro_rules! pairs {
    ($($name:ident $one:literal $other:literal $made:expr;)*) => {
        $(#[test]
        fn $name() {
            on_own_thread(|| prove_both(&$made, [$one, $other]));
        })*
    };
}

const STORE: &str = ".cmdop/auth.json";

/// A key that no server knows.
const KEY: &str = "cmd_acme_a1b2c3d4e5f6g7h8i9j0";

impl Machine {
    fn behind_dead_proxy(self) -> Machine {
        let dead = Refusing::start();
        self.env("http_proxy", dead.url("http")).keep(dead)
    }

    fn with_quoted_key(self) -> Machine {
        self.with_key_alone().env("CMDOP_API_KEY", "\"{key}\"")
    }
}

pairs! {
    open_file_and_expired "token.file_mode/readable_by_others" "token.unexpired/expired_refreshable"
        Machine::well().expired().mode(STORE, 0o644);
    dead_proxy_and_quoted_key "net.proxy/refused" "key.mangled/quoted"
        Machine::well().with_quoted_key().behind_dead_proxy();
    clock_ahead_and_foreign_workspace "cause.clock_wrong" "token.workspace/elsewhere"
        Machine::served(&[Fault::ClockAhead]).env("CMDOP_WORKSPACE", "beta");
    clock_ahead_and_expired_all_the_same "cause.clock_wrong" "token.unexpired/expired_refreshable"
        Machine::served(&[Fault::ClockAhead]).expired();
    clock_behind_and_open_file "cause.clock_wrong" "token.file_mode/readable_by_others"
        Machine::served(&[Fault::ClockBehind]).mode(STORE, 0o644);
    no_member_and_endless_key "workspace.member/not_member" "key.expiry/never"
        Machine::served(&[Fault::NotAMember, Fault::KeyNoExpiry]).with_key_alone();
    sso_certificate_and_viewer "sso.certificate/expired" "workspace.role/only_looks_on"
        Machine::served(&[Fault::SsoCertificateExpired, Fault::RoleViewer]);
    sso_user_and_machines_elsewhere "sso.user/not_provisioned" "workspace.machine/elsewhere"
        Machine::served(&[Fault::SsoUserMissing, Fault::MachineElsewhere]);
    sso_user_and_sso_attributes "sso.user/not_provisioned" "sso.attributes/not_mapped"
        Machine::served(&[Fault::SsoUserMissing, Fault::SsoAttributesMissing]);
    offline_and_expired "net.api_connects/refused" "token.unexpired/expired_refreshable"
        Machine::refused().expired();
    no_network_and_expired "net.api_connects/no_route" "token.unexpired/expired_refreshable"
        in_own_network(false, || Machine::at("http://127.0.0.1:4100").expired());
    no_such_name_and_open_file "net.name_resolves/no_such_name" "token.file_mode/readable_by_others"
        in_own_network(true, || Machine::at("https://api.example.test").mode(STORE, 0o644))
            .names_answered(Answer::NoSuchName);
    untrusted_and_expired "net.tls_trusted/unknown_issuer" "token.unexpired/expired_refreshable" {
        let running = Tls::new().start();
        Machine::at(running.server.url("https")).expired().keep(running)
    };
    certificate_expired_and_login_expired "net.tls_valid/expired" "token.unexpired/expired_refreshable" {
        let running = Tls::new().expired().start();
        let machine = Machine::at(running.server.url("https")).file("root.pem", &running.root_pem);
        machine.expired().env("CMDOP_CA_FILE", "{home}/root.pem").keep(running)
    };
    proxy_wants_auth_and_store_cut "net.proxy/wants_auth" "token.file_json/cut_off" {
        let server = proxy::wants_auth();
        let machine = Machine::well().rewritten(|text| text.into_bytes()[..150].to_vec());
        machine.env("http_proxy", server.url("http")).keep(server)
    };
    captive_portal_and_open_folder "net.api_reachable/captive_portal" "token.folder_mode/config_folder_open"
        Machine::served(&[Fault::CaptivePortal]).mode(".cmdop", 0o777);
    rate_limited_and_quoted_key "net.api_reachable/rate_limited" "key.mangled/quoted"
        Machine::served(&[Fault::RateLimited]).with_quoted_key();
    server_fault_and_empty_variable "net.api_reachable/server_fault" "key.empty/hides_login"
        Machine::served(&[Fault::ServerError]).env("CMDOP_API_KEY", "");
    no_network_and_foreign_token "net.api_connects/refused" "token.file_fields/foreign_token"
        Machine::refused().field("access_token", json!(concat!("ghp", "_0123456789abcdefghijABCDEFGHIJ012345")));
    revoked_and_open_folder "token.accepted/revoked" "token.folder_mode/config_folder_open"
        Machine::served(&[Fault::RevokedToken]).mode(".cmdop", 0o777);
    revoked_and_lock_left "token.accepted/revoked" "token.lock/left_over"
        Machine::served(&[Fault::RevokedToken]).file(".cmdop/auth.json.lock", "999999\n");
    revoked_and_other_generation "token.accepted/revoked" "token.generation/also_daemon"
        Machine::served(&[Fault::RevokedToken]).file(".cmdop/token_prod.json", "{}");
    second_factor_and_open_file "oauth.two_factor/due" "token.file_mode/readable_by_others"
        Machine::served(&[Fault::TwoFactorRequired]).mode(STORE, 0o644);
    single_sign_on_and_lock_left "sso.session/due" "token.lock/left_over"
        Machine::served(&[Fault::SsoRequired]).file(".cmdop/auth.json.lock", "999999\n");
    lacks_permission_and_endless_key "key.permission/lacking" "key.expiry/never"
        Machine::served(&[Fault::LacksPermission, Fault::KeyNoExpiry]).with_key_alone();
    powerful_key_and_unnamed_key "key.scope/full_access" "key.name/vague"
        Machine::served(&[Fault::KeyTooPowerful, Fault::KeyUnnamed]).with_key_alone();
    machine_password_and_open_file "agent.machine_password/due" "token.file_mode/readable_by_others"
        Machine::served(&[Fault::MachinePasswordRequired]).mode(STORE, 0o644);
    other_server_and_open_file "token.issuer/other_issuer" "token.file_mode/readable_by_others"
        Machine::well().field("issuer", json!("https://auth.cmdop.com")).mode(STORE, 0o644);
    early_and_open_folder "token.not_before/too_early" "token.folder_mode/config_folder_open"
        Machine::with_web_token(json!({ "nbf": crate::machine::in_seconds(86_400) })).mode(".cmdop", 0o777);
    other_name_of_this_machine_and_open_file "oauth.discovery/other_name" "token.file_mode/readable_by_others" {
        let machine = Machine::well().mode(STORE, 0o644);
        let api = machine.api.replace("127.0.0.1", "localhost");
        machine.env("CMDOP_API_URL", api)
    };
    env_file_of_a_repository_and_open_file "key.leaked/env_file" "token.file_mode/readable_by_others"
        Machine::well().folder(".git").file(".env", format!("K={KEY}\n")).mode(STORE, 0o644);
    env_file_that_git_ignores_and_direnv "key.leaked/envrc_file" "token.lock/left_over" {
        let machine = Machine::well().folder(".git").file(".gitignore", ".env\n").file(".env", format!("K={KEY}\n"));
        machine.file(".envrc", format!("export K={KEY}\n")).file(".cmdop/auth.json.lock", "999999\n")
    };
    key_before_login_and_viewer "token.shadowed/by_key" "workspace.role/only_looks_on"
        Machine::served(&[Fault::RoleViewer]).env("CMDOP_API_KEY", "{key}");
    portal_and_expired "net.api_reachable/captive_portal" "token.unexpired/expired_refreshable"
        Machine::served(&[Fault::CaptivePortal]).expired();
    signed_out_and_offline "token.signed_in/no_display" "net.api_connects/refused"
        Machine::refused().signed_out();
}
