//! The organization's pages: sign in, and who is connected to what. The console proper grows from here.

use actix_session::Session;
use actix_web::{HttpResponse, http::StatusCode, web::Data};
use secrecy::SecretString;

use super::{html, ok, see_other};
use crate::{
    flows::{Context, overview, sign_in},
    web::{
        errors::Failure,
        forms::Posted,
        limits::SignInAllowed,
        present,
        session::{self, Admin},
        view::{
            Exit, Form,
            admin::{AdminOverview, AdminSignIn, Cell, InstanceRow, IntegrationTable},
            slot::reason,
        },
    },
};

/// The page that asks who it is.
pub const SIGN_IN: &str = "/admin/session";

pub async fn new_session(context: Data<Context>, browser: Session) -> Result<HttpResponse, Failure> {
    let csrf = session::csrf_or_new(&browser, &context)?;
    ok(&sign_in_page(&context, csrf, String::new(), false))
}

fn sign_in_page(context: &Context, csrf: String, email: String, refused: bool) -> AdminSignIn {
    AdminSignIn {
        words: present::words(),
        frame: present::frame(context, Exit::None, None),
        form: Form { action: SIGN_IN.into(), csrf, version: String::new() },
        email,
        refused,
    }
}

pub async fn create_session(
    _allowed: SignInAllowed,
    context: Data<Context>,
    browser: Session,
    form: Posted,
) -> Result<HttpResponse, Failure> {
    let email = form.get("email").unwrap_or_default();
    let password = SecretString::from(form.get("password").unwrap_or_default());
    match sign_in::sign_in(&context, email, password).await? {
        Some(user) => {
            session::begin_org_user(&browser, user.id, user.role)?;
            Ok(see_other("/admin"))
        }
        None => {
            let csrf = session::csrf_or_new(&browser, &context)?;
            html(StatusCode::UNPROCESSABLE_ENTITY, &sign_in_page(&context, csrf, email.to_owned(), true))
        }
    }
}

pub async fn destroy_session(_admin: Admin, browser: Session, _form: Posted) -> HttpResponse {
    session::end(&browser);
    see_other(SIGN_IN)
}

pub async fn index(context: Data<Context>, admin: Option<Admin>) -> Result<HttpResponse, Failure> {
    let Some(admin) = admin else { return Ok(see_other(SIGN_IN)) };
    let csrf = session::csrf_or_new(&admin.session, &context)?;
    let tables = overview::integrations(&context).await?;
    let words = present::words();
    let organization = context.organization().name.clone();
    let cell = |cell: &overview::Cell| Cell {
        status: present::slot::status(cell.state),
        detail: match cell.state.reason() {
            Some(code) => {
                Some(reason(words, code.code(), "admin", &cell.connector, &organization, cell.account.as_deref().unwrap_or_default()).0)
            }
            None => cell.account.clone(),
        },
    };
    let row = |row: &overview::Row| InstanceRow {
        customer: row.customer.clone(),
        href: None,
        cells: row.cells.iter().map(cell).collect(),
        turned_on: row.deployed_at.map(|at| at.day()),
    };
    let integrations = tables.iter().enumerate().map(|(number, table)| IntegrationTable {
        id: format!("integration-{number}"),
        name: table.name.clone(),
        slots: table.slots.clone(),
        rows: table.rows.iter().map(row).collect(),
    });
    ok(&AdminOverview {
        words,
        frame: present::frame(&context, Exit::None, None),
        form: Form { action: "/admin/session/end".into(), csrf, version: String::new() },
        integrations: integrations.collect(),
    })
}
