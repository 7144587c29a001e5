use crate::Brand;
use crate::read::keys;
use crate::read::node::{Node, Section};

/// The look, and where help is found.
pub(crate) fn brand(root: &Section<'_>) -> Option<Brand> {
    let Some(node) = root.get("brand") else {
        return Some(Brand::default());
    };
    let section = node.section(&keys::BRAND)?;
    let checked = |key: &str, is_right: fn(&str) -> bool, needed: &str| {
        section.optional(key, |node: &Node<'_>| {
            let text = node.text()?;
            if !is_right(&text) {
                node.problem(format!("{text:?} is not right here"), format!("it must be {needed}"));
                return None;
            }
            Some(text)
        })
    };
    let support_email = checked("support_email", is_email, "an e-mail address");
    let support_url = checked("support_url", is_https, "an address that begins with https://");
    let accent = checked("accent", is_colour, "a colour of six hexadecimal digits, such as \"#0b7a75\"");
    let is_logo: fn(&str) -> bool = |text| is_https(text) || is_path(text);
    let logo = checked("logo", is_logo, "an address that begins with https://, or a path that begins with /");
    let home = checked("home", is_page, "an address that begins with https://, or with http://localhost");
    let origins = section.optional("origins", |node: &Node<'_>| {
        let items = node.items("a list of origins, such as [\"https://shop.example\"]")?;
        let read = items.iter().map(|item| {
            let text = item.text()?;
            if !is_origin(&text) {
                item.problem(
                    format!("{text:?} is no origin"),
                    "it must be https://, or http://localhost, with a host and nothing behind it".to_owned(),
                );
                return None;
            }
            Some(text)
        });
        // All of them are looked at, so that all problems are told.
        let read: Vec<Option<String>> = read.collect();
        read.into_iter().collect::<Option<Vec<String>>>()
    });
    Some(Brand {
        support_email: support_email?,
        support_url: support_url?,
        accent: accent?,
        logo: logo?,
        home: home?,
        origins: origins?.unwrap_or_default(),
    })
}

/// Where a developer's own pages are.
fn is_local(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("http://") else { return false };
    let host = rest.split(['/', ':']).next().unwrap_or_default();
    is_plain(text) && matches!(host, "localhost" | "127.0.0.1")
}

fn is_page(text: &str) -> bool {
    is_https(text) || is_local(text)
}

/// A scheme and a host, perhaps with a port: what may stand in a header, and be compared with one.
fn is_origin(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    let host = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':');
    is_page(text) && !rest.is_empty() && rest.bytes().all(host)
}

fn is_plain(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b'<' | b'>' | b'\\' | b'`'))
}

fn is_email(text: &str) -> bool {
    let is_host = |host: &str| host.contains('.') && !host.starts_with('.') && !host.ends_with('.');
    let parts = text.split_once('@');
    is_plain(text)
        && parts.is_some_and(|(user, host)| !user.is_empty() && is_host(host) && !host.contains('@'))
}

fn is_https(text: &str) -> bool {
    is_plain(text)
        && text.strip_prefix("https://").is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
}

fn is_path(text: &str) -> bool {
    is_plain(text) && text.starts_with('/') && !text.starts_with("//")
}

fn is_colour(text: &str) -> bool {
    text.strip_prefix('#')
        .is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
