//! Making, renaming and deleting a customer, and starting an integration for it.

use std::collections::BTreeMap;

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};

use super::customers::named;
use crate::{
    domain::{
        access::Scope,
        customer::{Customer, CustomerRef},
        instance::{Instance, InstanceStatus},
        key::Key,
        validation::FieldError,
    },
    flows::{
        Context,
        customers::{self, Changes, Created, Updated},
        idempotency::Idempotent,
        instances, matrix,
    },
    store::{CustomerDeletion, InstanceFilter},
    web::{
        errors::Failure,
        forms::Posted,
        pages::{html, ok, see_other},
        present,
        session::{self, Admin},
        urls,
        view::{
            ErrorItem, ErrorSummary, Exit, Form,
            admin::{
                Section,
                customers::{CustomerDelete, CustomerForm},
                field::TextField,
            },
        },
    },
};

/// By field name.
type Errors = BTreeMap<String, String>;

pub async fn new(context: Data<Context>, admin: Admin) -> Result<HttpResponse, Failure> {
    ok(&new_form(&context, &admin, ["", ""], Errors::new())?)
}

pub async fn create(context: Data<Context>, admin: Admin, form: Posted) -> Result<HttpResponse, Failure> {
    let [name, external_id] = ["name", "external_id"].map(|field| form.get(field).unwrap_or_default());
    let errors = match customers::create(&context, &admin.actor(), external_id.trim(), name.trim(), None).await? {
        Idempotent::Now(Created::Customer(customer)) => {
            session::set_flash(&admin.session, &present::words().with("customer-added", "name", &customer.name))?;
            return Ok(see_other(&urls::admin::customer(customer.id)));
        }
        Idempotent::Now(Created::Refused(errors)) => sentences(&context, errors),
        _ => [("external_id".to_owned(), present::words().with("customer-duplicate", "id", external_id.trim()))].into(),
    };
    html(StatusCode::UNPROCESSABLE_ENTITY, &new_form(&context, &admin, [name, external_id], errors)?)
}

fn label(field: &str) -> String {
    present::words().t(if field == "external_id" { "customer-external-id" } else { "customer-name" })
}

fn sentences(context: &Context, errors: BTreeMap<String, FieldError>) -> Errors {
    let words = present::words();
    let sentence = |(field, error): (String, FieldError)| {
        let text = present::customers::wrong(words, &label(&field), &error, &context.organization().name);
        (field, text)
    };
    errors.into_iter().map(sentence).collect()
}

fn summary(errors: &Errors) -> Option<ErrorSummary> {
    ErrorSummary::of(errors.iter().map(|(field, text)| ErrorItem { href: format!("#{field}"), text: text.clone() }).collect())
}

fn field(name: &'static str, value: &str, errors: &Errors) -> TextField {
    let hint = (name == "external_id").then(|| present::words().t("customer-external-id-hint"));
    TextField { name, label: label(name), hint, value: value.to_owned(), error: errors.get(name).cloned() }
}

fn new_form(context: &Context, admin: &Admin, [name, external_id]: [&str; 2], errors: Errors) -> Result<CustomerForm, Failure> {
    let words = present::words();
    let console = present::admin::console(context, admin, Section::Customers)?;
    Ok(CustomerForm {
        words,
        frame: present::frame(context, Exit::None, None),
        form: Form { action: urls::admin::CUSTOMERS.into(), csrf: console.csrf.clone(), version: String::new() },
        console,
        errors: summary(&errors),
        title: words.t("customer-new-title"),
        submit: words.t("customer-new-submit"),
        back_href: urls::admin::CUSTOMERS.into(),
        fields: vec![field("name", name, &errors), field("external_id", external_id, &errors)],
    })
}

pub async fn edit(context: Data<Context>, admin: Admin, id: Path<String>) -> Result<HttpResponse, Failure> {
    let customer = named(&context, &id).await?;
    ok(&name_form(&context, &admin, &customer, &customer.name, Errors::new())?)
}

/// Undoing is the same with the name from before.
pub async fn update(context: Data<Context>, admin: Admin, id: Path<String>, form: Posted) -> Result<HttpResponse, Failure> {
    let customer = named(&context, &id).await?;
    let name = form.get("name").unwrap_or_default().trim().to_owned();
    let changes = Changes { name: Some(name.clone()), if_revision: form.get("version").and_then(|version| version.parse().ok()) };
    let reference = CustomerRef::Id(customer.id);
    let errors = match customers::update(&context, Scope::Organization, &admin.actor(), &reference, &changes).await? {
        Updated::Customer(renamed) => {
            if renamed.revision != customer.revision {
                session::set_flash(&admin.session, &present::words().t("customer-renamed"))?;
                session::set_renamed(&admin.session, customer.id, &customer.name)?;
            }
            return Ok(see_other(&urls::admin::customer(customer.id)));
        }
        Updated::Refused(errors) => sentences(&context, errors),
        Updated::Stale => [("name".to_owned(), present::words().t("customer-stale"))].into(),
        Updated::NotFound => return Err(Failure::NotFound),
    };
    html(StatusCode::UNPROCESSABLE_ENTITY, &name_form(&context, &admin, &customer, &name, errors)?)
}

fn name_form(context: &Context, admin: &Admin, customer: &Customer, name: &str, errors: Errors) -> Result<CustomerForm, Failure> {
    let words = present::words();
    let console = present::admin::console(context, admin, Section::Customers)?;
    let action = urls::admin::customer_part(customer.id, "name");
    Ok(CustomerForm {
        words,
        frame: present::frame(context, Exit::None, None),
        form: Form { action, csrf: console.csrf.clone(), version: customer.revision.to_string() },
        console,
        errors: summary(&errors),
        title: words.with("customer-rename-title", "name", &customer.name),
        submit: words.t("customer-rename-submit"),
        back_href: urls::admin::customer(customer.id),
        fields: vec![field("name", name, &errors)],
    })
}

pub async fn delete(context: Data<Context>, admin: Admin, id: Path<String>) -> Result<HttpResponse, Failure> {
    let customer = named(&context, &id).await?;
    ok(&delete_form(&context, &admin, &customer, "", Errors::new()).await?)
}

pub async fn destroy(context: Data<Context>, admin: Admin, id: Path<String>, form: Posted) -> Result<HttpResponse, Failure> {
    let customer = named(&context, &id).await?;
    let typed = form.get("confirmation").unwrap_or_default();
    if typed.trim() != customer.name.trim() {
        let errors = [("confirmation".to_owned(), present::words().with("customer-delete-mismatch", "name", &customer.name))].into();
        return html(StatusCode::UNPROCESSABLE_ENTITY, &delete_form(&context, &admin, &customer, typed, errors).await?);
    }
    match customers::delete(&context, Scope::Organization, &admin.actor(), &CustomerRef::Id(customer.id)).await? {
        CustomerDeletion::Deleted => {
            session::set_flash(&admin.session, &present::words().with("customer-deleted", "name", &customer.name))?;
            Ok(see_other(urls::admin::CUSTOMERS))
        }
        CustomerDeletion::InUse => {
            html(StatusCode::UNPROCESSABLE_ENTITY, &delete_form(&context, &admin, &customer, "", Errors::new()).await?)
        }
        CustomerDeletion::NotFound => Err(Failure::NotFound),
    }
}

async fn delete_form(
    context: &Context,
    admin: &Admin,
    customer: &Customer,
    typed: &str,
    errors: Errors,
) -> Result<CustomerDelete, Failure> {
    let words = present::words();
    let filter = InstanceFilter { customer: Some(customer.id), integration: None };
    let all = context.store().read().instances().list(Scope::Organization, &filter, None, 1000).await?;
    let (drafts, kept): (Vec<Instance>, Vec<_>) = all.into_iter().partition(|instance| instance.status == InstanceStatus::Draft);
    let connections = matrix::connections_of(context, customer.id).await?;
    let counted = |key: &str, count: usize| (count > 0).then(|| words.count(key, count));
    let goes = [counted("customer-delete-drafts", drafts.len()), counted("customer-delete-connections", connections)];
    let console = present::admin::console(context, admin, Section::Customers)?;
    let action = urls::admin::customer_part(customer.id, "deletion");
    Ok(CustomerDelete {
        words,
        frame: present::frame(context, Exit::None, None),
        form: Form { action, csrf: console.csrf.clone(), version: String::new() },
        console,
        errors: summary(&errors),
        name: customer.name.clone(),
        back_href: urls::admin::customer(customer.id),
        field: TextField {
            name: "confirmation",
            label: words.with("customer-delete-type", "name", &customer.name),
            hint: None,
            value: typed.to_owned(),
            error: errors.get("confirmation").cloned(),
        },
        goes: [words.t("customer-delete-itself")]
            .into_iter()
            .chain(goes.into_iter().flatten())
            .chain([words.t("customer-delete-links")])
            .collect(),
        keeps: kept.into_iter().map(|instance| instance.name).collect(),
    })
}

pub async fn start(context: Data<Context>, admin: Admin, id: Path<String>, form: Posted) -> Result<HttpResponse, Failure> {
    let customer = named(&context, &id).await?;
    let integration = form.get("integration").and_then(|key| Key::parse(key).ok()).ok_or(Failure::NotFound)?;
    let reference = CustomerRef::Id(customer.id);
    match instances::create(&context, Scope::Organization, &admin.actor(), &reference, &integration, None).await? {
        instances::Created::Instance(instance) => {
            session::set_flash(&admin.session, &present::words().with("customer-started", "integration", &instance.name))?;
            Ok(see_other(&urls::admin::customer(customer.id)))
        }
        instances::Created::NoSuchCustomer | instances::Created::NoSuchIntegration => Err(Failure::NotFound),
    }
}
