//! `scrip program`: looks at program files.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::Trouble;
use crate::server::ProgramFile;

/// What may be done with program files.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum Program {
    /// Read files, and tell every problem in them.
    Validate {
        /// The files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Tell what changes from one file to another. Exit 1 where a server would refuse it.
    Diff {
        /// The file that runs.
        old: PathBuf,
        /// The file that should.
        new: PathBuf,
    },
}

/// Runs `scrip program`.
pub fn run(program: &Program) -> Result<ExitCode, Trouble> {
    let mut code = ExitCode::SUCCESS;
    match program {
        Program::Validate { files } => {
            for path in files {
                match ProgramFile::read(path) {
                    Ok(file) => {
                        let program = file.program;
                        println!(
                            "{}: {} ({}), {} units, {} actions, {} packages, {} plans",
                            path.display(),
                            program.name,
                            program.id,
                            program.units.len(),
                            program.actions.len(),
                            program.packages.len(),
                            program.plans.len()
                        );
                    }
                    Err(trouble) => {
                        eprintln!("scrip: {trouble}");
                        code = ExitCode::from(1);
                    }
                }
            }
        }
        Program::Diff { old, new } => {
            let (old, new) = (ProgramFile::read(old)?, ProgramFile::read(new)?);
            let changes = catalog::diff(&old.program, &new.program);
            if changes.is_empty() {
                println!("nothing changes");
            }
            for change in changes {
                println!("{change}");
                if change.forbidden.is_some() {
                    code = ExitCode::from(1);
                }
            }
        }
    }
    Ok(code)
}
