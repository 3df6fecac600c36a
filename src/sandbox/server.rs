//! The service on a thread of its own, for as long as a [`Sandbox`] lives.

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use super::door::{Core, Seen, Shared};
use super::faults::{Effect, Fault};
use super::oauth::{self, Approval, OWN, Terms};
use super::records::{Grant, Kind, Records};
use super::seed::{ACME, ADA};
use super::state::StateFile;
use super::{routes, seed};

/// How to start a sandbox. It has no `Debug`: it may hold real credentials.
#[derive(Default, Clone)]
pub struct Options {
    /// The loopback port; 0 is any free one.
    pub port: u16,
    /// What is broken; they act together, in this order.
    pub faults: Vec<Fault>,
    /// Texts that are accepted as access tokens of the seeded user, without end.
    pub accept_tokens: Vec<String>,
    /// Texts that are accepted as API keys of the seeded user, read-only, for 30 days.
    pub accept_keys: Vec<String>,
    /// How long tokens and codes last.
    pub terms: Terms,
    /// A file that keeps logins and keys over the end of the sandbox; it is made if need be. Without
    /// one everything is forgotten.
    pub state: Option<PathBuf>,
}

impl Options {
    /// A sandbox that is broken in these ways.
    pub fn broken(faults: &[Fault]) -> Options {
        Options { faults: faults.into(), ..Options::default() }
    }
}

/// A running service. It stops when this is dropped.
pub struct Sandbox {
    pub(super) core: Shared,
    base: String,
    token: String,
    refresh_token: String,
    terms: Terms,
    /// The seeded keys: name and raw text.
    keys: Vec<(String, String)>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Sandbox {
    /// Binds, seeds, breaks and serves. Fails if the port is taken, the state file is not ours or
    /// cannot be written, or the system gives no thread, runtime or random bytes.
    pub fn start(options: Options) -> io::Result<Sandbox> {
        let listener = listen(options.port)?;
        let port = listener.local_addr()?.port();
        let base = format!("http://127.0.0.1:{port}");
        let terms = options.terms;
        let mut records = seed::records(base.clone(), terms)?;
        let state = options.state.as_deref().map(StateFile::at);
        let seeded: Vec<String> = keys(&records).into_iter().map(|(name, _)| name).collect();
        if let Some(state) = &state {
            state.load(&mut records)?;
        }
        let keys = keys(&records).into_iter().filter(|(name, _)| seeded.contains(name)).collect();
        let ada = Approval { user: ADA.to_owned(), workspace: Some(ACME.to_owned()), second_factor: false };
        let (_, login) = oauth::begin(&mut records, &OWN, ada)?;
        accept(&mut records, &options);
        break_it(&mut records, &options.faults);
        let core = Arc::new(Core::new(port, options.faults, state, records));
        core.keep()?;
        let (stop, stopped) = oneshot::channel();
        let thread = spawn(listener, core.clone(), stopped)?;
        let (token, refresh_token) = (login.access, login.refresh);
        Ok(Sandbox { core, base, token, refresh_token, terms, keys, stop: Some(stop), thread: Some(thread) })
    }

    /// The API base, as `http://127.0.0.1:PORT`.
    pub fn base_url(&self) -> &str {
        &self.base
    }

    /// From now on the service calls itself `base`, a scheme and an authority: for one that is reached
    /// through another server, which adds TLS to it. Its own address stays what it is.
    pub fn reached_at(&self, base: &str) {
        base.clone_into(&mut self.core.records().base);
    }

    /// The loopback port.
    pub fn port(&self) -> u16 {
        self.core.port
    }

    /// The seeded access token, good for as long as the terms say, unless a fault says otherwise.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// The seeded refresh token, which goes with it. Whoever uses it gets another.
    pub fn refresh_token(&self) -> &str {
        &self.refresh_token
    }

    /// How many times a login was renewed by a refresh token.
    pub fn rotations(&self) -> u64 {
        self.core.records().ledger.rotations
    }

    /// How long tokens and codes last.
    pub fn terms(&self) -> Terms {
        self.terms
    }

    /// A seeded API key as keys should be: it only reads, and it ends in 30 days.
    pub fn key(&self) -> &str {
        self.keys.first().map(|(_, raw)| raw.as_str()).unwrap_or_default()
    }

    /// The seeded keys, each with its name: the read-only one, one with full access, one that
    /// ends soon, one that has ended, and one of a viewer.
    pub fn keys(&self) -> impl Iterator<Item = (&str, &str)> {
        self.keys.iter().map(|(name, raw)| (name.as_str(), raw.as_str()))
    }

    /// The seeded key called `name`.
    pub fn key_named(&self, name: &str) -> Option<&str> {
        self.keys().find(|(known, _)| *known == name).map(|(_, raw)| raw)
    }

    /// The requests so far, oldest first, the first 10,000 of them.
    pub fn requests(&self) -> Vec<Seen> {
        self.core.seen().clone()
    }
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sandbox").field("base", &self.base).field("faults", &self.core.faults).finish()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _gone_already = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the sandbox is the other side: a server, not the doctor")]
fn listen(port: u16) -> io::Result<TcpListener> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// The keys as they are before faults and additions, each with its name.
fn keys(records: &Records) -> Vec<(String, String)> {
    let keys = records.grants.iter().filter(|grant| grant.kind == Kind::ApiKey);
    keys.map(|key| (key.name.clone(), key.raw.clone())).collect()
}

fn accept(records: &mut Records, options: &Options) {
    let tokens = options.accept_tokens.iter().map(|raw| seed::token(raw.clone(), None));
    let keys = options.accept_keys.iter().map(|raw| seed::api_key("accepted-by-option", raw.clone()));
    records.grants.extend(tokens.chain(keys).map(|grant| Grant { by_option: true, ..grant }));
}

fn break_it(records: &mut Records, faults: &[Fault]) {
    for effect in faults.iter().flat_map(|fault| fault.effects()) {
        if let Effect::Alter(alter) = effect {
            alter(records);
        }
    }
}

/// Serves until told to stop; then all connections are cut, those that wait for ever included.
fn spawn(listener: TcpListener, core: Shared, stopped: oneshot::Receiver<()>) -> io::Result<JoinHandle<()>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let listener = {
        let _context = runtime.enter();
        tokio::net::TcpListener::from_std(listener)?
    };
    let serve = move || {
        runtime.block_on(async {
            tokio::select! {
                _ = axum::serve(listener, routes::all(core)) => {}
                _ = stopped => {}
            }
        });
    };
    std::thread::Builder::new().name("sandbox".to_owned()).spawn(serve)
}
