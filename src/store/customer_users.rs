//! The users of customers. Those of another customer are the same as none.

use sqlx::FromRow;
use uuid::Uuid;

use super::{
    Insertion, StoreError, columns,
    statement::{Source, execute, fetch, statements},
};
use crate::domain::{
    access::Scope,
    customer_user::{CustomerRole, CustomerUser, CustomerUserRef},
    ids::{CustomerId, CustomerUserId},
    time::Timestamp,
    user::Identity,
};

pub struct CustomerUsers<'a> {
    pub(super) source: Source<'a>,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    customer_id: Uuid,
    external_id: Option<String>,
    email: String,
    name: String,
    role: String,
    password_hash: Option<String>,
    issuer: Option<String>,
    subject: Option<String>,
    created_at: i64,
    signed_in_at: Option<i64>,
    disabled_at: Option<i64>,
}

statements! {
    INSERT = both(
        "INSERT INTO customer_users (id, customer_id, email, name, role, issuer, subject, created_at, external_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING"
    );
    FIND = both("SELECT * FROM customer_users WHERE id = $1 AND (customer_id = $2 OR $2 IS NULL)");
    FIND_BY_EXTERNAL = both("SELECT * FROM customer_users WHERE customer_id = $1 AND external_id = $2");
    FIND_BY_EMAIL = both("SELECT * FROM customer_users WHERE customer_id = $1 AND email = $2");
    FIND_BY_IDENTITY = both("SELECT * FROM customer_users WHERE customer_id = $1 AND issuer = $2 AND subject = $3");
    FIND_WITH_PASSWORD = both("SELECT * FROM customer_users WHERE email = $1 AND password_hash IS NOT NULL");
    LIST = both("SELECT * FROM customer_users WHERE customer_id = $1 ORDER BY email");
    SET_ROLE = both("UPDATE customer_users SET role = $3 WHERE id = $1 AND customer_id = $2 AND role <> $3");
    SET_DISABLED = both(
        "UPDATE customer_users SET disabled_at = $3 WHERE id = $1 AND customer_id = $2
         AND (disabled_at IS NULL) <> (CAST($3 AS BIGINT) IS NULL)"
    );
    SET_PASSWORD = both(
        "UPDATE customer_users SET password_hash = $2 WHERE id = $1 AND NOT EXISTS
         (SELECT 1 FROM customer_users o WHERE o.email = customer_users.email AND o.id <> $1 AND o.password_hash IS NOT NULL)"
    );
    SET_IDENTITY = both("UPDATE customer_users SET issuer = $2, subject = $3 WHERE id = $1 AND issuer IS NULL");
    SET_EXTERNAL = both(
        "UPDATE customer_users SET external_id = $3 WHERE id = $1 AND customer_id = $2 AND external_id IS NULL AND NOT EXISTS
         (SELECT 1 FROM customer_users o WHERE o.customer_id = $2 AND o.external_id = $3)"
    );
    DELETE = both("DELETE FROM customer_users WHERE id = $1 AND customer_id = $2");
    SIGNED_IN = both("UPDATE customer_users SET signed_in_at = $2 WHERE id = $1");
}

impl CustomerUsers<'_> {
    /// Without a password. `Duplicate`: the customer has a user with this address, identity or external id.
    pub async fn insert(&mut self, user: &CustomerUser) -> Result<Insertion, StoreError> {
        let (issuer, subject) = columns::identity(user.identity.as_ref());
        execute!(
            self.source,
            INSERT,
            user.id.as_uuid(),
            user.customer_id.as_uuid(),
            user.email.as_str(),
            user.name.as_str(),
            user.role.as_str(),
            issuer,
            subject,
            user.created_at.as_millis(),
            user.external_id.as_deref(),
        )
        .map(Insertion::of)
    }

    pub async fn find(&mut self, scope: Scope, id: CustomerUserId) -> Result<Option<CustomerUser>, StoreError> {
        fetch!(fetch_optional as Row; self.source.within(scope), FIND, id.as_uuid(), columns::customer(scope))?
            .map(CustomerUser::try_from)
            .transpose()
    }

    /// Of this customer, however they are named.
    pub async fn find_named(&mut self, customer: CustomerId, user: &CustomerUserRef) -> Result<Option<CustomerUser>, StoreError> {
        let scope = Scope::Customer(customer);
        let row = match user {
            CustomerUserRef::Id(id) => {
                fetch!(fetch_optional as Row; self.source.within(scope), FIND, id.as_uuid(), columns::customer(scope))?
            }
            CustomerUserRef::External(external_id) => {
                fetch!(fetch_optional as Row; self.source.within(scope), FIND_BY_EXTERNAL, customer.as_uuid(), external_id.as_str())?
            }
        };
        row.map(CustomerUser::try_from).transpose()
    }

    /// `email`: lower-cased, as it is kept.
    pub async fn find_by_email(&mut self, customer: CustomerId, email: &str) -> Result<Option<CustomerUser>, StoreError> {
        let row = fetch!(fetch_optional as Row; self.source.within(Scope::Customer(customer)), FIND_BY_EMAIL, customer.as_uuid(), email)?;
        row.map(CustomerUser::try_from).transpose()
    }

    pub async fn find_by_identity(&mut self, customer: CustomerId, identity: &Identity) -> Result<Option<CustomerUser>, StoreError> {
        let (issuer, subject) = (identity.issuer.as_str(), identity.subject.as_str());
        let row = fetch!(fetch_optional as Row; self.source.within(Scope::Customer(customer)), FIND_BY_IDENTITY, customer.as_uuid(), issuer, subject)?;
        row.map(CustomerUser::try_from).transpose()
    }

    /// Of whichever customer: whoever types an address and a password names none, and one address has one password.
    pub async fn find_with_password(&mut self, email: &str) -> Result<Option<CustomerUser>, StoreError> {
        fetch!(fetch_optional as Row; self.source, FIND_WITH_PASSWORD, email)?.map(CustomerUser::try_from).transpose()
    }

    /// By address, disabled ones too.
    pub async fn list(&mut self, customer: CustomerId) -> Result<Vec<CustomerUser>, StoreError> {
        fetch!(fetch_all as Row; self.source.within(Scope::Customer(customer)), LIST, customer.as_uuid())?
            .into_iter()
            .map(CustomerUser::try_from)
            .collect()
    }

    /// False: nothing changed.
    pub async fn set_role(&mut self, customer: CustomerId, id: CustomerUserId, role: CustomerRole) -> Result<bool, StoreError> {
        execute!(self.source.within(Scope::Customer(customer)), SET_ROLE, id.as_uuid(), customer.as_uuid(), role.as_str())
            .map(|rows| rows == 1)
    }

    /// `None` enables again. False: nothing changed.
    pub async fn set_disabled(&mut self, customer: CustomerId, id: CustomerUserId, at: Option<Timestamp>) -> Result<bool, StoreError> {
        execute!(self.source.within(Scope::Customer(customer)), SET_DISABLED, id.as_uuid(), customer.as_uuid(), columns::millis(at))
            .map(|rows| rows == 1)
    }

    /// False: a user of another customer signs in with this address and a password of theirs.
    pub async fn set_password(&mut self, id: CustomerUserId, password_hash: &str) -> Result<bool, StoreError> {
        execute!(self.source, SET_PASSWORD, id.as_uuid(), password_hash).map(|rows| rows == 1)
    }

    /// False: they have one.
    pub async fn set_identity(&mut self, id: CustomerUserId, identity: &Identity) -> Result<bool, StoreError> {
        let (issuer, subject) = (identity.issuer.as_str(), identity.subject.as_str());
        execute!(self.source, SET_IDENTITY, id.as_uuid(), issuer, subject).map(|rows| rows == 1)
    }

    /// False: they have one, or a colleague has this one.
    pub async fn set_external_id(&mut self, customer: CustomerId, id: CustomerUserId, external_id: &str) -> Result<bool, StoreError> {
        execute!(self.source.within(Scope::Customer(customer)), SET_EXTERNAL, id.as_uuid(), customer.as_uuid(), external_id)
            .map(|rows| rows == 1)
    }

    /// With their links; what they connected has to be gone before. False: there is no such user.
    pub async fn delete(&mut self, customer: CustomerId, id: CustomerUserId) -> Result<bool, StoreError> {
        execute!(self.source.within(Scope::Customer(customer)), DELETE, id.as_uuid(), customer.as_uuid()).map(|rows| rows == 1)
    }

    pub async fn signed_in(&mut self, id: CustomerUserId, now: Timestamp) -> Result<(), StoreError> {
        execute!(self.source, SIGNED_IN, id.as_uuid(), now.as_millis()).map(drop)
    }
}

impl TryFrom<Row> for CustomerUser {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: CustomerUserId::from_uuid(row.id),
            customer_id: CustomerId::from_uuid(row.customer_id),
            external_id: row.external_id,
            email: row.email,
            name: row.name,
            role: row.role.parse().map_err(|()| StoreError::unreadable("customer_users.role"))?,
            password_hash: row.password_hash,
            identity: row.issuer.zip(row.subject).map(|(issuer, subject)| Identity { issuer, subject }),
            created_at: Timestamp::from_millis(row.created_at),
            signed_in_at: columns::time(row.signed_in_at),
            disabled_at: columns::time(row.disabled_at),
        })
    }
}
