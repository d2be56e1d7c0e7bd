//! Several hosts in one address, as libpq has them: `postgres://user@one,two:5433/database`. The one that writes is used.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use sqlx::{Connection, PgConnection, PgPool, postgres::PgConnectOptions};

use super::doubt::Doubt;

/// A host that does not answer is passed over.
const PATIENCE: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(250);
/// So long is it looked for after something broke; the next failure looks again.
const LOOKS: u32 = 240;

/// What the connections of a pool are made with, besides where they go.
type Made = fn(PgConnectOptions) -> PgConnectOptions;

/// Looks for the primary, and turns the pools to it.
#[derive(Debug)]
pub(super) struct Search {
    pub hosts: Arc<Vec<PgConnectOptions>>,
    /// Each with what its connections are made with.
    pub pools: [(PgPool, Made); 2],
    pub is_on: Arc<AtomicBool>,
}

impl Search {
    /// In the background, once at a time.
    pub fn begin(&self, doubt: &Doubt) {
        if self.hosts.len() < 2 || self.is_on.swap(true, Ordering::Relaxed) {
            return;
        }
        let (hosts, pools, is_on, doubt) = (Arc::clone(&self.hosts), self.pools.clone(), Arc::clone(&self.is_on), doubt.clone());
        tokio::spawn(async move {
            for _ in 0..LOOKS {
                if let Some(host) = primary(&hosts).await {
                    tracing::info!(host = host.get_host(), port = host.get_port(), "the primary database");
                    for (pool, with) in pools {
                        pool.set_connect_options(with(host.clone()));
                    }
                    doubt.now();
                    break;
                }
                tokio::time::sleep(PAUSE).await;
            }
            is_on.store(false, Ordering::Relaxed);
        });
    }
}

/// The first that takes writes.
pub(super) async fn primary(hosts: &[PgConnectOptions]) -> Option<PgConnectOptions> {
    for host in hosts {
        if let Ok(Ok(true)) = tokio::time::timeout(PATIENCE, takes_writes(host)).await {
            return Some(host.clone());
        }
    }
    None
}

async fn takes_writes(host: &PgConnectOptions) -> Result<bool, sqlx::Error> {
    let mut connection = PgConnection::connect_with(host).await?;
    let sql = "SELECT NOT (pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean)";
    let (writes,): (bool,) = sqlx::query_as(sql).persistent(false).fetch_one(&mut connection).await?;
    connection.close().await?;
    Ok(writes)
}

/// One address for each host, without `target_session_attrs`: what cannot be written to is of no use here.
pub(super) fn each(url: &str) -> Vec<String> {
    let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let (user, hosts) = authority.rsplit_once('@').map_or(("", authority), |(user, hosts)| (user, hosts));
    let at = if user.is_empty() { "" } else { "@" };
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let query: Vec<_> = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("target_session_attrs=")).collect();
    let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
    hosts.split(',').map(|host| format!("{scheme}://{user}{at}{host}{path}{query}")).collect()
}

#[cfg(test)]
mod tests {
    use super::each;

    #[test]
    fn each_host_of_an_address_has_an_address() {
        let both = each("postgres://jf:p%40ss@one,two:5433/db?sslmode=require&target_session_attrs=read-write");
        assert_eq!(both, ["postgres://jf:p%40ss@one/db?sslmode=require", "postgres://jf:p%40ss@two:5433/db?sslmode=require"]);
        for unchanged in ["postgres://one/db", "postgresql://u@[::1]:5432/db?sslmode=require", "postgres:///db?host=/run/postgresql"] {
            assert_eq!(each(unchanged), [unchanged]);
        }
    }
}
