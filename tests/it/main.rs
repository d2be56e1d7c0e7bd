//! The product from outside, over HTTP, through the same `App::build` that production boots; a database of its own a test: SQLite, or Postgres.

#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as its tests do")]
#![expect(
    clippy::disallowed_methods,
    reason = "a test composes the product: it gives it a clock, and is told of the corpus by the environment"
)]

mod access;
mod audit_chain;
mod audit_reads;
mod bad_providers;
mod behalf;
mod canary;
mod console;
mod corpus;
mod customers;
mod discovery;
mod oauth;
mod people;
mod per_user;
mod public_path;
mod refresh;
mod repair;
mod reusable;
mod rotation;
mod sessions;
mod signed;
mod smoke;
mod ssrf;
mod support;
mod transfer;
mod unavailable;
mod webhooks;
mod wizard;
