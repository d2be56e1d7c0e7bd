//! `jackfield serve`.

use anyhow::Result;

use crate::{
    app::{App, Config, MailServer, system_clock},
    flows::AuditReads,
    providers::AllowedPrivateHosts,
    settings::Settings,
    telemetry::{self, LogFormat},
    web::limits::Limits,
    worker::Pace,
};

pub async fn run() -> Result<()> {
    let settings = Settings::from_environment()?;
    telemetry::init(&settings.log, if settings.logs_json { LogFormat::Json } else { LogFormat::Text });
    let app = App::build(Config {
        database_url: settings.database_url,
        public_url: settings.public_url,
        master_keys: settings.master_keys,
        listen: settings.listen,
        allowed_private_hosts: AllowedPrivateHosts::parse(&settings.allowed_private_hosts)
            .map_err(|why| anyhow::anyhow!("JACKFIELD_ALLOWED_PRIVATE_HOSTS: {why}"))?,
        organization_name: settings.organization_name,
        limits: Limits::default(),
        demo: None,
        clock: system_clock(),
        outbound: None,
        mail: settings.mail.map(|(url, from)| MailServer { url, from }),
        audit_reads: if settings.audits_every_read { AuditReads::Every } else { AuditReads::Summed },
        spool_dir: settings.spool_dir,
        pace: Pace::default(),
    })
    .await?;
    tracing::info!(listen = %app.address()?, "ready");
    app.run(drop).await
}
