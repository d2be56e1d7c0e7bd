//! The published JSON Schema (draft 2020-12) of one manifest document: for editors, which complete and check while one types.
//!
//! It says less than `read`: what refers to what, and which values an input takes, is only known there.

use serde_json::{Value as Json, json};

use super::{
    assertion::{ALGORITHMS, DEFAULT_LIFE_SECONDS},
    auth::{CLIENT_AUTHS, EXPIRES_UNITS, GRANTS, KINDS as AUTH_KINDS, PKCES, REGISTRATIONS, SIGNATURE_METHODS, TOKEN_BODIES},
    input::{FORMATS, TYPES, VISIBILITIES},
    reusable::{ACTIVATIONS, CUSTOMERS_SEE, SCOPES},
};

pub fn schema() -> Json {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Jackfield manifest",
        "description": "One document of a manifest: a connector, an integration, a preset or a reusable connection.",
        "oneOf": [
            {"$ref": "#/$defs/connector"},
            {"$ref": "#/$defs/integration"},
            {"$ref": "#/$defs/preset"},
            {"$ref": "#/$defs/reusable_connection"}
        ],
        "$defs": {
            "key": {"type": ["string", "number", "boolean"], "description": "1 to 128 printable characters; never changes."},
            "text": {"type": ["string", "number", "boolean"]},
            "template": {"type": "string", "description": "Text in which {{key}} stands for the value of the input with that key."},
            "templates": {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}},
            "pointer": {"type": "string", "pattern": "^/", "description": "A JSON pointer (RFC 6901)."},
            "type_ref": {"type": "string", "pattern": "^[^.]+[.].+$", "description": "A connection type: connector.type"},
            "visibility": {"enum": words(&VISIBILITIES), "description": "Who sets it, and so who sees it."},
            "connector": connector(),
            "connection_type": connection_type(),
            "auth": auth(),
            "check": check(),
            "input": input("key"),
            "integration": integration(),
            "page": page(),
            "slot": slot(),
            "variable": input("variable"),
            "preset": preset(),
            "reusable_connection": reusable()
        }
    })
}

fn words<T>(words: &[(&'static str, T)]) -> Json {
    words.iter().map(|(word, _)| *word).collect()
}

fn reference(name: &str) -> Json {
    json!({"$ref": format!("#/$defs/{name}")})
}

/// A mapping with these keys and no others.
fn object(description: &str, required: &[&str], properties: Json) -> Json {
    json!({"type": "object", "description": description, "required": required, "properties": properties, "additionalProperties": false})
}

fn list(of: &str) -> Json {
    json!({"type": "array", "items": reference(of)})
}

fn connector() -> Json {
    object(
        "A third-party app or service.",
        &["kind", "key", "name", "connection_types"],
        json!({
            "kind": {"const": "connector"},
            "key": reference("key"),
            "name": reference("text"),
            "icon": {"type": "string", "pattern": "[.]svg$", "description": "The name of an SVG file beside the manifest."},
            "docs_url": {"type": "string", "pattern": "^https?://"},
            "connection_types": {"type": "array", "minItems": 1, "items": reference("connection_type")}
        }),
    )
}

fn connection_type() -> Json {
    object(
        "What one way of connecting needs.",
        &["key", "name", "auth"],
        json!({
            "key": reference("key"),
            "name": reference("text"),
            "auth": reference("auth"),
            "inputs": list("input"),
            "check": reference("check")
        }),
    )
}

fn auth() -> Json {
    let response =
        ["access_token", "refresh_token", "expires_in", "refresh_expires_in", "scope", "token_type", "error", "error_description"];
    object(
        "How a connection proves itself to its service.",
        &["kind"],
        json!({
            "kind": {"enum": AUTH_KINDS},
            "username": reference("template"),
            "password": reference("template"),
            "name": reference("template"),
            "value": reference("template"),
            "grant": {"enum": words(&GRANTS)},
            "pkce": {"enum": words(&PKCES), "default": "S256"},
            "client_auth": {"enum": words(&CLIENT_AUTHS), "default": "body"},
            "algorithm": {"enum": words(&ALGORITHMS), "default": "RS256", "description": "Of `private_key_jwt`."},
            "assertion_audience": reference("template"),
            "assertion": assertion(),
            "signature_method": {"enum": words(&SIGNATURE_METHODS), "default": "HMAC-SHA1"},
            "scope_separator": {"type": "string", "default": " "},
            "scope_parameter": {"type": "string", "default": "scope"},
            "authorize_params": reference("templates"),
            "token_params": reference("templates"),
            "token_headers": reference("templates"),
            "token_body": {"enum": words(&TOKEN_BODIES), "default": "form"},
            "response": object(
                "Pointers into a token answer that is not flat.",
                &[],
                response.into_iter().map(|name| (name.to_owned(), reference("pointer"))).collect(),
            ),
            "expires_unit": {"enum": words(&EXPIRES_UNITS), "default": "seconds"},
            "send": object("The header that a request carries.", &["name", "value"], json!({"name": {"type": "string"}, "value": reference("template")})),
            "code_parameter": {"type": "string", "default": "code"},
            "registration": {"enum": words(&REGISTRATIONS), "description": "Registers a client (RFC 7591) where no client_id is given."},
            "context": object(
                "Values captured for `{{context.name}}`.",
                &[],
                json!({"from_callback": captured("parameter", json!({"type": "string"})), "from_token": captured("pointer", reference("pointer"))}),
            )
        }),
    )
}

fn assertion() -> Json {
    object(
        "What is signed and exchanged for a token; for the grant `jwt_bearer`.",
        &["issuer", "audience", "key"],
        json!({
            "issuer": reference("template"),
            "subject": reference("template"),
            "audience": reference("template"),
            "expires_in": {"type": "integer", "minimum": 1, "maximum": 86_400, "default": DEFAULT_LIFE_SECONDS},
            "algorithm": {"enum": words(&ALGORITHMS), "default": "RS256"},
            "key": reference("template"),
            "key_id": reference("template"),
            "claims": reference("templates")
        }),
    )
}

fn captured(key: &str, at: Json) -> Json {
    let whole = object("A value under another name.", &["name", key], json!({"name": reference("key"), key: at}));
    json!({"type": "array", "items": {"anyOf": [reference("key"), whole]}})
}

fn check() -> Json {
    let status = json!({"type": "integer", "minimum": 100, "maximum": 599});
    object(
        "The request by which a connection is tried; it carries the auth.",
        &[],
        json!({
            "get": reference("template"),
            "post": reference("template"),
            "headers": reference("templates"),
            "body": {"description": "Sent as JSON; its strings are templates."},
            "expect": object(
                "What the answer must be.",
                &[],
                json!({
                    "status": {"anyOf": [status, {"type": "array", "items": status}]},
                    "body": {"type": "object", "description": "JSON pointers and the values that stand there."}
                }),
            ),
            "account": reference("pointer"),
            "every": {"type": "string", "pattern": "^[0-9]+[mhd]$", "description": "Runs by itself this often, like 30m, 1h or 1d; 5 minutes at least."}
        }),
    )
}

/// `key`: under which name its key stands, `key` for an input and `variable` for a variable.
fn input(key: &str) -> Json {
    let mut properties = json!({
        key: reference("key"),
        "label": reference("text"),
        "type": {"enum": TYPES, "default": "string"},
        "required": {"type": "boolean", "default": true},
        "default": {},
        "placeholder": reference("text"),
        "example": reference("text"),
        "help": {"type": ["string", "number"], "description": "Markdown."},
        "choices": {
            "type": "array",
            "minItems": 1,
            "items": object("A choice.", &["value"], json!({"value": reference("text"), "label": reference("text")}))
        },
        "prefix": {"type": "string"},
        "suffix": {"type": "string"},
        "pattern": {"type": "string", "format": "regex"},
        "pattern_message": {"type": "string"},
        "format": {"enum": words(&FORMATS)},
        "min": {"type": "number"},
        "max": {"type": "number"},
        "shown_when": object("Shown only while another one has a value.", &["input", "equals"], json!({"input": reference("key"), "equals": reference("text")})),
        "order": {"type": "integer"},
        "group": reference("text")
    });
    if key == "variable" {
        return object("A setting that is not a connection.", &["variable", "label"], properties);
    }
    properties["visibility"] = reference("visibility");
    properties["template"] = reference("template");
    object("One field.", &["key"], properties)
}

fn integration() -> Json {
    object(
        "What a customer turns on.",
        &["kind", "key", "name", "pages"],
        json!({
            "kind": {"const": "integration"},
            "key": reference("key"),
            "name": reference("text"),
            "description": {"type": "string", "description": "Markdown."},
            "pages": {"type": "array", "minItems": 1, "items": reference("page")}
        }),
    )
}

fn page() -> Json {
    let text = object("Words on the page.", &["text"], json!({"text": {"type": "string", "description": "Markdown."}}));
    object(
        "A page of the wizard.",
        &["key", "title", "elements"],
        json!({
            "key": reference("key"),
            "title": reference("text"),
            "description": {"type": "string", "description": "Markdown."},
            "elements": {"type": "array", "items": {"oneOf": [reference("slot"), reference("variable"), text]}}
        }),
    )
}

fn slot() -> Json {
    let over = object(
        "What the slot sets of an input.",
        &[],
        json!({"value": {}, "default": {}, "visibility": reference("visibility"), "label": reference("text")}),
    );
    object(
        "The place where a connection goes: `type` or `reusable` says of which kind.",
        &["connection"],
        json!({
            "connection": reference("key"),
            "type": reference("type_ref"),
            "reusable": reference("key"),
            "label": reference("text"),
            "required": {"type": "boolean", "default": true},
            "per_user": {"type": "boolean", "default": false, "description": "Each user of the customer connects one of their own; goes with `type` only."},
            "preset": reference("key"),
            "converts": {"type": "boolean", "default": false, "description": "Connections of older versions, in which the slot was of the other kind, move along."},
            "inputs": {"type": "object", "additionalProperties": over}
        }),
    )
}

fn preset() -> Json {
    let value = object("A value.", &[], json!({"value": {}}));
    object(
        "Values of a connection type for the whole organization.",
        &["kind", "key", "type"],
        json!({
            "kind": {"const": "preset"},
            "key": reference("key"),
            "type": reference("type_ref"),
            "inputs": {"type": "object", "additionalProperties": value}
        }),
    )
}

fn reusable() -> Json {
    let input = object("A value, or whose it is.", &[], json!({"value": {}, "scope": {"enum": words(&SCOPES)}}));
    object(
        "A definition that many integrations refer to.",
        &["kind", "key", "name", "type", "activation"],
        json!({
            "kind": {"const": "reusable_connection"},
            "key": reference("key"),
            "name": reference("text"),
            "type": reference("type_ref"),
            "activation": {"enum": words(&ACTIVATIONS)},
            "workflows": {"type": "boolean", "default": false},
            "customers_see": {"enum": words(&CUSTOMERS_SEE), "default": "line", "description": "Of what the organization activates, while it works."},
            "inputs": {"type": "object", "additionalProperties": input}
        }),
    )
}
