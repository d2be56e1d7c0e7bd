//! A new master key comes, everything is re-wrapped while it is read and saved, and the old key goes. Nobody notices.

use std::{
    process::{Command, Output},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::Poll,
    time::Duration,
};

use jackfield::{
    flows::master_keys::{self, Next, Progress, Rotated, Standing},
    store::{Spool, Store},
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use crate::support::{Browser, Product, Provider, database, product::master_keys};

const CUSTOMERS: usize = 60;

/// A product under the key `old` with secrets in every table that has any, and what reading them must give.
struct Cast {
    product: Product,
    instances: Vec<String>,
    person: Browser,
    admin: String,
    /// The second key, by itself.
    new: String,
}

impl Cast {
    async fn new() -> Self {
        let provider = Provider::start().await;
        let product = Product::with(|config| config.master_keys = master_keys("old").into()).await;
        let (status, said) = product.apply(&provider.manifests("")).await;
        assert_eq!(status, 200, "{said}");
        let mut instances = Vec::new();
        for at in 0..CUSTOMERS {
            product.customer(&format!("c{at}")).await;
            let body = json!({"customer": format!("external:c{at}"), "integration": "alerts"});
            let instance = product.ok("POST", "/instances", Some(body)).await["id"].as_str().unwrap().to_owned();
            put(&product, &instance, "tasks", json!({"inputs": {"api_key": format!("key-{at}")}})).await;
            instances.push(instance);
        }
        let token = json!({"access_token": "access", "refresh_token": "r", "expires_at": "2100-01-01T00:00:00Z"});
        put(&product, &instances[0], "desk", json!({"token": token, "inputs": {"team": "blue"}})).await;
        let endpoint = json!({"url": "https://hooks.example.com/in"});
        product.ok("POST", "/webhook-endpoints", Some(endpoint)).await;
        let link = product.link("c0", "alerts").await;
        let mut person = Browser::new(&product.base);
        person.open(&link).await;
        let admin = person.url.clone();
        // Leaves for the provider, and does not come back: a verifier is sealed.
        let (action, pairs) = person.form_of("Reconnect Desk");
        person.once("POST", &action, Some(&pairs)).await;
        Self { product, instances, person, admin, new: master_keys("new") }
    }

    fn both(&self) -> String {
        format!("{},{}", self.new, self.product.master_keys.expose_secret())
    }

    /// One more process on the same database; `in_its_place`: after the first one, at the same address.
    async fn another(&self, keys: &str, in_its_place: bool) -> Product {
        let (url, keys, spool) = (self.product.database_url.clone(), keys.to_owned(), self.product.folder.path().join("spool"));
        let listen = self.product.base.strip_prefix("http://").unwrap().parse().unwrap();
        let mut another = Product::with(|config| {
            (config.database_url, config.master_keys, config.spool_dir) = (url, keys.into(), Some(spool));
            if in_its_place {
                config.public_url = self.product.base.parse().unwrap();
                config.listen = listen;
            }
        })
        .await;
        if in_its_place {
            another.base.clone_from(&self.product.base);
        }
        another.api_key.clone_from(&self.product.api_key);
        another
    }

    async fn ended(&self, product: &Product) {
        product.stop();
        let store = Store::open_to_read(&self.product.database_url).await.unwrap();
        while !store.read().replicas().alive(60).await.unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        store.close().await;
    }

    fn run(&self, keys: &str, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_jackfield"))
            .args(arguments)
            .env("JACKFIELD_DATABASE_URL", &self.product.database_url)
            .env("JACKFIELD_MASTER_KEYS", keys)
            .env("JACKFIELD_PUBLIC_URL", "https://connect.example.com")
            .env("JACKFIELD_LISTEN", "127.0.0.1:0")
            .output()
            .unwrap()
    }

    async fn all_open_with(&self, product: &Product) {
        for (at, instance) in self.instances.iter().enumerate() {
            assert_eq!(read(product, instance).await, json!(format!("key-{at}")));
        }
    }
}

async fn put(product: &Product, instance: &str, slot: &str, body: Value) {
    product.ok("PUT", &format!("/instances/{instance}/connections/{slot}"), Some(body)).await;
}

async fn read(product: &Product, instance: &str) -> Value {
    product.ok("GET", &format!("/instances/{instance}/connections/tasks/credentials"), None).await["inputs"]["api_key"].clone()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

async fn standing(product: &Product) -> Standing {
    let store = product.context.store();
    let vault = jackfield::app::vault(store, &product.master_keys).await.unwrap().unwrap();
    master_keys::standing(store, &vault, &Spool::default()).await.unwrap().unwrap()
}

async fn rotate(product: &Product) -> Rotated {
    master_keys::rotate(&product.context, false, &mut |_| ()).await.unwrap()
}

#[tokio::test]
async fn the_old_key_goes_and_everything_opens_and_everybody_stays_signed_in() {
    let cast = Cast::new().await;
    cast.ended(&cast.product).await;
    let second = cast.another(&cast.both(), true).await;
    let before = standing(&second).await;
    assert_eq!(
        (before.current.as_str(), matches!(before.next, Next::Rotate { rows } if rows > CUSTOMERS as u64)),
        ("new", true),
        "{before:?}"
    );
    let Rotated::Done { rows, secrets, opened, .. } = rotate(&second).await else { panic!("it was not done") };
    assert_eq!(secrets, opened, "{rows:?}");
    let tables: Vec<_> = rows.keys().copied().collect();
    assert_eq!(tables, ["attempts", "connections", "documents", "organizations", "webhook_endpoints"]);
    assert_eq!(standing(&second).await.next, Next::Remove { keys: vec!["old".into()] });
    cast.all_open_with(&second).await;
    let told = said(&cast.run(&cast.both(), &["key", "status"]));
    assert!(told.contains("old may be removed"), "{told}");
    cast.ended(&second).await;

    let third = cast.another(&cast.new, true).await;
    cast.all_open_with(&third).await;
    let mut person = cast.person.same_cookies();
    person.open(&cast.admin).await;
    assert_eq!((person.status, person.html.contains("Desk")), (200, true), "{}", person.html);
    let told = said(&cast.run(&cast.new, &["doctor"]));
    assert!(told.contains("new is current, and wraps everything"), "{told}");
}

#[tokio::test]
async fn what_is_saved_meanwhile_is_never_lost_and_never_does_not_open() {
    let cast = Cast::new().await;
    cast.ended(&cast.product).await;
    let second = cast.another(&cast.both(), false).await;
    let over = Arc::new(AtomicBool::new(false));
    let saves = async {
        let mut saves = 0_usize;
        while !over.load(Ordering::Relaxed) || saves < CUSTOMERS {
            let (instance, value) = (&cast.instances[saves * 7 % CUSTOMERS], json!(format!("saved-{saves}")));
            put(&second, instance, "tasks", json!({"inputs": {"api_key": value}})).await;
            assert_eq!(read(&second, instance).await, value);
            saves += 1;
        }
        saves
    };
    let rotation = async {
        let rotated = rotate(&second).await;
        over.store(true, Ordering::Relaxed);
        rotated
    };
    let (rotated, saves) = tokio::join!(rotation, saves);
    assert!(matches!(rotated, Rotated::Done { .. }), "{rotated:?}");
    assert!(saves >= CUSTOMERS);
    assert_eq!(standing(&second).await.next, Next::Remove { keys: vec!["old".into()] });
}

#[tokio::test]
async fn a_rotation_that_was_cut_off_goes_on_and_a_start_without_the_old_key_says_what_is_missing() {
    let cast = Cast::new().await;
    cast.ended(&cast.product).await;
    let second = cast.another(&cast.both(), false).await;
    let is_cut = AtomicBool::new(false);
    let mut tell = |step: Progress<'_>| {
        if let Progress::Rewrapping { rows, .. } = step {
            is_cut.store(rows > 20, Ordering::Relaxed);
        }
    };
    {
        let mut rotating = std::pin::pin!(master_keys::rotate(&second.context, false, &mut tell));
        std::future::poll_fn(|context| {
            assert!(rotating.as_mut().poll(context).is_pending(), "it was to be cut off before its end");
            if is_cut.load(Ordering::Relaxed) { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }
    cast.all_open_with(&second).await;
    let refused = cast.run(&cast.new, &["serve"]);
    let told = said(&refused);
    assert!(!refused.status.success() && told.contains("rows still need a master key that was not given: old ("), "{told}");
    let Next::Rotate { rows } = standing(&second).await.next else { panic!("it was cut off") };
    assert!(told.contains(&format!("{rows} connections")), "{told}");
    let Rotated::Done { rows: done, .. } = rotate(&second).await else { panic!("it goes on") };
    assert_eq!(done["connections"], rows, "what was done is not done again");
    assert_eq!(standing(&second).await.next, Next::Remove { keys: vec!["old".into()] });
}

#[tokio::test]
async fn a_key_that_a_process_does_not_know_seals_nothing() {
    let cast = Cast::new().await;
    let second = cast.another(&cast.both(), false).await;
    let Next::Restart { key, replicas } = standing(&second).await.next else { panic!("the first does not know it") };
    assert_eq!((key.as_str(), replicas.len()), ("new", 1));
    put(&second, &cast.instances[0], "tasks", json!({"inputs": {"api_key": "by the second"}})).await;
    assert_eq!(read(&cast.product, &cast.instances[0]).await, json!("by the second"));
    let refused = cast.run(&cast.both(), &["key", "rotate"]);
    assert!(!refused.status.success() && said(&refused).contains("do not know the master key new"), "{}", said(&refused));
    let Rotated::NotKnownTo(ignorant) = rotate(&second).await else { panic!("the first does not know it") };
    assert_eq!(ignorant.len(), 1);

    // Once it has gone, the next word of the second makes the key current; and one that knows only the old is refused.
    cast.product.stop();
    while !matches!(standing(&second).await.next, Next::Rotate { .. }) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    master_keys::tell_alive(&second.context).await.unwrap();
    assert_eq!(standing(&second).await.current, "new");
    let refused = cast.run(cast.product.master_keys.expose_secret(), &["serve"]);
    assert!(!refused.status.success() && said(&refused).contains("master key new, which was not given"), "{}", said(&refused));
    // One that was given them the other way round follows, and does not turn it back.
    let (old, new) = (cast.product.master_keys.expose_secret(), &cast.new);
    let third = cast.another(&format!("{old},{new}"), false).await;
    master_keys::tell_alive(&third.context).await.unwrap();
    put(&third, &cast.instances[1], "tasks", json!({"inputs": {"api_key": "by the third"}})).await;
    assert_eq!((standing(&third).await.current, read(&second, &cast.instances[1]).await), ("new".to_owned(), json!("by the third")));
}

#[tokio::test]
async fn another_key_under_the_same_id_is_refused() {
    let cast = Cast::new().await;
    for keys in [master_keys("old"), format!("{},{}", cast.new, master_keys("old"))] {
        for arguments in [&["serve"] as &[_], &["key", "rotate"]] {
            let refused = cast.run(&keys, arguments);
            assert!(!refused.status.success() && said(&refused).contains("sealed with another key"), "{}", said(&refused));
        }
    }
}

#[tokio::test]
async fn a_token_that_waits_in_the_spool_is_wrapped_anew_by_whoever_finds_it() {
    let cast = Cast::new().await;
    cast.ended(&cast.product).await;
    let second = cast.another(&cast.both(), false).await;
    let folder = cast.product.folder.path().join("spool");
    std::fs::create_dir_all(&folder).unwrap();
    let old = jackfield::vault::KeyRing::parse(cast.product.master_keys.expose_secret()).unwrap();
    let vault = jackfield::vault::Vault::new(old, second.context.organization().id, jackfield::vault::system_random());
    let id = jackfield::domain::ids::ConnectionId::from_uuid(uuid::Uuid::from_u128(7));
    let place = vault.place(uuid::Uuid::nil(), id.as_uuid(), jackfield::domain::credential::SecretField::Unsaved, 3);
    let spool = Spool::new(Some(folder));
    spool.put(id, &vault.seal(place, &SecretString::from("an answer"))).await.unwrap();
    assert!(matches!(rotate(&second).await, Rotated::Done { .. }));
    let (_, sealed) = spool.list().await.unwrap().remove(0);
    assert_eq!(sealed.key_id(), "new");
}

#[tokio::test]
async fn a_secret_that_was_altered_is_named_and_does_not_pass_for_rotated() {
    let cast = Cast::new().await;
    cast.ended(&cast.product).await;
    let second = cast.another(&cast.both(), false).await;
    rotate(&second).await;
    database::execute(
        &cast.product.database_url,
        "UPDATE client_registrations SET key_ids = ''; UPDATE documents SET secrets = replace(secrets, '\"revision\":1', '\"revision\":2')",
        "UPDATE documents SET secrets = replace(secrets::text, '\"revision\": 1', '\"revision\": 2')::jsonb",
    )
    .await;
    let Rotated::Unopened(opened) = rotate(&second).await else { panic!("one does not open") };
    assert_eq!(opened.failures(), 1);
}
