//! Tables of cases in plain text: before, command, after, so that a reader sees a rule on one screen.
//!
//! ```text
//! # a hold sets credits aside, and its capture takes a part of them
//! grant plan 200 until 2026-02-01
//! hold h1 5 scan
//! => available 195 held 5 owed 0
//! capture h1 3
//! => available 197 held 0 owed 0
//! capture h1 4
//! !! already captured 3
//! ```
//!
//! A case begins with `# what it shows`, and an account opened at 2026-01-01 in [`crate::Shop`]'s program. Each command
//! is put to the account and to the [`crate::model`], which must agree, and the account is audited after it.
//!
//! | command | |
//! |---|---|
//! | `program overdraft.limit = 50` | a line of the program file, before all else |
//! | `grant plan 200 until 2026-02-01` | also `from DATE`, `lasting 7 days`, `paid 500`, `priority 2`, `for photo,scan`, `unit token`, `as NAME` |
//! | `hold h1 5 scan` | 5 credits for an action; `hold h1 5`: for none; `hold h1 photo x3`: at its price; `lasting 2 hours` |
//! | `capture h1`, `capture h1 3`, `capture h1 x2` | all, so many credits, so many of the action |
//! | `release h1` | |
//! | `charge c1 5 scan` | as `hold` |
//! | `return c1`, `return c1 3` | a capture is the charge of its hold's name |
//! | `visit tour KEY` | a call of a session; its charge is called `KEY` |
//! | `void plan`, `adjust 5` | |
//! | `alerts 20 5`, `alerts none`, `alerts program` | |
//! | `overdraft grace 3 days limit 5` | the account's own |
//! | `reports on`, `reports off` | whether each month's is sent by itself |
//! | `close`, `reopen`, `roll` | |
//! | `wait 10 days`, `to 2026-01-05` | moves the clock |
//! | `all: hold h1 5; charge c1 2` | one request, all or nothing |
//!
//! | expectation | |
//! |---|---|
//! | `=> available 195 held 5 owed 0 settled 200` | any of them; `of token` for another unit |
//! | `=> grants plan 150+5, bonus 3` | what is left, free and on hold, in draw order; `none` |
//! | `=> drawn plan 3, bonus 2, owed 1` | what the last hold or charge took |
//! | `=> entries charged, alert_fired 20` | what the last command made |
//! | `=> standing suspended` | |
//! | `=> until plan' 2026-02-01`, `=> paid plan' 500`, `=> class plan' plan` | of a grant; `'` is a reissue |
//! | `=> already`, `=> nothing` | what the last command did |
//! | `!! insufficient required 5 available 3 short 2` | it was refused |

mod expect;
mod parse;
mod run;

pub use run::run;

/// Runs the cases of every `journal` block in a Markdown page; tells how many there are.
///
/// # Panics
/// Where a case fails.
pub fn run_page(page: &str, text: &str) -> usize {
    let mut cases = String::new();
    let mut inside = false;
    for line in text.lines() {
        match line.trim() {
            "```journal" => inside = true,
            "```" => inside = false,
            // Outside is blank, so that a failure tells the page's line.
            line if inside => cases.push_str(line),
            _ => {}
        }
        cases.push('\n');
    }
    run(page, &cases)
}
