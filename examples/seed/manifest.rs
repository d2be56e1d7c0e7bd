//! What the customers connect to: ten connectors whose one type has thirty inputs each, an integration with a slot for every
//! one of them, and five small integrations with two.

use std::fmt::Write;

pub const INPUTS: usize = 30;
pub const SMALL_INTEGRATIONS: usize = 5;

pub struct Service {
    pub key: &'static str,
    pub name: &'static str,
    pub is_oauth2: bool,
}

const fn by_key(key: &'static str, name: &'static str) -> Service {
    Service { key, name, is_oauth2: false }
}

const fn by_consent(key: &'static str, name: &'static str) -> Service {
    Service { key, name, is_oauth2: true }
}

pub const SERVICES: [Service; 10] = [
    by_key("ledger", "Ledgerline"),
    by_consent("crm", "Rosetta CRM"),
    by_key("warehouse", "Stockroom"),
    by_key("payroll", "Paywell"),
    by_key("shop", "Storefront"),
    by_consent("chat", "Parley Chat"),
    by_key("freight", "Longhaul"),
    by_key("tickets", "Helpdesk One"),
    by_key("survey", "Askaround"),
    by_key("archive", "Deepstore"),
];

pub const PURPOSES: [(&str, &str); SMALL_INTEGRATIONS] = [
    ("invoices", "Invoice sync"),
    ("people", "People sync"),
    ("orders", "Order sync"),
    ("cases", "Case sync"),
    ("records", "Record keeping"),
];

/// The two services of a small integration.
pub fn slots_of(purpose: usize) -> [&'static Service; 2] {
    [&SERVICES[purpose * 2], &SERVICES[purpose * 2 + 1]]
}

/// What a filled-in input holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Email,
    Choice,
    Integer,
    Boolean,
    Password,
    /// Of the organization, with a value in the manifest.
    Given,
}

/// The inputs of every service, in their order on the page.
pub fn inputs(service: &Service) -> Vec<(String, Kind)> {
    let several = |name: &str, count: usize, kind: Kind| (1..=count).map(move |n| (format!("{name}_{n}"), kind)).collect::<Vec<_>>();
    let mut inputs = vec![("subdomain".to_owned(), Kind::Text), ("email".to_owned(), Kind::Email)];
    inputs.extend(several("code", if service.is_oauth2 { 6 } else { 11 }, Kind::Text));
    inputs.extend(several("mode", 4, Kind::Choice));
    inputs.extend(several("limit", 4, Kind::Integer));
    inputs.extend(several("switch", 3, Kind::Boolean));
    inputs.extend(several("secret", 6, Kind::Password));
    if service.is_oauth2 {
        inputs.extend(["authorize_url", "token_url", "scopes", "client_id", "client_secret"].map(|key| (key.to_owned(), Kind::Given)));
    }
    inputs
}

pub fn manifest() -> String {
    let mut yaml = String::new();
    for service in &SERVICES {
        connector(&mut yaml, service);
    }
    integration(&mut yaml, "everything", "Everything in one place", &SERVICES.iter().collect::<Vec<_>>());
    for (purpose, (key, name)) in PURPOSES.iter().enumerate() {
        integration(&mut yaml, key, name, &slots_of(purpose));
    }
    yaml
}

fn connector(yaml: &mut String, Service { key, name, is_oauth2 }: &Service) {
    let auth = if *is_oauth2 {
        "{kind: oauth2, grant: authorization_code, pkce: S256}"
    } else {
        r#"{kind: header, name: X-Api-Key, value: "{{secret_1}}"}"#
    };
    let _written = write!(
        yaml,
        "kind: connector\nkey: {key}\nname: {name}\nconnection_types:\n  - key: account\n    name: Account\n    auth: {auth}\n    inputs:\n"
    );
    for (key, kind) in inputs(&Service { key, name, is_oauth2: *is_oauth2 }) {
        let _written = writeln!(yaml, "      - {{key: {key}, {}}}", declared(&key, kind));
    }
    yaml.push_str("---\n");
}

fn declared(key: &str, kind: Kind) -> String {
    let label = key.replace('_', " ");
    match kind {
        Kind::Text => format!("label: Your {label}, type: string, max: 80, help: \"As it stands in your **settings**, under *{label}*.\""),
        Kind::Email => format!("label: Your {label}, type: string, format: email"),
        Kind::Choice => format!(
            "label: Your {label}, type: choice, default: some, choices: [{{value: all, label: All of it}}, {{value: some, label: Some of it}}, {{value: none, label: None of it}}]"
        ),
        Kind::Integer => format!("label: Your {label}, type: integer, min: 0, max: 100000, default: 100"),
        Kind::Boolean => format!("label: Your {label}, type: boolean, required: false"),
        Kind::Password => format!("label: Your {label}, type: password"),
        // Its value is the slot's.
        Kind::Given if key == "client_secret" => "type: password, visibility: organization".to_owned(),
        Kind::Given if key.ends_with("url") => format!("visibility: organization, default: \"https://provider.example/{key}\""),
        Kind::Given => "visibility: organization, default: read".to_owned(),
    }
}

fn integration(yaml: &mut String, key: &str, name: &str, services: &[&Service]) {
    let _written = write!(
        yaml,
        "kind: integration\nkey: {key}\nname: {name}\npages:\n  - key: connections\n    title: Connect your accounts\n    elements:\n"
    );
    for service in services {
        let client = if service.is_oauth2 { ", inputs: {client_secret: {value: not-a-real-one}}" } else { "" };
        let _written = writeln!(yaml, "      - {{connection: {0}, type: {0}.account{client}}}", service.key);
    }
    yaml.push_str("  - key: settings\n    title: Choose what is synced\n    elements:\n");
    yaml.push_str("      - {variable: folder, label: Folder, type: string, default: inbox}\n---\n");
}
