//! Machines that are unusual and in order: no root, nothing left open, exit 0.

use std::os::unix::fs::chown;
use std::os::unix::net::UnixListener;

use cmdop_doctor::sandbox::Fault;
use serde_json::json;

use crate::apart::in_own_tmp;
use crate::broken::proxy;
use crate::broken::tls::Tls;
use crate::machine::{Machine, in_seconds};
use crate::row::{on_own_thread, prove_well};

/// A test for each machine.
macro_rules! well {
    ($($name:ident $made:expr;)*) => {
        $(#[test]
        fn $name() {
            on_own_thread(|| prove_well(&$made));
        })*
    };
}

/// The uid of nobody, who owns nothing here.
const NOBODY: u32 = 65_534;

/// One's own agent, and what somebody else's left beside it.
fn two_agents() -> Machine {
    in_own_tmp(|| {
        if !crate::support::is_root() {
            return Machine::well();
        }
        let mine = UnixListener::bind("/tmp/cmdop-mine.sock").unwrap();
        drop(UnixListener::bind("/tmp/cmdop-left.sock").unwrap());
        let theirs = UnixListener::bind("/tmp/cmdop-theirs.sock").unwrap();
        chown("/tmp/cmdop-left.sock", Some(NOBODY), None).unwrap();
        chown("/tmp/cmdop-theirs.sock", Some(NOBODY), None).unwrap();
        Machine::well().keep((mine, theirs))
    })
}

fn private_root(variable: &'static str) -> Machine {
    Machine::behind_tls(Tls::new()).env(variable, "{home}/root.pem")
}

fn tunnel() -> Machine {
    let proxy = proxy::works();
    private_root("CMDOP_CA_FILE").env("HTTPS_PROXY", proxy.url("http")).keep(proxy)
}

fn inspected_and_trusted() -> Machine {
    Machine::behind_tls(Tls::new().signed_by("Zscaler Inc.")).env("CMDOP_CA_FILE", "{home}/root.pem")
}

fn working_proxy() -> Machine {
    let proxy = proxy::works();
    Machine::well().env("http_proxy", proxy.url("http")).keep(proxy)
}

/// The login and the settings of a server of one's own, whose API lies below /api.
fn self_hosted() -> Machine {
    let machine = Machine::well();
    machine.env("CMDOP_API_URL", "{api}/api")
}

well! {
    login_alone Machine::well();
    key_alone Machine::well().with_key_alone();
    key_beside_a_broken_file Machine::well().env("CMDOP_API_KEY", "{key}").raw("{\"access_token\":");
    key_beside_a_folder Machine::well().with_key_alone().folder(".cmdop/auth.json");
    key_in_ci Machine::well().with_key_alone().env("CI", "true").env("GITHUB_ACTIONS", "true");
    key_of_a_service Machine::well().with_key_alone().env("HOME", "/nonexistent");
    key_without_home Machine::well().with_key_alone().env("CMDOP_CONFIG_DIR", "{home}/.cmdop");
    link_into_own_dotfiles Machine::well().linked_to("dotfiles/cmdop/auth.json");
    windows_line_ends Machine::well().rewritten(|text| text.replace('\n', "\r\n").into_bytes());
    fields_of_a_later_version
        Machine::well().field("device", json!({ "id": 7, "tags": ["a"] })).field("plan", json!("team"));
    camel_case
        Machine::well().field("expires_at", json!(null)).field("expiresAt", json!(in_seconds(3600)));
    end_as_text Machine::well().field("expires_at", json!("2099-01-01T00:00:00Z"));
    end_not_stated Machine::well().field("expires_at", json!(null));
    no_refresh_token Machine::well().field("refresh_token", json!(null));
    no_version Machine::well().field("version", json!(null));
    no_issuer Machine::well().field("issuer", json!(null));
    issuer_with_slash { let machine = Machine::well(); let issuer = format!("{}/", machine.api); machine.field("issuer", json!(issuer)) };
    web_token Machine::with_web_token(json!({ "exp": in_seconds(3600), "nbf": in_seconds(-10) }));
    own_workspace_by_name Machine::well().env("CMDOP_WORKSPACE", "acme-corp");
    own_workspace_by_slug Machine::well().env("CMDOP_WORKSPACE", "acme");
    own_workspace_by_id Machine::well().env("CMDOP_WORKSPACE", "ws_acme");
    key_and_workspace Machine::well().with_key_alone().env("CMDOP_WORKSPACE", "acme");
    base_of_ones_own self_hosted();
    base_with_slash Machine::well().env("CMDOP_API_URL", "{api}/");
    two_agents_here two_agents();
    private_root_in_ca_file private_root("CMDOP_CA_FILE");
    private_root_in_ssl_cert_file private_root("SSL_CERT_FILE");
    proxy_that_works working_proxy();
    proxy_that_tunnels tunnel();
    company_that_inspects inspected_and_trusted();
    exempt_from_a_dead_proxy Machine::well().env("http_proxy", "http://127.0.0.1:9").env("no_proxy", "127.0.0.1");
    proxy_of_another_scheme Machine::well().env("HTTPS_PROXY", "http://127.0.0.1:9");
    private_folder_of_another_mode Machine::well().mode(".cmdop", 0o755);
    read_only_file Machine::well().mode(".cmdop/auth.json", 0o400);
    single_sign_on Machine::served(&[Fault::SsoEnabled]);
    single_sign_on_enforced Machine::served(&[Fault::SsoEnforced]);
    slow_server Machine::served(&[Fault::Slow]);
    only_published_routes Machine::served(&[Fault::PublishedRoutesOnly]);
    only_published_routes_with_key Machine::served(&[Fault::PublishedRoutesOnly]).with_key_alone();
    unreadable_date Machine::served(&[Fault::DateUnreadable]);
    problem_documents Machine::served(&[Fault::ProblemJson]);
    detail_documents Machine::served(&[Fault::DetailJson]);
    json_called_html Machine::served(&[Fault::WrongContentType]);
    endless_pages Machine::served(&[Fault::EndlessPages]);
    hostile_names Machine::served(&[Fault::HostileText]);
    second_factor_demanded_and_there Machine::served(&[Fault::TwoFactorBypassed]);
}
