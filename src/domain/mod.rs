//! The language of the product: what a connection needs, where a value comes from, how far a person has got.
//!
//! Pure: no I/O, no async, no clock, no randomness, no web or database crate. Times and random bytes are given.
//! Add a concept: one file here, its noun from the glossary in `lib.rs`, then its repository, flow, page and test.

pub mod access;
pub mod alert;
pub mod attempt;
pub mod audit;
pub mod auth;
pub mod bulk_check;
pub mod capture;
pub mod check;
pub mod connection;
pub mod connection_type;
pub mod connector;
pub mod credential;
pub mod customer;
pub mod customer_user;
pub mod event;
pub mod ids;
pub mod import;
pub mod input;
pub mod instance;
pub mod integration;
pub mod invitation;
pub mod journey;
pub mod key;
pub mod link;
pub mod mail;
pub mod organization;
pub mod pause;
pub mod pem;
pub mod reason;
pub mod refresh;
pub mod registration;
pub mod resolution;
pub mod sso;
pub mod roll_up;
pub mod template;
pub mod time;
pub mod token_import;
pub mod user;
pub mod validation;
pub mod value;
pub mod webhook;

#[cfg(test)]
mod tests;
