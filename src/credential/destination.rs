//! Where a credential may go: to the API or the issuer in force, and to nobody else.

use url::{Host, Url};

use super::wallet::Withheld;
use crate::model::settings::Settings;

/// Whether a credential may go with a request to `url`.
pub fn permit(url: &Url, settings: &Settings) -> Result<(), Withheld> {
    let known = [&settings.api.value, &settings.issuer.value];
    permit_to(url, &known.into_iter().filter_map(|base| Url::parse(base).ok()).collect::<Vec<_>>())
}

/// Whether a credential that is the API's alone may go with a request to `url`.
pub fn permit_api(url: &Url, settings: &Settings) -> Result<(), Withheld> {
    permit_to(url, &Url::parse(&settings.api.value).into_iter().collect::<Vec<_>>())
}

/// Whether a credential that belongs to the servers at `bases` may go with a request to `url`.
pub fn permit_to(url: &Url, bases: &[Url]) -> Result<(), Withheld> {
    if !bases.iter().any(|base| same_origin(base, url)) {
        return Err(Withheld::ForeignOrigin);
    }
    if url.scheme() == "https" || is_this_machine(url) { Ok(()) } else { Err(Withheld::PlainHttp) }
}

/// Whether two addresses have scheme, host and port in common (RFC 6454). Schemes other than http
/// and https have no origin that anything could have in common with them.
pub fn same_origin(one: &Url, other: &Url) -> bool {
    matches!(one.scheme(), "https" | "http")
        && one.scheme() == other.scheme()
        && one.host() == other.host()
        && one.port_or_known_default() == other.port_or_known_default()
}

/// Whether two addresses are of one server, be it that this machine is called by two of its names. It
/// tells whose a stored token is; where one may go, [`permit`] tells.
pub fn same_server(one: &Url, other: &Url) -> bool {
    let ports = [one, other].map(Url::port_or_known_default);
    let here = is_this_machine(one) && is_this_machine(other);
    same_origin(one, other) || here && one.scheme() == other.scheme() && ports[0] == ports[1]
}

/// Whether the host is this machine: 127.0.0.0/8, ::1, or the name that stands for them (RFC 6761).
pub fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}
