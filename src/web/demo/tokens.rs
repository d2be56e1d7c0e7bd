//! Access and refresh tokens that carry what they mean, signed with the world's key:
//! `umb_<base64url of the claims>.<base64url of their HMAC-SHA-256>`. Signing, opening and withdrawing them.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::DemoWorld;
use super::cast::{self, Person};

const PREFIX: &str = "umb_";
const REFRESH_TOKEN_SECONDS: i64 = 90 * 24 * 3600;

/// One consent. Every token of it carries its id, so that revoking the refresh token ends them all.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Grant {
    #[serde(rename = "grant")]
    pub id: String,
    pub client_id: String,
    pub person: Person,
    /// Separated by single spaces.
    pub scope: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum TokenKind {
    Access,
    Refresh,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Claims {
    pub kind: TokenKind,
    pub id: String,
    #[serde(flatten)]
    pub grant: Grant,
    pub expires_at: i64,
}

/// The token endpoint's answer (RFC 6749 §5.1).
#[derive(Serialize)]
pub struct IssuedTokens {
    pub access_token: String,
    pub token_type: &'static str,
    /// Seconds.
    pub expires_in: i64,
    /// Absent for client credentials.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    pub scope: String,
}

impl DemoWorld {
    /// Tokens without a visit to the consent page, for connections that the demo starts with.
    pub fn issue_tokens(&self, client_id: &str, person: Person, scope: &str) -> IssuedTokens {
        let grant = self.new_grant(client_id, person, scope);
        self.issue(&grant, true)
    }

    pub(super) fn new_grant(&self, client_id: &str, person: Person, scope: &str) -> Grant {
        Grant { id: self.random_id(), client_id: client_id.to_owned(), person, scope: scope.to_owned() }
    }

    pub(super) fn issue(&self, grant: &Grant, refreshable: bool) -> IssuedTokens {
        let expires_in = cast::access_token_seconds(&grant.client_id);
        IssuedTokens {
            access_token: self.sign(TokenKind::Access, grant, expires_in),
            token_type: "Bearer",
            expires_in,
            refresh_token: refreshable.then(|| self.sign(TokenKind::Refresh, grant, REFRESH_TOKEN_SECONDS)),
            scope: grant.scope.clone(),
        }
    }

    /// The claims of a token that this world signed, whether or not it is still good.
    pub(super) fn open(&self, token: &str) -> Option<Claims> {
        let (payload, tag) = token.strip_prefix(PREFIX)?.split_once('.')?;
        let tag = URL_SAFE_NO_PAD.decode(tag).ok()?;
        hmac::verify(&self.key, payload.as_bytes(), &tag).ok()?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
    }

    /// The claims of a token that is of this kind, not expired, not spent and not revoked.
    pub(super) fn open_live(&self, kind: TokenKind, token: &str) -> Option<Claims> {
        let claims = self.open(token)?;
        let memory = self.memory();
        let withdrawn = memory.withdrawn.contains(&claims.id) || memory.withdrawn.contains(&claims.grant.id);
        (claims.kind == kind && claims.expires_at > self.now() && !withdrawn).then_some(claims)
    }

    /// True for exactly one caller an id, however many ask at once.
    pub(super) fn withdraw(&self, id: &str) -> bool {
        self.memory().withdrawn.insert(id.to_owned())
    }

    fn sign(&self, kind: TokenKind, grant: &Grant, seconds: i64) -> String {
        let claims = Claims { kind, id: self.random_id(), grant: grant.clone(), expires_at: self.now() + seconds };
        let json = serde_json::to_vec(&claims).expect("strings, integers and plain enums always serialize");
        let payload = URL_SAFE_NO_PAD.encode(json);
        let tag = hmac::sign(&self.key, payload.as_bytes());
        format!("{PREFIX}{payload}.{}", URL_SAFE_NO_PAD.encode(tag))
    }
}
