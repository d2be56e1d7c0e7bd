//! An import in words: its columns, and what became of each record.

use crate::{
    domain::{
        import::{Import, ImportRow, ImportTally, RowResult, Target, Wrong},
        validation::Field,
    },
    flows::import::Choice,
    web::{
        forms,
        view::{admin::imports::ImportLine, slot::reason},
        words::Words,
    },
};

/// "customers.csv, 48 rows".
pub fn file(words: Words, import: &Import) -> String {
    let name = if import.name.is_empty() { words.t("import-pasted") } else { import.name.clone() };
    let rows = words.count("import-file-rows", usize::try_from(import.records).unwrap_or_default());
    words.with_two("import-file-of", "name", name, "rows", rows)
}

/// As a form sends it.
pub fn value(target: &Target) -> String {
    match target {
        Target::Nothing => String::new(),
        Target::ExternalId => "external_id".to_owned(),
        Target::Name => "name".to_owned(),
        Target::Input { slot, input } => forms::name(&Field::Input { slot: slot.clone(), input: input.clone() }),
    }
}

/// `None`: no form of ours sends it.
pub fn target(value: &str) -> Option<Target> {
    match value {
        "" => Some(Target::Nothing),
        "external_id" => Some(Target::ExternalId),
        "name" => Some(Target::Name),
        input => match forms::parse_name(input)? {
            Field::Input { slot, input } => Some(Target::Input { slot, input }),
            Field::Variable(_) => None,
        },
    }
}

/// What every column may hold: value and words.
pub fn choices(words: Words, choices: &[Choice]) -> Vec<(String, String)> {
    let fixed =
        [(Target::Nothing, "import-target-nothing"), (Target::ExternalId, "import-target-id"), (Target::Name, "import-target-name")];
    let fixed = fixed.into_iter().map(|(target, key)| (value(&target), words.t(key)));
    let inputs = choices.iter().map(|choice| {
        let text = words.with_two("import-target-input", "slot", &choice.slot_label, "input", &choice.input.label);
        (value(&choice.target()), text)
    });
    fixed.chain(inputs).collect()
}

pub fn what(words: Words, tally: &ImportTally) -> String {
    let counts = [("new", tally.new), ("changed", tally.changed), ("same", tally.same), ("wrong", tally.wrong)];
    words.with_all("import-what", counts.map(|(name, count)| (name, count.to_string())))
}

/// By outcome; all without one.
pub fn outcome(words: Words, outcome: Option<&str>) -> String {
    words.t(match outcome {
        Some("new") => "import-new",
        Some("same") => "import-same",
        Some("changed") => "import-changed",
        Some(_) => "import-wrong",
        None => "import-all",
    })
}

pub fn line(words: Words, organization: &str, row: &ImportRow) -> ImportLine {
    let note = match &row.result {
        RowResult::New | RowResult::Same => String::new(),
        RowResult::Changed { columns } => words.with("import-changed-columns", "columns", columns.join(", ")),
        RowResult::Wrong { column, wrong: Wrong::Repeated { row } } => words.with_two("import-repeated", "column", column, "row", row),
        RowResult::Wrong { column, wrong } => words.with_two("import-wrong-in", "column", column, "why", why(words, organization, wrong)),
    };
    ImportLine {
        number: row.number,
        external_id: row.external_id.clone(),
        result: outcome(words, Some(row.result.outcome())),
        is_wrong: matches!(row.result, RowResult::Wrong { .. }),
        note,
    }
}

fn why(words: Words, organization: &str, wrong: &Wrong) -> String {
    match wrong {
        Wrong::Field { message: Some(message), .. } => message.clone(),
        Wrong::Field { code, .. } => words.find(&format!("import-wrong-{code}"), []).unwrap_or_else(|| words.t("import-wrong-other")),
        Wrong::Check { reason: code, connector } => reason(words, code.code(), "admin", connector, organization, "").0,
        Wrong::Repeated { row } => row.to_string(),
    }
}
