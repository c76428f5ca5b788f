//! What only the file has; what both stores do is tested in `tests/it/campaign/stores.rs`.

use super::*;
use crate::change::tests::example;
use crate::time::SystemClock;

fn open(folder: &tempfile::TempDir) -> Sqlite {
    Sqlite::open(&folder.path().join("campaign.db"), Arc::new(SystemClock)).expect("it opens")
}

#[test]
fn a_newer_file_is_left_alone() {
    let folder = tempfile::tempdir().expect("there is room");
    open(&folder).connection.pragma_update(None, "user_version", VERSION + 1).expect("it is written");
    let error = Sqlite::open(&folder.path().join("campaign.db"), Arc::new(SystemClock)).err();
    assert_eq!(error.map(|error| error.exit_code()), Some(2));
}

/// A file of the first version, which had no leases.
#[test]
fn an_older_file_is_taken_over() {
    let folder = tempfile::tempdir().expect("there is room");
    let change = example();
    let changes = [(change.id().expect("it is JSON"), change)];
    let store = &mut open(&folder);
    store.import("o/r", &changes).expect("it is written");
    store
        .connection
        .execute_batch("DROP TABLE leases; DROP TABLE done; DROP TABLE moments; PRAGMA user_version = 1")
        .expect("it is written");
    let mut store = open(&folder);
    assert_eq!(store.units(None).expect("it is read").len(), 1);
    assert_eq!(store.moment().expect("it is written"), 1);
}
