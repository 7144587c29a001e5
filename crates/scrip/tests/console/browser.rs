use std::cell::RefCell;
use std::fmt::Write;

use crate::harness::{Answer, Host, Server};

/// A form of a page: where it is sent, and what stands in it.
#[derive(Clone, Debug)]
pub struct Form {
    pub action: String,
    pub fields: Vec<(String, String)>,
}

impl Form {
    /// Types something into a field.
    #[must_use]
    pub fn typed(mut self, name: &str, value: &str) -> Form {
        self.fields.retain(|(other, _)| other != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same without a field.
    #[must_use]
    pub fn without(mut self, name: &str) -> Form {
        self.fields.retain(|(other, _)| other != name);
        self
    }

    pub fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(other, _)| other == name).map_or("", |(_, value)| value)
    }
}

/// A browser with its cookie.
pub struct Browser {
    host: Host,
    pub cookie: RefCell<String>,
}

impl Browser {
    pub fn of(host: &Host) -> Browser {
        Browser { host: host.clone(), cookie: RefCell::default() }
    }

    /// Whom it talks to.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// The browser of an operator of this role, who has signed in.
    pub fn signed_in(server: &Server, host: &Host, role: &str) -> Browser {
        let email = format!("{role}@scrip.example");
        let arguments = ["operators", "set", "--email", &email, "--role", role, "--without-code"];
        let made = server.scrip(&arguments);
        let (_, password) = made.fine().split_once("password: ").unwrap();
        let browser = Browser::of(host);
        let answer = browser.sign_in(&email, password.lines().next().unwrap());
        assert_eq!((answer.status, answer.header("location")), (303, Some("/console")), "{}", answer.text());
        browser
    }

    /// Fills in the form of the first page.
    pub fn sign_in(&self, email: &str, password: &str) -> Answer {
        let form = self.form("/console/sign_in", "/console/sign_in");
        self.submit(&form.typed("email", email).typed("password", password))
    }

    pub fn get(&self, path: &str) -> Answer {
        let cookie = self.cookie.borrow().clone();
        self.host.send_bare("GET", path, &[("cookie", &cookie)], b"")
    }

    /// A page that must be there.
    pub fn page(&self, path: &str) -> String {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.text().to_owned()
    }

    /// The form of a page that is sent there.
    pub fn form(&self, path: &str, action: &str) -> Form {
        let page = self.page(path);
        let found = forms(&page).into_iter().find(|form| form.action == action);
        found.unwrap_or_else(|| panic!("{path} has no form for {action}: {page}"))
    }

    /// The forms of a page.
    pub fn forms(&self, path: &str) -> Vec<Form> {
        forms(&self.page(path))
    }

    pub fn submit(&self, form: &Form) -> Answer {
        let cookie = self.cookie.borrow().clone();
        let mut body = String::new();
        for (name, value) in &form.fields {
            write!(body, "{name}=").unwrap();
            for byte in value.bytes() {
                write!(body, "%{byte:02x}").unwrap();
            }
            body.push('&');
        }
        let headers = [
            ("cookie", cookie.as_str()),
            ("content-type", "application/x-www-form-urlencoded"),
            ("sec-fetch-site", "same-origin"),
        ];
        let answer = self.host.send_bare("POST", &form.action, &headers, body.as_bytes());
        if let Some(set) = answer.header("set-cookie") {
            self.cookie.replace(set.split(';').next().unwrap().to_owned());
        }
        answer
    }

    /// What is in the audit log of today: who, what, on what, details.
    pub fn audit(&self) -> Vec<[String; 4]> {
        let page = self.page("/console/audit");
        let rows = page.split("<tr>").skip(2).map(|row| {
            let mut cells = row.split("<td").skip(2).map(|cell| {
                let text = cell.split_once('>').unwrap().1;
                unescaped(text.split("</td>").next().unwrap())
            });
            std::array::from_fn(|_| cells.next().unwrap_or_default())
        });
        rows.collect()
    }
}

/// All forms of a page that are posted. It reads what this server writes, not any HTML.
fn forms(page: &str) -> Vec<Form> {
    let forms = page.split("<form").skip(1).map(|form| form.split("</form>").next().unwrap());
    let forms = forms.filter(|form| attribute(form, "method") == Some("post".into()));
    forms.map(|form| Form { action: attribute(form, "action").unwrap(), fields: fields(form) }).collect()
}

fn fields(form: &str) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for input in form.split("<input").skip(1) {
        if let Some(name) = attribute(input, "name") {
            fields.push((name, attribute(input, "value").unwrap_or_default()));
        }
    }
    for select in form.split("<select").skip(1) {
        let options = select.split("<option").skip(1);
        let chosen = options.clone().find(|option| option.split('>').next().unwrap().contains(" selected"));
        if let (Some(name), Some(option)) = (attribute(select, "name"), chosen.or(options.clone().next())) {
            fields.push((name, attribute(option, "value").unwrap_or_default()));
        }
    }
    for area in form.split("<textarea").skip(1) {
        let text = area.split_once('>').unwrap().1.split("</textarea>").next().unwrap();
        fields.push((attribute(area, "name").unwrap(), unescaped(text)));
    }
    fields
}

/// An attribute of the tag that the text begins in.
fn attribute(text: &str, name: &str) -> Option<String> {
    let tag = text.split('>').next().unwrap();
    let (_, value) = tag.split_once(&format!(" {name}=\""))?;
    Some(unescaped(value.split('"').next().unwrap()))
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}
