//! The project's own tools: `cargo xtask tidy`.

mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask COMMAND

  tidy    check what the compiler can't: who may depend on whom, purity, file length, banned calls,
          names, places, manifests, decision records, links; exit 1 when something is off";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["tidy"] => tidy_repository(),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn tidy_repository() -> ExitCode {
    let tree = match repository().and_then(|root| tidy::Tree::read(&root)) {
        Ok(tree) => tree,
        Err(problem) => {
            eprintln!("tidy: {problem}");
            return ExitCode::from(2);
        }
    };
    let findings = tidy::check(&tree);
    for finding in &findings {
        println!("{finding}");
    }
    let notes = findings.iter().filter(|finding| finding.note).count();
    let errors = findings.len() - notes;
    println!("tidy: {} files, {errors} errors, {notes} notes", tree.len());
    if errors == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The repository's root: the nearest folder above this one that holds `xtask`.
fn repository() -> std::io::Result<PathBuf> {
    let here = std::env::current_dir()?;
    let root = here.ancestors().find(|folder| folder.join("xtask/Cargo.toml").is_file());
    root.map(Path::to_path_buf).ok_or_else(|| std::io::Error::other("run it inside the repository"))
}

#[cfg(test)]
mod tests {
    use super::{repository, tidy};

    #[test]
    fn the_repository_is_tidy() {
        let tree = tidy::Tree::read(&repository().unwrap()).unwrap();
        let errors: Vec<String> =
            tidy::check(&tree).iter().filter(|finding| !finding.note).map(ToString::to_string).collect();
        assert!(errors.is_empty(), "\n{}\n", errors.join("\n"));
    }
}
