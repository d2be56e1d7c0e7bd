//! The console's pages of what is applied, of alerts and of settings, filled.

use super::super::{
    admin::{Section, alerts::*, connectors::*, funnel::*, integrations::*, manifests::*, settings::*},
    slot::Status,
    *,
};
use super::{form, frame, other_pages::console, words};

fn in_use(turned_on: usize, being_set_up: usize, paused: usize, behind: usize) -> InUse {
    InUse { turned_on, being_set_up, paused, behind }
}

pub fn integrations(empty: bool) -> IntegrationIndex {
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

pub fn integration() -> IntegrationShow {
    let slot = |label: &str, connection_type: &str, reusable: Option<&str>| {
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
    };
    let variable = PageElement::Variable { label: "Severity".into(), kind: "One of several".into(), optional: true };
    let version = |number, current, in_use, changes: bool| VersionRow {
        number,
        current,
        published: "22 November 2026".into(),
        in_use,
        instances_href: "show.html".into(),
        changes_href: changes.then(|| "show.html".into()),
    };
    let instance = |customer: &str, version, behind, state: &str| InstanceRow {
        customer: customer.into(),
        href: "show.html".into(),
        version,
        behind,
        state: state.into(),
        since: behind.then(|| "3 March 2026".into()),
    };
    IntegrationShow {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Integrations),
        name: "Payroll sync".into(),
        key: "payroll-sync".into(),
        version: "3, since 22 November 2026".into(),
        description_html: Some("<p>New hires, from your payroll to your chat.</p>".into()),
        in_use: in_use(48, 7, 1, 3),
        health: Health { need_reconnecting: 2, not_working: 1 },
        customers: 56,
        matrix_href: "show.html".into(),
        pages: vec![
            WizardPage {
                number: 1,
                title: "Connect your accounts".into(),
                elements: vec![slot("Slack", "OAuth 2.0", None), slot("Acme Payroll", "API key", Some("acme-payroll"))],
            },
            WizardPage { number: 2, title: "Choose what is told".into(), elements: vec![variable] },
            WizardPage { number: 3, title: "Before you turn it on".into(), elements: vec![] },
        ],
        versions: vec![
            version(3, true, in_use(45, 7, 1, 0), true),
            version(2, false, in_use(3, 0, 0, 3), true),
            version(1, false, in_use(0, 0, 0, 0), false),
        ],
        compare: Some(Compare { action: "show.html".into(), versions: vec![3, 2, 1], from: 2, to: 3 }),
        instances: vec![instance("Contoso", 2, true, "Turned on"), instance("Northwind", 3, false, "Being set up")],
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

pub fn diff() -> Diff {
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

pub fn changes(none: bool) -> IntegrationChanges {
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

pub fn connectors(empty: bool) -> ConnectorIndex {
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

pub fn connector() -> ConnectorShow {
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

pub fn connector_docs() -> ConnectorDocs {
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

pub fn manifests(refused: bool) -> ManifestNew {
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

pub fn plan(moved: bool, nothing: bool) -> ManifestPlan {
    let change = |id: &str, is_new: bool, name: &str, touches: &[&str]| PlannedChange {
        id: id.into(),
        action: if is_new { "New".into() } else { "Changed".into() },
        is_new,
        name: name.into(),
        touches: touches.iter().map(|touch| (*touch).into()).collect(),
        diff: diff(),
    };
    let changes = vec![
        change("change-0", true, "Connector zendesk", &[]),
        change(
            "change-1",
            false,
            "Integration ticket-alerts",
            &["7 that are being set up follow this version.", "48 that are turned on keep their version until they are turned on again."],
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

pub fn alerts(empty: bool, closed: bool) -> AlertIndex {
    let row = |id: &str, status, title: &str, why: Option<&str>, kind: &str| AlertRow {
        id: id.into(),
        status,
        title: title.into(),
        why: why.map(Into::into),
        since: "Since 14:02 UTC on 22 November 2026".into(),
        note: (kind == "Ends soon").then(|| "muted until 30 November 2026".into()),
        repair_href: "show.html".into(),
        repair: "Repair".into(),
        acknowledge_action: (!closed).then(|| "show.html".into()),
        mute_action: (!closed && kind != "Ends soon").then(|| "show.html".into()),
        has_connection: kind != "Left half set up",
        kind: kind.into(),
    };
    let rows = vec![
        row(
            "alert-0",
            Status::NotWorking,
            "Payroll sync does not work for Fabrikam",
            Some("HubSpot did not accept the key. Ask Fabrikam for a new one, or send them a link."),
            "Does not work",
        ),
        row(
            "alert-1",
            Status::NeedsReconnecting,
            "Contoso needs to sign in again: Team alerts",
            Some("Access was withdrawn."),
            "Needs reconnecting",
        ),
        row(
            "alert-2",
            Status::Connected,
            "The access of Northwind ends soon: Payroll sync",
            Some("The access ends on 9 December 2026."),
            "Ends soon",
        ),
        row("alert-3", Status::NotConnected, "Tailspin left Payroll sync half set up", None, "Left half set up"),
    ];
    AlertIndex {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Alerts),
        errors: None,
        closed,
        other_href: "show.html".into(),
        alerts: if empty { vec![] } else { rows },
        next_href: (!empty).then(|| "show.html".into()),
        mutes: vec![MuteRow { what: "This connection".into(), until: "30 November 2026".into(), end_action: "show.html".into() }],
        telling: Telling {
            action: "show.html".into(),
            how: How::Daily,
            hour: 8,
            email: "lee@acme.example".into(),
            mail_works: !empty,
            nobody_is_told: true,
        },
        may_act: true,
        mute_until: "2026-12-04".into(),
    }
}

pub fn settings(may_change: bool, refused: bool) -> SettingsShow {
    let field = |name: &'static str, label: &str, value: &str, error: Option<&str>| SettingField {
        name,
        label: label.into(),
        hint: "It stands under every page of the wizard.".into(),
        value: value.into(),
        error: error.map(Into::into),
        short: name == "accent",
    };
    let wrong = "Its contrast on the light page is 1.7, and words need 4.5. #866400 is the nearest shade that can be read";
    let mail = |state: &str, is_bad| MailRow {
        what: "Test mail".into(),
        recipient: "lee@acme.example".into(),
        state: state.into(),
        is_bad,
        at: "14:02 UTC on 22 November 2026".into(),
    };
    SettingsShow {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Settings),
        form: form(),
        errors: ErrorSummary::of(if refused { vec![ErrorItem { href: "#accent".into(), text: wrong.into() }] } else { vec![] }),
        may_change,
        fields: vec![
            field("name", "Name", "Acme", None),
            field("support", "Where customers ask for help", "", None),
            field("accent", "Colour", if refused { "#f5b700" } else { "#0b6b57" }, refused.then_some(wrong)),
        ],
        mail_works: may_change,
        test_mail_action: "show.html".into(),
        mails: if may_change { vec![mail("Taken by the mail server", false), mail("Given up (smtp 550)", true)] } else { vec![] },
    }
}
