use axum::Router;

use crate::state::Web;

pub(crate) fn routes() -> Router<Web> {
    Router::new()
}
