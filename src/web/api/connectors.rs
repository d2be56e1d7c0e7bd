//! `/connectors`: what is applied, with each connection type's inputs.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::{Listing, inputs::InputShape, parameters::Page};
use crate::{
    domain::{auth::Grant, connection_type::ConnectionType, connector::Connector, key::Key},
    flows::Context,
    manifest::Kind,
    web::errors::Failure,
};

#[derive(Serialize)]
struct ConnectorShape<'c> {
    key: &'c Key,
    name: &'c str,
    #[serde(skip_serializing_if = "Option::is_none")]
    icon: Option<&'c str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    docs_url: Option<&'c str>,
    connection_types: Vec<TypeShape<'c>>,
}

#[derive(Serialize)]
struct TypeShape<'c> {
    key: &'c Key,
    name: &'c str,
    auth: AuthShape,
    inputs: Vec<InputShape<'c>>,
    /// Whether a check is declared.
    has_check: bool,
}

#[derive(Serialize)]
struct AuthShape {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    grant: Option<&'static str>,
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
    let documents = context.store().read().documents().list_current(Kind::Connector.as_str()).await?;
    let after = |key: &str| page.cursor.as_ref().is_none_or(|cursor| key > cursor.as_str());
    let wanted = documents.iter().filter(|document| after(document.key.as_str()));
    let mut connectors = Vec::new();
    for document in wanted.take(usize::try_from(page.rows_to_read()).unwrap_or_default()) {
        let key = Key::parse(document.key.as_str()).map_err(|_| Failure::NotFound)?;
        connectors.extend(context.connector(&key, document.version).await?);
    }
    let next_cursor = page.cut(&mut connectors, |connector| connector.key.clone());
    let items = connectors.iter().map(|connector| shape(connector)).collect();
    Ok(HttpResponse::Ok().json(Listing { items, next_cursor }))
}

pub async fn show(context: web::Data<Context>, key: web::Path<String>) -> Result<HttpResponse, Failure> {
    let key = Key::parse(key.into_inner()).map_err(|_| Failure::NotFound)?;
    let connector = context.current_connector(&key).await?.ok_or(Failure::NotFound)?;
    Ok(HttpResponse::Ok().json(shape(&connector)))
}

fn shape(connector: &Connector) -> ConnectorShape<'_> {
    ConnectorShape {
        key: &connector.key,
        name: &connector.name,
        icon: connector.icon.as_deref(),
        docs_url: connector.docs_url.as_deref(),
        connection_types: connector.connection_types.iter().map(type_shape).collect(),
    }
}

fn type_shape(connection_type: &ConnectionType) -> TypeShape<'_> {
    let grant = connection_type.auth().oauth2().map(|oauth2| match oauth2.grant {
        Grant::AuthorizationCode => "authorization_code",
        Grant::ClientCredentials => "client_credentials",
        Grant::JwtBearer => "jwt_bearer",
    });
    TypeShape {
        key: connection_type.key(),
        name: connection_type.name(),
        auth: AuthShape { kind: connection_type.auth().kind(), grant },
        inputs: connection_type.inputs().iter().map(InputShape::from).collect(),
        has_check: connection_type.check().is_some(),
    }
}
