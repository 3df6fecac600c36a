//! `cmdop login`: sign in, prove it, keep it, and say who one is now.

use std::time::Duration;

use tokio::runtime::Builder;

use super::config::ConfiguredProvider;
use super::failure::Failure;
use super::grammar::{CallbackHost, Global, Login};
use super::output::{complain, print};
use super::settings::{InForce, in_force};
use super::signals::Interrupts;
use super::teller::Teller;
use super::{debug, screen};
use crate::auth::Way;
use crate::auth::login::{Request, SignedIn, log_in};
use crate::auth::oauth::LoopbackHost;
use crate::auth::oauth::provider::Provider;
use crate::credential::{Context, KEY_VARIABLE, Keeper, NotKept, Variable, Wallet};
use crate::model::secret::Secret;
use crate::report::hidden::visible;
use crate::report::json::writer::Writer;
use crate::report::theme::{Glyph, Style};
use crate::world::{Env, World};

/// The exit code where nobody was signed in.
const NOT_SIGNED_IN: u8 = 1;

/// What settings take their share of.
const SETTINGS: Duration = Duration::from_secs(10);

/// How long to wait for another process that writes the store.
const LOCK: Duration = Duration::from_secs(10);

/// The names of the JSON documents' contracts.
const SCHEMA: &str = "cmdop.login/1";
const ERROR_SCHEMA: &str = "cmdop.error/1";

/// Signs in, and says with which code to exit.
///
/// # Errors
/// When the settings make no sense, or standard output cannot be written.
pub(super) fn run(args: &Login, global: &Global, world: World) -> Result<u8, Failure> {
    let style = screen::style(global.color, screen::columns(), &world.env);
    let InForce { settings, remarks, providers, .. } = in_force(global, &world, SETTINGS, false)?;
    if settings.offline {
        return Err(Failure::new(remarks.join("\n")));
    }
    remarks.iter().for_each(|remark| complain(&format_args!("warning: {}\n", visible(remark))));
    debug::in_force(&settings, &world);
    let request = request(args, &providers, &world.env);
    let wallet = Wallet::new(crate::rulebook::built_in().shapes);
    let ctx = Context { world, settings, wallet };
    let shown = Shown { style, json: global.json };
    // Nobody should go to a browser for a login that cannot be kept.
    if let Err(why) = Keeper::lock(&ctx.settings, LOCK) {
        return shown.failed("not_kept", &unkept(&why));
    }
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(format!("no runtime: {error}")))?;
    let done = runtime.block_on(until_stopped(sign_in(&ctx, &request, &shown)));
    // A browser command that runs on would hold up an orderly end.
    runtime.shutdown_background();
    done
}

/// Does `work` until it is done or somebody stops it.
async fn until_stopped(work: impl Future<Output = Result<u8, Failure>>) -> Result<u8, Failure> {
    let interrupts = Interrupts::catch();
    let mut interrupts =
        interrupts.map_err(|error| Failure::new(format!("signals cannot be caught: {error}")))?;
    tokio::select! {
        done = work => done,
        interrupt = interrupts.next() => {
            tracing::warn!(signal = ?interrupt, "stopped by a signal; the stored login is unchanged");
            Ok(interrupt.exit_code())
        }
    }
}

fn request(
    args: &Login,
    configured: &std::collections::BTreeMap<String, ConfiguredProvider>,
    env: &Env,
) -> Request {
    let provider = args.provider.as_ref().map(|name| {
        let known = configured.get(name).cloned().unwrap_or_default();
        let of = |variable: &str, known: Option<String>| env.text(variable).map(str::to_owned).or(known);
        Provider {
            name: name.clone(),
            issuer: of("CMDOP_PROVIDER_ISSUER", known.issuer),
            client_id: of("CMDOP_PROVIDER_CLIENT_ID", known.client_id),
            client_secret: of("CMDOP_PROVIDER_CLIENT_SECRET", known.client_secret).map(Secret::new),
            scope: of("CMDOP_PROVIDER_SCOPE", known.scope),
            tenant: of("CMDOP_PROVIDER_TENANT", known.tenant),
        }
    });
    Request {
        way: args.device_code.then_some(Way::Device),
        no_browser: args.no_browser,
        provider,
        host: args.callback_host.map(|host| match host {
            CallbackHost::V4 => LoopbackHost::V4,
            CallbackHost::V6 => LoopbackHost::V6,
            CallbackHost::Name => LoopbackHost::Name,
        }),
        patience: args.timeout,
    }
}

async fn sign_in(ctx: &Context, request: &Request, shown: &Shown) -> Result<u8, Failure> {
    let teller = Teller::new();
    let done = log_in(ctx, request, &teller).await;
    drop(teller);
    let signed_in = match done {
        Ok(signed_in) => signed_in,
        Err(why) if why.is_configuration() => return Err(Failure::new(why.to_string())),
        Err(why) => return shown.failed(why.name(), &why.to_string()),
    };
    let kept = Keeper::lock(&ctx.settings, LOCK).and_then(|mut keeper| keeper.keep(&signed_in.grant));
    if let Err(why) = kept {
        let words = unkept(&why);
        signed_in.close(Err(&words)).await;
        return shown.failed("not_kept", &words);
    }
    tracing::info!("the new login is kept");
    let answer = shown.signed_in(&signed_in);
    signed_in.close(Ok(())).await;
    if ctx.wallet.variable(KEY_VARIABLE, &ctx.world) != Variable::Unset {
        complain(&format_args!(
            "warning: {KEY_VARIABLE} is set and precedes this login: unset {KEY_VARIABLE}\n"
        ));
    }
    print(&answer).map(|()| 0)
}

fn unkept(why: &NotKept) -> String {
    format!("the login cannot be kept: {why}; {}", why.remedy())
}

/// How to show what came of it.
struct Shown {
    style: Style,
    json: bool,
}

impl Shown {
    /// The documented lines (facts: "CLI output that is documented"), or one document.
    fn signed_in(&self, signed_in: &SignedIn) -> Vec<u8> {
        let user = signed_in.email().or(signed_in.grant.user_id.as_deref());
        if self.json {
            return self.document(signed_in);
        }
        if let Some(why) = &signed_in.unproved {
            complain(&format_args!(
                "warning: nobody knows whether the API takes this login: {}\n",
                visible(&why.to_string())
            ));
        }
        let good = self.style.glyph(Glyph::Good);
        let mut lines = match user {
            Some(user) => format!("{good} Authenticated as: {}\n", visible(user)),
            None => format!("{good} Authenticated\n"),
        };
        if let Some(workspace) = signed_in.workspace() {
            lines.push_str(&format!("{good} Workspace: {}\n", visible(workspace)));
        }
        lines.into_bytes()
    }

    fn document(&self, signed_in: &SignedIn) -> Vec<u8> {
        let grant = &signed_in.grant;
        Writer::document(|json| {
            json.text_at("schema", SCHEMA);
            json.flag_at("authenticated", true);
            json.flag_at("proved", signed_in.me.is_some());
            json.maybe_at("email", signed_in.email());
            json.maybe_at("user_id", grant.user_id.as_deref());
            json.maybe_at("workspace", signed_in.workspace());
            json.maybe_at("workspace_id", grant.workspace_id.as_deref());
            json.maybe_at("scope", grant.scope.as_deref());
            json.text_at("issuer", &grant.issuer);
            match grant.expires_at {
                Some(end) => json.time_at("expires_at", end),
                None => json.maybe_at("expires_at", None),
            }
            json.flag_at("refreshable", grant.refresh.is_some());
        })
    }

    /// Tells why nobody is signed in, as a document on standard output too where one was asked for.
    fn failed(&self, why: &'static str, words: &str) -> Result<u8, Failure> {
        complain(&Failure::refusal(words));
        if self.json {
            print(&Writer::document(|json| {
                json.text_at("schema", ERROR_SCHEMA);
                json.key("error");
                json.object(|json| {
                    json.text_at("why", why);
                    json.text_at("message", words);
                });
            }))?;
        }
        Ok(NOT_SIGNED_IN)
    }
}
