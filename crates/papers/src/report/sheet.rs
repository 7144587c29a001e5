//! A report on sheets of A4.

use std::num::NonZeroU16;

use krilla::tagging::{ArtifactType, TableHeaderScope, Tag};
use moment::Instant;

use super::said::{Part as Unit, Said, Table};
use crate::PaperError;
use crate::pdf::{About, Align, Colour, Part, Role, Run, Sheets, Style, Weight};

const INK: Colour = Colour([0x1c, 0x1b, 0x18]);
const SOFT: Colour = Colour([0x5d, 0x5b, 0x53]);
const RULE: Colour = Colour([0xdf, 0xdc, 0xd3]);

const SMALL: Style = Style { weight: Weight::Regular, size: 8.5, leading: 13.0, colour: SOFT };
const BODY: Style = Style { weight: Weight::Regular, size: 10.0, leading: 15.0, colour: INK };
const QUIET: Style = Style { colour: SOFT, ..BODY };
const STRONG: Style = Style { weight: Weight::SemiBold, ..BODY };
const LARGE: Style = Style { weight: Weight::SemiBold, size: 14.0, leading: 20.0, colour: INK };
const TITLE: Style = Style { weight: Weight::SemiBold, size: 32.0, leading: 40.0, colour: INK };

/// Between columns.
const GAP: f32 = 18.0;
/// Above and below what stands in a row.
const AIR: f32 = 6.0;
/// How wide the columns of numbers are at most.
const WIDEST: [f32; 3] = [70.0, 130.0, 60.0];

/// Where each column begins, and how wide it is.
type Columns = [(f32, f32); 4];

pub(super) fn pdf(said: &Said, date: Instant) -> Result<Vec<u8>, PaperError> {
    let mut sheets = Sheets::new()?;
    head(&mut sheets, said);
    if said.units.is_empty() {
        let part = sheets.part(None, Tag::P);
        sheets.paragraph(&said.nothing, BODY, Role::Of(part));
    }
    for unit in &said.units {
        sums(&mut sheets, unit);
        for table in &unit.tables {
            put_table(&mut sheets, table);
        }
    }
    let pages = sheets.count();
    for sheet in 0..pages {
        sheets.foot(sheet, &said.name, SMALL, (0.7 * Sheets::INNER, Align::Start));
        sheets.foot(sheet, &said.page(sheet + 1, pages), SMALL, (0.3 * Sheets::INNER, Align::End));
    }
    let language = said.language.code();
    sheets.write(&About { title: &said.name, author: &said.program, language, date })
}

fn heading(sheets: &mut Sheets, level: NonZeroU16, text: &str, style: Style) {
    let part = sheets.part(None, Tag::Hn(level, Some(text.to_owned())));
    sheets.paragraph(text, style, Role::Of(part));
}

fn head(sheets: &mut Sheets, said: &Said) {
    sheets.surface((Sheets::MARGIN, sheets.y + 2.0), (11.0, 11.0), 3.0, Colour(said.accent.0));
    let program = sheets.lines(&said.program, STRONG, Sheets::INNER - 18.0);
    let part = Role::Of(sheets.part(None, Tag::P));
    sheets.y += sheets.put(program, STRONG, (Sheets::MARGIN + 18.0, 0.0), Align::Start, part) + 40.0;
    heading(sheets, NonZeroU16::MIN, &said.title, LARGE);
    if let Some(made) = &said.made {
        let part = sheets.part(None, Tag::P);
        sheets.paragraph(made, QUIET, Role::Of(part));
    }
    let [name, id] = &said.account;
    let account = if name.is_empty() { id.clone() } else { format!("{name} ({id})") };
    let part = sheets.part(None, Tag::P);
    sheets.paragraph(&format!("{}: {account}", said.account_label), QUIET, Role::Of(part));
    sheets.y += 24.0;
}

fn sums(sheets: &mut Sheets, unit: &Unit) {
    if !sheets.has_room(TITLE.leading + 3.0 * BODY.leading + 80.0) {
        sheets.next_sheet();
    }
    let part = Role::Of(sheets.part(None, Tag::P));
    sheets.paragraph(&unit.label, QUIET, part);
    let fits = sheets.width(&unit.sum, TITLE) <= Sheets::INNER;
    let part = Role::Of(sheets.part(None, Tag::P));
    sheets.paragraph(&unit.sum, if fits { TITLE } else { LARGE }, part);
    if let Some(returned) = &unit.returned {
        let part = Role::Of(sheets.part(None, Tag::P));
        sheets.paragraph(returned, QUIET, part);
    }
    sheets.y += 24.0;
}

fn columns(sheets: &Sheets, table: &Table) -> Columns {
    let [_, labels @ ..] = &table.columns;
    let mut widths: [f32; 3] = [0.0; 3];
    for (index, (width, widest)) in widths.iter_mut().zip(WIDEST).enumerate() {
        let label = labels.get(index).map(|label| sheets.width(label, SMALL));
        let cells = table.lines.iter().filter_map(|cells| cells.get(index + 1));
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

fn put_table(sheets: &mut Sheets, table: &Table) {
    // A heading is never alone at the end of a sheet.
    if !sheets.has_room(LARGE.leading + SMALL.leading + 4.0 * (BODY.leading + AIR)) {
        sheets.next_sheet();
    }
    heading(sheets, NonZeroU16::MIN.saturating_add(1), &table.title, LARGE);
    sheets.y += 6.0;
    let columns = columns(sheets, table);
    let part = sheets.part(None, Tag::Table);
    let head = sheets.part(Some(part), Tag::THead);
    let row = sheets.part(Some(head), Tag::TR);
    names(sheets, table, &columns, Some(row));
    let body = sheets.part(Some(part), Tag::TBody);
    for cells in &table.lines {
        let cells: [Vec<Run>; 4] =
            std::array::from_fn(|column| sheets.lines(&cells[column], BODY, columns[column].1));
        let height = BODY.height(cells.iter().map(Vec::len).max().unwrap_or(1));
        if !sheets.has_room(height + 2.0 * AIR) {
            sheets.next_sheet();
            names(sheets, table, &columns, None);
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
    sheets.y += 28.0;
}

/// What the columns are called: read out once, and seen on each sheet.
fn names(sheets: &mut Sheets, table: &Table, columns: &Columns, row: Option<Part>) {
    let mut height = 0.0_f32;
    for (index, (name, column)) in table.columns.iter().zip(columns).enumerate() {
        let role = match row {
            Some(row) => Role::Of(sheets.part(Some(row), Tag::TH(TableHeaderScope::Column))),
            None => Role::Eye(ArtifactType::Header),
        };
        let lines = sheets.lines(name, SMALL, column.1);
        height = height.max(sheets.put(lines, SMALL, *column, align(index), role));
    }
    sheets.y += height + 6.0;
}
