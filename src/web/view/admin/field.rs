//! A plain text field of a console form.

/// Its DOM id is its name.
pub struct TextField {
    pub name: &'static str,
    pub label: String,
    pub hint: Option<String>,
    pub value: String,
    pub error: Option<String>,
}
