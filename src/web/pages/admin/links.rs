//! Links: making one for a customer, another one in place of one, and taking one back.

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path, Query},
};
use serde::Deserialize;

use crate::{
    domain::{
        access::Scope,
        customer::CustomerRef,
        ids::{CustomerId, LinkId},
        input::Format,
        key::Key,
        user::LinkUser,
    },
    flows::{
        Context,
        links::{self, Fresh, Made, NewLink, OfCustomer, Opens, Wanted},
    },
    web::{
        errors::Failure,
        forms::Posted,
        pages::{html, ok, see_other},
        present::{
            self,
            admin::{
                link::About,
                links::{DAYS, Typed},
            },
        },
        session::{self, Admin},
        urls::admin as urls,
    },
};

#[derive(Deserialize)]
pub struct IndexQuery {
    /// Chosen already.
    instance: Option<String>,
}

async fn find(context: &Context, customer: &str) -> Result<OfCustomer, Failure> {
    let id: CustomerId = customer.parse().map_err(|_| Failure::NotFound)?;
    links::of_customer(context, id).await?.ok_or(Failure::NotFound)
}

pub async fn index(context: Data<Context>, admin: Admin, path: Path<String>, query: Query<IndexQuery>) -> Result<HttpResponse, Failure> {
    let found = find(&context, &path).await?;
    let target = query.instance.as_ref().map(|id| format!("instance:{id}")).unwrap_or_default();
    ok(&present::admin::links::index(&context, present::words(), &admin, &found, &Typed { target, is_mailed: true, ..Typed::default() })?)
}

pub async fn create(context: Data<Context>, admin: Admin, path: Path<String>, form: Posted) -> Result<HttpResponse, Failure> {
    let found = find(&context, &path).await?;
    let mut typed = typed(&form);
    let wanted = wanted(&typed.target);
    typed.target_is_wrong = wanted.is_none();
    typed.user_error = user_error(&typed);
    if let (Some(wanted), None) = (wanted, typed.user_error) {
        let user = (!typed.name.is_empty()).then(|| LinkUser { name: typed.name.clone(), email: typed.email.clone() });
        let days = typed.days.parse().ok().filter(|days| DAYS.contains(days)).unwrap_or(DAYS[1]);
        let customer = CustomerRef::Id(found.customer.id);
        let new = NewLink { wanted, user, expires_in_seconds: days * 86_400, is_mailed: typed.is_mailed };
        match links::create(&context, Scope::Organization, &admin.actor(), &customer, new).await? {
            Made::Link(fresh) => return made(&context, &admin, &found, &fresh).await,
            Made::NoSuchTarget => typed.target_is_wrong = true,
            Made::NoSuchCustomer => return Err(Failure::NotFound),
        }
    }
    html(StatusCode::UNPROCESSABLE_ENTITY, &present::admin::links::index(&context, present::words(), &admin, &found, &typed)?)
}

fn typed(form: &Posted) -> Typed {
    let text = |name: &str| form.get(name).unwrap_or_default().trim().chars().take(200).collect::<String>();
    let is_mailed = form.get("mail").is_some();
    Typed { target: text("target"), name: text("name"), email: text("email"), days: text("days"), is_mailed, ..Typed::default() }
}

fn wanted(target: &str) -> Option<Wanted> {
    match target.split_once(':')? {
        ("integration", key) => Key::parse(key).ok().map(Wanted::Integration),
        ("instance", id) => id.parse().ok().map(Wanted::Instance),
        ("reusable", key) => Key::parse(key).ok().map(Wanted::ReusableConnection),
        ("connection", id) => id.parse().ok().map(Wanted::Connection),
        _ => None,
    }
}

fn user_error(typed: &Typed) -> Option<&'static str> {
    match (typed.name.is_empty(), typed.email.is_empty()) {
        (true, true) => None,
        (false, false) => (!Format::Email.accepts(&typed.email)).then_some("links-email-wrong"),
        _ => Some("links-user-half"),
    }
}

async fn made(context: &Context, admin: &Admin, of: &OfCustomer, fresh: &Fresh) -> Result<HttpResponse, Failure> {
    let target = &fresh.link.target;
    let (what, is_reconnect) = match links::opens(context, target).await? {
        Opens::Connection { slot, .. } => (slot, links::is_broken(context, target).await?),
        Opens::Integration(name) | Opens::New(name) => (name, false),
        Opens::Connections => (present::words().t("saved-title"), false),
        Opens::Gone => return Err(Failure::NotFound),
    };
    let about = About { customer: &of.customer, what, is_reconnect, back_href: urls::customer_links(of.customer.id) };
    ok(&present::admin::link::made(context, present::words(), admin, fresh, about)?)
}

/// The one before opens nothing any more.
pub async fn renew(context: Data<Context>, admin: Admin, path: Path<String>, _form: Posted) -> Result<HttpResponse, Failure> {
    let id: LinkId = path.parse().map_err(|_| Failure::NotFound)?;
    let fresh = links::renew(&context, &admin.actor(), id).await?.ok_or(Failure::NotFound)?;
    let of = links::of_customer(&context, fresh.link.customer_id).await?.ok_or(Failure::NotFound)?;
    made(&context, &admin, &of, &fresh).await
}

pub async fn revoke(context: Data<Context>, admin: Admin, path: Path<String>, _form: Posted) -> Result<HttpResponse, Failure> {
    let id: LinkId = path.parse().map_err(|_| Failure::NotFound)?;
    let link = links::revoke(&context, &admin.actor(), id).await?.ok_or(Failure::NotFound)?;
    session::set_flash(&admin.session, &present::words().t("flash-link-revoked"))?;
    Ok(see_other(&urls::customer_links(link.customer_id)))
}
