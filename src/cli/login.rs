//! `cmdop login`: sign in, prove it, keep it, and say who one is now.

use std::time::Duration;

use super::failure::{Failure, conceal};
use super::grammar::{CallbackHost, Global, Login};
use super::operation::{Ended, Listener, Operation, carry_out};
use super::output::{complain, print};
use super::providers;
use super::teller::Teller;
use super::told::Told;
use crate::auth::login::{Request, SignedIn, log_in};
use crate::auth::oauth::{LoopbackHost, Refused};
use crate::auth::{NotSignedIn, Way};
use crate::credential::{KEY_VARIABLE, Keeper, NotKept, Slot, Variable, Wallet};
use crate::report::json::writer::Writer;
use crate::report::text::page::Page;
use crate::report::theme::{Glyph, Role, Style};
use crate::rulebook;
use crate::world::World;

/// How long to wait for another process that writes the store.
const LOCK: Duration = Duration::from_secs(10);

/// The name of the JSON document's contract.
const SCHEMA: &str = "cmdop.login/1";

/// Signs in, and says with which code to exit.
///
/// # Errors
/// When the settings make no sense, or standard output cannot be written.
pub(super) fn run(args: &Login, global: &Global, world: World) -> Result<u8, Failure> {
    let operation = Operation::begin(global, world, false)?;
    let request = match request(args, &operation) {
        Ok(request) => request,
        Err(why) => return not_signed_in(&operation, &why, args.provider.as_deref()),
    };
    // Nobody should go to a browser for a login that cannot be kept.
    if let Err(why) = Keeper::lock(&operation.ctx.settings, LOCK).and_then(|keeper| keeper.is_ready()) {
        return unkept(&why).refuse(&operation);
    }
    match carry_out(&Listener::default(), sign_in(&operation, &request))? {
        Ended::Done(code) => code,
        Ended::Stopped(interrupt) => Ok(interrupt.exit_code()),
    }
}

fn request(args: &Login, operation: &Operation) -> Result<Request, NotSignedIn> {
    let ctx = &operation.ctx;
    let asked = |name: &String| providers::asked(name, &ctx.settings, &ctx.world.env);
    let provider = args.provider.as_ref().map(asked).transpose()?;
    Ok(Request {
        way: args.device_code.then_some(Way::Device),
        no_browser: args.no_browser,
        provider,
        host: args.callback_host.map(|host| match host {
            CallbackHost::V4 => LoopbackHost::V4,
            CallbackHost::V6 => LoopbackHost::V6,
            CallbackHost::Name => LoopbackHost::Name,
        }),
        patience: args.timeout,
    })
}

async fn sign_in(operation: &Operation, request: &Request) -> Result<u8, Failure> {
    let ctx = &operation.ctx;
    let teller = Teller::new();
    let done = log_in(ctx, request, &teller).await;
    drop(teller);
    let signed_in = match done {
        Ok(signed_in) => signed_in,
        Err(why) => {
            let asked = request.provider.as_ref().map(|provider| provider.name.as_str());
            return not_signed_in(operation, &why, asked);
        }
    };
    let kept = Keeper::lock(&ctx.settings, LOCK).and_then(|mut keeper| keeper.keep(&signed_in.grant));
    if let Err(why) = kept {
        let given_back = signed_in.discard(ctx, "The login cannot be kept. The terminal says why.").await;
        return Told { cause: Some(fate(given_back)), ..unkept(&why) }.refuse(operation);
    }
    tracing::info!("the new login is kept");
    complain(&warnings(operation, &signed_in));
    let answer = if operation.json { document(&signed_in) } else { text(operation, &signed_in).into_bytes() };
    signed_in.close().await;
    print(&answer).map(|()| 0)
}

/// Tells why nobody is signed in; `asked` is the provider that was asked for, in which a slip may have
/// put a credential.
fn not_signed_in(operation: &Operation, why: &NotSignedIn, asked: Option<&str>) -> Result<u8, Failure> {
    match why.is_configuration() {
        true => Err(Failure::new(conceal(&format!("{why}: {}", why.remedy()), asked))),
        false => Told::new("not_signed_in", why.to_string()).fix(why.remedy()).refuse(operation),
    }
}

fn unkept(why: &NotKept) -> Told {
    Told::new("not_kept", format!("a login cannot be kept: {why}")).fix(why.remedy())
}

/// What became of tokens that nobody keeps.
fn fate(given_back: Result<(), Refused>) -> String {
    match given_back {
        Ok(()) => "the server has taken the new tokens back".to_owned(),
        Err(why) => format!("the new tokens stay good until they end by themselves: {why}"),
    }
}

/// What somebody who signed in should know, on standard error.
fn warnings(operation: &Operation, signed_in: &SignedIn) -> String {
    let home = operation.home();
    let style = Style { color: false, ..operation.style };
    let mut page = Page::new(&style, home.as_deref());
    if let Some(why) = &signed_in.unproved {
        page.flow(
            Role::Plain,
            &format!("warning: nobody knows whether the API takes this login: {why}"),
            0,
            2,
        );
    }
    if !is_sent(operation) {
        let issuer = &signed_in.grant.issuer;
        let why = format!("warning: no other command sends this login, as no setting describes {issuer}");
        page.flow(Role::Plain, &why, 0, 2);
        let described = format!("providers: {{ NAME: {{ issuer: \"{issuer}\" }} }}");
        page.field("fix", &format!("put `{described}` into config.yaml, then: cmdop login --provider NAME"));
    }
    if operation.ctx.wallet.variable(KEY_VARIABLE, &operation.ctx.world) != Variable::Unset {
        page.flow(Role::Plain, &format!("warning: {KEY_VARIABLE} is set and precedes this login"), 0, 2);
        page.field("fix", &format!("unset {KEY_VARIABLE}"));
    }
    page.finish()
}

/// Whether commands send the login that was just kept: what a provider that no setting describes gives
/// is withheld.
fn is_sent(operation: &Operation) -> bool {
    let ctx = &operation.ctx;
    let wallet = Wallet::new(rulebook::built_in().shapes);
    let slot = wallet.slot("access", &ctx.settings, &ctx.world);
    matches!(slot, Slot::Stored { held: Some(held), .. } if held.sendable)
}

/// The documented lines (facts: "CLI output that is documented").
fn text(operation: &Operation, signed_in: &SignedIn) -> String {
    let home = operation.home();
    let mut page = Page::new(&operation.style, home.as_deref());
    let good = operation.style.glyph(Glyph::Good);
    let mut line = |text: &str| page.line(&[(Role::Good, good), (Role::Plain, " "), (Role::Plain, text)]);
    match signed_in.email().or(signed_in.grant.user_id.as_deref()) {
        Some(user) => line(&format!("Authenticated as: {user}")),
        None => line("Authenticated"),
    }
    if let Some(workspace) = signed_in.workspace() {
        line(&format!("Workspace: {workspace}"));
    }
    page.finish()
}

fn document(signed_in: &SignedIn) -> Vec<u8> {
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
