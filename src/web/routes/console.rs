//! What the organization's own users see, a paragraph a resource.

use crate::{
    domain::user::Role::Viewer,
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
}
