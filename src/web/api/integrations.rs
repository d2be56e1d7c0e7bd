//! `/integrations`: the current version of each, page by page.

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::{Listing, inputs::InputShape, parameters::Page};
use crate::{
    domain::{
        integration::{self, Element, Integration, Slot, SlotSource},
        key::Key,
    },
    flows::{Context, Published},
    manifest::Kind,
    web::errors::Failure,
};

#[derive(Serialize)]
struct IntegrationShape<'i> {
    key: &'i Key,
    name: &'i str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'i str>,
    version: i64,
    pages: Vec<PageShape<'i>>,
}

#[derive(Serialize)]
struct PageShape<'i> {
    key: &'i Key,
    title: &'i str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'i str>,
    elements: Vec<ElementShape<'i>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum ElementShape<'i> {
    Slot(SlotShape<'i>),
    Variable {
        variable: &'i Key,
        #[serde(flatten)]
        input: Box<InputShape<'i>>,
    },
    Text {
        text: &'i str,
    },
}

/// Without the values that the organization set here: some are secrets.
#[derive(Serialize)]
struct SlotShape<'i> {
    connection: &'i Key,
    #[serde(skip_serializing_if = "Option::is_none")]
    r#type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reusable: Option<&'i Key>,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'i str>,
    required: bool,
    /// Each user of the customer connects one of their own.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    per_user: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    preset: Option<&'i Key>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexQuery {
    limit: Option<i64>,
    cursor: Option<String>,
}

/// By key.
pub async fn index(context: web::Data<Context>, query: web::Query<IndexQuery>) -> Result<HttpResponse, Failure> {
    let page = Page::<Key>::new(query.limit, query.cursor.as_deref())?;
    let documents = context.store().read().documents().list_current(Kind::Integration.as_str()).await?;
    let after = |key: &str| page.cursor.as_ref().is_none_or(|cursor| key > cursor.as_str());
    let wanted = documents.iter().filter(|document| after(document.key.as_str()));
    let mut published: Vec<Arc<Published>> = Vec::new();
    for document in wanted.take(usize::try_from(page.rows_to_read()).unwrap_or_default()) {
        let key = Key::parse(document.key.as_str()).map_err(|_| Failure::NotFound)?;
        published.extend(context.integration(&key, document.version).await?);
    }
    let next_cursor = page.cut(&mut published, |published| published.integration.key.clone());
    let items = published.iter().map(|published| shape(&published.integration)).collect();
    Ok(HttpResponse::Ok().json(Listing { items, next_cursor }))
}

pub async fn show(context: web::Data<Context>, key: web::Path<String>) -> Result<HttpResponse, Failure> {
    let key = Key::parse(key.into_inner()).map_err(|_| Failure::NotFound)?;
    let published = context.current_integration(&key).await?.ok_or(Failure::NotFound)?;
    Ok(HttpResponse::Ok().json(shape(&published.integration)))
}

fn shape(integration: &Integration) -> IntegrationShape<'_> {
    IntegrationShape {
        key: &integration.key,
        name: &integration.name,
        description: integration.description.as_deref(),
        version: integration.version,
        pages: integration.pages.iter().map(page_shape).collect(),
    }
}

fn page_shape(page: &integration::Page) -> PageShape<'_> {
    let elements = page.elements.iter().map(element_shape).collect();
    PageShape { key: &page.key, title: &page.title, description: page.description.as_deref(), elements }
}

fn element_shape(element: &Element) -> ElementShape<'_> {
    match element {
        Element::Slot(slot) => ElementShape::Slot(slot_shape(slot)),
        Element::Variable(input) => ElementShape::Variable { variable: &input.key, input: Box::new(InputShape::from(&**input)) },
        Element::Text(text) => ElementShape::Text { text },
    }
}

fn slot_shape(slot: &Slot) -> SlotShape<'_> {
    let (type_ref, reusable) = match &slot.source {
        SlotSource::Type(type_ref) | SlotSource::PerUser(type_ref) => (Some(type_ref.to_string()), None),
        SlotSource::Reusable(key) => (None, Some(key)),
    };
    SlotShape {
        connection: &slot.key,
        r#type: type_ref,
        reusable,
        label: slot.label.as_deref(),
        required: slot.required,
        per_user: slot.is_per_user(),
        preset: slot.preset.as_ref(),
    }
}
