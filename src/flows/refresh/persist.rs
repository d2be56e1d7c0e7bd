//! Persist or fail: a provider's answer is saved under the fence before anyone gets it; what cannot be saved is kept and tried again.

use std::{collections::BTreeMap, time::Duration};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{NotLive, Print, leased, unsaved};
use crate::{
    domain::{
        audit::AuditAction,
        connection::ConnectionState,
        credential::{Token, TokenMeta},
        ids::ConnectionId,
    },
    flows::{Broken, Context},
    providers::oauth2::Granted,
    store::Lease,
};

/// How long a reader waits with the answer for the database to come back.
const PAUSES: [Duration; 4] = [Duration::from_millis(100), Duration::from_millis(300), Duration::from_millis(600), Duration::from_secs(1)];

/// A new token, and what it was given for.
pub(super) struct Answer {
    token: Token,
    context: BTreeMap<String, serde_json::Value>,
    asked_with: Print,
}

/// As it lies sealed in memory and in the spool.
#[derive(Serialize, Deserialize)]
struct Written {
    access_token: String,
    refresh_token: Option<String>,
    meta: TokenMeta,
    context: BTreeMap<String, serde_json::Value>,
    asked_with: Print,
}

impl Answer {
    /// Where the provider sent no refresh token, the old one goes on.
    pub fn new(granted: Granted, asked_with: Option<&Token>) -> Self {
        let mut token = granted.token;
        token.refresh_token = token.refresh_token.or_else(|| asked_with?.refresh_token.clone());
        token.meta.has_refresh_token = token.refresh_token.is_some();
        token.meta.given_by = asked_with.map_or_else(Default::default, |token| token.meta.given_by);
        Self { token, context: granted.context, asked_with: Print::of(asked_with) }
    }

    pub fn write(&self) -> Result<SecretString, serde_json::Error> {
        let written = Written {
            access_token: self.token.access_token.expose_secret().to_owned(),
            refresh_token: self.token.refresh_token.as_ref().map(|token| token.expose_secret().to_owned()),
            meta: self.token.meta.clone(),
            context: self.context.clone(),
            asked_with: self.asked_with,
        };
        serde_json::to_string(&written).map(SecretString::from)
    }

    pub fn read(text: &SecretString) -> Result<Self, serde_json::Error> {
        let Written { access_token, refresh_token, meta, context, asked_with } = serde_json::from_str(text.expose_secret())?;
        // What is refreshed is OAuth 2.0's, whose tokens have no secret.
        let refresh_token = refresh_token.map(SecretString::from);
        let token = Token { access_token: access_token.into(), refresh_token, token_secret: None, meta };
        Ok(Self { token, context, asked_with })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Saved {
    /// By us, now or before.
    Whole,
    /// The row holds another token than the one that was asked with, or is gone: this answer belongs to nobody.
    Overtaken,
    /// Someone else holds the lease, and may be asking the provider just now.
    NotYet,
}

/// Never loses the answer: what the database does not take now is spooled, and settled here, by a reader or by the worker.
pub(super) async fn keep(context: &Context, lease: Lease, answer: Answer) -> Result<(), NotLive> {
    match save(context, lease.id, lease.fence, &answer).await {
        Ok(Saved::Whole | Saved::Overtaken) => return Ok(()),
        Ok(Saved::NotYet) => tracing::warn!(connection = %lease.id, "a refresh outlasted its lease; its answer waits"),
        Err(error) => tracing::error!(connection = %lease.id, %error, "a new token could not be saved; it is kept"),
    }
    unsaved::put(context, lease, &answer).await;
    for pause in PAUSES {
        tokio::time::sleep(pause).await;
        if unsaved::settle_one(context, lease.id).await {
            return Ok(());
        }
    }
    Err(NotLive::Unsaved)
}

/// A person who saved inputs meanwhile does not cost us the new token: their row is read again and the token put into it. A
/// holder that slept past its lease may claim another, but saves only where its own token still stands; also where another one
/// was told `invalid_grant` for it, and ended the grant too early: then what came must prove itself first.
pub(super) async fn save(context: &Context, id: ConnectionId, fence: i64, answer: &Answer) -> Result<Saved, Broken> {
    let (mut fence, mut proven) = (fence, None);
    for _ in 0..5 {
        let Some(row) = leased::find(context, id).await? else { return Ok(Saved::Overtaken) };
        let mut credential = context.open(&row)?;
        let held = Print::of(credential.token.as_ref());
        if held == Print::of(Some(&answer.token)) {
            return Ok(Saved::Whole);
        }
        if held != answer.asked_with {
            tracing::warn!(connection = %id, "a refreshed token was overtaken, and is dropped");
            return Ok(Saved::Overtaken);
        }
        if matches!(row.state, ConnectionState::NeedsReconnecting(_)) && proven.is_none() {
            let Some(lease) = leased::claim(context, id).await? else { return Ok(Saved::NotYet) };
            fence = lease.fence;
            match prove(context, id, answer).await? {
                Proof::Alive(renewed) => proven = Some(renewed),
                Proof::Unknown => {}
                Proof::Dead => {
                    leased::release(context, lease, false).await?;
                    return Ok(Saved::Overtaken);
                }
            }
        }
        let answer = proven.as_deref().unwrap_or(answer);
        credential.token = Some(answer.token.clone());
        let sealed = context.vault().seal_credential(row.owner.owner_uuid(), id.as_uuid(), &credential, &row.credential);
        let detail = json!({"recovered": matches!(row.state, ConnectionState::NeedsReconnecting(_))});
        let revision = row.revision;
        let mut renewed = row.renew(sealed, context.now());
        renewed.context.extend(answer.context.clone());
        if leased::write(context, &renewed, AuditAction::ConnectionRefreshed, detail, fence).await? {
            return Ok(Saved::Whole);
        }
        if leased::find(context, id).await?.is_some_and(|fresh| fresh.revision == revision) {
            match leased::claim(context, id).await? {
                Some(lease) => fence = lease.fence,
                None => return Ok(Saved::NotYet),
            }
        }
    }
    Ok(Saved::NotYet)
}

enum Proof {
    /// With what the provider gave for it.
    Alive(Box<Answer>),
    /// The follower's try has ended it too: providers that refuse reuse do that.
    Dead,
    Unknown,
}

/// Whether an answer for a grant that was given up meanwhile is still good, by renewing it once more.
async fn prove(context: &Context, id: ConnectionId, answer: &Answer) -> Result<Proof, Broken> {
    let Some(mut requirement) = leased::requirement_by_id(context, id).await? else { return Ok(Proof::Dead) };
    requirement.credential.token = Some(answer.token.clone());
    let Some(oauth2) = requirement.connection_type()?.auth().oauth2() else { return Ok(Proof::Dead) };
    Ok(match leased::ask(context, &requirement, oauth2).await? {
        Ok(granted) => Proof::Alive(Box::new(Answer { asked_with: answer.asked_with, ..Answer::new(granted, Some(&answer.token)) })),
        Err(error) if error.ends_the_grant => Proof::Dead,
        Err(_) => Proof::Unknown,
    })
}
