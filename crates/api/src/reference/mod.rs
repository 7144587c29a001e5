//! The page that shows the OpenAPI document: made on the server, with nothing to load and nothing to run.

pub(crate) fn page(document: &serde_json::Value) -> String {
    document.to_string()
}
