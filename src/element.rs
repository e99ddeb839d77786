//! The chemical elements the chain follows: one list, one order.
//!
//! Rare earths come first, in the order every rare-earth table is printed
//! (La … Lu, then Y, then Sc); radioactive companions next; the rest by atomic
//! number. Everything that is "per element" is a [`ByElement`].
//!
//! # Source
//! Atomic weights: `data/elements/atomic_weights.csv`, IUPAC abridged standard
//! atomic weights (`iupac2021`).

use std::fmt;
use std::ops::{AddAssign, Index, IndexMut};
use std::str::FromStr;
use std::sync::LazyLock;

macro_rules! elements {
    ($($symbol:ident),* $(,)?) => {
        /// A chemical element, by its symbol.
        #[allow(missing_docs)] // a symbol needs no sentence
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Element { $($symbol),* }

        impl Element {
            /// Every element, in the one order of this program.
            pub const ALL: &'static [Element] = &[$(Element::$symbol),*];

            /// How many there are.
            pub const COUNT: usize = Self::ALL.len();

            /// The symbol, as in `"Nd"`.
            pub const fn symbol(self) -> &'static str {
                match self { $(Element::$symbol => stringify!($symbol)),* }
            }
        }
    };
}

elements! {
    La, Ce, Pr, Nd, Sm, Eu, Gd, Tb, Dy, Ho, Er, Tm, Yb, Lu, Y, Sc,
    Th, U,
    H, C, N, O, F, Na, Mg, Al, Si, P, S, Cl, K, Ca, Ti, Mn, Fe, Sr, Zr, Ba,
}

/// Atomic weights, read once from the embedded table; a test holds the table complete.
static ATOMIC_WEIGHTS: LazyLock<ByElement<f64>> = LazyLock::new(|| {
    let mut weights = ByElement::<f64>::default();
    for line in include_str!("../data/elements/atomic_weights.csv").lines().skip(1) {
        let mut cells = line.split(',');
        if let (Some(Ok(element)), Some(Ok(weight))) =
            (cells.next().map(str::parse::<Element>), cells.nth(1).map(str::parse))
        {
            weights[element] = weight;
        }
    }
    weights
});

impl Element {
    /// The fifteen rare earths a separation plant sells: La … Lu (without Pm) and Y.
    pub const RARE_EARTHS: &'static [Element] = Self::ALL.split_at(15).0;

    /// Is it one of the fifteen? Scandium is counted apart.
    pub fn is_rare_earth(self) -> bool {
        (self as usize) < Self::RARE_EARTHS.len()
    }

    /// Atomic weight, g/mol.
    pub fn molar_mass(self) -> f64 {
        ATOMIC_WEIGHTS[self]
    }

    /// The oxide in which the trade reports and sells the element, as `(formula, cations)`.
    ///
    /// CeO2, Pr6O11 and Tb4O7 are what ignition in air gives; reports that use
    /// Ce2O3, Pr2O3 or Tb2O3 differ by 1–5 %, so every table names its forms.
    /// `None` for elements that are not reported as an oxide.
    pub const fn oxide(self) -> Option<&'static str> {
        use Element as E;
        Some(match self {
            E::La => "La2O3",
            E::Ce => "CeO2",
            E::Pr => "Pr6O11",
            E::Nd => "Nd2O3",
            E::Sm => "Sm2O3",
            E::Eu => "Eu2O3",
            E::Gd => "Gd2O3",
            E::Tb => "Tb4O7",
            E::Dy => "Dy2O3",
            E::Ho => "Ho2O3",
            E::Er => "Er2O3",
            E::Tm => "Tm2O3",
            E::Yb => "Yb2O3",
            E::Lu => "Lu2O3",
            E::Y => "Y2O3",
            E::Sc => "Sc2O3",
            E::Th => "ThO2",
            E::U => "U3O8",
            E::C => "CO2",
            E::Na => "Na2O",
            E::Mg => "MgO",
            E::Al => "Al2O3",
            E::Si => "SiO2",
            E::P => "P2O5",
            E::S => "SO3",
            E::K => "K2O",
            E::Ca => "CaO",
            E::Ti => "TiO2",
            E::Mn => "MnO2",
            E::Fe => "Fe2O3",
            E::Sr => "SrO",
            E::Zr => "ZrO2",
            E::Ba => "BaO",
            E::H => "H2O",
            E::N | E::O | E::F | E::Cl => return None,
        })
    }

    /// Mass of reporting oxide per mass of element; `None` where no oxide is reported.
    ///
    /// ```
    /// use ytterby::element::Element;
    /// let factor = Element::Dy.oxide_factor().unwrap();
    /// assert!((factor - 1.1477).abs() < 5e-5);
    /// ```
    pub fn oxide_factor(self) -> Option<f64> {
        let oxide = crate::formula::Formula::parse(self.oxide()?).ok()?;
        Some(oxide.molar_mass() / (oxide.moles(self) * self.molar_mass()))
    }
}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.symbol())
    }
}

/// The text is not the symbol of an element this program follows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not the symbol of an element this program follows")]
pub struct UnknownElement(pub String);

impl FromStr for Element {
    type Err = UnknownElement;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|element| element.symbol() == text)
            .ok_or_else(|| UnknownElement(text.to_owned()))
    }
}

/// One value for each [`Element`], in the one order.
#[derive(Clone, Copy, PartialEq)]
pub struct ByElement<T>([T; Element::COUNT]);

impl<T> ByElement<T> {
    /// The value of each element from a function of the element.
    pub fn from_fn(value_of: impl FnMut(Element) -> T) -> Self {
        let mut value_of = value_of;
        Self(std::array::from_fn(|index| value_of(Element::ALL[index])))
    }

    /// Each element with its value, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Element, &T)> {
        Element::ALL.iter().copied().zip(&self.0)
    }

    /// A new table made value by value.
    pub fn map<U>(&self, mut change: impl FnMut(Element, &T) -> U) -> ByElement<U> {
        ByElement::from_fn(|element| change(element, &self[element]))
    }

    /// The fifteen rare earths with their values, in order.
    pub fn rare_earths(&self) -> impl Iterator<Item = (Element, &T)> {
        self.iter().take(Element::RARE_EARTHS.len())
    }
}

impl ByElement<f64> {
    /// Sum over all elements.
    pub fn total(&self) -> f64 {
        self.0.iter().sum()
    }

    /// Sum over the fifteen rare earths.
    pub fn rare_earth_total(&self) -> f64 {
        self.rare_earths().map(|(_, value)| value).sum()
    }

    /// Rare-earth oxide mass (reporting oxides, the fifteen) when the values are element masses.
    pub fn rare_earth_oxide(&self) -> f64 {
        self.rare_earths().map(|(element, mass)| mass * element.oxide_factor().unwrap_or(1.0)).sum()
    }

    /// Every value times a number.
    pub fn scaled(&self, factor: f64) -> Self {
        Self(self.0.map(|value| value * factor))
    }
}

impl<T: Default> Default for ByElement<T> {
    fn default() -> Self {
        Self::from_fn(|_| T::default())
    }
}

impl<T> Index<Element> for ByElement<T> {
    type Output = T;

    fn index(&self, element: Element) -> &T {
        &self.0[element as usize]
    }
}

impl<T> IndexMut<Element> for ByElement<T> {
    fn index_mut(&mut self, element: Element) -> &mut T {
        &mut self.0[element as usize]
    }
}

impl AddAssign<&ByElement<f64>> for ByElement<f64> {
    fn add_assign(&mut self, other: &ByElement<f64>) {
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            *mine += theirs;
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for ByElement<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_element_has_a_weight() {
        for &element in Element::ALL {
            assert!(element.molar_mass() > 1.0, "{element}");
        }
    }

    #[test]
    fn symbols_round_trip() {
        for &element in Element::ALL {
            assert_eq!(element.symbol().parse(), Ok(element));
        }
        assert!("Nq".parse::<Element>().is_err());
    }

    #[test]
    fn the_fifteen_are_the_fifteen() {
        let symbols: Vec<_> = Element::RARE_EARTHS.iter().map(|e| e.symbol()).collect();
        assert_eq!(symbols.join(" "), "La Ce Pr Nd Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Y");
        assert!(!Element::Sc.is_rare_earth());
    }

    /// The trade's table of conversion factors, to its four decimals.
    #[test]
    fn oxide_factors_are_those_of_the_trade() {
        for (element, factor) in [
            (Element::La, 1.1728),
            (Element::Ce, 1.2284),
            (Element::Pr, 1.2082),
            (Element::Nd, 1.1664),
            (Element::Tb, 1.1762),
            (Element::Lu, 1.1372),
            (Element::Y, 1.2699),
            (Element::Sc, 1.5338),
            (Element::Th, 1.1379),
            (Element::U, 1.1792),
        ] {
            let ours = element.oxide_factor().unwrap();
            assert!((ours - factor).abs() < 1e-4, "{element}: {ours}");
        }
    }
}
