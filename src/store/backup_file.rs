//! A backup: one SQLite file of the same schema, whatever engine it was made from. It is made under another name, and has its own
//! only when all of it is on the disk.

use std::{
    fs::{File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use super::{
    OpenError, Store, StoreError,
    engine::{SqliteUse, open_sqlite},
};

/// `FILE.part`, until it is finished.
pub struct BackupFile {
    store: Store,
    part: PathBuf,
    path: PathBuf,
}

#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("{} is there already", .0.display())]
    InTheWay(PathBuf),
    #[error("{} could not be written", .0.display())]
    Unwritable(PathBuf, #[source] io::Error),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl BackupFile {
    /// Readable by its owner only. What an earlier run left of it is thrown away.
    pub async fn create(path: &Path, replace: bool) -> Result<Self, FileError> {
        if path.exists() && !replace {
            return Err(FileError::InTheWay(path.to_owned()));
        }
        let mut part = path.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        let unwritable = |error| FileError::Unwritable(part.clone(), error);
        match std::fs::remove_file(&part) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(unwritable(error)),
            _ => {}
        }
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part).map_err(unwritable)?;
        let store = Store { engine: open_sqlite(&part, SqliteUse::Making).await? };
        Ok(Self { store, part, path: path.to_owned() })
    }

    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// On the disk, and under its name. How many bytes it has.
    pub async fn finish(self) -> Result<u64, FileError> {
        self.store.close().await;
        let unwritable = |error| FileError::Unwritable(self.path.clone(), error);
        let file = File::open(&self.part).map_err(unwritable)?;
        file.sync_all().map_err(unwritable)?;
        std::fs::rename(&self.part, &self.path).map_err(unwritable)?;
        // The name is on the disk when its folder is.
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(unwritable)?;
        Ok(file.metadata().map_err(unwritable)?.len())
    }

    /// It is not to be: nothing of it stays.
    pub async fn discard(self) -> Result<(), FileError> {
        self.store.close().await;
        std::fs::remove_file(&self.part).map_err(|error| FileError::Unwritable(self.part, error))
    }
}
