//! What is applied, as rows and lines.

use super::{console, day};
use crate::{
    domain::{input::Input, instance::InstanceStatus, integration::Element, key::Key, user::Role},
    flows::{
        Context, applied,
        funnel::{self as flows, FunnelStep as FunnelWay},
        slot_tests::SlotTest,
    },
    manifest::{DiffLine, Kind},
    store::{DocumentVersion, InstanceLine, Troubled, VersionUse},
    web::{
        errors::Failure,
        markdown, present,
        session::Admin,
        urls::admin as urls,
        view::{
            Exit,
            admin::{
                Section,
                funnel::{Funnel, FunnelStep},
                integrations::*,
            },
            slot::reason,
        },
        words::Words,
    },
};

/// The page of manifests, for those who may open it.
pub(super) fn manifests_href(admin: &Admin) -> Option<String> {
    admin.is_at_least(Role::Admin).then(|| urls::MANIFESTS.to_owned())
}

pub fn index(
    context: &Context,
    admin: &Admin,
    lines: &[applied::IntegrationLine],
    flash: Option<String>,
) -> Result<IntegrationIndex, Failure> {
    let words = present::words();
    let row = |line: &applied::IntegrationLine| IntegrationRow {
        name: line.name.clone(),
        href: urls::integration(&line.key),
        version: words.with_two("integrations-version-since", "version", line.version, "day", day(line.published_at)),
        in_use: in_use(&line.uses, line.version),
        health: health(line.trouble),
    };
    Ok(IntegrationIndex {
        words,
        frame: present::frame(context, Exit::None, flash),
        console: console(context, admin, Section::Integrations)?,
        integrations: lines.iter().map(row).collect(),
        manifests_href: manifests_href(admin),
        connectors_href: urls::CONNECTORS.to_owned(),
    })
}

pub fn show(
    context: &Context,
    admin: &Admin,
    mut found: applied::Integration,
    version: Option<i64>,
    tests: &[SlotTest],
) -> Result<IntegrationShow, Failure> {
    let words = present::words();
    let next = found.next_page();
    let integration = &found.published.integration;
    let current = integration.version;
    let published_at = found.versions.iter().find(|v| v.version == current).map(|v| v.created_at);
    let of_version = published_at.map(|at| words.with_two("integrations-version-since", "version", current, "day", day(at)));
    Ok(IntegrationShow {
        words,
        frame: present::frame(context, Exit::None, None),
        console: console(context, admin, Section::Integrations)?,
        name: integration.name.clone(),
        key: integration.key.to_string(),
        version: of_version.unwrap_or_else(|| current.to_string()),
        description_html: integration.description.as_deref().map(markdown::to_html),
        in_use: in_use(&found.uses, current),
        health: health(found.trouble),
        customers: count(found.customers),
        matrix_href: urls::matrix(&integration.key),
        check_href: urls::bulk_checks_of(&integration.key),
        pages: pages(words, &found),
        tests: super::slot_tests::rows(words, admin, &integration.key, tests),
        versions: found.versions.iter().map(|version| version_row(&integration.key, version, &found)).collect(),
        compare: compare(urls::integration_changes(&integration.key), &found.versions, None),
        instances: found.instances.iter().map(|line| instance_row(words, line, current)).collect(),
        funnel: found.funnel.as_ref().map(|funnel| self::funnel(context, words, &integration.name, funnel)),
        next_href: next.map(|after| urls::integration_instances(&integration.key, version, Some(after))),
    })
}

fn funnel(context: &Context, words: Words, name: &str, found: &flows::Funnel) -> Funnel {
    let opened = found.steps.first().map_or(0, |(_, opened)| *opened).max(1);
    let step = |(at, (step, instances)): (usize, &(FunnelWay, i64))| FunnelStep {
        number: at + 1,
        name: match step {
            FunnelWay::Opened => words.t("funnel-opened"),
            FunnelWay::Page(number, title) => words.with_two("funnel-page", "number", number, "title", title),
            FunnelWay::Connected => words.t("funnel-connected"),
            FunnelWay::TurnedOn => words.t("funnel-turned-on"),
        },
        count: count(*instances),
        percent: count(*instances * 100 / opened),
    };
    let organization = &context.organization().name;
    let reasons = found.reasons.iter().map(|(code, times)| (reason(words, code.code(), "admin", name, organization, "").0, count(*times)));
    Funnel::new(found.steps.iter().enumerate().map(step).collect(), reasons.collect())
}

fn pages(words: Words, found: &applied::Integration) -> Vec<WizardPage> {
    let slot = |key: &Key| found.slots.iter().find(|line| line.slot.key == *key).map(slot_row);
    let element = |element: &Element| match element {
        Element::Slot(of) => slot(&of.key).map(PageElement::Slot),
        Element::Variable(input) => Some(variable(words, input)),
        Element::Text(_) => None,
    };
    let page = |(at, page): (usize, &crate::domain::integration::Page)| WizardPage {
        number: at + 1,
        title: page.title.clone(),
        elements: page.elements.iter().filter_map(element).collect(),
    };
    found.published.integration.pages.iter().enumerate().map(page).collect()
}

fn variable(words: Words, input: &Input) -> PageElement {
    PageElement::Variable { label: input.label.clone(), kind: kind(words, input), optional: !input.required }
}

/// An input's type in words.
pub(super) fn kind(words: Words, input: &Input) -> String {
    let name = input.input_type.name();
    words.find(&format!("input-type-{}", name.replace('_', "-")), []).unwrap_or_else(|| name.to_owned())
}

fn slot_row(line: &applied::SlotLine) -> SlotRow {
    let connection_type = line.connector.connection_type(line.type_ref.connection_type.as_str());
    let label =
        |key: &Key| connection_type.and_then(|t| t.input(key.as_str())).map_or_else(|| key.to_string(), |input| input.label.clone());
    SlotRow {
        label: line.slot.label.clone().unwrap_or_else(|| line.connector.name.clone()),
        connector: line.connector.name.clone(),
        connector_href: urls::connector(&line.connector.key),
        connection_type: connection_type.map_or_else(|| line.type_ref.to_string(), |t| t.name().to_owned()),
        reusable: line.reusable().map(Key::to_string),
        preset: line.slot.preset.as_ref().map(Key::to_string),
        optional: !line.slot.required,
        sets: line.slot.inputs.iter().filter(|(_, over)| over.value.is_some()).map(|(key, _)| label(key)).collect(),
    }
}

fn version_row(key: &Key, version: &DocumentVersion, found: &applied::Integration) -> VersionRow {
    let uses: Vec<VersionUse> = found.uses.iter().filter(|of| of.version == version.version).cloned().collect();
    let before = found.versions.iter().map(|v| v.version).filter(|number| *number < version.version).max();
    VersionRow {
        number: version.version,
        current: version.is_current,
        published: day(version.created_at),
        in_use: in_use(&uses, version.version),
        instances_href: urls::integration_instances(key, Some(version.version), None),
        changes_href: before.map(|before| urls::versions(&urls::integration_changes(key), before, version.version)),
    }
}

/// `chosen`: from and to; otherwise the last change. `None`: there is one version alone.
pub(super) fn compare(action: String, versions: &[DocumentVersion], chosen: Option<(i64, i64)>) -> Option<Compare> {
    let numbers: Vec<i64> = versions.iter().map(|version| version.version).collect();
    let [newest, before, ..] = numbers[..] else { return None };
    let (from, to) = chosen.unwrap_or((before, newest));
    Some(Compare { action, versions: numbers, from, to })
}

fn instance_row(words: Words, line: &InstanceLine, current: i64) -> InstanceRow {
    let state = match line.status {
        InstanceStatus::Draft => "instance-draft",
        InstanceStatus::Active => "instance-active",
        InstanceStatus::Paused => "instance-paused",
    };
    InstanceRow {
        customer: line.customer.clone(),
        href: urls::instance(line.id),
        version: line.version,
        behind: line.version < current,
        state: words.t(state),
        since: line.deployed_at.map(day),
    }
}

/// `current`: instances of other versions that were turned on are behind.
pub(super) fn in_use(uses: &[VersionUse], current: i64) -> InUse {
    let sum = |of: fn(&VersionUse) -> i64| count(uses.iter().map(of).sum());
    let behind = uses.iter().filter(|of| of.version < current).map(|of| of.active + of.paused).sum();
    InUse { turned_on: sum(|of| of.active), being_set_up: sum(|of| of.drafts), paused: sum(|of| of.paused), behind: count(behind) }
}

pub(super) fn health(trouble: Troubled) -> Health {
    Health { need_reconnecting: count(trouble.need_reconnecting), not_working: count(trouble.not_working) }
}

pub(super) fn count(number: i64) -> usize {
    usize::try_from(number).unwrap_or(0)
}

pub fn changes(
    context: &Context,
    admin: &Admin,
    kind: Kind,
    key: &Key,
    difference: &applied::Difference,
) -> Result<IntegrationChanges, Failure> {
    let words = present::words();
    let (back_href, action) = match kind {
        Kind::Connector => (urls::connector(key), urls::connector_changes(key)),
        _ => (urls::integration(key), urls::integration_changes(key)),
    };
    let (from, to) = (difference.from, difference.to);
    let versions = difference.versions.iter().map(|version| version.version).collect();
    Ok(IntegrationChanges {
        words,
        frame: present::frame(context, Exit::None, None),
        console: console(context, admin, Section::Integrations)?,
        name: key.to_string(),
        back_href,
        compare: Compare { action, versions, from, to },
        diff: Diff {
            caption: words.with_two("diff-lead", "from", from, "to", to),
            lines: lines(&difference.lines),
            notes: notes(words, difference),
        },
    })
}

fn notes(words: Words, difference: &applied::Difference) -> Vec<String> {
    let pinned = |(key, old, new): &(Key, Option<i64>, Option<i64>)| match (old, new) {
        (Some(old), Some(new)) => {
            words.with_all("diff-connector", [("connector", key.to_string()), ("from", old.to_string()), ("to", new.to_string())])
        }
        (None, _) => words.with("diff-connector-new", "connector", key),
        (_, None) => words.with("diff-connector-gone", "connector", key),
    };
    let secret = difference.secrets_differ.then(|| words.t("diff-secret"));
    difference.connectors.iter().map(pinned).chain(secret).collect()
}

pub(super) fn lines(lines: &[DiffLine]) -> Vec<Line> {
    let line = |line: &DiffLine| match line {
        DiffLine::Gap => Line { kind: LineKind::Gap, old: None, new: None, text: String::new() },
        DiffLine::Same { old, new, text } => Line { kind: LineKind::Same, old: Some(*old), new: Some(*new), text: text.clone() },
        DiffLine::Removed { old, text } => Line { kind: LineKind::Removed, old: Some(*old), new: None, text: text.clone() },
        DiffLine::Added { new, text } => Line { kind: LineKind::Added, old: None, new: Some(*new), text: text.clone() },
    };
    lines.iter().map(line).collect()
}
