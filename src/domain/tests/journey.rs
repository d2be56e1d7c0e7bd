use std::collections::BTreeSet;

use super::{input, key};
use crate::domain::{
    input::InputType,
    instance::{Instance, InstanceStatus},
    integration::{Element, Integration, Page, Slot, SlotSource},
    journey::{Answers, Journey, Missing, Step},
    time::Timestamp,
};

fn integration() -> Integration {
    let slot = |name: &str, required| {
        Element::Slot(Slot {
            key: key(name),
            label: None,
            source: SlotSource::Reusable(key("r")),
            required,
            preset: None,
            converts: false,
            inputs: Default::default(),
        })
    };
    let page = |name: &str, elements| Page { key: key(name), title: name.to_owned(), description: None, elements };
    Integration {
        key: key("i"),
        name: "I".into(),
        description: None,
        version: 1,
        pages: vec![
            page("one", vec![slot("needed", true), slot("spare", false)]),
            page("two", vec![Element::Variable(input("v", InputType::String).into())]),
        ],
    }
}

fn answered(connected: &[&str], variables: &[&str], visited: &[&str]) -> Answers {
    Answers {
        connected: connected.iter().map(|k| key(k)).collect(),
        variables: variables.iter().map(|k| (key(k), "x".into())).collect(),
        visited: visited.iter().map(|k| key(k)).collect::<BTreeSet<_>>(),
        settled: BTreeSet::new(),
    }
}

#[test]
fn a_page_is_reachable_only_when_all_before_it_are_complete() {
    let integration = integration();
    let journey = Journey::of(&integration, &answered(&[], &[], &[]));
    assert!(journey.is_reachable(0) && !journey.is_reachable(1));
    assert_eq!(journey.first_open(), Step::Page(&integration.pages[0]));
    let journey = Journey::of(&integration, &answered(&["needed"], &[], &[]));
    assert!(journey.is_reachable(1), "an optional slot holds nobody up");
    assert_eq!(journey.first_open(), Step::Page(&integration.pages[1]));
}

#[test]
fn what_is_missing_is_named_with_its_page() {
    let integration = integration();
    let journey = Journey::of(&integration, &answered(&[], &[], &["two"]));
    let missing: Vec<_> = journey.missing().cloned().collect();
    assert_eq!(
        missing,
        [Missing::Slot { page: key("one"), slot: key("needed") }, Missing::Variable { page: key("two"), variable: key("v") }]
    );
    assert!(journey.complete().is_none());
}

#[test]
fn only_a_complete_journey_turns_an_instance_on_and_only_an_active_one_pauses() {
    let integration = integration();
    let now = Timestamp::from_millis(1);
    let random = [0; 10];
    let draft = Instance::draft(
        crate::domain::ids::InstanceId::new(now, &random),
        crate::domain::ids::CustomerId::new(now, &random),
        key("i"),
        1,
        "I".into(),
        now,
    );
    assert!(draft.clone().pause(now).is_err());
    let proof = Journey::of(&integration, &answered(&["needed"], &["v"], &["two"])).complete().expect("nothing is missing");
    let active = draft.turn_on(&proof, now);
    assert_eq!(active.status, InstanceStatus::Active);
    assert_eq!(active.pause(now).map(|i| i.status), Ok(InstanceStatus::Paused));
}

#[test]
fn a_page_on_which_nobody_has_anything_to_do_is_no_step() {
    let integration = integration();
    let settled = |keys: &[&str]| Answers { settled: keys.iter().map(|k| key(k)).collect(), ..answered(&["needed"], &[], &[]) };
    let answers = settled(&["needed", "spare"]);
    let journey = Journey::of(&integration, &answers);
    assert!(journey.is_skipped(0) && !journey.is_skipped(1), "variables are always somebody's");
    assert_eq!((journey.len(), journey.number(1)), (2, 1));
    assert_eq!((journey.previous(1), journey.next(1)), (None, Step::Review));
    let answers = settled(&["needed"]);
    let journey = Journey::of(&integration, &answers);
    assert!(!journey.is_skipped(0), "the other one may be connected");
    assert_eq!((journey.len(), journey.number(1)), (3, 2));
}
