//! A receipt as a page. Whatever comes in is escaped by maud; nothing here is put in unescaped.

use maud::{DOCTYPE, Markup, html};

use super::said::{Fact, Said, bare};

pub(super) fn html(said: &Said) -> String {
    let page = html! {
        (DOCTYPE)
        html lang=(said.language.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                meta name="color-scheme" content="light dark";
                // Numbers of orders are no numbers of telephones.
                meta name="format-detection" content="telephone=no, date=no, address=no, email=no";
                title { (said.name) }
                link rel="stylesheet" href="style.css";
            }
            body {
                @if let Some(test) = &said.test { aside.notice { (test) } }
                main.paper { (paper(said)) }
            }
        }
    };
    page.into_string()
}

fn paper(said: &Said) -> Markup {
    html! {
        header.head {
            p.program { (mark(said)) bdi { (said.program) } }
            p.number { (said.number) }
        }
        h1 { (said.title) }
        p.total { (said.total) }
        @if let Some(paid) = &said.paid { p.paid { (paid) } }
        @for sentence in &said.since { p.since { (sentence) } }
        div.facts {
            @for group in &said.facts {
                dl { @for fact in group { (row(fact)) } }
            }
        }
        (table(said))
        (support(said))
    }
}

/// The accent is an attribute of a drawing, which a policy against inline styles lets pass.
fn mark(said: &Said) -> Markup {
    html! {
        svg.mark viewBox="0 0 14 14" width="14" height="14" aria-hidden="true" {
            rect width="14" height="14" rx="4" fill=(said.accent.html()) {}
        }
    }
}

fn row(fact: &Fact) -> Markup {
    html! {
        div {
            dt { (fact.label) }
            @for value in &fact.values { dd { bdi { (value) } } }
        }
    }
}

/// On a narrow screen the columns stand below each other, and the quantity has its name before it.
fn table(said: &Said) -> Markup {
    let [what, quantity, credits, amount] = &said.columns;
    html! {
        table {
            thead { tr {
                th scope="col" { (what) }
                th.end scope="col" { (quantity) }
                th.end scope="col" { (credits) }
                th.end scope="col" { (amount) }
            } }
            tbody {
                @for [what, count, granted, paid] in &said.lines { tr {
                    td.what { bdi { (what) } }
                    td.end.quantity data-label=(quantity) { (count) }
                    td.end.credits { bdi { (granted) } }
                    td.end.amount { (paid) }
                } }
            }
            tfoot {
                @for sum in &said.sums { tr {
                    th colspan="3" scope="row" { (sum.label) }
                    td.end { (sum.amount) }
                } }
            }
        }
    }
}

fn support(said: &Said) -> Markup {
    html! {
        @if said.support_email.is_some() || said.support_url.is_some() {
            p.support {
                (said.questions)
                @if let Some(email) = &said.support_email {
                    " "
                    @if is_address(email) { a href={ "mailto:" (email) } { (email) } } @else { bdi { (email) } }
                }
                @if let Some(url) = &said.support_url {
                    " "
                    @if is_web(url) { a href=(url) rel="noreferrer" { (bare(url)) } } @else { bdi { (url) } }
                }
            }
        }
    }
}

/// Whether it can stand in a link as it is: with nothing in it that would begin another part of the link.
fn is_address(email: &str) -> bool {
    email.contains('@') && email.chars().all(|c| c.is_ascii_alphanumeric() || "@.+-_".contains(c))
}

fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}
