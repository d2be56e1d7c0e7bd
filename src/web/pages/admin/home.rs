//! Where an org user arrives: what waits for somebody today, or how one begins.

use actix_web::{HttpResponse, web::Data};

use crate::{
    domain::roll_up::Tally,
    flows::{Context, matrix},
    store::{BrokenConnection, LeftDraft, OpenedLink, Waiting},
    web::{
        errors::Failure,
        pages::ok,
        present::{self, slot::ago},
        session::{self, Admin},
        urls,
        view::{
            Exit,
            admin::{
                Section,
                home::{FirstStep, HomeShow, WaitingGroup, WaitingLine},
            },
            slot::{Status, reason},
        },
    },
};

/// Of each kind: a page that a person can take in.
const LINES: i64 = 6;

pub async fn show(context: Data<Context>, admin: Admin) -> Result<HttpResponse, Failure> {
    let (words, now) = (present::words(), context.now());
    let tally = context.store().read().directory().tally().await?;
    let broken = context.store().read().attention().broken(now, LINES).await?;
    let drafts = context.store().read().attention().drafts(now, LINES).await?;
    let links = context.store().read().attention().opened_links(now, LINES).await?;
    let groups = [self::broken(&context, broken).await?, self::drafts(&context, drafts), opened(&context, links)];
    let count = |count: i64| words.count("home-customers", usize::try_from(count).unwrap_or_default());
    ok(&HomeShow {
        words,
        frame: present::frame(&context, Exit::None, session::take_flash(&admin.session)),
        console: present::admin::console(&context, &admin, Section::Home)?,
        steps: steps(&context, tally).await?,
        waiting: groups.into_iter().flatten().collect(),
        customers: (tally.all > 0).then(|| (count(tally.all), urls::admin::CUSTOMERS.to_owned())),
    })
}

fn group<T>(id: &'static str, show: &str, waiting: &Waiting<T>, line: impl Fn(&T) -> WaitingLine) -> Option<WaitingGroup> {
    let words = present::words();
    let count = usize::try_from(waiting.count).unwrap_or_default();
    let all = || (words.t("home-all"), urls::admin::with_query(urls::admin::CUSTOMERS, [("show", show)]));
    (count > 0).then(|| WaitingGroup {
        id,
        title: words.count(id, count),
        lines: waiting.first.iter().map(line).collect(),
        more: (count > waiting.first.len()).then(all),
    })
}

async fn broken(context: &Context, waiting: Waiting<BrokenConnection>) -> Result<Option<WaitingGroup>, Failure> {
    let (words, organization, now) = (present::words(), &context.organization().name, context.now());
    let mut names = Vec::new();
    for one in &waiting.first {
        names.push(context.current_connector(&one.connector).await?.map_or_else(|| one.slot.to_string(), |found| found.name.clone()));
    }
    let line = |(at, one): (usize, &BrokenConnection)| {
        let (name, account) = (&names[at], one.account.as_deref().unwrap_or_default());
        let code = one.state.reason().map_or("", |reason| reason.code());
        let (title, ..) = reason(words, code, "admin", name, organization, account);
        WaitingLine {
            status: present::slot::status(crate::flows::SlotState::Connection(one.state)),
            href: match one.user {
                Some(_) => urls::admin::instance(one.instance_id),
                None => urls::admin::connection(one.instance_id, &one.slot),
            },
            text: match &one.user {
                Some(user) => words
                    .with_all("home-line-of-user", [("what", name.clone()), ("customer", one.customer.clone()), ("user", user.clone())]),
                None => words.with_two("home-line", "what", name, "customer", &one.customer),
            },
            note: words.with_two("matrix-since", "reason", title, "when", ago(words, one.since, now)),
        }
    };
    let numbered = Waiting { count: waiting.count, first: waiting.first.iter().enumerate().collect() };
    Ok(group("home-broken", "attention", &numbered, |(at, one)| line((*at, one))))
}

fn drafts(context: &Context, waiting: Waiting<LeftDraft>) -> Option<WaitingGroup> {
    let (words, now) = (present::words(), context.now());
    group("home-drafts", "waiting", &waiting, |one| WaitingLine {
        status: Status::NotConnected,
        href: urls::admin::instance(one.instance_id),
        text: words.with_two("home-line", "what", &one.instance, "customer", &one.customer),
        note: words.with("home-draft-note", "when", ago(words, one.touched_at, now)),
    })
}

fn opened(context: &Context, waiting: Waiting<OpenedLink>) -> Option<WaitingGroup> {
    let (words, now) = (present::words(), context.now());
    group("home-links", "waiting", &waiting, |one| WaitingLine {
        status: Status::NotConnected,
        href: urls::admin::customer(one.customer_id),
        text: words.with_two(
            "home-link-of",
            "user",
            one.user.clone().unwrap_or_else(|| words.t("home-someone")),
            "customer",
            &one.customer,
        ),
        note: words.with("home-link-note", "when", ago(words, one.opened_at, now)),
    })
}

/// `None`: the first connection is on its way.
async fn steps(context: &Context, tally: Tally) -> Result<Option<Vec<FirstStep>>, Failure> {
    let words = present::words();
    let applied = !matrix::integrations(context).await?.is_empty();
    let begun = tally.all > tally.nothing;
    let step = |title: &str, text: &str, command: Option<&str>, way: Option<(String, String)>, is_done| FirstStep {
        title: words.t(title),
        text: words.t(text),
        command: command.map(|command| words.t(command)),
        way,
        is_done,
    };
    let way = |word: &str, href: &str| Some((words.t(word), href.to_owned()));
    let customer_way = way("home-step-customer-way", urls::admin::NEW_CUSTOMER);
    let steps = vec![
        step("home-step-apply", "home-step-apply-text", Some("home-step-apply-command"), None, applied),
        step("home-step-customer", "home-step-customer-text", Some("customers-empty-command"), customer_way, tally.all > 0),
        step(
            "home-step-link",
            "home-step-link-text",
            Some("home-step-link-command"),
            way("home-step-link-way", urls::admin::CUSTOMERS),
            begun,
        ),
    ];
    Ok((!(applied && begun)).then_some(steps))
}
