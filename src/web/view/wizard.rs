//! The wizard: a page of an integration, the review, and what follows it.

use askama::Template;

use super::field::Part;
use super::slot::{Slot, Status};
use super::{ErrorSummary, Form, Frame, Step};
use crate::web::words::Words;

/// One page of the wizard.
#[derive(Template)]
#[template(path = "pages/wizard/show.html")]
pub struct WizardShow {
    pub words: Words,
    pub frame: Frame,
    pub form: Form,
    pub step: Step,
    pub back_href: Option<String>,
    pub heading: String,
    /// Sanitised HTML.
    pub description_html: Option<String>,
    pub errors: Option<ErrorSummary>,
    pub elements: Vec<Element>,
    pub submit: Submit,
    /// "14:02": when this page was last saved.
    pub saved_at: Option<String>,
}

pub enum Element {
    Slot(Slot),
    Part(Part),
    /// A sentence of ours.
    Note(String),
}

/// The words of the filled button.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Submit {
    SaveAndContinue,
    CheckYourAnswers,
}

/// Neighbouring slots share one card; everything else stands on the page.
pub(super) enum Section<'a> {
    Card(Vec<&'a Slot>),
    Part(&'a Part),
    Note(&'a str),
}

impl WizardShow {
    pub(super) fn sections(&self) -> Vec<Section<'_>> {
        let mut sections = Vec::new();
        for element in &self.elements {
            match (element, sections.last_mut()) {
                (Element::Slot(slot), Some(Section::Card(card))) => card.push(slot),
                (Element::Slot(slot), _) => sections.push(Section::Card(vec![slot])),
                (Element::Part(part), _) => sections.push(Section::Part(part)),
                (Element::Note(note), _) => sections.push(Section::Note(note)),
            }
        }
        sections
    }

    fn only_slot(&self) -> Option<&Slot> {
        match self.elements.as_slice() {
            [Element::Slot(slot)] => Some(slot),
            _ => None,
        }
    }

    /// The page is one Connect button: it takes the place, and the look, of "Save and continue".
    pub(super) fn one_connect(&self) -> Option<&Slot> {
        self.only_slot()
            .filter(|slot| slot.picker.is_none() && slot.sign_in.is_some() && slot.status == Status::NotConnected && !slot.optional)
    }

    /// The page is the form of one new connection: no card around it.
    pub(super) fn one_form(&self) -> Option<&Slot> {
        self.only_slot().filter(|slot| {
            slot.picker.is_none() && slot.sign_in.is_none() && slot.status != Status::Managed && !slot.folds_fields() && slot.has_parts()
        })
    }

    /// The heading already says what the slot's own heading would.
    pub(super) fn heading_names(&self, slot: &Slot) -> bool {
        self.heading.contains(&slot.name)
    }
}

/// "Check your answers".
#[derive(Template)]
#[template(path = "pages/wizard/review.html")]
pub struct WizardReview {
    pub words: Words,
    pub frame: Frame,
    pub form: Form,
    pub step: Step,
    pub back_href: Option<String>,
    pub integration: String,
    /// Already turned on: the button saves changes.
    pub live: bool,
    pub errors: Option<ErrorSummary>,
    /// What is still to do, each with the way to it.
    pub missing: Vec<Missing>,
    pub sections: Vec<ReviewSection>,
}

pub struct Missing {
    pub href: String,
    pub text: String,
}

pub struct ReviewSection {
    pub title: String,
    /// There was no step for it.
    pub is_skipped: bool,
    pub rows: Vec<ReviewRow>,
}

pub struct ReviewRow {
    pub label: String,
    pub value: ReviewValue,
    /// The page, with the id of the field after `#`; `None` for what others manage.
    pub change_href: Option<String>,
}

pub enum ReviewValue {
    Text(String),
    Lines(Vec<String>),
    /// A saved secret: says only that it is there.
    Secret,
    /// Nothing was given.
    Empty,
    Connection {
        status: Status,
        account: Option<String>,
    },
}

/// "{integration} is on".
#[derive(Template)]
#[template(path = "pages/wizard/done.html")]
pub struct WizardDone {
    pub words: Words,
    pub frame: Frame,
    pub integration: String,
    /// It was on before, and its settings changed.
    pub changed: bool,
    /// Where this user connects accounts of their own.
    pub own_href: Option<String>,
    pub review_href: String,
}

impl WizardDone {
    fn title(&self) -> String {
        match self.changed {
            true => self.words.t("done-title-changed"),
            false => self.words.with("done-title", "integration", &self.integration),
        }
    }
}

/// After "Save and exit".
#[derive(Template)]
#[template(path = "pages/wizard/paused.html")]
pub struct WizardPaused {
    pub words: Words,
    pub frame: Frame,
    pub integration: String,
    pub resume_href: String,
}

/// 409: the page was saved by someone else meanwhile. `keep.{name}=yours` or `saved` for each row.
#[derive(Template)]
#[template(path = "pages/wizard/conflict.html")]
pub struct WizardConflict {
    pub words: Words,
    pub frame: Frame,
    pub form: Form,
    pub rows: Vec<ConflictRow>,
    /// What the person typed, sent along again. Never a secret.
    pub carried: Vec<Carried>,
}

pub struct ConflictRow {
    /// A safe and unique DOM id.
    pub id: String,
    pub name: String,
    pub label: String,
    /// `None` for a secret, which is not sent back to the browser.
    pub yours: Option<String>,
    pub saved: Option<String>,
    pub secret: bool,
}

pub struct Carried {
    pub name: String,
    pub value: String,
}
