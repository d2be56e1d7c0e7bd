//! How the organization appears is changed by its own people, and shows everywhere, within the limits of what can be read.

use jackfield::{domain::user::Role, flows::settings};

use super::{org_user, text};
use crate::support::{Browser, Mailbox, Product, Provider};

#[tokio::test]
async fn a_name_a_colour_and_an_address_for_help_show_on_the_wizards_pages() {
    let (product, provider) = (Product::start().await, Provider::start().await);
    assert_eq!(product.apply(&provider.manifests("")).await.0, 200);
    product.customer("acme").await;
    let mut admin = org_user(&product, Role::Admin).await;
    admin.open("/admin/settings").await;
    admin
        .fill("Name", "Umbrella & Söhne")
        .fill("Where customers ask", "help@umbrella.example")
        .fill("Colour", "#7a1f5c")
        .press("Save")
        .await;
    assert_eq!(admin.status, 200, "{}", admin.html);
    let mut customer = Browser::new(&product.base);
    customer.open(&product.link("acme", "alerts").await).await;
    assert!(text(&customer).contains("Umbrella & Söhne"), "{}", text(&customer));
    assert!(customer.html.contains("mailto:help@umbrella.example"), "{}", customer.html);
    let start = customer.html.find("/brand.css").expect("the page loads its colours");
    let href: String = customer.html[start..].chars().take_while(|c| *c != '"').collect();
    let mut anyone = Browser::new(&product.base);
    anyone.open(&href).await;
    assert_eq!(anyone.headers["content-type"], "text/css; charset=utf-8");
    assert!(anyone.headers["cache-control"].to_str().unwrap().contains("immutable"));
    assert!(anyone.html.contains("--accent:#7a1f5c") && anyone.html.contains("prefers-color-scheme:dark"), "{}", anyone.html);
}

#[tokio::test]
async fn a_colour_that_cannot_be_read_is_refused_with_one_that_can() {
    let product = Product::start().await;
    let mut admin = org_user(&product, Role::Admin).await;
    admin.open("/admin/settings").await.fill("Colour", "#f5b700").fill("Name", "Other").press("Save").await;
    assert_eq!(admin.status, 422, "{}", admin.html);
    assert!(text(&admin).contains("words need 4.5"), "{}", text(&admin));
    assert!(admin.html.contains("value=\"#f5b700\""), "what was typed stays");
    assert_eq!(settings::load(&product.context).await.ok().unwrap().name, "Acme", "none of it is saved");
    for (label, value) in [("Name", " "), ("Where customers ask", "javascript:alert(1)"), ("Failed checks", "0")] {
        admin.open("/admin/settings").await.fill(label, value).press("Save").await;
        assert_eq!(admin.status, 422, "{label}");
    }
}

#[tokio::test]
async fn another_process_takes_it_up() {
    let product = Product::start().await;
    let (url, keys) = (product.database_url.clone(), product.master_keys.clone());
    let other = Product::with(|config| (config.database_url, config.master_keys) = (url, keys)).await;
    let mut admin = org_user(&product, Role::Admin).await;
    admin.open("/admin/settings").await.fill("Name", "Umbrella").press("Save").await;
    for _ in 0..200 {
        if other.context.organization().name == "Umbrella" {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("it is still called {}", other.context.organization().name);
}

#[tokio::test]
async fn a_test_mail_is_sent_to_who_asks_and_a_viewer_only_looks() {
    let mailbox = Mailbox::start().await;
    let product = Product::with(|config| config.mail = mailbox.server()).await;
    let mut admin = org_user(&product, Role::Admin).await;
    admin.open("/admin/settings").await.press("Send a test mail").await;
    assert!(text(&admin).contains("is on its way"), "{}", text(&admin));
    let mails = mailbox.wait_for(1).await;
    assert_eq!((mails[0].to.as_str(), mails[0].subject().as_str()), ("admin@acme.example", "A test mail from Acme"));
    let mut viewer = org_user(&product, Role::Viewer).await;
    viewer.open("/admin/settings").await;
    assert_eq!((viewer.status, viewer.buttons().iter().any(|words| words.contains("Save"))), (200, false));
}
