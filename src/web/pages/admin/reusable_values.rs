//! The values that the organization enters for a reusable connection: for all, for one customer, for tests. Never shown again.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};

use crate::{
    domain::{access::Scope, check::CheckTrigger, input::Raw, key::Key, reason::Reason, resolution::SetBy, validation::Field as At},
    flows::{
        Context,
        check::{self, Checked},
        connect::{self, Begun},
        disconnect::{self, Disconnected},
        prefill::Prefilled,
        reusable::{self, ValuesForm, Whose},
    },
    web::{
        errors::Failure,
        forms::Posted,
        pages::{html, leave, may_leave, ok, see_other},
        present::{
            self,
            admin::reusable_connections::{self as draw, Refused},
        },
        session::{self, Admin},
        urls::admin as urls,
        view::slot::reason,
    },
};

type Named = Path<(String, String)>;

struct Found {
    whose: Whose,
    /// As it stands in the address.
    part: String,
    form: ValuesForm,
}

async fn find(context: &Context, path: &(String, String)) -> Result<Found, Failure> {
    let key = Key::parse(path.0.as_str()).map_err(|_| Failure::NotFound)?;
    let whose = match path.1.as_str() {
        "organization" => Whose::Organization,
        "test" => Whose::Test,
        id => Whose::Customer(id.parse().map_err(|_| Failure::NotFound)?),
    };
    let form = reusable::values_form(context, &key, &whose).await?.ok_or(Failure::NotFound)?;
    Ok(Found { whose, part: path.1.clone(), form })
}

impl Found {
    fn href(&self) -> String {
        urls::reusable_values(&self.form.definition, &self.part)
    }

    fn drawn(&self, context: &Context, admin: &Admin, status: StatusCode, refused: &Refused) -> Result<HttpResponse, Failure> {
        let page = draw::values(context, present::words(), admin, &self.form, (&self.whose, self.part.as_str()), refused)?;
        html(status, &page).map(may_leave)
    }
}

fn said(context: &Context, connector: &str, code: Reason) -> String {
    reason(present::words(), code.code(), "admin", connector, &context.organization().name, "").0
}

pub async fn edit(context: Data<Context>, admin: Admin, path: Named) -> Result<HttpResponse, Failure> {
    find(&context, &path).await?.drawn(&context, &admin, StatusCode::OK, &Refused::default())
}

pub async fn update(context: Data<Context>, admin: Admin, path: Named, form: Posted) -> Result<HttpResponse, Failure> {
    let found = find(&context, &path).await?;
    let (key, typed) = (&found.form.definition, typed(&form));
    let words = present::words();
    match reusable::enter(&context, &admin.actor(), key, &found.whose, typed.clone(), form.get("check").is_some()).await? {
        Prefilled::Saved => session::set_flash(&admin.session, &words.t("reusable-saved"))?,
        Prefilled::Refused(errors) => {
            return found.drawn(&context, &admin, StatusCode::UNPROCESSABLE_ENTITY, &Refused { errors, typed });
        }
        Prefilled::CheckFailed(code) => {
            let title = said(&context, &found.form.connector, code);
            session::set_notice(&admin.session, &words.with("reusable-not-saved", "title", title))?;
            return found.drawn(&context, &admin, StatusCode::UNPROCESSABLE_ENTITY, &Refused { typed, ..Refused::default() });
        }
        _ => return Err(Failure::NotFound),
    }
    Ok(see_other(&found.href()))
}

/// By input; what is no field of the page is kept too, and refused by the flow.
fn typed(form: &Posted) -> BTreeMap<Key, Raw> {
    let key = |at| match at {
        At::Input { input, .. } => input,
        At::Variable(key) => key,
    };
    form.submission().raw.into_iter().map(|(at, raw)| (key(at), raw)).collect()
}

pub async fn check(context: Data<Context>, admin: Admin, path: Named, _form: Posted) -> Result<HttpResponse, Failure> {
    let found = find(&context, &path).await?;
    let (words, connector) = (present::words(), &found.form.connector);
    let at = found.whose.at(&found.form.definition);
    match check::run(&context, Scope::Organization, &admin.actor(), &at, CheckTrigger::Person).await? {
        Checked::Passed { .. } => session::set_flash(&admin.session, &words.with("flash-check-passed", "connector", connector))?,
        Checked::NotDeclared => session::set_notice(&admin.session, &words.with("notice-no-check", "connector", connector))?,
        Checked::Failed(code) => session::set_notice(&admin.session, &said(&context, connector, code))?,
        Checked::NotConnected => session::set_notice(&admin.session, &words.with("notice-not-connected", "connector", connector))?,
        Checked::NotFound => return Err(Failure::NotFound),
    }
    Ok(see_other(&found.href()))
}

/// Signs in for everyone whom the connection serves.
pub async fn connect(
    context: Data<Context>,
    admin: Admin,
    path: Named,
    request: HttpRequest,
    _form: Posted,
) -> Result<HttpResponse, Failure> {
    let found = find(&context, &path).await?;
    let key = &found.form.definition;
    if !found.form.needs_consent || !reusable::ensure(&context, key, &found.whose).await? {
        return Err(Failure::NotFound);
    }
    let browser = session::browser_hash_or_new(&admin.session, &context)?;
    let at = found.whose.at(key);
    match connect::begin_on_behalf(&context, &admin.actor(), &at, SetBy::Organization, browser, found.href()).await? {
        Begun::Leave(url) => Ok(leave(&request, &url)),
        Begun::NotLeft { connector, reason } => {
            session::set_notice(&admin.session, &said(&context, &connector, reason))?;
            Ok(see_other(&found.href()))
        }
        _ => Err(Failure::NotFound),
    }
}

/// What stops, before it does.
pub async fn ending(context: Data<Context>, admin: Admin, path: Named) -> Result<HttpResponse, Failure> {
    let found = find(&context, &path).await?;
    let stops = reusable::stops(&context, &found.form.definition, &found.whose).await?.ok_or(Failure::NotFound)?;
    ok(&draw::ending(&context, &admin, &found.form, &found.href(), &stops)?)
}

pub async fn disconnect(context: Data<Context>, admin: Admin, path: Named, _form: Posted) -> Result<HttpResponse, Failure> {
    let found = find(&context, &path).await?;
    let at = found.whose.at(&found.form.definition);
    match disconnect::disconnect(&context, Scope::Organization, &admin.actor(), &at).await? {
        Disconnected::NotFound => return Err(Failure::NotFound),
        Disconnected::Done(_) | Disconnected::Emptied | Disconnected::Already => {}
    }
    session::set_flash(&admin.session, &present::words().with("reusable-disconnected", "connector", &found.form.connector))?;
    Ok(see_other(&found.href()))
}
