//! What is asked: prepared as a customer, an org user and a runtime would, with sessions and keys of their own.

use anyhow::{Context as _, Result, ensure};
use jackfield::{
    app,
    domain::access::Actor,
    flows::{AuditReads, Context, keys},
    providers::{AllowedPrivateHosts, GuardedClient},
    web::routes,
};
use regex::Regex;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::sync::Arc;

use super::{
    callers::{Call, get, put},
    dry_run::Person,
    fill::{ADMIN_EMAIL, ADMIN_PASSWORD, Place},
    manifest::{self, Kind, SERVICES},
    sample::Sample,
    server::Server,
};

/// Of the console, beside every page of it that the routes name.
const QUESTIONS: &[&str] = &[
    "/admin/customers?q=harbor",
    "/admin/customers?show=attention",
    "/admin/integrations/everything/matrix?show=all",
    "/admin/search?q=harbor",
    "/admin/audit?customer={customer}",
];
/// Whole lists, to take away.
const FILES: &[&str] = &["/admin/audit/export", "/admin/integrations/{key}/matrix/export", "/admin/manifests/export"];
/// An address may open so many links a minute.
const SESSIONS: usize = 50;
/// A key may call so often a second, and one caller is faster than that.
const KEYS: usize = 8;

pub struct Requests {
    pub pages: Vec<(String, Vec<Call>)>,
    pub reads: Vec<Call>,
    pub saves: Vec<Call>,
    pub lists: Vec<(&'static str, Vec<Call>)>,
    /// Signed in as the owner.
    pub owner: Person,
    bare: Vec<String>,
}

struct Http {
    client: reqwest::Client,
    base: String,
    key: String,
}

impl Requests {
    pub async fn prepare(server: &Server, place: &Place, sample: &Sample, api_key: &str) -> Result<Self> {
        let keys = api_keys(place).await?;
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build()?;
        let http = Http { client, base: format!("http://{}", server.address), key: api_key.to_owned() };
        let bearer = |n: usize| format!("Authorization: Bearer {}\r\n", keys[n % keys.len()]);
        let path = |(instance, slot): &(uuid::Uuid, String)| format!("/api/v1/instances/{instance}/connections/{slot}");
        let numbered = || sample.connected.iter().enumerate();
        let mut pages = vec![("wizard's first page, 10 × 30 inputs".to_owned(), first_pages(&http, sample).await?)];
        let owner = http.owner().await?;
        pages.extend(console(&http, sample, &owner).await?);
        Ok(Self {
            pages,
            reads: numbered().map(|(n, one)| get(&format!("{}/credentials", path(one)), &bearer(n))).collect(),
            saves: numbered().map(|(n, one)| put(&path(one), &bearer(n), &inputs(&one.1, n).to_string())).collect(),
            lists: lists(&http, sample, &bearer).await?,
            owner: Person { client: http.client.clone(), base: http.base.clone(), cookie: owner },
            bare: sample.connected.iter().map(|(instance, slot)| format!("/{instance}/{slot}")).collect(),
        })
    }

    pub fn bare_reads(&self) -> Vec<Call> {
        self.bare.iter().map(|path| get(path, "")).collect()
    }
}

async fn api_keys(place: &Place) -> Result<Vec<String>> {
    let outbound = GuardedClient::new(AllowedPrivateHosts::default()).map_err(|error| anyhow::anyhow!("the outbound client: {error}"))?;
    let (public_url, clock, reads) = (place.public_url.parse()?, app::system_clock(), AuditReads::default());
    let context: Context =
        app::open(&place.database_url, public_url, &place.master_keys, "", clock, Arc::new(outbound), None, reads, None).await?;
    let mut made = Vec::new();
    for n in 0..KEYS {
        let (_, secret) = keys::create(&context, &Actor::System, &format!("bench {n}"), Default::default()).await?;
        made.push(secret.expose_secret().to_owned());
    }
    context.store().close().await;
    Ok(made)
}

/// Every page that a row of the routes names, with the middle of what is there in the place of its names.
async fn console(http: &Http, sample: &Sample, owner: &str) -> Result<Vec<(String, Vec<Call>)>> {
    let (instance, customer) = sample.instances[sample.instances.len() / 2];
    let (instance, customer) = (instance.to_string(), customer.to_string());
    let named = |path: &str| {
        let key = if path.contains("/connectors/") { SERVICES[0].key } else { "everything" };
        let names = [("{instance}", instance.as_str()), ("{customer}", &customer), ("{key}", key), ("{slot}", SERVICES[0].key)];
        let names = names.into_iter().chain([("{page}", "connections")]);
        names.fold(path.to_owned(), |path, (name, value)| path.replace(name, value))
    };
    let pages = routes::all().filter(|route| route.method == "GET" && route.path.starts_with("/admin") && !FILES.contains(&route.path));
    let mut measured = Vec::new();
    for path in pages.map(|route| route.path).chain(QUESTIONS.iter().copied()) {
        let address = named(path);
        let answer = http.client.get(format!("{}{address}", http.base)).header("cookie", owner).send().await?;
        match answer.status() {
            status if status.is_success() => measured.push((path.to_owned(), vec![get(&address, &format!("Cookie: {owner}\r\n"))])),
            status => println!("{path} answers {status}: not measured"),
        }
    }
    Ok(measured)
}

async fn first_pages(http: &Http, sample: &Sample) -> Result<Vec<Call>> {
    let mut calls = Vec::new();
    for (instance, customer) in sample.instances.iter().take(SESSIONS) {
        let body = json!({"customer": customer, "instance": instance, "expires_in_seconds": 3600});
        let link = http.api("POST", "/links", Some(body)).await?;
        let url = link["url"].as_str().context("a link without a url")?;
        let opened = http.client.get(url).send().await?;
        let cookie = cookie(&opened).with_context(|| format!("{url} was answered {}", opened.status()))?;
        calls.push(get(&format!("/wizard/{instance}/pages/connections"), &cookie));
    }
    Ok(calls)
}

/// Pages from the beginning, the middle and of one customer, instance or connection.
async fn lists(http: &Http, sample: &Sample, bearer: &dyn Fn(usize) -> String) -> Result<Vec<(&'static str, Vec<Call>)>> {
    let (middle, customer) = sample.instances[sample.instances.len() / 2];
    let connections = http.api("GET", &format!("/instances/{middle}/connections"), None).await?;
    let connection = connections["items"][0]["connection_id"].as_str().context("a connection without an id")?.to_owned();
    let call = |path: String| (0..KEYS).map(|n| get(&format!("/api/v1{path}"), &bearer(n))).collect::<Vec<_>>();
    Ok(vec![
        ("GET /customers?limit=100, from the middle", call(format!("/customers?limit=100&cursor={customer}"))),
        ("GET /instances?limit=10, from the middle", call(format!("/instances?limit=10&cursor={middle}"))),
        (
            "GET /instances?limit=10&integration=…, from the middle",
            call(format!("/instances?limit=10&integration=everything&cursor={middle}")),
        ),
        ("GET /instances?customer=…", call(format!("/instances?customer={customer}"))),
        ("GET /audit-events?limit=100", call("/audit-events?limit=100".to_owned())),
        ("GET /audit-events?customer=…", call(format!("/audit-events?customer={customer}"))),
        ("GET /audit-events?connection=…", call(format!("/audit-events?connection={connection}"))),
    ])
}

/// All that a person would fill in.
fn inputs(slot: &str, seed: usize) -> Value {
    let service = SERVICES.iter().find(|service| service.key == slot).unwrap_or(&SERVICES[0]);
    let value = |name: &str, kind| match kind {
        Kind::Text | Kind::Password => Some(json!(format!("saved-{name}-{seed}"))),
        Kind::Email => Some(json!(format!("saved-{seed}@example.com"))),
        Kind::Choice => Some(json!("all")),
        Kind::Integer => Some(json!(seed)),
        Kind::Boolean => Some(json!(true)),
        Kind::Given => None,
    };
    let given = manifest::inputs(service).into_iter().filter_map(|(name, kind)| Some((name.clone(), value(&name, kind)?)));
    json!({"inputs": given.collect::<serde_json::Map<_, _>>()})
}

/// As a line of a request.
fn cookie(answer: &reqwest::Response) -> Option<String> {
    let set = answer.headers().get("set-cookie")?.to_str().ok()?;
    Some(format!("Cookie: {}\r\n", set.split(';').next()?))
}

impl Http {
    async fn api(&self, method: &str, path: &str, body: Option<Value>) -> Result<Value> {
        let mut request = self.client.request(method.parse()?, format!("{}/api/v1{path}", self.base)).bearer_auth(&self.key);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let answer = request.send().await?.error_for_status()?;
        Ok(serde_json::from_str(&answer.text().await?)?)
    }

    /// Signs in as the seeder's owner. → the value of its `Cookie` header
    async fn owner(&self) -> Result<String> {
        let url = format!("{}/admin/session", self.base);
        let asked = self.client.get(&url).send().await?;
        let before = cookie(&asked).context("the page to sign in sets no cookie")?;
        let html = asked.text().await?;
        let csrf = Regex::new(r#"name="csrf" value="([^"]*)""#)?.captures(&html).context("the page to sign in has no form token")?;
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("csrf", &csrf[1]), ("email", ADMIN_EMAIL), ("password", ADMIN_PASSWORD)])
            .finish();
        let request = self.client.post(&url).header("cookie", before.trim_start_matches("Cookie: ").trim()).header("origin", &self.base);
        let signed_in = request.header("content-type", "application/x-www-form-urlencoded").body(form).send().await?;
        ensure!(signed_in.status().is_redirection(), "signing in was answered {}", signed_in.status());
        let line = cookie(&signed_in).context("signing in sets no cookie")?;
        Ok(line.trim_start_matches("Cookie: ").trim().to_owned())
    }
}
