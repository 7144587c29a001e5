use catalog::Attribute;

/// An attribute as entries keep it: `true`, `42`, or a text behind a quotation mark.
pub fn attribute_text(value: &Attribute) -> Box<str> {
    match value {
        Attribute::Bool(value) => value.to_string().into(),
        Attribute::Int(value) => value.to_string().into(),
        Attribute::Text(value) => format!("\"{value}").into(),
    }
}

/// The attribute that an entry keeps as this text.
pub fn attribute_value(text: &str) -> Attribute {
    match text {
        "true" => Attribute::Bool(true),
        "false" => Attribute::Bool(false),
        _ => match text.strip_prefix('"') {
            Some(value) => Attribute::Text(value.to_owned()),
            None => text.parse().map_or_else(|_| Attribute::Text(text.to_owned()), Attribute::Int),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_come_back_as_they_went() {
        for value in [
            Attribute::Bool(true),
            Attribute::Int(-5),
            Attribute::Text("true".into()),
            Attribute::Text("5".into()),
            Attribute::Text("\"".into()),
            Attribute::Text(String::new()),
        ] {
            assert_eq!(attribute_value(&attribute_text(&value)), value);
        }
    }
}
