//! A file of customers from upload to result: saved by whoever saw it last, imported once however many are at it.

use super::*;
use crate::domain::{
    access::Actor,
    ids::ImportId,
    import::{Fills, Import, ImportRow, ImportStatus, ImportTally, RowResult, Target, Wrong},
};

fn import() -> Import {
    Import {
        id: ImportId::from_uuid(id()),
        name: "customers.csv".into(),
        heading: vec!["id".into(), "key".into()],
        records: 3,
        fills: Some(Fills::ReusableConnection(key("drop-off"))),
        mapping: vec![Target::ExternalId, Target::Input { slot: key("desk"), input: key("api_key") }],
        checks: false,
        status: ImportStatus::Mapping,
        actor: Actor::System,
        revision: 1,
        created_at: NOW,
        updated_at: NOW,
    }
}

fn row(number: i64, result: RowResult) -> ImportRow {
    ImportRow { number, external_id: format!("c-{number}"), result }
}

fn rows() -> Vec<ImportRow> {
    let wrong = Wrong::Field { code: "required".into(), message: None };
    let changed = RowResult::Changed { columns: vec!["key".into()] };
    vec![row(1, RowResult::New), row(2, changed), row(3, RowResult::Wrong { column: "key".into(), wrong })]
}

/// Started, with its rows planned.
async fn running(fixture: &Fixture) -> Import {
    let import = import();
    let mut work = fixture.begin().await;
    work.imports().insert(&import, &sealed(1)).await.unwrap();
    let planned = Import { status: ImportStatus::Planned, ..import.clone() };
    assert!(work.imports().save(&planned).await.unwrap());
    work.imports().replace_rows(import.id, &rows()).await.unwrap();
    let running = Import { status: ImportStatus::Running, revision: 2, checks: true, ..import };
    assert!(work.imports().save(&running).await.unwrap());
    work.commit().await.unwrap();
    running
}

#[tokio::test]
async fn a_file_lies_sealed_until_all_is_imported() {
    let fixture = Fixture::new().await;
    let import = running(&fixture).await;
    let found = fixture.read().imports().find(import.id).await.unwrap().unwrap();
    assert_eq!((found.mapping, found.heading, found.status, found.revision), (import.mapping, import.heading, ImportStatus::Running, 3));
    assert!(fixture.read().imports().file(import.id).await.unwrap().is_some());
    assert_eq!(fixture.read().imports().rows(import.id, None, 0, 10).await.unwrap(), rows());
    assert_eq!(fixture.read().imports().rows(import.id, Some("wrong"), 0, 10).await.unwrap(), rows()[2..]);
    assert_eq!(fixture.read().imports().rows(import.id, None, 2, 10).await.unwrap(), rows()[2..]);

    let mut work = fixture.begin().await;
    let (id, fence) = work.imports().claim(60).await.unwrap().unwrap();
    assert_eq!(work.imports().left(id, 10).await.unwrap(), [1, 2, 3]);
    for row in rows() {
        assert!(work.imports().conclude_row(id, fence, row.number, &row.result).await.unwrap());
        assert!(!work.imports().conclude_row(id, fence, row.number, &row.result).await.unwrap(), "once");
    }
    assert!(work.imports().finish(id, fence, NOW).await.unwrap());
    work.commit().await.unwrap();
    assert!(fixture.read().imports().file(import.id).await.unwrap().is_none(), "what is imported is not kept");
    let tally = fixture.read().imports().tally(import.id).await.unwrap();
    assert_eq!(tally, ImportTally { new: 1, same: 0, changed: 1, wrong: 1, done: 3 });
}

#[tokio::test]
async fn two_processes_are_never_at_one_import_and_a_lost_one_is_taken_over() {
    let fixture = Fixture::new().await;
    let import = running(&fixture).await;
    let claim = async |seconds| {
        let mut work = fixture.begin().await;
        let claimed = work.imports().claim(seconds).await.unwrap();
        work.commit().await.unwrap();
        claimed
    };
    let (_, first) = claim(60).await.unwrap();
    assert_eq!(claim(60).await, None, "somebody is at it");
    let mut work = fixture.begin().await;
    assert!(work.imports().renew(import.id, first, 0).await.unwrap());
    work.commit().await.unwrap();
    let (_, second) = claim(60).await.unwrap();
    let mut work = fixture.begin().await;
    assert!(!work.imports().renew(import.id, first, 60).await.unwrap());
    assert!(!work.imports().conclude_row(import.id, first, 1, &RowResult::New).await.unwrap(), "fenced off");
    assert!(!work.imports().finish(import.id, first, NOW).await.unwrap());
    assert!(work.imports().conclude_row(import.id, second, 1, &RowResult::New).await.unwrap());
}

#[tokio::test]
async fn what_runs_is_not_changed_and_what_nobody_started_goes() {
    let fixture = Fixture::new().await;
    let import = running(&fixture).await;
    let mut work = fixture.begin().await;
    assert!(!work.imports().save(&Import { revision: 3, ..import.clone() }).await.unwrap(), "it runs");
    assert!(!work.imports().delete(import.id).await.unwrap());
    let waiting = self::import();
    work.imports().insert(&waiting, &sealed(1)).await.unwrap();
    assert!(!work.imports().save(&Import { revision: 7, ..waiting.clone() }).await.unwrap(), "stale");
    assert_eq!(work.imports().count_unfinished(later(-1)).await.unwrap(), 2);
    assert_eq!(work.imports().purge(NOW, later(-60)).await.unwrap(), 0);
    assert_eq!(work.imports().purge(later(1), later(-60)).await.unwrap(), 1, "the one that waits");
    assert!(work.imports().find(waiting.id).await.unwrap().is_none());
    assert_eq!(work.imports().purge(later(1), later(1)).await.unwrap(), 1);
}
