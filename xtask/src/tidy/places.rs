//! Nothing in the repository points at one machine, or at where one machine gets its packages.

use super::finding::{Finding, Rule};
use super::tree::Tree;

/// Folders of some machine.
const FOLDERS: [&str; 5] = ["/work/", "/root/", "/home/", "/Users/", "C:\\Users\\"];

/// Hosts of package registries, and words that mirrors of them go by.
const HOSTS: [&str; 8] = [
    "index.crates.io",
    "static.crates.io",
    "files.pythonhosted.org",
    "pypi.org/simple",
    "registry.npmjs.org",
    "registry.yarnpkg.com",
    "proxy.golang.org",
    "artifactory",
];

/// Settings by which a file chooses a registry: the end of the file's name, how a line starts.
const SETTINGS: [(&str, &str); 10] = [
    (".cargo/config.toml", "[source"),
    (".cargo/config.toml", "[registr"),
    (".cargo/config.toml", "replace-with"),
    (".npmrc", "registry"),
    ("requirements.txt", "-i "),
    ("requirements.txt", "--index-url"),
    ("requirements.txt", "--extra-index-url"),
    ("requirements.txt", "--find-links"),
    ("requirements.txt", "--trusted-host"),
    ("Cargo.lock", "source = \""),
];

/// The lines among `SETTINGS` that are as they should be.
const USUAL: [&str; 1] = ["source = \"registry+https://github.com/rust-lang/crates.io-index\""];

/// npm's lock files name its public registry in each entry, and can't do without.
const LOCK_WITH_HOST: (&str, &str) = ("package-lock.json", "registry.npmjs.org");

const THIS_FILE: &str = "xtask/src/tidy/places.rs";

const FOLDER: Rule = Rule {
    check: "places",
    why: "the folder is on one machine only, so the file works on that one only",
    instead: "start from the repository's root, from the script's own folder, from an argument or from a temporary folder",
};

const REGISTRY: Rule = Rule {
    check: "places",
    why: "which registry or mirror a machine uses is that machine's setting; in a file it breaks all the others",
    instead: "leave it out (for pip-compile: --no-emit-index-url --no-emit-find-links --no-emit-trusted-host), and set it \
              in your own environment",
};

/// Checks every text file.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in tree.texts().filter(|(path, _)| *path != THIS_FILE) {
        for (n, line) in text.lines().enumerate() {
            if let Some(folder) = FOLDERS.iter().find(|folder| names_folder(line, folder)) {
                found.push(FOLDER.at(path, n + 1, format!("the absolute path {folder}…")));
            }
            if let Some(what) = registry(path, line) {
                found.push(REGISTRY.at(path, n + 1, format!("it chooses a registry: {what}")));
            }
        }
    }
    found
}

/// Whether a path starts with this folder somewhere in the line; within a longer path it is another one.
fn names_folder(line: &str, folder: &str) -> bool {
    let before = |at: usize| line[..at].chars().next_back();
    let goes_on = |c: char| c.is_alphanumeric() || "._-/}$*)]~".contains(c);
    line.match_indices(folder).any(|(at, _)| !before(at).is_some_and(goes_on))
}

fn registry(path: &str, line: &str) -> Option<&'static str> {
    let line = line.trim();
    let (lock, own) = LOCK_WITH_HOST;
    let mut hosts = HOSTS.iter().filter(|host| !(path.ends_with(lock) && **host == own));
    let mut settings =
        SETTINGS.iter().filter(|(file, start)| path.ends_with(file) && line.starts_with(start));
    let setting = settings.next().filter(|_| !USUAL.contains(&line)).map(|(_, start)| *start);
    hosts.find(|host| line.contains(**host)).copied().or(setting)
}

#[cfg(test)]
mod tests {
    use super::super::tree::Tree;
    use super::check;

    fn says(path: &str, text: &str) -> usize {
        check(&Tree::from(&[(path, text)])).len()
    }

    #[test]
    fn absolute_folders_are_found() {
        for line in
            ["cd /work/main", "A=\"/root/.cargo\"", "(/home/me/x)", "data=/home/me", "file:C:\\Users\\me"]
        {
            assert_eq!(says("test", line), 1, "{line}");
        }
        let said = check(&Tree::from(&[("docs/a.md", "a\nsee /home/me/x")]))[0].to_string();
        assert!(said.starts_with("docs/a.md:2: error [places]"));
    }

    #[test]
    fn parts_of_other_paths_are_not() {
        for line in [
            "$root/work/a",
            "docs/home/a",
            "https://example.com/home/a",
            "/var/lib/scrip",
            "~/work/a",
            "a/root/b",
        ] {
            assert_eq!(says("test", line), 0, "{line}");
        }
    }

    #[test]
    fn registries_are_nobodys_business() {
        assert_eq!(says("tests/python/requirements.txt", "--index-url https://mirror.example/simple"), 1);
        assert_eq!(says("tests/python/requirements.txt", "rich==15.0.0 \\\n    --hash=sha256:00"), 0);
        assert_eq!(says(".cargo/config.toml", "[source.crates-io]\nreplace-with = \"mirror\""), 2);
        assert_eq!(
            says("Cargo.lock", "source = \"registry+https://github.com/rust-lang/crates.io-index\""),
            0
        );
        assert_eq!(says("Cargo.lock", "source = \"sparse+https://mirror.example/\""), 1);
        assert_eq!(says("docs/a.md", "from registry.npmjs.org"), 1);
        assert_eq!(says("clients/a/package-lock.json", "\"resolved\": \"https://registry.npmjs.org/a\""), 0);
    }
}
