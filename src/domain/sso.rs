//! Single sign-on by OpenID Connect: the organization's own, and a customer's own.

use super::{credential::SealedSecret, customer_user::CustomerRole, ids::CustomerId, user::Role};

/// Of a customer's own provider; its users come with addresses of one domain.
#[derive(Clone, Debug)]
pub struct CustomerSso {
    pub customer_id: CustomerId,
    pub issuer: String,
    pub client_id: String,
    pub client_secret: SealedSecret,
    /// Lower-cased.
    pub domain: String,
    /// What who comes for the first time may do.
    pub default_role: CustomerRole,
    pub revision: i64,
}

/// What a first sign-on by the organization's provider may become.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrgSsoPolicy {
    /// Lower-cased domains of e-mail addresses; none: only who is a user already, or invited.
    pub domains: Vec<String>,
    /// `None`: nobody is made a user by signing on.
    pub default_role: Option<Role>,
}

/// The part behind the last `@`, lower-cased.
pub fn domain_of(email: &str) -> Option<String> {
    email.rsplit_once('@').map(|(_, domain)| domain.trim().to_lowercase()).filter(|domain| !domain.is_empty())
}
