//! What a line of the file says, whichever format it is in.

/// A field of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The host's own id of the account.
    Id,
    /// What people call it.
    Name,
    /// Where messages go.
    Email,
    /// A name of the IANA database.
    TimeZone,
    /// A tag of BCP 47.
    Locale,
    /// Credits, as people write them.
    Balance,
    /// The unit's code.
    Unit,
    /// Where the credits come from.
    Class,
    /// When they end.
    ExpiresAt,
    /// What was paid for them.
    PaidAmount,
    /// In which currency.
    PaidCurrency,
    /// For the history.
    Reason,
}

impl Field {
    /// All of them, in the order of their numbers.
    pub const ALL: [Field; 12] = [
        Field::Id,
        Field::Name,
        Field::Email,
        Field::TimeZone,
        Field::Locale,
        Field::Balance,
        Field::Unit,
        Field::Class,
        Field::ExpiresAt,
        Field::PaidAmount,
        Field::PaidCurrency,
        Field::Reason,
    ];

    /// What files call it.
    pub fn code(self) -> &'static str {
        match self {
            Field::Id => "id",
            Field::Name => "name",
            Field::Email => "email",
            Field::TimeZone => "time_zone",
            Field::Locale => "locale",
            Field::Balance => "balance",
            Field::Unit => "unit",
            Field::Class => "class",
            Field::ExpiresAt => "expires_at",
            Field::PaidAmount => "paid_amount",
            Field::PaidCurrency => "paid_currency",
            Field::Reason => "reason",
        }
    }

    /// The field of that name.
    pub fn from_code(code: &str) -> Option<Field> {
        Field::ALL.into_iter().find(|field| field.code() == code)
    }
}

/// Where a report of refused lines says why. A file that has it is such a report, mended: it is passed over.
pub const REFUSED: &str = "refused";

/// What an unknown field was meant to be, or which ones there are.
pub fn hint(name: &str, more: &'static str) -> String {
    let codes = || Field::ALL.into_iter().map(Field::code).chain([more]);
    match api::fields::nearest(&name.to_lowercase().replace([' ', '-'], "_"), codes()) {
        Some(nearest) => format!("did you mean \"{nearest}\"?"),
        None => format!("known are {}", codes().collect::<Vec<_>>().join(", ")),
    }
}

/// The fields of a line; what is left out or empty is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cells {
    values: [Option<String>; Field::ALL.len()],
    /// The host's own facts, by name.
    pub metadata: Vec<(String, String)>,
}

impl Cells {
    /// What a field says.
    pub fn get(&self, field: Field) -> Option<&str> {
        self.values.get(field as usize).and_then(Option::as_deref)
    }

    /// Sets it; `false` if it was set before.
    pub fn set(&mut self, field: Field, value: String) -> bool {
        let Some(place) = self.values.get_mut(field as usize) else { return false };
        place.replace(value).is_none()
    }
}

/// Why a line is refused: where, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The field; empty: the line as a whole.
    pub field: String,
    /// What is wrong and what would be right.
    pub why: String,
}

impl Wrong {
    /// What is wrong in a field.
    pub fn at(field: Field, why: impl Into<String>) -> Wrong {
        Wrong { field: field.code().to_owned(), why: why.into() }
    }

    /// What is wrong with a line.
    pub fn line(why: impl Into<String>) -> Wrong {
        Wrong { field: String::new(), why: why.into() }
    }
}

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        f.write_str(&self.why)
    }
}

/// A line as it stands in the file, for the report.
#[derive(Clone, Debug)]
pub enum Raw {
    /// The fields of a record.
    Fields(csv::StringRecord),
    /// A text that could not be taken apart, or an object.
    Text(String),
}

/// A line that was read.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its number, or that of the first of its lines.
    pub number: u64,
    /// As it stands.
    pub raw: Raw,
    /// What it says, or why that is not known.
    pub cells: Result<Cells, Wrong>,
}
