//! What the organization's own programs are told of: a closed list of kinds, and what an event says. Never a secret.
//!
//! Add a kind: its line in `kinds!`, a line in `docs/webhooks.md`. An audit action of the same name is told of without more;
//! what tells of a connection's status follows from the status itself (`EventKind::of_change`).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    alert::AlertKind,
    connection::ConnectionState,
    ids::{AlertId, ConnectionId, CustomerId, CustomerUserId, EventId, InstanceId},
    key::Key,
    reason::Reason,
    time::Timestamp,
};

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $name:literal),+ $(,)?) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum EventKind { $($(#[$doc])* #[serde(rename = $name)] $variant),+ }

        impl EventKind {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }
    };
}

kinds! {
    /// For the first time.
    ConnectionConnected = "connection.connected",
    /// It works again, after it was disconnected, needed reconnecting or did not work.
    ConnectionReconnected = "connection.reconnected",
    ConnectionNeedsReconnect = "connection.needs_reconnect",
    /// A check, or a step's report, moved it to Not working.
    ConnectionCheckFailed = "connection.check_failed",
    /// It works, but its grant will end soon.
    ConnectionExpiring = "connection.expiring",
    ConnectionDisconnected = "connection.disconnected",
    InstanceCreated = "instance.created",
    InstanceDeployed = "instance.deployed",
    InstancePaused = "instance.paused",
    /// A customer user asked the organization for help, with a connection or with all of an instance.
    HelpAsked = "help.asked",
    /// Something needs somebody of the organization.
    AlertOpened = "alert.opened",
    /// Its cause is gone.
    AlertClosed = "alert.closed",
    /// Someone opened a link that had ended, and asked for a new one.
    LinkRequested = "link.requested",
    /// Sent on request, to one endpoint, whatever it subscribed to.
    WebhookTest = "webhook.test",
}

impl EventKind {
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// What it is when a connection comes to `state`. `None`: a state in passing, of which nobody is told.
    pub const fn of_change(state: ConnectionState, was_connected_before: bool) -> Option<Self> {
        match state {
            ConnectionState::Connected if was_connected_before => Some(Self::ConnectionReconnected),
            ConnectionState::Connected => Some(Self::ConnectionConnected),
            ConnectionState::NeedsReconnecting(_) => Some(Self::ConnectionNeedsReconnect),
            ConnectionState::NotWorking(_) => Some(Self::ConnectionCheckFailed),
            ConnectionState::NotConnected => Some(Self::ConnectionDisconnected),
            ConnectionState::Checking => None,
        }
    }

    /// It follows from a connection's status alone: no action makes it one by its name.
    pub const fn is_of_status(self) -> bool {
        match self {
            Self::ConnectionConnected
            | Self::ConnectionReconnected
            | Self::ConnectionNeedsReconnect
            | Self::ConnectionCheckFailed
            | Self::ConnectionDisconnected => true,
            Self::ConnectionExpiring
            | Self::InstanceCreated
            | Self::InstanceDeployed
            | Self::InstancePaused
            | Self::HelpAsked
            | Self::AlertOpened
            | Self::AlertClosed
            | Self::LinkRequested
            | Self::WebhookTest => false,
        }
    }

    /// A person has to sign in again, now or soon: a link for it is of use.
    pub const fn calls_for_a_person(self) -> bool {
        matches!(
            self,
            Self::ConnectionNeedsReconnect | Self::ConnectionCheckFailed | Self::ConnectionExpiring | Self::ConnectionDisconnected
        )
    }
}

#[derive(Clone, Debug)]
pub struct Event {
    pub id: EventId,
    pub kind: EventKind,
    pub at: Timestamp,
    pub data: EventData,
}

/// What it happened to, as it was at that moment. What does not apply is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventData {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<EventCustomer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<InstanceId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub integration: Option<Key>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slot: Option<Key>,
    /// Whose alone the connection is, of a slot that is each user's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<EventUser>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connection_id: Option<ConnectionId>,
    /// The connection's; of an event about an instance, the instance's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Of a connection that is not one slot's own: every slot that uses it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub used_in: Vec<EventUse>,
    /// When the grant of an expiring connection ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alert: Option<EventAlert>,
}

/// Of `alert.opened` and `alert.closed`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventAlert {
    pub id: AlertId,
    pub kind: AlertKind,
    /// The page that repairs it, for an org user.
    pub url: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventUse {
    pub instance: InstanceId,
    pub integration: Key,
    pub slot: Key,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventCustomer {
    pub id: CustomerId,
    pub external_id: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventUser {
    pub id: CustomerUserId,
    pub external_id: Option<String>,
    pub name: String,
}

/// Made for one delivery and kept nowhere: whoever has the address can configure the connection.
pub struct ReconnectLink<'l> {
    pub url: &'l str,
    pub expires_at: Timestamp,
}

impl Event {
    /// The payload as JSON, in the layout that Standard Webhooks recommends.
    pub fn payload(&self, link: Option<&ReconnectLink<'_>>) -> Value {
        let mut data = json!(self.data);
        if let (Some(link), Value::Object(members)) = (link, &mut data) {
            members.insert("reconnect_url".to_owned(), link.url.into());
            members.insert("reconnect_url_expires_at".to_owned(), json!(link.expires_at));
        }
        json!({"type": self.kind, "timestamp": self.at, "data": data})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_known_by_its_name() {
        for kind in EventKind::ALL {
            assert_eq!(EventKind::by_name(kind.name()), Some(*kind));
        }
        assert_eq!(EventKind::by_name("connection.refreshed"), None);
    }

    #[test]
    fn only_what_applies_is_said() {
        let event = Event {
            id: EventId::from_uuid(uuid::Uuid::nil()),
            kind: EventKind::WebhookTest,
            at: Timestamp::from_millis(0),
            data: EventData::default(),
        };
        assert_eq!(event.payload(None), json!({"type": "webhook.test", "timestamp": "1970-01-01T00:00:00Z", "data": {}}));
        let link = ReconnectLink { url: "https://x.example/links/t", expires_at: Timestamp::from_millis(1000) };
        let data = json!({"reconnect_url": "https://x.example/links/t", "reconnect_url_expires_at": "1970-01-01T00:00:01Z"});
        assert_eq!(event.payload(Some(&link))["data"], data);
    }

    #[test]
    fn what_worked_before_is_reconnected() {
        assert_eq!(EventKind::of_change(ConnectionState::Connected, false), Some(EventKind::ConnectionConnected));
        assert_eq!(EventKind::of_change(ConnectionState::Connected, true), Some(EventKind::ConnectionReconnected));
        assert_eq!(EventKind::of_change(ConnectionState::Checking, true), None);
    }
}
