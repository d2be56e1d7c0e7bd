//! A whole credential at once: clear values pass through, each secret is sealed for its field and its next revision.

use std::collections::BTreeMap;

use secrecy::SecretString;
use uuid::Uuid;

use super::{OpenError, Vault};
use crate::domain::{
    credential::{Credential, SealedCredential, SecretField, Token, TokenMeta},
    resolution::SetBy,
    value::Given,
};

impl Vault {
    /// `owner`: `ConnectionOwner::owner_uuid`; `row`: the connection's id; `previous`: what the row holds now.
    pub fn seal_credential(&self, owner: Uuid, row: Uuid, credential: &Credential, previous: &SealedCredential) -> SealedCredential {
        let mut sealed = SealedCredential::default();
        let seal = |secrets: &mut BTreeMap<_, _>, field: SecretField, secret: &SecretString, set_by: SetBy| {
            let revision = previous.secrets.get(&field).map_or(0, |(old, _)| old.revision()) + 1;
            let envelope = self.seal(self.place(owner, row, field.clone(), revision), secret);
            secrets.insert(field, (envelope, set_by));
        };
        for (key, (given, set_by)) in &credential.inputs {
            match given {
                Given::Clear(value) => drop(sealed.clear.insert(key.clone(), (value.clone(), *set_by))),
                Given::Secret(secret) => seal(&mut sealed.secrets, SecretField::Input(key.clone()), secret, *set_by),
            }
        }
        if let Some(token) = &credential.token {
            seal(&mut sealed.secrets, SecretField::AccessToken, &token.access_token, SetBy::Customer);
            if let Some(refresh_token) = &token.refresh_token {
                seal(&mut sealed.secrets, SecretField::RefreshToken, refresh_token, SetBy::Customer);
            }
            if let Some(token_secret) = &token.token_secret {
                seal(&mut sealed.secrets, SecretField::TokenSecret, token_secret, SetBy::Customer);
            }
            sealed.token = Some(TokenMeta { has_refresh_token: token.refresh_token.is_some(), ..token.meta.clone() });
        }
        sealed
    }

    pub fn open_credential(&self, owner: Uuid, row: Uuid, sealed: &SealedCredential) -> Result<Credential, OpenError> {
        let open = |field: &SecretField| match sealed.secrets.get(field) {
            Some((secret, _)) => self.open(&self.place(owner, row, field.clone(), secret.revision()), secret).map(Some),
            None => Ok(None),
        };
        let mut inputs: BTreeMap<_, _> =
            sealed.clear.iter().map(|(key, (value, set_by))| (key.clone(), (Given::Clear(value.clone()), *set_by))).collect();
        for (field, (_, set_by)) in &sealed.secrets {
            if let (SecretField::Input(key), Some(secret)) = (field, open(field)?) {
                inputs.insert(key.clone(), (Given::Secret(secret), *set_by));
            }
        }
        let token = match &sealed.token {
            None => None,
            Some(meta) => Some(Token {
                access_token: open(&SecretField::AccessToken)?.ok_or(OpenError::Incomplete)?,
                refresh_token: open(&SecretField::RefreshToken)?,
                token_secret: open(&SecretField::TokenSecret)?,
                meta: meta.clone(),
            }),
        };
        Ok(Credential { inputs, token })
    }
}
