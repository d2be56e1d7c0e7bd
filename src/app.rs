//! The composition root: what production boots, and tests boot the same. Nothing else puts the rooms together.

use std::{
    collections::BTreeMap,
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use actix_session::{
    SessionMiddleware,
    config::{CookieContentSecurity, PersistentSession},
};
use actix_web::{
    App as Actix, HttpServer,
    cookie::{Key as CookieKey, SameSite, time::Duration as CookieAge},
    dev::ServerHandle,
    middleware::{Condition, NormalizePath, from_fn},
    web::{Data, FormConfig, PayloadConfig},
};
use anyhow::{Context as _, Result, bail};
use metrics_exporter_prometheus::PrometheusHandle;
use secrecy::{ExposeSecret, SecretString};
use tracing_actix_web::TracingLogger;
use url::Url;

use crate::{
    domain::{ids::OrganizationId, time::Timestamp},
    flows::{
        AuditReads, Clock, Context, Organization, Parts, Random, clock,
        master_keys::{self, Proof},
        refresh, settings as organization_settings,
    },
    providers::{
        AllowedPrivateHosts, GuardedClient, Outbound,
        mail::{Mailer, Smtp},
    },
    settings,
    store::{OrganizationRow, Spool, Store},
    telemetry,
    vault::{KeyRing, Vault, system_random},
    web::{
        csrf,
        demo::{self, DemoWorld},
        errors, headers, letters,
        limits::Limits,
        pages::home::DemoTour,
        public_path,
        request_span::RequestSpan,
        routes,
        session::DatabaseSessions,
    },
    worker::{Jobs, Pace},
};

/// What differs between production, the demo and a test.
pub struct Config {
    pub database_url: String,
    pub public_url: Url,
    pub master_keys: SecretString,
    pub listen: SocketAddr,
    pub allowed_private_hosts: AllowedPrivateHosts,
    pub organization_name: String,
    pub limits: Limits,
    /// The built-in provider and API.
    pub demo: Option<Arc<DemoWorld>>,
    /// Replaced in tests only.
    pub clock: Clock,
    pub outbound: Option<Arc<dyn Outbound>>,
    pub mail: Option<MailServer>,
    pub audit_reads: AuditReads,
    /// Where new tokens are kept that the database would not take; `None`: beside the SQLite file.
    pub spool_dir: Option<PathBuf>,
    /// Slower in tests only.
    pub pace: Pace,
}

pub struct App {
    pub context: Context,
    pub tour: DemoTour,
    listener: TcpListener,
    cookie_key: CookieKey,
    metrics: PrometheusHandle,
    config: Config,
}

/// Which server sends mails, and whose name they bear.
pub struct MailServer {
    /// `smtp://user:password@host:587` or `smtps://…`.
    pub url: SecretString,
    pub from: String,
}

fn mailer(server: Option<&MailServer>) -> Result<Option<Arc<dyn Mailer>>> {
    let Some(server) = server else { return Ok(None) };
    let smtp = Smtp::new(&server.url, &server.from).map_err(|why| anyhow::anyhow!("JACKFIELD_SMTP_URL, JACKFIELD_MAIL_FROM: {why}"))?;
    Ok(Some(Arc::new(smtp)))
}

const BODY_LIMIT_BYTES: usize = 256 * 1024;
const SESSION_HOURS: i64 = 12;
const METRICS_UPKEEP: Duration = Duration::from_secs(5);

/// The machine's clock: the one place that reads it.
pub fn system_clock() -> Clock {
    Arc::new(now)
}

#[expect(clippy::disallowed_methods, reason = "the composition root injects the clock that everybody else is given")]
fn now() -> Timestamp {
    Timestamp::from_millis(jiff::Timestamp::now().as_millisecond())
}

/// Opens the database, migrates it, and proves the master keys: everything that commands and the server share.
#[expect(clippy::too_many_arguments, reason = "each setting of another type, once")]
pub async fn open(
    database_url: &str,
    public_url: Url,
    keys: &SecretString,
    name: &str,
    clock: Clock,
    outbound: Arc<dyn Outbound>,
    mailer: Option<Arc<dyn Mailer>>,
    audit_reads: AuditReads,
    spool_dir: Option<PathBuf>,
) -> Result<Context> {
    let ring = KeyRing::parse(keys.expose_secret()).map_err(|error| anyhow::anyhow!("JACKFIELD_MASTER_KEYS: {error}"))?;
    let fingerprint = ring.fingerprint().to_owned();
    let store = Store::open(database_url).await.with_context(|| "JACKFIELD_DATABASE_URL: the database could not be opened".to_owned())?;
    if store.is_being_filled().await? {
        bail!("JACKFIELD_DATABASE_URL: a move or restore into this database was not finished: run it again, or empty the database");
    }
    store.migrate().await.context("the database could not be migrated")?;
    if store.is_above_policies().await? {
        tracing::warn!(
            "the database's role is a superuser or has BYPASSRLS: row-level security does not hold; let a plain role own the database"
        );
    }
    let random: Random = system_random();
    let organization = organization(&store, name, &clock, &random).await?;
    let vault = Vault::new(ring, organization.id, Arc::clone(&random));
    prove_keys(&store, &vault, &fingerprint).await?;
    let organization = Organization::new(organization.id, organization.name);
    let spool = spool(spool_dir, database_url);
    let context = Context::new(Parts {
        store,
        spool,
        vault,
        outbound,
        mailer,
        drawing: letters::draw,
        clock,
        random,
        organization,
        public_url,
        audit_reads,
    });
    organization_settings::refresh(&context).await.context("the organization's settings could not be read")?;
    clock::sync(&context).await.context("the database's clock could not be read")?;
    Ok(context)
}

/// Where tokens of this machine wait for the database.
pub fn spool(spool_dir: Option<PathBuf>, database_url: &str) -> Spool {
    Spool::new(spool_dir.or_else(|| beside(database_url)))
}

/// `jackfield.db-spool`, as SQLite names its own files; a server's database has no place beside it.
fn beside(database_url: &str) -> Option<PathBuf> {
    Some(format!("{}-spool", database_url.strip_prefix("sqlite://")?).into())
}

/// What opens a database that is there: nothing in it is changed. `None`: no organization is in it.
pub async fn vault(store: &Store, keys: &SecretString) -> Result<Option<Vault>> {
    let ring = KeyRing::parse(keys.expose_secret()).map_err(|error| anyhow::anyhow!("JACKFIELD_MASTER_KEYS: {error}"))?;
    let Some(row) = store.read().organization().load_first().await? else { return Ok(None) };
    let vault = Vault::new(ring, row.id, system_random());
    // Whether it is the right one, the commands find out that need to know.
    let _told_later = row.key_check.map(|check| vault.follow_key_check(&check));
    Ok(Some(vault))
}

async fn organization(store: &Store, name: &str, clock: &Clock, random: &Random) -> Result<OrganizationRow> {
    if let Some(found) = store.read().organization().load().await? {
        return Ok(found);
    }
    let mut bytes = [0; 10];
    random(&mut bytes);
    let row = OrganizationRow::new(OrganizationId::new(clock(), &bytes), name.to_owned(), None);
    let mut work = store.begin().await?;
    let _raced = work.organization().insert(&row).await?;
    work.commit().await?;
    store.read().organization().load().await?.context("the organization's row could not be read back")
}

/// A database that was sealed with another key, or with one more, is refused before anything listens.
async fn prove_keys(store: &Store, vault: &Vault, fingerprint: &str) -> Result<()> {
    match master_keys::prove(store, vault).await? {
        Proof::Proven => Ok(()),
        Proof::Wrong(error) => bail!(
            "JACKFIELD_MASTER_KEYS: this database was sealed with another key: {error}. The first key given has the fingerprint {fingerprint}; give the current key of this database as well: `jackfield key status` names it"
        ),
        Proof::Missing(uses) => {
            let rows = |(id, tables): (&String, &BTreeMap<&str, u64>)| {
                let tables: Vec<_> = tables.iter().map(|(table, rows)| format!("{rows} {table}")).collect();
                format!("{id} ({})", tables.join(", "))
            };
            bail!(
                "JACKFIELD_MASTER_KEYS: rows still need a master key that was not given: {}. Give it as a further one, and run `jackfield key rotate` before it goes",
                uses.iter().map(rows).collect::<Vec<_>>().join("; ")
            )
        }
    }
}

/// Samples wait for it in memory, also where nobody ever reads `/metrics`.
async fn keep_up(metrics: PrometheusHandle) {
    loop {
        tokio::time::sleep(METRICS_UPKEEP).await;
        metrics.run_upkeep();
    }
}

impl App {
    /// Everything up to the listening socket; `listen` may have port 0.
    pub async fn build(config: Config) -> Result<Self> {
        if let Some(taken) = public_path::collision(&config.public_url) {
            bail!(
                "JACKFIELD_PUBLIC_URL: {} begins with /{taken}, which is an address of Jackfield's own: choose another path",
                config.public_url.path()
            );
        }
        let outbound = match &config.outbound {
            Some(outbound) => Arc::clone(outbound),
            None => {
                Arc::new(GuardedClient::new(config.allowed_private_hosts.clone()).map_err(|e| anyhow::anyhow!("the outbound client: {e}"))?)
            }
        };
        let clock = Arc::clone(&config.clock);
        let context = open(
            &config.database_url,
            config.public_url.clone(),
            &config.master_keys,
            &config.organization_name,
            clock,
            outbound,
            mailer(config.mail.as_ref())?,
            config.audit_reads,
            config.spool_dir.clone(),
        )
        .await?;
        let listener =
            TcpListener::bind(config.listen).with_context(|| format!("JACKFIELD_LISTEN: {} cannot be listened on", config.listen))?;
        let name = format!("{}:{}", settings::host_name(), listener.local_addr()?.port());
        if let Err(current) = master_keys::enter(&context, &name).await? {
            bail!("JACKFIELD_MASTER_KEYS: the master key {current} has just become current, and was not given: add it");
        }
        let cookie_key = CookieKey::from(&master_keys::cookie_secret(&context).await?);
        Ok(Self { context, tour: DemoTour::default(), listener, cookie_key, metrics: telemetry::metrics(), config })
    }

    pub fn address(&self) -> Result<SocketAddr> {
        Ok(self.listener.local_addr()?)
    }

    /// Serves until a signal (SIGINT, SIGTERM) or the handle stops it; `started` gets the handle.
    pub async fn run(self, started: impl FnOnce(ServerHandle)) -> Result<()> {
        let Self { context, tour, listener, cookie_key, metrics, config } = self;
        let secure = config.public_url.scheme() == "https";
        let has_path = public_path::is_needed(&config.public_url);
        refresh::restore(&context).await.context("JACKFIELD_SPOOL_DIR: the tokens that wait there could not be read")?;
        let jobs = Jobs::start(&context, config.pace);
        let upkeep = tokio::spawn(keep_up(metrics.clone()));
        let (world, limits) = (config.demo, config.limits);
        let served = context.clone();
        let server = HttpServer::new(move || {
            let session = SessionMiddleware::builder(DatabaseSessions(served.clone()), cookie_key.clone())
                .cookie_name(if secure { "__Host-jackfield" } else { "jackfield" }.to_owned())
                .cookie_secure(secure)
                .cookie_same_site(SameSite::Lax)
                .cookie_content_security(CookieContentSecurity::Signed)
                .session_lifecycle(PersistentSession::default().session_ttl(CookieAge::hours(SESSION_HOURS)))
                .build();
            Actix::new()
                .app_data(Data::new(served.clone()))
                .app_data(Data::new(tour.clone()))
                .app_data(Data::new(metrics.clone()))
                .app_data(Data::new(limits.clone()))
                .app_data(FormConfig::default().limit(BODY_LIMIT_BYTES))
                .app_data(PayloadConfig::new(BODY_LIMIT_BYTES))
                .configure(routes::configure)
                .configure(|services| world.iter().for_each(|world| demo::configure(services, Arc::clone(world))))
                .wrap(session)
                .wrap(from_fn(csrf::guard))
                .wrap(from_fn(errors::pages))
                .wrap(from_fn(headers::secure))
                .wrap(NormalizePath::trim())
                .wrap(TracingLogger::<RequestSpan>::new())
                .wrap(Condition::new(has_path, from_fn(public_path::translate)))
        })
        .workers(std::thread::available_parallelism().map_or(2, usize::from))
        .shutdown_timeout(10)
        .listen(listener)?
        .run();
        started(server.handle());
        let ended = server.await;
        upkeep.abort();
        jobs.stop().await;
        context.flush_reads().await.context("the last credential reads could not be noted")?;
        if let Err(error) = master_keys::leave(&context).await {
            tracing::warn!(%error, "the other processes could not be told that this one ends; they notice within a minute");
        }
        context.store().close().await;
        Ok(ended?)
    }
}
