//! Keys of the API: made, shown once, revoked.

use std::collections::BTreeSet;

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};
use secrecy::ExposeSecret;

use crate::{
    domain::access::ApiScope,
    flows::{Context, keys},
    web::{
        errors::Failure,
        forms::Posted,
        pages::{html, ok, see_other},
        present::{self, api_keys},
        session::{self, Admin},
        urls,
    },
};

pub async fn index(context: Data<Context>, admin: Admin) -> Result<HttpResponse, Failure> {
    ok(&api_keys::index(&context, &admin, "", &ApiScope::OF_ORGANIZATION.into(), None).await?)
}

const NAME_MAX_CHARS: usize = 100;

pub async fn create(context: Data<Context>, admin: Admin, form: Posted) -> Result<HttpResponse, Failure> {
    form.only(&["name", "scope"])?;
    let name = form.get("name").unwrap_or_default().trim();
    let scopes: Result<BTreeSet<ApiScope>, ()> = form.all("scope").map(str::parse).collect();
    let scopes = scopes.ok().filter(|scopes| scopes.iter().all(|scope| ApiScope::OF_ORGANIZATION.contains(scope))).unwrap_or_default();
    if name.is_empty() || name.chars().count() > NAME_MAX_CHARS || scopes.is_empty() {
        let field = if scopes.is_empty() { "scope" } else { "name" };
        return html(StatusCode::UNPROCESSABLE_ENTITY, &api_keys::index(&context, &admin, name, &scopes, Some(field)).await?);
    }
    let (key, secret) = keys::create(&context, &admin.actor(), name, scopes).await?;
    ok(&api_keys::made(&context, &admin, &key.name, secret.expose_secret())?)
}

pub async fn destroy(context: Data<Context>, admin: Admin, id: Path<String>, _form: Posted) -> Result<HttpResponse, Failure> {
    let id = id.parse().map_err(|_| Failure::NotFound)?;
    if !keys::revoke(&context, &admin.actor(), id).await? {
        return Err(Failure::NotFound);
    }
    session::set_flash(&admin.session, &present::words().t("api-key-revoked"))?;
    Ok(see_other(urls::admin::API_KEYS))
}
