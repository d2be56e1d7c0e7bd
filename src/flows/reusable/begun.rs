//! A saved connection that a link began, on its way to be connected by signing in: what is typed before the browser leaves.

use std::collections::BTreeMap;

use super::own::{are_asked, overlay};
use crate::{
    domain::{
        access::Scope,
        connection::{Connection, ConnectionRef},
        credential::Credential,
        ids::ConnectionId,
        input::Raw,
        validation::{Field, FieldErrors},
    },
    flows::{Broken, Context},
};

pub enum Drafted {
    Kept,
    Refused(FieldErrors),
    /// A field that was never theirs to send.
    Foreign,
    NotFound,
}

/// Keeps what was typed beside Connect: the consent is asked for with it.
pub async fn draft(context: &Context, scope: Scope, id: ConnectionId, raw: &BTreeMap<Field, Raw>) -> Result<Drafted, Broken> {
    loop {
        let Some(requirement) = context.find_requirement(scope, &ConnectionRef::Id(id)).await? else { return Ok(Drafted::NotFound) };
        let asked = requirement.asked()?;
        if !are_asked(&requirement, &asked, raw) {
            return Ok(Drafted::Foreign);
        }
        let mut draft = Credential { token: None, ..requirement.draft.clone() };
        let errors = overlay(&requirement, &asked, raw, &mut draft);
        if !errors.is_empty() {
            return Ok(Drafted::Refused(errors));
        }
        let connection = requirement.connection.clone();
        let sealed = context.vault().seal_credential(connection.owner.owner_uuid(), id.as_uuid(), &draft, &connection.draft);
        let drafted = Connection { draft: sealed, updated_at: context.now(), ..connection };
        let mut work = context.store().begin().await?;
        if context.keep(&mut work, scope, &requirement, &drafted).await? {
            work.commit().await?;
            return Ok(Drafted::Kept);
        }
    }
}
