//! Some of the rows, from all over the database, to be asked for; and what the database says of itself.

use anyhow::{Context as _, Result};
use jackfield::domain::ids::OrganizationId;
use sqlx::{Connection, PgConnection, SqliteConnection};
use uuid::Uuid;

pub struct Sample {
    pub organization: OrganizationId,
    /// (instance, slot) of connected connections.
    pub connected: Vec<(Uuid, String)>,
    /// Of the integration with ten slots: (instance, customer).
    pub instances: Vec<(Uuid, Uuid)>,
    pub customers: usize,
    pub told: String,
}

const CONNECTED: usize = 2_000;
const INSTANCES: usize = 500;

impl Sample {
    pub async fn take(database_url: &str) -> Result<Self> {
        type Pairs = Vec<(Uuid, String)>;
        let connected = "SELECT instance_id, slot FROM connections WHERE status = 'connected' ORDER BY id";
        let instances = "SELECT id, customer_id FROM instances WHERE integration_key = 'everything' ORDER BY id";
        let organization = "SELECT id FROM organizations";
        let (organization, connected, instances, told): (Uuid, Pairs, Vec<(Uuid, Uuid)>, String) = if database_url.starts_with("sqlite://")
        {
            let mut database = SqliteConnection::connect(database_url).await?;
            (
                sqlx::query_scalar(organization).fetch_one(&mut database).await?,
                sqlx::query_as(connected).fetch_all(&mut database).await?,
                sqlx::query_as(instances).fetch_all(&mut database).await?,
                "SQLite, WAL, synchronous=FULL".to_owned(),
            )
        } else {
            let mut database = PgConnection::connect(database_url).await?;
            let said = "SELECT 'Postgres ' || current_setting('server_version') || ', fsync ' || current_setting('fsync')
                || ', synchronous_commit ' || current_setting('synchronous_commit')";
            sqlx::query("ANALYZE").execute(&mut database).await?;
            sqlx::query("SET jackfield.scope = 'organization'").execute(&mut database).await?;
            (
                sqlx::query_scalar(organization).fetch_one(&mut database).await?,
                sqlx::query_as(connected).fetch_all(&mut database).await?,
                sqlx::query_as(instances).fetch_all(&mut database).await?,
                sqlx::query_scalar(said).fetch_one(&mut database).await?,
            )
        };
        let told = format!("{told}; {} connected connections", connected.len());
        // There are more: those without this integration.
        let customers = instances.len();
        let sample = Self {
            customers,
            organization: OrganizationId::from_uuid(organization),
            connected: spread(connected, CONNECTED),
            instances: spread(instances, INSTANCES),
            told,
        };
        sample.instances.first().context("no instance of the integration with ten slots")?;
        Ok(sample)
    }
}

/// So many of them, evenly from first to last, in an order that jumps.
fn spread<T: Clone>(all: Vec<T>, count: usize) -> Vec<T> {
    let count = count.min(all.len()).max(1);
    (0..count).filter_map(|n| all.get((n * 7919 % count) * all.len() / count).cloned()).collect()
}
