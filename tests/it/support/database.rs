//! A database for one product: a SQLite file in its folder, or, where `JACKFIELD_TEST_POSTGRES_URL` names a server, a database there.

use std::{
    path::Path,
    sync::atomic::{AtomicU32, Ordering},
};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqlitePool, postgres::PgConnectOptions};

static NEXT: AtomicU32 = AtomicU32::new(1);

/// The same database at the server itself, where a pooler is between.
pub fn direct(url: &str) -> String {
    let Ok(direct) = std::env::var("JACKFIELD_TEST_POSTGRES_DIRECT_URL") else { return url.to_owned() };
    let (own, mut direct): (url::Url, url::Url) = (url.parse().unwrap(), direct.parse().unwrap());
    direct.set_path(own.path());
    direct.into()
}

/// Who names no scope is shown nothing.
async fn as_the_organization(url: &str) -> PgConnection {
    let options: PgConnectOptions = direct(url).parse().unwrap();
    PgConnection::connect_with(&options.options([("jackfield.scope", "organization")])).await.unwrap()
}

/// The URL of a new, empty database.
pub async fn create(folder: &Path) -> String {
    let Ok(server) = std::env::var("JACKFIELD_TEST_POSTGRES_URL") else {
        return format!("sqlite://{}", folder.join("jackfield.db").display());
    };
    let name = format!("it_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let mut connection = PgConnection::connect(&direct(&server)).await.unwrap();
    connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    connection.close().await.unwrap();
    let mut url: url::Url = server.parse().unwrap();
    url.set_path(&name);
    url.into()
}

/// What only an accident, or an operator, does to it: a statement of each engine's own.
pub async fn execute(url: &str, sqlite: &'static str, postgres: &'static str) {
    if url.starts_with("sqlite://") {
        let pool = SqlitePool::connect(url).await.unwrap();
        sqlx::raw_sql(sqlite).execute(&pool).await.unwrap();
        pool.close().await;
    } else {
        let mut connection = as_the_organization(url).await;
        sqlx::raw_sql(postgres).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }
}

/// All that is written in it, by what it is written in: the files as they lie there, or the rows of each table.
pub async fn contents(url: &str) -> Vec<(String, Vec<u8>)> {
    if let Some(file) = url.strip_prefix("sqlite://") {
        return ["", "-wal"].map(|end| (format!("jackfield.db{end}"), std::fs::read(format!("{file}{end}")).unwrap())).into();
    }
    let mut connection = as_the_organization(url).await;
    let tables: Vec<(String,)> =
        sqlx::query_as("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'").fetch_all(&mut connection).await.unwrap();
    assert!(tables.len() > 10, "{tables:?}");
    let mut contents = Vec::new();
    for (table,) in tables {
        // Byte columns come in hexadecimal, which a sweep looks for too.
        let rows: Vec<(String,)> =
            sqlx::query_as(AssertSqlSafe(format!("SELECT t::text FROM {table} t"))).fetch_all(&mut connection).await.unwrap();
        contents.push((table, rows.into_iter().map(|(row,)| row + "\n").collect::<String>().into_bytes()));
    }
    connection.close().await.unwrap();
    contents
}
