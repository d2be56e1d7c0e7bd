//! An integration's instances by its slots.

use askama::Template;

use super::{Console, customers::Chip};
use crate::web::{
    view::{Frame, slot::Status},
    words::Words,
};

/// Searched with `q`, filtered with `show`.
#[derive(Template)]
#[template(path = "pages/admin/matrix/show.html")]
pub struct MatrixShow {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub integration: String,
    /// Its own address, for the search.
    pub action: String,
    pub search: String,
    pub show: String,
    pub chips: Vec<Chip>,
    /// The names of its slots, in order.
    pub slots: Vec<String>,
    pub rows: Vec<MatrixLine>,
    pub more_href: Option<String>,
    pub first_href: Option<String>,
    pub export_href: String,
    /// Many checks at once.
    pub check_href: String,
    /// No customer has begun with it.
    pub is_empty: bool,
}

pub struct MatrixLine {
    pub customer: String,
    pub href: String,
    /// One for each slot; `None`: its version has no such slot.
    pub cells: Vec<Option<SlotCell>>,
    /// "3 March", or `None` while it is not turned on.
    pub turned_on: Option<String>,
}

pub struct SlotCell {
    pub status: Status,
    /// The account, why it does not work, or the link that was sent.
    pub detail: Option<String>,
    /// Where it is looked at and repaired.
    pub href: String,
    /// For those who do not see where it stands: "Slack of Contoso:".
    pub place: String,
}
