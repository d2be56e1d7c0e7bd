//! What a column of a file may mean, and what its heading makes one think.

use std::collections::BTreeSet;

use super::{Broken, Context, Planned};
use crate::{
    domain::{
        import::{Fills, Import, Target},
        input::{Input, Visibility},
        key::Key,
        resolution::input_in_slot,
    },
    manifest::Activation,
};

/// An input of one of the integration's slots, or of the reusable connection.
#[derive(Clone, Debug)]
pub struct Choice {
    pub slot: Key,
    pub slot_label: String,
    pub connector: String,
    pub input: Input,
}

/// None where only customers are imported. `None`: what is to be filled in is not there.
pub async fn choices(context: &Context, fills: Option<&Fills>) -> Result<Option<Vec<Choice>>, Broken> {
    match fills {
        None => Ok(Some(Vec::new())),
        Some(Fills::Integration(key)) => of_integration(context, key).await,
        Some(Fills::ReusableConnection(key)) => of_definition(context, key).await,
    }
}

/// What each customer has its own value of.
async fn of_definition(context: &Context, key: &Key) -> Result<Option<Vec<Choice>>, Broken> {
    let found = context.reusable(key).await?.filter(|found| found.activation == Activation::OrganizationCustomer);
    let Some(definition) = found else { return Ok(None) };
    let Some(connector) = context.current_connector(&definition.type_ref.connector).await? else { return Ok(None) };
    let Some(connection_type) = connector.connection_type(definition.type_ref.connection_type.as_str()) else { return Ok(None) };
    let entered = connection_type.inputs().iter().filter(|input| !input.is_computed() && definition.is_of_customers(&input.key));
    let choice = |input: &Input| Choice {
        slot: definition.key.clone(),
        slot_label: definition.name.clone(),
        connector: connector.name.clone(),
        input: input.clone(),
    };
    Ok(Some(entered.map(choice).collect()))
}

async fn of_integration(context: &Context, key: &Key) -> Result<Option<Vec<Choice>>, Broken> {
    let Some(published) = context.current_integration(key).await? else { return Ok(None) };
    let mut choices = Vec::new();
    for slot in published.integration.shared_slots() {
        let type_ref = context.slot_layers(slot).await?.type_ref;
        let version = published.connectors.get(&type_ref.connector).copied().unwrap_or(1);
        let Some(connector) = context.connector(&type_ref.connector, version).await? else { continue };
        let Some(connection_type) = connector.connection_type(type_ref.connection_type.as_str()) else { continue };
        let inputs = connection_type.inputs().iter().map(|input| input_in_slot(input, Some(&slot.inputs)));
        let asked = inputs.filter(|input| !input.is_computed() && input.visibility != Visibility::Organization);
        choices.extend(asked.map(|input| Choice {
            slot: slot.key.clone(),
            slot_label: slot.label.clone().unwrap_or_else(|| connector.name.clone()),
            connector: connector.name.clone(),
            input,
        }));
    }
    Ok(Some(choices))
}

const IDS: &[&str] = &["externalid", "id", "customerid", "yourownid", "ourid", "customerkey", "customernumber", "accountid", "key"];
const NAMES: &[&str] = &["name", "customer", "customername", "company", "companyname", "account", "accountname"];

fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl Choice {
    pub fn target(&self) -> Target {
        Target::Input { slot: self.slot.clone(), input: self.input.key.clone() }
    }

    fn is_called(&self, heading: &str) -> bool {
        let (key, label) = (plain(self.input.key.as_str()), plain(&self.input.label));
        let slots = [plain(self.slot.as_str()), plain(&self.slot_label)];
        heading == key
            || heading == label
            || slots.iter().any(|slot| heading == format!("{slot}{key}") || heading == format!("{slot}{label}"))
    }
}

/// One for each heading; nothing is meant twice.
pub fn guess(heading: &[String], choices: &[Choice]) -> Vec<Target> {
    let mut taken = Vec::new();
    let mut mapping = vec![Target::Nothing; heading.len()];
    // The more telling words first: beside an `external_id`, an `id` is something else.
    let words = IDS.iter().map(|word| (*word, Target::ExternalId)).chain(NAMES.iter().map(|word| (*word, Target::Name)));
    for (word, target) in words {
        if let Some(at) = heading.iter().position(|one| plain(one) == word).filter(|_| !taken.contains(&target)) {
            mapping[at] = target.clone();
            taken.push(target);
        }
    }
    for (at, one) in heading.iter().enumerate().filter(|(_, one)| !plain(one).is_empty()) {
        let called = choices.iter().find(|choice| choice.is_called(&plain(one)) && !taken.contains(&choice.target()));
        if let (Target::Nothing, Some(choice)) = (&mapping[at], called) {
            mapping[at] = choice.target();
            taken.push(choice.target());
        }
    }
    mapping
}

/// Whether columns can mean this.
pub(super) fn refuse(import: &Import, mapping: &[Target], choices: &[Choice]) -> Result<(), Planned> {
    let count = |target: &Target| mapping.iter().filter(|one| *one == target).count();
    let inputs: Vec<_> = mapping.iter().filter(|target| matches!(target, Target::Input { .. })).collect();
    if mapping.len() != import.heading.len() || inputs.iter().any(|target| !choices.iter().any(|choice| choice.target() == **target)) {
        Err(Planned::UnknownTarget)
    } else if count(&Target::ExternalId) != 1 {
        Err(Planned::ExternalIdNotOnce)
    } else if count(&Target::Name) > 1 {
        Err(Planned::NameTwice)
    } else if inputs.iter().map(|target| format!("{target:?}")).collect::<BTreeSet<_>>().len() < inputs.len() {
        Err(Planned::InputTwice)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::input::InputType;

    fn key(text: &str) -> Key {
        Key::parse(text).unwrap()
    }

    #[test]
    fn headings_are_understood_by_their_words_and_nothing_is_meant_twice() {
        let input = Input::new(key("api_key"), "API key", InputType::Password);
        let choice = Choice { slot: key("desk"), slot_label: "Help desk".into(), connector: "Desk".into(), input };
        let of =
            |headings: &[&str]| guess(&headings.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>(), std::slice::from_ref(&choice));
        let (id, name, secret, none) = (Target::ExternalId, Target::Name, choice.target(), Target::Nothing);
        assert_eq!(of(&["External ID", "Name", "api-key"]), [id.clone(), name.clone(), secret.clone()]);
        assert_eq!(of(&["id", "external_id", "Help desk API key", "API key"]), [none.clone(), id.clone(), secret, none.clone()]);
        assert_eq!(of(&["Company", "ID", "Notes", ""]), [name, id, none.clone(), none]);
    }
}
