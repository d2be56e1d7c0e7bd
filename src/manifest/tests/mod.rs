//! What manifests must accept, refuse and remember, over the project's own catalogue and examples.

mod errors;
mod hostile;
mod stored;
mod support;
