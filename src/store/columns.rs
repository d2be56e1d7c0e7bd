//! How domain values lie in columns: sealed secrets as JSON with their envelope in Base64, hashes as bytes, states as words.

use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sqlx::types::Json;
use uuid::Uuid;

use super::StoreError;
use crate::domain::{
    credential::{SealedCredential, SealedSecret, SecretField},
    key::Key,
    reason::Reason,
    resolution::SetBy,
    time::Timestamp,
    user::Identity,
    value::Value,
};

/// A sealed secret in a JSON column. Reading refuses whatever has not an envelope's shape.
#[derive(Clone)]
pub(super) struct SealedColumn(pub SealedSecret);

#[derive(Serialize, Deserialize)]
struct SealedJson {
    envelope: String,
    revision: i64,
}

impl Serialize for SealedColumn {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        SealedJson { envelope: STANDARD_NO_PAD.encode(self.0.envelope()), revision: self.0.revision() }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for SealedColumn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = SealedJson::deserialize(deserializer)?;
        let envelope = STANDARD_NO_PAD.decode(json.envelope).map_err(serde::de::Error::custom)?;
        SealedSecret::from_envelope(envelope, json.revision).map(Self).map_err(serde::de::Error::custom)
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct ClearColumn {
    value: Value,
    set_by: SetBy,
}

#[derive(Serialize, Deserialize)]
pub(super) struct OwnSecretColumn {
    sealed: SealedColumn,
    set_by: SetBy,
}

impl OwnSecretColumn {
    pub const fn sealed(&self) -> &SealedSecret {
        &self.sealed.0
    }
    pub fn replace(&mut self, sealed: SealedSecret) {
        self.sealed.0 = sealed;
    }
}

pub(super) type ClearColumns = BTreeMap<Key, ClearColumn>;
/// By `SecretField`, in words.
pub(super) type SecretColumns = BTreeMap<String, OwnSecretColumn>;

pub(super) fn clear_columns(credential: &SealedCredential) -> ClearColumns {
    credential.clear.iter().map(|(key, (value, set_by))| (key.clone(), ClearColumn { value: value.clone(), set_by: *set_by })).collect()
}

pub(super) fn secret_columns(credential: &SealedCredential) -> SecretColumns {
    let column = |sealed: &SealedSecret, set_by: SetBy| OwnSecretColumn { sealed: SealedColumn(sealed.clone()), set_by };
    credential.secrets.iter().map(|(field, (sealed, set_by))| (field.to_string(), column(sealed, *set_by))).collect()
}

pub(super) fn sealed_credential(clear: ClearColumns, secrets: SecretColumns) -> Result<SealedCredential, StoreError> {
    let secret = |(field, column): (String, OwnSecretColumn)| {
        let field: SecretField = field.parse().map_err(|()| StoreError::unreadable("a secret's field"))?;
        Ok((field, (column.sealed.0, column.set_by)))
    };
    Ok(SealedCredential {
        clear: clear.into_iter().map(|(key, column)| (key, (column.value, column.set_by))).collect(),
        secrets: secrets.into_iter().map(secret).collect::<Result<_, StoreError>>()?,
        token: None,
    })
}

/// The ids of the master keys in use, sorted and space separated: a rotation looks for rows in which another one stands.
pub(super) fn key_ids<'a>(secrets: impl Iterator<Item = &'a SealedSecret>) -> String {
    secrets.map(SealedSecret::key_id).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" ")
}

pub(super) fn hash(bytes: &[u8]) -> Result<[u8; 32], StoreError> {
    bytes.try_into().map_err(|_| StoreError::unreadable("a hash"))
}

pub(super) fn reason(code: Option<String>) -> Result<Option<Reason>, StoreError> {
    code.map(|code| code.parse().map_err(|_| StoreError::unreadable("a reason"))).transpose()
}

pub(super) fn key(text: String) -> Result<Key, StoreError> {
    Key::parse(text).map_err(|_| StoreError::unreadable("a key"))
}

/// Issuer and subject.
pub(super) fn identity(identity: Option<&Identity>) -> (Option<&str>, Option<&str>) {
    identity.map(|identity| (identity.issuer.as_str(), identity.subject.as_str())).unzip()
}

pub(super) fn time(millis: Option<i64>) -> Option<Timestamp> {
    millis.map(Timestamp::from_millis)
}

pub(super) fn millis(time: Option<Timestamp>) -> Option<i64> {
    time.map(Timestamp::as_millis)
}

/// A list that a statement takes as one value: 32 hexadecimal digits each.
pub(super) fn id_list(ids: impl Iterator<Item = Uuid>) -> Json<Vec<String>> {
    Json(ids.map(|id| id.simple().to_string()).collect())
}

/// For `(customer_id = $n OR $n IS NULL)`: in this order Postgres knows the type.
pub(super) fn customer(scope: crate::domain::access::Scope) -> Option<Uuid> {
    #[cfg(test)]
    if super::tests::leans_on_the_second_wall() {
        return None;
    }
    scope.customer_id().map(crate::domain::ids::CustomerId::as_uuid)
}

/// Where a list by id goes on; before the first id of all.
pub(super) fn after(cursor: Option<Uuid>) -> Uuid {
    cursor.unwrap_or(Uuid::nil())
}

/// As `after`, for a list that begins with the newest.
pub(super) fn before(cursor: Option<Uuid>) -> Uuid {
    cursor.unwrap_or(Uuid::max())
}
