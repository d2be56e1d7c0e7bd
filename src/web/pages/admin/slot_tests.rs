//! The test credentials of an integration's slot.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};

use super::entered_values::Entered;
use crate::{
    domain::key::Key,
    flows::{Context, entered, reusable::Stops, slot_tests},
    web::{
        errors::Failure,
        forms::Posted,
        present::{self, admin::slot_tests as draw},
        session::Admin,
    },
};

type Named = Path<(Key, Key)>;

async fn find(context: &Context, path: &(Key, Key)) -> Result<Entered, Failure> {
    let (integration, slot) = path;
    let name = context.current_integration(integration).await?.ok_or(Failure::NotFound)?.integration.name.clone();
    let at = slot_tests::at(integration, slot);
    let form = entered::form(context, &at).await?.ok_or(Failure::NotFound)?;
    let sheet = draw::sheet(present::words(), (integration, &name), slot, &form);
    Ok(Entered { at, form, sheet })
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

/// No instance stops by it.
pub async fn ending(context: Data<Context>, admin: Admin, path: Named) -> Result<HttpResponse, Failure> {
    find(&context, &path).await?.ending(&context, &admin, &Stops::default())
}

pub async fn disconnect(context: Data<Context>, admin: Admin, path: Named, _form: Posted) -> Result<HttpResponse, Failure> {
    find(&context, &path).await?.disconnect(&context, &admin).await
}
