//! The token endpoint (RFC 6749 §3.2, §5, RFC 7636 §4.6) and revocation (RFC 7009), for clients that all share one secret.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, rt, web};
use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::DemoWorld;
use super::cast::Person;
use super::client::{Refusal, authenticate, form, same};
use super::parameters::Parameters;
use super::tokens::{Grant, IssuedTokens, TokenKind};

/// How long a code is remembered after it expired, so that a replay is noticed.
const CODE_MEMORY_SECONDS: i64 = 600;

/// What the token endpoint does with a code, beside answering it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    None,
    Slow,
    Error500,
}

pub(super) struct Code {
    pub grant: Grant,
    pub code_challenge: Option<String>,
    pub trouble: Trouble,
    pub expires_at: i64,
    pub redeemed: bool,
}

pub(super) async fn create(world: web::Data<DemoWorld>, request: HttpRequest, body: web::Bytes) -> HttpResponse {
    match grant_tokens(&world, &request, &body).await {
        Ok(tokens) => {
            HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).insert_header((header::PRAGMA, "no-cache")).json(tokens)
        }
        Err(refusal) => refusal.respond(),
    }
}

/// Revoking a refresh token ends its grant; revoking an access token ends only that token.
pub(super) async fn destroy(world: web::Data<DemoWorld>, request: HttpRequest, body: web::Bytes) -> HttpResponse {
    match revoke(&world, &request, &body) {
        Ok(()) => HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).finish(),
        Err(refusal) => refusal.respond(),
    }
}

async fn grant_tokens(world: &DemoWorld, request: &HttpRequest, body: &[u8]) -> Result<IssuedTokens, Refusal> {
    let parameters = form(request, body)?;
    let client_id = authenticate(world, request, &parameters)?;
    match parameters.get("grant_type") {
        Some("authorization_code") => {
            let (grant, trouble) = world.redeem_code(&client_id, &parameters)?;
            if trouble == Trouble::Slow {
                rt::time::sleep(world.pauses.slow_token).await;
            }
            Ok(world.issue(&grant, true))
        }
        Some("refresh_token") => world.rotate(&client_id, &parameters),
        Some("client_credentials") => {
            let scope = parameters.get("scope").unwrap_or_default();
            Ok(world.issue(&world.new_grant(&client_id, Person::App, scope), false))
        }
        Some(_) => Err(Refusal::UnsupportedGrantType),
        None => Err(Refusal::InvalidRequest("grant_type is missing.")),
    }
}

fn revoke(world: &DemoWorld, request: &HttpRequest, body: &[u8]) -> Result<(), Refusal> {
    let parameters = form(request, body)?;
    let client_id = authenticate(world, request, &parameters)?;
    let token = parameters.get("token").ok_or(Refusal::InvalidRequest("token is missing."))?;
    let Some(claims) = world.open(token) else {
        return Ok(());
    };
    if claims.grant.client_id != client_id {
        return Err(Refusal::InvalidGrant("The token belongs to another client."));
    }
    world.withdraw(match claims.kind {
        TokenKind::Access => &claims.id,
        TokenKind::Refresh => &claims.grant.id,
    });
    Ok(())
}

impl DemoWorld {
    /// Keeps the code until a while after it expired; the answer is what the client receives.
    pub(super) fn remember_code(&self, code: Code) -> String {
        let (value, now) = (self.random_id(), self.now());
        let codes = &mut self.memory().codes;
        codes.retain(|_, old| old.expires_at + CODE_MEMORY_SECONDS > now);
        codes.insert(value.clone(), code);
        value
    }

    /// One caller gets the grant; a second one ends it (RFC 6749 §4.1.2).
    fn redeem_code(&self, client_id: &str, parameters: &Parameters) -> Result<(Grant, Trouble), Refusal> {
        let given = parameters.get("code").ok_or(Refusal::InvalidRequest("code is missing."))?;
        let mut memory = self.memory();
        let memory = &mut *memory;
        let code = memory.codes.get_mut(given).ok_or(Refusal::InvalidGrant("The code is not known."))?;
        if code.grant.client_id != client_id {
            return Err(Refusal::InvalidGrant("The code belongs to another client."));
        }
        if code.redeemed {
            memory.withdrawn.insert(code.grant.id.clone());
            return Err(Refusal::InvalidGrant("The code was used before. Its tokens are revoked."));
        }
        if code.expires_at <= self.now() {
            return Err(Refusal::InvalidGrant("The code has expired."));
        }
        if parameters.get("redirect_uri") != Some(self.redirect_uri().as_str()) {
            return Err(Refusal::InvalidGrant("The redirect_uri is not the one of the authorization request."));
        }
        if !pkce_holds(code.code_challenge.as_deref(), parameters.get("code_verifier")) {
            return Err(Refusal::InvalidGrant("The code_verifier does not match the code_challenge."));
        }
        if code.trouble == Trouble::Error500 {
            return Err(Refusal::Broken);
        }
        code.redeemed = true;
        Ok((code.grant.clone(), code.trouble))
    }

    /// A new pair for a refresh token, which is spent by it.
    fn rotate(&self, client_id: &str, parameters: &Parameters) -> Result<IssuedTokens, Refusal> {
        const REFUSED: Refusal = Refusal::InvalidGrant("The refresh token is unknown, expired, revoked or already used.");
        let token = parameters.get("refresh_token").ok_or(Refusal::InvalidRequest("refresh_token is missing."))?;
        let claims = self.open_live(TokenKind::Refresh, token).ok_or(REFUSED)?;
        if claims.grant.client_id != client_id {
            return Err(Refusal::InvalidGrant("The refresh token belongs to another client."));
        }
        let mut grant = claims.grant;
        if let Some(narrower) = parameters.get("scope") {
            if !narrower.split(' ').all(|scope| grant.scope.split(' ').any(|granted| granted == scope)) {
                return Err(Refusal::InvalidScope);
            }
            grant.scope = narrower.to_owned();
        }
        if !self.withdraw(&claims.id) {
            return Err(REFUSED);
        }
        Ok(self.issue(&grant, true))
    }
}

/// A verifier without a challenge is refused too: it means that someone took the challenge away.
fn pkce_holds(challenge: Option<&str>, verifier: Option<&str>) -> bool {
    match (challenge, verifier) {
        (None, None) => true,
        (Some(challenge), Some(verifier)) => {
            let hash = digest::digest(&digest::SHA256, verifier.as_bytes());
            same(&URL_SAFE_NO_PAD.encode(hash), challenge)
        }
        _ => false,
    }
}
