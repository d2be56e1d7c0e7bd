//! A customer user whom we know by name, for what is theirs alone.

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use futures_util::future::{Ready, ready};

use super::{Visitor, visitor};
use crate::{domain::ids::CustomerUserId, web::errors::Failure};

pub struct Oneself {
    pub visitor: Visitor,
    pub user_id: CustomerUserId,
}

impl FromRequest for Oneself {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(oneself(request))
    }
}

pub fn oneself(request: &HttpRequest) -> Result<Oneself, Failure> {
    let visitor = visitor(request)?;
    let user_id = visitor.user_id.ok_or(Failure::NotFound)?;
    Ok(Oneself { visitor, user_id })
}
