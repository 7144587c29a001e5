//! A receipt on sheets of A4.

use std::num::{NonZeroU16, NonZeroU32};

use krilla::tagging::{ArtifactType, ListNumbering, TableHeaderScope, Tag};
use moment::Instant;

use super::said::{Fact, Said, bare};
use crate::PaperError;
use crate::pdf::{About, Align, Colour, Part, Role, Run, Sheets, Style, Weight};

const INK: Colour = Colour([0x1c, 0x1b, 0x18]);
const SOFT: Colour = Colour([0x5d, 0x5b, 0x53]);
const RULE: Colour = Colour([0xdf, 0xdc, 0xd3]);
const NOTICE: Colour = Colour([0xff, 0xe7, 0xa3]);
const ON_NOTICE: Colour = Colour([0x3d, 0x2e, 0x00]);

const SMALL: Style = Style { weight: Weight::Regular, size: 8.5, leading: 13.0, colour: SOFT };
const BODY: Style = Style { weight: Weight::Regular, size: 10.0, leading: 15.0, colour: INK };
const STRONG: Style = Style { weight: Weight::SemiBold, ..BODY };
const LARGE: Style = Style { weight: Weight::SemiBold, size: 14.0, leading: 20.0, colour: INK };
const TITLE: Style = Style { weight: Weight::SemiBold, size: 32.0, leading: 40.0, colour: INK };

/// Between columns.
const GAP: f32 = 18.0;
/// Above and below what stands in a row.
const AIR: f32 = 7.0;
/// Above the line that says where questions go.
const ABOVE_SUPPORT: f32 = 36.0;
/// The columns of the lines are as wide as what is in them, but no wider than this; the first has the rest.
const WIDEST: [f32; 3] = [60.0, 110.0, 175.0];

pub(super) fn pdf(said: &Said, date: Instant) -> Result<Vec<u8>, PaperError> {
    let mut sheets = Sheets::new()?;
    test(&mut sheets, said);
    head(&mut sheets, said);
    facts(&mut sheets, &said.facts);
    table(&mut sheets, said);
    support(&mut sheets, said);
    let pages = sheets.count();
    for sheet in 0..pages {
        sheets.foot(sheet, &said.name, SMALL, (0.7 * Sheets::INNER, Align::Start));
        sheets.foot(sheet, &said.page(sheet + 1, pages), SMALL, (0.3 * Sheets::INNER, Align::End));
    }
    let language = said.language.code();
    sheets.write(&About { title: &said.name, author: &said.program, language, date })
}

/// Across the top of the first sheet, so that nobody takes a test for money.
fn test(sheets: &mut Sheets, said: &Said) {
    let Some(test) = &said.test else { return };
    let style = Style { colour: ON_NOTICE, ..STRONG };
    sheets.surface((0.0, 0.0), (Sheets::WIDTH, 36.0), 0.0, NOTICE);
    let part = sheets.part(None, Tag::P);
    sheets.y = (36.0 - style.leading) / 2.0;
    sheets.paragraph(test, style, Role::Of(part));
    sheets.y = Sheets::MARGIN + 16.0;
}

fn head(sheets: &mut Sheets, said: &Said) {
    let quiet = Style { colour: SOFT, ..BODY };
    let number = sheets.lines(&said.number, quiet, Sheets::INNER / 3.0);
    let width = number.iter().map(|run| run.width * quiet.size).fold(0.0, f32::max);
    sheets.surface((Sheets::MARGIN, sheets.y + 2.0), (11.0, 11.0), 3.0, Colour(said.accent.0));
    let program = sheets.lines(&said.program, STRONG, Sheets::INNER - 18.0 - GAP - width);
    let part = Role::Of(sheets.part(None, Tag::P));
    let left = sheets.put(program, STRONG, (Sheets::MARGIN + 18.0, 0.0), Align::Start, part);
    let part = Role::Of(sheets.part(None, Tag::P));
    let right = sheets.put(number, quiet, (Sheets::MARGIN, Sheets::INNER), Align::End, part);
    sheets.y += left.max(right) + 48.0;

    let heading = NonZeroU16::MIN;
    let part = sheets.part(None, Tag::Hn(heading, Some(said.title.clone())));
    sheets.paragraph(&said.title, LARGE, Role::Of(part));
    let part = sheets.part(None, Tag::P);
    let fits = sheets.width(&said.total, TITLE) <= Sheets::INNER;
    sheets.paragraph(&said.total, if fits { TITLE } else { LARGE }, Role::Of(part));
    sheets.y += 4.0;
    if let Some(paid) = &said.paid {
        let part = sheets.part(None, Tag::P);
        sheets.paragraph(paid, quiet, Role::Of(part));
    }
    for (index, sentence) in said.since.iter().enumerate() {
        sheets.y += if index == 0 { 12.0 } else { 3.0 };
        let part = sheets.part(None, Tag::P);
        sheets.paragraph(sentence, STRONG, Role::Of(part));
    }
    sheets.y += 36.0;
}

/// Two columns of labels with what they say below them.
fn facts(sheets: &mut Sheets, groups: &[Vec<Fact>; 2]) {
    let top = sheets.y;
    let width = (Sheets::INNER - 2.0 * GAP) / 2.0;
    let mut end = top;
    for (group, left) in groups.iter().zip([Sheets::MARGIN, Sheets::MARGIN + width + 2.0 * GAP]) {
        sheets.y = top;
        let list = sheets.part(None, Tag::L(ListNumbering::None));
        for fact in group {
            let item = sheets.part(Some(list), Tag::LI);
            let label = Role::Of(sheets.part(Some(item), Tag::Lbl));
            let lines = sheets.lines(&fact.label, SMALL, width);
            sheets.y += sheets.put(lines, SMALL, (left, width), Align::Start, label);
            let body = Role::Of(sheets.part(Some(item), Tag::LBody));
            for value in &fact.values {
                let lines = sheets.lines(value, BODY, width);
                sheets.y += sheets.put(lines, BODY, (left, width), Align::Start, body);
            }
            sheets.y += 9.0;
        }
        end = end.max(sheets.y);
    }
    sheets.y = end + 30.0;
}

/// Where each column begins, and how wide it is.
type Columns = [(f32, f32); 4];

fn columns(sheets: &Sheets, said: &Said) -> Columns {
    let [_, labels @ ..] = &said.columns;
    let mut widths: [f32; 3] = [0.0; 3];
    for (index, (width, widest)) in widths.iter_mut().zip(WIDEST).enumerate() {
        let label = labels.get(index).map(|label| sheets.width(label, SMALL));
        let cells = said.lines.iter().filter_map(|cells| cells.get(index + 1));
        let cells = cells.map(|cell| sheets.width(cell, BODY));
        // A little more than what is in it, so that a sum of widths does not break a line by a rounding.
        *width = (cells.chain(label).fold(0.0, f32::max) + 0.1).min(widest);
    }
    let [second, third, fourth] = widths;
    let first = Sheets::INNER - second - third - fourth - 3.0 * GAP;
    let mut left = Sheets::MARGIN;
    [first, second, third, fourth].map(|width| {
        let column = (left, width);
        left += width + GAP;
        column
    })
}

fn align(column: usize) -> Align {
    if column == 0 { Align::Start } else { Align::End }
}

fn table(sheets: &mut Sheets, said: &Said) {
    let columns = columns(sheets, said);
    let table = sheets.part(None, Tag::Table);
    let head = sheets.part(Some(table), Tag::THead);
    let row = sheets.part(Some(head), Tag::TR);
    names(sheets, said, &columns, Some(row));
    let body = sheets.part(Some(table), Tag::TBody);
    let after = height_of_sums(said) + height_of_support(sheets, said);
    for (index, cells) in said.lines.iter().enumerate() {
        let cells: [Vec<Run>; 4] =
            std::array::from_fn(|column| sheets.lines(&cells[column], BODY, columns[column].1));
        let height = BODY.height(cells.iter().map(Vec::len).max().unwrap_or(1));
        // The sums are never alone on a sheet: the last line goes with them.
        let with = if index + 1 == said.lines.len() { after } else { 0.0 };
        if !sheets.has_room(height + 2.0 * AIR + with) {
            sheets.next_sheet();
            names(sheets, said, &columns, None);
        }
        sheets.rule(0.6, RULE);
        sheets.y += AIR;
        let row = sheets.part(Some(body), Tag::TR);
        for (column, lines) in cells.into_iter().enumerate() {
            let cell = Role::Of(sheets.part(Some(row), Tag::TD));
            sheets.put(lines, BODY, columns[column], align(column), cell);
        }
        sheets.y += height + AIR;
    }
    sums(sheets, said, table);
}

/// What the columns are called: read out once, and seen on each sheet.
fn names(sheets: &mut Sheets, said: &Said, columns: &Columns, row: Option<Part>) {
    let mut height = 0.0_f32;
    for (index, (name, column)) in said.columns.iter().zip(columns).enumerate() {
        let role = match row {
            Some(row) => Role::Of(sheets.part(Some(row), Tag::TH(TableHeaderScope::Column))),
            None => Role::Eye(ArtifactType::Header),
        };
        let lines = sheets.lines(name, SMALL, column.1);
        height = height.max(sheets.put(lines, SMALL, *column, align(index), role));
    }
    sheets.y += height + 6.0;
}

/// Enough for the first, which is large, and the others.
fn height_of_sums(said: &Said) -> f32 {
    said.sums.iter().fold(12.0, |height, _| height + LARGE.leading + 5.0)
}

fn sums(sheets: &mut Sheets, said: &Said, table: Part) {
    let width = Sheets::INNER * 0.65;
    let foot = sheets.part(Some(table), Tag::TFoot);
    if !sheets.has_room(height_of_sums(said)) {
        sheets.next_sheet();
    }
    sheets.rule(1.2, INK);
    sheets.y += 12.0;
    for (index, sum) in said.sums.iter().enumerate() {
        // The first is what was paid, the third what is left of it.
        let style = [LARGE, BODY, STRONG].get(index).copied().unwrap_or(BODY);
        let row = sheets.part(Some(foot), Tag::TR);
        let label = Tag::TH(TableHeaderScope::Row).with_col_span(NonZeroU32::new(3));
        let label = Role::Of(sheets.part(Some(row), label));
        let lines = sheets.lines(&sum.label, style, Sheets::INNER - width - GAP);
        let left = sheets.put(lines, style, (Sheets::MARGIN, 0.0), Align::Start, label);
        let cell = Role::Of(sheets.part(Some(row), Tag::TD));
        let lines = sheets.lines(&sum.amount, style, width);
        let column = (Sheets::MARGIN + Sheets::INNER - width, width);
        let right = sheets.put(lines, style, column, Align::End, cell);
        sheets.y += left.max(right) + 5.0;
    }
}

/// Where questions go; nothing where nobody said.
fn support_lines(sheets: &Sheets, said: &Said) -> Vec<Run> {
    let email = said.support_email.as_deref();
    let places: Vec<&str> = email.into_iter().chain(said.support_url.as_deref().map(bare)).collect();
    if places.is_empty() {
        return Vec::new();
    }
    sheets.lines(&format!("{} {}", said.questions, places.join("  ·  ")), SMALL, Sheets::INNER)
}

fn height_of_support(sheets: &Sheets, said: &Said) -> f32 {
    let lines = support_lines(sheets, said).len();
    if lines == 0 { 0.0 } else { ABOVE_SUPPORT + SMALL.height(lines) }
}

fn support(sheets: &mut Sheets, said: &Said) {
    let lines = support_lines(sheets, said);
    if lines.is_empty() {
        return;
    }
    if sheets.has_room(height_of_support(sheets, said)) {
        sheets.y += ABOVE_SUPPORT;
    } else {
        sheets.next_sheet();
    }
    let part = Role::Of(sheets.part(None, Tag::P));
    sheets.y += sheets.put(lines, SMALL, (Sheets::MARGIN, Sheets::INNER), Align::Start, part);
}
