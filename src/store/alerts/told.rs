//! Whom alerts are told to: what is muted, who wants mails and when.

use sqlx::FromRow;
use uuid::Uuid;

use super::{Alerts, kind};
use crate::{
    domain::{
        alert::{Mute, Telling},
        ids::{AlertMuteId, ConnectionId, UserId},
        time::Timestamp,
    },
    store::{
        StoreError,
        statement::{execute, fetch, statements},
    },
};

#[derive(FromRow)]
struct MuteRow {
    id: Uuid,
    kind: Option<String>,
    connection_id: Option<Uuid>,
    until_at: i64,
    created_by: Uuid,
    created_at: i64,
}

#[derive(FromRow)]
struct SubscriberRow {
    user_id: Uuid,
    email: String,
    how: String,
    hour: i64,
    digest_at: Option<i64>,
}

/// An org user who wants to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscriber {
    pub user_id: UserId,
    pub email: String,
    pub telling: Telling,
    /// When the next daily mail is due.
    pub digest_at: Option<Timestamp>,
}

statements! {
    INSERT_MUTE = both(
        "INSERT INTO alert_mutes (id, kind, connection_id, until_at, created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6)"
    );
    MUTES = both("SELECT id, kind, connection_id, until_at, created_by, created_at FROM alert_mutes WHERE until_at > $1 ORDER BY id");
    DELETE_MUTE = both("DELETE FROM alert_mutes WHERE id = $1");
    PURGE_MUTES = both("DELETE FROM alert_mutes WHERE until_at <= $1");
    SUBSCRIBERS = both(
        "SELECT s.user_id, u.email, s.how, s.hour, s.digest_at FROM alert_subscriptions s JOIN org_users u ON u.id = s.user_id
         WHERE u.disabled_at IS NULL AND (s.user_id = $1 OR $1 IS NULL) ORDER BY s.user_id"
    );
    SUBSCRIBE = both(
        "INSERT INTO alert_subscriptions (user_id, how, hour, digest_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (user_id) DO UPDATE SET how = excluded.how, hour = excluded.hour, digest_at = excluded.digest_at"
    );
    UNSUBSCRIBE = both("DELETE FROM alert_subscriptions WHERE user_id = $1");
    CLAIM_DIGEST = both("UPDATE alert_subscriptions SET digest_at = $3 WHERE user_id = $1 AND digest_at = $2");
}

impl Alerts<'_> {
    pub async fn mute(&mut self, mute: &Mute) -> Result<(), StoreError> {
        let (kind, connection) = (mute.kind.map(|kind| kind.as_str()), mute.connection_id.map(ConnectionId::as_uuid));
        let (until, by, at) = (mute.until.as_millis(), mute.created_by.as_uuid(), mute.created_at.as_millis());
        execute!(self.source, INSERT_MUTE, mute.id.as_uuid(), kind, connection, until, by, at).map(drop)
    }

    /// Those that hold now.
    pub async fn mutes(&mut self, now: Timestamp) -> Result<Vec<Mute>, StoreError> {
        let rows = fetch!(fetch_all as MuteRow; self.source, MUTES, now.as_millis())?;
        rows.into_iter().map(Mute::try_from).collect()
    }

    /// False: it is over already.
    pub async fn unmute(&mut self, id: AlertMuteId) -> Result<bool, StoreError> {
        execute!(self.source, DELETE_MUTE, id.as_uuid()).map(|rows| rows == 1)
    }

    pub async fn purge_mutes(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        execute!(self.source, PURGE_MUTES, now.as_millis())
    }

    pub async fn subscribers(&mut self) -> Result<Vec<Subscriber>, StoreError> {
        let rows = fetch!(fetch_all as SubscriberRow; self.source, SUBSCRIBERS, None::<Uuid>)?;
        rows.into_iter().map(Subscriber::try_from).collect()
    }

    pub async fn subscription(&mut self, user: UserId) -> Result<Option<Subscriber>, StoreError> {
        let row = fetch!(fetch_optional as SubscriberRow; self.source, SUBSCRIBERS, Some(user.as_uuid()))?;
        row.map(Subscriber::try_from).transpose()
    }

    /// `None`: no mails.
    pub async fn subscribe(&mut self, user: UserId, telling: Option<Telling>, now: Timestamp) -> Result<(), StoreError> {
        let (how, hour) = match telling {
            None => return execute!(self.source, UNSUBSCRIBE, user.as_uuid()).map(drop),
            Some(Telling::AtOnce) => ("at_once", 0),
            Some(Telling::Daily { hour }) => ("daily", i64::from(hour)),
        };
        let digest_at = telling.and_then(|telling| telling.next_digest(now)).map(Timestamp::as_millis);
        execute!(self.source, SUBSCRIBE, user.as_uuid(), how, hour, digest_at).map(drop)
    }

    /// False: somebody else writes this one's mail, or they have changed their mind.
    pub async fn claim_digest(&mut self, subscriber: &Subscriber, next: Timestamp) -> Result<bool, StoreError> {
        let due = subscriber.digest_at.map(Timestamp::as_millis);
        execute!(self.source, CLAIM_DIGEST, subscriber.user_id.as_uuid(), due, next.as_millis()).map(|rows| rows == 1)
    }
}

impl TryFrom<MuteRow> for Mute {
    type Error = StoreError;
    fn try_from(row: MuteRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: AlertMuteId::from_uuid(row.id),
            kind: row.kind.as_deref().map(kind).transpose()?,
            connection_id: row.connection_id.map(ConnectionId::from_uuid),
            until: Timestamp::from_millis(row.until_at),
            created_by: UserId::from_uuid(row.created_by),
            created_at: Timestamp::from_millis(row.created_at),
        })
    }
}

impl TryFrom<SubscriberRow> for Subscriber {
    type Error = StoreError;
    fn try_from(row: SubscriberRow) -> Result<Self, StoreError> {
        let telling = match (row.how.as_str(), u8::try_from(row.hour)) {
            ("at_once", _) => Telling::AtOnce,
            ("daily", Ok(hour)) => Telling::Daily { hour },
            _ => return Err(StoreError::unreadable("alert_subscriptions.how")),
        };
        let digest_at = row.digest_at.map(Timestamp::from_millis);
        Ok(Self { user_id: UserId::from_uuid(row.user_id), email: row.email, telling, digest_at })
    }
}
