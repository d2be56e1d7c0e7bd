//! The activity page: what is asked for, and what is shown of it.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::activity;
use crate::{
    domain::{access::Scope, audit::AuditAction, customer::CustomerRef, key::Key, time::Timestamp},
    flows::{Context, activity::Happened},
    manifest::Kind,
    store::{ActorKind, AuditFilter},
    web::{
        errors::Failure,
        present,
        session::Admin,
        urls,
        view::{
            ErrorItem, ErrorSummary, Exit,
            admin::{
                Section,
                audit::{AuditIndex, Choice, Filter},
            },
        },
        words::Words,
    },
};

/// As the page's form sends it; what is empty does not narrow.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct AuditQuery {
    #[serde(default)]
    pub customer: String,
    #[serde(default)]
    pub integration: String,
    #[serde(default)]
    pub action: String,
    #[serde(default)]
    pub who: String,
    #[serde(default)]
    pub from: String,
    #[serde(default)]
    pub until: String,
    pub instance: Option<String>,
    pub connection: Option<String>,
    pub cursor: Option<String>,
}

impl AuditQuery {
    fn pairs(&self) -> Vec<(&'static str, &str)> {
        let (instance, connection) = (self.instance.as_deref().unwrap_or_default(), self.connection.as_deref().unwrap_or_default());
        let all = [
            ("customer", self.customer.as_str()),
            ("integration", &self.integration),
            ("action", &self.action),
            ("who", &self.who),
            ("from", &self.from),
            ("until", &self.until),
            ("instance", instance),
            ("connection", connection),
        ];
        all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    fn href(&self, path: &str, cursor: Option<&str>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.pairs()).extend_pairs(cursor.map(|cursor| ("cursor", cursor)));
        let query = query.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
}

/// What a query comes to. `filter`: `None` where something in it cannot be.
#[derive(Default)]
pub struct Read {
    pub filter: Option<AuditFilter>,
    unknown_customer: bool,
    bad_from: bool,
    bad_until: bool,
}

impl Read {
    pub const fn is_wrong(&self) -> bool {
        self.filter.is_none()
    }
}

pub async fn read(context: &Context, query: &AuditQuery) -> Result<Read, Failure> {
    let mut read = Read::default();
    let mut filter = AuditFilter::default();
    if !query.customer.trim().is_empty() {
        filter.customer = customer(context, query.customer.trim()).await?;
        read.unknown_customer = filter.customer.is_none();
    }
    // An id, a key or a word that is none of ours matches nothing.
    let nothing = || Failure::NotFound;
    filter.integration = some(&query.integration).map(Key::parse).transpose().map_err(|_| nothing())?;
    filter.action = some(&query.action).map(|name| action(name).ok_or_else(nothing)).transpose()?;
    filter.actor_kind = some(&query.who).map(|name| kind(name).ok_or_else(nothing)).transpose()?;
    filter.instance = query.instance.as_deref().and_then(some).map(str::parse).transpose().map_err(|_| nothing())?;
    filter.connection = query.connection.as_deref().and_then(some).map(str::parse).transpose().map_err(|_| nothing())?;
    filter.from = some(&query.from).and_then(day);
    read.bad_from = filter.from.is_none() && some(&query.from).is_some();
    filter.until = some(&query.until).and_then(day).map(|day| day.plus_seconds(24 * 60 * 60));
    read.bad_until = filter.until.is_none() && some(&query.until).is_some();
    read.filter = (!read.unknown_customer && !read.bad_from && !read.bad_until).then_some(filter);
    Ok(read)
}

fn some(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

pub fn action(name: &str) -> Option<AuditAction> {
    AuditAction::ALL.iter().copied().find(|action| action.name() == name)
}

pub fn kind(name: &str) -> Option<ActorKind> {
    ActorKind::ALL.into_iter().find(|kind| kind.as_str() == name)
}

/// By our id, or by theirs with or without its prefix. One that was deleted is known by our id alone.
async fn customer(context: &Context, text: &str) -> Result<Option<crate::domain::ids::CustomerId>, Failure> {
    if let Some(CustomerRef::Id(id)) = CustomerRef::parse(text) {
        return Ok(Some(id));
    }
    let external = text.strip_prefix("external:").unwrap_or(text);
    let found = context.store().read().customers().find(Scope::Organization, &CustomerRef::External(external.into())).await?;
    Ok(found.map(|customer| customer.id))
}

fn day(text: &str) -> Option<Timestamp> {
    format!("{text}T00:00:00Z").parse().ok().filter(|_| text.len() == 10)
}

/// As in a file's name.
pub fn date(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}

/// `happened` holds one more than `limit` where there are older ones.
pub async fn index(
    context: &Context,
    admin: &Admin,
    query: &AuditQuery,
    read: Read,
    mut happened: Vec<Happened>,
    limit: i64,
) -> Result<AuditIndex, Failure> {
    let words = present::words();
    let limit = usize::try_from(limit).unwrap_or_default();
    let has_older = happened.len() > limit;
    happened.truncate(limit);
    let last = happened.last().map(|last| last.event.id.to_string());
    let filter = filter(context, words, query, &read).await?;
    Ok(AuditIndex {
        words,
        frame: present::frame(context, Exit::None, None),
        console: present::admin::console(context, admin, Section::Activity)?,
        errors: errors(&filter),
        action: urls::admin::AUDIT,
        days: activity::days(words, &happened),
        export_href: query.href(urls::admin::AUDIT_EXPORT, None),
        older_href: last.filter(|_| has_older).map(|last| query.href(urls::admin::AUDIT, Some(&last))),
        newest_href: query.cursor.as_ref().map(|_| query.href(urls::admin::AUDIT, None)),
        filter,
    })
}

fn errors(filter: &Filter) -> Option<ErrorSummary> {
    let fields = [("#customer", &filter.customer_error), ("#from", &filter.from_error), ("#until", &filter.until_error)];
    let item = |(href, error): (&str, &Option<String>)| Some(ErrorItem { href: href.to_owned(), text: error.clone()? });
    ErrorSummary::of(fields.into_iter().filter_map(item).collect())
}

async fn filter(context: &Context, words: Words, query: &AuditQuery, read: &Read) -> Result<Filter, Failure> {
    let documents = context.store().read().documents().list_current(Kind::Integration.as_str()).await?;
    let named = documents.iter().map(|document| (document.key.as_str(), document.body.get("name").and_then(|name| name.as_str())));
    // One that is withdrawn can still be asked for.
    let all: BTreeMap<&str, Option<&str>> = some(&query.integration).map(|key| (key, None)).into_iter().chain(named).collect();
    let choice = |(key, name): (&str, Option<&str>)| Choice {
        value: key.to_owned(),
        label: name.unwrap_or(key).to_owned(),
        selected: key == query.integration,
    };
    let integrations = all.into_iter().map(choice).collect();
    let wrong = |is: bool, key: &str| is.then(|| words.t(key));
    Ok(Filter {
        customer: query.customer.clone(),
        customer_error: wrong(read.unknown_customer, "activity-unknown-customer"),
        integrations,
        actions: actions(words, &query.action),
        actors: actors(words, &query.who),
        from: query.from.clone(),
        from_error: wrong(read.bad_from, "activity-unknown-date"),
        until: query.until.clone(),
        until_error: wrong(read.bad_until, "activity-unknown-date"),
        instance: query.instance.clone(),
        connection: query.connection.clone(),
        is_narrow: !query.pairs().is_empty(),
    })
}

pub fn actions(words: Words, selected: &str) -> Vec<Choice> {
    let choice = |action: &AuditAction| Choice {
        value: action.name().to_owned(),
        label: activity::did(words, *action, "…"),
        selected: action.name() == selected,
    };
    AuditAction::ALL.iter().map(choice).collect()
}

pub fn actors(words: Words, selected: &str) -> Vec<Choice> {
    let label = |kind: ActorKind| match kind {
        ActorKind::CustomerUser => words.t("activity-who-customer-user"),
        ActorKind::OrgUser => words.t("activity-who-org-user"),
        ActorKind::Acting => words.t("activity-who-acting"),
        ActorKind::ApiKey => words.t("activity-who-api-key"),
        ActorKind::System => words.t("activity-who-system"),
    };
    let choice = |kind: ActorKind| Choice { value: kind.as_str().to_owned(), label: label(kind), selected: kind.as_str() == selected };
    ActorKind::ALL.into_iter().map(choice).collect()
}
