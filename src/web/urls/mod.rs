//! Addresses of pages, made in one place; keys may hold any character, so they are encoded here.
//!
//! Each begins at our own root, also where `JACKFIELD_PUBLIC_URL` has a path: `public_path` puts addresses under it on their way
//! out, in `Location` and in the attributes it lists (href, src, action, hx-post …), at the beginning of the value. A new page
//! does nothing for it. Only what leaves in another way (mail, webhooks, text to copy) is made by `Context::absolute`.

pub mod admin;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{
    domain::{
        ids::{ConnectionId, CustomerUserId, InstanceId},
        key::Key,
    },
    flows::configure::Place,
};

/// Where a customer user signs in.
pub const SESSION: &str = "/session";
pub const END_SESSION: &str = "/session/end";
pub const SSO: &str = "/session/sso";
pub const HOME: &str = "/home";
pub const ACCOUNT: &str = "/account";
pub const ACCOUNT_PASSWORD: &str = "/account/password";
pub const ACCOUNT_SESSIONS_END: &str = "/account/sessions/end";
/// Colleagues; POST invites one.
pub const PEOPLE: &str = "/people";

pub fn account_session_end(session: &str) -> String {
    format!("/account/sessions/{}/end", utf8_percent_encode(session, SEGMENT))
}
pub fn person_part(id: CustomerUserId, part: &str) -> String {
    format!("{PEOPLE}/{id}/{part}")
}
pub fn sign_in(token: &str) -> String {
    format!("/sign-in/{}", utf8_percent_encode(token, SEGMENT))
}

const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'~').remove(b'.');

fn segment(key: &Key) -> String {
    utf8_percent_encode(key.as_str(), SEGMENT).to_string()
}

/// The organization's own colours.
pub fn brand(version: &str) -> String {
    format!("/brand.css?v={version}")
}
pub fn link_request(token: &str) -> String {
    format!("/links/{}/request", utf8_percent_encode(token, SEGMENT))
}
pub fn wizard(id: InstanceId) -> String {
    format!("/wizard/{id}")
}
pub fn page(id: InstanceId, page: &Key) -> String {
    format!("/wizard/{id}/pages/{}", segment(page))
}
/// A user's own connections of an instance.
pub fn own(id: InstanceId) -> String {
    format!("/wizard/{id}/own")
}
pub fn own_slot(id: InstanceId, slot: &Key) -> String {
    format!("/wizard/{id}/own/{}", segment(slot))
}
pub fn own_part(id: InstanceId, slot: &Key, part: &str) -> String {
    format!("/wizard/{id}/own/{}/{part}", segment(slot))
}
pub fn review(id: InstanceId) -> String {
    format!("/wizard/{id}/review")
}
pub fn deployment(id: InstanceId) -> String {
    format!("/wizard/{id}/deployment")
}
pub fn done(id: InstanceId) -> String {
    format!("/wizard/{id}/done")
}
pub fn paused(id: InstanceId) -> String {
    format!("/wizard/{id}/paused")
}
pub fn authorizations(id: InstanceId, slot: &Key) -> String {
    format!("/wizard/{id}/connections/{}/authorizations", segment(slot))
}
pub fn retries(id: InstanceId, slot: &Key) -> String {
    format!("/wizard/{id}/connections/{}/retries", segment(slot))
}
pub fn connection(id: InstanceId, slot: &Key) -> String {
    format!("/wizard/{id}/connections/{}", segment(slot))
}
pub fn checks(id: InstanceId, slot: &Key) -> String {
    format!("{}/checks", connection(id, slot))
}
pub fn account(id: InstanceId, slot: &Key) -> String {
    format!("{}/account", connection(id, slot))
}
pub fn disconnected(id: InstanceId, slot: &Key) -> String {
    format!("{}/disconnected", connection(id, slot))
}
pub fn disconnection(id: InstanceId, slot: &Key) -> String {
    format!("/wizard/{id}/connections/{}/disconnection", segment(slot))
}
/// What a customer has saved.
pub const SAVED: &str = "/connections";
pub fn saved(id: ConnectionId) -> String {
    format!("{SAVED}/{id}")
}
pub fn saved_part(id: ConnectionId, part: &str) -> String {
    format!("{}/{part}", saved(id))
}
/// "There is a problem" of what the organization manages.
pub fn help(id: InstanceId, slot: &Key) -> String {
    format!("/wizard/{id}/connections/{}/help", segment(slot))
}
pub fn place(place: &Place) -> String {
    match place {
        Place::Page(id, key) => page(*id, key),
        Place::Review(id) => review(*id),
        Place::Done(id) => done(*id),
    }
}
