//! A plan in words, and errors with the line they stand in.

use super::{
    console, conversion,
    integrations::{count, lines},
};
use crate::{
    domain::{ids::ManifestPlanId, input::Visibility},
    flows::{
        Context,
        apply::{
            Action, Change,
            review::{Review, ReviewedChange},
        },
        catalogue,
    },
    manifest::{ManifestError, echo},
    web::{
        errors::Failure,
        present,
        session::Admin,
        urls::admin as urls,
        view::{
            ErrorItem, ErrorSummary, Exit, Form,
            admin::{
                Section,
                integrations::Diff,
                manifests::{Entry, EntryState, ManifestNew, ManifestPlan, Mistake, PlannedChange},
            },
        },
        words::Words,
    },
};

/// `refused`: what was sent, and what is wrong with it; no error: nothing was sent.
pub fn new(
    context: &Context,
    admin: &Admin,
    entries: &[catalogue::Entry],
    flash: Option<String>,
    refused: Option<(&str, &[ManifestError])>,
) -> Result<ManifestNew, Failure> {
    let words = present::words();
    let console = console(context, admin, Section::Integrations)?;
    let (text, errors) = refused.unwrap_or_default();
    let mistakes: Vec<Mistake> = errors.iter().enumerate().map(|(at, error)| mistake(words, text, at, error)).collect();
    let withheld = echo::holds_values(text);
    Ok(ManifestNew {
        words,
        frame: present::frame(context, Exit::None, flash),
        form: Form { action: urls::MANIFESTS.to_owned(), csrf: console.csrf.clone(), version: String::new() },
        console,
        errors: refused.and_then(|_| ErrorSummary::of(summary(words, &mistakes))),
        mistakes,
        text: if withheld { String::new() } else { text.to_owned() },
        withheld,
        catalogue: entries.iter().map(entry).collect(),
        export_href: urls::MANIFESTS_EXPORT.to_owned(),
    })
}

fn summary(words: Words, mistakes: &[Mistake]) -> Vec<ErrorItem> {
    if mistakes.is_empty() {
        return vec![ErrorItem { href: "#text".into(), text: words.t("manifests-nothing-sent") }];
    }
    let item = |mistake: &Mistake| ErrorItem { href: format!("#{}", mistake.id), text: format!("{}: {}", mistake.place, mistake.message) };
    mistakes.iter().map(item).collect()
}

fn mistake(words: Words, text: &str, at: usize, error: &ManifestError) -> Mistake {
    Mistake {
        id: format!("mistake-{at}"),
        place: words.with_two("manifests-place", "line", error.line, "column", error.column),
        message: error.message.clone(),
        line: echo::line(text, error.line),
    }
}

fn entry(entry: &catalogue::Entry) -> Entry {
    let connector = &entry.connector;
    let mut needs = Vec::new();
    for input in connector.connection_types.iter().flat_map(|t| t.inputs()) {
        let ours = input.visibility == Visibility::Organization && !input.is_computed() && input.default.is_none() && input.required;
        if ours && !needs.contains(&input.label) {
            needs.push(input.label.clone());
        }
    }
    Entry {
        name: connector.name.clone(),
        add_action: urls::manifest_catalogue(&connector.key),
        ways: connector.connection_types.iter().map(|t| t.name().to_owned()).collect(),
        needs,
        state: match entry.state {
            catalogue::EntryState::New => EntryState::New,
            catalogue::EntryState::Added => EntryState::Added,
            catalogue::EntryState::Differs => EntryState::Differs,
        },
        href: urls::connector(&connector.key),
    }
}

pub fn plan(context: &Context, admin: &Admin, id: ManifestPlanId, review: &Review, moved: bool) -> Result<ManifestPlan, Failure> {
    let words = present::words();
    let console = console(context, admin, Section::Integrations)?;
    let (same, changed): (Vec<_>, Vec<_>) = review.changes.iter().partition(|reviewed| reviewed.change.changes_nothing());
    Ok(ManifestPlan {
        words,
        frame: present::frame(context, Exit::None, None),
        form: Form { action: urls::manifest_plan(id), csrf: console.csrf.clone(), version: digest_text(&review.digest) },
        console,
        discard_action: urls::manifest_plan_discard(id),
        moved,
        changes: changed.into_iter().enumerate().map(|(at, reviewed)| planned(words, at, reviewed)).collect(),
        unchanged: same.iter().map(|reviewed| name(words, &reviewed.change)).collect(),
    })
}

fn planned(words: Words, at: usize, reviewed: &ReviewedChange) -> PlannedChange {
    let change = &reviewed.change;
    let touches = [("plan-follow", reviewed.follow), ("plan-keep", reviewed.keep)];
    let touches = touches.into_iter().filter(|(_, instances)| *instances > 0).map(|(word, instances)| words.count(word, count(instances)));
    let mut notes: Vec<String> = reviewed.secrets_differ.then(|| words.t("diff-secret")).into_iter().collect();
    if reviewed.lines.is_empty() && notes.is_empty() && change.action == Action::Update {
        notes.push(words.t("plan-republished"));
    }
    PlannedChange {
        id: format!("change-{at}"),
        action: words.t(action(change.action)),
        is_new: change.action == Action::Create,
        name: name(words, change),
        touches: touches.chain(change.conversion.iter().flat_map(|of| conversion::moves(words, of))).collect(),
        stays: change.conversion.as_ref().map(|of| conversion::stays(words, of)),
        diff: Diff { caption: name(words, change), lines: lines(&reviewed.lines), notes },
    }
}

const fn action(action: Action) -> &'static str {
    match action {
        Action::Create => "plan-create",
        Action::Update => "plan-update",
        Action::Unchanged => "plan-unchanged",
        Action::Withdraw => "plan-withdraw",
    }
}

fn name(words: Words, change: &Change) -> String {
    let key = format!("plan-kind-{}", change.kind.replace('_', "-"));
    words.with(&key, "key", &change.key)
}

/// What was applied, in one sentence.
pub fn applied(words: Words, changes: &[Change]) -> String {
    let of = |wanted: Action| changes.iter().filter(|change| change.action == wanted).count();
    words.with_two("plan-applied", "created", of(Action::Create), "updated", of(Action::Update))
}

fn digest_text(digest: &[u8; 32]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `None`: it is no digest.
pub fn parse_digest(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut digest = [0; 32];
    for (at, byte) in digest.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(digest)
}
