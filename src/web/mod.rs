//! HTTP only: extract, one call into a flow, one match on its outcome.
//!
//! Knows pages, JSON and cookies; knows no SQL, opens no secret (it cannot import the vault), calls nobody over the network.

pub mod demo;
