//! What a page offers, its reader may do: each form and each link of ours leads to a row of the table that admits them.

use scraper::{ElementRef, Selector};

use super::*;

fn admits(who: Who, caller: Caller) -> bool {
    match (who, caller) {
        (Who::Anyone | Who::LinkHolder, _) => true,
        (Who::CustomerUser, _) => matches!(caller, Caller::Own | Caller::Member | Caller::Admin),
        (Who::Oneself, _) => matches!(caller, Caller::Member | Caller::Admin),
        (Who::CustomerAdmin, _) => matches!(caller, Caller::Own | Caller::Admin),
        (Who::Colleague(CustomerRole::Member), _) => matches!(caller, Caller::Member | Caller::Admin),
        (Who::Colleague(CustomerRole::Admin), _) => matches!(caller, Caller::Admin),
        (Who::OrgUser(least) | Who::RecentOrgUser(least), Caller::Org(role)) => role >= least,
        _ => false,
    }
}

/// As actix looks for it: the first row whose pattern fits.
fn row_of(method: &str, path: &str) -> Option<&'static Route> {
    let fits = |pattern: &str| {
        let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
        loop {
            match (wanted.next(), given.next()) {
                (None, None) => return true,
                (Some(part), Some(_)) if part.ends_with("}*") => return true,
                (Some(part), Some(text)) if part == text || part.starts_with('{') => {}
                _ => return false,
            }
        }
    };
    routes::all().find(|row| row.method == method && fits(row.path))
}

/// Method and path of all that a page offers; other sites, and places on the page itself, are left out.
fn offered(page: &Browser) -> BTreeSet<(String, String)> {
    let document = page.page();
    let [forms, buttons, anchors] = ["form", "[formaction]", "a[href]"].map(|selector| Selector::parse(selector).unwrap());
    let mut all = BTreeSet::new();
    // A preview shows what the customer is offered; none of it can be pressed.
    let is_inert = |of: &ElementRef<'_>| {
        of.ancestors()
            .filter_map(ElementRef::wrap)
            .any(|above| above.value().name() == "fieldset" && above.value().attr("disabled").is_some())
    };
    for form in document.select(&forms) {
        let method = form.value().attr("method").unwrap_or("get").to_uppercase();
        all.extend(form.value().attr("action").map(|action| (method, action.to_owned())));
    }
    let posts = document.select(&buttons).filter(|button| !is_inert(button)).filter_map(|button| button.value().attr("formaction"));
    all.extend(posts.map(|action| ("POST".to_owned(), action.to_owned())));
    let links = document.select(&anchors).filter_map(|link| link.value().attr("href"));
    all.extend(links.map(|href| ("GET".to_owned(), href.to_owned())));
    let paths = all.into_iter().map(|(method, url)| (method, url.split(['?', '#']).next().unwrap_or_default().to_owned()));
    paths.filter(|(_, path)| path.starts_with('/')).collect()
}

/// Of all pages that each of them may read; and how many pages that were.
async fn offers_too_much(cast: &Cast) -> (BTreeSet<String>, usize) {
    let people = [(Caller::Own, &cast.customer_user), (Caller::Member, &cast.member), (Caller::Admin, &cast.customer_admin)];
    let people: Vec<_> = people.into_iter().chain(cast.org_users.iter().map(|(role, browser)| (Caller::Org(*role), browser))).collect();
    let (mut wrong, mut pages) = (BTreeSet::new(), 0);
    for row in routes::all().filter(|row| row.method == "GET" && row.who.key_scope().is_none() && row.who != Who::DemoOnly) {
        let path = cast.path(row);
        for (caller, browser) in people.iter().filter(|(caller, _)| admits(row.who, *caller)) {
            let page = call(browser, None, row, &path).await;
            if page.status != 200 || !page.html.contains("</html>") {
                continue;
            }
            pages += 1;
            for (method, to) in offered(&page) {
                match row_of(&method, &to) {
                    Some(found) if admits(found.who, *caller) => {}
                    found => drop(wrong.insert(format!("{path} shows {caller:?} {method} {to}: {:?}", found.map(|row| row.who)))),
                }
            }
        }
    }
    (wrong, pages)
}

async fn desk_is_connected(cast: &Cast) {
    let token = json!({"token": {"access_token": "t", "refresh_token": "r"}});
    let slot = format!("/instances/{}/connections/desk", cast.instance);
    let (status, said) = cast.product.api("PUT", &slot, Some(token)).await;
    assert_eq!(status, 200, "{said}");
    assert_eq!(said["status"], "connected", "{said}");
    let tasks = format!("/instances/{}/connections/tasks", cast.instance);
    assert_eq!(cast.product.api("PUT", &tasks, Some(json!({"inputs": {"api_key": "k"}}))).await.0, 200);
    let variables = json!({"variables": {"channel": "#ops"}});
    assert_eq!(cast.product.api("PATCH", &format!("/instances/{}", cast.instance), Some(variables)).await.0, 200);
}

#[tokio::test]
async fn nobody_is_shown_what_the_table_forbids_them() {
    let cast = Cast::new().await;
    let (empty, pages) = offers_too_much(&cast).await;
    assert!(pages > 150, "is this test looking at pages? {pages}");
    desk_is_connected(&cast).await;
    let (connected, _) = offers_too_much(&cast).await;
    let turned_on = cast.product.api("POST", &format!("/instances/{}/deployments", cast.instance), None).await;
    assert!(turned_on.0 < 300, "{turned_on:?}");
    let refused = format!("/instances/{}/connections/desk/failures", cast.instance);
    cast.product.api("POST", &refused, Some(json!({"message": "401"}))).await;
    let (broken, _) = offers_too_much(&cast).await;
    let wrong: BTreeSet<_> = empty.into_iter().chain(connected).chain(broken).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn who_may_not_is_told_who_can() {
    let cast = Cast::new().await;
    desk_is_connected(&cast).await;
    let (mut member, wizard) = (cast.member.same_cookies(), format!("/wizard/{}", cast.instance));
    for (page, said) in [
        ("/review", "An admin among your colleagues turns Alerts on"),
        ("/connections/desk", "An admin among your colleagues can disconnect this"),
    ] {
        member.open(&format!("{wizard}{page}")).await;
        assert!(member.html.contains(said), "{page}: {}", member.html);
        let mut admin = cast.customer_admin.same_cookies();
        admin.open(&format!("{wizard}{page}")).await;
        assert!(!admin.html.contains("among your colleagues"), "{page}: {}", admin.html);
    }
    let mut viewer = cast.viewer().same_cookies();
    for page in [format!("/admin/instances/{}", cast.instance), "/admin/presets".into(), "/admin/bulk-checks".into()] {
        viewer.open(&page).await;
        assert!(viewer.html.contains("can change this") || viewer.html.contains("can do that"), "{page}: {}", viewer.html);
    }
}
