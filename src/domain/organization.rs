//! How the organization appears on its pages: its name, its colour, whom to ask for help.

use std::fmt;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationSettings {
    pub name: String,
    /// `None`: as Jackfield comes.
    pub accent: Option<Accent>,
    pub support: Option<Support>,
    /// So many failed checks in a row are told of.
    pub check_failures: i64,
}

/// sRGB, written `#0b6b57`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub [u8; 3]);

/// One colour a scheme, each readable on its page, and a button's words on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accent {
    pub light: Colour,
    pub dark: Colour,
}

/// The darkest and lightest that it stands on: `--paper`, `--card` and a tint of itself in app.css.
const LIGHT_PAGES: [Colour; 3] = [Colour([0xfb, 0xfa, 0xf7]), Colour([0xff, 0xff, 0xff]), Colour([0xeb, 0xea, 0xe7])];
const DARK_PAGES: [Colour; 3] = [Colour([0x15, 0x17, 0x1a]), Colour([0x1c, 0x1f, 0x23]), Colour([0x2b, 0x2f, 0x34])];
const WHITE: Colour = Colour([0xff, 0xff, 0xff]);
const INK: Colour = Colour([0x0b, 0x1f, 0x19]);
/// WCAG 2.2, 1.4.3.
pub const CONTRAST_MIN: f64 = 4.5;

/// On which page a colour cannot be read, and the nearest of its kind that can.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unreadable {
    pub dark: bool,
    pub contrast: f64,
    pub instead: Colour,
}

impl Accent {
    /// Without `dark`, the lightest need of `light`'s own hue.
    pub fn new(light: Colour, dark: Option<Colour>) -> Result<Self, Unreadable> {
        let check = |colour: Colour, pages: &[Colour], dark: bool| {
            let contrast = colour.worst_contrast(pages);
            if contrast >= CONTRAST_MIN { Ok(colour) } else { Err(Unreadable { dark, contrast, instead: colour.readable_on(pages) }) }
        };
        let light = check(light, &LIGHT_PAGES, false)?;
        let dark = check(dark.unwrap_or_else(|| light.readable_on(&DARK_PAGES)), &DARK_PAGES, true)?;
        Ok(Self { light, dark })
    }

    /// What a page loads after app.css.
    pub fn stylesheet(self) -> String {
        let scheme = |colour: Colour, deeper: Colour| {
            format!("--accent:{colour};--accent-deep:{};--on-accent:{}", colour.mixed(deeper, 0.2), colour.words())
        };
        format!(
            ":root{{{}}}@media (prefers-color-scheme:dark){{:root{{{}}}}}",
            scheme(self.light, Colour([0, 0, 0])),
            scheme(self.dark, WHITE)
        )
    }
}

impl Colour {
    /// `#rrggbb`, with or without the `#`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.trim().trim_start_matches('#');
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let part = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
        Some(Self([part(0)?, part(2)?, part(4)?]))
    }

    /// WCAG 2.2, relative luminance.
    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let part = f64::from(channel) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        let [red, green, blue] = self.0.map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    fn worst_contrast(self, pages: &[Self]) -> f64 {
        pages.iter().map(|page| self.contrast(*page)).fold(f64::INFINITY, f64::min)
    }

    /// `part` of `other` in it.
    fn mixed(self, other: Self, part: f64) -> Self {
        let mut mixed = [0; 3];
        for (at, channel) in mixed.iter_mut().enumerate() {
            let value = f64::from(self.0[at]) * (1.0 - part) + f64::from(other.0[at]) * part;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 255 by its making")]
            let whole = value.round() as u8;
            *channel = whole;
        }
        Self(mixed)
    }

    /// The nearest shade of it that can be read there.
    fn readable_on(self, pages: &[Self]) -> Self {
        let towards = if pages.first().is_some_and(|page| page.luminance() > 0.5) { Self([0, 0, 0]) } else { WHITE };
        let shades = (0..=50).map(|step| self.mixed(towards, f64::from(step) / 50.0));
        shades.into_iter().find(|shade| shade.worst_contrast(pages) >= CONTRAST_MIN).unwrap_or(towards)
    }

    /// White or ink, whichever stands out more on it; one of them always does.
    fn words(self) -> Self {
        if self.contrast(WHITE) >= self.contrast(INK) { WHITE } else { INK }
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

/// Where customers ask for help: an e-mail address, or a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Support(String);

impl Support {
    /// `None`: it is neither.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let plain = text.chars().all(|c| c.is_ascii_graphic()) && text.len() <= 255;
        let mail =
            text.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.') && !host.contains(['@', '/', '?', '&']));
        let page = text.strip_prefix("https://").is_some_and(|rest| rest.len() > 3 && !rest.starts_with('/'));
        (plain && (page || (mail && !text.contains([':', '?', '&', '%'])))).then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn href(&self) -> String {
        if self.0.starts_with("https://") { self.0.clone() } else { format!("mailto:{}", self.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(text: &str) -> Colour {
        Colour::parse(text).unwrap()
    }

    #[test]
    fn contrast_is_as_the_standard_counts_it() {
        assert!((colour("#000000").contrast(WHITE) - 21.0).abs() < 0.01);
        assert!((colour("#767676").contrast(WHITE) - 4.54).abs() < 0.01);
    }

    #[test]
    fn what_could_not_be_read_is_refused_with_what_could() {
        let refused = Accent::new(colour("#f5b700"), None).unwrap_err();
        assert!(!refused.dark && refused.contrast < 2.0, "{refused:?}");
        assert!(Accent::new(refused.instead, None).is_ok());
        let refused = Accent::new(colour("#0b6b57"), Some(colour("#0b6b57"))).unwrap_err();
        assert!(refused.dark && Accent::new(colour("#0b6b57"), Some(refused.instead)).is_ok(), "{refused:?}");
    }

    #[test]
    fn words_on_a_button_can_be_read_in_both_schemes_whatever_the_colour() {
        for red in (0..=255).step_by(51) {
            for green in (0..=255).step_by(51) {
                for blue in (0..=255).step_by(51) {
                    let Ok(accent) = Accent::new(Colour([red, green, blue]), None) else { continue };
                    for shade in [accent.light, accent.dark] {
                        assert!(shade.contrast(shade.words()) >= CONTRAST_MIN, "{shade} under {}", shade.words());
                    }
                }
            }
        }
    }

    #[test]
    fn help_is_a_mail_address_or_a_secure_page() {
        assert_eq!(Support::parse(" help@acme.example ").unwrap().href(), "mailto:help@acme.example");
        assert_eq!(Support::parse("https://acme.example/help").unwrap().href(), "https://acme.example/help");
        for wrong in [
            "",
            "help",
            "javascript:alert(1)",
            "http://acme.example",
            "a@b",
            "help@acme.example?bcc=x@y.z",
            "javascript:x@y.z",
            "https:///x",
        ] {
            assert_eq!(Support::parse(wrong), None, "{wrong}");
        }
    }
}
