//! `/`: in the demo, everything there is to try; otherwise nothing that a stranger needs to know.

use std::sync::Arc;

use actix_web::{HttpResponse, web::Data};

use super::{ok, see_other};
use crate::{
    flows::Context,
    web::{
        errors::Failure,
        present,
        session::Colleague,
        view::{
            Exit,
            demo::{DemoHome, DemoWizard},
        },
    },
};

/// What the demo has to offer; filled by `cli::demo` once it is seeded.
#[derive(Clone, Debug, Default)]
pub struct Tour {
    pub wizards: Vec<Stop>,
    pub admin_email: String,
    pub admin_password: String,
    /// Of other roles, with the same password.
    pub other_emails: Vec<String>,
    pub curl: String,
}

#[derive(Clone, Debug)]
pub struct Stop {
    pub href: String,
    pub integration: String,
    pub customer: String,
    pub shows: String,
}

/// `None` outside the demo.
pub type DemoTour = Arc<std::sync::OnceLock<Tour>>;

pub async fn show(context: Data<Context>, tour: Data<DemoTour>) -> Result<HttpResponse, Failure> {
    let Some(tour) = tour.get() else { return Ok(see_other("/admin")) };
    let wizard = |stop: &Stop| DemoWizard {
        href: stop.href.clone(),
        integration: stop.integration.clone(),
        customer: stop.customer.clone(),
        shows: stop.shows.clone(),
    };
    ok(&DemoHome {
        words: present::words(),
        frame: present::frame(&context, Exit::None, None),
        wizards: tour.wizards.iter().map(wizard).collect(),
        admin_href: "/admin".into(),
        admin_email: tour.admin_email.clone(),
        admin_password: tour.admin_password.clone(),
        other_emails: tour.other_emails.join(", "),
        curl: tour.curl.clone(),
        provider_href: Some("/demo-provider/".into()),
    })
}

/// Where a signed-in customer user arrives: what they have, and how it is.
pub async fn index(context: Data<Context>, colleague: Colleague) -> Result<HttpResponse, Failure> {
    ok(&present::customer::home(&context, &colleague).await?)
}
