//! A user's own connections of an instance.

use askama::Template;

use super::{
    ErrorSummary, Form, Frame,
    slot::{Slot, Status},
};
use crate::web::words::Words;

#[derive(Template)]
#[template(path = "pages/own_connections/index.html")]
pub struct OwnIndex {
    pub words: Words,
    pub frame: Frame,
    pub integration: String,
    /// Before it is turned on there is nothing to connect for.
    pub is_on: bool,
    pub errors: Option<ErrorSummary>,
    pub slots: Vec<OwnSlot>,
    /// For who looks after the customer.
    pub colleagues: Vec<OwnColleague>,
    pub wizard_href: String,
}

pub struct OwnSlot {
    pub slot: Slot,
    pub form: Form,
    /// Its values are entered here, so it has a button of its own.
    pub saves: bool,
    pub check: Option<Form>,
}

pub struct OwnColleague {
    pub name: String,
    /// Label and status.
    pub connections: Vec<(String, Status)>,
}
