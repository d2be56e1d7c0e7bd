//! Another account signed in on a customer's behalf: the org user says which one it shall be.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};

use super::{connections::left, instances::id};
use crate::{
    domain::{access::Scope, connection::ConnectionRef, key::Key},
    flows::{
        Context,
        connect::{self, Chosen},
    },
    web::{
        errors::Failure,
        forms::Posted,
        pages::{accounts::chosen, may_leave, ok, see_other},
        present::{self, connection::other_account},
        session::{self, Admin},
        urls::admin as urls,
        view::Exit,
    },
};

type Place = Path<(String, String)>;

pub async fn edit(context: Data<Context>, admin: Admin, path: Place) -> Result<HttpResponse, Failure> {
    let (id, slot) = (id(&path.0)?, Key::parse(path.1.as_str()).map_err(|_| Failure::NotFound)?);
    let browser = session::browser_hash_or_new(&admin.session, &context)?;
    let Some(question) = connect::question(&context, Scope::Organization, &ConnectionRef::slot(id, slot.as_str()), &browser).await? else {
        return Ok(see_other(&urls::connection(id, &slot)));
    };
    let (frame, action) = (present::frame(&context, Exit::None, None), urls::connection_part(id, &slot, "account"));
    let csrf = session::csrf_or_new(&admin.session, &context)?;
    ok(&other_account(present::words(), frame, question, action, csrf)).map(may_leave)
}

pub async fn update(
    context: Data<Context>,
    admin: Admin,
    path: Place,
    request: HttpRequest,
    form: Posted,
) -> Result<HttpResponse, Failure> {
    let (id, slot) = (id(&path.0)?, Key::parse(path.1.as_str()).map_err(|_| Failure::NotFound)?);
    let browser = session::browser_hash_or_new(&admin.session, &context)?;
    let (actor, words) = (admin.actor(), present::words());
    let chosen = chosen(&context, (Scope::Organization, &actor, browser), &ConnectionRef::slot(id, slot.as_str()), &form, |_| {
        urls::connection(id, &slot)
    })
    .await?;
    match chosen {
        Chosen::Begun(begun) => return left(&context, &admin, (id, &slot), &request, begun),
        Chosen::Connected { connector, .. } => {
            session::set_flash(&admin.session, &words.with("flash-reconnected", "connector", connector))?;
        }
        Chosen::Late { .. } | Chosen::Gone => session::set_notice(&admin.session, &words.t("notice-already-chosen"))?,
    }
    Ok(see_other(&urls::connection(id, &slot)))
}
