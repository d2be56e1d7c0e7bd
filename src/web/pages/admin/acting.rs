//! Acting for a customer: a reason first, then the wizard with a bar on every page, and an end.

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};

use super::instances::id;
use crate::{
    flows::{Context, acting, repair},
    web::{
        errors::Failure,
        forms::Posted,
        pages::{html, see_other},
        present,
        session::{self, Admin},
        urls,
        view::{
            Exit, Form,
            admin::{Section, acting::ActingNew},
        },
    },
};

const REASON_CHARS: usize = 200;

pub async fn new(context: Data<Context>, admin: Admin, path: Path<String>) -> Result<HttpResponse, Failure> {
    asked(&context, &admin, &path, StatusCode::OK, ("", None)).await
}

async fn asked(
    context: &Context,
    admin: &Admin,
    path: &str,
    status: StatusCode,
    (reason, error): (&str, Option<&'static str>),
) -> Result<HttpResponse, Failure> {
    let look = repair::instance(context, id(path)?).await?.ok_or(Failure::NotFound)?;
    let (id, words) = (look.instance.id, present::words());
    let console = present::admin::console(context, admin, Section::Customers)?;
    let action = urls::admin::instance_part(id, "acting");
    html(
        status,
        &ActingNew {
            words,
            frame: present::frame(context, Exit::None, None),
            form: Form { action, csrf: console.csrf.clone(), version: String::new() },
            console,
            error: error.map(|key| words.with(key, "customer", &look.customer.name)),
            customer: look.customer.name,
            reason: reason.to_owned(),
            back_href: urls::admin::instance(id),
        },
    )
}

pub async fn create(context: Data<Context>, admin: Admin, path: Path<String>, form: Posted) -> Result<HttpResponse, Failure> {
    let reason: String = form.get("reason").unwrap_or_default().chars().filter(|c| !c.is_control()).collect();
    let reason = reason.trim();
    let error = match reason.chars().count() {
        0 => Some("acting-reason-missing"),
        1..=REASON_CHARS => None,
        _ => Some("acting-reason-long"),
    };
    if error.is_some() {
        return asked(&context, &admin, &path, StatusCode::UNPROCESSABLE_ENTITY, (reason, error)).await;
    }
    let id = id(&path)?;
    let begun = acting::begin(&context, &admin.actor(), id, reason.to_owned()).await?.ok_or(Failure::NotFound)?;
    session::begin_acting(&admin.session, &begun)?;
    Ok(see_other(&urls::wizard(id)))
}

/// "End", on the bar.
pub async fn destroy(context: Data<Context>, admin: Admin, _form: Posted) -> Result<HttpResponse, Failure> {
    let Some(ended) = session::end_acting(&admin.session) else { return Ok(see_other(urls::admin::HOME)) };
    acting::end(&context, &admin.actor(), &ended).await?;
    session::set_flash(&admin.session, &present::words().with("flash-acting-ended", "customer", &ended.customer))?;
    Ok(see_other(&urls::admin::instance(ended.instance_id)))
}
