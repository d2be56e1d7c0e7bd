//! The organization's pages of integrations, connectors, manifests, alerts and settings; and the mails they send.

mod alerts;
mod applied;
mod mails;
mod manifests;
mod settings;

use jackfield::{
    domain::{access::Actor, user::Role},
    flows::sign_in,
};

use crate::support::{Browser, Product};

const PASSWORD: &str = "correct horse battery staple";

/// A signed-in org user of this role; the address is the role's name at acme.example.
async fn org_user(product: &Product, role: Role) -> Browser {
    let email = format!("{}@acme.example", role.as_str());
    sign_in::create_user(&product.context, &Actor::System, &email, &PASSWORD.to_owned().into(), role).await.ok().unwrap();
    let mut person = Browser::new(&product.base);
    person.open("/admin").await.fill("E-mail", &email).fill("Password", PASSWORD).press("Sign in").await;
    assert_eq!(person.status, 200, "{}", person.html);
    person
}

/// The words of the page.
fn text(person: &Browser) -> String {
    person.page().root_element().text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}
