//! What every request passes on its way in and out: it is noted, it must be meant for us, the
//! faults in force have their say, and it counts against the quota.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;

use super::answer::Refusal;
use super::faults::{Effect, Fault};
use super::records::Records;
use super::state::StateFile;

/// The names under which a loopback service is addressed. Any other is a page of the web that
/// points its own name at this machine (DNS rebinding).
const OUR_NAMES: [&str; 3] = ["127.0.0.1", "localhost", "[::1]"];

/// How many requests are remembered.
const MEMORY: usize = 10_000;

/// A request that was made, for tests to assert on. What it carried is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The method, in capitals.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// It had an `Authorization` header, whatever was in it.
    pub had_authorization: bool,
}

/// What the server's tasks share.
pub(super) struct Core {
    pub(super) port: u16,
    pub(super) faults: Vec<Fault>,
    /// Where the records are kept, if they are.
    state: Option<StateFile>,
    records: Mutex<Records>,
    seen: Mutex<Vec<Seen>>,
}

/// A handle to it.
pub(super) type Shared = Arc<Core>;

impl Core {
    pub(super) fn new(port: u16, faults: Vec<Fault>, state: Option<StateFile>, records: Records) -> Core {
        Core { port, faults, state, records: Mutex::new(records), seen: Mutex::default() }
    }

    /// Puts the records into their file, if they have one.
    pub(super) fn keep(&self) -> io::Result<()> {
        self.state.as_ref().map_or(Ok(()), |state| state.save(&self.records()))
    }

    /// The records, for as long as the guard lives: never across an `await`.
    pub(super) fn records(&self) -> MutexGuard<'_, Records> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The requests so far, oldest first.
    pub(super) fn seen(&self) -> MutexGuard<'_, Vec<Seen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn effects(&self) -> impl Iterator<Item = &'static Effect> {
        self.faults.iter().flat_map(|fault| fault.effects())
    }
}

/// What a fault may look at to make up its answer.
pub(super) struct Asked {
    pub(super) path: String,
    /// The `Authorization` header as it came.
    pub(super) authorization: Option<String>,
}

impl Asked {
    fn of(request: &Request) -> Asked {
        let authorization = request.headers().get(header::AUTHORIZATION);
        Asked {
            path: request.uri().path().to_owned(),
            authorization: authorization.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()),
        }
    }

    /// The path below `/v1`, under either prefix; `None` outside the API.
    pub(super) fn below_v1(&self) -> Option<&str> {
        self.path.strip_prefix("/api").unwrap_or(&self.path).strip_prefix("/v1")
    }
}

/// The outermost layer around all routes.
pub(super) async fn door(State(core): State<Shared>, request: Request, next: Next) -> Response {
    let asked = Asked::of(&request);
    note(&core, &request, &asked);
    if !meant_for_us(&request, core.port) {
        return (StatusCode::MISDIRECTED_REQUEST, "this server answers to loopback names only\n")
            .into_response();
    }
    for effect in core.effects() {
        if let Effect::Wait(time) = effect {
            tokio::time::sleep(*time).await;
        }
    }
    let answer = match instead(&core, &asked) {
        Some(answer) => answer,
        None => counted(&core, request, next).await,
    };
    core.effects().fold(answer, |answer, effect| match effect {
        Effect::Twist(twist) => twist(answer),
        _ => answer,
    })
}

fn note(core: &Core, request: &Request, asked: &Asked) {
    let mut seen = core.seen();
    if seen.len() < MEMORY {
        seen.push(Seen {
            method: request.method().to_string(),
            path: asked.path.clone(),
            had_authorization: asked.authorization.is_some(),
        });
    }
}

/// Whether the request names this server, in `Host` and, where the target is a whole URL, there.
fn meant_for_us(request: &Request, port: u16) -> bool {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
    let target = request.uri().authority();
    let named = host.to_str().is_ok_and(|host| is_ours(host, port));
    named && target.is_none_or(|authority| is_ours(authority.as_str(), port))
}

fn is_ours(host: &str, port: u16) -> bool {
    let ours = |name: &&str| host.eq_ignore_ascii_case(&format!("{name}:{port}"));
    OUR_NAMES.iter().any(ours) || (port == 80 && OUR_NAMES.contains(&host))
}

fn instead(core: &Core, asked: &Asked) -> Option<Response> {
    core.effects().find_map(|effect| match effect {
        Effect::Instead(answer) => answer(asked),
        _ => None,
    })
}

/// The answer of the routes, if the quota allows one. What the request changed is kept before it
/// is answered; what cannot be kept is no success.
async fn counted(core: &Core, request: Request, next: Next) -> Response {
    let changes = !request.method().is_safe();
    let left = core.records().quota.count(Timestamp::now());
    let mut answer = match left.exceeded {
        true => Refusal::rate_limited(left.wait).into_response(),
        false => next.run(request).await,
    };
    // A cookie is given to a browser whose way from page to page begins.
    let begins = answer.headers().contains_key(header::SET_COOKIE);
    if (changes || begins)
        && let Err(error) = core.keep()
    {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        answer = Refusal::new(status, "internal_error", error.to_string()).into_response();
    }
    left.write(answer.headers_mut());
    answer
}

/// A route that is not there. It has no body, and so differs from an object that is not there.
pub(super) async fn no_route() -> StatusCode {
    StatusCode::NOT_FOUND
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn request(target: &str, hosts: &[&str]) -> Request {
        let builder = Request::builder().uri(target);
        let builder = hosts.iter().fold(builder, |builder, host| builder.header(header::HOST, *host));
        builder.body(Body::empty()).unwrap()
    }

    #[test]
    fn only_loopback_names_with_our_port_are_ours() {
        for host in ["127.0.0.1:4100", "localhost:4100", "LOCALHOST:4100", "[::1]:4100"] {
            assert!(meant_for_us(&request("/v1/machines", &[host]), 4100), "{host}");
        }
        for host in ["127.0.0.1", "localhost:4101", "evil.example:4100", "127.0.0.1.evil.example:4100", ""] {
            assert!(!meant_for_us(&request("/v1/machines", &[host]), 4100), "{host}");
        }
    }

    #[test]
    fn a_request_names_exactly_one_host_and_the_target_agrees() {
        let ours = "localhost:4100";
        assert!(!meant_for_us(&request("/", &[]), 4100));
        assert!(!meant_for_us(&request("/", &[ours, ours]), 4100));
        assert!(meant_for_us(&request("http://localhost:4100/", &[ours]), 4100));
        assert!(!meant_for_us(&request("http://evil.example/", &[ours]), 4100));
    }

    #[test]
    fn both_prefixes_lead_to_the_same_api() {
        let below =
            |path: &str| Asked { path: path.to_owned(), authorization: None }.below_v1().map(str::to_owned);
        assert_eq!(below("/v1/machines").as_deref(), Some("/machines"));
        assert_eq!(below("/api/v1/machines").as_deref(), Some("/machines"));
        assert_eq!(below("/idp/metadata"), None);
    }
}
