//! What move, backup and restore ask of the master keys: before anything is written that they are the ones, afterwards that all opens.

use anyhow::{Result, bail};

use super::progress::Progress;
use crate::{
    flows::{
        secrets::{self, Extent, KeysNeeded},
        transfer::Copied,
    },
    store::Store,
    vault::Vault,
};

/// Refuses with what is needed and what was given.
pub async fn prove(store: &Store, vault: &Vault) -> Result<KeysNeeded> {
    let keys = secrets::keys_needed(store, vault).await?;
    if keys.are_given() {
        return Ok(keys);
    }
    let given = vault.ring().ids().collect::<Vec<_>>().join(", ");
    let needed = keys.needed.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    let why = match &keys.key_check {
        _ if !keys.missing.is_empty() => "a key is missing".to_owned(),
        Some(Err(error)) => format!("the key check does not open: {error}"),
        _ => String::new(),
    };
    bail!(
        "JACKFIELD_MASTER_KEYS: this was sealed with other master keys: {why}. Needed by id: {needed}. Given: {given} (fingerprint of the first {}). Nothing was written",
        vault.ring().fingerprint()
    )
}

/// Every secret there is. How many; an error says which do not open.
pub async fn open_all(store: &Store, vault: &Vault, copied: &Copied, progress: &mut Progress) -> Result<u64> {
    let all = secrets::open(store, vault, Extent::Every, &mut |tried| progress.tell_secrets(tried)).await?;
    for (id, failed) in &all.failed {
        eprintln!("{} secrets under the master key {id} do not open; the first, of row {}: {}", failed.secrets, failed.row, failed.why);
    }
    if !all.failed.is_empty() {
        bail!("{} of {} secrets do not open", all.failures(), all.tried());
    }
    if all.opened != copied.sealed {
        bail!("{} sealed secrets were copied, but {} are known to any row: this is a bug in jackfield", copied.sealed, all.opened);
    }
    Ok(all.opened)
}
