//! The files of `static/`, inside the binary, under addresses that change with their content.
//! To add one, put it into the folder and name it in a template with `assets::url`.

use actix_web::http::header::{self, CacheControl, CacheDirective, ETag, EntityTag, IfNoneMatch};
use actix_web::web::{self, Header, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, middleware::Compress};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::request_span;

#[derive(RustEmbed)]
#[folder = "static/"]
struct Files;

const YEAR_IN_SECONDS: u32 = 365 * 24 * 60 * 60;

/// The address of a file of `static/`, with a version that changes when its content does.
pub fn url(name: &str) -> String {
    match Files::get(name) {
        Some(file) => format!("/static/{name}?v={}", version(&file)),
        None => format!("/static/{name}"),
    }
}

/// Mounts `/static/{name}`, compressed where the browser takes gzip.
pub fn configure(config: &mut ServiceConfig) {
    config.service(web::scope("/static").wrap(Compress::default()).route("/{name}", web::get().to(show)));
}

async fn show(name: Path<String>, request: HttpRequest, seen: Header<IfNoneMatch>) -> HttpResponse {
    request_span::name(&request, "/static/{name}");
    let Some(file) = Files::get(&name) else {
        return HttpResponse::NotFound().finish();
    };
    let version = version(&file);
    let tag = EntityTag::new_weak(version.clone());
    // An old address keeps working after an upgrade, but its answer must not be kept for ever.
    let caching = if request.query_string() == format!("v={version}") {
        vec![CacheDirective::Public, CacheDirective::MaxAge(YEAR_IN_SECONDS), CacheDirective::Extension("immutable".into(), None)]
    } else {
        vec![CacheDirective::NoCache]
    };
    let mut response = match &*seen {
        IfNoneMatch::Items(tags) if tags.iter().any(|known| known.weak_eq(&tag)) => HttpResponse::NotModified(),
        _ => HttpResponse::Ok(),
    };
    response.insert_header(CacheControl(caching)).insert_header(ETag(tag));
    response.insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"));
    response.content_type(content_type(&name)).body(file.data)
}

fn version(file: &EmbeddedFile) -> String {
    file.metadata.sha256_hash()[..6].iter().map(|byte| format!("{byte:02x}")).collect()
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::{StatusCode, header};
    use actix_web::{App, test};

    use super::{configure, url};

    #[actix_web::test]
    async fn a_file_under_its_versioned_address_may_be_kept_for_ever() {
        let app = test::init_service(App::new().configure(configure)).await;
        let answer = test::call_service(&app, test::TestRequest::get().uri(&url("app.css")).to_request()).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let caching = answer.headers().get(header::CACHE_CONTROL).unwrap().to_str().unwrap();
        assert!(caching.contains("immutable"), "{caching}");
    }

    #[actix_web::test]
    async fn another_version_is_asked_for_again_each_time() {
        let app = test::init_service(App::new().configure(configure)).await;
        let request = test::TestRequest::get().uri("/static/app.css?v=old").to_request();
        let answer = test::call_service(&app, request).await;
        assert_eq!(answer.headers().get(header::CACHE_CONTROL).unwrap(), "no-cache");
    }

    #[actix_web::test]
    async fn a_file_that_is_not_there_is_not_found() {
        let app = test::init_service(App::new().configure(configure)).await;
        let answer = test::call_service(&app, test::TestRequest::get().uri("/static/none.js").to_request()).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    }
}
