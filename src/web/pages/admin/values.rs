//! Filling a connection in on a customer's behalf: the wizard's own fields, each with who may change it.

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};

use super::instances::id;
use crate::{
    domain::{
        access::Scope,
        connection::ConnectionRef,
        input::{InputType, Raw},
        validation::FieldError,
    },
    flows::{
        Context,
        prefill::{self, Form, FormField, Hold, Prefill, Prefilled, Typed},
        repair,
    },
    web::{
        errors::Failure,
        forms::Posted,
        pages::{html, see_other},
        present::{
            self,
            admin::values::{Refused, at, who_name},
        },
        session::{self, Admin},
        urls::admin as urls,
    },
};

type Place = Path<(String, String)>;

pub async fn edit(context: Data<Context>, admin: Admin, path: Place) -> Result<HttpResponse, Failure> {
    let filled = prefill::form(&context, id(&path.0)?, &path.1).await?.ok_or(Failure::NotFound)?;
    drawn(&context, &admin, &filled, StatusCode::OK, &Refused::default()).await
}

/// `check`: the service is asked before anything is saved.
pub async fn update(context: Data<Context>, admin: Admin, path: Place, form: Posted) -> Result<HttpResponse, Failure> {
    let id = id(&path.0)?;
    let filled = prefill::form(&context, id, &path.1).await?.ok_or(Failure::NotFound)?;
    let (wanted, mut refused) = read(&filled, &form);
    if !refused.errors.is_empty() {
        return drawn(&context, &admin, &filled, StatusCode::UNPROCESSABLE_ENTITY, &refused).await;
    }
    let checks = wanted.check;
    match prefill::prefill(&context, Scope::Organization, &admin.actor(), &ConnectionRef::slot(id, &path.1), &wanted).await? {
        Prefilled::Saved => {
            let words = present::words();
            let said = match checks {
                true => words.with("flash-behalf-checked", "connector", &filled.slot.connector),
                false => words.t("flash-behalf-saved"),
            };
            session::set_flash(&admin.session, &said)?;
            return Ok(see_other(&urls::connection(id, &filled.slot.key)));
        }
        Prefilled::Refused(errors) => refused.errors = errors,
        Prefilled::CheckFailed(reason) => refused.reason = Some(reason),
        Prefilled::Stale => refused.is_stale = true,
        Prefilled::NoToken | Prefilled::Shared | Prefilled::NotFound => return Err(Failure::NotFound),
    }
    let status = if refused.is_stale { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    // Read again: the form goes on from what is saved now.
    let filled = prefill::form(&context, id, &path.1).await?.ok_or(Failure::NotFound)?;
    drawn(&context, &admin, &filled, status, &refused).await
}

/// What was sent, against what the form has: a name that it does not have changes nothing.
fn read(filled: &Form, posted: &Posted) -> (Prefill, Refused) {
    let submission = posted.submission();
    let (mut wanted, mut refused) = (Prefill::default(), Refused::default());
    for one in &filled.fields {
        let (input, at) = (&one.asked.input, at(filled, &one.asked.input.key));
        let nothing = if input.input_type == InputType::Map { Raw::Rows(Vec::new()) } else { Raw::Texts(Vec::new()) };
        let raw = submission.raw.get(&at).cloned().unwrap_or(nothing);
        let hold = hold(one, posted.get(&who_name(&at)));
        refused.locked.insert(input.key.clone(), hold == Hold::Locked);
        if !input.is_secret() {
            refused.typed.insert(at, raw.clone());
        }
        wanted.typed.insert(input.key.clone(), Typed { raw, hold });
    }
    for foreign in submission.raw.keys().filter(|sent| !filled.fields.iter().any(|one| at(filled, &one.asked.input.key) == **sent)) {
        refused.errors.insert(format!("{foreign:?}"), FieldError::NotYours);
    }
    wanted.check = posted.get("check").is_some();
    wanted.keeps_replaced = true;
    wanted.if_revision = posted.get("version").and_then(|revision| revision.parse().ok());
    (wanted, refused)
}

/// What no customer sees has no choice beside it.
fn hold(one: &FormField, chosen: Option<&str>) -> Hold {
    match chosen {
        _ if one.is_hidden => Hold::Locked,
        Some("locked") => Hold::Locked,
        Some("left") => Hold::Left,
        _ => Hold::Open,
    }
}

async fn drawn(context: &Context, admin: &Admin, filled: &Form, status: StatusCode, refused: &Refused) -> Result<HttpResponse, Failure> {
    let look = repair::page_of(context, filled.instance.id, filled.slot.key.as_str()).await?;
    html(status, &present::admin::values::edit(context, present::words(), admin, filled, look.as_ref(), refused)?)
}
