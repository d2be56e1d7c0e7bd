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

    GET "/admin/instances/{instance}" => admin::instances::show, OrgUser(Viewer);
    GET "/admin/instances/{instance}/preview/{page}" => admin::instances::preview, OrgUser(Viewer);
    POST "/admin/instances/{instance}/pause" => admin::instances::pause, OrgUser(Admin);
    POST "/admin/instances/{instance}/deployment" => admin::instances::deploy, OrgUser(Admin);
    GET "/admin/bulk-checks" => admin::bulk_checks::index, OrgUser(Viewer);
    POST "/admin/bulk-checks" => admin::bulk_checks::create, OrgUser(Support);
    GET "/admin/bulk-checks/{bulk_check}" => admin::bulk_checks::show, OrgUser(Viewer);
    GET "/admin/presets" => admin::presets::index, OrgUser(Viewer);
    GET "/admin/presets/{preset}" => admin::presets::edit, OrgUser(Admin);
    POST "/admin/presets/{preset}" => admin::presets::update, OrgUser(Admin);
    POST "/admin/presets/{preset}/trial" => admin::presets::try_out, OrgUser(Admin);
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

    GET "/admin/session" => admin::sessions::new, Anyone;
    POST "/admin/session" => admin::sessions::create, Anyone;
    POST "/admin/session/end" => admin::sessions::destroy, OrgUser(Viewer);
}
