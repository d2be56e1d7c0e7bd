//! What each request of a connection carries to prove who asks: the same for the check, and for a step that reads a credential.

use base64::{Engine, prelude::BASE64_STANDARD};
use secrecy::{ExposeSecret, SecretString};

use super::Auth;
use crate::domain::{credential::Token, key::Key, resolution::Resolved, template::Template};

/// What templates of auth and of a check know besides the inputs.
const ACCESS_TOKEN: &str = "access_token";

/// Names and values; at most one of them today. Header names as the manifest spells them.
#[derive(Default)]
pub struct Carried {
    pub headers: Vec<(String, SecretString)>,
    pub query: Vec<(String, SecretString)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotCarried {
    #[error("there is no token")]
    NoToken,
    #[error("a template could not be rendered with the values at hand")]
    Unrenderable,
}

/// The values that templates of a connection see: its inputs, what was captured, and its token.
pub fn value_of<'a>(resolved: &'a Resolved, token: Option<&'a Token>) -> impl Fn(&Key) -> Option<String> + Copy + 'a {
    move |key| match token {
        Some(token) if key.as_str() == ACCESS_TOKEN => Some(token.access_token.expose_secret().to_owned()),
        _ => resolved.expose_text(key),
    }
}

impl Auth {
    /// Nothing for OAuth 1.0a: each of its requests is signed by itself (RFC 5849 §3.4).
    pub fn carried(&self, resolved: &Resolved, token: Option<&Token>) -> Result<Carried, NotCarried> {
        let text = |template: &Template| template.render_text(value_of(resolved, token)).map_err(|_| NotCarried::Unrenderable);
        let named = |name: &Template, value: &Template| Ok((text(name)?, SecretString::from(text(value)?)));
        let mut carried = Carried::default();
        match self {
            Self::None | Self::Fields | Self::OAuth1 { .. } => {}
            // RFC 7617.
            Self::Basic { username, password } => {
                let pair = SecretString::from(format!("{}:{}", text(username)?, text(password)?));
                let value = format!("Basic {}", BASE64_STANDARD.encode(pair.expose_secret()));
                carried.headers.push(("authorization".to_owned(), SecretString::from(value)));
            }
            Self::Header { name, value } => carried.headers.push(named(name, value)?),
            Self::Query { name, value } => carried.query.push(named(name, value)?),
            Self::OAuth2(_) if token.is_none() => return Err(NotCarried::NoToken),
            Self::OAuth2(oauth2) => carried.headers.push((oauth2.send.name.clone(), SecretString::from(text(&oauth2.send.value)?))),
        }
        Ok(carried)
    }
}
