//! Which server, workspace and folders are in force, and who said so.

use std::path::PathBuf;

use url::{Host, Url};

use super::{Call, Context, sheet};
use crate::model::address::without_credentials;
use crate::model::demand::Demand;
use crate::model::evidence::Reading;
use crate::model::fact::{Fact, Facts, Value};
use crate::model::settings::{Set, Settings as InForce};
use crate::redact::mention;
use crate::world::clock;

/// The documented hosts (facts: `api.cmdop.com` and its twin for development).
const PRODUCTION: &str = "api.cmdop.com";
const DEVELOPMENT: &str = "api-dev.cmdop.com";

pub(super) fn look(_call: &Call, ctx: &Context) -> Reading {
    let settings = &ctx.settings;
    let facts = describe_api(&settings.api);
    Reading::Found(describe_rest(settings, facts))
}

fn describe_api(api: &Set<String>) -> Facts {
    let parsed = Url::parse(&api.value).ok();
    let url = parsed.as_ref().filter(|url| is_web(url));
    let secret = |url: &Url| !url.username().is_empty() || url.password().is_some();
    Facts::new()
        .with("api", open(&without_credentials(&api.value)))
        .with("api_from", api.from.name())
        .with("api_valid", url.is_some())
        .with("api_host", url.and_then(Url::host_str))
        .with("api_loopback", url.map(is_loopback))
        .with("api_plain", url.map(|url| url.scheme() == "http"))
        .with("api_secure", url.and_then(secure))
        .with("api_secret", parsed.as_ref().map_or(api.value.contains('@'), secret))
        .with("environment", url.and_then(Url::host_str).map(environment))
}

fn describe_rest(settings: &InForce, facts: Facts) -> Facts {
    let folder = |path: Option<PathBuf>| path.as_deref().map_or(Fact::Nothing, sheet::path);
    let (workspace, dir, ca) = (&settings.workspace, &settings.config_dir, &settings.ca_file);
    facts
        .with("issuer", open(&without_credentials(&settings.issuer.value)))
        .with("issuer_from", settings.issuer.from.name())
        .with("workspace", workspace.as_ref().map_or(Fact::Nothing, |chosen| open(&chosen.value)))
        .with("workspace_from", workspace.as_ref().map(|chosen| chosen.from.name()))
        .with("config_dir", folder(dir.as_ref().map(|dir| dir.value.clone())))
        .with("config_dir_from", dir.as_ref().map(|dir| dir.from.name()))
        .with("store", folder(settings.store()))
        .with("ca_file", folder(ca.as_ref().map(|file| file.value.clone())))
        .with("ca_file_from", ca.as_ref().map(|file| file.from.name()))
        .with("client_id", open(&settings.client_id.value))
        .with("profile", settings.demand.profile.as_deref().map_or(Fact::Nothing, open))
        .with("needs", needs(&settings.demand))
        .with("good_until", good_until(&settings.demand))
}

/// The permissions that the run needs; none where it does not say.
fn needs(demand: &Demand) -> Fact {
    let row = |permission: &String| Facts::new().with("permission", open(permission));
    let rows: Vec<Facts> = demand.needs.iter().map(row).collect();
    if rows.is_empty() { Fact::Nothing } else { Fact::from(rows) }
}

/// Until when the credential must be good; none where the run does not say.
fn good_until(demand: &Demand) -> Fact {
    let ahead = demand.valid_for.and_then(|span| i64::try_from(span.as_millis()).ok());
    ahead.map_or(Fact::Nothing, |ahead| Fact::Known(Value::Time(clock::now_ms().saturating_add(ahead))))
}

/// `text`, unless somebody put a credential there.
fn open(text: &str) -> Fact {
    if mention::is_secret(text) { Fact::Nothing } else { Fact::from(text) }
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.host().is_some()
}

/// The address with https for http: the same host, port and path, without a login.
fn secure(url: &Url) -> Option<String> {
    let mut secure = Url::parse(&without_credentials(url.as_str())).ok()?;
    secure.set_scheme("https").ok()?;
    Some(secure.as_str().trim_end_matches('/').to_owned())
}

/// Whether the host can only be this machine (RFC 6761 section 6.3, RFC 1122, RFC 4291).
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn environment(host: &str) -> &'static str {
    match host {
        PRODUCTION => "production",
        DEVELOPMENT => "development",
        _ => "custom",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::probe::ProbeKind;
    use crate::model::settings::Origin;
    use std::time::Duration;

    fn set<T>(value: T) -> Set<T> {
        Set { value, from: Origin::Env }
    }

    fn with_api(api: &str) -> Facts {
        describe_api(&set(api.to_owned()))
    }

    fn fact(api: &str, name: &str) -> Fact {
        with_api(api).get(name).cloned().unwrap()
    }

    #[test]
    fn knows_the_environments() {
        assert_eq!(fact("https://api.cmdop.com", "environment"), Fact::from("production"));
        assert_eq!(fact("https://API-dev.cmdop.com", "environment"), Fact::from("development"));
        assert_eq!(fact("https://cmdop.example/api", "environment"), Fact::from("custom"));
        assert_eq!(fact("nonsense", "environment"), Fact::Nothing);
    }

    #[test]
    fn knows_this_machine_and_plain_http() {
        for here in ["http://127.0.0.1:4100", "http://localhost", "http://[::1]:1/v", "http://a.localhost"] {
            assert_eq!(fact(here, "api_loopback"), Fact::from(true), "{here}");
            assert_eq!(fact(here, "api_plain"), Fact::from(true), "{here}");
        }
        assert_eq!(fact("https://127.example", "api_loopback"), Fact::from(false));
        assert_eq!(fact("https://127.example", "api_plain"), Fact::from(false));
    }

    #[test]
    fn the_secure_address_keeps_port_and_path() {
        for (plain, secure) in [
            ("http://cmdop.example", "https://cmdop.example"),
            ("http://cmdop.example:80/api", "https://cmdop.example/api"),
            ("http://localhost:8443/api", "https://localhost:8443/api"),
            ("http://ada:hunter22@[::1]:1", "https://[::1]:1"),
        ] {
            assert_eq!(fact(plain, "api_secure"), Fact::from(secure));
        }
    }

    #[test]
    fn what_is_no_web_address_is_not_valid() {
        for odd in ["", "api.cmdop.com", "ftp://api.cmdop.com", "https://", "https://a b", "localhost:80"] {
            assert_eq!(fact(odd, "api_valid"), Fact::from(false), "{odd}");
        }
    }

    #[test]
    fn credentials_in_the_address_are_named_and_not_shown() {
        let facts = with_api("https://ada:hunter22@api.cmdop.com/x");
        assert_eq!(facts.get("api_secret"), Some(&Fact::from(true)));
        assert!(!format!("{facts:?}").contains("hunter22"));
        assert_eq!(fact("https://ada:hun/ter@host", "api_secret"), Fact::from(true));
        assert_eq!(fact("https://api.cmdop.com", "api_secret"), Fact::from(false));
    }

    #[test]
    fn says_every_fact_that_its_table_declares() {
        let settings = InForce {
            api: set("https://api.cmdop.com".to_owned()),
            issuer: set("https://auth.cmdop.com".to_owned()),
            client_id: set("cmdop-cli".to_owned()),
            workspace: Some(set("cmd_acme_a1b2c3d4e5f6".to_owned())),
            config_dir: Some(set(PathBuf::from("/home/ada/.cmdop"))),
            home: None,
            ca_file: None,
            callback_port: set("0".to_owned()),
            endpoints: Default::default(),
            providers: Vec::new(),
            keeping: Default::default(),
            probe_deadline: Duration::from_secs(1),
            offline: false,
            demand: Default::default(),
        };
        let facts = describe_rest(&settings, describe_api(&settings.api));
        for fact in ProbeKind::Settings.spec().facts {
            assert!(facts.get(fact.name).is_some(), "{}", fact.name);
        }
        assert_eq!(facts.get("workspace"), Some(&Fact::Nothing));
        assert_eq!(facts.get("store"), Some(&Fact::from("/home/ada/.cmdop/auth.json")));
    }
}
