//! `/reusable-connections`: what is defined, and values for one customer, for all of them, and for tests.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::{
    Listing,
    body::Body,
    connections::{self, FilledIn, UpdateQuery},
    parameters::{IfMatch, customer_ref},
};
use crate::{
    domain::{
        access::Scope,
        connection::{ConnectionOwner, ConnectionRef},
        key::Key,
        value::Value,
    },
    flows::{
        Context,
        reusable::{self, DefinedInput, Definition},
    },
    web::{access::ApiCaller, errors::Failure},
};

#[derive(Serialize)]
struct DefinitionShape {
    /// Stable: nothing else names it.
    key: Key,
    name: String,
    r#type: String,
    activation: &'static str,
    workflows: bool,
    inputs: Vec<DefinedInputShape>,
    /// How many instances use a connection of it.
    used_in: i64,
}

#[derive(Serialize)]
struct DefinedInputShape {
    key: Key,
    label: String,
    /// `global` or `customer`.
    scope: &'static str,
    required: bool,
    /// One for all customers is set.
    has_value: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Value>,
}

impl From<DefinedInput> for DefinedInputShape {
    fn from(DefinedInput { key, label, scope, required, has_value, value, .. }: DefinedInput) -> Self {
        Self { key, label, scope: scope.as_str(), required, has_value, value }
    }
}

impl From<Definition> for DefinitionShape {
    fn from(definition: Definition) -> Self {
        Self {
            key: definition.key,
            name: definition.name,
            r#type: definition.type_ref.to_string(),
            activation: definition.activation.as_str(),
            workflows: definition.workflows,
            inputs: definition.inputs.into_iter().map(DefinedInputShape::from).collect(),
            used_in: definition.used_in,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexQuery {
    /// Only those that are enabled for workflows.
    #[serde(default)]
    workflows: bool,
}

pub async fn index(context: web::Data<Context>, caller: ApiCaller, query: web::Query<IndexQuery>) -> Result<HttpResponse, Failure> {
    let mut all = reusable::definitions(&context).await?;
    all.retain(|definition| definition.workflows || !(query.workflows || caller.is_for_workflows()));
    Ok(HttpResponse::Ok().json(Listing { items: all.into_iter().map(DefinitionShape::from).collect(), next_cursor: None }))
}

pub async fn show(context: web::Data<Context>, key: web::Path<String>) -> Result<HttpResponse, Failure> {
    let found = reusable::definition(&context, &definition_key(&key)?).await?.ok_or(Failure::NotFound)?;
    Ok(HttpResponse::Ok().json(DefinitionShape::from(found)))
}

fn definition_key(text: &str) -> Result<Key, Failure> {
    Key::parse(text).map_err(|_| Failure::NotFound)
}

/// The customer's one. Of what customers activate themselves they have several, each with an id of its own.
async fn of_customer(context: &Context, (definition, customer): (String, String)) -> Result<ConnectionRef, Failure> {
    let definition = definition_key(&definition)?;
    let customer = context.store().read().customers().find(Scope::Organization, &customer_ref(&customer)?).await?;
    let customer_id = customer.ok_or(Failure::NotFound)?.id;
    Ok(ConnectionRef::Of(ConnectionOwner::Customer { customer_id, definition }))
}

pub async fn show_customer(context: web::Data<Context>, path: web::Path<(String, String)>) -> Result<HttpResponse, Failure> {
    let at = of_customer(&context, path.into_inner()).await?;
    connections::answer(&context, &at).await
}

pub async fn update_customer(
    context: web::Data<Context>,
    caller: ApiCaller,
    (path, if_match): (web::Path<(String, String)>, IfMatch),
    query: web::Query<UpdateQuery>,
    body: Body<FilledIn>,
) -> Result<HttpResponse, Failure> {
    let at = of_customer(&context, path.into_inner()).await?;
    connections::filled(&context, &caller, &at, &body.value.into_prefill(&query, &if_match)?).await
}

fn of_organization(definition: &str) -> Result<ConnectionRef, Failure> {
    Ok(ConnectionRef::Of(ConnectionOwner::Organization { definition: definition_key(definition)? }))
}

pub async fn show_organization(context: web::Data<Context>, key: web::Path<String>) -> Result<HttpResponse, Failure> {
    connections::answer(&context, &of_organization(&key)?).await
}

/// What is the same for all customers: of a global one the connection itself, of others the values of their global inputs.
pub async fn update_organization(
    context: web::Data<Context>,
    caller: ApiCaller,
    (key, if_match): (web::Path<String>, IfMatch),
    query: web::Query<UpdateQuery>,
    body: Body<FilledIn>,
) -> Result<HttpResponse, Failure> {
    connections::filled(&context, &caller, &of_organization(&key)?, &body.value.into_prefill(&query, &if_match)?).await
}
