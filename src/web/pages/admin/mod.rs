//! The console: what the organization's own users see and do. One file a resource, a function a page.

pub mod account;
pub mod accounts;
pub mod acting;
pub mod api_keys;
pub mod bulk_checks;
pub mod codes;
pub mod confirmations;
pub mod connections;
pub mod customer_changes;
pub mod customers;
pub mod home;
pub mod imports;
pub mod instances;
pub mod invitations;
pub mod links;
pub mod matrix;
pub mod password_resets;
pub mod presets;
pub mod reusable_connections;
pub mod reusable_values;
pub mod search;
pub mod second_step;
pub mod sessions;
pub mod user_sessions;
pub mod users;
pub mod values;
