use super::support::{errors, read_texts};
use crate::{
    domain::{capture::Capture, key::Key},
    manifest::{ValidateOnly, body, connector},
};

fn books(context: &str, check: &str) -> String {
    format!(
        r#"kind: connector
key: books
name: Books
connection_types:
  - key: k
    name: K
    auth:
      kind: oauth2
      grant: authorization_code
      client_auth: body
      code_parameter: oauth_code
      registration: dynamic
      context: {context}
    inputs:
      - {{key: issuer, default: "https://id.example", visibility: organization}}
    check: {{post: "https://api.example/{check}", body: {{id: "{check}"}}}}
"#
    )
}

#[test]
fn short_and_long_captures_mean_the_same_and_come_back_from_a_stored_body() {
    let context = r#"{from_callback: [realmId, {name: shop, parameter: store}], from_token: ["a/b~c", {name: team, pointer: /team/id}]}"#;
    let document = read_texts(&[&books(context, "{{context.realmId}}")], &ValidateOnly).unwrap().remove(0);
    let read = connector(&document.body).unwrap();
    assert_eq!(body::connector(&read), document.body);
    let oauth2 = read.connection_types[0].auth().oauth2().unwrap();
    let capture = |name: &str, at: &str| Capture { name: Key::parse(name).unwrap(), at: at.to_owned() };
    assert_eq!(oauth2.captures.from_callback, [capture("realmId", "realmId"), capture("shop", "store")]);
    assert_eq!(oauth2.captures.from_token, [capture("a/b~c", "/a~1b~0c"), capture("team", "/team/id")]);
    assert!(oauth2.registers && oauth2.client_auth_is_declared && oauth2.code_parameter == "oauth_code");
}

#[test]
fn a_name_that_is_not_declared_and_one_that_sounds_like_a_secret_are_errors_in_their_places() {
    assert_eq!(
        errors(&books("{from_callback: [realmId]}", "{{context.realmID}}")),
        [
            "16:19: the template names `context.realmID`, which is no input of this type; did you mean `context.realmId`?",
            "16:73: the template names `context.realmID`, which is no input of this type; did you mean `context.realmId`?",
        ]
    );
    assert_eq!(
        errors(&books("{from_token: [bot_token, {name: bot, pointer: /bot/api_key}, {name: x}], from_cookie: []}", "x")),
        [
            "13:30: `bot_token` sounds like a secret, and what is captured is kept in clear: take it away",
            "13:41: `api_key` sounds like a secret, and what is captured is kept in clear: take it away",
            "13:77: a captured value needs `pointer`",
            "13:89: `from_cookie` is not a key of `context`; did you mean `from_token`?",
        ]
    );
}
