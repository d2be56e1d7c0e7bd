//! A plan that somebody looks at before it is applied: what would change, line by line, and whom it touches.
//!
//! Between the look and the yes the manifests wait sealed, for they may hold secrets. Applied is only what was looked at.

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use uuid::Uuid;

use super::{Action, Change, PlanStep, Stored, convert, plan};
use crate::{
    domain::{
        access::Actor,
        credential::SecretField,
        ids::{ManifestPlanId, UserId},
        key::Key,
    },
    flows::{Broken, Context, applied, registry::PinnedBody},
    manifest::{self, DiffLine, Kind, Lookup, ManifestError, Source},
    store::{KeptPlan, VersionUse},
    vault::digest,
};

/// What would happen, and the digest of exactly that.
pub struct Review {
    pub digest: [u8; 32],
    pub changes: Vec<ReviewedChange>,
}

pub struct ReviewedChange {
    pub change: Change,
    pub lines: Vec<DiffLine>,
    /// No line shows a secret, so it is said that one is new.
    pub secrets_differ: bool,
    /// Of an integration: instances that are being set up, and follow it.
    pub follow: i64,
    /// Of an integration: instances that are turned on, and keep their version.
    pub keep: i64,
}

impl Review {
    pub fn changes_nothing(&self) -> bool {
        self.changes.iter().all(|reviewed| reviewed.change.changes_nothing())
    }
}

pub enum Submitted {
    Kept(ManifestPlanId),
    Refused(Vec<ManifestError>),
}

/// An hour to look at it.
const KEPT_SECONDS: i64 = 60 * 60;
const REVISION: i64 = 1;

/// Reads and plans; keeps the text, sealed, for the one who sent it.
pub async fn submit(context: &Context, user: UserId, text: &SecretString) -> Result<Submitted, Broken> {
    let steps = match steps(context, text).await? {
        Ok((_, steps)) => steps,
        Err(errors) => return Ok(Submitted::Refused(errors)),
    };
    let (id, now) = (context.new_manifest_plan_id(), context.now());
    let place = context.vault().place(Uuid::nil(), id.as_uuid(), SecretField::ManifestPlan, REVISION);
    let sources = context.vault().seal(place, text);
    let kept =
        KeptPlan { id, user_id: user, sources, digest: digest_of(&steps), created_at: now, expires_at: now.plus_seconds(KEPT_SECONDS) };
    let mut work = context.store().begin().await?;
    work.manifest_plans().insert(&kept).await?;
    work.commit().await?;
    Ok(Submitted::Kept(id))
}

pub enum Shown {
    /// `moved`: something else was applied since it was sent.
    Review {
        review: Review,
        moved: bool,
    },
    /// What is applied now no longer agrees with it.
    Refused(Vec<ManifestError>),
    NotFound,
}

/// As it would be now.
pub async fn show(context: &Context, user: UserId, id: ManifestPlanId) -> Result<Shown, Broken> {
    let Some(kept) = context.store().read().manifest_plans().find(id, user, context.now()).await? else { return Ok(Shown::NotFound) };
    let (stored, steps) = match steps(context, &opened(context, &kept)?).await? {
        Ok(planned) => planned,
        Err(errors) => return Ok(Shown::Refused(errors)),
    };
    let conversions = convert::prepare(context, &stored, &steps).await?;
    let steps = convert::survey(context, steps, conversions).await?;
    let digest = digest_of(&steps);
    let uses = context.store().read().rollups().versions_in_use(None).await?;
    let changes = steps.iter().map(|step| reviewed(context, &stored, step, &uses)).collect::<Result<_, _>>()?;
    Ok(Shown::Review { review: Review { digest, changes }, moved: digest != kept.digest })
}

pub enum Finished {
    Applied(Vec<Change>),
    /// It is not what was looked at: nothing was applied.
    Moved,
    Refused(Vec<ManifestError>),
    NotFound,
}

/// `seen`: the digest of what the person looked at.
pub async fn finish(context: &Context, actor: &Actor, user: UserId, id: ManifestPlanId, seen: &[u8; 32]) -> Result<Finished, Broken> {
    let Some(kept) = context.store().read().manifest_plans().find(id, user, context.now()).await? else { return Ok(Finished::NotFound) };
    let (stored, steps) = match steps(context, &opened(context, &kept)?).await? {
        Ok(planned) => planned,
        Err(errors) => return Ok(Finished::Refused(errors)),
    };
    if digest_of(&steps) != *seen {
        return Ok(Finished::Moved);
    }
    let conversions = convert::prepare(context, &stored, &steps).await?;
    let steps = convert::publish(context, actor, steps, conversions).await?;
    discard(context, user, id).await?;
    Ok(Finished::Applied(steps.into_iter().map(|step| step.change).collect()))
}

/// False: it was applied or thrown away already.
pub async fn discard(context: &Context, user: UserId, id: ManifestPlanId) -> Result<bool, Broken> {
    let mut work = context.store().begin().await?;
    let gone = work.manifest_plans().delete(id, user).await?;
    work.commit().await?;
    Ok(gone)
}

/// Removes those whose hour is over.
pub async fn purge(context: &Context) -> Result<(), Broken> {
    let mut work = context.store().begin().await?;
    work.manifest_plans().purge(context.now()).await?;
    Ok(work.commit().await?)
}

fn opened(context: &Context, kept: &KeptPlan) -> Result<SecretString, Broken> {
    let place = context.vault().place(Uuid::nil(), kept.id.as_uuid(), SecretField::ManifestPlan, kept.sources.revision());
    Ok(context.vault().open(&place, &kept.sources)?)
}

type Steps = Result<(Stored, Vec<PlanStep>), Vec<ManifestError>>;

async fn steps(context: &Context, text: &SecretString) -> Result<Steps, Broken> {
    let stored = Stored::load(context).await?;
    let source = Source { name: "manifest".into(), text: text.expose_secret().to_owned() };
    let documents = match manifest::read(&[source], &NothingToLookUp, &stored) {
        Ok(documents) => documents,
        Err(errors) => return Ok(Err(errors)),
    };
    let stored = stored.with_last_versions(context, &documents).await?;
    let steps = plan(context, &stored, documents, false)?;
    Ok(Ok((stored, steps)))
}

/// Whoever uploads must not read the server's files and environment by naming them.
struct NothingToLookUp;

const WHAT_TO_DO: &str = "write the value itself, or apply on the server with `jackfield apply`";

impl Lookup for NothingToLookUp {
    fn env(&self, _: &str) -> Option<String> {
        None
    }
    fn no_env(&self, _: &str) -> String {
        format!("`${{env:…}}` is not read here: {WHAT_TO_DO}")
    }
    fn file(&self, _: &str) -> Result<String, String> {
        Err(format!("`${{file:…}}` is not read here: {WHAT_TO_DO}"))
    }
}

fn digest_of(steps: &[PlanStep]) -> [u8; 32] {
    let step = |step: &PlanStep| {
        let written = step.document.as_ref().map(|(body, secrets)| {
            let secrets: Vec<_> = secrets.iter().map(|(path, secret)| (path, digest::hash(secret.expose_secret()))).collect();
            json!([body, secrets])
        });
        json!([step.kind.as_str(), step.change.key, step.change.action, step.version, written])
    };
    digest::hash(steps.iter().map(step).collect::<serde_json::Value>().to_string())
}

fn reviewed(context: &Context, stored: &Stored, step: &PlanStep, uses: &[VersionUse]) -> Result<ReviewedChange, Broken> {
    let held = stored.documents.get(&(step.kind, step.change.key.clone()));
    let old = held.map(|document| applied::body(step.kind, document)).transpose()?.map(|(body, _)| body);
    let new = match &step.document {
        Some((body, _)) if step.kind == Kind::Integration => {
            let pinned: PinnedBody = serde_json::from_value(body.clone()).map_err(|error| Broken::Inconsistent(error.to_string()))?;
            Some(pinned.manifest)
        }
        Some((body, _)) => Some(body.clone()),
        None => old.clone(),
    };
    let secrets_differ = match (&step.document, held) {
        (Some((_, secrets)), Some(held)) => {
            let held = context.document_secrets(held)?;
            secrets.len() != held.len()
                || secrets.iter().any(|(path, secret)| held.get(path).is_none_or(|held| held.expose_secret() != secret.expose_secret()))
        }
        _ => false,
    };
    let (follow, keep) = touched(step, uses);
    Ok(ReviewedChange { change: step.change.clone(), lines: manifest::diff(old.as_ref(), new.as_ref()), secrets_differ, follow, keep })
}

/// Instances that a change of an integration means something to.
fn touched(step: &PlanStep, uses: &[VersionUse]) -> (i64, i64) {
    if step.kind != Kind::Integration || step.change.action != Action::Update {
        return (0, 0);
    }
    let of = |key: &Key| uses.iter().filter(|of| of.integration == *key).collect::<Vec<_>>();
    let uses = of(&step.change.key);
    // A conversion says itself what becomes of those that it looks at.
    let (drafts, deployed) = step.change.conversion.as_ref().map_or((0, 0), |conversion| conversion.seen);
    (uses.iter().map(|of| of.drafts).sum::<i64>() - drafts, uses.iter().map(|of| of.active + of.paused).sum::<i64>() - deployed)
}
