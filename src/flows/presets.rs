//! OAuth apps and other org-wide values, as an admin looks at them: what is set, setting it, and trying an app with a consent that is
//! given back at once.
//!
//! Nothing of a trial is kept: its connection holds what was typed for it until the browser is back, and goes with its token.

use std::collections::BTreeMap;

use secrecy::ExposeSecret;
use serde_json::{Value as Json, json};

use super::{
    Broken, Context,
    apply::{self, Applied, Options},
    connect::{self, Begun},
    requirement::Requirement,
};
use crate::{
    domain::{
        access::{Actor, Scope},
        connection::{Connection, ConnectionOwner},
        credential::{Credential, SealedCredential},
        input::{Input, InputType, Raw},
        integration::{Integration, Slot, SlotSource},
        key::Key,
        resolution::{SetBy, asked_of_customer},
        validation::FieldError,
        value::{Given, Value},
    },
    flows::Published,
    manifest::{Kind, Lookup, Preset, Source},
};

pub struct PresetLook {
    pub key: Key,
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
    let Some(preset) = context.preset(key).await? else { return Ok(None) };
    let Some(requirement) = requirement(context, &preset, None).await? else { return Ok(None) };
    let connection_type = requirement.connection_type()?;
    let inputs = connection_type.inputs().iter().filter(|input| !input.is_computed());
    Ok(Some(PresetLook {
        key: key.clone(),
        connector: requirement.connector.name.clone(),
        type_name: connection_type.name().to_owned(),
        needs_consent: requirement.needs_consent()?,
        values: inputs
            .map(|input| PresetValue { is_set: preset.values.contains_key(&input.key), input: input.clone().labelled() })
            .collect(),
        asked: asked_of_customer(connection_type, Some(&requirement.slot), &requirement.resolve()?),
        used_by: used_by(context, key).await?,
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
    NotFound,
}

/// A new version of the preset; what is blank stays as it is.
pub async fn save(context: &Context, actor: &Actor, key: &Key, typed: &BTreeMap<Key, Raw>) -> Result<Saved, Broken> {
    let (Some(mut preset), Some(look)) = (context.preset(key).await?, find(context, key).await?) else { return Ok(Saved::NotFound) };
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
    if !errors.is_empty() {
        return Ok(Saved::Refused(errors));
    }
    let source = Source { name: "console".into(), text: written(&preset).to_string() };
    Ok(match apply::apply(context, actor, &[source], &NoPlaceholders, Options::default()).await? {
        Applied::Changes(_) => Saved::Saved,
        Applied::Refused(errors) => Saved::NotApplied(errors.first().map(|error| error.message.clone()).unwrap_or_default()),
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

/// The slot that a trial's connection stands in; there is no integration of that name.
const TRIAL: &str = "trial";

fn owner(preset: &Key) -> Result<ConnectionOwner, Broken> {
    let key = |text: String| Key::parse(text).map_err(|error| Broken::Inconsistent(error.to_string()));
    Ok(ConnectionOwner::Test { integration: key(format!("preset:{preset}"))?, slot: key(TRIAL.to_owned())? })
}

/// It holds an OAuth app that is tried, and is no test run's.
pub(super) fn is_trial(owner: &ConnectionOwner) -> bool {
    preset_of(owner).is_some()
}

/// Whose trial a connection is for.
fn preset_of(owner: &ConnectionOwner) -> Option<Key> {
    match owner {
        ConnectionOwner::Test { integration, slot } if slot.as_str() == TRIAL => {
            Key::parse(integration.as_str().strip_prefix("preset:")?).ok()
        }
        _ => None,
    }
}

/// `None`: its connector is gone, or it is no connection of a trial.
pub(super) async fn trial_of(context: &Context, connection: &Connection) -> Result<Option<Requirement>, Broken> {
    let Some(key) = preset_of(&connection.owner) else { return Ok(None) };
    let Some(preset) = context.preset(&key).await? else { return Ok(None) };
    requirement(context, &preset, Some(connection.clone())).await
}

async fn requirement(context: &Context, preset: &Preset, connection: Option<Connection>) -> Result<Option<Requirement>, Broken> {
    let document = context.store().read().documents().current(Kind::Connector.as_str(), preset.type_ref.connector.as_str()).await?;
    let Some(version) = document.map(|document| document.version) else { return Ok(None) };
    let slot = Slot {
        key: Key::parse(TRIAL).map_err(|error| Broken::Inconsistent(error.to_string()))?,
        label: None,
        source: SlotSource::Type(preset.type_ref.clone()),
        required: true,
        preset: Some(preset.key.clone()),
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
            Connection::new(id, owner(&preset.key)?, preset.type_ref.clone(), version, context.now())
        }
    };
    context.requirement(&slot, &published, connection).await.map(Some)
}

pub enum Tried {
    Begun(Begun),
    Refused(BTreeMap<Key, FieldError>),
    NotFound,
}

/// Leaves for the provider with the preset's values, and what each customer would be asked for.
pub async fn try_out(
    context: &Context,
    actor: &Actor,
    key: &Key,
    typed: &BTreeMap<Key, Raw>,
    browser_hash: [u8; 32],
    return_to: String,
) -> Result<Tried, Broken> {
    let (Some(preset), Some(look)) = (context.preset(key).await?, find(context, key).await?) else { return Ok(Tried::NotFound) };
    if !look.needs_consent {
        return Ok(Tried::NotFound);
    }
    let (mut inputs, mut errors) = (BTreeMap::new(), BTreeMap::new());
    for input in &look.asked {
        match input.parse(typed.get(&input.key).unwrap_or(&Raw::Texts(Vec::new()))) {
            Ok(Some(given)) => drop(inputs.insert(input.key.clone(), (given, SetBy::Organization))),
            Ok(None) if input.required => drop(errors.insert(input.key.clone(), FieldError::Required)),
            Ok(None) => {}
            Err(error) => drop(errors.insert(input.key.clone(), error)),
        }
    }
    if !errors.is_empty() {
        return Ok(Tried::Refused(errors));
    }
    let Some(connection) = kept(context, &preset, Credential { inputs, token: None }).await? else { return Ok(Tried::NotFound) };
    let Some(requirement) = requirement(context, &preset, Some(connection)).await? else { return Ok(Tried::NotFound) };
    connect::start(context, actor, &requirement, SetBy::Organization, browser_hash, return_to).await.map(Tried::Begun)
}

/// In place of what an earlier trial left behind.
async fn kept(context: &Context, preset: &Preset, credential: Credential) -> Result<Option<Connection>, Broken> {
    let Some(Requirement { mut connection, .. }) = requirement(context, preset, None).await? else { return Ok(None) };
    let (owner, row) = (connection.owner.owner_uuid(), connection.id.as_uuid());
    connection.credential = context.vault().seal_credential(owner, row, &credential, &SealedCredential::default());
    let mut work = context.store().begin().await?;
    if let ConnectionOwner::Test { integration, slot } = &connection.owner
        && let Some(before) = work.connections().find_test(Scope::Organization, integration, slot).await?
    {
        work.connections().delete(Scope::Organization, before.id).await?;
    }
    let is_inserted = work.connections().insert(&connection).await?.is_inserted();
    work.commit().await?;
    Ok(is_inserted.then_some(connection))
}
