//! Sheets of A4 that text and surfaces are put on, from above. What stands on them is drawn at the end, when it is known
//! how many there are.

use krilla::geom::Rect;
use krilla::tagging::{ArtifactType, TagKind};

use super::tags::Tags;
use super::{Fonts, PaperError, Part, Role, Run, Weight};

/// How text looks. Lengths are in points.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    pub weight: Weight,
    pub size: f32,
    /// From one line to the next.
    pub leading: f32,
    pub colour: Colour,
}

impl Style {
    /// How high so many lines are.
    pub fn height(self, lines: usize) -> f32 {
        f32::from(u16::try_from(lines).unwrap_or(u16::MAX)) * self.leading
    }
}

/// Red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Colour(pub [u8; 3]);

/// Which side of its column text stands at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    Start,
    End,
}

/// What stands on a sheet.
pub(super) enum Item {
    /// Where its baseline begins.
    Text { x: f32, y: f32, run: Run, size: f32, colour: Colour, role: Role },
    Surface {
        rect: Rect,
        /// Of its corners.
        radius: f32,
        colour: Colour,
    },
}

/// The sheets of a paper.
pub(crate) struct Sheets {
    pub fonts: &'static Fonts,
    pub(super) filled: Vec<Vec<Item>>,
    pub(super) tags: Tags,
    /// Where on the last sheet the next thing begins.
    pub y: f32,
}

impl Sheets {
    pub const WIDTH: f32 = 595.276;
    pub const HEIGHT: f32 = 841.89;
    /// Of all sides.
    pub const MARGIN: f32 = 56.0;
    /// Between the margins.
    pub const INNER: f32 = Sheets::WIDTH - 2.0 * Sheets::MARGIN;
    /// Where text ends that goes on on the next sheet: below are the foot of the page and the margin.
    pub const END: f32 = Sheets::HEIGHT - Sheets::MARGIN - 32.0;

    /// One sheet with nothing on it.
    pub fn new() -> Result<Sheets, PaperError> {
        let fonts = Fonts::get()?;
        Ok(Sheets { fonts, filled: vec![Vec::new()], tags: Tags::default(), y: Sheets::MARGIN })
    }

    pub fn count(&self) -> usize {
        self.filled.len()
    }

    /// Whether this much has room on the last sheet.
    pub fn has_room(&self, height: f32) -> bool {
        self.y + height <= Sheets::END
    }

    pub fn next_sheet(&mut self) {
        self.filled.push(Vec::new());
        self.y = Sheets::MARGIN;
    }

    /// A part of the paper.
    pub fn part(&mut self, parent: Option<Part>, tag: impl Into<TagKind>) -> Part {
        self.tags.add(parent, tag.into())
    }

    /// The text in lines that have room in this width.
    pub fn lines(&self, text: &str, style: Style, width: f32) -> Vec<Run> {
        self.fonts.lines(text, style.weight, width / style.size)
    }

    /// How wide the text is on one line.
    pub fn width(&self, text: &str, style: Style) -> f32 {
        self.fonts.line(text, style.weight).width * style.size
    }

    /// Puts lines into a column of the last sheet, the first with its top at `y`. The height that they take.
    pub fn put(
        &mut self,
        lines: Vec<Run>,
        style: Style,
        column: (f32, f32),
        align: Align,
        role: Role,
    ) -> f32 {
        let (left, width) = column;
        let mut top = self.y;
        let Some(sheet) = self.filled.last_mut() else { return 0.0 };
        for run in lines {
            let x = match align {
                Align::Start => left,
                Align::End => left + width - run.width * style.size,
            };
            // Capitals, 0.7 of the size, stand in the middle of their line.
            let y = top + f32::midpoint(style.leading, 0.7 * style.size);
            sheet.push(Item::Text { x, y, run, size: style.size, colour: style.colour, role });
            top += style.leading;
        }
        top - self.y
    }

    /// A paragraph in the whole width, and on from below it.
    pub fn paragraph(&mut self, text: &str, style: Style, role: Role) {
        let lines = self.lines(text, style, Sheets::INNER);
        self.y += self.put(lines, style, (Sheets::MARGIN, Sheets::INNER), Align::Start, role);
    }

    /// A surface on the last sheet, under what is put there later.
    pub fn surface(&mut self, (x, y): (f32, f32), (width, height): (f32, f32), radius: f32, colour: Colour) {
        let rect = Rect::from_xywh(x, y, width, height);
        if let (Some(sheet), Some(rect)) = (self.filled.last_mut(), rect) {
            sheet.push(Item::Surface { rect, radius, colour });
        }
    }

    /// A line from margin to margin at `y`.
    pub fn rule(&mut self, thickness: f32, colour: Colour) {
        self.surface((Sheets::MARGIN, self.y), (Sheets::INNER, thickness), 0.0, colour);
    }

    /// A line of text at the foot of a sheet, which may be any of them. The end of what has no room in `width` is left
    /// out: it is said above.
    pub fn foot(&mut self, sheet: usize, text: &str, style: Style, (width, align): (f32, Align)) {
        let run = self.fonts.cut(text, style.weight, width / style.size);
        let x = match align {
            Align::Start => Sheets::MARGIN,
            Align::End => Sheets::MARGIN + Sheets::INNER - run.width * style.size,
        };
        let y = Sheets::HEIGHT - Sheets::MARGIN;
        let role = Role::Eye(ArtifactType::Footer);
        if let Some(sheet) = self.filled.get_mut(sheet) {
            sheet.push(Item::Text { x, y, run, size: style.size, colour: style.colour, role });
        }
    }
}
