//! Plan and apply manifests: all or nothing, idempotent, a new version for what changed, the old one kept for who uses it.

mod convert;
pub mod review;
mod stored;

use std::collections::{BTreeMap, BTreeSet};

use secrecy::ExposeSecret;
use serde::Serialize;
use serde_json::json;

use stored::Stored;

use super::{Broken, Context, registry::PinnedBody, reusable::conversion::Conversion};
use crate::{
    domain::{access::Actor, audit::AuditAction, connection_type::TypeRef, key::Key},
    manifest::{self, Document, Kind, Lookup, ManifestError, Source, Users},
    store::StoredDocument,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    Create,
    Update,
    Unchanged,
    /// `--prune`: no longer offered; who uses it keeps it.
    Withdraw,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    pub kind: &'static str,
    pub key: Key,
    pub action: Action,
    /// Of an integration with slots that convert, as long as some instance has not moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversion: Option<Conversion>,
}

impl Change {
    pub fn changes_nothing(&self) -> bool {
        self.action == Action::Unchanged && self.conversion.is_none()
    }
}

pub enum Applied {
    /// Done, or with `dry_run` what would be.
    Changes(Vec<Change>),
    Refused(Vec<ManifestError>),
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    pub dry_run: bool,
    pub prune: bool,
    /// By a page of the console, which owns what it makes until a manifest declares it.
    pub in_console: bool,
}

pub async fn apply(context: &Context, actor: &Actor, sources: &[Source], lookup: &dyn Lookup, options: Options) -> Result<Applied, Broken> {
    let stored = Stored::load(context).await?;
    let documents = match manifest::read(sources, lookup, &stored) {
        Ok(documents) => documents,
        Err(errors) => return Ok(Applied::Refused(errors)),
    };
    let stored = stored.with_last_versions(context, &documents).await?;
    let mut plan = plan(context, &stored, documents, options.in_console)?;
    if options.prune {
        let withdrawn = withdrawals(&stored, &plan);
        let used = stored.still_used(&withdrawn);
        if !used.is_empty() {
            return Ok(Applied::Refused(used.iter().map(|(key, users)| still_used(sources, key, *users)).collect()));
        }
        plan.extend(withdrawn);
    }
    let conversions = convert::prepare(context, &stored, &plan).await?;
    let plan = match options.dry_run {
        true => convert::survey(context, plan, conversions).await?,
        false => convert::publish(context, actor, plan, conversions).await?,
    };
    Ok(Applied::Changes(plan.into_iter().map(|step| step.change).collect()))
}

struct PlanStep {
    change: Change,
    kind: Kind,
    version: i64,
    made_in_console: bool,
    /// `None`: nothing to write, or a withdrawal.
    document: Option<(serde_json::Value, BTreeMap<String, secrecy::SecretString>)>,
}

fn plan(context: &Context, stored: &Stored, documents: Vec<Document>, in_console: bool) -> Result<Vec<PlanStep>, Broken> {
    let mut steps = Vec::new();
    let connectors = stored.documents.iter().filter(|((kind, _), _)| *kind == Kind::Connector);
    let mut pins =
        Pins { versions: connectors.map(|((_, key), d)| (key.clone(), d.version)).collect(), reusables: stored.reusable_types() };
    let (connectors, others): (Vec<_>, Vec<_>) = documents.into_iter().partition(|d| d.kind == Kind::Connector);
    let mut changed = BTreeSet::new();
    for document in connectors {
        let key = document.key.clone();
        let step = step(context, stored, document, in_console)?;
        if step.document.is_some() {
            changed.insert(key.clone());
        }
        pins.versions.insert(key, step.version);
        steps.push(step);
    }
    for document in others.iter().filter(|d| d.kind == Kind::ReusableConnection) {
        pins.reusables.insert(document.key.clone(), manifest::reusable(&document.body, &document.secrets)?.type_ref);
    }
    let mut named = BTreeSet::new();
    for mut document in others {
        if document.kind == Kind::Integration {
            named.insert(document.key.clone());
            document.body = pins.pin(&document.body)?;
        }
        steps.push(step(context, stored, document, in_console)?);
    }
    steps.extend(republished(context, stored, &named, &changed, &pins)?);
    Ok(steps)
}

/// Integrations that were not named but use a connector that changed get a new version too: a published one never changes.
fn republished(
    context: &Context,
    stored: &Stored,
    named: &BTreeSet<Key>,
    changed: &BTreeSet<Key>,
    pins: &Pins,
) -> Result<Vec<PlanStep>, Broken> {
    let mut steps = Vec::new();
    for ((kind, key), current) in &stored.documents {
        let Ok(body) = serde_json::from_value::<PinnedBody>(current.body.clone()) else { continue };
        if *kind != Kind::Integration || named.contains(key) || !body.connectors.keys().any(|used| changed.contains(used)) {
            continue;
        }
        steps.push(PlanStep {
            change: Change { kind: kind.as_str(), key: key.clone(), action: Action::Update, conversion: None },
            kind: *kind,
            version: current.version + 1,
            made_in_console: current.made_in_console,
            document: Some((pins.pin(&body.manifest)?, context.document_secrets(current)?)),
        });
    }
    Ok(steps)
}

/// It stands nowhere, so the first file answers for all of them.
fn still_used(sources: &[Source], key: &Key, users: Users) -> ManifestError {
    let message = format!(
        "`--prune` would withdraw the reusable connection `{key}`, which is in none of these files and is used: by {users}; put it back"
    );
    let file = sources.first().map_or_else(|| "-".to_owned(), |source| source.name.clone());
    ManifestError { file, line: 1, column: 1, message, snippet: None }
}

/// What a plan pins integrations to.
struct Pins {
    versions: BTreeMap<Key, i64>,
    reusables: BTreeMap<Key, TypeRef>,
}

impl Pins {
    /// Only the connectors that it uses, so that a change to another one is none of its own.
    fn pin(&self, body: &serde_json::Value) -> Result<serde_json::Value, Broken> {
        let elements = body["pages"].as_array().into_iter().flatten().filter_map(|page| page["elements"].as_array()).flatten();
        let reusables = elements.filter_map(|element| self.reusables.get(element["reusable"].as_str()?));
        let used = manifest::connectors_used(body).into_iter().chain(reusables.map(|type_ref| type_ref.connector.clone()));
        let connectors = used.filter_map(|key| self.versions.get_key_value(&key)).map(|(key, version)| (key.clone(), *version)).collect();
        serde_json::to_value(PinnedBody { manifest: body.clone(), connectors }).map_err(|error| Broken::Inconsistent(error.to_string()))
    }
}

fn key_of(document: &StoredDocument) -> Result<Key, Broken> {
    Key::parse(document.key.as_str()).map_err(|error| Broken::Inconsistent(format!("the stored key {}: {error}", document.key)))
}

fn step(context: &Context, stored: &Stored, document: Document, in_console: bool) -> Result<PlanStep, Broken> {
    let change = |action| Change { kind: document.kind.as_str(), key: document.key.clone(), action, conversion: None };
    let current = stored.documents.get(&(document.kind, document.key.clone()));
    let (change, version, write) = match current {
        None => (change(Action::Create), stored.last_versions.get(&(document.kind, document.key.clone())).copied().unwrap_or(0) + 1, true),
        Some(current)
            if current.body == document.body && current.made_in_console == in_console && same_secrets(context, current, &document)? =>
        {
            (change(Action::Unchanged), current.version, false)
        }
        Some(current) => (change(Action::Update), current.version + 1, true),
    };
    let written = write.then_some((document.body, document.secrets));
    Ok(PlanStep { change, kind: document.kind, version, made_in_console: in_console, document: written })
}

fn same_secrets(context: &Context, current: &StoredDocument, document: &Document) -> Result<bool, Broken> {
    let held = context.document_secrets(current)?;
    Ok(held.len() == document.secrets.len()
        && document.secrets.iter().all(|(path, secret)| held.get(path).is_some_and(|h| h.expose_secret() == secret.expose_secret())))
}

/// What was made in the console no manifest names.
fn withdrawals(stored: &Stored, plan: &[PlanStep]) -> Vec<PlanStep> {
    let named: BTreeSet<(Kind, &Key)> = plan.iter().map(|step| (step.kind, &step.change.key)).collect();
    stored
        .documents
        .iter()
        .filter(|((kind, key), document)| !document.made_in_console && !named.contains(&(*kind, key)))
        .map(|((kind, key), document)| PlanStep {
            change: Change { kind: kind.as_str(), key: key.clone(), action: Action::Withdraw, conversion: None },
            kind: *kind,
            version: document.version,
            made_in_console: false,
            document: None,
        })
        .collect()
}

async fn publish(context: &Context, actor: &Actor, plan: &[PlanStep]) -> Result<(), Broken> {
    let changed: Vec<&Change> = plan.iter().map(|step| &step.change).filter(|change| change.action != Action::Unchanged).collect();
    if changed.is_empty() {
        return Ok(());
    }
    let mut work = context.store().begin().await?;
    for step in plan {
        if let Some((body, secrets)) = &step.document {
            let id = context.new_document_id();
            let seal = |(path, secret): (&String, &secrecy::SecretString)| {
                (path.clone(), context.vault().seal(context.document_place(id, path, 1), secret))
            };
            let document = StoredDocument {
                id,
                kind: step.kind.as_str().to_owned(),
                key: step.change.key.to_string(),
                version: step.version,
                body: body.clone(),
                secrets: secrets.iter().map(seal).collect(),
                made_in_console: step.made_in_console,
                created_at: context.now(),
            };
            work.documents().publish(&document).await?;
        } else if step.change.action == Action::Withdraw {
            work.documents().withdraw(step.kind.as_str(), step.change.key.as_str()).await?;
        }
    }
    context.record(&mut work, &context.event(actor, AuditAction::ManifestsApplied, json!({"changes": changed}))).await?;
    Ok(work.commit().await?)
}
