//! Mail: one attempt at a letter.

use engine::outbox::{Outcome, Task};
use ledger::AccountNo;
use messages::Kind;
use messages::mail::{Letter, Look, render};
use messages::webhook::retry_after;
use moment::Zone;

use crate::Shared;
use crate::deliver::{dead, done, later_or_dead};
use crate::derive::MessageTask;
use crate::report::{NoFile, attached};

/// Tries to hand a letter to the mail server.
pub(crate) async fn letter(shared: &Shared, task: &Task) -> Outcome {
    let now = shared.now();
    let later = |why: &str| later_or_dead(task, now, retry_after(task.attempts + 1), why.to_owned());
    let Ok(kept) = serde_json::from_slice::<MessageTask>(&task.new.payload) else {
        return dead(task, now, "the task is malformed".to_owned());
    };
    let Some(mailer) = &shared.options.mailer else {
        return dead(task, now, "no mail server is set".to_owned());
    };
    let Some(published) = shared.program(&task.new.program) else {
        return later("the program does not run");
    };
    // What is of no account goes to those who run the program: in English, as nothing says what else they read.
    let owner = if task.new.account.is_empty() {
        None
    } else {
        match shared.owner(&published, AccountNo(kept.account)).await {
            Ok(owner) => owner,
            // In the wrong language it would be worse than late.
            Err(error) => return later(&error.to_string()),
        }
    };
    let mut message = kept.message;
    let mut attachments = Vec::new();
    if let Some(owner) = owner.as_ref().filter(|_| message.kind == Kind::ReportReady) {
        match attached(shared, &published, AccountNo(kept.account), owner, &message).await {
            Ok(file) => {
                message.facts.insert("file".to_owned(), file.name.clone().into());
                attachments.push(file);
            }
            Err(NoFile::Never(why)) => return dead(task, now, why),
            Err(NoFile::NotNow(why)) => return later(&why),
        }
    }
    let profile = owner.map(|owner| owner.profile).unwrap_or_default();
    let brand = &published.program.brand;
    let look = Look {
        program_name: published.program.name.clone(),
        accent: brand.accent.clone(),
        logo: brand.logo.clone(),
        support_email: brand.support_email.clone(),
        portal_url: None,
    };
    let zone = profile.time_zone.as_deref().and_then(Zone::named).unwrap_or_else(Zone::utc);
    let locale = profile.locale.as_deref().unwrap_or("en");
    let Some(letter) = render(&message, &look, &task.new.to, locale, &zone) else {
        return dead(task, now, "there is no letter for this kind of message".to_owned());
    };
    let sent = mailer.send(&Letter { attachments, ..letter }).await;
    let now = shared.now();
    match sent {
        Ok(()) => done(task, now, "taken by the mail server".to_owned()),
        Err(failure) if failure.permanent => dead(task, now, failure.why),
        Err(failure) => later_or_dead(task, now, retry_after(task.attempts + 1), failure.why),
    }
}
