//! What goes wrong is told by its kind, and what went wrong once does not stay wrong.

use super::*;
use crate::store::trouble::{Trouble, of, of_commit, of_postgres, of_sqlite};

#[test]
fn codes_of_both_engines_tell_their_kind() {
    for (code, trouble) in [
        (13, Trouble::NoRoom),
        (10 | (19 << 8), Trouble::NoRoom),
        (10 | (4 << 8), Trouble::Away),
        (5, Trouble::Away),
        (8 | (1 << 8), Trouble::Away),
        (19 | (6 << 8), Trouble::Fault),
        (1, Trouble::Fault),
        (11, Trouble::Fault),
    ] {
        assert_eq!(of_sqlite(code), trouble, "{code}");
    }
    for (code, trouble) in [
        ("53100", Trouble::NoRoom),
        ("53300", Trouble::Away),
        ("57P01", Trouble::Away),
        ("57P03", Trouble::Away),
        ("25006", Trouble::Away),
        ("55P03", Trouble::Away),
        ("08006", Trouble::Away),
        ("58030", Trouble::Away),
        ("40001", Trouble::Away),
        ("23505", Trouble::Fault),
        ("42P01", Trouble::Fault),
        ("", Trouble::Fault),
    ] {
        assert_eq!(of_postgres(code), trouble, "{code}");
    }
    assert_eq!(of(&sqlx::Error::PoolTimedOut), Trouble::Away);
    assert_eq!(of(&sqlx::Error::RowNotFound), Trouble::Fault);
}

#[test]
fn a_commit_without_an_answer_is_not_called_unsaved() {
    let reset = || sqlx::Error::Io(std::io::ErrorKind::ConnectionReset.into());
    assert_eq!(of(&reset()), Trouble::Away);
    assert_eq!(of_commit(&reset()), Trouble::Unsure);
    assert_eq!(StoreError::commit(reset()).trouble(), Trouble::Unsure);
}

/// SQLite rolls back by itself when there is no room, and sqlx does not learn of it.
#[tokio::test]
async fn without_room_a_save_is_refused_and_with_room_the_next_one_succeeds() {
    let fixture = Fixture::new().await;
    let Engine::Sqlite { write, .. } = &fixture.store.engine else { return };
    let (pages,): (i64,) = sqlx::query_as("PRAGMA page_count").fetch_one(write).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"))).execute(write).await.unwrap();
    let refused = loop {
        let mut work = fixture.begin().await;
        match work.customers().insert(&customer(&Uuid::new_v4().to_string())).await {
            Ok(_) => work.commit().await.unwrap(),
            Err(error) => break error,
        }
    };
    assert_eq!(refused.trouble(), Trouble::NoRoom, "{refused:?}");
    let before = fixture.read().customers().count().await.unwrap();
    assert!(before > 0, "reads go on");
    sqlx::query("PRAGMA max_page_count = 1000000").execute(write).await.unwrap();
    fixture.customer("acme").await;
    assert_eq!(fixture.read().customers().count().await.unwrap(), before + 1);
}
