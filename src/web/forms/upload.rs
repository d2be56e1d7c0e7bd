//! A form with a table in it: a file that was chosen, or else the text that was pasted instead.

use actix_session::SessionExt;
use actix_web::{FromRequest, HttpRequest, dev::Payload};
use futures_util::future::LocalBoxFuture;
use secrecy::SecretString;
use zeroize::Zeroizing;

use super::{Posted, multipart};
use crate::{flows::import::FILE_MAX_BYTES, web::errors::Failure};

/// A posted form whose CSRF token was this session's.
pub struct Upload {
    /// The file's name; empty where the text was pasted.
    pub name: String,
    pub text: SecretString,
    /// What stands around it.
    pub fields: Posted,
}

/// A file and what stands around it.
const MAX_BYTES: usize = FILE_MAX_BYTES + 64 * 1024;
const FILE: &str = "file";
const PASTED: &str = "text";

impl FromRequest for Upload {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if !multipart::is_meant(request) {
            let posted = Posted::from_request(request, payload);
            return Box::pin(async move {
                let fields = posted.await?;
                Ok(Self { name: String::new(), text: fields.secret(PASTED), fields })
            });
        }
        let (session, parts) = (request.get_session(), multipart::read(request.clone(), payload.take(), MAX_BYTES));
        Box::pin(async move {
            let (mut name, mut text, mut fields) = (String::new(), Zeroizing::new(String::new()), Vec::new());
            for part in parts.await? {
                match part.name.as_str() {
                    FILE if part.bytes.is_empty() => {}
                    FILE => (name, text) = (part.file, decoded(&part.bytes)),
                    PASTED if text.is_empty() => text = decoded(&part.bytes),
                    PASTED => {}
                    _ => fields.push(part.text()?),
                }
            }
            Ok(Self { name, text: SecretString::from(text.as_str()), fields: Posted::of(&session, fields)? })
        })
    }
}

/// What older spreadsheets save is no UTF-8: each byte is its character (ISO 8859-1).
fn decoded(bytes: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(std::str::from_utf8(bytes).map_or_else(|_| bytes.iter().map(|byte| char::from(*byte)).collect(), str::to_owned))
}
