use super::*;
use crate::domain::{
    attempt::{Attempt, AttemptEnd, Pending},
    ids::AttemptId,
    reason::Reason,
};

async fn pending(fixture: &Fixture, state_hash: [u8; 32]) -> Attempt<Pending> {
    let instance = fixture.instance(&fixture.customer(&id().to_string()).await).await;
    let attempt = Attempt {
        id: AttemptId::from_uuid(id()),
        connection_id: fixture.connection(&instance, "zendesk").await.id,
        state_hash,
        browser_hash: [2; 32],
        secret: Some(sealed(1)),
        redirect_uri: "https://jackfield.example/oauth/callback".into(),
        return_to: "/wizard/1/connections".into(),
        issuer: Some("https://provider.example".into()),
        names_issuer: true,
        registration: None,
        given_by: Default::default(),
        created_at: NOW,
        state: Pending,
    };
    let mut work = fixture.begin().await;
    work.attempts().insert(&attempt).await.unwrap();
    work.commit().await.unwrap();
    attempt
}

async fn status(fixture: &Fixture, state_hash: &[u8; 32]) -> Option<AttemptStatus> {
    fixture.read().attempts().find_status(state_hash).await.unwrap().map(|summary| summary.status)
}

#[tokio::test]
async fn an_attempt_from_first_to_last() {
    let fixture = Fixture::new().await;
    for (byte, end) in [
        (1, AttemptEnd::Completed),
        (2, AttemptEnd::Denied(Reason::AuthConsentDenied)),
        (3, AttemptEnd::Failed(Reason::Timeout)),
        (4, AttemptEnd::Expired),
    ] {
        let hash = [byte; 32];
        let begun = pending(&fixture, hash).await;
        assert_eq!(status(&fixture, &hash).await, Some(AttemptStatus::Pending));

        let mut work = fixture.begin().await;
        let claimed = work.attempts().claim(&hash, later(5)).await.unwrap().unwrap();
        work.commit().await.unwrap();
        assert_eq!(format!("{claimed:?}"), format!("{:?}", begun.claim(later(5))));
        assert_eq!(status(&fixture, &hash).await, Some(AttemptStatus::Claimed));

        let mut work = fixture.begin().await;
        let ended = claimed.end(end, later(6));
        assert!(work.attempts().end(&ended).await.unwrap());
        assert!(!work.attempts().end(&ended).await.unwrap(), "once only");
        assert!(work.attempts().claim(&hash, later(7)).await.unwrap().is_none());
        work.commit().await.unwrap();
        assert_eq!(status(&fixture, &hash).await, Some(AttemptStatus::Ended(end)));
    }
    assert_eq!(status(&fixture, &[9; 32]).await, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_hundred_callbacks_in_parallel_one_claims_the_attempt() {
    let fixture = Fixture::new().await;
    pending(&fixture, [1; 32]).await;
    let mut callbacks = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let store = fixture.store.clone();
        callbacks.spawn(async move {
            let mut work = store.begin().await.unwrap();
            let claimed = work.attempts().claim(&[1; 32], NOW).await.unwrap();
            work.commit().await.unwrap();
            claimed.is_some()
        });
    }
    assert_eq!(callbacks.join_all().await.into_iter().filter(|won| *won).count(), 1);
}
