//! Reusable connections: defined once by a manifest, used by the slots of many integrations, under a stable key.
//!
//! A slot that names a definition is *bound* to a connection (`bindings`): the organization's one, the one that the organization
//! has for each customer, or one that the customer chose; nothing is ever copied. Of a customer-activated definition a slot also
//! keeps an own connection, which holds what is typed of a new one, and becomes a saved one (`adopt`) when it works.
//! What is entered for all customers lies in the organization's connection of the definition, also where that never connects.

mod bind;
mod definitions;
mod saved;

pub use bind::{Bound, bind};
pub(super) use bind::{adopt, bind_all, to_bind, to_unbind};
pub use definitions::{DefinedInput, Definition, definition, definitions};
pub use saved::{Deleted, New, Place, Renamed, Saved, create, delete, list, rename, usage};
