//! Values that the organization enters: for one customer, for all of them, for tests; one by one, or many customers at once.

use std::collections::BTreeMap;

use crate::{
    domain::{
        access::{Actor, Scope},
        connection::{ConnectionOwner, ConnectionRef, ConnectionState},
        customer::{Customer, CustomerRef},
        ids::CustomerId,
        key::Key,
    },
    flows::{
        Broken, Context,
        entered::{self, ValuesForm},
        prefill::{self, Prefill, Prefilled},
    },
    manifest::Activation,
};

/// Whose values are entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The same for all customers.
    Organization,
    Test,
    Customer(CustomerId),
}

impl Whose {
    pub fn at(&self, definition: &Key) -> ConnectionRef {
        let definition = definition.clone();
        ConnectionRef::Of(match self {
            Self::Organization => ConnectionOwner::Organization { definition },
            Self::Test => ConnectionOwner::DefinitionTest { definition },
            Self::Customer(customer_id) => ConnectionOwner::Customer { customer_id: *customer_id, definition },
        })
    }
}

/// Whose values of a definition are to be entered. `None`: it has none of that kind, or there is no such customer.
pub async fn values_form(context: &Context, definition: &Key, whose: &Whose) -> Result<Option<ValuesForm>, Broken> {
    let Some(form) = entered::form(context, &whose.at(definition)).await? else { return Ok(None) };
    let customer = match whose {
        Whose::Customer(id) => match context.store().read().customers().find(Scope::Organization, &CustomerRef::Id(*id)).await? {
            Some(customer) => Some(customer),
            None => return Ok(None),
        },
        _ => None,
    };
    let reaches = match whose {
        Whose::Organization => context.store().read().bindings().count_of_definition(definition).await?,
        Whose::Customer(_) => context.store().read().bindings().count(form.connection_id).await?,
        Whose::Test => 0,
    };
    Ok(Some(ValuesForm { customer, reaches, ..form }))
}

/// One customer's values, as the API and files bring them.
pub async fn set_for_customer(
    context: &Context,
    actor: &Actor,
    definition: &Key,
    customer: &CustomerRef,
    inputs: BTreeMap<String, serde_json::Value>,
) -> Result<Prefilled, Broken> {
    let Some(customer) = context.store().read().customers().find(Scope::Organization, customer).await? else {
        return Ok(Prefilled::NotFound);
    };
    let wanted = Prefill { inputs, ..Prefill::default() };
    prefill::prefill(context, Scope::Organization, actor, &Whose::Customer(customer.id).at(definition), &wanted).await
}

/// What a disconnect would stop.
#[derive(Default)]
pub struct Stops {
    pub instances: i64,
    /// Of these: that are turned on, and so stop running.
    pub running: i64,
    /// The first of them: customer and instance.
    pub places: Vec<(String, String)>,
}

/// How many places are named.
const NAMED: i64 = 20;

/// `None`: there is nothing to end.
pub async fn stops(context: &Context, definition: &Key, whose: &Whose) -> Result<Option<Stops>, Broken> {
    let Some(requirement) = context.find_requirement(Scope::Organization, &whose.at(definition)).await? else { return Ok(None) };
    let id = requirement.connection.id;
    let mut places = Vec::new();
    for used in context.store().read().bindings().uses(Scope::Organization, id, NAMED).await? {
        let customer = context.store().read().customers().find(Scope::Organization, &CustomerRef::Id(used.customer_id)).await?;
        places.push((customer.map(|customer| customer.name).unwrap_or_default(), used.instance_name));
    }
    let instances = context.store().read().bindings().count(id).await?;
    Ok(Some(Stops { instances, running: context.store().read().bindings().count_on(id).await?, places }))
}

/// A customer, and how its values of a definition are.
pub struct CustomerValues {
    pub customer: Customer,
    /// `None`: nobody has entered any.
    pub state: Option<ConnectionState>,
    pub account: Option<String>,
}

/// Every customer with how it stands, of what the organization activates for each. `cursor`: the last one before.
pub async fn of_customers(
    context: &Context,
    definition: &Key,
    cursor: Option<CustomerId>,
    limit: i64,
) -> Result<Vec<CustomerValues>, Broken> {
    let scope = Scope::Organization;
    let Some(found) = context.reusable(definition).await?.filter(|of| of.activation == Activation::OrganizationCustomer) else {
        return Ok(Vec::new());
    };
    let mut all = Vec::new();
    for customer in context.store().read().customers().list(scope, cursor, limit).await? {
        let owner = ConnectionOwner::Customer { customer_id: customer.id, definition: found.key.clone() };
        let connection = context.store().read().connections().find_owned(scope, &owner).await?;
        let (state, account) = connection.map_or((None, None), |connection| (Some(connection.state), connection.account));
        all.push(CustomerValues { customer, state, account });
    }
    Ok(all)
}
