//! An integration configured and deployed for one customer.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    ids::{CustomerId, InstanceId},
    journey::Complete,
    key::Key,
    time::Timestamp,
    value::Value,
};

#[derive(Clone, Debug)]
pub struct Instance {
    pub id: InstanceId,
    pub customer_id: CustomerId,
    pub integration_key: Key,
    pub integration_version: i64,
    pub name: String,
    pub status: InstanceStatus,
    /// What runs. Changed by `turn_on` alone.
    pub variables: BTreeMap<Key, Value>,
    /// What the wizard or the API has saved since; becomes `variables` when the instance is turned on.
    pub draft_variables: BTreeMap<Key, Value>,
    pub visited_pages: BTreeSet<Key>,
    /// Pages of the wizard that a person has been shown; noted once each, and no revision.
    pub reached_pages: BTreeSet<Key>,
    /// Counts every saved change to variables or connection inputs; a form carries the one it was drawn from.
    pub revision: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub deployed_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InstanceStatus {
    Draft,
    Active,
    Paused,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("only an active instance can be paused")]
pub struct NotActive;

impl Instance {
    pub fn draft(
        id: InstanceId,
        customer_id: CustomerId,
        integration_key: Key,
        integration_version: i64,
        name: String,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            customer_id,
            integration_key,
            integration_version,
            name,
            status: InstanceStatus::Draft,
            variables: BTreeMap::new(),
            draft_variables: BTreeMap::new(),
            visited_pages: BTreeSet::new(),
            reached_pages: BTreeSet::new(),
            revision: 1,
            created_at: now,
            updated_at: now,
            deployed_at: None,
        }
    }

    /// Turns it on, or applies what changed to one that is on already. `Complete` proves that nothing is missing.
    pub fn turn_on(self, _proof: &Complete, now: Timestamp) -> Self {
        Self { status: InstanceStatus::Active, variables: self.draft_variables.clone(), deployed_at: Some(now), updated_at: now, ..self }
    }

    pub fn pause(self, now: Timestamp) -> Result<Self, NotActive> {
        match self.status {
            InstanceStatus::Active => Ok(Self { status: InstanceStatus::Paused, updated_at: now, ..self }),
            InstanceStatus::Draft | InstanceStatus::Paused => Err(NotActive),
        }
    }

    pub fn has_unapplied_changes(&self) -> bool {
        self.status == InstanceStatus::Active && self.variables != self.draft_variables
    }
}

impl InstanceStatus {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Active => "active",
            Self::Paused => "paused",
        }
    }
}

impl std::str::FromStr for InstanceStatus {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "draft" => Ok(Self::Draft),
            "active" => Ok(Self::Active),
            "paused" => Ok(Self::Paused),
            _ => Err(()),
        }
    }
}
