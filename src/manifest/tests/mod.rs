//! What manifests must accept, refuse and remember, over the project's own catalogue and examples.

mod captures;
mod errors;
mod hostile;
mod prismatic;
mod schema;
mod stored;
mod support;
