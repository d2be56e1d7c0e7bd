//! The calls of the API: for keys, and for nobody else.

use crate::{
    domain::access::ApiScope::{Connections, Credentials, Manage, Manifests},
    web::{
        access::Who::{Api, Workflows},
        api,
    },
};

routes! {
    // The first pattern that matches is taken: the call that steps make all the time waits for no other.
    GET "/api/v1/instances/{instance}/connections/{slot}/credentials" => api::credentials::show, Api(Credentials);

    POST "/api/v1/customers" => api::customers::create, Api(Manage);
    GET "/api/v1/customers" => api::customers::index, Api(Manage);
    GET "/api/v1/customers/{customer}" => api::customers::show, Api(Manage);
    PATCH "/api/v1/customers/{customer}" => api::customers::update, Api(Manage);
    DELETE "/api/v1/customers/{customer}" => api::customers::destroy, Api(Manage);
    GET "/api/v1/customers/{customer}/users" => api::customer_users::index, Api(Manage);
    POST "/api/v1/customers/{customer}/users" => api::customer_users::create, Api(Manage);
    GET "/api/v1/customers/{customer}/users/{user}" => api::customer_users::show, Api(Manage);
    DELETE "/api/v1/customers/{customer}/users/{user}" => api::customer_users::destroy, Api(Manage);
    POST "/api/v1/customers/{customer}/tokens" => api::tokens::create, Api(Manage);

    GET "/api/v1/connectors" => api::connectors::index, Api(Manage);
    GET "/api/v1/connectors/{key}" => api::connectors::show, Api(Manage);
    GET "/api/v1/integrations" => api::integrations::index, Api(Manage);
    GET "/api/v1/integrations/{key}" => api::integrations::show, Api(Manage);
    GET "/api/v1/integrations/{integration}/test/connections/{slot}" => api::connections::show, Api(Manage);
    PUT "/api/v1/integrations/{integration}/test/connections/{slot}" => api::connections::update, Api(Manage);
    GET "/api/v1/integrations/{integration}/test/connections/{slot}/credentials" => api::credentials::show, Api(Credentials);
    GET "/api/v1/integrations/{integration}/test/connections/{slot}/checks" => api::checks::index, Api(Manage);
    POST "/api/v1/integrations/{integration}/test/connections/{slot}/checks" => api::checks::create, Api(Manage);
    POST "/api/v1/integrations/{integration}/test/connections/{slot}/refreshes" => api::refreshes::create, Api(Manage);
    DELETE "/api/v1/integrations/{integration}/test/connections/{slot}/authorization" => api::authorization::destroy, Api(Manage);
    POST "/api/v1/manifests" => api::manifests::create, Api(Manifests);

    POST "/api/v1/instances" => api::instances::create, Api(Manage);
    GET "/api/v1/instances" => api::instances::index, Api(Manage);
    GET "/api/v1/instances/{instance}" => api::instances::show, Api(Manage);
    PATCH "/api/v1/instances/{instance}" => api::instances::update, Api(Manage);
    POST "/api/v1/instances/{instance}/deployments" => api::deployments::create, Api(Manage);
    DELETE "/api/v1/instances/{instance}/deployments" => api::deployments::destroy, Api(Manage);

    GET "/api/v1/instances/{instance}/connections" => api::connections::index, Api(Manage);
    GET "/api/v1/instances/{instance}/connections/{slot}" => api::connections::show, Api(Manage);
    PUT "/api/v1/instances/{instance}/connections/{slot}" => api::connections::update, Api(Manage);
    GET "/api/v1/instances/{instance}/connections/{slot}/users" => api::instance_users::index, Api(Manage);
    GET "/api/v1/instances/{instance}/connections/{slot}/checks" => api::checks::index, Api(Manage);
    POST "/api/v1/instances/{instance}/connections/{slot}/checks" => api::checks::create, Api(Manage);
    POST "/api/v1/instances/{instance}/connections/{slot}/refreshes" => api::refreshes::create, Api(Manage);
    DELETE "/api/v1/instances/{instance}/connections/{slot}/authorization" => api::authorization::destroy, Api(Manage);
    POST "/api/v1/instances/{instance}/connections/{slot}/failures" => api::failures::create, Api(Credentials);

    GET "/api/v1/reusable-connections" => api::reusable_connections::index, Workflows(Connections);
    GET "/api/v1/reusable-connections/{key}" => api::reusable_connections::show, Api(Manage);
    GET "/api/v1/reusable-connections/{key}/customers/{customer}" => api::reusable_connections::show_customer, Api(Manage);
    PUT "/api/v1/reusable-connections/{key}/customers/{customer}" => api::reusable_connections::update_customer, Api(Manage);
    GET "/api/v1/reusable-connections/{key}/organization" => api::reusable_connections::show_organization, Api(Manage);
    PUT "/api/v1/reusable-connections/{key}/organization" => api::reusable_connections::update_organization, Api(Manage);
    GET "/api/v1/reusable-connections/{definition}/test" => api::connections::show, Api(Manage);
    PUT "/api/v1/reusable-connections/{definition}/test" => api::connections::update, Api(Manage);
    GET "/api/v1/reusable-connections/{definition}/test/checks" => api::checks::index, Api(Manage);
    POST "/api/v1/reusable-connections/{definition}/test/checks" => api::checks::create, Api(Manage);
    POST "/api/v1/reusable-connections/{definition}/test/refreshes" => api::refreshes::create, Api(Manage);
    DELETE "/api/v1/reusable-connections/{definition}/test/authorization" => api::authorization::destroy, Api(Manage);

    GET "/api/v1/customers/{customer}/connections" => api::saved_connections::index, Workflows(Connections);
    POST "/api/v1/customers/{customer}/connections" => api::saved_connections::create, Api(Manage);
    GET "/api/v1/connections/{connection}" => api::connections::show, Workflows(Connections);
    PATCH "/api/v1/connections/{connection}" => api::saved_connections::update, Api(Manage);
    DELETE "/api/v1/connections/{connection}" => api::saved_connections::destroy, Api(Manage);
    GET "/api/v1/connections/{connection}/credentials" => api::credentials::show, Workflows(Credentials);
    GET "/api/v1/connections/{connection}/usage" => api::saved_connections::usage, Api(Manage);
    GET "/api/v1/connections/{connection}/checks" => api::checks::index, Api(Manage);
    POST "/api/v1/connections/{connection}/checks" => api::checks::create, Workflows(Connections);
    POST "/api/v1/connections/{connection}/refreshes" => api::refreshes::create, Api(Manage);
    DELETE "/api/v1/connections/{connection}/authorization" => api::authorization::destroy, Api(Manage);
    POST "/api/v1/connections/{connection}/failures" => api::failures::create, Workflows(Credentials);

    POST "/api/v1/links" => api::links::create, Workflows(Connections);
    GET "/api/v1/audit-events" => api::audit_events::index, Api(Manage);

    POST "/api/v1/webhook-endpoints" => api::webhook_endpoints::create, Api(Manage);
    GET "/api/v1/webhook-endpoints" => api::webhook_endpoints::index, Api(Manage);
    GET "/api/v1/webhook-endpoints/{endpoint}" => api::webhook_endpoints::show, Api(Manage);
    PATCH "/api/v1/webhook-endpoints/{endpoint}" => api::webhook_endpoints::update, Api(Manage);
    DELETE "/api/v1/webhook-endpoints/{endpoint}" => api::webhook_endpoints::destroy, Api(Manage);
    POST "/api/v1/webhook-endpoints/{endpoint}/secret-rotations" => api::webhook_endpoints::rotate, Api(Manage);
    POST "/api/v1/webhook-endpoints/{endpoint}/tests" => api::webhook_endpoints::test, Api(Manage);
    GET "/api/v1/webhook-endpoints/{endpoint}/deliveries" => api::webhook_deliveries::index, Api(Manage);
    GET "/api/v1/webhook-deliveries/{delivery}" => api::webhook_deliveries::show, Api(Manage);
    POST "/api/v1/webhook-deliveries/{delivery}/replays" => api::webhook_deliveries::replay, Api(Manage);
}
