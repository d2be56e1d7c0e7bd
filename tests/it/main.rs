//! The product from outside, over HTTP, through the same `App::build` that production boots; real SQLite, one file a test.

mod canary;
mod corpus;
mod oauth;
mod refresh;
mod smoke;
mod support;
mod wizard;
