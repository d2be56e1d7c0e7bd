//! Who hears of alerts: the organization's programs by the outbox, its people by mail. What is muted is shown, and told to nobody.

use super::{Broken, Context, repair_path};
use crate::{
    domain::{
        alert::{Alert, AlertLine, LINES_A_MAIL, Mute, NewAlert, Telling},
        event::{Event, EventAlert, EventData, EventKind},
        ids::AlertId,
        mail::Letter,
    },
    flows::mail,
    store::UnitOfWork,
};

/// Once for all that one round has opened, so that a service that breaks for everybody is one mail.
pub(super) async fn opened(context: &Context, work: &mut UnitOfWork, alerts: &[NewAlert]) -> Result<(), Broken> {
    let mutes = work.alerts().mutes(context.now()).await?;
    let told: Vec<&NewAlert> = alerts.iter().filter(|alert| !mutes.iter().any(|mute| is_muted(alert, mute))).collect();
    for alert in &told {
        announce(context, work, EventKind::AlertOpened, alert.id).await?;
    }
    let subscribers = work.alerts().subscribers().await?;
    let at_once: Vec<_> = subscribers.iter().filter(|subscriber| subscriber.telling == Telling::AtOnce).collect();
    if told.is_empty() || at_once.is_empty() || !mail::is_configured(context) {
        return Ok(());
    }
    let mut named = Vec::new();
    for alert in told.iter().take(LINES_A_MAIL) {
        named.extend(work.alerts().find(alert.id, context.now()).await?);
    }
    let letter = letter(context, &named, told.len(), false).await?;
    for subscriber in at_once {
        mail::queue(context, work, &subscriber.email, &letter).await?;
    }
    Ok(())
}

pub(super) async fn closed(context: &Context, work: &mut UnitOfWork, id: AlertId) -> Result<(), Broken> {
    announce(context, work, EventKind::AlertClosed, id).await
}

/// The daily mails that are due; of many processes one writes each. Where nothing is open, there is none.
pub(super) async fn digests(context: &Context) -> Result<(), Broken> {
    if !mail::is_configured(context) {
        return Ok(());
    }
    let now = context.now();
    let subscribers = context.store().read().alerts().subscribers().await?;
    for subscriber in subscribers.iter().filter(|subscriber| subscriber.digest_at.is_some_and(|due| due <= now)) {
        let Some(next) = subscriber.telling.next_digest(now) else { continue };
        let mut work = context.store().begin().await?;
        if !work.alerts().claim_digest(subscriber, next).await? {
            continue;
        }
        let mut alerts = work.alerts().list(true, None, DIGEST_MAX, now).await?;
        alerts.retain(|alert| alert.muted_until.is_none() && alert.acknowledged_at.is_none());
        if !alerts.is_empty() {
            let letter = letter(context, &alerts, alerts.len(), true).await?;
            mail::queue(context, &mut work, &subscriber.email, &letter).await?;
        }
        work.commit().await?;
    }
    Ok(())
}

/// More than these are "and so many more" in any case.
const DIGEST_MAX: i64 = 500;

fn is_muted(alert: &NewAlert, mute: &Mute) -> bool {
    mute.kind.is_none_or(|kind| kind == alert.kind) && mute.connection_id.is_none_or(|id| alert.subject.connection_id == Some(id))
}

async fn letter(context: &Context, alerts: &[Alert], count: usize, daily: bool) -> Result<Letter, Broken> {
    let mut lines = Vec::new();
    for alert in alerts.iter().take(LINES_A_MAIL) {
        let integration = match &alert.integration {
            Some(key) => context.current_integration(key).await?.map(|published| published.integration.name.clone()),
            None => None,
        };
        let keys = [&alert.integration, &alert.definition, &alert.connector];
        let what = integration.or_else(|| keys.into_iter().flatten().next().map(ToString::to_string)).unwrap_or_default();
        lines.push(AlertLine {
            kind: alert.kind,
            customer: alert.customer.clone().unwrap_or_else(|| context.organization().name.clone()),
            what,
            opened_at: alert.opened_at,
            url: context.absolute(&repair_path(alert)),
        });
    }
    Ok(Letter::Alerts { more: count - lines.len(), alerts: lines, url: context.absolute("/admin/alerts"), daily })
}

async fn announce(context: &Context, work: &mut UnitOfWork, kind: EventKind, id: AlertId) -> Result<(), Broken> {
    let mut endpoints = work.webhook_endpoints().list_enabled().await?;
    endpoints.retain(|endpoint| endpoint.subscribes_to(kind));
    if endpoints.is_empty() {
        return Ok(());
    }
    let Some(alert) = work.alerts().find(id, context.now()).await? else { return Ok(()) };
    let data = match (alert.subject.connection_id, alert.subject.instance_id) {
        (Some(connection), _) => work.events().connection(connection).await?.map(|tellable| tellable.data),
        (None, Some(instance)) => work.events().instance(instance).await?,
        (None, None) => None,
    };
    let url = context.absolute(&repair_path(&alert));
    let data = EventData { ends_at: alert.ends_at, alert: Some(EventAlert { id, kind: alert.kind, url }), ..data.unwrap_or_default() };
    let event = Event { id: context.new_event_id(), kind, at: context.now(), data };
    work.events().insert(&event).await?;
    for endpoint in endpoints {
        work.webhook_deliveries().insert(context.new_webhook_delivery_id(), event.id, endpoint.id, event.at).await?;
    }
    Ok(())
}
