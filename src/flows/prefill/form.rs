//! The form by which a slot is filled in on a customer's behalf: each value with who may change it. Never a secret.

use crate::{
    domain::{
        access::Scope,
        connection::ConnectionRef,
        customer::{Customer, CustomerRef},
        ids::InstanceId,
        input::Visibility,
        instance::Instance,
        key::Key,
        resolution::{Layer, SetBy, input_in_slot},
        value::Given,
    },
    flows::{Asked, Broken, Context, SlotSummary, requirement::Requirement},
};

pub struct Form {
    pub customer: Customer,
    pub instance: Instance,
    pub slot: SlotSummary,
    /// The person leaves for the provider's page.
    pub needs_consent: bool,
    /// There is something to ask the service with before saving.
    pub can_check: bool,
    /// Of the connection, when this was read.
    pub revision: i64,
    pub fields: Vec<FormField>,
}

#[derive(Clone, Debug)]
pub struct FormField {
    /// Holds the connection's own value alone.
    pub asked: Asked,
    /// Of the connection's own value; `None`: it has none.
    pub set_by: Option<SetBy>,
    /// The integration, a preset or a reusable connection has a value already.
    pub has_fixed_value: bool,
    /// Nothing that a customer is ever asked for.
    pub is_hidden: bool,
}

pub async fn form(context: &Context, id: InstanceId, slot: &str) -> Result<Option<Form>, Broken> {
    let scope = Scope::Organization;
    let Some(requirement) = context.find_requirement(scope, &ConnectionRef::slot(id, slot)).await? else { return Ok(None) };
    let Some(instance) = context.store().read().instances().find(scope, id).await? else { return Ok(None) };
    let Some(customer) = context.store().read().customers().find(scope, &CustomerRef::Id(instance.customer_id)).await? else {
        return Ok(None);
    };
    Ok(Some(Form {
        customer,
        instance,
        slot: requirement.summary()?,
        needs_consent: requirement.needs_consent()?,
        can_check: requirement.connection_type()?.check().is_some() || requirement.obtains_by_itself()?,
        revision: requirement.connection.revision,
        fields: fields(&requirement)?,
    }))
}

fn fields(requirement: &Requirement) -> Result<Vec<FormField>, Broken> {
    let resolved = requirement.resolve()?;
    let is_here = |key: &Key| !requirement.is_global(key);
    let inputs = requirement.connection_type()?.inputs().iter().filter(|input| !input.is_computed() && is_here(&input.key));
    let field = |input| {
        let input = input_in_slot(input, Some(&requirement.slot.inputs));
        let own = requirement.credential.inputs.get(&input.key);
        let has_fixed_value = resolved
            .values
            .get(&input.key)
            .is_some_and(|layered| layered.layer.is_fixed() && !matches!(layered.layer, Layer::Connection(_)));
        FormField {
            set_by: own.map(|(_, set_by)| *set_by),
            is_hidden: input.visibility != Visibility::Customer || has_fixed_value,
            has_fixed_value,
            asked: Asked {
                value: own.and_then(|(given, _)| Given::as_clear(given)).cloned(),
                has_secret: input.is_secret() && own.is_some(),
                secret_revision: None,
                input,
            },
        }
    };
    Ok(inputs.map(field).collect())
}
