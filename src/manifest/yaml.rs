//! yaml
pub fn to_yaml(bodies: &[serde_json::Value]) -> String { bodies.iter().map(|b| b.to_string()).collect::<Vec<_>>().join("\n---\n") }
