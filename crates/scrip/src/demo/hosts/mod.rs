//! Three small products that use Scrip, as a host would: their pages are in `examples/hosts`, their servers are here. They
//! know nothing of the engine. Each has a secret key, asks the public API with it, and gives its pages tokens.

mod backend;
mod editor;
mod files;
mod shop;
mod studio;

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde_json::{Value, json};

use backend::Backend;

/// A host: the name of its pages, its program, and the account that is shown first.
#[derive(Clone, Debug)]
pub struct Host {
    /// What its pages are called.
    pub name: &'static str,
    /// Its program.
    pub program: String,
    /// The account that is shown first.
    pub hero: String,
    /// A secret key of the program.
    pub key: String,
}

/// Which pages a program has a host for.
pub const NAMES: [(&str, &str); 3] = [("pictofit", "shop"), ("pictastic", "studio"), ("picsart", "editor")];

#[derive(Clone)]
struct Hosts(BTreeMap<&'static str, (Host, Backend)>);

impl Hosts {
    fn named(&self, name: &str) -> Option<&(Host, Backend)> {
        self.0.get(name)
    }

    fn of_program(&self, program: &str) -> Option<&Backend> {
        let found = self.0.values().find(|(host, _)| host.program == program);
        found.map(|(_, backend)| backend)
    }
}

/// The pages and servers of the hosts, in front of the API.
pub fn routes(api: &Router, hosts: Vec<Host>) -> Router {
    let with_backend = |host: Host| {
        let backend = Backend::new(api.clone(), &host.key);
        (host.name, (host, backend))
    };
    Router::new()
        .route("/hosts/{host}/", get(first))
        .route("/hosts/{host}/{file}", get(files::file))
        .route("/hosts/{host}/{account}/", get(files::index))
        .route("/hosts/{host}/{account}/{what}", get(read).post(write))
        .route("/demo/portal/{program}/{account}", get(portal))
        .route("/demo/tokens/{program}/{account}", get(token))
        .route("/hosts/{host}", get(first))
        .with_state(Hosts(hosts.into_iter().map(with_backend).collect()))
}

async fn first(State(hosts): State<Hosts>, Path(name): Path<String>) -> Response {
    match hosts.named(&name) {
        Some((host, _)) => Redirect::temporary(&format!("/hosts/{name}/{}/", host.hero)).into_response(),
        None => none("page"),
    }
}

/// What pages ask. A real host knows from its own session whose page it is; here anybody may be anyone.
async fn read(
    State(hosts): State<Hosts>,
    Path((name, account, what)): Path<(String, String, String)>,
) -> Response {
    let Some((_, backend)) = hosts.named(&name) else { return none("page") };
    match (name.as_str(), what.as_str()) {
        ("shop", "admin") => files::page("shop", "admin.html"),
        ("shop", "storefront-token") => tell(backend.token(&account, "storefront").await),
        (_, "token") => tell(backend.token(&account, "customer").await),
        ("studio", "prices") => tell(studio::prices(backend).await),
        ("editor", hold) => tell(editor::look(backend, hold).await),
        _ => none("page"),
    }
}

async fn write(
    State(hosts): State<Hosts>,
    Path((name, account, what)): Path<(String, String, String)>,
    body: Bytes,
) -> Response {
    let Some((_, backend)) = hosts.named(&name) else { return none("page") };
    let backend = backend.clone();
    let Ok(asked) = serde_json::from_slice::<Value>(&body) else {
        return tell((StatusCode::BAD_REQUEST, json!({ "message": "Send JSON." })));
    };
    // The work goes on when the page that asked for it is closed.
    let work = tokio::spawn(async move {
        match (name.as_str(), what.as_str()) {
            ("shop", "garments") => shop::create(&backend, &account, &asked).await,
            ("studio", "stagings") => studio::stage(&backend, &account, &asked).await,
            ("editor", "generations") => editor::generate(&backend, &account, &asked).await,
            ("editor", "clock") => editor::wind(&backend).await,
            _ => (StatusCode::NOT_FOUND, json!({ "message": "There is no such page." })),
        }
    });
    tell(work.await.unwrap_or((StatusCode::INTERNAL_SERVER_ERROR, json!({ "message": "The work ended." }))))
}

/// Leads to the portal of an account. Links work once, so each visit gets a new one.
async fn portal(State(hosts): State<Hosts>, Path((program, account)): Path<(String, String)>) -> Response {
    let Some(backend) = hosts.of_program(&program) else { return none("program") };
    let (status, answer) =
        backend.call(Method::POST, "/v1/portal_links", None, Some(&json!({ "account": account }))).await;
    match answer["url"].as_str() {
        Some(url) => {
            let mut response = Redirect::to(url).into_response();
            response
                .headers_mut()
                .insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
            response
        }
        None => tell((status, answer)),
    }
}

async fn token(State(hosts): State<Hosts>, Path((program, account)): Path<(String, String)>) -> Response {
    match hosts.of_program(&program) {
        Some(backend) => tell(backend.token(&account, "customer").await),
        None => none("program"),
    }
}

fn tell((status, value): (StatusCode, Value)) -> Response {
    let mut response = Response::new(Body::from(value.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    response
}

fn none(what: &str) -> Response {
    tell((StatusCode::NOT_FOUND, json!({ "message": format!("There is no such {what}.") })))
}

/// What a page is told when the API refuses: its sentence, and its facts.
fn refused(what: &str, problem: &Value) -> Value {
    let message = match problem["code"].as_str() {
        Some("insufficient_credits") => format!(
            "{what} costs {} credits, and you have {}. Nothing was taken. Buy credits to go on.",
            problem["required"], problem["available"]
        ),
        _ => problem["detail"].as_str().unwrap_or("That did not work. Try again.").to_owned(),
    };
    json!({ "state": "refused", "message": message, "problem": problem })
}
