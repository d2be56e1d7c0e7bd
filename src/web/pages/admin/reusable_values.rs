//! The values of a reusable connection: for all, for one customer, for tests.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};

use super::entered_values::Entered;
use crate::{
    domain::key::Key,
    flows::{
        Context,
        reusable::{self, Whose},
    },
    web::{
        errors::Failure,
        forms::Posted,
        present::{self, admin::reusable_connections as draw},
        session::Admin,
    },
};

type Named = Path<(String, String)>;

fn named(path: &(String, String)) -> Result<(Key, Whose), Failure> {
    let whose = match path.1.as_str() {
        "organization" => Whose::Organization,
        "test" => Whose::Test,
        id => Whose::Customer(id.parse().map_err(|_| Failure::NotFound)?),
    };
    Ok((Key::parse(path.0.as_str()).map_err(|_| Failure::NotFound)?, whose))
}

async fn find(context: &Context, path: &(String, String)) -> Result<Entered, Failure> {
    let (key, whose) = named(path)?;
    let form = reusable::values_form(context, &key, &whose).await?.ok_or(Failure::NotFound)?;
    let sheet = draw::sheet(present::words(), &key, &form, (&whose, &path.1));
    Ok(Entered { at: whose.at(&key), form, sheet })
}

pub async fn edit(context: Data<Context>, admin: Admin, path: Named) -> Result<HttpResponse, Failure> {
    find(&context, &path).await?.show(&context, &admin)
}

pub async fn update(context: Data<Context>, admin: Admin, path: Named, form: Posted) -> Result<HttpResponse, Failure> {
    find(&context, &path).await?.update(&context, &admin, &form).await
}

pub async fn check(context: Data<Context>, admin: Admin, path: Named, _form: Posted) -> Result<HttpResponse, Failure> {
    find(&context, &path).await?.check(&context, &admin).await
}

pub async fn connect(
    context: Data<Context>,
    admin: Admin,
    path: Named,
    request: HttpRequest,
    _form: Posted,
) -> Result<HttpResponse, Failure> {
    find(&context, &path).await?.connect(&context, &admin, &request).await
}

/// What stops, before it does.
pub async fn ending(context: Data<Context>, admin: Admin, path: Named) -> Result<HttpResponse, Failure> {
    let (entered, (key, whose)) = (find(&context, &path).await?, named(&path)?);
    let stops = reusable::stops(&context, &key, &whose).await?.ok_or(Failure::NotFound)?;
    entered.ending(&context, &admin, &stops)
}

pub async fn disconnect(context: Data<Context>, admin: Admin, path: Named, _form: Posted) -> Result<HttpResponse, Failure> {
    find(&context, &path).await?.disconnect(&context, &admin).await
}
