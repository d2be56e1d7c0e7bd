//! A file of customers with values for their connections: uploaded, given a meaning, judged row by row. Nothing is imported.

use std::fmt::Write;

use anyhow::{Context as _, Result, ensure};
use scraper::{Html, Selector};

use super::clock::now;

const ROWS: usize = 1_000;
/// Of one service of the integration that is filled in.
const INPUTS: [&str; 6] = ["subdomain", "email", "code 1", "code 2", "secret 1", "secret 2"];

pub struct Person {
    pub client: reqwest::Client,
    pub base: String,
    pub cookie: String,
}

/// Half of the customers are there already. → seconds from the upload to the page that says what would become of each row
pub async fn run(person: &Person, known: usize) -> Result<f64> {
    let page = person.get("/admin/customers/import").await?;
    let began = now();
    let mapping = person.submit(&page, "/admin/customers/import", &[("text", file(known)), ("integration", "invoices".to_owned())]).await?;
    let planned = person.submit(&mapping, "/mapping", &[]).await?;
    let took = began.elapsed().as_secs_f64();
    ensure!(planned.contains("500 new"), "the dry run says something else: {}", told(&planned));
    person.submit(&planned, "/deletion", &[]).await?;
    Ok(took)
}

fn file(known: usize) -> String {
    let mut file = "External ID,Name".to_owned();
    INPUTS.iter().for_each(|input| file.push_str(&format!(",Ledgerline Your {input}")));
    for row in 0..ROWS {
        let id = if row % 2 == 0 { format!("customer-{:05}", row * known / ROWS) } else { format!("new-{row}") };
        let _written = write!(file, "\n{id},Customer {row}");
        INPUTS.iter().for_each(|input| {
            let _written = write!(file, ",{}{row}{}", input.replace(' ', ""), if *input == "email" { "@example.com" } else { "" });
        });
    }
    file
}

fn told(page: &str) -> String {
    let lead = Selector::parse(".lead, .errors").ok();
    lead.and_then(|lead| Some(Html::parse_document(page).select(&lead).next()?.text().collect())).unwrap_or_default()
}

impl Person {
    async fn get(&self, path: &str) -> Result<String> {
        let answer = self.client.get(format!("{}{path}", self.base)).header("cookie", &self.cookie).send().await?;
        Ok(answer.error_for_status()?.text().await?)
    }

    /// The form whose action ends so, with what it holds already; follows where it leads.
    async fn submit(&self, page: &str, action: &str, filled_in: &[(&str, String)]) -> Result<String> {
        let (action, mut pairs) = form(page, action).with_context(|| format!("no form leads to {action}: {}", told(page)))?;
        for (name, value) in filled_in {
            pairs.retain(|(known, _)| known != name);
            pairs.push(((*name).to_owned(), value.clone()));
        }
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let request = self.client.post(format!("{}{action}", self.base)).header("cookie", &self.cookie).header("origin", &self.base);
        let answer = request.header("content-type", "application/x-www-form-urlencoded").body(body).send().await?;
        let location = answer.headers().get("location").and_then(|value| value.to_str().ok()).map(str::to_owned);
        let status = answer.status();
        self.get(&location.with_context(|| format!("{action} answered {status}"))?).await
    }
}

/// → where it leads, and its fields
fn form(page: &str, action: &str) -> Option<(String, Vec<(String, String)>)> {
    let document = Html::parse_document(page);
    let [forms, buttons, inputs, selects, selected] =
        ["form[action]", "button[formaction]", "input[name]", "select[name]", "option[selected]"].map(|text| Selector::parse(text).ok());
    let leads = |element: &scraper::ElementRef<'_>, name: &str| element.attr(name).filter(|to| to.ends_with(action)).map(str::to_owned);
    let (buttons, inputs, selects, selected) = (buttons?, inputs?, selects?, selected?);
    document.select(&forms?).find_map(|form| {
        let to = leads(&form, "action").or_else(|| form.select(&buttons).find_map(|button| leads(&button, "formaction")))?;
        let given = |element: scraper::ElementRef<'_>| {
            Some((element.attr("name")?.to_owned(), element.attr("value").unwrap_or_default().to_owned()))
        };
        let hidden = form.select(&inputs).filter(|input| input.attr("type") == Some("hidden")).filter_map(given);
        let chosen = form.select(&selects).filter_map(|select| {
            let value = select.select(&selected).next().and_then(|option| option.attr("value")).unwrap_or_default();
            Some((select.attr("name")?.to_owned(), value.to_owned()))
        });
        Some((to, hidden.chain(chosen).collect()))
    })
}
