//! Many connections checked one after the other: started by an org user, gone on with by whichever process has the lease.

use futures_util::future::join_all;
use serde_json::json;

use super::{
    Broken, Context,
    check::{self, Checked},
};
use crate::{
    domain::{
        access::{Actor, Scope},
        audit::AuditAction,
        bulk_check::{A_SECOND, BulkCheck, BulkProgress, BulkSelection, KEEP_DAYS, LEASE_SECONDS},
        check::CheckTrigger,
        connection::{ConnectionOwner, ConnectionRef},
        customer::CustomerRef,
        ids::{BulkCheckId, ConnectionId, InstanceId, UserId},
        key::Key,
        user::Role,
    },
    manifest::Kind,
    store::BulkLease,
};

/// What this process works on.
pub type Held = Option<(BulkCheck, BulkLease)>;

/// So many that do not work are listed by name.
const NAMED: i64 = 200;

pub async fn start(context: &Context, (started_by, role): (UserId, Role), selection: &BulkSelection) -> Result<BulkCheckId, Broken> {
    let bulk = BulkCheck {
        id: context.new_bulk_check_id(),
        integration: selection.integration.clone(),
        started_by,
        role,
        created_at: context.now(),
        ended_at: None,
    };
    let mut work = context.store().begin().await?;
    let connections = work.bulk_checks().insert(&bulk, selection).await?;
    let detail = json!({"bulk_check": bulk.id, "integration": bulk.integration, "only_broken": selection.only_broken,
        "connections": connections});
    context.record(&mut work, &context.event(&Actor::OrgUser { id: started_by, role }, AuditAction::BulkCheckStarted, detail)).await?;
    work.commit().await?;
    Ok(bulk.id)
}

/// What there is to choose from: key and name.
pub async fn integrations(context: &Context) -> Result<Vec<(Key, String)>, Broken> {
    let mut integrations = Vec::new();
    for document in context.store().read().documents().list_current(Kind::Integration.as_str()).await? {
        let key = Key::parse(document.key.as_str()).map_err(|error| Broken::Inconsistent(error.to_string()))?;
        if let Some(published) = context.integration(&key, document.version).await? {
            integrations.push((key, published.integration.name.clone()));
        }
    }
    Ok(integrations)
}

pub struct Look {
    pub bulk: BulkCheck,
    /// `None`: of every integration.
    pub integration: Option<String>,
    pub progress: BulkProgress,
    pub failed: Vec<Found>,
}

/// One that does not work.
pub struct Found {
    pub customer: String,
    pub instance_id: InstanceId,
    pub slot: Key,
    pub connector: String,
    /// A reason's code.
    pub outcome: String,
}

pub async fn show(context: &Context, id: BulkCheckId) -> Result<Option<Look>, Broken> {
    let Some(bulk) = context.store().read().bulk_checks().find(Scope::Organization, id).await? else { return Ok(None) };
    let progress = context.store().read().bulk_checks().progress(id).await?;
    let mut failed = Vec::new();
    for (connection, outcome) in context.store().read().bulk_checks().list_failed(id, NAMED).await? {
        failed.extend(found(context, connection, outcome).await?);
    }
    let integration = match &bulk.integration {
        Some(key) => Some(context.current_integration(key).await?.map_or_else(|| key.to_string(), |found| found.integration.name.clone())),
        None => None,
    };
    Ok(Some(Look { bulk, integration, progress, failed }))
}

async fn found(context: &Context, id: ConnectionId, outcome: String) -> Result<Option<Found>, Broken> {
    let Some(connection) = context.store().read().connections().find(Scope::Organization, id).await? else { return Ok(None) };
    let ConnectionOwner::Slot { instance_id, customer_id, slot } = connection.owner else { return Ok(None) };
    let customer = context.store().read().customers().find(Scope::Organization, &CustomerRef::Id(customer_id)).await?;
    let connector = context.connector(&connection.type_ref.connector, connection.connector_version).await?;
    Ok(customer.map(|customer| Found {
        customer: customer.name,
        instance_id,
        slot,
        connector: connector.map_or_else(|| connection.type_ref.connector.to_string(), |connector| connector.name.clone()),
        outcome,
    }))
}

/// A second's worth of work, if there is any: what is open is checked, and what is done is noted one by one.
pub async fn step(context: &Context, held: &mut Held) -> Result<(), Broken> {
    if held.is_none() && !context.store().read().bulk_checks().has_open().await? {
        return Ok(());
    }
    let until = context.now().plus_seconds(LEASE_SECONDS);
    let mut work = context.store().begin().await?;
    match held {
        Some((_, lease)) if !work.bulk_checks().hold(*lease, until).await? => *held = None,
        Some(_) => {}
        None => *held = work.bulk_checks().claim(context.now(), until).await?,
    }
    work.commit().await?;
    let Some((bulk, lease)) = held.clone() else { return Ok(()) };
    let open = context.store().read().bulk_checks().list_open(bulk.id, i64::try_from(A_SECOND).unwrap_or(i64::MAX)).await?;
    if open.is_empty() {
        let mut work = context.store().begin().await?;
        work.bulk_checks().end(lease, context.now()).await?;
        *held = None;
        return Ok(work.commit().await?);
    }
    join_all(open.into_iter().map(|id| one(context, &bulk, id))).await.into_iter().collect()
}

async fn one(context: &Context, bulk: &BulkCheck, id: ConnectionId) -> Result<(), Broken> {
    let actor = Actor::OrgUser { id: bulk.started_by, role: bulk.role };
    let owner = context.store().read().connections().find(Scope::Organization, id).await?.map(|connection| connection.owner);
    let checked = match owner {
        Some(ConnectionOwner::Slot { instance_id, slot, .. }) => {
            check::run(context, Scope::Organization, &actor, &ConnectionRef::slot(instance_id, slot.as_str()), CheckTrigger::Api).await?
        }
        _ => Checked::NotFound,
    };
    let outcome = match checked {
        Checked::Passed { .. } => "passed",
        Checked::NotDeclared => "not_declared",
        Checked::NotConnected | Checked::NotFound => "not_connected",
        Checked::Failed(reason) => reason.code(),
    };
    let mut work = context.store().begin().await?;
    work.bulk_checks().note(bulk.id, id, outcome, context.now()).await?;
    Ok(work.commit().await?)
}

/// Another process may go on at once.
pub async fn release(context: &Context, held: &Held) -> Result<(), Broken> {
    let Some((_, lease)) = held else { return Ok(()) };
    let mut work = context.store().begin().await?;
    work.bulk_checks().hold(*lease, context.now()).await?;
    Ok(work.commit().await?)
}

pub async fn purge(context: &Context) -> Result<u64, Broken> {
    let mut work = context.store().begin().await?;
    let gone = work.bulk_checks().purge(context.now().plus_seconds(-KEEP_DAYS * 86_400)).await?;
    work.commit().await?;
    Ok(gone)
}
