use super::{code_grant, computed, input, key, template};
use crate::domain::{
    auth::Auth,
    check::{Check, Expect, Method},
    connection_type::{ConnectionType, FlawKind, FlawPlace},
    input::{Choice, Input, InputType, ShownWhen, Visibility},
    value::Value,
};

fn flaws(auth: Auth, inputs: Vec<Input>, check: Option<Check>) -> Vec<FlawKind> {
    ConnectionType::new(key("t"), "T".into(), auth, inputs, check).err().unwrap_or_default().into_iter().map(|flaw| flaw.kind).collect()
}

#[test]
fn circles_are_refused_wherever_they_close() {
    let inputs = vec![computed("a", "{{b}}"), computed("b", "{{c}}"), computed("c", "{{a}}")];
    assert!(matches!(flaws(Auth::Fields, inputs, None).as_slice(), [FlawKind::Cycle(_)]));
    assert!(matches!(flaws(Auth::Fields, vec![computed("a", "x{{a}}")], None).as_slice(), [FlawKind::Cycle(_)]));
}

#[test]
fn a_secret_never_reaches_an_authorize_url_not_even_through_a_computed_input() {
    let organization = |name| Input { visibility: Visibility::Organization, ..input(name, InputType::String) };
    let inputs = vec![
        computed("authorize_url", "https://{{base}}/authorize"),
        computed("base", "id.example.com/{{client_secret}}"),
        organization("token_url"),
        organization("client_id"),
        Input { visibility: Visibility::Organization, ..input("client_secret", InputType::Password) },
    ];
    assert_eq!(flaws(Auth::OAuth2(Box::new(code_grant())), inputs.clone(), None), [FlawKind::SecretInAuthorizeUrl(key("client_secret"))]);
    let mut oauth2 = code_grant();
    oauth2.authorize_params.insert("hint".into(), template("{{client_secret}}"));
    let mut plain = inputs;
    plain[0] = organization("authorize_url");
    assert_eq!(flaws(Auth::OAuth2(Box::new(oauth2)), plain, None), [FlawKind::SecretInAuthorizeUrl(key("client_secret"))]);
}

#[test]
fn unknown_keys_get_a_suggestion_wherever_a_template_stands() {
    let wrong =
        |kinds: Vec<FlawKind>| matches!(kinds.as_slice(), [FlawKind::UnknownKey { suggestion: Some(s), .. }] if s.as_str() == "api_key");
    let inputs = || vec![input("api_key", InputType::Password)];
    assert!(wrong(flaws(Auth::Header { name: template("X"), value: template("{{apikey}}") }, inputs(), None)));
    let check = Check {
        method: Method::Get,
        url: template("https://x.example/{{api_kye}}"),
        headers: Default::default(),
        body: None,
        expect: Expect { status: vec![], body: Default::default() },
        account: None,
        every_seconds: None,
    };
    assert!(wrong(flaws(Auth::Fields, inputs(), Some(check))));
    let mut computing = inputs();
    computing.push(computed("u", "{{api_keys}}"));
    assert!(wrong(flaws(Auth::Fields, computing, None)));
}

#[test]
fn every_flaw_is_told_at_once_with_the_input_it_stands_in() {
    let inputs = vec![
        input("a", InputType::String),
        input("a", InputType::String),
        Input { default: Some("x".into()), ..input("secret", InputType::Password) },
        Input { default: Some("x".into()), ..input("n", InputType::Integer) },
        input("none", InputType::Choice(vec![])),
        input(
            "twice",
            InputType::Choice(vec![Choice { value: "1".into(), label: "A".into() }, Choice { value: "1".into(), label: "B".into() }]),
        ),
        Input { label: String::new(), ..input("unnamed", InputType::String) },
        Input { min: Some(3.0), max: Some(2.0), ..input("bounds", InputType::String) },
        Input { shown_when: Some(ShownWhen { input: key("nowhere"), equals: Value::Boolean(true) }), ..input("when", InputType::String) },
    ];
    let places: Vec<_> =
        ConnectionType::new(key("t"), "T".into(), Auth::Fields, inputs, None).unwrap_err().into_iter().map(|flaw| flaw.at).collect();
    assert_eq!(places, (1..=8).map(FlawPlace::Input).collect::<Vec<_>>());
}

#[test]
fn oauth_without_its_standard_inputs_is_refused() {
    let kinds = flaws(Auth::OAuth2(Box::new(code_grant())), vec![], None);
    assert_eq!(kinds.iter().filter(|k| matches!(k, FlawKind::MissingStandardInput(_))).count(), 3);
}
