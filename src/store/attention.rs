//! What waits for somebody, newest first: broken connections, drafts left, links opened and not followed to the end.

use sqlx::FromRow;
use uuid::Uuid;

use super::{
    StoreError, columns,
    statement::{Source, fetch, statements},
};
use crate::domain::{
    connection::ConnectionState,
    ids::{CustomerId, InstanceId},
    key::Key,
    time::Timestamp,
};

/// It is the organization's, so it takes no scope.
pub struct Attention<'a> {
    pub(super) source: Source<'a>,
}

#[derive(Debug)]
pub struct BrokenConnection {
    pub customer_id: CustomerId,
    pub customer: String,
    pub instance_id: InstanceId,
    /// The instance's name.
    pub instance: String,
    pub slot: Key,
    /// By name, where it is one user's own.
    pub user: Option<String>,
    pub connector: Key,
    pub state: ConnectionState,
    pub account: Option<String>,
    pub since: Timestamp,
}

#[derive(Debug)]
pub struct LeftDraft {
    pub customer_id: CustomerId,
    pub customer: String,
    pub instance_id: InstanceId,
    pub instance: String,
    pub touched_at: Timestamp,
}

#[derive(Debug)]
pub struct OpenedLink {
    pub customer_id: CustomerId,
    pub customer: String,
    pub user: Option<String>,
    pub opened_at: Timestamp,
}

/// How many wait; each with its first few.
#[derive(Debug, Default)]
pub struct Waiting<T> {
    pub count: i64,
    pub first: Vec<T>,
}

#[derive(FromRow)]
struct BrokenRow {
    customer_id: Uuid,
    customer: String,
    instance_id: Uuid,
    instance: String,
    slot: String,
    connector: String,
    status: String,
    reason: Option<String>,
    account: Option<String>,
    updated_at: i64,
    user_name: Option<String>,
}

// Up to now: both engines walk the index from its end. No EXISTS: Postgres would read all instances once rather than look up each.
macro_rules! opened {
    () => {
        "FROM links l JOIN customers c ON c.id = l.customer_id
         WHERE l.opened_at IS NOT NULL AND l.revoked_at IS NULL AND l.finished_at IS NULL AND l.opened_at <= $1
         AND ((SELECT i.status FROM instances i WHERE i.id = l.instance_id) = 'draft'
         OR (SELECT 1 FROM instances i WHERE i.customer_id = l.customer_id AND i.integration_key = l.integration_key
         AND i.status = 'draft' LIMIT 1) IS NOT NULL)"
    };
}

statements! {
    BROKEN = both(
        "SELECT b.customer_id, c.name AS customer, b.instance_id, i.name AS instance, b.slot, b.connector, b.status, b.reason, b.account,
         b.updated_at, u.name AS user_name FROM connections b JOIN customers c ON c.id = b.customer_id JOIN instances i ON i.id = b.instance_id
         LEFT JOIN customer_users u ON u.id = b.user_id
         WHERE b.status IN ('needs_reconnecting', 'not_working') AND b.owner = 'slot' AND b.updated_at <= $1
         ORDER BY b.updated_at DESC LIMIT $2"
    );
    COUNT_BROKEN = both(
        "SELECT COUNT(*) FROM connections WHERE status IN ('needs_reconnecting', 'not_working') AND updated_at <= $1 AND owner = 'slot'"
    );
    DRAFTS = both(
        "SELECT i.customer_id, c.name, i.id, i.name, i.updated_at FROM instances i JOIN customers c ON c.id = i.customer_id
         WHERE i.status = 'draft' AND i.updated_at <= $1 ORDER BY i.updated_at DESC LIMIT $2"
    );
    COUNT_DRAFTS = both("SELECT COUNT(*) FROM instances WHERE status = 'draft' AND updated_at <= $1");
    OPENED = both(concat!("SELECT l.customer_id, c.name, l.user_name, l.opened_at ", opened!(), " ORDER BY l.opened_at DESC LIMIT $2"));
    COUNT_OPENED = both(concat!("SELECT COUNT(*) ", opened!()));
}

impl Attention<'_> {
    pub async fn broken(&mut self, now: Timestamp, limit: i64) -> Result<Waiting<BrokenConnection>, StoreError> {
        let (count,) = fetch!(fetch_one as (i64,); self.source, COUNT_BROKEN, now.as_millis())?;
        let rows = fetch!(fetch_all as BrokenRow; self.source, BROKEN, now.as_millis(), limit)?;
        Ok(Waiting { count, first: rows.into_iter().map(BrokenConnection::try_from).collect::<Result<_, _>>()? })
    }

    pub async fn drafts(&mut self, now: Timestamp, limit: i64) -> Result<Waiting<LeftDraft>, StoreError> {
        let (count,) = fetch!(fetch_one as (i64,); self.source, COUNT_DRAFTS, now.as_millis())?;
        let rows = fetch!(fetch_all as (Uuid, String, Uuid, String, i64); self.source, DRAFTS, now.as_millis(), limit)?;
        let draft = |(customer_id, customer, instance_id, instance, touched_at)| LeftDraft {
            customer_id: CustomerId::from_uuid(customer_id),
            customer,
            instance_id: InstanceId::from_uuid(instance_id),
            instance,
            touched_at: Timestamp::from_millis(touched_at),
        };
        Ok(Waiting { count, first: rows.into_iter().map(draft).collect() })
    }

    /// Those whose integration is not turned on yet.
    pub async fn opened_links(&mut self, now: Timestamp, limit: i64) -> Result<Waiting<OpenedLink>, StoreError> {
        let (count,) = fetch!(fetch_one as (i64,); self.source, COUNT_OPENED, now.as_millis())?;
        let rows = fetch!(fetch_all as (Uuid, String, Option<String>, i64); self.source, OPENED, now.as_millis(), limit)?;
        let link = |(customer_id, customer, user, opened_at)| OpenedLink {
            customer_id: CustomerId::from_uuid(customer_id),
            customer,
            user,
            opened_at: Timestamp::from_millis(opened_at),
        };
        Ok(Waiting { count, first: rows.into_iter().map(link).collect() })
    }
}

impl TryFrom<BrokenRow> for BrokenConnection {
    type Error = StoreError;
    fn try_from(row: BrokenRow) -> Result<Self, StoreError> {
        let state = ConnectionState::from_parts(&row.status, columns::reason(row.reason)?);
        Ok(Self {
            customer_id: CustomerId::from_uuid(row.customer_id),
            customer: row.customer,
            instance_id: InstanceId::from_uuid(row.instance_id),
            instance: row.instance,
            slot: columns::key(row.slot)?,
            user: row.user_name,
            connector: columns::key(row.connector)?,
            state: state.ok_or_else(|| StoreError::unreadable("connections.status"))?,
            account: row.account,
            since: Timestamp::from_millis(row.updated_at),
        })
    }
}
