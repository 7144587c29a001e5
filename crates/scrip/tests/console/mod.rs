//! The operator console over HTTP, as a browser sees it: forms are read from pages, and sent.

mod acts;
mod browser;
mod sign_in;
