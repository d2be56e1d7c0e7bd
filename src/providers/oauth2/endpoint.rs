//! The oauth2 crate's way out: its requests with the manifest's quirks, through `Outbound`, and back as the standard says.

use std::{future::Future, pin::Pin};

use ::oauth2::{
    AsyncHttpClient, HttpRequest, HttpResponse,
    http::{
        self, StatusCode,
        header::{AUTHORIZATION, CONTENT_TYPE},
    },
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

use super::{
    Client, GrantError, SetupError, assertion,
    normalise::{Normal, normalise},
};
use crate::{
    domain::{auth::TokenBody, check::Method, reason::Reason},
    providers::{Outbound, OutboundBody, OutboundRequest, OutboundResponse, Stamp},
};

pub(super) struct Endpoint<'a> {
    pub out: &'a dyn Outbound,
    pub client: &'a Client<'a>,
    pub stamp: &'a Stamp,
}

pub(super) type Pairs = Vec<(String, Zeroizing<String>)>;

impl<'c> AsyncHttpClient<'c> for Endpoint<'_> {
    type Error = GrantError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, GrantError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let url = Url::parse(&request.uri().to_string()).map_err(|_| Reason::Configuration)?;
            let proves_by_header = request.headers().contains_key(AUTHORIZATION);
            let body = Zeroizing::new(request.into_body());
            let pairs =
                form_urlencoded::parse(&body).map(|(name, value)| (name.into_owned(), Zeroizing::new(value.into_owned()))).collect();
            let (status, members) = match self.ask(url, pairs, proves_by_header).await? {
                Normal::Token(members) => (StatusCode::OK, members.into()),
                Normal::Refusal(code) => (StatusCode::BAD_REQUEST, json!({ "error": code })),
            };
            let body = members.to_string().into_bytes();
            let response = http::Response::builder().status(status).header(CONTENT_TYPE, "application/json").body(body);
            Ok(response.map_err(|_| Reason::ProviderUnexpected)?)
        })
    }
}

impl Endpoint<'_> {
    pub async fn ask(&self, url: Url, pairs: Pairs, proves_by_header: bool) -> Result<Normal, GrantError> {
        let pairs = with_token_params(self.client, pairs)?;
        let response = post(self, url, pairs, proves_by_header).await?;
        normalise(self.client.oauth2, &response, self.stamp.now)
    }
}

/// Who asks, in the body; nothing where a header says so.
pub(super) fn identity(client: &Client<'_>) -> Pairs {
    if client.basic_authorization().is_some() {
        return Vec::new();
    }
    let secret = client.client_secret().map(ExposeSecret::expose_secret);
    let pairs = [("client_id", Some(client.client_id()).filter(|id| !id.is_empty())), ("client_secret", secret)];
    pairs.into_iter().filter_map(|(name, text)| Some((name.to_owned(), Zeroizing::new(text?.to_owned())))).collect()
}

/// A manifest's parameter takes the place of the protocol's own of the same name.
fn with_token_params(client: &Client<'_>, mut pairs: Pairs) -> Result<Pairs, SetupError> {
    for (name, template) in &client.oauth2.token_params {
        let value = Zeroizing::new(client.render(template)?);
        pairs.retain(|(existing, _)| existing != name);
        pairs.push((name.clone(), value));
    }
    Ok(pairs)
}

pub(super) async fn post(
    endpoint: &Endpoint<'_>,
    url: Url,
    mut pairs: Pairs,
    proves_by_header: bool,
) -> Result<OutboundResponse, GrantError> {
    let (out, client) = (endpoint.out, endpoint.client);
    if let Some(proof) = assertion::proof(client, endpoint.stamp)? {
        pairs.push(("client_assertion_type".to_owned(), Zeroizing::new(assertion::CLIENT_ASSERTION_TYPE.to_owned())));
        pairs.push(("client_assertion".to_owned(), Zeroizing::new(proof.expose_secret().to_owned())));
    }
    let mut headers = vec![("accept".to_owned(), SecretString::from("application/json"))];
    if let Some(value) = client.basic_authorization().filter(|_| proves_by_header) {
        headers.push(("authorization".to_owned(), value));
    }
    headers.extend(client.headers());
    for (name, template) in &client.oauth2.token_headers {
        headers.push((name.clone(), SecretString::from(client.render(template)?)));
    }
    let body = Some(encode(client.oauth2.token_body, &pairs)?);
    let request = OutboundRequest { method: Method::Post, url: url.into(), headers, body };
    out.send(request).await.map_err(|error| error.reason().into())
}

fn encode(token_body: TokenBody, pairs: &Pairs) -> Result<OutboundBody, GrantError> {
    let pairs = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let (content_type, content) = match token_body {
        TokenBody::Form => {
            ("application/x-www-form-urlencoded", form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
        }
        TokenBody::Json => {
            let members: std::collections::BTreeMap<&str, &str> = pairs.collect();
            ("application/json", serde_json::to_string(&members).map_err(|_| Reason::Configuration)?)
        }
    };
    Ok(OutboundBody { content_type: content_type.to_owned(), content: SecretString::from(content) })
}
