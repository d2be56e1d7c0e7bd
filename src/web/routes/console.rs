//! What the organization's own users see, a paragraph a resource.

use crate::{
    domain::user::Role::{Admin, Viewer},
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
