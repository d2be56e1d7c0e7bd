//! The ceiling of a save: the engine's own commits of one changed row, on as many connections as the product may use, as durable.

use std::{sync::Arc, time::Duration};

use anyhow::Result;
use sqlx::{
    Connection, PgConnection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteSynchronous},
};
use tokio::sync::Mutex;

use super::{clock::now, times::Times};

pub async fn run(database_url: &str, callers: usize, time: Duration) -> Result<Times> {
    let began = now();
    let mut tasks = Vec::new();
    if let Some(file) = database_url.strip_prefix("sqlite://") {
        let options = SqliteConnectOptions::new().filename(file).synchronous(SqliteSynchronous::Full).busy_timeout(Duration::from_secs(5));
        let mut connection = SqliteConnection::connect_with(&options).await?;
        sqlx::query("CREATE TABLE IF NOT EXISTS bench_counters (id INTEGER PRIMARY KEY, value INTEGER NOT NULL) STRICT")
            .execute(&mut connection)
            .await?;
        // One writer, whom the callers wait for, as in the product.
        let writer = Arc::new(Mutex::new(connection));
        tasks.extend((0..callers).map(|caller| tokio::spawn(sqlite(Arc::clone(&writer), caller.try_into().unwrap_or(0), time))));
    } else {
        let mut connection = PgConnection::connect(database_url).await?;
        sqlx::query("CREATE TABLE IF NOT EXISTS bench_counters (id BIGINT PRIMARY KEY, value BIGINT NOT NULL)")
            .execute(&mut connection)
            .await?;
        for caller in 0..callers {
            tasks.push(tokio::spawn(postgres(PgConnection::connect(database_url).await?, caller.try_into().unwrap_or(0), time)));
        }
    }
    let mut durations = Vec::new();
    for task in tasks {
        durations.extend(task.await??);
    }
    Ok(Times::of(durations, began.elapsed()))
}

const INSERT: &str = "INSERT INTO bench_counters VALUES ($1, 0) ON CONFLICT DO NOTHING";
const UPDATE: &str = "UPDATE bench_counters SET value = value + 1 WHERE id = $1";

async fn sqlite(writer: Arc<Mutex<SqliteConnection>>, id: i64, time: Duration) -> Result<Vec<Duration>> {
    sqlx::query(INSERT).bind(id).execute(&mut *writer.lock().await).await?;
    let (began, mut durations) = (now(), Vec::new());
    while began.elapsed() < time {
        let asked = now();
        let mut connection = writer.lock().await;
        let mut work = connection.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query(UPDATE).bind(id).execute(&mut *work).await?;
        work.commit().await?;
        durations.push(asked.elapsed());
    }
    Ok(durations)
}

async fn postgres(mut connection: PgConnection, id: i64, time: Duration) -> Result<Vec<Duration>> {
    sqlx::query(INSERT).bind(id).execute(&mut connection).await?;
    let (began, mut durations) = (now(), Vec::new());
    while began.elapsed() < time {
        let asked = now();
        let mut work = connection.begin().await?;
        sqlx::query(UPDATE).bind(id).execute(&mut *work).await?;
        work.commit().await?;
        durations.push(asked.elapsed());
    }
    Ok(durations)
}
