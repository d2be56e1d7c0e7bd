//! What a definition is stays as it is while somebody has a connection of it.

use jackfield::{
    flows::apply::{Applied, Options, apply},
    manifest::{Source, ValidateOnly},
};

use super::*;

/// The place and the words of the first error, and the line that it stands in.
async fn refusal(story: &Story, yaml: &str) -> (String, String) {
    let yaml = yaml.replace("PROVIDER", &story.provider.uri());
    let (status, said) = story.product.apply(&yaml).await;
    assert_eq!((status, &said["code"]), (422, &json!("manifests_refused")), "{said}");
    let error = &said["errors"][0];
    let line = yaml.lines().nth(usize::try_from(error["line"].as_u64().unwrap()).unwrap() - 1).unwrap();
    let from = usize::try_from(error["column"].as_u64().unwrap()).unwrap() - 1;
    (line[from..].to_owned(), error["message"].as_str().unwrap().to_owned())
}

const DEFINITION: &str = "kind: reusable_connection\nkey: acme-erp\nname: Acme ERP\ntype: erp.key\nactivation: customer\n";

#[tokio::test]
async fn another_type_or_activation_is_refused_at_its_place_as_long_as_something_is_saved_or_bound() {
    let story = Story::new().await;
    let saved = story.saved("acme", "k-1").await;
    for instance in ["orders", "stock"] {
        let instance = story.instance("acme", instance).await;
        story.bind(&instance, "erp", &saved["id"]).await;
    }
    let other = DEFINITION.replace("activation: customer", "activation: organization_customer");
    let (at, said) = refusal(&story, &other).await;
    assert_eq!(at, "organization_customer");
    assert!(said.contains("is `customer`, and stays so while it is used: by 2 instances and 1 saved connection"), "{said}");
    let (at, said) = refusal(&story, &DEFINITION.replace("erp.key", "sftp.password")).await;
    assert_eq!(at, "sftp.password");
    assert!(said.contains("the `type` of `acme-erp` is `erp.key`"), "{said}");
    story.apply(&DEFINITION.replace("name: Acme ERP", "name: The ERP")).await;
}

#[tokio::test]
async fn what_nobody_has_may_become_anything() {
    let story = Story::new().await;
    let saved = story.saved("acme", "k-1").await;
    assert_eq!(story.product.api("DELETE", &format!("/connections/{}", saved["id"].as_str().unwrap()), None).await.0, 204);
    story.apply(&DEFINITION.replace("erp.key", "sftp.password").replace("activation: customer", "activation: organization_customer")).await;
    assert_eq!(story.get("/reusable-connections/acme-erp").await["type"], "sftp.password");
}

#[tokio::test]
async fn what_is_used_is_not_pruned() {
    let story = Story::new().await;
    let saved = story.saved("acme", "k-1").await;
    let whole = include_str!("reusable.yaml").replace("PROVIDER", &story.provider.uri());
    let kept: Vec<&str> = whole.split("\n---\n").filter(|document| !document.contains("acme-erp")).collect();
    let sources = [Source { name: "all.yaml".into(), text: kept.join("\n---\n") }];
    let prune = async |dry_run| {
        apply(&story.product.context, &Actor::System, &sources, &ValidateOnly, Options { dry_run, prune: true, ..Options::default() })
            .await
            .unwrap()
    };
    for dry_run in [true, false] {
        let Applied::Refused(errors) = prune(dry_run).await else { panic!("it was withdrawn") };
        let said = errors[0].to_string();
        assert!(said.starts_with("all.yaml:1:1: ") && said.contains("`acme-erp`") && said.contains("1 saved connection"), "{said}");
    }
    assert_eq!(story.product.api("DELETE", &format!("/connections/{}", saved["id"].as_str().unwrap()), None).await.0, 204);
    assert!(matches!(prune(false).await, Applied::Changes(_)));
    assert_eq!(story.get("/reusable-connections").await["items"].as_array().unwrap().len(), 4);
}
