//! `/customers`: one's own id of theirs serves everywhere as `external:{external_id}`.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::{
    body::Body,
    field_errors,
    parameters::{IdempotencyKey, IfMatch, Page, customer_ref, etag, reused},
};
use crate::{
    domain::{
        access::Scope,
        customer::{Customer, CustomerRef},
        ids::CustomerId,
        time::Timestamp,
    },
    flows::{
        Context,
        customers::{self, Changes, Created, Updated},
        idempotency::Idempotent,
    },
    store::CustomerDeletion,
    web::{access::ApiCaller, errors::Failure},
};

#[derive(Serialize)]
struct CustomerShape {
    id: CustomerId,
    external_id: String,
    name: String,
    revision: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<Customer> for CustomerShape {
    fn from(customer: Customer) -> Self {
        let Customer { id, external_id, name, revision, created_at, updated_at } = customer;
        Self { id, external_id, name, revision, created_at, updated_at }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewCustomer {
    external_id: String,
    name: String,
}

pub async fn create(
    context: web::Data<Context>,
    caller: ApiCaller,
    key: IdempotencyKey,
    body: Body<NewCustomer>,
) -> Result<HttpResponse, Failure> {
    let once = key.once(&caller, "POST /customers", &body.bytes);
    let NewCustomer { external_id, name } = &body.value;
    let customer = match customers::create(&context, &caller.actor(), external_id, name, once.as_ref()).await? {
        Idempotent::Now(Created::Customer(customer)) => *customer,
        Idempotent::Before(id) => find(&context, &customer_ref(&id)?).await?,
        Idempotent::Reused => return Err(reused()),
        Idempotent::Now(Created::Refused(errors)) => return Err(field_errors::refused(&errors)),
        Idempotent::Now(Created::Duplicate) => {
            return Err(Failure::Conflict {
                code: "already_exists",
                detail: "Another customer has this `external_id`.".into(),
                extra: serde_json::json!({}),
            });
        }
    };
    Ok(HttpResponse::Created().insert_header(etag(customer.revision)).json(CustomerShape::from(customer)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexQuery {
    limit: Option<i64>,
    cursor: Option<String>,
}

/// Oldest first.
pub async fn index(context: web::Data<Context>, query: web::Query<IndexQuery>) -> Result<HttpResponse, Failure> {
    let page = Page::<CustomerId>::new(query.limit, query.cursor.as_deref())?;
    let found = context.store().read().customers().list(Scope::Organization, page.cursor, page.rows_to_read()).await?;
    Ok(HttpResponse::Ok().json(page.listing(found, |customer| customer.id, CustomerShape::from)))
}

pub async fn show(context: web::Data<Context>, customer: web::Path<String>) -> Result<HttpResponse, Failure> {
    let customer = find(&context, &customer_ref(&customer)?).await?;
    Ok(HttpResponse::Ok().insert_header(etag(customer.revision)).json(CustomerShape::from(customer)))
}

pub async fn find(context: &Context, customer: &CustomerRef) -> Result<Customer, Failure> {
    context.store().read().customers().find(Scope::Organization, customer).await?.ok_or(Failure::NotFound)
}

/// The external id is not among them: it never changes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangedCustomer {
    name: Option<String>,
}

pub async fn update(
    context: web::Data<Context>,
    caller: ApiCaller,
    customer: web::Path<String>,
    if_match: IfMatch,
    body: Body<ChangedCustomer>,
) -> Result<HttpResponse, Failure> {
    let changes = Changes { name: body.value.name, if_revision: if_match.0 };
    match customers::update(&context, Scope::Organization, &caller.actor(), &customer_ref(&customer)?, &changes).await? {
        Updated::Customer(customer) => Ok(HttpResponse::Ok().insert_header(etag(customer.revision)).json(CustomerShape::from(*customer))),
        Updated::Refused(errors) => Err(field_errors::refused(&errors)),
        Updated::Stale => Err(Failure::PreconditionFailed),
        Updated::NotFound => Err(Failure::NotFound),
    }
}

pub async fn destroy(context: web::Data<Context>, caller: ApiCaller, customer: web::Path<String>) -> Result<HttpResponse, Failure> {
    match customers::delete(&context, Scope::Organization, &caller.actor(), &customer_ref(&customer)?).await? {
        CustomerDeletion::Deleted => Ok(HttpResponse::NoContent().finish()),
        CustomerDeletion::NotFound => Err(Failure::NotFound),
        CustomerDeletion::InUse => Err(Failure::Conflict {
            code: "in_use",
            detail: "This customer has instances that are, or were, turned on.".into(),
            extra: serde_json::json!({}),
        }),
    }
}
