//! A customer chooses the host, and chooses one of ours.

use std::{
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use jackfield::providers::AllowedPrivateHosts;
use serde_json::json;

use crate::support::{Browser, Product};

const MANIFESTS: &str = r#"
kind: connector
key: erp
name: ERP
connection_types:
  - key: key
    name: Key
    auth: {kind: header, name: X-Api-Key, value: "{{key}}"}
    inputs: [{key: address, label: Address}, {key: key, label: Key, type: password}]
    check: {get: "{{address}}/me", expect: {status: 200}}
  - key: machine
    name: Client credentials
    auth: {kind: oauth2, grant: client_credentials}
    inputs: [{key: token_url, label: Token address}, {key: client_id, default: c, visibility: organization}, {key: client_secret, label: Secret, type: password}]
---
kind: integration
key: orders
name: Orders
pages: [{key: erp, title: Connect, elements: [{connection: erp, type: erp.key}, {connection: machine, type: erp.machine, required: false}]}]
"#;

/// Loopback in every spelling that some client or other understands, and what else is nobody's business.
const HOSTS: [&str; 24] = [
    "127.0.0.1",
    "127.1",
    "127.0.0.1.",
    "127.255.255.254",
    "0.0.0.0",
    "0",
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "017700000001",
    "0177.0.0.1",
    "localhost",
    "LOCALHOST",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "①②⑦.0.0.1",
    "10.0.0.1",
    "169.254.169.254",
    "[fd00:ec2::254]",
];

/// Counts who comes by, on every address of loopback.
fn listener() -> (u16, Arc<AtomicUsize>) {
    let listening = TcpListener::bind("0.0.0.0:0").unwrap();
    let port = listening.local_addr().unwrap().port();
    let visits = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&visits);
    let also = TcpListener::bind(("::1", port)).ok();
    for listener in [Some(listening), also].into_iter().flatten() {
        let count = Arc::clone(&count);
        std::thread::spawn(move || {
            for _visit in listener.incoming() {
                count.fetch_add(1, Ordering::SeqCst);
            }
        });
    }
    (port, visits)
}

async fn product(allowed: &str) -> (Product, String) {
    let allowed = AllowedPrivateHosts::parse(allowed).unwrap();
    let product = Product::with(|config| config.allowed_private_hosts = allowed).await;
    let (status, said) = product.apply(MANIFESTS).await;
    assert_eq!(status, 200, "{said}");
    product.customer("acme").await;
    let body = json!({"customer": "external:acme", "integration": "orders"});
    let id = product.ok("POST", "/instances", Some(body)).await["id"].as_str().unwrap().to_owned();
    (product, id)
}

#[tokio::test]
async fn no_spelling_of_a_private_address_is_called() {
    let (product, id) = product("").await;
    let (port, visits) = listener();
    let slot = format!("/instances/{id}/connections/erp");
    for host in HOSTS {
        for scheme in ["http", "https"] {
            let address = format!("{scheme}://{host}:{port}");
            product.ok("PUT", &slot, Some(json!({"inputs": {"address": address, "key": "k"}}))).await;
            let check = product.ok("POST", &format!("{slot}/checks"), None).await;
            assert_eq!((check["ok"].as_bool(), check["code"].as_str()), (Some(false), Some("host.blocked")), "{address}: {check}");
        }
    }
    assert_eq!(visits.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn what_is_no_address_of_the_web_is_not_called_either() {
    let (product, id) = product("").await;
    let (port, visits) = listener();
    let slot = format!("/instances/{id}/connections/erp");
    for address in [
        format!("https://user:pass@127.0.0.1:{port}"),
        format!("https://example.com@127.0.0.1:{port}"),
        format!("https://127.0.0.1:{port}#@example.com"),
        format!("https:\\\\127.0.0.1:{port}"),
        format!("gopher://127.0.0.1:{port}"),
        "file:///etc/passwd".to_owned(),
        format!("//127.0.0.1:{port}"),
    ] {
        product.ok("PUT", &slot, Some(json!({"inputs": {"address": address, "key": "k"}}))).await;
        let check = product.ok("POST", &format!("{slot}/checks"), None).await;
        assert_eq!(check["ok"], false, "{address}: {check}");
    }
    assert_eq!(visits.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_token_address_is_held_to_the_same() {
    let (product, id) = product("").await;
    let (port, visits) = listener();
    let slot = format!("/instances/{id}/connections/machine");
    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433"] {
        product
            .ok("PUT", &slot, Some(json!({"inputs": {"token_url": format!("https://{host}:{port}/token"), "client_secret": "s"}})))
            .await;
        let (status, problem) = product.api("GET", &format!("{slot}/credentials"), None).await;
        assert!(status >= 409 && problem.to_string().contains("host.blocked"), "{host}: {status} {problem}");
    }
    assert_eq!(visits.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_person_is_told_so_at_the_form_and_an_allowed_host_is_called() {
    let (product, _) = product("localhost").await;
    let (port, visits) = listener();
    let mut person = Browser::new(&product.base);
    person.open(&product.link("acme", "orders").await).await;
    person.fill("Address", &format!("http://127.0.0.1:{port}")).fill("Key", "k").press("Save and continue").await;
    assert_eq!((person.status, visits.load(Ordering::SeqCst)), (422, 0), "{}", person.html);
    person.fill("Address", &format!("http://localhost:{port}")).fill("Key", "k").press("Save and continue").await;
    assert!(visits.load(Ordering::SeqCst) > 0, "{}", person.html);
}
