use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::{
    domain::auth::SignatureMethod,
    providers::{
        oauth1::{
            base_string::{base_string, encode, normalized},
            sign::Signer,
        },
        testing::{STAMP, secret},
    },
};

/// §3.4.1.1: the query, the body and the header of one request.
const REQUEST: &str = "http://example.com/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b";
const PARAMETERS: [(&str, &str); 7] = [
    ("c2", ""),
    ("a3", "2 q"),
    ("oauth_consumer_key", "9djdj82h48djs9d2"),
    ("oauth_token", "kkk9d7dh3k39sjv7"),
    ("oauth_signature_method", "HMAC-SHA1"),
    ("oauth_timestamp", "137131201"),
    ("oauth_nonce", "7d8f3e4a"),
];

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

#[test]
fn the_base_string_is_that_of_section_3_4_1_1() {
    let expected = "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D\
        %26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1\
        %26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7";
    assert_eq!(base_string("post", &url(REQUEST), PARAMETERS), expected);
    // The signature that the RFC prints there is not of this request; erratum 2550 gives the right one, for the secrets of §3.1.
    let (client_secret, token_secret) = (secret("j49sk3j29djd"), secret("dh893hdasih9"));
    let signer = Signer {
        method: SignatureMethod::HmacSha1,
        client_id: "9djdj82h48djs9d2",
        client_secret: &client_secret,
        token: Some(("kkk9d7dh3k39sjv7", &token_secret)),
        realm: None,
    };
    assert_eq!(signer.signature("POST", &url(REQUEST), &PARAMETERS), "r6/TJjbCOr97/+UU0NsvSne7s5g=");
}

#[test]
fn parameters_are_normalized_as_in_section_3_4_1_3_2() {
    let expected = "a2=r%20b&a3=2%20q&a3=a&b5=%3D%253D&c%40=&c2=&oauth_consumer_key=9djdj82h48djs9d2&oauth_nonce=7d8f3e4a\
        &oauth_signature_method=HMAC-SHA1&oauth_timestamp=137131201&oauth_token=kkk9d7dh3k39sjv7";
    assert_eq!(normalized(&url(REQUEST), PARAMETERS), expected);
}

#[test]
fn the_address_is_that_of_section_3_4_1_2() {
    let of = |text| base_string("GET", &url(text), []);
    assert_eq!(of("http://EXAMPLE.COM:80/r%20v/X?id=123"), "GET&http%3A%2F%2Fexample.com%2Fr%2520v%2FX&id%3D123");
    assert_eq!(of("https://www.example.net:8080/?q=1"), "GET&https%3A%2F%2Fwww.example.net%3A8080%2F&q%3D1");
    assert_eq!(of("https://example.net:443#part"), "GET&https%3A%2F%2Fexample.net%2F&");
}

#[test]
fn only_unreserved_characters_stay_as_they_are() {
    assert_eq!(encode("AZaz09-._~"), "AZaz09-._~");
    assert_eq!(encode(" +*!'()/=&%é☃"), "%20%2B%2A%21%27%28%29%2F%3D%26%25%C3%A9%E2%98%83");
}

/// §1.2: Jane's photos are printed, in three requests.
#[test]
fn the_photo_example_of_section_1_2_is_signed_the_same() {
    let client_secret = secret("kd94hf93k423kf44");
    let signature = |token, http_method, address, timestamp, nonce, more: &[(&'static str, &'static str)]| {
        let signer =
            Signer { method: SignatureMethod::HmacSha1, client_id: "dpf43f3p2l4k3l03", client_secret: &client_secret, token, realm: None };
        let mut parameters = vec![
            ("oauth_consumer_key", "dpf43f3p2l4k3l03"),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", timestamp),
            ("oauth_nonce", nonce),
        ];
        parameters.extend(token.map(|(token, _)| ("oauth_token", token)));
        parameters.extend(more);
        signer.signature(http_method, &url(address), &parameters)
    };
    let initiate = [("oauth_callback", "http://printer.example.com/ready")];
    let (temporary, token) = (secret("hdhd0244k9j7ao03"), secret("pfkkdhi9sl3r4s00"));
    assert_eq!(
        signature(None, "POST", "https://photos.example.net/initiate", "137131200", "wIjqoS", &initiate),
        "74KNZJeDHnMBp0EMJ9ZHt/XKycU="
    );
    let exchange = [("oauth_verifier", "hfdp7dh39dks9884")];
    let kept = Some(("hh5s93j4hdidpola", &temporary));
    assert_eq!(
        signature(kept, "POST", "https://photos.example.net/token", "137131201", "walatlh", &exchange),
        "gKgrFCywp7rO0OXSjdot/IHF7IU="
    );
    let photos = "http://photos.example.net/photos?file=vacation.jpg&size=original";
    let kept = Some(("nnch734d00sl2jdk", &token));
    assert_eq!(signature(kept, "GET", photos, "137131202", "chapoH", &[]), "MdpQcU8iPSUjWoN/UDMsK2sui9I=");
}

#[test]
fn the_header_encodes_its_parameters_and_quotes_the_realm() {
    let client_secret = secret("kd94hf93k423kf44");
    let signer = Signer {
        method: SignatureMethod::Plaintext,
        client_id: "a b",
        client_secret: &client_secret,
        token: None,
        realm: Some("The \"Photos\""),
    };
    let header: SecretString = signer.authorization("GET", &url("https://photos.example.net/"), &[], &STAMP);
    let expected = "OAuth realm=\"The \\\"Photos\\\"\", oauth_consumer_key=\"a%20b\", oauth_signature_method=\"PLAINTEXT\", \
        oauth_timestamp=\"1795000000\", oauth_nonce=\"BwcHBwcHBwcHBwcHBwcHBw\", oauth_version=\"1.0\", \
        oauth_signature=\"kd94hf93k423kf44%26\"";
    assert_eq!(header.expose_secret(), expected);
}
