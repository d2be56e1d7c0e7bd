//! Ending sessions: one's own, and as an owner those of others.

use actix_web::{
    HttpResponse,
    web::{Data, Path},
};

use super::users::user;
use crate::{
    domain::ids::UserId,
    flows::{Context, org_users},
    web::{
        errors::Failure,
        forms::Posted,
        pages::see_other,
        present,
        session::{self, Admin},
        urls,
    },
};

/// All but the one that asks: that one goes on, under a new key.
pub async fn destroy_own(context: Data<Context>, admin: Admin, _form: Posted) -> Result<HttpResponse, Failure> {
    org_users::end_sessions(&context, &admin.actor(), admin.id, None).await?;
    session::renew_org_user(&admin.session);
    session::set_flash(&admin.session, &present::words().t("sessions-ended-others"))?;
    Ok(see_other(urls::admin::ACCOUNT))
}

pub async fn destroy_one_own(context: Data<Context>, admin: Admin, id: Path<String>, _form: Posted) -> Result<HttpResponse, Failure> {
    end(&context, &admin, admin.id, &id).await?;
    Ok(see_other(urls::admin::ACCOUNT))
}

pub async fn destroy(context: Data<Context>, admin: Admin, id: Path<String>, _form: Posted) -> Result<HttpResponse, Failure> {
    let user = user(&context, &id).await?;
    org_users::end_sessions(&context, &admin.actor(), user.id, None).await?;
    session::set_flash(&admin.session, &present::words().t("sessions-ended"))?;
    Ok(see_other(&urls::admin::user(user.id)))
}

pub async fn destroy_one(
    context: Data<Context>,
    admin: Admin,
    path: Path<(String, String)>,
    _form: Posted,
) -> Result<HttpResponse, Failure> {
    let user = user(&context, &path.0).await?;
    end(&context, &admin, user.id, &path.1).await?;
    Ok(see_other(&urls::admin::user(user.id)))
}

async fn end(context: &Context, admin: &Admin, whose: UserId, id: &str) -> Result<(), Failure> {
    let hash = session::key_hash_of(context, &whose.to_string(), id).await?.ok_or(Failure::NotFound)?;
    if org_users::end_sessions(context, &admin.actor(), whose, Some(&hash)).await? {
        session::set_flash(&admin.session, &present::words().t("session-ended"))?;
    }
    Ok(())
}
