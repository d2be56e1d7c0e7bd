//! Every row of the table that reads, called by each who may: the answers are kept, and swept with the others.

use jackfield::{
    domain::{access::Actor, customer_user::CustomerRole, user::Role},
    flows::{customer_users, sign_in},
    web::{
        access::{Route, Who},
        routes,
    },
};
use secrecy::ExposeSecret;
use serde_json::Value;

use super::{Cast, PASSWORD};
use crate::support::Browser;

const NOWHERE: &str = "0192f7c1-0000-7000-8000-000000000000";

/// Values for what stands in braces.
struct Names(Vec<(&'static str, String)>);

impl Names {
    async fn of(cast: &Cast, own_instance: &str) -> Self {
        let product = &cast.product;
        let id = |found: &Value| found["id"].as_str().unwrap().to_owned();
        let customer = id(&product.ok("GET", "/customers/external:acme", None).await);
        let user = id(&product.ok("GET", "/customers/external:acme/users/external:uma", None).await);
        let saved = product.ok("GET", "/customers/external:acme/connections", None).await["items"][0].clone();
        let endpoint = id(&product.ok("GET", "/webhook-endpoints", None).await["items"][0]);
        let deliveries = product.ok("GET", &format!("/webhook-endpoints/{endpoint}/deliveries"), None).await;
        let context = &product.context;
        let org_user = context.store().read().org_users().find_by_email("ann@acme.example").await.unwrap().unwrap().id.to_string();
        let fixed = [
            ("{page}", "accounts"),
            ("{slot}", "desk"),
            ("{integration}", "alerts"),
            ("{definition}", "task-key"),
            ("{preset}", "our-desk"),
        ];
        let mut names: Vec<_> = fixed.map(|(name, value)| (name, value.to_owned())).into();
        names.extend([("{instance}", cast.instance.clone()), ("{own}", own_instance.to_owned()), ("{customer}", customer)]);
        names.extend([("{user}", user), ("{org_user}", org_user), ("{connection}", id(&saved)), ("{endpoint}", endpoint)]);
        names.extend([("{delivery}", id(&deliveries["items"][0])), ("{whose}", "test".into()), ("{name}", "app.css".into())]);
        let nowhere = ["{token}", "{plan}", "{import}", "{bulk_check}", "{invitation}", "{session}", "{link}", "{alert}", "{mute}"];
        names.extend(nowhere.map(|name| (name, NOWHERE.to_owned())));
        Self(names)
    }

    fn path(&self, route: &Route) -> String {
        let key = match route.path {
            path if path.contains("connectors") => "desk",
            path if path.contains("reusable-connections") => "task-key",
            path if path.contains("presets") => "our-desk",
            _ => "alerts",
        };
        let mut path = route.path.replace("{key}", key).replace("{path}*", "none");
        if path.contains("/own") || path.ends_with("{slot}/users") {
            path = path.replace("{instance}", "{own}");
        }
        if path.starts_with("/admin/users") {
            path = path.replace("{user}", "{org_user}");
        }
        let path = self.0.iter().fold(path, |path, (name, value)| path.replace(name, value));
        assert!(!path.contains('{'), "{path}: give what stands in braces a value here");
        path
    }
}

/// Gives back the audit as it is exported.
pub async fn read(cast: &Cast, uma: &Browser, own_instance: &str) -> String {
    let names = Names::of(cast, own_instance).await;
    let product = &cast.product;
    let mut owner = Browser::new(&product.base);
    let password = PASSWORD.to_owned().into();
    sign_in::create_user(&product.context, &Actor::System, "olga@acme.example", &password, Role::Owner).await.ok().unwrap();
    owner.open("/admin").await.fill("E-mail", "olga@acme.example").fill("Password", PASSWORD).press("Sign in").await;
    let customer = names.0.iter().find(|(name, _)| *name == "{customer}").unwrap().1.parse().unwrap();
    let asked = customer_users::invite(&product.context, &Actor::System, customer, ("ada@acme.test", "Ada"), CustomerRole::Admin).await;
    let Ok(customer_users::Asked::Link(link)) = asked else { panic!("Ada is in already") };
    let mut ada = Browser::new(&product.base);
    ada.open(link.url.expose_secret()).await.press("Sign in").await;
    let (mut read, mut found) = (0, 0);
    for route in routes::all().filter(|route| route.method == "GET") {
        let path = names.path(route);
        let status = match route.who {
            Who::Api(_) | Who::Workflows(_) if path.ends_with("/credentials") => continue,
            Who::Api(_) | Who::Workflows(_) => product.api("GET", path.trim_start_matches("/api/v1"), None).await.0,
            Who::OrgUser(_) | Who::RecentOrgUser(_) => owner.open(&path).await.status,
            Who::Oneself => uma.same_cookies().open(&path).await.status,
            Who::CustomerUser | Who::CustomerAdmin | Who::Colleague(_) => ada.same_cookies().open(&path).await.status,
            Who::Anyone | Who::LinkHolder | Who::DemoOnly => ada.same_cookies().once("GET", &path, None).await.status,
        };
        assert!(status < 500, "{path} → {status}");
        (read, found) = (read + 1, found + usize::from(status == 200));
    }
    assert!(found > 70 && found * 3 > read * 2, "{found} of {read} were there to be read: do the names lead anywhere?");
    let (status, _, audit) = product.api_text("GET", "/audit-events", "application/x-ndjson").await;
    assert!(status == 200 && audit.lines().count() > 30, "{audit}");
    audit
}
