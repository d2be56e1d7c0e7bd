//! web/errors
