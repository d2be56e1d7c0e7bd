//! `jackfield demo`: the whole product on SQLite, with a built-in world to connect to. Running it again keeps what is there.

mod seed;

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, Result};
use base64::{Engine, engine::general_purpose::STANDARD};
use clap::Args;
use secrecy::SecretString;
use url::Url;

use crate::{
    app::{App, Config, system_clock},
    providers::AllowedPrivateHosts,
    settings,
    telemetry::{self, LogFormat},
    vault::{digest, system_random},
    web::{demo::DemoWorld, limits::Limits},
    worker::Pace,
};

#[derive(Args)]
pub struct Demo {
    /// 0 takes any free port
    #[arg(long, default_value_t = 8080)]
    port: u16,
    #[arg(long, default_value = "./jackfield-demo")]
    data_dir: PathBuf,
}

impl Demo {
    pub async fn run(&self) -> Result<()> {
        telemetry::init(&settings::log()?, LogFormat::Text);
        fs::create_dir_all(&self.data_dir).with_context(|| format!("{} could not be made", self.data_dir.display()))?;
        let random = system_random();
        let new_key = || {
            let mut bytes = [0; 32];
            random(&mut bytes);
            STANDARD.encode(bytes)
        };
        let master_key = settings::read_or_make(&self.data_dir.join("master.key"), || format!("demo:{}", new_key()))?;
        let password = settings::read_or_make(&self.data_dir.join("admin.password"), || {
            format!("demo-{}", &new_key().replace(['/', '+', '='], "")[..16])
        })?;
        let (listen, base) = self.address()?;
        let world_key = digest::hash(format!("demo world {master_key}"));
        let clock = system_clock();
        let seconds = Arc::new(move || clock().as_millis() / 1000);
        let world = Arc::new(DemoWorld::new(world_key, &base, seconds, system_random()));
        let app = App::build(Config {
            database_url: format!("sqlite://{}", self.data_dir.join("jackfield.db").display()),
            public_url: Url::parse(&base)?,
            master_keys: SecretString::from(master_key),
            listen,
            allowed_private_hosts: AllowedPrivateHosts::parse("127.0.0.1").map_err(anyhow::Error::msg)?,
            organization_name: "Acme".into(),
            limits: Limits::default(),
            demo: Some(Arc::clone(&world)),
            clock: system_clock(),
            outbound: None,
            mail: None,
            audit_reads: Default::default(),
            spool_dir: None,
            pace: Pace::default(),
        })
        .await?;
        let file = self.data_dir.join("demo.json");
        let seeding = seed::Seed { context: app.context.clone(), world, base, password: SecretString::from(password) };
        let tour = app.tour.clone();
        // Seeding calls the built-in provider, which answers only once the server runs.
        app.run(move |handle| {
            actix_web::rt::spawn(async move {
                if let Err(error) = finish(seeding, tour, &file).await {
                    eprintln!("jackfield: the demo could not be set up: {error:#}");
                    handle.stop(false).await;
                }
            });
        })
        .await
    }

    /// The port must be known before the demo's manifests are written, so a free one is looked for first.
    fn address(&self) -> Result<(SocketAddr, String)> {
        let mut listen = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        if self.port == 0 {
            listen = std::net::TcpListener::bind(listen)?.local_addr()?;
        }
        Ok((listen, format!("http://{listen}")))
    }
}

async fn finish(seeding: seed::Seed, tour: crate::web::pages::home::DemoTour, file: &Path) -> Result<()> {
    let seeded = seeding.run(file).await?;
    settings::write_private(file, &serde_json::to_string_pretty(&seeded.json)?)?;
    let _first = tour.set(seeded.tour);
    println!("Jackfield's demo is ready.");
    for (name, address) in ["base_url", "wizard_url", "admin_url"].iter().filter_map(|name| Some((name, seeded.json[*name].as_str()?))) {
        println!("  {name:<11} {address}");
    }
    println!("  everything  {}", file.display());
    Ok(())
}
