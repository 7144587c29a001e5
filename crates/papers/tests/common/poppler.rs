//! PDFs read back by poppler.

use std::io::Write;
use std::process::{Command, Stdio};

/// What one of poppler's programs prints of a PDF.
pub fn read(program: &str, options: &[&str], pdf: &[u8]) -> String {
    let mut command = Command::new(program);
    command.args(options).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| {
        panic!("{program}, of the package poppler-utils: {error}. Run `./test install`.")
    });
    let mut input = child.stdin.take().unwrap();
    let pdf = pdf.to_vec();
    let writer = std::thread::spawn(move || input.write_all(&pdf));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let complaints = String::from_utf8_lossy(&output.stderr);
    // Poppler takes a `Suspects` of false, as the standard has it, for one of the wrong type.
    let mut others = complaints.lines().filter(|line| !line.is_empty() && !line.contains("Suspects object"));
    assert!(output.status.success() && others.next().is_none(), "{program}: {complaints}");
    // Of a structure, poppler prints characters that are more than a byte as one.
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The text as it stands on the sheets, line by line, sheets separated by form feeds.
pub fn text(pdf: &[u8]) -> String {
    let text = read("pdftotext", &["-layout", "-", "-"], pdf);
    text.split('\u{c}').map(|sheet| lines(sheet) + "\n").collect::<Vec<_>>().join("\u{c}")
}

/// Lines with something in them, and one space between words.
pub fn lines(text: &str) -> String {
    let line = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    text.lines().map(line).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

pub fn pages(pdf: &[u8]) -> usize {
    let info = read("pdfinfo", &["-"], pdf);
    let pages = info.lines().find_map(|line| line.strip_prefix("Pages:")).unwrap();
    pages.trim().parse().unwrap()
}
