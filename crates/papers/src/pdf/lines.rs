//! Text in lines of a width.

use std::borrow::Cow;
use std::ops::Range;

use super::face::REPLACEMENT;
use super::{Fonts, Run, Weight};

impl Fonts {
    /// The text on one line.
    pub fn line(&self, text: &str, weight: Weight) -> Run {
        let text = readable(text).into_owned();
        let glyphs = self.face(weight).shape(&text);
        let width = glyphs.iter().map(|glyph| glyph.x_advance).sum();
        Run { weight, text, glyphs, width }
    }

    /// The text on as many lines of this width as it takes: broken between words, or within a word that has no room on
    /// any line.
    pub fn lines(&self, text: &str, weight: Weight, width: f32) -> Vec<Run> {
        let whole = self.line(text, weight);
        if whole.width <= width {
            return vec![whole];
        }
        let space = self.line(" ", weight).width;
        let (mut lines, mut line, mut used) = (Vec::new(), String::new(), 0.0);
        for word in whole.text.split(' ') {
            for (index, (piece, length)) in self.pieces(word, weight, width).into_iter().enumerate() {
                let gap = if index == 0 && !line.is_empty() { space } else { 0.0 };
                let goes_on = index == 0 && used + gap + length <= width;
                if !line.is_empty() && !goes_on {
                    lines.push(std::mem::take(&mut line));
                    used = 0.0;
                } else if gap > 0.0 {
                    line.push(' ');
                    used += gap;
                }
                line.push_str(&piece);
                used += length;
            }
        }
        lines.push(line);
        let last = lines.len().saturating_sub(1);
        let run = |(index, line): (usize, String)| {
            // Lines that are copied or read out are told apart by the space that stood between them.
            let mut run = self.line(&if index == last { line } else { line + " " }, weight);
            if index != last {
                run.width -= space;
            }
            run
        };
        lines.into_iter().enumerate().map(run).collect()
    }

    /// As much of the text as has room in this width, and an ellipsis in place of the rest.
    pub fn cut(&self, text: &str, weight: Weight, width: f32) -> Run {
        let whole = self.line(text, weight);
        if whole.width <= width {
            return whole;
        }
        let mut room = width - self.line("…", weight).width;
        let mut past = whole.glyphs.iter().skip_while(|glyph| {
            room -= glyph.x_advance;
            room >= 0.0
        });
        let end = past.next().map_or(0, |glyph| glyph.text_range.start);
        let kept = whole.text.get(..end).unwrap_or_default();
        self.line(&format!("{}…", kept.trim_end()), weight)
    }

    /// A word in pieces that have room on a line, and how long they are.
    fn pieces(&self, word: &str, weight: Weight, width: f32) -> Vec<(String, f32)> {
        let run = self.line(word, weight);
        if run.width <= width {
            return vec![(run.text, run.width)];
        }
        let mut pieces: Vec<(String, f32)> = Vec::new();
        let mut before: Option<Range<usize>> = None;
        for glyph in &run.glyphs {
            // Several glyphs may be of the same letter, which is never torn.
            if before.as_ref() == Some(&glyph.text_range) {
                if let Some((_, length)) = pieces.last_mut() {
                    *length += glyph.x_advance;
                }
                continue;
            }
            let letter = run.text.get(glyph.text_range.clone()).unwrap_or_default();
            match pieces.last_mut().filter(|(_, length)| length + glyph.x_advance <= width) {
                Some((piece, length)) => {
                    piece.push_str(letter);
                    *length += glyph.x_advance;
                }
                None => pieces.push((letter.to_owned(), glyph.x_advance)),
            }
            before = Some(glyph.text_range.clone());
        }
        pieces
    }
}

/// Text without what is not seen (joiners, selectors of variants, marks of the byte order) and what no text may have: a
/// PDF for screen readers may hold neither.
fn readable(text: &str) -> Cow<'_, str> {
    let unseen = |c: char| {
        matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
    };
    let wrong = |c: char| c.is_control() || matches!(u32::from(c) & 0xffff, 0xfffe | 0xffff);
    if !text.chars().any(|c| unseen(c) || wrong(c)) {
        return Cow::Borrowed(text);
    }
    let kept = text.chars().filter(|c| !unseen(*c));
    Cow::Owned(kept.map(|c| if wrong(c) { REPLACEMENT } else { c }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, width: f32) -> Vec<String> {
        let lines = Fonts::get().unwrap().lines(text, Weight::Regular, width);
        lines.into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn lines_break_between_words_and_long_words_within() {
        assert_eq!(texts("one two three", 100.0), ["one two three"]);
        assert_eq!(texts("one two three", 4.0), ["one two ", "three"]);
        assert_eq!(texts("20.\u{a0}März 2027", 4.5), ["20.\u{a0}März ", "2027"]);
        let torn = texts("a 0123456789 b", 3.1);
        assert_eq!(torn, ["a ", "01234 ", "56789 ", "b"]);
        assert_eq!(texts("", 1.0), [""]);
        // A letter that has no room at all has a line all the same.
        assert_eq!(texts("MM", 0.1), ["M ", "M"]);
    }

    #[test]
    fn what_is_cut_has_an_ellipsis() {
        let fonts = Fonts::get().unwrap();
        for (width, cut) in [(9.0, "Atelier Nord"), (5.0, "Atelier N…"), (4.3, "Atelier…"), (0.1, "…")]
        {
            assert_eq!(fonts.cut("Atelier Nord", Weight::Regular, width).text, cut);
        }
    }

    #[test]
    fn no_line_is_wider_than_it_may_be() {
        let fonts = Fonts::get().unwrap();
        let text = "Donaudampfschifffahrtsgesellschaftskapitän Ελληνικά e\u{301}e\u{301} 🎉 שלום WAVE To";
        for width in [2.0_f32, 5.0, 9.5] {
            for line in fonts.lines(text, Weight::SemiBold, width) {
                assert!(line.width <= width + 0.2, "{:?} in {width}: {}", line.text, line.width);
            }
        }
    }

    #[test]
    fn what_is_not_seen_is_not_there() {
        assert_eq!(readable("a\u{200d}\u{feff}b\u{1}\u{ffff}"), "ab\u{fffd}\u{fffd}");
        assert_eq!(readable("Ada"), "Ada");
    }
}
