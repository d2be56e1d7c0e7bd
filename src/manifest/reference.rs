//! References that several kinds of document hold.

use super::{
    overrides::Rules,
    reader::{Object, Reading},
    types::{Found, FoundType, Types},
};
use crate::domain::connection_type::TypeRef;

/// The `type` of a preset, a reusable connection or a slot, and what it names. A stored body is believed.
pub fn type_ref(
    object: &mut Object<'_>,
    types: Option<&Types<'_>>,
    reading: &mut Reading<'_>,
) -> (Option<TypeRef>, Option<Found<FoundType>>) {
    let Some(node) = object.need("type", reading) else { return (None, None) };
    let found = types.and_then(|types| types.read(node, reading));
    let type_ref = reading.text(node, "type").as_deref().and_then(TypeRef::parse);
    (type_ref, found)
}

impl<'t> Rules<'t> {
    /// `None`: the type is wrong, which was told; what is said about its inputs cannot be judged.
    pub fn of(types: Option<&Types<'_>>, found: Option<&'t Found<FoundType>>) -> Option<Self> {
        match (types, found) {
            (None, _) => Some(Self::Trusted),
            (Some(_), found) => found.map(Self::Of),
        }
    }
}
