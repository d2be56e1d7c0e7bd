//! The tables that hold secrets: how their rows are read, counted by master key, and re-wrapped.
//!
//! What is re-wrapped was read before, outside of the transaction: it is written only where nobody changed it since. A rotation
//! never waits for a row that somebody holds, so that no save can wait for it in a circle; it comes by again.

use crate::{
    domain::credential::SecretField,
    store::statement::{Statement, statements},
};

/// The kinds of rows that hold secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SealedTable {
    Organizations,
    Documents,
    ClientRegistrations,
    WebhookEndpoints,
    Mails,
    ManifestPlans,
    OrgUsers,
    CustomerSso,
    Imports,
    Attempts,
    UndecidedAttempts,
    ReplacedSecrets,
    Connections,
}

/// How secrets lie in a column.
#[derive(Clone, Copy)]
pub(in crate::store) enum Shape {
    /// By field, each with who set it.
    Fields,
    /// By their path in a manifest.
    Paths,
    /// One, or none.
    One(fn() -> SecretField),
}

type Columns = &'static [(&'static str, Shape)];

/// `$columns`: the row's id, its customer, its version, and its sealed columns.
macro_rules! page {
    ($columns:literal, $from:literal, $id:literal, $key_ids:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM ",
            $from,
            " WHERE ",
            $id,
            " > $1 AND (",
            $key_ids,
            " NOT IN ('', $3) OR $3 IS NULL) ORDER BY ",
            $id,
            " LIMIT $2"
        )
    };
}
macro_rules! usage {
    ($table:literal) => {
        concat!("SELECT key_ids, COUNT(*) FROM ", $table, " WHERE key_ids <> '' GROUP BY key_ids")
    };
}
macro_rules! rewrap {
    ($table:literal, $set:literal, $id:literal, $version:literal) => {
        concat!("UPDATE ", $table, " SET key_ids = $3, ", $set, " WHERE ", $id, " = $1 AND ", $version, " = $2")
    };
}
macro_rules! rewrap_unheld {
    ($table:literal, $set:literal, $id:literal, $version:literal) => {
        concat!(
            rewrap!($table, $set, $id, $version),
            " AND ",
            $id,
            " = (SELECT ",
            $id,
            " FROM ",
            $table,
            " WHERE ",
            $id,
            " = $1 FOR NO KEY UPDATE SKIP LOCKED)"
        )
    };
}

statements! {
    ORGANIZATIONS = both(page!(
        "id, NULL AS customer_id, key_ids AS version, cookie_secret AS first, NULL AS second",
        "organizations", "id", "key_ids"
    ));
    REWRAP_ORGANIZATIONS = split {
        sqlite: rewrap!("organizations", "cookie_secret = $4", "id", "key_ids"),
        postgres: rewrap_unheld!("organizations", "cookie_secret = $4", "id", "key_ids"),
    };
    ORGANIZATIONS_BY_KEY = both(usage!("organizations"));
    DOCUMENTS = both(page!(
        "id, NULL AS customer_id, key_ids AS version, secrets AS first, NULL AS second",
        "documents", "id", "key_ids"
    ));
    REWRAP_DOCUMENTS = split {
        sqlite: rewrap!("documents", "secrets = $4", "id", "key_ids"),
        postgres: rewrap_unheld!("documents", "secrets = $4", "id", "key_ids"),
    };
    DOCUMENTS_BY_KEY = both(usage!("documents"));
    REGISTRATIONS = both(page!(
        "id, NULL AS customer_id, key_ids AS version, client_secret AS first, NULL AS second",
        "client_registrations", "id", "key_ids"
    ));
    REWRAP_REGISTRATIONS = split {
        sqlite: rewrap!("client_registrations", "client_secret = $4", "id", "key_ids"),
        postgres: rewrap_unheld!("client_registrations", "client_secret = $4", "id", "key_ids"),
    };
    REGISTRATIONS_BY_KEY = both(usage!("client_registrations"));
    ENDPOINTS = both(page!(
        "id, NULL AS customer_id, CAST(revision AS TEXT) AS version, secret AS first, previous_secret AS second",
        "webhook_endpoints", "id", "key_ids"
    ));
    REWRAP_ENDPOINTS = split {
        sqlite: rewrap!("webhook_endpoints", "secret = $4, previous_secret = $5", "id", "CAST(revision AS TEXT)"),
        postgres: rewrap_unheld!("webhook_endpoints", "secret = $4, previous_secret = $5", "id", "CAST(revision AS TEXT)"),
    };
    ENDPOINTS_BY_KEY = both(usage!("webhook_endpoints"));
    MAILS = both(page!(
        "id, NULL AS customer_id, key_ids AS version, letter AS first, NULL AS second",
        "mails", "id", "key_ids"
    ));
    REWRAP_MAILS = split {
        sqlite: rewrap!("mails", "letter = $4", "id", "letter IS NOT NULL AND key_ids"),
        postgres: rewrap_unheld!("mails", "letter = $4", "id", "letter IS NOT NULL AND key_ids"),
    };
    MAILS_BY_KEY = both(usage!("mails"));
    PLANS = both(page!(
        "id, NULL AS customer_id, key_ids AS version, sources AS first, NULL AS second",
        "manifest_plans", "id", "key_ids"
    ));
    REWRAP_PLANS = split {
        sqlite: rewrap!("manifest_plans", "sources = $4", "id", "key_ids"),
        postgres: rewrap_unheld!("manifest_plans", "sources = $4", "id", "key_ids"),
    };
    PLANS_BY_KEY = both(usage!("manifest_plans"));
    ORG_USERS = both(page!(
        "id, NULL AS customer_id, CAST(totp_revision AS TEXT) AS version, totp_secret AS first, NULL AS second",
        "org_users", "id", "key_ids"
    ));
    REWRAP_ORG_USERS = split {
        sqlite: rewrap!("org_users", "totp_secret = $4", "id", "CAST(totp_revision AS TEXT)"),
        postgres: rewrap_unheld!("org_users", "totp_secret = $4", "id", "CAST(totp_revision AS TEXT)"),
    };
    ORG_USERS_BY_KEY = both(usage!("org_users"));
    CUSTOMER_SSO = both(page!(
        "customer_id AS id, customer_id, CAST(revision AS TEXT) AS version, client_secret AS first, NULL AS second",
        "customer_sso", "customer_id", "key_ids"
    ));
    REWRAP_CUSTOMER_SSO = split {
        sqlite: rewrap!("customer_sso", "client_secret = $4", "customer_id", "CAST(revision AS TEXT)"),
        postgres: rewrap_unheld!("customer_sso", "client_secret = $4", "customer_id", "CAST(revision AS TEXT)"),
    };
    CUSTOMER_SSO_BY_KEY = both(usage!("customer_sso"));
    IMPORTS = both(page!(
        "id, NULL AS customer_id, CAST(revision AS TEXT) AS version, file AS first, NULL AS second",
        "imports", "id", "key_ids"
    ));
    REWRAP_IMPORTS = split {
        sqlite: rewrap!("imports", "file = $4", "id", "file IS NOT NULL AND CAST(revision AS TEXT)"),
        postgres: rewrap_unheld!("imports", "file = $4", "id", "file IS NOT NULL AND CAST(revision AS TEXT)"),
    };
    IMPORTS_BY_KEY = both(usage!("imports"));
    ATTEMPTS = both(page!(
        "a.id, c.customer_id, a.key_ids AS version, a.secret AS first, NULL AS second",
        "attempts a JOIN connections c ON c.id = a.connection_id", "a.id", "a.key_ids"
    ));
    REWRAP_ATTEMPTS = split {
        sqlite: rewrap!("attempts", "secret = $4", "id", "secret IS NOT NULL AND key_ids"),
        postgres: rewrap_unheld!("attempts", "secret = $4", "id", "secret IS NOT NULL AND key_ids"),
    };
    ATTEMPTS_BY_KEY = both(usage!("attempts"));
    UNDECIDED = both(page!(
        "u.attempt_id AS id, c.customer_id, u.key_ids AS version, u.secrets AS first, NULL AS second",
        "undecided_attempts u JOIN attempts a ON a.id = u.attempt_id JOIN connections c ON c.id = a.connection_id", "u.attempt_id", "u.key_ids"
    ));
    REWRAP_UNDECIDED = split {
        sqlite: rewrap!("undecided_attempts", "secrets = $4", "attempt_id", "key_ids"),
        postgres: rewrap_unheld!("undecided_attempts", "secrets = $4", "attempt_id", "key_ids"),
    };
    UNDECIDED_BY_KEY = both(usage!("undecided_attempts"));
    REPLACED = both(page!(
        "r.connection_id AS id, c.customer_id, r.key_ids AS version, r.secrets AS first, NULL AS second",
        "replaced_secrets r JOIN connections c ON c.id = r.connection_id", "r.connection_id", "r.key_ids"
    ));
    REWRAP_REPLACED = split {
        sqlite: rewrap!("replaced_secrets", "secrets = $4", "connection_id", "key_ids"),
        postgres: rewrap_unheld!("replaced_secrets", "secrets = $4", "connection_id", "key_ids"),
    };
    REPLACED_BY_KEY = both(usage!("replaced_secrets"));
    CONNECTIONS = both(page!(
        "id, customer_id, CAST(revision AS TEXT) AS version, secrets AS first, draft_secrets AS second",
        "connections", "id", "key_ids"
    ));
    REWRAP_CONNECTIONS = split {
        sqlite: rewrap!("connections", "secrets = $4, draft_secrets = $5", "id", "CAST(revision AS TEXT)"),
        postgres: rewrap_unheld!("connections", "secrets = $4, draft_secrets = $5", "id", "CAST(revision AS TEXT)"),
    };
    CONNECTIONS_BY_KEY = both(usage!("connections"));
}

impl SealedTable {
    /// Those of the organization first: the connections are by far the most.
    pub const ALL: [Self; 13] = [
        Self::Organizations,
        Self::Documents,
        Self::ClientRegistrations,
        Self::WebhookEndpoints,
        Self::Mails,
        Self::ManifestPlans,
        Self::OrgUsers,
        Self::CustomerSso,
        Self::Imports,
        Self::Attempts,
        Self::UndecidedAttempts,
        Self::ReplacedSecrets,
        Self::Connections,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Organizations => "organizations",
            Self::Documents => "documents",
            Self::ClientRegistrations => "client_registrations",
            Self::WebhookEndpoints => "webhook_endpoints",
            Self::Mails => "mails",
            Self::ManifestPlans => "manifest_plans",
            Self::OrgUsers => "org_users",
            Self::CustomerSso => "customer_sso",
            Self::Imports => "imports",
            Self::Attempts => "attempts",
            Self::UndecidedAttempts => "undecided_attempts",
            Self::ReplacedSecrets => "replaced_secrets",
            Self::Connections => "connections",
        }
    }

    /// The sealed ones, one or two.
    pub(in crate::store) const fn columns(self) -> Columns {
        match self {
            Self::Organizations => &[("cookie_secret", Shape::One(|| SecretField::CookieSecret))],
            Self::Documents => &[("secrets", Shape::Paths)],
            Self::ClientRegistrations => &[("client_secret", Shape::One(|| SecretField::ClientSecret))],
            Self::WebhookEndpoints => {
                &[("secret", Shape::One(|| SecretField::WebhookSecret)), ("previous_secret", Shape::One(|| SecretField::WebhookSecret))]
            }
            Self::Mails => &[("letter", Shape::One(|| SecretField::Letter))],
            Self::ManifestPlans => &[("sources", Shape::One(|| SecretField::ManifestPlan))],
            Self::OrgUsers => &[("totp_secret", Shape::One(|| SecretField::TotpSecret))],
            Self::CustomerSso => &[("client_secret", Shape::One(|| SecretField::SsoSecret))],
            Self::Imports => &[("file", Shape::One(|| SecretField::ImportFile))],
            Self::Attempts => &[("secret", Shape::One(|| SecretField::AttemptSecret))],
            Self::UndecidedAttempts | Self::ReplacedSecrets => &[("secrets", Shape::Fields)],
            Self::Connections => &[("secrets", Shape::Fields), ("draft_secrets", Shape::Fields)],
        }
    }

    pub(super) const fn page(self) -> Statement {
        match self {
            Self::Organizations => ORGANIZATIONS,
            Self::Documents => DOCUMENTS,
            Self::ClientRegistrations => REGISTRATIONS,
            Self::WebhookEndpoints => ENDPOINTS,
            Self::Mails => MAILS,
            Self::ManifestPlans => PLANS,
            Self::OrgUsers => ORG_USERS,
            Self::CustomerSso => CUSTOMER_SSO,
            Self::Imports => IMPORTS,
            Self::Attempts => ATTEMPTS,
            Self::UndecidedAttempts => UNDECIDED,
            Self::ReplacedSecrets => REPLACED,
            Self::Connections => CONNECTIONS,
        }
    }

    pub(super) const fn rewrap(self) -> Statement {
        match self {
            Self::Organizations => REWRAP_ORGANIZATIONS,
            Self::Documents => REWRAP_DOCUMENTS,
            Self::ClientRegistrations => REWRAP_REGISTRATIONS,
            Self::WebhookEndpoints => REWRAP_ENDPOINTS,
            Self::Mails => REWRAP_MAILS,
            Self::ManifestPlans => REWRAP_PLANS,
            Self::OrgUsers => REWRAP_ORG_USERS,
            Self::CustomerSso => REWRAP_CUSTOMER_SSO,
            Self::Imports => REWRAP_IMPORTS,
            Self::Attempts => REWRAP_ATTEMPTS,
            Self::UndecidedAttempts => REWRAP_UNDECIDED,
            Self::ReplacedSecrets => REWRAP_REPLACED,
            Self::Connections => REWRAP_CONNECTIONS,
        }
    }

    pub(super) const fn usage(self) -> Statement {
        match self {
            Self::Organizations => ORGANIZATIONS_BY_KEY,
            Self::Documents => DOCUMENTS_BY_KEY,
            Self::ClientRegistrations => REGISTRATIONS_BY_KEY,
            Self::WebhookEndpoints => ENDPOINTS_BY_KEY,
            Self::Mails => MAILS_BY_KEY,
            Self::ManifestPlans => PLANS_BY_KEY,
            Self::OrgUsers => ORG_USERS_BY_KEY,
            Self::CustomerSso => CUSTOMER_SSO_BY_KEY,
            Self::Imports => IMPORTS_BY_KEY,
            Self::Attempts => ATTEMPTS_BY_KEY,
            Self::UndecidedAttempts => UNDECIDED_BY_KEY,
            Self::ReplacedSecrets => REPLACED_BY_KEY,
            Self::Connections => CONNECTIONS_BY_KEY,
        }
    }
}
