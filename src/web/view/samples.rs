//! Every page in its states, rendered once: proves that all of them render, and lets people look at them.
//! The pages and `static/` land in `target/pages/`.

use std::fs;
use std::path::Path;

use askama::Template;

use super::connections::{Outcome, Revocation};
use super::notice::*;
use super::slot::Status;
use super::wizard::WizardPaused;
use super::*;
use crate::web::{public_path, words::Words};

mod alert_pages;
mod applied_pages;
mod console_lists;
mod imports;
mod behalf_pages;
mod other_pages;
mod activity;
mod people;
mod preset_pages;
mod saved_pages;
mod slots;
mod wizard_pages;
use console_lists::console_pages;
use other_pages::*;
use people::people;
use wizard_pages::*;

fn words() -> Words {
    Words::english()
}

fn frame(exit: Exit) -> Frame {
    let help_href = Some("mailto:help@acme.example".into());
    Frame { organization: "Acme".into(), help_href, brand_href: None, exit, flash: None, acting: None, is_member: false }
}

fn form() -> Form {
    Form { action: "show.html".into(), csrf: "c5rf".into(), version: "3".into() }
}

#[expect(clippy::too_many_lines, reason = "a list")]
fn pages() -> Vec<(String, String)> {
    let mut pages: Vec<(String, askama::Result<String>)> = vec![
        ("show".into(), several().render()),
        ("one".into(), one().render()),
        ("one-with-inputs".into(), one_with_inputs().render()),
        ("refused".into(), refused().render()),
        ("down".into(), down().render()),
        ("every-status".into(), every_status().render()),
        ("fields".into(), fields(false).render()),
        ("fields-wrong".into(), fields(true).render()),
        ("review".into(), review(false).render()),
        ("review-live".into(), review(true).render()),
        ("done".into(), done(false).render()),
        ("done-changed".into(), done(true).render()),
        ("conflict".into(), conflict().render()),
        ("disconnect".into(), disconnect(&["Payroll sync: new hires are no longer read", "Team alerts: nothing is posted"]).render()),
        ("disconnect-unused".into(), disconnect(&[]).render()),
        ("connection".into(), connection(Status::Connected).render()),
        ("connection-broken".into(), connection(Status::NeedsReconnecting).render()),
        ("connection-key".into(), connection(Status::NotWorking).render()),
        ("other-account".into(), other_account().render()),
        ("disconnected".into(), disconnected(None).render()),
        ("disconnected-revoked".into(), disconnected(Some(Revocation::Revoked)).render()),
        ("disconnected-not-supported".into(), disconnected(Some(Revocation::NotSupported)).render()),
        ("disconnected-failed".into(), disconnected(Some(Revocation::Failed("Slack does not answer at the moment".into()))).render()),
        ("activity".into(), activity::activity(false, false).render()),
        ("activity-empty".into(), activity::activity(true, false).render()),
        ("activity-wrong".into(), activity::activity(false, true).render()),
        ("demo".into(), demo().render()),
        ("session".into(), SessionExpired { words: words(), frame: frame(Exit::None), sign_in_href: "/session" }.render()),
    ];
    pages.extend(console_pages().into_iter().chain(imports::import_pages()));
    let paused =
        WizardPaused { words: words(), frame: frame(Exit::None), integration: "Payroll sync".into(), resume_href: "show.html".into() };
    pages.push(("paused".into(), paused.render()));
    pages.extend(people());
    for one in Outcome::ALL {
        pages.push((format!("outcome-{}", one.key()), outcome(one).render()));
    }
    for (name, ended) in [("expired", LinkEnded::Expired), ("revoked", LinkEnded::Revoked), ("unknown", LinkEnded::Unknown)] {
        let request = (ended != LinkEnded::Unknown).then(form);
        pages.push((format!("link-{name}"), LinkShow { words: words(), frame: frame(Exit::None), ended, request }.render()));
    }
    let statuses = [400, 403, 404, 409, 413, 418, 429, 500, 502, 503, 507].map(|status| (status.to_string(), Said::Status(status)));
    for (name, said) in statuses.into_iter().chain([
        ("not-saved".into(), Said::NotSaved),
        ("unsure".into(), Said::Unsure),
        ("not-allowed".into(), Said::NotAllowed),
    ]) {
        let back_href = matches!(said, Said::Status(..500)).then(|| "show.html".into());
        let error = ErrorShow { words: words(), frame: frame(Exit::None), said, request_id: "0192f7c1-7a".into(), back_href };
        pages.push((format!("error-{name}"), error.render()));
    }
    pages.extend(behalf_pages::pages());
    pages.extend(preset_pages::pages());
    pages.extend(applied_pages::pages());
    pages.extend(alert_pages::pages());
    pages.extend(saved_pages::pages());
    pages.into_iter().map(|(name, html)| (name, html.unwrap())).collect()
}

#[test]
fn render_every_page_to_target() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let out = root.join("target/pages");
    fs::create_dir_all(out.join("static")).unwrap();
    for file in fs::read_dir(root.join("static")).unwrap().map(Result::unwrap) {
        fs::copy(file.path(), out.join("static").join(file.file_name())).unwrap();
    }
    for (name, html) in pages() {
        fs::write(out.join(format!("{name}.html")), html).unwrap();
    }
}

#[test]
fn no_page_breaks_the_content_security_policy_or_lacks_a_word() {
    let forbidden =
        regex::Regex::new(r#"<style|\sstyle=|\son[a-z]+="|<script(?:>|\s[^>]*[^r]>[^<])|Unknown localization|placeholder="#).unwrap();
    for (name, html) in pages() {
        assert_eq!(forbidden.find(&html).map(|found| found.as_str()), None, "in {name}");
        assert_eq!(html.matches("<h1").count(), 1, "{name} has one first heading");
        assert_eq!(html.matches("class=\"filled").count().max(1), 1, "{name} has at most one filled button");
    }
}

#[test]
fn every_address_of_a_page_is_put_under_the_public_path() {
    for (name, html) in pages() {
        let forgotten = public_path::tests::forgotten(&html);
        assert!(forgotten.is_empty(), "{name}: public_path::ATTRIBUTES does not know {forgotten:?}");
    }
}

#[test]
fn a_page_with_errors_says_so_in_its_title() {
    assert!(refused().render().unwrap().contains("<title>Error: Connect Asana – Acme</title>"));
}

#[test]
fn what_the_provider_said_is_shown_as_text() {
    let html = outcome(Outcome::ProviderBroken).render().unwrap();
    assert!(html.contains("&#60;b&#62;temporarily_unavailable") && !html.contains("<b>"));
}
