//! Links between the documents lead somewhere.

use std::collections::BTreeMap;

use super::finding::{Finding, Rule};
use super::tree::{Tree, extension};

const FILE: Rule = Rule {
    check: "links",
    why: "whoever follows it finds nothing; links count from the folder that the document is in",
    instead: "link to where the file is now; for what is made by a command, name it as `code` instead",
};

const HEADING: Rule = Rule {
    check: "links",
    why: "whoever follows it lands at the top of the page and has to search",
    instead: "link to a heading that the page has: in small letters, `-` for spaces, without punctuation",
};

/// Checks the relative links of all Markdown files.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in tree.texts().filter(|(path, _)| extension(path) == "md") {
        for (line, target) in links(text) {
            let (file, heading) = target.split_once('#').unwrap_or((target.as_str(), ""));
            let Some(to) = resolve(path, file).filter(|to| tree.has(to)) else {
                found.push(FILE.at(path, line, format!("no file is at {file}")));
                continue;
            };
            let page = tree.text(&to).filter(|_| extension(&to) == "md" && !heading.is_empty());
            if page.is_some_and(|page| !has_heading(page, heading)) {
                found.push(HEADING.at(path, line, format!("no heading of {to} is #{heading}")));
            }
        }
    }
    found
}

/// Relative links, each with its line; what is shown as code has none.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (line, prose) in prose(text) {
        let inline = prose.split("](").skip(1).filter_map(|after| after.split(')').next());
        let named = prose.trim_start().strip_prefix('[').filter(|rest| !rest.starts_with('^'));
        let reference = named.and_then(|rest| rest.split_once("]: ")).map(|(_, target)| target);
        for target in inline.chain(reference) {
            let target = target.split_whitespace().next().unwrap_or_default();
            let target = target.trim_start_matches('<').trim_end_matches('>');
            let elsewhere = target.contains("://") || target.starts_with("mailto:");
            if !elsewhere && !target.is_empty() {
                found.push((line, target.to_owned()));
            }
        }
    }
    found
}

/// The lines that are not code, with code within them taken out.
fn prose(text: &str) -> Vec<(usize, String)> {
    let mut fence: Option<&str> = None;
    let mut lines = Vec::new();
    for (n, line) in text.lines().enumerate() {
        let start = line.trim_start();
        let mark = ["```", "~~~"].into_iter().find(|mark| start.starts_with(mark));
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            (None, None) => lines.push((n + 1, line.split('`').step_by(2).collect())),
            _ => {}
        }
    }
    lines
}

/// The path from the root; none where it leaves the repository.
fn resolve(from: &str, target: &str) -> Option<String> {
    if target.is_empty() {
        return Some(from.to_owned());
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            _ => parts.push(part),
        }
    }
    (!target.starts_with('/')).then(|| parts.join("/"))
}

fn has_heading(page: &str, wanted: &str) -> bool {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    let mut fenced = false;
    let headings = page.lines().filter(|line| {
        fenced ^= line.starts_with("```");
        !fenced && line.starts_with('#')
    });
    let mut slugs = headings.map(|line| {
        let slug = slug(line.trim_start_matches('#').trim());
        let seen = times.entry(slug.clone()).or_default();
        *seen += 1;
        if *seen == 1 { slug } else { format!("{slug}-{}", *seen - 1) }
    });
    slugs.any(|slug| slug == wanted) || page.contains(&format!("id=\"{wanted}\""))
}

/// As code hosts make it from a heading.
fn slug(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::super::tree::Tree;
    use super::check;

    fn says(text: &str) -> Vec<String> {
        let page = "# Holds\n## Late, and later\n## Late, and later\n```\n# none\n```\n";
        let files = [("docs/domain/holds.md", page), ("README.md", ""), ("docs/a/b.md", text)];
        check(&Tree::from(&files)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn links_that_lead_somewhere() {
        let good = "[a](../domain/holds.md) ![b](../../README.md \"title\") [c](../domain/) [d](https://example.com/x)\n\
                    [e](../domain/holds.md#late-and-later) [f](../domain/holds.md#late-and-later-1) [g](#here)\n\
                    # Here\n[h]: ../domain/holds.md\n`[i](nowhere)` [^1]: a note\n```\n[j](nowhere)\n```\n";
        assert_eq!(says(good), [""; 0]);
    }

    #[test]
    fn links_that_do_not() {
        assert!(
            says("\n[a](holds.md)")[0].starts_with("docs/a/b.md:2: error [links]: no file is at holds.md")
        );
        for bad in [
            "[a](../../../x.md)",
            "[a](/README.md)",
            "[a]: nowhere.md",
            "[a](../domain/holds.md#none)",
            "[a](#b)",
        ] {
            assert_eq!(says(bad).len(), 1, "{bad}");
        }
    }
}
