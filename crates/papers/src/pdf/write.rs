//! Sheets become a PDF.

use krilla::Document;
use krilla::SerializeSettings;
use krilla::color::rgb;
use krilla::configure::{Accessibility, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{Path, PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, SpanTag};
use moment::{Instant, Zone};

use super::sheets::{Colour, Item, Sheets};
use super::tags::Tags;
use super::{Fonts, PaperError, Role};

/// What a PDF says of itself.
pub(crate) struct About<'a> {
    pub title: &'a str,
    pub author: &'a str,
    pub language: &'static str,
    /// The document's date.
    pub date: Instant,
}

impl Sheets {
    /// The PDF. It claims to be accessible (PDF/UA-1), and krilla refuses it where it sees that it is not.
    pub fn write(self, about: &About<'_>) -> Result<Vec<u8>, PaperError> {
        let wrong = |why: &dyn std::fmt::Debug| PaperError::Pdf(format!("{why:?}"));
        let accessible = ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1);
        let configuration = accessible.finish().map_err(|error| wrong(&error))?;
        let mut document = Document::new_with(SerializeSettings { configuration, ..Default::default() });
        let Sheets { fonts, filled, mut tags, .. } = self;
        for items in filled {
            let settings = PageSettings::from_wh(Sheets::WIDTH, Sheets::HEIGHT);
            let settings = settings.ok_or_else(|| PaperError::Pdf("no such size of a page".to_owned()))?;
            let mut page = document.start_page_with(settings);
            let mut surface = page.surface();
            for item in items {
                draw(&mut surface, item, fonts, &mut tags);
            }
            surface.finish();
            page.finish();
        }
        let mut outline = Outline::new();
        let start = XyzDestination::new(0, Point::from_xy(0.0, 0.0));
        outline.push_child(OutlineNode::new(about.title.to_owned(), start));
        document.set_outline(outline);
        document.set_metadata(metadata(about));
        document.set_tag_tree(tags.tree(about.language));
        document.finish().map_err(|error| wrong(&error))
    }
}

fn draw(surface: &mut Surface<'_>, item: Item, fonts: &Fonts, tags: &mut Tags) {
    match item {
        Item::Text { x, y, run, size, colour, role } => {
            let tag = match role {
                Role::Of(_) => ContentTag::Span(SpanTag::empty()),
                Role::Eye(kind) => ContentTag::Artifact(Artifact::with_kind(kind)),
            };
            let text = surface.start_tagged(tag);
            surface.set_fill(Some(fill(colour)));
            surface.draw_glyphs(
                Point::from_xy(x, y),
                &run.glyphs,
                fonts.font(run.weight),
                &run.text,
                size,
                false,
            );
            surface.end_tagged();
            if let Role::Of(part) = role {
                tags.text(part, text);
            }
        }
        Item::Surface { rect, radius, colour } => {
            let Some(path) = rounded(rect, radius) else { return };
            surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
            surface.set_fill(Some(fill(colour)));
            surface.draw_path(&path);
            surface.end_tagged();
        }
    }
}

fn fill(Colour([red, green, blue]): Colour) -> Fill {
    Fill { paint: rgb::Color::new(red, green, blue).into(), ..Default::default() }
}

fn rounded(rect: Rect, radius: f32) -> Option<Path> {
    let (left, top, right, bottom) = (rect.left(), rect.top(), rect.right(), rect.bottom());
    let mut path = PathBuilder::new();
    path.move_to(left + radius, top);
    path.line_to(right - radius, top);
    path.quad_to(right, top, right, top + radius);
    path.line_to(right, bottom - radius);
    path.quad_to(right, bottom, right - radius, bottom);
    path.line_to(left + radius, bottom);
    path.quad_to(left, bottom, left, bottom - radius);
    path.line_to(left, top + radius);
    path.quad_to(left, top, left + radius, top);
    path.close();
    path.finish()
}

fn metadata(about: &About<'_>) -> Metadata {
    let metadata = Metadata::new()
        .title(about.title.to_owned())
        .authors(vec![about.author.to_owned()])
        .language(about.language.to_owned())
        .producer("Scrip".to_owned());
    match date(about.date) {
        Some(date) => metadata.creation_date(date),
        None => metadata,
    }
}

fn date(at: Instant) -> Option<DateTime> {
    let civil = Zone::utc().civil(at)?;
    let second = at.millis().div_euclid(1000).rem_euclid(60);
    let date = DateTime::new(u16::try_from(civil.year).ok()?).month(civil.month).day(civil.day);
    Some(date.hour(civil.hour).minute(civil.minute).second(u8::try_from(second).ok()?).utc_offset_hour(0))
}
