//! HTTP only: extract, one call into a flow, one match on its outcome.
//!
//! Knows pages, JSON and cookies; knows no SQL, opens no secret (it cannot import the vault), calls nobody over the network.

pub mod access;
pub mod api;
pub mod assets;
pub mod csrf;
pub mod demo;
pub mod errors;
pub mod forms;
pub mod headers;
pub mod letters;
pub mod limits;
pub mod markdown;
pub mod ndjson;
pub mod pages;
pub mod present;
pub mod public_path;
pub mod request_span;
pub mod routes;
pub mod session;
pub mod urls;
pub mod view;
pub mod words;
