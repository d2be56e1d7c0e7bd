//! A status of 200, and something else in the body than RFC 6749 §5.1 says.

use super::{NEW_REFRESH_TOKEN, Row, granted, http, json};

const HUNDRED_YEARS_SECONDS: i64 = 3_155_760_000;
const FORM: &str = "access_token=bad-providers-new&refresh_token=bad-providers-new-refresh&expires_in=3600";

pub fn unreadable() -> Vec<Row> {
    let nested = format!(r#"{{"access_token": "bad-providers-new", "more": {}1{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
    vec![
        Row::retry("empty", json("")),
        Row::retry("nothing but spaces", json("   \r\n ")),
        Row::retry("null", json("null")),
        Row::retry("an array", json(format!("[{}]", granted("")))),
        Row::retry("a string", json(r#""bad-providers-new""#)),
        Row::retry("an object with nothing in it", json("{}")),
        Row::retry("truncated JSON", json(r#"{"access_token": "bad-providers-new", "refresh_tok"#)),
        Row::retry("two objects", json(granted("").repeat(2))),
        Row::retry("nested 10,000 deep", json(nested)),
        Row::retry("invalid UTF-8", json(b"{\"access_token\": \"bad-providers-\xff\xfe\"}")),
        Row::retry("UTF-16 with a byte order mark", json(utf_16(&granted("")))),
        Row::retry("half a surrogate pair", json(r#"{"access_token": "bad-providers-\ud800"}"#)),
    ]
}

pub fn readable() -> Vec<Row> {
    let ok = |name, answer| Row::ok(name, answer).sends_next(NEW_REFRESH_TOKEN);
    vec![
        ok("UTF-8 with a byte order mark", json(format!("\u{feff}{}", granted("")))),
        ok("keys twice: the last counts", json(format!(r#"{{"access_token": "bad-providers-first", {}"#, &granted("")[1..]))),
        ok("JSON that says it is a page", http("200 OK", "content-type: text/html\r\n", granted(""))),
        ok("JSON without a type", http("200 OK", "", granted(""))),
        ok("201", http("201 Created", "", granted(""))),
        ok("error: null beside a token", json(granted(r#", "error": null"#))),
        ok("a form", http("200 OK", "content-type: application/x-www-form-urlencoded\r\n", FORM)).lives(3600),
        ok("scope as a list", json(granted(r#", "scope": ["read", 7, null]"#))),
    ]
}

/// RFC 6749: `expires_in` is a number of seconds.
pub fn lives() -> Vec<Row> {
    let row = |name, value: &str| Row::ok(name, json(granted(&format!(r#", "expires_in": {value}"#)))).sends_next(NEW_REFRESH_TOKEN);
    vec![
        row("expires_in: \"3600\"", r#""3600""#).lives(3600),
        row("expires_in: 3599.5", "3599.5").lives(3600),
        row("expires_in: 1e12", "1e12").lives(HUNDRED_YEARS_SECONDS),
        row("expires_in: \"1e400\"", r#""1e400""#).lives(HUNDRED_YEARS_SECONDS),
        row("expires_in: -1", "-1"),
        row("expires_in: 0", "0"),
        row("expires_in: null", "null"),
        row("expires_in: \"abc\"", r#""abc""#),
        row("expires_in: \"NaN\"", r#""NaN""#),
        row("expires_in: \"\"", r#""""#),
        row("expires_in: []", "[]"),
        row("expires_in: true", "true"),
        Row::ok("no expires_in", json(granted(""))).sends_next(NEW_REFRESH_TOKEN),
    ]
}

pub fn tokens() -> Vec<Row> {
    let access = |name, value: &str| Row::retry(name, json(format!(r#"{{"access_token": {value}, "token_type": "Bearer"}}"#)));
    let beside = |name, member: &str| Row::ok(name, json(format!(r#"{{"access_token": "bad-providers-new"{member}}}"#)));
    let megabyte = format!("bad-providers-new-{}", "m".repeat(1_000_000));
    vec![
        beside("no refresh token: the old one stays", ""),
        beside("refresh_token: \"\"", r#", "refresh_token": """#),
        beside("refresh_token: null", r#", "refresh_token": null"#),
        beside("token_type: null", r#", "token_type": null"#),
        beside("token_type: 7", r#", "token_type": 7"#),
        beside("token_type: bEaReR", r#", "token_type": "bEaReR""#),
        access("access_token: null", "null"),
        access("access_token: \"\"", r#""""#),
        access("access_token: spaces", r#""  ""#),
        access("access_token: 7", "7"),
        access("access_token: an object", r#"{"token": "bad-providers-new"}"#),
        access("CR and LF in the access token", r#""bad-providers-new\r\nX-Admin: 1""#),
        access("NUL in the access token", r#""bad-providers-new\u0000""#),
        Row::retry(
            "CR and LF in the refresh token",
            json(r#"{"access_token": "bad-providers-new", "refresh_token": "bad-providers-\r\n"}"#),
        ),
        Row::ok("a token of 1 MB", json(format!(r#"{{"access_token": "{megabyte}"}}"#))),
    ]
}

fn utf_16(text: &str) -> Vec<u8> {
    std::iter::once(0xfeff_u16).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}
