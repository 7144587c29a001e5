//! The program on the command line.
