//! web/routes
