//! The files of the repository, read once.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use std::process::Command;

use super::manifest::Manifest;
use super::source::Source;

/// Every file that is, or would be, under version control; those that are text with what is in them.
#[derive(Default)]
pub struct Tree {
    paths: BTreeSet<String>,
    texts: BTreeMap<String, String>,
    sources: BTreeMap<String, Source>,
}

/// Not ours, or made: left out where git can't be asked.
const LEFT_OUT: [&str; 6] = [".git", "target", "node_modules", ".venv", "__pycache__", "scrip-demo"];

impl Tree {
    /// Reads the repository at `root`.
    pub fn read(root: &Path) -> io::Result<Tree> {
        let mut files = Vec::new();
        for path in listed_by_git(root).map_or_else(|| walked(root), Ok)? {
            // What git lists may have been deleted since, and links are seen where they lead to.
            if root.join(&path).symlink_metadata().is_ok_and(|metadata| metadata.is_file()) {
                let bytes = std::fs::read(root.join(&path))?;
                files.push((path, bytes));
            }
        }
        Ok(Tree::of(files))
    }

    fn of(files: Vec<(String, Vec<u8>)>) -> Tree {
        let mut tree = Tree::default();
        for (path, bytes) in files {
            tree.paths.insert(path.clone());
            if let Ok(text) = String::from_utf8(bytes) {
                if extension(&path) == "rs" {
                    tree.sources.insert(path.clone(), Source::parse(&text));
                }
                tree.texts.insert(path, text);
            }
        }
        tree.mark_tests();
        tree
    }

    /// Files in `tests` folders, and modules declared under `#[cfg(test)]`, are tests as a whole.
    fn mark_tests(&mut self) {
        let mut tests: Vec<String> =
            self.paths.iter().filter(|path| in_tests_folder(path)).cloned().collect();
        for (path, source) in &self.sources {
            let folder = module_folder(path);
            for module in &source.test_modules {
                let (file, inside) = (format!("{folder}/{module}.rs"), format!("{folder}/{module}/"));
                tests.extend(
                    self.paths.iter().filter(|path| **path == file || path.starts_with(&inside)).cloned(),
                );
            }
        }
        for path in tests {
            if let Some(source) = self.sources.get_mut(&path) {
                source.all_test();
            }
        }
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.paths.len()
    }

    /// Text files.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Rust files.
    pub fn sources(&self) -> impl Iterator<Item = (&str, &Source)> {
        self.sources.iter().map(|(path, source)| (path.as_str(), source))
    }

    /// One Rust file.
    pub fn source(&self, path: &str) -> Option<&Source> {
        self.sources.get(path)
    }

    /// The manifests of the workspace's crates; `fuzz` is a workspace of its own.
    pub fn manifests(&self) -> Vec<Manifest> {
        let of_crate = |path: &&str| {
            *path == "xtask/Cargo.toml" || (path.starts_with("crates/") && path.split('/').count() == 3)
        };
        let manifests = self.texts().filter(|(path, _)| path.ends_with("/Cargo.toml") && of_crate(path));
        manifests.map(|(path, text)| Manifest::parse(path, text)).collect()
    }

    /// Whether there is such a file or folder.
    pub fn has(&self, path: &str) -> bool {
        let inside = format!("{path}/");
        path.is_empty()
            || self.paths.contains(path)
            || self.paths.range(inside.clone()..).next().is_some_and(|next| next.starts_with(&inside))
    }

    /// A file's text.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.texts.get(path).map(String::as_str)
    }
}

/// What a file's name ends with, after the last point; nothing where there is none.
pub fn extension(path: &str) -> &str {
    Path::new(path).extension().and_then(|extension| extension.to_str()).unwrap_or_default()
}

/// Whether it is in a folder that only tests and benchmarks are in.
pub fn in_tests_folder(path: &str) -> bool {
    let (folders, _) = path.rsplit_once('/').unwrap_or_default();
    folders.split('/').any(|folder| folder == "tests" || folder == "benches")
}

fn module_folder(path: &str) -> &str {
    let stem = path.strip_suffix(".rs").unwrap_or(path);
    match stem.rsplit_once('/') {
        Some((folder, "lib" | "main" | "mod")) => folder,
        _ => stem,
    }
}

fn listed_by_git(root: &Path) -> Option<Vec<String>> {
    let options = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let output = Command::new("git").args(options).current_dir(root).output().ok()?;
    let list = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| list.split_terminator('\0').map(str::to_owned).collect())
}

fn walked(root: &Path) -> io::Result<Vec<String>> {
    let (mut files, mut folders) = (Vec::new(), vec![String::new()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(root.join(&folder))? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            match entry.file_type()? {
                kind if kind.is_dir() && !LEFT_OUT.contains(&name.as_str()) => folders.push(path),
                kind if kind.is_file() => files.push(path),
                _ => {}
            }
        }
    }
    Ok(files)
}

#[cfg(test)]
impl Tree {
    /// The tree of these files, for tests of the checks.
    pub fn from(files: &[(&str, &str)]) -> Tree {
        let owned = files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
        Tree::of(owned.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::Tree;

    fn is_test(tree: &Tree, path: &str) -> bool {
        tree.source(path).unwrap().tokens.iter().all(|token| token.test)
    }

    #[test]
    fn a_module_under_cfg_test_is_a_test() {
        let tree = Tree::from(&[
            ("crates/a/src/lib.rs", "mod b;\n#[cfg(test)]\nmod tests;\n"),
            ("crates/a/src/b.rs", "fn f() {}\n#[cfg(test)]\nmod tables;"),
            ("crates/a/src/tests.rs", "fn f() {}"),
            ("crates/a/src/b/tables.rs", "fn f() {}"),
            ("crates/a/tests/it.rs", "fn f() {}"),
        ]);
        assert!(!is_test(&tree, "crates/a/src/b.rs"));
        assert!(is_test(&tree, "crates/a/src/tests.rs"));
        assert!(is_test(&tree, "crates/a/src/b/tables.rs"));
        assert!(is_test(&tree, "crates/a/tests/it.rs"));
    }

    #[test]
    fn folders_are_there_through_their_files() {
        let tree = Tree::from(&[("docs/adr/0001-a.md", "")]);
        assert!(tree.has("docs") && tree.has("docs/adr") && tree.has("docs/adr/0001-a.md"));
        assert!(!tree.has("docs/ad") && !tree.has("docs/adr/0001"));
    }
}
