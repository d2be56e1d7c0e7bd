//! A token that could not be saved is nobody's yet, and is not lost.

use std::os::unix::fs::PermissionsExt;

use super::*;

const FULL: [&str; 2] = [
    "CREATE TRIGGER disk_full BEFORE UPDATE OF token ON connections BEGIN SELECT RAISE(ABORT, 'disk is full'); END",
    "CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'disk is full'; END $$;
     CREATE TRIGGER disk_full BEFORE UPDATE OF token ON connections EXECUTE FUNCTION disk_full()",
];
const ROOM_AGAIN: [&str; 2] = ["DROP TRIGGER disk_full", "DROP TRIGGER disk_full ON connections"];

impl Saved {
    fn spooled(&self) -> Vec<std::path::PathBuf> {
        match std::fs::read_dir(self.product.folder.path().join("spool")) {
            Ok(entries) => entries.map(|entry| entry.unwrap().path()).collect(),
            Err(_) => Vec::new(),
        }
    }
}

#[tokio::test]
async fn a_token_is_handed_out_only_once_it_is_saved_and_then_without_asking_again() {
    let saved = Saved::with_token(-5).await;
    saved.sql(FULL[0], FULL[1]).await;
    for _ in 0..2 {
        let (status, problem) = saved.read().await;
        assert_eq!((status, problem["code"].as_str()), (503, Some("token_unsaved")), "{problem}");
    }
    let spooled = saved.spooled();
    let [file] = spooled.as_slice() else { panic!("{spooled:?}") };
    assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    let bytes = std::fs::read(file).unwrap();
    assert!(!bytes.windows(6).any(|window| window == b"access"), "sealed");
    saved.sql(ROOM_AGAIN[0], ROOM_AGAIN[1]).await;
    assert_eq!(token(&saved.read().await), (200, "access-1"));
    assert_eq!((saved.provider.now().asked.len(), saved.spooled()), (1, vec![]));
}

#[tokio::test]
async fn the_waiting_reader_gets_it_when_the_database_is_back_in_time() {
    let saved = Saved::with_token(-5).await;
    saved.sql(FULL[0], FULL[1]).await;
    let meanwhile = async {
        until("it is spooled", async || saved.spooled().iter().any(|file| file.extension().is_some_and(|e| e == "sealed"))).await;
        saved.sql(ROOM_AGAIN[0], ROOM_AGAIN[1]).await;
    };
    let (read, ()) = tokio::join!(saved.read(), meanwhile);
    assert_eq!((token(&read), saved.provider.now().asked.len()), ((200, "access-1"), 1));
}

#[tokio::test]
async fn a_token_that_still_serves_is_handed_out_while_its_successor_waits() {
    let saved = Saved::about_to_end().await;
    saved.sql(FULL[0], FULL[1]).await;
    assert_eq!(token(&saved.read().await), (200, "old"));
    assert_eq!(saved.spooled().len(), 1);
}

#[tokio::test]
async fn a_start_saves_what_was_spooled_before_it_refreshes_anything() {
    let saved = Saved::with_token(-5).await;
    saved.sql(FULL[0], FULL[1]).await;
    assert_eq!(saved.read().await.0, 503);
    saved.sql(ROOM_AGAIN[0], ROOM_AGAIN[1]).await;
    let started = saved.other_process().await;
    assert_eq!(saved.spooled(), Vec::<std::path::PathBuf>::new());
    assert_eq!(token(&started.api("GET", &saved.path(CREDENTIALS), None).await), (200, "access-1"));
    assert_eq!(token(&saved.read().await), (200, "access-1"), "and who kept it notices");
    assert_eq!(saved.provider.now().asked.len(), 1);
}
