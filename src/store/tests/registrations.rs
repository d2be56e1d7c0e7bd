use super::*;
use crate::domain::{
    auth::ClientAuth,
    ids::RegistrationId,
    registration::{ClientRegistration, RegistrationPlace},
};

fn place(scope: &str) -> RegistrationPlace {
    RegistrationPlace {
        registration_url: "https://id.example/register".into(),
        token_url: "https://id.example/token".into(),
        redirect_uri: "https://jackfield.example/oauth/callback".into(),
        scope: scope.into(),
    }
}

fn registered(scope: &str, client_id: &str) -> ClientRegistration {
    ClientRegistration {
        id: RegistrationId::from_uuid(id()),
        place: place(scope),
        client_id: client_id.into(),
        client_secret: Some(sealed(1)),
        client_auth: Some(ClientAuth::Basic),
        secret_expires_at: Some(later(3600)),
        created_at: NOW,
    }
}

async fn insert(fixture: &Fixture, registration: &ClientRegistration) -> Insertion {
    let mut work = fixture.begin().await;
    let insertion = work.registrations().insert(registration).await.unwrap();
    work.commit().await.unwrap();
    insertion
}

#[tokio::test]
async fn of_two_registrations_at_one_place_the_first_counts_until_it_is_retired() {
    let fixture = Fixture::new().await;
    let first = registered("read", "first");
    assert_eq!(insert(&fixture, &first).await, Insertion::Inserted);
    assert_eq!(insert(&fixture, &registered("read", "second")).await, Insertion::Duplicate);
    assert_eq!(insert(&fixture, &ClientRegistration { client_secret: None, ..registered("write", "other") }).await, Insertion::Inserted);
    let found = fixture.read().registrations().current(&place("read")).await.unwrap().unwrap();
    assert_eq!(format!("{found:?}"), format!("{first:?}"));

    let mut work = fixture.begin().await;
    assert!(work.registrations().retire(first.id).await.unwrap());
    assert!(!work.registrations().retire(first.id).await.unwrap(), "once only");
    work.commit().await.unwrap();
    assert!(fixture.read().registrations().current(&place("read")).await.unwrap().is_none());
    assert!(fixture.read().registrations().find(first.id).await.unwrap().is_some(), "its refresh tokens need it");
    assert_eq!(insert(&fixture, &registered("read", "third")).await, Insertion::Inserted);
}
