//! `token`: a credential: where it comes from, what it hides, how long it lasts.

use url::Url;

use super::{Call, Context, sheet};
use crate::credential::{About, Held, Origin, Slot, Stated, Unit, WRITTEN_VERSION};
use crate::model::address::without_credentials;
use crate::model::evidence::{Reading, Why};
use crate::model::fact::{Fact, Facts};
use crate::model::settings::Settings;

pub(super) fn look(call: &Call, ctx: &Context) -> Reading {
    let slot = call.required("slot");
    let facts = match ctx.wallet.slot(slot, &ctx.settings, &ctx.world) {
        Slot::Absent => return Reading::Absent,
        // What is sent would come from the file; more is not known.
        Slot::Unreadable(_) if slot == "active" => {
            return Reading::Found(with_origin(ctx).with("kind", "token"));
        }
        Slot::Unreadable(why) => return Reading::Unavailable(Why::Refused(why.to_owned())),
        Slot::Key(held) => with_credential(Facts::new(), held, Stated::Nothing),
        Slot::Stored { held, source, about, refreshable } => {
            // The end that the file states is the access token's.
            let stated = if slot == "refresh" { Stated::Nothing } else { about.expires };
            let facts = with_file(with_origin(ctx), about, source, refreshable)
                .with("issuer", issuer(about.issuer.as_deref(), &ctx.settings.issuer.value))
                .with("provider", about.provider(&ctx.settings).map(|provider| provider.name.clone()))
                .with("api", api(about, &ctx.settings));
            match held {
                Some(held) => with_credential(facts, held, stated),
                None => with_end(facts, stated, None),
            }
        }
    };
    Reading::Found(sheet::complete(call, &facts))
}

/// Where the stored login comes from.
fn with_origin(ctx: &Context) -> Facts {
    Facts::new().with("origin", Origin::of_store(&ctx.settings).name())
}

/// What the file says besides its secrets. It is there, even where it lacks the credential.
fn with_file(facts: Facts, about: &About, source: &str, refreshable: bool) -> Facts {
    facts
        .with("source", source.to_owned())
        .with("kind", "token")
        .with("sendable", false)
        .with("refreshable", refreshable)
        .with("scope", about.scope.clone())
        .with("workspace", about.workspace_name.clone().or_else(|| about.workspace_id.clone()))
        .with("workspace_id", about.workspace_id.clone())
        .with("user", about.user_email.clone().or_else(|| about.user_id.clone()))
        .with("shadows", Vec::<String>::new())
        .with("version", about.version)
        .with("newer", about.version.is_some_and(|version| version > WRITTEN_VERSION))
        .with("refresh_started_at", time(about.refresh_started_at))
        .with("refresh_rejected_at", time(about.refresh_rejected_at))
        .with("missing", about.missing.clone())
        .with("wrong_types", about.wrong_types.clone())
}

/// The API that the login was made for, in the words of the one in force where that is it.
fn api(about: &About, settings: &Settings) -> Option<String> {
    let in_force = || without_credentials(&settings.api.value);
    about.api_url.clone().map(|stored| if about.is_for_api(settings) { in_force() } else { stored })
}

/// The stored issuer, in the words of the one in force where both are one address: capitals in the
/// host, a port that goes without saying, a slash at the end, and which of its names this machine is
/// called by make no other issuer. Where credentials go is another question, with a stricter answer.
fn issuer(stored: Option<&str>, in_force: &str) -> Option<String> {
    let plain = |text: &str| {
        let url =
            Url::parse(text).ok().filter(|url| url.username().is_empty() && url.password().is_none())?;
        let address = url.as_str().trim_end_matches('/');
        match url.host_str()? {
            host @ ("127.0.0.1" | "[::1]") => Some(address.replacen(host, "localhost", 1)),
            _ => Some(address.to_owned()),
        }
    };
    let stored = stored?;
    let same = plain(stored).is_some_and(|stored| plain(in_force) == Some(stored));
    Some(if same { in_force } else { stored }.to_owned())
}

fn with_credential(facts: Facts, held: &Held, stated: Stated) -> Facts {
    let seen = &held.appearance;
    let facts = facts
        .with("origin", held.origin.name())
        .with("source", held.source.clone())
        .with("kind", held.kind())
        .with("family", seen.family)
        .with("says", seen.says)
        .with("sendable", held.sendable)
        .with("length", sheet::count(seen.length))
        .with("prefix", seen.prefix.clone())
        .with("fingerprint", seen.fingerprint.clone())
        .with("shadows", held.shadows.clone())
        .with("jwt", held.claims.is_some());
    with_end(facts, stated, Some(held))
}

fn with_end(facts: Facts, stated: Stated, held: Option<&Held>) -> Facts {
    let claims = held.and_then(|held| held.claims.as_ref());
    let own_end = claims.and_then(|claims| claims.expires_at);
    let (file_end, unit) = match stated {
        Stated::At { millis, unit } => (Some(millis), Some(unit)),
        Stated::Nothing | Stated::Unreadable(_) => (None, None),
    };
    let from = file_end.map(|_| "file").or(own_end.map(|_| "jwt"));
    facts
        .with("expires_at", time(file_end.or(own_end)))
        .with("expires_from", from)
        .with("file_expires_at", time(file_end))
        .with("file_expires_unit", unit.map(Unit::name))
        .with("unit_suspect", unit == Some(Unit::Milliseconds))
        .with("jwt_expires_at", time(own_end))
        .with("jwt_issued_at", time(claims.and_then(|claims| claims.issued_at)))
        .with("jwt_not_before", time(claims.and_then(|claims| claims.not_before)))
        .with("jwt_issuer", claims.and_then(|claims| claims.issuer.clone()))
}

fn time(millis: Option<i64>) -> Fact {
    millis.map_or(Fact::Nothing, sheet::time)
}

#[cfg(test)]
#[path = "token_tests.rs"]
mod tests;
