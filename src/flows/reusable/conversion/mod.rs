//! Slots that become reusable, or integration-specific again, because a new version says `converts`; and their connections with them.
//!
//! A `Turn` is what that means for the instances of one older version. `judge` says of each instance whether it can move, and reads
//! alone; `carry` moves it, whole or not at all, a batch in a transaction. What cannot move keeps its version and goes on working,
//! and each later run finds what is left: so one that was cut short goes on where it was.

mod carry;
mod judge;
mod stay;
mod version;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use judge::{Judged, Seen};
pub use stay::{Place, Stay, Why};
pub(in crate::flows) use version::{InVersion, Turn, Version, converting};

use crate::{
    domain::{
        access::{Actor, Scope},
        customer::CustomerRef,
        ids::{CustomerId, InstanceId},
        instance::Instance,
        integration::SlotSource,
        key::Key,
    },
    flows::{Broken, Context},
    store::Held,
};

/// Instances in one transaction: some milliseconds during which nobody else writes.
const BATCH: i64 = 100;
/// Of those that stay, how many are told one by one.
const NAMED: usize = 50;

/// What moves with a new version, and what does not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Conversion {
    pub slots: Vec<Converted>,
    /// That move to the new version.
    pub instances: i64,
    /// Of these: that were turned on before, and stay as they are.
    pub deployed: i64,
    pub customers: i64,
    /// That become reusable, or a slot's own again.
    pub connections: i64,
    /// That keep their version.
    pub staying: i64,
    /// The first of them.
    pub stays: Vec<Stay>,
    /// All that were looked at: that are being set up, and that are or were turned on.
    #[serde(skip)]
    pub seen: (i64, i64),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Converted {
    pub slot: Key,
    /// The reusable connection that it becomes one of; `None`: it is integration-specific again.
    pub reusable_connection: Option<Key>,
}

/// `actor`: who does it; without one it is only looked at.
pub(in crate::flows) async fn run(context: &Context, actor: Option<&Actor>, turns: &[Turn]) -> Result<Conversion, Broken> {
    let mut tally = Tally { told: Conversion { slots: slots(turns), ..Conversion::default() }, ..Tally::default() };
    for turn in turns {
        let mut cursor = None;
        loop {
            let batch = page(context, turn, cursor).await?;
            let Some((last, _)) = batch.last() else { break };
            cursor = Some(last.id);
            let mut moving = Vec::new();
            for (instance, held) in batch {
                match instance.deployed_at {
                    None => tally.told.seen.0 += 1,
                    Some(_) => tally.told.seen.1 += 1,
                }
                match judge::judge(context, turn, &instance, held, &mut tally.seen).await? {
                    Ok(judged) => moving.push(judged),
                    Err((slot, why)) => tally.stays(context, &instance, slot, why).await?,
                }
            }
            let busy = match actor {
                Some(actor) => carry(context, actor, turn, &moving).await?,
                None => BTreeSet::new(),
            };
            for judged in &moving {
                match busy.contains(&judged.moved.id) {
                    true => tally.stays(context, &judged.moved, None, Why::Busy).await?,
                    false => tally.moves(judged),
                }
            }
        }
    }
    tally.told.customers = i64::try_from(tally.customers.len()).unwrap_or(i64::MAX);
    Ok(tally.told)
}

fn slots(turns: &[Turn]) -> Vec<Converted> {
    let mut all: BTreeMap<Key, Option<Key>> = BTreeMap::new();
    for turn in turns {
        for slot in turn.slots.iter().filter_map(|key| turn.next.slots.get(key)) {
            let key = match &slot.slot.source {
                SlotSource::Reusable(key) => Some(key.clone()),
                SlotSource::Type(_) | SlotSource::PerUser(_) => None,
            };
            all.insert(slot.slot.key.clone(), key);
        }
    }
    all.into_iter().map(|(slot, reusable_connection)| Converted { slot, reusable_connection }).collect()
}

/// The next instances of a version, each with what is in its slots.
async fn page(context: &Context, turn: &Turn, cursor: Option<InstanceId>) -> Result<Vec<(Instance, Vec<Held>)>, Broken> {
    let integration = &turn.before.published.integration;
    let (key, version) = (&integration.key, integration.version);
    let instances = context.store().read().instances().list_of_version(key, version, cursor, BATCH).await?;
    let (Some(first), Some(last)) = (instances.first(), instances.last()) else { return Ok(Vec::new()) };
    let mut held: BTreeMap<InstanceId, Vec<Held>> = BTreeMap::new();
    for (id, one) in context.store().read().connections().list_in_slots_of_version(key, version, first.id, last.id).await? {
        held.entry(id).or_default().push(one);
    }
    Ok(instances.into_iter().map(|instance| (held.remove(&instance.id).unwrap_or_default(), instance)).map(|(h, i)| (i, h)).collect())
}

/// Those that somebody else changed meanwhile, and that did not move.
async fn carry(context: &Context, actor: &Actor, turn: &Turn, moving: &[Judged]) -> Result<BTreeSet<InstanceId>, Broken> {
    let mut busy = BTreeSet::new();
    if moving.is_empty() {
        return Ok(busy);
    }
    let mut work = context.store().begin().await?;
    for judged in moving {
        if !carry::one(context, &mut work, actor, turn, judged).await? {
            busy.insert(judged.moved.id);
        }
    }
    work.commit().await?;
    Ok(busy)
}

/// A draft that is opened comes along too; where its connections cannot, it keeps its version, and nobody is asked again.
pub(in crate::flows) async fn follow(context: &Context, actor: &Actor, turn: &Turn, instance: Instance) -> Result<Instance, Broken> {
    let held = context.store().read().connections().list_in_slots(Scope::Organization, instance.id).await?;
    let Ok(judged) = judge::judge(context, turn, &instance, held, &mut Seen::default()).await? else { return Ok(instance) };
    let mut work = context.store().begin().await?;
    if !carry::one(context, &mut work, actor, turn, &judged).await? {
        return Ok(instance);
    }
    work.commit().await?;
    Ok(Instance { revision: judged.revision + 1, ..judged.moved })
}

#[derive(Default)]
struct Tally {
    told: Conversion,
    customers: BTreeSet<CustomerId>,
    seen: Seen,
}

impl Tally {
    fn moves(&mut self, judged: &Judged) {
        self.told.instances += 1;
        self.told.deployed += i64::from(judged.moved.deployed_at.is_some());
        self.told.connections += i64::try_from(judged.carried()).unwrap_or(i64::MAX);
        self.customers.insert(judged.moved.customer_id);
    }

    async fn stays(&mut self, context: &Context, instance: &Instance, slot: Option<Key>, why: Why) -> Result<(), Broken> {
        self.told.staying += 1;
        if self.told.stays.len() < NAMED {
            let customer = CustomerRef::Id(instance.customer_id);
            let customer = context.store().read().customers().find(Scope::Organization, &customer).await?;
            let customer = customer.map(|customer| customer.external_id).unwrap_or_default();
            self.told.stays.push(Stay { instance: instance.id, name: instance.name.clone(), customer, slot, why });
        }
        Ok(())
    }
}
