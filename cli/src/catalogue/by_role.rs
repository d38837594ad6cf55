//! The families of an operation as keys of its JSON object, one key for each role.

use std::collections::BTreeMap;

use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::names::Role;

/// Writes each family under the keyword of its role.
pub(super) fn serialize<S: Serializer, T: Serialize>(
    families: &BTreeMap<Role, T>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(families.iter().map(|(role, family)| (role.word(), family)))
}

/// Reads the families from the remaining keys of the object.
pub(super) fn deserialize<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<BTreeMap<Role, T>, D::Error> {
    let mut rest = Map::<String, Value>::deserialize(deserializer)?;
    let given = Role::ALL.iter().filter_map(|role| Some((*role, rest.remove(role.word())?)));
    given.map(|(role, family)| Ok((role, serde_json::from_value(family).map_err(D::Error::custom)?))).collect()
}
