//! The product from outside, over HTTP, through the same `App::build` that production boots; real SQLite, one file a test.

#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as its tests do")]

mod access;
mod audit_reads;
mod canary;
mod corpus;
mod oauth;
mod refresh;
mod sessions;
mod smoke;
mod ssrf;
mod support;
mod wizard;
