//! Reusable connections: defined once by a manifest, used by the slots of many integrations, under a stable key.
//!
//! A slot that names a definition is *bound* to a connection (`bindings`): the organization's one, the one that the organization
//! has for each customer, or one that the customer chose; nothing is ever copied. Of a customer-activated definition a slot also
//! keeps an own connection, which holds what is typed of a new one, and becomes a saved one (`adopt`) when it works.
//! What is entered for all customers lies in the organization's connection of the definition, also where that never connects.

mod begun;
mod bind;
pub mod conversion;
mod definitions;
mod help;
mod own;
mod pausing;
mod saved;
mod values;

pub use begun::{Drafted, draft};
pub use bind::{Bound, bind};
pub(super) use bind::{adopt, bind_all, choose, free_name, to_bind, to_unbind};
pub use definitions::{DefinedInput, Definition, definition, definitions};
pub use help::ask_for_help;
pub use own::{Edited, Look, check_now, edit, look, may, reached};
pub(super) use own::{field_of, overlay};
pub use pausing::{disable, enable, paused};
pub use saved::{Deleted, New, Place, Renamed, Saved, create, delete, list, rename, usage};
pub use values::{CustomerValues, Stops, Whose, of_customers, set_for_customer, stops, values_form};
