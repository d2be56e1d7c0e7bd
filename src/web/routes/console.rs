//! What the organization's own users see, a paragraph a resource.

use crate::{
    domain::user::Role::{Admin, Owner, Viewer},
    web::{
        access::Who::{Anyone, LinkHolder, OrgUser, RecentOrgUser},
        pages::admin,
    },
};

routes! {
    GET "/admin" => admin::home::show, OrgUser(Viewer);

    GET "/admin/session" => admin::sessions::new, Anyone;
    POST "/admin/session" => admin::sessions::create, Anyone;
    GET "/admin/session/code" => admin::codes::new, Anyone;
    POST "/admin/session/code" => admin::codes::create, Anyone;
    GET "/admin/session/confirmation" => admin::confirmations::new, OrgUser(Viewer);
    POST "/admin/session/confirmation" => admin::confirmations::create, OrgUser(Viewer);
    POST "/admin/session/end" => admin::sessions::destroy, OrgUser(Viewer);

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

    GET "/admin/api-keys" => admin::api_keys::index, OrgUser(Admin);
    POST "/admin/api-keys" => admin::api_keys::create, RecentOrgUser(Admin);
    POST "/admin/api-keys/{key}/revocation" => admin::api_keys::destroy, OrgUser(Admin);
}
