//! What the organization's own users see, a paragraph a resource.

use crate::{
    domain::user::Role::{Admin, Support, Viewer},
    web::{
        access::Who::{Anyone, OrgUser},
        pages::admin,
    },
};

routes! {
    GET "/admin" => admin::home::show, OrgUser(Viewer);
    GET "/admin/session" => admin::sessions::new, Anyone;
    POST "/admin/session" => admin::sessions::create, Anyone;
    POST "/admin/session/end" => admin::sessions::destroy, OrgUser(Viewer);

    GET "/admin/integrations" => admin::integrations::index, OrgUser(Viewer);
    GET "/admin/integrations/{key}" => admin::integrations::show, OrgUser(Viewer);
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
    POST "/admin/alerts/{alert}/mutes" => admin::alerts::mute, OrgUser(Support);
    POST "/admin/alerts/mutes/{mute}/end" => admin::alerts::unmute, OrgUser(Support);

    GET "/admin/settings" => admin::settings::show, OrgUser(Viewer);
    POST "/admin/settings" => admin::settings::update, OrgUser(Admin);
    POST "/admin/settings/test-mail" => admin::settings::test_mail, OrgUser(Admin);
}
