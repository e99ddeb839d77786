//! How acid a solution is: pH from its total acidity.
//!
//! # Equation
//! The basis counts protons in excess of the fully dissociated species, `T = n(H⁺)/V`. At a
//! trial [H⁺] = h that excess is
//! ```text
//! T(h) = h − Kw/h + Σ_acids c · n̄(h) − c(NH₄) · K/(K + h)
//! ```
//! with n̄ the mean number of protons an acid anion holds,
//! `n̄ = Σ j β_j h^j / Σ β_j h^j`. T rises with h, so there is exactly one root.
//!
//! # Symbols
//! c: total concentration, mol/L; β_j: cumulative protonation constants; K: acid constants.
//!
//! # Holds for
//! Ideal solution, 25 °C, no metal complexes or hydrolysis: ± 0.3 pH in dilute salt
//! solutions, worse above 1 mol/L.
//!
//! # Source
//! Constants: `data/solution/acid_constants.csv` (`haynes2014`).

use std::sync::LazyLock;

use crate::ion::Ion;
use crate::stream::Aqueous;

/// Protonation steps (first proton gained first) as pK, by anion.
struct Constants {
    acids: Vec<(Ion, Vec<f64>)>,
    ammonium: f64,
    water: f64,
}

static CONSTANTS: LazyLock<Constants> = LazyLock::new(|| {
    let rows: Vec<(String, f64)> = include_str!("../data/solution/acid_constants.csv")
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut cells = line.split(',');
            Some((cells.next()?.to_owned(), cells.nth(1)?.parse().ok()?))
        })
        .collect();
    // The table lists pK1 first; the anion gains the proton of the last pK first.
    let steps = |acid: &str| rows.iter().rev().filter(|(name, _)| name == acid).map(|(_, pk)| *pk).collect::<Vec<_>>();
    let one = |acid: &str| steps(acid).first().copied().unwrap_or(14.0);
    Constants {
        acids: vec![
            (Ion::Sulfate, steps("HSO4-")),
            (Ion::Phosphate, steps("H3PO4")),
            (Ion::Fluoride, steps("HF")),
            (Ion::Carbonate, steps("H2CO3")),
            (Ion::Oxalate, steps("H2C2O4")),
        ],
        ammonium: one("NH4+"),
        water: one("H2O"),
    }
});

/// Mean protons held by an acid's anion and its slope d n̄/d ln h, at `ln_h`.
fn held(pks: &[f64], ln_h: f64) -> (f64, f64) {
    let mut log_beta = 0.0;
    let (mut sum, mut first, mut second) = (1.0, 0.0, 0.0);
    for (index, pk) in pks.iter().enumerate() {
        log_beta += pk * std::f64::consts::LN_10 + ln_h;
        let j = (index + 1) as f64;
        let weight = f64::exp(log_beta.min(600.0));
        sum += weight;
        first += j * weight;
        second += j * j * weight;
    }
    let mean = first / sum;
    (mean, second / sum - mean * mean)
}

/// Total acidity, mol/L, that a solution of these totals has at `ph`, and its slope by ln h.
fn acidity_at(ph: f64, total: impl Fn(Ion) -> f64) -> (f64, f64) {
    let ln_h = -ph * std::f64::consts::LN_10;
    let h = ln_h.exp();
    let oh = 10f64.powf(ph - CONSTANTS.water);
    let (mut acidity, mut slope) = (h - oh, h + oh);
    for (ion, pks) in &CONSTANTS.acids {
        let c = total(*ion);
        if c > 0.0 {
            let (mean, by_ln_h) = held(pks, ln_h);
            acidity += c * mean;
            slope += c * by_ln_h;
        }
    }
    let ammonia = total(Ion::Ammonium) / (1.0 + 10f64.powf(CONSTANTS.ammonium - ph));
    acidity -= ammonia;
    slope += ammonia / (1.0 + 10f64.powf(ph - CONSTANTS.ammonium));
    (acidity, slope)
}

/// pH of a solution; `None` where there is no water.
///
/// ```
/// use ytterby::{ion::Ion, solution::ph, stream::Aqueous};
/// let mut acid = Aqueous { water: 1000.0, ..Aqueous::default() };
/// acid.ions[Ion::Chloride] = 100.0; // 0.1 mol/L HCl
/// acid.ions[Ion::H] = 100.0;
/// assert!((ph(&acid).unwrap() - 1.0).abs() < 0.01);
/// ```
pub fn ph(solution: &Aqueous) -> Option<f64> {
    let litres = solution.volume() * 1000.0;
    if litres <= 0.0 {
        return None;
    }
    Some(ph_at(solution.ions[Ion::H] / litres, |ion| (solution.ions[ion] / litres).max(0.0)))
}

/// pH at a total acidity and totals of the weak acids, mol/L of whatever litre the caller counts in.
pub fn ph_at(wanted: f64, total: impl Fn(Ion) -> f64) -> f64 {
    // Bracketed Newton in pH: the acidity falls as pH rises.
    let (mut low, mut high) = (-2.0, 16.0);
    let mut at = 7.0;
    for _ in 0..200 {
        let (acidity, slope) = acidity_at(at, &total);
        let gap = acidity - wanted;
        if gap > 0.0 {
            low = at;
        } else {
            high = at;
        }
        let step = gap / (slope * std::f64::consts::LN_10);
        if high - low < 1e-13 || step.abs() < 1e-13 {
            break;
        }
        let newton = at + step;
        at = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
    }
    at
}

/// Total acidity, mol/L, at a pH and totals of the weak acids, mol/L of whatever litre the caller counts in.
pub fn acidity(ph: f64, total: impl Fn(Ion) -> f64) -> f64 {
    acidity_at(ph, total).0
}

/// Total acidity, mol/h of `H⁺` in the basis, that would bring a solution to `ph`:
/// what a neutraliser aims at. `None` where there is no water.
pub fn acidity_for(solution: &Aqueous, ph: f64) -> Option<f64> {
    let litres = solution.volume() * 1000.0;
    (litres > 0.0).then(|| acidity_at(ph, |ion| (solution.ions[ion] / litres).max(0.0)).0 * litres)
}

/// Free hydrogen ion, mol/L.
pub fn free_hydrogen(solution: &Aqueous) -> Option<f64> {
    ph(solution).map(|ph| 10f64.powf(-ph))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn litre(ions: &[(Ion, f64)]) -> Aqueous {
        let mut solution = Aqueous { water: 0.997, ..Aqueous::default() };
        for (ion, moles) in ions {
            solution.ions[*ion] = *moles;
        }
        solution
    }

    #[test]
    fn textbook_solutions() {
        assert!((ph(&litre(&[])).unwrap() - 6.9975).abs() < 1e-6);
        // Equal phosphate forms: pH = pK2 (the factor of density apart).
        let buffer = litre(&[(Ion::Phosphate, 1e-3), (Ion::Na, 1.5e-3), (Ion::H, 1.5e-3)]);
        assert!((ph(&buffer).unwrap() - 7.198).abs() < 2e-3);
        let lye = litre(&[(Ion::Na, 0.01), (Ion::H, -0.01)]);
        assert!((ph(&lye).unwrap() - 11.995).abs() < 5e-3);
        let ammonia = litre(&[(Ion::Ammonium, 0.01), (Ion::H, -0.01)]);
        assert!((ph(&ammonia).unwrap() - 10.6).abs() < 0.1);
    }

    #[test]
    fn acidity_and_ph_are_inverse() {
        let liquor = litre(&[(Ion::Sulfate, 0.3), (Ion::Phosphate, 0.05), (Ion::Fluoride, 0.02), (Ion::Ammonium, 0.1)]);
        for target in [0.5, 1.5, 2.7, 4.0, 6.6, 9.0, 12.0] {
            let mut adjusted = liquor.clone();
            for _ in 0..40 {
                adjusted.ions[Ion::H] = acidity_for(&adjusted, target).unwrap();
            }
            let back = ph(&adjusted).unwrap();
            assert!((back - target).abs() < 1e-9, "{target}: {back}");
        }
    }
}
