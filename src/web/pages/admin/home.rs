//! Where an org user arrives: who is connected to what.

use actix_web::{HttpResponse, web::Data};

use crate::{
    flows::{Context, overview},
    web::{
        errors::Failure,
        pages::ok,
        present,
        session::Admin,
        view::{
            Exit,
            admin::{
                Section,
                home::{Cell, HomeShow, InstanceRow, IntegrationTable},
            },
            slot::reason,
        },
    },
};

pub async fn show(context: Data<Context>, admin: Admin) -> Result<HttpResponse, Failure> {
    let tables = overview::integrations(&context).await?;
    let words = present::words();
    let organization = context.organization().name.clone();
    let cell = |cell: &overview::Cell| Cell {
        status: present::slot::status(cell.state),
        detail: match cell.state.reason() {
            Some(code) => {
                Some(reason(words, code.code(), "admin", &cell.connector, &organization, cell.account.as_deref().unwrap_or_default()).0)
            }
            None => cell.account.clone(),
        },
    };
    let row = |row: &overview::Row| InstanceRow {
        customer: row.customer.clone(),
        href: None,
        cells: row.cells.iter().map(cell).collect(),
        turned_on: row.deployed_at.map(|at| at.day()),
    };
    let integrations = tables.iter().enumerate().map(|(number, table)| IntegrationTable {
        id: format!("integration-{number}"),
        name: table.name.clone(),
        slots: table.slots.clone(),
        rows: table.rows.iter().map(row).collect(),
    });
    ok(&HomeShow {
        words,
        frame: present::frame(&context, Exit::None, None),
        console: present::admin::console(&context, &admin, Section::Home)?,
        integrations: integrations.collect(),
    })
}
