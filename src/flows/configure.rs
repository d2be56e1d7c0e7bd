//! The wizard: show a page, save a page, review, turn on. The journey is computed at each request; the order of clicks is never trusted.

mod choose;
mod conflict;
mod page;
mod review;
mod save;
mod snapshot;
mod submission;

pub use conflict::Conflict;
pub use page::{PageElement, Show, WizardPage, preview, show, start};
pub use review::{MissingPart, Review, ReviewPage, ReviewRow, ReviewSection, TurnOn, review, turn_on};
pub use save::{Intent, Saved, save};
pub use snapshot::Snapshot;
pub use submission::{Pick, SlotProblem, Submission};

use crate::domain::{ids::InstanceId, key::Key};

/// Where the wizard goes next, or has to go first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Page(InstanceId, Key),
    Review(InstanceId),
    Done(InstanceId),
}
