//! What differs between two stored bodies, line by line of the YAML that an export writes: no secret is in either.

use serde_json::Value as Json;
use similar::{ChangeTag, DiffOp, TextDiff};

use super::to_yaml;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiffLine {
    /// Lines that are the same were left out here.
    Gap,
    Same {
        old: usize,
        new: usize,
        text: String,
    },
    Removed {
        old: usize,
        text: String,
    },
    Added {
        new: usize,
        text: String,
    },
}

/// Lines around a change that are shown with it.
const CONTEXT: usize = 3;

/// `None` on a side: there is none (yet, or any more). Without a difference, nothing.
pub fn diff(old: Option<&Json>, new: Option<&Json>) -> Vec<DiffLine> {
    let (old, new) = (old.map(|body| to_yaml([body])).unwrap_or_default(), new.map(|body| to_yaml([body])).unwrap_or_default());
    let diff = TextDiff::from_lines(old.as_str(), new.as_str());
    let mut lines = Vec::new();
    for group in diff.grouped_ops(CONTEXT) {
        if begins_later(&group) || !lines.is_empty() {
            lines.push(DiffLine::Gap);
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let text = change.value().trim_end_matches('\n').to_owned();
            let at = |index: Option<usize>| index.map_or(0, |index| index + 1);
            lines.push(match change.tag() {
                ChangeTag::Equal => DiffLine::Same { old: at(change.old_index()), new: at(change.new_index()), text },
                ChangeTag::Delete => DiffLine::Removed { old: at(change.old_index()), text },
                ChangeTag::Insert => DiffLine::Added { new: at(change.new_index()), text },
            });
        }
    }
    lines
}

fn begins_later(group: &[DiffOp]) -> bool {
    group.first().is_some_and(|op| op.new_range().start > 0 && op.old_range().start > 0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn body(name: &str, steps: usize) -> Json {
        let pages: Vec<Json> = (0..steps).map(|n| json!({"key": format!("p{n}"), "title": format!("Page {n}"), "elements": [{"text": "A text that is long enough to stand on a line of its own, whatever comes before it."}]})).collect();
        json!({"kind": "integration", "key": "alerts", "name": name, "pages": pages})
    }

    #[test]
    fn a_changed_line_is_shown_with_its_neighbours_and_the_rest_is_left_out() {
        let lines = diff(Some(&body("Alerts", 9)), Some(&body("Team alerts", 9)));
        let changed: Vec<_> = lines.iter().filter(|line| !matches!(line, DiffLine::Same { .. })).collect();
        let expected =
            [DiffLine::Removed { old: 3, text: "name: Alerts".into() }, DiffLine::Added { new: 3, text: "name: Team alerts".into() }];
        assert_eq!(changed, expected.iter().collect::<Vec<_>>());
        assert!(lines.len() < 10, "{lines:#?}");
    }

    #[test]
    fn what_is_the_same_has_no_difference_and_what_is_new_is_all_added() {
        assert_eq!(diff(Some(&body("Alerts", 2)), Some(&body("Alerts", 2))), []);
        assert!(diff(None, Some(&body("Alerts", 1))).iter().all(|line| matches!(line, DiffLine::Added { .. })));
        assert!(diff(Some(&body("Alerts", 1)), None).iter().all(|line| matches!(line, DiffLine::Removed { .. })));
    }

    #[test]
    fn a_secret_stands_in_neither() {
        let with =
            |secret: bool| json!({"kind": "preset", "key": "ours", "type": "desk.oauth2", "inputs": {"client_secret": {"secret": secret}}});
        let lines = diff(None, Some(&with(true)));
        assert!(format!("{lines:?}").contains("${env:OURS_CLIENT_SECRET}"), "{lines:?}");
    }
}
