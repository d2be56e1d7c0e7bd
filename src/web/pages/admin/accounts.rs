//! Another account signed in on a customer's behalf: the org user says which one it shall be.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};

use super::{connections::left, instances::id};
use crate::{
    domain::{access::Scope, connection::ConnectionRef, ids::AttemptId, key::Key},
    flows::{
        Context,
        connect::{self, Chosen},
    },
    web::{
        errors::Failure,
        forms::Posted,
        pages::{may_leave, ok, see_other},
        present,
        session::{self, Admin},
        urls::admin as urls,
        view::{Exit, Form, connections::OtherAccount},
    },
};

type Place = Path<(String, String)>;

pub async fn edit(context: Data<Context>, admin: Admin, path: Place) -> Result<HttpResponse, Failure> {
    let (id, slot) = (id(&path.0)?, Key::parse(path.1.as_str()).map_err(|_| Failure::NotFound)?);
    let browser = session::browser_hash_or_new(&admin.session, &context)?;
    let Some(question) = connect::question(&context, Scope::Organization, &ConnectionRef::slot(id, slot.as_str()), &browser).await? else {
        return Ok(see_other(&urls::connection(id, &slot)));
    };
    ok(&OtherAccount {
        words: present::words(),
        frame: present::frame(&context, Exit::None, None),
        form: Form {
            action: urls::connection_part(id, &slot, "account"),
            csrf: session::csrf_or_new(&admin.session, &context)?,
            version: question.attempt.to_string(),
        },
        connector: question.connector,
        connected: question.connected,
        signed_in: question.signed_in,
        back_href: question.return_to,
    })
    .map(may_leave)
}

/// `choice`: `new` takes the account that signed in; anything else signs in once more.
pub async fn update(
    context: Data<Context>,
    admin: Admin,
    path: Place,
    request: HttpRequest,
    form: Posted,
) -> Result<HttpResponse, Failure> {
    let (id, slot) = (id(&path.0)?, Key::parse(path.1.as_str()).map_err(|_| Failure::NotFound)?);
    let attempt: AttemptId = form.get("version").and_then(|id| id.parse().ok()).ok_or(Failure::NotFound)?;
    let browser = session::browser_hash_or_new(&admin.session, &context)?;
    let (scope, actor, words) = (Scope::Organization, admin.actor(), present::words());
    let chosen = if form.get("choice") == Some("new") {
        connect::use_it(&context, scope, &actor, &ConnectionRef::slot(id, slot.as_str()), attempt, &browser).await?
    } else {
        connect::sign_in_again(&context, scope, &actor, &ConnectionRef::slot(id, slot.as_str()), attempt, browser, |_| {
            urls::connection(id, &slot)
        })
        .await?
    };
    match chosen {
        Chosen::Begun(begun) => return left(&context, &admin, (id, &slot), &request, begun),
        Chosen::Connected { connector, .. } => {
            session::set_flash(&admin.session, &words.with("flash-reconnected", "connector", connector))?;
        }
        Chosen::Late { .. } | Chosen::Gone => session::set_notice(&admin.session, &words.t("notice-already-chosen"))?,
    }
    Ok(see_other(&urls::connection(id, &slot)))
}
