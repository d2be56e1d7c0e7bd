//! The API through its front door, on a real SQLite file; faked are only the network and the clock.

mod bench;
mod credentials;
mod customers;
mod instances;
mod refusals;
