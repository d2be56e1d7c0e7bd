//! The console: what the organization's own users see and do. One file a resource, a function a page.

pub mod accounts;
pub mod acting;
pub mod bulk_checks;
pub mod connections;
pub mod home;
pub mod instances;
pub mod links;
pub mod presets;
pub mod sessions;
pub mod values;
