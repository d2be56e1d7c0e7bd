//! The conversions of a plan: prepared before it is published, for what is applied then is what steps read now.

use std::{collections::BTreeMap, sync::Arc};

use secrecy::SecretString;

use super::{Action, PlanStep, Stored};
use crate::{
    domain::{
        access::Actor,
        connector::Connector,
        integration::{Integration, Slot, SlotSource},
        key::Key,
        resolution::Layers,
    },
    flows::{
        Broken, Context,
        registry::{PinnedBody, Published},
        requirement::Below,
        reusable::conversion::{self, InVersion, Turn, Version},
    },
    manifest::{self, Kind},
};

/// Of the step at this place of the plan.
pub(super) struct Prepared {
    at: usize,
    turns: Vec<Turn>,
}

pub(super) async fn prepare(context: &Context, stored: &Stored, plan: &[PlanStep]) -> Result<Vec<Prepared>, Broken> {
    let mut all = Vec::new();
    let future = Future { context, stored, plan };
    for (at, step) in plan.iter().enumerate() {
        if step.kind != Kind::Integration || step.change.action == Action::Withdraw {
            continue;
        }
        let Some(published) = future.integration(step)?.filter(|of| of.integration.slots().any(|slot| slot.converts)) else { continue };
        let turns = turns(&future, published).await?;
        if !turns.is_empty() {
            all.push(Prepared { at, turns });
        }
    }
    Ok(all)
}

/// What would move, told with the plan.
pub(super) async fn survey(context: &Context, plan: Vec<PlanStep>, prepared: Vec<Prepared>) -> Result<Vec<PlanStep>, Broken> {
    told(context, None, plan, prepared).await
}

/// Publishes the plan, then moves what moves: in a task of its own, for whoever asked may go away meanwhile.
pub(super) async fn publish(
    context: &Context,
    actor: &Actor,
    plan: Vec<PlanStep>,
    prepared: Vec<Prepared>,
) -> Result<Vec<PlanStep>, Broken> {
    super::publish(context, actor, &plan).await?;
    if prepared.is_empty() {
        return Ok(plan);
    }
    let (context, actor) = (context.clone(), actor.clone());
    tokio::spawn(async move { told(&context, Some(&actor), plan, prepared).await })
        .await
        .map_err(|error| Broken::Inconsistent(format!("a conversion ended early: {error}")))?
}

async fn told(context: &Context, actor: Option<&Actor>, mut plan: Vec<PlanStep>, prepared: Vec<Prepared>) -> Result<Vec<PlanStep>, Broken> {
    for Prepared { at, turns } in prepared {
        plan[at].change.conversion = Some(conversion::run(context, actor, &turns).await?);
    }
    Ok(plan)
}

async fn turns(future: &Future<'_>, published: Published) -> Result<Vec<Turn>, Broken> {
    let (context, key, version) = (future.context, published.integration.key.clone(), published.integration.version);
    let mut turns = Vec::new();
    let mut next = None;
    for old in context.store().read().documents().versions_in_use(key.as_str()).await? {
        let Some(before) = context.integration(&key, old).await?.filter(|_| old != version) else { continue };
        if conversion::converting(&before.integration, &published.integration).is_empty() {
            continue;
        }
        if next.is_none() {
            next = Some(Arc::new(future.version(&published).await?));
        }
        if let Some(next) = &next {
            turns.extend(Turn::of(context, before, next).await?);
        }
    }
    Ok(turns)
}

/// The documents as they will be.
struct Future<'p> {
    context: &'p Context,
    stored: &'p Stored,
    plan: &'p [PlanStep],
}

type Body = (serde_json::Value, BTreeMap<String, SecretString>);

impl Future<'_> {
    fn body(&self, kind: Kind, key: &Key) -> Result<Option<Body>, Broken> {
        let step = self.plan.iter().find(|step| step.kind == kind && step.change.key == *key);
        if let Some((body, secrets)) = step.and_then(|step| step.document.as_ref()) {
            return Ok(Some((body.clone(), secrets.clone())));
        }
        let Some(stored) = self.stored.documents.get(&(kind, key.clone())) else { return Ok(None) };
        Ok(Some((stored.body.clone(), self.context.document_secrets(stored)?)))
    }

    fn integration(&self, step: &PlanStep) -> Result<Option<Published>, Broken> {
        let Some((body, secrets)) = self.body(step.kind, &step.change.key)? else { return Ok(None) };
        let PinnedBody { manifest, connectors } = serde_json::from_value(body).map_err(|error| Broken::Inconsistent(error.to_string()))?;
        let integration: Integration = manifest::integration(&manifest, step.version, &secrets)?;
        Ok(Some(Published { integration, connectors }))
    }

    fn connector(&self, key: &Key) -> Result<Arc<Connector>, Broken> {
        let step = self.plan.iter().find(|step| step.kind == Kind::Connector && step.change.key == *key);
        if let Some((body, _)) = step.and_then(|step| step.document.as_ref()) {
            return Ok(Arc::new(manifest::connector(body)?));
        }
        self.stored.connectors.get(key).cloned().ok_or_else(|| gone(Kind::Connector, key))
    }

    async fn version(&self, published: &Published) -> Result<Version, Broken> {
        let mut slots = BTreeMap::new();
        for slot in published.integration.slots() {
            let below = self.below(slot).await?;
            let connector = self.connector(&below.type_ref.connector)?;
            slots.insert(slot.key.clone(), InVersion { slot: slot.clone(), connector, below });
        }
        let (integration, connectors) = (published.integration.clone(), published.connectors.clone());
        Ok(Version { published: Arc::new(Published { integration, connectors }), slots })
    }

    async fn below(&self, slot: &Slot) -> Result<Below, Broken> {
        let mut layers = Layers { slot: slot.inputs.clone(), ..Layers::default() };
        let (type_ref, reusable) = match &slot.source {
            SlotSource::Type(type_ref) | SlotSource::PerUser(type_ref) => (type_ref.clone(), None),
            SlotSource::Reusable(key) => {
                let (body, secrets) = self.body(Kind::ReusableConnection, key)?.ok_or_else(|| gone(Kind::ReusableConnection, key))?;
                let definition = manifest::reusable(&body, &secrets)?;
                layers.reusable = self.context.global_values(&definition).await?;
                (definition.type_ref.clone(), Some(definition))
            }
        };
        if let Some(key) = &slot.preset {
            let (body, secrets) = self.body(Kind::Preset, key)?.ok_or_else(|| gone(Kind::Preset, key))?;
            layers.preset = manifest::preset(&body, &secrets)?.values;
        }
        Ok(Below { type_ref, layers, reusable })
    }
}

fn gone(kind: Kind, key: &Key) -> Broken {
    Broken::Inconsistent(format!("{kind} {key} is gone"))
}
