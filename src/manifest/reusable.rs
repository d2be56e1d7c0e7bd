//! `kind: reusable_connection`: a definition that many integrations refer to by its stable key.

use std::collections::BTreeMap;

use super::{
    overrides::{Rules, entries},
    reader::{Object, Reading},
    types::Types,
};
use crate::domain::{connection_type::TypeRef, key::Key, value::Given};

#[derive(Clone, Debug)]
pub struct ReusableConnection {
    /// The stable key.
    pub key: Key,
    pub name: String,
    pub type_ref: TypeRef,
    pub activation: Activation,
    /// Whether customers who build workflows of their own may choose it.
    pub workflows: bool,
    pub customers_see: CustomersSee,
    pub inputs: BTreeMap<Key, ReusableInput>,
}

/// Of what the organization activates, as long as it works.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CustomersSee {
    /// "Managed by {organization}".
    #[default]
    Line,
    Nothing,
}

/// Who makes it work, and for whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    Customer,
    OrganizationCustomer,
    OrganizationGlobal,
}

#[derive(Clone, Debug)]
pub struct ReusableInput {
    /// Only of a global input; without one it is still to be entered.
    pub value: Option<Given>,
    pub scope: InputScope,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputScope {
    /// One value for all customers.
    Global,
    /// Each customer has its own.
    Customer,
}

pub const ACTIVATIONS: [(&str, Activation); 3] = [
    ("customer", Activation::Customer),
    ("organization_customer", Activation::OrganizationCustomer),
    ("organization_global", Activation::OrganizationGlobal),
];
pub const CUSTOMERS_SEE: [(&str, CustomersSee); 2] = [("line", CustomersSee::Line), ("nothing", CustomersSee::Nothing)];
pub const SCOPES: [(&str, InputScope); 2] = [("global", InputScope::Global), ("customer", InputScope::Customer)];

impl ReusableConnection {
    pub fn is_global(&self, input: &Key) -> bool {
        self.inputs.get(input).is_some_and(|input| input.scope == InputScope::Global)
    }
    pub fn is_of_customers(&self, input: &Key) -> bool {
        self.inputs.get(input).is_some_and(|input| input.scope == InputScope::Customer)
    }
}

impl Activation {
    pub const fn is_the_organizations(self) -> bool {
        matches!(self, Self::OrganizationCustomer | Self::OrganizationGlobal)
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::OrganizationCustomer => "organization_customer",
            Self::OrganizationGlobal => "organization_global",
        }
    }
}

impl InputScope {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Customer => "customer",
        }
    }
}

/// `types`: `None` for a stored body.
pub fn reusable(mut object: Object<'_>, types: Option<&Types<'_>>, reading: &mut Reading<'_>) -> Option<ReusableConnection> {
    let key = object.need_key("key", reading);
    let name = object.need_text("name", reading);
    let (type_ref, found) = super::reference::type_ref(&mut object, types, reading);
    let activation = object.need("activation", reading).and_then(|node| reading.word(node, "activation", &ACTIVATIONS));
    if let (Some(types), Some(key)) = (types, &key) {
        unchanged_while_used(types, key, (&object, type_ref.as_ref(), activation), reading);
    }
    let workflows = object.boolean("workflows", false, reading);
    if activation == Some(Activation::Customer) {
        object.refuse("customers_see", "customers connect this one themselves, and see it; take `customers_see` away", reading);
    }
    let customers_see = object.word("customers_see", &CUSTOMERS_SEE, CustomersSee::Line, reading);
    let mut inputs = BTreeMap::new();
    let inputs_node = object.take("inputs");
    if let (Some(node), Some(rules)) = (inputs_node, Rules::of(types, found.as_ref())) {
        for mut entry in entries(node, "what a reusable connection sets of an input", rules, reading) {
            let sets_value = entry.object.has("value");
            let value = entry.value(reading);
            let scope_node = entry.object.take("scope");
            let unsaid =
                if sets_value || activation == Some(Activation::OrganizationGlobal) { InputScope::Global } else { InputScope::Customer };
            let scope = scope_node.and_then(|node| reading.word(node, "scope", &SCOPES)).unwrap_or(unsaid);
            let at = scope_node.map_or(entry.at, |node| node.at);
            if scope == InputScope::Customer && sets_value {
                reading.problem(at, "a `value` is the same for all customers; make the scope `global`, or take the value away");
            }
            if scope == InputScope::Customer && activation == Some(Activation::OrganizationGlobal) {
                reading.problem(at, "an organization's global connection has no customers; make the scope `global`");
            }
            entry.object.finish(reading);
            inputs.insert(entry.key, ReusableInput { value, scope });
        }
    }
    object.finish(reading);
    Some(ReusableConnection {
        key: key?,
        name: name.unwrap_or_default(),
        type_ref: type_ref?,
        activation: activation?,
        workflows,
        customers_see,
        inputs,
    })
}

/// What is bound to a definition, or saved of it, is of its type and its kind.
fn unchanged_while_used(
    types: &Types<'_>,
    key: &Key,
    (object, type_ref, activation): (&Object<'_>, Option<&TypeRef>, Option<Activation>),
    reading: &mut Reading<'_>,
) {
    let Some(applied) = types.known.reusable(key).filter(|applied| applied.users.is_any()) else { return };
    let mut refuse = |part: &str, is: &str| {
        let users = applied.users;
        let message = format!("the `{part}` of `{key}` is `{is}`, and stays so while it is used: by {users}; give another one its own key");
        reading.problem(object.at(part), message);
    };
    if type_ref.is_some_and(|wanted| *wanted != applied.type_ref) {
        refuse("type", &applied.type_ref.to_string());
    }
    if activation.is_some_and(|wanted| wanted != applied.activation) {
        refuse("activation", applied.activation.as_str());
    }
}
