//! One event, posted to a receiver by the Standard Webhooks. Of what comes back only the status counts.

use secrecy::SecretString;

use super::{Outbound, OutboundBody, OutboundRequest};
use crate::domain::{check::Method, time::Timestamp, webhook::Answer};

/// A message as it goes out, signed over exactly this body.
pub struct Message {
    /// The same on each try.
    pub id: String,
    /// Unix seconds, of this try.
    pub timestamp: i64,
    /// One for each secret that is valid now, space separated.
    pub signatures: String,
    /// May hold a link, and that is a secret.
    pub body: SecretString,
}

pub async fn deliver(out: &dyn Outbound, url: &str, message: Message, now: Timestamp) -> Answer {
    let header = |name: &str, value: String| (name.to_owned(), SecretString::from(value));
    let request = OutboundRequest {
        method: Method::Post,
        url: url.to_owned(),
        headers: vec![
            header("webhook-id", message.id),
            header("webhook-timestamp", message.timestamp.to_string()),
            header("webhook-signature", message.signatures),
        ],
        body: Some(OutboundBody { content_type: "application/json".to_owned(), content: message.body }),
    };
    match out.send(request).await {
        Ok(response) => Answer::Status { status: response.status, retry_after_seconds: response.retry_after_seconds(now) },
        Err(error) => Answer::Failed(error.reason()),
    }
}
