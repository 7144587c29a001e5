//! What is the same for many operations is said once, here: keys, headers, problems.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use utoipa::openapi::OpenApi;

use crate::access::{Rule, Use};
use crate::calls::RULES;
use crate::calls::provider_events::PROBLEMS;
use crate::problem::Code;

/// Problems of every call with a key.
const ALL: [Code; 7] = [
    Code::InvalidRequest,
    Code::Unauthenticated,
    Code::Forbidden,
    Code::MethodNotAllowed,
    Code::RateLimited,
    Code::Overloaded,
    Code::Unavailable,
];

/// Problems of every call with a body.
const WITH_BODY: [Code; 2] = [Code::BodyTooLarge, Code::UnsupportedMediaType];

/// Problems of every call that changes something.
const CHANGES: [Code; 2] = [Code::IdempotencyKeyMissing, Code::IdempotencyKeyReused];

/// Calls whose fields may all be left out, and so the body too.
const BODY_OPTIONAL: [&str; 13] = [
    "create_account",
    "capture_hold",
    "release_hold",
    "cancel_order",
    "refund_order",
    "withdraw_custom_quote",
    "resume_subscription",
    "pause_subscription",
    "rotate_webhook_secret",
    "test_webhook_endpoint",
    "resend_webhook_delivery",
    "cancel_publication",
    "email_report",
];

/// The tags, in the order of the page.
const TAGS: [(&str, &str); 14] = [
    ("Program", "What a program sells, and for how many credits."),
    ("Accounts", "Holders of credits: a shop, a customer, a team."),
    ("Orders", "Purchases, from request to credits, and what payment providers tell."),
    ("Subscriptions", "The plan or auto-renewal that an account is on."),
    ("Auto top-up", "What an account buys by itself when its balance falls below a level."),
    ("Custom quotes", "Prices that are made for one account."),
    ("Grants", "Where credits come from, and corrections."),
    ("Spending", "Prices, holds, charges, sessions: where credits go."),
    ("Alerts", "When an account's owner is told that credits run low."),
    ("History", "Every movement, in a list and as it happens."),
    ("Portal", "Pages for your customers, and what a browser needs on yours."),
    ("Webhooks", "Where you are told what happens, and the log of what was sent."),
    ("Test clock", "Time that a test moves: months of it in a second."),
    ("Server", "For those who watch over it; no key is needed."),
];

/// The whole document, from what the handlers say.
pub(crate) fn document(openapi: &OpenApi) -> Value {
    let mut document = serde_json::to_value(openapi).unwrap_or_default();
    document["tags"] =
        TAGS.iter().map(|(name, description)| json!({ "name": name, "description": description })).collect();
    document["components"]["securitySchemes"] = json!({
        "secret_key": {
            "type": "http",
            "scheme": "bearer",
            "description": "A secret key of the program: `sk_test_…` where it runs on a test clock, else `sk_live_…`.",
        },
        "client_token": {
            "type": "http",
            "scheme": "bearer",
            "description": "A token for a customer's browser on your pages, `ct_…`, bound to one account: any other is as if it \
                            did not exist. Where a body or a query names the account, it may be left out.",
        },
        "storefront_token": {
            "type": "http",
            "scheme": "bearer",
            "description": "A token for the browsers of shoppers, `st_…`: it opens sessions of one account, and nothing else.",
        },
    });
    let problem = serde_json::to_value(<crate::openapi::Problem as utoipa::PartialSchema>::schema());
    let place = serde_json::to_value(<crate::openapi::schemas::Place as utoipa::PartialSchema>::schema());
    document["components"]["schemas"]["Problem"] = problem.unwrap_or_default();
    document["components"]["schemas"]["Place"] = place.unwrap_or_default();
    drop_empty_defaults(&mut document["components"]["schemas"]);
    let Some(paths) = document["paths"].as_object_mut() else { return document };
    for (path, methods) in paths {
        for (method, operation) in methods.as_object_mut().into_iter().flatten() {
            if operation["operationId"].as_str().is_some_and(|id| BODY_OPTIONAL.contains(&id)) {
                operation["requestBody"]["required"] = json!(false);
            }
            let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
            if let Some(rule) = RULES.iter().find(|rule| rule.operation == id) {
                decorate(path, method, operation, rule);
                continue;
            }
            operation["security"] = json!([]);
            if id == "get_readiness" {
                add_problems(operation, &[Code::Unavailable]);
            } else if id == "take_provider_event" {
                operation["parameters"] = Value::Array(path_parameters(path));
                add_problems(operation, &PROBLEMS);
            }
        }
    }
    document
}

/// A field that may be left out has no default; the generator says `null`, which may not even be one of its values.
fn drop_empty_defaults(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if fields.get("default").is_some_and(Value::is_null) {
                fields.remove("default");
            }
            fields.values_mut().for_each(drop_empty_defaults);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_empty_defaults),
        _ => {}
    }
}

fn decorate(path: &str, method: &str, operation: &mut Value, rule: &Rule) {
    let schemes = std::iter::once("secret_key").chain(rule.clients.iter().map(|what| scheme(*what)));
    operation["security"] = schemes.map(|scheme| json!({ scheme: [] })).collect();
    operation["x-scope"] = json!(rule.scope.code());
    let mut parameters: Vec<Value> = path_parameters(path);
    let own = operation.get_mut("parameters").and_then(Value::as_array_mut).map(std::mem::take);
    parameters.extend(own.unwrap_or_default());
    // Of endpoints there are so few that they come all at once.
    if rule.operation.starts_with("list_") && rule.operation != "list_webhook_endpoints" {
        let schema = json!({ "type": "integer", "minimum": 1, "maximum": 200, "default": 50 });
        parameters.push(query("limit", "How many at most.", &schema));
        parameters.push(query(
            "cursor",
            "The `next_cursor` of an earlier answer.",
            &json!({ "type": "string" }),
        ));
    }
    let stateless = ["get_program", "get_test_clock", "listen"].contains(&rule.operation)
        || path.starts_with("/v1/webhook_");
    if method == "get" && !stateless {
        let description = "What `Scrip-Position` said in the answer to a write that is to be seen.";
        parameters.push(query(
            "at_least",
            description,
            &json!({ "type": "string", "pattern": "^[0-9]{0,16}$" }),
        ));
    }
    if rule.changes {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": true,
            "description": "New for each thing you do, the same for each attempt at it.",
            "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$" },
        }));
        mark_answers(operation);
    }
    if !parameters.is_empty() {
        operation["parameters"] = Value::Array(parameters);
    }
    // What a stream consists of is no JSON, so no schema describes it.
    if let Some(stream) = operation.pointer_mut("/responses/200/content/text~1event-stream") {
        stream.as_object_mut().map(|content| content.remove("schema"));
    }
    add_problems(operation, &problems_of(rule, method));
}

/// What the document calls a kind of token.
const fn scheme(what: Use) -> &'static str {
    match what {
        Use::Storefront => "storefront_token",
        Use::Client | Use::Portal => "client_token",
    }
}

/// The problems that a call can end with.
pub(crate) fn problems_of(rule: &Rule, method: &str) -> Vec<Code> {
    let mut codes: Vec<Code> = ALL.iter().chain(rule.problems).copied().collect();
    if method != "get" {
        codes.extend(WITH_BODY);
    }
    if rule.changes {
        codes.extend(CHANGES);
    }
    codes.sort_unstable();
    codes.dedup();
    codes
}

fn query(name: &str, description: &str, schema: &Value) -> Value {
    json!({ "name": name, "in": "query", "required": false, "description": description, "schema": schema })
}

fn path_parameters(path: &str) -> Vec<Value> {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let parameters = names.map(|name| {
        let (description, example) = match name {
            "account" => ("Scrip's id for the account, or your own.", "shop-1".to_owned()),
            "hold" => ("The id of the hold.", "hold_00000001000000000z0c".to_owned()),
            "charge" => ("The id of the charge.", "chrg_00000001000000000zd2".to_owned()),
            "order" => ("The id of the order.", "ord_00000001000000000w1d".to_owned()),
            "quote" => ("The id of the custom quote.", "quot_00000001000000000w7h".to_owned()),
            "endpoint" => ("The id of the webhook endpoint.", "end_0123456789abcdef".to_owned()),
            "delivery" => ("The id of the delivery.", "dlv_00000001000000000wt5".to_owned()),
            "publication" => ("The id of the publication.", "pub_019c1390f8400001".to_owned()),
            "program" => ("The id of the program.", "shop".to_owned()),
            "month" => ("Year and month.", "2027-03".to_owned()),
            "provider" => ("The name of the payment provider.", "test".to_owned()),
            _ => ("The id of the grant.", "grnt_00000001000000000y33".to_owned()),
        };
        json!({ "name": name, "in": "path", "required": true, "description": description,
            "schema": { "type": "string", "minLength": 1 }, "example": example })
    });
    parameters.collect()
}

fn mark_answers(operation: &mut Value) {
    for (status, response) in operation["responses"].as_object_mut().into_iter().flatten() {
        if status.starts_with('2') {
            response["headers"] = json!({
                "Scrip-Position": {
                    "description": "How far the books are: send it as `at_least` with a read that is to see this.",
                    "schema": { "type": "string" },
                },
                "Idempotent-Replayed": {
                    "description": "`true` where this is the first answer again.",
                    "schema": { "type": "string" },
                },
            });
        }
    }
}

fn add_problems(operation: &mut Value, codes: &[Code]) {
    let mut by_status: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
    for code in codes {
        by_status.entry(code.status().as_u16()).or_default().push(*code);
    }
    for (status, codes) in by_status {
        let told: Vec<String> =
            codes.iter().map(|code| format!("`{}`: {}.", code.code(), code.title())).collect();
        let examples: Map<String, Value> =
            codes.iter().map(|code| (code.code().to_owned(), json!({ "value": example(*code) }))).collect();
        operation["responses"][status.to_string()] = json!({
            "description": told.join(" "),
            "content": { "application/problem+json": {
                "schema": { "$ref": "#/components/schemas/Problem" },
                "examples": examples,
            } },
        });
    }
}

fn example(code: Code) -> Value {
    json!({
        "type": format!("/docs#{}", code.code()),
        "title": code.title(),
        "status": code.status().as_u16(),
        "code": code.code(),
        "detail": code.explanation(),
        "request_id": "req_0123456789abc",
    })
}
