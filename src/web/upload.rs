//! A form with a file in it, read into memory and nowhere else: what is uploaded may hold secrets.

use actix_multipart::Multipart;
use actix_session::SessionExt;
use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header::CONTENT_TYPE};
use futures_util::{StreamExt, future::LocalBoxFuture};
use secrecy::SecretString;
use zeroize::Zeroizing;

use super::{errors::Failure, forms::Posted, session};
use crate::flows::import::FILE_MAX_BYTES;

/// A posted form whose CSRF token was this session's. Without a file chosen, `text` is what was pasted instead.
pub struct UploadForm {
    /// The file's name; empty where the text was pasted.
    pub name: String,
    pub text: SecretString,
    pub integration: String,
}

/// A file and what stands around it.
const MAX_BYTES: usize = FILE_MAX_BYTES + 64 * 1024;
const PASTED: &str = "text";

impl FromRequest for UploadForm {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_multipart =
            request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|value| value.starts_with("multipart/"));
        if is_multipart {
            let (multipart, session) = (Multipart::new(request.headers(), payload.take()), request.get_session());
            return Box::pin(async move {
                let form = read(multipart).await?;
                match (session::csrf(&session), form.csrf) {
                    (Some(expected), sent) if session::same(&expected, &sent) => Ok(form.form),
                    (None, _) => Err(Failure::NoSession),
                    _ => Err(Failure::Csrf),
                }
            });
        }
        let posted = Posted::from_request(request, payload);
        Box::pin(async move {
            let posted = posted.await?;
            let of = |name: &str| posted.get(name).unwrap_or_default().to_owned();
            Ok(Self { name: String::new(), text: SecretString::from(of(PASTED)), integration: of("integration") })
        })
    }
}

struct Read {
    form: UploadForm,
    csrf: String,
}

async fn read(mut multipart: Multipart) -> Result<Read, Failure> {
    let unreadable = || Failure::BadRequest { code: "malformed_form", detail: "The form could not be read.".into() };
    let (mut total, mut csrf, mut integration) = (0, String::new(), String::new());
    let (mut name, mut file, mut pasted) = (String::new(), Zeroizing::new(String::new()), Zeroizing::new(String::new()));
    while let Some(field) = multipart.next().await {
        let mut field = field.map_err(|_| unreadable())?;
        let mut bytes = Zeroizing::new(Vec::new());
        while let Some(chunk) = field.next().await {
            let chunk = chunk.map_err(|_| unreadable())?;
            total += chunk.len();
            if total > MAX_BYTES {
                return Err(Failure::TooLarge);
            }
            bytes.extend_from_slice(&chunk);
        }
        let text = std::str::from_utf8(&bytes).map_or_else(|_| latin(&bytes), str::to_owned);
        let filename = field.content_disposition().and_then(|disposition| disposition.get_filename()).unwrap_or_default();
        match field.name().unwrap_or_default() {
            "csrf" => csrf = text,
            "integration" => integration = text,
            PASTED => *pasted = text,
            "file" if !text.is_empty() => {
                filename.clone_into(&mut name);
                *file = text;
            }
            _ => {}
        }
    }
    let text = if file.is_empty() { &*pasted } else { &*file };
    Ok(Read { form: UploadForm { name, text: SecretString::from(text.as_str()), integration }, csrf })
}

/// What older spreadsheets save: each byte is its character (ISO 8859-1).
fn latin(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}
