//! A connection's own page, a check of it, and disconnecting it: what stops is listed first.

use actix_session::Session;
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};

use super::{may_leave, ok, see_other};
use crate::{
    domain::{check::CheckTrigger, connection::ConnectionRef, key::Key, reason::Reason},
    flows::{
        Context, SlotSummary,
        check::{self, Checked},
        configure::{self, Intent},
        disconnect::{self, Disconnected, Revocation},
        life, reusable,
    },
    web::{
        errors::Failure,
        forms::Posted,
        present,
        session::{self, Visitor},
        urls,
    },
};

pub async fn show(context: Data<Context>, visitor: Visitor, path: Path<(String, String)>) -> Result<HttpResponse, Failure> {
    let life = life::show(&context, visitor.scope, visitor.instance_id, &path.1).await?.ok_or(Failure::NotFound)?;
    let told = (session::take_flash(&visitor.session), session::take_notice(&visitor.session));
    let mut view = present::connection::show(&context, present::words(), visitor.instance_id, &life, &visitor.csrf, told);
    visitor.mark(&mut view.frame, context.now());
    ok(&view).map(may_leave)
}

/// "Check now": back to the page, with what came of it.
pub async fn check(context: Data<Context>, visitor: Visitor, path: Path<(String, String)>, _form: Posted) -> Result<HttpResponse, Failure> {
    let slot = Key::parse(path.1.as_str()).map_err(|_| Failure::NotFound)?;
    // What is managed for them is not theirs to check.
    let life = life::show(&context, visitor.scope, visitor.instance_id, slot.as_str()).await?.ok_or(Failure::NotFound)?;
    let at = ConnectionRef::slot(visitor.instance_id, slot.as_str());
    let checked = check::run(&context, visitor.scope, &visitor.actor, &at, CheckTrigger::Person).await?;
    tell_of_check(&context, &visitor.session, &life.slot, checked)?;
    Ok(see_other(&urls::connection(visitor.instance_id, &slot)))
}

/// On the next page.
pub(super) fn tell_of_check(context: &Context, session: &Session, slot: &SlotSummary, checked: Checked) -> Result<(), Failure> {
    let (words, connector) = (present::words(), &slot.connector);
    match checked {
        Checked::Passed { .. } => session::set_flash(session, &words.with("flash-check-passed", "connector", connector)),
        Checked::Failed(reason) => {
            let account = slot.account.as_deref().unwrap_or_default();
            let organization = &context.organization().name;
            session::set_notice(session, &present::connection::check_failed(words, reason, connector, organization, account))
        }
        Checked::NotDeclared => session::set_notice(session, &words.with("notice-no-check", "connector", connector)),
        Checked::NotConnected => session::set_notice(session, &words.with("notice-not-connected", "connector", connector)),
        Checked::NotFound => Err(Failure::NotFound),
    }
}

pub async fn edit(context: Data<Context>, visitor: Visitor, path: Path<(String, String)>) -> Result<HttpResponse, Failure> {
    let slot = Key::parse(path.1.as_str()).map_err(|_| Failure::NotFound)?;
    let at = ConnectionRef::slot(visitor.instance_id, slot.as_str());
    let before = disconnect::before(&context, visitor.scope, &at).await?.ok_or(Failure::NotFound)?;
    let mut view = present::connection::disconnect(&context, present::words(), visitor.instance_id, before, visitor.csrf.clone());
    visitor.mark(&mut view.frame, context.now());
    ok(&view)
}

pub async fn destroy(
    context: Data<Context>,
    visitor: Visitor,
    path: Path<(String, String)>,
    _form: Posted,
) -> Result<HttpResponse, Failure> {
    let slot = Key::parse(path.1.as_str()).map_err(|_| Failure::NotFound)?;
    let at = ConnectionRef::slot(visitor.instance_id, slot.as_str());
    match disconnect::disconnect(&context, visitor.scope, &visitor.actor, &at).await? {
        Disconnected::Done(revocation) => session::set_revocation(&visitor.session, &slot, revocation.parts())?,
        Disconnected::Emptied | Disconnected::Already => {}
        Disconnected::NotFound => return Err(Failure::NotFound),
    }
    Ok(see_other(&urls::disconnected(visitor.instance_id, &slot)))
}

/// After it. How the provider took it is said once; whoever comes back later sees that it is disconnected.
pub async fn gone(context: Data<Context>, visitor: Visitor, path: Path<(String, String)>) -> Result<HttpResponse, Failure> {
    let life = life::show(&context, visitor.scope, visitor.instance_id, &path.1).await?.ok_or(Failure::NotFound)?;
    if !life.is_disconnected() {
        return Ok(see_other(&urls::connection(visitor.instance_id, &life.slot.key)));
    }
    let revocation = session::take_revocation(&visitor.session, &life.slot.key).map(|(outcome, reason)| revocation(&outcome, reason));
    let mut view = present::connection::disconnected(&context, present::words(), visitor.instance_id, life, revocation);
    visitor.mark(&mut view.frame, context.now());
    ok(&view)
}

/// "Tell Acme" of a connection that the organization manages, and that does not work.
pub async fn help(context: Data<Context>, visitor: Visitor, path: Path<(String, String)>, form: Posted) -> Result<HttpResponse, Failure> {
    let (id, scope, actor) = (visitor.instance_id, visitor.scope, &visitor.actor);
    let page = reusable::ask_for_help(&context, scope, actor, id, &path.1).await?.ok_or(Failure::NotFound)?;
    // What was typed beside it is kept, whatever it is.
    configure::save(&context, scope, actor, id, page.as_str(), form.submission(), Intent::Exit).await?;
    session::set_flash(&visitor.session, &present::words().with("flash-help", "organization", &context.organization().name))?;
    Ok(see_other(&urls::page(id, &page)))
}

fn revocation(outcome: &str, reason: Option<Reason>) -> Revocation {
    match (outcome, reason) {
        ("revoked", _) => Revocation::Revoked,
        (_, Some(reason)) => Revocation::Failed(reason),
        _ => Revocation::NotSupported,
    }
}
