//! A customer's own single sign-on.

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};
use secrecy::ExposeSecret;

use super::customer_users::customer;
use crate::{
    domain::customer_user::CustomerRole,
    flows::{
        Context,
        customer_sso::{self, Saved, Wanted},
    },
    web::{
        errors::Failure,
        forms::Posted,
        pages::{html, ok, see_other},
        present::{self, customer_users as pages},
        session::{self, Admin},
        urls,
    },
};

pub async fn edit(context: Data<Context>, admin: Admin, id: Path<String>) -> Result<HttpResponse, Failure> {
    let customer = customer(&context, &id).await?;
    ok(&pages::sso(&context, &admin, &customer, None, None).await?)
}

pub async fn update(context: Data<Context>, admin: Admin, id: Path<String>, form: Posted) -> Result<HttpResponse, Failure> {
    form.only(&["issuer", "client_id", "client_secret", "domain", "role"])?;
    let customer = customer(&context, &id).await?;
    let secret = form.secret("client_secret");
    let wanted = Wanted {
        issuer: form.get("issuer").unwrap_or_default(),
        client_id: form.get("client_id").unwrap_or_default(),
        client_secret: (!secret.expose_secret().is_empty()).then_some(secret),
        domain: form.get("domain").unwrap_or_default(),
        default_role: form.get("role").and_then(|role| role.parse().ok()).unwrap_or(CustomerRole::Member),
    };
    let saved = customer_sso::save(&context, &admin.actor(), customer.id, wanted).await?;
    if saved == Saved::Done {
        session::set_flash(&admin.session, &present::words().t("customer-sso-saved"))?;
        return Ok(see_other(&urls::admin::customer_sso(customer.id)));
    }
    html(StatusCode::UNPROCESSABLE_ENTITY, &pages::sso(&context, &admin, &customer, Some(&form), Some(saved)).await?)
}

pub async fn destroy(context: Data<Context>, admin: Admin, id: Path<String>, _form: Posted) -> Result<HttpResponse, Failure> {
    let customer = customer(&context, &id).await?;
    if customer_sso::remove(&context, &admin.actor(), customer.id).await? {
        session::set_flash(&admin.session, &present::words().t("customer-sso-removed"))?;
    }
    Ok(see_other(&urls::admin::customer_sso(customer.id)))
}
