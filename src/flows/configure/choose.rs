//! Slots that are answered by choosing among the customer's saved connections, or by making a new one.

use std::collections::BTreeMap;

use super::{
    page::{Chooser, Loaded},
    submission::{Pick, SlotProblem},
};
use crate::{
    domain::{
        access::{Actor, Scope},
        connection::ConnectionOwner,
        ids::ConnectionId,
        instance::Instance,
        key::Key,
    },
    flows::{Broken, Choice, Context, Picker, registry::Published, requirement::Requirement, reusable},
    manifest::Activation,
    store::UnitOfWork,
};

/// More than a person can choose from on one page.
const MOST: i64 = 50;

/// Of each slot whose definition customers activate, and of which this one has saved any.
pub(super) async fn choosers(
    context: &Context,
    instance: &Instance,
    published: &Published,
    requirements: &[Requirement],
) -> Result<BTreeMap<Key, Chooser>, Broken> {
    let mut choosers = BTreeMap::new();
    for requirement in requirements {
        let Some(definition) = requirement.reusable.as_ref().filter(|of| of.activation == Activation::Customer) else { continue };
        let (scope, customer) = (Scope::Customer(instance.customer_id), instance.customer_id);
        let saved = context.store().read().connections().list_saved(scope, customer, Some(&definition.key), None, MOST).await?;
        let Some(new) = context.own_requirement(instance, published, &requirement.slot).await? else { continue };
        if saved.is_empty() {
            continue;
        }
        let counts = context.store().read().bindings().count_each(scope, customer).await?;
        let choice = |saved: crate::domain::connection::Connection| Choice {
            used_in: counts.get(&saved.id).copied().unwrap_or(0),
            id: saved.id,
            name: if saved.name.is_empty() { definition.name.clone() } else { saved.name },
            state: saved.state,
            account: saved.account,
        };
        let saved: Vec<Choice> = saved.into_iter().map(choice).collect();
        let chosen = match &requirement.connection.owner {
            ConnectionOwner::Customer { .. } => Some(requirement.connection.id),
            // The one that works is offered; whoever has begun to type a new one goes on with that.
            _ if new.draft.inputs.is_empty() => saved.iter().find(|choice| choice.state.is_connected()).map(|choice| choice.id),
            _ => None,
        };
        choosers.insert(requirement.slot.key.clone(), Chooser { new, picker: Picker { saved, chosen } });
    }
    Ok(choosers)
}

impl Chooser {
    /// What a form means that was drawn before there was anything to choose from, or sends nothing: what the slot uses.
    pub fn unsaid(&self, used: &Requirement) -> Pick {
        match used.connection.owner {
            ConnectionOwner::Customer { .. } => Pick::Saved(used.connection.id),
            _ => Pick::New,
        }
    }

    pub fn offers(&self, id: ConnectionId) -> Option<&Choice> {
        self.picker.saved.iter().find(|choice| choice.id == id)
    }
}

/// Whether a chosen one is good to go on with.
pub(super) fn problem(chooser: &Chooser, id: ConnectionId) -> Option<SlotProblem> {
    let choice = chooser.offers(id)?;
    match choice.state.reason() {
        Some(reason) => Some(SlotProblem::Check { reason }),
        None if !choice.state.is_connected() => Some(SlotProblem::ConnectFirst),
        None => None,
    }
}

/// Binds what was chosen. False: one of them has gone since the page was read.
pub(super) async fn bind(
    context: &Context,
    work: &mut UnitOfWork,
    actor: &Actor,
    loaded: &Loaded,
    picks: &BTreeMap<Key, ConnectionId>,
) -> Result<bool, Broken> {
    let scope = Scope::Customer(loaded.instance.customer_id);
    for (slot, id) in picks {
        if loaded.requirement(slot).is_some_and(|used| used.connection.id == *id) {
            continue;
        }
        let Some(chosen) = work.connections().find(scope, *id).await? else { return Ok(false) };
        if !reusable::choose(context, work, scope, actor, &loaded.instance, slot, &chosen).await? {
            return Ok(false);
        }
    }
    Ok(true)
}
