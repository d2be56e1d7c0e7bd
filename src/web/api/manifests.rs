//! `POST /manifests`: YAML or JSON documents, planned and applied all or nothing.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    flows::{
        Context,
        apply::{self, Applied, Change, Options},
    },
    manifest::{Lookup, Source},
    web::{access::ApiCaller, errors::Failure},
};

/// A caller of the API must not read the server's files and environment by naming them in a manifest.
struct NoPlaceholders;

impl Lookup for NoPlaceholders {
    fn env(&self, _: &str) -> Option<String> {
        None
    }
    fn no_env(&self, _: &str) -> String {
        "`${env:…}` is not read for the API: send the value itself, or apply on the server with `jackfield apply`".into()
    }
    fn file(&self, _: &str) -> Result<String, String> {
        Err("`${file:…}` is not read for the API: send the value itself, or apply on the server with `jackfield apply`".into())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateQuery {
    #[serde(default)]
    dry_run: bool,
}

#[derive(Serialize)]
struct Changes {
    changes: Vec<Change>,
    dry_run: bool,
}

pub async fn create(
    context: web::Data<Context>,
    caller: ApiCaller,
    query: web::Query<CreateQuery>,
    body: web::Bytes,
) -> Result<HttpResponse, Failure> {
    let text = String::from_utf8(body.to_vec())
        .map_err(|_| Failure::BadRequest { code: "not_utf8", detail: "Manifests are written in UTF-8.".into() })?;
    let source = Source { name: "body".into(), text };
    let options = Options { dry_run: query.dry_run, ..Options::default() };
    match apply::apply(&context, &caller.actor(), &[source], &NoPlaceholders, options).await? {
        Applied::Changes(changes) => Ok(HttpResponse::Ok().json(Changes { changes, dry_run: query.dry_run })),
        Applied::Refused(errors) => Err(Failure::Unprocessable {
            code: "manifests_refused",
            detail: errors
                .first()
                .map(|first| format!("Nothing was applied. {}:{}: {}", first.line, first.column, first.message))
                .unwrap_or_default(),
            extra: json!({"errors": errors}),
        }),
    }
}
