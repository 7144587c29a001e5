//! The page that shows the elements: live in a demo, as texts anywhere.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use catalog::Brand;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::Examples;
use crate::answer;
use crate::look::{Accent, href};
use crate::portal::accept_language;
use crate::say::Say;
use crate::state::Web;

pub(super) async fn page(State(web): State<Web>, headers: HeaderMap) -> Response {
    let say = Say::to(None, accept_language(&headers));
    answer::page(StatusCode::OK, &Brand::default(), document(&say, web.examples.get()))
}

/// Where an example's token comes from.
#[derive(Clone, Copy)]
enum Whose {
    Usual,
    Low,
}

/// The elements: the key of their texts, what a host writes, and whose account is shown.
const ELEMENTS: [(&str, &str, Whose); 4] = [
    ("balance", "<scrip-balance token-url=\"TOKEN\" breakdown></scrip-balance>", Whose::Usual),
    (
        "cost",
        "<scrip-cost action=\"ACTION\" token-url=\"TOKEN\">\n  <button type=\"button\">OK</button>\n</scrip-cost>",
        Whose::Usual,
    ),
    ("buy", "<scrip-buy token-url=\"TOKEN\"></scrip-buy>", Whose::Usual),
    ("low", "<scrip-low-balance token-url=\"TOKEN\"></scrip-low-balance>", Whose::Low),
];

const SCRIPT: &str = "<script type=\"module\" src=\"https://credits.example/embed/v1/scrip.js\"></script>";

const TOKEN: &str = "curl https://credits.example/v1/client_tokens \\\n  -H 'Authorization: Bearer sk_…' \\\n  \
                     -H 'Content-Type: application/json' -d '{\"account\": \"shop-1\"}'";

const STOREFRONT: &str = "<script src=\"https://credits.example/embed/v1/storefront.js\"\n  data-action=\"session\" \
                          data-token-url=\"/credits-token\" defer></script>\n\n<section data-scrip-feature>…</section>";

fn document(say: &Say, examples: Option<&Examples>) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(say.language.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (say.t("embeds-title")) " – Scrip" }
                link rel="stylesheet" href=(href("portal.css"));
                link rel="stylesheet" href=(Accent::of(None).href());
                link rel="icon" href="data:,";
                script type="module" src="/embed/v1/scrip.js" {}
            }
            body.embeds {
                main {
                    h1 { (say.t("embeds-title")) }
                    p.lead { (say.t("embeds-lead")) }
                    section {
                        h2 { (say.t("embeds-begin")) }
                        p { (say.t("embeds-begin-token")) }
                        (code(TOKEN))
                        p { (say.t("embeds-begin-script")) }
                        (code(SCRIPT))
                        @if examples.is_none() { p.small { (say.t("embeds-not-live")) } }
                    }
                    @for (name, text, whose) in ELEMENTS {
                        section {
                            h2 { (say.t(&format!("embeds-{name}"))) }
                            p { (say.t(&format!("embeds-{name}-what"))) }
                            @if let Some(examples) = examples { div.live-example { (PreEscaped(filled(text, whose, examples))) } }
                            (code(&text.replace("TOKEN", "/credits-token").replace("ACTION", "image.upscale")))
                        }
                    }
                    section {
                        h2 { (say.t("embeds-storefront")) }
                        p { (say.t("embeds-storefront-what")) }
                        (code(STOREFRONT))
                    }
                }
            }
        }
    }
}

/// An example with what this server says of itself, escaped: nothing of a visitor's is in it.
fn filled(text: &str, whose: Whose, examples: &Examples) -> String {
    let url = match whose {
        Whose::Usual => &examples.token_url,
        Whose::Low => &examples.low_token_url,
    };
    let escaped = |text: &str| html! { (text) }.into_string();
    text.replace("TOKEN", &escaped(url)).replace("ACTION", &escaped(&examples.action))
}

fn code(text: &str) -> Markup {
    html! { pre.code tabindex="0" { code { (text) } } }
}
