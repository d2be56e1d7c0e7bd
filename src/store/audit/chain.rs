//! The chains that the audit's events form: where each ends, and what an event's hash is made over.
//!
//! A save takes the end of a chain that nobody else holds, and keeps it until it commits. SQLite has one writer and one chain;
//! on Postgres there are more chains than writers, so that nobody waits.

use sqlx::{FromRow, types::Json};
use uuid::Uuid;

use super::{ActorColumn, Audit};
use crate::{
    domain::{
        audit::AuditEvent,
        ids::{AuditEventId, ConnectionId, CustomerId, InstanceId},
    },
    store::{
        StoreError, columns,
        statement::{execute, fetch, statements},
        transfer::canonical,
    },
};

/// How many there are.
pub const CHAINS: i64 = 64;

/// What the first event of a chain follows.
pub const BEGINNING: [u8; 32] = [0; 32];

/// An event's place: behind the one whose hash this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    pub chain: i64,
    /// From 1, without a gap.
    pub position: i64,
    pub previous_hash: [u8; 32],
}

/// Where a chain ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainEnd {
    pub chain: i64,
    /// 0: it has not begun.
    pub position: i64,
    pub hash: [u8; 32],
}

/// An event as it lies there, and what its hash must be the hash of.
#[derive(Clone, Debug)]
pub struct ChainedEvent {
    pub id: AuditEventId,
    pub link: Link,
    pub hash: [u8; 32],
    pub bytes: Vec<u8>,
}

type EndRow = (i64, i64, Vec<u8>);

#[derive(FromRow)]
struct Row {
    id: Uuid,
    occurred_at: i64,
    actor: Json<serde_json::Value>,
    actor_kind: Option<String>,
    actor_id: Option<String>,
    action: String,
    customer_id: Option<Uuid>,
    instance_id: Option<Uuid>,
    connection_id: Option<Uuid>,
    detail: Json<serde_json::Value>,
    chain: Option<i64>,
    position: Option<i64>,
    previous_hash: Option<Vec<u8>>,
    hash: Option<Vec<u8>>,
}

macro_rules! insert {
    () => {
        "INSERT INTO audit_events (id, occurred_at, actor, action, customer_id, instance_id, connection_id, detail, chain, position,
         previous_hash, hash, actor_kind, actor_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
    };
}

statements! {
    FREE_END = split {
        sqlite: "SELECT chain, position, hash FROM audit_chains WHERE chain = 0",
        postgres: "SELECT chain, position, hash FROM audit_chains ORDER BY chain < pg_backend_pid() % 64, chain LIMIT 1
            FOR UPDATE SKIP LOCKED",
    };
    ANY_END = split {
        sqlite: "SELECT chain, position, hash FROM audit_chains WHERE chain = 0",
        postgres: "SELECT chain, position, hash FROM audit_chains WHERE chain = pg_backend_pid() % 64 FOR UPDATE",
    };
    // One way to the database and back for both.
    INSERT = split {
        sqlite: concat!(insert!(), "; UPDATE audit_chains SET position = $10, hash = $12 WHERE chain = $9"),
        postgres: concat!("WITH moved AS (UPDATE audit_chains SET position = $10, hash = $12 WHERE chain = $9) ", insert!()),
    };
    MOVE_END = both("UPDATE audit_chains SET position = $2, hash = $3 WHERE chain = $1");
    MAKE = both("INSERT INTO audit_chains (chain, position, hash) VALUES ($1, 0, $2) ON CONFLICT DO NOTHING");
    ENDS = both("SELECT chain, position, hash FROM audit_chains ORDER BY chain");
    PAGE = both("SELECT * FROM audit_events WHERE chain = $1 AND position > $2 ORDER BY position LIMIT $3");
    UNCHAINED = both("SELECT * FROM audit_events WHERE chain IS NULL AND id > $1 ORDER BY id LIMIT $2");
    CHAIN_UP = both("UPDATE audit_events SET chain = $2, position = $3, previous_hash = $4, hash = $5, actor_kind = $6, actor_id = $7
         WHERE id = $1 AND chain IS NULL");
}

impl Audit<'_> {
    /// The place behind the end of a chain, which is ours until the transaction ends.
    pub async fn next_link(&mut self) -> Result<Link, StoreError> {
        let end = match fetch!(fetch_optional as EndRow; self.source, FREE_END)? {
            Some(end) => Some(end),
            None => fetch!(fetch_optional as EndRow; self.source, ANY_END)?,
        };
        let end = ChainEnd::try_from(end.ok_or_else(|| StoreError::unreadable("audit_chains: there is none"))?)?;
        Ok(Link { chain: end.chain, position: end.position + 1, previous_hash: end.hash })
    }

    /// `hash`: of `link.bytes(event)`.
    pub async fn append(&mut self, event: &AuditEvent, link: &Link, hash: &[u8; 32]) -> Result<(), StoreError> {
        let actor = serde_json::to_value(ActorColumn::from(&event.actor)).unwrap_or_default();
        execute!(
            self.source,
            INSERT,
            event.id.as_uuid(),
            event.at.as_millis(),
            Json(&actor),
            event.action.name(),
            event.customer_id.map(CustomerId::as_uuid),
            event.instance_id.map(InstanceId::as_uuid),
            event.connection_id.map(ConnectionId::as_uuid),
            Json(&event.detail),
            link.chain,
            link.position,
            link.previous_hash.as_slice(),
            hash.as_slice(),
            of_actor(&actor, "kind"),
            of_actor(&actor, "id"),
        )
        .map(drop)
    }

    async fn move_end(&mut self, link: &Link, hash: &[u8; 32]) -> Result<(), StoreError> {
        execute!(self.source, MOVE_END, link.chain, link.position, hash.as_slice()).map(drop)
    }

    /// Makes the chains that are not there.
    pub async fn make_chains(&mut self) -> Result<(), StoreError> {
        for chain in 0..CHAINS {
            execute!(self.source, MAKE, chain, BEGINNING.as_slice())?;
        }
        Ok(())
    }

    pub async fn ends(&mut self) -> Result<Vec<ChainEnd>, StoreError> {
        let rows = fetch!(fetch_all as EndRow; self.source, ENDS)?;
        rows.into_iter().map(ChainEnd::try_from).collect()
    }

    /// The events of a chain behind a position, in its order.
    pub async fn chained(&mut self, chain: i64, after: i64, limit: i64) -> Result<Vec<ChainedEvent>, StoreError> {
        let rows = fetch!(fetch_all as Row; self.source, PAGE, chain, after, limit)?;
        rows.into_iter().map(ChainedEvent::try_from).collect()
    }

    /// Events that are in no chain, by id: from before there were any, or put there by somebody else.
    pub async fn unchained(&mut self, after: Option<AuditEventId>, limit: i64) -> Result<Vec<AuditEventId>, StoreError> {
        let after = after.map_or(Uuid::nil(), AuditEventId::as_uuid);
        let rows = fetch!(fetch_all as Row; self.source, UNCHAINED, after, limit)?;
        Ok(rows.into_iter().map(|row| AuditEventId::from_uuid(row.id)).collect())
    }

    /// Gives events from before the chains their place, a page at a time, in the order of their ids. How many; 0: none is left.
    pub async fn chain_up(&mut self, limit: i64, hash: impl Fn(&[u8]) -> [u8; 32]) -> Result<u64, StoreError> {
        let rows = fetch!(fetch_all as Row; self.source, UNCHAINED, Uuid::nil(), limit)?;
        let mut chained = 0;
        for mut row in rows {
            (row.actor_kind, row.actor_id) = (of_actor(&row.actor, "kind"), of_actor(&row.actor, "id"));
            let link = self.next_link().await?;
            let hash = hash(&row.bytes(&link));
            let (previous, kind, id) = (link.previous_hash.as_slice(), row.actor_kind.as_deref(), row.actor_id.as_deref());
            execute!(self.source, CHAIN_UP, row.id, link.chain, link.position, previous, hash.as_slice(), kind, id)?;
            self.move_end(&link, &hash).await?;
            chained += 1;
        }
        Ok(chained)
    }
}

/// What the column beside it repeats, so that it can be looked for.
fn of_actor(actor: &serde_json::Value, member: &str) -> Option<String> {
    actor.get(member).and_then(|value| value.as_str()).map(ToOwned::to_owned)
}

impl Link {
    /// What the hash of an event in this place is made over.
    pub fn bytes(&self, event: &AuditEvent) -> Vec<u8> {
        let actor = serde_json::to_value(ActorColumn::from(&event.actor)).unwrap_or_default();
        let row = Row {
            id: event.id.as_uuid(),
            occurred_at: event.at.as_millis(),
            actor_kind: of_actor(&actor, "kind"),
            actor_id: of_actor(&actor, "id"),
            actor: Json(actor),
            action: event.action.name().to_owned(),
            customer_id: event.customer_id.map(CustomerId::as_uuid),
            instance_id: event.instance_id.map(InstanceId::as_uuid),
            connection_id: event.connection_id.map(ConnectionId::as_uuid),
            detail: Json(event.detail.clone()),
            chain: None,
            position: None,
            previous_hash: None,
            hash: None,
        };
        row.bytes(self)
    }
}

impl Row {
    /// Every part behind its kind and length, JSON in one way only: the same on both engines, and for no two rows.
    fn bytes(&self, link: &Link) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(512);
        for number in [link.chain, link.position, self.occurred_at] {
            canonical::part(&mut bytes, b'i', &number.to_be_bytes());
        }
        canonical::part(&mut bytes, b'h', &link.previous_hash);
        canonical::part(&mut bytes, b'u', self.id.as_bytes());
        canonical::part(&mut bytes, b't', self.action.as_bytes());
        for id in [self.customer_id, self.instance_id, self.connection_id] {
            canonical::part(&mut bytes, b'u', id.as_ref().map_or(&[], |id| id.as_bytes().as_slice()));
        }
        for text in [&self.actor_kind, &self.actor_id] {
            canonical::part(&mut bytes, b't', text.as_deref().unwrap_or_default().as_bytes());
        }
        canonical::write(&mut bytes, &self.actor.0);
        canonical::write(&mut bytes, &self.detail.0);
        bytes
    }
}

impl TryFrom<EndRow> for ChainEnd {
    type Error = StoreError;
    fn try_from((chain, position, hash): EndRow) -> Result<Self, StoreError> {
        Ok(Self { chain, position, hash: columns::hash(&hash)? })
    }
}

impl TryFrom<Row> for ChainedEvent {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        let unreadable = || StoreError::unreadable("audit_events.chain");
        let link = Link {
            chain: row.chain.ok_or_else(unreadable)?,
            position: row.position.ok_or_else(unreadable)?,
            // What is no hash matches none.
            previous_hash: columns::hash(row.previous_hash.as_deref().unwrap_or_default()).unwrap_or([0xff; 32]),
        };
        let hash = columns::hash(row.hash.as_deref().unwrap_or_default()).unwrap_or([0xff; 32]);
        Ok(Self { id: AuditEventId::from_uuid(row.id), bytes: row.bytes(&link), link, hash })
    }
}
