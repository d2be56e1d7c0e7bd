use super::*;

fn url(template: &str, pairs: &[(&str, &str)]) -> Result<String, RenderError> {
    Template::parse(template).unwrap().render_url(|key| pairs.iter().find(|(k, _)| *k == key.as_str()).map(|(_, v)| (*v).to_owned()))
}

#[test]
fn a_value_is_encoded_by_the_place_it_stands_in() {
    let cases = [
        ("https://{{s}}.zendesk.com/api", "acme", "https://acme.zendesk.com/api"),
        ("https://api.example.com/{{s}}/x", "a/b?c#d", "https://api.example.com/a%2Fb%3Fc%23d/x"),
        ("https://api.example.com/x?q={{s}}", "a&b=c #", "https://api.example.com/x?q=a%26b%3Dc%20%23"),
        ("https://api.example.com/x?{{s}}", "prompt=consent&a=b c", "https://api.example.com/x?prompt=consent&a=b+c"),
        ("{{s}}/oauth/token", "https://eu.example.com/", "https://eu.example.com/oauth/token"),
        ("https://{{s}}/oauth2", "login.example.com/common", "https://login.example.com/common/oauth2"),
        ("https://h.example.com:{{s}}/x", "8443", "https://h.example.com:8443/x"),
    ];
    for (template, value, wanted) in cases {
        assert_eq!(url(template, &[("s", value)]).as_deref(), Ok(wanted), "{template} with {value}");
    }
}

#[test]
fn a_value_cannot_move_the_request_to_another_host() {
    for value in
        ["evil.example/", "evil.example#", "a@evil.example", "a:b@evil.example", "evil.example\\", "evil.example?", "", "a b", "a\r\nb"]
    {
        assert!(url("https://{{s}}.zendesk.com/x", &[("s", value)]).is_err(), "{value:?} became part of a host");
    }
    for value in ["a@evil.example", "user:pass@evil.example/x", "evil.example\\x", "x y"] {
        assert!(url("https://{{s}}/x", &[("s", value)]).is_err(), "{value:?} became an authority");
    }
    for value in ["javascript:alert(1)", "file:///etc/passwd", "https://a@evil.example", "evil.example", "https:\\\\evil"] {
        assert!(url("{{s}}/x", &[("s", value)]).is_err(), "{value:?} became a base");
    }
    assert!(url("https://h.example/a/{{s}}/b", &[("s", "..")]).is_err());
}

#[test]
fn what_is_not_a_plain_insert_is_refused_at_load() {
    assert_eq!(Template::parse("{{a"), Err(TemplateError::Unclosed));
    assert_eq!(Template::parse("a}}"), Err(TemplateError::Unopened));
    assert!(matches!(Template::parse("{{}}"), Err(TemplateError::NotAKey(_))));
    assert_eq!(Template::parse("{{scheme}}://host"), Err(TemplateError::InScheme));
}

#[test]
fn a_header_value_with_a_line_break_is_refused() {
    let template = Template::parse("Bearer {{t}}").unwrap();
    assert_eq!(template.render_text(|_| Some("a\r\nX: y".into())), Err(RenderError::ControlCharacter(Key::parse("t").unwrap())));
    assert_eq!(template.render_text(|_| Some("abc".into())).as_deref(), Ok("Bearer abc"));
}

proptest::proptest! {
    #[test]
    fn no_value_in_a_path_or_query_changes_the_host(value in "\\PC{0,40}") {
        for template in ["https://api.example.com/{{s}}", "https://api.example.com/x?q={{s}}", "https://api.example.com/x?{{s}}"] {
            let Ok(rendered) = url(template, &[("s", &value)]) else { continue };
            let url = url::Url::parse(&rendered).unwrap();
            proptest::prop_assert_eq!(url.host_str(), Some("api.example.com"));
            proptest::prop_assert!(url.fragment().is_none());
        }
    }
}
