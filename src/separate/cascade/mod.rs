//! A battery of mixer-settlers, solved stage by stage for all solutes at once.
//!
//! # Equation
//! Stages stand in the order the organic phase passes them, j = 0 … N−1; the solution runs
//! the other way. For each solute and stage, with t what leaves in both phases,
//! ```text
//! t_j = X_{j+1} kept_{j+1} + Y_{j−1} + fresh_j,        X_j + Y_j = t_j
//! ```
//! X and Y divide t at equilibrium ([`stage`]). `kept` is 0 where a section's solution leaves
//! (raffinate at j = 0, strip liquor between strip and scrub), between 0 and 1 at a side
//! outlet. A closed organic loop returns Y_{N−1} to stage 0. Acid is no unknown: it is what
//! electroneutrality leaves, so that charge balances exactly.
//!
//! # Holds for
//! Equilibrium stages, constant flows by stage, clear phases (no entrainment).
//!
//! # Source
//! Newton with analytic blocks, globalised by pseudo-transient continuation (implicit steps of
//! the stages' own dynamics, longer as the residual falls) as in `kelley1998`.

mod block;
mod linear;
pub mod stage;

use std::sync::LazyLock;

use block::{Blocks, System};
use stage::Split;

use crate::element::Element;
use crate::error::Error;
use crate::separate::isotherm::Isotherm;

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

/// A stage, before it is solved.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// Solution leaving, L/h.
    pub aqueous: f64,
    /// Organic phase, L/h.
    pub organic: f64,
    /// Charge of what stays in the solution (anions less inert cations), eq/h.
    pub anions: f64,
    /// Units of extractant, mol/h (of a saturated organic phase: mol/h of metal it holds).
    pub sites: f64,
    /// Weak acids in the solution, mol/L: sulfate, fluoride, phosphate (beyond its two strong steps).
    pub weak: [f64; 3],
    /// Share of the solution leaving that passes to the stage before.
    pub kept: f64,
}

/// A battery, before it is solved.
#[derive(Debug)]
pub struct Cascade<'l> {
    /// How solutes divide.
    pub law: &'l dyn Isotherm,
    /// What divides.
    pub solutes: Vec<Element>,
    /// Charge of each, which is also the extractant units it binds.
    pub charge: Vec<f64>,
    /// In the order of the organic phase.
    pub stages: Vec<Stage>,
    /// mol/h entering from outside, stage by stage, each with every solute.
    pub fresh: Vec<f64>,
    /// Share of each solute in the last organic that returns to the first stage.
    pub returned: Vec<f64>,
    /// Name of a stage for messages.
    pub name: fn(&Cascade<'_>, usize) -> String,
    /// Number of extraction, scrub and strip stages.
    pub sections: [usize; 3],
}

/// A battery, solved.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Profile {
    /// mol/h of each solute leaving with the solution, stage by stage.
    pub aqueous: Vec<f64>,
    /// mol/h of each solute leaving with the organic phase.
    pub organic: Vec<f64>,
    /// Free extractant, mol/L.
    pub free: Vec<f64>,
    /// Total acidity of the solution, mol/L.
    pub acidity: Vec<f64>,
    /// pH.
    pub ph: Vec<f64>,
    /// Newton steps taken.
    pub iterations: usize,
    /// Largest correction, relative, by which the outlets were made to close.
    pub closure: f64,
}

/// Share of the throughput left unbalanced at which Newton ends.
const TOLERANCE: f64 = 1e-12;
/// The same for a battery that creeps: what is locked between two keys is all that still moves.
const SLOW_TOLERANCE: f64 = 1e-8;
const MOST_STEPS: usize = 400;

/// E12, Sc3 or S1: numbered from where the solution enters the section.
pub fn western_name(cascade: &Cascade<'_>, at: usize) -> String {
    let [extract, scrub, strip] = cascade.sections;
    if at < extract {
        format!("E{}", extract - at)
    } else if at < extract + scrub {
        format!("Sc{}", extract + scrub - at)
    } else {
        format!("S{}", extract + scrub + strip - at)
    }
}

impl Cascade<'_> {
    /// Solves from `start` if it fits, else from cold.
    pub fn solve(&self, start: Option<&Profile>) -> Result<Profile, Error> {
        let (n, k) = (self.stages.len(), self.solutes.len());
        let mut splits = vec![Split::new(k); n];
        let mut totals = match start.filter(|start| start.aqueous.len() == n * k) {
            Some(start) => {
                for (split, free) in splits.iter_mut().zip(&start.free) {
                    split.free = *free;
                }
                start.aqueous.iter().zip(&start.organic).map(|(x, y)| (x + y).max(1e-30)).collect()
            }
            None => self.cold(),
        };
        self.keep_protons(&totals.clone(), &mut totals);
        let kept: Vec<f64> = self.stages.iter().map(|stage| stage.kept).collect();
        let mut blocks = Blocks::new(n, k);
        let mut gaps = vec![0.0; n * k];
        let mut before = vec![0.0; n * k];
        let (mut time, mut last) = (if start.is_some() { 1e3 } else { 3.0 }, f64::INFINITY);
        let mut worst = 0;
        for iteration in 0..MOST_STEPS {
            self.divide(&totals, &mut splits);
            let residual = self.residual(&totals, &splits, &mut gaps, &mut worst);
            if !residual.is_finite() {
                break;
            }
            if residual < TOLERANCE {
                return self.finish(&mut totals, &mut splits, iteration, worst);
            }
            last = residual;
            let slow = residual < 1e-6 && iteration % 20 == 19;
            if residual < SLOW_TOLERANCE && iteration + 1 == MOST_STEPS {
                return self.finish(&mut totals, &mut splits, iteration, worst);
            }
            if slow {
                // A metal locked between two keys fills its stages slowly: one linear solve fills them at once.
                before.copy_from_slice(&totals);
                linear::balance(self, &splits, &mut totals);
                self.keep_protons(&before, &mut totals);
                continue;
            }
            let system = System {
                solutes: k,
                splits: &splits,
                diagonal: 1.0 + 1.0 / time,
                kept: &kept,
                returned: &self.returned,
            };
            if !blocks.solve(&system, &mut gaps) {
                break;
            }
            before.copy_from_slice(&totals);
            let change = self.step(&gaps, &mut totals);
            // Longer steps in time while the stages change little, shorter where they jump.
            let factor = if change < 0.01 { 1e3 } else { (0.5 / change).clamp(0.2, 5.0) };
            time = (time * factor).clamp(0.5, 1e14);
            self.keep_protons(&before, &mut totals);
        }
        Err(self.failed(last, MOST_STEPS, worst))
    }

    fn failed(&self, residual: f64, iterations: usize, worst: usize) -> Error {
        let (stage, solute) = (worst / self.solutes.len(), worst % self.solutes.len());
        Error::NotConverged {
            unit: String::new(),
            what: "the battery".into(),
            residual,
            iterations,
            worst: format!("{} in stage {}", self.solutes[solute], (self.name)(self, stage)),
            hint: "more strip acid or strip stages (what is not stripped piles up in a closed organic loop), \
                   more organic, less saponification, or fewer stages if theory asks for far fewer"
                .into(),
        }
    }

    /// A flat start: each section holds the feed's mixture, loaded and acid to a lawful degree.
    fn cold(&self) -> Vec<f64> {
        let (n, k) = (self.stages.len(), self.solutes.len());
        let mut feed = vec![0.0; k];
        for row in self.fresh.chunks_exact(k) {
            for (sum, value) in feed.iter_mut().zip(row) {
                *sum += value;
            }
        }
        // Equivalents of each solute in the mixture; the counter-ion (charge 1) is kept small.
        let share = |i: usize| if self.charge[i] > 1.5 { 1.0 } else { 0.02 };
        let equivalents: f64 = (0..k).map(|i| feed[i] * self.charge[i] * share(i)).sum();
        let saturated = self.law.saturated();
        let mut totals = vec![1e-30; n * k];
        for (j, stage) in self.stages.iter().enumerate() {
            let stripping = j >= self.sections[0] + self.sections[1];
            let carried = if saturated {
                let aqueous = self.stages.get(j + 1).map_or(0.0, |_| 0.0) + stage.anions;
                stage.sites + aqueous
            } else if stripping {
                0.3 * stage.anions + 0.05 * stage.sites
            } else {
                0.8 * stage.anions.max(0.0) + 0.5 * stage.sites
            };
            for i in 0..k {
                totals[j * k + i] = (feed[i] * share(i) / equivalents.max(1e-300) * carried).max(1e-30);
            }
        }
        totals
    }

    /// Draws a step back, stage by stage, until some protons are left.
    fn keep_protons(&self, before: &[f64], totals: &mut [f64]) {
        if self.law.saturated() {
            return;
        }
        let k = self.solutes.len();
        for (j, stage) in self.stages.iter().enumerate() {
            let all = stage.anions + stage.sites;
            let row = j * k..(j + 1) * k;
            let bound = |t: &[f64]| self.charge.iter().zip(t).map(|(z, t)| z * t).sum::<f64>();
            let (old, new) = (all - bound(&before[row.clone()]), all - bound(&totals[row.clone()]));
            let least = (0.1 * old).max(1e-9 * all);
            if new < least {
                if old > new && old > least {
                    let part = (old - least) / (old - new);
                    for i in row {
                        totals[i] = before[i] + part * (totals[i] - before[i]);
                    }
                } else {
                    let part = (all - least) / (all - new);
                    for i in row {
                        totals[i] *= part;
                    }
                }
            }
        }
    }

    /// Adds a step, each amount within limits of its own; answers the largest change of a stage.
    fn step(&self, gaps: &[f64], totals: &mut [f64]) -> f64 {
        let k = self.solutes.len();
        let mut largest: f64 = 0.0;
        for (steps, here) in gaps.chunks_exact(k).zip(totals.chunks_exact_mut(k)) {
            let all: f64 = self.charge.iter().zip(here.iter()).map(|(z, t)| z * t).sum();
            let moved: f64 = self.charge.iter().zip(steps).map(|(z, step)| z * step.abs()).sum();
            largest = largest.max(moved / all);
            for (total, step) in here.iter_mut().zip(steps) {
                // What is a trace in its stage may come and go freely: it moves nothing else.
                let trace = 1e-3 * all;
                let (low, high) = if *total < trace {
                    (1e-4 * *total, trace.max(4.0 * *total))
                } else {
                    (0.1 * *total, 4.0 * *total)
                };
                *total = (*total + step).clamp(low, high).max(1e-30);
            }
        }
        largest
    }

    fn divide(&self, totals: &[f64], splits: &mut [Split]) {
        let k = self.solutes.len();
        for ((stage, split), t) in self.stages.iter().zip(splits).zip(totals.chunks_exact(k)) {
            stage::divide(self.law, &self.solutes, &self.charge, stage, t, split);
        }
    }

    /// Writes what enters less what leaves; answers the unbalanced share of the throughput.
    fn residual(&self, totals: &[f64], splits: &[Split], gaps: &mut [f64], worst: &mut usize) -> f64 {
        let (n, k) = (self.stages.len(), self.solutes.len());
        let mut largest = 0.0;
        let (mut gap_sum, mut all) = (0.0, 0.0);
        for j in 0..n {
            let mut here: f64 = 0.0;
            for i in 0..k {
                let at = j * k + i;
                let mut entering = self.fresh[at];
                if j + 1 < n {
                    entering += self.stages[j + 1].kept * totals[at + k] * splits[j + 1].stays[i];
                }
                if j > 0 {
                    entering += totals[at - k] * splits[j - 1].goes[i];
                } else {
                    entering += self.returned[i] * totals[(n - 1) * k + i] * splits[n - 1].goes[i];
                }
                let gap = entering - totals[at];
                gaps[at] = gap;
                let weighted = self.charge[i] * gap.abs();
                gap_sum += weighted;
                all += self.charge[i] * totals[at];
                if weighted > here {
                    here = weighted;
                    if here > largest {
                        largest = here;
                        *worst = at;
                    }
                }
            }
        }
        gap_sum / all
    }

    /// Traces made exact by one linear solve a solute at the converged shares; outlets made to close.
    fn finish(
        &self,
        totals: &mut [f64],
        splits: &mut [Split],
        iterations: usize,
        worst: usize,
    ) -> Result<Profile, Error> {
        let (n, k) = (self.stages.len(), self.solutes.len());
        linear::balance(self, splits, totals);
        let mut closure: f64 = 0.0;
        let mut factor = vec![1.0; k];
        for i in 0..k {
            let entering: f64 = (0..n).map(|j| self.fresh[j * k + i]).sum();
            let mut leaving: f64 =
                (0..n).map(|j| (1.0 - self.stages[j].kept) * totals[j * k + i] * splits[j].stays[i]).sum();
            leaving += (1.0 - self.returned[i]) * totals[(n - 1) * k + i] * splits[n - 1].goes[i];
            if leaving > 0.0 && entering > 0.0 {
                factor[i] = entering / leaving;
                closure = closure.max((factor[i] - 1.0).abs());
            }
        }
        if closure.is_nan() || closure >= 1e-6 {
            return Err(self.failed(closure, iterations, worst));
        }
        let mut profile = Profile { iterations, closure, ..Profile::default() };
        for (j, (stage, split)) in self.stages.iter().zip(splits.iter()).enumerate() {
            let mut held = 0.0;
            for i in 0..k {
                let total = totals[j * k + i] * factor[i];
                let x = total * split.stays[i];
                held += self.charge[i] * x;
                profile.aqueous.push(x);
                profile.organic.push(total * split.goes[i]);
            }
            profile.free.push(split.free);
            // From charge where that is well conditioned, from the stage's own root where it is not.
            let by_charge = (stage.anions - held) / stage.aqueous;
            profile.acidity.push(if self.law.saturated() { 0.0 } else { by_charge });
            profile.ph.push(-split.hydrogen.log10());
        }
        Ok(profile)
    }
}

#[cfg(test)]
mod tests;
