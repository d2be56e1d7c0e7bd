//! What is applied, as manifests again.

use super::{Broken, Context, registry::PinnedBody};
use crate::manifest::Kind;

/// Bodies in the order they can be applied in, and the paths of the secrets that they leave out.
pub async fn current(context: &Context) -> Result<(Vec<serde_json::Value>, Vec<String>), Broken> {
    let (mut bodies, mut secrets) = (Vec::new(), Vec::new());
    for kind in [Kind::Connector, Kind::Preset, Kind::ReusableConnection, Kind::Integration] {
        for document in context.store().read().documents().list_current(kind.as_str()).await? {
            secrets.extend(document.secrets.keys().map(|path| format!("{} {}: {path}", document.kind, document.key)));
            let body = match kind {
                Kind::Integration => {
                    serde_json::from_value::<PinnedBody>(document.body).map_err(|e| Broken::Inconsistent(e.to_string()))?.manifest
                }
                _ => document.body,
            };
            bodies.push(body);
        }
    }
    Ok((bodies, secrets))
}
