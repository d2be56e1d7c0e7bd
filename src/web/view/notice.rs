//! Pages that only say something: a link that ended, a session that ended, an error.

use askama::Template;

use super::{Form, Frame};
use crate::web::words::Words;

/// A link that opens nothing any more.
#[derive(Template)]
#[template(path = "pages/links/show.html")]
pub struct LinkShow {
    pub words: Words,
    pub frame: Frame,
    pub ended: LinkEnded,
    /// "Send me a new link"; `None` where nobody knows whom to ask.
    pub request: Option<Form>,
}

/// The organization was told that somebody needs a new link.
#[derive(Template)]
#[template(path = "pages/links/requested.html")]
pub struct LinkRequested {
    pub words: Words,
    pub frame: Frame,
    /// There is a mail server, so that a new one may come by itself.
    pub mails: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum LinkEnded {
    Expired,
    Revoked,
    Unknown,
}

impl LinkShow {
    pub(super) fn sentence(&self) -> String {
        match self.ended {
            LinkEnded::Expired => self.words.t("link-expired"),
            LinkEnded::Revoked => self.words.with("link-revoked", "organization", &self.frame.organization),
            LinkEnded::Unknown => self.words.t("link-unknown"),
        }
    }
}

/// The session ended; nothing typed is lost.
#[derive(Template)]
#[template(path = "pages/sessions/expired.html")]
pub struct SessionExpired {
    pub words: Words,
    pub frame: Frame,
    pub sign_in_href: &'static str,
}

/// Any refusal or failure without a page of its own.
#[derive(Template)]
#[template(path = "pages/errors/show.html")]
pub struct ErrorShow {
    pub words: Words,
    pub frame: Frame,
    pub said: Said,
    pub request_id: String,
    /// Where the person can go on; `None` where there is no such place.
    pub back_href: Option<String>,
}

/// What an error's page says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Said {
    Status(u16),
    /// Their role does not go that far.
    NotAllowed,
    /// To a person who sent a form: none of it was saved.
    NotSaved,
    /// To a person who sent a form: whether it was saved is not known.
    Unsure,
}

const STATUSES_WITH_WORDS: [u16; 8] = [400, 403, 404, 409, 413, 429, 500, 503];

impl ErrorShow {
    fn say(&self, part: &str) -> String {
        let what = match self.said {
            Said::NotSaved => "not-saved".to_owned(),
            Said::NotAllowed => "not-allowed".to_owned(),
            Said::Unsure => "unsure".to_owned(),
            Said::Status(507) => "503".to_owned(),
            Said::Status(status) if STATUSES_WITH_WORDS.contains(&status) => status.to_string(),
            Said::Status(status) => if status >= 500 { "500" } else { "400" }.to_owned(),
        };
        self.words.with(&format!("error-{what}-{part}"), "organization", &self.frame.organization)
    }

    pub(super) fn title(&self) -> String {
        self.say("title")
    }

    pub(super) fn sentence(&self) -> String {
        self.say("sentence")
    }
}
