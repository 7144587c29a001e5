/// The grounds that text of the accent colour stands on: the page's, light and dark.
const LIGHT: [u8; 3] = [0xff, 0xff, 0xff];
const DARK: [u8; 3] = [0x16, 0x17, 0x1a];
/// What WCAG 2.2 AA asks of text, with a little to spare for the grounds of panels.
const ENOUGH: f64 = 5.2;
/// What a program without a colour of its own gets.
const DEFAULT: Accent = Accent([0x1f, 0x4e, 0xd8]);

/// A program's one colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accent([u8; 3]);

impl Accent {
    /// Reads six hexadecimal digits, with or without `#`.
    pub fn read(text: &str) -> Option<Accent> {
        let digits = text.strip_prefix('#').unwrap_or(text);
        if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
        Some(Accent([red, green, blue]))
    }

    /// The colour of a program; the usual one if it has none.
    pub fn of(text: Option<&str>) -> Accent {
        text.and_then(Accent::read).unwrap_or(DEFAULT)
    }

    /// The address of its style sheet.
    pub fn href(self) -> String {
        let [red, green, blue] = self.0;
        format!("/static/accent/{red:02x}{green:02x}{blue:02x}.css")
    }

    /// The style sheet of the colour: as a ground with text on it, and as the colour of text, light and dark. Whatever
    /// colour a program has, the text can be read: it is made darker or lighter until it can.
    pub fn style(self) -> String {
        let hex = |[red, green, blue]: [u8; 3]| format!("#{red:02x}{green:02x}{blue:02x}");
        let on = if contrast(self.0, [0; 3]) > contrast(self.0, [255; 3]) { "#000" } else { "#fff" };
        let (light, dark) = (readable(self.0, LIGHT, [0; 3]), readable(self.0, DARK, [255; 3]));
        format!(
            ":root{{--accent:{};--on-accent:{on};--accent-text:{}}}\n\
             @media (prefers-color-scheme:dark){{:root{{--accent-text:{}}}}}\n",
            hex(self.0),
            hex(light),
            hex(dark)
        )
    }
}

/// The colour, moved towards another one until it can be read on this ground.
fn readable(colour: [u8; 3], ground: [u8; 3], towards: [u8; 3]) -> [u8; 3] {
    let mixed = (0..=20).map(|step| mix(colour, towards, f64::from(step) / 20.0));
    mixed.into_iter().find(|mixed| contrast(*mixed, ground) >= ENOUGH).unwrap_or(towards)
}

fn mix(a: [u8; 3], b: [u8; 3], part: f64) -> [u8; 3] {
    let channel = |a: u8, b: u8| (f64::from(a) * (1.0 - part) + f64::from(b) * part).round() as u8;
    [channel(a[0], b[0]), channel(a[1], b[1]), channel(a[2], b[2])]
}

/// The contrast ratio of WCAG 2.2: 1 to 21.
fn contrast(a: [u8; 3], b: [u8; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(colour: [u8; 3]) -> f64 {
    let linear = |channel: u8| {
        let part = f64::from(channel) / 255.0;
        if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    let [red, green, blue] = colour.map(linear);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_the_colour_its_text_can_be_read() {
        for digits in
            ["000000", "ffffff", "ffd23f", "0b7a75", "b4472e", "808080", "ff0000", "00ff00", "1f4ed8"]
        {
            let Accent(colour) = Accent::read(digits).unwrap();
            assert!(contrast(readable(colour, LIGHT, [0; 3]), LIGHT) >= 4.5, "{digits}");
            assert!(contrast(readable(colour, DARK, [255; 3]), DARK) >= 4.5, "{digits}");
            let on = if Accent(colour).style().contains("--on-accent:#000") { [0; 3] } else { [255; 3] };
            assert!(contrast(colour, on) >= 4.5, "{digits}");
        }
    }

    #[test]
    fn a_colour_is_six_digits_and_nothing_else() {
        for wrong in ["", "#fff", "red", "+b6e4f", "0b6e4f;", "0b6e4f}body{", "äbcde"] {
            assert_eq!(Accent::read(wrong), None, "{wrong}");
            assert_eq!(Accent::of(Some(wrong)), DEFAULT);
        }
    }
}
