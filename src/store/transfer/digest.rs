//! What a table comes to: how many rows, how many sealed secrets among them, and a sum that is the same on both engines.

use super::{
    canonical,
    cell::{Cell, Row},
};

/// SHA-256, which is the vault's.
pub type Hash = fn(&[u8]) -> [u8; 32];

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TableDigest {
    pub rows: u64,
    /// Sealed secrets wherever in a JSON column they lie, known by the shape of their envelope.
    pub sealed: u64,
    /// The rows' hashes, exclusive-ored: the engines need not agree on an order, and no row is there twice to cancel itself.
    sum: [u8; 32],
}

impl TableDigest {
    /// Each cell behind its kind and length: two different rows cannot come to the same bytes.
    pub(super) fn add(&mut self, row: &Row, hash: Hash) {
        let mut bytes = Vec::with_capacity(1024);
        for cell in row {
            match cell {
                Cell::Null => bytes.push(b'n'),
                Cell::Integer(number) => {
                    bytes.push(b'i');
                    bytes.extend_from_slice(&number.to_be_bytes());
                }
                Cell::Bytes(blob) => canonical::part(&mut bytes, b'b', blob),
                Cell::Text(text) => match canonical::json(text) {
                    Some(json) => {
                        canonical::write(&mut bytes, &json);
                        self.sealed += canonical::sealed(&json);
                    }
                    None => canonical::part(&mut bytes, b't', text.as_bytes()),
                },
            }
        }
        self.rows += 1;
        self.sum.iter_mut().zip(hash(&bytes)).for_each(|(sum, byte)| *sum ^= byte);
    }
}
