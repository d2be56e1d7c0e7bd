//! The engine itself: what is durable, who may write, what a dropped unit of work leaves.

use std::{
    future::{pending, poll_fn},
    pin::pin,
    task::Poll,
    time::Duration,
};

use futures_util::future::join_all;
use sqlx::{Connection as _, Executor};

use super::*;
use crate::{domain::customer::CustomerRef, store::postgres::Postgres};

type Pragma = (i64,);

#[tokio::test]
async fn sqlite_is_opened_durable_and_readers_cannot_write() {
    let fixture = Fixture::new().await;
    let Engine::Sqlite { read, write } = &fixture.store.engine else { return };
    for pool in [read, write] {
        let (synchronous,): Pragma = sqlx::query_as("PRAGMA synchronous").fetch_one(pool).await.unwrap();
        assert_eq!(synchronous, 2, "FULL");
        let (foreign_keys,): Pragma = sqlx::query_as("PRAGMA foreign_keys").fetch_one(pool).await.unwrap();
        assert_eq!(foreign_keys, 1);
        let (trusted_schema,): Pragma = sqlx::query_as("PRAGMA trusted_schema").fetch_one(pool).await.unwrap();
        assert_eq!(trusted_schema, 0);
        let (busy_timeout,): Pragma = sqlx::query_as("PRAGMA busy_timeout").fetch_one(pool).await.unwrap();
        assert_eq!(busy_timeout, 5_000);
        let (journal_mode,): (String,) = sqlx::query_as("PRAGMA journal_mode").fetch_one(pool).await.unwrap();
        assert_eq!(journal_mode, "wal");
    }
    let (query_only,): Pragma = sqlx::query_as("PRAGMA query_only").fetch_one(read).await.unwrap();
    assert_eq!(query_only, 1);
    let not_strict = "SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite%'
        AND name <> '_sqlx_migrations'";
    let loose: Vec<(String,)> = sqlx::query_as(not_strict).fetch_all(read).await.unwrap();
    assert!(loose.is_empty(), "{loose:?}");
}

#[tokio::test]
async fn a_write_through_the_readers_fails() {
    let fixture = Fixture::new().await;
    assert!(fixture.read().customers().insert(&customer("acme")).await.is_err());
    assert_eq!(fixture.read().customers().count().await.unwrap(), 0);
}

#[tokio::test]
async fn a_dropped_unit_of_work_leaves_nothing_and_the_next_one_works() {
    let fixture = Fixture::new().await;
    let mut work = fixture.begin().await;
    assert!(work.customers().insert(&customer("acme")).await.unwrap().is_inserted());
    assert_eq!(work.lend().customers().count().await.unwrap(), 1);
    assert_eq!(fixture.read().customers().count().await.unwrap(), 0, "not seen outside before the commit");
    drop(work);
    assert_eq!(fixture.read().customers().count().await.unwrap(), 0);
    fixture.customer("acme").await;
    assert_eq!(fixture.read().customers().count().await.unwrap(), 1);
}

#[tokio::test]
async fn a_cancelled_begin_or_write_leaves_the_store_usable() {
    let fixture = Fixture::new().await;
    // Cut off at every point at which it waits: for a connection, for BEGIN, for the row, after it.
    for polls in 1..8 {
        {
            let mut writing = pin!(async {
                let mut work = fixture.begin().await;
                let _ = work.customers().insert(&customer("cut-off")).await.unwrap();
                pending::<()>().await;
            });
            for _ in 0..polls {
                poll_fn(|context| Poll::Ready(writing.as_mut().poll(context).is_ready())).await;
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_no_transaction_is_open(&fixture.store.engine).await;
    }
    fixture.customer("acme").await;
    assert_eq!(fixture.read().customers().count().await.unwrap(), 1);
}

/// In a connection that lies in the pool: the next one to take it would write into a transaction that nobody commits.
async fn assert_no_transaction_is_open(engine: &Engine) {
    let Engine::Postgres(Postgres { read, write, is_shared: false, .. }) = engine else { return };
    let mut connections = Vec::new();
    let mut pids: Vec<i32> = Vec::new();
    while let Some(mut connection) = write.try_acquire() {
        let (pid,) = sqlx::query_as("SELECT pg_backend_pid()").fetch_one(&mut *connection).await.unwrap();
        connections.push(connection);
        pids.push(pid);
    }
    let states = "SELECT DISTINCT state FROM pg_stat_activity WHERE pid = ANY($1)";
    let states: Vec<(String,)> = sqlx::query_as(states).bind(pids).fetch_all(read).await.unwrap();
    assert!(states.iter().all(|(state,)| state == "idle"), "{states:?}");
}

#[tokio::test]
async fn what_was_committed_is_there_after_closing_and_opening() {
    let fixture = Fixture::new().await;
    if matches!(fixture.store.engine, Engine::Postgres(_)) {
        return;
    }
    let acme = fixture.customer("acme").await;
    fixture.store.close().await;
    assert!(fixture.store.probe().await.is_err());
    let url = format!("sqlite://{}", fixture.directory.path().join("deep/down/store.db").display());
    let again = Store::open(&url).await.unwrap();
    again.probe().await.unwrap();
    assert_eq!(again.pending_migrations().await.unwrap(), Vec::<String>::new());
    assert_eq!(again.read().customers().find(ORGANIZATION, &CustomerRef::Id(acme.id)).await.unwrap(), Some(acme));
}

#[tokio::test]
async fn only_addresses_of_the_two_engines_open() {
    for url in ["", "store.db", "mysql://localhost/x", "sqlite://", "sqlite://:memory:"] {
        assert!(matches!(Store::open(url).await, Err(OpenError::UnknownKind)), "{url}");
    }
}

#[test]
fn futures_of_the_store_may_move_between_threads() {
    fn is_send<T: Send>(_: T) {}
    fn with(store: &'static Store) {
        is_send(async {
            let mut work = store.begin().await.unwrap();
            work.customers().insert(&customer("acme")).await.unwrap().is_inserted();
            work.commit().await.unwrap();
            store.read().connections().find(ORGANIZATION, ConnectionId::from_uuid(Uuid::nil())).await.unwrap();
        });
    }
    let _ = with as fn(&'static Store);
}

async fn end_every_connection(fixture: &Fixture) {
    let mut other = other_session(fixture).await;
    let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    other.execute(sql).await.unwrap();
    other.close().await.unwrap();
}

/// At the server itself, pooler or not.
#[expect(clippy::disallowed_methods, reason = "a test is told of its database by the environment")]
async fn other_session(fixture: &Fixture) -> sqlx::PgConnection {
    let mut url: url::Url = fixture.url.parse().unwrap();
    if let Ok(direct) = std::env::var("JACKFIELD_TEST_POSTGRES_DIRECT_URL") {
        let path = url.path().to_owned();
        url = direct.parse().unwrap();
        url.set_path(&path);
    }
    sqlx::PgConnection::connect(url.as_str()).await.unwrap()
}

#[tokio::test]
async fn reads_and_beginnings_outlive_their_connections() {
    let fixture = Fixture::new().await;
    let Engine::Postgres(_) = &fixture.store.engine else { return };
    let acme = fixture.customer("acme").await;
    for _ in 0..5 {
        // Several of each, so that several are ended.
        join_all((0..6).map(async |_| fixture.read().customers().count().await.unwrap())).await;
        join_all((0..6).map(async |_| fixture.begin().await)).await;
        end_every_connection(&fixture).await;
        assert!(fixture.read().customers().find(scope_of(&acme), &CustomerRef::Id(acme.id)).await.unwrap().is_some());
        assert_eq!(fixture.read().customers().count().await.unwrap(), 1);
        fixture.begin().await.commit().await.unwrap();
    }
}

#[tokio::test]
async fn what_was_begun_is_not_begun_again() {
    let fixture = Fixture::new().await;
    let Engine::Postgres(_) = &fixture.store.engine else { return };
    let mut work = fixture.begin().await;
    assert!(work.customers().insert(&customer("acme")).await.unwrap().is_inserted());
    end_every_connection(&fixture).await;
    let lost = work.customers().insert(&customer("other")).await.unwrap_err();
    assert_eq!(lost.trouble(), Trouble::Away, "{lost:?}");
    drop(work);
    assert_eq!(fixture.read().customers().count().await.unwrap(), 0);
    let mut work = fixture.begin().await;
    assert!(work.customers().insert(&customer("acme")).await.unwrap().is_inserted());
    end_every_connection(&fixture).await;
    assert_eq!(work.commit().await.unwrap_err().trouble(), Trouble::Unsure);
}

#[tokio::test]
async fn a_connection_to_a_server_that_only_reads_is_used_once() {
    let fixture = Fixture::new().await;
    let Engine::Postgres(Postgres { write, is_shared: false, .. }) = &fixture.store.engine else { return };
    let mut standby = write.acquire().await.unwrap();
    standby.execute("SET default_transaction_read_only = on").await.unwrap();
    drop(standby);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let mut work = fixture.begin().await;
    let refused = work.customers().insert(&customer("acme")).await.unwrap_err();
    assert_eq!((refused.trouble(), refused.is_read_only()), (Trouble::Away, true), "{refused:?}");
    drop(work);
    for number in 0..5 {
        fixture.customer(&format!("after-{number}")).await;
    }
}
