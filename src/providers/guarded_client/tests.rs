use secrecy::SecretString;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use wiremock::ResponseTemplate;

use super::*;
use crate::providers::testing::{loopback_client, server_with};

fn get(url: impl Into<String>) -> OutboundRequest {
    OutboundRequest { method: Method::Get, url: url.into(), headers: Vec::new(), body: None }
}

fn closed_client() -> GuardedClient {
    GuardedClient::new(AllowedPrivateHosts::default()).unwrap()
}

/// Each of these is 127.0.0.1, or a name for it.
const LOOPBACK: [&str; 13] = [
    "127.0.0.1",
    "127.0.0.1.",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0177.0.0.1",
    "017700000001",
    "%31%32%37.0.0.1",
    "①②⑦.0.0.①",
    "[::ffff:127.0.0.1]",
    "localhost",
    "LOCALHOST",
];

#[tokio::test]
async fn every_spelling_of_loopback_is_live_when_allowed_and_blocked_when_not() {
    let server = server_with(ResponseTemplate::new(200)).await;
    let port = server.address().port();
    let open = loopback_client();
    for host in LOOPBACK {
        let answer = open.send(get(format!("http://{host}:{port}/"))).await;
        assert_eq!(answer.map(|a| a.status), Ok(200), "{host} does not lead to the listener: the test proves nothing");
    }
    server.reset().await;
    let closed = closed_client();
    for host in LOOPBACK {
        for scheme in ["http", "https"] {
            let error = closed.send(get(format!("{scheme}://{host}:{port}/"))).await.unwrap_err();
            assert_eq!(error.reason(), crate::domain::reason::Reason::HostBlocked, "{scheme}://{host}");
        }
    }
    assert!(server.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_not_a_web_address_is_not_sent() {
    let client = loopback_client();
    for url in [
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "gopher://127.0.0.1/",
        "http://",
        "127.0.0.1",
        "http://u:p@127.0.0.1/",
        "http://u@127.0.0.1/",
        "",
    ] {
        assert_eq!(client.send(get(url)).await.unwrap_err(), OutboundError::BadUrl, "{url}");
    }
    assert_eq!(client.send(get("http://8.8.8.8/")).await.unwrap_err(), OutboundError::NotHttps);
    assert_eq!(closed_client().send(get("http://example.com/")).await.unwrap_err(), OutboundError::NotHttps);
}

#[tokio::test]
async fn a_host_may_be_allowed_by_name_and_port() {
    let server = server_with(ResponseTemplate::new(204)).await;
    let port = server.address().port();
    let with = |entry: String| GuardedClient::new(AllowedPrivateHosts::parse(&entry).unwrap()).unwrap();
    for entry in [format!("localhost:{port}"), "localhost".to_owned(), format!("other.internal, LOCALHOST.:{port}")] {
        assert_eq!(with(entry).send(get(format!("http://localhost:{port}/"))).await.unwrap().status, 204);
    }
    for entry in [format!("localhost:{}", port ^ 1), "10.0.0.0/8".to_owned(), "host".to_owned()] {
        let error = with(entry.clone()).send(get(format!("http://localhost:{port}/"))).await.unwrap_err();
        assert_eq!(error, OutboundError::NotHttps, "{entry}");
    }
    // A listed name opens no other door to the same address.
    let error = with("localhost".to_owned()).send(get(format!("http://127.0.0.1:{port}/"))).await.unwrap_err();
    assert_eq!(error, OutboundError::HostBlocked);
}

#[test]
fn allowed_hosts_that_make_no_sense_are_named() {
    for entry in ["10.0.0.0/33", "*.internal", "http://erp", "erp:https", "a b/8", "erp:99999"] {
        assert!(AllowedPrivateHosts::parse(entry).is_err(), "{entry}");
    }
    assert_eq!(AllowedPrivateHosts::parse(" , ").unwrap(), AllowedPrivateHosts::default());
    AllowedPrivateHosts::parse("127.0.0.1,localhost, 127.0.0.0/8,[fd00::1]:80 ::1 erp.internal:8443").unwrap();
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_not_a_way() {
    let target = server_with(ResponseTemplate::new(200)).await;
    let server = server_with(ResponseTemplate::new(302).insert_header("location", target.uri())).await;
    let answer = loopback_client().send(get(server.uri())).await.unwrap();
    assert_eq!((answer.status, answer.header("location")), (302, Some(target.uri().as_str())));
    assert!(target.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_mebibyte_is_read_and_not_a_byte_more() {
    let client = loopback_client();
    let exact = server_with(ResponseTemplate::new(200).set_body_bytes(vec![b'x'; BODY_MAX_BYTES])).await;
    assert_eq!(client.send(get(exact.uri())).await.unwrap().body.len(), BODY_MAX_BYTES);
    let more = server_with(ResponseTemplate::new(200).set_body_bytes(vec![b'x'; BODY_MAX_BYTES + 1])).await;
    assert_eq!(client.send(get(more.uri())).await.unwrap_err(), OutboundError::TooLarge);
}

#[tokio::test]
async fn a_body_that_drips_ends_at_the_deadline() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        socket.read_buf(&mut Vec::new()).await.unwrap();
        socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n").await.unwrap();
        while socket.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let client = GuardedClient::with_deadline(AllowedPrivateHosts::parse("127.0.0.1").unwrap(), Duration::from_millis(300)).unwrap();
    let started = tokio::time::Instant::now();
    assert_eq!(client.send(get(format!("http://127.0.0.1:{port}/"))).await.unwrap_err(), OutboundError::Timeout);
    assert!(started.elapsed() < Duration::from_secs(3));
    server.abort();
}

#[tokio::test]
async fn each_way_to_get_no_answer_has_its_name() {
    let client = loopback_client();
    let closed_port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    assert_eq!(client.send(get(format!("http://127.0.0.1:{closed_port}/"))).await.unwrap_err(), OutboundError::HostRefused);
    // https to a port that speaks http: what comes back is no TLS.
    let plain = server_with(ResponseTemplate::new(200)).await;
    let error = client.send(get(format!("https://127.0.0.1:{}/", plain.address().port()))).await.unwrap_err();
    assert_eq!(error, OutboundError::TlsUntrusted);
    let error = client.send(get("https://no-such-host.invalid/")).await.unwrap_err();
    // Without a name server at hand, nobody can say that the name does not exist.
    assert!(matches!(error, OutboundError::HostNotFound | OutboundError::HostUnreachable), "{error:?}");

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        socket.write_all(b"SSH-2.0-OpenSSH_9.2\r\n").await.unwrap();
    });
    assert_eq!(client.send(get(format!("http://127.0.0.1:{port}/"))).await.unwrap_err(), OutboundError::Broken);
    server.await.unwrap();
}

#[tokio::test]
async fn a_request_carries_our_name_and_nothing_of_its_own_accord() {
    let server = server_with(ResponseTemplate::new(200).insert_header("set-cookie", "a=b")).await;
    let client = loopback_client();
    for _ in 0..2 {
        let headers = vec![("x-key".to_owned(), SecretString::from("grüße"))];
        client.send(OutboundRequest { headers, ..get(server.uri()) }).await.unwrap();
    }
    let requests = server.received_requests().await.unwrap();
    let mut names: Vec<&str> = requests[1].headers.keys().map(|name| name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["accept", "host", "user-agent", "x-key"]);
    assert_eq!(requests[1].headers["user-agent"], concat!("Jackfield/", env!("CARGO_PKG_VERSION")));
    assert_eq!(requests[1].headers["x-key"].as_bytes(), "grüße".as_bytes());
}

#[tokio::test]
async fn headers_that_could_split_or_reroute_a_request_are_refused() {
    let server = server_with(ResponseTemplate::new(200)).await;
    let client = loopback_client();
    for (name, value) in [
        ("x-key", "a\r\nx: y"),
        ("x key", "a"),
        ("", "a"),
        ("Host", "evil"),
        ("Transfer-Encoding", "chunked"),
        ("Proxy-Authorization", "a"),
    ] {
        let headers = vec![(name.to_owned(), SecretString::from(value))];
        assert_eq!(client.send(OutboundRequest { headers, ..get(server.uri()) }).await.unwrap_err(), OutboundError::BadUrl, "{name}");
    }
    assert!(server.received_requests().await.unwrap().is_empty());
}

#[test]
fn what_is_printed_of_a_request_and_an_answer_holds_no_secret() {
    let headers = vec![("authorization".to_owned(), SecretString::from("canary"))];
    let request = OutboundRequest { headers, ..get("https://example.com/x?key=canary") };
    let response = OutboundResponse { status: 200, headers: vec![("location".to_owned(), "canary".to_owned())], body: b"canary".to_vec() };
    let printed = format!("{request:?} {response:?}");
    assert!(!printed.contains("canary") && printed.contains("https://example.com/x"), "{printed}");
}
