//! The console: what the organization's own users see and do. One file a resource, a function a page.

pub mod alerts;
pub mod connectors;
pub mod home;
pub mod integrations;
pub mod manifests;
pub mod sessions;
pub mod settings;
