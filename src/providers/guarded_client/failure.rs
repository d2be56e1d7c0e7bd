//! From a chain of library errors to the one of ours that a person can act on. No text of theirs is passed on: it names the URL.

use std::{error::Error, io};

use super::OutboundError;

pub(super) fn classify(error: &reqwest::Error) -> OutboundError {
    let chain = || std::iter::successors(error.source(), |cause: &&(dyn Error + 'static)| (*cause).source());
    if let Some(own) = chain().find_map(|cause| cause.downcast_ref::<OutboundError>()) {
        return *own;
    }
    if error.is_timeout() {
        // Nobody answered at all, as opposed to an answer that did not come.
        return if error.is_connect() { OutboundError::HostUnreachable } else { OutboundError::Timeout };
    }
    if error.is_builder() {
        return OutboundError::BadUrl;
    }
    match chain().find_map(|cause| cause.downcast_ref::<io::Error>()).map(innermost_kind) {
        Some(io::ErrorKind::ConnectionRefused) => OutboundError::HostRefused,
        Some(
            io::ErrorKind::TimedOut | io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable | io::ErrorKind::AddrNotAvailable,
        ) => OutboundError::HostUnreachable,
        // What rustls says of a bad certificate, and of an answer that is no TLS at all.
        Some(io::ErrorKind::InvalidData) if error.is_connect() => OutboundError::TlsUntrusted,
        _ => OutboundError::Broken,
    }
}

/// The TLS connector wraps an `io::Error` in another, and `source` passes over what is wrapped.
fn innermost_kind(error: &io::Error) -> io::ErrorKind {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<io::Error>()) {
        Some(inner) => innermost_kind(inner),
        None => error.kind(),
    }
}
