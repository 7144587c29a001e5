//! One operation on the page.

use std::fmt::Write;

use serde_json::Value;

use super::html::{Escaped, Inline, Prose};
use super::schema::Schemas;

/// An operation of the document.
pub(super) struct Operation<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub about: &'a Value,
}

impl<'a> Operation<'a> {
    /// Its id: its place on the page.
    pub fn id(&self) -> &'a str {
        self.about["operationId"].as_str().unwrap_or_default()
    }

    /// What it is, in a line.
    pub fn summary(&self) -> &'a str {
        self.about["summary"].as_str().unwrap_or_default().trim_end_matches('.')
    }

    /// Its part of the page.
    pub fn html(&self, schemas: Schemas<'a>) -> String {
        let mut html = String::new();
        let (id, method) = (Escaped(self.id()).to_string(), self.method);
        let written = write!(
            html,
            "<article id=\"{id}\"><h3><a href=\"#{id}\">{}</a></h3>\
             <p class=\"route\"><span class=\"method {method}\">{}</span> <code>{}</code></p>\
             <div class=\"columns\"><div class=\"told\">{}{}",
            Escaped(self.summary()),
            method.to_uppercase(),
            breakable(self.path),
            Prose(self.about["description"].as_str().unwrap_or_default()),
            self.needs(),
        );
        debug_assert!(written.is_ok());
        html.push_str(&self.parameters());
        html.push_str(&self.body(schemas));
        html.push_str(&self.answers());
        html.push_str(&self.problems());
        html.push_str("</div><div class=\"shown\">");
        html.push_str(&self.examples(schemas));
        html.push_str("</div></div></article>");
        html
    }

    fn needs(&self) -> String {
        match self.about["x-scope"].as_str() {
            Some(scope) => {
                let has = |name| {
                    let mut schemes = self.about["security"].as_array().into_iter().flatten();
                    schemes.any(|scheme| scheme.get(name).is_some())
                };
                let or = match (has("client_token"), has("storefront_token")) {
                    (true, true) => ", or a client or storefront token",
                    (true, false) => ", or a client token",
                    _ => "",
                };
                let scope = Escaped(scope);
                format!("<p class=\"needs\">Needs a key with the scope <code>{scope}</code>{or}.</p>")
            }
            None => "<p class=\"needs\">Needs no key.</p>".to_owned(),
        }
    }

    fn parameters(&self) -> String {
        let Some(parameters) = self.about["parameters"].as_array() else { return String::new() };
        let mut html = String::from("<h4>Parameters</h4><dl class=\"fields\">");
        for parameter in parameters {
            let place = parameter["in"].as_str().unwrap_or_default();
            let note = if parameter["required"] == true { " <b>required</b>" } else { "" };
            let written = write!(
                html,
                "<div><dt><code>{}</code> <span>{}, {}</span>{note}</dt><dd>{}</dd></div>",
                Escaped(parameter["name"].as_str().unwrap_or_default()),
                Escaped(place),
                Schemas::type_of(&parameter["schema"]),
                Inline(parameter["description"].as_str().unwrap_or_default()),
            );
            debug_assert!(written.is_ok());
        }
        html + "</dl>"
    }

    fn body_schema(&self) -> Option<&'a Value> {
        let schema = &self.about["requestBody"]["content"]["application/json"]["schema"];
        (!schema.is_null()).then_some(schema)
    }

    fn body(&self, schemas: Schemas<'a>) -> String {
        match self.body_schema() {
            Some(schema) => format!("<h4>Body</h4>{}", schemas.fields(schema)),
            None => String::new(),
        }
    }

    fn answers(&self) -> String {
        let mut html = String::from("<h4>Answers</h4><dl class=\"fields\">");
        for (status, response) in self.responses().filter(|(status, _)| status.starts_with('2')) {
            let content = response["content"].as_object().and_then(|content| content.iter().next());
            let body = content.map(|(kind, content)| match kind.as_str() {
                "application/json" => Schemas::type_of(&content["schema"]),
                other => Escaped(other).to_string(),
            });
            let written = write!(
                html,
                "<div><dt><code>{}</code> <span>{}</span></dt><dd>{}</dd></div>",
                Escaped(status),
                body.unwrap_or_default(),
                Inline(response["description"].as_str().unwrap_or_default()),
            );
            debug_assert!(written.is_ok());
        }
        html + "</dl>"
    }

    fn responses(&self) -> impl Iterator<Item = (&'a String, &'a Value)> {
        self.about["responses"].as_object().into_iter().flatten()
    }

    fn problems(&self) -> String {
        let mut html = String::new();
        for (status, response) in self.responses().filter(|(status, _)| !status.starts_with('2')) {
            let codes = response["content"]["application/problem+json"]["examples"].as_object();
            for code in codes.into_iter().flatten().map(|(code, _)| Escaped(code)) {
                let written = write!(html, "<li><a href=\"#{code}\"><b>{status}</b> {code}</a></li>");
                debug_assert!(written.is_ok());
            }
        }
        if html.is_empty() { html } else { format!("<h4>Problems</h4><ul class=\"codes\">{html}</ul>") }
    }

    fn examples(&self, schemas: Schemas<'a>) -> String {
        let mut html = block("Request", &self.curl());
        // Where there are two, the later one is that of something new.
        let answer = self.responses().filter(|(status, _)| status.starts_with('2')).last();
        if let Some((status, response)) = answer {
            let json = &response["content"]["application/json"];
            let text = response["content"].as_object().and_then(|content| content.values().next());
            let shown = if json.is_object() {
                serde_json::to_string_pretty(&schemas.example(&json["schema"])).unwrap_or_default()
            } else {
                text.and_then(|content| content["example"].as_str()).unwrap_or_default().to_owned()
            };
            if !shown.is_empty() {
                html.push_str(&block(&format!("Answer {status}"), &shown));
            }
        }
        html
    }

    fn curl(&self) -> String {
        let mut path = self.path.to_owned();
        let mut query = Vec::new();
        for parameter in self.about["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap_or_default();
            let example = parameter["example"].as_str().unwrap_or_default();
            match parameter["in"].as_str() {
                Some("path") => path = path.replace(&format!("{{{name}}}"), example),
                Some("query") if parameter["required"] == true => query.push(format!("{name}={example}")),
                _ => {}
            }
        }
        if !query.is_empty() {
            path = format!("{path}?{}", query.join("&"));
        }
        let mut lines = vec![format!("curl \"$SCRIP{path}\"")];
        if self.method != "get" {
            lines = vec![format!("curl -X {} \"$SCRIP{path}\"", self.method.to_uppercase())];
        }
        if self.about["x-scope"].is_string() {
            lines.push("  -H \"Authorization: Bearer $KEY\"".to_owned());
        }
        if self.about["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|one| one["name"] == "Idempotency-Key")
        {
            lines.push("  -H \"Idempotency-Key: $(uuidgen)\"".to_owned());
        }
        let example = &self.about["requestBody"]["content"]["application/json"]["example"];
        if self.body_schema().is_some() && !example.is_null() {
            lines.push("  -H \"Content-Type: application/json\"".to_owned());
            let example = serde_json::to_string_pretty(example).unwrap_or_default();
            lines.push(format!("  -d '{}'", example.replace('\n', "\n  ")));
        }
        lines.join(" \\\n")
    }
}

fn block(title: &str, text: &str) -> String {
    format!(
        "<figure><figcaption>{}</figcaption><pre tabindex=\"0\"><code>{}</code></pre></figure>",
        Escaped(title),
        Escaped(text)
    )
}

/// A path that may break behind its slashes.
fn breakable(path: &str) -> String {
    Escaped(path).to_string().replace('/', "/<wbr>")
}
