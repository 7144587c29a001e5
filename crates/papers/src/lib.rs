//! Papers that people keep, in their language: receipts, as a page and as a PDF, and reports of a month, as a PDF.
//!
//! A paper says what it is handed, and nothing else: no clock is asked, so the same facts make the same bytes. Whatever
//! the facts are, there is a paper; names are text, never markup, and what the font has no form for is shown as a
//! replacement.

mod accent;
mod number;
mod pdf;
pub mod receipt;
pub mod report;

pub use number::receipt_number;
pub use pdf::PaperError;
pub use receipt::{Line, Receipt};
pub use report::{Group, Report, Spent};

/// The style sheet of all papers, to be served as `style.css` beside a page: a page links it relatively, so that its
/// policy need not allow styles of its own.
pub fn style() -> &'static str {
    include_str!("style.css")
}

#[cfg(test)]
mod tests {
    use super::style;

    #[test]
    fn the_style_sheet_asks_nobody_for_anything() {
        for word in ["url(", "@import", "http", "@font-face"] {
            assert!(!style().contains(word), "{word}");
        }
    }
}
