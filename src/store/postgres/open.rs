//! How Postgres is opened, and how it is found out that a pooler is between.

use std::{
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use sqlx::{
    ConnectOptions, Connection, Executor, PgConnection, PgPool, Row, ValueRef,
    postgres::{PgConnectOptions, PgDatabaseError, PgPoolOptions},
};

use super::{
    Doubt, Postgres, SETTINGS,
    hosts::{self, Search},
};

const READERS: u32 = 8;
const WRITERS: u32 = 8;
/// More than there are statements: none is prepared twice.
const STATEMENTS: usize = 256;
/// A save that found no connection for so long is refused: who sent it should hear so while they are still there.
const WAIT: Duration = Duration::from_secs(5);

impl Postgres {
    pub async fn open(url: &str) -> Result<Self, sqlx::Error> {
        let hosts: Vec<PgConnectOptions> = hosts::each(url).iter().map(|url| url.parse()).collect::<Result<_, _>>()?;
        let first = match hosts.as_slice() {
            [only] => only.clone(),
            several => primary_among(several).await?,
        };
        let is_shared = is_shared(&first).await?;
        let doubt = Doubt::new();
        let (reading, writing): (fn(_) -> _, fn(_) -> _) = if is_shared { (shared, shared) } else { (reading, writing) };
        let pool = || {
            let doubt = doubt.clone();
            // No ping before each use, which would double the cost of a short read: what fails then is tried again on another connection.
            PgPoolOptions::new().acquire_timeout(WAIT).test_before_acquire(false).before_acquire(move |_, of| {
                let is_trusted = doubt.trusts(of.age);
                Box::pin(async move { Ok(is_trusted) })
            })
        };
        let write: PgPool = pool().max_connections(WRITERS).connect_with(writing(first.clone())).await?;
        let read = pool().max_connections(READERS).connect_with(reading(first)).await?;
        let pools = [(read.clone(), reading), (write.clone(), writing)];
        doubt.look_with(Search { hosts: Arc::new(hosts), pools, is_on: Arc::new(AtomicBool::new(false)) });
        Ok(Self { read, write, is_shared, doubt })
    }
}

async fn primary_among(hosts: &[PgConnectOptions]) -> Result<PgConnectOptions, sqlx::Error> {
    let found = tokio::time::timeout(WAIT, async {
        loop {
            if let Some(host) = hosts::primary(hosts).await {
                return host;
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    });
    found.await.map_err(|_| sqlx::Error::Configuration("none of the hosts takes writes".into()))
}

fn common(options: PgConnectOptions) -> PgConnectOptions {
    options.application_name("jackfield").disable_statement_logging()
}

fn writing(options: PgConnectOptions) -> PgConnectOptions {
    common(options).options(SETTINGS).statement_cache_capacity(STATEMENTS)
}

fn reading(options: PgConnectOptions) -> PgConnectOptions {
    writing(options).options([("default_transaction_read_only", "on"), ("jackfield.scope", "organization")])
}

/// Nothing of the session's own: a pooler refuses such options, or forgets them.
fn shared(options: PgConnectOptions) -> PgConnectOptions {
    common(options).extra_float_digits(None).statement_cache_capacity(0)
}

/// A pooler refuses an option of a session (`protocol_violation`), or drops it; or another connection of ours is served by the process
/// that served this one.
async fn is_shared(options: &PgConnectOptions) -> Result<bool, sqlx::Error> {
    let mut resting = match PgConnection::connect_with(&reading(options.clone())).await {
        Err(sqlx::Error::Database(error)) if is_refused(error.try_downcast_ref()) => return Ok(true),
        connected => connected?,
    };
    let mut working = PgConnection::connect_with(&reading(options.clone())).await?;
    let named = text(&mut resting, "SELECT current_setting('jackfield.scope', true)").await?;
    let process = text(&mut resting, "SELECT pg_backend_pid()").await?;
    working.execute("BEGIN").await?;
    let other = text(&mut working, "SELECT pg_backend_pid()").await?;
    working.execute("ROLLBACK").await?;
    let _closed = (working.close().await, resting.close().await);
    Ok(named.as_deref() != Some("organization") || process == other)
}

fn is_refused(error: Option<&PgDatabaseError>) -> bool {
    error.is_some_and(|error| error.code() == "08P01")
}

/// By the simple protocol, which every pooler understands.
async fn text(connection: &mut PgConnection, sql: &'static str) -> Result<Option<String>, sqlx::Error> {
    let row = connection.fetch_one(sqlx::raw_sql(sql)).await?;
    let value = row.try_get_raw(0)?;
    if value.is_null() {
        return Ok(None);
    }
    value.as_str().map(|text| Some(text.to_owned())).map_err(sqlx::Error::Decode)
}
