//! Making a key.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use engine::Scopes;
use maud::{Markup, html};
use operators::Role;
use tickets::keys::fresh;

use super::super::layout::{plain, token};
use super::super::sure::{self, Once};
use super::super::{Desk, Signed};
use super::{HERE, Of, all, count, list};

/// The longest label, in characters.
const LONGEST: usize = 100;

/// What stands in the form.
pub(super) struct Draft {
    program: String,
    label: String,
    scopes: Scopes,
}

impl Default for Draft {
    /// What most keys are for, as on the command line.
    fn default() -> Draft {
        let scopes = Scopes { spend: true, read: true, manage: false };
        Draft { program: String::new(), label: String::new(), scopes }
    }
}

impl Draft {
    fn of(form: &Signed) -> Draft {
        let text = |name| form.get(name).unwrap_or_default().chars().take(2 * LONGEST).collect::<String>();
        let scopes = Scopes::NAMES.into_iter().filter(|name| form.get(name).is_some());
        Draft {
            program: text("program"),
            label: words::one_line(&text("label")),
            scopes: Scopes::named(scopes),
        }
    }

    /// What is wrong about it.
    fn wrong(&self, known: bool) -> Option<&'static str> {
        if !known {
            return Some("key-no-program");
        }
        if self.scopes == Scopes::default() {
            return Some("key-no-scope");
        }
        (self.label.chars().count() > LONGEST).then_some("key-long-label")
    }
}

pub(super) fn form(desk: &Desk, all: &[Of], draft: &Draft) -> Markup {
    let say = &desk.say;
    html! {
        section {
            h2 #make { (say.t("key-make")) }
            form.stack method="post" action=(HERE) {
                (token(desk))
                // How many keys there were when this page was made: sent twice, it makes one.
                input type="hidden" name="seen" value=(count(all));
                div.fields {
                    div.field {
                        label for="program" { (say.t("console-program")) }
                        select #program name="program" { @for of in all {
                            @let program = &of.published.program;
                            option value=(program.id) selected[program.id == draft.program] { (words::one_line(&program.name)) }
                        } }
                    }
                    div.field {
                        label for="label" { (say.t("key-label")) }
                        input #label name="label" size="32" maxlength=(LONGEST) value=(draft.label) autocomplete="off" aria-describedby="label-how";
                    }
                }
                p.small #label-how { (say.t("key-label-how")) }
                fieldset {
                    legend { (say.t("key-may")) }
                    @for name in Scopes::NAMES {
                        p { label.inline {
                            input type="checkbox" name=(name) value="yes" checked[draft.scopes.names().contains(&name)];
                            span { (say.t(&format!("scope-{name}"))) " " span.small { (say.t(&format!("scope-{name}-how"))) } }
                        } }
                    }
                }
                p.actions { button type="submit" { (say.t("key-make-it")) } span.small { (say.t("key-make-how")) } }
            }
        }
    }
}

pub(super) async fn make(desk: Desk, form: Signed) -> Response {
    made(&desk, &form).await.unwrap_or_else(IntoResponse::into_response)
}

async fn made(desk: &Desk, form: &Signed) -> Result<Response, Response> {
    let draft = Draft::of(form);
    let published = desk.web.engine.program(&draft.program);
    let program = published.as_ref().map_or("", |published| &*published.program.id);
    desk.needs(Role::Admin, "key.make", program).await?;
    if let Some(wrong) = draft.wrong(published.is_some()) {
        return list(desk, StatusCode::UNPROCESSABLE_ENTITY, &draft, Some(wrong)).await;
    }
    let trouble = || plain(&desk.say, StatusCode::SERVICE_UNAVAILABLE, "console-trouble");
    // From the count to the key, one form at a time: sent twice at once, it makes one.
    let _one = desk.web.staff.making.acquire().await.map_err(|_| trouble())?;
    let seen = count(&all(desk).await?);
    if form.get("seen").and_then(|text| text.parse().ok()) != Some(seen) {
        return list(desk, StatusCode::CONFLICT, &draft, Some("key-seen")).await;
    }
    let (control, now) = (desk.web.engine.control(), desk.web.now());
    let (id, label, scopes) = (program.to_owned(), draft.label.clone(), draft.scopes);
    let made = tokio::task::spawn_blocking(move || fresh(&*control, &id, scopes, &label, now));
    let (key, secret) = made.await.ok().and_then(Result::ok).ok_or_else(trouble)?;
    // Noted by its id: the secret is on the page, and nowhere else.
    let scopes = scopes.names().join(", ");
    desk.note("key.make", &format!("{program} {}", key.id), &format!("{scopes}: {}", draft.label)).await?;
    let (control, kept) = (desk.web.engine.control(), key.clone());
    let kept = tokio::task::spawn_blocking(move || control.add_key(&kept));
    if !matches!(kept.await, Ok(Ok(()))) {
        desk.note("key.make.failed", &format!("{program} {}", key.id), "").await?;
        return Err(trouble());
    }
    let say = &desk.say;
    let told = [("id", key.id.into()), ("program", program.to_owned().into()), ("scopes", scopes.into())];
    Ok(sure::show(
        desk,
        Once {
            name: "console-keys",
            title: say.t("key-made"),
            lead: say.with("key-made-how", told),
            label: say.t("key-secret"),
            how: say.t("key-secret-how"),
            secret: &secret,
            back: HERE,
            back_to: say.t("key-back"),
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(fields: &[(&str, &str)]) -> Signed {
        Signed::with(fields)
    }

    #[test]
    fn what_is_typed_is_bounded_and_one_line() {
        let long = "x".repeat(10_000);
        for (fields, known, label, scopes, wrong) in [
            (&[("spend", "yes"), ("label", " the\r\nshop\u{202e} ")][..], true, "the shop", "spend", None),
            (&[("read", "yes"), ("manage", "yes")], true, "", "read,manage", None),
            (&[("spend", "yes")], false, "", "spend", Some("key-no-program")),
            (&[("label", "x")], true, "x", "", Some("key-no-scope")),
            (&[("read", "yes"), ("label", &long)], true, &long[..200], "read", Some("key-long-label")),
        ] {
            let draft = Draft::of(&form(fields));
            let found = (draft.label.as_str(), draft.scopes.names().join(","), draft.wrong(known));
            assert_eq!(found, (label, scopes.to_owned(), wrong), "{fields:?}");
        }
    }
}
