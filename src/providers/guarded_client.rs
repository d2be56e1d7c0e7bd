//! The one client for outbound calls (QUALITY.md): https, no redirects, no proxy, no cookies, 15 s, 1 MiB,
//! and no way into a private network but through `AllowedPrivateHosts`.

mod address;
mod failure;
mod resolver;

use std::{sync::Arc, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};
use reqwest::{
    Client, Request, Response,
    header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue},
};
use secrecy::ExposeSecret;
use url::{Host, Url};

use super::{AllowedPrivateHosts, Outbound, OutboundError, OutboundRequest, OutboundResponse};
use crate::domain::check::Method;
use resolver::{GuardedResolver, Reach};

/// Resolving, connecting, sending and reading together.
const DEADLINE: Duration = Duration::from_secs(15);
const CONNECT_DEADLINE: Duration = Duration::from_secs(5);
const BODY_MAX_BYTES: usize = 1024 * 1024;
const IDLE_CONNECTIONS_PER_HOST: usize = 4;
const IDLE_CONNECTION_LIFETIME: Duration = Duration::from_secs(30);
const KEPT_HEADERS: [&str; 4] = ["content-type", "location", "retry-after", "www-authenticate"];
/// Headers that belong to the connection: a manifest that set one could make two servers read two requests.
const REFUSED_HEADERS: [&str; 8] = ["connection", "content-length", "expect", "host", "te", "trailer", "transfer-encoding", "upgrade"];

/// Clones share their connections.
#[derive(Clone)]
pub struct GuardedClient {
    allowed: Arc<AllowedPrivateHosts>,
    deadline: Duration,
    guarded: Client,
    /// These two only where something is allowed: each client reads all root certificates.
    allowed_networks: Option<Client>,
    listed: Option<Client>,
}

impl GuardedClient {
    /// The error says why TLS could not be set up (no root certificates on this machine, for one).
    pub fn new(allowed: AllowedPrivateHosts) -> Result<Self, String> {
        Self::with_deadline(allowed, DEADLINE)
    }

    /// For tests of slow servers; production has one deadline.
    pub fn with_deadline(allowed: AllowedPrivateHosts, deadline: Duration) -> Result<Self, String> {
        let allowed = Arc::new(allowed);
        let client = |reach| build(GuardedResolver { reach, allowed: Arc::clone(&allowed) });
        Ok(Self {
            deadline,
            guarded: client(Reach::Guarded)?,
            allowed_networks: allowed.has_networks().then(|| client(Reach::AllowedNetworks)).transpose()?,
            listed: allowed.has_hosts().then(|| client(Reach::Listed)).transpose()?,
            allowed,
        })
    }

    /// The client whose resolver fits the URL. IP literals are checked here: reqwest resolves only names.
    fn client_for(&self, url: &Url) -> Result<&Client, OutboundError> {
        let is_http = match url.scheme() {
            "https" => false,
            "http" => true,
            _ => return Err(OutboundError::BadUrl),
        };
        let reach = if self.allowed.lists_host(url) {
            Reach::Listed
        } else if is_http {
            Reach::AllowedNetworks
        } else {
            Reach::Guarded
        };
        let literal = match url.host().ok_or(OutboundError::BadUrl)? {
            Host::Domain(_) => None,
            Host::Ipv4(address) => Some(address.into()),
            Host::Ipv6(address) => Some(address.into()),
        };
        if literal.is_some_and(|address| !reach.admits(address, &self.allowed)) {
            let is_blocked = literal.is_some_and(|address| !address::is_public(address));
            return Err(if is_blocked { OutboundError::HostBlocked } else { OutboundError::NotHttps });
        }
        match reach {
            Reach::Guarded => Ok(&self.guarded),
            Reach::AllowedNetworks => self.allowed_networks.as_ref().ok_or(OutboundError::NotHttps),
            Reach::Listed => self.listed.as_ref().ok_or(OutboundError::HostBlocked),
        }
    }

    async fn call(&self, request: OutboundRequest) -> Result<OutboundResponse, OutboundError> {
        let url = without_user(&request.url)?;
        let client = self.client_for(&url)?;
        let request = to_reqwest(url, request)?;
        // One deadline around everything: reqwest's own does not hold while a name is being looked up.
        tokio::time::timeout(self.deadline, async {
            let response = client.execute(request).await.map_err(|error| failure::classify(&error))?;
            read(response).await
        })
        .await
        .unwrap_or(Err(OutboundError::Timeout))
    }
}

impl Outbound for GuardedClient {
    fn send(&self, request: OutboundRequest) -> BoxFuture<'_, Result<OutboundResponse, OutboundError>> {
        self.call(request).boxed()
    }

    fn refuses(&self, url: &str) -> Option<OutboundError> {
        without_user(url).and_then(|url| self.client_for(&url).map(drop)).err()
    }
}

fn without_user(url: &str) -> Result<Url, OutboundError> {
    let url = Url::parse(url).map_err(|_| OutboundError::BadUrl)?;
    if url.username().is_empty() && url.password().is_none() { Ok(url) } else { Err(OutboundError::BadUrl) }
}

fn build(resolver: GuardedResolver) -> Result<Client, String> {
    Client::builder()
        .user_agent(concat!("Jackfield/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        // A request may be an authorization code's only use: whether to send it again is not the transport's to say.
        .retry(reqwest::retry::never())
        .no_proxy()
        .referer(false)
        .dns_resolver(Arc::new(resolver))
        .connect_timeout(CONNECT_DEADLINE)
        .pool_max_idle_per_host(IDLE_CONNECTIONS_PER_HOST)
        .pool_idle_timeout(IDLE_CONNECTION_LIFETIME)
        .build()
        .map_err(|error| format!("the HTTP client cannot start: {error:?}"))
}

fn to_reqwest(url: Url, request: OutboundRequest) -> Result<Request, OutboundError> {
    let method = match request.method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
    };
    let mut out = Request::new(method, url);
    *out.headers_mut() = headers(&request)?;
    if let Some(body) = request.body {
        *out.body_mut() = Some(body.content.expose_secret().to_owned().into());
    }
    Ok(out)
}

/// Of a name given twice the last value counts.
fn headers(request: &OutboundRequest) -> Result<HeaderMap, OutboundError> {
    let mut headers = HeaderMap::new();
    for (name, value) in &request.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| OutboundError::BadUrl)?;
        if REFUSED_HEADERS.contains(&name.as_str()) || name.as_str().starts_with("proxy-") {
            return Err(OutboundError::BadUrl);
        }
        let mut value = HeaderValue::from_bytes(value.expose_secret().as_bytes()).map_err(|_| OutboundError::BadUrl)?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    if let Some(body) = &request.body {
        let value = HeaderValue::from_str(&body.content_type).map_err(|_| OutboundError::BadUrl)?;
        headers.entry(CONTENT_TYPE).or_insert(value);
    }
    Ok(headers)
}

async fn read(mut response: Response) -> Result<OutboundResponse, OutboundError> {
    let status = response.status().as_u16();
    let kept = |name: &&str| Some(((*name).to_owned(), response.headers().get(*name)?.to_str().ok()?.to_owned()));
    let headers = KEPT_HEADERS.iter().filter_map(kept).collect();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failure::classify(&error))? {
        if body.len() + chunk.len() > BODY_MAX_BYTES {
            return Err(OutboundError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(OutboundResponse { status, headers, body })
}

#[cfg(test)]
mod tests;
