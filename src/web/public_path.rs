//! Under a path of another site (`JACKFIELD_PUBLIC_URL=https://example.com/connect`): what comes in loses that path, what goes
//! out gets it. Here alone: everywhere else an address begins at our own root, as `urls` makes it.
//!
//! A proxy may keep the path or take it away before it asks us: both are understood.

use actix_web::{
    Error,
    body::{BoxBody, EitherBody, MessageBody, to_bytes},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Uri,
        header::{CONTENT_LOCATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION},
    },
    middleware::Next,
    web,
};
use url::Url;

use super::routes;
use crate::flows::Context;

/// The attributes of our pages that hold an address; in any other one, a `/` at the beginning is somebody's text.
const ATTRIBUTES: &[&str] =
    &["href", "src", "action", "formaction", "hx-get", "hx-post", "hx-put", "hx-patch", "hx-delete", "hx-push-url", "hx-replace-url"];

/// The headers that hold one.
const HEADERS: [HeaderName; 6] = [
    LOCATION,
    CONTENT_LOCATION,
    HeaderName::from_static("hx-location"),
    HeaderName::from_static("hx-redirect"),
    HeaderName::from_static("hx-push-url"),
    HeaderName::from_static("hx-replace-url"),
];

/// `/connect`, or nothing.
fn of(public_url: &Url) -> &str {
    public_url.path().trim_end_matches('/')
}

pub fn is_needed(public_url: &Url) -> bool {
    !of(public_url).is_empty()
}

/// What of this path is an address of ours: a request for it could mean either.
pub fn collision(public_url: &Url) -> Option<&str> {
    let first = |path: &'static str| path.split('/').nth(1).unwrap_or_default();
    let taken = of(public_url).split('/').nth(1)?;
    routes::all().any(|route| first(route.path) == taken).then_some(taken)
}

/// Wrapped around everything where `is_needed`.
pub async fn translate<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    let path = request.app_data::<web::Data<Context>>().map(|context| of(context.public_url()).to_owned()).unwrap_or_default();
    if let Some(inner) = without(request.uri(), &path) {
        request.match_info_mut().get_mut().update(&inner);
        request.head_mut().uri = inner;
    }
    let mut response = next.call(request).await?;
    place_headers(response.headers_mut(), &path);
    let is_page = response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if !is_page {
        return Ok(response.map_into_left_body());
    }
    let (request, response) = response.into_parts();
    let (response, body) = response.into_parts();
    let html = to_bytes(body).await.map_err(|error| actix_web::error::ErrorInternalServerError(error.into()))?;
    let placed = place(&String::from_utf8_lossy(&html), &path);
    Ok(ServiceResponse::new(request, response.set_body(placed)).map_into_boxed_body().map_into_right_body())
}

/// `None`: it does not begin with the path, so the proxy took it away.
fn without(uri: &Uri, path: &str) -> Option<Uri> {
    let inner = uri.path().strip_prefix(path).filter(|rest| rest.is_empty() || rest.starts_with('/'))?;
    let query = uri.query().map_or_else(String::new, |query| format!("?{query}"));
    format!("/{}{query}", inner.trim_start_matches('/')).parse().ok()
}

fn place_headers(headers: &mut HeaderMap, path: &str) {
    for name in HEADERS {
        let ours = headers.get(&name).and_then(|value| value.to_str().ok()).filter(|address| is_ours(address));
        if let Some(placed) = ours.and_then(|address| HeaderValue::from_str(&format!("{path}{address}")).ok()) {
            headers.insert(name, placed);
        }
    }
}

/// It begins at our root; `//host` names another site.
fn is_ours(address: &str) -> bool {
    address.starts_with('/') && !address.starts_with("//")
}

/// Values of attributes have their quotes escaped, so what looks like an attribute is one.
fn place(html: &str, path: &str) -> String {
    let mut placed = String::with_capacity(html.len() + html.len() / 8);
    let mut rest = html;
    while let Some(at) = rest.find("=\"/") {
        let (before, address) = rest.split_at(at + 2);
        placed.push_str(before);
        let name = before[..at].rsplit(|c: char| c.is_ascii_whitespace()).next().unwrap_or_default();
        if ATTRIBUTES.contains(&name) && is_ours(address) {
            placed.push_str(path);
        }
        rest = address;
    }
    placed.push_str(rest);
    placed
}

#[cfg(test)]
pub(super) mod tests {
    use scraper::Html;

    use super::*;

    /// Attributes in which a `/` at the beginning is no address.
    const TEXT: [&str; 5] = ["value", "d", "content", "title", "aria-keyshortcuts"];

    /// What begins at the site's root and would stay there, with its attribute.
    pub fn forgotten(html: &str) -> Vec<(String, String)> {
        let page = Html::parse_document(&place(html, "/public-path"));
        let attributes = page.root_element().descendants().filter_map(|node| node.value().as_element()).flat_map(|e| e.attrs());
        let rooted = attributes.filter(|(name, value)| is_ours(value) && !value.starts_with("/public-path/") && !TEXT.contains(name));
        rooted.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    #[test]
    fn an_address_is_put_under_the_path_and_what_somebody_typed_is_not() {
        let html = r#"<a href="/wizard/1">x</a> <form action="/a" hx-post="/a"><input value="/uploads"><a href="https://else.example/a"></a>
            <a href="//else.example"></a><a href="a"></a><a href="/">home</a><p>href=&quot;/x</p>"#;
        let placed = place(html, "/connect");
        let expected = html.replace(r#"href="/w"#, r#"href="/connect/w"#).replace(r#"="/a""#, r#"="/connect/a""#);
        assert_eq!(placed, expected.replace(r#"href="/">"#, r#"href="/connect/">"#));
    }

    #[test]
    fn a_request_may_come_with_the_path_or_without() {
        let inner = |uri: &str| without(&uri.parse().unwrap(), "/connect").map(|uri| uri.to_string());
        assert_eq!(inner("/connect/admin?q=1").as_deref(), Some("/admin?q=1"));
        assert_eq!(inner("/connect").as_deref(), Some("/"));
        assert_eq!(inner("/connect//else.example").as_deref(), Some("/else.example"));
        assert_eq!(inner("/admin"), None);
        assert_eq!(inner("/connected"), None);
    }

    #[test]
    fn a_path_that_is_an_address_of_ours_is_found_out() {
        let taken = |url: &str| collision(&url.parse().unwrap()).map(str::to_owned);
        assert_eq!(taken("https://example.com/admin/connect").as_deref(), Some("admin"));
        assert_eq!(taken("https://example.com/connect/admin"), None);
        assert_eq!(taken("https://example.com"), None);
    }
}
