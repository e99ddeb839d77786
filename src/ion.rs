//! What a solution is counted in: one basis species for each thing dissolved.
//!
//! A solution is a list of amounts of these species, water apart. Real
//! speciation (HSO4⁻, HF, complexes, pH) is worked out from them by the law that
//! needs it; the basis itself obeys two linear laws with no exceptions, element
//! balance and electroneutrality. `H⁺` is the *total acidity*: protons in excess
//! of the fully dissociated basis, so it is negative in a base
//! (NaOH = Na⁺ + H2O − H⁺) and counts the protons of HSO4⁻, HF or H3PO4.

use std::fmt;
use std::ops::{AddAssign, Index, IndexMut};
use std::str::FromStr;
use std::sync::LazyLock;

use crate::element::{ByElement, Element};
use crate::formula::Formula;

macro_rules! species {
    ($(#[$about:meta])* $name:ident : $($variant:ident = $text:literal $formula:literal $charge:literal),* $(,)?) => {
        $(#[$about])*
        #[allow(missing_docs)] // each is its formula
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($variant),* }

        impl $name {
            /// Every one, in the one order.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];
            /// How many there are.
            pub const COUNT: usize = Self::ALL.len();

            /// As chemists write it.
            pub const fn symbol(self) -> &'static str {
                match self { $($name::$variant => $text),* }
            }

            const fn formula_text(self) -> &'static str {
                match self { $($name::$variant => $formula),* }
            }

            /// Charge number.
            pub const fn charge(self) -> f64 {
                match self { $($name::$variant => $charge),* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.pad(self.symbol()) }
        }
    };
}

species! {
    /// A basis species of a solution.
    Ion:
    La = "La3+" "La" 3.0, Ce = "Ce3+" "Ce" 3.0, Pr = "Pr3+" "Pr" 3.0, Nd = "Nd3+" "Nd" 3.0,
    Sm = "Sm3+" "Sm" 3.0, Eu = "Eu3+" "Eu" 3.0, Gd = "Gd3+" "Gd" 3.0, Tb = "Tb3+" "Tb" 3.0,
    Dy = "Dy3+" "Dy" 3.0, Ho = "Ho3+" "Ho" 3.0, Er = "Er3+" "Er" 3.0, Tm = "Tm3+" "Tm" 3.0,
    Yb = "Yb3+" "Yb" 3.0, Lu = "Lu3+" "Lu" 3.0, Y = "Y3+" "Y" 3.0, Sc = "Sc3+" "Sc" 3.0,
    Th = "Th4+" "Th" 4.0, U = "UO2 2+" "UO2" 2.0,
    Al = "Al3+" "Al" 3.0, Fe = "Fe3+" "Fe" 3.0, Fe2 = "Fe2+" "Fe" 2.0, Ti = "TiO 2+" "TiO" 2.0, Zr = "ZrO 2+" "ZrO" 2.0,
    Ca = "Ca2+" "Ca" 2.0, Mg = "Mg2+" "Mg" 2.0, Mn = "Mn2+" "Mn" 2.0, Sr = "Sr2+" "Sr" 2.0, Ba = "Ba2+" "Ba" 2.0,
    Na = "Na+" "Na" 1.0, K = "K+" "K" 1.0, Ammonium = "NH4+" "NH4" 1.0, H = "H+" "H" 1.0,
    Silica = "H4SiO4" "H4SiO4" 0.0, Peroxide = "H2O2" "H2O2" 0.0,
    Chloride = "Cl-" "Cl" -1.0, Nitrate = "NO3-" "NO3" -1.0, Fluoride = "F-" "F" -1.0,
    Sulfate = "SO4 2-" "SO4" -2.0, Carbonate = "CO3 2-" "CO3" -2.0, Oxalate = "C2O4 2-" "C2O4" -2.0,
    Phosphate = "PO4 3-" "PO4" -3.0,
}

species! {
    /// A gas that leaves or enters a plant.
    Vapour:
    Water = "H2O" "H2O" 0.0, CarbonDioxide = "CO2" "CO2" 0.0, CarbonMonoxide = "CO" "CO" 0.0,
    Oxygen = "O2" "O2" 0.0, Nitrogen = "N2" "N2" 0.0, Hydrogen = "H2" "H2" 0.0,
    SulfurDioxide = "SO2" "SO2" 0.0, SulfurTrioxide = "SO3" "SO3" 0.0,
    HydrogenFluoride = "HF" "HF" 0.0, HydrogenChloride = "HCl" "HCl" 0.0,
    SiliconTetrafluoride = "SiF4" "SiF4" 0.0, Ammonia = "NH3" "NH3" 0.0, Chlorine = "Cl2" "Cl2" 0.0,
}

static ION_FORMULAE: LazyLock<Vec<Formula>> =
    LazyLock::new(|| Ion::ALL.iter().filter_map(|ion| Formula::parse(ion.formula_text()).ok()).collect());

static ION_MASSES: LazyLock<Vec<f64>> = LazyLock::new(|| ION_FORMULAE.iter().map(Formula::molar_mass).collect());

static VAPOUR_FORMULAE: LazyLock<Vec<Formula>> =
    LazyLock::new(|| Vapour::ALL.iter().filter_map(|gas| Formula::parse(gas.formula_text()).ok()).collect());

static VAPOUR_MASSES: LazyLock<Vec<f64>> = LazyLock::new(|| VAPOUR_FORMULAE.iter().map(Formula::molar_mass).collect());

impl Ion {
    /// The elements of one mole.
    pub fn formula(self) -> &'static Formula {
        &ION_FORMULAE[self as usize]
    }

    /// g/mol.
    pub fn molar_mass(self) -> f64 {
        ION_MASSES[self as usize]
    }

    /// The basis species an element takes when its oxide dissolves in a non-oxidising acid.
    ///
    /// Iron as Fe³⁺, cerium as Ce³⁺, manganese as Mn²⁺; nitrogen as nitrate, carbon as
    /// carbonate, sulfur as sulfate, phosphorus as phosphate. `None` for O and H, which
    /// follow from water.
    pub fn of(element: Element) -> Option<Ion> {
        use Element as E;
        Some(match element {
            E::O | E::H => return None,
            E::C => Ion::Carbonate,
            E::N => Ion::Nitrate,
            E::F => Ion::Fluoride,
            E::Si => Ion::Silica,
            E::P => Ion::Phosphate,
            E::S => Ion::Sulfate,
            E::Cl => Ion::Chloride,
            other => *Ion::ALL
                .iter()
                .find(|ion| ion.formula_text().trim_end_matches('O').trim_end_matches("O2") == other.symbol())?,
        })
    }

    /// The rare earth, scandium, thorium … this ion carries: its one element that is neither O nor H.
    pub fn element(self) -> Element {
        match self {
            Ion::H => Element::H,
            Ion::Peroxide => Element::O,
            Ion::Ammonium => Element::N,
            _ => Element::ALL
                .iter()
                .copied()
                .find(|&e| !matches!(e, Element::O | Element::H) && self.formula().moles(e) > 0.0)
                .unwrap_or(Element::O),
        }
    }
}

impl Vapour {
    /// The elements of one mole.
    pub fn formula(self) -> &'static Formula {
        &VAPOUR_FORMULAE[self as usize]
    }

    /// g/mol.
    pub fn molar_mass(self) -> f64 {
        VAPOUR_MASSES[self as usize]
    }
}

impl FromStr for Ion {
    type Err = String;

    /// Reads an ion by its symbol (`"SO4 2-"`), variant name (`"Sulfate"`) or element (`"Nd"`).
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ion::ALL
            .iter()
            .copied()
            .find(|ion| ion.symbol() == text || format!("{ion:?}") == text)
            .ok_or_else(|| format!("`{text}` is not a species this program counts solutions in"))
    }
}

macro_rules! table_by {
    ($name:ident, $key:ident, $about:literal) => {
        #[doc = $about]
        #[derive(Clone, Copy, PartialEq)]
        pub struct $name([f64; $key::COUNT]);

        impl $name {
            /// Each with its value, in order.
            pub fn iter(&self) -> impl Iterator<Item = ($key, f64)> {
                $key::ALL.iter().copied().zip(self.0.iter().copied())
            }

            /// Every value times a number.
            pub fn scaled(&self, factor: f64) -> Self {
                Self(self.0.map(|value| value * factor))
            }

            /// The values in order.
            pub fn values(&self) -> &[f64] {
                &self.0
            }

            /// The values in order, to write to.
            pub fn values_mut(&mut self) -> &mut [f64] {
                &mut self.0
            }

            /// Moles of each element.
            pub fn elements(&self) -> ByElement<f64> {
                let mut elements = ByElement::default();
                for (species, moles) in self.iter() {
                    if moles != 0.0 {
                        elements += &species.formula().elements().scaled(moles);
                    }
                }
                elements
            }

            /// Mass in kg when the values are mol.
            pub fn mass_kg(&self) -> f64 {
                self.iter().map(|(species, moles)| species.molar_mass() * moles).sum::<f64>() / 1000.0
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self([0.0; $key::COUNT])
            }
        }

        impl Index<$key> for $name {
            type Output = f64;
            fn index(&self, key: $key) -> &f64 {
                &self.0[key as usize]
            }
        }

        impl IndexMut<$key> for $name {
            fn index_mut(&mut self, key: $key) -> &mut f64 {
                &mut self.0[key as usize]
            }
        }

        impl AddAssign<&$name> for $name {
            fn add_assign(&mut self, other: &$name) {
                for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
                    *mine += theirs;
                }
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_map().entries(self.iter().filter(|(_, v)| *v != 0.0)).finish()
            }
        }
    };
}

table_by!(ByIon, Ion, "An amount of each basis species, usually mol/h.");
table_by!(ByVapour, Vapour, "An amount of each gas, usually mol/h.");

impl ByIon {
    /// Net charge, mol of elementary charge; zero in a lawful solution.
    pub fn charge(&self) -> f64 {
        self.iter().map(|(ion, moles)| ion.charge() * moles).sum()
    }

    /// Sum of absolute charges: what a charge gap is measured against.
    pub fn ionic_throughput(&self) -> f64 {
        self.iter().map(|(ion, moles)| (ion.charge() * moles).abs()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_formula_reads() {
        assert_eq!(ION_FORMULAE.len(), Ion::COUNT);
        assert_eq!(VAPOUR_FORMULAE.len(), Vapour::COUNT);
    }

    #[test]
    fn every_element_but_oxygen_and_hydrogen_has_its_ion() {
        for &element in Element::ALL {
            match element {
                Element::O | Element::H => assert_eq!(Ion::of(element), None),
                _ => assert_eq!(Ion::of(element).map(Ion::element), Some(element), "{element}"),
            }
        }
        assert_eq!(Ion::of(Element::Fe), Some(Ion::Fe));
    }
}
