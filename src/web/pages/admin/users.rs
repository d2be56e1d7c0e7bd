//! The organization's users, as its owners see them.

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};

use crate::{
    domain::user::{OrgUser, Role},
    flows::{
        Context,
        org_users::{self, Change},
        second_step,
    },
    web::{
        errors::Failure,
        forms::Posted,
        pages::{html, ok, see_other},
        present::{self, people, users},
        session::{self, Admin},
        urls,
    },
};

pub async fn index(context: Data<Context>, admin: Admin) -> Result<HttpResponse, Failure> {
    ok(&users::index(&context, &admin, "", None, None).await?)
}

/// A made-up id and one of nobody are the same.
pub(super) async fn user(context: &Context, id: &str) -> Result<OrgUser, Failure> {
    let id = id.parse().map_err(|_| Failure::NotFound)?;
    context.store().read().org_users().find(id).await?.ok_or(Failure::NotFound)
}

pub async fn show(context: Data<Context>, admin: Admin, id: Path<String>) -> Result<HttpResponse, Failure> {
    let user = user(&context, &id).await?;
    ok(&users::show(&context, &admin, &user, None).await?)
}

pub async fn update(context: Data<Context>, admin: Admin, id: Path<String>, form: Posted) -> Result<HttpResponse, Failure> {
    form.only(&["role"])?;
    let user = user(&context, &id).await?;
    let Ok(role) = form.get("role").unwrap_or_default().parse::<Role>() else {
        let refusal = people::no_role(present::words());
        return html(StatusCode::UNPROCESSABLE_ENTITY, &users::show(&context, &admin, &user, refusal).await?);
    };
    let change = org_users::set_role(&context, &admin.actor(), user.id, role).await?;
    changed(&context, &admin, &user, change, "user-role-changed").await
}

pub async fn disable(context: Data<Context>, admin: Admin, id: Path<String>, _form: Posted) -> Result<HttpResponse, Failure> {
    let user = user(&context, &id).await?;
    let change = org_users::disable(&context, &admin.actor(), user.id).await?;
    changed(&context, &admin, &user, change, "user-disabled").await
}

pub async fn enable(context: Data<Context>, admin: Admin, id: Path<String>, _form: Posted) -> Result<HttpResponse, Failure> {
    let user = user(&context, &id).await?;
    let change = org_users::enable(&context, &admin.actor(), user.id).await?;
    changed(&context, &admin, &user, change, "user-enabled").await
}

/// For who lost both their app and their recovery codes.
pub async fn end_second_step(context: Data<Context>, admin: Admin, id: Path<String>, _form: Posted) -> Result<HttpResponse, Failure> {
    let user = user(&context, &id).await?;
    let off = second_step::turn_off(&context, &admin.actor(), user.id).await?;
    changed(&context, &admin, &user, if off { Change::Done } else { Change::Nothing }, "second-step-ended").await
}

async fn changed(context: &Context, admin: &Admin, user: &OrgUser, change: Change, said: &str) -> Result<HttpResponse, Failure> {
    match change {
        Change::Done => {
            if user.id == admin.id {
                session::confirm_org_user(&admin.session, context, admin.id)?;
            }
            session::set_flash(&admin.session, &present::words().with(said, "email", &user.email))?;
            Ok(see_other(&urls::admin::user(user.id)))
        }
        Change::Nothing => Ok(see_other(&urls::admin::user(user.id))),
        Change::LastOwner => {
            let refusal = people::last_owner(present::words());
            html(StatusCode::UNPROCESSABLE_ENTITY, &users::show(context, admin, user, refusal).await?)
        }
        Change::NotFound => Err(Failure::NotFound),
    }
}
