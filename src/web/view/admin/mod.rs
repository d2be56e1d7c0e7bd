//! The organization's pages. Each holds a `Console`: what surrounds it, besides the `Frame` that every page has.

pub mod account;
pub mod acting;
pub mod alerts;
pub mod api_keys;
pub mod customer_users;
pub mod audit;
pub mod bulk_checks;
pub mod connections;
pub mod connectors;
pub mod customers;
pub mod entered_values;
pub mod field;
pub mod funnel;
pub mod home;
pub mod imports;
pub mod instances;
pub mod integrations;
pub mod links;
pub mod manifests;
pub mod matrix;
pub mod presets;
pub mod reusable_connections;
pub mod search;
pub mod sessions;
pub mod settings;
pub mod users;
pub mod values;
use crate::web::urls;

/// The console's own surroundings: where one is, and who.
pub struct Console {
    pub section: Section,
    /// The e-mail address, or the name, of who is signed in.
    pub person: String,
    /// For signing out, and for the page's own forms.
    pub csrf: String,
    /// An admin or more.
    pub sets_up: bool,
    /// An owner.
    pub decides: bool,
}

/// Which part of the console a page belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Section {
    Home,
    Customers,
    Integrations,
    Connections,
    Activity,
    Alerts,
    /// One's own account, the organization's users and settings.
    Settings,
}

impl Section {
    /// The parts that the header lists, with their words and addresses.
    pub const LISTED: [(Self, &'static str, &'static str); 5] = [
        (Self::Customers, "console-customers", urls::admin::CUSTOMERS),
        (Self::Integrations, "console-integrations", urls::admin::INTEGRATIONS),
        (Self::Connections, "console-connections", urls::admin::REUSABLE_CONNECTIONS),
        (Self::Activity, "console-activity", urls::admin::AUDIT),
        (Self::Alerts, "console-alerts", urls::admin::ALERTS),
    ];
}
