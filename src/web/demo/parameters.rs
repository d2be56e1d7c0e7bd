//! OAuth request parameters, read the way RFC 6749 §3.1 wants: an empty one is a missing one, and none may come twice.

/// Name and value pairs in the order they came, without the empty ones.
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// From a query string or the body of a form.
    pub fn parse(encoded: &[u8]) -> Self {
        let pairs = url::form_urlencoded::parse(encoded).into_owned();
        Self(pairs.filter(|(_, value)| !value.is_empty()).collect())
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// The first name that came more than once.
    pub fn repeated(&self) -> Option<&str> {
        let names = self.0.iter().map(|(name, _)| name.as_str());
        names.enumerate().find(|(at, name)| self.0[..*at].iter().any(|(earlier, _)| earlier == name)).map(|(_, name)| name)
    }
}
