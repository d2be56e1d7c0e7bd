//! What every page of values that the organization enters does: save, check, sign in, disconnect. Never shown again.
//!
//! Add such a page: find an `Entered` by its address, and hand it on; see `reusable_values` and `slot_tests`.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, http::StatusCode};

use crate::{
    domain::{
        access::Scope, check::CheckTrigger, connection::ConnectionRef, input::Raw, key::Key, reason::Reason, resolution::SetBy,
        validation::Field as At,
    },
    flows::{
        Context,
        check::{self, Checked},
        connect::{self, Begun},
        disconnect::{self, Disconnected},
        entered::{self, ValuesForm},
        prefill::Prefilled,
        reusable::Stops,
    },
    web::{
        errors::Failure,
        forms::Posted,
        pages::{html, leave, may_leave, ok, see_other},
        present::{
            self,
            admin::entered_values::{self as draw, Refused, Sheet},
        },
        session::{self, Admin},
        view::slot::reason,
    },
};

pub struct Entered {
    pub at: ConnectionRef,
    pub form: ValuesForm,
    pub sheet: Sheet,
}

impl Entered {
    fn drawn(&self, context: &Context, admin: &Admin, status: StatusCode, refused: &Refused) -> Result<HttpResponse, Failure> {
        html(status, &draw::show(context, present::words(), admin, &self.form, &self.sheet, refused)?).map(may_leave)
    }

    fn back(&self) -> HttpResponse {
        see_other(&self.sheet.href)
    }

    fn said(&self, context: &Context, code: Reason) -> String {
        reason(present::words(), code.code(), "admin", &self.form.connector, &context.organization().name, "").0
    }

    pub fn show(&self, context: &Context, admin: &Admin) -> Result<HttpResponse, Failure> {
        self.drawn(context, admin, StatusCode::OK, &Refused::default())
    }

    /// `check`: the service is asked before anything is saved.
    pub async fn update(&self, context: &Context, admin: &Admin, form: &Posted) -> Result<HttpResponse, Failure> {
        let (typed, words) = (typed(form), present::words());
        match entered::enter(context, &admin.actor(), &self.at, typed.clone(), form.get("check").is_some()).await? {
            Prefilled::Saved => session::set_flash(&admin.session, &words.t("reusable-saved"))?,
            Prefilled::Refused(errors) => {
                return self.drawn(context, admin, StatusCode::UNPROCESSABLE_ENTITY, &Refused { errors, typed });
            }
            Prefilled::CheckFailed(code) => {
                session::set_notice(&admin.session, &words.with("reusable-not-saved", "title", self.said(context, code)))?;
                return self.drawn(context, admin, StatusCode::UNPROCESSABLE_ENTITY, &Refused { typed, ..Refused::default() });
            }
            _ => return Err(Failure::NotFound),
        }
        Ok(self.back())
    }

    pub async fn check(&self, context: &Context, admin: &Admin) -> Result<HttpResponse, Failure> {
        let (words, connector) = (present::words(), &self.form.connector);
        match check::run(context, Scope::Organization, &admin.actor(), &self.at, CheckTrigger::Person).await? {
            Checked::Passed { .. } => session::set_flash(&admin.session, &words.with("flash-check-passed", "connector", connector))?,
            Checked::NotDeclared => session::set_notice(&admin.session, &words.with("notice-no-check", "connector", connector))?,
            Checked::Failed(code) => session::set_notice(&admin.session, &self.said(context, code))?,
            Checked::NotConnected => session::set_notice(&admin.session, &words.with("notice-not-connected", "connector", connector))?,
            Checked::NotFound => return Err(Failure::NotFound),
        }
        Ok(self.back())
    }

    /// Signs in for everyone whom the connection serves.
    pub async fn connect(&self, context: &Context, admin: &Admin, request: &HttpRequest) -> Result<HttpResponse, Failure> {
        if !self.form.needs_consent || !entered::ensure(context, &self.at).await? {
            return Err(Failure::NotFound);
        }
        let browser = session::browser_hash_or_new(&admin.session, context)?;
        let back = self.sheet.href.clone();
        match connect::begin_on_behalf(context, &admin.actor(), &self.at, SetBy::Organization, browser, back).await? {
            Begun::Leave(url) => Ok(leave(request, &url)),
            Begun::NotLeft { reason, .. } => {
                session::set_notice(&admin.session, &self.said(context, reason))?;
                Ok(self.back())
            }
            _ => Err(Failure::NotFound),
        }
    }

    /// What stops, before it does.
    pub fn ending(&self, context: &Context, admin: &Admin, stops: &Stops) -> Result<HttpResponse, Failure> {
        ok(&draw::ending(context, admin, &self.form, &self.sheet, stops)?)
    }

    pub async fn disconnect(&self, context: &Context, admin: &Admin) -> Result<HttpResponse, Failure> {
        match disconnect::disconnect(context, Scope::Organization, &admin.actor(), &self.at).await? {
            Disconnected::NotFound => return Err(Failure::NotFound),
            Disconnected::Done(_) | Disconnected::Emptied | Disconnected::Already => {}
        }
        session::set_flash(&admin.session, &present::words().with("reusable-disconnected", "connector", &self.form.connector))?;
        Ok(self.back())
    }
}

/// By input; what is no field of the page is kept too, and refused by the flow.
fn typed(form: &Posted) -> BTreeMap<Key, Raw> {
    let key = |at| match at {
        At::Input { input, .. } => input,
        At::Variable(key) => key,
    };
    form.submission().raw.into_iter().map(|(at, raw)| (key(at), raw)).collect()
}
