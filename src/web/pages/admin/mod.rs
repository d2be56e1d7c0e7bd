//! The console: what the organization's own users see and do. One file a resource, a function a page.

pub mod account;
pub mod api_keys;
pub mod audit;
pub mod codes;
pub mod confirmations;
pub mod home;
pub mod invitations;
pub mod password_resets;
pub mod second_step;
pub mod sessions;
pub mod user_sessions;
pub mod users;
