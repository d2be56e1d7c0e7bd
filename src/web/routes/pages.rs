//! What customers see, and what machines ask of the whole.

use crate::web::{
    access::Who::{Anyone, CustomerUser, LinkHolder},
    pages,
};

routes! {
    GET "/" => pages::home::show, Anyone;
    GET "/healthz" => pages::health::alive, Anyone;
    GET "/readyz" => pages::health::ready, Anyone;
    GET "/brand.css" => pages::brand::show, Anyone;
    GET "/metrics" => pages::health::metrics, Anyone;

    GET "/links/{token}" => pages::links::show, LinkHolder;
    POST "/links/{token}/request" => pages::links::request, LinkHolder;
    GET "/wizard/{instance}" => pages::wizard::index, CustomerUser;
    GET "/wizard/{instance}/pages/{page}" => pages::wizard::show, CustomerUser;
    POST "/wizard/{instance}/pages/{page}" => pages::wizard::update, CustomerUser;
    GET "/wizard/{instance}/review" => pages::wizard::review, CustomerUser;
    POST "/wizard/{instance}/deployment" => pages::wizard::deploy, CustomerUser;
    GET "/wizard/{instance}/done" => pages::wizard::done, CustomerUser;
    GET "/wizard/{instance}/paused" => pages::wizard::pause, CustomerUser;
    GET "/wizard/{instance}/connections/{slot}" => pages::connections::show, CustomerUser;
    POST "/wizard/{instance}/connections/{slot}/checks" => pages::connections::check, CustomerUser;
    POST "/wizard/{instance}/connections/{slot}/authorizations" => pages::attempts::create, CustomerUser;
    POST "/wizard/{instance}/connections/{slot}/retries" => pages::attempts::retry, CustomerUser;
    GET "/wizard/{instance}/connections/{slot}/account" => pages::accounts::edit, CustomerUser;
    POST "/wizard/{instance}/connections/{slot}/account" => pages::accounts::update, CustomerUser;
    GET "/wizard/{instance}/connections/{slot}/disconnection" => pages::connections::edit, CustomerUser;
    POST "/wizard/{instance}/connections/{slot}/disconnection" => pages::connections::destroy, CustomerUser;
    GET "/wizard/{instance}/connections/{slot}/disconnected" => pages::connections::gone, CustomerUser;
    // Its `state` names the attempt, and the attempt names the browser.
    GET "/oauth/callback" => pages::attempts::finish, Anyone;
}
