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
use super::kernels::NOTHING;
use super::linear::{Balances, fed};
use super::network::{Network, Phase, Pipe, Stage};
use super::stage::Shares;
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
    // Each feed by itself, so that what is alkaline may be carried as less than no acid.
    let enters: Vec<usize> = feeds.iter().map(|feed| feed.stage).collect();
    let solution = paths(network, Phase::Aqueous, &enters, &[])?;
    let solvent = paths(network, Phase::Organic, &enters, made_up)?;
    let sum = |shares: &mut dyn Iterator<Item = f64>, of: &dyn Fn(&Feed) -> f64| -> f64 {
        feeds.iter().zip(shares).map(|(feed, share)| share * of(feed)).sum()
    };
    let mut leaving = Vec::with_capacity(network.stages.len());
    for (at, stage) in network.stages.iter_mut().enumerate() {
        let mixer = |of: &dyn Fn(&Feed) -> f64| sum(&mut solution[at].mixer.iter().copied(), of);
        let solvent_in = |of: &dyn Fn(&Feed) -> f64| sum(&mut solvent[at].mixer.iter().copied(), of);
        let (aqueous, organic) = (mixer(&|f| f.aqueous), solvent_in(&|f| f.organic));
        for (volume, what) in [(aqueous, "solution"), (organic, "organic phase")] {
            if volume <= 0.0 {
                return Err(Error::Infeasible {
                    unit: String::new(),
                    what: format!("stage {} has no {what}", network.names[at]),
                    hint: format!("lead {what} to it"),
                });
            }
        }
        let out = |carried: &Carried, of: &dyn Fn(&Feed) -> f64| {
            [0, 1].map(|phase| sum(&mut carried.leaves.iter().map(|leaves| leaves[phase]), of))
        };
        let (a, o) = (out(&solution[at], &|f| f.aqueous), out(&solvent[at], &|f| f.organic));
        leaving.push([[a[0], o[0]], [a[1], o[1]]]);
        *stage = Stage {
            aqueous,
            organic,
            anions: mixer(&|f| f.anions),
            acid: mixer(&|f| f.acid),
            sites: solvent_in(&|f| f.sites),
            weak: [0, 1, 2].map(|acid| mixer(&|f| f.weak[acid]) / aqueous),
            ..stage.clone()
        };
    }
    Ok(leaving)
}

/// Where one litre of each thing that enters somewhere goes, carried by `phase` alone: for each stage
/// what of every such thing is in its mixer, and what of it leaves with each phase. Pipes listed in `cut`
/// carry none.
///
/// # Errors
/// [`Error::Infeasible`] where a loop has no way out.
pub fn paths(network: &Network<'_>, phase: Phase, enters: &[usize], cut: &[usize]) -> Result<Vec<Carried>, Error> {
    let (n, count) = (network.stages.len(), enters.len());
    let mut fresh = [vec![0.0; n * count], vec![0.0; n * count]];
    for (at, stage) in enters.iter().enumerate() {
        fresh[usize::from(phase == Phase::Organic)][stage * count + at] = 1.0;
    }
    let pipes = network.pipes.iter().enumerate().filter(|(at, _)| !cut.contains(at)).map(|(_, pipe)| *pipe);
    let [fresh, fresh_organic] = fresh;
    let carriers = Network {
        laws: Vec::new(),
        // Only their number matters.
        solutes: vec![Element::H; count],
        charge: vec![1.0; count],
        stages: network.stages.clone(),
        pipes: pipes.map(|pipe| Pipe { renews: None, ..pipe }).collect(),
        fresh,
        fresh_organic,
        names: Vec::new(),
    };
    let graph = Graph::of(&carriers);
    let (goes, stays) = if phase == Phase::Organic { (1.0, 0.0) } else { (0.0, 1.0) };
    let shares = Shares { goes: vec![goes; n * count], stays: vec![stays; n * count], ..Shares::default() };
    let mut totals = vec![0.0; graph.nodes() * count];
    let mut balances = Balances::default();
    for part in &graph.parts {
        let fed = fed(&carriers, &graph, part, &shares, &totals);
        if !balances.solve(&carriers, &graph, part, &shares, &fed, &mut totals) {
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
        // What never gets there is there to no amount.
        let some = |litres: f64| if litres <= NOTHING { 0.0 } else { litres };
        let mixer: Vec<f64> = (0..count).map(|i| some(totals[graph.mixer[stage] * count + i])).collect();
        let leaves = (0..count).map(|i| {
            [Phase::Aqueous, Phase::Organic].map(|out| {
                let inlet = graph.inlets[stage][usize::from(out == Phase::Organic)];
                let past = if inlet == graph.mixer[stage] { 0.0 } else { 1.0 - network.stages[stage].efficiency };
                let [of_goes, of_stays] = network.leaving(stage, out);
                (of_goes * goes + of_stays * stays) * mixer[i] + past * some(totals[inlet * count + i])
            })
        });
        Carried { leaves: leaves.collect(), mixer }
    };
    Ok((0..n).map(there).collect())
}

/// Carriers at a stage.
#[derive(Debug, Clone, PartialEq)]
pub struct Carried {
    /// What of each is in the mixer.
    pub mixer: Vec<f64>,
    /// What of each leaves with the solution and with the organic phase.
    pub leaves: Vec<[f64; 2]>,
}
