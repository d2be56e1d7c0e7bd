//! One page of the wizard as a person sees it.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    Place, Snapshot, choose,
    submission::{Pick, SlotProblem},
};
use crate::{
    domain::{
        access::Scope,
        ids::InstanceId,
        input::Raw,
        instance::Instance,
        integration::{Element, Page},
        journey::{Journey, Step},
        key::Key,
        time::Timestamp,
        validation::{Field, FieldErrors},
    },
    flows::{
        Asked, Broken, Context, Picker, SlotSummary,
        answers::{answers, variable_value},
        registry::Published,
        requirement::Requirement,
    },
};

#[derive(Debug)]
pub struct WizardPage {
    pub instance: Instance,
    pub integration: String,
    pub page: Key,
    pub title: String,
    /// Untrusted Markdown.
    pub description: Option<String>,
    /// Counted from 1.
    pub step: usize,
    pub steps: usize,
    pub previous: Option<Place>,
    pub next_is_review: bool,
    pub elements: Vec<PageElement>,
    pub saved_at: Option<Timestamp>,
    pub snapshot: Snapshot,
    pub errors: FieldErrors,
    pub problems: BTreeMap<Key, SlotProblem>,
    /// What was typed and not accepted, to be shown again. Never a secret.
    pub typed: BTreeMap<Field, Raw>,
    /// What was chosen and not accepted, to be shown again.
    pub picks: BTreeMap<Key, Pick>,
}

#[derive(Debug)]
pub enum PageElement {
    Slot(SlotSummary),
    Variable(Box<Asked>),
    /// Each user's own, connected by each of them once it is turned on: its name.
    PerUser(String),
    Text(String),
}

pub enum Show {
    Page(Box<WizardPage>),
    /// Something before it is missing.
    First(Place),
    NotFound,
}

/// Everything about an instance that the wizard's flows need.
pub(super) struct Loaded {
    pub instance: Instance,
    pub published: Arc<Published>,
    /// Each slot with the connection that it uses.
    pub requirements: Vec<Requirement>,
    /// What people call the slots that are each user's own.
    pub user_slots: BTreeMap<Key, String>,
    /// Of slots for which the customer has saved connections.
    pub choosers: BTreeMap<Key, Chooser>,
}

/// A slot that is answered by choosing: what there is, and the slot's own for what is typed of a new one.
pub(super) struct Chooser {
    pub new: Requirement,
    pub picker: Picker,
}

impl Loaded {
    pub async fn find(context: &Context, scope: Scope, id: InstanceId) -> Result<Option<Self>, Broken> {
        let Some(instance) = context.store().read().instances().find(scope, id).await? else { return Ok(None) };
        let published = context.published_for(&instance).await?;
        let requirements = context.requirements(&instance, &published).await?;
        let choosers = choose::choosers(context, &instance, &published, &requirements).await?;
        let mut user_slots = BTreeMap::new();
        for slot in published.integration.user_slots() {
            user_slots.insert(slot.key.clone(), context.slot_label(&published, slot).await?);
        }
        Ok(Some(Self { instance, published, requirements, user_slots, choosers }))
    }

    pub fn journey(&self) -> Result<Journey<'_>, Broken> {
        Ok(Journey::of(&self.published.integration, &answers(&self.instance, &self.published.integration, &self.requirements)?))
    }

    pub fn requirement(&self, slot: &Key) -> Option<&Requirement> {
        self.requirements.iter().find(|r| r.slot.key == *slot)
    }

    /// Whose fields a form asks for: of a slot that is answered by choosing, those of a new connection.
    pub fn asking(&self) -> Vec<&Requirement> {
        self.requirements.iter().map(|used| self.choosers.get(&used.slot.key).map_or(used, |chooser| &chooser.new)).collect()
    }

    /// A program sees no pages: what it left unset has its default, and nothing waits to be looked at.
    pub fn accept_defaults(&mut self) {
        for page in &self.published.integration.pages {
            self.instance.visited_pages.insert(page.key.clone());
            for variable in page.variables() {
                if let Some(default) = &variable.default {
                    self.instance.draft_variables.entry(variable.key.clone()).or_insert_with(|| default.clone());
                }
            }
        }
    }

    pub fn place(&self, step: Step<'_>) -> Place {
        match step {
            Step::Page(page) => Place::Page(self.instance.id, page.key.clone()),
            Step::Review => Place::Review(self.instance.id),
        }
    }

    /// `None`: the integration has no such page.
    pub fn page(&self, key: &str) -> Result<Option<WizardPage>, Broken> {
        let journey = self.journey()?;
        let Some((at, Step::Page(page))) = journey.step(key) else { return Ok(None) };
        let elements = page.elements.iter().filter_map(|element| self.element(page, element).transpose()).collect::<Result<Vec<_>, _>>()?;
        Ok(Some(WizardPage {
            instance: self.instance.clone(),
            integration: self.published.integration.name.clone(),
            page: page.key.clone(),
            title: page.title.clone(),
            description: page
                .description
                .clone()
                .or_else(|| self.published.integration.description.clone().filter(|_| journey.number(at) == 1)),
            step: journey.number(at),
            steps: journey.len(),
            previous: journey.previous(at).map(|step| self.place(step)),
            next_is_review: journey.next(at) == Step::Review,
            snapshot: Snapshot::of(&elements),
            elements,
            saved_at: self.instance.visited_pages.contains(&page.key).then_some(self.instance.updated_at),
            errors: FieldErrors::default(),
            problems: BTreeMap::new(),
            typed: BTreeMap::new(),
            picks: BTreeMap::new(),
        }))
    }

    /// `None`: managed, and nothing is said of it.
    fn element(&self, page: &Page, element: &Element) -> Result<Option<PageElement>, Broken> {
        Ok(Some(match element {
            Element::Text(markdown) => PageElement::Text(markdown.clone()),
            Element::Variable(variable) => {
                let value = variable_value(&self.instance, variable, &page.key);
                PageElement::Variable(Box::new(Asked { input: (**variable).clone(), value, has_secret: false, secret_revision: None }))
            }
            Element::Slot(slot) if slot.is_per_user() => PageElement::PerUser(self.user_slots.get(&slot.key).cloned().unwrap_or_default()),
            Element::Slot(slot) => {
                let requirement =
                    self.requirement(&slot.key).ok_or_else(|| Broken::Inconsistent(format!("slot {} was not loaded", slot.key)))?;
                let mut summary = requirement.summary()?;
                if summary.is_hidden {
                    return Ok(None);
                }
                if let Some(chooser) = self.choosers.get(&slot.key) {
                    summary.asked = chooser.new.asked()?;
                    summary.picker = Some(chooser.picker.clone());
                }
                PageElement::Slot(summary)
            }
        }))
    }
}

pub async fn show(context: &Context, scope: Scope, id: InstanceId, page: &str) -> Result<Show, Broken> {
    let Some(loaded) = Loaded::find(context, scope, id).await? else { return Ok(Show::NotFound) };
    let journey = loaded.journey()?;
    match journey.step(page) {
        None => Ok(Show::NotFound),
        Some((at, _)) if journey.is_reachable(at) && journey.is_skipped(at) => Ok(Show::First(loaded.place(journey.next(at)))),
        Some((at, _)) if !journey.is_reachable(at) => Ok(Show::First(loaded.place(journey.first_open()))),
        Some(_) => {
            let Some(page) = loaded.page(page)? else { return Ok(Show::NotFound) };
            if matches!(scope, Scope::Customer(_)) && !loaded.instance.reached_pages.contains(&page.page) {
                note_reached(context, scope, &loaded.instance, &page.page).await;
            }
            Ok(Show::Page(Box::new(page)))
        }
    }
}

/// Once a page and instance: how far people come. That it could not be noted is no reason to show nothing.
async fn note_reached(context: &Context, scope: Scope, instance: &Instance, page: &Key) {
    let mut reached = instance.reached_pages.clone();
    reached.insert(page.clone());
    let noted = async {
        let mut work = context.store().begin().await?;
        work.instances().note_reached(scope, instance.id, &reached, &instance.reached_pages).await?;
        work.commit().await
    };
    if let Err(error) = noted.await {
        tracing::warn!(%error, instance = %instance.id, "a page that was reached could not be noted");
    }
}

/// A page as the customer will see it, whether or not they have got that far. Nothing is written.
pub async fn preview(context: &Context, id: InstanceId, page: &str) -> Result<Option<WizardPage>, Broken> {
    match Loaded::find(context, Scope::Organization, id).await? {
        Some(loaded) => loaded.page(page),
        None => Ok(None),
    }
}

/// Where opening the wizard leads: the first thing to do, or the review of what is live.
pub async fn start(context: &Context, scope: Scope, id: InstanceId) -> Result<Option<Place>, Broken> {
    let Some(loaded) = Loaded::find(context, scope, id).await? else { return Ok(None) };
    let step = loaded.journey()?.first_open();
    Ok(Some(loaded.place(step)))
}
