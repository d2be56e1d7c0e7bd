//! web/limits
