//! "Check your answers", and turning the integration on.

use super::{Place, page::Loaded};
use crate::{
    domain::{
        access::{Actor, Scope},
        audit::AuditAction,
        ids::InstanceId,
        input::Input,
        instance::{Instance, InstanceStatus},
        integration::Element,
        journey::Missing,
        key::Key,
        resolution::is_shown,
        value::Value,
    },
    flows::{Broken, Context, SlotSummary, answers::variable_value, requirement::Requirement},
};

#[derive(Debug)]
pub struct ReviewPage {
    pub instance: Instance,
    pub integration: String,
    pub steps: usize,
    pub pages: Vec<ReviewSection>,
    pub missing: Vec<MissingPart>,
    pub previous: Option<Place>,
}

#[derive(Debug)]
pub struct ReviewSection {
    pub page: Key,
    pub title: String,
    pub rows: Vec<ReviewRow>,
    /// There was no step for it: all of it is managed.
    pub is_skipped: bool,
}

#[derive(Debug)]
pub enum ReviewRow {
    Slot(SlotSummary),
    /// Each user's own: its name.
    PerUser(String),
    Variable {
        input: Box<Input>,
        value: Option<Value>,
    },
}

/// Something missing, under the name that people know it by.
#[derive(Debug)]
pub struct MissingPart {
    pub what: Missing,
    pub label: String,
}

pub enum Review {
    Page(Box<ReviewPage>),
    NotFound,
}

pub async fn review(context: &Context, scope: Scope, id: InstanceId) -> Result<Review, Broken> {
    let Some(loaded) = Loaded::find(context, scope, id).await? else { return Ok(Review::NotFound) };
    Ok(Review::Page(Box::new(page(&loaded)?)))
}

fn page(loaded: &Loaded) -> Result<ReviewPage, Broken> {
    let integration = &loaded.published.integration;
    let journey = loaded.journey()?;
    let mut pages = Vec::new();
    for (at, page) in integration.pages.iter().enumerate() {
        let mut rows = Vec::new();
        for element in &page.elements {
            match element {
                Element::Slot(slot) if slot.is_per_user() => rows.extend(loaded.user_slots.get(&slot.key).cloned().map(ReviewRow::PerUser)),
                Element::Slot(slot) => {
                    let summary = loaded.requirement(&slot.key).map(Requirement::summary).transpose()?;
                    rows.extend(summary.filter(|summary| !summary.is_hidden).map(ReviewRow::Slot));
                }
                Element::Variable(input) if is_shown(input, |key| loaded.instance.draft_variables.get(key).cloned()) => {
                    rows.push(ReviewRow::Variable { input: input.clone(), value: variable_value(&loaded.instance, input, &page.key) });
                }
                Element::Variable(_) | Element::Text(_) => {}
            }
        }
        if !rows.is_empty() {
            pages.push(ReviewSection { page: page.key.clone(), title: page.title.clone(), rows, is_skipped: journey.is_skipped(at) });
        }
    }
    let missing = journey.missing().map(|what| MissingPart { what: what.clone(), label: label_of(loaded, what) }).collect();
    let previous = journey.previous(integration.pages.len()).map(|step| loaded.place(step));
    Ok(ReviewPage {
        instance: loaded.instance.clone(),
        integration: integration.name.clone(),
        steps: journey.len(),
        pages,
        missing,
        previous,
    })
}

fn label_of(loaded: &Loaded, missing: &Missing) -> String {
    let integration = &loaded.published.integration;
    let label = match missing {
        Missing::Slot { slot, .. } => loaded.requirement(slot).map(Requirement::label),
        Missing::Variable { variable, .. } => integration.variable(variable.as_str()).map(|v| v.label.clone()),
        Missing::Page { page } => integration.page(page.as_str()).map(|p| p.title.clone()),
    };
    label.unwrap_or_default()
}

pub enum TurnOn {
    On {
        instance: Box<Instance>,
        was_on: bool,
    },
    /// Nothing was changed; the page says what is missing.
    Missing(Box<ReviewPage>),
    NotFound,
}

/// Idempotent: turning on what is on applies what changed.
pub async fn turn_on(context: &Context, scope: Scope, actor: &Actor, id: InstanceId) -> Result<TurnOn, Broken> {
    loop {
        let Some(mut loaded) = Loaded::find(context, scope, id).await? else { return Ok(TurnOn::NotFound) };
        if matches!(actor, Actor::ApiKey { .. }) {
            loaded.accept_defaults();
        }
        let Some(proof) = loaded.journey()?.complete() else { return Ok(TurnOn::Missing(Box::new(page(&loaded)?))) };
        let was_on = loaded.instance.status == InstanceStatus::Active;
        let revision = loaded.instance.revision;
        let mut instance = loaded.instance.turn_on(&proof, context.now());
        let mut work = context.store().begin().await?;
        if let Some(saved) = work.instances().save(scope, &instance, revision).await? {
            instance.revision = saved;
            context.record(&mut work, &context.instance_event(actor, AuditAction::InstanceDeployed, &instance)).await?;
            work.commit().await?;
            return Ok(TurnOn::On { instance: Box::new(instance), was_on });
        }
    }
}
