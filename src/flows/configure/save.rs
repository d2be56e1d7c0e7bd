//! Saving a page: parse, merge, try each changed connection against its service, then write everything in one transaction.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use serde_json::json;

use super::{
    Conflict, Place, WizardPage, choose, conflict,
    page::Loaded,
    submission::{Demand, PageAnswer, Pick, SlotAnswer, SlotProblem, Submission},
};
use crate::{
    domain::{
        access::{Actor, Scope},
        audit::AuditAction,
        check::{CheckRun, CheckTrigger},
        connection::Connection,
        connection::ConnectionState,
        credential::Credential,
        ids::{ConnectionId, InstanceId},
        integration::Page,
        journey::Step,
        key::Key,
        reason::Reason,
        validation::FieldErrors,
        value::Given,
    },
    flows::{Broken, Context, check::Tried, requirement::Requirement, reusable},
};

/// What the person pressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intent {
    Continue,
    Exit,
    /// Connect or Reconnect one slot; everything else on the page is kept as a draft.
    Connect(Key),
}

impl Intent {
    const fn demand(&self) -> Demand<'_> {
        match self {
            Self::Continue => Demand::All,
            Self::Connect(slot) => Demand::Slot(slot),
            Self::Exit => Demand::Nothing,
        }
    }
}

pub enum Saved {
    Next(Place),
    /// Kept as a draft, as `Exit` and `Connect` want it.
    Kept,
    /// Shown again with what is wrong; what was good is kept.
    Refused(Box<WizardPage>),
    Conflict(Box<Conflict>),
    First(Place),
    NotFound,
}

/// How a slot comes out of the save.
enum SlotResult {
    Untouched,
    Save { connection: Box<Connection>, run: Option<CheckRun> },
    Problem { problem: SlotProblem, draft: Option<Box<Connection>>, run: Option<CheckRun> },
}

const TRIES_BEFORE_GIVING_UP: usize = 5;

#[expect(clippy::too_many_arguments, reason = "who, where and what; each of another type")]
pub async fn save(
    context: &Context,
    scope: Scope,
    actor: &Actor,
    id: InstanceId,
    page: &str,
    submission: Submission,
    intent: Intent,
) -> Result<Saved, Broken> {
    for _ in 0..TRIES_BEFORE_GIVING_UP {
        // `None`: somebody else committed in between; what they saved is now the other side of the merge.
        if let Some(saved) = try_save(context, scope, actor, id, page, submission.clone(), &intent).await? {
            return Ok(saved);
        }
    }
    Err(Broken::Inconsistent(format!("instance {id} changed at each of {TRIES_BEFORE_GIVING_UP} tries to save it")))
}

#[expect(clippy::too_many_arguments, reason = "those of `save`")]
async fn try_save(
    context: &Context,
    scope: Scope,
    actor: &Actor,
    id: InstanceId,
    page_key: &str,
    mut submission: Submission,
    intent: &Intent,
) -> Result<Option<Saved>, Broken> {
    let Some(loaded) = Loaded::find(context, scope, id).await? else { return Ok(Some(Saved::NotFound)) };
    let journey = loaded.journey()?;
    let Some((at, Step::Page(page))) = journey.step(page_key) else { return Ok(Some(Saved::NotFound)) };
    if !journey.is_reachable(at) {
        return Ok(Some(Saved::First(loaded.place(journey.first_open()))));
    }
    let conflicts = conflict::merge(&loaded, page, &mut submission)?;
    let answer = submission.read(page, &loaded, intent.demand())?;
    let typed = submission.echo(page, &loaded.asking())?;
    if answer.foreign {
        return refused(&loaded, page, answer.errors, BTreeMap::new(), (typed, submission.picks)).map(Some);
    }
    if !conflicts.is_empty() {
        let shown = loaded.page(page_key)?.ok_or_else(|| Broken::Inconsistent("the page went away".into()))?;
        let kept = submission.keep_saved;
        let typed = typed.into_iter().filter(|(field, _)| !kept.contains(field)).collect();
        return Ok(Some(Saved::Conflict(Box::new(Conflict { page: shown, rows: conflicts, typed, kept: kept.into_iter().collect() }))));
    }
    let results = if *intent == Intent::Continue && answer.errors.is_empty() {
        join_all(answer.slots.iter().map(|slot| try_slot(context, &loaded, slot, &submission)))
            .await
            .into_iter()
            .collect::<Result<Vec<_>, _>>()?
    } else {
        answer.slots.iter().map(|slot| keep_draft(context, slot, true)).collect::<Result<Vec<_>, _>>()?
    };
    let was_complete = journey.complete().is_some();
    if !write(context, scope, actor, &loaded, page, &answer, &results, intent).await? {
        return Ok(None);
    }
    let problems = problems(&answer, &results);
    if !answer.errors.is_empty() || !problems.is_empty() {
        let errors = answer.errors;
        let Some(fresh) = Loaded::find(context, scope, id).await? else { return Ok(Some(Saved::NotFound)) };
        return refused(&fresh, page, errors, problems, (typed, submission.picks)).map(Some);
    }
    if *intent != Intent::Continue {
        return Ok(Some(Saved::Kept));
    }
    Ok(Some(Saved::Next(if was_complete { Place::Review(id) } else { loaded.place(journey.next(at)) })))
}

/// By the slot's key.
fn problems(answer: &PageAnswer<'_>, results: &[SlotResult]) -> BTreeMap<Key, SlotProblem> {
    let of = |(slot, result): (&SlotAnswer<'_>, &SlotResult)| match result {
        SlotResult::Problem { problem, .. } => Some((slot.requirement.slot.key.clone(), problem.clone())),
        _ => None,
    };
    answer.slots.iter().zip(results).filter_map(of).collect()
}

fn refused(
    loaded: &Loaded,
    page: &Page,
    errors: FieldErrors,
    problems: BTreeMap<Key, SlotProblem>,
    (typed, picks): (BTreeMap<crate::domain::validation::Field, crate::domain::input::Raw>, BTreeMap<Key, Pick>),
) -> Result<Saved, Broken> {
    let shown = loaded.page(page.key.as_str())?.ok_or_else(|| Broken::Inconsistent("the page went away".into()))?;
    Ok(Saved::Refused(Box::new(WizardPage { errors, problems, typed, picks, ..shown })))
}

/// Whether a slot is good to go on with; for one that changed, its service is asked.
async fn try_slot(context: &Context, loaded: &Loaded, answer: &SlotAnswer<'_>, submission: &Submission) -> Result<SlotResult, Broken> {
    let requirement = answer.requirement;
    let slot = &requirement.slot;
    if let (Some(id), Some(chooser)) = (answer.chosen, loaded.choosers.get(&slot.key)) {
        let problem = choose::problem(chooser, id).filter(|_| slot.required);
        return Ok(problem.map_or(SlotResult::Untouched, |problem| SlotResult::Problem { problem, draft: None, run: None }));
    }
    let connected = requirement.connection.state.is_connected();
    if answer.left_out || (requirement.is_managed()? && requirement.connection.state.reason().is_none()) {
        return Ok(SlotResult::Untouched);
    }
    if requirement.needs_consent()? && requirement.is_managed()? {
        return Ok(SlotResult::Untouched);
    }
    if requirement.needs_consent()? {
        return match (connected, answer.changed) {
            (true, false) => Ok(SlotResult::Untouched),
            (true, true) => problem_with_draft(context, answer, SlotProblem::ReconnectToApply),
            (false, _) if !slot.required && requirement.connection.state == ConnectionState::NotConnected => {
                keep_draft(context, answer, true)
            }
            (false, _) => problem_with_draft(context, answer, SlotProblem::ConnectFirst),
        };
    }
    if connected && !answer.changed {
        return Ok(SlotResult::Untouched);
    }
    let resolved = requirement.resolve_with(&answer.own)?;
    // What the customer must give was asked for above; what is still missing is the organization's.
    let Tried { result, run } = if resolved.is_whole() {
        context.try_out(requirement, &resolved, None, CheckTrigger::Person).await?
    } else {
        Tried { result: Err(Reason::Configuration), run: None }
    };
    let now = context.now();
    let (granted, account, confirmed) = match result {
        Ok(passed) => (passed.granted, passed.account, passed.confirmed),
        Err(reason) if reason.is_inconclusive() && submission.save_anyway.as_ref() == Some(&slot.key) => (None, None, false),
        Err(reason) => {
            let problem = problem_with_draft(context, answer, SlotProblem::Check { reason })?;
            return Ok(problem.with(run));
        }
    };
    let (token, provider_context) = granted.map(|granted| (granted.token, granted.context)).unzip();
    let credential = Credential { inputs: answer.own.clone(), token };
    let mut saved = sealed(context, &requirement.connection, &credential)?.connect_as(account, confirmed, now);
    saved.context = provider_context.unwrap_or_default();
    Ok(SlotResult::Save { connection: Box::new(saved), run })
}

impl SlotResult {
    fn with(self, ran: Option<CheckRun>) -> Self {
        match self {
            Self::Problem { problem, draft, .. } => Self::Problem { problem, draft, run: ran },
            other => other,
        }
    }
}

/// A connection whose new values are sealed, waiting for the rest of the transition.
struct Sealed {
    connection: Connection,
    credential: crate::domain::credential::SealedCredential,
}

impl Sealed {
    fn connect_as(self, account: Option<String>, confirmed: bool, now: crate::domain::time::Timestamp) -> Connection {
        let before = Connection { checked_at: None, account: None, ..self.connection };
        before.connect(self.credential, account, confirmed, now)
    }
}

fn sealed(context: &Context, connection: &Connection, credential: &Credential) -> Result<Sealed, Broken> {
    let sealed =
        context.vault().seal_credential(connection.owner.owner_uuid(), connection.id.as_uuid(), credential, &connection.credential);
    Ok(Sealed { connection: connection.clone(), credential: sealed })
}

fn problem_with_draft(context: &Context, answer: &SlotAnswer<'_>, problem: SlotProblem) -> Result<SlotResult, Broken> {
    // A secret that the service refused is not kept: left blank it would be tried, and refused, again.
    let keep_secrets = !matches!(problem, SlotProblem::Check { reason: Reason::AuthRejected | Reason::AuthBadKey });
    let draft = match keep_draft(context, answer, keep_secrets)? {
        SlotResult::Save { connection, .. } => Some(connection),
        _ => None,
    };
    Ok(SlotResult::Problem { problem, draft, run: None })
}

fn keep_draft(context: &Context, answer: &SlotAnswer<'_>, keep_secrets: bool) -> Result<SlotResult, Broken> {
    if !answer.changed {
        return Ok(SlotResult::Untouched);
    }
    let connection = answer.requirement.connection.clone();
    let inputs = answer
        .typed
        .iter()
        .filter(|(_, (given, _))| keep_secrets || matches!(given, Given::Clear(_)))
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    let draft = Credential { inputs, token: None };
    let sealed = context.vault().seal_credential(connection.owner.owner_uuid(), connection.id.as_uuid(), &draft, &connection.draft);
    let drafted = Connection { draft: sealed, updated_at: context.now(), ..connection };
    Ok(SlotResult::Save { connection: Box::new(drafted), run: None })
}

/// What is to be bound: what works, and whatever was chosen where nothing is used yet, or is about to be reconnected.
fn picks(loaded: &Loaded, answer: &PageAnswer<'_>, intent: &Intent) -> BTreeMap<Key, ConnectionId> {
    let pick = |slot: &SlotAnswer<'_>| {
        let (key, id) = (&slot.requirement.slot.key, slot.chosen?);
        let works = loaded.choosers.get(key)?.offers(id)?.state.is_connected();
        let is_own = loaded.requirement(key).is_some_and(Requirement::is_to_be_saved);
        let is_wanted = works || is_own || *intent == Intent::Connect(key.clone());
        is_wanted.then(|| (key.clone(), id))
    };
    answer.slots.iter().filter_map(pick).collect()
}

/// `false`: somebody else committed first, nothing was written.
#[expect(clippy::too_many_arguments, reason = "the parts of one save, used once")]
async fn write(
    context: &Context,
    scope: Scope,
    actor: &Actor,
    loaded: &Loaded,
    page: &Page,
    answer: &PageAnswer<'_>,
    results: &[SlotResult],
    intent: &Intent,
) -> Result<bool, Broken> {
    let mut instance = loaded.instance.clone();
    // What is good is kept even of a page that is refused: nothing typed is lost, and only "Turn on" applies it.
    for (key, value) in &answer.variables {
        match value {
            Some(value) => instance.draft_variables.insert(key.clone(), value.clone()),
            None => instance.draft_variables.remove(key),
        };
    }
    let page_is_good = *intent == Intent::Continue && answer.errors.is_empty();
    if page_is_good {
        instance.visited_pages.insert(page.key.clone());
    }
    instance.updated_at = context.now();
    let mut work = context.store().begin().await?;
    if work.instances().save(scope, &instance, loaded.instance.revision).await?.is_none() {
        return Ok(false);
    }
    if !choose::bind(context, &mut work, actor, loaded, &picks(loaded, answer, intent)).await? {
        return Ok(false);
    }
    for (slot, result) in answer.slots.iter().zip(results) {
        if let SlotResult::Save { run: Some(run), .. } | SlotResult::Problem { run: Some(run), .. } = result {
            work.checks().insert(slot.requirement.connection.id, run).await?;
        }
        let (connection, is_draft) = match result {
            SlotResult::Save { connection, .. } => (connection, !page_is_good),
            SlotResult::Problem { draft: Some(connection), .. } => (connection, true),
            _ => continue,
        };
        if work.connections().save(scope, context.wrapped(connection)?.as_ref()).await?.is_none() {
            return Ok(false);
        }
        if !is_draft && slot.requirement.is_to_be_saved() && connection.state.is_connected() {
            reusable::adopt(context, &mut work, actor, slot.requirement, connection).await?;
        }
        if !is_draft {
            let inputs: Vec<&Key> =
                answer.slots.iter().filter(|s| s.requirement.connection.id == connection.id).flat_map(|s| s.typed.keys()).collect();
            let detail = json!({"inputs": inputs, "checked": connection.checked_at.is_some()});
            context.record(&mut work, &context.connection_event(actor, AuditAction::ConnectionSaved, connection, detail)).await?;
        }
    }
    work.commit().await?;
    Ok(true)
}
