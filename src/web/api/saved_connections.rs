//! Saved connections: a customer's, listed and made; one by its id, renamed, filled in, deleted, and where it is used.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, http::StatusCode, web};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::{
    Listing,
    body::Body,
    connections::{self, ConnectionShape, UpdateQuery},
    field_errors,
    parameters::{At, IfMatch, Page, customer_ref},
};
use crate::{
    domain::{
        access::Scope,
        connection::ConnectionRef,
        ids::{ConnectionId, CustomerId, InstanceId},
        instance::InstanceStatus,
        key::Key,
        token_import::Members,
        validation::FieldError,
    },
    flows::{
        Context,
        prefill::Prefill,
        reusable::{self, Deleted, New, Place, Renamed, Saved},
    },
    store::Use,
    web::{access::ApiCaller, errors::Failure},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexQuery {
    /// Only those of definitions that are enabled for workflows.
    #[serde(default)]
    workflows: bool,
    limit: Option<i64>,
    cursor: Option<String>,
}

/// Oldest first.
pub async fn index(
    context: web::Data<Context>,
    caller: ApiCaller,
    customer: web::Path<String>,
    query: web::Query<IndexQuery>,
) -> Result<HttpResponse, Failure> {
    let page = Page::<ConnectionId>::new(query.limit, query.cursor.as_deref())?;
    let customer = customer_ref(&customer)?;
    let found = reusable::list(
        &context,
        Scope::Organization,
        &customer,
        query.workflows || caller.is_for_workflows(),
        page.cursor,
        page.rows_to_read(),
    )
    .await?;
    let shape = |saved: Saved| ConnectionShape::from(saved.connection).used_in(saved.used_in);
    Ok(HttpResponse::Ok().json(page.listing(found.ok_or(Failure::NotFound)?, |saved| saved.connection.connection.id, shape)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewConnection {
    /// The stable key of a reusable connection that customers activate.
    #[serde(alias = "definition", alias = "reusable")]
    reusable_connection: String,
    /// Without one it gets its definition's.
    name: Option<String>,
    #[serde(default)]
    inputs: BTreeMap<String, Json>,
    token: Option<Members>,
}

pub async fn create(
    context: web::Data<Context>,
    caller: ApiCaller,
    customer: web::Path<String>,
    query: web::Query<UpdateQuery>,
    body: Body<NewConnection>,
) -> Result<HttpResponse, Failure> {
    let NewConnection { reusable_connection, name, inputs, token } = body.value;
    let Ok(definition) = Key::parse(reusable_connection) else { return Err(no_such_definition()) };
    let new = New { definition, name, values: Prefill { inputs, token, check: query.check, ..Prefill::default() } };
    match reusable::create(&context, Scope::Organization, &caller.actor(), &customer_ref(&customer)?, &new).await? {
        Place::Connection(id) => {
            let mut answer = connections::answer(&context, &ConnectionRef::Id(id)).await?;
            *answer.status_mut() = StatusCode::CREATED;
            Ok(answer)
        }
        Place::NotSaved(refused) => Err(connections::not_saved(&context, &new.definition, refused).await?),
        Place::Unfit => Err(Failure::Unprocessable {
            code: "one_for_all",
            detail: "The organization makes these connections: PUT /reusable-connections/{key}/customers/{customer}, or …/organization."
                .into(),
            extra: json!({}),
        }),
        Place::NameTaken => Err(name_taken()),
        Place::NoSuchDefinition => Err(no_such_definition()),
        Place::NoSuchCustomer => Err(Failure::NotFound),
    }
}

fn no_such_definition() -> Failure {
    Failure::Unprocessable { code: "unknown_definition", detail: "There is no such reusable connection.".into(), extra: json!({}) }
}

fn name_taken() -> Failure {
    Failure::Conflict { code: "name_taken", detail: "Another connection of the same kind has this name.".into(), extra: json!({}) }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangedConnection {
    name: Option<String>,
    #[serde(default)]
    inputs: BTreeMap<String, Json>,
    token: Option<Members>,
}

/// What is not named is not changed. A name that is not free changes nothing.
pub async fn update(
    context: web::Data<Context>,
    caller: ApiCaller,
    (at, if_match): (At, IfMatch),
    query: web::Query<UpdateQuery>,
    body: Body<ChangedConnection>,
) -> Result<HttpResponse, Failure> {
    let ConnectionRef::Id(id) = at.0 else { return Err(Failure::NotFound) };
    let ChangedConnection { name, inputs, token } = body.value;
    let mut if_revision = if_match.0;
    if let Some(name) = &name {
        match reusable::rename(&context, Scope::Organization, &caller.actor(), id, name, if_revision.take()).await? {
            Renamed::Done => {}
            Renamed::Taken => return Err(name_taken()),
            Renamed::Empty => return Err(field_errors::refused(&[("name".to_owned(), FieldError::Required)].into())),
            Renamed::Unnamed => return Err(field_errors::refused(&[("name".to_owned(), FieldError::NotYours)].into())),
            Renamed::Stale => return Err(Failure::PreconditionFailed),
            Renamed::NotFound => return Err(Failure::NotFound),
        }
    }
    let wanted = Prefill { inputs, token, check: query.check, if_revision, ..Prefill::default() };
    if wanted.inputs.is_empty() && wanted.token.is_none() {
        return connections::answer(&context, &at.0).await;
    }
    connections::filled(&context, &caller, &at.0, &wanted).await
}

/// A slot that uses a connection.
#[derive(Serialize)]
struct UseShape {
    instance: InstanceId,
    name: String,
    status: InstanceStatus,
    customer: CustomerId,
    integration: Key,
    slot: Key,
}

impl From<Use> for UseShape {
    fn from(of: Use) -> Self {
        Self {
            instance: of.instance_id,
            name: of.instance_name,
            status: of.status,
            customer: of.customer_id,
            integration: of.integration_key,
            slot: of.slot,
        }
    }
}

/// The oldest instance first; at most a thousand.
pub async fn usage(context: web::Data<Context>, at: At) -> Result<HttpResponse, Failure> {
    let ConnectionRef::Id(id) = at.0 else { return Err(Failure::NotFound) };
    let uses = reusable::usage(&context, Scope::Organization, id).await?.ok_or(Failure::NotFound)?;
    Ok(HttpResponse::Ok().json(Listing { items: uses.into_iter().map(UseShape::from).collect(), next_cursor: None }))
}

pub async fn destroy(context: web::Data<Context>, caller: ApiCaller, at: At) -> Result<HttpResponse, Failure> {
    let ConnectionRef::Id(id) = at.0 else { return Err(Failure::NotFound) };
    match reusable::delete(&context, Scope::Organization, &caller.actor(), id).await? {
        Deleted::Done(_) => Ok(HttpResponse::NoContent().finish()),
        Deleted::InUse(uses) => Err(Failure::Conflict {
            code: "in_use",
            detail: format!("{} slots use this connection. Bind them to another one first.", uses.len()),
            extra: json!({"places": uses.into_iter().map(UseShape::from).collect::<Vec<_>>()}),
        }),
        Deleted::NotFound => Err(Failure::NotFound),
    }
}
