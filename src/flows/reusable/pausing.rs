//! Everything that uses a definition is paused at once, and turned on again: what was paused for another reason stays so.

use crate::{
    domain::{
        access::{Actor, Scope},
        instance::InstanceStatus,
        key::Key,
    },
    flows::{
        Broken, Context,
        configure::{self, TurnOn},
        disconnect::PLACES,
        instances::{self, Paused},
    },
};

/// How many were paused.
pub async fn disable(context: &Context, actor: &Actor, definition: &Key) -> Result<usize, Broken> {
    let mut paused = 0;
    let mut uses = context.store().read().bindings().uses_of_definition(Scope::Organization, definition, PLACES).await?;
    uses.dedup_by_key(|of| of.instance_id);
    for of in uses.iter().filter(|of| of.status == InstanceStatus::Active) {
        if let Paused::Instance(instance) = instances::pause(context, Scope::Organization, actor, of.instance_id).await? {
            let mut work = context.store().begin().await?;
            work.instances().note_paused_for(Scope::Organization, instance.id, definition).await?;
            work.commit().await?;
            paused += 1;
        }
    }
    Ok(paused)
}

/// How many were turned on again, of how many.
pub async fn enable(context: &Context, actor: &Actor, definition: &Key) -> Result<(usize, usize), Broken> {
    let waiting = context.store().read().instances().list_paused_for(Scope::Organization, definition, PLACES).await?;
    let mut on = 0;
    for id in &waiting {
        if matches!(configure::turn_on(context, Scope::Organization, actor, *id).await?, TurnOn::On { .. }) {
            on += 1;
        }
    }
    Ok((on, waiting.len()))
}

/// How many wait to be turned on again.
pub async fn paused(context: &Context, definition: &Key) -> Result<usize, Broken> {
    Ok(context.store().read().instances().list_paused_for(Scope::Organization, definition, PLACES).await?.len())
}
