//! Addresses of the console, a paragraph a resource.

use super::segment;
use crate::domain::{
    ids::{BulkCheckId, CustomerId, InstanceId, LinkId},
    key::Key,
};

pub const HOME: &str = "/admin";
pub const CUSTOMERS: &str = "/admin/customers";
pub const INTEGRATIONS: &str = "/admin/integrations";
pub const REUSABLE_CONNECTIONS: &str = "/admin/reusable-connections";
pub const AUDIT: &str = "/admin/audit";
pub const ALERTS: &str = "/admin/alerts";
pub const SEARCH: &str = "/admin/search";

/// The page that asks who it is.
pub const SESSION: &str = "/admin/session";
pub const END_SESSION: &str = "/admin/session/end";

pub const PRESETS: &str = "/admin/presets";
pub const END_ACTING: &str = "/admin/acting/end";
/// POST starts one.
pub const BULK_CHECKS: &str = "/admin/bulk-checks";

/// Whether a path of ours is one of the console.
pub fn is_console(path: &str) -> bool {
    path == HOME || path.starts_with("/admin/")
}

pub fn instance(id: InstanceId) -> String {
    format!("/admin/instances/{id}")
}
pub fn instance_part(id: InstanceId, part: &str) -> String {
    format!("/admin/instances/{id}/{part}")
}
/// What a customer sees of a page of the wizard.
pub fn preview(id: InstanceId, page: &Key) -> String {
    format!("/admin/instances/{id}/preview/{}", segment(page))
}
/// The page that shows how a connection is, and repairs it.
pub fn connection(id: InstanceId, slot: &Key) -> String {
    format!("/admin/instances/{id}/connections/{}", segment(slot))
}
pub fn connection_part(id: InstanceId, slot: &Key, part: &str) -> String {
    format!("{}/{part}", connection(id, slot))
}
/// The values of a connection, filled in on the customer's behalf.
pub fn connection_values(id: InstanceId, slot: &Key) -> String {
    connection_part(id, slot, "values")
}
pub fn customer(id: CustomerId) -> String {
    format!("{CUSTOMERS}/{id}")
}
pub fn customer_links(id: CustomerId) -> String {
    format!("/admin/customers/{id}/links")
}
pub fn link_part(id: LinkId, part: &str) -> String {
    format!("/admin/links/{id}/{part}")
}
pub fn preset(key: &Key) -> String {
    format!("{PRESETS}/{}", segment(key))
}
pub fn preset_part(key: &Key, part: &str) -> String {
    format!("{}/{part}", preset(key))
}
pub fn bulk_check(id: BulkCheckId) -> String {
    format!("{BULK_CHECKS}/{id}")
}
