//! What the organization's own users see, a paragraph a resource.

use crate::{
    domain::user::Role::{Admin, Owner, Support, Viewer},
    web::{
        access::Who::{Anyone, LinkHolder, OrgUser, RecentOrgUser},
        pages::admin,
    },
};

routes! {
    GET "/admin" => admin::home::show, OrgUser(Viewer);

    GET "/admin/instances/{instance}" => admin::instances::show, OrgUser(Viewer);
    GET "/admin/instances/{instance}/preview/{page}" => admin::instances::preview, OrgUser(Viewer);
    POST "/admin/instances/{instance}/pause" => admin::instances::pause, OrgUser(Admin);
    POST "/admin/instances/{instance}/deployment" => admin::instances::deploy, OrgUser(Admin);
    GET "/admin/bulk-checks" => admin::bulk_checks::index, OrgUser(Viewer);
    POST "/admin/bulk-checks" => admin::bulk_checks::create, OrgUser(Support);
    GET "/admin/bulk-checks/{bulk_check}" => admin::bulk_checks::show, OrgUser(Viewer);
    GET "/admin/presets" => admin::presets::index, OrgUser(Viewer);
    POST "/admin/presets" => admin::presets::create, OrgUser(Admin);
    GET "/admin/presets/new" => admin::presets::new, OrgUser(Admin);
    GET "/admin/presets/{preset}" => admin::presets::edit, OrgUser(Admin);
    POST "/admin/presets/{preset}" => admin::presets::update, OrgUser(Admin);
    POST "/admin/presets/{preset}/trial" => admin::presets::try_out, OrgUser(Admin);
    POST "/admin/instances/{instance}/users/{user}/link" => admin::instance_users::link, OrgUser(Support);
    GET "/admin/instances/{instance}/acting" => admin::acting::new, OrgUser(Admin);
    POST "/admin/instances/{instance}/acting" => admin::acting::create, OrgUser(Admin);
    POST "/admin/acting/end" => admin::acting::destroy, OrgUser(Viewer);
    GET "/admin/customers/{customer}/links" => admin::links::index, OrgUser(Viewer);
    POST "/admin/customers/{customer}/links" => admin::links::create, OrgUser(Support);
    POST "/admin/links/{link}/renewal" => admin::links::renew, OrgUser(Support);
    POST "/admin/links/{link}/revocation" => admin::links::revoke, OrgUser(Support);
    GET "/admin/instances/{instance}/connections/{slot}" => admin::connections::show, OrgUser(Viewer);
    POST "/admin/instances/{instance}/connections/{slot}/checks" => admin::connections::check, OrgUser(Support);
    POST "/admin/instances/{instance}/connections/{slot}/links" => admin::connections::link, OrgUser(Support);
    POST "/admin/instances/{instance}/connections/{slot}/refreshes" => admin::connections::refresh, OrgUser(Admin);
    POST "/admin/instances/{instance}/connections/{slot}/authorizations" => admin::connections::connect, OrgUser(Admin);
    GET "/admin/instances/{instance}/connections/{slot}/account" => admin::accounts::edit, OrgUser(Admin);
    POST "/admin/instances/{instance}/connections/{slot}/account" => admin::accounts::update, OrgUser(Admin);
    GET "/admin/instances/{instance}/connections/{slot}/values" => admin::values::edit, OrgUser(Admin);
    POST "/admin/instances/{instance}/connections/{slot}/values" => admin::values::update, OrgUser(Admin);
    GET "/admin/instances/{instance}/connections/{slot}/disconnection" => admin::connections::edit, OrgUser(Admin);
    POST "/admin/instances/{instance}/connections/{slot}/disconnection" => admin::connections::destroy, OrgUser(Admin);
    POST "/admin/instances/{instance}/connections/{slot}/restoration" => admin::connections::restore, OrgUser(Admin);

    GET "/admin/reusable-connections" => admin::reusable_connections::index, OrgUser(Viewer);
    GET "/admin/reusable-connections/{definition}" => admin::reusable_connections::show, OrgUser(Viewer);
    POST "/admin/reusable-connections/{definition}/disablement" => admin::reusable_connections::disable, OrgUser(Admin);
    POST "/admin/reusable-connections/{definition}/enablement" => admin::reusable_connections::enable, OrgUser(Admin);
    GET "/admin/reusable-connections/{definition}/values/{whose}" => admin::reusable_values::edit, OrgUser(Admin);
    POST "/admin/reusable-connections/{definition}/values/{whose}" => admin::reusable_values::update, OrgUser(Admin);
    POST "/admin/reusable-connections/{definition}/values/{whose}/checks" => admin::reusable_values::check, OrgUser(Admin);
    POST "/admin/reusable-connections/{definition}/values/{whose}/authorizations" => admin::reusable_values::connect, OrgUser(Admin);
    GET "/admin/reusable-connections/{definition}/values/{whose}/disconnection" => admin::reusable_values::ending, OrgUser(Admin);
    POST "/admin/reusable-connections/{definition}/values/{whose}/disconnection" => admin::reusable_values::disconnect, OrgUser(Admin);

    GET "/admin/session" => admin::sessions::new, Anyone;
    POST "/admin/session" => admin::sessions::create, Anyone;
    POST "/admin/session/sso" => crate::web::pages::sso::begin, Anyone;
    GET "/admin/session/code" => admin::codes::new, Anyone;
    POST "/admin/session/code" => admin::codes::create, Anyone;
    GET "/admin/session/confirmation" => admin::confirmations::new, OrgUser(Viewer);
    POST "/admin/session/confirmation" => admin::confirmations::create, OrgUser(Viewer);
    POST "/admin/session/end" => admin::sessions::destroy, OrgUser(Viewer);

    GET "/admin/integrations" => admin::integrations::index, OrgUser(Viewer);
    GET "/admin/integrations/{key}" => admin::integrations::show, OrgUser(Viewer);
    GET "/admin/integrations/{key}/tests/{slot}" => admin::slot_tests::edit, OrgUser(Admin);
    POST "/admin/integrations/{key}/tests/{slot}" => admin::slot_tests::update, OrgUser(Admin);
    POST "/admin/integrations/{key}/tests/{slot}/checks" => admin::slot_tests::check, OrgUser(Admin);
    POST "/admin/integrations/{key}/tests/{slot}/authorizations" => admin::slot_tests::connect, OrgUser(Admin);
    GET "/admin/integrations/{key}/tests/{slot}/disconnection" => admin::slot_tests::ending, OrgUser(Admin);
    POST "/admin/integrations/{key}/tests/{slot}/disconnection" => admin::slot_tests::disconnect, OrgUser(Admin);
    GET "/admin/integrations/{key}/changes" => admin::integrations::changes, OrgUser(Viewer);

    GET "/admin/connectors" => admin::connectors::index, OrgUser(Viewer);
    GET "/admin/connectors/{key}" => admin::connectors::show, OrgUser(Viewer);
    GET "/admin/connectors/{key}/docs" => admin::connectors::docs, OrgUser(Viewer);
    GET "/admin/connectors/{key}/changes" => admin::connectors::changes, OrgUser(Viewer);

    GET "/admin/manifests" => admin::manifests::new, OrgUser(Admin);
    POST "/admin/manifests" => admin::manifests::create, OrgUser(Admin);
    GET "/admin/manifests/export" => admin::manifests::export, OrgUser(Admin);
    GET "/admin/manifests/plans/{plan}" => admin::manifests::show, OrgUser(Admin);
    POST "/admin/manifests/plans/{plan}" => admin::manifests::apply, OrgUser(Admin);
    POST "/admin/manifests/plans/{plan}/discard" => admin::manifests::discard, OrgUser(Admin);
    POST "/admin/manifests/catalogue/{key}" => admin::manifests::add, OrgUser(Admin);

    GET "/admin/alerts" => admin::alerts::index, OrgUser(Viewer);
    POST "/admin/alerts/subscription" => admin::alerts::subscribe, OrgUser(Viewer);
    POST "/admin/alerts/{alert}/acknowledgement" => admin::alerts::acknowledge, OrgUser(Support);
    POST "/admin/alerts/{alert}/acknowledgement/end" => admin::alerts::release, OrgUser(Support);
    POST "/admin/alerts/{alert}/mutes" => admin::alerts::mute, OrgUser(Support);
    POST "/admin/alerts/mutes/{mute}/end" => admin::alerts::unmute, OrgUser(Support);

    GET "/admin/settings" => admin::settings::show, OrgUser(Viewer);
    POST "/admin/settings" => admin::settings::update, OrgUser(Admin);
    POST "/admin/settings/test-mail" => admin::settings::test_mail, OrgUser(Admin);
    GET "/admin/account" => admin::account::show, OrgUser(Viewer);
    POST "/admin/account/password" => admin::account::update, OrgUser(Viewer);
    GET "/admin/account/second-step" => admin::second_step::new, RecentOrgUser(Viewer);
    POST "/admin/account/second-step" => admin::second_step::create, RecentOrgUser(Viewer);
    POST "/admin/account/second-step/end" => admin::second_step::destroy, RecentOrgUser(Viewer);
    POST "/admin/account/recovery-codes" => admin::second_step::renew_codes, RecentOrgUser(Viewer);
    POST "/admin/account/sessions/end" => admin::user_sessions::destroy_own, OrgUser(Viewer);
    POST "/admin/account/sessions/{session}/end" => admin::user_sessions::destroy_one_own, OrgUser(Viewer);

    GET "/admin/audit" => admin::audit::index, OrgUser(Viewer);
    GET "/admin/audit/export" => admin::audit::export, OrgUser(Viewer);

    GET "/admin/users" => admin::users::index, OrgUser(Owner);
    POST "/admin/users" => admin::invitations::create, RecentOrgUser(Owner);
    GET "/admin/users/{user}" => admin::users::show, OrgUser(Owner);
    POST "/admin/users/{user}/role" => admin::users::update, RecentOrgUser(Owner);
    POST "/admin/users/{user}/disablement" => admin::users::disable, RecentOrgUser(Owner);
    POST "/admin/users/{user}/enablement" => admin::users::enable, RecentOrgUser(Owner);
    POST "/admin/users/{user}/password-reset" => admin::password_resets::create, RecentOrgUser(Owner);
    POST "/admin/users/{user}/second-step/end" => admin::users::end_second_step, RecentOrgUser(Owner);
    POST "/admin/users/{user}/sessions/end" => admin::user_sessions::destroy, OrgUser(Owner);
    POST "/admin/users/{user}/sessions/{session}/end" => admin::user_sessions::destroy_one, OrgUser(Owner);
    POST "/admin/invitations/{invitation}/renewal" => admin::invitations::renew, RecentOrgUser(Owner);
    POST "/admin/invitations/{invitation}/revocation" => admin::invitations::destroy, OrgUser(Owner);
    GET "/admin/invitations/{token}" => admin::invitations::show, LinkHolder;
    POST "/admin/invitations/{token}" => admin::invitations::accept, LinkHolder;
    GET "/admin/password-resets/{token}" => admin::password_resets::show, LinkHolder;
    POST "/admin/password-resets/{token}" => admin::password_resets::update, LinkHolder;

    GET "/admin/customers/{customer}/users" => admin::customer_users::index, OrgUser(Viewer);
    POST "/admin/customers/{customer}/users" => admin::customer_users::create, OrgUser(Admin);
    POST "/admin/customers/{customer}/users/{user}/link" => admin::customer_users::link, OrgUser(Support);
    POST "/admin/customers/{customer}/users/{user}/role" => admin::customer_users::update, OrgUser(Admin);
    POST "/admin/customers/{customer}/users/{user}/disablement" => admin::customer_users::disable, OrgUser(Admin);
    POST "/admin/customers/{customer}/users/{user}/enablement" => admin::customer_users::enable, OrgUser(Admin);
    GET "/admin/customers/{customer}/single-sign-on" => admin::customer_sso::edit, OrgUser(Admin);
    POST "/admin/customers/{customer}/single-sign-on" => admin::customer_sso::update, RecentOrgUser(Admin);
    POST "/admin/customers/{customer}/single-sign-on/end" => admin::customer_sso::destroy, RecentOrgUser(Admin);

    GET "/admin/api-keys" => admin::api_keys::index, OrgUser(Admin);
    POST "/admin/api-keys" => admin::api_keys::create, RecentOrgUser(Admin);
    POST "/admin/api-keys/{key}/revocation" => admin::api_keys::destroy, OrgUser(Admin);
    GET "/admin/search" => admin::search::show, OrgUser(Viewer);

    GET "/admin/customers" => admin::customers::index, OrgUser(Viewer);
    POST "/admin/customers" => admin::customer_changes::create, OrgUser(Admin);
    GET "/admin/customers/new" => admin::customer_changes::new, OrgUser(Admin);
    GET "/admin/customers/import" => admin::imports::new, OrgUser(Admin);
    POST "/admin/customers/import" => admin::imports::create, OrgUser(Admin);
    GET "/admin/customers/{customer}" => admin::customers::show, OrgUser(Viewer);
    GET "/admin/customers/{customer}/name" => admin::customer_changes::edit, OrgUser(Admin);
    POST "/admin/customers/{customer}/name" => admin::customer_changes::update, OrgUser(Admin);
    GET "/admin/customers/{customer}/deletion" => admin::customer_changes::delete, OrgUser(Admin);
    POST "/admin/customers/{customer}/deletion" => admin::customer_changes::destroy, OrgUser(Admin);
    POST "/admin/customers/{customer}/instances" => admin::customer_changes::start, OrgUser(Admin);

    GET "/admin/imports/{import}" => admin::imports::show, OrgUser(Admin);
    POST "/admin/imports/{import}/mapping" => admin::imports::map, OrgUser(Admin);
    POST "/admin/imports/{import}/start" => admin::imports::start, OrgUser(Admin);
    POST "/admin/imports/{import}/deletion" => admin::imports::destroy, OrgUser(Admin);
    GET "/admin/imports/{import}/result" => admin::imports::result, OrgUser(Admin);

    GET "/admin/integrations/{key}/matrix" => admin::matrix::show, OrgUser(Viewer);
    GET "/admin/integrations/{key}/matrix/export" => admin::matrix::export, OrgUser(Viewer);
}
