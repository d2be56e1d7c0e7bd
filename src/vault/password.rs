//! Argon2id for the passwords of org users. Slow on purpose (about 20 ms): call it off the async threads.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use secrecy::{ExposeSecret, SecretString};

use super::Random;

/// OWASP's first choice for Argon2id: 19 MiB, two passes, one lane.
fn argon2() -> Argon2<'static> {
    let params = Params::new(19_456, 2, 1, Some(32)).expect("constants within Argon2's limits");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// A PHC string with a salt of its own.
pub fn hash(password: &SecretString, random: &Random) -> String {
    let mut salt = [0; 16];
    random(&mut salt);
    let hash: PasswordHash = argon2()
        .hash_password_with_salt(password.expose_secret().as_bytes(), &salt)
        .expect("Argon2 refuses only passwords of 4 GiB and salts of other lengths");
    hash.to_string()
}

/// With the parameters of `phc` itself, so that raising ours leaves older hashes good. A broken hash matches nothing.
pub fn verify(password: &SecretString, phc: &str) -> bool {
    PasswordHash::new(phc).is_ok_and(|hash| argon2().verify_password(password.expose_secret().as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_password_matches_and_salts_differ() {
        let random = crate::vault::system_random();
        let password = SecretString::from("correct horse");
        let phc = hash(&password, &random);
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        assert!(verify(&password, &phc));
        assert!(!verify(&SecretString::from("correct horsf"), &phc));
        assert!(!verify(&password, "not a hash"));
        assert_ne!(phc, hash(&password, &random));
    }
}
