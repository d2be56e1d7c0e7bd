//! Trying a connection against its real service: before saving, on demand, and after consent.

use serde_json::json;

use super::{Broken, Context, refresh, requirement::Requirement};
use crate::{
    domain::{
        access::{Actor, Scope},
        audit::AuditAction,
        check::CheckOutcome,
        credential::Token,
        ids::InstanceId,
        reason::Reason,
        resolution::Resolved,
    },
    providers,
};

/// A trial that passed: what is to be saved with it.
pub(super) struct Passed {
    pub account: Option<String>,
    /// A grant that needs no consent obtains its token as its own proof.
    pub token: Option<Token>,
    /// A check was declared and passed (or a token was obtained), so the service itself has confirmed.
    pub confirmed: bool,
}

impl Context {
    /// Sends what `resolved` holds to the service. `token`: of a person's consent, just obtained or saved.
    pub(super) async fn try_out(
        &self,
        requirement: &Requirement,
        resolved: &Resolved,
        token: Option<&Token>,
    ) -> Result<Result<Passed, Reason>, Broken> {
        let connection_type = requirement.connection_type()?;
        let mut obtained = None;
        if let Some(oauth2) = connection_type.auth().oauth2().filter(|oauth2| token.is_none() && !oauth2.grant.needs_consent()) {
            match providers::oauth2::obtain(self.outbound(), oauth2, resolved, &self.stamp()).await {
                Ok(granted) => obtained = Some(granted.token),
                Err(error) => return Ok(Err(error.reason)),
            }
        }
        let token = token.or(obtained.as_ref());
        let outcome = providers::check::run(self.outbound(), connection_type, resolved, token, &self.stamp()).await;
        Ok(match outcome {
            CheckOutcome::Passed { account } => Ok(Passed { account, token: obtained, confirmed: true }),
            CheckOutcome::Failed { reason } => Err(reason),
            CheckOutcome::NotDeclared => Ok(Passed { account: None, confirmed: obtained.is_some(), token: obtained }),
        })
    }
}

/// The answer to `POST …/checks`.
#[derive(Debug)]
pub enum Checked {
    Passed { account: Option<String> },
    NotDeclared,
    Failed(Reason),
    NotConnected,
    NotFound,
}

/// Checks a slot's connection as it is saved, and notes the result on it.
pub async fn run(context: &Context, scope: Scope, actor: &Actor, instance_id: InstanceId, slot: &str) -> Result<Checked, Broken> {
    let Some(requirement) = context.find_requirement(scope, instance_id, slot).await? else { return Ok(Checked::NotFound) };
    if !requirement.is_ready()? && requirement.connection.state.reason().is_none() {
        return Ok(Checked::NotConnected);
    }
    let declared = requirement.connection_type()?.check().is_some();
    let requirement = match refresh::live(context, requirement).await? {
        Ok(live) => live,
        Err(error) => return Ok(Checked::Failed(error.reason().unwrap_or(Reason::Timeout))),
    };
    let resolved = requirement.resolve()?;
    let tried = context.try_out(&requirement, &resolved, requirement.credential.token.as_ref()).await?;
    let now = context.now();
    let mut connection = requirement.connection.clone();
    let checked = match tried {
        Ok(passed) => {
            let credential = connection.credential.clone();
            let draft = connection.draft.clone();
            connection = connection.connect(credential, passed.account.clone(), passed.confirmed, now);
            connection.draft = draft;
            if declared { Checked::Passed { account: passed.account } } else { Checked::NotDeclared }
        }
        // A service that is down says nothing about the connection: what worked goes on being Connected.
        Err(reason) if reason.is_transient() => Checked::Failed(reason),
        Err(reason) => {
            connection = connection.fail(reason, now);
            Checked::Failed(reason)
        }
    };
    let mut work = context.store().begin().await?;
    // Stale: someone saved meanwhile, and their result is the newer one.
    if work.connections().save(scope, &connection).await?.is_some() {
        let detail = json!({"slot": slot, "ok": !matches!(checked, Checked::Failed(_)), "reason": connection.state.reason()});
        context.record(&mut work, &context.connection_event(actor, AuditAction::ConnectionChecked, &connection, detail)).await?;
        work.commit().await?;
    }
    Ok(checked)
}
