//! What is said once, on the next page.

use actix_session::Session;

use super::broken;
use crate::{
    domain::{ids::CustomerId, key::Key, reason::Reason},
    web::errors::Failure,
};

const FLASH: &str = "flash";
const NOTICE: &str = "notice";
const RENAMED: &str = "renamed";
const REVOCATION: &str = "revocation";

/// Kept for the next page only.
pub fn set_flash(session: &Session, text: &str) -> Result<(), Failure> {
    session.insert(FLASH, text).map_err(|_| broken())
}

pub fn take_flash(session: &Session) -> Option<String> {
    let flash = session.get(FLASH).ok().flatten();
    // Taking away what is not there counts as a change: each page would write its session.
    if flash.is_some() {
        session.remove(FLASH);
    }
    flash
}

/// As a flash, for what is no good news.
pub fn set_notice(session: &Session, text: &str) -> Result<(), Failure> {
    session.insert(NOTICE, text).map_err(|_| broken())
}

pub fn take_notice(session: &Session) -> Option<String> {
    session.remove_as::<String>(NOTICE).and_then(Result::ok)
}

/// A customer, and the name it had before.
pub fn set_renamed(session: &Session, customer: CustomerId, before: &str) -> Result<(), Failure> {
    session.insert(RENAMED, (customer, before)).map_err(|_| broken())
}

/// For the page of this customer, once.
pub fn take_renamed(session: &Session, customer: CustomerId) -> Option<String> {
    let (of, before) = session.get::<(CustomerId, String)>(RENAMED).ok().flatten()?;
    session.remove(RENAMED);
    (of == customer).then_some(before)
}

/// How the provider took a disconnect, for the page that says so.
pub fn set_revocation(session: &Session, slot: &Key, (outcome, reason): (&str, Option<Reason>)) -> Result<(), Failure> {
    session.insert(REVOCATION, (slot, outcome, reason)).map_err(|_| broken())
}

pub fn take_revocation(session: &Session, slot: &Key) -> Option<(String, Option<Reason>)> {
    let (of, outcome, reason) = session.remove_as::<(Key, String, Option<Reason>)>(REVOCATION)?.ok()?;
    (of == *slot).then_some((outcome, reason))
}
