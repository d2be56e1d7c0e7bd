//! Secrets that are like no other text, driven through every flow; afterwards none is found where it does not belong.
//!
//! Driven: the wizard, wrong and right; consent, denied and given; a user's own page; pre-fill, imported tokens, checks, refreshes,
//! failures and disconnects by the API; values filled in, replaced and restored in the console; manifests by hand; customers from a
//! file; signing in; mails; alerts; a panic while a secret is in hand (`panics`). Then every page and call of the table that reads
//! (`pages`), as each who may, so that a new one is driven by itself, CSV files and exports among them.
//! Swept: every answer but that of a credential read, webhooks, mails, the database, a backup, the log at `trace`, metrics, panics.

mod pages;
mod panics;

use std::collections::BTreeSet;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use jackfield::{
    domain::{access::Actor, alert::Telling, mail::Letter, user::Role},
    flows::{
        alerts, mail, sign_in,
        transfer::{Source, Transferred, transfer},
    },
    store::BackupFile,
};
use secrecy::ExposeSecret;
use serde_json::json;
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::any};

use crate::support::{Browser, Mailbox, Product, Provider, Receiver, database, log, provider::parameters, receiver::Message};

const TYPED: &str = "cnry-typed-&<\"'+/=é-4f1a";
const PREFILLED: &str = "cnry-prefilled-&<\"'+/=é-77c2";
const REFUSED: &str = "cnry-refused-&<\"'+/=-93d0";
const IN_QUERY: &str = "cnry-query-&<\"'+/=-b6e8";
const CLIENT_SECRET: &str = "cnry-client-secret-&<'+/=-20ab";
const UPLOADED: &str = "cnry-uploaded-&<+/=-41d7";
/// In a mail alone, and nowhere once it was sent.
const MAILED: &str = "cnry-mailed-link-0b9e5a";
const IMPORTED: &str = "cnry-imported-token-5e5f";
const IN_FILE: &str = "cnry-file-&<+/=-e0d7";
const FILLED_IN: &str = "cnry-filled-in-&<\"'+/=é-6b1d";
const FILLED_IN_LATER: &str = "cnry-later-&<\"'+/=é-0fe2";
/// By a user, for themselves alone.
const OWN: &str = "cnry-own-&<\"'+/=é-3d5a";
const PASSWORD: &str = "cnry-password-&<\"'+/=é-c11d";
/// Put before each code and token that the provider makes up.
const ISSUED: &str = "cnry-issued-&<+/=-";

fn manifests(provider: &Provider, refusing: &str) -> String {
    let more = format!(
        r#"
---
kind: connector
key: vault
name: Vault
connection_types:
  - key: query
    name: Key in the address
    auth: {{kind: query, name: key, value: "{{{{key}}}}"}}
    inputs: [{{key: key, label: Vault key, type: password}}, {{key: port, label: Port, type: integer, required: false}}, {{key: host, label: Host, default: "{refusing}"}}]
    check: {{get: "{{{{host}}}}/me", expect: {{status: 200}}}}
---
kind: integration
key: safe
name: Safe
pages: [{{key: vault, title: Open the vault, elements: [{{connection: vault, type: vault.query}}]}}]
---
kind: integration
key: personal
name: Personal
pages:
  - key: own
    title: Own
    elements:
      - {{connection: desk, type: desk.oauth2, per_user: true, inputs: {{client_secret: {{value: "CLIENT_SECRET"}}}}}}
      - {{connection: tasks, type: tasks.api_key, per_user: true}}
---
kind: preset
key: our-desk
type: desk.oauth2
inputs: {{client_secret: {{value: "CLIENT_SECRET"}}}}
---
kind: reusable_connection
key: task-key
name: Task key
type: tasks.api_key
activation: customer
"#
    );
    let quoted = CLIENT_SECRET.replace('"', "\\\"");
    provider.manifests("").replace("desk-client-secret", &quoted) + &more.replace("CLIENT_SECRET", &quoted)
}

/// Every way this text may be written.
fn spellings(secret: &str) -> Vec<String> {
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let json = serde_json::to_string(secret).unwrap();
    let html =
        |quote: &str, apostrophe: &str| secret.replace('&', "&amp;").replace('<', "&lt;").replace('"', quote).replace('\'', apostrophe);
    let form: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let mut all = vec![secret.to_owned(), hex.to_uppercase(), hex, json.trim_matches('"').to_owned(), form.replace('+', "%20"), form];
    all.extend([
        html("&quot;", "&#x27;"),
        html("&#34;", "&#39;"),
        STANDARD.encode(secret),
        format!("{secret:?}").trim_matches('"').to_owned(),
    ]);
    // In the middle of something longer, as `user:password`: what does not depend on its neighbours.
    for shift in 0..3_usize {
        let shifted = [vec![b' '; shift], secret.as_bytes().to_vec()].concat();
        for encoded in [STANDARD_NO_PAD.encode(&shifted), URL_SAFE_NO_PAD.encode(&shifted)] {
            all.push(encoded[shift.next_multiple_of(2) * 2..encoded.len() - 3].to_owned());
        }
    }
    all
}

struct Sweep(Vec<(String, Vec<String>)>);

impl Sweep {
    fn new(secrets: &[(&str, String)]) -> Self {
        Self(secrets.iter().map(|(name, secret)| ((*name).to_owned(), spellings(secret))).collect())
    }

    fn found_in(&self, place: &str, bytes: &[u8]) -> Vec<String> {
        let text = String::from_utf8_lossy(bytes);
        let found = self.0.iter().filter_map(|(name, ways)| {
            let way = ways.iter().find(|way| text.contains(way.as_str()))?;
            let at = text.find(way.as_str()).unwrap_or_default();
            let near: String = text[..at].chars().rev().take(160).collect::<Vec<_>>().into_iter().rev().collect();
            Some(format!("{name} in {place}, after {near:?}"))
        });
        found.collect()
    }
}

#[test]
fn a_sweep_finds_what_it_looks_for_in_every_spelling() {
    let sweep = Sweep::new(&[("typed", TYPED.into())]);
    for way in spellings(TYPED) {
        assert_eq!(sweep.found_in("here", format!("before {way} after").as_bytes()).len(), 1, "{way}");
    }
    for user in ["", "a:", "ab:", "abc:"] {
        let basic = STANDARD.encode(format!("{user}{TYPED}more"));
        assert_eq!(sweep.found_in("here", basic.as_bytes()).len(), 1, "{user}");
    }
    assert!(sweep.found_in("here", b"nothing of the kind").is_empty());
}

struct Cast {
    product: Product,
    provider: Provider,
    /// Of every event, with links.
    receiver: Receiver,
    signing_secrets: [String; 2],
    person: Browser,
    instance: String,
    mailbox: Mailbox,
}

impl Cast {
    /// With a link to `alerts` that the person has opened.
    async fn new() -> (Self, String) {
        let mailbox = Mailbox::start().await;
        let (product, provider, receiver) =
            (panics::product(|config| config.mail = mailbox.server()).await, Provider::start().await, Receiver::start().await);
        provider.now().prefix = ISSUED.to_owned();
        let refusing = MockServer::start().await;
        Mock::given(any()).respond_with(ResponseTemplate::new(401)).mount(&refusing).await;
        let (status, said) = product.apply(&manifests(&provider, &refusing.uri())).await;
        assert_eq!(status, 200, "{said}");
        let (endpoint, first) = receiver.subscribe(&product, json!({"reconnect_links": true})).await;
        let rotated = product.ok("POST", &format!("/webhook-endpoints/{endpoint}/secret-rotations"), None).await;
        let signing_secrets = [first, rotated["secret"].as_str().unwrap().to_owned()];
        product.customer("acme").await;
        let link = product.link("acme", "alerts").await;
        let mut person = Browser::new(&product.base);
        person.open(&link).await;
        let instances = product.ok("GET", "/instances?customer=external:acme", None).await;
        let instance = instances["items"][0]["id"].as_str().unwrap().to_owned();
        (Self { product, provider, receiver, signing_secrets, person, instance, mailbox }, link)
    }

    /// What was sent to the organization's program, and the tokens of the links within.
    async fn webhooks(&self) -> (String, Vec<String>) {
        self.receiver.wait_for(8).await;
        let messages = self.receiver.after_a_while().await;
        let kinds: BTreeSet<String> = messages.iter().map(Message::kind).collect();
        for kind in ["connection.connected", "connection.check_failed", "connection.disconnected", "instance.deployed"] {
            assert!(kinds.contains(kind), "{kinds:?}");
        }
        let links = messages.iter().filter_map(|message| message.json()["data"]["reconnect_url"].as_str().map(str::to_owned));
        let tokens: Vec<String> = links.map(|link| link.rsplit('/').next().unwrap().to_owned()).collect();
        assert!(!tokens.is_empty());
        (format!("{messages:?}"), tokens)
    }
}

/// The wizard, wrong and right; consent, denied and given. Gives back the code, the verifier and the state.
async fn connect(cast: &mut Cast) -> [String; 3] {
    let person = &mut cast.person;
    let (action, pairs) = person.form_of("Connect Desk");
    person.once("POST", &action, Some(&pairs)).await;
    let url = person.headers["location"].to_str().unwrap().to_owned();
    person.open(&cast.provider.deny(&url, "access_denied", "no")).await;
    person.follow("Back to the step").await;
    person.fill("API key", TYPED);
    let (action, pairs) = person.form_of("Connect Desk");
    person.once("POST", &action, Some(&pairs)).await;
    let url = person.headers["location"].to_str().unwrap().to_owned();
    let back = cast.provider.allow(&url);
    person.open(&back).await;
    assert!(person.html.contains("Desk is connected"), "{}", person.html);
    person.fill("Channel", "").press("Save and continue").await;
    assert_eq!(person.status, 422);
    person.fill("Channel", "#ops").press("Save and continue").await;
    person.press("Turn on Alerts").await;
    assert!(person.title().contains("Alerts is on"), "{}", person.html);
    let verifier = cast.provider.now().asked[0]["code_verifier"].clone();
    [parameters(&back)["code"].clone(), verifier, parameters(&url)["state"].clone()]
}

async fn use_the_api(cast: &Cast) {
    let (product, desk) = (&cast.product, format!("/instances/{}/connections/desk", cast.instance));
    let tasks = format!("/instances/{}/connections/tasks", cast.instance);
    assert_eq!(product.ok("GET", &format!("{tasks}/credentials"), None).await["inputs"]["api_key"], TYPED);
    product.ok("GET", &format!("{desk}/credentials"), None).await;
    product.ok("POST", &format!("{desk}/refreshes"), None).await;
    product.ok("POST", &format!("{desk}/checks"), None).await;
    product.ok("PUT", &tasks, Some(json!({"inputs": {"api_key": PREFILLED}}))).await;
    product.ok("POST", &format!("{tasks}/failures"), Some(json!({"message": "401"}))).await;
    product.ok("PUT", &desk, Some(json!({"token": {"access_token": IMPORTED, "refresh_token": IMPORTED}}))).await;
    for wrong in [
        json!({"inputs": {"api_key": {"a": REFUSED}}}),
        json!({"inputs": {"api_key": [REFUSED]}, "token": REFUSED}),
        json!({"inputs": {"team": REFUSED.repeat(4000)}}),
        json!({"token": {"access_token": REFUSED, "expires_at": REFUSED}}),
        json!(REFUSED),
    ] {
        assert!((400..500).contains(&product.api("PUT", &tasks, Some(wrong)).await.0));
    }
    let broken = format!("kind: preset\nkey: x\ntype: desk.oauth2\ninputs: {{client_secret: {{valu: '{}'}}}}", REFUSED.replace('\'', "''"));
    assert_eq!(product.apply(&broken).await.0, 422);
    let safe = product.ok("POST", "/instances", Some(json!({"customer": "external:acme", "integration": "safe"}))).await;
    let vault = format!("/instances/{}/connections/vault", safe["id"].as_str().unwrap());
    assert!(product.api("PUT", &format!("{vault}?check=true"), Some(json!({"inputs": {"key": IN_QUERY}}))).await.0 >= 400);
    for host in ["http://127.0.0.1:1", "http://127.0.0.1:1/ /", "https://localhost:1"] {
        product.ok("PUT", &vault, Some(json!({"inputs": {"key": IN_QUERY, "host": host}}))).await;
        product.ok("POST", &format!("{vault}/checks"), None).await;
    }
    for path in
        [&desk, &tasks, &vault, "/audit-events?limit=100", "/instances?customer=external:acme", "/connectors/vault", "/integrations/alerts"]
    {
        product.ok("GET", path, None).await;
    }
}

/// A manifest by hand, wrong and right; what changed; the export; alerts, told by mail; a mail with a link.
async fn look_after(cast: &Cast, admin: &mut Browser) {
    let preset = format!("kind: preset\nkey: ours\ntype: vault.query\ninputs: {{key: {{value: \"{UPLOADED}\"}}}}\n");
    for (manifest, status) in [(preset.replace("{value", "{valu"), 422), (format!("{preset}  {UPLOADED}"), 422), (preset, 200)] {
        admin.open("/admin/manifests").await.fill("Manifests, as YAML", &manifest).press("Show what would change").await;
        assert_eq!(admin.status, status, "{}", admin.html);
    }
    admin.press("Apply this change").await;
    assert_eq!(admin.status, 200, "{}", admin.html);
    for path in [
        "manifests/export",
        "integrations",
        "integrations/alerts",
        "integrations/alerts/changes",
        "connectors",
        "connectors/desk",
        "connectors/desk/docs",
    ] {
        assert_eq!(admin.open(&format!("/admin/{path}")).await.status, 200, "{path}");
    }
    let context = &cast.product.context;
    let user = context.store().read().org_users().find_by_email("ann@acme.example").await.unwrap().unwrap();
    alerts::subscribe(context, user.id, Some(Telling::AtOnce)).await.ok().unwrap();
    alerts::watch(context).await.ok().unwrap();
    assert_eq!(admin.open("/admin/alerts").await.status, 200);
    assert_eq!(admin.open("/admin/settings").await.status, 200);
    let letter = Letter::Link {
        url: format!("https://acme.example/{MAILED}"),
        person: None,
        subject: Some("Desk".into()),
        expires_at: context.now(),
    };
    let mut work = context.store().begin().await.unwrap();
    mail::queue(context, &mut work, "kim@acme.example", &letter).await.ok().unwrap();
    work.commit().await.unwrap();
    for _ in 0..400 {
        if cast.mailbox.mails().iter().any(|mail| mail.content.contains(MAILED)) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("the mail did not come");
}

/// Fills in on the customer's behalf, rightly and wrongly, replaces it, goes back, and looks at every page of it.
async fn in_the_console(product: &Product, admin: &mut Browser, instance: &str) {
    let of = |instance: &str, slot: &str, rest: &str| format!("/admin/instances/{instance}/connections/{slot}{rest}");
    for secret in [FILLED_IN, FILLED_IN_LATER] {
        admin.open(&of(instance, "tasks", "/values")).await.fill("API key", secret).press("Save").await;
        assert!(admin.html.contains("Saved."), "{}", admin.html);
    }
    admin.press("Go back to the old one").await;
    let tasks = format!("/instances/{instance}/connections/tasks/credentials");
    assert_eq!(product.ok("GET", &tasks, None).await["inputs"]["api_key"], FILLED_IN);
    let safe = product.ok("GET", "/instances?customer=external:acme&integration=safe", None).await["items"][0]["id"].clone();
    let vault = of(safe.as_str().unwrap(), "vault", "/values");
    admin.open(&vault).await.fill("Vault key", REFUSED).fill("Port", REFUSED).press("Check and save").await;
    assert_eq!(admin.status, 422);
    admin.open(&vault).await.fill("Vault key", REFUSED).press("Check and save").await;
    assert_eq!(admin.status, 422);
    let customer = product.ok("GET", "/customers/external:acme", None).await["id"].as_str().unwrap().to_owned();
    for path in [
        of(instance, "tasks", ""),
        of(instance, "tasks", "/values"),
        of(instance, "desk", ""),
        of(instance, "desk", "/values"),
        of(instance, "desk", "/disconnection"),
        format!("/admin/instances/{instance}"),
        format!("/admin/instances/{instance}/preview/accounts"),
        format!("/admin/customers/{customer}/links"),
        "/admin/presets".to_owned(),
        "/admin/bulk-checks".to_owned(),
    ] {
        assert_eq!(admin.open(&path).await.status, 200, "{path}");
    }
}

async fn sign_in_and_out(cast: &Cast) {
    let (product, instance) = (&cast.product, &cast.instance);
    let password = PASSWORD.to_owned().into();
    sign_in::create_user(&product.context, &Actor::System, "ann@acme.example", &password, Role::Admin).await.ok().unwrap();
    let mut admin = Browser::new(&product.base);
    admin.open("/admin").await.fill("E-mail", PASSWORD).fill("Password", REFUSED).press("Sign in").await;
    assert_eq!(admin.status, 422);
    admin.fill("E-mail", "ann@acme.example").fill("Password", PASSWORD).press("Sign in").await;
    assert_eq!((admin.status, admin.url.ends_with("/admin")), (200, true));
    in_the_console(product, &mut admin, instance).await;
    look_after(cast, &mut admin).await;
    admin.open("/admin").await.press("Sign out").await;
}

/// What an org user sees and takes along: customers from a file with their keys, the matrix, results, a search.
async fn use_the_console(product: &Product) {
    let password = PASSWORD.to_owned().into();
    sign_in::create_user(&product.context, &Actor::System, "bea@acme.example", &password, Role::Admin).await.ok().unwrap();
    let mut admin = Browser::new(&product.base);
    admin.open("/admin").await.fill("E-mail", "bea@acme.example").fill("Password", PASSWORD).press("Sign in").await;
    let file = format!("id,name,API key,Team\nacme,acme,{IN_FILE},ours\nfrom-file,From a file,{IN_FILE},\n,Nobody,{IN_FILE},\n");
    admin.open("/admin/customers/import").await.set("text", &[&file]).fill("Fill in connections", "alerts").press("Look at the file").await;
    admin.press("See what would change").await;
    assert!(admin.html.contains("1 new, 1 changed"), "{}", admin.html);
    let import = admin.url.clone();
    admin.press("Import the rows that are right").await;
    while admin.open(&import).await.html.contains("Importing") {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let paths =
        ["/admin", "/admin/customers", "/admin/integrations/alerts/matrix?show=all", "/admin/integrations/alerts/matrix/export?show=all"];
    for path in paths.into_iter().chain(["/admin/search?q=acme", &format!("{import}/result")]) {
        assert_eq!(admin.open(path).await.status, 200, "{path}");
    }
    let customer = product.ok("GET", "/customers/external:from-file", None).await["id"].as_str().unwrap().to_owned();
    for part in ["", "/name", "/deletion"] {
        assert_eq!(admin.open(&format!("/admin/customers/{customer}{part}")).await.status, 200);
    }
}

/// A user's own page: refused, saved, signed in; and what is typed there read back as theirs.
async fn ones_own(cast: &Cast) -> (Browser, String) {
    let product = &cast.product;
    let made = product.ok("POST", "/instances", Some(json!({"customer": "external:acme", "integration": "personal"}))).await;
    let id = made["id"].as_str().unwrap().to_owned();
    product.ok("POST", &format!("/instances/{id}/deployments"), None).await;
    let user = json!({"external_id": "uma", "name": "Uma", "email": "uma@acme.test"});
    let link = product.ok("POST", "/links", Some(json!({"instance": id, "user": user, "expires_in_seconds": 600}))).await;
    let mut uma = Browser::new(&product.base);
    uma.open(link["url"].as_str().unwrap()).await;
    let (action, pairs) = uma.form_of("Connect Desk");
    uma.once("POST", &action, Some(&pairs)).await;
    let url = uma.headers["location"].to_str().unwrap().to_owned();
    uma.open(&cast.provider.allow(&url)).await;
    uma.fill("API key", OWN).set("input:tasks:other", &[REFUSED]).press("Save Tasks").await;
    assert_eq!(uma.status, 422);
    uma.open(&format!("/wizard/{id}/own")).await.fill("API key", OWN).press("Save Tasks").await;
    assert!(uma.html.contains("Saved."), "{}", uma.html);
    let tasks = format!("/instances/{id}/connections/tasks");
    let read = product.ok("GET", &format!("{tasks}/credentials?user=external:uma"), None).await;
    assert_eq!(read["inputs"]["api_key"], OWN);
    product.ok("POST", &format!("{tasks}/failures?user=external:uma"), Some(json!({"message": "401"}))).await;
    let saved = json!({"reusable_connection": "task-key", "inputs": {"api_key": PREFILLED}});
    product.ok("POST", "/customers/external:acme/connections", Some(saved)).await;
    (uma, id)
}

async fn backup_of(product: &Product) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("backup.db");
    let file = BackupFile::create(&path, false).await.unwrap();
    let made = transfer(product.context.store(), file.store(), Source::Live, &mut |_| ()).await.unwrap();
    assert!(matches!(made, Transferred::All(_)), "{made:?}");
    file.finish().await.unwrap();
    let bytes = std::fs::read(path).unwrap();
    assert!(String::from_utf8_lossy(&bytes).contains("ann@acme.example"), "what is no secret is found in it");
    bytes
}

#[tokio::test]
async fn no_secret_is_found_where_it_does_not_belong() {
    let (mut cast, link) = Cast::new().await;
    let [code, verifier, state] = connect(&mut cast).await;
    use_the_api(&cast).await;
    let disconnection = format!("/wizard/{}/connections/desk/disconnection", cast.instance);
    cast.person.open(&disconnection).await.press("Disconnect Desk").await;
    assert_eq!(cast.person.status, 200, "{}", cast.person.html);
    sign_in_and_out(&cast).await;
    use_the_console(&cast.product).await;
    let (uma, own_instance) = ones_own(&cast).await;
    let exported = pages::read(&cast, &uma, &own_instance).await;
    let mut secrets: Vec<(&str, String)> =
        [TYPED, PREFILLED, FILLED_IN, FILLED_IN_LATER, REFUSED, IN_QUERY, CLIENT_SECRET, IMPORTED, IN_FILE, ISSUED, UPLOADED, MAILED, OWN]
            .map(|secret| (secret.split("-&").next().unwrap_or(secret), secret.to_owned()))
            .into();
    secrets.extend([("API key", cast.product.api_key.clone()), ("code", code), ("PKCE verifier", verifier)]);
    let in_answers = Sweep::new(&secrets);
    // Their own rightful answers hold them: an address to open, a URL to leave for. An e-mail field shows what was typed there.
    let token = link.rsplit('/').next().unwrap().to_owned();
    let (webhooks, tokens) = cast.webhooks().await;
    // Before the sweeps: they take longer than an idle connection lasts.
    let metrics = cast.person.open("/metrics").await.html.clone();
    let panicked = panics::with_a_secret_in_hand(&cast.product, REFUSED).await;
    secrets.extend(tokens.into_iter().map(|token| ("reconnect link's token", token)));
    secrets.extend(cast.signing_secrets.clone().map(|secret| ("signing secret", secret.replace("whsec_", ""))));
    secrets.extend([("password", PASSWORD.to_owned()), ("link token", token), ("state", state)]);
    let key = cast.product.master_keys.expose_secret();
    secrets.push(("master key", key.split_once(':').unwrap().1.to_owned()));
    let everywhere = Sweep::new(&secrets);
    let mut found = Vec::new();
    let answers = log::answers_of(&cast.product.base);
    assert!(answers.len() > 40, "{}", answers.len());
    let is_read = |answer: &&log::Answer| {
        answer.to.starts_with("GET") && answer.to.split('?').next().is_some_and(|path| path.ends_with("/credentials"))
    };
    for answer in answers.iter().filter(|answer| !is_read(answer)) {
        found.extend(in_answers.found_in(&answer.to, answer.text.as_bytes()));
    }
    found.extend(in_answers.found_in("the exported audit", exported.as_bytes()));
    found.extend(in_answers.found_in("a webhook", webhooks.as_bytes()));
    let mails = cast.mailbox.mails().into_iter().filter(|mail| !mail.content.contains(MAILED)).map(|mail| mail.content).collect::<String>();
    found.extend(in_answers.found_in("a mail", mails.as_bytes()));
    cast.product.context.flush_reads().await.unwrap();
    for (written_in, contents) in database::contents(&cast.product.database_url).await {
        found.extend(everywhere.found_in(&written_in, &contents));
    }
    found.extend(everywhere.found_in("a backup", &backup_of(&cast.product).await));
    let written = log::so_far();
    assert!(String::from_utf8_lossy(&written).contains("route=\"/oauth/callback\""), "the log was captured");
    found.extend(everywhere.found_in("the log", &written));
    found.extend(everywhere.found_in("a panic", panicked.as_bytes()));
    found.extend(everywhere.found_in("/metrics", metrics.as_bytes()));
    assert!(found.is_empty(), "{found:#?}");
}
