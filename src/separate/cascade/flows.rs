//! What every stage of a network carries besides its solutes: volumes, anions, acid, extractant.
//!
//! # Equation
//! Carriers go with their phase, drops of one phase with the other: the balances of
//! [`super::network`] with shares that no chemistry changes. A closed organic loop would hold
//! any volume; so it is cut where the organic phase is made up to a stated flow.
//!
//! # Holds for
//! Volumes that add and that transfer does not change.
//!
//! # Source
//! Balances.

use super::graph::{Graph, Node};
use super::linear::{Balances, fed};
use super::network::{Network, Phase, Pipe, Stage};
use super::stage::Splits;
use crate::element::Element;
use crate::error::Error;

/// What enters a stage from outside besides solutes, each an hour.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Feed {
    /// Stage it enters.
    pub stage: usize,
    /// Solution, L.
    pub aqueous: f64,
    /// Charge of what stays in the solution, eq (see [`Stage::anions`]).
    pub anions: f64,
    /// Acid, eq (see [`Stage::acid`]).
    pub acid: f64,
    /// Weak acids, mol: sulfate, fluoride, phosphate.
    pub weak: [f64; 3],
    /// Organic phase, L.
    pub organic: f64,
    /// Units of extractant, mol.
    pub sites: f64,
}

/// Volumes leaving a stage, L/h: solution and drops of organic phase with the solution, then
/// drops of solution and organic phase with the organic phase.
pub type Leaving = [[f64; 2]; 2];

/// Writes the flows of every stage of `network` from what is fed. Pipes listed in `made_up`
/// carry no extractant of their own: the organic phase is stated, as a feed, where they go.
///
/// # Errors
/// [`Error::Infeasible`] where a stage is without solution or organic phase, or a loop has no way out.
pub fn settle(network: &mut Network<'_>, feeds: &[Feed], made_up: &[usize]) -> Result<Vec<Leaving>, Error> {
    let aqueous = {
        let rows = feeds.iter().map(|f| (f.stage, [f.aqueous, f.anions, f.acid, f.weak[0], f.weak[1], f.weak[2]]));
        carried(network, Phase::Aqueous, &rows.collect::<Vec<_>>(), &[])?
    };
    let organic = {
        let rows = feeds.iter().map(|f| (f.stage, [f.organic, f.sites]));
        carried(network, Phase::Organic, &rows.collect::<Vec<_>>(), made_up)?
    };
    let mut leaving = Vec::with_capacity(network.stages.len());
    for (at, stage) in network.stages.iter_mut().enumerate() {
        let (a, o) = (&aqueous[at], &organic[at]);
        for (volume, what) in [(a.mixer[0], "solution"), (o.mixer[0], "organic phase")] {
            if volume < 1e-200 {
                return Err(Error::Infeasible {
                    unit: String::new(),
                    what: format!("stage {} has no {what}", network.names[at]),
                    hint: format!("lead {what} to it"),
                });
            }
        }
        leaving.push([[a.leaves[0], o.leaves[0]], [a.leaves[1], o.leaves[1]]]);
        let (a, o) = (&a.mixer, &o.mixer);
        *stage = Stage {
            aqueous: a[0],
            organic: o[0],
            anions: a[1],
            acid: a[2],
            sites: o[1],
            weak: [a[3], a[4], a[5]].map(|moles| moles / a[0]),
            ..stage.clone()
        };
    }
    Ok(leaving)
}

/// Carriers at a stage: what is in the mixer, and how much of the first leaves with each phase.
struct Carried {
    mixer: Vec<f64>,
    leaves: [f64; 2],
}

/// What of so many carriers of one phase is in every mixer.
fn carried<const N: usize>(
    network: &Network<'_>,
    phase: Phase,
    feeds: &[(usize, [f64; N])],
    cut: &[usize],
) -> Result<Vec<Carried>, Error> {
    let n = network.stages.len();
    let mut fresh = [vec![0.0; n * N], vec![0.0; n * N]];
    for (stage, amounts) in feeds {
        let into = &mut fresh[usize::from(phase == Phase::Organic)][stage * N..(stage + 1) * N];
        for (slot, amount) in into.iter_mut().zip(amounts) {
            *slot += amount;
        }
    }
    let pipes = network.pipes.iter().enumerate().filter(|(at, _)| !cut.contains(at)).map(|(_, pipe)| *pipe);
    let [fresh, fresh_organic] = fresh;
    let carriers = Network {
        laws: Vec::new(),
        // Only their number matters.
        solutes: vec![Element::H; N],
        charge: vec![1.0; N],
        stages: network.stages.clone(),
        pipes: pipes.map(|pipe| Pipe { renews: None, ..pipe }).collect(),
        fresh,
        fresh_organic,
        names: Vec::new(),
    };
    let graph = Graph::of(&carriers);
    let mut splits = Splits::new(n, N);
    let (goes, stays) = if phase == Phase::Organic { (1.0, 0.0) } else { (0.0, 1.0) };
    splits.goes.fill(goes);
    splits.stays.fill(stays);
    let mut totals = vec![0.0; graph.nodes() * N];
    let mut balances = Balances::default();
    for part in &graph.parts {
        let fed = fed(&carriers, &graph, part, &splits, &totals);
        if !balances.solve(&carriers, &graph, part, &splits, &fed, &mut totals) {
            let stage = part.nodes.iter().map(|&node| match graph.kinds[node] {
                Node::Mixer(stage) | Node::Inlet(stage, _) => stage,
            });
            return Err(Error::Infeasible {
                unit: String::new(),
                what: format!(
                    "a loop through stage {} has no way out for its {}",
                    stage.min().map_or("?", |at| &network.names[at]),
                    if phase == Phase::Organic { "organic phase" } else { "solution" }
                ),
                hint: "a bleed, or a place where it is made up to a stated flow".into(),
            });
        }
    }
    let there = |stage: usize| {
        let mixer = totals[graph.mixer[stage] * N..(graph.mixer[stage] + 1) * N].to_vec();
        let leaves = [Phase::Aqueous, Phase::Organic].map(|out| {
            let inlet = graph.inlets[stage][usize::from(out == Phase::Organic)];
            let past = if inlet == graph.mixer[stage] { 0.0 } else { 1.0 - network.stages[stage].efficiency };
            network.leaving(stage, out, goes, stays) * mixer[0] + past * totals[inlet * N]
        });
        Carried { mixer, leaves }
    };
    Ok((0..n).map(there).collect())
}
