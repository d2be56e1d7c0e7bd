use super::*;
use crate::store::Whose;

fn of(user: &str) -> Whose {
    Whose { org_user: Some(user.into()), customer_user: None }
}

const KEY: [u8; 32] = [1; 32];

async fn load(fixture: &Fixture, at: Timestamp) -> Option<String> {
    fixture.read().sessions().load(&KEY, at).await.unwrap()
}

#[tokio::test]
async fn a_session_lives_until_its_end_and_can_be_prolonged() {
    let fixture = Fixture::new().await;
    let mut work = fixture.begin().await;
    work.sessions().insert(&KEY, "{}", &Whose::default(), later(10), NOW).await.unwrap();
    assert!(work.sessions().update(&KEY, r#"{"a":"1"}"#, &of("u1"), later(10)).await.unwrap());
    work.commit().await.unwrap();
    assert_eq!(load(&fixture, later(9)).await.as_deref(), Some(r#"{"a":"1"}"#));
    assert_eq!(load(&fixture, later(10)).await, None);

    let mut work = fixture.begin().await;
    assert!(work.sessions().touch(&KEY, later(20)).await.unwrap());
    assert_eq!(work.sessions().purge(later(19)).await.unwrap(), 0);
    work.commit().await.unwrap();
    assert!(load(&fixture, later(19)).await.is_some());
    let mut work = fixture.begin().await;
    assert_eq!(work.sessions().purge(later(20)).await.unwrap(), 1);
}

#[tokio::test]
async fn an_update_never_revives_a_session_that_was_ended() {
    let fixture = Fixture::new().await;
    let mut work = fixture.begin().await;
    work.sessions().insert(&KEY, "{}", &of("u1"), later(10), NOW).await.unwrap();
    work.sessions().delete(&KEY).await.unwrap();
    assert!(!work.sessions().update(&KEY, "{}", &of("u1"), later(10)).await.unwrap());
    assert!(!work.sessions().touch(&KEY, later(10)).await.unwrap());
    work.commit().await.unwrap();
    assert_eq!(load(&fixture, NOW).await, None);
}

#[tokio::test]
async fn someone_is_signed_out_everywhere_and_nobody_else_is() {
    let fixture = Fixture::new().await;
    let mut work = fixture.begin().await;
    for (byte, subject) in [(1, "u1"), (2, "u1"), (3, "u2")] {
        work.sessions().insert(&[byte; 32], "{}", &of(subject), later(10), NOW).await.unwrap();
    }
    assert_eq!(work.sessions().delete_of_subject("u1").await.unwrap(), 2);
    assert!(work.sessions().load(&[3; 32], NOW).await.unwrap().is_some());
}

#[tokio::test]
async fn a_browser_of_two_people_is_listed_for_both_and_ended_by_either() {
    let fixture = Fixture::new().await;
    let mut work = fixture.begin().await;
    let both = Whose { org_user: Some("u1".into()), customer_user: Some("c1".into()) };
    work.sessions().insert(&[1; 32], "{\"of\":\"both\"}", &both, later(10), NOW).await.unwrap();
    work.sessions().insert(&[2; 32], "{}", &of("u1"), later(10), later(1)).await.unwrap();
    let listed = work.sessions().list("u1", later(2)).await.unwrap();
    assert_eq!(listed.iter().map(|(hash, _, at)| (hash[0], *at)).collect::<Vec<_>>(), [(2, later(1)), (1, NOW)]);
    assert_eq!(work.sessions().list("c1", later(2)).await.unwrap(), [([1; 32], "{\"of\":\"both\"}".to_owned(), NOW)]);
    assert_eq!(work.sessions().list("c1", later(10)).await.unwrap(), []);
    assert!(!work.sessions().delete_of("c1", &[2; 32]).await.unwrap());
    assert!(work.sessions().delete_of("u1", &[2; 32]).await.unwrap());
    assert_eq!(work.sessions().delete_of_subject("c1").await.unwrap(), 1);
    assert_eq!(work.sessions().list("u1", later(2)).await.unwrap(), []);
}
