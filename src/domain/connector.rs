//! A third-party app or service, with one or more ways of connecting to it.

use super::{connection_type::ConnectionType, key::Key};

#[derive(Clone, Debug)]
pub struct Connector {
    pub key: Key,
    pub name: String,
    /// File name of an SVG beside the manifest.
    pub icon: Option<String>,
    pub docs_url: Option<String>,
    pub connection_types: Vec<ConnectionType>,
}

impl Connector {
    pub fn connection_type(&self, key: &str) -> Option<&ConnectionType> {
        self.connection_types.iter().find(|t| t.key().as_str() == key)
    }
}
