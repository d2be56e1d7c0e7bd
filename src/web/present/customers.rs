//! Customers in words: how all is with one, and what was wrong with what was typed.

use crate::{
    domain::{
        input::{Input, InputType},
        key::Key,
        roll_up::{ListedCustomer, RollUp},
        validation::FieldError,
    },
    web::{
        present::field::sentence,
        urls,
        view::{
            admin::customers::{Chip, CustomerRow, Mark},
            slot::Status,
        },
        words::Words,
    },
};

/// Its word in the catalogue.
const fn word(roll_up: Option<RollUp>) -> &'static str {
    match roll_up {
        None => "roll-up-all",
        Some(RollUp::Attention) => "roll-up-attention",
        Some(RollUp::Waiting) => "roll-up-waiting",
        Some(RollUp::Well) => "roll-up-well",
        Some(RollUp::Nothing) => "roll-up-nothing",
    }
}

pub fn mark(words: Words, roll_up: RollUp) -> Mark {
    let status = match roll_up {
        RollUp::Attention => Status::NotWorking,
        RollUp::Waiting | RollUp::Nothing => Status::NotConnected,
        RollUp::Well => Status::Connected,
    };
    Mark { status, text: words.t(word(Some(roll_up))) }
}

pub fn row(words: Words, listed: &ListedCustomer) -> CustomerRow {
    let instances = words.count("customers-count", usize::try_from(listed.instances).unwrap_or_default());
    CustomerRow {
        href: urls::admin::customer(listed.customer.id),
        name: listed.customer.name.clone(),
        external_id: listed.customer.external_id.clone(),
        mark: mark(words, listed.roll_up),
        integrations: match listed.turned_on {
            0 => instances,
            on => words.with_two("customers-turned-on", "integrations", instances, "on", on),
        },
    }
}

/// A filter of the list of customers.
pub fn chip(words: Words, roll_up: Option<RollUp>, count: i64, search: &str, current: Option<RollUp>) -> Chip {
    let show = roll_up.map_or("", RollUp::as_str);
    Chip {
        href: urls::admin::with_query(urls::admin::CUSTOMERS, [("show", show), ("q", search)]),
        text: words.with_two("chip", "text", words.t(word(roll_up)), "count", count),
        is_current: roll_up == current,
    }
}

/// What is wrong with a field that no manifest declares.
pub fn wrong(words: Words, label: &str, error: &FieldError, organization: &str) -> String {
    match Key::parse("field") {
        Ok(key) => sentence(words, &Input::new(key, label, InputType::String), error, organization),
        Err(_) => words.with("field-required", "label", label),
    }
}
