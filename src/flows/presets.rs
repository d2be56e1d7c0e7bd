//! OAuth apps and other org-wide values, as an admin looks at them: what is set, setting it, making a new one, trying one.
//!
//! Who owns one: the manifest that declares it, which alone changes it; or the console, until a manifest declares its key.

mod new;
mod trial;

pub use new::{Created, KeyProblem, TypeOffer, blank, create, types};
pub use trial::{Tried, try_out};
pub(super) use trial::{is_trial, trial_of};

use std::collections::BTreeMap;

use secrecy::ExposeSecret;
use serde_json::{Value as Json, json};

use super::{
    Broken, Context,
    apply::{self, Applied, Options},
    requirement::Requirement,
};
use crate::{
    domain::{
        access::Actor,
        connection::Connection,
        input::{Input, InputType, Raw},
        integration::{Integration, Slot, SlotSource},
        key::Key,
        resolution::asked_of_customer,
        validation::FieldError,
        value::{Given, Value},
    },
    flows::Published,
    manifest::{Kind, Lookup, Preset, Source},
};

pub struct PresetLook {
    pub key: Key,
    /// A manifest declares it: nobody changes it here.
    pub is_declared: bool,
    pub connector: String,
    pub type_name: String,
    /// Somebody signs in at the provider: the app has a redirect address there.
    pub needs_consent: bool,
    pub values: Vec<PresetValue>,
    /// Asked of each customer, and so of whoever tries it.
    pub asked: Vec<Input>,
    /// Names of the integrations that refer to it.
    pub used_by: Vec<String>,
}

/// What is set is never shown.
pub struct PresetValue {
    pub input: Input,
    pub is_set: bool,
}

pub async fn list(context: &Context) -> Result<Vec<PresetLook>, Broken> {
    let mut looks = Vec::new();
    for document in context.store().read().documents().list_current(Kind::Preset.as_str()).await? {
        let key = Key::parse(document.key.as_str()).map_err(|error| Broken::Inconsistent(error.to_string()))?;
        looks.extend(find(context, &key).await?);
    }
    Ok(looks)
}

pub async fn find(context: &Context, key: &Key) -> Result<Option<PresetLook>, Broken> {
    let Some(document) = context.store().read().documents().current(Kind::Preset.as_str(), key.as_str()).await? else { return Ok(None) };
    let Some(preset) = context.preset(key).await? else { return Ok(None) };
    let look = look(context, &preset, true).await?;
    Ok(look.map(|look| PresetLook { is_declared: !document.made_in_console, ..look }))
}

/// `is_kept`: it is in the database.
async fn look(context: &Context, preset: &Preset, is_kept: bool) -> Result<Option<PresetLook>, Broken> {
    let Some(requirement) = requirement(context, preset, is_kept, None).await? else { return Ok(None) };
    let connection_type = requirement.connection_type()?;
    let inputs = connection_type.inputs().iter().filter(|input| !input.is_computed());
    Ok(Some(PresetLook {
        key: preset.key.clone(),
        is_declared: false,
        connector: requirement.connector.name.clone(),
        type_name: connection_type.name().to_owned(),
        needs_consent: requirement.needs_consent()?,
        values: inputs
            .map(|input| PresetValue { is_set: preset.values.contains_key(&input.key), input: input.clone().labelled() })
            .collect(),
        asked: asked_of_customer(connection_type, Some(&requirement.slot), &requirement.resolve()?),
        used_by: used_by(context, &preset.key).await?,
    }))
}

async fn used_by(context: &Context, preset: &Key) -> Result<Vec<String>, Broken> {
    let mut names = Vec::new();
    for (key, name) in super::bulk_checks::integrations(context).await? {
        let Some(published) = context.current_integration(&key).await? else { continue };
        if published.integration.slots().any(|slot| slot.preset.as_ref() == Some(preset)) {
            names.push(name);
        }
    }
    Ok(names)
}

pub enum Saved {
    Saved,
    /// By input key.
    Refused(BTreeMap<Key, FieldError>),
    /// What reading it as a manifest said.
    NotApplied(String),
    /// The manifest that declares it changes it.
    Declared,
    NotFound,
}

/// A new version of the preset; what is blank stays as it is.
pub async fn save(context: &Context, actor: &Actor, key: &Key, typed: &BTreeMap<Key, Raw>) -> Result<Saved, Broken> {
    let (Some(mut preset), Some(look)) = (context.preset(key).await?, find(context, key).await?) else { return Ok(Saved::NotFound) };
    if look.is_declared {
        return Ok(Saved::Declared);
    }
    let errors = fill(&mut preset, &look, typed);
    if !errors.is_empty() {
        return Ok(Saved::Refused(errors));
    }
    Ok(match publish(context, actor, &preset).await? {
        Ok(()) => Saved::Saved,
        Err(said) => Saved::NotApplied(said),
    })
}

/// What is typed goes into `preset`; what does not fit is returned.
fn fill(preset: &mut Preset, look: &PresetLook, typed: &BTreeMap<Key, Raw>) -> BTreeMap<Key, FieldError> {
    let mut errors = BTreeMap::new();
    for (name, raw) in typed {
        let Some(value) = look.values.iter().find(|value| value.input.key == *name) else {
            errors.insert(name.clone(), FieldError::NotYours);
            continue;
        };
        match value.input.parse(raw) {
            Ok(Some(given)) if is_said(&value.input, &given) => drop(preset.values.insert(name.clone(), given)),
            Ok(_) => {}
            Err(error) => drop(errors.insert(name.clone(), error)),
        }
    }
    errors
}

/// `Err`: what reading it as a manifest said.
async fn publish(context: &Context, actor: &Actor, preset: &Preset) -> Result<Result<(), String>, Broken> {
    let source = Source { name: "console".into(), text: written(preset).to_string() };
    let options = Options { in_console: true, ..Options::default() };
    Ok(match apply::apply(context, actor, &[source], &NoPlaceholders, options).await? {
        Applied::Changes(_) => Ok(()),
        Applied::Refused(errors) => Err(errors.first().map(|error| error.message.clone()).unwrap_or_default()),
    })
}

/// A box that is not ticked says nothing.
fn is_said(input: &Input, given: &Given) -> bool {
    input.input_type != InputType::Boolean || !matches!(given, Given::Clear(Value::Boolean(false)))
}

/// As a manifest; it holds secrets, and goes nowhere but into `apply`.
fn written(preset: &Preset) -> Json {
    let value = |given: &Given| match given {
        Given::Clear(value) => json!({"value": value}),
        Given::Secret(secret) => json!({"value": secret.expose_secret()}),
    };
    let inputs: serde_json::Map<_, _> = preset.values.iter().map(|(key, given)| (key.to_string(), value(given))).collect();
    json!({"kind": "preset", "key": preset.key, "type": preset.type_ref.to_string(), "inputs": inputs})
}

/// What is typed into a page is meant as it stands.
struct NoPlaceholders;

impl Lookup for NoPlaceholders {
    fn env(&self, _: &str) -> Option<String> {
        None
    }
    fn file(&self, _: &str) -> Result<String, String> {
        Err("a page reads no files".into())
    }
}

/// As if a slot named it.
async fn requirement(
    context: &Context,
    preset: &Preset,
    is_kept: bool,
    connection: Option<Connection>,
) -> Result<Option<Requirement>, Broken> {
    let document = context.store().read().documents().current(Kind::Connector.as_str(), preset.type_ref.connector.as_str()).await?;
    let Some(version) = document.map(|document| document.version) else { return Ok(None) };
    let slot = Slot {
        key: Key::parse(trial::SLOT).map_err(|error| Broken::Inconsistent(error.to_string()))?,
        label: None,
        source: SlotSource::Type(preset.type_ref.clone()),
        required: true,
        preset: is_kept.then(|| preset.key.clone()),
        converts: false,
        inputs: BTreeMap::new(),
    };
    let integration =
        Integration { key: preset.key.clone(), name: preset.key.to_string(), description: None, version: 0, pages: Vec::new() };
    let published = Published { integration, connectors: [(preset.type_ref.connector.clone(), version)].into() };
    let connection = match connection {
        Some(connection) => connection,
        None => {
            let id = context.new_connection_id();
            Connection::new(id, trial::owner(&preset.key)?, preset.type_ref.clone(), version, context.now())
        }
    };
    context.requirement(&slot, &published, connection).await.map(Some)
}
