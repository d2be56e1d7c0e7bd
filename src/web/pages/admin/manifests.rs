//! Manifests by hand: paste or upload, look at what would change, apply exactly that; the catalogue; the export.

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
    web::{Data, Path},
};
use secrecy::SecretString;

use crate::{
    domain::{ids::ManifestPlanId, key::Key},
    flows::{
        Context,
        apply::review::{self, Finished, Shown, Submitted},
        catalogue, export,
    },
    manifest::{self, ManifestError},
    web::{
        errors::Failure,
        forms::Posted,
        pages::{html, ok, see_other},
        present::{self, admin::manifests as drawn},
        session::{self, Admin},
        urls::admin as urls,
    },
};

pub async fn new(context: Data<Context>, admin: Admin) -> Result<HttpResponse, Failure> {
    let entries = catalogue::list(&context).await?;
    let flash = session::take_flash(&admin.session);
    ok(&drawn::new(&context, &admin, &entries, flash, None)?)
}

async fn refused(context: &Context, admin: &Admin, text: &str, errors: &[ManifestError]) -> Result<HttpResponse, Failure> {
    let entries = catalogue::list(context).await?;
    html(StatusCode::UNPROCESSABLE_ENTITY, &drawn::new(context, admin, &entries, None, Some((text, errors)))?)
}

/// A file, where one was chosen; otherwise what was pasted.
pub async fn create(context: Data<Context>, admin: Admin, form: Posted) -> Result<HttpResponse, Failure> {
    form.only(&["text", "file"])?;
    let sent = |name| form.get(name).filter(|text| !text.trim().is_empty());
    let Some(text) = sent("file").or(sent("text")) else { return refused(&context, &admin, "", &[]).await };
    match review::submit(&context, admin.id, &SecretString::from(text)).await? {
        Submitted::Kept(id) => Ok(see_other(&urls::manifest_plan(id))),
        Submitted::Refused(errors) => refused(&context, &admin, text, &errors).await,
    }
}

pub async fn show(context: Data<Context>, admin: Admin, path: Path<ManifestPlanId>) -> Result<HttpResponse, Failure> {
    match review::show(&context, admin.id, *path).await? {
        Shown::Review { review, moved } => ok(&drawn::plan(&context, &admin, *path, &review, moved)?),
        Shown::Refused(errors) => refused(&context, &admin, "", &errors).await,
        Shown::NotFound => Err(Failure::NotFound),
    }
}

pub async fn apply(context: Data<Context>, admin: Admin, path: Path<ManifestPlanId>, form: Posted) -> Result<HttpResponse, Failure> {
    let seen = drawn::parse_digest(form.get("version").unwrap_or_default()).unwrap_or_default();
    match review::finish(&context, &admin.actor(), admin.id, *path, &seen).await? {
        Finished::Applied(changes) => {
            session::set_flash(&admin.session, &drawn::applied(present::words(), &changes))?;
            Ok(see_other(urls::INTEGRATIONS))
        }
        Finished::Moved => match review::show(&context, admin.id, *path).await? {
            Shown::Review { review, .. } => html(StatusCode::CONFLICT, &drawn::plan(&context, &admin, *path, &review, true)?),
            Shown::Refused(errors) => refused(&context, &admin, "", &errors).await,
            Shown::NotFound => Err(Failure::NotFound),
        },
        Finished::Refused(errors) => refused(&context, &admin, "", &errors).await,
        Finished::NotFound => Err(Failure::NotFound),
    }
}

pub async fn discard(context: Data<Context>, admin: Admin, path: Path<ManifestPlanId>, _form: Posted) -> Result<HttpResponse, Failure> {
    if !review::discard(&context, admin.id, *path).await? {
        return Err(Failure::NotFound);
    }
    session::set_flash(&admin.session, &present::words().t("manifests-discarded"))?;
    Ok(see_other(urls::MANIFESTS))
}

/// One connector of the catalogue.
pub async fn add(context: Data<Context>, admin: Admin, path: Path<Key>, _form: Posted) -> Result<HttpResponse, Failure> {
    let connector = catalogue::add(&context, &admin.actor(), &path).await?.ok_or(Failure::NotFound)?;
    session::set_flash(&admin.session, &present::words().with("manifests-added", "connector", &connector.name))?;
    Ok(see_other(&urls::connector(&connector.key)))
}

/// All that is applied, without its secrets.
pub async fn export(context: Data<Context>, _admin: Admin) -> Result<HttpResponse, Failure> {
    let (bodies, _) = export::current(&context).await?;
    Ok(HttpResponse::Ok()
        .content_type("application/yaml; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"manifests.yaml\""))
        .body(manifest::to_yaml(bodies.iter())))
}
