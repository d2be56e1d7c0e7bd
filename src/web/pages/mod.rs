//! web/pages/mod
