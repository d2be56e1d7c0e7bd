//! The policy of renewing, for tokens of any life.

use proptest::prelude::*;

use crate::domain::{
    credential::TokenMeta,
    ids::ConnectionId,
    reason::Reason,
    refresh::{Ending, Refresh},
    time::Timestamp,
};

const MINUTE: i64 = 60;
const DAY: i64 = 24 * 60 * MINUTE;
const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

fn id(number: u128) -> ConnectionId {
    ConnectionId::from_uuid(uuid::Uuid::from_u128(number))
}

fn token(life_seconds: Option<i64>) -> TokenMeta {
    TokenMeta {
        registration: None,
        token_type: "Bearer".into(),
        expires_at: life_seconds.map(|life| NOW.plus_seconds(life)),
        obtained_at: NOW,
        scopes: vec![],
        has_refresh_token: true,
        refresh_expires_at: None,
        is_free_to_renew: false,
        given_by: Default::default(),
    }
}

fn due_millis(token: &TokenMeta, id: ConnectionId) -> Option<i64> {
    Some(Refresh::plan(Some(token), id).next_at()?.as_millis() - NOW.as_millis())
}

proptest! {
    #[test]
    fn a_token_is_due_in_the_second_half_of_its_life_and_before_its_end(life in 1_i64..200 * 365 * DAY, number in any::<u128>()) {
        let due = due_millis(&token(Some(life)), id(number)).unwrap();
        prop_assert!(due >= life * 1000 / 2, "{due} of {life}");
        prop_assert!(due <= life * 800, "{due} of {life}");
    }

    #[test]
    fn at_most_a_fifth_of_its_life_ahead_of_five_minutes_before_the_end_or_80_percent(life in 700_i64..60 * DAY, number in any::<u128>()) {
        let due = due_millis(&token(Some(life)), id(number)).unwrap();
        let wanted = (life - 5 * MINUTE).min(life * 4 / 5).max(life / 2) * 1000;
        prop_assert!((wanted - life * 200..=wanted.max(life * 550)).contains(&due), "{due}, not {wanted}");
    }

    #[test]
    fn an_end_that_has_passed_or_that_no_calendar_holds_is_still_a_plan(life in any::<i64>(), number in any::<u128>()) {
        let due = due_millis(&token(Some(life)), id(number)).unwrap();
        prop_assert!(due >= 0);
    }

    #[test]
    fn a_refresh_token_that_ends_first_sets_the_time(life in 600_i64..DAY, part in 2_i64..50, number in any::<u128>()) {
        let token = TokenMeta { refresh_expires_at: Some(NOW.plus_seconds(life / part)), ..token(Some(life)) };
        prop_assert!(due_millis(&token, id(number)).unwrap() < life / part * 1000);
    }

    #[test]
    fn each_failure_waits_longer_up_to_an_hour_and_none_is_the_last(failures in 1_u32..100_000, number in any::<u128>()) {
        let before = Refresh::from_parts(Some(NOW), failures - 1, Some(Reason::ProviderDown));
        let after = before.retry(Reason::ProviderDown, None, id(number), NOW);
        let wait = after.next_at().unwrap().as_millis() - NOW.as_millis();
        let longest = (30_000_i64 << (failures - 1).min(20)).min(3_600_000);
        prop_assert!((longest - longest / 5..=longest).contains(&wait), "{wait} after {failures}");
        prop_assert_eq!(after.failures(), failures);
    }

    #[test]
    fn the_providers_own_wish_is_honoured_where_it_is_longer(asked in 0_i64..4000, failures in 0_u32..9) {
        let before = Refresh::from_parts(Some(NOW), failures, Some(Reason::RateLimited));
        let at = |wish| before.retry(Reason::RateLimited, wish, id(7), NOW).next_at().unwrap();
        prop_assert!(at(Some(asked)) >= NOW.plus_seconds(asked.min(3600)));
        prop_assert!(at(Some(asked)) >= at(None));
        prop_assert!(at(Some(asked)) <= NOW.plus_seconds(3600));
    }
}

#[test]
fn a_hundred_thousand_tokens_of_one_moment_spread_out() {
    let hour = token(Some(3600));
    let mut a_minute = std::collections::BTreeMap::new();
    for number in 0..100_000 {
        *a_minute.entry(due_millis(&hour, id(number)).unwrap() / 60_000).or_insert(0) += 1;
    }
    assert!(a_minute.len() >= 12, "{a_minute:?}");
    assert!(a_minute.values().all(|due| *due < 9_000), "{a_minute:?}");
}

#[test]
fn a_short_life_is_not_all_end() {
    let is_about_to_end = |life, at| token(Some(life)).is_about_to_end(NOW.plus_seconds(at));
    assert_eq!([is_about_to_end(3600, 3589), is_about_to_end(3600, 3590)], [false, true]);
    assert_eq!([is_about_to_end(10, 0), is_about_to_end(10, 8), is_about_to_end(10, 9)], [false, false, true]);
    assert!(is_about_to_end(-5, 0) && !token(None).is_about_to_end(NOW));
}

#[test]
fn what_cannot_or_need_not_be_renewed_is_left_alone() {
    let bare = TokenMeta { has_refresh_token: false, ..token(Some(3600)) };
    assert_eq!(Refresh::plan(None, id(1)), Refresh::Idle);
    assert_eq!(Refresh::plan(Some(&token(None)), id(1)), Refresh::Idle);
    assert_eq!(Refresh::plan(Some(&bare), id(1)), Refresh::Idle);
    assert_ne!(Refresh::plan(Some(&TokenMeta { is_free_to_renew: true, ..bare }), id(1)), Refresh::Idle);
}

#[test]
fn the_end_is_warned_of_14_days_ahead_but_not_in_the_first_half() {
    let warned = |token: &TokenMeta| {
        Ending::plan(Some(token)).map(|ending| (NOW.seconds_until(ending.at), NOW.seconds_until(ending.warn_at.unwrap())))
    };
    let with_end = |days: i64| TokenMeta { refresh_expires_at: Some(NOW.plus_seconds(days * DAY)), ..token(Some(3600)) };
    assert_eq!(warned(&with_end(90)), Some((90 * DAY, 76 * DAY)));
    assert_eq!(warned(&with_end(7)), Some((7 * DAY, 7 * DAY / 2)));
    assert_eq!(warned(&token(Some(3600))), None, "its refresh token has no end");
    let bare = TokenMeta { has_refresh_token: false, ..token(Some(60 * DAY)) };
    assert_eq!(warned(&bare), Some((60 * DAY, 46 * DAY)));
    assert_eq!(warned(&TokenMeta { is_free_to_renew: true, ..bare }), None);
}

#[test]
fn an_end_counted_down_in_seconds_is_the_same_end() {
    let told = Some(Ending { at: NOW.plus_seconds(DAY), warn_at: None });
    let at = |seconds| Some(Ending { at: NOW.plus_seconds(seconds), warn_at: Some(NOW) });
    assert_eq!(Ending::moved_to(told, at(DAY - 9)), told, "and it is not warned of again");
    assert_eq!(Ending::moved_to(told, at(2 * DAY)), at(2 * DAY));
    assert_eq!(Ending::moved_to(told, None), None);
}
