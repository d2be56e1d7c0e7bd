//! web/access
