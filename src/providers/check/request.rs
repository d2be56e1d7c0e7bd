//! The declared request, rendered, with what proves who asks.

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::Url;

use crate::{
    domain::{
        auth::{Auth, NotCarried, value_of},
        check::{Check, Method},
        credential::Token,
        resolution::Resolved,
        template::Template,
    },
    providers::{OutboundBody, OutboundRequest, Stamp, oauth1},
};

pub(super) fn build(
    check: &Check,
    auth: &Auth,
    resolved: &Resolved,
    token: Option<&Token>,
    stamp: &Stamp,
) -> Result<OutboundRequest, NotCarried> {
    let value = value_of(resolved, token);
    let text = |template: &Template| template.render_text(value).map_err(|_| NotCarried::Unrenderable);
    let mut url = check.url.render_url(value).map_err(|_| NotCarried::Unrenderable)?;
    let mut headers = vec![("accept".to_owned(), SecretString::from("application/json"))];
    for (name, template) in &check.headers {
        headers.push((name.to_ascii_lowercase(), SecretString::from(text(template)?)));
    }
    let carried = auth.carried(resolved, token)?;
    headers.extend(carried.headers);
    for (name, value) in &carried.query {
        url = with_query(&url, name, value.expose_secret())?;
    }
    if let Auth::OAuth1 { signature_method } = auth {
        let token = token.ok_or(NotCarried::NoToken)?;
        let address = Url::parse(&url).map_err(|_| NotCarried::Unrenderable)?;
        let signed = oauth1::authorization(*signature_method, resolved, token, (check.method.name(), &address), stamp);
        headers.push(("authorization".to_owned(), signed.map_err(|_| NotCarried::Unrenderable)?));
        // As it was signed, to the letter.
        url = address.into();
    }
    let body = match (&check.body, check.method) {
        (Some(body), Method::Post) => Some(json_body(body, &text)?),
        _ => None,
    };
    Ok(OutboundRequest { method: check.method, url, headers, body })
}

fn with_query(url: &str, name: &str, value: &str) -> Result<String, NotCarried> {
    let mut url = Url::parse(url).map_err(|_| NotCarried::Unrenderable)?;
    url.query_pairs_mut().append_pair(name, value);
    Ok(url.into())
}

fn json_body(body: &Value, text: &impl Fn(&Template) -> Result<String, NotCarried>) -> Result<OutboundBody, NotCarried> {
    let content = SecretString::from(rendered(body, text)?.to_string());
    Ok(OutboundBody { content_type: "application/json".to_owned(), content })
}

/// Every string within is a template; the names of members are not.
fn rendered(body: &Value, text: &impl Fn(&Template) -> Result<String, NotCarried>) -> Result<Value, NotCarried> {
    Ok(match body {
        Value::String(source) => Value::String(text(&Template::parse(source).map_err(|_| NotCarried::Unrenderable)?)?),
        Value::Array(items) => Value::Array(items.iter().map(|item| rendered(item, text)).collect::<Result<_, _>>()?),
        Value::Object(members) => Value::Object(
            members.iter().map(|(name, value)| Ok((name.clone(), rendered(value, text)?))).collect::<Result<_, NotCarried>>()?,
        ),
        plain => plain.clone(),
    })
}
