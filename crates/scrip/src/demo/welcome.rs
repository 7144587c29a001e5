//! What the demo prints when it is ready.

use std::io::{self, Write};
use std::path::Path;

use engine::{Engine, Target};

use crate::Trouble;

/// A program as it is shown.
pub struct Shown {
    /// Its id.
    pub program: String,
    /// A secret key.
    pub key: String,
    /// The host's ids of its accounts; the one that is shown comes first.
    pub accounts: Vec<String>,
    /// What the first of them has.
    balance: String,
}

impl Shown {
    /// What can be opened in a browser, by name. The link to the portal makes a new one each time that it is followed.
    pub fn links(&self, url: &str) -> Vec<(&'static str, String)> {
        let program = &self.program;
        let mut links = vec![("portal", format!("{url}/demo/portal/{program}/{}", hero(self)))];
        if let Some((_, name)) = super::hosts::NAMES.iter().find(|(of, _)| of == program) {
            links.push(("host", format!("{url}/hosts/{name}/{}/", hero(self))));
            if *name == "shop" {
                links.push(("admin", format!("{url}/hosts/{name}/{}/admin", hero(self))));
            }
        }
        links
    }
}

/// Where the command that is shown spends a credit: the program, and an action that costs one.
const SPENDS: (&str, &str) = ("picsart", "ai_image");

/// What the other command that is shown orders of that program.
const SELLS: &str = "addon_100";

/// Looks at the account that is shown of a program.
pub fn look(
    engine: &Engine,
    program: &str,
    hero: &str,
    accounts: Vec<String>,
    key: &str,
) -> Result<Shown, Trouble> {
    let published = engine.program(program).ok_or_else(|| Trouble::new(format!("{program} does not run")))?;
    let unit = published.program.units.first().cloned();
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.map_err(|error| Trouble::new(format!("no runtime: {error}")))?;
    let seen = runtime.block_on(engine.read(Target::Host(hero.into()), published, |account, _| {
        account.book(0).map(|book| (book.balance().available(), book.held)).unwrap_or_default()
    }));
    let (available, held) =
        seen.map_err(|failure| Trouble::new(format!("the account {hero} can't be read: {failure:?}")))?;
    let say = |amount| unit.as_ref().map_or_else(String::new, |unit| unit.format(amount).to_string());
    let mut balance = say(available);
    if held.is_positive() {
        balance = format!("{balance}, {held} more on hold");
    }
    let mut accounts = accounts;
    accounts.sort_by_key(|account| account != hero);
    Ok(Shown { program: program.to_owned(), key: key.to_owned(), accounts, balance })
}

/// Prints it. The first line has the address.
pub fn print(out: &mut dyn Write, url: &str, data: &Path, shown: &[Shown], password: &str) -> io::Result<()> {
    writeln!(out, "Scrip's demo listens on {url}\n")?;
    writeln!(out, "Links to open:\n")?;
    let titles = [("portal", "customer portal"), ("host", "host's page"), ("admin", "merchant's page")];
    for shown in shown {
        for (name, link) in shown.links(url) {
            let title = titles.iter().find(|(of, _)| *of == name).map_or(name, |(_, title)| title);
            writeln!(out, "  {:<10} {title:<16} {link}", shown.program)?;
        }
    }
    writeln!(out, "  {:<10} {:<16} {url}/embed", "Scrip", "web components")?;
    writeln!(out, "  {:<10} {:<16} {url}/console", "", "operator console")?;
    writeln!(out, "  {:<10} {:<16} {url}/docs\n", "", "API reference")?;
    writeln!(out, "Sign in to the console as {} with {password}", super::folder::OPERATOR)?;
    writeln!(out, "The data is in {}.\n", data.display())?;
    let widest =
        |text: fn(&Shown) -> &str| shown.iter().map(|shown| text(shown).chars().count()).max().unwrap_or(0);
    let program = widest(|shown| &shown.program).max("program".len());
    let account = widest(hero).max("account".len());
    let balance = widest(|shown| &shown.balance).max("balance".len());
    writeln!(out, "  {:program$}  {:account$}  {:balance$}  key", "program", "account", "balance")?;
    for shown in shown {
        let Shown { program: id, balance: has, key, .. } = shown;
        writeln!(out, "  {id:program$}  {:account$}  {has:balance$}  {key}", hero(shown))?;
    }
    let (program, action) = SPENDS;
    if let Some(shown) = shown.iter().find(|shown| shown.program == program) {
        let (key, account) = (&shown.key, hero(shown));
        let body = format!(r#"{{"account": "{account}", "action": "{action}"}}"#);
        writeln!(out, "\nSpend a credit:\n")?;
        writeln!(
            out,
            "  curl {url}/v1/charges -H 'Authorization: Bearer {key}' -H \"Idempotency-Key: $(date +%s%N)\" \
             -H 'Content-Type: application/json' -d '{body}'"
        )?;
        writeln!(out, "\nBuy credits: the link is a checkout, where test cards pay:\n")?;
        let body = format!(r#"{{"account": "{account}", "package": "{SELLS}"}}"#);
        writeln!(
            out,
            "  curl -s {url}/v1/orders -H 'Authorization: Bearer {key}' -H \"Idempotency-Key: $(date +%s%N)\" \
             -H 'Content-Type: application/json' -d '{body}' | grep -o 'http[^\"]*'"
        )?;
        writeln!(out, "\nSee what is left:\n")?;
        writeln!(out, "  curl {url}/v1/accounts/{account}/balance -H 'Authorization: Bearer {key}'")?;
    }
    let folder = data.display();
    writeln!(
        out,
        "\nCtrl-C stops it. The same command goes on where it stopped; delete {folder} to begin anew."
    )
}

fn hero(shown: &Shown) -> &str {
    shown.accounts.first().map_or("", String::as_str)
}
