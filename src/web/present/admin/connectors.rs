//! What a connector asks for, for those who set it up and for those who fill it in.

use super::{
    console,
    integrations::{count, health, kind, manifests_href},
};
use crate::{
    domain::{
        auth::Auth,
        connection_type::ConnectionType,
        input::{Input, Visibility},
        template::Template,
        value::Value,
    },
    flows::{Context, applied},
    web::{
        errors::Failure,
        markdown, present,
        session::Admin,
        urls::admin as urls,
        view::{
            Exit,
            admin::{Section, connectors::*},
        },
        words::Words,
    },
};

pub fn index(context: &Context, admin: &Admin, lines: &[applied::ConnectorLine]) -> Result<ConnectorIndex, Failure> {
    let row = |line: &applied::ConnectorLine| ConnectorRow {
        name: line.connector.name.clone(),
        href: urls::connector(&line.connector.key),
        types: line.connector.connection_types.iter().map(|t| t.name().to_owned()).collect(),
        connections: count(line.connections),
        health: health(line.trouble),
    };
    Ok(ConnectorIndex {
        words: present::words(),
        frame: present::frame(context, Exit::None, None),
        console: console(context, admin, Section::Integrations)?,
        connectors: lines.iter().map(row).collect(),
        manifests_href: manifests_href(admin),
        integrations_href: urls::INTEGRATIONS.to_owned(),
    })
}

pub fn show(context: &Context, admin: &Admin, found: &applied::ConnectorDetail, flash: Option<String>) -> Result<ConnectorShow, Failure> {
    let words = present::words();
    let connector = &found.connector;
    let (current, before) = (found.versions.first(), found.versions.get(1));
    let used_by = |(key, name, slots): &(crate::domain::key::Key, String, Vec<String>)| UsedBy {
        name: name.clone(),
        href: urls::integration(key),
        slots: slots.clone(),
    };
    let version = current.map(|v| words.with_two("integrations-version-since", "version", v.version, "day", super::day(v.created_at)));
    let last_change =
        current.zip(before).map(|(new, old)| urls::versions(&urls::connector_changes(&connector.key), old.version, new.version));
    Ok(ConnectorShow {
        words,
        frame: present::frame(context, Exit::None, flash),
        console: console(context, admin, Section::Integrations)?,
        name: connector.name.clone(),
        key: connector.key.to_string(),
        version: version.unwrap_or_default(),
        docs_url: connector.docs_url.clone(),
        help_href: urls::connector_docs(&connector.key),
        back_href: urls::CONNECTORS.to_owned(),
        types: connector.connection_types.iter().enumerate().map(|(at, t)| type_card(words, found, at, t)).collect(),
        integrations: found.integrations.iter().map(used_by).collect(),
        changes_href: last_change,
    })
}

fn type_card(words: Words, found: &applied::ConnectorDetail, at: usize, connection_type: &ConnectionType) -> TypeCard {
    let uses = found.types.iter().find(|of| of.type_ref.connection_type == *connection_type.key());
    let check = connection_type.check();
    TypeCard {
        id: format!("type-{at}"),
        name: connection_type.name().to_owned(),
        reference: format!("{}.{}", found.connector.key, connection_type.key()),
        auth: auth(words, connection_type.auth()),
        redirect_uri: connection_type.auth().needs_consent().then(|| found.redirect_uri.clone()),
        check: check.map(|check| format!("{} {}", check.method.name(), check.url.as_str())),
        check_every: check.and_then(|check| check.every_seconds).map(|seconds| words.count("connector-every", (seconds / 60) as usize)),
        inputs: connection_type.inputs().iter().map(|input| input_row(words, input)).collect(),
        connections: uses.map_or(0, |of| count(of.connections)),
    }
}

fn auth(words: Words, auth: &Auth) -> String {
    match auth {
        Auth::Header { name, .. } => words.with("auth-header", "name", name.as_str()),
        Auth::Query { name, .. } => words.with("auth-query", "name", name.as_str()),
        Auth::OAuth2(oauth2) if !oauth2.grant.needs_consent() => words.t("auth-oauth2-alone"),
        other => words.t(match other {
            Auth::Basic { .. } => "auth-basic",
            Auth::OAuth1 { .. } => "auth-oauth1",
            Auth::OAuth2(_) => "auth-oauth2",
            _ => "auth-none",
        }),
    }
}

fn input_row(words: Words, input: &Input) -> InputRow {
    let set_by = match input.visibility {
        _ if input.is_computed() => "set-by-nobody",
        Visibility::Customer => "set-by-customer",
        Visibility::Embedded => "set-by-embedded",
        Visibility::Organization => "set-by-organization",
    };
    InputRow {
        label: input.label.clone(),
        key: input.key.to_string(),
        kind: kind(words, input),
        set_by: words.t(set_by),
        optional: !input.required,
        secret: input.is_secret(),
        default: input.default.as_ref().filter(|_| !input.is_secret()).map(Value::to_text),
        template: input.template.as_ref().map(|template: &Template| template.as_str().to_owned()),
    }
}

pub fn docs(context: &Context, admin: &Admin, found: &applied::ConnectorDetail) -> Result<ConnectorDocs, Failure> {
    let words = present::words();
    Ok(ConnectorDocs {
        words,
        frame: present::frame(context, Exit::None, None),
        console: console(context, admin, Section::Integrations)?,
        name: found.connector.name.clone(),
        docs_url: found.connector.docs_url.clone(),
        back_href: urls::connector(&found.connector.key),
        ways: found.connector.connection_types.iter().enumerate().map(|(at, t)| way(words, found, at, t)).collect(),
    })
}

fn way(words: Words, found: &applied::ConnectorDetail, at: usize, connection_type: &ConnectionType) -> Way {
    let sets = |input: &&Input| input.visibility == Visibility::Organization && !input.is_computed() && input.default.is_none();
    let signs_in = connection_type.auth().needs_consent();
    Way {
        id: format!("way-{at}"),
        name: connection_type.name().to_owned(),
        signs_in,
        steps: connection_type.askable().map(|input| help(words, connection_type, input)).collect(),
        organization_sets: connection_type.inputs().iter().filter(sets).map(|input| input.label.clone()).collect(),
        redirect_uri: signs_in.then(|| found.redirect_uri.clone()),
        checked: connection_type.check().is_some(),
    }
}

fn help(words: Words, connection_type: &ConnectionType, input: &Input) -> HelpInput {
    let around = input.prefix.is_some() || input.suffix.is_some();
    let only_when = input.shown_when.as_ref().map(|when| {
        let label = connection_type.input(when.input.as_str()).map_or_else(|| when.input.to_string(), |input| input.label.clone());
        words.with_two("field-only-when", "input", label, "value", when.equals.to_text())
    });
    HelpInput {
        label: input.label.clone(),
        optional: !input.required,
        secret: input.is_secret(),
        help_html: input.help.as_deref().map(markdown::to_html),
        example: input.example.clone(),
        shape: around.then(|| format!("{}…{}", input.prefix.as_deref().unwrap_or(""), input.suffix.as_deref().unwrap_or(""))),
        choices: input.input_type.choices().iter().map(|choice| choice.label.clone()).collect(),
        only_when,
    }
}
