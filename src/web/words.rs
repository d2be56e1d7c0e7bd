//! The words people read, looked up by key in `locales/<language>/*.ftl`.
//! No sentence is written in Rust or in a template: a test finds every key used there and fails on an unknown one.
//! To add a language, add a folder beside `locales/en` and a line in `Words::for_language`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Display;

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader};

fluent_templates::static_loader! {
    static CATALOGUE = {
        locales: "./locales",
        fallback_language: "en",
        // Without isolation marks a button says exactly "Connect Slack", which scripts and screen readers rely on.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static ENGLISH: LanguageIdentifier = fluent_templates::langid!("en");

/// The words of one language; cheap to copy into every view.
#[derive(Clone, Copy)]
pub struct Words {
    language: &'static LanguageIdentifier,
}

impl Words {
    pub fn english() -> Self {
        Self { language: &ENGLISH }
    }

    /// For `<html lang>`.
    pub fn language(&self) -> String {
        self.language.to_string()
    }

    /// For `<html dir>`: `ltr` or `rtl`.
    pub fn direction(&self) -> &'static str {
        match self.language.language.as_str() {
            "ar" | "fa" | "he" | "ur" => "rtl",
            _ => "ltr",
        }
    }

    pub fn t(&self, key: &str) -> String {
        CATALOGUE.lookup(self.language, key)
    }

    /// A message with one argument.
    pub fn with(&self, key: &str, name: &'static str, value: impl Display) -> String {
        self.with_all(key, [(name, value.to_string())])
    }

    /// A message with two arguments.
    pub fn with_two(
        &self,
        key: &str,
        name: &'static str,
        value: impl Display,
        other_name: &'static str,
        other_value: impl Display,
    ) -> String {
        self.with_all(key, [(name, value.to_string()), (other_name, other_value.to_string())])
    }

    /// A message with any number of arguments.
    pub fn with_all(&self, key: &str, args: impl IntoIterator<Item = (&'static str, String)>) -> String {
        CATALOGUE.lookup_with_args(self.language, key, &arguments(args))
    }

    /// A message whose words depend on `$count`, so that plurals come out right in every language.
    pub fn count(&self, key: &str, count: usize) -> String {
        let args = HashMap::from([(Cow::Borrowed("count"), FluentValue::from(count))]);
        CATALOGUE.lookup_with_args(self.language, key, &args)
    }

    /// `None` when no catalogue has the key. For families of keys that data chooses from, such as reason codes.
    pub fn find(&self, key: &str, args: impl IntoIterator<Item = (&'static str, String)>) -> Option<String> {
        CATALOGUE.try_lookup_with_args(self.language, key, &arguments(args))
    }
}

fn arguments<'a>(args: impl IntoIterator<Item = (&'static str, String)>) -> HashMap<Cow<'static, str>, FluentValue<'a>> {
    args.into_iter().map(|(name, value)| (Cow::Borrowed(name), FluentValue::from(value))).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::path::Path;

    use regex::Regex;

    use super::Words;

    fn files_under(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { files_under(&path, found) } else { found.push(path) }
        }
    }

    fn keys() -> HashSet<String> {
        let mut files = Vec::new();
        files_under(&Path::new(env!("CARGO_MANIFEST_DIR")).join("locales/en"), &mut files);
        let entry = Regex::new(r"(?m)^([a-z0-9-]+) =").unwrap();
        let texts = files.iter().map(|file| std::fs::read_to_string(file).unwrap());
        texts.flat_map(|text| entry.captures_iter(&text).map(|key| key[1].to_owned()).collect::<Vec<_>>()).collect()
    }

    #[test]
    fn every_reason_has_a_title_a_sentence_for_each_reader_and_a_way_on() {
        let keys = keys();
        let stems: Vec<_> = keys.iter().filter_map(|key| key.strip_prefix("reason-")?.strip_suffix("-title")).collect();
        assert!(stems.len() >= 17);
        for stem in stems {
            for part in ["customer", "admin", "next"] {
                assert!(keys.contains(&format!("reason-{stem}-{part}")), "reason-{stem}-{part} is missing");
            }
        }
    }

    #[test]
    fn every_key_used_in_a_template_or_in_web_is_in_the_catalogue() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut files = Vec::new();
        files_under(&root.join("templates"), &mut files);
        files_under(&root.join("src/web"), &mut files);
        let call = Regex::new(r#"\.(?:t|with|with_two|with_all|count)\(\s*"([a-z0-9-]+)""#).unwrap();
        let known = keys();
        let mut used = 0;
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap_or_default();
            for key in call.captures_iter(&text).map(|found| found[1].to_string()) {
                used += 1;
                assert!(known.contains(&key), "{} uses the key {key}, which no catalogue has", file.display());
            }
        }
        assert!(used > 100, "only {used} keys found: does the search still see the templates?");
    }

    #[test]
    fn a_message_puts_its_arguments_in_without_marks() {
        assert_eq!(Words::english().with("connect", "connector", "Slack"), "Connect Slack");
    }

    #[test]
    fn no_sentence_says_please_sorry_or_invalid() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales/en");
        let banned = Regex::new(r"(?i)\b(please|sorry|invalid|an error occurred|oops)\b").unwrap();
        for entry in std::fs::read_dir(folder).unwrap() {
            let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            let hit = text.lines().filter(|line| !line.starts_with('#')).find(|line| banned.is_match(line));
            assert_eq!(hit, None);
        }
    }
}
