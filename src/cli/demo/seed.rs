//! The demo's customers, in every status, made through the same flows that people use.

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use anyhow::{Result, bail};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use crate::{
    domain::{
        access::{Actor, Scope},
        connection::ConnectionRef,
        customer::CustomerRef,
        customer_user::{CustomerRole, CustomerUserRef},
        ids::InstanceId,
        key::Key,
        token_import::Members,
        user::{LinkUser, Role},
    },
    flows::{
        Context,
        apply::{self, Applied, Options},
        configure,
        customer_users::{self, NewUser},
        customers, failures,
        idempotency::Idempotent,
        instances, keys, links,
        prefill::{self, Prefill},
        refresh, reusable, sign_in,
    },
    manifest::{Lookup, Source},
    store::InstanceFilter,
    web::{
        demo::{DemoWorld, cast::Person},
        pages::home::{Stop, Tour},
    },
};

const MANIFESTS: &str = include_str!("manifests.yaml");
const ADMIN_EMAIL: &str = "admin@acme.example";
/// To try the other roles with; the password is the admin's.
const OTHERS: [(&str, Role); 2] = [("support@acme.example", Role::Support), ("viewer@acme.example", Role::Viewer)];
const LINK_DAYS: i64 = 30;
/// The integration with a slot that is each user's own.
const ASSISTANT: &str = "personal-assistant";

pub struct Seed {
    pub context: Context,
    pub world: Arc<DemoWorld>,
    pub base: String,
    pub password: SecretString,
}

pub struct Seeded {
    /// `demo.json`.
    pub json: serde_json::Value,
    pub tour: Tour,
}

/// What the demo's manifests ask the environment for.
struct DemoLookup(String);

impl Lookup for DemoLookup {
    fn env(&self, name: &str) -> Option<String> {
        match name {
            "DEMO_CLIENT_SECRET" => Some(self.0.clone()),
            "DEMO_ERP_KEY" => Some("tasks-demo-key".into()),
            _ => None,
        }
    }
    fn file(&self, path: &str) -> Result<String, String> {
        Err(format!("the demo reads no files, so not {path}"))
    }
}

impl Seed {
    pub async fn run(&self, file: &Path) -> Result<Seeded> {
        self.apply().await?;
        let _kept = sign_in::create_user(&self.context, &Actor::System, ADMIN_EMAIL, &self.password, Role::Owner).await?;
        for (email, role) in OTHERS {
            let _kept = sign_in::create_user(&self.context, &Actor::System, email, &self.password, role).await?;
        }
        let before: serde_json::Value = fs::read_to_string(file).ok().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        let api_key = match before["api_key"].as_str() {
            Some(key) if keys::authenticate(&self.context, key).await?.is_some() => key.to_owned(),
            _ => keys::create(&self.context, &Actor::System, "demo", Default::default()).await?.1.expose_secret().to_owned(),
        };
        if self.customer("northwind", "Northwind Traders").await? {
            self.populate().await?;
        }
        self.tour(api_key).await
    }

    async fn apply(&self) -> Result<()> {
        let mut sources = crate::manifest::catalogue::sources();
        sources.push(Source { name: "demo.yaml".into(), text: MANIFESTS.replace("__BASE__", &self.base) });
        let lookup = DemoLookup(self.world.client_secret().to_owned());
        match apply::apply(&self.context, &Actor::System, &sources, &lookup, Options::default()).await? {
            Applied::Changes(_) => Ok(()),
            Applied::Refused(errors) => bail!("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")),
        }
    }

    /// Whether it is new.
    async fn customer(&self, external_id: &str, name: &str) -> Result<bool> {
        match customers::create(&self.context, &Actor::System, external_id, name, None).await? {
            Idempotent::Now(customers::Created::Customer(_)) => Ok(true),
            Idempotent::Now(customers::Created::Duplicate) => Ok(false),
            _ => bail!("the customer {external_id} was refused"),
        }
    }

    /// Further customers, one for each status that a connection can have.
    async fn populate(&self) -> Result<()> {
        for (external_id, name) in
            [("harborlane", "Harbor Lane"), ("bluefjord", "Blue Fjord"), ("meadow", "Meadow & Sons"), ("tailspin", "Tailspin Toys")]
        {
            self.customer(external_id, name).await?;
        }
        let connected = self.instance("harborlane", "team-alerts").await?;
        self.token(connected, Person::Jonas, Some(3600)).await?;
        self.key(connected, "tasks-other-key").await?;
        self.turn_on(connected).await?;
        let expired = self.instance("bluefjord", "team-alerts").await?;
        self.token(expired, Person::Maya, Some(3600)).await?;
        self.key(expired, "tasks-demo-key").await?;
        self.turn_on(expired).await?;
        self.token(expired, Person::Maya, None).await?;
        let _ended = refresh::force(&self.context, Scope::Organization, &ConnectionRef::slot(expired, "chat")).await?;
        let broken = self.instance("tailspin", "task-sync").await?;
        self.key(broken, "tasks-demo-key").await?;
        self.turn_on(broken).await?;
        let of_tasks = ConnectionRef::slot(broken, "tasks");
        failures::report(&self.context, Scope::Organization, &Actor::System, &of_tasks, "401 Unauthorized").await?;
        self.instance("meadow", "team-alerts").await?;
        self.reusable().await?;
        self.each_users_own().await
    }

    /// One customer's values, the organization's own account, and a saved connection that two integrations use.
    async fn reusable(&self) -> Result<()> {
        let (erp, chat) = (Key::parse("erp-account")?, Key::parse("our-chat")?);
        let harborlane = CustomerRef::External("harborlane".to_owned());
        let inputs = BTreeMap::from([("api_key".to_owned(), json!("tasks-demo-key"))]);
        reusable::set_for_customer(&self.context, &Actor::System, &erp, &harborlane, inputs).await?;
        let token = self.issued(Person::Jonas, Some(3600));
        let ours = Prefill { token: Some(token), check: true, ..Prefill::default() };
        let at = reusable::Whose::Organization.at(&chat);
        prefill::prefill(&self.context, Scope::Organization, &Actor::System, &at, &ours).await?;
        let (orders, report) = (self.instance("harborlane", "order-sync").await?, self.instance("harborlane", "task-report").await?);
        self.key(orders, "tasks-other-key").await?;
        let used = prefill::find(&self.context, Scope::Organization, &ConnectionRef::slot(orders, "tasks")).await?;
        if let Some(used) = used {
            reusable::bind(&self.context, Scope::Organization, &Actor::System, report, "tasks", used.connection.id).await?;
        }
        self.turn_on(orders).await?;
        self.turn_on(report).await
    }

    /// Three users of one customer: one has connected an account of their own, one has to reconnect, one never did.
    async fn each_users_own(&self) -> Result<()> {
        let id = self.instance("harborlane", ASSISTANT).await?;
        self.key(id, "tasks-other-key").await?;
        self.turn_on(id).await?;
        let customer = CustomerRef::External("harborlane".into());
        let Some(customer) = self.context.store().read().customers().find(Scope::Organization, &customer).await? else { return Ok(()) };
        for (external_id, name, lives_seconds) in
            [("jonas", "Jonas", Some(Some(3600))), ("maya", "Maya", Some(None)), ("priya", "Priya", None)]
        {
            let email = format!("{external_id}@harborlane.example");
            let new = NewUser { external_id: Some(external_id.into()), email, name: name.into(), role: CustomerRole::Member };
            let _kept = customer_users::create(&self.context, &Actor::System, customer.id, &new).await?;
            let Some(lives_seconds) = lives_seconds else { continue };
            let person = if external_id == "jonas" { Person::Jonas } else { Person::Maya };
            let user = CustomerUserRef::External(external_id.into());
            let at = ConnectionRef::OfUser { instance_id: id, slot: "chat".into(), user };
            let theirs = Prefill { token: Some(self.issued(person, lives_seconds)), check: lives_seconds.is_some(), ..Prefill::default() };
            prefill::prefill(&self.context, Scope::Organization, &Actor::System, &at, &theirs).await?;
            if lives_seconds.is_none() {
                let _ended = refresh::force(&self.context, Scope::Organization, &at).await?;
            }
        }
        Ok(())
    }

    /// To the page of somebody who has not connected yet.
    async fn own_link(&self) -> Result<String> {
        let customer = CustomerRef::External("harborlane".into());
        let found = self.context.store().read().customers().find(Scope::Organization, &customer).await?;
        let filter = InstanceFilter { customer: found.map(|c| c.id), integration: Some(Key::parse(ASSISTANT)?) };
        let instances = self.context.store().read().instances().list(Scope::Organization, &filter, None, 1).await?;
        let Some(instance) = instances.first() else { bail!("the instance of {ASSISTANT} is gone") };
        let who = Some(LinkUser { name: "Priya".into(), email: "priya@harborlane.example".into() });
        let wanted = links::Wanted::Instance(instance.id);
        let new = links::NewLink { wanted, user: who, expires_in_seconds: LINK_DAYS * 86_400, is_mailed: false };
        match links::create(&self.context, Scope::Organization, &Actor::System, &customer, new).await? {
            links::Made::Link(made) => Ok(made.url.expose_secret().to_owned()),
            _ => bail!("the link to {ASSISTANT} could not be made"),
        }
    }

    async fn instance(&self, customer: &str, integration: &str) -> Result<InstanceId> {
        let customer = CustomerRef::External(customer.to_owned());
        match instances::create(&self.context, Scope::Organization, &Actor::System, &customer, &Key::parse(integration)?, None).await? {
            instances::Created::Instance(instance) => Ok(instance.id),
            _ => bail!("the instance of {integration} could not be made"),
        }
    }

    /// `lives_seconds`: `None` is a token that has ended and cannot be refreshed.
    async fn token(&self, id: InstanceId, person: Person, lives_seconds: Option<i64>) -> Result<()> {
        let token = self.issued(person, lives_seconds);
        self.prefill(id, "chat", Prefill { token: Some(token), check: lives_seconds.is_some(), ..Prefill::default() }).await
    }

    fn issued(&self, person: Person, lives_seconds: Option<i64>) -> Members {
        let issued = self.world.issue_tokens("demo-chat", person, "channels:read chat:write");
        let token = [
            ("access_token", json!(issued.access_token)),
            ("refresh_token", json!(lives_seconds.and(issued.refresh_token))),
            ("expires_at", json!(self.context.now().plus_seconds(lives_seconds.unwrap_or(-60)))),
            ("scope", json!("channels:read chat:write")),
        ];
        token.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    async fn key(&self, id: InstanceId, key: &str) -> Result<()> {
        let inputs = BTreeMap::from([("api_key".to_owned(), json!(key))]);
        self.prefill(id, "tasks", Prefill { inputs, check: true, ..Prefill::default() }).await
    }

    async fn prefill(&self, id: InstanceId, slot: &str, prefill: Prefill) -> Result<()> {
        match prefill::prefill(&self.context, Scope::Organization, &Actor::System, &ConnectionRef::slot(id, slot), &prefill).await? {
            prefill::Prefilled::Saved => Ok(()),
            prefill::Prefilled::CheckFailed(reason) => bail!("the demo's own {slot} did not pass its check: {reason}"),
            _ => bail!("the demo's {slot} could not be filled in"),
        }
    }

    async fn turn_on(&self, id: InstanceId) -> Result<()> {
        let changes =
            instances::Changes { variables: BTreeMap::from([("severity".to_owned(), json!("high"))]), ..instances::Changes::default() };
        let _only_team_alerts = instances::update(&self.context, Scope::Organization, &Actor::System, id, &changes).await?;
        match configure::turn_on(&self.context, Scope::Organization, &Actor::System, id).await? {
            configure::TurnOn::On { .. } => Ok(()),
            _ => bail!("a demo instance could not be turned on"),
        }
    }

    async fn link(&self, integration: &str) -> Result<String> {
        let customer = CustomerRef::External("northwind".into());
        let wanted = links::Wanted::Integration(Key::parse(integration)?);
        let new = links::NewLink { wanted, user: None, expires_in_seconds: LINK_DAYS * 86_400, is_mailed: false };
        match links::create(&self.context, Scope::Organization, &Actor::System, &customer, new).await? {
            links::Made::Link(made) => Ok(made.url.expose_secret().to_owned()),
            _ => bail!("the link to {integration} could not be made"),
        }
    }

    /// The instance whose credentials there are to read: Harbor Lane's.
    async fn connected(&self) -> Result<String> {
        let customer =
            self.context.store().read().customers().find(Scope::Organization, &CustomerRef::External("harborlane".into())).await?;
        let filter = InstanceFilter { customer: customer.map(|c| c.id), integration: Some(Key::parse("team-alerts")?) };
        let instances = self.context.store().read().instances().list(Scope::Organization, &filter, None, 1).await?;
        Ok(instances.first().map(|instance| instance.id.to_string()).unwrap_or_default())
    }

    async fn tour(&self, api_key: String) -> Result<Seeded> {
        let (team_alerts, task_sync, chat_digest) =
            (self.link("team-alerts").await?, self.link("task-sync").await?, self.link("chat-digest").await?);
        let stop = |href: &String, integration: &str, shows: &str| Stop {
            href: href.clone(),
            integration: integration.into(),
            customer: "Northwind Traders".into(),
            shows: shows.into(),
        };
        let own = self.own_link().await?;
        let tour = Tour {
            wizards: vec![
                stop(&team_alerts, "Team alerts", "Three connections: one by signing in, one by key, one managed by Acme"),
                stop(&task_sync, "Task sync", "One connection by key, checked before it is saved"),
                stop(&chat_digest, "Chat digest", "One Connect button and nothing else"),
                Stop {
                    customer: "Harbor Lane".into(),
                    ..stop(&own, "Personal assistant", "Turned on already: each user connects their own account")
                },
            ],
            admin_email: ADMIN_EMAIL.into(),
            admin_password: self.password.expose_secret().to_owned(),
            other_emails: OTHERS.map(|(email, _)| email.to_owned()).into(),
            curl: format!(
                "curl -H \"Authorization: Bearer {api_key}\" {}/api/v1/instances/{}/connections/chat/credentials",
                self.base,
                self.connected().await?
            ),
        };
        let json = json!({
            "base_url": self.base,
            "wizard_url": team_alerts,
            "admin_url": format!("{}/admin", self.base),
            "admin_email": ADMIN_EMAIL,
            "admin_password": self.password.expose_secret(),
            "users": OTHERS.map(|(email, role)| json!({"email": email, "role": role, "password": self.password.expose_secret()})),
            "api_key": api_key,
            "provider_url": format!("{}/demo-provider/", self.base),
            "links": {"team_alerts": team_alerts, "task_sync": task_sync, "chat_digest": chat_digest, "own": own},
        });
        Ok(Seeded { json, tour })
    }
}
