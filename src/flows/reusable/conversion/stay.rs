//! Why an instance keeps its version.

use std::fmt;

use serde::Serialize;

use crate::domain::{ids::InstanceId, key::Key};

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stay {
    pub instance: InstanceId,
    pub name: String,
    /// By its external id.
    pub customer: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slot: Option<Key>,
    #[serde(flatten)]
    pub why: Why,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Why {
    /// Its connection is of another type than the new version wants.
    OtherType { is: String },
    /// A step would read other values than now: of these inputs.
    ValuesDiffer { inputs: Vec<Key> },
    /// The customer has another connection of a definition that has one for each customer.
    HasAnother,
    /// Other places use the same connection, and would lose it.
    Shared { places: Vec<Place> },
    /// The new version would ask for these.
    Asks { labels: Vec<String> },
    /// The organization has entered nothing yet for this customer, where the old version had something for all.
    NoValues,
    /// Somebody changed it just then.
    Busy,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    pub instance: InstanceId,
    pub name: String,
    pub integration: Key,
    pub slot: Key,
}

/// As a line of a terminal.
impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |all: Vec<String>| all.join(", ");
        match self {
            Self::OtherType { is } => write!(f, "it is of another type, {is}"),
            Self::ValuesDiffer { inputs } => {
                write!(f, "its steps would read other values: {}", joined(inputs.iter().map(ToString::to_string).collect()))
            }
            Self::HasAnother => f.write_str("the customer has another connection of it already"),
            Self::Shared { places } => {
                let place = |place: &Place| format!("{} ({}, {})", place.name, place.instance, place.slot);
                write!(f, "it is used elsewhere too: {}", joined(places.iter().map(place).collect()))
            }
            Self::Asks { labels } => write!(f, "the customer would be asked for {}", labels.join(", ")),
            Self::NoValues => f.write_str("the reusable connection has no values for this customer yet; enter them first"),
            Self::Busy => f.write_str("somebody was changing it just then; apply again"),
        }
    }
}
