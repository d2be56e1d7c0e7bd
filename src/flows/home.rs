//! What a customer has: their integrations, and how each connection of them is.

use super::{Broken, Context, SlotState};
use crate::{
    domain::{access::Scope, ids::CustomerId, instance::Instance},
    store::InstanceFilter,
};

pub struct Line {
    pub instance: Instance,
    pub integration: String,
    pub slots: Vec<Connected>,
    /// Each user connects accounts of their own in it.
    pub has_user_slots: bool,
}

/// How one connection is, in a line.
pub struct Connected {
    pub label: String,
    pub state: SlotState,
    pub account: Option<String>,
}

const LINES: i64 = 100;

pub async fn lines(context: &Context, customer: CustomerId) -> Result<Vec<Line>, Broken> {
    let filter = InstanceFilter { customer: Some(customer), integration: None };
    let mut lines = Vec::new();
    for instance in context.store().read().instances().list(Scope::Customer(customer), &filter, None, LINES).await? {
        let published = context.published_for(&instance).await?;
        let requirements = context.requirements(&instance, &published).await?;
        let slots = requirements.iter().map(|requirement| {
            let summary = requirement.summary()?;
            Ok(Connected { label: summary.label, state: summary.state, account: summary.account })
        });
        let slots = slots.collect::<Result<_, Broken>>()?;
        let has_user_slots = published.integration.user_slots().next().is_some();
        lines.push(Line { integration: published.integration.name.clone(), instance, slots, has_user_slots });
    }
    Ok(lines)
}
