//! Units in bodies.

use crate::body::Text;
use crate::known::Known;
use crate::problem::Problem;

/// The unit of that code; the program's first where a request does not say.
pub(crate) fn unit(known: &Known, code: Option<&Text<'_>>) -> Result<u8, Problem> {
    let Some(code) = code else { return Ok(0) };
    known.program().unit_index(code).ok_or_else(|| {
        let codes: Vec<&str> = known.program().units.iter().map(|unit| unit.code.as_str()).collect();
        Problem::invalid("/unit", format!("must be a unit of the program: {}", codes.join(", ")))
    })
}
