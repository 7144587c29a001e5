//! The program on the command line.

mod demo;
mod folders;
mod import;
mod import_refusals;
mod program;
mod serve;
