//! `/instances/{id}/deployments`: turning an integration on, and pausing it.

use actix_web::{HttpResponse, web};
use serde_json::{Value as Json, json};

use super::{instances, parameters::instance_id};
use crate::{
    domain::{access::Scope, ids::InstanceId, journey::Missing},
    flows::{
        Context,
        configure::{self, MissingPart, ReviewPage, TurnOn},
        instances::{self as flow, Paused},
        prefill,
    },
    web::{access::ApiCaller, errors::Failure},
};

/// Turning on what is on applies what changed since.
pub async fn create(context: web::Data<Context>, caller: ApiCaller, instance: web::Path<String>) -> Result<HttpResponse, Failure> {
    let id = instance_id(&instance)?;
    match configure::turn_on(&context, Scope::Organization, &caller.actor(), id).await? {
        TurnOn::On { instance, .. } => instances::answer(&context, *instance).await,
        TurnOn::Missing(review) => Err(incomplete(&context, id, &review).await?),
        TurnOn::NotFound => Err(Failure::NotFound),
    }
}

/// 422 with `missing`: a slot with its inputs, a variable, or a page that nobody has seen yet.
async fn incomplete(context: &Context, id: InstanceId, review: &ReviewPage) -> Result<Failure, Failure> {
    let connections = prefill::list(context, Scope::Organization, id).await?.unwrap_or_default();
    let listed = |part: &MissingPart| -> Json {
        match &part.what {
            Missing::Slot { page, slot } => {
                let found = connections.iter().find(|connection| connection.slot == *slot);
                let (status, inputs) = found.map_or(("not_connected", &[][..]), |found| (found.status.status(), &found.missing[..]));
                json!({"slot": slot, "page": page, "label": part.label, "status": status, "inputs": inputs})
            }
            Missing::Variable { page, variable } => json!({"variable": variable, "page": page, "label": part.label}),
            Missing::Page { page } => json!({"page": page, "label": part.label}),
        }
    };
    let missing: Vec<Json> = review.missing.iter().map(listed).collect();
    let labels: Vec<&str> = review.missing.iter().map(|part| part.label.as_str()).collect();
    let detail = format!("Nothing was turned on. Still missing: {}.", labels.join(", "));
    Ok(Failure::Unprocessable { code: "incomplete", detail, extra: json!({"missing": missing}) })
}

pub async fn destroy(context: web::Data<Context>, caller: ApiCaller, instance: web::Path<String>) -> Result<HttpResponse, Failure> {
    match flow::pause(&context, Scope::Organization, &caller.actor(), instance_id(&instance)?).await? {
        Paused::Instance(instance) => instances::answer(&context, *instance).await,
        Paused::NotActive => Err(Failure::Conflict {
            code: "not_active",
            detail: "Only an instance that is turned on can be paused.".into(),
            extra: json!({}),
        }),
        Paused::NotFound => Err(Failure::NotFound),
    }
}
