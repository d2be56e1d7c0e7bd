//! A product, a person with a browser without JavaScript, an API caller, a provider, and all that is logged meanwhile.

pub mod browser;
pub mod database;
pub mod log;
pub mod mailbox;
pub mod product;
pub mod provider;
pub mod receiver;

pub use browser::Browser;
pub use mailbox::Mailbox;
pub use product::Product;
pub use provider::Provider;
pub use receiver::Receiver;
