//! One equilibrium stage: from what a mixer holds in all to how it divides.
//!
//! # Equation
//! With Y = t V D / (Q + V D) what goes with the organic phase, the free extractant e is the
//! root of
//! ```text
//! V e + Σ z Y(e, o) = sites
//! ```
//! whose left side rises with e, once the second quantity o follows from e:
//! ```text
//! acidic extractant      Q o = anions + sites − Σ z t − V e     o: total acidity
//! solvating extractant   Q o = anions − sites + Σ z t + V e     o: salt, the anion in the solution
//! saturated              Σ Y = sites                            e: the level λ, no o
//! ```
//! The first line holds because each cation taken up frees as many protons as the units it
//! binds; the second because it takes as many anions along. One monotone root, whatever the
//! number of solutes. Free hydrogen follows from the total acidity, weak acids and water:
//! `h − K_w/h + Σ c h/(K + h) = o`, so that an over-saponified stage turns alkaline and is
//! still answered.
//!
//! # Symbols
//! t: amount of a solute in the mixer, mol/h; Q, V: solution and organic phase, L/h; z: charge,
//! which is also the units of extractant bound; sites: extractant units, mol/h; anions: charge
//! that stays in the solution (acidic: anions less inert cations; solvating: anions that no
//! solute brought), eq/h; D: distribution ratio.
//!
//! # Holds for
//! Equilibrium, phase volumes that transfer does not change.
//!
//! # Source
//! Algebra of the balances; weak acids from `data/solution/acid_constants.csv` (`haynes2014`).

use std::sync::LazyLock;

use super::network::{Network, Stage};
use crate::separate::isotherm::{Contact, Exchange, Slopes};

/// Acid constants of HSO4⁻, HF and H3PO4 (first step), mol/L.
static WEAK_K: LazyLock<[f64; 3]> = LazyLock::new(|| {
    let pk = |acid: &str| {
        include_str!("../../../data/solution/acid_constants.csv")
            .lines()
            .find_map(|line| line.strip_prefix(acid)?.strip_prefix(",1,")?.parse::<f64>().ok())
            .unwrap_or(2.0)
    };
    [pk("HSO4-"), pk("HF"), pk("H3PO4")].map(|pk| 10f64.powf(-pk))
});

/// Ionic product of water, (mol/L)².
const WATER: f64 = 1e-14;

/// How every stage of a network divides, and the slopes of that; taken once for a solve.
#[derive(Debug, Clone, Default)]
pub(super) struct Splits {
    solutes: usize,
    /// Free extractant, mol/L (or λ), by stage.
    pub free: Vec<f64>,
    /// Total acidity or salt, mol/L, by stage.
    pub other: Vec<f64>,
    /// Free hydrogen ion, mol/L, by stage.
    pub hydrogen: Vec<f64>,
    /// Share of each solute that stays in the solution, stage by stage.
    pub stays: Vec<f64>,
    /// Share that goes with the organic phase.
    pub goes: Vec<f64>,
    /// ∂Y_k/∂t_i = goes_k δ_ki + by_free_k · free_by_i + by_other_k · other_by_i: the factors of its rank two.
    pub by_free: Vec<f64>,
    /// See `by_free`.
    pub by_other: Vec<f64>,
    /// See `by_free`.
    pub free_by: Vec<f64>,
    /// See `by_free`.
    pub other_by: Vec<f64>,
    ratios: Vec<f64>,
    slopes: Vec<Slopes>,
}

impl Splits {
    pub(super) fn new(stages: usize, solutes: usize) -> Self {
        let flat = || vec![0.0; stages * solutes];
        Self {
            solutes,
            free: vec![0.0; stages],
            other: vec![0.0; stages],
            hydrogen: vec![1.0; stages],
            stays: flat(),
            goes: flat(),
            by_free: flat(),
            by_other: flat(),
            free_by: flat(),
            other_by: flat(),
            ratios: vec![0.0; solutes],
            slopes: vec![Slopes::default(); stages * solutes],
        }
    }

    /// Divides the totals `t` of stage `at`; starts from `free` there if it is positive.
    pub(super) fn divide(&mut self, network: &Network<'_>, at: usize, t: &[f64]) {
        let stage = &network.stages[at];
        let law = network.laws[stage.law];
        let exchange = law.exchange();
        let (q, v) = (stage.aqueous, stage.organic);
        let charge = &network.charge;
        let row = at * self.solutes..(at + 1) * self.solutes;
        let (stays, goes) = (&mut self.stays[row.clone()], &mut self.goes[row.clone()]);
        let (by_free, by_other) = (&mut self.by_free[row.clone()], &mut self.by_other[row.clone()]);
        let all: f64 = charge.iter().zip(t).map(|(z, t)| z * t).sum();
        // What o is at no free extractant, times Q; how it moves with e and with Σ z t.
        let (start, other_by_free, other_by_all) = match exchange {
            Exchange::Protons => (stage.anions + stage.sites - all, -v / q, -1.0 / q),
            Exchange::Salt => (stage.anions - stage.sites + all, v / q, 1.0 / q),
            Exchange::Saturated => (0.0, 0.0, 0.0),
        };
        let own = if exchange == Exchange::Saturated { 0.0 } else { v };
        let full = stage.sites / v;
        let (mut low, mut high) = match exchange {
            Exchange::Protons => (1e-30, full),
            Exchange::Salt => ((-start / v).max(1e-30), full),
            Exchange::Saturated => (1e-60, 1e60),
        };
        let known = self.free[at];
        let mut free = if known > low && known < high {
            known
        } else if exchange == Exchange::Saturated {
            1.0
        } else {
            0.5 * (low + high)
        };
        let noise = 2e-16 * (stage.sites + all);
        // Held while the root is sought, so that its bracket stands; then worked out anew until it stands too.
        let ionic = |stays: &[f64], other: f64, hydrogen: f64| {
            let metals: f64 = charge.iter().zip(t).zip(stays).map(|((z, t), x)| z * z * t * x).sum();
            let anions = if exchange == Exchange::Salt { other } else { stage.anions / q };
            0.5 * (metals / q + anions.max(0.0) + hydrogen)
        };
        let mut ionic_strength = if law.feels_ionic_strength() {
            ionic(stays, stage.anions / q, (stage.anions - all).max(0.0) / q)
        } else {
            0.0
        };
        let bracket = (low, high);
        for round in 0..200 {
            let other = start / q + other_by_free * free;
            let mut at_contact = Contact::new(0.0, free);
            let (mut hydrogen, mut hydrogen_by) = (1.0, 0.0);
            match exchange {
                Exchange::Protons => (hydrogen, hydrogen_by) = free_hydrogen(other, &stage.weak),
                Exchange::Salt => {
                    hydrogen = free_hydrogen(stage.acid / q, &stage.weak).0;
                    at_contact.salt = other.max(1e-30);
                }
                Exchange::Saturated => {}
            }
            at_contact.ph = -hydrogen.log10();
            at_contact.ionic_strength = ionic_strength;
            law.fill(&network.solutes, &at_contact, &mut self.ratios, &mut self.slopes[row.clone()]);
            let mut gap = own * free - stage.sites;
            let (mut sum_free, mut sum_other) = (own, 0.0);
            for k in 0..t.len() {
                let ratio = v / q * self.ratios[k];
                goes[k] = 1.0 / (1.0 + 1.0 / ratio);
                stays[k] = 1.0 / (1.0 + ratio);
                let both = t[k] * goes[k] * stays[k];
                let slope = &self.slopes[row.start + k];
                by_free[k] = both * slope.by_free / free;
                by_other[k] = both
                    * match exchange {
                        Exchange::Protons => -slope.by_ph / hydrogen * hydrogen_by,
                        Exchange::Salt => slope.by_salt / at_contact.salt,
                        Exchange::Saturated => 0.0,
                    };
                let weight = if exchange == Exchange::Saturated { 1.0 } else { charge[k] };
                gap += weight * t[k] * goes[k];
                sum_free += weight * by_free[k];
                sum_other += weight * by_other[k];
            }
            let slope = sum_free + sum_other * other_by_free;
            if gap > 0.0 {
                high = free;
            } else {
                low = free;
            }
            let step = -gap / slope / free;
            let found = step.abs() <= 1e-15 || gap.abs() <= noise || high - low <= 4e-16 * high;
            if found && law.feels_ionic_strength() && round < 150 {
                let now = ionic(stays, other, hydrogen);
                if (now - ionic_strength).abs() > 1e-13 * now {
                    ionic_strength = now;
                    (low, high) = bracket;
                    continue;
                }
            }
            if found || round == 199 {
                self.free[at] = free;
                self.other[at] = other;
                self.hydrogen[at] = hydrogen;
                for (i, &z) in charge.iter().enumerate() {
                    let weight = if exchange == Exchange::Saturated { 1.0 } else { z };
                    let direct = z * other_by_all;
                    let by = -(weight * goes[i] + direct * sum_other) / slope;
                    self.free_by[row.start + i] = by;
                    self.other_by[row.start + i] = direct + other_by_free * by;
                }
                return;
            }
            // Newton in ln(free), which bears the powers of a mass action law, within the bracket.
            let newton = free * step.clamp(-3.0, 3.0).exp();
            free = if newton > low && newton < high { newton } else { bisected(low, high) };
        }
    }
}

/// The middle by ratio while the bracket spans decades, by difference once it does not.
fn bisected(low: f64, high: f64) -> f64 {
    if high > 4.0 * low { (low * high).sqrt() } else { 0.5 * (low + high) }
}

/// Free hydrogen ion at a total acidity (negative: alkaline) in presence of weak acids, and its slope.
pub(super) fn free_hydrogen(acidity: f64, weak: &[f64; 3]) -> (f64, f64) {
    // Of strong acid and water alone: a bound from above, since weak acids only take protons.
    let root = acidity.mul_add(acidity, 4.0 * WATER).sqrt();
    let alone = if acidity > 0.0 { 0.5 * (acidity + root) } else { 2.0 * WATER / (root - acidity) };
    if weak.iter().all(|&c| c <= 0.0) {
        return (alone, alone * alone / (alone * alone + WATER));
    }
    let total = |h: f64| weak.iter().zip(&*WEAK_K).fold(h - WATER / h, |sum, (c, k)| sum + c * h / (k + h));
    let slope =
        |h: f64| weak.iter().zip(&*WEAK_K).fold(1.0 + WATER / (h * h), |sum, (c, k)| sum + c * k / ((k + h) * (k + h)));
    let (mut low, mut high, mut h) = (1e-30, alone, 0.5 * alone);
    for _ in 0..120 {
        let gap = total(h) - acidity;
        if gap > 0.0 {
            high = h;
        } else {
            low = h;
        }
        let next = h - gap / slope(h);
        let next = if next > low && next < high { next } else { bisected(low, high) };
        if (next - h).abs() <= 1e-15 * h {
            break;
        }
        h = next;
    }
    (h, 1.0 / slope(h))
}

impl Stage {
    /// pH at a free hydrogen ion.
    pub(super) fn ph(hydrogen: f64) -> f64 {
        -hydrogen.log10()
    }
}
