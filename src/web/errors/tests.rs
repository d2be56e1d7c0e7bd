use actix_web::{App, HttpResponse, middleware::from_fn, test, web};
use serde_json::Value as Json;
use tracing_actix_web::TracingLogger;

use super::*;

async fn broken() -> Result<HttpResponse, Failure> {
    Err(Failure::Broken(Broken::Inconsistent("the table burned down".into())))
}
async fn ended() -> Result<HttpResponse, Failure> {
    Err(Failure::NoSession)
}
async fn drawn() -> HttpResponse {
    HttpResponse::UnprocessableEntity().content_type("text/html; charset=utf-8").body("<p>my own</p>")
}
async fn wait() -> Result<HttpResponse, Failure> {
    Err(Failure::TooManyRequests { retry_after_seconds: 7 })
}

/// Fails as a database does that has gone away: `committed` before, or not.
async fn away(committed: bool) -> Result<HttpResponse, Failure> {
    let folder = tempfile::tempdir().unwrap();
    let store = crate::store::Store::open(&format!("sqlite://{}", folder.path().join("store.db").display())).await.unwrap();
    let work = store.begin().await?;
    if committed {
        work.commit().await?;
    } else {
        drop(work);
    }
    store.close().await;
    store.begin().await?.commit().await?;
    Ok(HttpResponse::Ok().finish())
}
async fn away_after_a_commit() -> Result<HttpResponse, Failure> {
    away(true).await
}
async fn away_before_any() -> Result<HttpResponse, Failure> {
    away(false).await
}

async fn answer(path: &str) -> (u16, String, String) {
    let app = test::init_service(
        App::new()
            .service(
                web::scope("/api")
                    .wrap(from_fn(problems))
                    .route("/after", web::get().to(away_after_a_commit))
                    .route("/before", web::get().to(away_before_any))
                    .route("/broken", web::get().to(broken))
                    .route("/ended", web::get().to(ended)),
            )
            .route("/broken", web::get().to(broken))
            .route("/ended", web::get().to(ended))
            .route("/drawn", web::get().to(drawn))
            .route("/wait", web::get().to(wait))
            .wrap(from_fn(pages))
            .wrap(TracingLogger::default()),
    )
    .await;
    let response = test::call_service(&app, test::TestRequest::with_uri(path).to_request()).await;
    let kind = response.headers().get("content-type").unwrap().to_str().unwrap().to_owned();
    let status = response.status().as_u16();
    let body = test::read_body(response).await;
    (status, kind, String::from_utf8(body.to_vec()).unwrap())
}

#[actix_web::test]
async fn what_broke_stays_between_us_and_the_log_but_for_the_request_id() {
    let (status, kind, body) = answer("/api/broken").await;
    let problem: Json = serde_json::from_str(&body).unwrap();
    assert_eq!((status, kind.as_str(), &problem["code"]), (500, "application/problem+json", &Json::from("internal")));
    assert_eq!(problem["request_id"].as_str().unwrap().len(), 36);
    let (status, kind, page) = answer("/broken").await;
    assert_eq!((status, kind.as_str()), (500, "text/html; charset=utf-8"));
    assert!(page.contains("<h1") && page.contains("<code>"));
    assert!(!body.contains("burned") && !page.contains("burned"));
}

#[actix_web::test]
async fn a_session_that_ended_has_a_page_and_a_page_of_the_handlers_own_stays() {
    let (status, _, page) = answer("/ended").await;
    assert_eq!(status, 401);
    assert!(page.contains(&crate::web::words::Words::english().t("session-title")));
    assert_eq!(answer("/api/ended").await.1, "application/problem+json");
    assert_eq!(answer("/drawn").await.2, "<p>my own</p>");
}

#[actix_web::test]
async fn an_unknown_address_is_a_page_outside_of_the_api_and_a_problem_inside() {
    let (status, kind, _) = answer("/nothing").await;
    assert_eq!((status, kind.as_str()), (404, "text/html; charset=utf-8"));
    let (status, kind, _) = answer("/api/nothing").await;
    assert_eq!((status, kind.as_str()), (404, "application/problem+json"));
    assert_eq!(answer("/wait").await.0, 429);
}

#[actix_web::test]
async fn what_the_database_could_not_do_is_no_fault_of_the_caller_and_says_what_became_of_the_save() {
    use crate::store::Trouble;
    for (trouble, status, says_unsaved, retries) in [
        (Trouble::NoRoom, 507, true, true),
        (Trouble::Away, 503, true, true),
        (Trouble::Unsure, 503, false, true),
        (Trouble::Fault, 500, false, false),
    ] {
        let answer = broken::answer_to(trouble);
        assert_eq!(answer.status.as_u16(), status, "{trouble:?}");
        assert_eq!(answer.detail.contains("Nothing was saved"), says_unsaved, "{trouble:?}");
        assert_eq!(answer.retry_after_seconds.is_some(), retries, "{trouble:?}");
    }
}

#[actix_web::test]
async fn who_fails_after_a_commit_does_not_say_that_nothing_was_saved() {
    let code = |body: String| serde_json::from_str::<Json>(&body).unwrap()["code"].clone();
    let (before, after) = (answer("/api/before").await, answer("/api/after").await);
    assert_eq!((before.0, code(before.2)), (503, "database_unavailable".into()));
    assert_eq!((after.0, code(after.2)), (503, "outcome_unknown".into()));
}
