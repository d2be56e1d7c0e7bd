//! Who may call what: every row of the table against every kind of caller; and what is limited.

mod foreign;
mod shown;

use std::collections::BTreeSet;

use governor::Quota;
use jackfield::{
    domain::{
        access::{Actor, ApiScope},
        bulk_check::BulkSelection,
        customer_user::CustomerRole,
        ids::UserId,
        user::Role,
    },
    flows::{
        bulk_checks, customer_users,
        import::{self, Planned, Uploaded},
        invitations, keys,
        sign_in::{self, UserCreated},
    },
    web::{
        access::{Route, Who},
        limits::{Limits, Quotas},
        routes,
    },
};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::support::{Browser, Product, Provider};

/// Two customers with an instance each, and everyone who might call.
struct Cast {
    product: Product,
    customer_id: String,
    instance: String,
    /// With a slot that is each user's own.
    own_instance: String,
    /// A saved one.
    connection: String,
    endpoint: String,
    delivery: String,
    bulk_check: String,
    nobody: Browser,
    customer_user: Browser,
    stranger: Browser,
    member: Browser,
    customer_admin: Browser,
    /// Of the other customer.
    foreign_admin: Browser,
    /// A user of the first customer, who does nothing.
    customer_user_id: String,
    /// From the least to the most.
    org_users: Vec<(Role, Browser)>,
    /// Of a viewer who did nothing but sign in.
    user: String,
    invitation: String,
    api_key: String,
    import: String,
}

/// An id of nothing: whoever gets so far that it is looked for is admitted.
const NOWHERE: &str = "0192f7c1-0000-7000-8000-000000000000";

const PASSWORD: &str = "correct horse battery staple";

/// Of the customer, whose user has a link to all that it has saved.
async fn saved_of(product: &Product, customer_user: &mut Browser) -> String {
    let definition = "kind: reusable_connection\nkey: task-key\nname: Task key\ntype: tasks.api_key\nactivation: customer\n";
    assert_eq!(product.apply(definition).await.0, 200);
    let body = json!({"reusable_connection": "task-key", "inputs": {"api_key": "k"}});
    let saved = product.ok("POST", "/customers/external:acme/connections", Some(body)).await;
    let link = json!({"customer": "external:acme", "expires_in_seconds": 3600});
    customer_user.open(product.ok("POST", "/links", Some(link)).await["url"].as_str().unwrap()).await;
    saved["id"].as_str().unwrap().to_owned()
}

async fn instance_of(product: &Product, customer: &str) -> String {
    let found = product.ok("GET", &format!("/instances?customer=external:{customer}"), None).await;
    found["items"][0]["id"].as_str().unwrap().to_owned()
}

/// Turned on, with `desk` as each user's own.
async fn own_instance_of(product: &Product) -> String {
    let personal = "{kind: integration, key: personal, name: Personal, pages: [{key: accounts, title: Accounts, elements: [
        {connection: desk, type: desk.oauth2, per_user: true, inputs: {client_secret: {value: x}}}]}]}";
    assert_eq!(product.apply(personal).await.0, 200);
    let made = product.ok("POST", "/instances", Some(json!({"customer": "external:acme", "integration": "personal"}))).await;
    let id = made["id"].as_str().unwrap().to_owned();
    product.ok("POST", &format!("/instances/{id}/deployments"), None).await;
    id
}

async fn org_user(product: &Product, role: Role) -> (String, Browser) {
    let email = format!("{}@acme.example", role.as_str());
    let made = sign_in::create_user(&product.context, &Actor::System, &email, &PASSWORD.to_owned().into(), role).await.ok().unwrap();
    let UserCreated::User(id) = made else { panic!("{email} is taken") };
    let mut browser = Browser::new(&product.base);
    browser.open("/admin").await.fill("E-mail", &email).fill("Password", PASSWORD).press("Sign in").await;
    assert_eq!(browser.status, 200, "{}", browser.html);
    (id.to_string(), browser)
}

/// A user of a customer, signed in by a link.
async fn colleague(product: &Product, customer: &str, email: &str, role: CustomerRole) -> (String, Browser) {
    let customer = customer.parse().unwrap();
    let asked = customer_users::invite(&product.context, &Actor::System, customer, (email, ""), role).await.unwrap();
    let customer_users::Asked::Link(link) = asked else { panic!("{email} is taken") };
    let mut browser = Browser::new(&product.base);
    browser.open(link.url.expose_secret()).await.press("Sign in").await;
    assert!(browser.url.ends_with("/home"), "{}", browser.html);
    let user = product.context.store().read().customer_users().find_by_email(customer, email).await.unwrap().unwrap();
    (user.id.to_string(), browser)
}

/// An endpoint where nobody listens, and a delivery to it.
async fn webhook(product: &Product) -> (String, String) {
    let endpoint = product.ok("POST", "/webhook-endpoints", Some(json!({"url": "http://127.0.0.1:9/"}))).await["id"].clone();
    let endpoint = endpoint.as_str().unwrap().to_owned();
    let delivery = product.ok("POST", &format!("/webhook-endpoints/{endpoint}/tests"), None).await["id"].clone();
    (endpoint, delivery.as_str().unwrap().to_owned())
}

/// A file of customers whose columns have a meaning already.
async fn import(product: &Product) -> String {
    let file = "id,name\nc-1,Contoso\n".to_owned().into();
    let Uploaded::Import(id) = import::upload(&product.context, &Actor::System, "k.csv", file, None).await.unwrap() else { panic!() };
    let found = product.context.store().read().imports().find(id).await.unwrap().unwrap();
    assert!(matches!(import::plan(&product.context, &found, found.mapping.clone()).await.unwrap(), Planned::Planned));
    id.to_string()
}

async fn key(product: &Product, scopes: impl IntoIterator<Item = ApiScope>) -> String {
    let (_, secret) = keys::create(&product.context, &Actor::System, "k", BTreeSet::from_iter(scopes)).await.ok().unwrap();
    secret.expose_secret().to_owned()
}

impl Cast {
    #[expect(clippy::too_many_lines, reason = "a cast is a list")]
    async fn new() -> Self {
        let often = Quotas { sign_in: per_minute(10_000), links: per_minute(10_000), ..Quotas::default() };
        let (product, provider) = (Product::with(|config| config.limits = Limits::new(often)).await, Provider::start().await);
        assert_eq!(product.apply(&provider.manifests("")).await.0, 200);
        assert_eq!(product.apply("{kind: preset, key: our-desk, type: desk.oauth2, inputs: {client_id: {value: x}}}").await.0, 200);
        let customer_id = product.customer("acme").await;
        let beta_id = product.customer("beta").await;
        let (mut customer_user, mut stranger) = (Browser::new(&product.base), Browser::new(&product.base));
        customer_user.open(&product.link("acme", "alerts").await).await;
        stranger.open(&product.link("beta", "alerts").await).await;
        let connection = saved_of(&product, &mut customer_user).await;
        let instance = instance_of(&product, "acme").await;
        let own_instance = own_instance_of(&product).await;
        let (_, member) = colleague(&product, &customer_id, "mia@acme.test", CustomerRole::Member).await;
        let (_, customer_admin) = colleague(&product, &customer_id, "ada@acme.test", CustomerRole::Admin).await;
        let (customer_user_id, _) = colleague(&product, &customer_id, "nil@acme.test", CustomerRole::Member).await;
        let (_, foreign_admin) = colleague(&product, &beta_id, "bea@beta.test", CustomerRole::Admin).await;
        let (endpoint, delivery) = webhook(&product).await;
        let who = (UserId::from_uuid(uuid::Uuid::nil()), Role::Admin);
        let bulk_check = bulk_checks::start(&product.context, who, &BulkSelection::default()).await.unwrap().to_string();
        let (mut org_users, mut user) = (Vec::new(), String::new());
        for role in Role::ALL {
            let (id, browser) = org_user(&product, role).await;
            if role == Role::Viewer {
                user = id;
            }
            org_users.push((role, browser));
        }
        invitations::invite(&product.context, &Actor::System, "ivy@acme.example", Role::Viewer).await.unwrap();
        let invitation = product.context.store().read().invitations().list_open().await.unwrap()[0].id.to_string();
        let (api_key, _) = keys::create(&product.context, &Actor::System, "old", BTreeSet::new()).await.unwrap();
        let (nobody, api_key) = (Browser::new(&product.base), api_key.id.to_string());
        let import = import(&product).await;
        Self {
            product,
            customer_id,
            instance,
            own_instance,
            connection,
            endpoint,
            delivery,
            bulk_check,
            nobody,
            customer_user,
            stranger,
            member,
            customer_admin,
            foreign_admin,
            customer_user_id,
            org_users,
            user,
            invitation,
            api_key,
            import,
        }
    }

    fn viewer(&self) -> &Browser {
        &self.org_users[0].1
    }

    fn path(&self, route: &Route) -> String {
        let key = match route.path {
            path if path.contains("connectors") => "desk",
            path if path.contains("api-keys") => &self.api_key,
            _ => "alerts",
        };
        let is_own = route.path.contains("/own") || route.path.ends_with("{slot}/users") || route.path.contains("/users/{user}/link");
        let instance = if is_own { self.own_instance.as_str() } else { self.instance.as_str() };
        let named = [("{instance}", instance), ("{customer}", &self.customer_id), ("{page}", "accounts"), ("{slot}", "desk")];
        let named = named.into_iter().chain([("{key}", key), ("{token}", "none"), ("{name}", "none.css"), ("{path}*", "none")]);
        let named = named.chain([
            ("{connection}", self.connection.as_str()),
            ("{whose}", "test"),
            ("{integration}", "alerts"),
            ("{definition}", "task-key"),
        ]);
        let named = named.chain([("{endpoint}", self.endpoint.as_str()), ("{delivery}", self.delivery.as_str())]);
        let user = if route.path.starts_with("/admin/users") { &self.user } else { &self.customer_user_id };
        let named = named.chain([("{user}", user.as_str()), ("{invitation}", &self.invitation), ("{session}", "none")]);
        let nowhere = ["{link}", "{plan}", "{alert}", "{mute}"].map(|name| (name, NOWHERE));
        let named = named.chain(nowhere);
        let named = named.chain([("{import}", self.import.as_str())]);
        let named = named.chain([("{bulk_check}", self.bulk_check.as_str()), ("{preset}", "our-desk")]);
        let path = named.fold(route.path.to_owned(), |path, (pattern, value)| path.replace(pattern, value));
        assert!(!path.contains('{'), "{path}: give what stands in braces a value here");
        path
    }
}

async fn call(caller: &Browser, key: Option<&str>, route: &Route, path: &str) -> Browser {
    let mut tab = caller.same_cookies();
    if let Some(key) = key {
        tab.with_header("authorization", &format!("Bearer {key}"));
    }
    let method = if route.method == "*" { "GET" } else { route.method };
    let form = (method != "GET").then_some([]);
    tab.once(method, path, form.as_ref().map(|pairs| &pairs[..])).await;
    tab
}

/// A refusal for the role, and not for the form's missing token, which is a 403 too.
fn is_for_the_role(answer: &Browser) -> bool {
    answer.status == 403 && answer.html.contains("Your role does not go that far")
}

/// Whether a caller without a form's token got as far as the row lets them.
fn is_right(row: &Route, caller: Caller, answer: &Browser) -> bool {
    let (status, reads) = (answer.status, row.method == "GET");
    let looked = status == 404 && answer.url.contains(NOWHERE);
    let no_token = status == 403 && !is_for_the_role(answer);
    match (row.who, caller) {
        (Who::Api(_) | Who::Workflows(_), _) => status == 401,
        (Who::Anyone, _) if reads => ![401, 429].contains(&status),
        (Who::LinkHolder, _) if !reads => [401, 403, 404].contains(&status),
        (Who::LinkHolder | Who::DemoOnly, _) => status == 404,
        (Who::Oneself, Caller::Own) => status == 404,
        (Who::CustomerUser, Caller::Own | Caller::Member | Caller::Admin) | (Who::Oneself, Caller::Member | Caller::Admin) if reads => {
            [200, 303].contains(&status)
        }
        (Who::CustomerAdmin, Caller::Own | Caller::Admin) if reads => [200, 303].contains(&status),
        (Who::CustomerAdmin, Caller::Member) => is_for_the_role(answer),
        (Who::Colleague(CustomerRole::Admin), Caller::Member) => is_for_the_role(answer),
        (Who::Colleague(_), Caller::Member | Caller::Admin | Caller::ForeignAdmin) if reads => status == 200,
        (Who::Colleague(_), Caller::Member | Caller::Admin | Caller::ForeignAdmin) => no_token,
        (Who::Colleague(_), _) => status == if reads { 303 } else { 401 },
        // Admitted, and then without a session or its form's token.
        (Who::Anyone, _) => status == 401 || no_token,
        (Who::CustomerUser | Who::CustomerAdmin, Caller::Own | Caller::Admin) | (Who::CustomerUser, Caller::Member) => no_token,
        (Who::Oneself, Caller::Member | Caller::Admin) => no_token,
        // Their own, which are none.
        (Who::CustomerUser, Caller::Other | Caller::ForeignAdmin) if row.path == "/connections" => status == 200,
        (Who::CustomerUser | Who::CustomerAdmin | Who::Oneself, Caller::Other) => status == 404,
        (_, Caller::ForeignAdmin) if row.path.contains("{connection}") => status == 404,
        // Whose customer it is decides the query behind it: a form without its token is refused before.
        (Who::CustomerUser | Who::CustomerAdmin | Who::Oneself, Caller::ForeignAdmin) => status == if reads { 404 } else { 403 },
        (Who::CustomerUser | Who::CustomerAdmin | Who::Oneself, _) => status == 401,
        (Who::OrgUser(least) | Who::RecentOrgUser(least), Caller::Org(role)) if role < least => is_for_the_role(answer),
        (Who::OrgUser(_) | Who::RecentOrgUser(_), Caller::Org(_)) => {
            if reads {
                [200, 303].contains(&status) || looked
            } else {
                no_token
            }
        }
        (Who::OrgUser(_) | Who::RecentOrgUser(_), _) => status == if reads { 303 } else { 401 },
    }
}

#[derive(Clone, Copy, Debug)]
enum Caller {
    Nobody,
    /// A customer user, of the instance in the path.
    Own,
    /// One of another customer.
    Other,
    /// Signed-in users of the customer in the path.
    Member,
    Admin,
    /// One of another customer.
    ForeignAdmin,
    Org(Role),
}

#[tokio::test]
async fn every_row_of_the_table_admits_whom_it_names_and_nobody_else() {
    let cast = Cast::new().await;
    let revoked = key(&cast.product, []).await;
    let found = keys::authenticate(&cast.product.context, &revoked).await.ok().flatten().unwrap();
    assert!(keys::revoke(&cast.product.context, &Actor::System, found.id).await.unwrap());
    // A key is remembered for a second.
    cast.product.ahead_seconds.fetch_add(2, std::sync::atomic::Ordering::Relaxed);
    // What changes most comes last: a customer that is gone answers 404 to everyone.
    let mut rows: Vec<&Route> = routes::all().collect();
    rows.sort_by_key(|row| {
        row.method == "DELETE"
            && (row.path.ends_with("{customer}")
                || row.path.ends_with("{endpoint}")
                || row.path.ends_with("{connection}")
                || row.path.ends_with("{user}"))
    });
    let people = [(Caller::Nobody, &cast.nobody), (Caller::Own, &cast.customer_user), (Caller::Other, &cast.stranger)];
    let people = people.into_iter().chain([
        (Caller::Member, &cast.member),
        (Caller::Admin, &cast.customer_admin),
        (Caller::ForeignAdmin, &cast.foreign_admin),
    ]);
    let people = people.chain(cast.org_users.iter().map(|(role, browser)| (Caller::Org(*role), browser)));
    let people: Vec<_> = people.collect();
    for row in rows {
        let path = cast.path(row);
        for (caller, browser) in &people {
            let answer = call(browser, None, row, &path).await;
            assert!(is_right(row, *caller, &answer), "{caller:?}: {} {path} → {} {}", row.method, answer.status, answer.html);
        }
        let Some(scope) = row.who.key_scope() else { continue };
        let others = key(&cast.product, ApiScope::ALL.into_iter().filter(|other| *other != scope)).await;
        let own = key(&cast.product, [scope]).await;
        for (name, key, admitted) in
            [("wrong", "jf_wrong", 401), ("revoked", &revoked, 401), ("of other scopes", &others, 403), ("right", &own, 0)]
        {
            let status = call(&cast.nobody, Some(key), row, &path).await.status;
            let right = if admitted == 0 { ![401, 403, 405].contains(&status) && status < 500 } else { status == admitted };
            assert!(right, "{name} key: {} {path} → {status}", row.method);
        }
    }
}

#[tokio::test]
async fn what_is_in_no_row_is_not_there() {
    let cast = Cast::new().await;
    for path in ["/nothing", "/admin/nothing", "/wizard", "/static", "/static/../Cargo.toml", "/demo-provider/authorize", "/.env", "/links"]
    {
        assert_eq!(cast.viewer().same_cookies().once("GET", path, None).await.status, 404, "{path}");
    }
    for path in ["/nothing", "/users", "/api-keys", "/sessions", ""] {
        assert_eq!(cast.product.api("GET", path, None).await.0, 404, "{path}");
    }
}

#[tokio::test]
async fn a_field_that_is_not_asked_of_a_person_changes_nothing() {
    let mut cast = Cast::new().await;
    let page = &mut cast.customer_user;
    for name in ["input:desk:client_secret", "input:desk:token_url", "input:desk:nothing", "input:other:key", "variable:other"] {
        page.open(&format!("/wizard/{}/pages/accounts", cast.instance)).await;
        page.fill("Channel", "#mine").set(name, &["mine"]).press("Save and continue").await;
        assert_eq!(page.status, 422, "{name}: {}", page.html);
    }
    let desk = cast.product.ok("GET", &format!("/instances/{}/connections/desk", cast.instance), None).await;
    assert!(!desk.to_string().contains("mine"), "{desk}");
}

fn per_minute(times: u32) -> Quota {
    Quota::per_minute(times.try_into().unwrap())
}

#[tokio::test]
async fn callers_who_ask_too_often_are_told_when_to_come_back() {
    let quotas = Quotas { api: per_minute(5), sign_in: per_minute(2), links: per_minute(2) };
    let product = Product::with(|config| config.limits = Limits::new(quotas)).await;
    for (expected, _) in [(200, 1), (200, 2), (200, 3), (200, 4), (200, 5), (429, 6)] {
        assert_eq!(product.api("GET", "/customers", None).await.0, expected);
    }
    let other = key(&product, []).await;
    let mut person = Browser::new(&product.base);
    person.with_header("authorization", &format!("Bearer {other}"));
    assert_eq!(person.open("/api/v1/customers").await.status, 200, "another key has its own count");
    for expected in [404, 404, 429] {
        assert_eq!(person.open("/links/none").await.status, expected);
    }
    for expected in [422, 422, 429] {
        // Whoever says to come from elsewhere comes from where they come.
        person.with_header("x-forwarded-for", &format!("203.0.113.{expected}"));
        person.open("/admin/session").await.fill("E-mail", "a@b.example").fill("Password", "wrong").press("Sign in").await;
        assert_eq!(person.status, expected);
    }
    assert!(person.headers["retry-after"].to_str().unwrap().parse::<u64>().unwrap() >= 1);
}

#[tokio::test]
async fn what_is_too_large_is_refused_by_its_size() {
    let cast = Cast::new().await;
    let page = format!("/wizard/{}/pages/accounts", cast.instance);
    let mut person = cast.customer_user.same_cookies();
    person.open(&page).await.fill("Channel", &"x".repeat(64 * 1024 + 1)).press("Save and continue").await;
    assert_eq!(person.status, 422);
    person.open(&page).await.fill("Channel", &"x".repeat(256 * 1024)).press("Save and continue").await;
    assert_eq!(person.status, 413);
    let slot = format!("/instances/{}/connections/desk", cast.instance);
    let body = |bytes: usize| Some(json!({"inputs": {"team": "x".repeat(bytes)}}));
    assert_eq!(cast.product.api("PUT", &slot, body(64 * 1024 + 1)).await.0, 422);
    assert_eq!(cast.product.api("PUT", &slot, body(256 * 1024)).await.0, 413);
    assert_eq!(cast.product.apply(&"#".repeat(256 * 1024 + 1)).await.0, 413);
    let deep: Value = (0..100).fold(json!(1), |inner, _| json!([inner]));
    assert_eq!(cast.product.api("PUT", &slot, Some(json!({"inputs": {"team": deep}}))).await.0, 422);
}
