//! Minerals and other solids: a name, a composition, a density.
//!
//! A solid is charge-neutral matter of known composition. Ore minerals come from
//! `data/minerals/`; what a plant makes (hydroxides, oxalates, oxides) is made from
//! its formula. Rare earths enter an ore mineral either in its formula (`RECO3F`)
//! or as trace oxides beside it (apatite with 15 000 ppm of rare earths).

use std::sync::Arc;

use crate::element::{ByElement, Element};
use crate::formula::{BadFormula, Formula};
use crate::ion::{ByIon, Ion};

/// A solid of fixed composition.
#[derive(Debug, Clone, PartialEq)]
pub struct Mineral {
    /// Its name, which is also its identity in a stream.
    pub name: Arc<str>,
    /// kg/m³.
    pub density: f64,
    /// kg of each element per kg; sums to one.
    pub mass_fractions: ByElement<f64>,
}

/// What one kg of a solid gives and takes when it dissolves whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Dissolution {
    /// mol/kg of every basis species gained by the solution; `H⁺` is negative: acid consumed.
    pub ions: ByIon,
    /// kg of water gained per kg (may be negative).
    pub water: f64,
    /// mol O2 per kg set free (positive: MnO2, CeO2 must be reduced) or needed (negative).
    pub oxygen: f64,
}

impl Mineral {
    /// A pure compound named by its formula.
    pub fn compound(formula: &str, density: f64) -> Result<Self, BadFormula> {
        Ok(Self::new(formula, &Formula::parse(formula)?, density, &ByElement::default()))
    }

    /// A mineral of a host formula that also carries `trace` elements (kg per kg of mineral),
    /// each as its reporting oxide, so that the whole stays neutral.
    pub fn new(name: &str, host: &Formula, density: f64, trace: &ByElement<f64>) -> Self {
        let mut trace_oxides = ByElement::<f64>::default();
        for (element, &mass) in trace.iter().filter(|(_, mass)| **mass > 0.0) {
            let oxide = basic_oxide(element);
            let moles = mass / (oxide.moles(element) * element.molar_mass());
            for (part, count) in oxide.elements().iter() {
                trace_oxides[part] += moles * count * part.molar_mass();
            }
        }
        let host_share = (1.0 - trace_oxides.total()).max(0.0);
        let host_mass = host.molar_mass();
        let mass_fractions = ByElement::from_fn(|element| {
            trace_oxides[element] + host_share * host.moles(element) * element.molar_mass() / host_mass
        });
        Self { name: name.into(), density, mass_fractions }
    }

    /// mol of each element per kg.
    pub fn moles_per_kg(&self) -> ByElement<f64> {
        self.mass_fractions.map(|element, fraction| fraction * 1000.0 / element.molar_mass())
    }

    /// kg of the fifteen rare earths (as elements) per kg.
    pub fn rare_earths(&self) -> f64 {
        self.mass_fractions.rare_earth_total()
    }

    /// Dissolves one kg whole into the basis species.
    ///
    /// # Equation
    /// Every element but O and H becomes its ion. Then charge gives the acid,
    /// `a = Σ zᵢ nᵢ`, hydrogen the water, `n_H + a = 2 w + n_H(ions)`, and oxygen what is
    /// left over, `n_O = n_O(ions) + w + 2 r`. Where an element has two lawful ions (nitrate
    /// or ammonium, carbonate or oxalate, Fe³⁺ or Fe²⁺), the choice that leaves r = 0 is
    /// taken. For MnO2 + 2 H⁺ → Mn²⁺ + H2O + ½ O2 none does and r = ½ is returned: the
    /// reductant a real leach must find, booked as the oxygen it would set free.
    pub fn dissolve(&self) -> Dissolution {
        let moles = self.moles_per_kg();
        if let Some(peroxide) = pure_peroxide(&moles) {
            return peroxide;
        }
        let mut first = None;
        for nitrogen in [Ion::Nitrate, Ion::Ammonium] {
            for carbon in [Ion::Carbonate, Ion::Oxalate] {
                for iron in [Ion::Fe, Ion::Fe2] {
                    let tried = dissolve_as(&moles, |element| match element {
                        Element::N => Some(nitrogen),
                        Element::C => Some(carbon),
                        Element::Fe => Some(iron),
                        other => Ion::of(other),
                    });
                    if tried.oxygen == 0.0 {
                        return tried;
                    }
                    first.get_or_insert(tried);
                }
            }
        }
        first.unwrap_or_else(|| dissolve_as(&moles, Ion::of))
    }
}

fn dissolve_as(moles: &ByElement<f64>, ion_of: impl Fn(Element) -> Option<Ion>) -> Dissolution {
    let mut ions = ByIon::default();
    for (element, &n) in moles.iter().filter(|(_, n)| **n != 0.0) {
        if let Some(ion) = ion_of(element) {
            ions[ion] += n / ion.formula().moles(element);
        }
    }
    let acid = ions.charge();
    let in_ions = ions.elements();
    ions[Ion::H] -= acid;
    let water = (moles[Element::H] + acid - in_ions[Element::H]) / 2.0;
    let oxygen = (moles[Element::O] - in_ions[Element::O] - water) / 2.0;
    // Atomic weights are rounded at the fifth figure; so is the verdict "no redox".
    let scale = moles.total().max(1.0);
    Dissolution {
        ions,
        water: water * WATER_KG_PER_MOL,
        oxygen: if oxygen.abs() < 1e-9 * scale { 0.0 } else { oxygen },
    }
}

/// Hydrogen peroxide dissolves as itself.
fn pure_peroxide(moles: &ByElement<f64>) -> Option<Dissolution> {
    let half = moles[Element::H] / 2.0;
    let only = (moles.total() - 4.0 * half).abs() < 1e-9 * half && (moles[Element::O] - 2.0 * half).abs() < 1e-9 * half;
    only.then(|| {
        let mut ions = ByIon::default();
        ions[Ion::Peroxide] = half;
        Dissolution { ions, water: 0.0, oxygen: 0.0 }
    })
}

/// kg/mol, from the same atomic weights the rest is counted in.
pub static WATER_KG_PER_MOL: f64 = (2.0 * 1.008 + 15.999) / 1000.0;

/// The oxide as which a trace element sits in a host: that of its ordinary oxidation state,
/// so that it dissolves without changing it (Ce₂O₃, not CeO₂). Halogens take none.
fn basic_oxide(element: Element) -> Formula {
    let symbol = element.symbol();
    let text = match Ion::of(element) {
        Some(ion) if ion.charge() > 0.0 => {
            // M as Mᶻ⁺, MOᶻ⁺ or MO2ᶻ⁺: two metals and the oxygen that balances them.
            let oxygens = ion.charge() + 2.0 * ion.formula().moles(Element::O);
            format!("{symbol}2O{oxygens}")
        }
        _ => element.oxide().unwrap_or(symbol).to_owned(),
    };
    // Every branch above writes a lawful formula; a test walks them all.
    Formula::parse(&text).unwrap_or_else(|_| Formula::parse("O").unwrap_or_else(|_| unreachable!()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fluorapatite_takes_ten_acids() {
        let apatite = Mineral::compound("Ca5(PO4)3F", 3200.0).unwrap();
        let per_mole = apatite.dissolve().ions.scaled(504.3 / 1000.0);
        // Fully dissociated basis: Ca5(PO4)3F → 5 Ca + 3 PO4 + F takes no proton at all;
        // the ten protons of the usual equation sit on H3PO4 and HF, which pH decides.
        assert!(per_mole[Ion::H].abs() < 1e-9);
        assert!((per_mole[Ion::Ca] - 5.0).abs() < 1e-3);
    }

    #[test]
    fn water_weighs_what_its_elements_weigh() {
        let water = Formula::parse("H2O").unwrap().molar_mass() / 1000.0;
        assert!((water - WATER_KG_PER_MOL).abs() < 1e-12);
    }

    #[test]
    fn reagents_dissolve_as_chemists_expect() {
        let ions = |formula: &str| {
            let gone = Mineral::compound(formula, 1000.0).unwrap().dissolve();
            assert!(gone.oxygen == 0.0, "{formula}: {}", gone.oxygen);
            gone.ions
        };
        assert!(ions("NH3")[Ion::Ammonium] > 0.0 && ions("NH3")[Ion::H] < 0.0);
        assert!(ions("H2C2O4")[Ion::Oxalate] > 0.0);
        assert!(ions("FeCO3")[Ion::Fe2] > 0.0);
        assert!(ions("H2O2")[Ion::Peroxide] > 0.0);
        assert!(ions("NaOH")[Ion::H] < 0.0);
    }

    #[test]
    fn oxides_take_their_acid_and_give_water() {
        let lime = Mineral::compound("CaO", 3300.0).unwrap().dissolve();
        let mole = 56.077 / 1000.0;
        assert!((lime.ions[Ion::H] * mole + 2.0).abs() < 1e-4);
        assert!((lime.water * mole * 1000.0 - 18.015).abs() < 1e-2);
        assert!(lime.oxygen.abs() < 1e-12);
        let pyrolusite = Mineral::compound("MnO2", 5000.0).unwrap().dissolve();
        assert!((pyrolusite.oxygen * 86.936 / 1000.0 - 0.5).abs() < 1e-4);
    }

    #[test]
    fn every_trace_element_dissolves_neutrally_without_redox() {
        for &element in Element::ALL {
            let Some(_) = Ion::of(element).filter(|ion| ion.charge() != 0.0) else { continue };
            if matches!(element, Element::F | Element::Cl | Element::N) {
                continue; // no oxide: they belong in the host formula
            }
            let mut trace = ByElement::default();
            trace[element] = 0.01;
            let quartz = Formula::parse("SiO2").unwrap();
            let mineral = Mineral::new("quartz with a trace", &quartz, 2650.0, &trace);
            assert!((mineral.mass_fractions.total() - 1.0).abs() < 1e-12, "{element}");
            let gone = mineral.dissolve();
            assert!(gone.ions.charge().abs() < 1e-9, "{element}");
            assert!(gone.oxygen.abs() < 1e-9, "{element}: {}", gone.oxygen);
        }
    }
}
