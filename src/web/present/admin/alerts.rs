//! Alerts in words, each with its way on.

use super::{console, day};
use crate::{
    domain::{
        alert::{self, Alert, AlertKind, Mute},
        time::Timestamp,
        user::Role,
    },
    flows::{
        Context,
        alerts::{Listed, repair_path},
        mail,
    },
    web::{
        errors::Failure,
        present,
        session::Admin,
        urls::admin as urls,
        view::{
            ErrorItem, ErrorSummary, Exit,
            admin::{
                Section,
                alerts::{AlertIndex, AlertRow, How, MuteRow, Telling},
            },
            slot::{Status, reason},
        },
        words::Words,
    },
};

/// What the mute form offers first.
const MUTE_SECONDS: i64 = 7 * 24 * 60 * 60;

/// `refused`: a mute's day could not be taken.
pub fn index(
    context: &Context,
    admin: &Admin,
    listed: &Listed,
    closed: bool,
    flash: Option<String>,
    refused: bool,
) -> Result<AlertIndex, Failure> {
    let words = present::words();
    let may_act = admin.is_at_least(Role::Support);
    let wrong = refused.then(|| ErrorItem { href: "#main".into(), text: words.t("alert-mute-refused") });
    let page = |closed: bool| if closed { format!("{}?closed=true", urls::ALERTS) } else { urls::ALERTS.to_owned() };
    let next = listed.next.map(|after| format!("{}?closed={closed}&after={after}", urls::ALERTS));
    Ok(AlertIndex {
        words,
        frame: present::frame(context, Exit::None, flash),
        console: console(context, admin, Section::Alerts)?,
        errors: ErrorSummary::of(wrong.into_iter().collect()),
        closed,
        other_href: page(!closed),
        alerts: listed.alerts.iter().enumerate().map(|(at, alert)| row(context, words, listed, at, alert)).collect(),
        next_href: next,
        mutes: listed.mutes.iter().map(|mute| mute_row(words, mute)).collect(),
        telling: telling(context, admin, listed),
        may_act,
        mute_until: iso_day(context.now().plus_seconds(MUTE_SECONDS)),
    })
}

/// `2026-11-27`, as a date's field holds it.
fn iso_day(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}

fn row(context: &Context, words: Words, listed: &Listed, at: usize, alert: &Alert) -> AlertRow {
    let organization = &context.organization().name;
    let named = alert.integration.as_ref().and_then(|key| listed.integrations.get(key).cloned());
    let connector = alert.connector.as_ref().and_then(|key| listed.connectors.get(key).cloned()).unwrap_or_default();
    let key = || alert.definition.as_ref().map_or_else(String::new, ToString::to_string);
    let what = named.or_else(|| Some(connector.clone()).filter(|name| !name.is_empty())).unwrap_or_else(key);
    let customer = alert.customer.clone().unwrap_or_else(|| organization.clone());
    let why = alert.subject.reason.map(|code| {
        let (_, sentence, next) =
            reason(words, code.code(), "admin", &connector, organization, alert.account.as_deref().unwrap_or_default());
        format!("{sentence} {next}")
    });
    let open = alert.closed_at.is_none();
    AlertRow {
        id: format!("alert-{at}"),
        status: status(alert.kind),
        title: words.with_two(title(alert.kind), "customer", customer, "what", what),
        why: why
            .or_else(|| alert.ends_at.filter(|_| alert.kind == AlertKind::Expiring).map(|end| words.with("alert-ends", "day", day(end)))),
        since: words.with_two("mail-alert-since", "day", day(alert.opened_at), "clock", alert.opened_at.clock()),
        note: note(words, alert),
        repair_href: repair_path(alert),
        repair: words.t(if alert.subject.connection_id.is_some() { "alert-repair" } else { "alert-look" }),
        acknowledge_action: (open && alert.acknowledged_at.is_none()).then(|| urls::alert_acknowledgement(alert.id)),
        release_action: (open && alert.acknowledged_at.is_some()).then(|| urls::alert_acknowledgement_end(alert.id)),
        mute_action: (open && alert.muted_until.is_none()).then(|| urls::alert_mutes(alert.id)),
        has_connection: alert.subject.connection_id.is_some(),
        kind: words.t(kind(alert.kind)),
    }
}

fn note(words: Words, alert: &Alert) -> Option<String> {
    if let Some(at) = alert.closed_at {
        return Some(words.with("alert-closed", "day", day(at)));
    }
    let muted = alert.muted_until.map(|until| words.with("alert-muted-until", "day", day(until)));
    muted.or_else(|| alert.acknowledged_at.map(|at| words.with("alert-taken-on", "day", day(at))))
}

const fn status(kind: AlertKind) -> Status {
    match kind {
        AlertKind::NeedsReconnecting => Status::NeedsReconnecting,
        AlertKind::CheckFailed => Status::NotWorking,
        AlertKind::Expiring => Status::Connected,
        AlertKind::WizardLeft | AlertKind::HelpAsked => Status::NotConnected,
    }
}

const fn title(kind: AlertKind) -> &'static str {
    match kind {
        AlertKind::NeedsReconnecting => "alert-title-needs-reconnecting",
        AlertKind::CheckFailed => "alert-title-check-failed",
        AlertKind::Expiring => "alert-title-expiring",
        AlertKind::WizardLeft => "alert-title-wizard-left",
        AlertKind::HelpAsked => "alert-title-help-asked",
    }
}

const fn kind(kind: AlertKind) -> &'static str {
    match kind {
        AlertKind::NeedsReconnecting => "alert-kind-needs-reconnecting",
        AlertKind::CheckFailed => "alert-kind-check-failed",
        AlertKind::Expiring => "alert-kind-expiring",
        AlertKind::WizardLeft => "alert-kind-wizard-left",
        AlertKind::HelpAsked => "alert-kind-help-asked",
    }
}

fn mute_row(words: Words, mute: &Mute) -> MuteRow {
    MuteRow {
        what: mute.kind.map_or_else(|| words.t("alert-mute-one"), |of| words.with("alert-mute-kind", "kind", words.t(kind(of)))),
        until: day(mute.until),
        end_action: urls::alert_unmute(mute.id),
    }
}

fn telling(context: &Context, admin: &Admin, listed: &Listed) -> Telling {
    let (how, hour) = match listed.own.as_ref().map(|own| own.telling) {
        None => (How::Not, 8),
        Some(alert::Telling::AtOnce) => (How::AtOnce, 8),
        Some(alert::Telling::Daily { hour }) => (How::Daily, hour),
    };
    Telling {
        action: urls::ALERT_SUBSCRIPTION.to_owned(),
        how,
        hour,
        email: admin.email.clone(),
        mail_works: mail::is_configured(context),
        nobody_is_told: !listed.somebody_is_told,
    }
}
