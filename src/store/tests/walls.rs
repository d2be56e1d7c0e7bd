//! The second wall: on Postgres a statement in a customer's scope is shown nothing of others, even where its own condition is missing.

use sqlx::{Connection as _, Executor};

use super::*;
use crate::{
    domain::{
        access::Actor,
        audit::{AuditAction, AuditEvent},
        check::{CheckOutcome, CheckRun, CheckTrigger},
        customer::CustomerRef,
        ids::AuditEventId,
    },
    store::postgres::Postgres,
};

/// Tables that name nobody's customer, instance or connection, but hold what they did.
const OF_THE_ORGANIZATION: [&str; 3] = ["events", "webhook_deliveries", "webhook_tries"];

fn pools(store: &Store) -> Option<&Postgres> {
    match &store.engine {
        Engine::Sqlite { .. } => None,
        Engine::Postgres(pools) => Some(pools),
    }
}

#[tokio::test]
async fn every_table_with_rows_of_a_customer_has_its_policy() {
    let fixture = Fixture::new().await;
    let Some(pools) = pools(&fixture.store) else { return };
    let mut begun = pools.begin().await.unwrap();
    let tables: Vec<(String, bool, bool)> = sqlx::query_as(
        "SELECT c.relname::text, c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (SELECT 1 FROM pg_policy WHERE polrelid = c.oid),
         EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = c.oid AND attname IN ('customer_id', 'instance_id', 'connection_id', 'attempt_id'))
         FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')",
    )
    .persistent(false)
    .fetch_all(&mut *begun)
    .await
    .unwrap();
    assert!(tables.len() > 15, "{tables:?}");
    let needs = |name: &str, names_one: bool| names_one || name == "customers" || OF_THE_ORGANIZATION.contains(&name);
    let open: Vec<_> = tables.iter().filter(|(name, has, names_one)| needs(name, *names_one) && !has).map(|(name, ..)| name).collect();
    assert!(
        open.is_empty(),
        "no policy on {open:?}: its migration needs ENABLE and FORCE ROW LEVEL SECURITY and a policy, as 0009_walls has"
    );
}

#[test]
fn every_function_that_takes_a_scope_runs_within_it() {
    let mut waiting = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store")];
    let (mut scoped, mut outside) = (0, Vec::new());
    while let Some(path) = waiting.pop() {
        if path.is_dir() && !path.ends_with("tests") {
            waiting.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.is_file() {
            let text = std::fs::read_to_string(&path).unwrap();
            for function in text.split("async fn ").skip(1) {
                let (head, rest) = function.split_once('{').unwrap_or((function, ""));
                let body = rest.split("\n    }\n").next().unwrap_or(rest);
                if head.contains("scope: Scope") && (body.contains("fetch!(") || body.contains("execute!(")) {
                    scoped += 1;
                    let says = body.matches("fetch!(").count() + body.matches("execute!(").count();
                    if body.matches(".within(scope)").count() != says {
                        outside.push(format!("{}: {}", path.display(), head.lines().next().unwrap_or_default()));
                    }
                }
            }
        }
    }
    assert!(scoped > 15, "only {scoped} found: is this test looking in the right place?");
    assert!(outside.is_empty(), "its statements do not say `self.source.within(scope)`: {outside:#?}");
}

#[tokio::test]
async fn without_its_own_condition_no_statement_reaches_beyond_the_scope() {
    let fixture = Fixture::new().await;
    let Some(pools) = pools(&fixture.store) else { return };
    let (acme, other) = (fixture.customer("acme").await, fixture.customer("other").await);
    for customer in [&acme, &other] {
        let instance = fixture.instance(customer).await;
        let connection = fixture.connection(&instance, "crm").await;
        record(&fixture, customer, connection.id).await;
    }
    let mine = [
        ("customers", "id = $1"),
        ("instances", "customer_id = $1"),
        ("connections", "customer_id = $1"),
        ("links", "customer_id = $1"),
        ("audit_events", "customer_id = $1"),
        ("checks", "connection_id IN (SELECT id FROM connections WHERE customer_id = $1)"),
        ("attempts", "connection_id IN (SELECT id FROM connections WHERE customer_id = $1)"),
    ];
    for (table, own) in mine {
        let (all, seen, foreign) = counts(pools, table, own, acme.id).await;
        assert!(all > seen && seen > 0 || ["links", "attempts"].contains(&table), "{table}: {seen} of {all}");
        assert_eq!(foreign, 0, "{table}");
    }
    for sql in
        ["UPDATE instances SET name = 'mine'", "UPDATE connections SET account = 'mine'", "DELETE FROM checks", "DELETE FROM customers"]
    {
        assert_eq!(changed(pools, Scope::Customer(acme.id), sql).await.unwrap(), 1, "{sql}");
    }
    let theirs = format!("UPDATE instances SET customer_id = '{}'", other.id.as_uuid());
    assert!(changed(pools, Scope::Customer(acme.id), &theirs).await.is_err(), "nothing is handed to another customer");
    for table in OF_THE_ORGANIZATION {
        assert_eq!(changed(pools, Scope::Customer(acme.id), &format!("DELETE FROM {table}")).await.unwrap(), 0, "{table}");
    }
}

/// Of a table: the organization's view, the customer's, and how many of the latter are not its own.
async fn counts(pools: &Postgres, table: &str, own: &str, customer: CustomerId) -> (i64, i64, i64) {
    let sql = format!("SELECT COUNT(*), COUNT(*) - COUNT(CASE WHEN {own} THEN 1 END) FROM {table}");
    let mut begun = pools.begin().await.unwrap();
    let query = |sql: &str| sqlx::query_as(sqlx::AssertSqlSafe(sql.to_owned())).bind(customer.as_uuid()).persistent(false);
    let (all, _): (i64, i64) = query(&sql).fetch_one(&mut *begun).await.unwrap();
    let within = begun.enter(Scope::Customer(customer)).await.unwrap();
    let (seen, foreign): (i64, i64) = query(&sql).fetch_one(within).await.unwrap();
    (all, seen, foreign)
}

/// Rows; never committed.
async fn changed(pools: &Postgres, scope: Scope, sql: &str) -> Result<u64, sqlx::Error> {
    let mut begun = pools.begin().await.unwrap();
    let within = begun.enter(scope).await.unwrap();
    within.execute(sqlx::AssertSqlSafe(sql.to_owned())).await.map(|done| done.rows_affected())
}

async fn record(fixture: &Fixture, customer: &Customer, connection: ConnectionId) {
    let mut work = fixture.begin().await;
    let event = AuditEvent {
        id: AuditEventId::from_uuid(id()),
        at: NOW,
        actor: Actor::System,
        action: AuditAction::ALL[0],
        customer_id: Some(customer.id),
        instance_id: None,
        connection_id: Some(connection),
        detail: serde_json::Value::Null,
    };
    work.audit().make_chains().await.unwrap();
    let link = work.audit().next_link().await.unwrap();
    work.audit().append(&event, &link, &[7; 32]).await.unwrap();
    let run = CheckRun { at: NOW, outcome: CheckOutcome::NotDeclared, latency_ms: 1, trigger: CheckTrigger::Api };
    work.checks().insert(connection, &run).await.unwrap();
    work.commit().await.unwrap();
}

#[tokio::test]
async fn a_scope_holds_for_its_own_statement_and_no_longer() {
    let fixture = Fixture::new().await;
    let (acme, other) = (fixture.customer("acme").await, fixture.customer("other").await);
    let (mine, theirs) = (fixture.instance(&acme).await, fixture.instance(&other).await);
    let mut work = fixture.begin().await;
    assert!(work.instances().find(scope_of(&acme), mine.id).await.unwrap().is_some());
    assert!(work.instances().find(scope_of(&acme), theirs.id).await.unwrap().is_none());
    assert!(work.instances().find(scope_of(&other), theirs.id).await.unwrap().is_some());
    assert!(work.instances().find(ORGANIZATION, theirs.id).await.unwrap().is_some());
    assert_eq!(work.customers().count().await.unwrap(), 2);
    work.commit().await.unwrap();
    for _ in 0..20 {
        assert!(fixture.read().instances().find(scope_of(&acme), theirs.id).await.unwrap().is_none());
        assert_eq!(fixture.read().customers().count().await.unwrap(), 2);
        assert!(fixture.read().customers().find(ORGANIZATION, &CustomerRef::Id(other.id)).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn a_session_that_names_no_scope_is_refused() {
    let fixture = Fixture::new().await;
    let Some(pools) = pools(&fixture.store) else { return };
    fixture.customer("acme").await;
    for before in ["BEGIN", "BEGIN; SET LOCAL jackfield.scope = ''", "BEGIN; SET LOCAL jackfield.scope = 'everything'"] {
        let mut stranger = pools.write.acquire().await.unwrap().detach();
        stranger.execute(before).await.unwrap();
        let seen = stranger.fetch_all("SELECT * FROM customers").await;
        assert!(seen.is_err(), "{before}: {} rows", seen.map_or(0, |rows| rows.len()));
        stranger.close().await.unwrap();
    }
}
