//! While nobody can write: a save is refused and says so, what is saved is still read, and afterwards all goes on.

use std::time::Duration;

use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, Executor};

use crate::support::{Browser, Product, database};

const MANIFEST: &str = "
kind: connector
key: plain
name: Plain
connection_types:
  - key: values
    name: Values
    auth: {kind: fields}
    inputs: [{key: secret, label: Secret, type: password}]
---
kind: integration
key: sync
name: Sync
pages: [{key: connections, title: Connect Plain, elements: [{connection: plain, type: plain.values}, {connection: own, type: plain.values}]}]
";

/// Another process that writes and does not come to an end.
enum Hold {
    Sqlite(sqlx::SqliteConnection),
    Postgres(sqlx::PgConnection),
}

impl Hold {
    async fn begin(url: &str) -> Self {
        if url.starts_with("sqlite") {
            let mut connection = sqlx::SqliteConnection::connect(url).await.unwrap();
            connection.execute("BEGIN IMMEDIATE").await.unwrap();
            return Self::Sqlite(connection);
        }
        let mut connection = sqlx::PgConnection::connect(&database::direct(url)).await.unwrap();
        connection.execute("BEGIN").await.unwrap();
        for table in ["connections", "instances", "organizations", "sessions"] {
            connection.execute(AssertSqlSafe(format!("LOCK TABLE {table} IN EXCLUSIVE MODE"))).await.unwrap();
        }
        Self::Postgres(connection)
    }

    async fn end(self) {
        match self {
            Self::Sqlite(connection) => connection.close().await.unwrap(),
            Self::Postgres(connection) => connection.close().await.unwrap(),
        }
    }
}

#[tokio::test]
async fn a_save_that_cannot_be_written_says_so_and_reads_go_on() {
    let product = Product::start().await;
    assert_eq!(product.apply(MANIFEST).await.0, 200);
    product.customer("acme").await;
    let mut person = Browser::new(&product.base);
    person.open(&product.link("acme", "sync").await).await;
    let page = person.url.clone();
    let instances = product.ok("GET", "/instances?customer=external:acme", None).await;
    let path = format!("/instances/{}/connections/plain", instances["items"][0]["id"].as_str().unwrap());
    product.ok("PUT", &path, Some(json!({"inputs": {"secret": "first"}}))).await;
    person.open(&page).await;
    // The proof of a moment ago must not speak for this one.
    tokio::time::sleep(Duration::from_millis(1100)).await;

    let hold = Hold::begin(&product.database_url).await;
    let mut other_tab = person.same_cookies();
    let mut probe = Browser::new(&product.base);
    let (refused, _, _, read) = tokio::join!(
        product.api("PUT", &path, Some(json!({"inputs": {"secret": "second"}}))),
        async { person.set("input:own:secret", &["third"]).press("Save and continue").await.status },
        async { probe.open("/readyz").await.status },
        async {
            let read = product.ok("GET", &format!("{path}/credentials"), None).await;
            let status = other_tab.open(&page).await.status;
            assert_eq!(status, 200, "{}", other_tab.html);
            read
        },
    );
    assert_eq!((refused.0, &refused.1["code"]), (503, &json!("database_unavailable")), "{refused:?}");
    assert!(refused.1["detail"].as_str().unwrap().contains("Nothing was saved"), "{refused:?}");
    assert_eq!(read["inputs"]["secret"], "first");
    assert_eq!(person.status, 503, "{}", person.html);
    assert!(person.headers.contains_key("retry-after"));
    assert!(person.title().contains("That was not saved"), "{}", person.html);
    assert!(!person.html.contains("third"), "a secret is never shown again");
    assert_eq!(probe.status, 503);

    hold.end().await;
    let saved = product.ok("GET", &format!("{path}/credentials"), None).await;
    assert_eq!(saved["inputs"]["secret"], "first");
    assert_eq!(probe.open("/readyz").await.status, 200);
    product.ok("PUT", &path, Some(json!({"inputs": {"secret": "fourth"}}))).await;
    other_tab.open(&page).await.set("input:own:secret", &["fifth"]).press("Save and continue").await;
    assert!(other_tab.title().contains("Check your answers"), "{}", other_tab.title());
}
