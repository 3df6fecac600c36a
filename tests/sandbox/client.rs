//! A client of the authorization server that does everything right, unless a test has it do
//! something else.

use cmdop_doctor::sandbox::{Fault, Options, Sandbox, Terms};
use serde_json::Value;
use url::{Url, form_urlencoded};

use crate::wire::{Answer, Ask};

/// The verifier and the challenge of RFC 7636, appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// Where nobody listens, which does not matter: callbacks are never requested.
pub(crate) const CALLBACK: &str = "http://127.0.0.1:9/callback";

pub(crate) const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// Parameters by name.
pub(crate) type Pairs<'a> = Vec<(&'a str, &'a str)>;

/// A sandbox and what a client knows of it.
pub(crate) struct Client {
    pub(crate) sandbox: Sandbox,
    /// The issuer's path: nothing, or that of a provider.
    provider: bool,
}

impl Client {
    pub(crate) fn new() -> Client {
        Client::with(&[], Terms::default())
    }

    pub(crate) fn with(faults: &[Fault], terms: Terms) -> Client {
        let options = Options { terms, ..Options::broken(faults) };
        Client::of(Sandbox::start(options).unwrap())
    }

    pub(crate) fn of(sandbox: Sandbox) -> Client {
        Client { sandbox, provider: false }
    }

    /// A client of the make-believe Google.
    pub(crate) fn google(faults: &[Fault]) -> Client {
        Client { provider: true, ..Client::with(faults, Terms::default()) }
    }

    pub(crate) fn metadata(&self) -> Value {
        let path = if self.provider { "/provider/google" } else { "" };
        self.get(&format!("{path}/.well-known/openid-configuration")).json()
    }

    /// The path of an endpoint that the metadata names.
    pub(crate) fn endpoint(&self, name: &str) -> String {
        let metadata = self.metadata();
        let url = metadata[name].as_str().unwrap_or_else(|| panic!("{name} is not advertised"));
        url.strip_prefix(self.sandbox.base_url()).unwrap().to_owned()
    }

    pub(crate) fn get(&self, target: &str) -> Answer {
        Ask::new(self.sandbox.port(), "GET", target).send().unwrap()
    }

    pub(crate) fn api(&self, token: &str) -> Answer {
        Ask::new(self.sandbox.port(), "GET", "/v1/machines").bearer(token).send().unwrap()
    }

    pub(crate) fn post(&self, path: &str, pairs: &[(&str, &str)]) -> Answer {
        Ask::new(self.sandbox.port(), "POST", path).form(pairs).send().unwrap()
    }

    /// The parameters of an authorization request as it should be.
    pub(crate) fn request(&self) -> Pairs<'static> {
        let mut pairs = vec![
            ("response_type", "code"),
            ("client_id", "cmdop-cli"),
            ("redirect_uri", CALLBACK),
            ("state", "a-state & more"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        if self.provider {
            pairs.push(("scope", "openid email"));
        }
        pairs
    }

    pub(crate) fn authorization_url(&self, pairs: &[(&str, &str)]) -> String {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        format!("{}{}?{query}", self.sandbox.base_url(), self.endpoint("authorization_endpoint"))
    }

    /// Asks for `pairs`, presses Allow, and returns what the callback says.
    pub(crate) fn consent(&self, pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        said(&self.sandbox.authorize(&self.authorization_url(pairs), true).unwrap())
    }

    /// A code as it should be got.
    pub(crate) fn code(&self) -> String {
        value(&self.consent(&self.request()), "code").unwrap()
    }

    /// The parameters that redeem `code` as they should be.
    pub(crate) fn redemption<'a>(&self, code: &'a str) -> Pairs<'a> {
        self.known(vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ])
    }

    /// `pairs` with what makes the client known.
    pub(crate) fn known<'a>(&self, mut pairs: Pairs<'a>) -> Pairs<'a> {
        pairs.push(("client_id", "cmdop-cli"));
        if self.provider {
            pairs.push(("client_secret", "not-a-secret"));
        }
        pairs
    }

    pub(crate) fn token(&self, pairs: &[(&str, &str)]) -> Answer {
        self.post(&self.endpoint("token_endpoint"), pairs)
    }

    /// A whole sign-in: what the token endpoint answers.
    pub(crate) fn login(&self) -> Value {
        let answer = self.token(&self.redemption(&self.code()));
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    pub(crate) fn refresh(&self, raw: &str) -> Answer {
        self.token(&self.known(vec![("grant_type", "refresh_token"), ("refresh_token", raw)]))
    }

    pub(crate) fn revoke(&self, raw: &str) -> Answer {
        self.post(&self.endpoint("revocation_endpoint"), &self.known(vec![("token", raw)]))
    }

    /// Begins a device flow.
    pub(crate) fn device(&self) -> Value {
        let mut pairs = vec![("client_id", "cmdop-cli")];
        if self.provider {
            pairs.push(("scope", "openid email"));
        }
        let answer = self.post(&self.endpoint("device_authorization_endpoint"), &pairs);
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    pub(crate) fn poll(&self, device: &Value) -> Answer {
        let code = text(device, "device_code");
        self.token(&self.known(vec![("grant_type", DEVICE), ("device_code", &code)]))
    }
}

/// What a callback says.
pub(crate) fn said(url: &str) -> Vec<(String, String)> {
    Url::parse(url).unwrap().query_pairs().into_owned().collect()
}

pub(crate) fn value(pairs: &[(String, String)], name: &str) -> Option<String> {
    pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
}

pub(crate) fn text(body: &Value, name: &str) -> String {
    body[name].as_str().unwrap_or_else(|| panic!("no {name} in {body}")).to_owned()
}

/// The status and the error code of a refusal.
pub(crate) fn error(answer: &Answer) -> (u16, String) {
    (answer.status, answer.json()["error"].as_str().unwrap_or_default().to_owned())
}

/// What `error` says of a refusal with 400.
pub(crate) fn refused(code: &str) -> (u16, String) {
    (400, code.to_owned())
}

/// `pairs` with `name` being `value`, or gone.
pub(crate) fn but<'a>(pairs: &[(&'a str, &'a str)], name: &'a str, value: Option<&'a str>) -> Pairs<'a> {
    let mut changed: Pairs<'a> = pairs.iter().copied().filter(|(known, _)| *known != name).collect();
    changed.extend(value.map(|value| (name, value)));
    changed
}
