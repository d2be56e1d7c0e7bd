use super::support::{Canaries, Environment, errors, read_texts, source};
use crate::manifest::{NothingKnown, ValidateOnly, read};

/// A sound connector, to whose lines the tests add their mistakes.
const ACME: &str = "\
kind: connector
key: acme
name: Acme
connection_types:
  - key: key
    name: API key
    auth: {kind: header, name: X-Key, value: \"{{token}}\"}
    inputs:
      - {key: host, label: Host, format: hostname}
      - {key: token, label: Token, type: password}
      - {key: port, label: Port, type: integer, default: 443, max: 65535}
      - {key: base_url, template: \"https://{{host}}:{{port}}/api\"}
---
";

fn acme_and(text: &str) -> Vec<String> {
    let lines = ACME.lines().count();
    errors(&format!("{ACME}{text}"))
        .into_iter()
        .map(|error| {
            let (line, rest) = error.split_once(':').unwrap();
            format!("{}:{rest}", line.parse::<usize>().unwrap() - lines)
        })
        .collect()
}

#[test]
fn an_unknown_key_is_an_error_at_its_place_with_the_word_that_was_meant() {
    let text =
        "kind: connector\nkey: a\nname: A\nconnection_types:\n  - key: k\n    name: K\n    auth: {kind: none, gramt: x}\n    inptus: []\n";
    assert_eq!(
        errors(text),
        [
            "7:24: `gramt` is not a key of `auth`; `auth` has `kind`",
            "8:5: `inptus` is not a key of a connection type; did you mean `inputs`?"
        ]
    );
}

#[test]
fn an_error_shows_its_line_with_a_caret() {
    let text = "kind: preset\nkey: a\ntpye: b.c\n";
    let errors = read_texts(&[text], &Canaries).unwrap_err();
    assert_eq!(
        errors.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [
            "test.yaml:1:1: a preset needs `type`\n  | kind: preset\n  | ^",
            "test.yaml:3:1: `tpye` is not a key of a preset; did you mean `type`?\n  | tpye: b.c\n  | ^"
        ]
    );
    let json = serde_json::to_value(&errors[1]).unwrap();
    assert_eq!(
        json,
        serde_json::json!({"file": "test.yaml", "line": 3, "column": 1, "message": "`tpye` is not a key of a preset; did you mean `type`?"})
    );
}

#[test]
fn a_long_line_is_shown_around_its_mistake() {
    let text = format!("{{\"kind\": \"connector\", \"name\": \"{}\", \"kye\": 1}}", "x".repeat(5000));
    let error = read_texts(&[&text], &Canaries).unwrap_err().into_iter().find(|e| e.message.contains("kye")).unwrap();
    let snippet = error.snippet.unwrap();
    let (line, caret) = snippet.split_once('\n').unwrap();
    assert!(line.chars().count() < 110 && line[caret.find('^').unwrap()..].starts_with("\"kye\""), "{snippet}");
}

#[test]
fn all_mistakes_of_all_documents_are_told_at_once() {
    let found = acme_and(
        "kind: preset\nkey: one\ntype: acme.keey\n---\nkind: preset\nkey: two\ntype: acne.key\n---\nkind: prest\n---\nkind: preset\nkey: three\ntype: acme.key\ninputs:\n  tokne: {value: x}\n  port: {value: many}\n  base_url: {value: x}\n",
    );
    assert_eq!(
        found,
        [
            "3:7: the connector `acme` has no connection type `keey`; did you mean `key`?",
            "9:7: `prest` is not a `kind`; did you mean `preset`?",
            "15:3: `tokne` is no input of `acme.key`; did you mean `token`?",
            "16:17: this is not a value of the integer `port`: write a whole number",
            "17:3: `base_url` is computed from its template and cannot be set",
        ]
    );
    assert_eq!(acme_and("kind: preset\nkey: two\ntype: acne.key\n"), ["3:7: there is no connector `acne`; did you mean `acme`?"]);
}

#[test]
fn flaws_of_a_connection_type_stand_at_the_input_they_name() {
    let text = r#"kind: connector
key: a
name: A
connection_types:
  - key: k
    name: K
    auth: {kind: header, name: X, value: "Bearer {{tokn}}"}
    inputs:
      - {key: token, label: Token, type: password, default: hunter2}
      - {key: url, template: "https://{{hots}}/"}
      - {key: host, label: Host, shown_when: {input: tken, equals: x}}
      - {key: size, label: Size, type: choice, choices: [{value: s}, {value: m}], default: xl}
      - {key: size, label: Again, type: strnig}
      - {key: bare}
      - {key: odd, label: Odd, pattern: "(", min: 5, max: 2}
    check: {get: "{{url}}/me", headers: {X: "{{tokenn}}"}, expect: {status: 2000}, account: email}
"#;
    assert_eq!(
        errors(text),
        [
            "7:42: the template names `tokn`, which is no input of this type; did you mean `token`?",
            "9:61: a password has no `default`; set it as a `value` in a preset or in the integration's slot",
            "10:30: the template names `hots`, which is no input of this type; did you mean `host`?",
            "11:54: `shown_when` names `tken`, which is no input of this type",
            "12:92: this is not a value of the choice `size`: choose among `s`, `m`",
            "13:15: two inputs have the key `size`; give one of them another key",
            "13:41: `strnig` is not a type; did you mean `string`?",
            "14:9: an input that customers see needs a label",
            "15:41: `pattern` is not a regular expression: unclosed group",
            "15:51: `min` and `max` must be whole and not negative where they count characters or entries, and `min` not above `max`",
            "16:45: the template names `tokenn`, which is no input of this type; did you mean `token`?",
            "16:77: `status` is an HTTP status between 100 and 599, or a list of them",
            "16:93: `account` is a JSON pointer and begins with a slash: `/email`",
        ]
    );
}

#[test]
fn a_secret_in_an_authorize_url_is_refused_at_that_url() {
    let text = r#"kind: connector
key: a
name: A
connection_types:
  - key: k
    name: K
    auth: {kind: oauth2, grant: authorization_code}
    inputs:
      - {key: pin, label: PIN, type: password}
      - {key: authorize_url, template: "https://a.example/{{pin}}"}
      - {key: client_id, visibility: organization}
"#;
    assert_eq!(
        errors(text),
        ["9:7: OAuth needs an input `token_url`", "10:40: an authorize URL is shown in the browser: it cannot hold the secret `pin`"]
    );
}

#[test]
fn what_signs_needs_its_key_and_keeps_it_secret() {
    let of = |auth: &str, inputs: &str| {
        let text = format!(
            "kind: connector\nkey: a\nname: A\nconnection_types:\n  - key: k\n    name: K\n    auth: {{kind: oauth2, {auth}}}\n    inputs: [{{key: token_url, visibility: organization}}, {{key: client_id, visibility: organization}}{inputs}]\n"
        );
        errors(&text)
    };
    let bearer = |more: &str| format!("grant: jwt_bearer, assertion: {{issuer: a, audience: b, key: \"{{{{pk}}}}\"{more}}}");
    let open = [r#"7:11: a signing key is a secret: give the input that holds it the type `password`"#];
    assert_eq!(of(&bearer(""), ", {key: pk, label: Key}"), open);
    let proof = "grant: client_credentials, client_auth: private_key_jwt";
    assert_eq!(of(proof, ", {key: private_key, label: Key}"), open);
    assert_eq!(of(proof, ""), ["8:13: OAuth needs an input `private_key`"]);
    for (auth, wanted) in [
        ("grant: jwt_bearer".to_owned(), "`auth` needs `assertion`"),
        (bearer(", claims: {exp: soon}"), "the claim `exp` is set by the assertion itself"),
        (bearer(", expires_in: 0"), "from 1 to 86400"),
        (bearer(", algorithm: RS257"), "did you mean `RS256`"),
        (bearer(", subject: \"{{nobody}}\""), "`nobody`"),
        ("grant: client_credentials, algorithm: ES256".to_owned(), "`algorithm`"),
        ("grant: client_credentials, assertion: {}".to_owned(), "`assertion`"),
    ] {
        let found = of(&auth, ", {key: pk, label: Key, type: password}");
        assert!(found.len() == 1 && found[0].contains(wanted), "{auth}: {found:?}");
    }
}

#[test]
fn oauth_1_needs_its_three_addresses_and_hides_its_secrets() {
    let text = "kind: connector\nkey: a\nname: A\nconnection_types:\n  - key: k\n    name: K\n    auth: {kind: oauth1}\n    inputs:\n      - {key: pin, label: PIN, type: password}\n      - {key: authorize_url, template: \"https://a.example/{{pin}}\"}\n      - {key: access_token_url, visibility: organization}\n";
    assert_eq!(
        errors(text),
        [
            "9:7: OAuth needs an input `request_token_url`",
            "9:7: OAuth needs an input `client_id`",
            "10:40: an authorize URL is shown in the browser: it cannot hold the secret `pin`"
        ]
    );
}

#[test]
fn what_this_version_does_not_support_is_said_so() {
    let text = "kind: connector\nkey: a\nname: A\nconnection_types:\n  - {key: l, name: L, auth: {kind: jwt}}\n";
    let found = errors(text);
    assert!(found.len() == 1 && found.iter().all(|e| e.contains("not supported in this version")), "{found:?}");
    for (line, what) in [("type: schedule", "`schedule` is not supported"), ("choices_from: {}", "`choices_from` is not supported")] {
        let text = format!(
            "kind: integration\nkey: i\nname: I\npages:\n  - key: p\n    title: P\n    elements:\n      - {{variable: v, label: V, {line}}}\n"
        );
        assert!(errors(&text).iter().any(|e| e.starts_with("8:") && e.contains(what)), "{line}");
    }
}

#[test]
fn a_slot_refers_to_what_is_there() {
    let page = |elements: &str| format!("kind: integration\nkey: i\nname: I\npages:\n  - key: p\n    title: P\n    elements:\n{elements}");
    let preset = "---\nkind: preset\nkey: ours\ntype: other.one\n---\nkind: connector\nkey: other\nname: O\nconnection_types: [{key: one, name: One, auth: {kind: none}}]\n";
    let found = acme_and(
        &(page(
            "      - {connection: a, type: acme.key, preset: ours}\n      - {connection: a, type: acme.key, reusable: x}\n      - {connection: b}\n      - {connection: c, reusable: nobody}\n      - {connection: d, type: acme.key, inputs: {host: {visibility: organisation}, token: {default: x}}}\n      - {conection: e}\n      - {connection: f, type: acme.key, text: x}\n",
        ) + preset),
    );
    assert_eq!(
        found,
        [
            "8:49: the preset `ours` is for `other.one`, and this connection is a `acme.key`",
            "9:51: a connection has a `type` of its own or is a `reusable` one, not both; take one away",
            "10:9: a connection needs `type: connector.type`, or `reusable:` with the key of a reusable connection",
            "11:35: there is no reusable connection `nobody`; apply it first, or name its file too",
            "12:69: `organisation` is not a `visibility`; did you mean `organization`?",
            "12:101: a password has no `default`; set it as a `value` in a preset or in the integration's slot",
            "13:10: an element is a `connection`, a `variable` or a `text`; did you mean `connection`?",
            "14:9: an element is one thing, and this one has `connection` and `text`; make it several elements",
        ]
    );
}

#[test]
fn variables_depend_only_on_each_other_and_hold_no_secrets() {
    let text = "kind: integration\nkey: i\nname: I\npages:\n  - key: p\n    title: P\n    elements:\n      - {variable: on, label: On, type: boolean}\n      - {variable: a, label: A, shown_when: {input: onn, equals: true}}\n      - {variable: a, type: password, visibility: organization}\n      - {variable: c, label: C, shown_when: {input: on, equals: maybe}}\n";
    assert_eq!(
        errors(text),
        [
            "9:53: `shown_when` names `onn`, which is no variable of this integration; did you mean `on`?",
            "10:9: a variable needs a `label`",
            "10:20: two variables have the key `a`; give one of them another key",
            "10:29: a variable cannot be a password; ask for secrets in a connection",
            "10:39: a variable is always asked of the customer; take `visibility` away",
            "11:65: `equals` is not a value that the boolean `on` can have, so this would never be shown",
        ]
    );
}

#[test]
fn two_documents_of_one_kind_and_key_are_an_error_naming_the_first() {
    let text = "kind: connector\nkey: a\nname: A\nconnection_types: [{key: k, name: K, auth: {kind: none}}]\n";
    let sources = [source(text), crate::manifest::Source { name: "other.yaml".into(), text: text.into() }];
    let errors = read(&sources, &Canaries, &NothingKnown).unwrap_err();
    assert_eq!(errors.len(), 1);
    assert_eq!(
        (errors[0].file.as_str(), errors[0].message.as_str()),
        ("other.yaml", "a connector `a` stands already in test.yaml:2; keep one")
    );
}

#[test]
fn an_unset_variable_and_a_missing_file_are_named() {
    let manifest = |value: &str| format!("{ACME}kind: preset\nkey: p\ntype: acme.key\ninputs: {{token: {{value: \"{value}\"}}}}\n");
    let nothing = Environment::of(&[("EMPTY", "")]);
    let message = |value: &str| read_texts(&[&manifest(value)], &nothing).unwrap_err()[0].message.clone();
    assert_eq!(message("${env:ACME_TOKEN}"), "the environment variable `ACME_TOKEN` is not set; set it and apply again");
    assert!(message("${env:EMPTY}").contains("`EMPTY` is not set"));
    assert_eq!(message("${file:/nowhere}"), "the file `/nowhere` cannot be read: no such file");
    assert!(message("Bearer ${env:ACME_TOKEN}").contains("is the whole value"));
    assert!(read_texts(&[&manifest("${file:/run/secret}")], &nothing).is_ok());
    assert!(read_texts(&[&manifest("${env:ACME_TOKEN}")], &ValidateOnly).is_ok());
}

#[test]
fn a_placeholder_outside_a_value_is_refused_with_the_way_on() {
    let text = ACME.replace("default: 443", "default: \"${env:PORT}\"").replace("name: Acme", "name: \"${env:NAME}\"");
    let found = errors(&text);
    assert!(found[0].starts_with("3:7: `name` cannot hold a placeholder"), "{found:?}");
    assert!(found[1].contains("a `default` cannot hold a placeholder; use a `value` in a preset"), "{found:?}");
}

#[test]
fn no_message_holds_a_value_that_may_be_a_secret() {
    let manifest = format!(
        "{ACME}kind: preset\nkey: p\ntype: acme.key\ninputs:\n  host: {{value: \"my hunter2\"}}\n  port: {{value: hunter2}}\n  token: {{value: {{hunter2: 1}}}}\n"
    );
    let errors = read_texts(&[&manifest], &Canaries).unwrap_err();
    assert_eq!(errors.len(), 3);
    assert!(errors.iter().all(|error| !error.message.contains("hunter2")));
}

#[test]
fn a_broken_document_leaves_the_others_checked() {
    let found = errors("kind: connector\nkey: [\n---\nkind: preset\nkey: p\ntype: gone.away\nsurplus: 1\n");
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].contains("this is not YAML") && found[1].starts_with("7:1: `surplus` is not a key"), "{found:?}");
}

#[test]
fn a_mistake_in_a_connector_is_not_told_again_where_it_is_used() {
    let text = ACME.replace("{kind: header, name: X-Key, value: \"{{token}}\"}", "{kind: heder}");
    let found = errors(&format!("{text}kind: preset\nkey: p\ntype: acme.key\ninputs: {{token: {{value: x}}}}\n"));
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn a_slot_of_each_users_own_is_shared_with_nothing_and_required_of_nobody() {
    let page =
        |slot: &str| format!("kind: integration\nkey: i\nname: I\npages:\n  - key: p\n    title: P\n    elements:\n      - {slot}\n");
    assert_eq!(
        acme_and(&page("{connection: a, type: acme.key, per_user: true, required: true}")),
        [
            "8:67: each user connects after the integration is turned on, so a `per_user` connection is never required before; take `required` away"
        ]
    );
    assert_eq!(
        acme_and(&page("{connection: a, type: acme.key, per_user: true, converts: true}")),
        ["8:67: connections that everybody shares cannot become each user's own; take `converts` or `per_user` away"]
    );
    let reusable = format!(
        "kind: reusable_connection\nkey: r\nname: R\ntype: acme.key\nactivation: customer\n---\n{}",
        page("{connection: a, reusable: r, per_user: true}")
    );
    assert_eq!(
        acme_and(&reusable),
        [
            "14:48: a `per_user` connection is each user's own and is shared with nothing, so it cannot be the `reusable` one `r`; give it a `type` instead, or take `per_user` away"
        ]
    );
    assert!(read_texts(&[&format!("{ACME}{}", page("{connection: a, type: acme.key, per_user: true}"))], &Canaries).is_ok());
}
