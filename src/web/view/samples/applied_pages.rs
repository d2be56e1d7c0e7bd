//! The console's pages of what is applied, filled.

use askama::Template;

use super::super::{
    admin::{Section, connectors::*, funnel::*, integrations::*, manifests::*},
    slot::Status,
    *,
};
use super::{form, frame, other_pages::console, words};

pub fn pages() -> Vec<(String, askama::Result<String>)> {
    vec![
        ("integrations".into(), integrations(false).render()),
        ("integrations-empty".into(), integrations(true).render()),
        ("integration".into(), integration().render()),
        ("integration-changes".into(), changes(false).render()),
        ("integration-changes-none".into(), changes(true).render()),
        ("connectors".into(), connectors(false).render()),
        ("connectors-empty".into(), connectors(true).render()),
        ("connector".into(), connector().render()),
        ("connector-docs".into(), connector_docs().render()),
        ("manifests".into(), manifests(false).render()),
        ("manifests-refused".into(), manifests(true).render()),
        ("manifest-plan".into(), plan(false, false).render()),
        ("manifest-plan-moved".into(), plan(true, false).render()),
        ("manifest-plan-nothing".into(), plan(false, true).render()),
    ]
}

fn in_use(turned_on: usize, being_set_up: usize, paused: usize, behind: usize) -> InUse {
    InUse { turned_on, being_set_up, paused, behind }
}

fn integrations(empty: bool) -> IntegrationIndex {
    let row = |name: &str, in_use, health| IntegrationRow {
        name: name.into(),
        href: "show.html".into(),
        version: "3, since 22 November 2026".into(),
        in_use,
        health,
    };
    let rows = vec![
        row("Payroll sync for a company with a rather long name", in_use(48, 7, 1, 3), Health { need_reconnecting: 2, not_working: 1 }),
        row("Team alerts", in_use(12, 0, 0, 0), Health { need_reconnecting: 1, not_working: 0 }),
        row("Night shift", in_use(0, 0, 0, 0), Health::default()),
    ];
    IntegrationIndex {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Integrations),
        integrations: if empty { vec![] } else { rows },
        manifests_href: Some("show.html".into()),
        connectors_href: "show.html".into(),
    }
}

fn sample_slot(label: &str, connection_type: &str, reusable: Option<&str>) -> PageElement {
    PageElement::Slot(SlotRow {
        label: label.into(),
        connector: label.into(),
        connector_href: "show.html".into(),
        connection_type: connection_type.into(),
        reusable: reusable.map(Into::into),
        preset: None,
        optional: reusable.is_some(),
        sets: vec!["Client ID".into(), "Client secret".into()],
    })
}

fn sample_pages() -> Vec<WizardPage> {
    let page = |number, title: &str, elements| WizardPage { number, title: title.into(), elements };
    let slots = vec![sample_slot("Slack", "OAuth 2.0", None), sample_slot("Acme Payroll", "API key", Some("acme-payroll"))];
    let variable = PageElement::Variable { label: "Severity".into(), kind: "One of several".into(), optional: true };
    vec![page(1, "Connect your accounts", slots), page(2, "Choose what is told", vec![variable]), page(3, "Before you turn it on", vec![])]
}

fn sample_version(number: i64, in_use: InUse) -> VersionRow {
    VersionRow {
        number,
        current: number == 3,
        published: "22 November 2026".into(),
        in_use,
        instances_href: "show.html".into(),
        changes_href: (number > 1).then(|| "show.html".into()),
    }
}

fn sample_instance(customer: &str, version: i64, state: &str) -> InstanceRow {
    let behind = version < 3;
    InstanceRow {
        customer: customer.into(),
        href: "show.html".into(),
        version,
        behind,
        state: state.into(),
        since: behind.then(|| "3 March 2026".into()),
    }
}

fn integration() -> IntegrationShow {
    IntegrationShow {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Integrations),
        tests: vec![
            TestRow {
                name: "Slack".into(),
                status: Status::Connected,
                note: Some("ops@acme.example".into()),
                href: Some("edit.html".into()),
                central_href: None,
            },
            TestRow {
                name: "Acme ERP".into(),
                status: Status::Connected,
                note: Some("the central test credentials are used".into()),
                href: Some("edit.html".into()),
                central_href: Some("central.html".into()),
            },
        ],
        name: "Payroll sync".into(),
        key: "payroll-sync".into(),
        version: "3, since 22 November 2026".into(),
        description_html: Some("<p>New hires, from your payroll to your chat.</p>".into()),
        in_use: in_use(48, 7, 1, 3),
        health: Health { need_reconnecting: 2, not_working: 1 },
        customers: 56,
        matrix_href: "show.html".into(),
        check_href: "show.html".into(),
        pages: sample_pages(),
        versions: vec![
            sample_version(3, in_use(45, 7, 1, 0)),
            sample_version(2, in_use(3, 0, 0, 3)),
            sample_version(1, in_use(0, 0, 0, 0)),
        ],
        compare: Some(Compare { action: "show.html".into(), versions: vec![3, 2, 1], from: 2, to: 3 }),
        instances: vec![sample_instance("Contoso", 2, "Turned on"), sample_instance("Northwind", 3, "Being set up")],
        next_href: Some("show.html".into()),
        funnel: Some(funnel()),
    }
}

fn funnel() -> Funnel {
    let step = |number, name: &str, count, percent| FunnelStep { number, name: name.into(), count, percent };
    Funnel::new(
        vec![
            step(1, "Opened the wizard", 61, 100),
            step(2, "Page 2: Choose what is told", 52, 85),
            step(3, "Connected", 50, 82),
            step(4, "Turned on", 48, 79),
        ],
        vec![("The service said no".into(), 6), ("Slack took too long to answer".into(), 1)],
    )
}

fn diff() -> Diff {
    let line = |kind, old, new, text: &str| Line { kind, old, new, text: text.into() };
    Diff {
        caption: "From version 2 to version 3.".into(),
        lines: vec![
            line(LineKind::Gap, None, None, ""),
            line(LineKind::Same, Some(4), Some(4), "pages:"),
            line(LineKind::Removed, Some(5), None, "  - {key: accounts, title: Connect}"),
            line(
                LineKind::Added,
                None,
                Some(5),
                "  - {key: accounts, title: Connect your accounts, description: \"A line that is much too long for a narrow screen\"}",
            ),
        ],
        notes: vec!["A secret is another one now.".into()],
    }
}

fn changes(none: bool) -> IntegrationChanges {
    IntegrationChanges {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Integrations),
        name: "payroll-sync".into(),
        back_href: "show.html".into(),
        compare: Compare { action: "show.html".into(), versions: vec![3, 2, 1], from: 2, to: 3 },
        diff: if none { Diff::default() } else { diff() },
    }
}

fn connectors(empty: bool) -> ConnectorIndex {
    let row = |name: &str, connections, health| ConnectorRow {
        name: name.into(),
        href: "show.html".into(),
        types: vec!["OAuth 2.0".into(), "API token".into()],
        connections,
        health,
    };
    let rows = vec![row("Slack", 61, Health { need_reconnecting: 2, not_working: 0 }), row("Zendesk", 0, Health::default())];
    ConnectorIndex {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Integrations),
        connectors: if empty { vec![] } else { rows },
        manifests_href: Some("show.html".into()),
        integrations_href: "show.html".into(),
    }
}

fn connector() -> ConnectorShow {
    let input = |label: &str, key: &str, set_by: &str, template: Option<&str>| InputRow {
        label: label.into(),
        key: key.into(),
        kind: "Text".into(),
        set_by: set_by.into(),
        optional: template.is_none() && key == "region",
        secret: key == "token",
        default: (key == "region").then(|| "eu".into()),
        template: template.map(Into::into),
    };
    let inputs = vec![
        input("Subdomain", "subdomain", "The customer", None),
        input("API token", "token", "The customer", None),
        input("Region", "region", "You", None),
        input("Address", "base_url", "Nobody: it is computed", Some("https://{{subdomain}}.zendesk.com/api/v2")),
    ];
    let card = TypeCard {
        id: "type-0".into(),
        name: "OAuth 2.0".into(),
        reference: "zendesk.oauth2".into(),
        auth: "The person signs in at the service (OAuth 2.0)".into(),
        redirect_uri: Some("https://connect.acme.example/oauth/callback".into()),
        check: Some("GET {{base_url}}/users/me.json".into()),
        check_every: Some("every 60 minutes".into()),
        inputs,
        connections: 61,
    };
    ConnectorShow {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Integrations),
        name: "Zendesk".into(),
        key: "zendesk".into(),
        version: "2, since 22 November 2026".into(),
        docs_url: Some("https://developer.zendesk.com/api-reference".into()),
        help_href: "show.html".into(),
        back_href: "show.html".into(),
        types: vec![card],
        integrations: vec![UsedBy { name: "Ticket alerts".into(), href: "show.html".into(), slots: vec!["Zendesk".into()] }],
        changes_href: Some("show.html".into()),
    }
}

fn connector_docs() -> ConnectorDocs {
    let input = |label: &str, secret: bool| HelpInput {
        label: label.into(),
        optional: !secret,
        secret,
        help_html: Some("<p>In the <em>Admin Center</em>, under Apps and integrations.</p>".into()),
        example: Some("acme".into()),
        shape: (!secret).then(|| "https://….zendesk.com".into()),
        choices: vec![],
        only_when: None,
    };
    let way = |id: &str, name: &str, signs_in: bool| Way {
        id: id.into(),
        name: name.into(),
        signs_in,
        steps: vec![input("Subdomain", false), input("API token", true)],
        organization_sets: if signs_in { vec!["Client ID".into(), "Client secret".into()] } else { vec![] },
        redirect_uri: signs_in.then(|| "https://connect.acme.example/oauth/callback".into()),
        checked: true,
    };
    ConnectorDocs {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Integrations),
        name: "Zendesk".into(),
        docs_url: Some("https://developer.zendesk.com".into()),
        back_href: "show.html".into(),
        ways: vec![way("way-0", "API token", false), way("way-1", "OAuth 2.0", true)],
    }
}

fn manifests(refused: bool) -> ManifestNew {
    let entry = |name: &str, state| Entry {
        name: name.into(),
        add_action: "show.html".into(),
        ways: vec!["OAuth 2.0".into()],
        needs: vec!["Client ID".into(), "Client secret".into()],
        state,
        href: "show.html".into(),
    };
    let mistake = Mistake {
        id: "mistake-0".into(),
        place: "Line 3, column 5".into(),
        message: "`titel` is not known here; did you mean `title`?".into(),
        line: Some("    titel: Connect".into()),
    };
    let item = ErrorItem { href: "#mistake-0".into(), text: "Line 3, column 5: `titel` is not known here; did you mean `title`?".into() };
    ManifestNew {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Integrations),
        form: form(),
        errors: ErrorSummary::of(if refused { vec![item] } else { vec![] }),
        mistakes: if refused { vec![mistake] } else { vec![] },
        text: if refused { "kind: integration\nkey: alerts\n    titel: Connect".into() } else { String::new() },
        withheld: false,
        catalogue: vec![entry("Asana", EntryState::New), entry("Slack", EntryState::Added), entry("Zendesk", EntryState::Differs)],
        export_href: "show.html".into(),
    }
}

fn plan(moved: bool, nothing: bool) -> ManifestPlan {
    let change = |id: &str, is_new: bool, name: &str, touches: &[&str]| PlannedChange {
        id: id.into(),
        action: if is_new { "New".into() } else { "Changed".into() },
        is_new,
        name: name.into(),
        touches: touches.iter().map(|touch| (*touch).into()).collect(),
        stays: (!is_new).then(|| {
            (
                "1 instance keeps its version, and goes on working".into(),
                vec!["acme, Alerts, desk: its steps would read other values: host".into()],
            )
        }),
        diff: diff(),
    };
    let changes = vec![
        change("change-0", true, "Connector zendesk", &[]),
        change(
            "change-1",
            false,
            "Integration ticket-alerts",
            &["7 that are being set up follow this version.", "48 that are turned on keep their version."],
        ),
    ];
    ManifestPlan {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Integrations),
        form: form(),
        discard_action: "show.html".into(),
        moved,
        changes: if nothing { vec![] } else { changes },
        unchanged: vec!["Preset our-zendesk-app".into()],
    }
}
