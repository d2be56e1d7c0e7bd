//! A form with a file in it (RFC 7578), read into memory and nowhere else: what is uploaded may hold secrets.

use actix_multipart::Multipart;
use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header::CONTENT_TYPE};
use futures_util::TryStreamExt;
use zeroize::Zeroizing;

use crate::web::errors::Failure;

/// QUALITY.md, limits: of a whole form.
pub const BODY_MAX_BYTES: usize = 256 * 1024;

pub struct Part {
    pub name: String,
    /// As the browser calls it; empty for what is no file, and where none was chosen.
    pub file: String,
    pub bytes: Zeroizing<Vec<u8>>,
}

impl Part {
    pub fn text(self) -> Result<(String, String), Failure> {
        let text = std::str::from_utf8(&self.bytes).map(str::to_owned);
        let text = text.map_err(|_| Failure::BadRequest { code: "not_utf8", detail: "Text is written in UTF-8.".into() })?;
        Ok((self.name, text))
    }
}

pub fn is_meant(request: &HttpRequest) -> bool {
    request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).is_some_and(|kind| kind.starts_with("multipart/form-data"))
}

fn malformed() -> Failure {
    Failure::BadRequest { code: "malformed_form", detail: "The form could not be read.".into() }
}

/// `max_bytes`: of all parts together.
pub async fn read(request: HttpRequest, mut payload: Payload, max_bytes: usize) -> Result<Vec<Part>, Failure> {
    let mut form = Multipart::from_request(&request, &mut payload).await.map_err(|_| malformed())?;
    let (mut parts, mut read) = (Vec::new(), 0);
    while let Some(mut field) = form.try_next().await.map_err(|_| malformed())? {
        let name = field.name().unwrap_or_default().to_owned();
        let file = field.content_disposition().and_then(|said| said.get_filename()).unwrap_or_default().to_owned();
        let mut bytes = Zeroizing::new(Vec::new());
        while let Some(chunk) = field.try_next().await.map_err(|_| malformed())? {
            read += chunk.len();
            if read > max_bytes {
                return Err(Failure::TooLarge);
            }
            bytes.extend_from_slice(&chunk);
        }
        parts.push(Part { name, file, bytes });
    }
    Ok(parts)
}
