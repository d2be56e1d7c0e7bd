//! At size: a thousand customers with a user and a password each, half of them from a file, and one host for all that is changed once.

use std::collections::BTreeSet;

use futures_util::{StreamExt, stream};
use jackfield::domain::{access::Scope, key::Key, user::Role};
use serde_json::json;

use super::{pages::import, *};
use crate::support::Browser;

const EACH: usize = 500;
/// Calls at a time.
const ABREAST: usize = 8;

/// From the page of the definition, by its form's file.
async fn upload(admin: &mut Browser, file: &str) {
    admin.open("/admin/reusable-connections/drop-off").await;
    let (action, fields) = admin.form_of("Look at the file");
    let part =
        |name: &str, more: &str, value: &str| format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n{value}\r\n");
    let mut body: String = fields.iter().map(|(name, value)| part(name, "", value)).collect();
    body += &part("file", "; filename=\"values.csv\"\r\nContent-Type: text/csv", file);
    body += "--x--\r\n";
    let (status, location) = admin.upload(&action, "multipart/form-data; boundary=x", body.into_bytes()).await;
    assert_eq!(status, 303);
    admin.open(&location.unwrap()).await;
    assert!(admin.html.contains("values.csv"), "{}", admin.html);
}

async fn by_api(story: &Story, number: usize) {
    let customer = json!({"external_id": format!("a-{number}"), "name": format!("By API {number}")});
    story.product.ok("POST", "/customers", Some(customer)).await;
    let inputs = json!({"inputs": {"user": format!("user-a-{number}"), "password": format!("secret-a-{number}")}});
    story.product.ok("PUT", &format!("/reusable-connections/drop-off/customers/external:a-{number}"), Some(inputs)).await;
}

#[tokio::test]
async fn the_host_is_changed_once_and_each_of_a_thousand_reads_has_it_beside_its_own_password() {
    let story = Story::new().await;
    let mut admin = crate::customers::org_user(&story.product, Role::Owner).await;
    let heading = "external_id,name,user,password\n".to_owned();
    let file = (0..EACH).fold(heading, |file, number| file + &format!("f-{number},By file,user-f-{number},secret-f-{number}\n"));
    upload(&mut admin, &file).await;
    import(&mut admin, &format!("{EACH} new, 0 changed, 0 the same, 0 wrong")).await;
    stream::iter(0..EACH).for_each_concurrent(ABREAST, |number| by_api(&story, number)).await;

    admin.open("/admin/reusable-connections/drop-off/values/organization").await;
    admin.fill("Host", "moved.acme.example").press("Save").await;
    let key = Key::parse("drop-off").unwrap();
    let scope = Scope::Organization;
    let all = story.product.context.store().read().connections().list_of_definition(scope, &key, None, 10_000).await.unwrap();
    let read = |id: String| {
        let story = &story;
        async move { story.get(&format!("/connections/{id}/credentials")).await["inputs"].clone() }
    };
    let reads = stream::iter(all.iter().map(|connection| connection.id.to_string())).map(read).buffer_unordered(ABREAST);
    let reads: Vec<Value> = reads.collect().await;
    let mut users = BTreeSet::new();
    for inputs in &reads {
        let user = inputs["user"].as_str().unwrap();
        assert_eq!(inputs["host"], "moved.acme.example", "{user}");
        assert_eq!(inputs["password"], user.replace("user-", "secret-"), "{user}");
        users.insert(user.to_owned());
    }
    let expected = (0..EACH).flat_map(|number| [format!("user-f-{number}"), format!("user-a-{number}")]);
    assert!(users == expected.collect(), "{} of {} users were read", users.len(), 2 * EACH);
}
