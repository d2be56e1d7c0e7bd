//! What is wrong with the fields of a body, one entry a field.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::{
    domain::validation::FieldError,
    web::{errors::Failure, words::Words},
};

/// 422 with `errors: [{field, code, message}]`; `code` is the rule's own.
pub fn refused(errors: &BTreeMap<String, FieldError>) -> Failure {
    let listed: Vec<Json> =
        errors.iter().map(|(field, error)| json!({"field": field, "code": error.code(), "message": message(field, error)})).collect();
    let named: Vec<&str> = errors.keys().map(String::as_str).collect();
    Failure::Unprocessable {
        code: "fields_refused",
        detail: format!("Nothing was saved. Look at: {}.", named.join(", ")),
        extra: json!({"errors": listed}),
    }
}

/// The sentence that the wizard would show. Never repeats the value.
fn message(field: &str, error: &FieldError) -> String {
    let argument = match error {
        FieldError::Pattern { message: Some(message) } => return message.clone(),
        FieldError::UnknownInput => return format!("There is no {field} here"),
        FieldError::WrongShape => return format!("{field} is of another type"),
        FieldError::NotYours => return format!("{field} cannot be set by this caller"),
        FieldError::TooLong { max } => Some(("max", max.to_string())),
        FieldError::TooShort { min } => Some(("min", min.to_string())),
        FieldError::BelowMin { min } => Some(("min", min.to_string())),
        FieldError::AboveMax { max } => Some(("max", max.to_string())),
        FieldError::DuplicateKey { key } => Some(("key", key.clone())),
        _ => None,
    };
    let arguments = [("label", field.to_owned())].into_iter().chain(argument);
    Words::english().find(&format!("field-{}", error.code()), arguments).unwrap_or_else(|| error.code().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_has_a_sentence_that_names_the_field() {
        for error in
            [FieldError::Required, FieldError::TooLong { max: 3 }, FieldError::NotAChoice, FieldError::UnknownInput, FieldError::WrongShape]
        {
            let said = message("region", &error);
            assert!(said.contains("region") && !said.contains('{'), "{said}");
        }
    }
}
