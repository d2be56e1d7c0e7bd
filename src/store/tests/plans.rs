//! How each statement finds its rows: none that a request waits for reads a whole table that grows.
//!
//! A statement that is found here needs an index (or other words: `x = $1 OR $1 IS NULL` uses none), or stands in `MAY_SCAN`.

use std::collections::BTreeMap;

use regex::Regex;
use serde_json::Value as Json;
use sqlx::{AssertSqlSafe, Executor};

use super::*;
use crate::store::{postgres::Begun, tests::statements::all};

/// Tables with a handful of rows, however many customers there are.
const SMALL: &[&str] = &[
    "organizations",
    "documents",
    "api_keys",
    "org_users",
    "webhook_endpoints",
    "client_registrations",
    "invitations",
    "password_resets",
    "alert_mutes",
    "alert_subscriptions",
    "audit_chains",
];

/// Statements that may read a whole table, or all statements of a file that may, and why nobody waits for it.
const MAY_SCAN: &[(&str, &str)] = &[
    ("alerts", "one row a cause; and it is the worker that looks for causes"),
    ("bulk_checks", "an admin starts one now and then, and they go after a month"),
    ("condition::REFRESHES", "the doctor asks"),
    ("connections::check_due::LIST_UNSCHEDULED_TYPES", "the worker asks, of an index with those that nobody has planned yet"),
    ("customers::COUNT", "counting ten thousand takes a millisecond"),
    ("directory", "the tally; and Postgres, while tables are empty, walks partial indexes that hold only what is out of order"),
    ("matrix", "as the directory"),
    ("attention", "as the directory"),
    ("search", "behind the wall Postgres looks for no expression in an index, but walks it: a few milliseconds"),
    ("mails::LIST", "the last few, from the end of an index"),
    ("rollups::TYPES", "a walk over an index alone: some milliseconds of a hundred thousand connections"),
    ("rollups::USES", "ten thousand instances are counted within milliseconds"),
    ("sealed", "key rotation and the doctor read every row that holds a secret"),
];

#[tokio::test]
async fn no_statement_of_a_request_reads_a_whole_table_that_grows() {
    let fixture = Fixture::new().await;
    let mut scanning = BTreeMap::new();
    for (name, statement) in all() {
        let scanned = match &fixture.store.engine {
            Engine::Sqlite { write, .. } => scanned_by_sqlite(write, statement.sqlite).await,
            Engine::Postgres(pools) => scanned_by_postgres(pools.begin().await.unwrap(), statement.postgres).await,
        };
        let grown: Vec<_> = scanned.into_iter().filter(|name| grows(name)).collect();
        if !grown.is_empty() {
            scanning.insert(name.trim_start_matches("jackfield::store::"), grown);
        }
    }
    let excuses = |excused: &str, name: &str| name.strip_prefix(excused).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"));
    let excused = |name: &str| MAY_SCAN.iter().any(|(excused, _)| excuses(excused, name));
    let found: Vec<_> =
        scanning.iter().filter(|(name, _)| !excused(name)).map(|(name, tables)| format!("{name} reads all of {tables:?}")).collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
    let known: Vec<_> = all().iter().map(|(name, _)| name.trim_start_matches("jackfield::store::")).collect();
    let gone: Vec<_> = MAY_SCAN.iter().filter(|(excused, _)| !known.iter().any(|name| excuses(excused, name))).collect();
    assert!(gone.is_empty(), "these are in MAY_SCAN, but are no statements: {gone:?}");
}

/// A walk over a whole index counts as well.
async fn scanned_by_sqlite(pool: &sqlx::SqlitePool, sql: &str) -> Vec<String> {
    let plan: Vec<(i64, i64, i64, String)> =
        sqlx::query_as(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"))).fetch_all(pool).await.unwrap();
    let scan = Regex::new(r"^SCAN (\w+)").unwrap();
    let scanned = plan.iter().filter_map(|(_, _, _, detail)| Some(scan.captures(detail)?[1].to_owned()));
    scanned.filter_map(|alias| table_of(sql, &alias)).collect()
}

/// SQLite's plans name the alias; `None`: it is no table, but a part of the statement.
fn table_of(sql: &str, alias: &str) -> Option<String> {
    let is_table = |name: &str| TABLES.iter().any(|table| table.name == name);
    let named = Regex::new(&format!(r"(?i)\b(\w+)\s+(?:AS\s+)?{alias}\b")).unwrap();
    let before = || named.captures_iter(sql).map(|found| found[1].to_owned()).find(|name| is_table(name));
    if is_table(alias) { Some(alias.to_owned()) } else { before() }
}

fn grows(name: &str) -> bool {
    TABLES.iter().any(|table| table.name == name) && !SMALL.contains(&name)
}

/// As it is planned for any values, with whole tables as the last resort.
async fn scanned_by_postgres(mut connection: Begun, sql: &str) -> Vec<String> {
    connection.execute("SET LOCAL enable_seqscan = off; SET LOCAL plan_cache_mode = force_generic_plan").await.unwrap();
    connection.execute(AssertSqlSafe(format!("PREPARE planned AS {sql}"))).await.unwrap();
    let parameters = Regex::new(r"\$(\d+)").unwrap();
    let count = parameters.captures_iter(sql).filter_map(|found| found[1].parse::<usize>().ok()).max().unwrap_or(0);
    let nulls = if count == 0 { String::new() } else { format!("({})", vec!["NULL"; count].join(", ")) };
    let explain = format!("EXPLAIN (FORMAT JSON) EXECUTE planned{nulls}");
    let (plan,): (sqlx::types::Json<Json>,) =
        sqlx::query_as(AssertSqlSafe(explain)).persistent(false).fetch_one(&mut *connection).await.unwrap();
    connection.execute("DEALLOCATE planned").await.unwrap();
    let mut scanned = Vec::new();
    collect(&plan.0[0]["Plan"], &mut scanned);
    scanned
}

/// An index without a condition is walked from end to end.
fn collect(node: &Json, scanned: &mut Vec<String>) {
    let kind = node["Node Type"].as_str().unwrap_or_default();
    let is_whole = kind == "Seq Scan" || (kind.contains("Index") && node.get("Index Cond").is_none());
    if is_whole {
        let what = node["Relation Name"].as_str().or(node["Index Name"].as_str()).unwrap_or_default();
        scanned.push(what.to_owned());
    }
    node["Plans"].as_array().into_iter().flatten().for_each(|inner| collect(inner, scanned));
}
