//! What a browser sends when a button is pressed.

/// The fields of a form that the page has. Whatever else was sent is not read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    pub(super) step: String,
    pub(super) card: String,
    pub(super) number: String,
}

/// The longest body that is read.
pub const LONGEST: usize = 4_096;

/// More than the longest value that the page's own fields have.
const LONGEST_VALUE: usize = 64;

impl Form {
    /// Reads a body of `application/x-www-form-urlencoded`. What can't be read is left out; a body longer than [`LONGEST`]
    /// is read as an empty form.
    pub fn read(body: &[u8]) -> Form {
        let mut form = Form::default();
        if body.len() > LONGEST {
            return form;
        }
        for pair in body.split(|byte| *byte == b'&') {
            let (name, value) = pair.iter().position(|byte| *byte == b'=').map_or((pair, &pair[..0]), |at| {
                let (name, rest) = pair.split_at(at);
                (name, rest.get(1..).unwrap_or_default())
            });
            let field = match name {
                b"step" => &mut form.step,
                b"card" => &mut form.card,
                b"number" => &mut form.number,
                _ => continue,
            };
            if let Some(text) = decoded(value) {
                *field = text;
            }
        }
        form
    }
}

fn decoded(value: &[u8]) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = value.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut half = || char::from(*rest.next()?).to_digit(16);
                let (high, low) = (half()?, half()?);
                (high << 4 | low) as u8
            }
            other => *other,
        });
        if bytes.len() > LONGEST_VALUE {
            return None;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_read_as_browsers_send_them() {
        let form = Form::read(b"card=4242+4242+4242+4242&number=%34000-%C3%A4&step=pay&x=y");
        let read = (form.step.as_str(), form.card.as_str(), form.number.as_str());
        assert_eq!(read, ("pay", "4242 4242 4242 4242", "4000-ä"));
    }

    #[test]
    fn what_browsers_never_send_is_nothing() {
        let long = [b"number=".as_slice(), &[b'4'; 65]].concat();
        let huge = [b"step=pay&".as_slice(), &[b'&'; LONGEST]].concat();
        for body in [
            b"".as_slice(),
            b"&&=&==",
            b"number",
            b"number=%",
            b"number=%4",
            b"number=%zz",
            b"number=%ff",
            &long,
            &huge,
        ] {
            assert_eq!(Form::read(body), Form::default(), "{body:?}");
        }
    }
}
