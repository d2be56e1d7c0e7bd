//! RFC 5849's own examples, and a provider that works out the signature in its own way.

mod flow;
mod vectors;
