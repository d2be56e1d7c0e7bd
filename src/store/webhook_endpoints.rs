//! Where events are sent. Saves are compare-and-set on the revision; the signing secrets are sealed.

use std::collections::BTreeSet;

use sqlx::{FromRow, types::Json};
use uuid::Uuid;

use super::{
    StoreError,
    columns::{self, SealedColumn},
    statement::{Source, execute, fetch, statements},
};
use crate::domain::{
    event::EventKind,
    ids::WebhookEndpointId,
    time::Timestamp,
    webhook::{DisabledBecause, PreviousSecret, WebhookEndpoint},
};

/// They are the organization's, so they take no scope.
pub struct WebhookEndpoints<'a> {
    pub(super) source: Source<'a>,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    url: String,
    description: String,
    kinds: Json<BTreeSet<EventKind>>,
    disabled: Option<String>,
    reconnect_links: bool,
    secret: Json<SealedColumn>,
    previous_secret: Option<Json<SealedColumn>>,
    previous_until: Option<i64>,
    revision: i64,
    created_at: i64,
    updated_at: i64,
}

statements! {
    INSERT = both(
        "INSERT INTO webhook_endpoints (id, revision, url, description, kinds, disabled, reconnect_links, secret, previous_secret,
         previous_until, key_ids, updated_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
    );
    SAVE = both(
        "UPDATE webhook_endpoints SET url = $3, description = $4, kinds = $5, disabled = $6, reconnect_links = $7, secret = $8,
         previous_secret = $9, previous_until = $10, key_ids = $11, updated_at = $12, revision = revision + 1
         WHERE id = $1 AND revision = $2 RETURNING revision"
    );
    FIND = both("SELECT * FROM webhook_endpoints WHERE id = $1");
    LIST = both("SELECT * FROM webhook_endpoints WHERE (id > $1 OR $1 IS NULL) ORDER BY id LIMIT $2");
    LIST_ENABLED = both("SELECT * FROM webhook_endpoints WHERE disabled IS NULL ORDER BY id");
    DELETE = both("DELETE FROM webhook_endpoints WHERE id = $1");
    COUNT = both("SELECT COUNT(*) FROM webhook_endpoints");
}

/// Runs `$statement` with the columns that both `INSERT` and `SAVE` take, in their order, and `$more` behind them.
macro_rules! written {
    ($how:ident!($($as:tt)*), $self:ident, $statement:ident, $endpoint:ident $(, $more:expr)*) => {{
        let previous = $endpoint.previous_secret.as_ref();
        $how!(
            $($as)* $self.source,
            $statement,
            $endpoint.id.as_uuid(),
            $endpoint.revision,
            $endpoint.url.as_str(),
            $endpoint.description.as_str(),
            Json(&$endpoint.kinds),
            $endpoint.disabled.map(DisabledBecause::as_str),
            $endpoint.reconnect_links,
            Json(SealedColumn($endpoint.secret.clone())),
            previous.map(|previous| Json(SealedColumn(previous.secret.clone()))),
            previous.map(|previous| previous.until.as_millis()),
            columns::key_ids([&$endpoint.secret].into_iter().chain(previous.map(|previous| &previous.secret))),
            $endpoint.updated_at.as_millis()
            $(, $more)*
        )
    }};
}

impl WebhookEndpoints<'_> {
    pub async fn insert(&mut self, endpoint: &WebhookEndpoint) -> Result<(), StoreError> {
        written!(execute!(), self, INSERT, endpoint, endpoint.created_at.as_millis()).map(drop)
    }

    /// The new revision. `None`: someone else saved since `endpoint.revision`, or it is not there.
    pub async fn save(&mut self, endpoint: &WebhookEndpoint) -> Result<Option<i64>, StoreError> {
        let saved = written!(fetch!(fetch_optional as (i64,);), self, SAVE, endpoint)?;
        Ok(saved.map(|(revision,)| revision))
    }

    pub async fn find(&mut self, id: WebhookEndpointId) -> Result<Option<WebhookEndpoint>, StoreError> {
        let row = fetch!(fetch_optional as Row; self.source, FIND, id.as_uuid())?;
        row.map(WebhookEndpoint::try_from).transpose()
    }

    /// Oldest first. `cursor`: the last one of the page before.
    pub async fn list(&mut self, cursor: Option<WebhookEndpointId>, limit: i64) -> Result<Vec<WebhookEndpoint>, StoreError> {
        let rows = fetch!(fetch_all as Row; self.source, LIST, cursor.map(WebhookEndpointId::as_uuid), limit)?;
        rows.into_iter().map(WebhookEndpoint::try_from).collect()
    }

    pub async fn list_enabled(&mut self) -> Result<Vec<WebhookEndpoint>, StoreError> {
        let rows = fetch!(fetch_all as Row; self.source, LIST_ENABLED)?;
        rows.into_iter().map(WebhookEndpoint::try_from).collect()
    }

    pub async fn count(&mut self) -> Result<i64, StoreError> {
        fetch!(fetch_one as (i64,); self.source, COUNT).map(|(count,)| count)
    }

    /// Its deliveries go with it. False: it is not there.
    pub async fn delete(&mut self, id: WebhookEndpointId) -> Result<bool, StoreError> {
        execute!(self.source, DELETE, id.as_uuid()).map(|rows| rows == 1)
    }
}

impl TryFrom<Row> for WebhookEndpoint {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        let disabled = row.disabled.map(|word| word.parse()).transpose();
        let previous = row.previous_secret.zip(row.previous_until);
        Ok(Self {
            id: WebhookEndpointId::from_uuid(row.id),
            url: row.url,
            description: row.description,
            kinds: row.kinds.0,
            disabled: disabled.map_err(|()| StoreError::unreadable("webhook_endpoints.disabled"))?,
            reconnect_links: row.reconnect_links,
            secret: row.secret.0.0,
            previous_secret: previous.map(|(sealed, until)| PreviousSecret { secret: sealed.0.0, until: Timestamp::from_millis(until) }),
            revision: row.revision,
            created_at: Timestamp::from_millis(row.created_at),
            updated_at: Timestamp::from_millis(row.updated_at),
        })
    }
}
