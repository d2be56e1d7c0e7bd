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
    // An error of TLS is an io::Error that holds another error, so the innermost kind is the telling one.
    match chain().filter_map(|cause| cause.downcast_ref::<io::Error>()).last().map(io::Error::kind) {
        Some(io::ErrorKind::ConnectionRefused) => OutboundError::HostRefused,
        Some(io::ErrorKind::TimedOut) => OutboundError::HostUnreachable,
        Some(io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable | io::ErrorKind::AddrNotAvailable) => {
            OutboundError::HostUnreachable
        }
        Some(io::ErrorKind::InvalidData) if error.is_connect() => OutboundError::TlsUntrusted,
        _ => OutboundError::Broken,
    }
}
