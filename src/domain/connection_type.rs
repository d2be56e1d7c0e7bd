//! What one way of connecting needs. A value of this type is sound: whatever a manifest could get wrong was refused in `new`.

mod soundness;

use std::collections::BTreeMap;

pub use soundness::{Flaw, FlawKind, FlawPlace};

use super::{
    auth::Auth,
    check::Check,
    input::{Input, Visibility},
    key::Key,
    template::RenderError,
    value::{Given, Values},
};

/// `zendesk.oauth2`: a connection type's key behind its connector's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeRef {
    pub connector: Key,
    pub connection_type: Key,
}

#[derive(Clone, Debug)]
pub struct ConnectionType {
    key: Key,
    name: String,
    auth: Auth,
    inputs: Vec<Input>,
    check: Option<Check>,
    /// The computed inputs' keys, each behind those it needs.
    computed: Vec<Key>,
}

/// The inputs of OAuth that the machinery itself reads (CONTRACT.md); all of them are ordinary inputs.
pub mod standard {
    pub const AUTHORIZE_URL: &str = "authorize_url";
    pub const TOKEN_URL: &str = "token_url";
    pub const REFRESH_URL: &str = "refresh_url";
    pub const REVOKE_URL: &str = "revoke_url";
    pub const SCOPES: &str = "scopes";
    pub const CLIENT_ID: &str = "client_id";
    pub const CLIENT_SECRET: &str = "client_secret";
    pub const HEADERS: &str = "headers";
    /// Of a client that proves itself by an assertion, and the id under which the provider knows it.
    pub const PRIVATE_KEY: &str = "private_key";
    pub const KEY_ID: &str = "key_id";
    /// OAuth 1.0a (RFC 5849 §2); its consumer key and secret are `client_id` and `client_secret`.
    pub const REQUEST_TOKEN_URL: &str = "request_token_url";
    pub const ACCESS_TOKEN_URL: &str = "access_token_url";
    pub const REALM: &str = "realm";
    /// Of OAuth 2.0, with the usual ways of a client to prove itself.
    pub const ALL: [&str; 8] = [AUTHORIZE_URL, TOKEN_URL, REFRESH_URL, REVOKE_URL, SCOPES, CLIENT_ID, CLIENT_SECRET, HEADERS];
}

impl ConnectionType {
    /// Every flaw at once, so that a manifest's author mends them in one go.
    pub fn new(key: Key, name: String, auth: Auth, mut inputs: Vec<Input>, check: Option<Check>) -> Result<Self, Vec<Flaw>> {
        let flaws = soundness::flaws(&auth, &inputs, check.as_ref());
        if !flaws.is_empty() {
            return Err(flaws);
        }
        let computed = soundness::computed_in_order(&inputs).map_err(|flaw| vec![flaw])?;
        // Stable: inputs without `order` keep the manifest's order, behind those that have one.
        inputs.sort_by_key(|input| input.order.unwrap_or(i64::MAX));
        Ok(Self { key, name, auth, inputs, check, computed })
    }

    pub fn key(&self) -> &Key {
        &self.key
    }
    pub fn name(&self) -> &str {
        &self.name
    }
    pub fn auth(&self) -> &Auth {
        &self.auth
    }
    pub fn inputs(&self) -> &[Input] {
        &self.inputs
    }
    pub fn check(&self) -> Option<&Check> {
        self.check.as_ref()
    }
    pub fn input(&self, key: &str) -> Option<&Input> {
        self.inputs.iter().find(|input| input.key.as_str() == key)
    }

    /// The inputs a customer may be asked for: visible to customers and not computed.
    pub fn askable(&self) -> impl Iterator<Item = &Input> {
        self.inputs.iter().filter(|input| input.visibility == Visibility::Customer && !input.is_computed())
    }

    /// Renders the computed inputs into `values`. One that cannot be rendered stays without a value; its error is told.
    pub fn compute(&self, values: &mut Values) -> BTreeMap<Key, RenderError> {
        let mut errors = BTreeMap::new();
        for key in &self.computed {
            let Some((template, secret)) =
                self.input(key.as_str()).and_then(|i| Some((i.template.as_ref()?, i.is_secret() || self.holds_secret(i))))
            else {
                continue;
            };
            match template.render(|k| values.get(k).map(Given::expose_text)) {
                Ok(text) => {
                    let given = if secret { Given::secret(text) } else { Given::Clear(text.as_str().into()) };
                    values.insert(key.clone(), given);
                }
                Err(error) => {
                    errors.insert(key.clone(), error);
                }
            }
        }
        errors
    }

    /// Whether a computed input takes up a secret, directly or through another computed one.
    fn holds_secret(&self, input: &Input) -> bool {
        soundness::reaches_secret(&self.inputs, input.template.iter())
    }
}

impl TypeRef {
    /// `connector.type`; the connector's key is what stands before the first dot.
    pub fn parse(text: &str) -> Option<Self> {
        let (connector, connection_type) = text.split_once('.')?;
        Some(Self { connector: Key::parse(connector).ok()?, connection_type: Key::parse(connection_type).ok()? })
    }
}

impl std::fmt::Display for TypeRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.connector, self.connection_type)
    }
}
