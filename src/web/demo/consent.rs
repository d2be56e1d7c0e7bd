//! The authorization endpoint (RFC 6749 §4.1.1, RFC 7636, RFC 9207): the page where a person chooses what happens.
//! Its POST trusts nothing from the page: it reads and checks the whole request again. It needs no session, since the
//! only account there is belongs to nobody.

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use url::Url;

use super::DemoWorld;
use super::cast::{self, Person, TWISTS, Twist};
use super::pages;
use super::parameters::Parameters;
use super::token::{Code, Trouble};

const CODE_SECONDS: i64 = 60;
/// What the page carries from the GET to the POST.
const CARRIED: [&str; 7] = ["response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method"];

#[derive(Template)]
#[template(path = "pages/demo_provider/authorize.html")]
struct Consent<'a> {
    app: &'a str,
    person: Person,
    /// Scope, and what it means where that is known.
    scopes: Vec<(&'a str, Option<&'static str>)>,
    carried: Vec<(&'static str, &'a str)>,
    twists: &'static [Twist],
}

pub(super) async fn new(world: web::Data<DemoWorld>, request: HttpRequest) -> HttpResponse {
    let parameters = Parameters::parse(request.query_string().as_bytes());
    match Asked::check(&world, &parameters) {
        Ok(asked) => pages::html(StatusCode::OK, &asked.page(&parameters)),
        Err(fault) => fault.respond(&world, &parameters),
    }
}

pub(super) async fn create(world: web::Data<DemoWorld>, body: web::Bytes) -> HttpResponse {
    let parameters = Parameters::parse(&body);
    match Asked::check(&world, &parameters).and_then(|asked| asked.decide(&world, &parameters)) {
        Ok(code) => redirect(&world, &parameters, &[("code", &code)]),
        Err(fault) => fault.respond(&world, &parameters),
    }
}

/// Why there is no code.
enum Fault {
    /// The redirect address cannot be trusted: only a page may say so.
    Page(&'static str),
    /// Told to the client: error code and description.
    Redirect(&'static str, &'static str),
}

impl Fault {
    fn respond(&self, world: &DemoWorld, parameters: &Parameters) -> HttpResponse {
        match self {
            Self::Page(reason) => pages::problem(reason),
            Self::Redirect(error, description) => redirect(world, parameters, &[("error", error), ("error_description", description)]),
        }
    }
}

/// An authorization request that holds.
struct Asked<'a> {
    client_id: &'a str,
    scopes: Vec<&'a str>,
    code_challenge: Option<&'a str>,
}

impl<'a> Asked<'a> {
    fn check(world: &DemoWorld, parameters: &'a Parameters) -> Result<Self, Fault> {
        let client_id = parameters.get("client_id").ok_or(Fault::Page("The address has no client_id."))?;
        if client_id.len() > 100 || !client_id.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Fault::Page("The client_id is longer than 100 characters, or has spaces or accents in it."));
        }
        if parameters.get("redirect_uri") != Some(world.redirect_uri().as_str()) {
            return Err(Fault::Page("The redirect_uri is not the one this client registered: {base address}/oauth/callback."));
        }
        if parameters.repeated().is_some() {
            return Err(Fault::Redirect("invalid_request", "A parameter came twice."));
        }
        match parameters.get("response_type") {
            Some("code") => {}
            Some(_) => {
                return Err(Fault::Redirect("unsupported_response_type", "Only response_type=code is known here."));
            }
            None => {
                return Err(Fault::Redirect("invalid_request", "response_type is missing."));
            }
        }
        let code_challenge = parameters.get("code_challenge");
        match (code_challenge, parameters.get("code_challenge_method")) {
            (None, None) => {}
            (Some(challenge), Some("S256")) if challenge.len() == 43 => {}
            _ => {
                return Err(Fault::Redirect("invalid_request", "PKCE needs a code_challenge and the method S256."));
            }
        }
        let scopes = parameters.get("scope").unwrap_or_default().split_ascii_whitespace().collect();
        Ok(Self { client_id, scopes, code_challenge })
    }

    fn page(&self, parameters: &'a Parameters) -> Consent<'a> {
        Consent {
            app: cast::app_name(self.client_id),
            person: Person::Maya,
            scopes: self.scopes.iter().map(|scope| (*scope, cast::scope_meaning(scope))).collect(),
            carried: CARRIED.iter().filter_map(|name| Some((*name, parameters.get(name)?))).collect(),
            twists: &TWISTS,
        }
    }

    /// The code that the chosen button leads to.
    fn decide(&self, world: &DemoWorld, parameters: &Parameters) -> Result<String, Fault> {
        let every = self.scopes.as_slice();
        let code = |person, scopes: &[&str], trouble, seconds| {
            let code = Code {
                grant: world.new_grant(self.client_id, person, &scopes.join(" ")),
                code_challenge: self.code_challenge.map(str::to_owned),
                trouble,
                expires_at: world.now() + seconds,
                redeemed: false,
            };
            Ok(world.remember_code(code))
        };
        match parameters.get("decision") {
            Some("allow") => code(Person::Maya, every, Trouble::None, CODE_SECONDS),
            Some("fewer_scopes") => code(Person::Maya, &every[..every.len().min(1)], Trouble::None, CODE_SECONDS),
            Some("another_account") => code(Person::Jonas, every, Trouble::None, CODE_SECONDS),
            Some("slow") => code(Person::Maya, every, Trouble::Slow, CODE_SECONDS),
            Some("expired_code") => code(Person::Maya, every, Trouble::None, 0),
            Some("error_500") => code(Person::Maya, every, Trouble::Error500, CODE_SECONDS),
            Some("deny") => Err(Fault::Redirect("access_denied", "The person did not allow it.")),
            Some("cancel") => Err(Fault::Redirect("user_cancelled", "The person left without answering.")),
            Some("needs_administrator") => {
                Err(Fault::Redirect("consent_required", "Only an administrator of Northwind may allow this app."))
            }
            _ => Err(Fault::Page("The form was sent without one of its buttons.")),
        }
    }
}

/// Back to the client with the answer, its `state` and our `iss`.
fn redirect(world: &DemoWorld, parameters: &Parameters, answer: &[(&str, &str)]) -> HttpResponse {
    let Ok(mut address) = Url::parse(&world.redirect_uri()) else {
        return pages::problem("The demo's own base address is not a URL.");
    };
    let state = parameters.get("state").map(|state| ("state", state));
    let issuer = world.issuer();
    address.query_pairs_mut().extend_pairs(answer).extend_pairs(state).append_pair("iss", &issuer);
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, String::from(address)))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .finish()
}
