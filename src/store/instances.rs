//! Instances, with what runs and what is drafted side by side in one row.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{FromRow, types::Json};
use uuid::Uuid;

use super::{
    StoreError, columns,
    statement::{Source, execute, fetch, statements},
};
use crate::domain::{
    access::Scope,
    ids::{CustomerId, InstanceId},
    instance::Instance,
    key::Key,
    time::Timestamp,
    value::Value,
};

pub struct Instances<'a> {
    pub(super) source: Source<'a>,
}

/// What is `None` does not narrow the list.
#[derive(Clone, Debug, Default)]
pub struct InstanceFilter {
    pub customer: Option<CustomerId>,
    pub integration: Option<Key>,
}

#[derive(FromRow)]
pub(super) struct Row {
    id: Uuid,
    customer_id: Uuid,
    integration_key: String,
    integration_version: i64,
    name: String,
    status: String,
    variables: Json<BTreeMap<Key, Value>>,
    draft_variables: Json<BTreeMap<Key, Value>>,
    visited_pages: Json<BTreeSet<Key>>,
    reached_pages: Json<BTreeSet<Key>>,
    revision: i64,
    created_at: i64,
    updated_at: i64,
    deployed_at: Option<i64>,
}

statements! {
    NOTE_PAUSED_FOR = both(
        "UPDATE instances SET paused_for = $2 WHERE id = $1 AND status = 'paused' AND (customer_id = $3 OR $3 IS NULL)"
    );
    LIST_PAUSED_FOR = both(
        "SELECT id FROM instances WHERE paused_for = $1 AND status = 'paused' AND (customer_id = $2 OR $2 IS NULL) ORDER BY id LIMIT $3"
    );
    FIND = both("SELECT * FROM instances WHERE id = $1 AND (customer_id = $2 OR $2 IS NULL)");
    LIST = both("SELECT * FROM instances WHERE id > $1 ORDER BY id LIMIT $2");
    LIST_OF_CUSTOMER = both(
        "SELECT * FROM instances WHERE customer_id = $1 AND (integration_key = $2 OR $2 IS NULL) AND id > $3 ORDER BY id LIMIT $4"
    );
    LIST_OF_INTEGRATION = both("SELECT * FROM instances WHERE integration_key = $1 AND id > $2 ORDER BY id LIMIT $3");
    LIST_OF_VERSION = both(
        "SELECT * FROM instances WHERE integration_key = $1 AND integration_version = $2 AND id > $3 ORDER BY id LIMIT $4"
    );
    FIND_DRAFT = both(
        "SELECT * FROM instances WHERE customer_id = $1 AND (customer_id = $2 OR $2 IS NULL)
         AND integration_key = $3 AND status = 'draft' ORDER BY id DESC LIMIT 1"
    );
    INSERT = both(
        "INSERT INTO instances (id, customer_id, integration_key, integration_version, name, status, variables, draft_variables,
         visited_pages, revision, created_at, updated_at, deployed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
    );
    NOTE_REACHED = both(
        "UPDATE instances SET reached_pages = $2 WHERE id = $1 AND reached_pages = $3 AND (customer_id = $4 OR $4 IS NULL)"
    );
    SAVE = both(
        "UPDATE instances SET integration_version = $4, name = $5, status = $6, variables = $7, draft_variables = $8,
         visited_pages = $9, updated_at = $10, deployed_at = $11, paused_for = CASE WHEN $6 = 'paused' THEN paused_for END,
         revision = revision + 1
         WHERE id = $1 AND (customer_id = $2 OR $2 IS NULL) AND revision = $3 RETURNING revision"
    );
}

impl Instances<'_> {
    pub async fn find(&mut self, scope: Scope, id: InstanceId) -> Result<Option<Instance>, StoreError> {
        let row = fetch!(fetch_optional as Row; self.source.within(scope), FIND, id.as_uuid(), columns::customer(scope))?;
        row.map(Instance::try_from).transpose()
    }

    /// Oldest first; `cursor`: the last one of the page before.
    pub async fn list(
        &mut self,
        scope: Scope,
        filter: &InstanceFilter,
        cursor: Option<InstanceId>,
        limit: i64,
    ) -> Result<Vec<Instance>, StoreError> {
        let (wanted, own) = (filter.customer.map(CustomerId::as_uuid), columns::customer(scope));
        if wanted.is_some() && own.is_some() && wanted != own {
            return Ok(Vec::new());
        }
        let (integration, after) = (filter.integration.as_ref().map(Key::as_str), columns::after(cursor.map(InstanceId::as_uuid)));
        // A statement for each index: one for all of them would use none.
        let rows = match (own.or(wanted), integration) {
            (Some(customer), _) => {
                fetch!(fetch_all as Row; self.source.within(scope), LIST_OF_CUSTOMER, customer, integration, after, limit)
            }
            (None, Some(integration)) => {
                fetch!(fetch_all as Row; self.source.within(scope), LIST_OF_INTEGRATION, integration, after, limit)
            }
            (None, None) => fetch!(fetch_all as Row; self.source.within(scope), LIST, after, limit),
        }?;
        rows.into_iter().map(Instance::try_from).collect()
    }

    /// Every customer's that keep one version; oldest first. `cursor`: the last one before.
    pub async fn list_of_version(
        &mut self,
        integration: &Key,
        version: i64,
        cursor: Option<InstanceId>,
        limit: i64,
    ) -> Result<Vec<Instance>, StoreError> {
        let after = columns::after(cursor.map(InstanceId::as_uuid));
        let rows = fetch!(fetch_all as Row; self.source, LIST_OF_VERSION, integration.as_str(), version, after, limit)?;
        rows.into_iter().map(Instance::try_from).collect()
    }

    /// The newest, where there are several.
    pub async fn find_draft(&mut self, scope: Scope, customer: CustomerId, integration: &Key) -> Result<Option<Instance>, StoreError> {
        let (customer, own) = (customer.as_uuid(), columns::customer(scope));
        let row = fetch!(fetch_optional as Row; self.source.within(scope), FIND_DRAFT, customer, own, integration.as_str())?;
        row.map(Instance::try_from).transpose()
    }

    /// With which reusable connection it is turned on again.
    pub async fn note_paused_for(&mut self, scope: Scope, id: InstanceId, definition: &Key) -> Result<bool, StoreError> {
        let own = columns::customer(scope);
        execute!(self.source.within(scope), NOTE_PAUSED_FOR, id.as_uuid(), definition.as_str(), own).map(|rows| rows == 1)
    }

    pub async fn list_paused_for(&mut self, scope: Scope, definition: &Key, limit: i64) -> Result<Vec<InstanceId>, StoreError> {
        let own = columns::customer(scope);
        let rows = fetch!(fetch_all as (Uuid,); self.source.within(scope), LIST_PAUSED_FOR, definition.as_str(), own, limit)?;
        Ok(rows.into_iter().map(|(id,)| InstanceId::from_uuid(id)).collect())
    }

    pub async fn insert(&mut self, instance: &Instance) -> Result<(), StoreError> {
        execute!(
            self.source,
            INSERT,
            instance.id.as_uuid(),
            instance.customer_id.as_uuid(),
            instance.integration_key.as_str(),
            instance.integration_version,
            instance.name.as_str(),
            instance.status.as_str(),
            Json(&instance.variables),
            Json(&instance.draft_variables),
            Json(&instance.visited_pages),
            instance.revision,
            instance.created_at.as_millis(),
            instance.updated_at.as_millis(),
            columns::millis(instance.deployed_at),
        )
        .map(drop)
    }

    /// Of two tabs that reach two pages at once, one may be noted when it is looked at again.
    pub async fn note_reached(
        &mut self,
        scope: Scope,
        id: InstanceId,
        pages: &BTreeSet<Key>,
        before: &BTreeSet<Key>,
    ) -> Result<(), StoreError> {
        let customer = columns::customer(scope);
        execute!(self.source.within(scope), NOTE_REACHED, id.as_uuid(), Json(pages), Json(before), customer).map(drop)
    }

    /// The new revision. `None`: someone else saved since `expected_revision`, or it is not there.
    pub async fn save(&mut self, scope: Scope, instance: &Instance, expected_revision: i64) -> Result<Option<i64>, StoreError> {
        let saved = fetch!(
            fetch_optional as (i64,);
            self.source.within(scope),
            SAVE,
            instance.id.as_uuid(),
            columns::customer(scope),
            expected_revision,
            instance.integration_version,
            instance.name.as_str(),
            instance.status.as_str(),
            Json(&instance.variables),
            Json(&instance.draft_variables),
            Json(&instance.visited_pages),
            instance.updated_at.as_millis(),
            columns::millis(instance.deployed_at),
        )?;
        Ok(saved.map(|(revision,)| revision))
    }
}

impl TryFrom<Row> for Instance {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: InstanceId::from_uuid(row.id),
            customer_id: CustomerId::from_uuid(row.customer_id),
            integration_key: columns::key(row.integration_key)?,
            integration_version: row.integration_version,
            name: row.name,
            status: row.status.parse().map_err(|()| StoreError::unreadable("instances.status"))?,
            variables: row.variables.0,
            draft_variables: row.draft_variables.0,
            visited_pages: row.visited_pages.0,
            reached_pages: row.reached_pages.0,
            revision: row.revision,
            created_at: Timestamp::from_millis(row.created_at),
            updated_at: Timestamp::from_millis(row.updated_at),
            deployed_at: columns::time(row.deployed_at),
        })
    }
}
