//! OAuth: leaving for the provider, and coming back, with a page for every way it can end.

use std::collections::{BTreeMap, BTreeSet};

use actix_session::Session;
use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};
use secrecy::SecretString;
use url::form_urlencoded;

use super::{
    html, leave, may_leave, see_other,
    wizard::{conflicting, drawn, framed},
};
use crate::{
    domain::{connection::ConnectionRef, ids::InstanceId, key::Key, reason::Reason},
    flows::{
        Context,
        connect::{self, Begun, Callback, Finished, NotConnected},
    },
    web::{
        errors::Failure,
        forms::Posted,
        present,
        session::{self, Visitor},
        urls,
        view::{
            Exit, Form,
            connections::{OauthOutcome, Outcome},
            slot::reason,
        },
    },
};

/// Connect and Reconnect: the whole page's form comes along, and is kept as a draft.
pub async fn create(
    context: Data<Context>,
    visitor: Visitor,
    path: Path<(String, String)>,
    request: HttpRequest,
    form: Posted,
) -> Result<HttpResponse, Failure> {
    let slot = Key::parse(path.1.as_str()).map_err(|_| Failure::NotFound)?;
    let (id, scope) = (visitor.instance_id, visitor.scope);
    let started =
        connect::begin(&context, scope, &visitor.actor, id, &slot, form.submission(), visitor.browser_hash, |page| urls::page(id, page))
            .await?;
    begun(&context, &visitor, &request, started)
}

/// What the Reconnect button of the connection's own page sends along, to come back there.
pub const FROM_CONNECTION: &str = "connection";

/// "Try again" on the page of a sign-in that came to nothing, and Reconnect on the connection's own page: no inputs come along.
pub async fn retry(
    context: Data<Context>,
    visitor: Visitor,
    path: Path<(String, String)>,
    request: HttpRequest,
    form: Posted,
) -> Result<HttpResponse, Failure> {
    let slot = Key::parse(path.1.as_str()).map_err(|_| Failure::NotFound)?;
    let id = visitor.instance_id;
    let from_own_page = form.get("from") == Some(FROM_CONNECTION);
    let path_of = |page: Option<&Key>| match page {
        Some(page) if !from_own_page => urls::page(id, page),
        _ => urls::connection(id, &slot),
    };
    let started = connect::begin_again(
        &context,
        visitor.scope,
        &visitor.actor,
        &ConnectionRef::slot(id, slot.as_str()),
        visitor.browser_hash,
        path_of,
    )
    .await?;
    begun(&context, &visitor, &request, started)
}

pub(super) fn begun(context: &Context, visitor: &Visitor, request: &HttpRequest, begun: Begun) -> Result<HttpResponse, Failure> {
    match begun {
        Begun::Leave(url) => Ok(leave(request, &url)),
        Begun::Refused(page) => drawn(context, visitor, &page, StatusCode::UNPROCESSABLE_ENTITY),
        Begun::Conflict(conflict) => conflicting(context, visitor, &conflict),
        Begun::First(place) => Ok(see_other(&urls::place(&place))),
        Begun::NotLeft { connector, reason } => {
            let back = Some(urls::wizard(visitor.instance_id));
            let page = outcome(context, outcome_of(reason), &connector, reason.code(), back);
            html(StatusCode::BAD_GATEWAY, &OauthOutcome { frame: framed(context, visitor), ..page })
        }
        Begun::NotFound => Err(Failure::NotFound),
    }
}

/// `GET /oauth/callback`. Which parameter means what is the connection type's to say.
pub async fn finish(context: Data<Context>, browser: Session, request: HttpRequest) -> Result<HttpResponse, Failure> {
    let Some(callback) = callback(request.query_string()) else { return unknown(&context) };
    match connect::finish(&context, session::returning(&request, &context).await?, callback, session::browser_hash(&browser)).await? {
        Finished::Connected { return_to, connector } => {
            session::set_flash(&browser, &present::words().with("flash-connected", "connector", connector))?;
            Ok(see_other(&return_to))
        }
        Finished::OtherAccount { at, return_to } => Ok(see_other(&account_of(&at, &return_to).unwrap_or(return_to))),
        Finished::Tried { return_to, account, .. } => {
            let words = present::words();
            let said = match account {
                Some(account) => words.with("flash-preset-tried-as", "account", account),
                None => words.t("flash-preset-tried"),
            };
            session::set_flash(&browser, &said)?;
            Ok(see_other(&return_to))
        }
        Finished::AlreadyDone { return_to } => Ok(see_other(&return_to)),
        Finished::AlreadyUsed { return_to } => {
            html(StatusCode::CONFLICT, &outcome(&context, Outcome::AlreadyUsed, "", "attempt.already_used", Some(return_to)))
        }
        Finished::NotConnected(failed)
            if retries_of(&failed.at, &failed.return_to).is_none() && urls::admin::is_console(&failed.return_to) =>
        {
            let organization = &context.organization().name;
            let (title, sentence, _) = reason(present::words(), failed.reason.code(), "admin", &failed.connector, organization, "");
            session::set_notice(&browser, &[title.as_str(), &sentence, failed.said.as_deref().unwrap_or_default()].join(". "))?;
            Ok(see_other(&failed.return_to))
        }
        Finished::NotConnected(failed) => {
            let csrf = session::csrf_or_new(&browser, &context)?;
            html(status_of(failed.reason), &not_connected(&context, &failed, csrf)).map(may_leave)
        }
        Finished::OtherBrowser => html(StatusCode::FORBIDDEN, &outcome(&context, Outcome::OtherBrowser, "", "attempt.other_browser", None)),
        Finished::Unknown => unknown(&context),
    }
}

/// There is no page at the provider to leave for.
pub(super) fn not_left(context: &Context, connector: &str, reason: Reason, back_href: String) -> Result<HttpResponse, Failure> {
    html(StatusCode::BAD_GATEWAY, &outcome(context, outcome_of(reason), connector, reason.code(), Some(back_href)))
}

/// A part of the pages of a slot's connection, in the wizard or in the console.
fn part_of(at: &ConnectionRef, return_to: &str, part: (&str, fn(InstanceId, &Key) -> String)) -> Option<String> {
    let (instance_id, slot) = match at {
        ConnectionRef::Slot { instance_id, slot } => (instance_id, slot),
        ConnectionRef::OfUser { instance_id, slot, .. } => {
            return Key::parse(slot.as_str()).ok().map(|slot| urls::own_part(*instance_id, &slot, part.0));
        }
        ConnectionRef::Id(id) if !urls::admin::is_console(return_to) => return Some(urls::saved_part(*id, part.0)),
        _ => return None,
    };
    let slot = Key::parse(slot.as_str()).ok()?;
    Some(if urls::admin::is_console(return_to) {
        urls::admin::connection_part(*instance_id, &slot, part.0)
    } else {
        part.1(*instance_id, &slot)
    })
}

/// The page of the question which account it shall be.
fn account_of(at: &ConnectionRef, return_to: &str) -> Option<String> {
    part_of(at, return_to, ("account", urls::account))
}

/// "Try again" of a sign-in that came to nothing.
fn retries_of(at: &ConnectionRef, return_to: &str) -> Option<String> {
    part_of(at, return_to, ("authorizations", urls::retries))
}

/// The person took longer than ten minutes to say which account it shall be.
pub(super) fn too_late(context: &Context, visitor: &Visitor, slot: &Key, connector: &str) -> OauthOutcome {
    let id = visitor.instance_id;
    let code = Reason::AuthConsentExpired.code();
    let try_again = Form { action: urls::retries(id, slot), csrf: visitor.csrf.clone(), version: String::new() };
    let page = outcome(context, Outcome::Expired, connector, code, Some(urls::connection(id, slot)));
    OauthOutcome { try_again: Some(try_again), frame: framed(context, visitor), ..page }
}

/// Where no parameter of the protocol may stand twice (RFC 6749 §3.1); what else does is ambiguous, and left out.
const ONCE: [&str; 4] = ["state", "code", "error", "iss"];

/// `None`: it is no answer of an authorization server.
fn callback(query: &str) -> Option<Callback> {
    let mut parameters = BTreeMap::new();
    let mut repeated = BTreeSet::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if parameters.insert(name.to_string(), SecretString::from(value.into_owned())).is_some() {
            repeated.insert(name.into_owned());
        }
    }
    if ONCE.iter().any(|name| repeated.contains(*name)) {
        return None;
    }
    parameters.retain(|name, _| !repeated.contains(name));
    Some(Callback { state: parameters.remove("state")?, parameters })
}

fn unknown(context: &Context) -> Result<HttpResponse, Failure> {
    html(StatusCode::BAD_REQUEST, &outcome(context, Outcome::Expired, "", "attempt.unknown", None))
}

/// 200 where the person chose so; otherwise that we could not go on, without blaming the request.
const fn status_of(reason: Reason) -> StatusCode {
    match reason {
        Reason::AuthConsentDenied | Reason::AuthConsentCancelled | Reason::AuthAdminApproval => StatusCode::OK,
        Reason::AuthConsentExpired | Reason::AuthInsufficientScope => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::BAD_GATEWAY,
    }
}

const fn outcome_of(reason: Reason) -> Outcome {
    match reason {
        Reason::AuthConsentDenied => Outcome::Denied,
        Reason::AuthConsentCancelled => Outcome::Cancelled,
        Reason::AuthAdminApproval => Outcome::AdminApprovalNeeded,
        Reason::AuthConsentExpired => Outcome::Expired,
        Reason::AuthInsufficientScope => Outcome::MissingScope,
        Reason::AuthIssuerMismatch => Outcome::OtherIssuer,
        Reason::Configuration => Outcome::Misconfigured,
        _ => Outcome::ProviderBroken,
    }
}

fn outcome(context: &Context, outcome: Outcome, connector: &str, code: &str, back_href: Option<String>) -> OauthOutcome {
    OauthOutcome {
        words: present::words(),
        frame: present::frame(context, Exit::None, None),
        outcome,
        connector: connector.to_owned(),
        code: code.to_owned(),
        said: None,
        missing: Vec::new(),
        try_again: None,
        back_href,
    }
}

fn not_connected(context: &Context, failed: &NotConnected, csrf: String) -> OauthOutcome {
    let begins_again = retries_of(&failed.at, &failed.return_to).filter(|_| failed.reason != Reason::Configuration);
    OauthOutcome {
        try_again: begins_again.map(|action| Form { action, csrf, version: String::new() }),
        said: failed.said.clone(),
        missing: failed.missing_scopes.clone(),
        ..outcome(context, outcome_of(failed.reason), &failed.connector, failed.reason.code(), Some(failed.return_to.clone()))
    }
}
