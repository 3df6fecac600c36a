//! HTTP clients: built at first use, shared by everybody, and following no redirect by themselves.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Proxy, StatusCode};
use rustls::ClientConfig;
use tokio::time::{Instant, timeout_at};
use url::Url;

use super::World;
use super::aside::Aside;
use super::exchange::{Answer, Ask, Fault, Phase, exchange};
use super::names::{self, Names};
use super::proxies::{Proxies, Route};
use super::roots::{Places, Roots, trusting};

/// How this program names itself to servers.
const USER_AGENT: &str = concat!("cmdop-doctor/", env!("CARGO_PKG_VERSION"));

/// No client could be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoClient {
    #[error("the root certificates could not be read")]
    NoRoots,
    /// The library's words.
    #[error("{0}")]
    NotBuilt(String),
}

/// What requests are made with. The first caller's CA file counts: it is the same for a whole run.
#[derive(Debug, Default)]
pub struct Web {
    names: Arc<Names>,
    proxies: OnceLock<Arc<Proxies>>,
    roots: OnceLock<Aside<Arc<Roots>>>,
    /// For plain http: without root certificates, which take longer to read than all the rest.
    plain: OnceLock<Result<Client, NoClient>>,
    secure: OnceLock<Result<Client, NoClient>>,
}

impl World {
    /// The system's resolver.
    pub fn names(&self) -> &Names {
        &self.web.names
    }

    /// What the environment says about proxies.
    pub fn proxies(&self) -> &Arc<Proxies> {
        self.web.proxies.get_or_init(|| Arc::new(Proxies::of(&self.env)))
    }

    /// The root certificates in force, with those of `ca_file` beside the system's; `None` if they
    /// could not be read at all.
    pub async fn roots(&self, ca_file: Option<&Path>) -> Option<Arc<Roots>> {
        let start = || {
            let (places, ca_file) = (Places::of(&self.env), ca_file.map(Path::to_owned));
            Aside::start(move || Arc::new(Roots::load(&places, ca_file.as_deref())))
        };
        self.web.roots.get_or_init(start).result().await
    }

    /// The client for `url`.
    pub async fn client(&self, url: &Url, ca_file: Option<&Path>) -> Result<Client, NoClient> {
        if url.scheme() != "https" && !self.through_https_proxy(url) {
            return self.web.plain.get_or_init(|| self.built(self.client_builder(), plain())).clone();
        }
        let roots = self.roots(ca_file).await.ok_or(NoClient::NoRoots)?;
        let secure = || self.built(self.client_builder(), trusting(roots.all.clone()));
        self.web.secure.get_or_init(secure).clone()
    }

    /// A client of its own for `url`, which takes `addresses` for its host without asking anybody.
    pub async fn client_for_addresses(
        &self,
        url: &Url,
        addresses: &[SocketAddr],
        ca_file: Option<&Path>,
    ) -> Result<Client, NoClient> {
        let roots = self.roots(ca_file).await.ok_or(NoClient::NoRoots)?;
        let host = url.host_str().unwrap_or_default();
        self.built(self.client_builder().resolve_to_addrs(host, addresses), trusting(roots.all.clone()))
    }

    /// Asks by the route that applies, following nothing, with the root certificates of `ca_file`
    /// beside the system's.
    pub async fn ask(&self, ask: &Ask, ca_file: Option<&Path>, deadline: Instant) -> Result<Answer, Fault> {
        let proxied = match self.proxies().route(&ask.url) {
            Route::Direct { .. } => false,
            Route::Through(_) => true,
            Route::Broken { variable, fault } => {
                return Err(Fault::new(Phase::Proxy, format!("{variable} names no usable proxy: {fault}")));
            }
        };
        let late = || Fault::new(Phase::Timeout, "the root certificates could not be read in time");
        let client = timeout_at(deadline, self.client(&ask.url, ca_file)).await.map_err(|_| late())?;
        let client = client.map_err(|error| Fault::new(Phase::Tls, error.to_string()))?;
        let answer = exchange(&client, ask, proxied, deadline).await?;
        // Only a proxy answers so (RFC 9110 section 15.5.8).
        if proxied && answer.status == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
            return Err(Fault::new(Phase::Proxy, "the proxy wants a login"));
        }
        Ok(answer)
    }

    fn through_https_proxy(&self, url: &Url) -> bool {
        matches!(self.proxies().route(url), Route::Through(server) if server.scheme == super::proxies::Scheme::Https)
    }

    fn client_builder(&self) -> ClientBuilder {
        self.with_proxies(bare_builder())
            .user_agent(USER_AGENT)
            .redirect(Policy::none())
            .referer(false)
            .dns_resolver(Arc::new(Shared(self.web.names.clone())))
    }

    /// Requests take the way that [`Proxies::route`] says. Where the environment names no proxy,
    /// the library looks at the settings of the systems that have some.
    fn with_proxies(&self, builder: ClientBuilder) -> ClientBuilder {
        let proxies = self.proxies().clone();
        if !proxies.any() && cfg!(any(target_os = "macos", windows)) {
            return builder;
        }
        let chosen = move |url: &Url| match proxies.route(url) {
            Route::Through(server) => Some(server.full().to_owned()),
            Route::Direct { .. } | Route::Broken { .. } => None,
        };
        builder.no_proxy().proxy(Proxy::custom(chosen))
    }

    fn built(
        &self,
        builder: ClientBuilder,
        tls: Result<ClientConfig, rustls::Error>,
    ) -> Result<Client, NoClient> {
        let tls = tls.map_err(|error| NoClient::NotBuilt(error.to_string()))?;
        builder.tls_backend_preconfigured(tls).build().map_err(|error| NoClient::NotBuilt(error.to_string()))
    }
}

#[expect(clippy::disallowed_methods, reason = "this is where clients are built")]
fn bare_builder() -> ClientBuilder {
    Client::builder()
}

fn plain() -> Result<ClientConfig, rustls::Error> {
    trusting(Arc::default())
}

/// The system's resolver as the HTTP library wants it.
struct Shared(Arc<Names>);

impl Resolve for Shared {
    fn resolve(&self, name: Name) -> Resolving {
        let names = self.0.clone();
        Box::pin(async move {
            let addresses = names.of(name.as_str()).await?;
            // The library puts the URL's port in place of 0.
            Ok(Box::new(names::with_port(&addresses, 0).into_iter()) as Addrs)
        })
    }
}
