//! Who did what to which connection. Written in the transaction of the change itself; never holds a secret.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    access::Actor,
    ids::{AuditEventId, ConnectionId, CustomerId, InstanceId},
    time::Timestamp,
};

#[derive(Clone, Debug)]
pub struct AuditEvent {
    pub id: AuditEventId,
    pub at: Timestamp,
    pub actor: Actor,
    pub action: AuditAction,
    pub customer_id: Option<CustomerId>,
    pub instance_id: Option<InstanceId>,
    pub connection_id: Option<ConnectionId>,
    /// Keys, codes and counts; no values.
    pub detail: serde_json::Value,
}

impl AuditEvent {
    /// As the API and every export tell it.
    pub fn shape(&self) -> serde_json::Value {
        let Self { id, at, actor, action, customer_id, instance_id, connection_id, detail } = self;
        json!({"id": id, "at": at, "actor": actor.shape(), "action": action, "customer_id": customer_id, "instance_id": instance_id,
            "connection_id": connection_id, "detail": detail})
    }
}

impl Actor {
    fn shape(&self) -> serde_json::Value {
        match self {
            Self::CustomerUser { customer_id, link_id, user } => {
                json!({"kind": "customer_user", "customer_id": customer_id, "link_id": link_id, "user": user})
            }
            Self::OrgUser { id, role } => json!({"kind": "org_user", "id": id, "role": role}),
            Self::Acting { id, role, customer_id, reason } => {
                json!({"kind": "acting", "id": id, "role": role, "customer_id": customer_id, "reason": reason})
            }
            Self::ApiKey { id } => json!({"kind": "api_key", "id": id}),
            Self::System => json!({"kind": "system"}),
        }
    }
}

macro_rules! actions {
    ($($variant:ident = $name:literal),+ $(,)?) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum AuditAction { $(#[serde(rename = $name)] $variant),+ }

        impl AuditAction {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }
    };
}

actions! {
    CustomerCreated = "customer.created",
    CustomerUpdated = "customer.updated",
    CustomerDeleted = "customer.deleted",
    CustomersImportStarted = "customers.import_started",
    CustomersImported = "customers.imported",
    ManifestsApplied = "manifests.applied",
    InstanceCreated = "instance.created",
    InstanceUpdated = "instance.updated",
    InstanceDeployed = "instance.deployed",
    InstancePaused = "instance.paused",
    LinkCreated = "link.created",
    LinkOpened = "link.opened",
    ConnectionBound = "connection.bound",
    ConnectionKept = "connection.kept",
    ConnectionConverted = "connection.converted",
    InstanceMoved = "instance.moved",
    ConnectionRenamed = "connection.renamed",
    ConnectionDeleted = "connection.deleted",
    LinkRevoked = "link.revoked",
    LinkRequested = "link.requested",
    ActingBegun = "acting.begun",
    ActingEnded = "acting.ended",
    ConnectionRestored = "connection.restored",
    PresetTried = "preset.tried",
    BulkCheckStarted = "bulk_check.started",
    ConnectionSaved = "connection.saved",
    ConnectionPrefilled = "connection.prefilled",
    ConnectionChecked = "connection.checked",
    ConnectionRefreshed = "connection.refreshed",
    ConnectionExpiring = "connection.expiring",
    ConnectionNeedsReconnect = "connection.needs_reconnect",
    ConnectionFailed = "connection.failed",
    ConnectionDisconnected = "connection.disconnected",
    ConnectionRevocation = "connection.revocation",
    ConnectionAccountChanged = "connection.account_changed",
    CredentialRead = "credential.read",
    AttemptStarted = "attempt.started",
    AttemptCompleted = "attempt.completed",
    AttemptDenied = "attempt.denied",
    AttemptFailed = "attempt.failed",
    AttemptOtherAccount = "attempt.other_account",
    AttemptForeign = "attempt.foreign_browser",
    ClientRegistered = "client.registered",
    ClientRetired = "client.retired",
    HelpAsked = "help.asked",
    AlertAcknowledged = "alert.acknowledged",
    AlertReleased = "alert.released",
    AlertMuted = "alert.muted",
    AlertUnmuted = "alert.unmuted",
    SettingsUpdated = "settings.updated",
    ApiKeyCreated = "api_key.created",
    MasterKeyChanged = "master_key.changed",
    MasterKeyRotated = "master_key.rotated",
    WebhookEndpointCreated = "webhook_endpoint.created",
    WebhookEndpointUpdated = "webhook_endpoint.updated",
    WebhookEndpointDisabled = "webhook_endpoint.disabled",
    WebhookEndpointDeleted = "webhook_endpoint.deleted",
    WebhookSecretRotated = "webhook_endpoint.secret_rotated",
    WebhookDeliveryReplayed = "webhook_delivery.replayed",
    OrgUserCreated = "org_user.created",
    OrgUserSignedIn = "org_user.signed_in",
    OrgUserInvited = "org_user.invited",
    InvitationRenewed = "org_user.invitation_renewed",
    InvitationRevoked = "org_user.invitation_revoked",
    OrgUserRoleChanged = "org_user.role_changed",
    OrgUserDisabled = "org_user.disabled",
    OrgUserEnabled = "org_user.enabled",
    OrgUserPasswordChanged = "org_user.password_changed",
    PasswordResetMade = "org_user.password_reset_made",
    SecondStepOn = "org_user.second_step_on",
    SecondStepOff = "org_user.second_step_off",
    RecoveryCodesMade = "org_user.recovery_codes_made",
    OrgUserSessionsEnded = "org_user.sessions_ended",
    ApiKeyRevoked = "api_key.revoked",
    CustomerUserCreated = "customer_user.created",
    CustomerUserInvited = "customer_user.invited",
    CustomerUserSignedIn = "customer_user.signed_in",
    CustomerUserRoleChanged = "customer_user.role_changed",
    CustomerUserDisabled = "customer_user.disabled",
    CustomerUserEnabled = "customer_user.enabled",
    CustomerUserNamed = "customer_user.named",
    CustomerUserDeleted = "customer_user.deleted",
    CustomerUserPasswordChanged = "customer_user.password_changed",
    CustomerUserSessionsEnded = "customer_user.sessions_ended",
    CustomerSsoSaved = "customer.sso_saved",
    CustomerSsoRemoved = "customer.sso_removed",
}
