//! A preset that begins in the console: of which type, under which key, with which values.

use std::collections::BTreeMap;

use super::{PresetLook, fill, look, publish};
use crate::{
    domain::{access::Actor, connection_type::TypeRef, input::Raw, key::Key, validation::FieldError},
    flows::{Broken, Context},
    manifest::{self, Kind, Preset},
};

/// One way of connecting that a preset can be for.
pub struct TypeOffer {
    pub type_ref: TypeRef,
    pub connector: String,
    pub type_name: String,
}

/// Of every connector that is applied now, by its name.
pub async fn types(context: &Context) -> Result<Vec<TypeOffer>, Broken> {
    let mut offers = Vec::new();
    for document in context.store().read().documents().list_current(Kind::Connector.as_str()).await? {
        let connector = manifest::connector(&document.body)?;
        offers.extend(connector.connection_types.iter().map(|of| TypeOffer {
            type_ref: TypeRef { connector: connector.key.clone(), connection_type: of.key().clone() },
            connector: connector.name.clone(),
            type_name: of.name().to_owned(),
        }));
    }
    offers.sort_by(|one, other| (&one.connector, &one.type_name).cmp(&(&other.connector, &other.type_name)));
    Ok(offers)
}

/// The page's own address stands where this key's would.
const RESERVED: &str = "new";

/// One in which nothing is set, under a key to begin with. `None`: there is no such type.
pub async fn blank(context: &Context, type_ref: &TypeRef) -> Result<Option<PresetLook>, Broken> {
    let Some(connector) = context.current_connector(&type_ref.connector).await? else { return Ok(None) };
    if !connector.connection_types.iter().any(|of| *of.key() == type_ref.connection_type) {
        return Ok(None);
    }
    let key = Key::parse(format!("our-{}", type_ref.connector)).map_err(|error| Broken::Inconsistent(error.to_string()))?;
    look(context, &Preset { key, type_ref: type_ref.clone(), values: BTreeMap::new() }, false).await
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyProblem {
    /// Empty, or nothing that a manifest could name.
    Wrong,
    Taken,
}

pub enum Created {
    Created(Key),
    Refused {
        key: Option<KeyProblem>,
        values: BTreeMap<Key, FieldError>,
    },
    /// What reading it as a manifest said.
    NotApplied(String),
    NoSuchType,
}

pub async fn create(
    context: &Context,
    actor: &Actor,
    type_ref: &TypeRef,
    key: &str,
    typed: &BTreeMap<Key, Raw>,
) -> Result<Created, Broken> {
    let Some(look) = blank(context, type_ref).await? else { return Ok(Created::NoSuchType) };
    let (named, problem) = match Key::parse(key).ok().filter(|key| key.as_str() != RESERVED) {
        None => (look.key.clone(), Some(KeyProblem::Wrong)),
        Some(key) => {
            let is_taken = context.store().read().documents().current(Kind::Preset.as_str(), key.as_str()).await?.is_some();
            (key, is_taken.then_some(KeyProblem::Taken))
        }
    };
    let mut preset = Preset { key: named, type_ref: type_ref.clone(), values: BTreeMap::new() };
    let values = fill(&mut preset, &look, typed);
    if problem.is_some() || !values.is_empty() {
        return Ok(Created::Refused { key: problem, values });
    }
    Ok(match publish(context, actor, &preset).await? {
        Ok(()) => Created::Created(preset.key),
        Err(said) => Created::NotApplied(said),
    })
}
