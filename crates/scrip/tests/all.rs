//! What Scrip does, seen from outside: each test starts a real server on a folder of its own, talks to it over HTTP,
//! stops it, and has the folder checked.

mod api;
mod commands;
mod console;
mod harness;
mod kill;
mod messages;
mod programs;
