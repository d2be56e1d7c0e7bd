//! What moves with a new version, and what stays, in words.

use super::integrations::count;
use crate::{
    flows::reusable::conversion::{Conversion, Stay, Why},
    web::words::Words,
};

pub fn moves(words: Words, of: &Conversion) -> Vec<String> {
    let mut lines = Vec::new();
    for slot in &of.slots {
        lines.push(match &slot.reusable_connection {
            Some(key) => words.with_two("conversion-reusable", "slot", &slot.slot, "key", key),
            None => words.with("conversion-own", "slot", &slot.slot),
        });
    }
    let connections = words.count("conversion-connections", count(of.connections));
    lines.push(words.with_two(
        "conversion-moves",
        "instances",
        words.count("conversion-instances", count(of.instances)),
        "connections",
        connections,
    ));
    lines
}

/// How many, and why each.
pub fn stays(words: Words, of: &Conversion) -> (String, Vec<String>) {
    let mut lines: Vec<String> = of.stays.iter().map(|stay| line(words, stay)).collect();
    let untold = of.staying - count_of(&lines);
    if untold > 0 {
        lines.push(words.count("conversion-more", count(untold)));
    }
    (words.count("conversion-staying", count(of.staying)), lines)
}

fn count_of(lines: &[String]) -> i64 {
    i64::try_from(lines.len()).unwrap_or(i64::MAX)
}

fn line(words: Words, stay: &Stay) -> String {
    let slot = stay.slot.as_ref().map(|slot| format!(", {slot}")).unwrap_or_default();
    format!("{}, {}{slot}: {}", stay.customer, stay.name, why(words, &stay.why))
}

fn why(words: Words, why: &Why) -> String {
    let joined = |all: &mut dyn Iterator<Item = String>| all.collect::<Vec<_>>().join(", ");
    match why {
        Why::OtherType { is } => words.with("conversion-other-type", "type", is),
        Why::ValuesDiffer { inputs } => {
            words.with("conversion-values-differ", "inputs", joined(&mut inputs.iter().map(ToString::to_string)))
        }
        Why::HasAnother => words.t("conversion-has-another"),
        Why::Shared { places } => {
            let place = |place: &crate::flows::reusable::conversion::Place| format!("{} ({})", place.name, place.slot);
            words.with("conversion-shared", "places", joined(&mut places.iter().map(place)))
        }
        Why::Asks { labels } => words.with("conversion-asks", "labels", joined(&mut labels.iter().cloned())),
        Why::NoValues => words.t("conversion-no-values"),
        Why::Busy => words.t("conversion-busy"),
    }
}
