//! A network of mixer-settlers: any stages, joined by any pipes, solved for all solutes at once.
//!
//! # Equation
//! Of the flow I that reaches a stage a share η meets in the mixer (t = η I) and divides at
//! equilibrium ([`super::stage`]); the rest passes by, each phase with its own. Of what the
//! mixer sends out, drops of each phase go with the other:
//! ```text
//! solution leaving   (1−a) X + b Y + (1−η) I_aqueous
//! organic leaving    (1−b) Y + a X + (1−η) I_organic         X + Y = t
//! I_j = fresh_j + Σ share · (what leaves stage i in that phase), over the pipes i → j
//! ```
//! Because D is of concentrations, passing a share of both phases by is stage efficiency
//! exactly: every solute then closes η of its way to equilibrium, and charge balances.
//!
//! # Symbols
//! η: efficiency; a: share of the solution carried over with the organic phase; b: share of
//! the organic phase carried under with the solution.
//!
//! # Holds for
//! Steady state; constant volumes; one efficiency for all solutes of a stage.
//!
//! # Source
//! Balances. How it is solved stands in `route.rs`, beside this file.

use super::{Profile, graph::Graph, route};
use crate::element::Element;
use crate::error::Error;
use crate::separate::isotherm::Isotherm;

/// Which liquid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// The solution.
    Aqueous,
    /// The organic phase.
    Organic,
}

/// A stage, before it is solved. Flows are those in the mixer; [`super::flows`] works them out.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Stage {
    /// Which of the network's laws holds here.
    pub law: usize,
    /// Solution, L/h.
    pub aqueous: f64,
    /// Organic phase, L/h.
    pub organic: f64,
    /// Charge that stays in the solution, eq/h: anions less inert cations; for a solvating
    /// extractant the anions that no solute brought.
    pub anions: f64,
    /// Acid in the solution, eq/h; asked for by solvating extractants only, elsewhere a result.
    pub acid: f64,
    /// Units of extractant, mol/h (of a saturated organic phase: mol/h of metal it holds).
    pub sites: f64,
    /// Weak acids in the solution, mol/L: sulfate, fluoride, phosphate (beyond its two strong steps).
    pub weak: [f64; 3],
    /// Share η of both phases that comes to equilibrium, above 0 to 1.
    pub efficiency: f64,
    /// Share b of the organic phase that leaves with the solution, and a of the solution with the organic phase.
    pub entrained: [f64; 2],
}

/// A pipe between two stages. What no pipe takes leaves the network.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pipe {
    /// Stage it comes from.
    pub from: usize,
    /// Which phase it takes.
    pub phase: Phase,
    /// Stage it goes to.
    pub to: usize,
    /// Share of that phase.
    pub share: f64,
    /// A solute that is set anew on the way (the counter-ion, where base regenerates the organic
    /// phase): what comes of it is taken out, what goes on is `fresh` at the stage it goes to.
    pub renews: Option<usize>,
}

/// A network, before it is solved.
#[derive(Debug)]
pub struct Network<'l> {
    /// How solutes divide.
    pub laws: Vec<&'l dyn Isotherm>,
    /// What divides.
    pub solutes: Vec<Element>,
    /// Charge of each, which is also the extractant units it binds.
    pub charge: Vec<f64>,
    /// In the order in which the organic phase passes them: the order of elimination.
    pub stages: Vec<Stage>,
    /// What joins them.
    pub pipes: Vec<Pipe>,
    /// mol/h of each solute entering each stage from outside with a solution.
    pub fresh: Vec<f64>,
    /// The same with an organic phase.
    pub fresh_organic: Vec<f64>,
    /// Names of the stages, for messages.
    pub names: Vec<String>,
}

impl Network<'_> {
    /// Solves from `start` if it fits, else from cold.
    ///
    /// # Errors
    /// [`Error::NotConverged`] with the worst solute and stage; [`Error::Infeasible`] where a
    /// solute enters a loop that it can never leave, or a full organic phase finds no metal.
    pub fn solve(&self, start: Option<&Profile>) -> Result<Profile, Error> {
        let graph = Graph::of(self);
        route::solve(self, &graph, start.filter(|start| start.totals.len() == graph.nodes() * self.solutes.len()))
    }

    /// The shares of what goes to the organic phase, and of what stays, that leave a mixer with `phase`.
    pub(super) fn leaving(&self, stage: usize, phase: Phase) -> [f64; 2] {
        let [under, over] = self.stages[stage].entrained;
        match phase {
            Phase::Aqueous => [under, 1.0 - over],
            Phase::Organic => [1.0 - under, over],
        }
    }
}
