//! What every flow works with. The vault and the outbound client stay inside this room: the web holds a `Context`, and cannot decrypt.

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicI64, Ordering},
};

use secrecy::SecretString;
use url::Url;

use super::{
    equip::Registering,
    keys::KnownKeys,
    mail::Drawing,
    master_keys::Serving,
    readiness::Writing,
    reads::Reads,
    refresh::{InFlight, Unsaved},
    registry::Registry,
    settings::{Known, Organization},
};
use crate::{
    domain::{
        ids::{
            AlertId, AlertMuteId, ApiKeyId, AttemptId, AuditEventId, BulkCheckId, ConnectionId, CustomerId, CustomerUserId, DocumentId,
            EventId, ImportId, InstanceId, InvitationId, LinkId, MailId, ManifestPlanId, RegistrationId, UserId, WebhookDeliveryId,
            WebhookEndpointId,
        },
        mail::{Drawn, Letter},
        time::Timestamp,
    },
    manifest::BodyError,
    providers::{Outbound, Stamp, mail::Mailer, oauth2::Discovery},
    store::{Spool, Store, StoreError, Trouble},
    vault::{OpenError, Vault},
};

pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;
/// Fills the bytes with randomness fit for keys.
pub type Random = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// What the composition root puts together.
pub struct Parts {
    pub store: Store,
    pub spool: Spool,
    pub vault: Vault,
    pub outbound: Arc<dyn Outbound>,
    /// `None`: no mail server is configured.
    pub mailer: Option<Arc<dyn Mailer>>,
    pub drawing: Drawing,
    pub clock: Clock,
    pub random: Random,
    pub organization: Organization,
    /// The only source of redirect addresses and links.
    pub public_url: Url,
    pub audit_reads: AuditReads,
}

/// `JACKFIELD_AUDIT_READS`: how reads of credentials are recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AuditReads {
    /// By connection, key and minute, written within a second.
    #[default]
    Summed,
    /// An audit event before each answer; without it there is no answer.
    Every,
}

/// Cheap to clone; one a process.
#[derive(Clone)]
pub struct Context(Arc<Inner>);

struct Inner {
    parts: Parts,
    organization: Known,
    registry: Registry,
    discovery: Discovery,
    registering: Registering,
    in_flight: InFlight,
    unsaved: Unsaved,
    /// From our clock to the one that counts.
    clock_offset_millis: AtomicI64,
    known_keys: KnownKeys,
    reads: Reads,
    writing: Writing,
    serving: OnceLock<Serving>,
}

/// We are broken: logged once at the boundary with a request id. Holds no value that a person typed.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    #[error("store: {0}")]
    Store(#[from] StoreError),
    #[error("a sealed value did not open: {0}")]
    Open(#[from] OpenError),
    #[error("a stored document could not be read: {0}")]
    Document(#[from] BodyError),
    #[error("{0}")]
    Inconsistent(String),
    /// Of a task that several wait for.
    #[error("{0}")]
    Shared(Arc<Self>),
}

impl Broken {
    pub fn trouble(&self) -> Trouble {
        match self {
            Self::Store(error) => error.trouble(),
            Self::Shared(broken) => broken.trouble(),
            Self::Open(_) | Self::Document(_) | Self::Inconsistent(_) => Trouble::Fault,
        }
    }
}

impl Context {
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(Inner {
            organization: Known::new(parts.organization.clone()),
            parts,
            registry: Registry::default(),
            discovery: Discovery::default(),
            registering: Registering::default(),
            in_flight: InFlight::default(),
            unsaved: Unsaved::default(),
            clock_offset_millis: AtomicI64::new(0),
            known_keys: KnownKeys::default(),
            reads: Reads::default(),
            writing: Writing::default(),
            serving: OnceLock::new(),
        }))
    }

    pub fn store(&self) -> &Store {
        &self.0.parts.store
    }
    pub fn organization(&self) -> &Organization {
        self.0.organization.newest()
    }
    pub(super) fn known_organization(&self) -> &Known {
        &self.0.organization
    }
    pub fn public_url(&self) -> &Url {
        &self.0.parts.public_url
    }
    pub fn audits_every_read(&self) -> bool {
        self.0.parts.audit_reads == AuditReads::Every
    }
    /// The same for all replicas of one database: see `flows::clock`.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.local_now().as_millis() + self.0.clock_offset_millis.load(Ordering::Relaxed))
    }
    pub(super) fn local_now(&self) -> Timestamp {
        (self.0.parts.clock)()
    }
    /// The one before.
    pub(super) fn set_clock_offset(&self, millis: i64) -> i64 {
        self.0.clock_offset_millis.swap(millis, Ordering::Relaxed)
    }
    /// An address of ours: `path` begins with `/`.
    pub fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.public_url().as_str().trim_end_matches('/'))
    }
    pub fn random_bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.0.parts.random)(&mut bytes);
        bytes
    }

    pub(super) fn random(&self) -> Random {
        Arc::clone(&self.0.parts.random)
    }
    pub(super) fn vault(&self) -> &Vault {
        &self.0.parts.vault
    }
    pub(super) fn outbound(&self) -> &dyn Outbound {
        self.0.parts.outbound.as_ref()
    }
    pub(super) fn mailer(&self) -> Option<&dyn Mailer> {
        self.0.parts.mailer.as_deref()
    }
    pub(super) fn draw(&self, letter: &Letter) -> Result<Drawn, String> {
        (self.0.parts.drawing)(letter, &self.organization().name)
    }
    pub(super) fn registry(&self) -> &Registry {
        &self.0.registry
    }
    pub(super) fn discovery(&self) -> &Discovery {
        &self.0.discovery
    }
    pub(super) fn registering(&self) -> &Registering {
        &self.0.registering
    }
    pub(super) fn in_flight(&self) -> &InFlight {
        &self.0.in_flight
    }
    pub(super) fn unsaved(&self) -> &Unsaved {
        &self.0.unsaved
    }
    pub(super) fn spool(&self) -> &Spool {
        &self.0.parts.spool
    }
    pub(super) fn known_keys(&self) -> &KnownKeys {
        &self.0.known_keys
    }
    pub(super) fn reads(&self) -> &Reads {
        &self.0.reads
    }
    pub(super) fn writing(&self) -> &Writing {
        &self.0.writing
    }
    pub(super) fn serving(&self) -> &OnceLock<Serving> {
        &self.0.serving
    }
    /// For one request out of this house.
    pub(super) fn stamp(&self) -> Stamp {
        Stamp { now: self.now(), random: self.random_bytes() }
    }
    /// 256 random bits, base64url without padding.
    pub(super) fn random_token(&self) -> SecretString {
        use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
        SecretString::from(URL_SAFE_NO_PAD.encode(self.random_bytes::<32>()))
    }
}

macro_rules! new_ids {
    ($($function:ident -> $id:ident),+ $(,)?) => {
        impl Context {
            $(pub(super) fn $function(&self) -> $id { $id::new(self.now(), &self.random_bytes()) })+
        }
    };
}

new_ids! {
    new_customer_id -> CustomerId,
    new_instance_id -> InstanceId,
    new_connection_id -> ConnectionId,
    new_attempt_id -> AttemptId,
    new_link_id -> LinkId,
    new_api_key_id -> ApiKeyId,
    new_user_id -> UserId,
    new_document_id -> DocumentId,
    new_audit_event_id -> AuditEventId,
    new_event_id -> EventId,
    new_webhook_endpoint_id -> WebhookEndpointId,
    new_webhook_delivery_id -> WebhookDeliveryId,
    new_registration_id -> RegistrationId,
    new_mail_id -> MailId,
    new_manifest_plan_id -> ManifestPlanId,
    new_alert_id -> AlertId,
    new_alert_mute_id -> AlertMuteId,
    new_invitation_id -> InvitationId,
    new_customer_user_id -> CustomerUserId,
    new_import_id -> ImportId,
    new_bulk_check_id -> BulkCheckId,
}
