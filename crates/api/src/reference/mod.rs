//! The page that shows the OpenAPI document: made on the server, with nothing to load and nothing to run.

mod html;
mod operation;
mod schema;

use std::fmt::Write;

use serde_json::Value;

use crate::calls::RULES;
use crate::problem::Code;
use html::{Escaped, Inline, Prose, slug};
use operation::Operation;
use schema::Schemas;

const STYLE: &str = include_str!("style.css");

/// The page for a document.
pub(crate) fn page(document: &Value) -> String {
    let empty = serde_json::Map::new();
    let schemas = Schemas(document["components"]["schemas"].as_object().unwrap_or(&empty));
    let operations = operations(document);
    let tags: Vec<(&str, &str)> = document["tags"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|tag| {
            (tag["name"].as_str().unwrap_or_default(), tag["description"].as_str().unwrap_or_default())
        })
        .collect();
    let contents = contents(&tags, &operations);
    let version = document["info"]["version"].as_str().unwrap_or_default();
    let mut html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>Scrip · API reference</title>\
         <link rel=\"icon\" href=\"data:,\"><style>{STYLE}</style></head><body>\
         <a class=\"skip\" href=\"#content\">Skip to the content</a>\
         <header><a class=\"brand\" href=\"#content\">Scrip</a> <span>API reference</span> <small>{}</small>\
         <a class=\"raw\" href=\"/openapi.json\">openapi.json</a></header>\
         <details class=\"contents\"><summary>Contents</summary><nav aria-label=\"Contents\">{contents}</nav></details>\
         <div class=\"page\"><nav class=\"side\" aria-label=\"Contents\">{contents}</nav><main id=\"content\">\
         <section class=\"lead\"><h1>Credits that are exact, durable and metered</h1>{}{}</section>",
        Escaped(version),
        Prose(
            document["info"]["description"]
                .as_str()
                .unwrap_or_default()
                .split_once("\n\n")
                .map_or("", |(_, rest)| rest)
        ),
        KEYS,
    );
    for (tag, description) in &tags {
        let written = write!(
            html,
            "<section id=\"tag-{}\"><h2>{}</h2><p class=\"about\">{}</p>",
            slug(tag),
            Escaped(tag),
            Inline(description)
        );
        debug_assert!(written.is_ok());
        for operation in operations.iter().filter(|operation| operation.about["tags"][0] == *tag) {
            html.push_str(&operation.html(schemas));
        }
        html.push_str("</section>");
    }
    html.push_str(&objects(schemas));
    html.push_str(&problems());
    html.push_str("</main></div></body></html>");
    html
}

const KEYS: &str = "<p>A secret key belongs to one program and sees nothing of another. Its scopes: \
    <code>spend</code> for quotes, holds, charges, returns and sessions; <code>read</code> for everything that changes \
    nothing; <code>manage</code> for accounts, orders, subscriptions, grants, corrections and the test clock. In the examples, \
    <code>$SCRIP</code> is the address of your server and <code>$KEY</code> a secret key.</p>";

/// All operations, in the order of the rules.
fn operations(document: &Value) -> Vec<Operation<'_>> {
    let mut operations: Vec<Operation<'_>> = Vec::new();
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, about) in methods.as_object().into_iter().flatten() {
            operations.push(Operation { method, path, about });
        }
    }
    operations.sort_by_key(|operation| {
        RULES.iter().position(|rule| rule.operation == operation.id()).unwrap_or(RULES.len())
    });
    operations
}

fn contents(tags: &[(&str, &str)], operations: &[Operation<'_>]) -> String {
    let mut html = String::from("<ul>");
    for (tag, _) in tags {
        let written = write!(html, "<li><a href=\"#tag-{}\">{}</a><ul>", slug(tag), Escaped(tag));
        debug_assert!(written.is_ok());
        for operation in operations.iter().filter(|operation| operation.about["tags"][0] == *tag) {
            let (id, method) = (Escaped(operation.id()), operation.method);
            let summary = Escaped(operation.summary());
            let written =
                write!(html, "<li><a href=\"#{id}\">{summary} <i class=\"{method}\">{method}</i></a></li>");
            debug_assert!(written.is_ok());
        }
        html.push_str("</ul></li>");
    }
    html + "<li><a href=\"#objects\">Objects</a></li><li><a href=\"#problems\">Problems</a></li></ul>"
}

fn objects(schemas: Schemas<'_>) -> String {
    let mut html = String::from(
        "<section id=\"objects\"><h2>Objects</h2><p class=\"about\">What is sent and what is answered, by name. Fields \
         may be added; clients pass over those that they do not know.</p><div class=\"objects\">",
    );
    for (name, schema) in schemas.0 {
        let fields = schemas.fields(schema);
        let shown = if fields.is_empty() { format!("<p>{}</p>", Schemas::type_of(schema)) } else { fields };
        let written = write!(
            html,
            "<article id=\"object-{}\"><h3>{}</h3>{}{shown}</article>",
            slug(name),
            Escaped(name),
            Prose(schema["description"].as_str().unwrap_or_default()),
        );
        debug_assert!(written.is_ok());
    }
    html + "</div></section>"
}

fn problems() -> String {
    let mut html = String::from(
        "<section id=\"problems\"><h2>Problems</h2><p class=\"about\">A request that is refused changes nothing, and \
         is answered with <code>application/problem+json</code>: <code>code</code> to compare, <code>detail</code> to \
         read, and facts of its own. Codes are stable.</p><dl class=\"problems\">",
    );
    for code in Code::ALL {
        let facts: Vec<String> = code.facts().iter().map(|fact| format!("<code>{fact}</code>")).collect();
        let facts = if facts.is_empty() {
            String::new()
        } else {
            format!("<p class=\"facts\">With {}.</p>", facts.join(", "))
        };
        let again = if code.is_worth_a_retry() { " <span>worth sending again</span>" } else { "" };
        let written = write!(
            html,
            "<div id=\"{0}\"><dt><b>{1}</b> <code>{0}</code>{again}</dt><dd><p>{2}</p>{facts}</dd></div>",
            code.code(),
            code.status().as_u16(),
            Inline(code.explanation()),
        );
        debug_assert!(written.is_ok());
    }
    html + "</dl></section>"
}
