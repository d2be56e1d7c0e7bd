//! The console's surroundings.

pub mod alerts;
pub mod connectors;
pub mod integrations;
pub mod manifests;
pub mod settings;

use crate::{
    domain::time::Timestamp,
    flows::Context,
    web::{
        errors::Failure,
        session::{self, Admin},
        view::admin::{Console, Section},
    },
};

pub fn console(context: &Context, admin: &Admin, section: Section) -> Result<Console, Failure> {
    Ok(Console { section, person: admin.email.clone(), csrf: session::csrf_or_new(&admin.session, context)? })
}

/// `22 November 2026`.
fn day(at: Timestamp) -> String {
    at.day()
}
