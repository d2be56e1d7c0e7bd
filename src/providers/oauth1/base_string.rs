//! What is signed (RFC 5849 §3.4.1): the method, the address and every parameter, in one string that both sides make alike.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

/// §3.6: everything but RFC 3986's unreserved characters.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(super) fn encode(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// `parameters`: the protocol's own, but for `realm` and the signature, and those of a form-encoded body. The query's are added.
pub(super) fn base_string<'p>(method: &str, url: &Url, parameters: impl IntoIterator<Item = (&'p str, &'p str)>) -> String {
    let normalized = normalized(url, parameters);
    format!("{}&{}&{}", method.to_ascii_uppercase(), encode(&base_uri(url)), encode(&normalized))
}

/// §3.4.1.2; `Url` has lower-cased scheme and host and dropped the default port.
fn base_uri(url: &Url) -> String {
    let mut base = url.clone();
    base.set_query(None);
    base.set_fragment(None);
    base.into()
}

/// §3.4.1.3.2: sorted by name, then value, each as encoded.
pub(super) fn normalized<'p>(url: &Url, parameters: impl IntoIterator<Item = (&'p str, &'p str)>) -> String {
    let given = parameters.into_iter().map(|(name, value)| (encode(name), encode(value)));
    let mut pairs: Vec<(String, String)> = url.query_pairs().map(|(name, value)| (encode(&name), encode(&value))).chain(given).collect();
    pairs.sort();
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}
