//! What one version of an integration wants of each of its slots.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    domain::{
        connection::{Connection, ConnectionOwner},
        connector::Connector,
        integration::{Integration, Slot},
        key::Key,
    },
    flows::{
        Broken, Context,
        registry::Published,
        requirement::{Below, Requirement},
    },
};

pub(in crate::flows) struct Version {
    pub published: Arc<Published>,
    pub slots: BTreeMap<Key, InVersion>,
}

pub(in crate::flows) struct InVersion {
    pub slot: Slot,
    pub connector: Arc<Connector>,
    pub below: Below,
}

/// What the newest version means for the instances of an older one.
pub(in crate::flows) struct Turn {
    pub before: Version,
    pub next: Arc<Version>,
    /// Those that convert; one at least.
    pub slots: Vec<Key>,
}

/// The slots of an older version that are of the other kind in a newer one, which says that they convert.
pub(in crate::flows) fn converting(before: &Integration, next: &Integration) -> Vec<Key> {
    let was_other = |slot: &&Slot| before.slot(slot.key.as_str()).is_some_and(|was| was.source.is_of_other_kind(&slot.source));
    next.slots().filter(|slot| slot.converts).filter(was_other).map(|slot| slot.key.clone()).collect()
}

impl Turn {
    /// `None`: nothing converts between the two.
    pub async fn of(context: &Context, before: Arc<Published>, next: &Arc<Version>) -> Result<Option<Self>, Broken> {
        let slots = converting(&before.integration, &next.published.integration);
        if slots.is_empty() {
            return Ok(None);
        }
        Ok(Some(Self { before: Version::applied(context, before).await?, next: Arc::clone(next), slots }))
    }
}

impl Version {
    /// Of one that is applied, with the definitions and presets of now.
    pub async fn applied(context: &Context, published: Arc<Published>) -> Result<Self, Broken> {
        let mut slots = BTreeMap::new();
        for slot in published.integration.slots() {
            let below = context.slot_layers(slot).await?;
            let key = &below.type_ref.connector;
            let connector = match published.connectors.get(key) {
                Some(version) => context.connector(key, *version).await?,
                None => context.current_connector(key).await?,
            };
            let connector = connector.ok_or_else(|| Broken::Inconsistent(format!("connector {key} is gone")))?;
            slots.insert(slot.key.clone(), InVersion { slot: slot.clone(), connector, below });
        }
        Ok(Self { published, slots })
    }
}

impl InVersion {
    /// A connection as it is in this slot, whosever it is here.
    pub fn with(&self, context: &Context, connection: Connection) -> Result<Requirement, Broken> {
        context.assemble(self.slot.clone(), Arc::clone(&self.connector), connection, self.below.clone())
    }

    pub fn with_owner(&self, context: &Context, connection: &Connection, owner: ConnectionOwner) -> Result<Requirement, Broken> {
        self.with(context, Connection { owner, ..connection.clone() })
    }
}
