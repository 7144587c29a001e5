//! A letter laid out, for mail clients: tables, and no styles but inline ones.
//!
//! No colour of text or background is set but the button's, and the client is told that both schemes suit us: so it
//! shows its own, light or dark, and turns none of ours round. What is less important is less opaque, in either.

use maud::{DOCTYPE, Markup, html};

use super::Look;
use super::colour::Colour;
use super::render::Content;

const FONT: &str =
    "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;";
const HAIRLINE: &str = "border-top:1px solid rgba(128,128,128,.28);";

/// The letter as a page.
pub(super) fn html(content: &Content, look: &Look) -> String {
    let page = html! {
        (DOCTYPE)
        html lang=(content.language.code()) style="color-scheme:light dark" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="supported-color-schemes" content="light dark";
                // Numbers of orders are no numbers of telephones.
                meta name="format-detection" content="telephone=no, date=no, address=no, email=no";
                title { (content.subject) }
            }
            body style={ "margin:0;padding:0;-webkit-text-size-adjust:100%;text-size-adjust:100%;" (FONT) } {
                (preheader(content))
                table role="presentation" width="100%" border="0" cellspacing="0" cellpadding="0" {
                    tr { td align="center" style="padding:40px 24px 48px" {
                        table role="presentation" width="600" border="0" cellspacing="0" cellpadding="0"
                            style="width:100%;max-width:600px;text-align:left" {
                            tr { td style=(FONT) { (letter(content, look)) } }
                        }
                    } }
                }
            }
        }
    };
    page.into_string()
}

/// What a list of mails shows behind the subject.
fn preheader(content: &Content) -> Markup {
    html! {
        @if let Some(first) = content.paragraphs.first() {
            div style="display:none;max-height:0;overflow:hidden;opacity:0" aria-hidden="true" { (first) }
        }
    }
}

fn letter(content: &Content, look: &Look) -> Markup {
    let accent = Colour::of(look.accent.as_deref());
    html! {
        (brand(content, look, accent))
        h1 style="margin:44px 0 0;font-size:30px;line-height:36px;font-weight:700;letter-spacing:-.02em" {
            (content.title)
        }
        @for (index, paragraph) in content.paragraphs.iter().enumerate() {
            p style={ "font-size:17px;line-height:27px;margin:" (if index == 0 { 16 } else { 10 }) "px 0 0" } {
                (paragraph)
            }
        }
        (rows(content))
        @if let Some((label, target)) = &content.action { (button(label, target, accent)) }
        div style={ "margin-top:48px;padding-top:20px;font-size:13px;line-height:20px;" (HAIRLINE) } {
            @for line in &content.footer { p style="margin:0 0 4px;opacity:.66" { (line) } }
        }
    }
}

/// The logo, or the program's name behind a mark in its colour.
fn brand(content: &Content, look: &Look, accent: Colour) -> Markup {
    let logo = look.logo.as_deref().filter(|logo| logo.starts_with("https://"));
    html! {
        @if let Some(logo) = logo {
            img src=(logo) alt=(content.program) height="32"
                style="display:block;height:32px;width:auto;max-width:240px;border:0;font-size:18px;font-weight:600";
        } @else {
            table role="presentation" border="0" cellspacing="0" cellpadding="0" { tr {
                td width="20" height="20" bgcolor=(accent.css())
                    style={ "width:20px;height:20px;border-radius:6px;line-height:1px;font-size:1px;background:" (accent.css()) } {
                    (maud::PreEscaped("&nbsp;"))
                }
                td style={ "padding-left:10px;font-size:18px;line-height:20px;font-weight:600;letter-spacing:-.01em;" (FONT) } {
                    (content.program)
                }
            } }
        }
    }
}

/// The facts: the first large, as it is what most will look for, the others line by line.
fn rows(content: &Content) -> Markup {
    html! {
        @if let [first, others @ ..] = content.rows.as_slice() {
            table role="presentation" width="100%" border="0" cellspacing="0" cellpadding="0"
                style="width:100%;margin-top:36px;font-size:15px;line-height:22px" {
                tr { td colspan="2" style={ "padding:20px 0 22px;" (HAIRLINE) (FONT) } {
                    div style="font-size:14px;line-height:20px;opacity:.66" { (first.label) }
                    div style="margin-top:4px;font-size:34px;line-height:40px;font-weight:700;letter-spacing:-.02em;font-variant-numeric:tabular-nums;overflow-wrap:anywhere" {
                        (first.words)
                    }
                } }
                @for row in others { tr {
                    td valign="top" style={ "padding:11px 16px 11px 0;" (HAIRLINE) (FONT) } {
                        span style="opacity:.66" { (row.label) }
                    }
                    td valign="top" align="right" style={ "padding:11px 0;text-align:right;" (HAIRLINE) (FONT) } {
                        span style={ "font-variant-numeric:tabular-nums;overflow-wrap:anywhere;" (if row.minor { "font-size:12px;opacity:.66" } else { "font-weight:500" }) } {
                            (row.words)
                        }
                    }
                } }
            }
        }
    }
}

/// Its padding is the link's, so that all of it can be tapped; its colour the cell's too, for clients without padding.
fn button(label: &str, target: &str, accent: Colour) -> Markup {
    let (ground, ink) = (accent.css(), accent.text_on());
    html! {
        table role="presentation" border="0" cellspacing="0" cellpadding="0" style="margin-top:24px" { tr {
            td bgcolor=(ground) style={ "border-radius:10px;background:" (ground) } {
                a href=(target)
                    style={ "display:inline-block;padding:14px 26px;border-radius:10px;font-size:16px;line-height:20px;font-weight:600;text-decoration:none;background:" (ground) ";color:" (ink) ";" (FONT) } {
                    (label)
                }
            }
        } }
    }
}
