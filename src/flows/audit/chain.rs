//! The chains of the audit: begun with the first start, walked from end to end by `jackfield audit verify`.

use crate::{
    domain::{
        credential::SecretField,
        ids::{AuditEventId, OrganizationId},
    },
    flows::{Broken, Context},
    store::{BEGINNING, CHAINS, ChainEnd, ChainedEvent, OrganizationRow, Store},
    vault::{ChainKey, Vault},
};

const EVENTS_A_PAGE: i64 = 500;
/// What is found beyond so many is only counted.
const NAMED: usize = 100;

/// Before anything is recorded: the secret, the chains, and their place for events from before there were any.
pub async fn prepare(context: &Context) -> Result<(), Broken> {
    if let Some(key) = key(context.store(), context.vault()).await? {
        let _set_before = context.audit_key().set(key);
        return Ok(());
    }
    let mut work = context.store().begin().await?;
    work.organization().lock().await?;
    let row = work.organization().load().await?.ok_or_else(gone)?;
    if row.audit_secret.is_none() {
        let secret = ChainKey::new_secret(&context.random());
        let key = ChainKey::of(&secret);
        work.audit().make_chains().await?;
        while work.audit().chain_up(EVENTS_A_PAGE, |bytes| key.hash(bytes)).await? > 0 {}
        let sealed = context.vault().seal(place(context.vault(), row.id), &secret);
        work.organization().set_audit_secret(&sealed).await?;
        work.commit().await?;
    } else {
        drop(work);
    }
    let key = key(context.store(), context.vault()).await?.ok_or_else(gone)?;
    let _set_before = context.audit_key().set(key);
    Ok(())
}

fn gone() -> Broken {
    Broken::Inconsistent("the organization's row, or the audit's secret, is gone".to_owned())
}

fn place(vault: &Vault, id: OrganizationId) -> crate::domain::credential::SecretPlace {
    vault.place(uuid::Uuid::nil(), id.as_uuid(), SecretField::AuditSecret, 1)
}

async fn key(store: &Store, vault: &Vault) -> Result<Option<ChainKey>, Broken> {
    let row = store.read().organization().load().await?;
    let Some(OrganizationRow { id, audit_secret: Some(sealed), .. }) = row else { return Ok(None) };
    Ok(Some(ChainKey::of(&vault.open(&place(vault, id), &sealed)?)))
}

/// What the audit is found to be.
#[derive(Debug, Default)]
pub struct Verified {
    pub events: u64,
    /// Those with events.
    pub chains: u64,
    /// The first of them; `faults` counts all.
    pub tampered: Vec<Tampered>,
    pub faults: u64,
}

/// Something that no save has done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tampered {
    /// The event at fault, or the one after which something is wrong; `None`: the whole chain.
    pub event: Option<AuditEventId>,
    pub chain: Option<i64>,
    pub fault: Fault,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Its hash is not that of what it says.
    Changed,
    /// So many events that stood before it are gone.
    MissingBefore(i64),
    /// It does not follow the one before it: moved, replaced, or put in between.
    OutOfOrder,
    /// So many events behind it are gone.
    MissingAtEnd(i64),
    /// It stands behind the end of its chain.
    BehindTheEnd,
    /// It is in no chain: jackfield did not write it.
    Foreign,
    /// The row that says where this chain ends is gone.
    NoEnd,
}

/// Reads every event. `None`: no chain was begun yet. `tell`: how many were read so far.
pub async fn verify(store: &Store, vault: &Vault, tell: &mut dyn FnMut(u64)) -> Result<Option<Verified>, Broken> {
    let Some(key) = key(store, vault).await? else { return Ok(None) };
    let mut verified = Verified::default();
    // The ends first: what is added while we read is behind them, and no fault.
    let ends = store.read().audit().ends().await?;
    for chain in 0..CHAINS {
        match ends.iter().find(|end| end.chain == chain) {
            Some(end) => walk(store, &key, end, &mut verified, tell).await?,
            None => verified.note(Tampered { event: None, chain: Some(chain), fault: Fault::NoEnd }),
        }
    }
    let mut after = None;
    loop {
        let foreign = store.read().audit().unchained(after, EVENTS_A_PAGE).await?;
        let Some(last) = foreign.last() else { break };
        after = Some(*last);
        verified.events += foreign.len() as u64;
        foreign.iter().for_each(|id| verified.note(Tampered { event: Some(*id), chain: None, fault: Fault::Foreign }));
    }
    Ok(Some(verified))
}

/// What the walk has seen of a chain.
struct Seen {
    event: Option<AuditEventId>,
    position: i64,
    hash: [u8; 32],
}

async fn walk(store: &Store, key: &ChainKey, end: &ChainEnd, verified: &mut Verified, tell: &mut dyn FnMut(u64)) -> Result<(), Broken> {
    let mut seen = Seen { event: None, position: 0, hash: BEGINNING };
    loop {
        let events = store.read().audit().chained(end.chain, seen.position, EVENTS_A_PAGE).await?;
        if events.is_empty() {
            break;
        }
        for event in events {
            look(key, &event, &seen, verified);
            seen = Seen { event: Some(event.id), position: event.link.position, hash: event.hash };
            verified.events += 1;
            if event.link.position == end.position && event.hash != end.hash {
                verified.note(Tampered { event: Some(event.id), chain: Some(end.chain), fault: Fault::OutOfOrder });
            }
        }
        tell(verified.events);
    }
    verified.chains += u64::from(seen.event.is_some() || end.position > 0);
    if seen.position < end.position {
        let fault = Fault::MissingAtEnd(end.position - seen.position);
        verified.note(Tampered { event: seen.event, chain: Some(end.chain), fault });
    }
    // Added meanwhile is in order; where nobody moved the end, somebody else put it there.
    let now = store.read().audit().ends().await?.into_iter().find(|now| now.chain == end.chain);
    if now.is_some_and(|now| now.position < seen.position) {
        verified.note(Tampered { event: seen.event, chain: Some(end.chain), fault: Fault::BehindTheEnd });
    }
    Ok(())
}

fn look(key: &ChainKey, event: &ChainedEvent, before: &Seen, verified: &mut Verified) {
    let missing = event.link.position - before.position - 1;
    let fault = if key.hash(&event.bytes) != event.hash {
        Some(Fault::Changed)
    } else if missing > 0 {
        Some(Fault::MissingBefore(missing))
    } else {
        (event.link.previous_hash != before.hash).then_some(Fault::OutOfOrder)
    };
    if let Some(fault) = fault {
        verified.note(Tampered { event: Some(event.id), chain: Some(event.link.chain), fault });
    }
    // A row that was changed and stands behind a gap is both.
    if fault == Some(Fault::Changed) && missing > 0 {
        verified.note(Tampered { event: Some(event.id), chain: Some(event.link.chain), fault: Fault::MissingBefore(missing) });
    }
}

impl Verified {
    fn note(&mut self, tampered: Tampered) {
        self.faults += 1;
        if self.tampered.len() < NAMED {
            self.tampered.push(tampered);
        }
    }
}
