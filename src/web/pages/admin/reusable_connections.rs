//! Reusable connections: what there is, one of them, and everything that uses it.

use actix_web::{
    HttpResponse,
    web::{Data, Path},
};

use crate::{
    domain::{connection::ConnectionState, key::Key},
    flows::{
        Context,
        reusable::{self, Definition, Whose},
    },
    web::{
        errors::Failure,
        forms::Posted,
        pages::{ok, see_other},
        present,
        session::{self, Admin},
        urls::admin as urls,
    },
};

const CUSTOMERS: i64 = 500;

pub(super) async fn find(context: &Context, path: &str) -> Result<Definition, Failure> {
    let key = Key::parse(path).map_err(|_| Failure::NotFound)?;
    reusable::definition(context, &key).await?.ok_or(Failure::NotFound)
}

pub async fn index(context: Data<Context>, admin: Admin) -> Result<HttpResponse, Failure> {
    let all = reusable::definitions(&context).await?;
    ok(&present::admin::reusable_connections::index(&context, present::words(), &admin, &all)?)
}

pub async fn show(context: Data<Context>, admin: Admin, path: Path<String>) -> Result<HttpResponse, Failure> {
    let found = find(&context, &path).await?;
    let customers = reusable::of_customers(&context, &found.key, None, CUSTOMERS).await?;
    let mut states = Vec::new();
    for whose in [Whose::Organization, Whose::Test] {
        let form = reusable::values_form(&context, &found.key, &whose).await?;
        states.push(form.map_or(ConnectionState::NotConnected, |form| form.state));
    }
    let paused = reusable::paused(&context, &found.key).await?;
    let states = (states[0], states[1]);
    ok(&present::admin::reusable_connections::show(&context, &admin, &found, &customers, states, paused)?)
}

pub async fn disable(context: Data<Context>, admin: Admin, path: Path<String>, _form: Posted) -> Result<HttpResponse, Failure> {
    let found = find(&context, &path).await?;
    let count = reusable::disable(&context, &admin.actor(), &found.key).await?;
    session::set_flash(&admin.session, &present::words().count("reusable-paused", count))?;
    Ok(see_other(&urls::reusable(&found.key)))
}

pub async fn enable(context: Data<Context>, admin: Admin, path: Path<String>, _form: Posted) -> Result<HttpResponse, Failure> {
    let found = find(&context, &path).await?;
    let (on, _) = reusable::enable(&context, &admin.actor(), &found.key).await?;
    session::set_flash(&admin.session, &present::words().count("reusable-turned-on", on))?;
    Ok(see_other(&urls::reusable(&found.key)))
}
