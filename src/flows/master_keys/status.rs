//! What each master key is still needed for, and what to do next. Reads only; opens nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::{
    flows::Broken,
    store::{Replica, SealedTable, Spool, Store},
    vault::Vault,
};

/// By the id of a master key: the tables with rows that need it, and how many.
pub type Uses = BTreeMap<String, BTreeMap<&'static str, u64>>;

pub async fn uses(store: &Store) -> Result<Uses, Broken> {
    let mut uses = Uses::new();
    for table in SealedTable::ALL {
        for (id, rows) in store.read().sealed().usage(table).await? {
            uses.entry(id).or_default().insert(table.name(), rows);
        }
    }
    Ok(uses)
}

/// All there is to know of the master keys.
#[derive(Debug, Serialize)]
pub struct Standing {
    /// Everybody seals with it.
    pub current: String,
    /// What the settings at hand put first.
    pub first: String,
    pub keys: Vec<KeyUse>,
    #[serde(skip)]
    pub replicas: Vec<Replica>,
    pub next: Next,
}

/// One master key.
#[derive(Debug, Serialize)]
pub struct KeyUse {
    pub id: String,
    pub is_current: bool,
    /// It is among the settings at hand.
    pub is_given: bool,
    pub rows: u64,
    pub tables: BTreeMap<&'static str, u64>,
    /// Tokens that wait for the database: in the spool of this machine, or in a process that serves.
    pub waits: bool,
}

impl KeyUse {
    /// Without it something could not be opened, or nothing sealed.
    pub const fn is_needed(&self) -> bool {
        self.is_current || self.rows > 0 || self.waits
    }
}

/// What brings the keys further.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Next {
    /// Rows need them, and they were not given.
    GiveBack {
        keys: Vec<String>,
    },
    /// These processes do not know the first key yet.
    Restart {
        key: String,
        replicas: Vec<String>,
    },
    /// Another key than the current one is first, or wraps rows.
    Rotate {
        rows: u64,
    },
    /// A process keeps tokens that wait for the database.
    WaitForDatabase {
        keys: Vec<String>,
    },
    /// Nothing needs them any more.
    Remove {
        keys: Vec<String>,
    },
    Nothing,
}

/// `None`: nothing was ever sealed. `spool`: of this machine.
pub async fn standing(store: &Store, vault: &Vault, spool: &Spool) -> Result<Option<Standing>, Broken> {
    let check = store.read().organization().load().await?.and_then(|row| row.key_check);
    let Some(current) = check.as_deref().and_then(crate::vault::key_id) else { return Ok(None) };
    let (ring, current) = (vault.ring(), current.as_str());
    let (mut uses, replicas) = (uses(store).await?, store.read().replicas().alive(super::SILENT_SECONDS).await?);
    let spooled = spool.list().await.map_err(|error| Broken::Inconsistent(format!("the spool: {error}")))?;
    let mut waiting: BTreeSet<String> = spooled.iter().map(|(_, sealed)| sealed.key_id().to_owned()).collect();
    waiting.extend(replicas.iter().flat_map(|replica| replica.waiting_key_ids.iter().cloned()));
    let mut ids: Vec<String> = ring.ids().map(ToOwned::to_owned).collect();
    let others: BTreeSet<_> = uses.keys().chain(&waiting).map(String::as_str).chain([current]).collect();
    ids.extend(others.into_iter().filter(|id| !ring.ids().any(|given| given == *id)).map(ToOwned::to_owned).collect::<Vec<_>>());
    let key = |id: String| {
        let tables = uses.remove(&id).unwrap_or_default();
        KeyUse {
            is_current: id == current,
            is_given: ring.ids().any(|given| given == id),
            rows: tables.values().sum(),
            waits: waiting.contains(&id),
            tables,
            id,
        }
    };
    let keys: Vec<_> = ids.into_iter().map(key).collect();
    let next = next(&keys, ring.first_id(), current, &replicas);
    Ok(Some(Standing { current: current.to_owned(), first: ring.first_id().to_owned(), keys, replicas, next }))
}

fn next(keys: &[KeyUse], first: &str, current: &str, replicas: &[Replica]) -> Next {
    let ids = |which: &dyn Fn(&&KeyUse) -> bool| keys.iter().filter(which).map(|key| key.id.clone()).collect::<Vec<_>>();
    let missing = ids(&|key| key.is_needed() && !key.is_given);
    if !missing.is_empty() {
        return Next::GiveBack { keys: missing };
    }
    let ignorant = replicas.iter().filter(|replica| !replica.opens_with.iter().any(|id| id == first));
    let names: Vec<_> = ignorant.map(|replica| replica.name.clone()).collect();
    if !names.is_empty() {
        return Next::Restart { key: first.to_owned(), replicas: names };
    }
    let rows = keys.iter().filter(|key| key.id != first).map(|key| key.rows).sum();
    if first != current || rows > 0 {
        return Next::Rotate { rows };
    }
    let waiting = ids(&|key| key.waits && !key.is_current);
    if !waiting.is_empty() {
        return Next::WaitForDatabase { keys: waiting };
    }
    let removable = ids(&|key| !key.is_needed());
    if removable.is_empty() { Next::Nothing } else { Next::Remove { keys: removable } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Timestamp;

    fn key(id: &str, is_given: bool, is_current: bool, rows: u64) -> KeyUse {
        KeyUse { id: id.into(), is_current, is_given, rows, tables: BTreeMap::new(), waits: false }
    }
    fn replica(opens_with: &[&str]) -> Replica {
        Replica {
            id: uuid::Uuid::nil(),
            name: "web-1".into(),
            opens_with: opens_with.iter().map(|id| (*id).to_owned()).collect(),
            seals_with: opens_with[0].into(),
            waiting_key_ids: Vec::new(),
            started_at: Timestamp::from_millis(0),
            silent_seconds: 1,
        }
    }

    #[test]
    fn each_standing_has_one_next_step() {
        let both = |rows| vec![key("new", true, true, 5), key("old", true, false, rows)];
        let knows = [replica(&["new", "old"])];
        assert_eq!(next(&[key("a", true, true, 5)], "a", "a", &knows[..0]), Next::Nothing);
        assert_eq!(next(&both(3), "new", "new", &knows), Next::Rotate { rows: 3 });
        assert_eq!(next(&both(0), "new", "new", &knows), Next::Remove { keys: vec!["old".into()] });
        let not_yet = [key("new", true, false, 0), key("old", true, true, 8)];
        assert_eq!(next(&not_yet, "new", "old", &knows), Next::Rotate { rows: 8 });
        let restart = Next::Restart { key: "new".into(), replicas: vec!["web-1".into()] };
        assert_eq!(next(&not_yet, "new", "old", &[replica(&["old"])]), restart);
        let gone = [key("new", true, true, 5), key("old", false, false, 2)];
        assert_eq!(next(&gone, "new", "new", &knows), Next::GiveBack { keys: vec!["old".into()] });
        let waits = [key("new", true, true, 5), KeyUse { waits: true, ..key("old", true, false, 0) }];
        assert_eq!(next(&waits, "new", "new", &knows), Next::WaitForDatabase { keys: vec!["old".into()] });
    }
}
