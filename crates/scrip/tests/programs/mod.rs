//! The facts of the three programs, by their ids.

mod picsart;
mod pictastic;
mod pictofit;
