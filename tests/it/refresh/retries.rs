//! What a failure costs: a pause that both sides can see, and never a grant that lives.

use super::*;

fn invalid_grant() -> ResponseTemplate {
    ResponseTemplate::new(400).set_body_json(json!({"error": "invalid_grant"}))
}

#[tokio::test]
async fn a_provider_that_failed_is_left_alone_by_readers_but_not_by_who_insists() {
    let saved = Saved::with_token(-5).await;
    let wish = ResponseTemplate::new(503).insert_header("retry-after", "90");
    saved.provider.now().token_answer = Some(wish);
    for _ in 0..3 {
        assert_eq!((saved.read().await.0, saved.provider.now().asked.len()), (503, 1));
    }
    let connection = saved.connection().await;
    let refresh = &connection["refresh"];
    assert_eq!(
        (&refresh["failures"], &refresh["reason"], &connection["status"]),
        (&json!(1), &json!("provider.down"), &json!("connected"))
    );
    let in_seconds = |at: &Value| saved.product.context.now().seconds_until(at.as_str().unwrap().parse().unwrap());
    assert!((85..=90).contains(&in_seconds(&refresh["next_at"])), "{refresh}");
    assert_eq!(saved.force().await.0, 503);
    assert_eq!(saved.provider.now().asked.len(), 2);
    saved.provider.now().token_answer = None;
    assert_eq!(saved.force().await.0, 200);
    assert_eq!(token(&saved.read().await), (200, "access-1"));
    let refresh = saved.connection().await["refresh"].clone();
    assert_eq!((&refresh["failures"], &refresh["reason"], refresh["last_at"].is_string()), (&json!(0), &Value::Null, true), "{refresh}");
}

#[tokio::test]
async fn no_number_of_failures_ends_a_grant() {
    let saved = Saved::with_token(-5).await;
    saved.provider.answer(500, json!({"error": "invalid_grant"}));
    for failures in 1..=30 {
        assert_eq!(saved.read().await.0, 503);
        let connection = saved.connection().await;
        assert_eq!((&connection["status"], &connection["refresh"]["failures"]), (&json!("connected"), &json!(failures)));
        saved.later(3600);
    }
    saved.provider.now().token_answer = None;
    assert_eq!(token(&saved.read().await), (200, "access-1"));
}

#[tokio::test]
async fn what_the_company_must_mend_is_shown_and_mends_itself_with_it() {
    let saved = Saved::with_token(600).await;
    saved.provider.answer(401, json!({"error": "invalid_client"}));
    assert_eq!(saved.force().await.0, 503);
    let connection = saved.connection().await;
    assert_eq!((&connection["status"], &connection["reason"]), (&json!("not_working"), &json!("configuration")));
    assert_eq!(token(&saved.read().await), (200, "old"), "it still serves");
    saved.provider.now().token_answer = None;
    saved.later(3600);
    assert_eq!(token(&saved.read().await), (200, "access-1"));
    assert_eq!(saved.status().await, "connected");
}

#[tokio::test]
async fn a_grant_said_to_be_over_lives_on_where_a_later_token_was_saved_meanwhile() {
    let saved = Saved::with_token(-5).await;
    saved.provider.now().token_answer = Some(invalid_grant().set_delay(Duration::from_millis(400)));
    let meanwhile = async {
        until("the provider was asked", async || saved.provider.now().asked.len() == 1).await;
        let form = json!({"access_token": "typed in", "refresh_token": "refresh-9", "expires_at": saved.after(3600)});
        saved.product.ok("PUT", &saved.path("/connections/desk"), Some(json!({"token": form}))).await
    };
    let (read, _) = tokio::join!(saved.read(), meanwhile);
    assert_eq!(token(&read), (200, "typed in"));
    assert_eq!(saved.status().await, "connected");
}

/// The holder's answer is on its way when its lease ends and another process follows it.
async fn overslept(follower: ResponseTemplate, is_over: bool) -> (Saved, (u16, Value), (u16, Value)) {
    let saved = Saved::with_token(-5).await;
    let other = saved.other_process().await;
    let body = json!({"access_token": "slept", "refresh_token": "refresh-1", "expires_in": 3600});
    saved.provider.now().token_answer = Some(ResponseTemplate::new(200).set_body_json(body).set_delay(Duration::from_secs(1)));
    let path = saved.path(CREDENTIALS);
    let follow = async {
        until("the holder asked", async || saved.provider.now().asked.len() == 1).await;
        saved.provider.now().token_answer = Some(follower);
        let lapse = "UPDATE connections SET lease_until = 1";
        saved.sql(lapse, lapse).await;
        let heard = other.api("GET", &path, None).await;
        if is_over {
            saved.provider.now().token_answer = None;
            saved.provider.now().knows_refresh_token("refresh-1");
        }
        heard
    };
    let (holder, follower) = tokio::join!(saved.read(), follow);
    (saved, holder, follower)
}

#[tokio::test]
async fn a_holder_that_overslept_recovers_a_grant_that_was_given_up_for_it() {
    let (saved, holder, follower) = overslept(invalid_grant(), true).await;
    assert_eq!((follower.0, follower.1["code"].as_str()), (409, Some("needs_reconnect")), "{follower:?}");
    assert_eq!(token(&holder), (200, "access-1"), "its own answer was renewed once more, as its proof");
    assert_eq!((saved.status().await, saved.provider.now().asked.len()), (json!("connected"), 3));
    assert_eq!(saved.details("connection.needs_reconnect").await[0]["outcome_unknown"], true);
    assert_eq!(saved.details("connection.refreshed").await, [json!({"recovered": true})]);
}

#[tokio::test]
async fn a_holder_that_overslept_brings_nothing_back_that_its_follower_has_ended() {
    let (saved, holder, follower) = overslept(invalid_grant(), false).await;
    assert_eq!((follower.0, holder.0), (409, 409), "{holder:?}");
    assert_eq!((saved.status().await, saved.read().await.0), (json!("needs_reconnecting"), 409));
    assert_eq!(saved.details("connection.refreshed").await.len(), 0, "a dead token is not saved");
}

#[tokio::test]
async fn a_holder_that_overslept_saves_nothing_over_its_followers_token() {
    let body = json!({"access_token": "followed", "refresh_token": "refresh-2", "expires_in": 3600});
    let (saved, holder, follower) = overslept(ResponseTemplate::new(200).set_body_json(body), false).await;
    assert_eq!((token(&holder), token(&follower)), ((200, "followed"), (200, "followed")));
    assert_eq!(saved.details("connection.refreshed").await.len(), 1, "one save");
}

#[tokio::test]
async fn a_holder_that_died_is_followed_and_its_unknown_outcome_is_told() {
    let saved = Saved::with_token(-5).await;
    saved
        .sql(
            "UPDATE connections SET lease_owner = 'dead', lease_until = 1, fence = 7, refresh_started_at = unixepoch() * 1000 - 60000",
            "UPDATE connections SET lease_owner = 'dead', lease_until = 1, fence = 7,
             refresh_started_at = CAST(EXTRACT(EPOCH FROM now()) AS BIGINT) * 1000 - 60000",
        )
        .await;
    saved.later(61);
    // Its token is from before: what was asked since is unknown.
    saved
        .sql(
            "UPDATE connections SET token = json_set(token, '$.obtained_at', '2026-01-01T00:00:00Z')",
            "UPDATE connections SET token = jsonb_set(token, '{obtained_at}', '\"2026-01-01T00:00:00Z\"')",
        )
        .await;
    assert_eq!(saved.connection().await["refresh"]["outcome_unknown"], true);
    assert_eq!(token(&saved.read().await), (200, "access-1"));
    assert_eq!(saved.connection().await["refresh"]["outcome_unknown"], false);
}

#[tokio::test]
async fn values_filled_in_after_a_grant_has_ended_do_not_bring_it_back() {
    let saved = Saved::with_token(-5).await;
    saved.provider.answer(400, json!({"error": "invalid_grant"}));
    assert_eq!(saved.read().await.0, 409);
    saved.product.ok("PUT", &saved.path("/connections/desk"), Some(json!({"inputs": {"team": "red"}}))).await;
    assert_eq!(saved.status().await, "needs_reconnecting");
    assert_eq!((saved.read().await.0, saved.provider.now().asked.len()), (409, 1));
    let token = json!({"access_token": "of another system", "refresh_token": "refresh-9"});
    saved.product.ok("PUT", &saved.path("/connections/desk"), Some(json!({"token": token}))).await;
    let (status, read) = saved.read().await;
    assert_eq!((status, &read["inputs"]["team"], saved.status().await), (200, &json!("red"), json!("connected")));
}
