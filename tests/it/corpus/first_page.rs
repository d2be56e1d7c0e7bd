//! One definition's page, compared with the definition: every difference is a line.

use scraper::{ElementRef, Html, Selector};
use serde_json::Value as Json;

use super::CANARY;
use crate::support::{Browser, browser::text_of};

pub struct FirstPage<'a> {
    pub connector: &'a str,
    /// As `GET /connectors` tells it.
    pub kind: &'a Json,
}

fn form_name(input: &Json) -> String {
    let key = input["key"].as_str().unwrap().replace('%', "%25").replace(':', "%3A").replace('.', "%2E");
    format!("input:slot:{key}")
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn all<'h>(page: &'h Html, selector: &str) -> Vec<ElementRef<'h>> {
    page.select(&Selector::parse(selector).unwrap()).collect()
}

/// The controls that send an input, and the words they stand under.
fn controls<'h>(page: &'h Html, name: &str) -> (Vec<ElementRef<'h>>, Option<String>) {
    let key = format!("{name}.key");
    let named = |e: &ElementRef<'_>| e.attr("name") == Some(name) || e.attr("name") == Some(&key);
    let found: Vec<_> = all(page, "input, select, textarea").into_iter().filter(named).collect();
    let first = found.first();
    let own = first
        .and_then(|c| c.attr("id"))
        .and_then(|id| all(page, "label.label, .pick > label").into_iter().find(|l| l.attr("for") == Some(id)));
    let set = first
        .and_then(|c| c.ancestors().filter_map(ElementRef::wrap).find(|e| e.value().name() == "fieldset" && e.attr("class").is_none()));
    let legend = set.and_then(|set| set.select(&Selector::parse("legend").unwrap()).next());
    let label = legend.or(own).map(text_of);
    (found, label)
}

impl FirstPage<'_> {
    fn inputs(&self) -> impl Iterator<Item = &Json> {
        self.kind["inputs"].as_array().unwrap().iter()
    }

    pub fn asked(&self) -> impl Iterator<Item = &Json> {
        self.inputs().filter(|i| i["visibility"] == "customer" && i["template"].is_null())
    }

    pub fn has_consent(&self) -> bool {
        self.kind["auth"]["grant"] == "authorization_code"
    }

    pub fn problems(&self, person: &Browser) -> Vec<String> {
        let page = person.page();
        let mut wrong = Vec::new();
        if person.status != 200 && (self.asked().next().is_some() || self.has_consent()) {
            wrong.push(format!("status {}", person.status));
        }
        for input in self.asked() {
            wrong.extend(field(&page, input).err().map(|why| format!("{}: {why}", input["key"])));
        }
        let connect = format!("Connect {}", words(self.connector));
        let buttons = person.buttons().iter().filter(|b| **b == connect).count();
        if buttons != usize::from(self.has_consent()) {
            wrong.push(format!("{buttons} buttons {connect:?}"));
        }
        wrong.extend(self.leaks(person, &page));
        wrong
    }

    /// Nothing of what is not the customer's: no control, no label, no default, no value.
    fn leaks(&self, person: &Browser, page: &Html) -> Vec<String> {
        let mut leaks = Vec::new();
        let labels: Vec<String> = all(page, "label, legend").into_iter().map(text_of).collect();
        let visible = self.asked().map(Json::to_string).collect::<String>() + self.connector;
        let decoded = all(page, "html").into_iter().map(|e| e.html()).collect::<String>();
        for input in self.inputs().filter(|i| i["visibility"] != "customer" || !i["template"].is_null()) {
            let (key, label) = (input["key"].as_str().unwrap(), words(input["label"].as_str().unwrap_or_default()));
            if !controls(page, &form_name(input)).0.is_empty() {
                leaks.push(format!("a control for {key}"));
            }
            if !visible.contains(&label) && labels.iter().any(|l| l.starts_with(&label)) {
                leaks.push(format!("the label {label:?} of {key}"));
            }
            for part in ["default", "template"] {
                let held = input[part].as_str().unwrap_or_default();
                if held.len() > 8 && !visible.contains(held) && (person.html.contains(held) || decoded.contains(held)) {
                    leaks.push(format!("the {part} of {key}"));
                }
            }
        }
        if person.html.contains(CANARY) {
            leaks.push("a value that the organization set".into());
        }
        leaks
    }

    /// Sends everything empty, and finds each required input's own message, at the field and in the summary.
    pub async fn leave_everything_empty(&self, person: &mut Browser, wrong: &mut Vec<String>) -> usize {
        let required: Vec<&Json> = self.asked().filter(|i| i["required"] == true && i["type"] != "boolean").collect();
        if required.is_empty() {
            return 0;
        }
        for input in self.asked().filter(|i| i["type"] != "map" && i["type"] != "boolean") {
            let none: &[&str] = if input["choices"].is_array() { &[] } else { &[""] };
            person.set(&form_name(input), none);
        }
        let button = if self.has_consent() { format!("Connect {}", words(self.connector)) } else { "Save and continue".to_owned() };
        person.press(&button).await;
        if person.status != 422 {
            wrong.push(format!("status {} when everything is left empty", person.status));
            return 0;
        }
        let page = person.page();
        let summary: Vec<String> = all(&page, "#error-summary li").into_iter().map(text_of).collect();
        let at_fields: Vec<String> = all(&page, "p.error").into_iter().map(text_of).collect();
        for input in &required {
            let verb = if input["choices"].is_array() { "Choose" } else { "Enter" };
            let message = words(&format!("{verb} {}", input["label"].as_str().unwrap()));
            if !summary.contains(&message) || !at_fields.iter().any(|e| *e == format!("Error: {message}")) {
                wrong.push(format!("no message {message:?} for {}: {summary:?}", input["key"]));
            }
        }
        if summary.len() != required.len() {
            wrong.push(format!("{} messages for {} required inputs: {summary:?}", summary.len(), required.len()));
        }
        required.len()
    }
}

fn field(page: &Html, input: &Json) -> Result<(), String> {
    let (found, label) = controls(page, &form_name(input));
    let first = found.first().ok_or("no control")?;
    let optional = input["required"] == false && input["type"] != "boolean";
    let expected = format!("{}{}", words(input["label"].as_str().unwrap()), if optional { " (optional)" } else { "" });
    if label.as_deref() != Some(expected.as_str()) {
        return Err(format!("is labelled {label:?}, not {expected:?}"));
    }
    let options: Vec<ElementRef<'_>> =
        if first.value().name() == "select" { first.select(&Selector::parse("option").unwrap()).collect() } else { found.clone() };
    if let Some(choices) = input["choices"].as_array() {
        let offered: Vec<&str> = options.iter().filter_map(|o| o.attr("value")).filter(|v| !v.is_empty()).collect();
        let declared: Vec<&str> = choices.iter().map(|c| c["value"].as_str().unwrap()).collect();
        if offered != declared {
            return Err(format!("offers {offered:?}, not {declared:?}"));
        }
    }
    let is_secret = input["type"] == "password";
    let shown = match input["type"].as_str().unwrap() {
        "choice" => {
            options.iter().find(|o| o.attr("selected").or(o.attr("checked")).is_some()).and_then(|o| o.attr("value")).map(str::to_owned)
        }
        "boolean" => Some(first.attr("checked").is_some().to_string()),
        "text" | "list" => Some(first.text().collect::<String>().trim_start_matches('\n').to_owned()),
        _ => first.attr("value").map(str::to_owned),
    };
    let expected = match &input["default"] {
        Json::String(text) if !is_secret => text.clone(),
        Json::Bool(ticked) => ticked.to_string(),
        Json::Number(number) => number.to_string(),
        _ if input["type"] == "boolean" => "false".into(),
        _ => String::new(),
    };
    if shown.clone().unwrap_or_default() != expected {
        return Err(format!("shows {shown:?}, not {expected:?}"));
    }
    if is_secret && first.attr("type") != Some("password") {
        return Err("is a secret in a plain box".into());
    }
    Ok(())
}
