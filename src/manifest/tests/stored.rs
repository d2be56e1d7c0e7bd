use secrecy::ExposeSecret;

use super::support::{Canaries, errors, read_texts, shipped};
use crate::{
    domain::{
        integration::Element,
        value::{Given, Value},
    },
    manifest::{Document, Kind, NothingKnown, ValidateOnly, body, connector, connectors_used, integration, preset, read, reusable},
};

fn shipped_documents() -> Vec<Document> {
    match read(&shipped(), &Canaries, &NothingKnown) {
        Ok(documents) => documents,
        Err(errors) => panic!("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")),
    }
}

#[test]
fn every_shipped_manifest_reads_without_an_error() {
    let documents = shipped_documents();
    let count = |kind| documents.iter().filter(|document| document.kind == kind).count();
    assert_eq!((count(Kind::Connector), count(Kind::Integration)), (20, 4));
    assert!(read(&shipped(), &ValidateOnly, &NothingKnown).is_ok(), "validation needs no environment");
}

#[test]
fn a_body_read_back_gives_the_same_body() {
    for document in shipped_documents() {
        let again = match document.kind {
            Kind::Connector => body::connector(&connector(&document.body).unwrap()),
            Kind::Integration => body::integration(&integration(&document.body, 3, &document.secrets).unwrap()),
            Kind::Preset => body::preset(&preset(&document.body, &document.secrets).unwrap()),
            Kind::ReusableConnection => body::reusable(&reusable(&document.body, &document.secrets).unwrap()),
        };
        assert_eq!(again, document.body, "{} {}", document.kind, document.key);
    }
}
