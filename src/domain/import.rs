//! A file of customers on its way in: what its columns mean, and what becomes of each record.

use serde::{Deserialize, Serialize};

use super::{access::Actor, ids::ImportId, key::Key, reason::Reason, time::Timestamp};

#[derive(Clone, Debug)]
pub struct Import {
    pub id: ImportId,
    /// Of the file.
    pub name: String,
    pub heading: Vec<String>,
    pub records: i64,
    pub fills: Option<Fills>,
    /// One for each column.
    pub mapping: Vec<Target>,
    /// Values are tried against the service before they are saved.
    pub checks: bool,
    pub status: ImportStatus,
    pub actor: Actor,
    pub revision: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Whose inputs are among the columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fills {
    /// Of the newest instance of each customer.
    Integration(Key),
    /// What the organization enters of it for each customer.
    ReusableConnection(Key),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportStatus {
    /// Somebody says what its columns mean.
    Mapping,
    /// What would become of each record is known.
    Planned,
    Running,
    /// The file is gone; what became of each record stays.
    Done,
}

/// What a column holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "snake_case")]
pub enum Target {
    #[default]
    Nothing,
    ExternalId,
    Name,
    Input {
        slot: Key,
        input: Key,
    },
}

/// What becomes of a record, or became of it. Holds no value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum RowResult {
    New,
    Same,
    /// By the headings of the columns that differ.
    Changed {
        columns: Vec<String>,
    },
    Wrong {
        column: String,
        wrong: Wrong,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Wrong {
    /// `FieldError::code`, and the manifest's own sentence where it has one.
    Field { code: String, message: Option<String> },
    /// A record above has the same external id.
    Repeated { row: i64 },
    /// The service did not accept it.
    Check { reason: Reason, connector: String },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportRow {
    /// From 1, without the heading.
    pub number: i64,
    pub external_id: String,
    pub result: RowResult,
}

/// How many records there are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportTally {
    pub new: i64,
    pub same: i64,
    pub changed: i64,
    pub wrong: i64,
    /// That have been imported, or refused.
    pub done: i64,
}

impl ImportStatus {
    pub const ALL: [Self; 4] = [Self::Mapping, Self::Planned, Self::Running, Self::Done];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mapping => "mapping",
            Self::Planned => "planned",
            Self::Running => "running",
            Self::Done => "done",
        }
    }
}

impl std::str::FromStr for ImportStatus {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or(())
    }
}

impl RowResult {
    pub const fn outcome(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Same => "same",
            Self::Changed { .. } => "changed",
            Self::Wrong { .. } => "wrong",
        }
    }
}
