//! How far an import is, for who watches it.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar on a terminal, and nothing elsewhere.
pub struct Progress(Option<ProgressBar>);

impl Progress {
    /// At the beginning of a file of so many bytes.
    pub fn new(size: u64) -> Progress {
        if !std::io::stderr().is_terminal() {
            return Progress(None);
        }
        let bar = ProgressBar::with_draw_target(Some(size), ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{bar:40} {percent:>3} %  {msg} lines  {eta} left") {
            bar.set_style(style);
        }
        Progress(Some(bar))
    }

    /// So many bytes were read, and so many lines done.
    pub fn at(&self, bytes: u64, lines: u64) {
        if let Some(bar) = &self.0 {
            bar.set_position(bytes);
            bar.set_message(lines.to_string());
        }
    }
}

impl Drop for Progress {
    /// Takes the bar away, however the import ended.
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
