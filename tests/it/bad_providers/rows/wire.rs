//! Below JSON: lengths, encodings, sockets and time.

use super::{Class::Retry, NEW_REFRESH_TOKEN, Row, Step, granted, http, json};

const MEGABYTE: usize = 1024 * 1024;

pub fn bodies() -> Vec<Row> {
    let padded = |bytes: usize| json(granted(&format!(r#", "padding": "{}""#, "p".repeat(bytes))));
    let chunked = |chunks: &[u8]| [b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", chunks].concat();
    let spaces = [b"10000\r\n".as_slice(), &[b' '; 0x10000], b"\r\n"].concat().repeat(160);
    let bomb = http("200 OK", "content-type: application/json\r\ncontent-encoding: gzip\r\n", include_bytes!("bomb.json.gz"));
    let of_length = |length: &str| format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{}", granted("")).into_bytes();
    vec![
        Row::retry("10 MB", padded(10 * MEGABYTE)),
        Row::retry("1 MiB and a bit", padded(MEGABYTE)),
        Row::retry("10 MB in chunks", chunked(&spaces)),
        Row::retry("a gzip bomb", bomb),
        Row::new("a length that is too long, then the end", Retry, vec![Step::Send(of_length("9999")), Step::HalfClose]),
        Row::new("a length that is too long, then silence", Retry, vec![Step::Send(of_length("9999")), Step::Silence]),
        Row::retry("a length that is too short", of_length("40")),
        Row::retry("a length that is no number", of_length("much")),
        Row::retry("two lengths", of_length("40\r\ncontent-length: 41")),
        Row::retry("chunks that are none", chunked(b"ZZ\r\n{}\r\n0\r\n\r\n")),
        Row::retry("a chunk of 2^64 bytes", chunked(b"10000000000000000\r\n{}\r\n")),
        Row::new("one byte a second", Retry, vec![Step::Drip(json(granted("")))]),
        Row::new("headers, then one byte a second", Retry, vec![Step::Send(of_length("9999")), Step::Drip(vec![b' '; 60])]),
    ]
}

pub fn connections() -> Vec<Row> {
    let half = json(granted(""))[..90].to_vec();
    let bare = |name, steps| Row::new(name, Retry, steps);
    let alert = b"\x15\x03\x03\x00\x02\x02\x16".to_vec();
    vec![
        Row { steps: None, ..bare("nobody listens", vec![]) },
        bare("a name that does not exist", vec![]).at("https://provider.invalid/token"),
        bare("no TLS where there should be", vec![]).at("https://127.0.0.1:PORT/token"),
        bare("TLS where there should be none", vec![Step::Send(alert), Step::HalfClose]),
        bare("never answers", vec![Step::Silence]),
        bare("ends without a word", vec![Step::HalfClose]),
        bare("resets at once", vec![Step::Reset]),
        bare("resets in the middle", vec![Step::Send(half.clone()), Step::Reset]),
        bare("ends in the middle", vec![Step::Send(half), Step::HalfClose]),
        bare("100 Continue for ever", vec![Step::Repeat(b"HTTP/1.1 100 Continue\r\n\r\n".to_vec())]),
    ]
}

pub fn heads() -> Vec<Row> {
    let with = |header: &[u8]| [b"HTTP/1.1 200 OK\r\n", header, b"\r\ncontent-length: 0\r\n\r\n"].concat();
    let http_1_0 = format!("HTTP/1.0 200 OK\r\n\r\n{}", granted("")).into_bytes();
    let second = json(r#"{"access_token": "bad-providers-smuggled"}"#);
    vec![
        Row::retry("3 MB of headers", with(&b"x: y\r\n".repeat(MEGABYTE / 2))),
        Row::retry("a header of 3 MB", with(&[b"x: ".as_slice(), &b"h".repeat(3 * MEGABYTE)].concat())),
        Row::retry("CR in a header", with(b"x: a\rlocation: /elsewhere")),
        Row::retry("NUL in a header", with(b"x: a\0b")),
        Row::retry("not HTTP", b"220 mail.example ESMTP bad-providers-old\r\n".to_vec()),
        Row::retry("HTTP/3.7", b"HTTP/3.7 200 OK\r\n\r\n{}".to_vec()),
        Row::new("HTTP/1.0, to the end of the connection", super::Class::Ok, vec![Step::Send(http_1_0), Step::HalfClose])
            .sends_next(NEW_REFRESH_TOKEN),
        Row::ok("a second answer behind the first", [json(granted("")), second].concat()).sends_next(NEW_REFRESH_TOKEN),
    ]
}
