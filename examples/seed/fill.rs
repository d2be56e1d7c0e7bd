//! Fills a database: rows are made and sealed on one thread while the one before is written, many customers a transaction.

use anyhow::{Context as _, Result, bail, ensure};
use jackfield::{
    app,
    domain::{access::Actor, user::Role},
    flows::{
        AuditReads, Context,
        apply::{self, Applied},
        keys, sign_in,
    },
    manifest::{Lookup, Source},
    providers::{AllowedPrivateHosts, GuardedClient},
    vault::system_random,
};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;

use super::{
    manifest,
    rows::{Maker, Rows},
};

pub const ADMIN_EMAIL: &str = "admin@jackfield.example";
pub const ADMIN_PASSWORD: &str = "a password for measuring";
const CUSTOMERS_A_COMMIT: usize = 100;

/// Where, and with which keys.
pub struct Place {
    pub database_url: String,
    pub public_url: String,
    pub master_keys: SecretString,
}

pub struct Filled {
    pub api_key: SecretString,
    pub connections: usize,
}

pub async fn fill(place: &Place, customers: usize, tell: impl Fn(usize)) -> Result<Filled> {
    let context = open(place).await?;
    ensure!(context.store().read().customers().count().await? == 0, "{} holds customers already", place.database_url);
    apply(&context).await?;
    let password = SecretString::from(ADMIN_PASSWORD);
    let _made = sign_in::create_user(&context, &Actor::System, ADMIN_EMAIL, &password, Role::Owner).await?;
    let (_, api_key) = keys::create(&context, &Actor::System, "scale", Default::default()).await?;
    let vault = app::vault(context.store(), &place.master_keys).await?.context("the organization's row is gone")?;
    let maker = Maker { vault, random: system_random(), now: context.now(), customers };
    let (sender, mut made) = tokio::sync::mpsc::channel::<Vec<Rows>>(2);
    let making = tokio::task::spawn_blocking(move || {
        let batches = (0..customers).step_by(CUSTOMERS_A_COMMIT);
        batches
            .map(|from| (from..customers.min(from + CUSTOMERS_A_COMMIT)).map(|index| maker.customer(index)).collect())
            .try_for_each(|batch| sender.blocking_send(batch))
    });
    let (mut written, mut connections) = (0, 0);
    while let Some(batch) = made.recv().await {
        write(&context, &batch).await?;
        written += batch.len();
        connections += batch.iter().map(|rows| rows.connections.len()).sum::<usize>();
        tell(written);
    }
    making.await??;
    context.store().close().await;
    Ok(Filled { api_key, connections })
}

async fn open(place: &Place) -> Result<Context> {
    let outbound = GuardedClient::new(AllowedPrivateHosts::default()).map_err(|error| anyhow::anyhow!("the outbound client: {error}"))?;
    let (public_url, clock) = (place.public_url.parse()?, app::system_clock());
    let reads = AuditReads::default();
    app::open(&place.database_url, public_url, &place.master_keys, "Jackfield at size", clock, Arc::new(outbound), None, reads, None).await
}

struct Nothing;

impl Lookup for Nothing {
    fn env(&self, _: &str) -> Option<String> {
        None
    }
    fn file(&self, path: &str) -> Result<String, String> {
        Err(format!("no file is read, so not {path}"))
    }
}

async fn apply(context: &Context) -> Result<()> {
    let sources = [Source { name: "seed.yaml".into(), text: manifest::manifest() }];
    match apply::apply(context, &Actor::System, &sources, &Nothing, Default::default()).await? {
        Applied::Changes(_) => Ok(()),
        Applied::Refused(errors) => bail!("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")),
    }
}

async fn write(context: &Context, batch: &[Rows]) -> Result<()> {
    let mut work = context.store().begin().await?;
    for rows in batch {
        ensure!(work.customers().insert(&rows.customer).await?.is_inserted(), "{} is there already", rows.customer.external_id);
        for instance in &rows.instances {
            work.instances().insert(instance).await?;
        }
        for connection in &rows.connections {
            ensure!(work.connections().insert(connection).await?.is_inserted(), "a connection is there already");
        }
        for event in &rows.events {
            context.chain(&mut work, event).await?;
        }
    }
    Ok(work.commit().await?)
}

/// A master key that nobody had before.
pub fn new_master_keys() -> SecretString {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let mut key = [0; 32];
    system_random()(&mut key);
    SecretString::from(format!("seed:{}", STANDARD.encode(key)))
}

pub fn exposed(secret: &SecretString) -> &str {
    secret.expose_secret()
}
