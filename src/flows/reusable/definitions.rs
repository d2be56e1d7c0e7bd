//! What definitions there are, as their organization may see them: never a secret, and how many instances each serves.

use crate::{
    domain::{access::Scope, connection::ConnectionOwner, connection_type::TypeRef, key::Key, value::Value},
    flows::{Broken, Context},
    manifest::{Activation, InputScope, Kind, ReusableConnection},
};

pub struct Definition {
    pub key: Key,
    pub name: String,
    pub type_ref: TypeRef,
    pub activation: Activation,
    pub workflows: bool,
    pub inputs: Vec<DefinedInput>,
    /// How many instances use any connection of it.
    pub used_in: i64,
}

pub struct DefinedInput {
    pub key: Key,
    pub label: String,
    pub scope: InputScope,
    pub required: bool,
    pub is_secret: bool,
    /// One for all customers is set, by the manifest or since.
    pub has_value: bool,
    /// That one, unless it is a secret.
    pub value: Option<Value>,
}

/// By key.
pub async fn definitions(context: &Context) -> Result<Vec<Definition>, Broken> {
    let mut all = Vec::new();
    for document in context.store().read().documents().list_current(Kind::ReusableConnection.as_str()).await? {
        let key = Key::parse(document.key.as_str()).map_err(|error| Broken::Inconsistent(error.to_string()))?;
        all.extend(definition(context, &key).await?);
    }
    Ok(all)
}

pub async fn definition(context: &Context, key: &Key) -> Result<Option<Definition>, Broken> {
    let Some(found) = context.reusable(key).await? else { return Ok(None) };
    let inputs = inputs(context, &found).await?;
    let used_in = context.store().read().bindings().count_of_definition(key).await?;
    let ReusableConnection { key, name, type_ref, activation, workflows, .. } = found;
    Ok(Some(Definition { key, name, type_ref, activation, workflows, inputs, used_in }))
}

/// Those that are entered by somebody: not the computed ones.
async fn inputs(context: &Context, definition: &ReusableConnection) -> Result<Vec<DefinedInput>, Broken> {
    let Some(connector) = context.current_connector(&definition.type_ref.connector).await? else { return Ok(Vec::new()) };
    let Some(connection_type) = connector.connection_type(definition.type_ref.connection_type.as_str()) else { return Ok(Vec::new()) };
    let owner = ConnectionOwner::Organization { definition: definition.key.clone() };
    let entered = context.store().read().connections().find_owned(Scope::Organization, &owner).await?;
    let entered = entered.map(|connection| context.open(&connection)).transpose()?.unwrap_or_default();
    let input = |input: &crate::domain::input::Input| {
        let set = entered.inputs.get(&input.key).map(|(given, _)| given);
        let set = set.or_else(|| definition.inputs.get(&input.key)?.value.as_ref());
        DefinedInput {
            key: input.key.clone(),
            label: input.label.clone(),
            scope: scope_of(definition, &input.key),
            required: input.required,
            is_secret: input.is_secret(),
            has_value: set.is_some(),
            value: set.and_then(|given| given.as_clear().cloned()),
        }
    };
    Ok(connection_type.inputs().iter().filter(|input| !input.is_computed()).map(input).collect())
}

fn scope_of(definition: &ReusableConnection, input: &Key) -> InputScope {
    match definition.inputs.get(input) {
        Some(input) => input.scope,
        None if definition.activation == Activation::OrganizationGlobal => InputScope::Global,
        None => InputScope::Customer,
    }
}
