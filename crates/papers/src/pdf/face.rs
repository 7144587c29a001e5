//! The fonts, and the glyphs of a text.

use std::sync::OnceLock;

use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::{Direction, Script, ShapePlan, UnicodeBuffer, script};

use super::PaperError;

static REGULAR: &[u8] = include_bytes!("../../fonts/IBMPlexSans-Regular.ttf");
static SEMIBOLD: &[u8] = include_bytes!("../../fonts/IBMPlexSans-SemiBold.ttf");

/// Shown for what the fonts have no form of.
pub(super) const REPLACEMENT: char = char::REPLACEMENT_CHARACTER;

/// What the fonts have letters of. Others are set as if they were Latin: figures, signs, and what is replaced.
const SCRIPTS: [Script; 3] = [script::LATIN, script::GREEK, script::CYRILLIC];

/// How heavy letters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    SemiBold,
}

/// The two weights of the one family.
pub(crate) struct Fonts {
    regular: Face,
    semibold: Face,
}

pub(super) struct Face {
    font: Font,
    pub shaper: rustybuzz::Face<'static>,
    /// How the letters of a script are set: asked of the font once, as that takes longer than to set a line.
    plans: Vec<(Script, ShapePlan)>,
}

/// A line of text, laid out. Lengths are in ems.
pub(crate) struct Run {
    pub weight: Weight,
    /// What a reader copies.
    pub text: String,
    pub glyphs: Vec<KrillaGlyph>,
    /// Without a space at its end.
    pub width: f32,
}

impl Fonts {
    /// The fonts, read once.
    pub fn get() -> Result<&'static Fonts, PaperError> {
        static FONTS: OnceLock<Option<Fonts>> = OnceLock::new();
        let fonts = FONTS
            .get_or_init(|| Some(Fonts { regular: Face::read(REGULAR)?, semibold: Face::read(SEMIBOLD)? }));
        fonts.as_ref().ok_or(PaperError::Fonts)
    }

    /// The font as the PDF has it.
    pub fn font(&self, weight: Weight) -> Font {
        self.face(weight).font.clone()
    }

    pub(super) fn face(&self, weight: Weight) -> &Face {
        match weight {
            Weight::Regular => &self.regular,
            Weight::SemiBold => &self.semibold,
        }
    }
}

impl Face {
    fn read(data: &'static [u8]) -> Option<Face> {
        let (font, shaper) = (Font::new(data.into(), 0)?, rustybuzz::Face::from_slice(data, 0)?);
        let plan = |script| ShapePlan::new(&shaper, Direction::LeftToRight, Some(script), None, &[]);
        let plans = SCRIPTS.map(|script| (script, plan(script))).into();
        Some(Face { font, shaper, plans })
    }

    /// The glyphs of a text, from left to right. What the font lacks has the replacement's glyph, and keeps its own text:
    /// it is copied and read out as what it is. Text that runs from right to left is in scripts that the font lacks.
    pub fn shape(&self, text: &str) -> Vec<KrillaGlyph> {
        let (mut shown, mut starts) = (String::new(), Vec::new());
        for (start, letter) in text.char_indices() {
            starts.push((shown.len(), start));
            let has = self.shaper.glyph_index(letter).is_some();
            shown.push(if has { letter } else { REPLACEMENT });
        }
        let start_of = |cluster: usize| {
            let found = starts.binary_search_by_key(&cluster, |(shown, _)| *shown);
            found.ok().and_then(|at| starts.get(at)).map_or(text.len(), |(_, start)| *start)
        };
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(&shown);
        buffer.set_direction(Direction::LeftToRight);
        buffer.set_script(script_of(&shown));
        let plan = self.plans.iter().find(|(script, _)| *script == buffer.script());
        let shaped = match plan {
            Some((_, plan)) => rustybuzz::shape_with_plan(&self.shaper, plan, buffer),
            None => rustybuzz::shape(&self.shaper, &[], buffer),
        };
        let (infos, positions) = (shaped.glyph_infos(), shaped.glyph_positions());
        let em = self.font.units_per_em();
        #[expect(clippy::cast_precision_loss, reason = "an em has a thousand units, a glyph some of them")]
        let length = |units: i32| units as f32 / em;
        let replacement = self.shaper.glyph_index(REPLACEMENT).map_or(0, |glyph| u32::from(glyph.0));
        let mut glyphs = Vec::with_capacity(infos.len());
        for (index, (info, position)) in infos.iter().zip(positions).enumerate() {
            let mut after = infos.iter().skip(index).map(|next| next.cluster);
            let end = after.find(|cluster| *cluster != info.cluster);
            let range = start_of(info.cluster as usize)..end.map_or(text.len(), |end| start_of(end as usize));
            let glyph = if info.glyph_id == 0 { replacement } else { info.glyph_id };
            glyphs.push(KrillaGlyph::new(
                GlyphId::new(glyph),
                length(position.x_advance),
                length(position.x_offset),
                length(position.y_offset),
                length(position.y_advance),
                range,
                None,
            ));
        }
        glyphs
    }
}

/// The script of the first letter that is Greek or Cyrillic; Latin if there is none.
fn script_of(text: &str) -> Script {
    let mut scripts = text.chars().filter_map(|letter| match letter {
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Some(script::GREEK),
        '\u{400}'..='\u{52f}' => Some(script::CYRILLIC),
        _ => None,
    });
    scripts.next().unwrap_or(script::LATIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_as_wide_as_each_other() {
        let fonts = Fonts::get().unwrap();
        for weight in [Weight::Regular, Weight::SemiBold] {
            for figure in "0123456789".chars() {
                assert!((fonts.line(&figure.to_string(), weight).width - 0.6).abs() < 1e-6, "{figure}");
            }
        }
    }

    #[test]
    fn the_fonts_have_what_they_are_there_for() {
        let fonts = Fonts::get().unwrap();
        let letters = "Añłøßűžđ Ελληνικά Кириллица Їжак −€£¥₹₩₽₺₴ •…–„“”‚‘’×";
        for weight in [Weight::Regular, Weight::SemiBold] {
            for letter in letters.chars() {
                assert!(fonts.face(weight).shaper.glyph_index(letter).is_some(), "{letter}");
            }
        }
    }

    #[test]
    fn what_the_font_lacks_keeps_its_text() {
        let fonts = Fonts::get().unwrap();
        let run = fonts.line("a🎉שb", Weight::Regular);
        let ranges: Vec<&str> = run.glyphs.iter().map(|glyph| &run.text[glyph.text_range.clone()]).collect();
        assert_eq!(ranges, ["a", "🎉", "ש", "b"]);
        assert_eq!(run.glyphs[1].glyph_id, run.glyphs[2].glyph_id);
        assert_ne!(run.glyphs[1].glyph_id.to_u32(), 0);
    }
}
