//! Activities of cations in a chloride solution, by Pitzer's equations.
//!
//! # Equation
//! For the exchange `M^z+ + … = … + z H⁺` the solution's part of a conditional constant is
//! ```text
//! S_M(I) = log γ_M − z log γ_H
//! log D(I) = log D(I*) + S_M(I) − S_M(I*)
//! ```
//! With M and H⁺ as traces in a chloride of the cation N (charge ζ, molality m, Cl = ζ m,
//! `I = ½ ζ (ζ + 1) m`) the terms common to both cancel and
//! ```text
//! ln γ_M − z ln γ_H = (z² − z) F + Cl [2 (B_M − z B_H) + 2 Cl (C_M − z C_H)]
//! F  = −A [√I/(1 + b√I) + (2/b) ln(1 + b√I)] + m Cl B'_N
//! B  = β0 + β1 g(2√I),  B' = β1 g'(2√I)/I,  C = C^φ / (2 √z)
//! g(x) = 2 [1 − (1 + x) e^−x]/x²,  g'(x) = −2 [1 − (1 + x + x²/2) e^−x]/x²
//! ```
//!
//! # Symbols
//! γ: activity coefficients; I: ionic strength; I*: that at which the constants were measured;
//! A = 0.3915 (kg/mol)^½ at 25 °C, b = 1.2; β0, β1, C^φ: parameters of each chloride.
//! Molalities are set equal to mol/L of solution (within 5 % below 3 mol/L).
//!
//! # Holds for
//! Chlorides at 25 °C, I below about 6. Mixing terms of unlike cations are left out. Which chloride
//! makes up the ionic strength is a choice of the file: rare-earth chloride (extraction) or
//! hydrochloric acid (strip); at the same I they differ by 0.3 in log D at 0.5 and by 0.8 at 3 mol/L.
//! The organic phase is as ideal as the law inside has it.
//!
//! # Source
//! Equations and parameters `pitzer1973`; rare-earth parameters `llepe2021`; all in
//! `data/separate/pitzer_chlorides.csv`.

use std::f64::consts::LN_10;

use crate::element::{ByElement, Element};
use crate::error::Error;
use crate::library::Library;
use crate::separate::isotherm::cation_exchange::charge_of;
use crate::separate::isotherm::{Contact, Exchange, Isotherm, Slopes};
use crate::source::Citation;

/// (kg/mol)^½ at 25 °C.
const A: f64 = 0.3915;
const B: f64 = 1.2;

/// Parameters of one chloride.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Chloride {
    charge: f64,
    beta0: f64,
    beta1: f64,
    /// C^φ / (2 √z).
    c: f64,
}

/// Which chloride makes up the ionic strength.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Background {
    /// Neodymium chloride, which stands for all rare earths here.
    RareEarthChloride,
    /// Hydrochloric acid.
    HydrochloricAcid,
}

impl Background {
    /// The words a file may use.
    pub const WORDS: [(&'static str, Background); 2] =
        [("rare-earth-chloride", Background::RareEarthChloride), ("hydrochloric-acid", Background::HydrochloricAcid)];
}

/// Pitzer's activities in a background.
#[derive(Debug, Clone, PartialEq)]
pub struct Activity {
    cations: ByElement<Option<Chloride>>,
    hydrogen: Chloride,
    background: Chloride,
    /// Where the parameters of the first row come from.
    pub citation: Citation,
}

/// g(x) and g'(x).
fn g(x: f64) -> (f64, f64) {
    if x < 1e-3 {
        // Series: the closed forms cancel.
        return (1.0 - 2.0 * x / 3.0, -x / 3.0);
    }
    let fall = (-x).exp();
    (2.0 * (1.0 - (1.0 + x) * fall) / (x * x), -2.0 * (1.0 - (1.0 + x + 0.5 * x * x) * fall) / (x * x))
}

/// What is common to all cations at an ionic strength.
struct Common {
    f: f64,
    chloride: f64,
    g: f64,
}

impl Activity {
    /// Reads the parameters from the library.
    pub fn read(library: &Library, background: Background) -> Result<Self, Error> {
        let table = library.table("separate/pitzer_chlorides")?;
        let absent = |what: String| Error::Absent {
            unit: String::new(),
            what,
            file: "data/separate/pitzer_chlorides.csv".into(),
            hint: "a row with cation, charge, beta0, beta1 and c_phi".into(),
        };
        let mut cations = ByElement::from_fn(|_| None);
        let mut citation = None;
        for row in table.rows() {
            let name = row.text("cation").unwrap_or_default();
            let number = |column: &str| row.number(column).ok_or_else(|| absent(format!("`{column}` of `{name}`")));
            let element: Element = name.parse().map_err(|_| absent(format!("element `{name}`")))?;
            let charge = number("charge")?;
            let c = number("c_phi")? / (2.0 * charge.sqrt());
            cations[element] = Some(Chloride { charge, beta0: number("beta0")?, beta1: number("beta1")?, c });
            citation.get_or_insert_with(|| row.citation());
        }
        let of = |element: Element| cations[element].ok_or_else(|| absent(format!("row for {element}")));
        let hydrogen = of(Element::H)?;
        let background = match background {
            Background::RareEarthChloride => of(Element::Nd)?,
            Background::HydrochloricAcid => hydrogen,
        };
        let citation = citation.ok_or_else(|| absent("row".into()))?;
        Ok(Self { cations, hydrogen, background, citation })
    }

    fn common(&self, ionic_strength: f64) -> Common {
        let i = ionic_strength.max(0.0);
        let root = i.sqrt();
        let zeta = self.background.charge;
        let molality = 2.0 * i / (zeta * (zeta + 1.0));
        let chloride = zeta * molality;
        let (g, g_prime) = g(2.0 * root);
        let mixing = if i > 0.0 { molality * chloride * self.background.beta1 * g_prime / i } else { 0.0 };
        let f = -A * (root / (1.0 + B * root) + 2.0 / B * (B * root).ln_1p()) + mixing;
        Common { f, chloride, g }
    }

    fn at(&self, element: Element, common: &Common) -> Option<f64> {
        let metal = self.cations[element]?;
        let z = charge_of(element);
        let of_b = |ion: &Chloride| ion.beta0 + ion.beta1 * common.g;
        let pair = of_b(&metal) - z * of_b(&self.hydrogen);
        let triple = metal.c - z * self.hydrogen.c;
        let cl = common.chloride;
        Some(((z * z - z) * common.f + cl * (2.0 * pair + 2.0 * cl * triple)) / LN_10)
    }

    /// `log γ_M − z log γ_H` at an ionic strength, mol/L; `None` for a chloride without parameters.
    pub fn shift(&self, element: Element, ionic_strength: f64) -> Option<f64> {
        self.at(element, &self.common(ionic_strength))
    }
}

/// A law whose constants were measured at one ionic strength, carried to another.
#[derive(Debug)]
pub struct PitzerChloride {
    inner: Box<dyn Isotherm>,
    activity: Activity,
    /// S_M(I*).
    measured: ByElement<Option<f64>>,
}

impl PitzerChloride {
    /// Around a law whose constants hold at `ionic_strength`, mol/L.
    pub fn new(inner: Box<dyn Isotherm>, activity: Activity, ionic_strength: f64) -> Self {
        let measured = ByElement::from_fn(|element| activity.shift(element, ionic_strength));
        Self { inner, activity, measured }
    }
}

impl Isotherm for PitzerChloride {
    fn log_d(&self, element: Element, at: &Contact) -> Option<f64> {
        let moved = self.activity.shift(element, at.ionic_strength)? - self.measured[element]?;
        Some(self.inner.log_d(element, at)? + moved)
    }

    fn slopes(&self, element: Element, at: &Contact) -> Option<Slopes> {
        self.measured[element]?;
        self.inner.slopes(element, at)
    }

    fn units_per_monomer(&self) -> f64 {
        self.inner.units_per_monomer()
    }

    fn exchange(&self) -> Exchange {
        self.inner.exchange()
    }

    fn feels_ionic_strength(&self) -> bool {
        true
    }

    fn fill(&self, elements: &[Element], at: &Contact, ratios: &mut [f64], slopes: &mut [Slopes]) {
        self.inner.fill(elements, at, ratios, slopes);
        let common = self.activity.common(at.ionic_strength);
        for ((&element, ratio), slope) in elements.iter().zip(ratios).zip(slopes) {
            if let Some((here, there)) = self.activity.at(element, &common).zip(self.measured[element]) {
                *ratio *= ((here - there) * LN_10).exp();
            } else {
                (*ratio, *slope) = (0.0, Slopes::default());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::separate::isotherm::cation_exchange::CationExchange;

    fn activity(background: Background) -> Activity {
        Activity::read(&Library::builtin(), background).unwrap()
    }

    fn law() -> PitzerChloride {
        let mut log_k = ByElement::from_fn(|_| None);
        (log_k[Element::Nd], log_k[Element::Na], log_k[Element::Lu]) = (Some(-2.1), Some(-2.3), Some(2.0));
        let inner = Box::new(CationExchange::new(log_k, 1.0, 3.0, 0.0));
        PitzerChloride::new(inner, activity(Background::HydrochloricAcid), 0.8)
    }

    #[test]
    fn slopes_are_exact_and_the_absent_stays_absent() {
        let contacts =
            [0.0, 0.1, 3.0].map(|ionic_strength| Contact { ionic_strength, ..Contact::new(0.7, 0.2) }).to_vec();
        super::super::tests::slopes_are_differences(&law(), &[Element::Nd, Element::Na], &contacts);
        assert_eq!(law().log_d(Element::Lu, &contacts[0]), None, "LuCl3 has no parameters here");
        let mut ratio = [1.0];
        law().fill(&[Element::Lu], &contacts[1], &mut ratio, &mut [Slopes::default()]);
        assert!(ratio[0].abs() < 1e-300);
    }

    /// At the ionic strength of the constants the law inside speaks alone.
    #[test]
    fn nothing_moves_where_it_was_measured() {
        let at = Contact { ionic_strength: 0.8, ..Contact::new(0.7, 0.2) };
        let law = law();
        let inside = law.inner.log_d(Element::Nd, &at).unwrap();
        assert!((law.log_d(Element::Nd, &at).unwrap() - inside).abs() < 1e-13);
    }

    /// The limiting law: 3 A/ln 10 (z² − z) √I, whatever the salt.
    #[test]
    fn dilute_solutions_follow_debye_and_huckel() {
        for background in [Background::HydrochloricAcid, Background::RareEarthChloride] {
            let activity = activity(background);
            for (element, z) in [(Element::Nd, 3.0), (Element::Na, 1.0), (Element::Ca, 2.0), (Element::Th, 4.0)] {
                let i: f64 = 1e-8;
                let limit = -3.0 * A / LN_10 * (z * z - z) * i.sqrt();
                let ours = activity.shift(element, i).unwrap();
                assert!((ours - limit).abs() < 2e-3 * limit.abs() + 1e-7, "{element}: {ours} {limit}");
                assert_eq!(activity.shift(element, 0.0), Some(0.0));
            }
        }
    }

    /// A second route: mean coefficients of the pure salts, γ± from Pitzer's formula for one
    /// electrolyte, give γ_M γ_Cl³ and (γ_H γ_Cl)³ whose ratio holds no single ion. In its own
    /// solution NdCl3 is the background, so the trace formula must return the mean one.
    #[test]
    fn the_trace_is_the_salt_in_its_own_solution() {
        let activity = activity(Background::RareEarthChloride);
        let nd = activity.cations[Element::Nd].unwrap();
        for i in [0.06, 0.6, 3.0f64] {
            let (m, x) = (i / 6.0, 2.0 * i.sqrt());
            let root = i.sqrt();
            let debye = -A * (root / (1.0 + B * root) + 2.0 / B * (1.0 + B * root).ln());
            // ln γ± = |z z'| f + m (2ν₊ν₋/ν) Bγ + m² (2(ν₊ν₋)^1.5/ν) Cγ, of NdCl3.
            let b_gamma = 2.0 * nd.beta0 + 2.0 * nd.beta1 / (x * x) * (1.0 - (1.0 + x - 0.5 * x * x) * (-x).exp());
            let c_phi = nd.c * 2.0 * 3f64.sqrt();
            let mean = 3.0 * debye + m * 1.5 * b_gamma + m * m * (2.0 * 3f64.powf(1.5) / 4.0) * 1.5 * c_phi;
            // Single ions by the trace formulae: ln γ_M, ln γ_Cl in NdCl3.
            let (g, g_prime) = g(x);
            let (cl, b) = (3.0 * m, nd.beta0 + nd.beta1 * g);
            let f = debye + m * cl * nd.beta1 * g_prime / i;
            let ln_m = 9.0 * f + cl * (2.0 * b + 2.0 * cl * nd.c) + 3.0 * m * cl * nd.c;
            let ln_cl = f + m * (2.0 * b + 2.0 * cl * nd.c) + m * cl * nd.c;
            assert!((0.25 * (ln_m + 3.0 * ln_cl) - mean).abs() < 1e-12, "{i}");
            // And those single ions are what the shift is made of.
            let h = activity.hydrogen;
            let ln_h = f + cl * (2.0 * (h.beta0 + h.beta1 * g) + 2.0 * cl * h.c) + m * cl * nd.c;
            let shift = activity.shift(Element::Nd, i).unwrap();
            assert!((shift * LN_10 - (ln_m - 3.0 * ln_h)).abs() < 1e-12, "{i}");
        }
    }

    /// γ± of 1 mol/kg HCl is 0.809 and of 0.1 mol/kg 0.796.
    #[test]
    fn hydrochloric_acid_is_as_the_tables_have_it() {
        let h = activity(Background::HydrochloricAcid).hydrogen;
        for (m, told) in [(0.1f64, 0.796), (1.0, 0.809)] {
            let (root, x) = (m.sqrt(), 2.0 * m.sqrt());
            let debye = -A * (root / (1.0 + B * root) + 2.0 / B * (1.0 + B * root).ln());
            let b_gamma = 2.0 * h.beta0 + 2.0 * h.beta1 / (x * x) * (1.0 - (1.0 + x - 0.5 * x * x) * (-x).exp());
            let gamma = (debye + m * b_gamma + m * m * 1.5 * 2.0 * h.c).exp();
            assert!((gamma - told).abs() < 0.003, "{m}: {gamma}");
        }
    }
}
