//! A product, a person with a browser without JavaScript, and an API caller.

pub mod browser;
pub mod product;

pub use browser::Browser;
pub use product::Product;
