use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use proptest::prelude::*;

use super::*;
use crate::{
    domain::{
        credential::{Credential, SealedCredential, Token, TokenMeta},
        key::Key,
        resolution::SetBy,
        time::Timestamp,
        value::Given,
    },
    vault::system_random,
};

fn key(seed: u8) -> String {
    STANDARD.encode(crate::vault::digest::hash([seed]))
}
fn vault(keys: &str) -> Vault {
    Vault::new(KeyRing::parse(keys).unwrap(), OrganizationId::from_uuid(Uuid::from_u128(1)), system_random())
}
fn one_key() -> Vault {
    vault(&format!("a:{}", key(1)))
}
fn place(vault: &Vault) -> SecretPlace {
    vault.place(Uuid::from_u128(2), Uuid::from_u128(3), SecretField::Input(Key::parse("token").unwrap()), 4)
}

#[test]
fn opens_in_its_own_place_and_nowhere_else() {
    let vault = one_key();
    let here = place(&vault);
    let sealed = vault.seal(here.clone(), &SecretString::from("s3cret"));
    assert_eq!(vault.open(&here, &sealed).unwrap().expose_secret(), "s3cret");
    let elsewhere = [
        SecretPlace { organization: OrganizationId::from_uuid(Uuid::from_u128(9)), ..here.clone() },
        SecretPlace { owner: Uuid::nil(), ..here.clone() },
        SecretPlace { row: Uuid::from_u128(9), ..here.clone() },
        SecretPlace { field: SecretField::AccessToken, ..here.clone() },
        SecretPlace { revision: 5, ..here.clone() },
    ];
    for place in elsewhere {
        assert_eq!(vault.open(&place, &sealed).unwrap_err(), OpenError::Refused, "{place:?}");
        // Nor when the row's own revision was rewritten to fit.
        let claimed = SealedSecret::from_envelope(sealed.envelope().to_vec(), place.revision).unwrap();
        assert_eq!(vault.open(&place, &claimed).unwrap_err(), OpenError::Refused, "{place:?}");
    }
}

#[test]
fn the_same_secret_never_seals_to_the_same_bytes_and_never_shows() {
    let vault = one_key();
    let seal = || vault.seal(place(&vault), &SecretString::from("a canary that is easy to find"));
    let (one, other) = (seal(), seal());
    assert_ne!(one, other);
    assert!(!one.envelope().windows(8).any(|w| w == b"a canary"));
}

#[test]
fn an_old_key_opens_while_the_current_one_seals() {
    let old = one_key();
    let sealed = old.seal(place(&old), &SecretString::from("x"));
    let both = vault(&format!("b:{},a:{}", key(2), key(1)));
    assert_eq!(both.open(&place(&both), &sealed).unwrap().expose_secret(), "x");
    assert_eq!(both.seal(place(&both), &SecretString::from("x")).key_id(), "b");

    let only_new = vault(&format!("b:{}", key(2)));
    assert_eq!(only_new.open(&place(&only_new), &sealed).unwrap_err(), OpenError::UnknownKey { id: "a".into() });
    let wrong_under_the_same_id = vault(&format!("a:{}", key(2)));
    assert_eq!(wrong_under_the_same_id.open(&place(&old), &sealed).unwrap_err(), OpenError::Refused);
}

#[test]
fn a_rewrapped_secret_opens_with_the_new_key_alone_and_is_the_same_ciphertext() {
    let (old, both) = (one_key(), vault(&format!("b:{},a:{}", key(2), key(1))));
    let sealed = old.seal(place(&old), &SecretString::from("x"));
    assert!(!both.is_current(&sealed));
    let rewrapped = both.rewrap(&place(&both), &sealed).unwrap();
    assert!(both.is_current(&rewrapped) && rewrapped.envelope() != sealed.envelope());
    assert_eq!(rewrapped, sealed, "a rotation changes no secret");
    let only_new = vault(&format!("b:{}", key(2)));
    assert_eq!(only_new.open(&place(&only_new), &rewrapped).unwrap().expose_secret(), "x");

    let elsewhere = SecretPlace { row: Uuid::from_u128(9), ..place(&both) };
    assert_eq!(both.rewrap(&elsewhere, &sealed).unwrap_err(), OpenError::Refused);
    assert_eq!(only_new.rewrap(&place(&only_new), &sealed).unwrap_err(), OpenError::UnknownKey { id: "a".into() });
}

#[test]
fn the_key_that_the_check_names_seals_whichever_was_given_first() {
    let (old, both) = (one_key(), vault(&format!("b:{},a:{}", key(2), key(1))));
    assert_eq!(both.ring().current_id(), "b");
    both.follow_key_check(old.key_check().envelope()).unwrap();
    assert_eq!((both.ring().first_id(), both.ring().current_id()), ("b", "a"));
    assert_eq!(both.seal(place(&both), &SecretString::from("x")).key_id(), "a");
    assert!(!both.ring().make_current("c") && both.ring().current_id() == "a");
    let only_new = vault(&format!("b:{}", key(2)));
    assert_eq!(only_new.follow_key_check(old.key_check().envelope()), Err(OpenError::UnknownKey { id: "a".into() }));
}

#[test]
fn the_key_check_tells_a_wrong_key() {
    let check = one_key().key_check();
    assert_eq!(one_key().verify_key_check(check.envelope()), Ok(()));
    assert_eq!(vault(&format!("b:{},a:{}", key(2), key(1))).verify_key_check(check.envelope()), Ok(()));
    assert_eq!(vault(&format!("a:{}", key(2))).verify_key_check(check.envelope()), Err(OpenError::Refused));
    assert_eq!(vault(&format!("b:{}", key(1))).verify_key_check(check.envelope()), Err(OpenError::UnknownKey { id: "a".into() }));
    assert_eq!(one_key().verify_key_check(b"short"), Err(OpenError::NotAnEnvelope(NotAnEnvelope)));
}

#[test]
fn a_credential_comes_back_whole_and_each_save_counts_its_secrets_up() {
    let vault = one_key();
    let (owner, row) = (Uuid::from_u128(2), Uuid::from_u128(3));
    let credential = credential();
    let first = vault.seal_credential(owner, row, &credential, &SealedCredential::default());
    let second = vault.seal_credential(owner, row, &credential, &first);
    let revisions = |sealed: &SealedCredential| sealed.secrets.values().map(|(secret, _)| secret.revision()).collect::<Vec<_>>();
    assert_eq!((revisions(&first), revisions(&second)), (vec![1; 4], vec![2; 4]));

    let opened = vault.open_credential(owner, row, &second).unwrap();
    let texts: Vec<_> = opened.inputs.iter().map(|(key, (given, set_by))| (key.as_str(), given.expose_text(), *set_by)).collect();
    assert_eq!(texts, [("host", "example.com".into(), SetBy::Organization), ("password", "hunter2".into(), SetBy::Customer)]);
    let token = opened.token.unwrap();
    assert_eq!(token.access_token.expose_secret(), "at");
    assert_eq!(token.refresh_token.unwrap().expose_secret(), "rt");

    assert_eq!(vault.open_credential(owner, Uuid::from_u128(4), &second).unwrap_err(), OpenError::Refused);
    let swapped = SealedCredential {
        secrets: BTreeMap::from([
            (SecretField::AccessToken, second.secrets[&SecretField::RefreshToken].clone()),
            (SecretField::RefreshToken, second.secrets[&SecretField::AccessToken].clone()),
        ]),
        ..second
    };
    assert_eq!(vault.open_credential(owner, row, &swapped).unwrap_err(), OpenError::Refused);
    let lost = SealedCredential { secrets: BTreeMap::new(), ..swapped };
    assert_eq!(vault.open_credential(owner, row, &lost).unwrap_err(), OpenError::Incomplete);
}

fn credential() -> Credential {
    let key = |text| Key::parse(text).unwrap();
    let meta = TokenMeta {
        token_type: "Bearer".into(),
        expires_at: None,
        obtained_at: Timestamp::from_millis(0),
        scopes: vec![],
        has_refresh_token: true,
        registration: None,
        refresh_expires_at: None,
        is_free_to_renew: false,
        given_by: Default::default(),
    };
    Credential {
        inputs: BTreeMap::from([
            (key("host"), (Given::Clear("example.com".into()), SetBy::Organization)),
            (key("password"), (Given::secret("hunter2"), SetBy::Customer)),
        ]),
        token: Some(Token { access_token: "at".into(), refresh_token: Some("rt".into()), token_secret: Some("ts".into()), meta }),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_comes_back(text in ".*") {
        let vault = one_key();
        let sealed = vault.seal(place(&vault), &SecretString::from(text.as_str()));
        let opened = vault.open(&place(&vault), &sealed).unwrap();
        prop_assert_eq!(opened.expose_secret(), text.as_str());
    }

    #[test]
    fn any_flipped_bit_and_any_cut_is_refused(text in ".{0,40}", at in any::<prop::sample::Index>(), bit in 0..8u8) {
        let vault = one_key();
        let sealed = vault.seal(place(&vault), &SecretString::from(text));
        let mut altered = sealed.envelope().to_vec();
        let at = at.index(altered.len());
        altered[at] ^= 1u8 << bit;
        let opens = |bytes: &[u8]| {
            SealedSecret::from_envelope(bytes.to_vec(), sealed.revision()).is_ok_and(|s| vault.open(&place(&vault), &s).is_ok())
        };
        prop_assert!(!opens(&altered));
        prop_assert!(!opens(&sealed.envelope()[..at]));
    }
}
