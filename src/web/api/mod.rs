//! The JSON API under `/api/v1` (CONTRACT.md): one file a resource, handlers `index show create update destroy`.
//!
//! A handler extracts, asks one flow (a plain list: the store), and matches its outcome. Bodies and queries refuse unknown
//! members. Shapes are structs beside their handlers; a shape used by two files has a file of its own.

pub mod audit_events;
pub mod authorization;
pub mod checks;
pub mod connections;
pub mod connectors;
pub mod credentials;
pub mod customer_users;
pub mod customers;
pub mod deployments;
pub mod failures;
pub mod instance_users;
pub mod instances;
pub mod integrations;
pub mod links;
pub mod manifests;
pub mod parameters;
pub mod refreshes;
pub mod reusable_connections;
pub mod saved_connections;
pub mod tokens;
pub mod webhook_deliveries;
pub mod webhook_endpoints;

mod body;
mod field_errors;
mod inputs;
mod sentences;

#[cfg(test)]
mod tests;

use serde::Serialize;

/// A page of a list; `next_cursor` is left out on the last one.
#[derive(Serialize)]
struct Listing<T> {
    items: Vec<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}
