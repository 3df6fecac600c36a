//! Making tokens, and the answer that hands them out.

use std::io;

use axum::Json;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::issuer::Issuer;
use super::ledger::{Approval, Family, Pair};
use super::refusal::unstored;
use crate::sandbox::random;
use crate::sandbox::records::{Grant, Records, from_now};
use crate::sandbox::seed::{self, RANDOM_PART};

/// A new family: what a sign-in gives. Returns where it is, and its first tokens. Fails if the
/// system gives no random bytes.
pub(in crate::sandbox) fn begin(
    records: &mut Records,
    issuer: &Issuer,
    approval: Approval,
) -> io::Result<(usize, Pair)> {
    let family = Family {
        id: random::letters(RANDOM_PART)?,
        issuer: issuer.name.to_owned(),
        approval,
        refresh: new_refresh(issuer)?,
        ends: from_now(records.ledger.terms.refresh_life),
        spent: Vec::new(),
        revoked: false,
    };
    records.ledger.families.push(family);
    let at = records.ledger.families.len().saturating_sub(1);
    let pair = pair(records, at)?;
    Ok((at, pair))
}

/// The text of a new refresh token.
pub(super) fn new_refresh(issuer: &Issuer) -> io::Result<String> {
    Ok(format!("{}{}", issuer.beginnings.1, random::letters(RANDOM_PART)?))
}

/// A new access token of the family at `at`, with the refresh token in force.
pub(super) fn pair(records: &mut Records, at: usize) -> io::Result<Pair> {
    let family = &records.ledger.families[at];
    let ends = from_now(records.ledger.terms.token_life);
    let beginning = Issuer::named(&family.issuer).beginnings.0;
    let access = format!("{beginning}{}", random::letters(RANDOM_PART)?);
    let pair = Pair { access: access.clone(), refresh: family.refresh.clone(), ends };
    let grant = Grant {
        id: format!("token_{}", random::letters(12)?),
        user: family.approval.user.clone(),
        workspace: family.approval.workspace.clone(),
        second_factor: family.approval.second_factor,
        family: Some(family.id.clone()),
        ..seed::token(access, Some(ends))
    };
    records.grants.push(grant);
    Ok(pair)
}

/// Ends the family at `at`: its refresh tokens, and all of its access tokens.
pub(super) fn end(records: &mut Records, at: usize) {
    let family = &mut records.ledger.families[at];
    family.revoked = true;
    records.grants.retain(|grant| grant.family.as_ref() != Some(&family.id));
}

/// The answer that hands out `pair` of the family at `at` (RFC 6749, section 5.1, with the fields
/// of facts, "OAuth"). A refresh token that did not change is left out if `known`.
pub(super) fn answer(records: &Records, at: usize, pair: &Pair, known: bool) -> Response {
    let family = &records.ledger.families[at];
    let issuer = Issuer::named(&family.issuer);
    let left = pair.ends.as_second().saturating_sub(Timestamp::now().as_second()).max(0);
    let mut answer = json!({
        "access_token": pair.access,
        "token_type": "Bearer",
        "expires_in": left,
        "scope": issuer.scope,
    });
    if !known {
        answer["refresh_token"] = Value::from(pair.refresh.clone());
    }
    if issuer.names_workspace {
        name_workspace(&mut answer, &family.approval, records);
    }
    unstored(Json(answer).into_response())
}

/// Adds whom and which workspace a sign-in is for.
pub(super) fn name_workspace(answer: &mut Value, approval: &Approval, records: &Records) {
    let workspace = approval.workspace.as_deref().and_then(|id| records.workspace(id));
    if let Some(workspace) = workspace {
        answer["workspace_id"] = Value::from(workspace.id.clone());
        answer["workspace_name"] = Value::from(workspace.name.clone());
    }
    answer["user_id"] = Value::from(approval.user.clone());
    if let Some(user) = records.user(&approval.user) {
        answer["user_email"] = Value::from(user.email.clone());
    }
}
