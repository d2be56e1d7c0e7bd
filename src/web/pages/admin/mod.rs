//! The console: what the organization's own users see and do. One file a resource, a function a page.

pub mod home;
pub mod sessions;
