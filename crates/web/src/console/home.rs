//! The programs that this server runs.

use axum::response::Response;
use maud::html;

use super::{Desk, Page, frame};

pub(super) async fn page(desk: Desk) -> Response {
    let say = &desk.say;
    let programs = desk.web.engine.programs();
    let body = html! {
        div.scroll tabindex="0" role="group" aria-label=(say.t("table")) {
            table.figures {
                thead { tr {
                    th scope="col" { (say.t("console-program")) }
                    th.number scope="col" { (say.t("version")) }
                    th scope="col" { (say.t("clock")) }
                } }
                tbody {
                    @for published in &programs {
                        tr {
                            th scope="row" {
                                a href={ "/console/" (published.program.id) } { (published.program.name) }
                            }
                            td.number { (say.count(i64::from(published.version))) }
                            td {
                                @if published.test_clock.is_some() {
                                    span.tag.warn { (say.t("test-clock")) } " "
                                }
                                (say.moment(desk.web.engine.now(published)))
                            }
                        }
                    }
                }
            }
        }
    };
    frame(&desk, &Page { name: "console-home", title: say.t("console-home"), body })
}
