//! What enters from outside in the middle of the chain: a separation studied alone, a solution bought
//! in, a plant fed with solids of stated compounds.
//!
//! # Equation
//! A liquor by its analysis: each element is its basis ion; total acidity is what the stated pH asks
//! (`solution::acidity_for`); the named anion makes the solution neutral, `n(X⁻) z = Σ zᵢ nᵢ`; water
//! fills the volume. Or a stream by its contents: kg/h of water, mol/h of each dissolved species,
//! kg/h of each solid compound, as they stand; the dissolved must be neutral, `Σ zᵢ nᵢ = 0`.

use std::sync::Arc;

use crate::element::ByElement;
use crate::fields::{Fields, nearest};
use crate::ion::Ion;
use crate::mineral::Mineral;
use crate::quantity::{Density, MassConcentration, MassFlow, MolarFlow, Number, Temperature, VolumeFlow};
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
    /// Reads one `[[feed]]`: by analysis, or by contents where `water` or `solids` is written.
    pub fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let stream = fields.text("stream", "the name under which a unit takes it");
        let contents = Contents::read(fields);
        if fields.has("water") || fields.has("solids") || fields.has("dissolved") {
            return Some(Self { stream: stream?, holds: contents? });
        }
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

/// A stream by what it holds.
struct Contents;

impl Contents {
    fn read(fields: &mut Fields<'_>) -> Option<Stream> {
        let about = "in place of flow, analysis, pH and anion: water per hour; absent means by analysis";
        let water = fields.may::<MassFlow>("water", about, 0.0..=1e9);
        let about = "with `water`: mol/h of each dissolved species (`H+` is total acidity); absent means none";
        let dissolved = fields.may_named::<MolarFlow>("dissolved", about, -1e9..=1e9);
        let about = "solid compounds by formula, per hour and dry; absent means none";
        let solids = fields.may_named::<MassFlow>("solids", about, 0.0..=1e9);
        let about = "with `solids`: their density; absent means there are none";
        let density = fields.may::<Density>("solid_density", about, 100.0..=2e4);
        let about = "with `water` or `solids`; absent means 25 °C";
        let temperature = fields.may::<Temperature>("temperature", about, 250.0..=500.0);
        let mut stream = Stream::default();
        stream.temperature = temperature.map_or(stream.temperature, |t| t.0);
        stream.aqueous.water = water.map_or(0.0, |water| water.0);
        let mut fine = true;
        let mut wrong = |key: &str, what: String, hint: String| {
            fields.refuse(key, what, hint);
            fine = false;
        };
        for (name, moles) in &dissolved {
            match name.parse::<Ion>() {
                Ok(ion) if moles.0 >= 0.0 || ion == Ion::H => stream.aqueous.ions[ion] += moles.0,
                Ok(ion) => wrong("dissolved", format!("less than nothing of {ion}"), "only H+ may be negative".into()),
                Err(why) => wrong("dissolved", why, nearest(name, Ion::ALL.iter().map(|ion| ion.symbol()))),
            }
        }
        for (formula, mass) in &solids {
            match (Mineral::compound(formula, density.map_or(1000.0, |d| d.0)), density) {
                (Err(bad), _) => wrong("solids", bad.to_string(), "a formula such as Fe2O3".into()),
                (_, None) => {
                    wrong("solids", "solids without a density".into(), "solid_density = \"2.65 t/m3\"".into());
                    break;
                }
                (Ok(mineral), Some(_)) => stream.solid.add(&Arc::new(mineral), &[mass.0]),
            }
        }
        let charge = stream.aqueous.ions.charge();
        if charge.abs() > 1e-9 * stream.aqueous.ions.ionic_throughput() {
            let (ion, moles) = if charge > 0.0 { ("Cl-", charge) } else { ("Na+", -charge) };
            let hint = format!("look at the analysis; an inert ion would close it, \"{ion}\" = \"{moles:.9} mol/h\"");
            wrong("dissolved", format!("the solution is not neutral: {charge:+.3e} mol/h of charge is over"), hint);
        }
        if stream.aqueous.water <= 0.0 && !dissolved.is_empty() {
            wrong("dissolved", "nothing to be dissolved in".into(), "water = \"100 kg/h\"".into());
        }
        if stream.mass() <= 0.0 && (fields.has("water") || fields.has("solids")) && fine {
            fields.refuse("", "it holds nothing", "water = \"100 kg/h\"");
            return None;
        }
        fine.then_some(stream)
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

    fn told(text: &str) -> (Option<Feed>, Vec<String>) {
        let node = crate::document::Node::parse("s.toml", text).unwrap();
        let check = crate::fields::Check::new();
        let mut fields = Fields::new(&node, "f", &check);
        let feed = Feed::read(&mut fields);
        fields.finish();
        (feed, check.finish().0.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_stream_is_what_its_contents_say() {
        let (feed, told) = told(
            "stream = \"f\"\nwater = \"100 kg/h\"\ndissolved = { \"H+\" = \"2 mol/h\", \"SO4 2-\" = \"1 mol/h\" }\n\
             solids = { CaO = \"3 kg/h\" }\nsolid_density = \"2.4 t/m3\"\n",
        );
        assert!(told.is_empty(), "{told:?}");
        let holds = feed.unwrap().holds;
        assert!((holds.aqueous.ions[Ion::Sulfate] - 1.0).abs() < 1e-15 && (holds.aqueous.water - 100.0).abs() < 1e-12);
        assert!((holds.solid.volume() - 3.0 / 2400.0).abs() < 1e-15);
    }

    #[test]
    fn contents_that_cannot_be_are_told() {
        for (text, what) in [
            ("water = \"1 kg/h\"\ndissolved = { \"H+\" = \"2 mol/h\" }", "is not neutral"),
            ("water = \"1 kg/h\"\ndissolved = { \"SO42-\" = \"2 mol/h\" }", "is not a species"),
            ("water = \"1 kg/h\"\ndissolved = { \"Cl-\" = \"-2 mol/h\" }", "less than nothing"),
            ("solids = { CaO = \"3 kg/h\" }", "without a density"),
            ("solids = { Xx = \"3 kg/h\" }\nsolid_density = \"2 t/m3\"", "is not a formula"),
            ("dissolved = { \"Na+\" = \"1 mol/h\", \"Cl-\" = \"1 mol/h\" }", "nothing to be dissolved in"),
            ("water = \"0 kg/h\"", "it holds nothing"),
        ] {
            let (feed, told) = told(&format!("stream = \"f\"\n{text}\n"));
            assert!(feed.is_none() && told.iter().any(|t| t.contains(what)), "{text}: {told:?}");
        }
    }
}
