//! What the console's one search field finds, a few of each: customers by any part, all else by how it begins.

use sqlx::FromRow;
use uuid::Uuid;

use super::{
    StoreError, by_name, columns,
    statement::{Source, fetch, statements},
};
use crate::domain::{
    ids::{CustomerId, InstanceId},
    key::Key,
};

/// It is the organization's, so it takes no scope.
pub struct Search<'a> {
    pub(super) source: Source<'a>,
}

#[derive(Debug)]
pub struct FoundInstance {
    pub id: InstanceId,
    pub name: String,
    pub customer: String,
}

#[derive(Debug)]
pub struct FoundAccount {
    pub instance_id: InstanceId,
    pub slot: Key,
    pub account: String,
    pub customer: String,
}

/// Somebody of a customer's, or for whom a link was made.
#[derive(Debug)]
pub struct FoundPerson {
    pub email: String,
    pub name: String,
    pub customer_id: CustomerId,
    pub customer: String,
}

#[derive(FromRow)]
struct AccountRow {
    instance_id: Uuid,
    slot: String,
    account: String,
    customer: String,
}

// Postgres compares by bytes only where it is told so; SQLite always does.
macro_rules! instances {
    ($key:literal) => {
        concat!(
            "SELECT i.id, i.name, c.name FROM instances i JOIN customers c ON c.id = i.customer_id WHERE ",
            $key,
            " >= $1 AND ",
            $key,
            " < $2 ORDER BY ",
            $key,
            " LIMIT $3"
        )
    };
}
macro_rules! accounts {
    ($key:literal) => {
        concat!(
            "SELECT a.instance_id, a.slot, a.account, c.name AS customer FROM connections a JOIN customers c ON c.id = a.customer_id
             WHERE a.owner = 'slot' AND a.user_id IS NULL AND ",
            $key,
            " >= $1 AND ",
            $key,
            " < $2 ORDER BY ",
            $key,
            " LIMIT $3"
        )
    };
}
macro_rules! people {
    ($key:literal) => {
        concat!(
            "SELECT MIN(l.user_email), MIN(l.user_name), l.customer_id, MIN(c.name) FROM links l JOIN customers c ON c.id = l.customer_id
             WHERE l.user_email IS NOT NULL AND ",
            $key,
            " >= $1 AND ",
            $key,
            " < $2
             GROUP BY ",
            $key,
            ", l.customer_id ORDER BY ",
            $key,
            " LIMIT $3"
        )
    };
}

macro_rules! users {
    ($key:literal) => {
        concat!(
            "SELECT u.email, u.name, u.customer_id, c.name FROM customer_users u JOIN customers c ON c.id = u.customer_id WHERE ",
            $key,
            " >= $1 AND ",
            $key,
            " < $2 ORDER BY ",
            $key,
            " LIMIT $3"
        )
    };
}

statements! {
    USERS = split { sqlite: users!("u.email"), postgres: users!("u.email COLLATE \"C\"") };
    INSTANCES = split { sqlite: instances!("lower(i.name)"), postgres: instances!("lower(i.name) COLLATE \"C\"") };
    INSTANCE = both("SELECT i.id, i.name, c.name FROM instances i JOIN customers c ON c.id = i.customer_id WHERE i.id = $1");
    ACCOUNTS = both(accounts!("a.account_key"));
    PEOPLE = split { sqlite: people!("lower(l.user_email)"), postgres: people!("lower(l.user_email) COLLATE \"C\"") };
}

impl Search<'_> {
    /// By id, or by how the name begins.
    pub async fn instances(&mut self, text: &str, limit: i64) -> Result<Vec<FoundInstance>, StoreError> {
        let rows = match text.trim().parse::<Uuid>() {
            Ok(id) => fetch!(fetch_all as (Uuid, String, String); self.source, INSTANCE, id),
            Err(_) => {
                let (from, to) = by_name::beginning_with(text);
                fetch!(fetch_all as (Uuid, String, String); self.source, INSTANCES, from.as_str(), to.as_str(), limit)
            }
        }?;
        Ok(rows.into_iter().map(|(id, name, customer)| FoundInstance { id: InstanceId::from_uuid(id), name, customer }).collect())
    }

    pub async fn accounts(&mut self, text: &str, limit: i64) -> Result<Vec<FoundAccount>, StoreError> {
        let (from, to) = by_name::beginning_with(text);
        let rows = fetch!(fetch_all as AccountRow; self.source, ACCOUNTS, from.as_str(), to.as_str(), limit)?;
        let found = |row: AccountRow| {
            let (instance_id, slot) = (InstanceId::from_uuid(row.instance_id), columns::key(row.slot)?);
            Ok(FoundAccount { instance_id, slot, account: row.account, customer: row.customer })
        };
        rows.into_iter().map(found).collect()
    }

    /// Each once a customer, however many links there are.
    pub async fn people(&mut self, text: &str, limit: i64) -> Result<Vec<FoundPerson>, StoreError> {
        let (from, to) = by_name::beginning_with(text);
        let mut rows = fetch!(fetch_all as (String, String, Uuid, String); self.source, USERS, from.as_str(), to.as_str(), limit)?;
        rows.extend(fetch!(fetch_all as (String, String, Uuid, String); self.source, PEOPLE, from.as_str(), to.as_str(), limit)?);
        let mut people: Vec<FoundPerson> = Vec::new();
        for (email, name, customer_id, customer) in rows {
            let person = FoundPerson { email, name, customer_id: CustomerId::from_uuid(customer_id), customer };
            let is_known = |known: &FoundPerson| known.customer_id == person.customer_id && known.email.eq_ignore_ascii_case(&person.email);
            if !people.iter().any(is_known) {
                people.push(person);
            }
        }
        Ok(people)
    }
}
