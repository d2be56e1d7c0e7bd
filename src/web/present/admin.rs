//! The console's surroundings.

pub mod alerts;
pub mod connection;
pub mod connectors;
mod conversion;
pub mod customer;
pub mod entered_values;
pub mod instance;
pub mod integrations;
pub mod link;
pub mod links;
pub mod manifests;
pub mod presets;
pub mod reusable_connections;
pub mod settings;
pub mod slot_tests;
pub mod values;

use crate::{
    domain::{time::Timestamp, user::Role},
    flows::Context,
    web::{
        errors::Failure,
        session::{self, Admin},
        view::admin::{Console, Section},
    },
};

pub fn console(context: &Context, admin: &Admin, section: Section) -> Result<Console, Failure> {
    Ok(Console {
        section,
        person: admin.email.clone(),
        csrf: session::csrf_or_new(&admin.session, context)?,
        sets_up: admin.is_at_least(Role::Admin),
        decides: admin.is_at_least(Role::Owner),
    })
}

/// `22 November 2026`.
fn day(at: Timestamp) -> String {
    at.day()
}
