//! Manifests that somebody was shown the plan of: theirs alone, until they apply them or the hour is over.

use sqlx::{FromRow, types::Json};
use uuid::Uuid;

use super::{
    StoreError,
    columns::{self, SealedColumn},
    statement::{Source, execute, fetch, statements},
};
use crate::domain::{
    credential::SealedSecret,
    ids::{ManifestPlanId, UserId},
    time::Timestamp,
};

/// They are the organization's, so they take no scope but the person's.
pub struct ManifestPlans<'a> {
    pub(super) source: Source<'a>,
}

#[derive(Clone, Debug)]
pub struct KeptPlan {
    pub id: ManifestPlanId,
    pub user_id: UserId,
    pub sources: SealedSecret,
    /// Of what was to happen.
    pub digest: [u8; 32],
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    user_id: Uuid,
    sources: Json<SealedColumn>,
    digest: Vec<u8>,
    created_at: i64,
    expires_at: i64,
}

statements! {
    INSERT = both(
        "INSERT INTO manifest_plans (id, user_id, sources, key_ids, digest, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)"
    );
    FIND = both("SELECT id, user_id, sources, digest, created_at, expires_at FROM manifest_plans WHERE id = $1 AND user_id = $2 AND expires_at > $3");
    DELETE = both("DELETE FROM manifest_plans WHERE id = $1 AND user_id = $2");
    PURGE = both("DELETE FROM manifest_plans WHERE expires_at <= $1");
}

impl ManifestPlans<'_> {
    pub async fn insert(&mut self, plan: &KeptPlan) -> Result<(), StoreError> {
        execute!(
            self.source,
            INSERT,
            plan.id.as_uuid(),
            plan.user_id.as_uuid(),
            Json(SealedColumn(plan.sources.clone())),
            columns::key_ids(std::iter::once(&plan.sources)),
            plan.digest.as_slice(),
            plan.created_at.as_millis(),
            plan.expires_at.as_millis(),
        )
        .map(drop)
    }

    /// `None`: it is somebody else's, was applied, has expired, or there never was one.
    pub async fn find(&mut self, id: ManifestPlanId, user: UserId, now: Timestamp) -> Result<Option<KeptPlan>, StoreError> {
        let row = fetch!(fetch_optional as Row; self.source, FIND, id.as_uuid(), user.as_uuid(), now.as_millis())?;
        row.map(KeptPlan::try_from).transpose()
    }

    /// False: it was applied or thrown away already.
    pub async fn delete(&mut self, id: ManifestPlanId, user: UserId) -> Result<bool, StoreError> {
        execute!(self.source, DELETE, id.as_uuid(), user.as_uuid()).map(|rows| rows == 1)
    }

    /// Removes those that have expired.
    pub async fn purge(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        execute!(self.source, PURGE, now.as_millis())
    }
}

impl TryFrom<Row> for KeptPlan {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: ManifestPlanId::from_uuid(row.id),
            user_id: UserId::from_uuid(row.user_id),
            sources: row.sources.0.0,
            digest: columns::hash(&row.digest)?,
            created_at: Timestamp::from_millis(row.created_at),
            expires_at: Timestamp::from_millis(row.expires_at),
        })
    }
}
