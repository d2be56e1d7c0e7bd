//! Out of one database and into another: what was saved is read again with the same keys, whichever engine it lies in.

use std::{
    path::Path,
    process::{Command, Output},
    sync::atomic::{AtomicBool, Ordering},
};

use jackfield::{
    domain::customer::Customer,
    flows::{
        secrets::{self, Extent},
        transfer::{Copied, Refusal, Source, Transferred, transfer},
    },
    store::Store,
};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::support::{Browser, Product, Provider, database, product};

/// A product with rows of every kind, and what reading it must give.
struct Cast {
    product: Product,
    instances: Vec<String>,
    link: String,
    folder: tempfile::TempDir,
}

const CUSTOMERS: usize = 6;

impl Cast {
    async fn new() -> Self {
        let (product, provider) = (Product::start().await, Provider::start().await);
        let (status, said) = product.apply(&provider.manifests("")).await;
        assert_eq!(status, 200, "{said}");
        let mut instances = Vec::new();
        for at in 0..CUSTOMERS {
            product.customer(&format!("c{at}")).await;
            let body = json!({"customer": format!("external:c{at}"), "integration": "alerts"});
            let instance = product.ok("POST", "/instances", Some(body)).await["id"].as_str().unwrap().to_owned();
            let slots = format!("/instances/{instance}/connections");
            product.ok("PUT", &format!("{slots}/tasks"), Some(json!({"inputs": {"api_key": format!("key of c{at}, é \"quoted\"")}}))).await;
            let token = json!({"access_token": format!("access-{at}"), "refresh_token": "r", "expires_at": "2100-01-01T00:00:00Z"});
            product.ok("PUT", &format!("{slots}/desk"), Some(json!({"token": token, "inputs": {"team": "blue"}}))).await;
            instances.push(instance);
        }
        product.context.flush_reads().await.unwrap();
        let link = product.link("c0", "alerts").await;
        begin_an_attempt(&product, &link).await;
        Self { product, instances, link, folder: tempfile::tempdir().unwrap() }
    }

    async fn read_with(&self, product: &Product) -> Vec<Value> {
        let mut all = vec![product.ok("GET", "/integrations/alerts", None).await];
        for instance in &self.instances {
            for slot in ["desk", "tasks"] {
                all.push(product.ok("GET", &format!("/instances/{instance}/connections/{slot}/credentials"), None).await);
            }
        }
        all
    }

    /// Another product on that database with the same keys, called with the key that was made before the move.
    async fn product_on(&self, url: &str) -> Product {
        let (url, keys) = (url.to_owned(), self.product.master_keys.clone());
        let mut product = Product::with(|config| (config.database_url, config.master_keys) = (url, keys)).await;
        product.api_key.clone_from(&self.product.api_key);
        product
    }

    /// The other engine than the product's, where there is a choice.
    fn file(&self, name: &str) -> String {
        format!("sqlite://{}", self.folder.path().join(name).display())
    }

    fn run(&self, url: &str, keys: &str, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_jackfield"))
            .args(arguments)
            .env("JACKFIELD_DATABASE_URL", url)
            .env("JACKFIELD_MASTER_KEYS", keys)
            .env("JACKFIELD_PUBLIC_URL", "https://connect.example.com")
            .output()
            .unwrap()
    }

    fn keys(&self) -> &str {
        self.product.master_keys.expose_secret()
    }
}

/// Leaves for the provider, and does not come back: a verifier is sealed in its row.
async fn begin_an_attempt(product: &Product, link: &str) {
    let mut person = Browser::new(&product.base);
    person.open(link).await;
    let (action, pairs) = person.form_of("Reconnect Desk");
    person.once("POST", &action, Some(&pairs)).await;
    assert!(person.headers.contains_key("location"), "{}", person.html);
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn all(transferred: Transferred) -> Copied {
    match transferred {
        Transferred::All(copied) => copied,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_was_moved_there_and_back_is_read_as_before() {
    let cast = Cast::new().await;
    let before = cast.read_with(&cast.product).await;
    let hops = [cast.file("moved.db"), database::create(cast.folder.path()).await];
    cast.product.context.flush_reads().await.unwrap();
    let mut from = cast.product.database_url.clone();
    for to in hops {
        let output = cast.run("", cast.keys(), &["move", "--from", &from, "--to", &to]);
        assert!(output.status.success(), "{}", said(&output));
        assert!(said(&output).contains("equal by count and checksum"), "{}", said(&output));
        // Two secrets a customer and the refresh token, the client secret, the verifier, the secrets of cookies and of the audit.
        assert!(said(&output).contains(&format!("{0} secrets, {0} opened", CUSTOMERS * 3 + 4)), "{}", said(&output));
        from = to;
    }
    let moved = cast.product_on(&from).await;
    assert_eq!(cast.read_with(&moved).await, before);
    let mut person = Browser::new(&moved.base);
    person.open(&cast.link.replace(&cast.product.base, &moved.base)).await;
    assert_eq!(person.status, 200, "{}", person.html);
    let again = cast.run("", cast.keys(), &["move", "--from", &cast.product.database_url, "--to", &from]);
    assert!(!again.status.success() && said(&again).contains("the target is not empty"), "{}", said(&again));
}

async fn many_customers(product: &Product, count: usize) {
    let now = (jackfield::app::system_clock())();
    let mut work = product.context.store().begin().await.unwrap();
    for at in 0..count {
        let mut random = [0; 10];
        jackfield::vault::system_random()(&mut random);
        let id = jackfield::domain::ids::CustomerId::new(now, &random);
        let customer =
            Customer { id, external_id: format!("many-{at}"), name: "Many".into(), revision: 1, created_at: now, updated_at: now };
        assert!(work.customers().insert(&customer).await.unwrap().is_inserted());
    }
    work.commit().await.unwrap();
}

#[tokio::test]
async fn a_move_that_was_cut_off_serves_nobody_and_goes_on() {
    let cast = Cast::new().await;
    many_customers(&cast.product, 1_700).await;
    let from = Store::open_to_read(&cast.product.database_url).await.unwrap();
    let target = cast.file("target.db");
    let to = Store::open(&target).await.unwrap();
    let is_cut = AtomicBool::new(false);
    let mut tell = |step: jackfield::flows::transfer::Progress| {
        is_cut.store(step.table == "customers" && step.rows >= 1_000, Ordering::Relaxed);
    };
    {
        let mut moving = std::pin::pin!(transfer(&from, &to, Source::Still, &mut tell));
        std::future::poll_fn(|context| {
            let polled = moving.as_mut().poll(context).is_ready();
            assert!(!polled, "it was to be cut off before its end");
            if is_cut.load(Ordering::Relaxed) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        })
        .await;
    }
    assert!(to.is_being_filled().await.unwrap());
    let refused = cast.run(&target, cast.keys(), &["serve"]);
    assert!(said(&refused).contains("was not finished"), "{}", said(&refused));
    let other = Cast::new().await;
    let foreign = Store::open_to_read(&other.product.database_url).await.unwrap();
    let refused = transfer(&foreign, &to, Source::Still, &mut |_| ()).await.unwrap();
    assert!(matches!(refused, Transferred::Refused(Refusal::AnotherOrganization(_))), "{refused:?}");
    let copied = all(transfer(&from, &to, Source::Still, &mut |_| ()).await.unwrap());
    assert!(copied.resumed >= 1_000 && copied.resumed < 1_700, "{copied:?}");
    assert_eq!(copied.tables.iter().find(|(name, _)| *name == "customers").unwrap().1, 1_700 + CUSTOMERS as u64);
    assert!(!to.is_being_filled().await.unwrap());
}

/// On more threads than one: the thread that copies waits for the one that saves, whose connection may be the first one's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_saved_during_a_move_is_told() {
    let cast = Cast::new().await;
    many_customers(&cast.product, 600).await;
    let from = Store::open_to_read(&cast.product.database_url).await.unwrap();
    let to = Store::open(&cast.file("target.db")).await.unwrap();
    let (meanwhile, saved) = std::sync::mpsc::channel();
    let (asked, asks) = std::sync::mpsc::channel::<()>();
    let mut asked = Some(asked);
    let context = cast.product.context.clone();
    // Another thread saves, at a moment when the customers were copied.
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let _asked = asks.recv();
        runtime.block_on(async {
            let mut work = context.store().begin().await.unwrap();
            work.organization().rename("Renamed").await.unwrap();
            work.commit().await.unwrap();
        });
        meanwhile.send(()).unwrap();
    });
    let moved = transfer(&from, &to, Source::Still, &mut |step| {
        if step.table == "customers" && asked.take().is_some() {
            saved.recv().unwrap();
        }
    })
    .await
    .unwrap();
    let Transferred::Different(differences) = moved else { panic!("{moved:?}") };
    assert_eq!(differences.iter().map(|difference| difference.table).collect::<Vec<_>>(), ["organizations"]);
    assert!(to.is_being_filled().await.unwrap(), "nobody serves it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_made_while_four_write_is_one_moment_and_opens() {
    let cast = Cast::new().await;
    let file = cast.folder.path().join("backup.db");
    let is_over = AtomicBool::new(false);
    let write = async |writer: usize| {
        let mut saves = 0;
        while !is_over.load(Ordering::Relaxed) {
            let at = format!("/instances/{}/connections/tasks", cast.instances[writer]);
            cast.product.ok("PUT", &at, Some(json!({"inputs": {"api_key": format!("{writer}-{saves}")}}))).await;
            cast.product.customer(&format!("new-{writer}-{saves}")).await;
            saves += 1;
        }
        saves
    };
    let backup = async {
        let (url, keys) = (cast.product.database_url.clone(), cast.keys().to_owned());
        tokio::task::block_in_place(|| {
            std::thread::sleep(std::time::Duration::from_millis(200));
            let first = cast.run(&url, &keys, &["backup", file.to_str().unwrap()]);
            let second = cast.run(&url, &keys, &["backup", file.to_str().unwrap()]);
            let third = cast.run(&url, &keys, &["backup", "--force", file.to_str().unwrap()]);
            is_over.store(true, Ordering::Relaxed);
            (first, second, third)
        })
    };
    let (one, two, three, four, (first, second, third)) = tokio::join!(write(0), write(1), write(2), write(3), backup);
    assert!(one + two + three + four > 0, "somebody wrote");
    assert!(first.status.success() && third.status.success(), "{}{}", said(&first), said(&third));
    assert!(said(&first).contains("master keys, which are not in it: test"), "{}", said(&first));
    assert!(!second.status.success() && said(&second).contains("there already"), "{}", said(&second));
    assert_only_this_file_and_private(&file);
    let restored = database::create(cast.folder.path()).await;
    let output = cast.run(&restored, cast.keys(), &["restore", file.to_str().unwrap()]);
    assert!(output.status.success(), "{}", said(&output));
    let again = cast.product_on(&restored).await;
    assert_eq!(cast.read_with(&again).await.len(), CUSTOMERS * 2 + 1);
    let vault = jackfield::app::vault(again.context.store(), &cast.product.master_keys).await.unwrap().unwrap();
    let opened = secrets::open(again.context.store(), &vault, Extent::Every, &mut |_| ()).await.unwrap();
    assert!(opened.failed.is_empty() && opened.opened >= CUSTOMERS as u64 * 3, "{opened:?}");
}

fn assert_only_this_file_and_private(file: &Path) {
    use std::os::unix::fs::PermissionsExt;
    assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    for beside in ["-wal", "-shm", "-journal", ".part"] {
        assert!(!Path::new(&format!("{}{beside}", file.display())).exists(), "{beside}");
    }
}

#[tokio::test]
async fn a_wrong_key_refuses_with_the_reason_and_writes_nothing() {
    let cast = Cast::new().await;
    let file = cast.folder.path().join("backup.db");
    let made = cast.run(&cast.product.database_url, cast.keys(), &["backup", file.to_str().unwrap()]);
    assert!(made.status.success(), "{}", said(&made));
    let restored = database::create(cast.folder.path()).await;
    for (keys, why) in [(product::master_keys("other"), "a key is missing"), (product::master_keys("test"), "the key check does not open")]
    {
        let output = cast.run(&restored, &keys, &["restore", file.to_str().unwrap()]);
        assert!(!output.status.success() && said(&output).contains(why), "{}", said(&output));
        assert!(said(&output).contains("Needed by id: test") && said(&output).contains("Nothing was written"), "{}", said(&output));
        let moved = cast.run("", &keys, &["move", "--from", &cast.product.database_url, "--to", &restored]);
        assert!(!moved.status.success() && said(&moved).contains(why), "{}", said(&moved));
        let target = Store::open(&restored).await.unwrap();
        assert_eq!(target.schema().await.unwrap().applied, [0; 0], "not even a table");
        target.close().await;
    }
    std::fs::write(cast.folder.path().join("no.db"), "this is no database").unwrap();
    let no = cast.run(&restored, cast.keys(), &["restore", cast.folder.path().join("no.db").to_str().unwrap()]);
    assert!(
        !no.status.success() && said(&no).contains("no.db could not be opened") && said(&no).contains("is not a database"),
        "{}",
        said(&no)
    );
    let whole = cast.run(&cast.product.database_url, cast.keys(), &["restore", file.to_str().unwrap()]);
    assert!(whole.status.success(), "what is there already, and the same, is as good as restored: {}", said(&whole));
    cast.product.customer("a-seventh").await;
    let occupied = cast.run(&cast.product.database_url, cast.keys(), &["restore", file.to_str().unwrap()]);
    assert!(!occupied.status.success() && said(&occupied).contains("it holds 1 organizations, 7 customers"), "{}", said(&occupied));
}

#[tokio::test]
async fn a_doctor_finds_what_is_wrong_and_only_that() {
    let cast = Cast::new().await;
    let url = cast.product.database_url.clone();
    let well = cast.run(&url, cast.keys(), &["doctor"]);
    assert!(well.status.success() && said(&well).contains("ok      secrets"), "{}", said(&well));
    assert!(!said(&well).contains("PROBLEM"), "{}", said(&well));
    let ill = cast.run(&url, &product::master_keys("test"), &["doctor", "--json"]);
    let found: Value = serde_json::from_slice(&ill.stdout).unwrap();
    assert_eq!((ill.status.code(), &found["verdict"]), (Some(1), &json!("problem")));
    let problems: Vec<_> = found["findings"].as_array().unwrap().iter().filter(|finding| finding["verdict"] == "problem").collect();
    assert!(
        !problems.is_empty() && problems.iter().all(|finding| finding["check"] == "secrets" && finding["to_do"].is_string()),
        "{found}"
    );
    let nothing = cast.run(&cast.file("nowhere.db"), cast.keys(), &["doctor"]);
    assert!(!nothing.status.success() && said(&nothing).contains("PROBLEM database"), "{}", said(&nothing));
    assert!(!cast.folder.path().join("nowhere.db").exists(), "it makes nothing");
    let migrations = cast.run(&url, cast.keys(), &["migrate", "--check"]);
    assert!(migrations.status.success() && said(&migrations).contains("0 waiting"), "{}", said(&migrations));
}
