//! The product from outside, over HTTP, through the same `App::build` that production boots; real SQLite, one file a test.

<<<<<<< HEAD
mod audit_reads;
=======
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as its tests do")]

>>>>>>> it-security
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
