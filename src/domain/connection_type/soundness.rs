//! What makes a connection type unsound: each flaw names the input or part it stands in, so that an error can point at its line.

use std::collections::{BTreeMap, BTreeSet};

use super::standard;
use crate::domain::{
    auth::{Auth, ClientAuth, Grant, OAuth2},
    check::Check,
    input::{Input, InputType, Visibility},
    key::Key,
    template::Template,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    pub at: FlawPlace,
    pub kind: FlawKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FlawPlace {
    /// The position in the manifest's own list: keys may repeat, positions do not.
    Input(usize),
    Auth,
    Check,
    Type,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FlawKind {
    #[error("two inputs have the key `{0}`; give one of them another key")]
    DuplicateKey(Key),
    #[error("the template names `{unknown}`, which is no input of this type{}", suggestion.as_ref().map(|s| format!("; did you mean `{s}`?")).unwrap_or_default())]
    UnknownKey { unknown: Key, suggestion: Option<Key> },
    #[error("`{0}` is computed from itself; break the circle")]
    Cycle(Key),
    #[error("an authorize URL is shown in the browser: it cannot hold the secret `{0}`")]
    SecretInAuthorizeUrl(Key),
    #[error("`shown_when` names `{0}`, which is no input of this type")]
    ShownWhenUnknown(Key),
    #[error("`shown_when` cannot depend on the secret `{0}`")]
    ShownWhenSecret(Key),
    #[error("OAuth needs an input `{0}`")]
    MissingStandardInput(&'static str),
    #[error("a signing key is a secret: give the input that holds it the type `password`")]
    OpenSigningKey,
    #[error("the default is not a value of this input: {0}")]
    BadDefault(&'static str),
    #[error("a password cannot have a default in a manifest; set it with a preset or in the integration's slot")]
    SecretDefault,
    #[error("choices are missing: list at least one")]
    NoChoices,
    #[error("two choices have the value `{0}`")]
    DuplicateChoice(String),
    #[error("an input that customers see needs a label")]
    NoLabel,
    #[error("`min` and `max` must be whole and not negative where they count characters or entries, and `min` not above `max`")]
    BadBounds,
}

pub(super) fn flaws(auth: &Auth, inputs: &[Input], check: Option<&Check>) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    let keys: BTreeSet<&Key> = inputs.iter().map(|i| &i.key).collect();
    let mut seen = BTreeSet::new();
    for (at, input) in inputs.iter().enumerate() {
        let mut flaw = |kind| flaws.push(Flaw { at: FlawPlace::Input(at), kind });
        if !seen.insert(&input.key) {
            flaw(FlawKind::DuplicateKey(input.key.clone()));
        }
        input_flaws(input, &mut flaw);
        if let Some(shown_when) = &input.shown_when {
            match inputs.iter().find(|i| i.key == shown_when.input) {
                None => flaw(FlawKind::ShownWhenUnknown(shown_when.input.clone())),
                Some(other) if other.is_secret() => flaw(FlawKind::ShownWhenSecret(shown_when.input.clone())),
                Some(_) => {}
            }
        }
        for key in input.template.iter().flat_map(Template::keys).filter(|k| !keys.contains(k)) {
            flaw(unknown(key, &keys));
        }
    }
    auth_flaws(auth, inputs, &keys, &mut flaws);
    if let Some(check) = check {
        for template in std::iter::once(&check.url).chain(check.headers.values()) {
            for key in template.keys().filter(|k| !keys.contains(k) && k.as_str() != "access_token") {
                flaws.push(Flaw { at: FlawPlace::Check, kind: unknown(key, &keys) });
            }
        }
    }
    flaws
}

fn input_flaws(input: &Input, flaw: &mut impl FnMut(FlawKind)) {
    if input.label.is_empty() && input.visibility == Visibility::Customer && !input.is_computed() {
        flaw(FlawKind::NoLabel);
    }
    if let Some(default) = &input.default {
        if input.is_secret() {
            flaw(FlawKind::SecretDefault);
        } else if let Err(error) = input.rules(default) {
            flaw(FlawKind::BadDefault(error.code()));
        }
    }
    if let InputType::Choice(choices) | InputType::MultiChoice(choices) = &input.input_type {
        if choices.is_empty() {
            flaw(FlawKind::NoChoices);
        }
        let mut values = BTreeSet::new();
        if let Some(twice) = choices.iter().find(|c| !values.insert(&c.value)) {
            flaw(FlawKind::DuplicateChoice(twice.value.clone()));
        }
    }
    let counts = !matches!(input.input_type, InputType::Integer | InputType::Number);
    let not_a_count = |n: &f64| counts && (*n < 0.0 || n.fract() != 0.0);
    if input.min.iter().chain(&input.max).any(not_a_count) || matches!((input.min, input.max), (Some(min), Some(max)) if min > max) {
        flaw(FlawKind::BadBounds);
    }
}

fn auth_flaws(auth: &Auth, inputs: &[Input], keys: &BTreeSet<&Key>, flaws: &mut Vec<Flaw>) {
    for key in auth.templates().into_iter().flat_map(Template::keys).filter(|k| !keys.contains(k)) {
        flaws.push(Flaw { at: FlawPlace::Auth, kind: unknown(key, keys) });
    }
    for name in needed_inputs(auth).into_iter().filter(|name| !keys.iter().any(|key| key.as_str() == *name)) {
        flaws.push(Flaw { at: FlawPlace::Type, kind: FlawKind::MissingStandardInput(name) });
    }
    if !auth.needs_consent() && auth.oauth2().is_none() {
        return;
    }
    let authorize_url = inputs.iter().filter(|i| i.key.as_str() == standard::AUTHORIZE_URL).filter_map(|i| i.template.as_ref());
    let parameters = auth.oauth2().into_iter().flat_map(|oauth2| oauth2.authorize_params.values());
    if let Some(secret) = secret_reached(inputs, authorize_url.chain(parameters)) {
        flaws.push(Flaw { at: FlawPlace::Auth, kind: FlawKind::SecretInAuthorizeUrl(secret) });
    }
    let Some(oauth2) = auth.oauth2() else { return };
    for key in oauth2.send.value.keys().filter(|k| !keys.contains(k) && k.as_str() != "access_token") {
        flaws.push(Flaw { at: FlawPlace::Auth, kind: unknown(key, keys) });
    }
    if signs_with_an_open_key(oauth2, inputs) {
        flaws.push(Flaw { at: FlawPlace::Auth, kind: FlawKind::OpenSigningKey });
    }
}

/// The inputs that the machinery itself reads and cannot do without.
fn needed_inputs(auth: &Auth) -> Vec<&'static str> {
    let Auth::OAuth2(oauth2) = auth else {
        return match auth {
            Auth::OAuth1 { .. } => {
                [standard::REQUEST_TOKEN_URL, standard::AUTHORIZE_URL, standard::ACCESS_TOKEN_URL, standard::CLIENT_ID].to_vec()
            }
            _ => Vec::new(),
        };
    };
    let mut needed = match oauth2.grant {
        Grant::AuthorizationCode => vec![standard::AUTHORIZE_URL, standard::TOKEN_URL, standard::CLIENT_ID],
        Grant::ClientCredentials => vec![standard::TOKEN_URL, standard::CLIENT_ID],
        Grant::JwtBearer => vec![standard::TOKEN_URL],
    };
    match oauth2.client_auth {
        ClientAuth::PrivateKeyJwt => needed.push(standard::PRIVATE_KEY),
        ClientAuth::ClientSecretJwt => needed.push(standard::CLIENT_SECRET),
        ClientAuth::Body | ClientAuth::Basic | ClientAuth::BasicRaw => {}
    }
    needed
}

fn signs_with_an_open_key(oauth2: &OAuth2, inputs: &[Input]) -> bool {
    let proof = (oauth2.client_auth == ClientAuth::PrivateKeyJwt)
        .then(|| inputs.iter().find(|input| input.key.as_str() == standard::PRIVATE_KEY))
        .flatten();
    let is_open = |input: &Input| !input.is_secret() && !reaches_secret(inputs, input.template.iter());
    proof.is_some_and(is_open) || oauth2.assertion.as_ref().is_some_and(|assertion| !reaches_secret(inputs, [&assertion.key].into_iter()))
}

fn unknown(key: &Key, keys: &BTreeSet<&Key>) -> FlawKind {
    let close = keys.iter().map(|k| (strsim::jaro_winkler(k.as_str(), key.as_str()), *k)).filter(|(score, _)| *score > 0.8);
    let suggestion = close.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, k)| k.clone());
    FlawKind::UnknownKey { unknown: key.clone(), suggestion }
}

pub(super) fn reaches_secret<'t>(inputs: &[Input], templates: impl Iterator<Item = &'t Template>) -> bool {
    secret_reached(inputs, templates).is_some()
}

/// The first secret that the templates take up, through computed inputs too.
fn secret_reached<'t>(inputs: &[Input], templates: impl Iterator<Item = &'t Template>) -> Option<Key> {
    let mut waiting: Vec<&Key> = templates.flat_map(Template::keys).collect();
    let mut seen = BTreeSet::new();
    while let Some(key) = waiting.pop() {
        if !seen.insert(key) {
            continue;
        }
        let Some(input) = inputs.iter().find(|i| i.key == *key) else { continue };
        if input.is_secret() {
            return Some(key.clone());
        }
        waiting.extend(input.template.iter().flat_map(Template::keys));
    }
    None
}

/// Computed inputs so that each comes behind those it needs; a circle is a flaw.
pub(super) fn computed_in_order(inputs: &[Input]) -> Result<Vec<Key>, Flaw> {
    let mut waiting: BTreeMap<&Key, (usize, &Template)> =
        inputs.iter().enumerate().filter_map(|(at, i)| Some((&i.key, (at, i.template.as_ref()?)))).collect();
    let mut order = Vec::new();
    while !waiting.is_empty() {
        let ready: Vec<&Key> = waiting.iter().filter(|(_, (_, t))| !t.keys().any(|k| waiting.contains_key(k))).map(|(k, _)| *k).collect();
        if ready.is_empty() {
            let (key, (at, _)) = waiting.iter().next().expect("the loop's condition: not empty");
            return Err(Flaw { at: FlawPlace::Input(*at), kind: FlawKind::Cycle((*key).clone()) });
        }
        for key in ready {
            waiting.remove(key);
            order.push(key.clone());
        }
    }
    Ok(order)
}
