//! An instance: how its connections are, pausing it and turning it on, and what its customer sees.

use actix_web::{
    HttpResponse,
    web::{Data, Path},
};

use crate::{
    domain::{access::Scope, ids::InstanceId},
    flows::{
        Context,
        configure::{self, TurnOn},
        instances, repair,
    },
    web::{
        errors::Failure,
        forms::Posted,
        pages::{ok, see_other},
        present,
        session::{self, Admin},
        urls::admin as urls,
    },
};

/// What is no id is not there.
pub(super) fn id(text: &str) -> Result<InstanceId, Failure> {
    text.parse().map_err(|_| Failure::NotFound)
}

pub async fn show(context: Data<Context>, admin: Admin, path: Path<String>) -> Result<HttpResponse, Failure> {
    let look = repair::instance(&context, id(&path)?).await?.ok_or(Failure::NotFound)?;
    ok(&present::admin::instance::show(&context, present::words(), &admin, &look)?)
}

pub async fn preview(context: Data<Context>, admin: Admin, path: Path<(String, String)>) -> Result<HttpResponse, Failure> {
    let id = id(&path.0)?;
    let look = repair::instance(&context, id).await?.ok_or(Failure::NotFound)?;
    let page = configure::preview(&context, id, &path.1).await?.ok_or(Failure::NotFound)?;
    ok(&present::admin::instance::preview(&context, present::words(), &admin, &look, &page)?)
}

pub async fn pause(context: Data<Context>, admin: Admin, path: Path<String>, _form: Posted) -> Result<HttpResponse, Failure> {
    let id = id(&path)?;
    match instances::pause(&context, Scope::Organization, &admin.actor(), id).await? {
        instances::Paused::Instance(instance) => {
            session::set_flash(&admin.session, &present::words().with("flash-behalf-paused", "integration", &instance.name))?;
        }
        instances::Paused::NotActive => {}
        instances::Paused::NotFound => return Err(Failure::NotFound),
    }
    Ok(see_other(&urls::instance(id)))
}

pub async fn deploy(context: Data<Context>, admin: Admin, path: Path<String>, _form: Posted) -> Result<HttpResponse, Failure> {
    let (id, words) = (id(&path)?, present::words());
    match configure::turn_on(&context, Scope::Organization, &admin.actor(), id).await? {
        TurnOn::On { .. } => {
            let look = repair::instance(&context, id).await?.ok_or(Failure::NotFound)?;
            session::set_flash(&admin.session, &words.with("flash-behalf-on", "integration", &look.instance.name))?;
        }
        TurnOn::Missing(page) => {
            let names: Vec<&str> = page.missing.iter().map(|part| part.label.as_str()).collect();
            session::set_notice(&admin.session, &words.with("behalf-missing", "names", names.join(", ")))?;
        }
        TurnOn::NotFound => return Err(Failure::NotFound),
    }
    Ok(see_other(&urls::instance(id)))
}
