//! worker/mod
