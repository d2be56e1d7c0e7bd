//! The product from outside, over HTTP, through the same `App::build` that production boots; real SQLite, one file a test.

mod audit_reads;
mod access;
mod canary;
mod corpus;
mod oauth;
mod refresh;
mod sessions;
mod smoke;
mod ssrf;
mod support;
mod wizard;
