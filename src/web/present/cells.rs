//! A slot of an instance as the console shows it, in one line.

use super::slot::{ago, status};
use crate::{
    domain::{ids::InstanceId, time::Timestamp},
    flows::matrix::Cell,
    store::SentLink,
    web::{
        urls,
        view::{
            admin::matrix::SlotCell,
            slot::{Status, reason},
        },
        words::Words,
    },
};

/// What a list of slots is drawn with.
pub struct Sheet<'a> {
    pub words: Words,
    pub organization: &'a str,
    pub now: Timestamp,
}

impl Sheet<'_> {
    /// `customer`: for those who do not see whose row it is.
    pub fn cell(&self, instance: InstanceId, customer: &str, cell: &Cell) -> SlotCell {
        SlotCell {
            status: status(cell.state),
            detail: self.detail(cell),
            href: urls::admin::connection(instance, &cell.slot),
            place: self.words.with_two("matrix-cell", "slot", &cell.label, "customer", customer),
        }
    }

    /// Why it does not work, the account, or what became of the link that was sent.
    pub fn detail(&self, cell: &Cell) -> Option<String> {
        let account = cell.account.as_deref().unwrap_or_default();
        match (cell.state.reason(), &cell.link) {
            (Some(code), _) => {
                let (title, ..) = reason(self.words, code.code(), "admin", &cell.connector, self.organization, account);
                Some(self.words.with_two("matrix-since", "reason", title, "when", ago(self.words, cell.since, self.now)))
            }
            (None, Some(link)) if status(cell.state) == Status::NotConnected => Some(self.link(link)),
            (None, _) => cell.account.clone(),
        }
    }

    fn link(&self, link: &SentLink) -> String {
        match (&link.user, link.is_opened) {
            (Some(user), true) => self.words.with("matrix-link-opened-by", "user", user),
            (Some(user), false) => self.words.with("matrix-link-sent-to", "user", user),
            (None, true) => self.words.t("matrix-link-opened"),
            (None, false) => self.words.t("matrix-link-sent"),
        }
    }
}
