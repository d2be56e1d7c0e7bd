//! One customer with everything that is theirs, as the product would have made it: sealed by its vault, moved by its own transitions.

use std::{collections::BTreeMap, sync::Arc};

use jackfield::{
    domain::{
        access::Actor,
        audit::{AuditAction, AuditEvent},
        connection::{Connection, ConnectionOwner},
        connection_type::TypeRef,
        credential::{Credential, Token, TokenMeta},
        customer::Customer,
        ids::{AuditEventId, ConnectionId, CustomerId, InstanceId},
        instance::{Instance, InstanceStatus},
        key::Key,
        reason::Reason,
        resolution::SetBy,
        time::Timestamp,
        value::{Given, Value},
    },
    vault::{Random, Vault},
};
use secrecy::SecretString;
use serde_json::json;

use super::{
    manifest::{self, Kind, SERVICES, SMALL_INTEGRATIONS, Service},
    names,
};

pub struct Rows {
    pub customer: Customer,
    pub instances: Vec<Instance>,
    pub connections: Vec<Connection>,
    pub events: Vec<AuditEvent>,
}

pub struct Maker {
    pub vault: Vault,
    pub random: Random,
    /// When the last customer comes.
    pub now: Timestamp,
    pub customers: usize,
}

const DAY_SECONDS: i64 = 86_400;
/// The first customer came so long ago; tokens live on for so long, so that none is renewed while something is measured.
const PAST_DAYS: i64 = 400;
const TOKEN_DAYS: i64 = 200;

impl Maker {
    /// Four of five have the one integration with ten slots, the fifth has the five with two.
    pub fn customer(&self, index: usize) -> Rows {
        let at = self.joined_at(index);
        let id = CustomerId::new(at, &self.bytes());
        let customer = Customer {
            id,
            external_id: format!("customer-{index:05}"),
            name: names::customer(index),
            revision: 1,
            created_at: at,
            updated_at: at,
        };
        let mut rows = Rows { customer, instances: Vec::new(), connections: Vec::new(), events: Vec::new() };
        let created = self.event(at, AuditAction::CustomerCreated, id, json!({"external_id": rows.customer.external_id}));
        rows.events.push(created);
        if index % 5 == 4 {
            for (purpose, (key, name)) in manifest::PURPOSES.iter().enumerate().take(SMALL_INTEGRATIONS) {
                self.instance(&mut rows, index + purpose, key, name, &manifest::slots_of(purpose));
            }
        } else {
            self.instance(&mut rows, index, "everything", "Everything in one place", &SERVICES.each_ref());
        }
        rows
    }

    fn instance(&self, rows: &mut Rows, seed: usize, integration: &str, name: &str, services: &[&Service]) {
        let at = rows.customer.created_at.plus_seconds(1);
        let id = InstanceId::new(at, &self.bytes());
        let mut instance = Instance::draft(id, rows.customer.id, key(integration), 1, name.to_owned(), at);
        instance.visited_pages = [key("connections"), key("settings")].into();
        instance.draft_variables = BTreeMap::from([(key("folder"), Value::from("inbox"))]);
        instance.status = match seed % 20 {
            0 | 1 => InstanceStatus::Draft,
            2 => InstanceStatus::Paused,
            _ => InstanceStatus::Active,
        };
        if instance.status != InstanceStatus::Draft {
            instance.deployed_at = Some(at);
            instance.variables = instance.draft_variables.clone();
        }
        let detail = json!({"integration": integration, "version": 1});
        let event = |action| AuditEvent { instance_id: Some(id), ..self.event(at, action, rows.customer.id, detail.clone()) };
        let mut events = vec![event(AuditAction::InstanceCreated)];
        for (slot, service) in services.iter().enumerate() {
            let connection = self.connection(&instance, service, seed * 7 + slot * 3, at);
            let detail = json!({"slot": service.key, "inputs": manifest::INPUTS, "token": service.is_oauth2, "checked": false});
            let event = self.event(at, AuditAction::ConnectionPrefilled, instance.customer_id, detail);
            events.push(AuditEvent { instance_id: Some(id), connection_id: Some(connection.id), ..event });
            rows.connections.push(connection);
        }
        if instance.deployed_at.is_some() {
            events.push(event(AuditAction::InstanceDeployed));
        }
        rows.events.extend(events);
        rows.instances.push(instance);
    }

    /// Of a hundred, some 8 were never connected, 4 need reconnecting, 4 do not work.
    fn connection(&self, instance: &Instance, service: &Service, seed: usize, at: Timestamp) -> Connection {
        let owner = ConnectionOwner::Slot { instance_id: instance.id, customer_id: instance.customer_id, slot: key(service.key) };
        let type_ref = TypeRef { connector: key(service.key), connection_type: key("account") };
        let connection = Connection { revision: 1, ..Connection::new(ConnectionId::new(at, &self.bytes()), owner, type_ref, 1, at) };
        if seed % 25 < 2 {
            return connection;
        }
        let credential = self.credential(service, seed, at);
        let sealed =
            self.vault.seal_credential(connection.owner.owner_uuid(), connection.id.as_uuid(), &credential, &connection.credential);
        let account = Some(format!("account-{seed}@{}.example", service.key));
        let connected = connection.connect(sealed, account, true, at);
        match seed % 25 {
            2 if service.is_oauth2 => connected.require_reconnect(Reason::AuthNeedsReconnect, at),
            2 => connected.require_reconnect(Reason::AuthRejected, at),
            3 => connected.fail(Reason::AuthRejected, at),
            _ => connected,
        }
    }

    fn credential(&self, service: &Service, seed: usize, at: Timestamp) -> Credential {
        let inputs = manifest::inputs(service).into_iter().filter_map(|(name, kind)| {
            let value = match kind {
                Kind::Text => Given::Clear(Value::Text(format!("{name}-of-{seed}"))),
                Kind::Email => Given::Clear(Value::Text(format!("account-{seed}@{}.example", service.key))),
                Kind::Choice => Given::Clear(Value::from(["all", "some", "none"][seed % 3])),
                Kind::Integer => Given::Clear(Value::Integer(i64::try_from(seed % 100_000).unwrap_or(0))),
                Kind::Boolean => Given::Clear(Value::Boolean(seed.is_multiple_of(2))),
                Kind::Password => Given::Secret(SecretString::from(format!("a-secret-of-ordinary-length-{name}-{seed:010}"))),
                Kind::Given => return None,
            };
            Some((key(&name), (value, SetBy::Organization)))
        });
        Credential { inputs: inputs.collect(), token: service.is_oauth2.then(|| self.token(seed, at)) }
    }

    fn token(&self, seed: usize, at: Timestamp) -> Token {
        let secret = |what: &str| SecretString::from(format!("{what}-token-of-ordinary-length-0123456789abcdef-{seed:010}"));
        Token {
            access_token: secret("access"),
            refresh_token: Some(secret("refresh")),
            token_secret: None,
            meta: TokenMeta {
                token_type: "Bearer".to_owned(),
                // The earlier half of a life is never due, so it began today.
                expires_at: Some(self.now.plus_seconds(TOKEN_DAYS * DAY_SECONDS)),
                obtained_at: at.max(self.now.plus_seconds(-DAY_SECONDS)),
                scopes: vec!["read".to_owned()],
                has_refresh_token: true,
                registration: None,
                refresh_expires_at: None,
                is_free_to_renew: false,
                given_by: SetBy::Customer,
            },
        }
    }

    fn event(&self, at: Timestamp, action: AuditAction, customer: CustomerId, detail: serde_json::Value) -> AuditEvent {
        AuditEvent {
            id: AuditEventId::new(at, &self.bytes()),
            at,
            actor: Actor::System,
            action,
            customer_id: Some(customer),
            instance_id: None,
            connection_id: None,
            detail,
        }
    }

    fn joined_at(&self, index: usize) -> Timestamp {
        let behind = PAST_DAYS * DAY_SECONDS * i64::try_from(self.customers - index).unwrap_or(0);
        self.now.plus_seconds(-behind / i64::try_from(self.customers).unwrap_or(1).max(1))
    }

    fn bytes(&self) -> [u8; 10] {
        let mut bytes = [0; 10];
        Arc::clone(&self.random)(&mut bytes);
        bytes
    }
}

fn key(text: &str) -> Key {
    Key::parse(text).expect("the keys of this data set are letters")
}
