//! The map of the house, executable: who may name whom, what stays in which room, how large a file may grow.
//!
//! It reads `src/` and `templates/` as text, tests left out. A row here is a decision: change it together with the code,
//! and say why. The crates and the environment are fenced twice: here by name, in `clippy.toml` by call.

#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as its tests do")]

use std::fs;
use std::path::Path;

use regex::Regex;

/// Room → the rooms it may name. `*`: it composes, so it may name all of them.
const ROOMS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    // The only reader of files and of the environment, so it reads manifests and what they ask for, and refuses a bad host list.
    ("settings", &[]),
    ("telemetry", &[]),
    ("manifest", &["domain"]),
    ("vault", &["domain"]),
    ("providers", &["domain"]),
    ("store", &["domain"]),
    ("flows", &["domain", "manifest", "vault", "providers", "store"]),
    ("web", &["domain", "manifest", "store", "flows"]),
    // It plays another company: it shares nothing with the product, and only the demo mounts it.
    ("web/demo", &[]),
    ("worker", &["domain", "flows"]),
    ("app", &["*"]),
    ("cli", &["*"]),
    ("main", &["cli"]),
];

/// Path, keyword or macro → where it may be said. A place is a room, a folder or a file.
const FENCES: &[(&str, &[&str])] = &[
    // Two commands serve; what serves runs inside actix's runtime.
    ("actix_web", &["web", "app", "cli/mod", "cli/demo/mod"]),
    ("actix_session", &["web", "app"]),
    ("askama", &["web", "app"]),
    ("fluent_templates", &["web", "app"]),
    ("ammonia", &["web"]),
    ("pulldown_cmark", &["web"]),
    ("governor", &["web", "app"]),
    ("sqlx", &["store", "app"]),
    ("reqwest", &["providers"]),
    ("oauth2", &["providers"]),
    // What goes out is signed where it is sent (RFC 7523, RFC 5849); only the vault seals. The make-believe provider of the
    // demo signs its own tokens, as any other company would.
    ("aws_lc_rs", &["vault", "providers/jwt", "providers/oauth1/sign", "web/demo"]),
    ("aws_lc_rs::aead", &["vault"]),
    ("argon2", &["vault"]),
    ("totp_rs", &["vault"]),
    ("qrcodegen", &["web"]),
    ("jsonwebtoken", &["providers"]),
    ("serde_saphyr", &["manifest"]),
    ("clap", &["cli", "main"]),
    ("tracing_subscriber", &["telemetry"]),
    // The session middleware's trait wants its errors so.
    ("anyhow", &["app", "cli", "main", "settings", "web/session"]),
    ("std::env", &["settings"]),
    ("std::process", &["cli", "main"]),
    ("tokio::process", &[]),
    // The clock and randomness are read where the product is put together; the vault alone knows the crypto library's
    // generator, but for signatures, which blind themselves with it whatever they are handed.
    ("clippy::disallowed_methods", &["app", "settings", "vault/mod", "providers/jwt"]),
    ("clippy::disallowed_macros", &[]),
    // The domain, the manifests and the vault wait for nobody.
    ("async", &["providers", "store", "flows", "web", "worker", "app", "cli", "main", "telemetry"]),
    ("tokio", &["providers", "store", "flows", "web", "worker", "app", "cli", "main"]),
];

const FILE_LINES: usize = 400;
const MAIN_LINES: usize = 40;
const TEMPLATE_LINES: usize = 80;

/// The templates that may print without escaping, and what makes it safe there.
const UNESCAPED: &[(&str, &str)] = &[
    ("components/field", "an input's help: Markdown, sanitised by web/markdown"),
    ("components/part", "a text element: Markdown, sanitised by web/markdown"),
    ("pages/admin/integrations/show", "an integration's description: Markdown, sanitised by web/markdown"),
    ("pages/admin/connectors/docs", "an input's help: Markdown, sanitised by web/markdown"),
    ("pages/wizard/show", "a page's description: Markdown, sanitised by web/markdown"),
];

#[test]
fn every_room_names_only_the_rooms_and_crates_that_the_map_allows() {
    refuse(files("src", "rs").iter().flat_map(|(place, text)| wrong_names(place, text)));
}

#[test]
fn every_room_is_on_the_map() {
    let declared = Regex::new(r"(?m)^pub mod (\w+);").unwrap();
    let lib = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let off_the_map = declared.captures_iter(&lib).map(|found| found[1].to_owned()).filter(|room| room_of(room).is_none());
    refuse(off_the_map.map(|room| format!("src/lib.rs declares `{room}`, which is not in ROOMS")));
}

#[test]
fn no_file_outgrows_its_budget() {
    let sources = files("src", "rs").into_iter().map(|(place, text)| {
        let budget = if place == "main" { MAIN_LINES } else { FILE_LINES };
        (format!("src/{place}.rs"), without_tests(&text).lines().count(), budget)
    });
    let templates = files("templates", "html").into_iter().map(|(place, text)| (place, text.lines().count(), TEMPLATE_LINES));
    let over = sources.chain(templates).filter(|(_, lines, budget)| lines > budget);
    refuse(over.map(|(file, lines, budget)| format!("{file} has {lines} lines; its budget is {budget}")));
}

#[test]
fn every_template_escapes_what_it_prints() {
    let unescaped = Regex::new(r#"\|\s*safe\b|\|\s*escape\(\s*"none"|escape\s*=\s*"none""#).unwrap();
    let pages = files("templates", "html").into_iter().chain(files("src", "rs"));
    let found: Vec<_> = pages.filter(|(_, text)| unescaped.is_match(text)).map(|(place, _)| place).collect();
    let known = |place: &String| UNESCAPED.iter().any(|(allowed, _)| allowed == place);
    refuse(found.iter().filter(|place| !known(place)).map(|place| format!("{place} prints without escaping and is not in UNESCAPED")));
    let stale = UNESCAPED.iter().filter(|(allowed, _)| !found.iter().any(|place| place == allowed));
    refuse(stale.map(|(allowed, _)| format!("{allowed} is in UNESCAPED, but escapes everything")));
}

#[test]
fn every_metric_is_in_the_manual() {
    let named = Regex::new(r#"metrics::(?:counter|gauge|histogram)!\(\s*"(\w+)""#).unwrap();
    let manual = fs::read_to_string(root().join("docs/operating.md")).unwrap();
    let sources = files("src", "rs");
    let names: Vec<_> = sources.iter().flat_map(|(_, text)| named.captures_iter(text).map(|found| found[1].to_owned())).collect();
    assert!(names.len() > 3, "is this test looking for the right words?");
    refuse(names.iter().filter(|name| !manual.contains(*name)).map(|name| format!("docs/operating.md does not tell of {name}")));
}

#[test]
fn a_seeded_violation_is_found() {
    let seeded = [
        ("web/pages/wizard/show", "use crate::{domain::ids::InstanceId, vault::Vault};"),
        ("web/session", "fn open() { super::super::vault::open() }"),
        ("web/mod", "use super::{flows, providers::{check, oauth2}};"),
        ("web/demo/api", "use crate::domain::ids::CustomerId;"),
        ("flows/connect", "let pool: ::sqlx::SqlitePool;"),
        ("flows/connect", "#[cfg(test)]\nmod tests;\nuse reqwest::Client;"),
        ("domain/link", "pub async fn find() {}"),
        ("store/links", "#[expect(clippy::disallowed_methods, reason = \"hurry\")]"),
        ("cli/serve", "use std::{env, fs};"),
        ("main", "use jackfield::{cli, store};"),
        ("web/demo/api", "use super::super::*;"),
        ("web/routes", "fn mount() { super::demo::configure() }"),
        ("providers/jwt", "use aws_lc_rs::aead::LessSafeKey;"),
        ("store/links", "use crate::attic::Trunk;"),
        ("attic", "use crate::domain::ids;"),
    ];
    for (place, text) in seeded {
        assert!(!wrong_names(place, text).is_empty(), "in {place}, nobody minds `{text}`");
    }
    let innocent = [
        ("web/pages/wizard/show", "use crate::{domain::ids::InstanceId, flows::configure}; // not crate::vault"),
        ("flows/connect", "let help = r#\"crate::web\"#; let quote = '\"'; use crate::vault::Vault; let more = \"crate::web\";"),
        ("store/links", "use super::statements;\n#[cfg(test)]\nmod tests {\n    use crate::vault::Vault;\n}\n"),
        ("vault/digest", "use aws_lc_rs::digest;"),
        ("web/demo/api", "use crate::web::demo::cast; use super::DemoWorld;"),
        ("flows/connect", "use crate::providers::oauth2; fn go() { oauth2::exchange() }"),
        ("domain/auth", "pub(crate) fn oauth2(&self) -> bool { self.is(oauth2) }"),
    ];
    for (place, text) in innocent {
        assert_eq!(wrong_names(place, text), [""; 0], "in {place}, `{text}` is allowed");
    }
}

/// What a file says that its room may not. `place` is the path under `src/` without `.rs`.
fn wrong_names(place: &str, text: &str) -> Vec<String> {
    let Some((room, may_name)) = room_of(place) else {
        return if place == "lib" { vec![] } else { vec![format!("src/{place}.rs is in no room of ROOMS")] };
    };
    let code = without_tests(text);
    let (ours, others): (Vec<_>, Vec<_>) = paths(&code).into_iter().partition(|path| inside_the_crate(place, path).is_some());
    let mut wrong = vec![];
    for inside in ours.iter().filter_map(|path| inside_the_crate(place, path)) {
        let named = room_of(&inside).map(|(named, _)| named);
        if !named.is_some_and(|named| named == room || may_name.contains(&"*") || may_name.contains(&named)) {
            wrong.push(format!("src/{place}.rs names `{inside}`; `{room}` may name {may_name:?}"));
        }
    }
    for path in &others {
        // A module of ours may have a crate's name (`providers::oauth2`), and a word alone is no path (but a keyword).
        let is_ours = ours.iter().any(|ours| ours.last() == path.first()) || code.contains(&format!("mod {};", path[0]));
        let is_path = path.len() > 1 || path[0] == "async";
        let path = path.join("::");
        for (_, places) in FENCES.iter().filter(|(fenced, _)| within(&path, fenced, "::") && is_path && !is_ours) {
            if !places.iter().any(|allowed| within(place, allowed, "/")) {
                wrong.push(format!("src/{place}.rs says `{path}`, which belongs in {places:?}"));
            }
        }
    }
    wrong.dedup();
    wrong
}

fn within(path: &str, start: &str, separator: &str) -> bool {
    path.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with(separator))
}

/// The innermost room of a path such as `web/demo/api`.
fn room_of(place: &str) -> Option<(&'static str, &'static [&'static str])> {
    ROOMS.iter().filter(|(room, _)| within(place, room, "/")).max_by_key(|(room, _)| room.len()).copied()
}

/// `crate::a::b`, `super::b` or `self::b` said in `place`, as `a/b`; `None` for a path that begins elsewhere.
fn inside_the_crate(place: &str, path: &[&str]) -> Option<String> {
    let mut here: Vec<&str> = place.split('/').filter(|part| *part != "mod").collect();
    // Alone, they are `pub(crate)`, `pub(super)` and the method's own `self`.
    if path.len() < 2 || !["crate", "jackfield", "super", "self"].contains(&path[0]) {
        return None;
    }
    for part in path {
        match *part {
            "crate" | "jackfield" => here.clear(),
            "self" => {}
            "super" => drop(here.pop()),
            part => here.push(part),
        }
    }
    Some(here.join("/"))
}

/// Every path and every word in the code, groups opened: `a::{b, c::*}` is `a::b` and `a::c::*`.
fn paths(code: &str) -> Vec<Vec<&str>> {
    let token = Regex::new(r"[A-Za-z_]\w*|::|\S").unwrap();
    let (mut found, mut groups, mut current, mut before) = (vec![], vec![vec![]], vec![], "");
    for token in token.find_iter(code).map(|token| token.as_str()) {
        let is_word = token.starts_with(|first: char| first.is_alphabetic() || first == '_');
        match token {
            "::" => {}
            "{" if before == "::" => groups.push(std::mem::take(&mut current)),
            _ if before == "::" && (is_word || token == "*") => current.push(token),
            _ => {
                found.extend((!current.is_empty()).then(|| std::mem::take(&mut current)));
                match token {
                    "{" => groups.push(vec![]),
                    "}" if groups.len() > 1 => drop(groups.pop()),
                    word if is_word => current = groups.last().into_iter().flatten().copied().chain([word]).collect(),
                    _ => {}
                }
            }
        }
        before = token;
    }
    found
}

/// The code as the product runs it: no comments, no strings, no `#[cfg(test)]` items.
fn without_tests(text: &str) -> String {
    let silent = Regex::new(r##"(?s)//[^\n]*|/\*.*?\*/|r#".*?"#|r"[^"]*"|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\\n])'"##).unwrap();
    let tests = Regex::new(r"(?ms)^#\[cfg\(test\)\][^{;]*(?:;|\{.*?^\})|^    #\[cfg\(test\)\][^{;]*(?:;|\{.*?^    \})").unwrap();
    let spoken = silent.replace_all(text, |found: &regex::Captures| "\n".repeat(found[0].matches('\n').count()));
    tests.replace_all(&spoken, "").into_owned()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// (path under `folder` without the extension, text) of each file; test modules, which live in `tests`, are left out.
fn files(folder: &str, extension: &str) -> Vec<(String, String)> {
    let (base, mut found, mut open) = (root().join(folder), vec![], vec![root().join(folder)]);
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() && !entry.ends_with("tests") {
                open.push(entry);
            } else if entry.extension().is_some_and(|ending| ending == extension) && !entry.ends_with("tests.rs") {
                let place = entry.strip_prefix(&base).unwrap().with_extension("");
                found.push((place.to_string_lossy().into_owned(), fs::read_to_string(&entry).unwrap()));
            }
        }
    }
    assert!(!found.is_empty(), "{folder}/ has no {extension} file: is this test looking in the right place?");
    found
}

fn refuse(problems: impl Iterator<Item = String>) {
    let problems: Vec<_> = problems.collect();
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}
