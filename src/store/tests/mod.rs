//! One story an aggregate, against a real database: SQLite in a directory of its own, or, where
//! `JACKFIELD_TEST_POSTGRES_URL` names a server, a Postgres database of its own.

mod attempts;
mod begun;
mod bindings;
mod audit_chain;
mod connections;
mod console;
mod console_lists;
mod customers;
mod engine;
mod imports;
mod instances;
mod keys;
mod plans;
mod records;
mod registrations;
mod sealed_rows;
mod sessions;
mod statements;
mod transfer;
mod trouble;
mod user_connections;
mod walls;
mod webhooks;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use sqlx::Connection as _;
use uuid::Uuid;

use super::*;
use crate::domain::{
    access::Scope,
    connection::{Connection, ConnectionOwner},
    connection_type::TypeRef,
    credential::{SealedCredential, SealedSecret, SecretField},
    customer::Customer,
    ids::{ConnectionId, CustomerId, InstanceId, LinkId, OrganizationId},
    instance::Instance,
    key::Key,
    link::{Link, LinkTarget},
    resolution::SetBy,
    time::Timestamp,
};

const ORGANIZATION: Scope = Scope::Organization;
const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

/// Nobody has opened it. `byte`: of its token's hash.
fn link_to(customer: &Customer, byte: u8, target: LinkTarget) -> Link {
    Link {
        id: LinkId::from_uuid(id()),
        token_hash: [byte; 32],
        customer_id: customer.id,
        target,
        user: None,
        user_id: None,
        created_at: NOW,
        expires_at: later(60),
        opened_at: None,
        finished_at: None,
        requested_at: None,
        revoked_at: None,
    }
}

struct Fixture {
    store: Store,
    url: String,
    /// Held so that the files live as long as the test.
    directory: tempfile::TempDir,
}

impl Fixture {
    #[expect(clippy::disallowed_methods, reason = "a test is told of its database by the environment")]
    async fn unmigrated() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let url = match std::env::var("JACKFIELD_TEST_POSTGRES_URL") {
            Ok(server) => {
                ON_POSTGRES.store(true, Ordering::Relaxed);
                own_database(&server).await
            }
            Err(_) => format!("sqlite://{}", directory.path().join("deep/down/store.db").display()),
        };
        Self { store: Store::open(&url).await.unwrap(), url, directory }
    }

    async fn new() -> Self {
        let fixture = Self::unmigrated().await;
        fixture.store.migrate().await.unwrap();
        fixture
    }

    fn read(&self) -> Lender<'_> {
        self.store.read()
    }
    async fn begin(&self) -> UnitOfWork {
        self.store.begin().await.unwrap()
    }

    async fn customer(&self, external_id: &str) -> Customer {
        let customer = customer(external_id);
        let mut work = self.begin().await;
        assert_eq!(work.customers().insert(&customer).await.unwrap(), Insertion::Inserted);
        work.commit().await.unwrap();
        customer
    }

    async fn instance(&self, customer: &Customer) -> Instance {
        let instance = Instance::draft(InstanceId::from_uuid(id()), customer.id, key("ticket-alerts"), 1, "Ticket alerts".into(), NOW);
        let mut work = self.begin().await;
        work.instances().insert(&instance).await.unwrap();
        work.commit().await.unwrap();
        instance
    }

    /// In a slot of `instance`, with one secret and one clear value.
    async fn connection(&self, instance: &Instance, slot: &str) -> Connection {
        let connection = Connection { credential: credential(1), ..connection_in(instance, slot) };
        let mut work = self.begin().await;
        assert_eq!(work.connections().insert(&connection).await.unwrap(), Insertion::Inserted);
        work.commit().await.unwrap();
        connection
    }
}

/// A new database on the server; behind a pooler it is made beside it.
#[expect(clippy::disallowed_methods, reason = "a test is told of its database by the environment")]
async fn own_database(server: &str) -> String {
    let name = format!("store_{}_{}", std::process::id(), NEXT_ID.fetch_add(1, Ordering::Relaxed));
    let direct = std::env::var("JACKFIELD_TEST_POSTGRES_DIRECT_URL").unwrap_or_else(|_| server.to_owned());
    let mut connection = sqlx::PgConnection::connect(&direct).await.unwrap();
    for sql in [format!("DROP DATABASE IF EXISTS {name}"), format!("CREATE DATABASE {name}")] {
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    }
    connection.close().await.unwrap();
    let mut url: url::Url = server.parse().unwrap();
    url.set_path(&name);
    url.into()
}

static ON_POSTGRES: AtomicBool = AtomicBool::new(false);

/// On Postgres, statements are asked as if their conditions had been forgotten: every test of a foreign scope is one of row-level
/// security there, and one of the conditions on SQLite.
pub(super) fn leans_on_the_second_wall() -> bool {
    ON_POSTGRES.load(Ordering::Relaxed)
}

static NEXT_ID: AtomicU64 = AtomicU64::new(1);

/// Each greater than the one before, as v7 ids are.
fn id() -> Uuid {
    Uuid::from_u128(u128::from(NEXT_ID.fetch_add(1, Ordering::Relaxed)))
}
fn key(text: &str) -> Key {
    Key::parse(text).unwrap()
}
fn later(seconds: i64) -> Timestamp {
    NOW.plus_seconds(seconds)
}
fn scope_of(customer: &Customer) -> Scope {
    Scope::Customer(customer.id)
}

fn customer(external_id: &str) -> Customer {
    let id = CustomerId::from_uuid(id());
    Customer { id, external_id: external_id.into(), name: "Acme".into(), revision: 1, created_at: NOW, updated_at: NOW }
}

fn connection_in(instance: &Instance, slot: &str) -> Connection {
    let owner = ConnectionOwner::Slot { instance_id: instance.id, customer_id: instance.customer_id, slot: key(slot) };
    Connection::new(ConnectionId::from_uuid(id()), owner, TypeRef::parse("zendesk.oauth2").unwrap(), 1, NOW)
}

/// Bytes of an envelope's shape under the master key `k1`.
fn sealed(revision: i64) -> SealedSecret {
    let envelope = [[SealedSecret::VERSION, 2, b'k', b'1'].as_slice(), &[7; 100]].concat();
    SealedSecret::from_envelope(envelope, revision).unwrap()
}

fn credential(revision: i64) -> SealedCredential {
    SealedCredential {
        clear: [(key("Host Name"), ("example.com".into(), SetBy::Organization))].into(),
        secrets: [(SecretField::Input(key("token")), (sealed(revision), SetBy::Customer))].into(),
        token: None,
    }
}
