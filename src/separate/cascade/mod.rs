//! Batteries of mixer-settlers, solved stage by stage for all solutes at once.
//!
//! [`network`] is the general thing: any stages, any pipes, stage efficiency, entrainment,
//! several loops. [`Cascade`] is the common case of it: one line of stages in the order the
//! organic phase passes them, j = 0 … N−1, the solution running the other way,
//! ```text
//! t_j = X_{j+1} kept_{j+1} + Y_{j−1} + fresh_j,        X_j + Y_j = t_j
//! ```
//! with `kept` 0 where a section's solution leaves (raffinate at j = 0, strip liquor between
//! strip and scrub), between 0 and 1 at a side outlet; a closed organic loop returns Y_{N−1}
//! to stage 0. Acid is no unknown: it is what electroneutrality leaves, so that charge
//! balances exactly.
//!
//! # Holds for
//! Steady state, phase volumes that transfer does not change.
//!
//! # Source
//! Newton with analytic blocks, globalised by pseudo-transient continuation (`kelley1998`).

mod arrive;
mod blocks;
pub mod flows;
mod graph;
mod kernels;
mod levels;
mod linear;
pub mod network;
mod newton;
mod outcome;
mod passing;
mod route;
pub mod stage;
mod thin;
pub mod time;
mod told;

use crate::element::Element;
use crate::error::Error;
use crate::separate::isotherm::Isotherm;
use network::{Network, Phase, Pipe};

/// A stage of a line, before it is solved.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// Solution leaving, L/h.
    pub aqueous: f64,
    /// Organic phase, L/h.
    pub organic: f64,
    /// Charge of what stays in the solution (anions less inert cations), eq/h; with a solvating
    /// extractant the acid that comes with no solute.
    pub anions: f64,
    /// Units of extractant, mol/h (of a saturated organic phase: mol/h of metal it holds).
    pub sites: f64,
    /// Weak acids in the solution, mol/L: sulfate, fluoride, phosphate (beyond its two strong steps).
    pub weak: [f64; 3],
    /// Share of the solution leaving that passes to the stage before.
    pub kept: f64,
}

/// A line of stages, before it is solved.
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
    /// Share of each solute in the last organic that returns to the first stage: 1 (less where
    /// some organic is bled), or 0 for the counter-ion that base sets anew; all 0 where the organic phase leaves.
    pub returned: Vec<f64>,
    /// Name of a stage for messages.
    pub name: fn(&Cascade<'_>, usize) -> String,
    /// Number of extraction, scrub and strip stages.
    pub sections: [usize; 3],
}

/// A network, solved.
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
    /// The anion in the solution that a solvating extractant takes along, mol/L; 0 with other extractants.
    pub salt: Vec<f64>,
    /// pH.
    pub ph: Vec<f64>,
    /// mol/h in every node of the network, from which a like network can start.
    pub totals: Vec<f64>,
    /// Solutes that are locked in (between two keys, or in an organic phase that is not stripped of them), each
    /// with what passes the stages over what comes in: the steady state told of them is never reached in practice.
    pub locked: Vec<(Element, f64)>,
    /// Newton steps taken.
    pub iterations: usize,
    /// Largest gap between what enters and what leaves of a solute, relative.
    pub closure: f64,
}

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

impl<'l> Cascade<'l> {
    /// Solves from `start` if it fits, else from cold.
    pub fn solve(&self, start: Option<&Profile>) -> Result<Profile, Error> {
        self.network().solve(start)
    }

    /// The line as a network.
    pub fn network(&self) -> Network<'l> {
        let n = self.stages.len();
        let line = |from, phase, to, share| Pipe { from, phase, to, share, renews: None };
        let mut pipes = Vec::with_capacity(2 * n);
        for (j, stage) in self.stages.iter().enumerate() {
            if j > 0 {
                pipes.push(line(j, Phase::Aqueous, j - 1, stage.kept));
            }
            if j + 1 < n {
                pipes.push(line(j, Phase::Organic, j + 1, 1.0));
            }
        }
        let share = self.returned.iter().copied().fold(0.0, f64::max);
        if share > 0.0 {
            let renews = self.returned.iter().position(|&share| share <= 0.0);
            pipes.push(Pipe { renews, ..line(n - 1, Phase::Organic, 0, share) });
        }
        Network {
            laws: vec![self.law],
            solutes: self.solutes.clone(),
            charge: self.charge.clone(),
            stages: self
                .stages
                .iter()
                .map(|stage| network::Stage {
                    law: 0,
                    aqueous: stage.aqueous,
                    organic: stage.organic,
                    anions: stage.anions,
                    acid: stage.anions,
                    sites: stage.sites,
                    weak: stage.weak,
                    efficiency: 1.0,
                    entrained: [0.0; 2],
                })
                .collect(),
            pipes,
            fresh: self.fresh.clone(),
            fresh_organic: vec![0.0; self.fresh.len()],
            names: (0..n).map(|at| (self.name)(self, at)).collect(),
        }
    }
}

#[cfg(test)]
mod network_tests;
#[cfg(test)]
mod tests;
