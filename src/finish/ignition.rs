//! What matter becomes when it is ignited in air: oxides, a few salts that stand the heat, and gas.
//!
//! # Equation
//! Every element goes to one product; oxygen closes the balance and is what the air must bring:
//! ```text
//! RE2(C2O4)3·10H2O + 3/2 O2 → RE2O3 + 6 CO2 + 10 H2O
//! metals → trade oxides (CeO2, Pr6O11, Tb4O7, Fe2O3, CaO …)    C → CO2    N → N2
//! Cl: NaCl, KCl, the rest HCl    F: CaF2, the rest HF    S: Na2SO4, CaSO4, the rest SO3
//! P → P2O5, held in the oxide as phosphate    Na, K left over → carbonate    H → H2O
//! ```
//!
//! # Symbols
//! Amounts in mol/h of each element; oxygen needed in mol O2/h, negative when it is set free.
//!
//! # Holds for
//! Complete reaction at some 900 °C and above in air with steam about, so that rare-earth chlorides
//! hydrolyse. Sulphate on rare earths can outlast 1000 °C as oxysulphate; it is counted as driven off.
//!
//! # Source
//! Stoichiometry of the roast: `prommis2026`. Oxide forms: those of the trade ([`Element::oxide`]).

use crate::element::{ByElement, Element};
use crate::error::Error;
use crate::formula::Formula;
use crate::ion::{ByVapour, Vapour};

/// In which oxides cerium, praseodymium and terbium end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forms {
    /// CeO2, Pr6O11, Tb4O7: as ignition in air leaves them.
    AsIgnited,
    /// Ce2O3, Pr2O3, Tb2O3: as some balances are written.
    Sesquioxide,
}

/// What ignition leaves and drives off.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ignited {
    /// `(formula, mol/h)` of each solid.
    pub solids: Vec<(&'static str, f64)>,
    /// mol/h.
    pub gas: ByVapour,
    /// mol O2/h taken from the air; negative: set free.
    pub oxygen: f64,
}

/// The oxide an element ignites to.
pub fn oxide(element: Element, forms: Forms) -> Option<&'static str> {
    match (element, forms) {
        (Element::Ce, Forms::Sesquioxide) => Some("Ce2O3"),
        (Element::Pr, Forms::Sesquioxide) => Some("Pr2O3"),
        (Element::Tb, Forms::Sesquioxide) => Some("Tb2O3"),
        // MnO2, in which manganese is reported, does not outlast 900 °C.
        (Element::Mn, _) => Some("Mn3O4"),
        (Element::C | Element::H | Element::S, _) => None,
        _ => element.oxide(),
    }
}

/// Takes up to `wanted` of what is left of an element; says how much it got.
fn take(left: &mut ByElement<f64>, element: Element, wanted: f64) -> f64 {
    let got = wanted.min(left[element]).max(0.0);
    left[element] -= got;
    got
}

/// Ignites so many mol/h of each element.
pub fn ignite(moles: &ByElement<f64>, forms: Forms) -> Result<Ignited, Error> {
    use Element as E;
    let mut left = *moles;
    let mut done = Ignited::default();
    let mut solid = |formula: &'static str, amount: f64| {
        if amount > 0.0 {
            done.solids.push((formula, amount));
        }
    };
    for (alkali, chloride) in [(E::Na, "NaCl"), (E::K, "KCl")] {
        let held = left[alkali];
        let got = take(&mut left, E::Cl, held);
        left[alkali] -= got;
        solid(chloride, got);
    }
    let calcium = left[E::Ca];
    let fluoride = take(&mut left, E::F, 2.0 * calcium) / 2.0;
    left[E::Ca] -= fluoride;
    solid("CaF2", fluoride);
    for (metal, each, sulfate) in [(E::Na, 2.0, "Na2SO4"), (E::K, 2.0, "K2SO4"), (E::Ca, 1.0, "CaSO4")] {
        let held = left[metal] / each;
        let got = take(&mut left, E::S, held);
        left[metal] -= each * got;
        solid(sulfate, got);
    }
    for (alkali, carbonate) in [(E::Na, "Na2CO3"), (E::K, "K2CO3")] {
        // Without carbon the alkali stays as its oxide, which the loop below writes.
        let held = left[alkali] / 2.0;
        let got = take(&mut left, E::C, held);
        left[alkali] -= 2.0 * got;
        solid(carbonate, got);
    }
    for &element in E::ALL {
        if let Some(formula) = oxide(element, forms) {
            let each = Formula::parse(formula).map_or(1.0, |f| f.moles(element));
            solid(formula, left[element] / each);
        }
    }
    done.gas[Vapour::HydrogenFluoride] = left[E::F];
    let hydrogen = left[E::H] - left[E::F];
    if hydrogen < -1e-9 * left[E::F] {
        return Err(Error::Infeasible {
            unit: String::new(),
            what: "there is fluoride and no water to drive it off as HF".into(),
            hint: "wash the cake of fluoride, or leave it moist".into(),
        });
    }
    let as_acid = left[E::Cl].min(hydrogen.max(0.0));
    done.gas[Vapour::HydrogenChloride] = as_acid;
    done.gas[Vapour::Chlorine] = (left[E::Cl] - as_acid) / 2.0;
    done.gas[Vapour::Water] = (hydrogen - as_acid).max(0.0) / 2.0;
    done.gas[Vapour::CarbonDioxide] = left[E::C];
    done.gas[Vapour::Nitrogen] = left[E::N] / 2.0;
    done.gas[Vapour::SulfurTrioxide] = left[E::S];
    let in_solids: f64 = done
        .solids
        .iter()
        .map(|(formula, amount)| Formula::parse(formula).map_or(0.0, |f| f.moles(E::O)) * amount)
        .sum();
    done.oxygen = (in_solids + done.gas.elements()[E::O] - moles[E::O]) / 2.0;
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(formula: &str) -> ByElement<f64> {
        *Formula::parse(formula).unwrap().elements()
    }

    #[test]
    fn an_oxalate_takes_one_and_a_half_oxygen() {
        let neodymium = ignite(&of("Nd2(C2O4)3·10H2O"), Forms::AsIgnited).unwrap();
        assert!((neodymium.oxygen - 1.5).abs() < 1e-12);
        assert_eq!(neodymium.solids, [("Nd2O3", 1.0)]);
        assert!((neodymium.gas[Vapour::CarbonDioxide] - 6.0).abs() < 1e-12);
        assert!((neodymium.gas[Vapour::Water] - 10.0).abs() < 1e-12);
        let cerium = ignite(&of("Ce2(C2O4)3·10H2O"), Forms::AsIgnited).unwrap();
        assert!((cerium.oxygen - 2.0).abs() < 1e-12);
        assert_eq!(cerium.solids, [("CeO2", 2.0)]);
    }

    #[test]
    fn every_element_ends_somewhere() {
        for salt in ["NaCl", "Nd2(SO4)3·8H2O", "LaCl3·7H2O", "Ca5(PO4)3F", "KNO3", "NH4Cl", "Th(C2O4)2·4H2O", "MnO2"]
        {
            let before = of(salt);
            let done = ignite(&before, Forms::AsIgnited).unwrap();
            let mut after = done.gas.elements();
            for (formula, amount) in &done.solids {
                after += &of(formula).scaled(*amount);
            }
            after[Element::O] -= 2.0 * done.oxygen;
            for &element in Element::ALL {
                assert!((after[element] - before[element]).abs() < 1e-12, "{element} of {salt}");
            }
        }
    }

    #[test]
    fn dry_fluoride_cannot_leave() {
        assert!(ignite(&of("LaF3"), Forms::AsIgnited).is_err());
    }
}
