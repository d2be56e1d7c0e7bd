//! `POST /customers/{customer}/tokens`: what a builder of workflows holds on one customer's behalf. Told once, ends by itself.

use std::collections::BTreeSet;

use actix_web::{HttpResponse, http::header::CACHE_CONTROL, web};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::json;

use super::{body::Body, customers::find, parameters::customer_ref};
use crate::{
    domain::access::ApiScope,
    flows::{Context, keys},
    web::{access::ApiCaller, errors::Failure},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// `connections` (list, pick, connect another), `credentials` (read them at run time); without them, both.
    scopes: Option<BTreeSet<ApiScope>>,
    expires_in_seconds: Option<i64>,
}

const LIFETIME_SECONDS: i64 = 60 * 60;
const LIFETIME_MAX_SECONDS: i64 = 24 * 60 * 60;

impl NewToken {
    fn scopes(&self) -> Result<BTreeSet<ApiScope>, Failure> {
        let scopes = self.scopes.clone().unwrap_or_else(|| ApiScope::OF_CUSTOMER.into());
        if !scopes.is_empty() && scopes.iter().all(|scope| ApiScope::OF_CUSTOMER.contains(scope)) {
            return Ok(scopes);
        }
        Err(refused("bad_scope", "A customer's token has one or both of the scopes `connections` and `credentials`."))
    }

    fn lifetime_seconds(&self) -> Result<i64, Failure> {
        let seconds = self.expires_in_seconds.unwrap_or(LIFETIME_SECONDS);
        if (1..=LIFETIME_MAX_SECONDS).contains(&seconds) {
            return Ok(seconds);
        }
        Err(refused("bad_lifetime", "A token lives for 1 second to 24 hours; a builder asks for another when it ends."))
    }
}

fn refused(code: &'static str, detail: &str) -> Failure {
    Failure::Unprocessable { code, detail: detail.into(), extra: json!({}) }
}

pub async fn create(
    context: web::Data<Context>,
    caller: ApiCaller,
    path: web::Path<String>,
    body: Body<NewToken>,
) -> Result<HttpResponse, Failure> {
    let customer = find(&context, &customer_ref(&path)?).await?;
    let scopes = body.value.scopes()?;
    let expires_at = context.now().plus_seconds(body.value.lifetime_seconds()?);
    let token = keys::create_token(&context, &caller.actor(), &customer, scopes.clone(), expires_at).await?;
    let answer = json!({"token": token.expose_secret(), "scopes": scopes, "expires_at": expires_at});
    Ok(HttpResponse::Created().insert_header((CACHE_CONTROL, "no-store")).json(answer))
}
