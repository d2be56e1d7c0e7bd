//! Sealed secrets that the database would not take, one file each, until it does. Beside the tables, as it must not depend on them.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::domain::{credential::SealedSecret, ids::ConnectionId};

/// A directory, made when it is first needed; or none, and then nothing is kept.
#[derive(Clone, Debug, Default)]
pub struct Spool(Option<PathBuf>);

const ENDING: &str = "sealed";

impl Spool {
    pub const fn new(directory: Option<PathBuf>) -> Self {
        Self(directory)
    }

    pub const fn is_nowhere(&self) -> bool {
        self.0.is_none()
    }

    /// Durable when it returns.
    pub async fn put(&self, id: ConnectionId, sealed: &SealedSecret) -> io::Result<()> {
        let envelope = sealed.envelope().to_vec();
        let revision = sealed.revision();
        self.blocking(move |directory| write(directory, &name(id, revision), &envelope)).await
    }

    /// Files that are not ours, or not whole, are left where they are.
    pub async fn list(&self) -> io::Result<Vec<(ConnectionId, SealedSecret)>> {
        self.blocking(|directory| match fs::read_dir(directory) {
            Ok(entries) => entries.filter_map(|entry| read(&entry.ok()?.path()).transpose()).collect(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error),
        })
        .await
    }

    /// `revision`: the secret's own.
    pub async fn remove(&self, id: ConnectionId, revision: i64) -> io::Result<()> {
        self.blocking(move |directory| match fs::remove_file(directory.join(name(id, revision))) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        })
        .await
    }

    async fn blocking<T: Default + Send + 'static>(&self, work: impl FnOnce(&Path) -> io::Result<T> + Send + 'static) -> io::Result<T> {
        let Some(directory) = self.0.clone() else { return Ok(T::default()) };
        tokio::task::spawn_blocking(move || work(&directory)).await.map_err(io::Error::other)?
    }
}

fn name(id: ConnectionId, revision: i64) -> String {
    format!("{id}.{revision}.{ENDING}")
}

fn write(directory: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    use std::{
        io::Write,
        os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    };
    fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    let beside = directory.join(format!("{name}.tmp"));
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, directory.join(name))?;
    // The name too is durable only once its directory is.
    fs::File::open(directory)?.sync_all()
}

fn read(path: &Path) -> io::Result<Option<(ConnectionId, SealedSecret)>> {
    let Some(named) = path.file_name().and_then(|name| name.to_str()).and_then(parse) else { return Ok(None) };
    let sealed = SealedSecret::from_envelope(fs::read(path)?, named.1).ok();
    Ok(sealed.map(|sealed| (named.0, sealed)))
}

fn parse(name: &str) -> Option<(ConnectionId, i64)> {
    let (id, revision) = name.strip_suffix(ENDING)?.strip_suffix('.')?.split_once('.')?;
    Some((id.parse().ok()?, revision.parse().ok()?))
}
