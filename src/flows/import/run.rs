//! A started import, made so: a few records at a time, each on its own, under a lease that another process takes over when it ends.
//!
//! A record that was imported and not yet noted is judged again, and is the same then: nothing is done twice.

use futures_util::future::join_all;
use serde_json::json;

use super::{
    Broken, Choice, Context, choices,
    record::{Judged, Reader, Record, judge},
    records,
};
use crate::{
    domain::{
        access::{Actor, Scope},
        audit::AuditAction,
        connection::ConnectionRef,
        customer::{Customer, CustomerRef},
        ids::{CustomerId, ImportId, InstanceId},
        import::{Fills, Import, RowResult, Wrong},
        key::Key,
        validation::FieldError,
    },
    flows::{
        customers::{self, Changes, Created},
        idempotency::Idempotent,
        instances,
        prefill::{self, Prefill, Prefilled},
        reusable::Whose,
    },
};

/// Longer than a few records with their checks may take.
const LEASE_SECONDS: i64 = 120;
const AT_A_TIME: i64 = 25;
/// With a check of each: with a second's rest between, no service is asked more than eight times a second.
const CHECKED_AT_A_TIME: i64 = 8;
const UNSTARTED_KEPT_SECONDS: i64 = 24 * 60 * 60;
const RESULTS_KEPT_SECONDS: i64 = 30 * 24 * 60 * 60;

/// An import that this process is at.
pub struct Claimed {
    import: Import,
    fence: i64,
    choices: Vec<Choice>,
    records: Vec<Vec<String>>,
}

/// What a step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    More,
    Done,
    /// Another process is at it now.
    Lost,
}

/// One that runs and that nobody is at.
pub async fn claim(context: &Context) -> Result<Option<Claimed>, Broken> {
    let mut work = context.store().begin().await?;
    let claimed = work.imports().claim(LEASE_SECONDS).await?;
    work.commit().await?;
    let Some((id, fence)) = claimed else { return Ok(None) };
    let Some(import) = context.store().read().imports().find(id).await? else { return Ok(None) };
    let Some(records) = records(context, id).await? else { return Ok(None) };
    let choices = choices(context, import.fills.as_ref()).await?.unwrap_or_default();
    Ok(Some(Claimed { import, fence, choices, records }))
}

/// Removes files that nobody started for a day, and results from more than 30 days ago.
pub async fn purge(context: &Context) -> Result<(), Broken> {
    let now = context.now();
    let mut work = context.store().begin().await?;
    work.imports().purge(now.plus_seconds(-UNSTARTED_KEPT_SECONDS), now.plus_seconds(-RESULTS_KEPT_SECONDS)).await?;
    Ok(work.commit().await?)
}

impl Claimed {
    pub const fn id(&self) -> ImportId {
        self.import.id
    }

    /// Whether services are asked, so that steps need a rest between them.
    pub const fn asks_services(&self) -> bool {
        self.import.checks
    }

    /// A few records more.
    pub async fn step(&self, context: &Context) -> Result<Step, Broken> {
        let mut work = context.store().begin().await?;
        if !work.imports().renew(self.import.id, self.fence, LEASE_SECONDS).await? {
            return Ok(Step::Lost);
        }
        work.commit().await?;
        let limit = if self.import.checks { CHECKED_AT_A_TIME } else { AT_A_TIME };
        let left = context.store().read().imports().left(self.import.id, limit).await?;
        if left.is_empty() {
            return self.finish(context).await;
        }
        let reader = Reader::new(&self.import, &self.choices);
        let results = join_all(left.iter().map(|number| self.import_one(context, &reader, *number))).await;
        let mut work = context.store().begin().await?;
        for (number, result) in left.iter().zip(results) {
            if let Some(result) = result? {
                work.imports().conclude_row(self.import.id, self.fence, *number, &result).await?;
            }
        }
        work.commit().await?;
        Ok(Step::More)
    }

    /// Gives it back, for another process to go on at once.
    pub async fn give_back(self, context: &Context) -> Result<(), Broken> {
        let mut work = context.store().begin().await?;
        work.imports().renew(self.import.id, self.fence, 0).await?;
        Ok(work.commit().await?)
    }

    async fn finish(&self, context: &Context) -> Result<Step, Broken> {
        let mut work = context.store().begin().await?;
        if !work.imports().finish(self.import.id, self.fence, context.now()).await? {
            return Ok(Step::Lost);
        }
        let tally = work.imports().tally(self.import.id).await?;
        let counts =
            json!({"import": self.import.id, "new": tally.new, "changed": tally.changed, "same": tally.same, "wrong": tally.wrong});
        context.record(&mut work, &context.event(&self.import.actor, AuditAction::CustomersImported, counts)).await?;
        work.commit().await?;
        Ok(Step::Done)
    }

    /// `None`: it was found wrong before, and stays so.
    async fn import_one(&self, context: &Context, reader: &Reader<'_>, number: i64) -> Result<Option<RowResult>, Broken> {
        let planned = context.store().read().imports().rows(self.import.id, None, number - 1, 1).await?.pop();
        if let Some(wrong @ RowResult::Wrong { .. }) = planned.map(|row| row.result) {
            return Ok(Some(wrong));
        }
        let at = usize::try_from(number - 1).unwrap_or(usize::MAX);
        let Some(fields) = self.records.get(at) else { return Ok(None) };
        let record = reader.read(fields);
        let judged = judge(context, reader, &record).await?;
        match judged.result {
            RowResult::Same | RowResult::Wrong { .. } => Ok(Some(judged.result)),
            RowResult::New | RowResult::Changed { .. } => self.save(context, reader, &record, judged).await.map(Some),
        }
    }

    async fn save(&self, context: &Context, reader: &Reader<'_>, record: &Record<'_>, judged: Judged) -> Result<RowResult, Broken> {
        let actor = &self.import.actor;
        let customer = match judged.customer {
            Some(customer) => rename(context, actor, customer, record.name).await?,
            None => match customers::create(context, actor, record.external_id, record.name, None).await? {
                Idempotent::Now(Created::Customer(customer)) => customer.id,
                // Somebody else made it just now: judged again, it is one that is there.
                _ => return Box::pin(self.again(context, reader, record)).await,
            },
        };
        if record.inputs.is_empty() {
            return Ok(judged.result);
        }
        let Some(place) = self.place(context, customer, judged.instance.map(|instance| instance.id)).await? else {
            return Ok(refused(record.inputs[0].0, "unknown-input"));
        };
        Ok(self.prefill(context, record, &place).await?.unwrap_or(judged.result))
    }

    async fn again(&self, context: &Context, reader: &Reader<'_>, record: &Record<'_>) -> Result<RowResult, Broken> {
        let judged = judge(context, reader, record).await?;
        match judged.customer {
            Some(_) => self.save(context, reader, record, judged).await,
            None => Err(Broken::Inconsistent("a customer is there already, and is not found".into())),
        }
    }

    /// An instance is made where there is none.
    async fn place(&self, context: &Context, customer: CustomerId, found: Option<InstanceId>) -> Result<Option<Place>, Broken> {
        let integration = match (&self.import.fills, found) {
            (Some(Fills::ReusableConnection(key)), _) => return Ok(Some(Place::Customer(Whose::Customer(customer).at(key)))),
            (_, Some(id)) => return Ok(Some(Place::Instance(id))),
            (Some(Fills::Integration(key)), None) => key,
            (None, None) => return Ok(None),
        };
        let reference = CustomerRef::Id(customer);
        match instances::create(context, Scope::Organization, &self.import.actor, &reference, integration, None).await? {
            instances::Created::Instance(instance) => Ok(Some(Place::Instance(instance.id))),
            instances::Created::NoSuchCustomer | instances::Created::NoSuchIntegration => Ok(None),
        }
    }

    /// Why a slot's values were not saved.
    async fn prefill(&self, context: &Context, record: &Record<'_>, place: &Place) -> Result<Option<RowResult>, Broken> {
        for (slot, inputs) in record.by_slot() {
            let of_slot = || record.inputs.iter().filter(|(_, choice, _)| choice.slot == slot);
            let heading = of_slot().next().map_or("", |(heading, ..)| *heading);
            let connector = of_slot().next().map_or_else(String::new, |(_, choice, _)| choice.connector.clone());
            let wanted = Prefill { inputs, check: self.import.checks, ..Prefill::default() };
            let actor = &self.import.actor;
            match prefill::prefill(context, Scope::Organization, actor, &place.at(&slot), &wanted).await? {
                Prefilled::Saved => {}
                Prefilled::Refused(errors) => {
                    let code = errors.values().next().map_or("wrong-shape", FieldError::code);
                    return Ok(Some(refused(heading, code)));
                }
                Prefilled::CheckFailed(reason) => {
                    return Ok(Some(RowResult::Wrong { column: heading.to_owned(), wrong: Wrong::Check { reason, connector } }));
                }
                Prefilled::NoToken | Prefilled::Shared | Prefilled::NotFound | Prefilled::Stale => {
                    return Ok(Some(refused(heading, "unknown-input")));
                }
            }
        }
        Ok(None)
    }
}

/// Where a record's values go.
enum Place {
    Instance(InstanceId),
    /// The customer's own of a reusable connection.
    Customer(ConnectionRef),
}

impl Place {
    fn at(&self, slot: &Key) -> ConnectionRef {
        match self {
            Self::Instance(id) => ConnectionRef::slot(*id, slot.as_str()),
            Self::Customer(at) => at.clone(),
        }
    }
}

fn refused(column: &str, code: &str) -> RowResult {
    RowResult::Wrong { column: column.to_owned(), wrong: Wrong::Field { code: code.to_owned(), message: None } }
}

async fn rename(context: &Context, actor: &Actor, customer: Customer, name: &str) -> Result<CustomerId, Broken> {
    if !name.is_empty() && name != customer.name {
        let changes = Changes { name: Some(name.to_owned()), if_revision: None };
        customers::update(context, Scope::Organization, actor, &CustomerRef::Id(customer.id), &changes).await?;
    }
    Ok(customer.id)
}
