//! An integration's instances by its slots, as a page and as a file.

use actix_web::{
    HttpResponse,
    http::header,
    web::{Bytes, Data, Path, Query},
};
use futures_util::stream;

use super::customers::Asked;
use crate::{
    domain::key::Key,
    flows::{Context, csv, matrix},
    store::{MatrixFilter, NameCursor},
    web::{
        errors::Failure,
        pages::ok,
        present::{self, cells::Sheet},
        session::{self, Admin},
        urls,
        view::{
            Exit,
            admin::{
                Section,
                customers::Chip,
                matrix::{MatrixLine, MatrixShow},
            },
        },
    },
};

/// What a person looks over, and a browser draws, at a time: the more slots, the fewer rows.
const CELLS: usize = 250;
const ROWS: std::ops::RangeInclusive<usize> = 20..=50;
/// The file is made of more at a time.
const ROWS_OF_FILE: usize = 200;

/// What needs attention is what one comes for; where nothing does, all are shown.
fn filter(asked: &Asked) -> Option<MatrixFilter> {
    MatrixFilter::ALL.into_iter().find(|filter| filter.as_str() == asked.show)
}

async fn rows(context: &Context, integration: &Key) -> Result<usize, Failure> {
    let current = context.current_integration(integration).await?;
    let slots = current.map_or(1, |current| current.integration.shared_slots().count());
    Ok((CELLS / slots.max(1)).clamp(*ROWS.start(), *ROWS.end()))
}

pub async fn show(context: Data<Context>, admin: Admin, key: Path<Key>, asked: Query<Asked>) -> Result<HttpResponse, Failure> {
    let tally = context.store().read().matrix().tally(&key).await?;
    let filter = filter(&asked).unwrap_or(if tally.attention > 0 { MatrixFilter::Attention } else { MatrixFilter::All });
    let search = asked.q.trim().to_owned();
    let wanted = matrix::Wanted { filter, search: search.clone(), cursor: asked.cursor(), rows: rows(&context, &key).await? };
    let page = matrix::page(&context, &key, &wanted).await?.ok_or(Failure::NotFound)?;
    let (words, action) = (present::words(), urls::admin::matrix(&key));
    let sheet = Sheet { words, organization: &context.organization().name, now: context.now() };
    let here = |filter: MatrixFilter| [("show", filter.as_str()), ("q", search.as_str())];
    let next = page.next.as_ref().map(NameCursor::to_string);
    let more_href = next.map(|next| urls::admin::with_query(&action, here(filter).into_iter().chain([("after", next.as_str())])));
    let chip = |one: MatrixFilter| Chip {
        href: urls::admin::with_query(&action, here(one)),
        text: words.with_two("chip", "text", words.t(word(one)), "count", tally.of(one)),
        is_current: one == filter,
    };
    ok(&MatrixShow {
        words,
        frame: present::frame(&context, Exit::None, session::take_flash(&admin.session)),
        console: present::admin::console(&context, &admin, Section::Integrations)?,
        integration: page.name.clone(),
        chips: MatrixFilter::ALL.map(chip).into(),
        show: filter.as_str().to_owned(),
        slots: page.slots.iter().map(|(_, label)| label.clone()).collect(),
        rows: page.rows.iter().map(|row| line(&sheet, row)).collect(),
        more_href,
        first_href: asked.after.as_ref().map(|_| urls::admin::with_query(&action, here(filter))),
        check_href: urls::admin::with_query(urls::admin::BULK_CHECKS, [("integration", key.as_str())]),
        export_href: urls::admin::with_query(&urls::admin::matrix_csv(&key), here(filter)),
        is_empty: tally.all == 0,
        search,
        action,
    })
}

const fn word(filter: MatrixFilter) -> &'static str {
    match filter {
        MatrixFilter::Attention => "roll-up-attention",
        MatrixFilter::All => "roll-up-all",
        MatrixFilter::Waiting => "roll-up-waiting",
    }
}

fn line(sheet: &Sheet<'_>, row: &matrix::Row) -> MatrixLine {
    MatrixLine {
        customer: row.customer.clone(),
        href: urls::admin::customer(row.customer_id),
        cells: row.cells.iter().map(|cell| cell.as_ref().map(|cell| sheet.cell(row.instance_id, &row.customer, cell))).collect(),
        turned_on: row.deployed_at.map(|at| at.day()),
    }
}

/// Written as it is read, so that it may be long.
pub async fn export(context: Data<Context>, _admin: Admin, key: Path<Key>, asked: Query<Asked>) -> Result<HttpResponse, Failure> {
    let published = context.current_integration(&key).await?.ok_or(Failure::NotFound)?;
    let slots = matrix::slots(&context, &published).await?;
    let filter = filter(&asked).unwrap_or(MatrixFilter::All);
    let first = matrix::Wanted { filter, search: asked.q.trim().to_owned(), cursor: NameCursor::default(), rows: ROWS_OF_FILE };
    let key = key.into_inner();
    let name = format!("attachment; filename=\"{}.csv\"", key.as_str().replace(|c: char| !c.is_ascii_alphanumeric() && c != '-', "_"));
    let head = csv::line(heading(&slots));
    let body = stream::unfold(Some((context, key, first, Some(head))), |state| async move {
        let (context, key, wanted, head) = state?;
        let page = match matrix::page(&context, &key, &wanted).await {
            Ok(page) => page?,
            Err(broken) => return Some((Err(Failure::Broken(broken)), None)),
        };
        let sheet = Sheet { words: present::words(), organization: &context.organization().name, now: context.now() };
        let text: String = head.into_iter().chain(page.rows.iter().map(|row| csv::line(record(&sheet, row)))).collect();
        let next = page.next.map(|cursor| (context, key, matrix::Wanted { cursor, ..wanted }, None));
        Some((Ok::<_, Failure>(Bytes::from(text)), next))
    });
    Ok(HttpResponse::Ok().content_type("text/csv; charset=utf-8").insert_header((header::CONTENT_DISPOSITION, name)).streaming(body))
}

fn heading(slots: &[(Key, String)]) -> Vec<String> {
    let words = present::words();
    let mut heading = ["customers-external-id", "matrix-customer", "matrix-turned-on"].map(|key| words.t(key)).to_vec();
    for (_, label) in slots {
        heading.extend(["matrix-csv-status", "matrix-csv-detail"].map(|key| words.with(key, "slot", label)));
    }
    heading
}

fn record(sheet: &Sheet<'_>, row: &matrix::Row) -> Vec<String> {
    let mut record = vec![row.external_id.clone(), row.customer.clone(), row.deployed_at.map(|at| at.to_string()).unwrap_or_default()];
    for cell in &row.cells {
        let status = cell.as_ref().map(|cell| present::slot::status(cell.state).text(&sheet.words, sheet.organization));
        record.extend([status.unwrap_or_default(), cell.as_ref().and_then(|cell| sheet.detail(cell)).unwrap_or_default()]);
    }
    record
}
