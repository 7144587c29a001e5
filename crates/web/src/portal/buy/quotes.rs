//! Prices that were made for the account: what they say, and until when they can be accepted.

use account::Wanted;
use maud::{Markup, html};

use super::wish::{Wish, quotes};
use crate::portal::{Visit, sold};

/// The open quotes.
pub(super) fn section(visit: &Visit) -> Markup {
    let (say, program) = (&visit.say, visit.program());
    let open = quotes(visit);
    html! {
        @if !open.is_empty() {
            section {
                h2 { (say.t("deal-quotes")) }
                ul.offers {
                    @for quote in open {
                        @let quoted = &quote.quoted;
                        @let unit = program.package(&quoted.offer).map_or(0, |package| package.unit);
                        @let wish = Wish { what: Wanted::Quote(quote.id), how_many: None, renew: false, change: false };
                        li {
                            div.what {
                                h3 { (words::one_line(&quoted.name)) }
                                p { (say.credits_of(program, unit, quoted.credits)) }
                                @if !quoted.note.is_empty() { p.small { (words::one_line(&quoted.note)) } }
                                p.small { (say.with("quote-until", [("date", say.moment(quoted.expires_at).into())])) }
                            }
                            div.price {
                                p.amount { (sold::price(say, Some(quoted.price))) }
                                @if let Some(each) = sold::per_credit_of(visit, unit, quoted.credits, quoted.price) {
                                    p.small { (say.with("per-credit", [("price", each.into())])) }
                                }
                            }
                            div.do {
                                a.button href=(wish.href(visit))
                                    aria-label={ (say.t("quote-accept")) ": " (words::one_line(&quoted.name)) } { (say.t("quote-accept")) }
                            }
                        }
                    }
                }
            }
        }
    }
}
