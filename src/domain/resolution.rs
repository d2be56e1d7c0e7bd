//! Where a value comes from: for each input the first layer that has one (PRODUCT.md), then the computed inputs.

use std::collections::BTreeMap;

use super::{
    connection_type::ConnectionType,
    input::{Input, Visibility},
    integration::{InputOverride, Slot},
    key::Key,
    template::RenderError,
    value::{Given, Value, Values},
};

/// The layers below a connection's own values, nearest first.
#[derive(Clone, Debug, Default)]
pub struct Layers {
    pub reusable: Values,
    pub slot: BTreeMap<Key, InputOverride>,
    pub preset: Values,
}

/// Who gave a value; decides who sees it, and who may change it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SetBy {
    /// A person in the wizard.
    #[default]
    Customer,
    /// By the organization on the customer's behalf; the customer may change it.
    Offered,
    /// Locked: by the organization, or the host application; the customer neither sees nor changes it.
    Organization,
}

impl SetBy {
    pub const ALL: [Self; 3] = [Self::Customer, Self::Offered, Self::Organization];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Offered => "offered",
            Self::Organization => "organization",
        }
    }
    pub const fn is_locked(self) -> bool {
        matches!(self, Self::Organization)
    }
    /// Not the customer's to throw away.
    pub const fn is_of_organization(self) -> bool {
        matches!(self, Self::Offered | Self::Organization)
    }
}

impl std::str::FromStr for SetBy {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|set_by| set_by.as_str() == text).ok_or(())
    }
}

/// One input's value with the layer it came from.
#[derive(Clone, Debug)]
pub struct Layered {
    pub given: Given,
    pub layer: Layer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    Connection(SetBy),
    Reusable,
    SlotValue,
    SlotDefault,
    Preset,
    TypeDefault,
    Computed,
    /// Below all others: the provider's metadata, or its registration of us.
    Provider,
}

impl Layer {
    /// A value of the organization's that the customer neither sees nor changes.
    pub const fn is_fixed(self) -> bool {
        matches!(
            self,
            Self::Connection(SetBy::Organization) | Self::Reusable | Self::SlotValue | Self::Preset | Self::Computed | Self::Provider
        )
    }
}

/// All of a connection's inputs with their values, as the check, the authorization and the credentials use them.
#[derive(Clone, Debug, Default)]
pub struct Resolved {
    pub values: BTreeMap<Key, Layered>,
    /// Captured values: for templates, and no inputs.
    pub context: BTreeMap<Key, Value>,
    /// Required, shown and without a value.
    pub missing: Vec<Key>,
    pub uncomputed: BTreeMap<Key, RenderError>,
}

impl Resolved {
    pub fn is_whole(&self) -> bool {
        self.missing.is_empty()
    }
    pub fn get(&self, key: &str) -> Option<&Given> {
        self.values.get(key).map(|layered| &layered.given)
    }
    /// For rendering: the text of any input, secrets opened.
    pub fn expose_text(&self, key: &Key) -> Option<String> {
        self.get(key.as_str()).map(Given::expose_text).or_else(|| self.context.get(key).map(Value::to_text))
    }
}

/// One input as this slot shows it: label, default and visibility as overridden.
pub fn input_in_slot(input: &Input, slot: Option<&BTreeMap<Key, InputOverride>>) -> Input {
    let mut input = input.clone();
    if let Some(over) = slot.and_then(|inputs| inputs.get(&input.key)) {
        if let Some(label) = &over.label {
            input.label.clone_from(label);
        }
        if let Some(visibility) = over.visibility {
            input.visibility = visibility;
        }
        if let Some(Given::Clear(default)) = &over.default {
            input.default = Some(default.clone());
        }
    }
    input
}

/// `own`: the connection's values, each with who set it.
pub fn resolve(connection_type: &ConnectionType, own: &BTreeMap<Key, (Given, SetBy)>, layers: &Layers) -> Resolved {
    resolve_captured(connection_type, own, layers, &BTreeMap::new())
}

/// `context`: the connection's, of which templates see the names that the type declares.
pub fn resolve_captured(
    connection_type: &ConnectionType,
    own: &BTreeMap<Key, (Given, SetBy)>,
    layers: &Layers,
    context: &BTreeMap<String, serde_json::Value>,
) -> Resolved {
    let mut resolved = Resolved { context: captured(connection_type, context), ..Resolved::default() };
    for input in connection_type.inputs().iter().filter(|i| !i.is_computed()) {
        if let Some(layered) = first_layer(input, own, layers) {
            resolved.values.insert(input.key.clone(), layered);
        }
    }
    for input in connection_type.inputs().iter().filter(|i| i.required && !i.is_computed()) {
        let is_there = resolved.values.contains_key(&input.key) || connection_type.comes_from_provider(input.key.as_str());
        if !is_there && is_shown(input, |key| resolved.get(key).and_then(Given::as_clear).cloned()) {
            resolved.missing.push(input.key.clone());
        }
    }
    compute(connection_type, &mut resolved);
    resolved
}

/// The same values with what has been captured since: computed inputs are made anew.
pub fn with_captured(connection_type: &ConnectionType, resolved: &Resolved, context: &BTreeMap<String, serde_json::Value>) -> Resolved {
    let mut resolved = resolved.clone();
    resolved.context = captured(connection_type, context);
    resolved.values.retain(|_, layered| layered.layer != Layer::Computed);
    compute(connection_type, &mut resolved);
    resolved
}

fn captured(connection_type: &ConnectionType, context: &BTreeMap<String, serde_json::Value>) -> BTreeMap<Key, Value> {
    connection_type.captures().map(|captures| captures.values(context)).unwrap_or_default()
}

fn compute(connection_type: &ConnectionType, resolved: &mut Resolved) {
    if !connection_type.inputs().iter().any(Input::is_computed) {
        return;
    }
    let mut values: Values = resolved.context.iter().map(|(key, value)| (key.clone(), Given::Clear(value.clone()))).collect();
    values.extend(resolved.values.iter().map(|(k, v)| (k.clone(), v.given.clone())));
    resolved.uncomputed = connection_type.compute(&mut values);
    for input in connection_type.inputs().iter().filter(|i| i.is_computed()) {
        if let Some(given) = values.remove(&input.key) {
            resolved.values.insert(input.key.clone(), Layered { given, layer: Layer::Computed });
        }
    }
}

fn first_layer(input: &Input, own: &BTreeMap<Key, (Given, SetBy)>, layers: &Layers) -> Option<Layered> {
    let over = layers.slot.get(&input.key);
    let filled = |given: &&Given| !given.is_blank();
    let of = |given: &Given, layer| Some(Layered { given: given.clone(), layer });
    if let Some((given, set_by)) = own.get(&input.key).filter(|(given, _)| !given.is_blank()) {
        return of(given, Layer::Connection(*set_by));
    }
    if let Some(given) = layers.reusable.get(&input.key).filter(filled) {
        return of(given, Layer::Reusable);
    }
    if let Some(given) = over.and_then(|o| o.value.as_ref()).filter(filled) {
        return of(given, Layer::SlotValue);
    }
    if let Some(given) = over.and_then(|o| o.default.as_ref()).filter(filled) {
        return of(given, Layer::SlotDefault);
    }
    if let Some(given) = layers.preset.get(&input.key).filter(filled) {
        return of(given, Layer::Preset);
    }
    input.default.as_ref().map(|value| Layered { given: Given::Clear(value.clone()), layer: Layer::TypeDefault })
}

/// `shown_when`: an unset boolean counts as false.
pub fn is_shown(input: &Input, value: impl Fn(&str) -> Option<Value>) -> bool {
    input.shown_when.as_ref().is_none_or(|when| match value(when.input.as_str()) {
        Some(Value::List(list)) => list.contains(&when.equals.to_text()),
        Some(held) => held.to_text() == when.equals.to_text(),
        None => when.equals == Value::Boolean(false),
    })
}

/// Whether this customer is asked for it: visible to customers here, and not already fixed by the organization.
pub fn is_asked_of_customer(input: &Input, slot: Option<&Slot>, resolved: &Resolved) -> bool {
    let overridden = slot.and_then(|slot| slot.inputs.get(&input.key)).and_then(|over| over.visibility);
    overridden.unwrap_or(input.visibility) == Visibility::Customer
        && !input.is_computed()
        && !resolved.values.get(&input.key).is_some_and(|layered| layered.layer.is_fixed())
}

/// The inputs this customer is asked for, as this slot shows them.
pub fn asked_of_customer(connection_type: &ConnectionType, slot: Option<&Slot>, resolved: &Resolved) -> Vec<Input> {
    let asked = connection_type.inputs().iter().filter(|input| is_asked_of_customer(input, slot, resolved));
    asked.map(|input| input_in_slot(input, slot.map(|s| &s.inputs))).collect()
}
