//! Many connections checked one after the other: starting it, and looking at it.

use actix_web::{
    HttpResponse,
    web::{Data, Path, Query},
};
use serde::Deserialize;

use crate::{
    domain::{
        bulk_check::{BulkCheck, BulkSelection},
        ids::BulkCheckId,
        key::Key,
        user::Role,
    },
    flows::{
        Context,
        bulk_checks::{self, Found, Look},
    },
    web::{
        errors::Failure,
        forms::Posted,
        pages::{ok, see_other},
        present::{self, slot::ago},
        session::{self, Admin},
        urls::admin as urls,
        view::{
            Exit, Form,
            admin::{
                Section,
                bulk_checks::{BulkIndex, BulkRow, BulkShow, FoundRow},
            },
            field::Choice,
            slot::reason,
        },
        words::Words,
    },
};

#[derive(Deserialize)]
pub struct IndexQuery {
    /// Chosen already.
    integration: Option<String>,
}

pub async fn index(context: Data<Context>, admin: Admin, query: Query<IndexQuery>) -> Result<HttpResponse, Failure> {
    let words = present::words();
    let console = present::admin::console(&context, &admin, Section::Integrations)?;
    let integrations = bulk_checks::integrations(&context).await?;
    let before = context.store().read().bulk_checks().list(20).await?;
    let row = |bulk: &BulkCheck| {
        let named = bulk.integration.as_ref().and_then(|key| integrations.iter().find(|(known, _)| known == key));
        let ended = if bulk.ended_at.is_some() { "bulk-row-over" } else { "bulk-row-open" };
        BulkRow {
            title: title(words, named.map(|(_, name)| name.as_str())),
            href: urls::bulk_check(bulk.id),
            note: words.with(ended, "when", ago(words, bulk.created_at, context.now())),
        }
    };
    ok(&BulkIndex {
        words,
        frame: present::frame(&context, Exit::None, session::take_flash(&admin.session)),
        form: admin.is_at_least(Role::Support).then(|| Form {
            action: urls::BULK_CHECKS.into(),
            csrf: console.csrf.clone(),
            version: String::new(),
        }),
        console,
        before: before.iter().map(row).collect(),
        integrations: integrations
            .iter()
            .map(|(key, name)| Choice {
                selected: query.integration.as_deref() == Some(key.as_str()),
                value: key.to_string(),
                label: name.clone(),
            })
            .collect(),
    })
}

fn title(words: Words, integration: Option<&str>) -> String {
    match integration {
        Some(integration) => words.with("bulk-title-of", "integration", integration),
        None => words.t("bulk-title-all"),
    }
}

/// `integration`: its key, or nothing for every one; an unknown one has no connections.
pub async fn create(context: Data<Context>, admin: Admin, form: Posted) -> Result<HttpResponse, Failure> {
    let integration = match form.get("integration").unwrap_or_default() {
        "" => None,
        key => Some(Key::parse(key).map_err(|_| Failure::NotFound)?),
    };
    let selection = BulkSelection { integration, only_broken: form.get("only_broken").is_some() };
    let id = bulk_checks::start(&context, (admin.id, admin.role), &selection).await?;
    Ok(see_other(&urls::bulk_check(id)))
}

pub async fn show(context: Data<Context>, admin: Admin, path: Path<String>) -> Result<HttpResponse, Failure> {
    let id: BulkCheckId = path.parse().map_err(|_| Failure::NotFound)?;
    let Look { bulk, integration, progress, failed } = bulk_checks::show(&context, id).await?.ok_or(Failure::NotFound)?;
    let (words, organization) = (present::words(), context.organization().name.as_str());
    let in_words = |outcome: &str, connector: &str| match outcome {
        "passed" | "not_declared" | "not_connected" => words.t(&format!("bulk-outcome-{}", outcome.replace('_', "-"))),
        code => reason(words, code, "admin", connector, organization, "").0,
    };
    let row = |found: &Found| FoundRow {
        customer: found.customer.clone(),
        slot: found.connector.clone(),
        href: urls::connection(found.instance_id, &found.slot),
        reason: in_words(&found.outcome, &found.connector),
    };
    ok(&BulkShow {
        words,
        frame: present::frame(&context, Exit::None, None),
        console: present::admin::console(&context, &admin, Section::Integrations)?,
        title: title(words, integration.as_deref()),
        href: urls::bulk_check(id),
        back_href: urls::BULK_CHECKS.into(),
        total: progress.total,
        checked: progress.checked,
        is_over: bulk.ended_at.is_some(),
        outcomes: progress.outcomes.iter().map(|(outcome, count)| (in_words(outcome, &words.t("bulk-the-service")), *count)).collect(),
        failed: failed.iter().map(row).collect(),
    })
}
