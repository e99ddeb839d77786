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

/// Share of the second quantity in the rounding of the first, from which each has its own equation.
const VEILED: f64 = 1e-13;
/// A distribution beyond which nothing is left behind that a number could tell.
const MOST_RATIO: f64 = 1e300;
/// Ionic product of water, (mol/L)².
const WATER: f64 = 1e-14;

/// How the solutes of each stage divide, stage by stage, and the slopes of that.
#[derive(Debug, Default)]
pub(super) struct Shares {
    /// Share of each solute that stays in the solution.
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
}

impl Shares {
    /// Becomes a copy, in the room it has.
    pub(super) fn copy(&mut self, from: &Self) {
        let Self { stays, goes, by_free, by_other, free_by, other_by } = self;
        stays.clone_from(&from.stays);
        goes.clone_from(&from.goes);
        by_free.clone_from(&from.by_free);
        by_other.clone_from(&from.by_other);
        free_by.clone_from(&from.free_by);
        other_by.clone_from(&from.other_by);
    }
}

/// How every stage of a network divides, and in what state; taken once for a solve.
#[derive(Debug, Default)]
pub(super) struct Splits {
    solutes: usize,
    /// Free extractant, mol/L (or λ), by stage.
    pub free: Vec<f64>,
    /// Total acidity or salt, mol/L, by stage.
    pub other: Vec<f64>,
    /// Free hydrogen ion, mol/L, by stage.
    pub hydrogen: Vec<f64>,
    pub shares: Shares,
    /// Of log D, as [`Self::share`] found them.
    pub slopes: Vec<Slopes>,
    /// Of the stage in hand.
    ratios: Vec<f64>,
}

impl Splits {
    pub(super) fn new(stages: usize, solutes: usize) -> Self {
        let flat = || vec![0.0; stages * solutes];
        Self {
            solutes,
            free: vec![0.0; stages],
            other: vec![0.0; stages],
            hydrogen: vec![1.0; stages],
            shares: Shares {
                stays: flat(),
                goes: flat(),
                by_free: flat(),
                by_other: flat(),
                free_by: flat(),
                other_by: flat(),
            },
            slopes: vec![Slopes::default(); stages * solutes],
            ratios: vec![0.0; solutes],
        }
    }

    /// Divides the totals `t` of stage `at`; starts from `free` there if it is positive.
    pub(super) fn divide(&mut self, network: &Network<'_>, at: usize, t: &[f64]) {
        let stage = &network.stages[at];
        let law = network.laws[stage.law];
        let exchange = law.exchange();
        let (q, v) = (stage.aqueous, stage.organic);
        let charge = &network.charge;
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
        let mut here = Here { other: start / q + other_by_free * free, ..Here::default() };
        if law.feels_ionic_strength() {
            let row = at * self.solutes..(at + 1) * self.solutes;
            here.ionic_strength = ionic(&self.shares.stays[row], stage.anions / q, (stage.anions - all).max(0.0) / q);
        }
        let bracket = (low, high);
        let mut sums = Sums::default();
        for round in 0..200 {
            here.free = free;
            here.other = start / q + other_by_free * free;
            (here.hydrogen, here.hydrogen_by) = match exchange {
                Exchange::Protons => free_hydrogen(here.other, &stage.weak),
                Exchange::Salt => (free_hydrogen(stage.acid / q, &stage.weak).0, 0.0),
                Exchange::Saturated => (1.0, 0.0),
            };
            sums = self.weigh(network, at, t, &here);
            let gap = sums.organic - stage.sites;
            let slope = own + sums.by_free / free + sums.by_other * other_by_free;
            if gap > 0.0 {
                high = free;
            } else {
                low = free;
            }
            let step = -gap / slope / free;
            let found = step.abs() <= 1e-15 || gap.abs() <= noise || high - low <= 4e-16 * high;
            if found && law.feels_ionic_strength() && round < 150 {
                let row = at * self.solutes..(at + 1) * self.solutes;
                let now = ionic(&self.shares.stays[row], here.other, here.hydrogen);
                if (now - here.ionic_strength).abs() > 1e-13 * now {
                    here.ionic_strength = now;
                    (low, high) = bracket;
                    continue;
                }
            }
            if found {
                break;
            }
            // Newton in ln(free), which bears the powers of a mass action law, within the bracket.
            let newton = free * step.clamp(-3.0, 3.0).exp();
            free = if newton > low && newton < high { newton } else { bisected(low, high) };
        }
        if exchange != Exchange::Saturated && noise > VEILED * q * here.other.abs() {
            sums = self.sharpened(network, at, t, &mut here).unwrap_or(sums);
        }
        self.free[at] = here.free;
        self.other[at] = here.other;
        self.hydrogen[at] = here.hydrogen;
        let slope = own + sums.by_free / here.free + sums.by_other * other_by_free;
        for (i, &z) in charge.iter().enumerate() {
            let place = at * self.solutes + i;
            let weight = if exchange == Exchange::Saturated { 1.0 } else { z };
            self.shares.free_by[place] = -(weight * self.shares.goes[place] + z * other_by_all * sums.by_other) / slope;
            // other_by_all z + other_by_free free_by, with what cancels taken out.
            self.shares.other_by[place] =
                z * other_by_all * (v * self.shares.stays[place] + sums.by_free / here.free) / slope;
        }
    }

    /// The shares of stage `at` at given free extractant and second quantity, and the slopes of log D.
    pub(super) fn share(&mut self, network: &Network<'_>, at: usize, here: &Here) {
        let stage = &network.stages[at];
        let law = network.laws[stage.law];
        let row = at * self.solutes..(at + 1) * self.solutes;
        let mut contact = Contact::new(-here.hydrogen.log10(), here.free);
        contact.ionic_strength = here.ionic_strength;
        if law.exchange() == Exchange::Salt {
            contact.salt = here.salt();
        }
        law.fill(&network.solutes, &contact, &mut self.ratios, &mut self.slopes[row.clone()]);
        let volumes = stage.organic / stage.aqueous;
        let shares = self.shares.goes[row.clone()].iter_mut().zip(&mut self.shares.stays[row]);
        for ((goes, stays), ratio) in shares.zip(&self.ratios) {
            let ratio = (volumes * ratio).min(MOST_RATIO);
            *stays = 1.0 / (1.0 + ratio);
            *goes = ratio * *stays;
        }
    }

    /// Divides `t` at given free extractant and second quantity; what it weighs in all.
    fn weigh(&mut self, network: &Network<'_>, at: usize, t: &[f64], here: &Here) -> Sums {
        self.share(network, at, here);
        let stage = &network.stages[at];
        let exchange = network.laws[stage.law].exchange();
        let row = at * self.solutes..(at + 1) * self.solutes;
        let Shares { stays, goes, by_free, by_other, .. } = &mut self.shares;
        let (stays, goes) = (&stays[row.clone()], &goes[row.clone()]);
        let (by_free, by_other) = (&mut by_free[row.clone()], &mut by_other[row.clone()]);
        let slopes = &self.slopes[row];
        let own = if exchange == Exchange::Saturated { 0.0 } else { stage.organic };
        let mut sums = Sums { organic: own * here.free, ..Sums::default() };
        let by_contact = match exchange {
            Exchange::Protons => -here.hydrogen_by / here.hydrogen,
            Exchange::Salt => 1.0 / here.salt(),
            Exchange::Saturated => 0.0,
        };
        let over_free = 1.0 / here.free;
        for k in 0..t.len() {
            let both = t[k] * goes[k] * stays[k];
            let slope = &slopes[k];
            by_free[k] = both * slope.by_free * over_free;
            by_other[k] = both * by_contact * if exchange == Exchange::Salt { slope.by_salt } else { slope.by_ph };
            let weight = if exchange == Exchange::Saturated { 1.0 } else { network.charge[k] };
            sums.organic += weight * t[k] * goes[k];
            sums.aqueous += weight * t[k] * stays[k];
            sums.by_free += weight * both * slope.by_free;
            sums.by_other += weight * by_other[k];
        }
        sums
    }

    /// Free extractant and second quantity each from its own balance, where the second is the small difference of
    /// large amounts (a neutral solution beside much extractant) and the first's digits do not tell it:
    /// ```text
    /// V e + Σ z Y = sites,      Q o + Σ z X = anions      (solvating: Q o − Σ z X = anions)
    /// ```
    /// Newton in ln e and ln h (ln o); its determinant is a sum of positive terms.
    fn sharpened(&mut self, network: &Network<'_>, at: usize, t: &[f64], here: &mut Here) -> Option<Sums> {
        let stage = &network.stages[at];
        let (q, v) = (stage.aqueous, stage.organic);
        let salt = network.laws[stage.law].exchange() == Exchange::Salt;
        let sign = if salt { -1.0 } else { 1.0 };
        let mut best: Option<(f64, Here)> = None;
        let mut trial = *here;
        for _ in 0..12 {
            let sums = self.weigh(network, at, t, &trial);
            let (organic, aqueous) = (sums.organic - stage.sites, q * trial.other + sign * sums.aqueous - stage.anions);
            let size = (organic / stage.sites).abs().max((aqueous / (stage.anions.abs() + sums.aqueous)).abs());
            if !size.is_finite() {
                break;
            }
            if best.is_none_or(|(least, _)| size < least) {
                best = Some((size, trial));
            } else {
                break;
            }
            // How o moves with the logarithm of h (or of itself), and Y with it; both as positive numbers.
            let own = if salt { q * trial.other } else { q * trial.hydrogen / trial.hydrogen_by };
            let moved =
                if salt { sums.by_other * trial.other } else { -sums.by_other * trial.hydrogen / trial.hydrogen_by };
            let fixed = v * trial.free;
            let determinant = fixed * (own + moved) + sums.by_free * own;
            let by_free = -((own + moved) * organic + sign * moved * aqueous) / determinant;
            let by_other = -((fixed + sums.by_free) * aqueous + sign * sums.by_free * organic) / determinant;
            if by_free.abs().max(by_other.abs()) <= 1e-15 {
                break;
            }
            trial.free *= by_free.clamp(-0.5, 0.5).exp();
            if salt {
                trial.other *= by_other.clamp(-0.5, 0.5).exp();
            } else {
                trial.hydrogen *= by_other.clamp(-0.5, 0.5).exp();
                (trial.other, trial.hydrogen_by) = acidity(trial.hydrogen, &stage.weak);
            }
        }
        *here = best?.1;
        Some(self.weigh(network, at, t, here))
    }
}

/// The state in which a stage is looked at.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Here {
    pub free: f64,
    pub other: f64,
    pub hydrogen: f64,
    /// ∂h/∂o.
    pub hydrogen_by: f64,
    pub ionic_strength: f64,
}

impl Here {
    fn salt(&self) -> f64 {
        self.other.max(1e-30)
    }
}

/// Equivalents in each phase, the free extractant with the organic, and how the organic moves.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    organic: f64,
    aqueous: f64,
    /// With ln e.
    by_free: f64,
    /// With o.
    by_other: f64,
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
    let (mut low, mut high, mut h) = (1e-30, alone, 0.5 * alone);
    for _ in 0..120 {
        let (total, by) = self::acidity(h, weak);
        let gap = total - acidity;
        if gap > 0.0 {
            high = h;
        } else {
            low = h;
        }
        let next = h - gap * by;
        let next = if next > low && next < high { next } else { bisected(low, high) };
        if (next - h).abs() <= 1e-15 * h {
            break;
        }
        h = next;
    }
    (h, self::acidity(h, weak).1)
}

/// Total acidity at a free hydrogen ion, and ∂h of it.
pub(super) fn acidity(h: f64, weak: &[f64; 3]) -> (f64, f64) {
    let (mut total, mut slope) = (h - WATER / h, 1.0 + WATER / (h * h));
    for (c, k) in weak.iter().zip(&*WEAK_K) {
        total += c * h / (k + h);
        slope += c * k / ((k + h) * (k + h));
    }
    (total, 1.0 / slope)
}

impl Stage {
    /// pH at a free hydrogen ion.
    pub(super) fn ph(hydrogen: f64) -> f64 {
        -hydrogen.log10()
    }
}
