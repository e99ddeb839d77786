//! Chemical formulae: what a compound is made of.
//!
//! `La2(C2O4)3·10H2O`, `Ca5(PO4)3F`, `(Na0.3K0.1)AlSi3O8` and `RECO3F` are read.
//! `RE` stands for "a rare earth" and is resolved by [`Formula::with_rare_earths`].

use crate::element::{ByElement, Element};

/// Moles of each element in one mole of a compound.
#[derive(Debug, Clone, PartialEq)]
pub struct Formula {
    elements: ByElement<f64>,
    rare_earths: f64,
}

/// Why a formula could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{formula}` is not a formula: {why}")]
pub struct BadFormula {
    formula: String,
    why: String,
}

impl Formula {
    /// Reads a formula. Brackets nest, counts may be decimal, `·`, `.` before a letter or `*` join parts.
    ///
    /// ```
    /// use ytterby::{element::Element, formula::Formula};
    /// let oxalate = Formula::parse("La2(C2O4)3·10H2O").unwrap();
    /// assert_eq!(oxalate.moles(Element::O), 22.0);
    /// ```
    pub fn parse(text: &str) -> Result<Self, BadFormula> {
        let bad = |why: &str| BadFormula { formula: text.to_owned(), why: why.to_owned() };
        let mut whole = Self::nothing();
        for part in text.split(['·', '*']) {
            let symbols: Vec<char> = part.trim().chars().collect();
            let mut at = 0;
            let times = number(&symbols, &mut at).unwrap_or(1.0);
            let group = group(&symbols, &mut at, 0).map_err(|why| bad(&why))?;
            if at != symbols.len() {
                return Err(bad("a bracket closes that was not opened"));
            }
            whole.add(&group, times);
        }
        if whole.elements.total() + whole.rare_earths <= 0.0 {
            return Err(bad("it names no element"));
        }
        Ok(whole)
    }

    fn nothing() -> Self {
        Self { elements: ByElement::default(), rare_earths: 0.0 }
    }

    fn add(&mut self, other: &Self, times: f64) {
        self.elements += &other.elements.scaled(times);
        self.rare_earths += other.rare_earths * times;
    }

    /// Moles of an element per mole of compound.
    pub fn moles(&self, element: Element) -> f64 {
        self.elements[element]
    }

    /// Moles of every element per mole of compound.
    pub fn elements(&self) -> &ByElement<f64> {
        &self.elements
    }

    /// Does it still hold an unresolved `RE`?
    pub fn wants_rare_earths(&self) -> bool {
        self.rare_earths > 0.0
    }

    /// The formula with its `RE` shared among the rare earths, in proportion to `moles`.
    pub fn with_rare_earths(mut self, moles: &ByElement<f64>) -> Self {
        let total = moles.rare_earth_total();
        if total > 0.0 {
            for (element, share) in moles.rare_earths() {
                self.elements[element] += self.rare_earths * share / total;
            }
            self.rare_earths = 0.0;
        }
        self
    }

    /// g/mol.
    pub fn molar_mass(&self) -> f64 {
        self.elements.iter().map(|(element, moles)| moles * element.molar_mass()).sum()
    }
}

fn number(symbols: &[char], at: &mut usize) -> Option<f64> {
    let start = *at;
    while symbols.get(*at).is_some_and(|c| c.is_ascii_digit() || *c == '.') {
        *at += 1;
    }
    symbols[start..*at].iter().collect::<String>().parse().ok()
}

fn group(symbols: &[char], at: &mut usize, depth: usize) -> Result<Formula, String> {
    if depth > 16 {
        return Err("brackets nest too deep".into());
    }
    let mut whole = Formula::nothing();
    while let Some(&symbol) = symbols.get(*at) {
        let part = match symbol {
            '(' | '[' => {
                *at += 1;
                let inner = group(symbols, at, depth + 1)?;
                if !symbols.get(*at).is_some_and(|c| matches!(c, ')' | ']')) {
                    return Err("a bracket is not closed".into());
                }
                *at += 1;
                inner
            }
            ')' | ']' => break,
            _ if symbol.is_ascii_uppercase() => {
                let mut name = symbol.to_string();
                *at += 1;
                if name == "R" && symbols.get(*at) == Some(&'E') {
                    *at += 1;
                    Formula { elements: ByElement::default(), rare_earths: 1.0 }
                } else {
                    while let Some(&c) = symbols.get(*at).filter(|c| c.is_ascii_lowercase()) {
                        name.push(c);
                        *at += 1;
                    }
                    let element: Element = name.parse().map_err(|e| format!("{e}"))?;
                    let mut elements = ByElement::default();
                    elements[element] = 1.0;
                    Formula { elements, rare_earths: 0.0 }
                }
            }
            other => return Err(format!("`{other}` does not belong in one")),
        };
        let times = number(symbols, at).unwrap_or(1.0);
        whole.add(&part, times);
    }
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_hydrates_and_decimals() {
        let apatite = Formula::parse("Ca5(PO4)3F").unwrap();
        assert!((apatite.molar_mass() - 504.3).abs() < 0.05);
        let hydrate = Formula::parse("La2(C2O4)3·10H2O").unwrap();
        assert!((hydrate.moles(Element::H) - 20.0).abs() < 1e-12);
        let zeolite = Formula::parse("[K0.5(NaCa)0.25]Al2Si6O16(H2O)6").unwrap();
        assert!((zeolite.moles(Element::Na) - 0.25).abs() < 1e-12);
    }

    #[test]
    fn nonsense_is_refused_with_a_reason() {
        for text in ["", "Ca5(PO4", "Xx2", "ca", "Ca)", "2", "La2O3!"] {
            assert!(Formula::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn rare_earths_are_shared_by_moles() {
        let mut moles = ByElement::default();
        moles[Element::Ce] = 3.0;
        moles[Element::La] = 1.0;
        let mineral = Formula::parse("RECO3F").unwrap().with_rare_earths(&moles);
        assert!(!mineral.wants_rare_earths());
        assert!((mineral.moles(Element::Ce) - 0.75).abs() < 1e-12);
    }
}
