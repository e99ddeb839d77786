//! How much of a metal an oxalic acid dose precipitates: the fitted isotherm.
//!
//! # Equation
//! ```text
//! X = exp(−(E/D)ⁿ)
//! ```
//!
//! # Symbols
//! X: share of the metal precipitated, 1. D: oxalic acid, g H2C2O4 per litre of solution.
//! E: the dose at which 1/e = 37 % has precipitated, g/L. n: how sharply, 1.
//!
//! # Holds for
//! pH 1.5 and metals at trace (10 mg/L), where the acid bound in the solids is negligible
//! against the dose. In a strong liquor it is not; there D is read as the acid that is still
//! *dissolved*, dose less bound, which has the same limit at trace and cannot precipitate
//! more than there is oxalate for.
//!
//! # Source
//! Constants and form: `prommis2026`, who fitted them to Visual MINTEQ. Elements they did not
//! fit are placed among their neighbours by ionic radius (`shannon1976`), which is an
//! assumption and is entered as one.

use crate::element::{ByElement, Element};
use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{MassConcentration, Number};
use crate::source::{Citation, Evidence, Sourced};
use crate::unit::{Case, Kind, Reading};

/// E (g/L) and n of one metal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Constants {
    /// g/L.
    pub e: f64,
    /// Plain.
    pub n: f64,
}

impl Constants {
    /// Share precipitated at `dose` g/L.
    pub fn conversion(self, dose: f64) -> f64 {
        if dose <= 0.0 {
            return 0.0;
        }
        (-(self.e / dose).powf(self.n)).exp()
    }
}

/// What to do for rare earths the isotherm was not fitted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// E and n linear in ionic radius between the two nearest fitted rare earths.
    BetweenRadii,
    /// E and n of the fitted rare earth nearest in ionic radius.
    NearestRadius,
    /// It stays dissolved.
    StayDissolved,
}

/// The fitted constants, and for each element that has none, by whose rule it got them.
#[derive(Debug, Clone, PartialEq)]
pub struct Isotherm {
    /// `None`: no law, stays dissolved.
    pub constants: ByElement<Option<Constants>>,
    /// Elements whose constants are an assumption.
    pub assumed: Vec<Element>,
}

const TABLE: &str = "finish/prommis2026_oxalate_isotherm";

impl Isotherm {
    /// Reads the table, fills the gaps by `missing` and by `like` (element → the element whose law it shares).
    pub fn read(
        fields: &Fields<'_>,
        library: &Library,
        missing: Missing,
        like: &[(Element, Element)],
    ) -> Result<Self, Error> {
        let table = library.table(TABLE)?;
        let radii = library.table("finish/shannon1976_ionic_radii")?;
        let mut constants = ByElement::<Option<Constants>>::default();
        for row in table.rows() {
            let element = row.text("element").and_then(|symbol| symbol.parse::<Element>().ok());
            if let (Some(element), Some(e), Some(n)) = (element, row.fact("e"), row.fact("n")) {
                constants[element] = Some(Constants { e: e.value, n: n.value });
                fields.check().cite(format!("{}.isotherm_e.{element}", fields.path()), &e, "g/L");
                fields.check().cite(format!("{}.isotherm_n.{element}", fields.path()), &n, "1");
            }
        }
        let radius = |element: Element| radii.find("element", element.symbol()).and_then(|row| row.number("radius"));
        let fitted: Vec<(f64, Constants)> = Element::RARE_EARTHS
            .iter()
            .chain(&[Element::Sc])
            .filter_map(|&element| Some((radius(element)?, constants[element]?)))
            .collect();
        let mut assumed = Vec::new();
        let mut assume = |element: Element, found: Option<Constants>, why: String| {
            let Some(found) = found else { return };
            let citation = Citation { key: "".into(), place: why.into(), evidence: Evidence::Assumed, file: "".into() };
            let fact = |value: f64| Sourced { value, citation: citation.clone() };
            fields.check().cite(format!("{}.isotherm_e.{element}", fields.path()), &fact(found.e), "g/L");
            fields.check().cite(format!("{}.isotherm_n.{element}", fields.path()), &fact(found.n), "1");
            assumed.push(element);
        };
        let measured = constants;
        for &element in Element::RARE_EARTHS {
            if measured[element].is_none() && missing != Missing::StayDissolved {
                constants[element] = radius(element).and_then(|r| by_radius(&fitted, r, missing));
                assume(element, constants[element], "no fit; placed by ionic radius (shannon1976)".into());
            }
        }
        for &(element, other) in like {
            constants[element] = constants[other];
            assume(element, constants[element], format!("no fit; taken to behave as {other}"));
        }
        Ok(Self { constants, assumed })
    }
}

fn by_radius(fitted: &[(f64, Constants)], radius: f64, rule: Missing) -> Option<Constants> {
    let nearest = |keep: &dyn Fn(f64) -> bool| {
        fitted
            .iter()
            .filter(|(r, _)| keep(*r))
            .min_by(|a, b| (a.0 - radius).abs().total_cmp(&(b.0 - radius).abs()))
            .copied()
    };
    if rule == Missing::NearestRadius {
        return nearest(&|_| true).map(|(_, constants)| constants);
    }
    match (nearest(&|r| r <= radius), nearest(&|r| r >= radius)) {
        (Some((low, a)), Some((high, b))) if high > low => {
            let share = (radius - low) / (high - low);
            Some(Constants { e: a.e + share * (b.e - a.e), n: a.n + share * (b.n - a.n) })
        }
        (a, b) => a.or(b).map(|(_, constants)| constants),
    }
}

/// A trace liquor and a dose: what stays in solution, the source's own convention.
#[derive(Debug)]
struct OxalateIsotherm {
    isotherm: Isotherm,
    feed_mg_per_l: ByElement<Option<MassConcentration>>,
    litres_per_h: f64,
    dose: f64,
}

/// The isotherm, questioned.
pub const CASE: Kind<dyn Case> = Kind {
    name: "oxalate-isotherm",
    about: "Outlet concentration and solid formed when oxalic acid meets trace metals at pH 1.5.",
    sources: &["prommis2026"],
    read: |fields, library| {
        let feed = fields.elements("feed", "concentration of each metal in the liquor", 0.0..=1.0);
        let dose = fields.need::<MassConcentration>("dose", "oxalic acid as H2C2O4 in the liquor", 0.0..=200.0);
        let flow = fields.need::<Number>("flow_litres_per_hour", "flow of liquor, L/h", 0.0..=1e9);
        let isotherm = Isotherm::read(fields, library, Missing::StayDissolved, &[])
            .map_err(|error| fields.refuse("feed", error.to_string(), "the data of the program must be whole"))
            .ok();
        Some(Box::new(OxalateIsotherm {
            isotherm: isotherm?,
            feed_mg_per_l: feed?,
            litres_per_h: flow?.0,
            dose: dose?.0,
        }))
    },
};

impl Case for OxalateIsotherm {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let mut readings = Vec::new();
        for (element, concentration) in self.feed_mg_per_l.iter() {
            let (Some(concentration), Some(constants)) = (concentration, self.isotherm.constants[element]) else {
                continue;
            };
            let gone = constants.conversion(self.dose);
            let mg_per_l = concentration.0 * 1000.0;
            readings.push(Reading::new(format!("{element} in the outlet"), mg_per_l * (1.0 - gone), "mg/L"));
            let per_solid = if element == Element::Ca { 1.0 } else { 2.0 };
            let mol_per_h = mg_per_l * gone / 1000.0 * self.litres_per_h / element.molar_mass();
            readings.push(Reading::new(format!("{element} oxalate formed"), mol_per_h / per_solid, "mol/h"));
        }
        Ok(readings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Node;
    use crate::fields::Check;

    fn isotherm(missing: Missing, like: &[(Element, Element)]) -> Isotherm {
        let (check, node) = (Check::new(), Node::empty(""));
        Isotherm::read(&Fields::new(&node, "P-1", &check), &Library::builtin(), missing, like).unwrap()
    }

    #[test]
    fn limits_of_the_isotherm() {
        let constants = Constants { e: 2.0, n: 3.0 };
        assert!(constants.conversion(0.0).abs() < f64::MIN_POSITIVE);
        assert!((constants.conversion(2.0) - (-1.0_f64).exp()).abs() < 1e-15);
        assert!(constants.conversion(1e6) > 1.0 - 1e-12);
    }

    #[test]
    fn missing_rare_earths_lie_between_their_neighbours() {
        let whole = isotherm(Missing::BetweenRadii, &[]);
        assert!(Element::RARE_EARTHS.iter().all(|&e| whole.constants[e].is_some()));
        let (sm, eu, gd) = (Element::Sm, Element::Eu, Element::Gd);
        let e = |element| whole.constants[element].unwrap().e;
        assert!(e(sm) < e(eu) && e(eu) < e(gd));
        assert_eq!(whole.assumed.len(), 7);
        assert_eq!(isotherm(Missing::StayDissolved, &[]).constants[eu], None);
        assert_eq!(isotherm(Missing::NearestRadius, &[]).constants[Element::Ho], whole.constants[Element::Y]);
    }

    #[test]
    fn a_likeness_is_taken_and_told() {
        let told = isotherm(Missing::StayDissolved, &[(Element::Th, Element::Ce)]);
        assert_eq!(told.constants[Element::Th], told.constants[Element::Ce]);
        assert_eq!(told.assumed, [Element::Th]);
    }
}
