//! A feed liquor by its analysis: so much per hour, so many grams of each element per litre, at a pH.
//!
//! For those who begin in the middle of the chain: a separation studied alone, a solution bought in.
//!
//! # Equation
//! Each element is its basis ion; total acidity is what the stated pH asks (`solution::acidity_for`);
//! the named anion makes the solution neutral, `n(X⁻) z = Σ zᵢ nᵢ`. Water fills the volume.

use crate::element::ByElement;
use crate::fields::Fields;
use crate::ion::Ion;
use crate::quantity::{MassConcentration, Number, VolumeFlow};
use crate::solution;
use crate::stream::{Stream, WATER_DENSITY};

/// A liquor that enters from outside.
#[derive(Debug, Clone, PartialEq)]
pub struct Feed {
    /// Its name, under which units take it.
    pub stream: String,
    /// What it holds.
    pub holds: Stream,
}

impl Feed {
    /// Reads one `[[feed]]`.
    pub fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let stream = fields.text("stream", "the name under which a unit takes it");
        let flow: Option<VolumeFlow> = fields.need("flow", "solution per hour at work", 1e-9..=1e6);
        let analysis = fields.elements::<MassConcentration>("analysis", "what is dissolved, as elements", 0.0..=400.0);
        let ph: Option<Number> = fields.need("ph", "its pH", -1.0..=14.0);
        let anions = [("chloride", Ion::Chloride), ("nitrate", Ion::Nitrate), ("sulfate", Ion::Sulfate)];
        let anion = fields.word("anion", "the anion that makes it neutral", &anions);
        let (stream, flow, analysis, ph, anion) = (stream?, flow?, analysis?, ph?, anion?);
        let grams = analysis.map(|_, g| g.map_or(0.0, |g| g.0));
        let Some(holds) = liquor(flow.0, &grams, ph.0, anion) else {
            fields.refuse(
                "analysis",
                "more anions than cations: no amount of acid at this pH balances it",
                "leave the anion out of the analysis",
            );
            return None;
        };
        Some(Self { stream, holds })
    }
}

/// A liquor of `m3` per hour with so many g/L, brought to a pH and made neutral; `None` when it cannot be.
fn liquor(m3: f64, grams_per_litre: &ByElement<f64>, ph: f64, anion: Ion) -> Option<Stream> {
    let mut stream = Stream::default();
    let solution = &mut stream.aqueous;
    for (element, &grams) in grams_per_litre.iter().filter(|(_, grams)| **grams > 0.0) {
        if let Some(ion) = Ion::of(element) {
            solution.ions[ion] += grams * m3 * 1000.0 / (element.molar_mass() * ion.formula().moles(element));
        }
    }
    solution.water = m3 * WATER_DENSITY;
    let given = solution.ions[anion];
    // Acid, anion and water shift each other's volume a little: a few rounds settle it.
    for _ in 0..60 {
        solution.ions[Ion::H] = solution::acidity_for(solution, ph)?;
        solution.ions[anion] = given;
        let charge = solution.ions.charge();
        solution.ions[anion] = given - charge / anion.charge();
        solution.water *= 1.0 + (m3 - solution.volume()) / m3;
        if !(solution.water > 0.0 && solution.ions[anion] >= 0.0) {
            return None;
        }
    }
    let charge = solution.ions.charge();
    solution.ions[anion] -= charge / anion.charge();
    Some(stream)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::element::Element;

    #[test]
    fn a_liquor_is_what_its_analysis_says() {
        let mut grams = ByElement::default();
        grams[Element::Nd] = 30.0;
        grams[Element::Ca] = 2.0;
        let stream = liquor(5.0, &grams, 2.0, Ion::Chloride).unwrap();
        assert!((stream.aqueous.volume() - 5.0).abs() < 1e-9);
        assert!((stream.aqueous.grams_per_litre(Element::Nd) - 30.0).abs() < 1e-6);
        assert!((solution::ph(&stream.aqueous).unwrap() - 2.0).abs() < 1e-6);
        assert!(stream.aqueous.ions.charge().abs() < 1e-9);
    }

    #[test]
    fn an_analysis_that_cannot_be_neutral_is_refused() {
        let mut grams = ByElement::default();
        grams[Element::S] = 30.0;
        assert!(liquor(1.0, &grams, 2.0, Ion::Chloride).is_none());
    }
}
