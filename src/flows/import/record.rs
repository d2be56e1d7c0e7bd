//! One record: what it says, and what becomes of it beside what is there already. Writes nothing.

use std::collections::BTreeMap;

use secrecy::ExposeSecret;
use serde_json::Value as Json;

use super::{Broken, Choice, Context};
use crate::{
    domain::{
        access::Scope,
        customer::{Customer, CustomerRef},
        import::{Fills, Import, RowResult, Target, Wrong},
        input::InputType,
        instance::Instance,
        key::Key,
        validation::FieldError,
        value::Given,
    },
    flows::{customers, requirement::Requirement, reusable::Whose},
    store::InstanceFilter,
};

/// Knows what the columns mean.
pub(super) struct Reader<'i> {
    pub import: &'i Import,
    columns: Vec<(&'i Target, Option<&'i Choice>)>,
}

/// What a record says; blank fields say nothing.
pub(super) struct Record<'r> {
    pub external_id: &'r str,
    pub name: &'r str,
    /// With the heading of the column.
    pub inputs: Vec<(&'r str, &'r Choice, &'r str)>,
}

/// What becomes of a record, and of whom.
pub(super) struct Judged {
    pub result: RowResult,
    pub customer: Option<Customer>,
    /// The newest one of the integration.
    pub instance: Option<Instance>,
}

impl<'i> Reader<'i> {
    pub fn new(import: &'i Import, choices: &'i [Choice]) -> Self {
        let column = |target: &'i Target| (target, choices.iter().find(|choice| choice.target() == *target));
        Self { import, columns: import.mapping.iter().map(column).collect() }
    }

    fn heading(&self, target: &Target) -> &str {
        let at = self.columns.iter().position(|(one, _)| *one == target);
        at.and_then(|at| self.import.heading.get(at)).map_or("", String::as_str)
    }

    pub fn external_id_heading(&self) -> &str {
        self.heading(&Target::ExternalId)
    }

    pub fn read<'r>(&'r self, fields: &'r [String]) -> Record<'r> {
        let mut record = Record { external_id: "", name: "", inputs: Vec::new() };
        for (((target, choice), field), heading) in self.columns.iter().zip(fields).zip(&self.import.heading) {
            match (target, choice) {
                (Target::ExternalId, _) => record.external_id = field,
                (Target::Name, _) => record.name = field,
                (Target::Input { .. }, Some(choice)) if !field.is_empty() => record.inputs.push((heading, choice, field)),
                _ => {}
            }
        }
        record
    }
}

impl Record<'_> {
    /// By slot, as a pre-fill takes them.
    pub fn by_slot(&self) -> BTreeMap<Key, BTreeMap<String, Json>> {
        let mut slots: BTreeMap<Key, BTreeMap<String, Json>> = BTreeMap::new();
        for (_, choice, text) in &self.inputs {
            slots.entry(choice.slot.clone()).or_default().insert(choice.input.key.to_string(), json(&choice.input.input_type, text));
        }
        slots
    }
}

/// A field of a file as the API would get it: lists by semicolons, maps as JSON, the usual words for yes and no.
fn json(input_type: &InputType, text: &str) -> Json {
    match input_type {
        InputType::List | InputType::MultiChoice(_) => {
            text.split([';', '\n']).map(str::trim).filter(|one| !one.is_empty()).map(Json::from).collect()
        }
        InputType::Map => serde_json::from_str(text).unwrap_or_else(|_| Json::from(text)),
        InputType::Boolean => match text.to_lowercase().as_str() {
            "true" | "yes" | "1" | "on" | "x" => Json::Bool(true),
            "false" | "no" | "0" | "off" => Json::Bool(false),
            _ => Json::from(text),
        },
        _ => Json::from(text),
    }
}

fn wrong(column: &str, error: &FieldError) -> RowResult {
    let message = if let FieldError::Pattern { message } = error { message.clone() } else { None };
    RowResult::Wrong { column: column.to_owned(), wrong: Wrong::Field { code: error.code().to_owned(), message } }
}

/// What is wrong with it whoever it is for.
fn broken(reader: &Reader<'_>, record: &Record<'_>) -> Option<RowResult> {
    let name = (!record.name.is_empty()).then_some(("name", record.name));
    if let Some((field, error)) = customers::refused([("external_id", record.external_id)].into_iter().chain(name)).into_iter().next() {
        let target = if field == "name" { Target::Name } else { Target::ExternalId };
        return Some(wrong(reader.heading(&target), &error));
    }
    record.inputs.iter().find_map(|(heading, choice, text)| {
        choice.input.parse_json(&json(&choice.input.input_type, text)).err().map(|error| wrong(heading, &error))
    })
}

pub(super) async fn judge(context: &Context, reader: &Reader<'_>, record: &Record<'_>) -> Result<Judged, Broken> {
    let only = |result| Judged { result, customer: None, instance: None };
    if let Some(result) = broken(reader, record) {
        return Ok(only(result));
    }
    let reference = CustomerRef::External(record.external_id.to_owned());
    let Some(customer) = context.store().read().customers().find(Scope::Organization, &reference).await? else {
        return Ok(only(if record.name.is_empty() { unknown(reader) } else { RowResult::New }));
    };
    let mut columns = Vec::new();
    if !record.name.is_empty() && record.name != customer.name {
        columns.push(reader.heading(&Target::Name).to_owned());
    }
    let instance = newest(context, reader.import, &customer).await?;
    columns.extend(differing(record, held(context, reader.import, &customer, instance.as_ref()).await?));
    let result = if columns.is_empty() { RowResult::Same } else { RowResult::Changed { columns } };
    Ok(Judged { result, customer: Some(customer), instance })
}

async fn newest(context: &Context, import: &Import, customer: &Customer) -> Result<Option<Instance>, Broken> {
    let Some(Fills::Integration(key)) = &import.fills else { return Ok(None) };
    let filter = InstanceFilter { customer: Some(customer.id), integration: Some(key.clone()) };
    Ok(context.store().read().instances().list(Scope::Organization, &filter, None, 100).await?.pop())
}

/// A customer that is not there can only be made with a name.
fn unknown(reader: &Reader<'_>) -> RowResult {
    if reader.columns.iter().any(|(target, _)| **target == Target::Name) {
        return wrong(reader.heading(&Target::Name), &FieldError::Required);
    }
    let wrong = Wrong::Field { code: "unknown-customer".to_owned(), message: None };
    RowResult::Wrong { column: reader.external_id_heading().to_owned(), wrong }
}

/// What the customer has of what is filled in.
async fn held(context: &Context, import: &Import, customer: &Customer, instance: Option<&Instance>) -> Result<Vec<Requirement>, Broken> {
    match (&import.fills, instance) {
        (Some(Fills::ReusableConnection(key)), _) => {
            let at = Whose::Customer(customer.id).at(key);
            Ok(context.find_requirement(Scope::Organization, &at).await?.into_iter().collect())
        }
        (_, Some(instance)) => {
            let published = context.published_for(instance).await?;
            context.requirements(instance, &published).await
        }
        (_, None) => Ok(Vec::new()),
    }
}

/// The headings of inputs that hold another value than the record, or none.
fn differing(record: &Record<'_>, held: Vec<Requirement>) -> Vec<String> {
    let mut columns = Vec::new();
    for (heading, choice, text) in &record.inputs {
        let requirement = held.iter().find(|requirement| requirement.slot.key == choice.slot);
        let own = requirement.and_then(|requirement| requirement.credential.inputs.get(&choice.input.key)).map(|(given, _)| given);
        let wanted = choice.input.parse_json(&json(&choice.input.input_type, text)).ok().flatten();
        if !own.zip(wanted.as_ref()).is_some_and(|(own, wanted)| is_same(own, wanted)) {
            columns.push((*heading).to_owned());
        }
    }
    columns
}

fn is_same(held: &Given, wanted: &Given) -> bool {
    match (held, wanted) {
        (Given::Clear(held), Given::Clear(wanted)) => held == wanted,
        (Given::Secret(held), Given::Secret(wanted)) => held.expose_secret() == wanted.expose_secret(),
        _ => false,
    }
}
