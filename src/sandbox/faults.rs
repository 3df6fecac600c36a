//! What can be broken: one row per fault, with its name, what it does, and how.

mod alter;
mod body;
mod instead;
mod twist;

use std::str::FromStr;
use std::time::Duration;

use axum::response::Response;

use super::door::Asked;
use super::idp::Metadata;
use super::oauth::{DeviceFate, IssAnswer};
use super::records::{DAY, Demand, Records};
use Effect::{Alter, Instead, Twist, Wait};

/// How a fault acts. Faults in force act in the order in which they were given.
pub(super) enum Effect {
    /// Changes what the service knows, once, before the first request.
    Alter(fn(&mut Records)),
    /// Lets a request wait.
    Wait(Duration),
    /// Answers in place of the routes, if it wants to.
    Instead(fn(&Asked) -> Option<Response>),
    /// Changes an answer on its way out.
    Twist(fn(Response) -> Response),
}

/// How long `slow` takes: longer than anybody likes, shorter than anybody gives up.
const SLOW: Duration = Duration::from_secs(2);

/// How long `mute` takes: for ever, as programs go.
const FOR_EVER: Duration = Duration::from_secs(u32::MAX as u64);

/// The name of a fault that does not exist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no fault is called `{0}`; `cmdop sandbox --list-faults` shows those that are")]
pub struct UnknownFault(String);

macro_rules! faults {
    ($($variant:ident $name:literal $about:literal [$($effect:expr),+];)*) => {
        /// A way in which the service can be broken.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Fault { $(#[doc = $about] $variant,)* }

        impl Fault {
            /// Every fault, in the order of the table.
            pub const ALL: &'static [Fault] = &[$(Fault::$variant,)*];

            /// The name on the command line.
            pub fn name(self) -> &'static str {
                match self { $(Fault::$variant => $name,)* }
            }

            /// What it does, as a fragment.
            pub fn about(self) -> &'static str {
                match self { $(Fault::$variant => $about,)* }
            }

            pub(super) fn effects(self) -> &'static [Effect] {
                match self { $(Fault::$variant => &[$($effect),+],)* }
            }
        }
    };
}

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(name: &str) -> Result<Fault, UnknownFault> {
        let known = Fault::ALL.iter().copied().find(|fault| fault.name() == name);
        known.ok_or_else(|| UnknownFault(name.to_owned()))
    }
}

// What answers in the service's place, or does not answer.
faults! {
    ServerError "server_error" "every request is answered with 500"
        [Instead(instead::server_error)];
    BadGateway "bad_gateway" "a gateway answers 502 with a page of its own"
        [Instead(instead::bad_gateway)];
    Unavailable "unavailable" "503 with Retry-After, as during maintenance"
        [Instead(instead::unavailable)];
    GatewayTimeout "gateway_timeout" "a gateway answers 504 with a page of its own"
        [Instead(instead::gateway_timeout)];
    RateLimited "rate_limited" "the quota is used up: 429 with Retry-After"
        [Alter(alter::use_up_quota)];
    CaptivePortal "captive_portal" "a page to sign in to the network, with 200, in place of every answer"
        [Instead(instead::captive_portal)];
    PortalRedirect "portal_redirect" "a redirect to another origin in place of every answer"
        [Instead(instead::portal_redirect)];
    RedirectLoop "redirect_loop" "every request is redirected to itself"
        [Instead(instead::redirect_loop)];
    FilteredPage "filtered_page" "a web filter answers 403 with a page of its own"
        [Instead(instead::filtered_page)];
    Website "website" "an ordinary web server: a 404 page for every path"
        [Instead(instead::website)];
    NoRoute "no_route" "the v1 API is not there: 404 for all of its routes"
        [Instead(instead::no_route)];
    PublishedRoutesOnly "published_routes_only" "only the routes and fields that are published; 404 for the others"
        [Alter(|records| records.published_fields_only = true), Instead(instead::unpublished_route)];
    CutBody "cut_body" "the connection ends in the middle of the body"
        [Instead(instead::cut_body)];
    CutJson "cut_json" "the JSON ends in the middle, the body does not"
        [Instead(instead::cut_json)];
    NotJson "not_json" "plain words under the content type of JSON"
        [Instead(instead::not_json)];
    NotUtf8 "not_utf8" "JSON with bytes that are no UTF-8"
        [Instead(instead::not_utf8)];
    EmptyBody "empty_body" "200 with nothing in it"
        [Instead(instead::empty_body)];
    DeepJson "deep_json" "JSON nested 100,000 levels deep"
        [Instead(instead::deep_json)];
    TooLarge "too_large" "JSON of more than 2 MiB"
        [Instead(instead::too_large)];
    Slow "slow" "every answer takes 2 seconds"
        [Wait(SLOW)];
    Mute "mute" "requests are accepted and never answered"
        [Wait(FOR_EVER)];
    Drip "drip" "the head comes at once, the body one byte a second"
        [Twist(twist::drip)];
    WrongContentType "wrong_content_type" "JSON is called text/html"
        [Twist(twist::content_type_html)];
    ProblemJson "problem_json" "errors are problem documents (RFC 9457)"
        [Twist(twist::problem_errors)];
    DetailJson "detail_json" "errors are {\"detail\": …} and nothing else"
        [Twist(twist::detail_errors)];
    ClockAhead "clock_ahead" "the Date is a day behind: your clock looks a day ahead"
        [Twist(|answer| twist::date_shifted(answer, -DAY))];
    ClockBehind "clock_behind" "the Date is a day ahead: your clock looks a day behind"
        [Twist(|answer| twist::date_shifted(answer, DAY))];
    DateUnreadable "date_unreadable" "the Date is no date"
        [Twist(twist::date_unreadable)];
    EndlessPages "endless_pages" "every page of a list says that another one follows"
        [Alter(|records| records.endless_pages = true)];
    HostileText "hostile_text" "names contain escape sequences, bidi marks, markup and workflow commands"
        [Alter(alter::hostile_names)];
    EchoesCredential "echoes_credential" "401 with the credential in the error's words"
        [Instead(instead::echoes_credential)];

    NoDiscovery "no_discovery" "the authorization server does not describe itself: 404"
        [Instead(instead::no_discovery)];
    DiscoveryOtherIssuer "discovery_other_issuer" "the discovery document names another issuer"
        [Alter(|records| records.ledger.quirks.other_issuer = true)];
    DiscoveryForeignEndpoint "discovery_foreign_endpoint" "the discovery document names a token endpoint at another origin"
        [Alter(|records| records.ledger.quirks.foreign_token_endpoint = true)];
    ConsentDenied "consent_denied" "whatever you press, the sign-in ends with access_denied"
        [Alter(|records| records.ledger.quirks.consent_denied = true)];
    StateChanged "state_changed" "the browser comes back with a state that nobody sent"
        [Alter(|records| records.ledger.quirks.state_changed = true)];
    IssWrong "iss_wrong" "the browser comes back from another issuer, it says"
        [Alter(|records| records.ledger.quirks.iss = IssAnswer::Wrong)];
    NoIss "no_iss" "the browser comes back without the iss that the discovery document promises"
        [Alter(|records| records.ledger.quirks.iss = IssAnswer::Missing)];
    IssUnpromised "iss_unpromised" "the browser comes back without iss, and none is promised: an older server, not a sick one"
        [Alter(|records| records.ledger.quirks.iss = IssAnswer::Unpromised)];
    TokenEndpointBroken "token_endpoint_broken" "the token endpoint answers 500"
        [Instead(instead::token_endpoint_broken)];
    TokenNotJson "token_not_json" "the token endpoint answers 200 with a web page"
        [Instead(instead::token_not_json)];
    Empty400 "empty_400" "errors of the token endpoint and its neighbours are 400 with nothing in them"
        [Twist(twist::empty_oauth_errors)];
    RefreshRevoked "refresh_revoked" "refresh tokens have been revoked; access tokens still work"
        [Alter(alter::revoke_refresh)];
    RotationOff "rotation_off" "refresh tokens stay the same, and answers do not repeat them: not a sick server"
        [Alter(|records| records.ledger.quirks.no_rotation = true)];
    RevocationBroken "revocation_broken" "the revocation endpoint answers 503"
        [Instead(instead::revocation_broken)];
    DeviceUnsupported "device_unsupported" "there is no device flow: no endpoint for it"
        [Alter(|records| records.ledger.quirks.no_device = true)];
    DeviceDenied "device_denied" "device codes are denied before anybody has looked"
        [Alter(|records| records.ledger.quirks.device = DeviceFate::Denied)];
    DeviceExpired "device_expired" "device codes are past their end at once"
        [Alter(|records| records.ledger.quirks.device = DeviceFate::Expired)];
    DeviceSlowDown "device_slow_down" "every poll for a device code is told to slow down"
        [Alter(|records| records.ledger.quirks.device = DeviceFate::SlowDown)];
    DeviceStaysPending "device_stays_pending" "device codes stay pending past their end"
        [Alter(|records| records.ledger.quirks.device = DeviceFate::Pending)];

    ExpiredToken "expired_token" "all tokens and keys are past their end, whatever your file says"
        [Alter(alter::expire_all)];
    RevokedToken "revoked_token" "all tokens and keys have been revoked"
        [Alter(|records| alter::forget_all(records, "The access token was revoked"))];
    ForeignIssuer "foreign_issuer" "your token is another issuer's: it is not accepted here"
        [Alter(|records| alter::forget_all(records, "The access token has another issuer"))];
    WrongEnvironment "wrong_environment" "your credential is for another environment: it is not accepted here"
        [Alter(|records| alter::forget_all(records, "The access token is for another environment"))];
    LacksPermission "lacks_permission" "no credential has machines:read"
        [Alter(alter::lack_machines_read)];
    TwoFactorRequired "two_factor_required" "people, not keys, are asked for a second factor"
        [Alter(|records| records.demand = Some(Demand::TwoFactor))];
    SsoRequired "sso_required" "the single sign-on has to be done again"
        [Alter(|records| records.demand = Some(Demand::SignOn))];
    MachinePasswordRequired "machine_password_required" "machines and sessions ask for the machine password"
        [Alter(|records| records.demand = Some(Demand::MachinePassword))];

    NotAMember "not_a_member" "you are no member of your workspace"
        [Alter(alter::leave_workspace)];
    RoleViewer "role_viewer" "your role is viewer"
        [Alter(alter::become_viewer)];
    MachineElsewhere "machine_elsewhere" "all machines are in the other workspace"
        [Alter(alter::move_machines)];
    WorkspaceUnknown "workspace_unknown" "your workspace has been deleted"
        [Alter(alter::delete_workspace)];
    WorkspaceUnselected "workspace_unselected" "your credential is for no workspace in particular"
        [Alter(alter::unselect_workspace)];

    KeyNoExpiry "key_no_expiry" "keys never end"
        [Alter(alter::endless_keys)];
    KeyTooPowerful "key_too_powerful" "keys have every permission"
        [Alter(alter::powerful_keys)];
    KeyUnnamed "key_unnamed" "keys have names that say nothing"
        [Alter(alter::unnamed_keys)];
    KeyExpiring "key_expiring" "keys end tomorrow"
        [Alter(alter::expiring_keys)];
    TwoFactorBypassed "two_factor_bypassed" "the workspace requires a second factor, which keys bypass"
        [Alter(alter::require_two_factor)];
    TwoFactorUnset "two_factor_unset" "the workspace requires a second factor, and you have set up none"
        [Alter(alter::unset_two_factor)];

    SsoEnabled "sso_enabled" "single sign-on is switched on, and nothing is wrong with it"
        [Alter(alter::enable_sso)];
    SsoNotConfigured "sso_not_configured" "single sign-on is switched on without an identity provider"
        [Alter(alter::unconfigured_sso)];
    SsoUserMissing "sso_user_missing" "the identity provider has not made you known"
        [Alter(alter::enable_sso), Alter(|records| alter::each_sso(records, |sso| sso.provisioned.clear()))];
    SsoAttributesMissing "sso_attributes_missing" "the identity provider sends no email"
        [Alter(alter::enable_sso), Alter(alter::unmapped_email)];
    SsoEnforced "sso_enforced" "there is no way in but single sign-on"
        [Alter(alter::enable_sso), Alter(alter::enforce_sso)];
    SsoMetadataGone "sso_metadata_gone" "the identity provider's metadata is not there"
        [Alter(alter::enable_sso), Alter(|records| records.metadata = Metadata::Gone)];
    SsoMetadataPage "sso_metadata_page" "a web page stands where the metadata should"
        [Alter(alter::enable_sso), Alter(|records| records.metadata = Metadata::Page)];
    SsoMetadataOutdated "sso_metadata_outdated" "the metadata is past its own end"
        [Alter(alter::enable_sso), Alter(|records| records.metadata = Metadata::Outdated)];
    SsoCertificateExpired "sso_certificate_expired" "the identity provider's signing certificate has expired"
        [Alter(alter::enable_sso), Alter(|records| records.metadata = Metadata::CertificateExpired)];
    SsoCertificateFuture "sso_certificate_future" "the identity provider's signing certificate is not valid yet"
        [Alter(alter::enable_sso), Alter(|records| records.metadata = Metadata::CertificateNotYetValid)];
    SsoCertificateMissing "sso_certificate_missing" "the metadata has no signing certificate"
        [Alter(alter::enable_sso), Alter(|records| records.metadata = Metadata::WithoutCertificate)];
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_fault_is_found_by_its_name_and_says_what_it_does() {
        let names: HashSet<_> = Fault::ALL.iter().map(|fault| fault.name()).collect();
        assert_eq!(names.len(), Fault::ALL.len());
        for fault in Fault::ALL {
            assert_eq!(fault.name().parse(), Ok(*fault));
            assert!(!fault.about().is_empty() && !fault.about().ends_with('.'), "{}", fault.name());
        }
    }

    #[test]
    fn an_unknown_fault_is_named() {
        let error = "server_eror".parse::<Fault>().unwrap_err();
        assert!(error.to_string().contains("`server_eror`"), "{error}");
    }
}
