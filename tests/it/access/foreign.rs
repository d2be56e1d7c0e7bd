//! What is someone else's looks the same as what is not there: on every row that names an instance or a connection, for everyone.

use std::collections::BTreeSet;

use serde_json::json;

use jackfield::{
    domain::customer_user::CustomerRole,
    web::{access::Who, routes},
};

use super::{Cast, colleague};
use crate::support::Browser;

/// Without what differs in every answer.
fn without_ids(text: &str) -> String {
    regex::Regex::new("[0-9a-f]{8}-[0-9a-f-]{27}").unwrap().replace_all(text, "ID").into_owned()
}

/// Another id, of nothing.
fn nowhere(id: &str) -> String {
    let last = if id.ends_with('0') { "1" } else { "0" };
    format!("{}{last}", &id[..id.len() - 1])
}

/// A page of theirs has the token that their forms need, so that nothing but the row in the path can refuse.
async fn csrf(browser: &Browser, page: &str) -> Vec<(String, String)> {
    let mut tab = browser.same_cookies();
    tab.open(page).await;
    let found = regex::Regex::new(r#"name="csrf" value="([^"]+)""#).unwrap().captures(&tab.html).unwrap_or_else(|| panic!("{}", tab.html));
    vec![("csrf".to_owned(), found[1].to_owned())]
}

async fn said(caller: &Browser, method: &str, path: &str, form: &[(String, String)]) -> (u16, String) {
    let mut tab = caller.same_cookies();
    tab.once(method, path, (method != "GET").then_some(form)).await;
    (tab.status, without_ids(&tab.html))
}

#[tokio::test]
async fn an_instance_or_a_connection_of_another_customer_is_a_made_up_one_on_every_page_for_every_role() {
    let cast = Cast::new().await;
    let beta = cast.product.ok("GET", "/customers/external:beta", None).await["id"].as_str().unwrap().to_owned();
    let (_, member) = colleague(&cast.product, &beta, "mo@beta.test", CustomerRole::Member).await;
    let stranger = csrf(&cast.stranger, &cast.stranger.url).await;
    let (admins, members) = (csrf(&cast.foreign_admin, "/people").await, csrf(&member, "/account").await);
    let callers = [("link", &cast.stranger, stranger), ("admin", &cast.foreign_admin, admins), ("member", &member, members)];
    let rows = routes::all().filter(|row| [Who::CustomerUser, Who::CustomerAdmin, Who::Oneself].contains(&row.who));
    let rows: Vec<_> = rows.filter(|row| row.path.contains("{instance}") || row.path.contains("{connection}")).collect();
    assert!(rows.len() > 20 && rows.iter().any(|row| row.method == "POST"), "is this test looking for the right rows?");
    for row in rows {
        let path = cast.path(row);
        let made_up = path.replace(&cast.instance, &nowhere(&cast.instance)).replace(&cast.own_instance, &nowhere(&cast.own_instance));
        let made_up = made_up.replace(&cast.connection, &nowhere(&cast.connection));
        for (role, caller, form) in &callers {
            let foreign = said(caller, row.method, &path, form).await;
            let missing = said(caller, row.method, &made_up, form).await;
            assert_eq!(foreign, missing, "{role}: {} {}", row.method, row.path);
            let is_refused_for_the_role = *role == "member" && row.who == Who::CustomerAdmin && foreign.0 == 403;
            assert!(foreign.0 == 404 || is_refused_for_the_role, "{role}: {} {}: {foreign:?}", row.method, row.path);
        }
    }
}

#[tokio::test]
async fn a_colleague_of_another_customer_is_a_made_up_one() {
    let cast = Cast::new().await;
    let mut admin = cast.foreign_admin.same_cookies();
    admin.open("/people").await;
    let csrf = admin.form_of("Make invitation").1;
    let csrf: Vec<_> = csrf.into_iter().filter(|(name, _)| name == "csrf").chain([("role".into(), "admin".into())]).collect();
    for part in ["link", "role", "disablement", "enablement"] {
        let mut said = BTreeSet::new();
        for id in [&cast.customer_user_id, &nowhere(&cast.customer_user_id)] {
            let mut tab = admin.same_cookies();
            tab.once("POST", &format!("/people/{id}/{part}"), Some(&csrf)).await;
            said.insert((tab.status, without_ids(&tab.html)));
        }
        assert_eq!(said.len(), 1, "{part}: {said:?}");
        let status = said.first().unwrap().0;
        assert_eq!(status, 404, "{part}");
    }
}

#[tokio::test]
async fn a_link_opens_nothing_of_another_customers() {
    let cast = Cast::new().await;
    let connection = cast.product.ok("GET", &format!("/instances/{}/connections/desk", cast.instance), None).await["connection_id"].clone();
    let mut said = BTreeSet::new();
    for target in [
        json!({"instance": cast.instance}),
        json!({"instance": nowhere(&cast.instance)}),
        json!({"connection": connection}),
        json!({"connection": cast.connection}),
        json!({"connection": nowhere(&cast.instance)}),
        json!({"reusable_connection": "made-up"}),
    ] {
        let mut body = json!({"customer": "external:beta", "expires_in_seconds": 60});
        body.as_object_mut().unwrap().extend(target.as_object().unwrap().clone());
        let (status, answer) = cast.product.api("POST", "/links", Some(body)).await;
        said.insert(format!("{status} {}", without_ids(&answer.to_string())));
    }
    assert_eq!(said.len(), 1, "{said:?}");
}
