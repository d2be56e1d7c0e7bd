use proptest::prelude::*;

use super::support::{Canaries, errors, read_texts, shipped, source};
use crate::manifest::{NothingKnown, connector, read};

#[test]
fn an_alias_bomb_is_refused() {
    let mut text = "a: &a [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (name, of) in ["bac", "cbd"].iter().flat_map(|_| [("b", "a"), ("c", "b"), ("d", "c"), ("e", "d"), ("f", "e"), ("g", "f")]) {
        text += &format!("{name}: &{name} [{}]\n", vec![format!("*{of}"); 10].join(", "));
    }
    let found = errors(&text);
    assert!(found.iter().any(|e| e.contains("the aliases of this file expand to too much")), "{found:?}");
}

#[test]
fn an_alias_to_what_it_stands_in_is_refused() {
    assert!(errors("a: &a [*a]\n").iter().any(|e| e.contains("this alias stands inside what it refers to")));
}

#[test]
fn honest_aliases_work() {
    let text = "kind: connector\nkey: a\nname: A\nconnection_types:\n  - {key: k, name: K, auth: &auth {kind: none}}\n  - {key: l, name: L, auth: *auth}\n";
    assert!(read_texts(&[text], &Canaries).is_ok());
}

#[test]
fn depth_and_size_have_limits() {
    for (open, close) in [("[", "]"), ("{a: ", "}")] {
        let deep = open.repeat(5000) + "x" + &close.repeat(5000);
        assert_eq!(errors(&deep).len(), 1);
    }
    let blocks: String = (0..40).map(|n| format!("{}a:\n", " ".repeat(n))).collect();
    assert!(errors(&blocks)[0].contains("more than 32 levels"));
    assert!(errors(&"x".repeat(4 * 1024 * 1024 + 1))[0].contains("larger than 4 MiB"));
    assert!(errors(&format!("[{}]", "1,".repeat(1_000_000)))[0].contains("too many values"));
}

#[test]
fn keys_stand_once_and_tags_not_at_all() {
    assert!(errors("kind: preset\nkind: connector\n").iter().any(|e| e == "2:1: `kind` stands here twice (first in line 1); keep one"));
    assert!(errors("kind: !!python/object x\n").iter().any(|e| e.contains("tag")));
    assert!(errors("? [a]\n: b\n")[0].contains("a key is a text"));
}

#[test]
fn json_is_read_too_minified_or_with_tabs() {
    let json = "{\n\t\"kind\": \"connector\",\n\t\"key\": \"a\",\n\t\"name\": \"A\",\n\t\"connection_types\": [{\"key\":\"k\",\"name\":\"K\",\"auth\":{\"kind\":\"none\"}}]\n}\n";
    assert!(read_texts(&[json], &Canaries).is_ok(), "{:?}", read_texts(&[json], &Canaries).unwrap_err());
    let minified: String = json.chars().filter(|c| !c.is_whitespace()).collect();
    assert!(read_texts(&[&minified], &Canaries).is_ok());
}

#[test]
fn nothing_is_no_document() {
    for text in ["", "\n", "---\n", "# only a comment\n", "--- \n--- \n"] {
        assert!(read_texts(&[text], &Canaries).unwrap().is_empty(), "{text:?}");
    }
}

/// A shipped manifest with a few of its bytes changed, moved or lost.
fn mutated() -> impl Strategy<Value = String> {
    let sources = shipped();
    let edit = (
        any::<prop::sample::Index>(),
        0usize..40,
        prop::sample::select(vec![
            "", ":", " ", "\n", "- ", "{", "}", "[", "]", "\"", "'", "&a", "*a", "{{", "}}", "!", "#", "|", "\t", "0", "null", "ü",
            "\u{0}", "${env:X}",
        ]),
    );
    (0..sources.len(), prop::collection::vec(edit, 1..6)).prop_map(move |(at, edits)| {
        let mut chars: Vec<char> = sources[at].text.chars().collect();
        for (index, length, put) in edits {
            let from = index.index(chars.len() + 1);
            let to = (from + length).min(chars.len());
            chars.splice(from..to, put.chars());
        }
        chars.into_iter().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_damaged_manifest_is_read_or_refused_with_a_place_and_never_panics(text in mutated()) {
        match read(&[source(&text)], &Canaries, &NothingKnown) {
            Ok(_) => {}
            Err(errors) => for error in errors {
                prop_assert!(error.line >= 1 && error.column >= 1 && error.line <= text.lines().count() + 1, "{error}");
            }
        }
    }

    #[test]
    fn any_text_at_all_is_read_or_refused(text in any::<String>()) {
        let _ = read(&[source(&text)], &Canaries, &NothingKnown);
    }

    #[test]
    fn any_stored_json_is_read_or_refused(key in any::<String>(), value in any::<String>()) {
        let _ = connector(&serde_json::json!({"kind": "connector", "key": key, "name": value, "connection_types": [{"key": value, key: value}]}));
    }
}
