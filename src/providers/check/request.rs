//! The declared request, rendered, with what proves who asks.

use base64::{Engine, prelude::BASE64_STANDARD};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::Url;

use super::NotSendable;
use crate::{
    domain::{
        auth::Auth,
        check::{Check, Method},
        credential::Token,
        key::Key,
        resolution::Resolved,
        template::Template,
    },
    providers::{OutboundBody, OutboundRequest, Stamp, oauth1},
};

/// What templates of a check know besides the inputs.
const ACCESS_TOKEN: &str = "access_token";

pub(super) fn build(
    check: &Check,
    auth: &Auth,
    resolved: &Resolved,
    token: Option<&Token>,
    stamp: &Stamp,
) -> Result<OutboundRequest, NotSendable> {
    let value = |key: &Key| match token {
        Some(token) if key.as_str() == ACCESS_TOKEN => Some(token.access_token.expose_secret().to_owned()),
        _ => resolved.expose_text(key),
    };
    let text = |template: &Template| template.render_text(value).map_err(|_| NotSendable::Unrenderable);
    let mut url = check.url.render_url(value).map_err(|_| NotSendable::Unrenderable)?;
    let mut headers = vec![("accept".to_owned(), SecretString::from("application/json"))];
    for (name, template) in &check.headers {
        headers.push((name.to_ascii_lowercase(), SecretString::from(text(template)?)));
    }
    match auth {
        Auth::None | Auth::Fields => {}
        Auth::Basic { username, password } => {
            let pair = SecretString::from(format!("{}:{}", text(username)?, text(password)?));
            let value = format!("Basic {}", BASE64_STANDARD.encode(pair.expose_secret()));
            headers.push(("authorization".to_owned(), SecretString::from(value)));
        }
        Auth::Header { name, value } => headers.push((text(name)?, SecretString::from(text(value)?))),
        Auth::Query { name, value } => url = with_query(&url, &text(name)?, &text(value)?)?,
        Auth::OAuth1 { signature_method } => {
            let token = token.ok_or(NotSendable::NoToken)?;
            let address = Url::parse(&url).map_err(|_| NotSendable::Unrenderable)?;
            let signed = oauth1::authorization(*signature_method, resolved, token, (check.method.name(), &address), stamp);
            headers.push(("authorization".to_owned(), signed.map_err(|_| NotSendable::Unrenderable)?));
            // As it was signed, to the letter.
            url = address.into();
        }
        Auth::OAuth2(oauth2) => {
            if token.is_none() {
                return Err(NotSendable::NoToken);
            }
            headers.push((oauth2.send.name.clone(), SecretString::from(text(&oauth2.send.value)?)));
        }
    }
    let body = match (&check.body, check.method) {
        (Some(body), Method::Post) => Some(json_body(body, &text)?),
        _ => None,
    };
    Ok(OutboundRequest { method: check.method, url, headers, body })
}

fn with_query(url: &str, name: &str, value: &str) -> Result<String, NotSendable> {
    let mut url = Url::parse(url).map_err(|_| NotSendable::Unrenderable)?;
    url.query_pairs_mut().append_pair(name, value);
    Ok(url.into())
}

fn json_body(body: &Value, text: &impl Fn(&Template) -> Result<String, NotSendable>) -> Result<OutboundBody, NotSendable> {
    let content = SecretString::from(rendered(body, text)?.to_string());
    Ok(OutboundBody { content_type: "application/json".to_owned(), content })
}

/// Every string within is a template; the names of members are not.
fn rendered(body: &Value, text: &impl Fn(&Template) -> Result<String, NotSendable>) -> Result<Value, NotSendable> {
    Ok(match body {
        Value::String(source) => Value::String(text(&Template::parse(source).map_err(|_| NotSendable::Unrenderable)?)?),
        Value::Array(items) => Value::Array(items.iter().map(|item| rendered(item, text)).collect::<Result<_, _>>()?),
        Value::Object(members) => Value::Object(
            members.iter().map(|(name, value)| Ok((name.clone(), rendered(value, text)?))).collect::<Result<_, NotSendable>>()?,
        ),
        plain => plain.clone(),
    })
}
