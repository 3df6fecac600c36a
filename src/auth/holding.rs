//! What this machine holds, without asking anybody: which credential is in force and why, and what
//! it hides. Facts about it only.

use crate::credential::{Context, Held, KEY_VARIABLE, Slot, Stated};
use crate::world::clock::{now_ms, rfc3339};

/// What a command would send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holding {
    /// Nothing. A variable that is set to nothing may hide what is stored at `hidden`.
    Nothing {
        hidden: Option<String>,
    },
    /// The credential file is there and cannot be read, or holds no access token; says so.
    Unusable(String),
    Credential(Box<InForce>),
}

/// The credential in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InForce {
    /// `key` or `token`.
    pub kind: &'static str,
    /// `flag`, `env` or `file`.
    pub origin: &'static str,
    /// The variable or the path.
    pub source: String,
    /// It may be sent to the servers in force.
    pub sendable: bool,
    pub prefix: String,
    pub length: usize,
    /// Tells credentials apart within this run, and nothing else.
    pub fingerprint: Option<String>,
    /// Slips of whoever copied it, by name.
    pub mangled: Vec<&'static str>,
    /// When it ends as far as this machine knows, in milliseconds since 1970.
    pub expires_at: Option<i64>,
    /// A refresh token is stored beside it.
    pub refreshable: bool,
    pub scope: Option<String>,
    pub workspace: Option<String>,
    pub user: Option<String>,
    pub issuer: Option<String>,
    /// The identity provider that the stored login came by way of.
    pub provider: Option<String>,
    /// Where the credentials are that it hides.
    pub shadows: Vec<String>,
}

impl Holding {
    /// Looks, at what was read already or else now. May block in the kernel: read the wallet before.
    pub fn on(ctx: &Context) -> Holding {
        match ctx.wallet.slot("active", &ctx.settings, &ctx.world) {
            Slot::Absent => Holding::Nothing { hidden: hidden_login(ctx) },
            Slot::Unreadable(why) => Holding::Unusable(why.to_owned()),
            Slot::Key(held) => Holding::Credential(Box::new(InForce::of(held, None))),
            Slot::Stored { held: None, source, .. } => {
                Holding::Unusable(format!("{source} holds no access token"))
            }
            Slot::Stored { held: Some(held), about, refreshable, .. } => {
                let stated = match about.expires {
                    Stated::At { millis, .. } => Some(millis),
                    Stated::Nothing | Stated::Unreadable(_) => None,
                };
                let in_force = InForce::of(held, stated);
                Holding::Credential(Box::new(InForce {
                    refreshable,
                    scope: about.scope.clone(),
                    workspace: about.workspace_name.clone().or_else(|| about.workspace_id.clone()),
                    user: about.user_email.clone().or_else(|| about.user_id.clone()),
                    issuer: about.issuer.clone().or(in_force.issuer.clone()),
                    ..in_force
                }))
            }
        }
    }

    /// Logs what is in force, and why.
    pub fn log(&self) {
        match self {
            Holding::Nothing { hidden: Some(file) } => tracing::warn!(
                component = "credential",
                variable = KEY_VARIABLE,
                hides = file,
                "no credential: the variable is set to nothing, which hides the login"
            ),
            Holding::Nothing { hidden: None } => tracing::warn!(
                component = "credential",
                variable = KEY_VARIABLE,
                "no credential: neither the variable nor the file holds one"
            ),
            Holding::Unusable(why) => {
                tracing::warn!(component = "credential", why, "credential not readable")
            }
            Holding::Credential(held) => held.log(now_ms()),
        }
    }
}

fn hidden_login(ctx: &Context) -> Option<String> {
    match ctx.wallet.slot("access", &ctx.settings, &ctx.world) {
        Slot::Stored { held: Some(_), source, .. } if ctx.world.env.is_set(KEY_VARIABLE) => {
            Some(source.to_owned())
        }
        _ => None,
    }
}

impl InForce {
    fn of(held: &Held, stated: Option<i64>) -> InForce {
        let seen = &held.appearance;
        let claims = held.claims.as_ref();
        InForce {
            kind: held.kind(),
            origin: held.origin.name(),
            source: held.source.clone(),
            sendable: held.sendable,
            prefix: seen.prefix.clone(),
            length: seen.length,
            fingerprint: seen.fingerprint.clone(),
            mangled: seen.mangled.clone(),
            expires_at: stated.or_else(|| claims?.expires_at),
            refreshable: false,
            scope: None,
            workspace: seen.workspace.clone().filter(|_| !held.origin.is_stored()),
            user: None,
            issuer: claims.and_then(|claims| claims.issuer.clone()),
            provider: held.provider.clone(),
            shadows: held.shadows.clone(),
        }
    }

    /// Whether it is past its end, as far as this machine knows.
    pub fn has_ended(&self, now: i64) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }

    fn log(&self, now: i64) {
        let shadows = (!self.shadows.is_empty()).then(|| self.shadows.join(", "));
        tracing::debug!(
            component = "credential",
            kind = self.kind,
            origin = self.origin,
            source = self.source,
            prefix = (!self.prefix.is_empty()).then_some(self.prefix.as_str()),
            length = self.length,
            fingerprint = self.fingerprint,
            expires_at = self.expires_at.map(rfc3339),
            expires_in_s = self.expires_at.map(|end| end.saturating_sub(now) / 1000),
            refreshable = self.refreshable,
            sendable = self.sendable,
            mangled = (!self.mangled.is_empty()).then(|| self.mangled.join(", ")),
            workspace = self.workspace,
            user = self.user,
            issuer = self.issuer,
            provider = self.provider,
            scope = self.scope,
            "credential in force"
        );
        if let Some(hidden) = shadows {
            tracing::warn!(component = "credential", by = self.source, hidden, "credential hides another");
        }
        if self.has_ended(now) {
            tracing::warn!(component = "credential", refreshable = self.refreshable, "token expired");
        }
    }
}
