//! Row ids: UUID v7, one type a concept so that a customer's id cannot be passed where an instance's is meant.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// UUID v7 (RFC 9562 §5.7) from a given time and ten random bytes.
            pub fn new(now: crate::domain::time::Timestamp, random: &[u8; 10]) -> Self {
                let millis = u64::try_from(now.as_millis()).unwrap_or(0);
                Self(uuid::Builder::from_unix_timestamp_millis(millis, random).into_uuid())
            }
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }
    )+};
}

ids! {
    OrganizationId,
    CustomerId,
    UserId,
    InstanceId,
    ConnectionId,
    AttemptId,
    LinkId,
    ApiKeyId,
    DocumentId,
    AuditEventId,
    CheckId,
    EventId,
    WebhookEndpointId,
    WebhookDeliveryId,
    RegistrationId,
    BulkCheckId,
    MailId,
    ManifestPlanId,
    AlertId,
    AlertMuteId,
    InvitationId,
    CustomerUserId,
    ImportId,
}
