//! Addresses of the console, a paragraph a resource.

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
