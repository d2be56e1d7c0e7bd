//! The organization, its users, its API keys and what they were answered.

use std::collections::BTreeSet;

use super::*;
use crate::domain::{
    access::{ApiKey, ApiScope, KeyReach},
    ids::{ApiKeyId, OrganizationId, UserId},
    user::{OrgUser, Role},
};

#[tokio::test]
async fn there_is_one_organization() {
    let fixture = Fixture::new().await;
    assert_eq!(fixture.read().organization().load().await.unwrap(), None);
    let row = OrganizationRow::new(OrganizationId::from_uuid(id()), "Northwind".into(), None);
    let mut work = fixture.begin().await;
    assert_eq!(work.organization().insert(&row).await.unwrap(), Insertion::Inserted);
    let second = OrganizationRow { id: OrganizationId::from_uuid(id()), ..row.clone() };
    assert_eq!(work.organization().insert(&second).await.unwrap(), Insertion::Duplicate);
    let past = BTreeSet::from(["k0".to_owned()]);
    work.organization().lock().await.unwrap();
    work.organization().set_key_check(b"envelope", &past).await.unwrap();
    assert!(work.organization().set_cookie_secret(&sealed(1)).await.unwrap());
    assert!(!work.organization().set_cookie_secret(&sealed(2)).await.unwrap());
    work.organization().rename("Southwind").await.unwrap();
    work.commit().await.unwrap();
    let expected = OrganizationRow {
        name: "Southwind".into(),
        key_check: Some(b"envelope".to_vec()),
        past_key_ids: past,
        cookie_secret: Some(sealed(1)),
        ..row
    };
    assert_eq!(fixture.read().organization().load().await.unwrap(), Some(expected));
}

#[tokio::test]
async fn a_user_has_an_address_of_their_own() {
    let fixture = Fixture::new().await;
    let user = OrgUser {
        id: UserId::from_uuid(id()),
        email: "kim@northwind.example".into(),
        password_hash: Some("$argon2id$…".into()),
        role: Role::Support,
        identity: None,
        second_step: None,
        step_revision: 0,
        created_at: NOW,
        signed_in_at: None,
        disabled_at: None,
    };
    let mut work = fixture.begin().await;
    assert_eq!(work.org_users().insert(&user).await.unwrap(), Insertion::Inserted);
    let twin = OrgUser { id: UserId::from_uuid(id()), ..user.clone() };
    assert_eq!(work.org_users().insert(&twin).await.unwrap(), Insertion::Duplicate);
    let found = work.org_users().find(user.id).await.unwrap();
    assert_eq!(format!("{found:?}"), format!("{:?}", Some(&user)));
    assert_eq!(work.org_users().find_by_email(&user.email).await.unwrap().unwrap().id, user.id);
    assert!(work.org_users().find(twin.id).await.unwrap().is_none());
}

fn api_key() -> ApiKey {
    ApiKey {
        id: ApiKeyId::from_uuid(id()),
        name: "runtime".into(),
        key_hash: [7; 32],
        reach: KeyReach::Organization,
        scopes: [ApiScope::Credentials, ApiScope::Manage].into(),
        created_at: NOW,
        revoked_at: None,
        used_at: None,
        expires_at: None,
    }
}

#[tokio::test]
async fn a_revoked_key_is_found_as_revoked() {
    let fixture = Fixture::new().await;
    let key = api_key();
    let mut work = fixture.begin().await;
    work.api_keys().insert(&key).await.unwrap();
    assert_eq!(format!("{:?}", work.api_keys().find_by_hash(&[7; 32]).await.unwrap()), format!("{:?}", Some(&key)));
    assert!(work.api_keys().find_by_hash(&[8; 32]).await.unwrap().is_none());
    assert!(work.api_keys().revoke(key.id, later(1)).await.unwrap());
    assert!(!work.api_keys().revoke(key.id, later(2)).await.unwrap());
    assert_eq!(work.api_keys().list().await.unwrap()[0].revoked_at, Some(later(1)));
}

#[tokio::test]
async fn a_repeated_request_finds_its_answer() {
    let fixture = Fixture::new().await;
    let key = api_key();
    let answer = StoredAnswer { request_hash: [1; 32], status: 201, body: r#"{"id":"1"}"#.into() };
    let mut work = fixture.begin().await;
    work.api_keys().insert(&key).await.unwrap();
    assert_eq!(work.idempotency().find(key.id, "k").await.unwrap(), None);
    assert_eq!(work.idempotency().insert(key.id, "k", &answer, NOW).await.unwrap(), Insertion::Inserted);
    let other = StoredAnswer { status: 409, ..answer.clone() };
    assert_eq!(work.idempotency().insert(key.id, "k", &other, NOW).await.unwrap(), Insertion::Duplicate);
    assert_eq!(work.idempotency().find(key.id, "k").await.unwrap(), Some(answer));
    assert_eq!(work.idempotency().purge(NOW).await.unwrap(), 0);
    assert_eq!(work.idempotency().purge(later(1)).await.unwrap(), 1);
}
