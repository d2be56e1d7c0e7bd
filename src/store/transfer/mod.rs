//! Every row of one database into another, sealed as it is, whichever engines they are.
//!
//! `Snapshot` reads, `Filling` writes, a `TableDigest` compares: the order is the flow's. A new table is one line in `TABLES`, after what
//! it references; its columns are found in the database. What is not listed would be lost, so a test compares.

pub(super) mod canonical;
mod cell;
mod digest;
mod filling;
mod shape;
mod snapshot;

pub use digest::{Hash, TableDigest};
pub use filling::{Begun, Filling};
pub use snapshot::Snapshot;

#[cfg(test)]
pub(super) const STATEMENTS: [&[(&str, super::statement::Statement)]; 3] = [filling::ALL, shape::ALL, snapshot::ALL];

/// A table, and the columns of its primary key.
#[derive(Debug, PartialEq, Eq)]
pub struct Table {
    pub name: &'static str,
    pub(super) key: &'static [&'static str],
}

const fn table(name: &'static str, key: &'static [&'static str]) -> Table {
    Table { name, key }
}

/// Who serves just now is no part of what is kept.
#[cfg(test)]
pub(super) const PASSING: [&str; 1] = ["replicas"];

/// Parents first.
pub const TABLES: &[Table] = &[
    table("organizations", &["id"]),
    table("customers", &["id"]),
    table("instances", &["id"]),
    table("customer_users", &["id"]),
    table("connections", &["id"]),
    table("bindings", &["instance_id", "slot"]),
    table("client_registrations", &["id"]),
    table("attempts", &["id"]),
    table("undecided_attempts", &["attempt_id"]),
    table("sign_in_links", &["user_id"]),
    table("customer_sso", &["customer_id"]),
    table("sso_attempts", &["state_hash"]),
    table("links", &["id"]),
    table("replaced_secrets", &["connection_id"]),
    table("bulk_checks", &["id"]),
    table("bulk_check_items", &["bulk_check_id", "connection_id"]),
    table("documents", &["id"]),
    table("api_keys", &["id"]),
    table("org_users", &["id"]),
    table("recovery_codes", &["user_id", "code_hash"]),
    table("invitations", &["id"]),
    table("password_resets", &["user_id"]),
    table("sign_in_pauses", &["key_hash"]),
    table("sessions", &["key_hash"]),
    table("checks", &["id"]),
    table("audit_events", &["id"]),
    table("audit_chains", &["chain"]),
    table("webhook_endpoints", &["id"]),
    table("events", &["id"]),
    table("webhook_deliveries", &["id"]),
    table("webhook_tries", &["id"]),
    table("mails", &["id"]),
    table("manifest_plans", &["id"]),
    table("alerts", &["id"]),
    table("alert_mutes", &["id"]),
    table("alert_subscriptions", &["user_id"]),
    table("credential_reads", &["connection_id", "api_key_id", "minute"]),
    table("imports", &["id"]),
    table("import_rows", &["import_id", "number"]),
    table("idempotency_keys", &["api_key_id", "key"]),
];
