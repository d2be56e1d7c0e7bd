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
    POST "/wizard/{instance}/connections/{slot}/help" => pages::connections::help, CustomerUser;

    GET "/connections" => pages::saved_connections::index, CustomerUser;
    GET "/connections/{connection}" => pages::saved_connections::show, CustomerUser;
    POST "/connections/{connection}" => pages::saved_connections::update, CustomerUser;
    POST "/connections/{connection}/name" => pages::saved_connections::rename, CustomerUser;
    POST "/connections/{connection}/checks" => pages::saved_connections::check, CustomerUser;
    POST "/connections/{connection}/authorizations" => pages::saved_connections::connect, CustomerUser;
    GET "/connections/{connection}/account" => pages::saved_connections::account, CustomerUser;
    POST "/connections/{connection}/account" => pages::saved_connections::choose, CustomerUser;
    GET "/connections/{connection}/disconnection" => pages::saved_connections::edit, CustomerUser;
    POST "/connections/{connection}/disconnection" => pages::saved_connections::disconnect, CustomerUser;
    POST "/connections/{connection}/deletion" => pages::saved_connections::destroy, CustomerUser;
    // Its `state` names the attempt, and the attempt names the browser.
    GET "/oauth/callback" => pages::attempts::finish, Anyone;
}
