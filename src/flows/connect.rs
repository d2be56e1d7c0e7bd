//! OAuth with a person's consent: begin at our page, leave for the provider's, come back to the same step.

mod choose;
mod finish;
mod oauth1;
mod trial;

pub use choose::{Chosen, Question, purge, question, sign_in_again, use_it};
pub use finish::{Callback, Finished, NotConnected, Returning, finish};

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::{
    Broken, Context,
    configure::{self, Conflict, Intent, Pick, Place, Saved, Submission, WizardPage},
    equip::{ClientOf, Equipped},
    requirement::Requirement,
};
use crate::{
    domain::{
        access::{Actor, Scope},
        attempt::{Attempt, Pending},
        audit::AuditAction,
        auth::{Auth, OAuth2, Pkce, SignatureMethod},
        connection::ConnectionRef,
        connection_type::standard,
        credential::SecretField,
        ids::{InstanceId, RegistrationId},
        key::Key,
        reason::Reason,
        resolution::{Resolved, SetBy},
        value::Given,
    },
    providers,
    vault::digest,
};

/// The one redirect address to register with a provider.
pub const CALLBACK_PATH: &str = "/oauth/callback";

pub enum Begun {
    /// Send the browser there.
    Leave(String),
    /// This slot's own inputs are not right yet.
    Refused(Box<WizardPage>),
    Conflict(Box<Conflict>),
    First(Place),
    /// There is no page at the provider to leave for: the organization's settings do not make one, or the provider gave none.
    NotLeft {
        connector: String,
        reason: Reason,
    },
    NotFound,
}

/// Saves what was typed as a draft, then starts an attempt bound to this browser. `path_of`: the path of a page, to come back to.
#[expect(clippy::too_many_arguments, reason = "who, where and what; each of another type")]
pub async fn begin(
    context: &Context,
    scope: Scope,
    actor: &Actor,
    instance_id: InstanceId,
    slot: &Key,
    submission: Submission,
    browser_hash: [u8; 32],
    path_of: impl Fn(&Key) -> String,
) -> Result<Begun, Broken> {
    let at = ConnectionRef::slot(instance_id, slot.as_str());
    let Some(requirement) = context.find_requirement(scope, &at).await? else { return Ok(Begun::NotFound) };
    if !requirement.is_for_customer_to_connect()? {
        return Ok(Begun::NotFound);
    }
    let Some(instance) = context.store().read().instances().find(scope, instance_id).await? else { return Ok(Begun::NotFound) };
    let published = context.published_for(&instance).await?;
    let Some(page) = published.integration.page_of_slot(slot.as_str()) else { return Ok(Begun::NotFound) };
    let picked = submission.picks.get(slot).copied();
    match configure::save(context, scope, actor, instance_id, page.key.as_str(), submission, Intent::Connect(slot.clone())).await? {
        Saved::Kept | Saved::Next(_) => {}
        Saved::Refused(page) => return Ok(Begun::Refused(page)),
        Saved::Conflict(conflict) => return Ok(Begun::Conflict(conflict)),
        Saved::First(place) => return Ok(Begun::First(place)),
        Saved::NotFound => return Ok(Begun::NotFound),
    }
    // Read again: the draft holds what was typed just now, and the slot uses what was chosen.
    let requirement = match (picked, published.integration.slot(slot.as_str())) {
        (Some(Pick::New), Some(slot)) => context.own_requirement(&instance, &published, slot).await?,
        _ => context.find_requirement(scope, &at).await?,
    };
    let Some(requirement) = requirement else { return Ok(Begun::NotFound) };
    start(context, actor, &requirement, SetBy::Customer, browser_hash, path_of(&page.key)).await
}

/// Another attempt with what is saved and drafted: the way on from a sign-in that came to nothing. `path_of`: where to come back
/// to; with the page of the wizard on which the slot stands, if it was named by its slot.
pub async fn begin_again(
    context: &Context,
    scope: Scope,
    actor: &Actor,
    at: &ConnectionRef,
    browser_hash: [u8; 32],
    path_of: impl Fn(Option<&Key>) -> String,
) -> Result<Begun, Broken> {
    let Some(requirement) = context.find_requirement(scope, at).await? else { return Ok(Begun::NotFound) };
    if requirement.is_new || !requirement.is_for_customer_to_connect()? {
        return Ok(Begun::NotFound);
    }
    let ConnectionRef::Slot { instance_id, slot } = at else {
        return start(context, actor, &requirement, SetBy::Customer, browser_hash, path_of(None)).await;
    };
    let Some(instance) = context.store().read().instances().find(scope, *instance_id).await? else { return Ok(Begun::NotFound) };
    let published = context.published_for(&instance).await?;
    match published.integration.page_of_slot(slot) {
        Some(page) => start(context, actor, &requirement, SetBy::Customer, browser_hash, path_of(Some(&page.key))).await,
        None => Ok(Begun::NotFound),
    }
}

/// An org user signs in with an account that they were given, with what is saved. `given_by`: whether the customer may reconnect.
pub async fn begin_on_behalf(
    context: &Context,
    actor: &Actor,
    at: &ConnectionRef,
    given_by: SetBy,
    browser_hash: [u8; 32],
    return_to: String,
) -> Result<Begun, Broken> {
    match context.find_requirement(Scope::Organization, at).await? {
        Some(requirement) if requirement.needs_consent()? => start(context, actor, &requirement, given_by, browser_hash, return_to).await,
        _ => Ok(Begun::NotFound),
    }
}

pub(super) async fn start(
    context: &Context,
    actor: &Actor,
    requirement: &Requirement,
    given_by: SetBy,
    browser_hash: [u8; 32],
    return_to: String,
) -> Result<Begun, Broken> {
    let state = context.random_token();
    let left = match requirement.connection_type()?.auth() {
        Auth::OAuth2(oauth2) => leave(context, requirement, oauth2, &state).await?,
        Auth::OAuth1 { signature_method } => leave_with_oauth1(context, requirement, *signature_method, &state).await?,
        _ => return Ok(Begun::NotFound),
    };
    let Left { url, secret, issuer, names_issuer, registration } = match left {
        Ok(left) => left,
        Err((reason, why)) => return not_left(context, actor, requirement, reason, &why).await,
    };
    let (id, connection) = (context.new_attempt_id(), &requirement.connection);
    let place = context.vault().place(connection.owner.owner_uuid(), id.as_uuid(), SecretField::AttemptSecret, 1);
    let attempt = Attempt {
        id,
        connection_id: connection.id,
        state_hash: digest::hash(state.expose_secret().as_bytes()),
        browser_hash,
        secret: secret.map(|secret| context.vault().seal(place, &secret)),
        redirect_uri: context.absolute(CALLBACK_PATH),
        return_to,
        issuer,
        names_issuer,
        registration,
        given_by,
        created_at: context.now(),
        state: Pending,
    };
    let mut work = context.store().begin().await?;
    work.attempts().insert(&attempt).await?;
    let started = context.connection_event(actor, AuditAction::AttemptStarted, &requirement.connection, json!({"attempt": attempt.id}));
    context.record(&mut work, &started).await?;
    work.commit().await?;
    Ok(Begun::Leave(url))
}

/// Where the browser goes, and what the attempt keeps until it is back.
struct Left {
    url: String,
    secret: Option<SecretString>,
    issuer: Option<String>,
    names_issuer: bool,
    registration: Option<RegistrationId>,
}

/// Why there is nowhere to go; the text is for the audit and holds no value.
type NoWay = (Reason, String);

async fn leave(context: &Context, requirement: &Requirement, oauth2: &OAuth2, state: &SecretString) -> Result<Result<Left, NoWay>, Broken> {
    let verifier = (oauth2.pkce != Pkce::None).then(|| context.random_token());
    let redirect_uri = context.absolute(CALLBACK_PATH);
    let client = ClientOf::Consent { redirect_uri: &redirect_uri };
    let equipped = match context.equip(oauth2, with_draft(requirement)?, client).await? {
        Ok(equipped) => equipped,
        Err(unequipped) => return Ok(Err((unequipped.reason, unequipped.why))),
    };
    let Equipped { oauth2, resolved, issuer, names_issuer, registration } = equipped;
    if !resolved.is_whole() {
        return Ok(Err(incomplete()));
    }
    Ok(match providers::oauth2::authorize_url(&oauth2, &resolved, &redirect_uri, state.expose_secret(), verifier.as_ref()) {
        Ok(url) => Ok(Left { url, secret: verifier, issuer, names_issuer, registration }),
        Err(error) => Err((error.reason(), error.to_string())),
    })
}

async fn leave_with_oauth1(
    context: &Context,
    requirement: &Requirement,
    method: SignatureMethod,
    state: &SecretString,
) -> Result<Result<Left, NoWay>, Broken> {
    let resolved = with_draft(requirement)?;
    if !resolved.is_whole() {
        return Ok(Err(incomplete()));
    }
    Ok(match oauth1::begin(context, method, &resolved, state).await {
        Ok(begun) => {
            let secret = Some(begun.secret);
            Ok(Left { url: begun.authorize_url, secret, issuer: None, names_issuer: false, registration: None })
        }
        Err(error) => Err((error.reason, "there are no temporary credentials".into())),
    })
}

fn incomplete() -> NoWay {
    (Reason::Configuration, "a required input has no value".into())
}

async fn not_left(context: &Context, actor: &Actor, requirement: &Requirement, reason: Reason, why: &str) -> Result<Begun, Broken> {
    let detail = json!({"reason": reason, "why": why});
    let mut work = context.store().begin().await?;
    context.record(&mut work, &context.connection_event(actor, AuditAction::AttemptFailed, &requirement.connection, detail)).await?;
    work.commit().await?;
    Ok(Begun::NotLeft { connector: requirement.connector.name.clone(), reason })
}

/// What the consent is asked with: saved values, overlaid with what was typed on the page that Connect stands on.
fn with_draft(requirement: &Requirement) -> Result<Resolved, Broken> {
    requirement.resolve_with(&own_with_draft(requirement))
}

fn own_with_draft(requirement: &Requirement) -> std::collections::BTreeMap<Key, (Given, SetBy)> {
    let mut own = requirement.credential.inputs.clone();
    own.extend(requirement.draft.inputs.clone());
    own
}

fn asked_scopes(resolved: &Resolved) -> String {
    resolved.get(standard::SCOPES).map(Given::expose_text).unwrap_or_default()
}

/// A secret in the session cookie's row, hashed: what an attempt is bound to.
pub fn browser_hash(browser_secret: &SecretString) -> [u8; 32] {
    digest::hash(browser_secret.expose_secret().as_bytes())
}
