//! The services that can be connected to: what each asks for, and help that can be printed for customers.

use askama::Template;

use super::{Console, integrations::Health};
use crate::web::{view::Frame, words::Words};

#[derive(Template)]
#[template(path = "pages/admin/connectors/index.html")]
pub struct ConnectorIndex {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub connectors: Vec<ConnectorRow>,
    pub manifests_href: Option<String>,
    pub integrations_href: String,
}

pub struct ConnectorRow {
    pub name: String,
    pub href: String,
    /// The names of its connection types.
    pub types: Vec<String>,
    pub connections: usize,
    pub health: Health,
}

#[derive(Template)]
#[template(path = "pages/admin/connectors/show.html")]
pub struct ConnectorShow {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub name: String,
    pub key: String,
    pub version: String,
    pub docs_url: Option<String>,
    pub help_href: String,
    pub back_href: String,
    pub types: Vec<TypeCard>,
    pub integrations: Vec<UsedBy>,
    /// Of its last change; none where there is one version.
    pub changes_href: Option<String>,
}

pub struct TypeCard {
    /// A safe and unique DOM id.
    pub id: String,
    pub name: String,
    /// `desk.oauth2`, as manifests write it.
    pub reference: String,
    /// How it proves itself, in words.
    pub auth: String,
    pub redirect_uri: Option<String>,
    /// `GET https://…`; templates as the manifest has them.
    pub check: Option<String>,
    pub check_every: Option<String>,
    pub inputs: Vec<InputRow>,
    pub connections: usize,
}

pub struct InputRow {
    pub label: String,
    pub key: String,
    pub kind: String,
    /// Who sets it: the customer, the organization, the host application, nobody (computed).
    pub set_by: String,
    pub optional: bool,
    pub secret: bool,
    pub default: Option<String>,
    /// The computed input's template.
    pub template: Option<String>,
}

pub struct UsedBy {
    pub name: String,
    pub href: String,
    pub slots: Vec<String>,
}

/// Help for customers, generated from the manifest; fit for print.
#[derive(Template)]
#[template(path = "pages/admin/connectors/docs.html")]
pub struct ConnectorDocs {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub name: String,
    pub docs_url: Option<String>,
    pub back_href: String,
    pub ways: Vec<Way>,
}

/// One way of connecting, as a customer meets it.
pub struct Way {
    pub id: String,
    pub name: String,
    pub signs_in: bool,
    pub steps: Vec<HelpInput>,
    /// What the organization itself sets up first.
    pub organization_sets: Vec<String>,
    pub redirect_uri: Option<String>,
    pub checked: bool,
}

pub struct HelpInput {
    pub label: String,
    pub optional: bool,
    pub secret: bool,
    pub help_html: Option<String>,
    pub example: Option<String>,
    /// "https://{…}.zendesk.com" where a prefix or suffix surrounds what is typed.
    pub shape: Option<String>,
    pub choices: Vec<String>,
    /// "Only when …".
    pub only_when: Option<String>,
}
