//! The program on the command line.

mod folders;
mod program;
mod serve;
