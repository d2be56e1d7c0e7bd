//! What customers see, and what machines ask of the whole.

use crate::{
    domain::customer_user::CustomerRole::{Admin, Member},
    web::{
        access::Who::{Anyone, Colleague, CustomerAdmin, CustomerUser, LinkHolder, Oneself},
        pages,
    },
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
    POST "/wizard/{instance}/deployment" => pages::wizard::deploy, CustomerAdmin;
    GET "/wizard/{instance}/done" => pages::wizard::done, CustomerUser;
    GET "/wizard/{instance}/paused" => pages::wizard::pause, CustomerUser;
    GET "/wizard/{instance}/connections/{slot}" => pages::connections::show, CustomerUser;
    POST "/wizard/{instance}/connections/{slot}/checks" => pages::connections::check, CustomerUser;
    POST "/wizard/{instance}/connections/{slot}/authorizations" => pages::attempts::create, CustomerUser;
    POST "/wizard/{instance}/connections/{slot}/retries" => pages::attempts::retry, CustomerUser;
    GET "/wizard/{instance}/connections/{slot}/account" => pages::accounts::edit, CustomerUser;
    POST "/wizard/{instance}/connections/{slot}/account" => pages::accounts::update, CustomerUser;
    GET "/wizard/{instance}/connections/{slot}/disconnection" => pages::connections::edit, CustomerAdmin;
    POST "/wizard/{instance}/connections/{slot}/disconnection" => pages::connections::destroy, CustomerAdmin;
    GET "/wizard/{instance}/connections/{slot}/disconnected" => pages::connections::gone, CustomerUser;
    POST "/wizard/{instance}/connections/{slot}/help" => pages::connections::help, CustomerUser;

    GET "/wizard/{instance}/own" => pages::own_connections::index, Oneself;
    POST "/wizard/{instance}/own/{slot}" => pages::own_connections::update, Oneself;
    POST "/wizard/{instance}/own/{slot}/authorizations" => pages::own_connections::connect, Oneself;
    POST "/wizard/{instance}/own/{slot}/checks" => pages::own_connections::check, Oneself;
    GET "/wizard/{instance}/own/{slot}/account" => pages::own_connections::account, Oneself;
    POST "/wizard/{instance}/own/{slot}/account" => pages::own_connections::choose, Oneself;
    GET "/wizard/{instance}/own/{slot}/disconnection" => pages::own_connections::edit, Oneself;
    POST "/wizard/{instance}/own/{slot}/disconnection" => pages::own_connections::destroy, Oneself;

    GET "/connections" => pages::saved_connections::index, CustomerUser;
    GET "/connections/{connection}" => pages::saved_connections::show, CustomerUser;
    POST "/connections/{connection}" => pages::saved_connections::update, CustomerUser;
    GET "/connections/{connection}/done" => pages::saved_connections::done, CustomerUser;
    POST "/connections/{connection}/name" => pages::saved_connections::rename, CustomerUser;
    POST "/connections/{connection}/checks" => pages::saved_connections::check, CustomerUser;
    POST "/connections/{connection}/authorizations" => pages::saved_connections::connect, CustomerUser;
    GET "/connections/{connection}/account" => pages::saved_connections::account, CustomerUser;
    POST "/connections/{connection}/account" => pages::saved_connections::choose, CustomerUser;
    GET "/connections/{connection}/disconnection" => pages::saved_connections::edit, CustomerAdmin;
    POST "/connections/{connection}/disconnection" => pages::saved_connections::disconnect, CustomerAdmin;
    POST "/connections/{connection}/deletion" => pages::saved_connections::destroy, CustomerAdmin;

    GET "/session" => pages::sessions::new, Anyone;
    POST "/session" => pages::sessions::create, Anyone;
    POST "/session/sso" => pages::sso::begin_customer, Anyone;
    POST "/session/end" => pages::sessions::destroy, Colleague(Member);
    // Its `state` names the attempt, and the attempt names the browser.
    GET "/sso/callback" => pages::sso::finish, Anyone;
    GET "/sign-in/{token}" => pages::sessions::show_link, LinkHolder;
    POST "/sign-in/{token}" => pages::sessions::take_link, LinkHolder;
    GET "/home" => pages::home::index, Colleague(Member);
    GET "/account" => pages::account::show, Colleague(Member);
    POST "/account/password" => pages::account::update, Colleague(Member);
    POST "/account/sessions/end" => pages::account::end_sessions, Colleague(Member);
    POST "/account/sessions/{session}/end" => pages::account::end_session, Colleague(Member);
    GET "/people" => pages::people::index, Colleague(Admin);
    POST "/people" => pages::people::create, Colleague(Admin);
    POST "/people/{user}/link" => pages::people::link, Colleague(Admin);
    POST "/people/{user}/role" => pages::people::update, Colleague(Admin);
    POST "/people/{user}/disablement" => pages::people::disable, Colleague(Admin);
    POST "/people/{user}/enablement" => pages::people::enable, Colleague(Admin);

    // Its `state` names the attempt, and the attempt names the browser.
    GET "/oauth/callback" => pages::attempts::finish, Anyone;
}
