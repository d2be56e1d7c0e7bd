//! Whether what is sealed can be opened: with the keys at hand, before anyone needs it. What it says is only dropped again.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use uuid::Uuid;

use super::Broken;
use crate::{
    domain::credential::SealedSecret,
    store::{SealedRow, SealedTable, Store},
    vault::{OpenError, Vault},
};

#[derive(Debug, Default)]
pub struct Opened {
    pub opened: u64,
    /// By the id of the master key that each is sealed with.
    pub failed: BTreeMap<String, Failed>,
}

#[derive(Debug)]
pub struct Failed {
    pub secrets: u64,
    /// The first of them: the row it lies in, and why.
    pub row: Uuid,
    pub why: OpenError,
}

/// How much of it to try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    Every,
    /// The first few hundred rows of each kind.
    Sample,
}

/// The master keys that a database needs, and of those the ones that are not in the ring.
#[derive(Debug)]
pub struct KeysNeeded {
    pub needed: BTreeSet<String>,
    pub missing: BTreeSet<String>,
    /// `None`: no key was ever used. `Err`: the one that seals the key check is not there, or is another under the same id.
    pub key_check: Option<Result<(), OpenError>>,
}

pub(super) const ROWS_A_PAGE: i64 = 500;

/// `tell`: how many were tried so far.
pub async fn open(store: &Store, vault: &Vault, extent: Extent, tell: &mut dyn FnMut(u64)) -> Result<Opened, Broken> {
    let mut all = Opened::default();
    for table in SealedTable::ALL {
        let mut after = Uuid::nil();
        loop {
            let rows = store.read().sealed().page(table, after, None, ROWS_A_PAGE).await?;
            let Some(last) = rows.last() else { break };
            after = last.row;
            rows.iter().for_each(|row| try_row(vault, row, &mut all));
            tell(all.tried());
            if extent == Extent::Sample {
                break;
            }
        }
    }
    Ok(all)
}

pub(super) fn try_row(vault: &Vault, row: &SealedRow, all: &mut Opened) {
    for (field, sealed) in row.secrets() {
        match vault.open(&vault.place(row.owner, row.row, field, sealed.revision()), sealed) {
            Ok(_) => all.opened += 1,
            Err(why) => {
                let failed = all.failed.entry(sealed.key_id().to_owned()).or_insert(Failed { secrets: 0, row: row.row, why });
                failed.secrets += 1;
            }
        }
    }
}

/// Without opening more than the key check; whatever the schema's age.
pub async fn keys_needed(store: &Store, vault: &Vault) -> Result<KeysNeeded, Broken> {
    let mut needed = store.snapshot().await?.key_ids().await?;
    let envelope = store.read().organization().load_first().await?.and_then(|row| row.key_check);
    if let Some(sealed) = envelope.clone().and_then(|bytes| SealedSecret::from_envelope(bytes, 1).ok()) {
        needed.insert(sealed.key_id().to_owned());
    }
    let missing = needed.iter().filter(|id| !vault.ring().ids().any(|own| own == *id)).cloned().collect();
    Ok(KeysNeeded { needed, missing, key_check: envelope.map(|bytes| vault.verify_key_check(&bytes)) })
}

impl KeysNeeded {
    /// Everything that was sealed can be expected to open.
    pub fn are_given(&self) -> bool {
        self.missing.is_empty() && matches!(self.key_check, None | Some(Ok(())))
    }
}

impl Opened {
    pub fn failures(&self) -> u64 {
        self.failed.values().map(|failed| failed.secrets).sum()
    }
    pub(super) fn add(&mut self, more: Self) {
        self.opened += more.opened;
        for (id, failed) in more.failed {
            match self.failed.entry(id) {
                Entry::Vacant(vacant) => drop(vacant.insert(failed)),
                Entry::Occupied(mut known) => known.get_mut().secrets += failed.secrets,
            }
        }
    }
    pub fn tried(&self) -> u64 {
        self.opened + self.failures()
    }
}
