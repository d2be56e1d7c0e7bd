//! Links, opened by the hash of their token. An ended link is still found: its page says why it ended.

use sqlx::FromRow;
use uuid::Uuid;

use super::{
    StoreError, columns,
    statement::{Source, execute, fetch, statements},
};
use crate::domain::{
    access::Scope,
    ids::{ConnectionId, CustomerId, CustomerUserId, InstanceId, LinkId},
    key::Key,
    link::{Link, LinkTarget},
    time::Timestamp,
    user::LinkUser,
};

pub struct Links<'a> {
    pub(super) source: Source<'a>,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    token_hash: Vec<u8>,
    customer_id: Uuid,
    integration_key: Option<String>,
    instance_id: Option<Uuid>,
    connection_id: Option<Uuid>,
    definition: Option<String>,
    user_name: Option<String>,
    user_email: Option<String>,
    user_id: Option<Uuid>,
    created_at: i64,
    expires_at: i64,
    opened_at: Option<i64>,
    finished_at: Option<i64>,
    requested_at: Option<i64>,
    revoked_at: Option<i64>,
}

/// In the place of an integration's key, which is never empty: all that the customer has saved, or a connection that is not made yet.
const NO_KEY: &str = "";

statements! {
    INSERT = both(
        "INSERT INTO links (id, token_hash, customer_id, integration_key, instance_id, connection_id, user_name, user_email, user_id,
         created_at, expires_at, opened_at, revoked_at, definition) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
    );
    FIND = both("SELECT * FROM links WHERE id = $1 AND (customer_id = $2 OR $2 IS NULL)");
    FIND_BY_TOKEN = both("SELECT * FROM links WHERE token_hash = $1");
    MAKE = both(
        "UPDATE links SET connection_id = $2, integration_key = NULL
         WHERE id = $1 AND definition IS NOT NULL AND connection_id IS NULL AND (customer_id = $3 OR $3 IS NULL)"
    );
    UNMAKE = both(
        "UPDATE links SET connection_id = NULL, integration_key = ''
         WHERE connection_id = $1 AND definition IS NOT NULL AND (customer_id = $2 OR $2 IS NULL)"
    );
    MARK_OPENED = both("UPDATE links SET opened_at = $2 WHERE id = $1 AND opened_at IS NULL");
    MARK_FINISHED = both(
        "UPDATE links SET finished_at = $4 WHERE id = $1 AND finished_at IS NULL
         AND CASE WHEN connection_id IS NULL THEN $3 ELSE connection_id = $2 END"
    );
    REQUEST = both(
        "UPDATE links SET requested_at = $2 WHERE id = $1 AND (requested_at IS NULL OR requested_at <= $3)"
    );
    LIST_OF_CUSTOMER = both(
        "SELECT * FROM links WHERE customer_id = $1 AND (customer_id = $2 OR $2 IS NULL) ORDER BY id DESC LIMIT $3"
    );
    REVOKE = both("UPDATE links SET revoked_at = $3 WHERE id = $1 AND (customer_id = $2 OR $2 IS NULL) AND revoked_at IS NULL");
}

impl Links<'_> {
    pub async fn insert(&mut self, link: &Link) -> Result<(), StoreError> {
        let connection = link.target.connection().map(ConnectionId::as_uuid);
        let (integration, instance, definition) = match &link.target {
            LinkTarget::Integration(key) => (Some(key.as_str()), None, None),
            LinkTarget::Instance(id) => (None, Some(id.as_uuid()), None),
            LinkTarget::Connection(_) => (None, None, None),
            LinkTarget::ReusableConnection { definition, made } => (made.is_none().then_some(NO_KEY), None, Some(definition.as_str())),
            LinkTarget::Connections => (Some(NO_KEY), None, None),
        };
        execute!(
            self.source,
            INSERT,
            link.id.as_uuid(),
            link.token_hash.as_slice(),
            link.customer_id.as_uuid(),
            integration,
            instance,
            connection,
            link.user.as_ref().map(|user| user.name.as_str()),
            link.user.as_ref().map(|user| user.email.as_str()),
            link.user_id.map(CustomerUserId::as_uuid),
            link.created_at.as_millis(),
            link.expires_at.as_millis(),
            columns::millis(link.opened_at),
            columns::millis(link.revoked_at),
            definition,
        )
        .map(drop)
    }

    /// The token is the access: it needs no scope.
    pub async fn find_by_token(&mut self, token_hash: &[u8; 32]) -> Result<Option<Link>, StoreError> {
        let row = fetch!(fetch_optional as Row; self.source, FIND_BY_TOKEN, token_hash.as_slice())?;
        row.map(Link::try_from).transpose()
    }

    pub async fn find(&mut self, scope: Scope, id: LinkId) -> Result<Option<Link>, StoreError> {
        let row = fetch!(fetch_optional as Row; self.source.within(scope), FIND, id.as_uuid(), columns::customer(scope))?;
        row.map(Link::try_from).transpose()
    }

    /// Notes what a link to a reusable connection made. False: it has made one already.
    pub async fn make(&mut self, scope: Scope, id: LinkId, connection: ConnectionId) -> Result<bool, StoreError> {
        let own = columns::customer(scope);
        execute!(self.source.within(scope), MAKE, id.as_uuid(), connection.as_uuid(), own).map(|rows| rows == 1)
    }

    /// As if nobody had opened the links that made this connection, which is about to go.
    pub async fn unmake(&mut self, scope: Scope, connection: ConnectionId) -> Result<(), StoreError> {
        execute!(self.source.within(scope), UNMAKE, connection.as_uuid(), columns::customer(scope)).map(drop)
    }

    /// Keeps the first time. True: this was it.
    pub async fn mark_opened(&mut self, id: LinkId, now: Timestamp) -> Result<bool, StoreError> {
        execute!(self.source, MARK_OPENED, id.as_uuid(), now.as_millis()).map(|rows| rows == 1)
    }

    /// By a deployment, or by the connection that the link is for. Keeps the first time.
    pub async fn mark_finished(
        &mut self,
        id: LinkId,
        connection: Option<ConnectionId>,
        is_turned_on: bool,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let connection = connection.map(ConnectionId::as_uuid);
        execute!(self.source, MARK_FINISHED, id.as_uuid(), connection, is_turned_on, now.as_millis()).map(|rows| rows == 1)
    }

    /// False: somebody asked for a new one since `unless_since`.
    pub async fn request(&mut self, id: LinkId, now: Timestamp, unless_since: Timestamp) -> Result<bool, StoreError> {
        execute!(self.source, REQUEST, id.as_uuid(), now.as_millis(), unless_since.as_millis()).map(|rows| rows == 1)
    }

    /// The newest first.
    pub async fn list_of_customer(&mut self, scope: Scope, customer: CustomerId, limit: i64) -> Result<Vec<Link>, StoreError> {
        let rows =
            fetch!(fetch_all as Row; self.source.within(scope), LIST_OF_CUSTOMER, customer.as_uuid(), columns::customer(scope), limit)?;
        rows.into_iter().map(Link::try_from).collect()
    }

    /// False: it is not there, or was revoked before.
    pub async fn revoke(&mut self, scope: Scope, id: LinkId, now: Timestamp) -> Result<bool, StoreError> {
        execute!(self.source.within(scope), REVOKE, id.as_uuid(), columns::customer(scope), now.as_millis()).map(|rows| rows == 1)
    }
}

impl TryFrom<Row> for Link {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        let target = match (row.definition, row.integration_key, row.instance_id, row.connection_id.map(ConnectionId::from_uuid)) {
            (None, Some(key), None, None) if key == NO_KEY => LinkTarget::Connections,
            (None, Some(key), None, None) => {
                LinkTarget::Integration(Key::parse(key).map_err(|_| StoreError::unreadable("links.integration_key"))?)
            }
            (None, None, Some(id), None) => LinkTarget::Instance(InstanceId::from_uuid(id)),
            (None, None, None, Some(id)) => LinkTarget::Connection(id),
            (Some(key), _, None, made) => {
                let definition = Key::parse(key).map_err(|_| StoreError::unreadable("links.definition"))?;
                LinkTarget::ReusableConnection { definition, made }
            }
            _ => return Err(StoreError::unreadable("a link's target")),
        };
        Ok(Self {
            id: LinkId::from_uuid(row.id),
            token_hash: columns::hash(&row.token_hash)?,
            customer_id: CustomerId::from_uuid(row.customer_id),
            target,
            user: row.user_name.zip(row.user_email).map(|(name, email)| LinkUser { name, email }),
            user_id: row.user_id.map(CustomerUserId::from_uuid),
            created_at: Timestamp::from_millis(row.created_at),
            expires_at: Timestamp::from_millis(row.expires_at),
            opened_at: columns::time(row.opened_at),
            finished_at: columns::time(row.finished_at),
            requested_at: columns::time(row.requested_at),
            revoked_at: columns::time(row.revoked_at),
        })
    }
}
