//! The test credentials of an integration's slots: what its test runs read. No deployed instance ever does.

use super::{Broken, Context, entered, reusable::Whose};
use crate::domain::{
    connection::{ConnectionOwner, ConnectionRef, ConnectionState},
    integration::SlotSource,
    key::Key,
};

pub fn at(integration: &Key, slot: &Key) -> ConnectionRef {
    ConnectionRef::Of(ConnectionOwner::Test { integration: integration.clone(), slot: slot.clone() })
}

pub struct SlotTest {
    pub slot: Key,
    pub label: String,
    pub state: ConnectionState,
    pub account: Option<String>,
    /// `None` also where the slot has some of its own.
    pub central: Option<Central>,
}

/// Of the reusable connection that the slot names: what its test runs read where the slot has none of its own.
pub struct Central {
    pub definition: Key,
    pub state: ConnectionState,
}

/// A line a slot, in the order in which customers see them. `None`: there is no such integration.
pub async fn list(context: &Context, integration: &Key) -> Result<Option<Vec<SlotTest>>, Broken> {
    let Some(published) = context.current_integration(integration).await? else { return Ok(None) };
    let mut tests = Vec::new();
    for slot in published.integration.slots() {
        let Some(form) = entered::form(context, &at(integration, &slot.key)).await? else { continue };
        let central = match &slot.source {
            SlotSource::Reusable(definition) if form.is_empty => {
                let central = entered::form(context, &Whose::Test.at(definition)).await?;
                central.map(|central| Central { definition: definition.clone(), state: central.state })
            }
            SlotSource::Reusable(_) | SlotSource::Type(_) | SlotSource::PerUser(_) => None,
        };
        tests.push(SlotTest { slot: slot.key.clone(), label: form.name, state: form.state, account: form.account, central });
    }
    Ok(Some(tests))
}
