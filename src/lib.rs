//! Jackfield: the panel where a software company plugs in every connection its integrations need.
//!
//! In reading order. The words (customer, connector, connection type, slot, instance, connection, attempt, credential …)
//! are explained in the README's glossary; each is one noun through table, type, route, template and test.

pub mod domain;
pub mod manifest;
pub mod vault;
pub mod providers;
pub mod store;
pub mod flows;
pub mod web;
pub mod worker;
pub mod settings;
pub mod telemetry;
pub mod app;
pub mod cli;
