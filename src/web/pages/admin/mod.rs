//! The console: what the organization's own users see and do. One file a resource, a function a page.

pub mod customer_changes;
pub mod customers;
pub mod home;
pub mod imports;
pub mod matrix;
pub mod search;
pub mod sessions;
