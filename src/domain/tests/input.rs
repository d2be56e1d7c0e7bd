use serde_json::json;

use super::{input, key};
use crate::domain::{
    input::{Choice, Format, Input, InputType, Pattern, Raw},
    validation::FieldError,
    value::{Given, Value},
};

fn typed(input: &Input, text: &str) -> Result<Option<Value>, FieldError> {
    input.parse(&Raw::Texts(vec![text.to_owned()])).map(|given| given.and_then(|g| g.as_clear().cloned()))
}

fn text(text: &str) -> Result<Option<Value>, FieldError> {
    Ok(Some(Value::from(text)))
}

#[test]
fn a_pasted_address_is_cut_to_the_part_that_is_asked_for() {
    let subdomain = Input {
        prefix: Some("https://".into()),
        suffix: Some(".zendesk.com".into()),
        pattern: Some(Pattern::parse("^[a-z0-9-]+$").unwrap()),
        ..input("subdomain", InputType::String)
    };
    for pasted in [
        "acme",
        "https://acme.zendesk.com",
        "HTTPS://acme.zendesk.com/agent/dashboard?x=1",
        "http://acme.zendesk.com",
        "acme.zendesk.com",
        "  acme\n",
    ] {
        assert_eq!(typed(&subdomain, pasted), text("acme"), "{pasted:?}");
    }
    for wrong in ["https://acme.zendesk.community", "acme.zendesk.com.evil.example", "https://evil.example/acme.zendesk.com"] {
        assert!(matches!(typed(&subdomain, wrong), Err(FieldError::Pattern { .. })), "{wrong:?}");
    }
}

#[test]
fn each_format_takes_what_people_paste_and_refuses_the_rest() {
    let cases: [(Format, &[&str], &[&str]); 7] = [
        (
            Format::Hostname,
            &["example.com", "10.0.0.1", "::1", "a-b.example"],
            &["https://example.com", "a b", "-a.example", "exa mple.com", "example.com/x"],
        ),
        (
            Format::Url,
            &["https://example.com/x?y=1", "http://localhost:8080"],
            &["example.com", "ftp://example.com", "https://user:pass@example.com", "javascript:alert(1)"],
        ),
        (Format::Email, &["a.b+c@example.com"], &["a@", "@b", "a b@example.com", "a@b@c"]),
        (Format::Uuid, &["123e4567-e89b-12d3-a456-426614174000"], &["123e4567"]),
        (Format::Port, &["1", "65535"], &["0", "65536", "-1", "x"]),
        (Format::Json, &["{\"a\": [1]}", "1"], &["{", "{a: 1}"]),
        (Format::Pem, &["-----BEGIN KEY-----\nAAAA\n-----END KEY-----"], &["AAAA", "-----BEGIN KEY-----"]),
    ];
    for (format, good, bad) in cases {
        good.iter().for_each(|text| assert!(format.accepts(text), "{format:?} {text:?}"));
        bad.iter().for_each(|text| assert!(!format.accepts(text), "{format:?} {text:?}"));
    }
}

#[test]
fn numbers_know_their_bounds_and_texts_their_lengths() {
    let port = Input { min: Some(1.0), max: Some(10.0), ..input("n", InputType::Integer) };
    assert_eq!(typed(&port, "7"), Ok(Some(Value::Integer(7))));
    assert_eq!(typed(&port, "0"), Err(FieldError::BelowMin { min: 1.0 }));
    assert_eq!(typed(&port, "11"), Err(FieldError::AboveMax { max: 10.0 }));
    assert_eq!(typed(&port, "7.5"), Err(FieldError::NotAnInteger));
    assert_eq!(typed(&input("n", InputType::Number), "1e999"), Err(FieldError::NotANumber));
    let short = Input { max: Some(3.0), ..input("s", InputType::String) };
    assert_eq!(typed(&short, "äöü"), text("äöü"), "characters are counted, not bytes");
    assert_eq!(typed(&short, "äöüx"), Err(FieldError::TooLong { max: 3 }));
    assert!(matches!(typed(&input("s", InputType::Text), &"x".repeat(70_000)), Err(FieldError::TooLong { .. })));
}

#[test]
fn a_password_is_a_secret_from_the_first_moment_and_its_ends_are_trimmed() {
    let password = input("p", InputType::Password);
    let Ok(Some(Given::Secret(secret))) = password.parse(&Raw::Texts(vec!["  s3cret with spaces \r\n".into()])) else {
        panic!("not a secret")
    };
    assert_eq!(secrecy::ExposeSecret::expose_secret(&secret), "s3cret with spaces");
    assert!(!format!("{secret:?}").contains("s3cret"));
}

#[test]
fn choices_lists_and_maps_are_read_strictly() {
    let choices = vec![Choice { value: "eu".into(), label: "Europe".into() }];
    let choice = input("c", InputType::Choice(choices.clone()));
    assert_eq!(typed(&choice, "eu"), text("eu"));
    assert_eq!(typed(&choice, "us"), Err(FieldError::NotAChoice));
    let multi = input("m", InputType::MultiChoice(choices));
    assert_eq!(multi.parse(&Raw::Texts(vec!["eu".into(), "us".into()])).unwrap_err(), FieldError::NotAChoice);
    assert_eq!(typed(&input("l", InputType::List), "a\r\n\r\n b \n"), Ok(Some(Value::List(vec!["a".into(), "b".into()]))));
    let map = input("map", InputType::Map);
    let rows = |rows: &[(&str, &str)]| Raw::Rows(rows.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect());
    assert!(matches!(map.parse(&rows(&[("a", "1"), ("", "")])), Ok(Some(_))));
    assert!(matches!(map.parse(&rows(&[("a", "1"), ("a", "2")])), Err(FieldError::DuplicateKey { .. })));
    assert!(matches!(map.parse(&rows(&[("", "2")])), Err(FieldError::Required)));
}

#[test]
fn json_values_have_the_shape_of_their_type() {
    assert_eq!(input("b", InputType::Boolean).parse_json(&json!("yes")).unwrap_err(), FieldError::NotABoolean);
    assert_eq!(input("s", InputType::String).parse_json(&json!(["a"])).unwrap_err(), FieldError::WrongShape);
    assert_eq!(input("m", InputType::Map).parse_json(&json!("a")).unwrap_err(), FieldError::WrongShape);
    assert!(matches!(input("s", InputType::String).parse_json(&json!(null)), Ok(None)));
    assert!(matches!(input("i", InputType::Integer).parse_json(&json!(5)), Ok(Some(Given::Clear(Value::Integer(5))))));
}

#[test]
fn keys_may_hold_any_printable_character_and_nothing_else() {
    for good in ["ocp-apim-subscription-key", "Ocp Apim", "a.b:c", "ключ", "100%"] {
        assert_eq!(key(good).as_str(), good);
    }
    for bad in ["", " a", "a\n", "a{{b", "a}}", &"x".repeat(129)] {
        assert!(crate::domain::key::Key::parse(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn an_input_without_a_label_is_called_by_its_key_in_words() {
    let called = |key: &str| Input { label: String::new(), ..input(key, InputType::String) }.labelled().label;
    assert_eq!(called("authorize_url"), "Authorize URL");
    assert_eq!(called("client_id"), "Client ID");
    assert_eq!(called("été-éternel"), "Été éternel");
    assert_eq!(called("Ocp Apim"), "Ocp Apim");
    assert_eq!(called("__"), "__");
}
