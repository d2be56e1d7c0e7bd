//! One of the organization's customers.

use super::{ids::CustomerId, time::Timestamp};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    pub id: CustomerId,
    /// The organization's own name for it: unique, unchanging, 1 to 255 characters.
    pub external_id: String,
    pub name: String,
    pub revision: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// How a caller names a customer: by our id, or as `external:{external_id}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CustomerRef {
    Id(CustomerId),
    External(String),
}

impl CustomerRef {
    /// `None`: neither form, so no customer can have it.
    pub fn parse(text: &str) -> Option<Self> {
        match text.strip_prefix("external:") {
            Some(external_id) if !external_id.is_empty() => Some(Self::External(external_id.to_owned())),
            Some(_) => None,
            None => text.parse().ok().map(Self::Id),
        }
    }
}
