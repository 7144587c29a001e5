use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A field of a change: left out, `null`, or a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Field<T> {
    /// What there is stays.
    #[default]
    Kept,
    /// What there is goes.
    Cleared,
    /// This takes its place.
    Set(T),
}

impl<T> Field<T> {
    /// Whether nothing was said.
    pub fn is_kept(&self) -> bool {
        matches!(self, Field::Kept)
    }

    /// Nothing where nothing was said; else the value, or what stands for none.
    pub fn map<U, E>(&self, none: U, set: impl FnOnce(&T) -> Result<U, E>) -> Result<Option<U>, E> {
        match self {
            Field::Kept => Ok(None),
            Field::Cleared => Ok(Some(none)),
            Field::Set(value) => set(value).map(Some),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Field<T>, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Field::Cleared, Field::Set))
    }
}

impl<T: Serialize> Serialize for Field<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Field::Kept | Field::Cleared => serializer.serialize_none(),
            Field::Set(value) => value.serialize(serializer),
        }
    }
}
