//! Colours, the same for the same thing in every picture.
//!
//! The lanthanides run along one ramp, even in lightness from La (light) to Lu (dark), so
//! that it survives a grey printer and the common colour blindnesses; Y is teal, Sc and
//! what is no rare earth are greys.

use crate::element::Element;
use crate::stream::Stream;

/// Ink: text and axes.
pub const INK: &str = "#22272e";
/// The one accent.
pub const ACCENT: &str = "#1f5fa8";
/// Losses and what is of no account.
pub const LOSS: &str = "#b9bec5";

/// The colour of an element.
pub fn of(element: Element) -> &'static str {
    match element {
        Element::La => "#e6c051",
        Element::Ce => "#e8aa3e",
        Element::Pr => "#e69336",
        Element::Nd => "#e27d38",
        Element::Sm => "#da6841",
        Element::Eu => "#cf544c",
        Element::Gd => "#c14158",
        Element::Tb => "#ae3363",
        Element::Dy => "#982b6b",
        Element::Ho => "#802470",
        Element::Er => "#681e71",
        Element::Tm => "#50186f",
        Element::Yb => "#39126a",
        Element::Lu => "#230b60",
        Element::Y => "#1a8f8a",
        Element::Sc => "#8a9099",
        Element::Th | Element::U => "#5c6b3c",
        _ => "#a8adb5",
    }
}

/// Is the element's colour so dark that words on it must be white?
pub fn is_dark(element: Element) -> bool {
    !matches!(element, Element::La | Element::Ce | Element::Pr | Element::Nd | Element::Sm)
        && (element.is_rare_earth() || matches!(element, Element::Sc | Element::Th | Element::U))
}

/// What mainly flows in a pipe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carrier {
    /// Solids, or a slurry of more than 5 % of them.
    Solids,
    /// A solution.
    Aqueous,
    /// A solvent.
    Organic,
    /// Gas alone.
    Gas,
    /// Nothing at all.
    Nothing,
}

impl Carrier {
    /// What mainly flows in a stream.
    pub fn of(stream: &Stream) -> Self {
        let (solid, aqueous, gas) = (stream.solid.mass(), stream.aqueous.mass(), stream.gas.mass_kg());
        if stream.organic.mass() > aqueous + solid {
            Self::Organic
        } else if solid > 0.0 && solid >= 0.05 * (solid + aqueous) {
            Self::Solids
        } else if aqueous > 0.0 && aqueous >= gas {
            Self::Aqueous
        } else if gas > 0.0 {
            Self::Gas
        } else {
            Self::Nothing
        }
    }

    /// In words.
    pub fn word(self, stream: &Stream) -> &'static str {
        match self {
            Self::Solids if stream.aqueous.mass() > 1e-9 * stream.solid.mass() => "slurry",
            Self::Solids => "solids",
            Self::Aqueous => "solution",
            Self::Organic => "organic",
            Self::Gas => "gas",
            Self::Nothing => "empty",
        }
    }

    /// Its colour on the flowsheet.
    pub fn colour(self) -> &'static str {
        match self {
            Self::Solids => "#8a5a2b",
            Self::Aqueous => "#2878bd",
            Self::Organic => "#e08a1e",
            Self::Gas | Self::Nothing => "#8a9099",
        }
    }

    /// Its line: gas is dashed, organic drawn thicker, so that grey print tells them apart.
    pub fn stroke(self) -> String {
        let (width, dash) = match self {
            Self::Gas | Self::Nothing => (1.4, " stroke-dasharray=\"5 3\""),
            Self::Organic => (2.6, ""),
            Self::Solids => (2.0, ""),
            Self::Aqueous => (1.5, ""),
        };
        format!("stroke=\"{}\" stroke-width=\"{width}\"{dash}", self.colour())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lightness(colour: &str) -> f64 {
        let part = |at: usize| f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
        0.2126 * part(1).powf(2.2) + 0.7152 * part(3).powf(2.2) + 0.0722 * part(5).powf(2.2)
    }

    /// In grey print heavier must be darker, element by element.
    #[test]
    fn the_ramp_darkens_from_lanthanum_to_lutetium() {
        let lanthanides = &Element::RARE_EARTHS[..14];
        for pair in lanthanides.windows(2) {
            assert!(lightness(of(pair[0])) > lightness(of(pair[1])), "{} {}", pair[0], pair[1]);
        }
    }
}
