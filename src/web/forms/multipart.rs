//! A form with a file in it: its fields as text, as an ordinary form's are (RFC 7578).

use actix_multipart::Multipart;
use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header::CONTENT_TYPE};
use futures_util::TryStreamExt;

use crate::web::errors::Failure;

/// QUALITY.md, limits: of the whole form.
const BODY_MAX_BYTES: usize = 256 * 1024;

pub fn is_meant(request: &HttpRequest) -> bool {
    request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).is_some_and(|kind| kind.starts_with("multipart/form-data"))
}

fn malformed() -> Failure {
    Failure::BadRequest { code: "malformed_form", detail: "The form could not be read.".into() }
}

pub async fn read(request: HttpRequest, mut payload: Payload) -> Result<Vec<(String, String)>, Failure> {
    let mut form = Multipart::from_request(&request, &mut payload).await.map_err(|_| malformed())?;
    let (mut fields, mut read) = (Vec::new(), 0);
    while let Some(mut field) = form.try_next().await.map_err(|_| malformed())? {
        let name = field.name().unwrap_or_default().to_owned();
        let mut bytes = Vec::new();
        while let Some(chunk) = field.try_next().await.map_err(|_| malformed())? {
            read += chunk.len();
            if read > BODY_MAX_BYTES {
                return Err(Failure::TooLarge);
            }
            bytes.extend_from_slice(&chunk);
        }
        let text =
            String::from_utf8(bytes).map_err(|_| Failure::BadRequest { code: "not_utf8", detail: "Text is written in UTF-8.".into() })?;
        fields.push((name, text));
    }
    Ok(fields)
}
