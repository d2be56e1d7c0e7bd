//! From what flows answer to what templates show: words for codes, controls for inputs, addresses for places.

pub mod account;
pub mod activity;
pub mod admin;
pub mod api_keys;
pub mod audit;
pub mod cells;
pub mod connection;
pub mod customer;
pub mod customer_users;
pub mod customers;
pub mod field;
pub mod imports;
pub mod own_connections;
pub mod page;
pub mod people;
pub mod review;
pub mod saved_connections;
pub mod slot;
pub mod users;

use super::{
    urls,
    view::{Exit, Flash, FlashKind, Frame},
    words::Words,
};
use crate::flows::Context;

/// Every page's surroundings. `flash`: what just happened, in words.
pub fn frame(context: &Context, exit: Exit, flash: Option<String>) -> Frame {
    Frame {
        organization: context.organization().name.clone(),
        help_href: context.organization().help_href.clone(),
        brand_href: context.organization().stylesheet.as_ref().map(|sheet| urls::brand(&sheet.version)),
        exit,
        flash: flash.map(|text| Flash { kind: FlashKind::Done, text }),
        acting: None,
        is_member: false,
    }
}

/// The language of a request. English is the only catalogue so far.
pub fn words() -> Words {
    Words::english()
}
