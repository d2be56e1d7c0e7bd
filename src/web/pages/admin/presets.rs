//! OAuth apps and other org-wide values: what is set is never shown; an app can be tried at once.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};

use crate::{
    domain::{input::Raw, key::Key, validation::Field as At},
    flows::{
        Context,
        connect::Begun,
        presets::{self, PresetLook, Saved, Tried},
    },
    web::{
        errors::Failure,
        forms::Posted,
        pages::{html, leave, may_leave, ok, see_other},
        present::{self, admin::presets::Refused},
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
    ok(&present::admin::presets::index(&context, present::words(), &admin, &looks)?)
}

pub async fn edit(context: Data<Context>, admin: Admin, path: Path<String>) -> Result<HttpResponse, Failure> {
    let look = find(&context, &path).await?;
    ok(&present::admin::presets::edit(&context, present::words(), &admin, &look, &Refused::default())?).map(may_leave)
}

pub async fn update(context: Data<Context>, admin: Admin, path: Path<String>, form: Posted) -> Result<HttpResponse, Failure> {
    let look = find(&context, &path).await?;
    let mut refused = Refused::default();
    match presets::save(&context, &admin.actor(), &look.key, &typed(&form)).await? {
        Saved::Saved => {
            session::set_flash(&admin.session, &present::words().t("flash-behalf-saved"))?;
            return Ok(see_other(&urls::preset(&look.key)));
        }
        Saved::Refused(errors) => refused.errors = errors,
        Saved::NotApplied(said) => refused.said = Some(said),
        Saved::NotFound => return Err(Failure::NotFound),
    }
    html(StatusCode::UNPROCESSABLE_ENTITY, &present::admin::presets::edit(&context, present::words(), &admin, &look, &refused)?)
        .map(may_leave)
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
    match presets::try_out(&context, &admin.actor(), &look.key, &typed(&form), browser, back.clone()).await? {
        Tried::Begun(Begun::Leave(url)) => Ok(leave(&request, &url)),
        Tried::Begun(Begun::NotLeft { connector, reason: code }) => {
            let (title, sentence, _) = reason(present::words(), code.code(), "admin", &connector, &context.organization().name, "");
            session::set_notice(&admin.session, &format!("{title}. {sentence}"))?;
            Ok(see_other(&back))
        }
        Tried::Refused(errors) => {
            let refused = Refused { trial_errors: errors, ..Refused::default() };
            let page = present::admin::presets::edit(&context, present::words(), &admin, &look, &refused)?;
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
