//! web/api/mod
