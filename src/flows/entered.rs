//! Values that the organization enters for a connection in no customer's slot: for all, for one customer, for tests.

use std::collections::BTreeMap;

use super::{
    Asked, Broken, Context,
    prefill::{self, Hold, Prefill, Prefilled, Typed},
    requirement::Requirement,
};
use crate::domain::{
    access::{Actor, Scope},
    connection::{ConnectionRef, ConnectionState},
    customer::Customer,
    ids::ConnectionId,
    input::{Input, Raw},
    key::Key,
    value::Given,
};

/// What may be entered, and what is known of it. Never a secret.
pub struct ValuesForm {
    pub connection_id: ConnectionId,
    /// Nothing is entered, and nobody has signed in.
    pub is_empty: bool,
    pub name: String,
    pub connector: String,
    pub customer: Option<Customer>,
    pub state: ConnectionState,
    pub account: Option<String>,
    pub fields: Vec<Asked>,
    pub needs_consent: bool,
    pub can_check: bool,
    /// How many instances read a change at their next read.
    pub reaches: i64,
    pub revision: i64,
}

/// `at`: names an owner of one. `None`: it can have none.
pub async fn form(context: &Context, at: &ConnectionRef) -> Result<Option<ValuesForm>, Broken> {
    let Some(requirement) = context.find_requirement(Scope::Organization, at).await? else { return Ok(None) };
    let takes_consent = !requirement.is_values_only();
    Ok(Some(ValuesForm {
        connection_id: requirement.connection.id,
        is_empty: requirement.holds_nothing(),
        name: requirement.label(),
        connector: requirement.connector.name.clone(),
        customer: None,
        state: requirement.state()?,
        account: requirement.connection.account.clone(),
        fields: fields(&requirement)?,
        needs_consent: requirement.needs_consent()? && takes_consent,
        can_check: takes_consent && (requirement.connection_type()?.check().is_some() || requirement.obtains_by_itself()?),
        reaches: 0,
        revision: requirement.connection.revision,
    }))
}

/// Those that are entered here: global ones for all, the others for each.
fn fields(requirement: &Requirement) -> Result<Vec<Asked>, Broken> {
    let resolved = requirement.resolve()?;
    let is_here = |key: &Key| !(requirement.is_global(key) || requirement.is_values_only() && requirement.is_of_customers(key));
    let inputs = requirement.connection_type()?.inputs().iter().filter(|input| !input.is_computed() && is_here(&input.key));
    let field = |input: &Input| {
        let own = requirement.credential.inputs.get(&input.key).map(|(given, _)| given);
        let lower = resolved.get(input.key.as_str()).is_some();
        let mut input = input.clone().labelled();
        // What the manifest says already need not be said again.
        input.required = input.required && !(own.is_none() && lower);
        Asked {
            value: own.and_then(Given::as_clear).cloned(),
            has_secret: input.is_secret() && own.is_some(),
            secret_revision: None,
            input,
        }
    };
    Ok(inputs.map(field).collect())
}

/// As a form of the console sent them: a blank secret keeps the saved one.
pub async fn enter(
    context: &Context,
    actor: &Actor,
    at: &ConnectionRef,
    raw: BTreeMap<Key, Raw>,
    check: bool,
) -> Result<Prefilled, Broken> {
    let typed = raw.into_iter().map(|(key, raw)| (key, Typed { raw, hold: Hold::Locked })).collect();
    let wanted = Prefill { typed, check, ..Prefill::default() };
    prefill::prefill(context, Scope::Organization, actor, at, &wanted).await
}

/// The row of a connection that is about to be signed in for: an attempt names it.
pub async fn ensure(context: &Context, at: &ConnectionRef) -> Result<bool, Broken> {
    let Some(requirement) = context.find_requirement(Scope::Organization, at).await? else { return Ok(false) };
    if requirement.is_new {
        let mut work = context.store().begin().await?;
        // Somebody else may have been faster: then it is there.
        let _there = work.connections().insert(&requirement.connection).await?;
        work.commit().await?;
    }
    Ok(true)
}
