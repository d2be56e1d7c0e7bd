//! How often which key read which credential, by the minute. Bound to no other table: a count outlives its connection.

use super::{
    StoreError,
    statement::{Source, execute, statements},
};
use crate::domain::ids::{ApiKeyId, ConnectionId};

pub struct CredentialReads<'a> {
    pub(super) source: Source<'a>,
}

statements! {
    ADD = both(
        "INSERT INTO credential_reads (connection_id, api_key_id, minute, reads) VALUES ($1, $2, $3, $4)
         ON CONFLICT (connection_id, api_key_id, minute) DO UPDATE SET reads = credential_reads.reads + excluded.reads"
    );
}

impl CredentialReads<'_> {
    /// `minute`: Unix time in whole minutes.
    pub async fn add(&mut self, connection: ConnectionId, api_key: ApiKeyId, minute: i64, count: i64) -> Result<(), StoreError> {
        execute!(self.source, ADD, connection.as_uuid(), api_key.as_uuid(), minute, count).map(drop)
    }
}
