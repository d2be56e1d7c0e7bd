//! `auth`: the kind, its templates, and a provider's quirks as data.

use std::collections::BTreeMap;

use super::{
    assertion::{ALGORITHMS, assertion},
    reader::{Object, Reading},
    tree::{At, Node},
};
use crate::domain::{
    auth::{
        Auth, ClientAuth, ExpiresUnit, Grant, OAuth2, Pkce, ResponsePointers, SendHeader, SignatureMethod, SigningAlgorithm, TokenBody,
    },
    template::Template,
};

pub const KINDS: [&str; 7] = ["none", "fields", "basic", "header", "query", "oauth1", "oauth2"];
pub const GRANTS: [(&str, Grant); 3] =
    [("authorization_code", Grant::AuthorizationCode), ("client_credentials", Grant::ClientCredentials), ("jwt_bearer", Grant::JwtBearer)];
pub const SIGNATURE_METHODS: [(&str, SignatureMethod); 3] =
    [("HMAC-SHA1", SignatureMethod::HmacSha1), ("HMAC-SHA256", SignatureMethod::HmacSha256), ("PLAINTEXT", SignatureMethod::Plaintext)];
pub const PKCES: [(&str, Pkce); 3] = [("S256", Pkce::S256), ("plain", Pkce::Plain), ("none", Pkce::None)];
pub const CLIENT_AUTHS: [(&str, ClientAuth); 5] = [
    ("body", ClientAuth::Body),
    ("basic", ClientAuth::Basic),
    ("basic_raw", ClientAuth::BasicRaw),
    ("client_secret_jwt", ClientAuth::ClientSecretJwt),
    ("private_key_jwt", ClientAuth::PrivateKeyJwt),
];
pub const TOKEN_BODIES: [(&str, TokenBody); 2] = [("form", TokenBody::Form), ("json", TokenBody::Json)];
pub const EXPIRES_UNITS: [(&str, ExpiresUnit); 2] = [("seconds", ExpiresUnit::Seconds), ("milliseconds", ExpiresUnit::Milliseconds)];

#[derive(Clone, Copy)]
enum Kind {
    None,
    Fields,
    Basic,
    Header,
    Query,
    OAuth1,
    OAuth2,
    NotYet,
}

const WORDS: [(&str, Kind); 8] = [
    ("none", Kind::None),
    ("fields", Kind::Fields),
    ("basic", Kind::Basic),
    ("header", Kind::Header),
    ("query", Kind::Query),
    ("oauth2", Kind::OAuth2),
    ("oauth1", Kind::OAuth1),
    ("jwt", Kind::NotYet),
];

pub fn auth(node: &Node, reading: &mut Reading<'_>) -> Option<Auth> {
    let mut object = Object::of(node, "`auth`", reading)?;
    let kind_node = object.need("kind", reading)?;
    let auth = match reading.word(kind_node, "kind", &WORDS)? {
        Kind::None => Some(Auth::None),
        Kind::Fields => Some(Auth::Fields),
        Kind::Basic => {
            let (username, password) = pair(&mut object, "username", "password", reading);
            username.zip(password).map(|(username, password)| Auth::Basic { username, password })
        }
        Kind::Header => {
            let (name, value) = pair(&mut object, "name", "value", reading);
            name.zip(value).map(|(name, value)| Auth::Header { name, value })
        }
        Kind::Query => {
            let (name, value) = pair(&mut object, "name", "value", reading);
            name.zip(value).map(|(name, value)| Auth::Query { name, value })
        }
        Kind::OAuth1 => {
            let signature_method = object.word("signature_method", &SIGNATURE_METHODS, SignatureMethod::HmacSha1, reading);
            Some(Auth::OAuth1 { signature_method })
        }
        Kind::OAuth2 => oauth2(&mut object, reading).map(|oauth2| Auth::OAuth2(Box::new(oauth2))),
        Kind::NotYet => {
            reading.problem(kind_node.at, format!("this auth kind is not supported in this version; use one of {}", KINDS.join(", ")));
            return None;
        }
    };
    object.finish(reading);
    auth
}

fn pair(
    object: &mut Object<'_>,
    first: &'static str,
    second: &'static str,
    reading: &mut Reading<'_>,
) -> (Option<Template>, Option<Template>) {
    let mut read = |key| object.need(key, reading).and_then(|node| reading.template(node, key));
    (read(first), read(second))
}

fn oauth2(object: &mut Object<'_>, reading: &mut Reading<'_>) -> Option<OAuth2> {
    let grant = object.need("grant", reading).and_then(|node| reading.word(node, "grant", &GRANTS));
    let assertion = match grant {
        Some(Grant::JwtBearer) => object.need("assertion", reading).and_then(|node| assertion(node, reading)),
        _ => None,
    };
    let client_auth = object.word("client_auth", &CLIENT_AUTHS, ClientAuth::Body, reading);
    let (client_auth_algorithm, assertion_audience) = client_assertion(object, client_auth, reading);
    let scope_separator = object.take("scope_separator").and_then(|node| reading.free_text(node, "scope_separator"));
    let token_headers = object.take("token_headers").map(|node| headers(node, "token_headers", reading)).unwrap_or_default();
    let oauth2 = OAuth2 {
        grant: grant.unwrap_or(Grant::AuthorizationCode),
        pkce: object.word("pkce", &PKCES, Pkce::S256, reading),
        client_auth,
        client_auth_algorithm,
        assertion_audience,
        assertion,
        scope_separator: scope_separator.unwrap_or_else(|| " ".into()),
        scope_parameter: object.text("scope_parameter", reading).unwrap_or_else(|| "scope".into()),
        authorize_params: object.templates("authorize_params", reading),
        token_params: object.templates("token_params", reading),
        token_headers,
        token_body: object.word("token_body", &TOKEN_BODIES, TokenBody::Form, reading),
        response: object.take("response").map(|node| response(node, reading)).unwrap_or_default(),
        expires_unit: object.word("expires_unit", &EXPIRES_UNITS, ExpiresUnit::Seconds, reading),
        send: object.take("send").and_then(|node| send(node, reading)).unwrap_or_else(bearer),
    };
    if oauth2.scope_separator.is_empty() {
        let at = object.take("scope_separator").map_or_else(Default::default, |node| node.at);
        reading.problem(at, "`scope_separator` is empty; scopes need something between them");
    }
    grant.map(|_| oauth2)
}

/// Known only where the client signs: elsewhere they would say what nobody does.
fn client_assertion(object: &mut Object<'_>, client_auth: ClientAuth, reading: &mut Reading<'_>) -> (SigningAlgorithm, Option<Template>) {
    let default = SigningAlgorithm::Rs256;
    let algorithm =
        if client_auth == ClientAuth::PrivateKeyJwt { object.word("algorithm", &ALGORITHMS, default, reading) } else { default };
    let signs = matches!(client_auth, ClientAuth::PrivateKeyJwt | ClientAuth::ClientSecretJwt);
    let audience = if signs { object.take("assertion_audience") } else { None };
    (algorithm, audience.and_then(|node| reading.template(node, "assertion_audience")))
}

pub fn bearer() -> SendHeader {
    let value = Template::parse("Bearer {{access_token}}").expect("a constant that is a template");
    SendHeader { name: "Authorization".into(), value }
}

fn send(node: &Node, reading: &mut Reading<'_>) -> Option<SendHeader> {
    let mut object = Object::of(node, "`send`", reading)?;
    let name_node = object.need("name", reading);
    let name = name_node.and_then(|node| reading.text(node, "name").filter(|name| header_name(node.at, name, reading)));
    let value = object.need("value", reading).and_then(|node| reading.template(node, "value"));
    object.finish(reading);
    Some(SendHeader { name: name?, value: value? })
}

fn response(node: &Node, reading: &mut Reading<'_>) -> ResponsePointers {
    let Some(mut object) = Object::of(node, "`response`", reading) else { return ResponsePointers::default() };
    let mut read = |key| object.take(key).and_then(|node| pointer(node, key, reading));
    let pointers = ResponsePointers {
        access_token: read("access_token"),
        refresh_token: read("refresh_token"),
        expires_in: read("expires_in"),
        refresh_expires_in: read("refresh_expires_in"),
        scope: read("scope"),
        token_type: read("token_type"),
        error: read("error"),
        error_description: read("error_description"),
    };
    object.finish(reading);
    pointers
}

/// RFC 6901: empty, or beginning with a slash.
pub fn pointer(node: &Node, what: &str, reading: &mut Reading<'_>) -> Option<String> {
    let text = reading.text(node, what)?;
    if !text.starts_with('/') {
        reading.problem(node.at, format!("`{what}` is a JSON pointer and begins with a slash: `/{text}`"));
        return None;
    }
    Some(text)
}

pub fn headers(node: &Node, what: &str, reading: &mut Reading<'_>) -> BTreeMap<String, Template> {
    for (name, _) in reading.entries(node, what) {
        header_name(name.at, &name.text, reading);
    }
    reading.templates(node, what)
}

/// RFC 9110 §5.6.2.
fn header_name(at: At, name: &str, reading: &mut Reading<'_>) -> bool {
    let ok = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c));
    if !ok {
        reading.problem(at, format!("`{name}` is not the name of a header: letters, digits and hyphens only"));
    }
    ok
}
