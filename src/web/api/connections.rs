//! A connection, wherever a path finds it: what is set, never a secret; and filling it in on somebody's behalf.
//!
//! `reusable_connections` and `saved_connections` answer with the same shape.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::{
    Listing,
    body::Body,
    field_errors,
    instance_users::missing,
    parameters::{At, IfMatch, etag, instance_id},
    sentences,
};
use crate::{
    domain::{
        access::Scope,
        connection::{Connection, ConnectionOwner, ConnectionRef},
        ids::{ConnectionId, CustomerId, CustomerUserId, InstanceId},
        key::Key,
        reason::Reason,
        time::Timestamp,
        token_import::Members,
        value::Value,
    },
    flows::{
        Context,
        prefill::{self, Prefill, Prefilled, Shown, SlotConnection},
        reusable::{self, Bound},
    },
    web::{access::ApiCaller, errors::Failure},
};

#[derive(Serialize)]
pub struct ConnectionShape {
    /// The one that it was asked for by.
    #[serde(skip_serializing_if = "Option::is_none")]
    slot: Option<Key>,
    /// `null`: nobody has begun.
    id: Option<ConnectionId>,
    connection_id: Option<ConnectionId>,
    /// `slot`, `user`, `customer`, `organization` or `test`.
    owner: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<CustomerId>,
    /// Whose alone it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<CustomerUserId>,
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// The definition, by its stable key.
    #[serde(skip_serializing_if = "Option::is_none")]
    reusable_connection: Option<Key>,
    #[serde(skip_serializing_if = "Option::is_none")]
    activation: Option<&'static str>,
    /// By how many instances; told in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    used_in: Option<i64>,
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
        let SlotConnection { slot, connection, is_new, status, inputs, missing, locked, reusable, refresh_outcome_unknown } = found;
        let (owner, in_slot) = match &connection.owner {
            ConnectionOwner::Slot { .. } => ("slot", true),
            ConnectionOwner::User { .. } => ("user", true),
            ConnectionOwner::Customer { .. } => ("customer", false),
            ConnectionOwner::Organization { .. } => ("organization", false),
            ConnectionOwner::Test { .. } => ("test", true),
            ConnectionOwner::DefinitionTest { .. } => ("test", false),
        };
        let name = if connection.name.is_empty() { reusable.as_ref().map(|of| of.name.clone()) } else { Some(connection.name.clone()) };
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
            slot: in_slot.then_some(slot),
            id: (!is_new).then_some(connection.id),
            connection_id: (!is_new).then_some(connection.id),
            owner,
            customer: connection.owner.customer_id(),
            user: connection.owner.user_id(),
            name,
            activation: reusable.as_ref().map(|of| of.activation.as_str()),
            reusable_connection: reusable.map(|of| of.key),
            used_in: None,
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
    Ok(found.map(|connections| connections.into_iter().map(ConnectionShape::in_slot).collect()))
}

impl ConnectionShape {
    /// Under the slot, also where it is bound to one that others use too.
    fn in_slot(found: SlotConnection) -> Self {
        Self { slot: Some(found.slot.clone()), ..Self::from(found) }
    }

    pub fn used_in(self, instances: i64) -> Self {
        Self { used_in: Some(instances), ..self }
    }
}

pub async fn show(context: web::Data<Context>, at: At) -> Result<HttpResponse, Failure> {
    answer(&context, &at.0).await
}

/// The connection as it is now: what every call that changed it answers.
pub async fn answer(context: &Context, at: &ConnectionRef) -> Result<HttpResponse, Failure> {
    let Some(found) = prefill::find(context, Scope::Organization, at).await? else { return Err(missing(context, at).await) };
    let tag = etag(found.connection.revision);
    let shape = match at {
        ConnectionRef::Slot { .. } => ConnectionShape::in_slot(found),
        _ => ConnectionShape::from(found),
    };
    Ok(HttpResponse::Ok().insert_header(tag).json(shape))
}

/// The slot's key, or its definition's, and the status.
pub async fn status_of(context: &Context, at: &ConnectionRef) -> Result<(Key, &'static str), Failure> {
    let Some(found) = prefill::find(context, Scope::Organization, at).await? else { return Err(missing(context, at).await) };
    Ok((found.slot, found.status.status()))
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
    /// Binds the slot to a saved connection; then nothing else is filled in.
    connection_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UpdateQuery {
    #[serde(default)]
    pub check: bool,
    /// Read by `At`, and known here.
    #[serde(default, rename = "user")]
    _user: String,
}

impl FilledIn {
    /// For what is no slot: there is nothing to bind.
    pub fn into_prefill(self, query: &UpdateQuery, if_match: &IfMatch) -> Result<Prefill, Failure> {
        if self.connection_id.is_some() {
            return Err(not_to_bind());
        }
        Ok(Prefill {
            inputs: self.inputs,
            token: self.token,
            locked: self.locked,
            check: query.check,
            if_revision: if_match.0,
            ..Prefill::default()
        })
    }
}

pub async fn update(
    context: web::Data<Context>,
    caller: ApiCaller,
    (at, if_match): (At, IfMatch),
    query: web::Query<UpdateQuery>,
    body: Body<FilledIn>,
) -> Result<HttpResponse, Failure> {
    let FilledIn { inputs, token, connection_id, .. } = &body.value;
    let Some(chosen) = connection_id else {
        let wanted = body.value.into_prefill(&query, &if_match)?;
        return filled(&context, &caller, &at.0, &wanted).await;
    };
    let ConnectionRef::Slot { instance_id, slot } = &at.0 else { return Err(not_to_bind()) };
    if !inputs.is_empty() || token.is_some() {
        return Err(not_to_bind());
    }
    let chosen = chosen.parse().map_err(|_| Failure::NotFound)?;
    match reusable::bind(&context, Scope::Organization, &caller.actor(), *instance_id, slot, chosen).await? {
        Bound::Done => answer(&context, &at.0).await,
        Bound::Unfit => Err(unfit()),
        Bound::NotFound => Err(missing(&context, &at.0).await),
    }
}

fn not_to_bind() -> Failure {
    let detail = "`connection_id` binds the slot of an instance, and goes without `inputs` and `token`.".into();
    Failure::Unprocessable { code: "connection_id_alone", detail, extra: json!({}) }
}

fn unfit() -> Failure {
    let detail = "This slot does not take that connection: it is one of another reusable connection, or the slot takes none.".into();
    Failure::Unprocessable { code: "unfit_connection", detail, extra: json!({}) }
}

/// Why nothing was saved of one that is not there yet.
pub async fn not_saved(context: &Context, definition: &Key, prefilled: Prefilled) -> Result<Failure, Failure> {
    let at = ConnectionRef::Of(ConnectionOwner::DefinitionTest { definition: definition.clone() });
    Ok(match saved(context, &at, prefilled).await {
        Err(failure) => failure,
        Ok(()) => Failure::NotFound,
    })
}

/// Fills a connection in, and answers with it.
pub async fn filled(context: &Context, caller: &ApiCaller, at: &ConnectionRef, wanted: &Prefill) -> Result<HttpResponse, Failure> {
    let prefilled = prefill::prefill(context, Scope::Organization, &caller.actor(), at, wanted).await?;
    saved(context, at, prefilled).await?;
    answer(context, at).await
}

/// `Err`: why nothing was saved.
async fn saved(context: &Context, at: &ConnectionRef, prefilled: Prefilled) -> Result<(), Failure> {
    match prefilled {
        Prefilled::Saved => Ok(()),
        Prefilled::Refused(errors) => Err(field_errors::refused(&errors)),
        Prefilled::CheckFailed(reason) => Err(check_failed(reason, &reason_message(context, at, reason).await?)),
        Prefilled::NoToken => Err(Failure::Unprocessable {
            code: "no_token",
            detail: "This connection type knows no token: only OAuth has one.".into(),
            extra: json!({}),
        }),
        Prefilled::Shared => Err(Failure::Unprocessable {
            code: "shared_connection",
            detail: "One connection serves all customers: PUT /reusable-connections/{key}/organization changes it.".into(),
            extra: json!({}),
        }),
        Prefilled::Stale => Err(Failure::PreconditionFailed),
        Prefilled::NotFound => Err(missing(context, at).await),
    }
}

fn check_failed(reason: Reason, message: &str) -> Failure {
    let detail = format!("Nothing was saved: the check failed. {message}");
    Failure::Unprocessable { code: "check_failed", detail, extra: json!({"reason": reason, "message": message}) }
}

/// A reason in a sentence that names the connection's connector.
pub async fn reason_message(context: &Context, at: &ConnectionRef, reason: Reason) -> Result<String, Failure> {
    let found = prefill::find(context, Scope::Organization, at).await?.ok_or(Failure::NotFound)?;
    let connector = context.current_connector(&found.connection.type_ref.connector).await?;
    let name = connector.map_or_else(|| found.connection.type_ref.connector.to_string(), |connector| connector.name.clone());
    Ok(sentences::of_reason(reason, &name, &context.organization().name))
}
