//! `/instances`: each with its connections and variables.

use std::collections::{BTreeMap, HashMap};

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::{
    Listing,
    body::Body,
    connections::{self, ConnectionShape},
    field_errors,
    parameters::{IdempotencyKey, IfMatch, Page, customer_ref, etag, instance_id, reused},
};
use crate::{
    domain::{
        access::Scope,
        customer::CustomerRef,
        ids::{CustomerId, InstanceId},
        instance::{Instance, InstanceStatus},
        key::Key,
        time::Timestamp,
        value::Value,
    },
    flows::{
        Context,
        idempotency::Idempotent,
        instances::{self, Changes, Created, Updated, Wanted},
    },
    store::InstanceFilter,
    web::{access::ApiCaller, errors::Failure},
};

#[derive(Serialize)]
struct InstanceShape {
    id: InstanceId,
    status: InstanceStatus,
    customer: CustomerName,
    integration: Key,
    version: i64,
    name: String,
    connections: Vec<ConnectionShape>,
    /// As last saved; an instance that is on runs with `deployed_variables` until it is deployed again.
    variables: BTreeMap<Key, Value>,
    deployed_variables: BTreeMap<Key, Value>,
    has_unapplied_changes: bool,
    revision: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
    deployed_at: Option<Timestamp>,
}

#[derive(Clone, Serialize)]
struct CustomerName {
    id: CustomerId,
    external_id: String,
}

async fn shape(context: &Context, instance: Instance, customer: CustomerName) -> Result<InstanceShape, Failure> {
    let connections = connections::of_instance(context, instance.id).await?.ok_or(Failure::NotFound)?;
    let has_unapplied_changes = instance.has_unapplied_changes();
    Ok(InstanceShape {
        id: instance.id,
        status: instance.status,
        customer,
        integration: instance.integration_key,
        version: instance.integration_version,
        name: instance.name,
        connections,
        variables: instance.draft_variables,
        deployed_variables: instance.variables,
        has_unapplied_changes,
        revision: instance.revision,
        created_at: instance.created_at,
        updated_at: instance.updated_at,
        deployed_at: instance.deployed_at,
    })
}

async fn customer_name(context: &Context, id: CustomerId) -> Result<CustomerName, Failure> {
    let found = context.store().read().customers().find(Scope::Organization, &CustomerRef::Id(id)).await?;
    found.map(|customer| CustomerName { id, external_id: customer.external_id }).ok_or(Failure::NotFound)
}

/// The instance as it is now, with its revision as `ETag`.
pub async fn answer(context: &Context, instance: Instance) -> Result<HttpResponse, Failure> {
    let customer = customer_name(context, instance.customer_id).await?;
    let shape = shape(context, instance, customer).await?;
    Ok(HttpResponse::Ok().insert_header(etag(shape.revision)).json(shape))
}

async fn find(context: &Context, id: InstanceId) -> Result<Instance, Failure> {
    context.store().read().instances().find(Scope::Organization, id).await?.ok_or(Failure::NotFound)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewInstance {
    /// An id of ours, or `external:{external_id}`.
    customer: String,
    integration: String,
    name: Option<String>,
}

pub async fn create(
    context: web::Data<Context>,
    caller: ApiCaller,
    key: IdempotencyKey,
    body: Body<NewInstance>,
) -> Result<HttpResponse, Failure> {
    let once = key.once(&caller, "POST /instances", &body.bytes);
    let NewInstance { customer, integration, name } = body.value;
    let customer = CustomerRef::parse(&customer).ok_or_else(unknown_customer)?;
    let integration = Key::parse(integration).map_err(|_| unknown_integration())?;
    let wanted = Wanted { customer, integration, name };
    let instance = match instances::create_once(&context, Scope::Organization, &caller.actor(), wanted, once.as_ref()).await? {
        Idempotent::Now(Created::Instance(instance)) => *instance,
        Idempotent::Before(id) => find(&context, instance_id(&id)?).await?,
        Idempotent::Reused => return Err(reused()),
        Idempotent::Now(Created::NoSuchCustomer) => return Err(unknown_customer()),
        Idempotent::Now(Created::NoSuchIntegration) => return Err(unknown_integration()),
    };
    let customer = customer_name(&context, instance.customer_id).await?;
    let shape = shape(&context, instance, customer).await?;
    Ok(HttpResponse::Created().insert_header(etag(shape.revision)).json(shape))
}

pub fn unknown_customer() -> Failure {
    Failure::Unprocessable { code: "unknown_customer", detail: "`customer` names none that this caller may see.".into(), extra: json!({}) }
}

fn unknown_integration() -> Failure {
    Failure::Unprocessable { code: "unknown_integration", detail: "`integration` names none that is applied.".into(), extra: json!({}) }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexQuery {
    customer: Option<String>,
    integration: Option<String>,
    limit: Option<i64>,
    cursor: Option<String>,
}

/// Oldest first. A filter that names nothing known gives an empty list.
pub async fn index(context: web::Data<Context>, query: web::Query<IndexQuery>) -> Result<HttpResponse, Failure> {
    let page = Page::<InstanceId>::new(query.limit, query.cursor.as_deref())?;
    let Some(filter) = filter(&context, &query).await? else {
        return Ok(HttpResponse::Ok().json(Listing::<()> { items: Vec::new(), next_cursor: None }));
    };
    let mut found = context.store().read().instances().list(Scope::Organization, &filter, page.cursor, page.rows_to_read()).await?;
    let next_cursor = page.cut(&mut found, |instance| instance.id);
    let mut names: HashMap<CustomerId, CustomerName> = HashMap::new();
    let mut items = Vec::with_capacity(found.len());
    for instance in found {
        let customer = match names.get(&instance.customer_id) {
            Some(known) => known.clone(),
            None => customer_name(&context, instance.customer_id).await?,
        };
        names.insert(customer.id, customer.clone());
        items.push(shape(&context, instance, customer).await?);
    }
    Ok(HttpResponse::Ok().json(Listing { items, next_cursor }))
}

/// `None`: it names a customer or an integration that cannot be.
async fn filter(context: &Context, query: &IndexQuery) -> Result<Option<InstanceFilter>, Failure> {
    let mut filter = InstanceFilter::default();
    if let Some(integration) = &query.integration {
        let Ok(key) = Key::parse(integration.as_str()) else { return Ok(None) };
        filter.integration = Some(key);
    }
    if let Some(customer) = &query.customer {
        let Ok(customer) = customer_ref(customer) else { return Ok(None) };
        let Some(found) = context.store().read().customers().find(Scope::Organization, &customer).await? else { return Ok(None) };
        filter.customer = Some(found.id);
    }
    Ok(Some(filter))
}

pub async fn show(context: web::Data<Context>, instance: web::Path<String>) -> Result<HttpResponse, Failure> {
    let found = find(&context, instance_id(&instance)?).await?;
    answer(&context, found).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangedInstance {
    name: Option<String>,
    /// `null` takes a value away; what is not named stays.
    #[serde(default)]
    variables: BTreeMap<String, Json>,
}

pub async fn update(
    context: web::Data<Context>,
    caller: ApiCaller,
    instance: web::Path<String>,
    if_match: IfMatch,
    body: Body<ChangedInstance>,
) -> Result<HttpResponse, Failure> {
    let ChangedInstance { name, variables } = body.value;
    let changes = Changes { name, variables, if_revision: if_match.0 };
    match instances::update(&context, Scope::Organization, &caller.actor(), instance_id(&instance)?, &changes).await? {
        Updated::Instance(instance) => answer(&context, *instance).await,
        Updated::Refused(errors) => Err(field_errors::refused(&errors)),
        Updated::Stale => Err(Failure::PreconditionFailed),
        Updated::NotFound => Err(Failure::NotFound),
    }
}
