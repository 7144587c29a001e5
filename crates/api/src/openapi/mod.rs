//! The OpenAPI document: what the handlers say about themselves, and what is the same for all of them.

mod decorate;
mod schemas;
#[cfg(test)]
mod tests;

use utoipa::openapi::{InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder};

pub(crate) use decorate::document;
pub(crate) use schemas::{Anything, AttributeValue, Problem};

/// What the document begins with.
pub(crate) fn frame() -> OpenApi {
    let license = LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build();
    let info = InfoBuilder::new()
        .title("Scrip")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(DESCRIPTION))
        .license(Some(license))
        .build();
    OpenApiBuilder::new().info(info).build()
}

const DESCRIPTION: &str = "\
Credits that are exact, durable and metered.

Amounts of credits are whole numbers of the unit's smallest part, as JSON integers of 64 bits: `5`, never `5.0`. Times \
are RFC 3339 in UTC. An account is named by Scrip's id or by your own. Every request that changes something carries an \
`Idempotency-Key`, and may be sent again until it is answered: it happens once, and a repeat gets the first answer, \
marked `Idempotent-Replayed: true`. Keys are remembered for 30 days.

`Scrip-Position` in the answer to a write says how far the books are; a read with `?at_least=` that position sees the \
write. Lists have `data` and `next_cursor`; send it as `cursor` for what follows. Every answer has a `Request-Id`. \
A body has at most 1 MiB and 32 levels of nesting; a field or a parameter that there is not is refused by its name.";
