//! OAuth apps and other org-wide values: what is set is never shown; an app can be tried at once.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Path, Query},
};
use serde::Deserialize;

use crate::{
    domain::{connection_type::TypeRef, input::Raw, key::Key, validation::Field as At},
    flows::{
        Context,
        connect::Begun,
        presets::{self, Created, PresetLook, Saved, Tried},
    },
    web::{
        errors::Failure,
        forms::Posted,
        pages::{html, leave, may_leave, ok, see_other},
        present::{
            self,
            admin::presets::{self as drawn, Refused},
        },
        session::{self, Admin},
        urls::admin as urls,
        view::slot::reason,
    },
};

async fn find(context: &Context, path: &str) -> Result<PresetLook, Failure> {
    let key = Key::parse(path).map_err(|_| Failure::NotFound)?;
    presets::find(context, &key).await?.ok_or(Failure::NotFound)
}

pub async fn index(context: Data<Context>, admin: Admin) -> Result<HttpResponse, Failure> {
    let looks = presets::list(&context).await?;
    ok(&drawn::index(&context, present::words(), &admin, &looks)?)
}

#[derive(Deserialize)]
pub struct NewQuery {
    /// Which type it is for, once that is chosen.
    #[serde(rename = "type")]
    type_ref: Option<String>,
}

pub async fn new(context: Data<Context>, admin: Admin, query: Query<NewQuery>) -> Result<HttpResponse, Failure> {
    let chosen = query.type_ref.as_deref().and_then(TypeRef::parse);
    let refused = Refused::default();
    ok(&drawn::new(&context, present::words(), &admin, chosen.as_ref(), &refused).await?)
}

pub async fn create(context: Data<Context>, admin: Admin, form: Posted) -> Result<HttpResponse, Failure> {
    let type_ref = form.get("type").and_then(TypeRef::parse).ok_or(Failure::NotFound)?;
    let key = form.get("key").unwrap_or_default().trim();
    let mut refused = Refused { typed: typed(&form), typed_key: Some(key.to_owned()), ..Refused::default() };
    match presets::create(&context, &admin.actor(), &type_ref, key, &refused.typed).await? {
        Created::Created(key) => {
            session::set_flash(&admin.session, &present::words().t("flash-preset-made"))?;
            return Ok(see_other(&urls::preset(&key)));
        }
        Created::Refused { key, values } => (refused.key, refused.errors) = (key, values),
        Created::NotApplied(said) => refused.said = Some(said),
        Created::NoSuchType => return Err(Failure::NotFound),
    }
    let page = drawn::new(&context, present::words(), &admin, Some(&type_ref), &refused).await?;
    html(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

pub async fn edit(context: Data<Context>, admin: Admin, path: Path<String>) -> Result<HttpResponse, Failure> {
    let look = find(&context, &path).await?;
    ok(&drawn::edit(&context, present::words(), &admin, &look, &Refused::default())?).map(may_leave)
}

pub async fn update(context: Data<Context>, admin: Admin, path: Path<String>, form: Posted) -> Result<HttpResponse, Failure> {
    let look = find(&context, &path).await?;
    let mut refused = Refused { typed: typed(&form), ..Refused::default() };
    match presets::save(&context, &admin.actor(), &look.key, &refused.typed).await? {
        Saved::Saved => {
            session::set_flash(&admin.session, &present::words().t("flash-behalf-saved"))?;
            return Ok(see_other(&urls::preset(&look.key)));
        }
        Saved::Refused(errors) => refused.errors = errors,
        Saved::NotApplied(said) => refused.said = Some(said),
        Saved::Declared => {
            session::set_notice(&admin.session, &present::words().t("presets-declared"))?;
            return Ok(see_other(&urls::preset(&look.key)));
        }
        Saved::NotFound => return Err(Failure::NotFound),
    }
    html(StatusCode::UNPROCESSABLE_ENTITY, &drawn::edit(&context, present::words(), &admin, &look, &refused)?).map(may_leave)
}

/// "Try this app now".
pub async fn try_out(
    context: Data<Context>,
    admin: Admin,
    path: Path<String>,
    request: HttpRequest,
    form: Posted,
) -> Result<HttpResponse, Failure> {
    let look = find(&context, &path).await?;
    let (browser, back) = (session::browser_hash_or_new(&admin.session, &context)?, urls::preset(&look.key));
    let typed = typed(&form);
    match presets::try_out(&context, &admin.actor(), &look.key, &typed, browser, back.clone()).await? {
        Tried::Begun(Begun::Leave(url)) => Ok(leave(&request, &url)),
        Tried::Begun(Begun::NotLeft { connector, reason: code }) => {
            let (title, sentence, _) = reason(present::words(), code.code(), "admin", &connector, &context.organization().name, "");
            session::set_notice(&admin.session, &format!("{title}. {sentence}"))?;
            Ok(see_other(&back))
        }
        Tried::Refused(errors) => {
            let refused = Refused { trial_errors: errors, trial_typed: typed, ..Refused::default() };
            let page = drawn::edit(&context, present::words(), &admin, &look, &refused)?;
            html(StatusCode::UNPROCESSABLE_ENTITY, &page).map(may_leave)
        }
        Tried::Begun(_) | Tried::NotFound => Err(Failure::NotFound),
    }
}

/// By input; what is no field of a page here is kept too, and refused by the flow.
fn typed(form: &Posted) -> BTreeMap<Key, Raw> {
    let raw = form.submission().raw.into_iter();
    raw.map(|(at, raw)| match at {
        At::Input { input, .. } => (input, raw),
        At::Variable(key) => (key, raw),
    })
    .collect()
}
