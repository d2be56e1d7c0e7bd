//! The only reader of the environment and of files. Every setting also as `NAME_FILE`; secrets never leave in a message.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use secrecy::SecretString;
use url::Url;

/// What `jackfield serve` needs to know.
#[derive(Debug)]
pub struct Settings {
    pub database_url: String,
    pub public_url: Url,
    /// `id:base64-of-32-bytes`, comma separated, the first is current.
    pub master_keys: SecretString,
    pub listen: SocketAddr,
    /// Hosts and CIDRs as written; `providers` reads them.
    pub allowed_private_hosts: String,
    pub log: String,
    /// A JSON object a line, for programs that collect logs.
    pub logs_json: bool,
    /// What the organization is called on its pages.
    pub organization_name: String,
    /// Every credential read is recorded before it is answered.
    pub audits_every_read: bool,
    /// Where new tokens are kept, sealed, that the database would not take.
    pub spool_dir: Option<PathBuf>,
    /// The server that sends mails, with its password, and the sender they bear.
    pub mail: Option<(SecretString, String)>,
}

const DEFAULT_LISTEN: &str = "127.0.0.1:8080";
const DEFAULT_LOG: &str = "info";

impl Settings {
    /// Everything, for serving.
    pub fn from_environment() -> Result<Self> {
        let listen = read("JACKFIELD_LISTEN")?.unwrap_or_else(|| DEFAULT_LISTEN.into());
        Ok(Self {
            database_url: database_url()?,
            public_url: public_url()?,
            master_keys: master_keys()?,
            listen: listen.parse().with_context(|| format!("JACKFIELD_LISTEN: {listen:?} is not an address like 127.0.0.1:8080"))?,
            allowed_private_hosts: read("JACKFIELD_ALLOWED_PRIVATE_HOSTS")?.unwrap_or_default(),
            log: log()?,
            logs_json: logs_json()?,
            organization_name: organization_name()?,
            audits_every_read: audits_every_read()?,
            spool_dir: spool_dir()?,
            mail: mail()?,
        })
    }
}

pub fn spool_dir() -> Result<Option<PathBuf>> {
    Ok(read("JACKFIELD_SPOOL_DIR")?.map(PathBuf::from))
}

pub fn database_url() -> Result<String> {
    required("JACKFIELD_DATABASE_URL", "sqlite:///var/lib/jackfield/jackfield.db or postgres://…")
}

pub fn master_keys() -> Result<SecretString> {
    required("JACKFIELD_MASTER_KEYS", "k1:<base64 of 32 random bytes>; make one with `openssl rand -base64 32`").map(SecretString::from)
}

/// For commands that can do without: a backup holds nothing that is opened.
pub fn master_keys_if_set() -> Result<Option<SecretString>> {
    Ok(read("JACKFIELD_MASTER_KEYS")?.map(SecretString::from))
}

pub fn organization_name() -> Result<String> {
    Ok(read("JACKFIELD_ORGANIZATION_NAME")?.unwrap_or_else(|| "Your software company".into()))
}

pub fn log() -> Result<String> {
    Ok(read("JACKFIELD_LOG")?.unwrap_or_else(|| DEFAULT_LOG.into()))
}

fn logs_json() -> Result<bool> {
    match read("JACKFIELD_LOG_FORMAT")?.as_deref() {
        None | Some("text") => Ok(false),
        Some("json") => Ok(true),
        Some(other) => bail!("JACKFIELD_LOG_FORMAT: {other:?} is neither text nor json"),
    }
}

fn audits_every_read() -> Result<bool> {
    match read("JACKFIELD_AUDIT_READS")?.as_deref() {
        None | Some("summed") => Ok(false),
        Some("every") => Ok(true),
        Some(other) => bail!("JACKFIELD_AUDIT_READS: {other:?} is neither summed nor every"),
    }
}

fn mail() -> Result<Option<(SecretString, String)>> {
    let Some(url) = read("JACKFIELD_SMTP_URL")? else { return Ok(None) };
    let from = required("JACKFIELD_MAIL_FROM", "the sender of mails, such as Acme <connect@acme.example>, or unset JACKFIELD_SMTP_URL")?;
    Ok(Some((SecretString::from(url), from)))
}

pub fn public_url() -> Result<Url> {
    let text = required("JACKFIELD_PUBLIC_URL", "the address people open, such as https://connect.example.com")?;
    let url = Url::parse(&text).with_context(|| format!("JACKFIELD_PUBLIC_URL: {text:?} is not an address"))?;
    if !matches!(url.scheme(), "https" | "http") || !url.has_host() || url.query().is_some() || url.fragment().is_some() {
        bail!("JACKFIELD_PUBLIC_URL: {text:?} must begin with https:// (or http://) and hold no query");
    }
    Ok(url)
}

fn required(name: &str, example: &str) -> Result<String> {
    read(name)?.with_context(|| format!("{name} is not set. Set it to {example}"))
}

/// From `NAME`, or from the file that `NAME_FILE` names; both at once is a mistake that is told.
#[expect(clippy::disallowed_methods, reason = "settings are the only reader of the environment")]
fn read(name: &str) -> Result<Option<String>> {
    let file_name = format!("{name}_FILE");
    let value = std::env::var(name).ok().filter(|v| !v.is_empty());
    let file = std::env::var(&file_name).ok().filter(|v| !v.is_empty());
    match (value, file) {
        (Some(_), Some(_)) => bail!("{name} and {file_name} are both set: keep one"),
        (Some(value), None) => Ok(Some(value)),
        (None, Some(path)) => {
            let text = fs::read_to_string(&path).with_context(|| format!("{file_name}: {path} could not be read"))?;
            Ok(Some(text.trim_end_matches(['\n', '\r']).to_owned()))
        }
        (None, None) => Ok(None),
    }
}

/// Of this machine, as people know it.
pub fn host_name() -> String {
    file("/proc/sys/kernel/hostname").ok().filter(|name| !name.is_empty()).unwrap_or_else(|| "localhost".into())
}

/// Any variable, for `${env:…}` of a manifest applied on this machine.
#[expect(clippy::disallowed_methods, reason = "settings alone reads the environment")]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Any file, for `${file:…}`; without the line break at its end.
pub fn file(path: &str) -> Result<String> {
    let text = fs::read_to_string(path).with_context(|| format!("{path} could not be read"))?;
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}

/// The most memory that this process ever held, in KiB; `None` where the system does not tell.
pub fn peak_memory_kib() -> Option<u64> {
    let status = file("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().strip_suffix(" kB")?.parse().ok()
}

/// The demo's own keys and passwords, made once and kept beside its database, readable by its owner only.
pub fn read_or_make(path: &Path, make: impl FnOnce() -> String) -> Result<String> {
    if let Ok(text) = fs::read_to_string(path) {
        return Ok(text.trim().to_owned());
    }
    let text = make();
    write_private(path, &text)?;
    Ok(text)
}

pub fn write_private(path: &Path, text: &str) -> Result<()> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    let beside = path.with_extension("tmp");
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&beside)
        .with_context(|| format!("{} could not be written", beside.display()))?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&beside, path).with_context(|| format!("{} could not be written", path.display()))
}

/// Name and text of each file: the ones named, and all `*.yaml`, `*.yml` and `*.json` below a folder; `-` is standard input.
pub fn read_files(paths: &[String]) -> Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    for path in paths {
        if path == "-" {
            let text = std::io::read_to_string(std::io::stdin()).context("standard input could not be read")?;
            files.push(("-".into(), text));
        } else {
            read_tree(Path::new(path), true, &mut files)?;
        }
    }
    Ok(files)
}

fn read_tree(path: &Path, named: bool, files: &mut Vec<(String, String)>) -> Result<()> {
    if path.is_dir() {
        let mut entries: Vec<_> = fs::read_dir(path)?.collect::<Result<_, _>>()?;
        entries.sort_by_key(fs::DirEntry::path);
        return entries.iter().try_for_each(|entry| read_tree(&entry.path(), false, files));
    }
    let is_manifest = path.extension().is_some_and(|e| e == "yaml" || e == "yml" || e == "json");
    if named || is_manifest {
        let text = fs::read_to_string(path).with_context(|| format!("{} could not be read", path.display()))?;
        files.push((path.display().to_string(), text));
    }
    Ok(())
}
