//! As much of a `Cargo.toml` as the checks ask for, with line numbers, which is why no TOML library reads it.

/// A crate's manifest.
#[derive(Debug, Default)]
pub struct Manifest {
    /// Path from the root.
    pub path: String,
    /// The crate.
    pub name: String,
    /// In the order of the file.
    pub dependencies: Vec<Dependency>,
    /// Whether it takes the workspace's lints.
    pub workspace_lints: bool,
}

/// What a crate depends on.
#[derive(Debug, PartialEq, Eq)]
pub struct Dependency {
    /// The package, also where it goes by another name here.
    pub name: String,
    /// Where it is named.
    pub line: usize,
    /// Whether only tests know it.
    pub dev: bool,
}

impl Manifest {
    /// Reads one; lines that it does not understand, it passes over.
    pub fn parse(path: &str, text: &str) -> Manifest {
        let mut manifest = Manifest { path: path.to_owned(), ..Manifest::default() };
        let mut section = Vec::new();
        let mut depth = 0;
        for (n, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default().trim();
            let starts_value = depth == 0;
            let header = starts_value && line.starts_with('[');
            depth += if header { 0 } else { opened(line) };
            if header {
                section = header_parts(line);
                if let Some((dev, [name])) = of_dependencies(&section) {
                    manifest.dependencies.push(Dependency { name: name.clone(), line: n + 1, dev });
                }
            } else if let Some((key, value)) = line.split_once('=').filter(|_| starts_value) {
                manifest.entry(&section, key.trim(), value.trim(), n + 1);
            }
        }
        manifest
    }

    fn entry(&mut self, section: &[String], key: &str, value: &str, line: usize) {
        let in_section = |name: &str| section.len() == 1 && section[0] == name;
        if in_section("package") && key == "name" {
            value.trim_matches('"').clone_into(&mut self.name);
        }
        if in_section("lints") && key == "workspace" || section.is_empty() && key == "lints.workspace" {
            self.workspace_lints = value == "true";
        }
        match of_dependencies(section) {
            Some((dev, [])) => {
                let name =
                    renamed(value).unwrap_or_else(|| key.split('.').next().unwrap_or(key).trim_matches('"'));
                self.dependencies.push(Dependency { name: name.to_owned(), line, dev });
            }
            Some((_, [_])) if key == "package" => {
                if let Some(last) = self.dependencies.last_mut() {
                    value.trim_matches('"').clone_into(&mut last.name);
                }
            }
            _ => {}
        }
    }
}

/// Whether a section lists dependencies: which kind, and what follows in its header.
fn of_dependencies(section: &[String]) -> Option<(bool, &[String])> {
    let kinds = ["dependencies", "build-dependencies", "dev-dependencies"];
    let at = section.iter().position(|part| kinds.contains(&part.as_str()))?;
    Some((section[at] == "dev-dependencies", &section[at + 1..]))
}

/// The parts of `[target.'cfg(unix)'.dependencies]`; a point within quotation marks divides nothing.
fn header_parts(line: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quote = None;
    for c in line.trim_matches(['[', ']']).chars() {
        match c {
            '"' | '\'' if quote == Some(c) => quote = None,
            '"' | '\'' if quote.is_none() => quote = Some(c),
            '.' if quote.is_none() => parts.push(String::new()),
            _ => parts.last_mut().expect("starts with one").push(c),
        }
    }
    parts.into_iter().map(|part| part.trim().to_owned()).collect()
}

/// The package in `{ package = "x", … }`.
fn renamed(value: &str) -> Option<&str> {
    let (_, after) = value.strip_prefix('{')?.split_once("package")?;
    after.trim_start().strip_prefix('=')?.split('"').nth(1)
}

fn opened(line: &str) -> i32 {
    let mut in_text = false;
    line.chars().fold(0, |depth, c| {
        in_text ^= c == '"';
        match c {
            '[' | '{' if !in_text => depth + 1,
            ']' | '}' if !in_text => depth - 1,
            _ => depth,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::Manifest;

    #[test]
    fn dependencies_of_every_form_are_found() {
        let text = r#"[package]
name = "a" # a comment
keywords = [
  "x=y",
]
[lints]
workspace = true
[dependencies]
b.workspace = true
c = { version = "1", features = [
  "x",
] }
d = { package = "real-d", version = "1" }
[dependencies.e]
version = "1"
package = "real-e"
[target.'cfg(target_os = "a.b")'.dependencies]
f = "1"
[dev-dependencies]
g = "1"
[features]
h = []
"#;
        let manifest = Manifest::parse("crates/a/Cargo.toml", text);
        let found: Vec<_> = manifest.dependencies.iter().map(|d| (d.name.as_str(), d.line, d.dev)).collect();
        let normal = [("b", 9, false), ("c", 10, false), ("real-d", 13, false), ("real-e", 14, false)];
        assert_eq!(found, [&normal[..], &[("f", 18, false), ("g", 20, true)]].concat());
        assert_eq!(manifest.name, "a");
        assert!(manifest.workspace_lints);
        assert!(!Manifest::parse("crates/a/Cargo.toml", "[lints.rust]\nx = \"warn\"").workspace_lints);
    }
}
