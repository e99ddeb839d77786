//! One equilibrium stage: from what a stage holds in all to how it divides.
//!
//! # Equation
//! Each cation taken up frees as many protons as the extractant units it binds, so
//! ```text
//! Q h + V e = T = anions + sites − Σ z t          (Q h: total acidity)
//! V e + Σ z Y(e, h) = sites,     Y = t V D / (Q + V D)
//! ```
//! The left side of the second rises with e once the first has given h: one root, whatever
//! the number of solutes. For a saturated law e is the common level λ and the second line
//! reads `Σ Y = sites`.
//!
//! # Symbols
//! t: amount of a solute leaving in both phases, mol/h; Q, V: aqueous and organic flow, L/h;
//! e: free extractant, mol/L; sites: extractant units, mol/h; anions: charge that stays in
//! the solution (anions less inert cations), eq/h; z: charge.
//!
//! # Holds for
//! Stages at equilibrium, flows that do not change by transfer.
//!
//! # Source
//! Algebra of the balances; weak acids from `data/solution/acid_constants.csv` (`haynes2014`).

use std::f64::consts::LN_10;

use super::{Stage, WEAK_K};
use crate::element::Element;
use crate::separate::isotherm::{Contact, Isotherm};

/// What a stage's state and its slopes are written into; one for each stage, reused.
#[derive(Debug, Clone, Default)]
pub struct Split {
    /// Free extractant, mol/L (or λ).
    pub free: f64,
    /// Total acidity of the solution, mol/L.
    pub acidity: f64,
    /// Free hydrogen ion, mol/L.
    pub hydrogen: f64,
    /// Share of each solute that stays in the solution.
    pub stays: Vec<f64>,
    /// Share of each solute that goes with the organic phase.
    pub goes: Vec<f64>,
    /// ∂Y_k/∂t_i = goes_k δ_ki + by_free_k · free_by_i + by_acid_k · acid_by_i: the factors of its rank two.
    pub by_free: Vec<f64>,
    /// See `by_free`.
    pub by_acid: Vec<f64>,
    /// See `by_free`.
    pub free_by: Vec<f64>,
    /// See `by_free`.
    pub acid_by: Vec<f64>,
}

impl Split {
    pub(super) fn new(solutes: usize) -> Self {
        let zeros = || vec![0.0; solutes];
        Self {
            free: 0.0,
            acidity: 0.0,
            hydrogen: 0.0,
            stays: zeros(),
            goes: zeros(),
            by_free: zeros(),
            by_acid: zeros(),
            free_by: zeros(),
            acid_by: zeros(),
        }
    }
}

/// Free hydrogen ion at a total acidity in presence of weak acids, and its slope.
pub(super) fn free_hydrogen(acidity: f64, weak: &[f64; 3]) -> (f64, f64) {
    let acidity = acidity.max(1e-14);
    if weak.iter().all(|&c| c <= 0.0) {
        return (acidity, 1.0);
    }
    // Convex and rising: Newton from above never leaves the bracket.
    let total = |h: f64| weak.iter().zip(&*WEAK_K).fold(h, |sum, (c, k)| sum + c * h / (k + h));
    let slope = |h: f64| weak.iter().zip(&*WEAK_K).fold(1.0, |sum, (c, k)| sum + c * k / ((k + h) * (k + h)));
    let (mut low, mut high, mut h) = (0.0, acidity, acidity * 0.5);
    for _ in 0..80 {
        let gap = total(h) - acidity;
        if gap > 0.0 {
            high = h;
        } else {
            low = h;
        }
        let next = h - gap / slope(h);
        let next = if next > low && next < high { next } else { 0.5 * (low + high) };
        if (next - h).abs() <= 1e-15 * h {
            break;
        }
        h = next;
    }
    (h, 1.0 / slope(h))
}

/// Divides the totals `t` of a stage; starts from `split.free` if it is positive.
pub(super) fn divide(
    law: &dyn Isotherm,
    elements: &[Element],
    charge: &[f64],
    stage: &Stage,
    t: &[f64],
    split: &mut Split,
) {
    let (q, v) = (stage.aqueous, stage.organic);
    let saturated = law.saturated();
    let bound: f64 = charge.iter().zip(t).map(|(z, t)| z * t).sum();
    let protons = (stage.anions + stage.sites - bound).max(1e-13 * stage.sites);
    let (mut low, mut high) =
        if saturated { (1e-30, 1e30) } else { (1e-12, (stage.sites.min(protons) / v).max(2e-12)) };
    let mut free = if split.free > low && split.free < high {
        split.free
    } else if saturated {
        1.0
    } else {
        0.5 * high
    };
    let weight = |k: usize| if saturated { 1.0 } else { charge[k] };
    let own = if saturated { 0.0 } else { v };
    for round in 0..200 {
        let acidity = if saturated { 1.0 } else { ((protons - v * free) / q).max(1e-14) };
        let (hydrogen, hydrogen_slope) = if saturated { (1.0, 0.0) } else { free_hydrogen(acidity, &stage.weak) };
        let at = Contact::new(-hydrogen.log10(), free);
        let mut gap = own * free - stage.sites;
        let mut by_free = own;
        let mut by_acid = 0.0;
        for k in 0..t.len() {
            let (Some(log_d), Some(slopes)) = (law.log_d(elements[k], &at), law.slopes(elements[k], &at)) else {
                continue;
            };
            let ratio = v / q * (log_d * LN_10).exp();
            let goes = ratio / (1.0 + ratio);
            let stays = 1.0 / (1.0 + ratio);
            split.goes[k] = goes;
            split.stays[k] = stays;
            let both = t[k] * goes * stays;
            split.by_free[k] = both * slopes.by_free / free;
            split.by_acid[k] = -both * slopes.by_ph / hydrogen * hydrogen_slope;
            gap += weight(k) * t[k] * goes;
            by_free += weight(k) * split.by_free[k];
            by_acid += weight(k) * split.by_acid[k];
        }
        let slope = if saturated { by_free } else { by_free - by_acid * v / q };
        split.free = free;
        split.acidity = acidity;
        split.hydrogen = hydrogen;
        if gap > 0.0 {
            high = free;
        } else {
            low = free;
        }
        let step = -gap / slope;
        let done = step.abs() <= 4e-16 * free || gap.abs() <= 1e-16 * stage.sites || high - low <= 4e-16 * high;
        if done || round == 199 {
            for (i, &z) in charge.iter().enumerate() {
                let by_t = weight(i) * split.goes[i] - if saturated { 0.0 } else { z / q * by_acid };
                split.free_by[i] = -by_t / slope;
                split.acid_by[i] = if saturated { 0.0 } else { -z / q - v / q * split.free_by[i] };
            }
            return;
        }
        // Newton in ln(free), which bears the powers of a mass action law, within the bracket.
        let newton = free * (step / free).clamp(-3.0, 3.0).exp();
        free = if newton > low && newton < high {
            newton
        } else if saturated {
            (low * high).sqrt()
        } else {
            0.5 * (low + high)
        };
    }
}
