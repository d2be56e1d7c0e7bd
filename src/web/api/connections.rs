//! `/instances/{id}/connections`: what is set in each slot, never a secret; and filling a slot in on a customer's behalf.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::{Listing, body::Body, field_errors, parameters::instance_id, sentences};
use crate::{
    domain::{
        access::Scope,
        connection::Connection,
        ids::{ConnectionId, InstanceId},
        key::Key,
        reason::Reason,
        time::Timestamp,
        token_import::Members,
        value::Value,
    },
    flows::{
        Context,
        prefill::{self, Prefill, Prefilled, Shown, SlotConnection},
    },
    web::{access::ApiCaller, errors::Failure},
};

#[derive(Serialize)]
pub struct ConnectionShape {
    slot: Key,
    connection_id: ConnectionId,
    r#type: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Reason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    /// `null` until a check has run.
    checked_at: Option<Timestamp>,
    inputs: BTreeMap<Key, InputState>,
    /// Required inputs without a value.
    missing: Vec<Key>,
    /// Values that the customer neither sees nor changes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locked: Vec<Key>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<TokenState>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh: Option<RefreshState>,
    /// When only a person's consent will help, whatever is done until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    ends_at: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

#[derive(Serialize)]
#[serde(untagged)]
enum InputState {
    Shown { value: Value },
    Held { has_value: bool },
}

#[derive(Serialize)]
struct TokenState {
    expires_at: Option<Timestamp>,
    scope: String,
    has_refresh_token: bool,
}

/// How the token is kept alive.
#[derive(Serialize)]
struct RefreshState {
    /// `null`: nothing is planned.
    next_at: Option<Timestamp>,
    /// The last success.
    last_at: Option<Timestamp>,
    /// In a row.
    failures: u32,
    reason: Option<Reason>,
    outcome_unknown: bool,
}

impl RefreshState {
    /// Of what has a token, or fails to obtain one.
    fn of(connection: &Connection, outcome_unknown: bool) -> Option<Self> {
        let refresh = connection.refresh;
        (connection.credential.token.is_some() || refresh.next_at().is_some()).then(|| Self {
            next_at: refresh.next_at(),
            last_at: connection.refreshed_at,
            failures: refresh.failures(),
            reason: refresh.reason(),
            outcome_unknown,
        })
    }
}

impl From<SlotConnection> for ConnectionShape {
    fn from(found: SlotConnection) -> Self {
        let SlotConnection { slot, connection, status, inputs, missing, locked, refresh_outcome_unknown } = found;
        let refresh = RefreshState::of(&connection, refresh_outcome_unknown);
        let state = |shown| match shown {
            Shown::Value(value) => InputState::Shown { value },
            Shown::HasValue => InputState::Held { has_value: true },
        };
        let token = connection.credential.token.map(|token| TokenState {
            expires_at: token.expires_at,
            scope: token.scopes.join(" "),
            has_refresh_token: token.has_refresh_token,
        });
        Self {
            slot,
            connection_id: connection.id,
            r#type: connection.type_ref.to_string(),
            status: status.status(),
            reason: status.reason(),
            account: connection.account,
            checked_at: connection.checked_at,
            inputs: inputs.into_iter().map(|(key, shown)| (key, state(shown))).collect(),
            missing,
            locked,
            token,
            refresh,
            ends_at: connection.ending.map(|ending| ending.at),
            created_at: connection.created_at,
            updated_at: connection.updated_at,
        }
    }
}

/// In the integration's order; all of them at once.
pub async fn index(context: web::Data<Context>, instance: web::Path<String>) -> Result<HttpResponse, Failure> {
    let items = of_instance(&context, instance_id(&instance)?).await?.ok_or(Failure::NotFound)?;
    Ok(HttpResponse::Ok().json(Listing { items, next_cursor: None }))
}

/// `None`: no such instance.
pub async fn of_instance(context: &Context, id: InstanceId) -> Result<Option<Vec<ConnectionShape>>, Failure> {
    let found = prefill::list(context, Scope::Organization, id).await?;
    Ok(found.map(|connections| connections.into_iter().map(ConnectionShape::from).collect()))
}

pub async fn show(context: web::Data<Context>, path: web::Path<(String, String)>) -> Result<HttpResponse, Failure> {
    let (instance, slot) = path.into_inner();
    answer(&context, instance_id(&instance)?, &slot).await
}

/// The connection as it is now: what every call that changed it answers.
pub async fn answer(context: &Context, id: InstanceId, slot: &str) -> Result<HttpResponse, Failure> {
    let found = prefill::find(context, Scope::Organization, id, slot).await?.ok_or(Failure::NotFound)?;
    Ok(HttpResponse::Ok().json(ConnectionShape::from(found)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FilledIn {
    /// `null` takes a value away; what is not named stays.
    #[serde(default)]
    inputs: BTreeMap<String, Json>,
    /// Read field by field, so that each mistake is told at its field.
    token: Option<Members>,
    /// All keys that the customer neither sees nor changes; without it, what `inputs` names is locked.
    locked: Option<BTreeSet<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UpdateQuery {
    #[serde(default)]
    check: bool,
}

pub async fn update(
    context: web::Data<Context>,
    caller: ApiCaller,
    path: web::Path<(String, String)>,
    query: web::Query<UpdateQuery>,
    body: Body<FilledIn>,
) -> Result<HttpResponse, Failure> {
    let (instance, slot) = path.into_inner();
    let id = instance_id(&instance)?;
    let FilledIn { inputs, token, locked } = body.value;
    let wanted = Prefill { inputs, token, locked, check: query.check, ..Prefill::default() };
    match prefill::prefill(&context, Scope::Organization, &caller.actor(), id, &slot, &wanted).await? {
        Prefilled::Saved => answer(&context, id, &slot).await,
        Prefilled::Refused(errors) => Err(field_errors::refused(&errors)),
        Prefilled::CheckFailed(reason) => Err(check_failed(&context, id, &slot, reason).await?),
        Prefilled::NoToken => Err(Failure::Unprocessable {
            code: "no_token",
            detail: "This slot's connection type knows no token: only OAuth has one.".into(),
            extra: json!({}),
        }),
        Prefilled::Stale | Prefilled::NotFound => Err(Failure::NotFound),
    }
}

async fn check_failed(context: &Context, id: InstanceId, slot: &str, reason: Reason) -> Result<Failure, Failure> {
    let message = reason_message(context, id, slot, reason).await?;
    let detail = format!("Nothing was saved: the check failed. {message}");
    Ok(Failure::Unprocessable { code: "check_failed", detail, extra: json!({"reason": reason, "message": message}) })
}

/// A reason in a sentence that names the slot's connector.
pub async fn reason_message(context: &Context, id: InstanceId, slot: &str, reason: Reason) -> Result<String, Failure> {
    let found = prefill::find(context, Scope::Organization, id, slot).await?.ok_or(Failure::NotFound)?;
    let connector = context.connector(&found.connection.type_ref.connector, found.connection.connector_version).await?;
    let name = connector.map_or_else(|| found.connection.type_ref.connector.to_string(), |connector| connector.name.clone());
    Ok(sentences::of_reason(reason, &name, &context.organization().name))
}
