//! What is queued with a change goes out, once it is committed and as often as it takes; what was rolled back never.

use jackfield::{
    domain::{mail::Letter, time::Timestamp},
    flows::mail,
};

use crate::support::{Mailbox, Product, database};

const TOKEN: &str = "https://connect.acme.example/links/mail-token-5e5f77";

async fn queue(product: &Product, letter: &Letter) {
    let mut work = product.context.store().begin().await.unwrap();
    assert!(mail::queue(&product.context, &mut work, "priya@fabrikam.example", letter).await.unwrap().is_some());
    work.commit().await.unwrap();
}

fn link() -> Letter {
    let expires_at = Timestamp::from_millis(1_900_000_000_000);
    Letter::Link { url: TOKEN.into(), person: Some("Priya".into()), subject: Some("Payroll sync".into()), expires_at }
}

#[tokio::test]
async fn a_mail_goes_out_as_text_and_html_and_leaves_nothing_of_its_link_behind() {
    let mailbox = Mailbox::start().await;
    let product = Product::with(|config| config.mail = mailbox.server()).await;
    queue(&product, &link()).await;
    let [mail] = &mailbox.wait_for(1).await[..] else { panic!() };
    assert_eq!((mail.to.as_str(), mail.subject().as_str()), ("priya@fabrikam.example", "Payroll sync: Acme asks you to connect"));
    assert!(mail.content.contains("text/plain") && mail.content.contains("text/html"), "{}", mail.content);
    assert!(mail.content.matches(TOKEN).count() >= 2, "{}", mail.content);
    for (place, bytes) in database::contents(&product.database_url).await {
        assert!(!bytes.windows(18).any(|window| window == b"mail-token-5e5f77\""), "{place}");
        assert!(!String::from_utf8_lossy(&bytes).contains("mail-token-5e5f77"), "{place}");
    }
}

#[tokio::test]
async fn what_was_rolled_back_is_never_written_of() {
    let mailbox = Mailbox::start().await;
    let product = Product::with(|config| config.mail = mailbox.server()).await;
    let mut work = product.context.store().begin().await.unwrap();
    mail::queue(&product.context, &mut work, "nobody@fabrikam.example", &link()).await.unwrap();
    drop(work);
    queue(&product, &Letter::Test).await;
    let mails = mailbox.wait_for(1).await;
    assert_eq!(mails.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), ["priya@fabrikam.example"]);
}

#[tokio::test]
async fn a_server_that_asks_for_patience_is_asked_again_and_one_that_refuses_is_not() {
    let mailbox = Mailbox::start().await;
    let product = Product::with(|config| config.mail = mailbox.server()).await;
    mailbox.answer("451 later");
    queue(&product, &Letter::Test).await;
    let status = async |wanted: &str| {
        for _ in 0..200 {
            let [newest] = &product.context.store().read().mails().list(1).await.unwrap()[..] else { panic!() };
            if newest.status == wanted {
                return newest.failure.clone();
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("never {wanted}");
    };
    assert_eq!(status("retrying").await.as_deref(), Some("smtp 451"));
    assert!(mailbox.mails().is_empty());
    product.ahead_seconds.fetch_add(20, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(status("delivered").await, None);
    mailbox.answer("550 no such person");
    queue(&product, &Letter::Test).await;
    assert_eq!(status("given_up").await.as_deref(), Some("smtp 550"));
    assert_eq!(mailbox.mails().len(), 1);
}

#[tokio::test]
async fn without_a_server_nothing_is_queued() {
    let product = Product::start().await;
    let mut work = product.context.store().begin().await.unwrap();
    assert!(mail::queue(&product.context, &mut work, "priya@fabrikam.example", &Letter::Test).await.unwrap().is_none());
    work.commit().await.unwrap();
    assert!(product.context.store().read().mails().list(9).await.unwrap().is_empty());
}

#[tokio::test]
async fn two_processes_send_each_mail_once() {
    let mailbox = Mailbox::start().await;
    let product = Product::with(|config| config.mail = mailbox.server()).await;
    let (url, keys) = (product.database_url.clone(), product.master_keys.clone());
    let other = Product::with(|config| (config.database_url, config.master_keys, config.mail) = (url, keys, mailbox.server())).await;
    for _ in 0..20 {
        queue(&product, &Letter::Test).await;
    }
    mailbox.wait_for(20).await;
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    assert_eq!(mailbox.mails().len(), 20);
    other.stop();
}
