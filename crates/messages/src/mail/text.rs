//! A letter as text.

use super::render::Content;

/// All that the letter says, line by line.
pub(super) fn text(content: &Content) -> String {
    let mut blocks = vec![content.program.clone(), underlined(&content.title)];
    blocks.extend(content.paragraphs.iter().cloned());
    let rows: Vec<String> = content.rows.iter().map(|row| format!("{}: {}", row.label, row.words)).collect();
    if !rows.is_empty() {
        blocks.push(rows.join("\n"));
    }
    if let Some((label, target)) = &content.action {
        blocks.push(format!("{label}:\n{target}"));
    }
    // What is below such a line is not quoted in answers.
    blocks.push(format!("-- \n{}", content.footer.join("\n")));
    let mut text = blocks.join("\n\n");
    text.push('\n');
    text
}

fn underlined(title: &str) -> String {
    format!("{title}\n{}", "=".repeat(title.chars().count()))
}
