//! The database: whether it answers, how it is set, and whether the keys at hand open what is in it.

use anyhow::Result;

use super::{Finding, ok, problem, warning};
use crate::{
    app,
    cli::key::to_do,
    flows::{
        master_keys::{self, KeyUse, Next, Standing},
        secrets::{self, Extent},
    },
    settings,
    store::{Condition, PostgresCondition, SqliteCondition, Store},
};

const DATABASE: &str = "database";
/// Of SQLite: less than this, or than the file once more, is too little for a migration or a busy day.
const FREE_BYTES: u64 = 512 * 1024 * 1024;
/// What a worker that runs never leaves undone for so long.
const OVERDUE_SECONDS: i64 = 600;
const CLOCK_MILLIS: i64 = 2_000;
const POSTGRES_VERSION: i64 = 14;

pub async fn all() -> Vec<Finding> {
    let Ok(url) = settings::database_url() else { return Vec::new() };
    let store = match Store::open_to_read(&url).await {
        Ok(store) => store,
        Err(error) => {
            let to_do =
                "is the address right, is the server up, may this user open it? `jackfield serve` makes a new SQLite file by itself";
            return vec![problem(DATABASE, format!("{:#}", anyhow::Error::from(error)), to_do)];
        }
    };
    let mut findings = Vec::new();
    if let Err(error) = look(&store, &mut findings).await {
        findings.push(problem(DATABASE, format!("{error:#}"), "the database answered, and then it did not: look into its own log"));
    }
    store.close().await;
    findings
}

async fn look(store: &Store, findings: &mut Vec<Finding>) -> Result<()> {
    store.ping().await?;
    findings.push(ok(DATABASE, "it answers"));
    match store.condition().await? {
        Condition::Sqlite(sqlite) => findings.extend(of_sqlite(&sqlite)),
        Condition::Postgres(postgres) => findings.extend(of_postgres(&postgres)),
    }
    let damages = store.damages().await?;
    if let Some(first) = damages.first() {
        let found = format!("{} places are damaged; the first: {first}", damages.len());
        findings.push(problem("integrity", found, "stop the server, keep a copy of the files, restore the last backup"));
    }
    if store.is_being_filled().await? {
        let found = "a move or restore into it was not finished";
        findings.push(problem("migrations", found, "run the same move or restore again; nothing serves it before"));
        return Ok(());
    }
    if migrations(store, findings).await? {
        keys(store, findings).await?;
        refreshes(store, findings).await?;
    }
    Ok(())
}

async fn refreshes(store: &Store, findings: &mut Vec<Finding>) -> Result<()> {
    const CHECK: &str = "refreshes";
    let refreshes = store.refreshes(app::system_clock()().plus_seconds(-OVERDUE_SECONDS)).await?;
    findings.push(match (refreshes.overdue, refreshes.failing) {
        (0, 0) => ok(CHECK, format!("{} planned, none is late or failing", refreshes.planned)),
        (0, failing) => {
            let found = format!("{failing} of {} failed at their last try", refreshes.planned);
            warning(CHECK, found, "they are tried again; /admin says which connections, and why")
        }
        (late, _) => warning(CHECK, format!("{late} of {} are late", refreshes.planned), "is a server running? Its jobs renew tokens"),
    });
    Ok(())
}

/// Whether the schema is this program's.
async fn migrations(store: &Store, findings: &mut Vec<Finding>) -> Result<bool> {
    let (schema, pending) = (store.schema().await?, store.pending_migrations().await?);
    findings.push(if !schema.is_known {
        problem("migrations", "a newer jackfield has changed the schema", "use that version, or restore a backup from before")
    } else if pending.is_empty() {
        ok("migrations", format!("{} applied, none waits", schema.applied.len()))
    } else {
        warning("migrations", format!("waiting: {}", pending.join(", ")), "`jackfield migrate`, or start the server, which applies them")
    });
    Ok(schema.is_known && pending.is_empty())
}

async fn keys(store: &Store, findings: &mut Vec<Finding>) -> Result<()> {
    const CHECK: &str = "secrets";
    let Some(vault) = app::vault(store, &settings::master_keys()?).await? else {
        findings.push(ok(CHECK, "nothing was saved yet"));
        return Ok(());
    };
    let keys = secrets::keys_needed(store, &vault).await?;
    if let Some(Err(error)) = &keys.key_check {
        let to_do = "give the key that this database was made with, as the first or a further one of JACKFIELD_MASTER_KEYS";
        findings.push(problem(CHECK, format!("the key check does not open: {error}"), to_do));
    }
    if !keys.missing.is_empty() {
        let missing = keys.missing.iter().cloned().collect::<Vec<_>>().join(", ");
        let found = format!("rows are sealed with keys that were not given: {missing}");
        findings.push(problem(CHECK, found, "add them behind the current one in JACKFIELD_MASTER_KEYS"));
    }
    if let Some(standing) = master_keys::standing(store, &vault, &app::spool(settings::spool_dir()?, &settings::database_url()?)).await? {
        findings.push(standing_keys(&standing));
    }
    let sample = secrets::open(store, &vault, Extent::Sample, &mut |_| ()).await?;
    for (id, failed) in &sample.failed {
        let found = format!("{} of {} tried do not open under the key {id}: {}", failed.secrets, sample.tried(), failed.why);
        findings.push(problem(CHECK, found, format!("begin with the row {}: another key under this id, or altered bytes", failed.row)));
    }
    if keys.are_given() && sample.failed.is_empty() {
        findings.push(ok(CHECK, format!("the key check and {} tried secrets open; every key in use was given", sample.opened)));
    }
    Ok(())
}

fn standing_keys(standing: &Standing) -> Finding {
    const CHECK: &str = "master keys";
    let rows = |key: &KeyUse| format!("no row needs {}", key.id);
    let current = &standing.current;
    match &standing.next {
        Next::Nothing => ok(CHECK, format!("{current} is current, and wraps everything")),
        Next::Remove { .. } => {
            let free: Vec<_> = standing.keys.iter().filter(|key| !key.is_needed()).map(rows).collect();
            let found = format!("{current} is current, and wraps everything; {}", free.join(", "));
            Finding { to_do: Some(to_do(&standing.next)), ..ok(CHECK, found) }
        }
        next => {
            let needed = standing.keys.iter().filter(|key| key.is_needed()).map(|key| format!("{} ({} rows)", key.id, key.rows));
            let found = format!("{current} is current; needed: {}", needed.collect::<Vec<_>>().join(", "));
            warning(CHECK, found, to_do(next))
        }
    }
}

fn of_sqlite(sqlite: &SqliteCondition) -> Vec<Finding> {
    let mut findings = Vec::new();
    let file = sqlite.file.display();
    findings.push(if sqlite.is_writable {
        ok("file", format!("{file}, {} KiB, can be written", sqlite.file_bytes / 1024))
    } else {
        problem("file", format!("{file} or its folder cannot be written by this user"), "run as the user that serves, or give it both")
    });
    if sqlite.file_mode & 0o077 != 0 {
        let found = format!("others can open {file} (mode {:03o})", sqlite.file_mode);
        findings.push(warning("permissions", found, "chmod 600: secrets are sealed in it, names and addresses are not"));
    }
    if (sqlite.journal_mode.as_str(), sqlite.synchronous) == ("wal", 2) {
        findings.push(ok("durability", "journal_mode wal, synchronous full"));
    } else {
        let found = format!("journal_mode {}, synchronous {}", sqlite.journal_mode, sqlite.synchronous);
        findings.push(warning("durability", found, "start the server once: it sets wal and full"));
    }
    let wanted = FREE_BYTES.max(sqlite.file_bytes);
    match sqlite.free_bytes {
        Some(free) if free < wanted => {
            findings.push(warning("disk", format!("{} MiB are free", free >> 20), format!("make room for {} MiB", wanted >> 20)));
        }
        Some(free) => findings.push(ok("disk", format!("{} MiB are free", free >> 20))),
        None => {}
    }
    findings
}

fn of_postgres(postgres: &PostgresCondition) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.push(if postgres.major_version < POSTGRES_VERSION {
        problem("server", format!("Postgres {}", postgres.version), format!("use Postgres {POSTGRES_VERSION} or later"))
    } else {
        ok("server", format!("Postgres {}", postgres.version))
    });
    if postgres.is_read_only {
        findings.push(problem(
            "server",
            "it only reads: a standby, or default_transaction_read_only",
            "name the primary in JACKFIELD_DATABASE_URL",
        ));
    }
    if postgres.is_above_policies {
        findings.push(warning(
            "role",
            "its role is a superuser or has BYPASSRLS: row-level security does not hold for it",
            "let a plain role own the database, and name it in JACKFIELD_DATABASE_URL",
        ));
    }
    if postgres.synchronous_commit == "off" {
        findings.push(warning("durability", "synchronous_commit is off: a crash loses saves that were acknowledged", "set it to on"));
    }
    if postgres.shares_processes {
        findings.push(ok("pooler", "connections share server processes: a pooler in transaction mode is between"));
    }
    let offset = app::system_clock()().as_millis() - postgres.clock_millis;
    findings.push(if offset.abs() > CLOCK_MILLIS {
        warning(
            "clock",
            format!("this machine is {offset} ms ahead of the database"),
            "synchronize both with NTP: leases and ends go by it",
        )
    } else {
        ok("clock", format!("{offset} ms ahead of the database"))
    });
    findings
}
