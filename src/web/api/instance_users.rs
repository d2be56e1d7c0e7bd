//! `…/connections/{slot}/users`: who has connected an account of their own, and why a call names no connection without its user.

use actix_web::{HttpResponse, web};
use serde::Serialize;
use serde_json::json;

use super::{Listing, customer_users::CustomerUserShape, parameters::instance_id};
use crate::{
    domain::{
        access::Scope,
        connection::{Connection, ConnectionRef},
        ids::ConnectionId,
        reason::Reason,
        time::Timestamp,
    },
    flows::{
        Context,
        user_connections::{self, Colleague, Misplaced, Owners},
    },
    web::errors::Failure,
};

#[derive(Serialize)]
struct InstanceUserShape {
    user: CustomerUserShape,
    /// `null`: they have not begun.
    connection_id: Option<ConnectionId>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Reason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    checked_at: Option<Timestamp>,
}

impl InstanceUserShape {
    fn of(colleague: Colleague, slot: &str) -> Option<Self> {
        let (_, connection) = colleague.connections.into_iter().find(|(key, _)| key.as_str() == slot)?;
        let user = colleague.user.into();
        let Some(Connection { id, state, account, checked_at, .. }) = connection else {
            return Some(Self { user, connection_id: None, status: "not_connected", reason: None, account: None, checked_at: None });
        };
        Some(Self { user, connection_id: Some(id), status: state.status(), reason: state.reason(), account, checked_at })
    }
}

/// Everybody of the customer who is in, by address; all of them at once.
pub async fn index(context: web::Data<Context>, path: web::Path<(String, String)>) -> Result<HttpResponse, Failure> {
    let (id, slot) = (instance_id(&path.0)?, path.1.as_str());
    match user_connections::owners_of(&context, id, slot).await? {
        Some(Owners::EachUser) => {}
        Some(Owners::Everybody) => return Err(user_unexpected()),
        None => return Err(Failure::NotFound),
    }
    let colleagues = user_connections::colleagues(&context, Scope::Organization, id).await?.ok_or(Failure::NotFound)?;
    let items = colleagues.into_iter().filter_map(|colleague| InstanceUserShape::of(colleague, slot)).collect();
    Ok(HttpResponse::Ok().json(Listing { items, next_cursor: None }))
}

/// Why there is no connection where a call looked for one.
pub async fn missing(context: &Context, at: &ConnectionRef) -> Failure {
    match user_connections::misplaced(context, at).await {
        Ok(Misplaced::UserRequired) => Failure::Unprocessable {
            code: "user_required",
            detail: "Each user has a connection of their own here: name one with `?user=`, by an id or as `external:{external_id}`.".into(),
            extra: json!({}),
        },
        Ok(Misplaced::UserUnexpected) => user_unexpected(),
        Ok(Misplaced::Nowhere) => Failure::NotFound,
        Err(broken) => broken.into(),
    }
}

fn user_unexpected() -> Failure {
    let detail = "This connection is the same for all users of the customer: leave `user` out.".into();
    Failure::Unprocessable { code: "user_unexpected", detail, extra: json!({}) }
}
