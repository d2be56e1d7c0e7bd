//! What needs somebody: found by looking, told once, closed when the cause is gone.
//!
//! An alert is a row with its cause as a unique key, so of many processes that find it one opens it, and tells of it in the same
//! transaction. Add a kind: see `domain/alert`.

mod tell;

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use super::{Broken, Context};
use crate::{
    domain::{
        access::{Actor, Scope},
        alert::{Alert, AlertKind, Mute, NewAlert, Subject, Telling},
        audit::{AuditAction, AuditEvent},
        ids::{AlertId, AlertMuteId, ConnectionId, UserId},
        key::Key,
        time::Timestamp,
    },
    store::{Subscriber, UnitOfWork},
};

/// How many of each kind one round takes up.
const A_ROUND: i64 = 500;
const KEPT_SECONDS: i64 = 90 * 24 * 60 * 60;
/// Nothing is muted for longer.
const MUTE_MAX_SECONDS: i64 = 90 * 24 * 60 * 60;

/// How many were opened and closed by this process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Watched {
    pub opened: usize,
    pub closed: usize,
}

/// Looks once: opens, closes, tells; and writes the daily mails that are due.
pub async fn watch(context: &Context) -> Result<Watched, Broken> {
    let now = context.now();
    let failures = context.store().read().organization().settings().await?.check_failures;
    let found = context.store().read().alerts().list_unalerted(now, failures, A_ROUND).await?;
    let gone = context.store().read().alerts().list_gone(now, A_ROUND).await?;
    let mut watched = Watched::default();
    if !found.is_empty() || !gone.is_empty() {
        let mut work = context.store().begin().await?;
        let mut opened = Vec::new();
        for (kind, subject) in found {
            let alert = NewAlert { id: context.new_alert_id(), kind, subject, opened_at: now };
            if work.alerts().open(&alert).await? {
                opened.push(alert);
            }
        }
        watched.opened = opened.len();
        tell::opened(context, &mut work, &opened).await?;
        for id in gone {
            if work.alerts().close(id, now).await? {
                watched.closed += 1;
                tell::closed(context, &mut work, id).await?;
            }
        }
        work.commit().await?;
    }
    tell::digests(context).await?;
    Ok(watched)
}

/// Part of the transaction in which a customer asked.
pub(super) async fn help_asked(context: &Context, work: &mut UnitOfWork, audited: &AuditEvent) -> Result<(), Broken> {
    let connection_id = asked_about(work, audited).await?;
    let subject = Subject { customer_id: audited.customer_id, instance_id: audited.instance_id, connection_id, reason: None };
    let alert = NewAlert { id: context.new_alert_id(), kind: AlertKind::HelpAsked, subject, opened_at: audited.at };
    if work.alerts().open(&alert).await? {
        tell::opened(context, work, &[alert]).await?;
    }
    Ok(())
}

/// The customer's own connection. One of the organization's is nobody's in particular: what each asks is about their instance.
async fn asked_about(work: &mut UnitOfWork, audited: &AuditEvent) -> Result<Option<ConnectionId>, Broken> {
    let named = audited.detail["connection"].as_str().and_then(|id| id.parse::<ConnectionId>().ok());
    let (Some(id), Some(customer)) = (named, audited.customer_id) else { return Ok(None) };
    Ok(work.connections().find(Scope::Customer(customer), id).await?.map(|connection| connection.id))
}

/// Removes those that closed more than 90 days ago, and mutes that are over.
pub async fn purge(context: &Context) -> Result<(), Broken> {
    let mut work = context.store().begin().await?;
    work.alerts().purge(context.now().plus_seconds(-KEPT_SECONDS)).await?;
    work.alerts().purge_mutes(context.now()).await?;
    Ok(work.commit().await?)
}

/// What a person sees of them.
pub struct Listed {
    pub alerts: Vec<Alert>,
    pub next: Option<AlertId>,
    pub mutes: Vec<Mute>,
    /// The names of integrations and of connectors, by key.
    pub integrations: BTreeMap<Key, String>,
    pub connectors: BTreeMap<Key, String>,
    pub own: Option<Subscriber>,
    /// Whether anybody is told by mail.
    pub somebody_is_told: bool,
}

const A_PAGE: i64 = 50;

pub async fn list(context: &Context, user: UserId, open: bool, after: Option<AlertId>) -> Result<Listed, Broken> {
    let now = context.now();
    let mut alerts = context.store().read().alerts().list(open, after, A_PAGE + 1, now).await?;
    let more = alerts.len() > A_PAGE as usize;
    alerts.truncate(A_PAGE as usize);
    let mut integrations = BTreeMap::new();
    for key in alerts.iter().filter_map(|alert| alert.integration.clone()) {
        if !integrations.contains_key(&key) {
            let name = context.current_integration(&key).await?.map(|published| published.integration.name.clone());
            integrations.insert(key.clone(), name.unwrap_or_else(|| key.to_string()));
        }
    }
    let mut connectors = BTreeMap::new();
    for key in alerts.iter().filter_map(|alert| alert.connector.clone()) {
        if !connectors.contains_key(&key) {
            let name = context.current_connector(&key).await?.map(|connector| connector.name.clone());
            connectors.insert(key.clone(), name.unwrap_or_else(|| key.to_string()));
        }
    }
    let subscribers = context.store().read().alerts().subscribers().await?;
    Ok(Listed {
        next: alerts.last().filter(|_| more).map(|alert| alert.id),
        alerts,
        mutes: context.store().read().alerts().mutes(now).await?,
        integrations,
        connectors,
        own: subscribers.iter().find(|subscriber| subscriber.user_id == user).cloned(),
        somebody_is_told: !subscribers.is_empty(),
    })
}

/// False: it is not there, closed, or taken by somebody.
pub async fn acknowledge(context: &Context, actor: &Actor, user: UserId, id: AlertId) -> Result<bool, Broken> {
    let Some(alert) = context.store().read().alerts().find(id, context.now()).await? else { return Ok(false) };
    let mut work = context.store().begin().await?;
    if !work.alerts().acknowledge(id, user, context.now()).await? {
        return Ok(false);
    }
    context.record(&mut work, &about(context, actor, AuditAction::AlertAcknowledged, &alert)).await?;
    work.commit().await?;
    Ok(true)
}

/// Undoes it, whoever took it. False: it is not there, closed, or taken by nobody.
pub async fn release(context: &Context, actor: &Actor, id: AlertId) -> Result<bool, Broken> {
    let Some(alert) = context.store().read().alerts().find(id, context.now()).await? else { return Ok(false) };
    let mut work = context.store().begin().await?;
    if !work.alerts().release(id).await? {
        return Ok(false);
    }
    context.record(&mut work, &about(context, actor, AuditAction::AlertReleased, &alert)).await?;
    work.commit().await?;
    Ok(true)
}

/// What a mute is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Muted {
    /// Every alert about the connection of this one.
    Connection,
    /// Every alert of this one's kind.
    Kind,
}

pub enum MuteOutcome {
    Muted,
    /// The day is not ahead, too far off, or there is no connection to mute.
    Refused,
    NotFound,
}

pub async fn mute(
    context: &Context,
    actor: &Actor,
    user: UserId,
    id: AlertId,
    what: Muted,
    until: Timestamp,
) -> Result<MuteOutcome, Broken> {
    let now = context.now();
    let Some(alert) = context.store().read().alerts().find(id, now).await? else { return Ok(MuteOutcome::NotFound) };
    let (kind, connection_id) = match what {
        Muted::Kind => (Some(alert.kind), None),
        Muted::Connection => (None, alert.subject.connection_id),
    };
    let ahead = now.seconds_until(until);
    if ahead <= 0 || ahead > MUTE_MAX_SECONDS || (kind.is_none() && connection_id.is_none()) {
        return Ok(MuteOutcome::Refused);
    }
    let mute = Mute { id: context.new_alert_mute_id(), kind, connection_id, until, created_by: user, created_at: now };
    let mut work = context.store().begin().await?;
    work.alerts().mute(&mute).await?;
    let mut event = about(context, actor, AuditAction::AlertMuted, &alert);
    event.detail = json!({"kind": kind, "until": until});
    context.record(&mut work, &event).await?;
    work.commit().await?;
    Ok(MuteOutcome::Muted)
}

/// False: it is over already.
pub async fn unmute(context: &Context, actor: &Actor, id: AlertMuteId) -> Result<bool, Broken> {
    let mut work = context.store().begin().await?;
    if !work.alerts().unmute(id).await? {
        return Ok(false);
    }
    context.record(&mut work, &context.event(actor, AuditAction::AlertUnmuted, json!({"mute": id}))).await?;
    work.commit().await?;
    Ok(true)
}

/// How this person wants to be told by mail; `None`: not at all.
pub async fn subscribe(context: &Context, user: UserId, telling: Option<Telling>) -> Result<(), Broken> {
    let mut work = context.store().begin().await?;
    work.alerts().subscribe(user, telling, context.now()).await?;
    Ok(work.commit().await?)
}

fn about(context: &Context, actor: &Actor, action: AuditAction, alert: &Alert) -> AuditEvent {
    AuditEvent {
        customer_id: alert.subject.customer_id,
        instance_id: alert.subject.instance_id,
        connection_id: alert.subject.connection_id,
        ..context.event(actor, action, json!({"alert": alert.id, "kind": alert.kind}))
    }
}

const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'~').remove(b'.');

fn segment(key: &Key) -> String {
    utf8_percent_encode(key.as_str(), SEGMENT).to_string()
}

/// The page that repairs it, as a path.
pub fn repair_path(alert: &Alert) -> String {
    match (alert.subject.instance_id, &alert.slot, &alert.definition) {
        (Some(instance), Some(slot), _) => format!("/admin/instances/{instance}/connections/{}", segment(slot)),
        (_, _, Some(definition)) => format!("/admin/reusable-connections/{}", segment(definition)),
        (Some(instance), None, None) => format!("/admin/instances/{instance}"),
        (None, _, None) => "/admin/alerts".to_owned(),
    }
}
