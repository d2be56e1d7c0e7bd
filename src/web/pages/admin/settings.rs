//! How the organization appears to its customers, and whether mail works.

use actix_web::{HttpResponse, http::StatusCode, web::Data};

use crate::{
    flows::{
        Context, mail,
        settings::{self, Saved, Typed},
    },
    web::{
        errors::Failure,
        forms::Posted,
        pages::{html, ok, see_other},
        present::{self, admin::settings as drawn},
        session::{self, Admin},
        urls::admin as urls,
    },
};

/// Of the outbox, on the page.
const MAILS: i64 = 5;

pub async fn show(context: Data<Context>, admin: Admin) -> Result<HttpResponse, Failure> {
    let typed = drawn::typed(&settings::load(&context).await?);
    let mails = context.store().read().mails().list(MAILS).await.map_err(crate::flows::Broken::from)?;
    let flash = session::take_flash(&admin.session);
    ok(&drawn::show(&context, &admin, &typed, &[], &mails, flash)?)
}

pub async fn update(context: Data<Context>, admin: Admin, form: Posted) -> Result<HttpResponse, Failure> {
    form.only(&["name", "accent", "accent_dark", "support", "check_failures"])?;
    let field = |name| form.get(name).unwrap_or_default().to_owned();
    let typed = Typed {
        name: field("name"),
        accent: field("accent"),
        accent_dark: field("accent_dark"),
        support: field("support"),
        check_failures: field("check_failures"),
    };
    match settings::save(&context, &admin.actor(), &typed).await? {
        Saved::Done => {
            session::set_flash(&admin.session, &present::words().t("settings-saved"))?;
            Ok(see_other(urls::SETTINGS))
        }
        Saved::Refused(wrong) => {
            let mails = context.store().read().mails().list(MAILS).await.map_err(crate::flows::Broken::from)?;
            html(StatusCode::UNPROCESSABLE_ENTITY, &drawn::show(&context, &admin, &typed, &wrong, &mails, None)?)
        }
    }
}

pub async fn test_mail(context: Data<Context>, admin: Admin, _form: Posted) -> Result<HttpResponse, Failure> {
    let words = present::words();
    match mail::test(&context, admin.id).await? {
        mail::Tested::Queued { recipient } => {
            session::set_flash(&admin.session, &words.with("settings-mail-sent", "recipient", recipient))?;
        }
        mail::Tested::NotConfigured => session::set_notice(&admin.session, &words.t("settings-mail-none"))?,
    }
    Ok(see_other(urls::SETTINGS))
}
