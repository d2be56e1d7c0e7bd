//! How the organization appears: kept in its row, known to every process within seconds, changed by its own people.

use std::sync::OnceLock;

use serde_json::json;

use super::{Broken, Context};
use crate::{
    domain::{
        access::Actor,
        audit::AuditAction,
        ids::OrganizationId,
        organization::{Accent, Colour, OrganizationSettings, Support, Unreadable},
    },
    vault::digest,
};

/// Whose deployment this is.
#[derive(Clone, Debug)]
pub struct Organization {
    pub id: OrganizationId,
    pub name: String,
    /// Where customers ask for help; `mailto:` or an address.
    pub help_href: Option<String>,
    pub stylesheet: Option<Stylesheet>,
}

/// The organization's colours, as a page loads them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stylesheet {
    pub css: String,
    /// Of its content, so that it can be kept for good.
    pub version: String,
}

impl Organization {
    pub fn new(id: OrganizationId, name: impl Into<String>) -> Self {
        Self { id, name: name.into(), help_href: None, stylesheet: None }
    }

    fn of(id: OrganizationId, settings: &OrganizationSettings) -> Self {
        let stylesheet = settings.accent.map(|accent| {
            let css = accent.stylesheet();
            let version = digest::hash(&css)[..6].iter().map(|byte| format!("{byte:02x}")).collect();
            Stylesheet { css, version }
        });
        Self { id, name: settings.name.clone(), help_href: settings.support.as_ref().map(Support::href), stylesheet }
    }

    fn looks_like(&self, other: &Self) -> bool {
        self.name == other.name && self.help_href == other.help_href && self.stylesheet == other.stylesheet
    }
}

/// What the organization is, and was: each change is put behind the one before, so that whoever still looks at that one may.
pub(super) struct Known {
    organization: Organization,
    next: OnceLock<Box<Known>>,
}

impl Known {
    pub fn new(organization: Organization) -> Self {
        Self { organization, next: OnceLock::new() }
    }

    pub fn newest(&self) -> &Organization {
        &self.last().organization
    }

    fn last(&self) -> &Self {
        let mut last = self;
        while let Some(next) = last.next.get() {
            last = next;
        }
        last
    }

    fn add(&self, organization: Organization) {
        let mut added = Box::new(Self::new(organization));
        // Somebody else was first: behind theirs.
        while let Err(back) = self.last().next.set(added) {
            added = back;
        }
    }
}

/// As they are now in the database.
pub async fn load(context: &Context) -> Result<OrganizationSettings, Broken> {
    Ok(context.store().read().organization().settings().await?)
}

/// Takes up what another process has changed.
pub async fn refresh(context: &Context) -> Result<(), Broken> {
    let known = Organization::of(context.organization().id, &load(context).await?);
    if !known.looks_like(context.organization()) {
        context.known_organization().add(known);
    }
    Ok(())
}

/// As somebody typed them.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    pub name: String,
    pub accent: String,
    pub accent_dark: String,
    pub support: String,
    pub check_failures: String,
}

/// What is wrong with one field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wrong {
    Name,
    Accent,
    AccentDark,
    Unreadable(Unreadable),
    Support,
    CheckFailures,
}

pub enum Saved {
    Done,
    Refused(Vec<Wrong>),
}

const NAME_MAX: usize = 80;
const FAILURES_MAX: i64 = 20;

pub async fn save(context: &Context, actor: &Actor, typed: &Typed) -> Result<Saved, Broken> {
    let settings = match parse(typed) {
        Ok(settings) => settings,
        Err(wrong) => return Ok(Saved::Refused(wrong)),
    };
    let before = load(context).await?;
    let changed = changed(&before, &settings);
    if !changed.is_empty() {
        let mut work = context.store().begin().await?;
        work.organization().save_settings(&settings).await?;
        context.record(&mut work, &context.event(actor, AuditAction::SettingsUpdated, json!({"changed": changed}))).await?;
        work.commit().await?;
        refresh(context).await?;
    }
    Ok(Saved::Done)
}

fn changed(before: &OrganizationSettings, after: &OrganizationSettings) -> Vec<&'static str> {
    let fields = [
        ("name", before.name != after.name),
        ("accent", before.accent != after.accent),
        ("support", before.support != after.support),
        ("check_failures", before.check_failures != after.check_failures),
    ];
    fields.into_iter().filter(|(_, differs)| *differs).map(|(field, _)| field).collect()
}

fn parse(typed: &Typed) -> Result<OrganizationSettings, Vec<Wrong>> {
    let mut wrong = Vec::new();
    let name = typed.name.trim();
    if name.is_empty() || name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
        wrong.push(Wrong::Name);
    }
    let accent = accent(typed).unwrap_or_else(|error| {
        wrong.push(error);
        None
    });
    let support = Some(typed.support.trim()).filter(|text| !text.is_empty()).map(Support::parse);
    if support == Some(None) {
        wrong.push(Wrong::Support);
    }
    let check_failures = typed.check_failures.trim().parse().ok().filter(|count| (1..=FAILURES_MAX).contains(count));
    if check_failures.is_none() {
        wrong.push(Wrong::CheckFailures);
    }
    match (wrong.is_empty(), check_failures) {
        (true, Some(check_failures)) => {
            Ok(OrganizationSettings { name: name.to_owned(), accent, support: support.flatten(), check_failures })
        }
        _ => Err(wrong),
    }
}

fn accent(typed: &Typed) -> Result<Option<Accent>, Wrong> {
    let colour = |text: &str, wrong| match text.trim() {
        "" => Ok(None),
        text => Colour::parse(text).map(Some).ok_or(wrong),
    };
    let (light, dark) = (colour(&typed.accent, Wrong::Accent)?, colour(&typed.accent_dark, Wrong::AccentDark)?);
    match (light, dark) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(Wrong::Accent),
        (Some(light), dark) => Accent::new(light, dark).map(Some).map_err(Wrong::Unreadable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Timestamp;

    #[test]
    fn whoever_looks_at_what_was_may_go_on_while_it_changes() {
        let named = |name: &str| Organization::new(OrganizationId::new(Timestamp::from_millis(0), &[0; 10]), name);
        let known = Known::new(named("Acme"));
        let before = known.newest();
        known.add(named("Umbra"));
        known.add(named("Contoso"));
        assert_eq!((before.name.as_str(), known.newest().name.as_str()), ("Acme", "Contoso"));
    }
}
