//! The program on the command line.

mod folders;
mod import;
mod import_refusals;
mod program;
mod serve;
