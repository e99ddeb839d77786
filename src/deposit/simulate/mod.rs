//! Simulation: many grounds as varied as the truth, each agreeing with every sample.
//!
//! A [`Simulation`] draws standard normal variables on a lattice of nodes, several realisations at a time, and hands each round of them
//! to whoever counts ([`tally`], [`reproduction`]); no realisation is kept longer than that. What the scores mean is told by a [`Back`]: a
//! normal-score law, one by layer ([`layers`]), or the factors of a composition.
//!
//! Every draw is worked out from the seed, the variable, the realisation and the node ([`chance`]), so that neither the number of cores
//! nor how many realisations are counted at a time shows in the answer. The lot of realisations that shares a path does.

use std::cmp::Ordering;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering as Memory};
use std::thread;

use crate::deposit::lattice::Lattice;
use crate::deposit::normal_score::NormalScore;
use crate::deposit::point::Point;
use crate::deposit::search::Search;
use crate::deposit::threads;
use crate::deposit::variogram::Model;
use crate::error::Error;

pub use crate::{chance, gaussian};
pub use case::CASE;

use chance::Chance;
use sequential::{Neighbours, Sequential};
use turning_bands::Bands;

pub mod around;
mod case;
pub mod layers;
pub mod path;
pub mod reproduction;
pub mod sequential;
pub mod spread;
pub mod tally;
pub mod turning_bands;

/// A standard normal variable known at the samples.
#[derive(Debug, Clone)]
pub struct Variable {
    /// Its score at each sample.
    pub scores: Vec<f64>,
    /// Which of the models it follows; variables of one model share their weights.
    pub model: usize,
}

/// How a field is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Method {
    /// Node after node.
    Sequential(Neighbours),
    /// On lines through space, brought to the samples by kriging what they miss.
    TurningBands {
        /// Lines a structure.
        lines: usize,
        /// Samples that speak for a node; `None`: all.
        search: Option<Search>,
    },
}

/// What is to be drawn.
#[derive(Debug, Clone)]
pub struct Simulation {
    /// The nodes: middles of these cells.
    pub nodes: Lattice,
    /// Where the samples are.
    pub points: Vec<Point>,
    /// What is drawn, each independent of the others.
    pub variables: Vec<Variable>,
    /// The variograms, of sill one.
    pub models: Vec<Model>,
    /// How.
    pub method: Method,
    /// For everything drawn.
    pub seed: u64,
    /// Realisations of a lot, which share path and weights; a lot of all variables is held at once, eight bytes a node and realisation of each.
    pub lot: usize,
}

/// From the scores of a node to its grades.
pub trait Back: Sync {
    /// Grades a node has.
    fn grades(&self) -> usize;
    /// Scores a node has.
    fn scores(&self) -> usize;
    /// The layer that a height lies in, from the lowest; nought where one law serves all heights.
    fn layer(&self, _height_m: f64) -> usize {
        0
    }
    /// Writes the grades of a node in a layer; `room` is for the law's own use.
    fn write(&self, layer: usize, scores: &[f64], room: &mut Vec<f64>, grades: &mut [f64]);
}

impl Back for NormalScore {
    fn grades(&self) -> usize {
        1
    }

    fn scores(&self) -> usize {
        1
    }

    fn write(&self, _: usize, scores: &[f64], _: &mut Vec<f64>, grades: &mut [f64]) {
        grades[0] = self.grade(scores[0]);
    }
}

/// Some realisations, whole.
#[derive(Debug)]
pub struct Round<'a> {
    /// Number of the first, from nought.
    pub first: usize,
    /// How many.
    pub count: usize,
    /// Scores a node, a table for each lot and model, a row a node, the realisations of one variable side by side.
    tables: &'a [Vec<f64>],
    plan: &'a Plan,
}

/// Where each variable's scores are found.
#[derive(Debug)]
struct Plan {
    nodes: usize,
    lot: usize,
    /// Of each variable: its model and its place among those that follow it.
    places: Vec<(usize, usize)>,
    /// Variables of each model.
    of_model: Vec<Vec<usize>>,
}

impl Plan {
    /// Realisations of a lot that begins at `first`, of so many in all.
    fn of_lot(&self, first: usize, all: usize) -> usize {
        self.lot.min(all - first)
    }
}

impl Round<'_> {
    /// Nodes of the lattice.
    pub fn nodes(&self) -> usize {
        self.plan.nodes
    }

    /// Variables.
    pub fn variables(&self) -> usize {
        self.plan.places.len()
    }

    /// The score of a variable at a node in the round's realisation `at`, from nought.
    pub fn score(&self, variable: usize, node: usize, at: usize) -> f64 {
        let (lot, within, in_lot) = self.lot_of(at);
        self.find(variable, node, lot, within, in_lot)
    }

    /// Writes the scores of all variables at a node.
    pub fn write(&self, node: usize, at: usize, scores: &mut [f64]) {
        let (lot, within, in_lot) = self.lot_of(at);
        for (variable, score) in scores.iter_mut().enumerate() {
            *score = self.find(variable, node, lot, within, in_lot);
        }
    }

    fn lot_of(&self, at: usize) -> (usize, usize, usize) {
        let lot = at / self.plan.lot;
        (lot, at % self.plan.lot, self.plan.of_lot(lot * self.plan.lot, self.count))
    }

    fn find(&self, variable: usize, node: usize, lot: usize, within: usize, in_lot: usize) -> f64 {
        let (model, slot) = self.plan.places[variable];
        let columns = in_lot * self.plan.of_model[model].len();
        self.tables[lot * self.plan.of_model.len() + model][node * columns + slot * in_lot + within]
    }
}

/// Memory that the scores of a round may take, beyond what one lot needs.
const ROUND_BYTES: usize = 128 << 20;

impl Simulation {
    fn plan(&self) -> Result<Plan, Error> {
        let refused =
            |what: String, hint: &str| Err(Error::Infeasible { unit: "simulation".into(), what, hint: hint.into() });
        if self.nodes.blocks() == 0 || self.nodes.blocks() > i32::MAX as usize / 2 {
            return refused(format!("{} nodes", self.nodes.blocks()), "one node or more, and fewer than 10^9");
        }
        if self.lot == 0 || self.variables.is_empty() {
            return refused("nothing to draw".into(), "a variable, and lots of one realisation or more");
        }
        let sound = self.nodes.block.iter().all(|size| *size > 0.0 && size.is_finite());
        if !sound || self.nodes.corner.iter().chain(self.points.iter().flatten()).any(|along| !along.is_finite()) {
            return refused(
                "a place that is no number, or cells of no size".into(),
                "coordinates in metres, cells above nought",
            );
        }
        for (at, variable) in self.variables.iter().enumerate() {
            if variable.model >= self.models.len() || variable.scores.len() != self.points.len() {
                let what = format!(
                    "variable {} has {} scores and model {}, where there are {} samples and {} models",
                    at + 1,
                    variable.scores.len(),
                    variable.model,
                    self.points.len(),
                    self.models.len()
                );
                return refused(what, "a score for each sample and a model of the list for each variable");
            }
            if variable.scores.iter().any(|score| !score.is_finite()) {
                return refused(
                    format!("variable {} has a score that is no number", at + 1),
                    "scores of samples with a grade",
                );
            }
        }
        let compared = |a: usize, b: usize| self.points[a].partial_cmp(&self.points[b]).unwrap_or(Ordering::Equal);
        let mut order: Vec<usize> = (0..self.points.len()).collect();
        order.sort_by(|a, b| compared(*a, *b).then(a.cmp(b)));
        if let Some(pair) = order.windows(2).find(|pair| compared(pair[0], pair[1]) == Ordering::Equal) {
            let what = format!("samples {} and {} stand in one place", pair[0] + 1, pair[1] + 1);
            return refused(what, "one sample a place: their mean, or the better of the two");
        }
        let mut of_model = vec![Vec::new(); self.models.len()];
        let mut places = Vec::new();
        for (at, variable) in self.variables.iter().enumerate() {
            places.push((variable.model, of_model[variable.model].len()));
            of_model[variable.model].push(at);
        }
        Ok(Plan { nodes: self.nodes.blocks(), lot: self.lot, places, of_model })
    }

    /// Draws `realisations` and hands them on, round after round, in order. `progress` is told the share done, from any thread.
    pub fn run(
        &self,
        realisations: usize,
        progress: &(dyn Fn(f64) + Sync),
        mut take: impl FnMut(&Round<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let plan = self.plan()?;
        let ready = self
            .models
            .iter()
            .map(|model| match self.method {
                Method::Sequential(neighbours) => Ok(Ready::Sequential(Box::new(Sequential::new(
                    self.nodes,
                    &self.points,
                    model.clone(),
                    neighbours,
                )))),
                Method::TurningBands { lines, search } => Ok(Ready::Bands(Box::new(Bands::new(
                    self.nodes,
                    self.points.clone(),
                    model.clone(),
                    lines,
                    search,
                )?))),
            })
            .collect::<Result<Vec<_>, Error>>()?;
        let hands = thread::available_parallelism().map_or(1, NonZero::get);
        let of_lot = 8 * plan.nodes * self.lot * self.variables.len();
        let lots = (2 * hands).div_ceil(self.models.len()).min((ROUND_BYTES / of_lot.max(1)).max(1));
        let jobs = realisations.div_ceil(self.lot) * self.models.len();
        let done = AtomicUsize::new(0);
        let mut tables: Vec<Vec<f64>> = vec![Vec::new(); lots * self.models.len()];
        for first in (0..realisations).step_by(lots * self.lot) {
            let count = (lots * self.lot).min(realisations - first);
            tables.truncate(count.div_ceil(self.lot) * self.models.len());
            threads::fill(
                &mut tables,
                1,
                || (),
                |(), job, table| {
                    let (lot, model) = (job / self.models.len(), job % self.models.len());
                    let begin = first + lot * self.lot;
                    let drawn = self.draw(
                        &ready[model],
                        &plan.of_model[model],
                        begin,
                        plan.of_lot(lot * self.lot, count),
                        &mut table[0],
                    );
                    progress((done.fetch_add(1, Memory::Relaxed) + 1) as f64 / jobs as f64);
                    drawn
                },
            )?;
            take(&Round { first, count, tables: &tables, plan: &plan })?;
        }
        Ok(())
    }

    /// Draws one lot of the variables of one model.
    fn draw(
        &self,
        ready: &Ready,
        variables: &[usize],
        first: usize,
        count: usize,
        out: &mut Vec<f64>,
    ) -> Result<(), Error> {
        /// What a seed is split for beside the variables.
        const PATHS: u64 = u64::MAX;
        let columns = variables.len() * count;
        out.clear();
        out.resize(self.nodes.blocks() * columns, 0.0);
        let mut samples = Vec::with_capacity(self.points.len() * columns);
        for sample in 0..self.points.len() {
            for variable in variables {
                samples.extend(std::iter::repeat_n(self.variables[*variable].scores[sample], count));
            }
        }
        let seed = Chance::of(self.seed);
        let chances: Vec<Chance> = variables
            .iter()
            .flat_map(|variable| (first..first + count).map(|at| seed.within(*variable as u64).within(at as u64)))
            .collect();
        match ready {
            Ready::Sequential(sequential) => {
                let path = path::draw(self.nodes.count, seed.within(PATHS).within((first / self.lot) as u64));
                let draw = |node: usize, row: &mut [f64]| {
                    for (value, chance) in row.iter_mut().zip(&chances) {
                        *value = chance.normal(node as u64);
                    }
                };
                sequential.draw(&path, columns, &samples, draw, out)
            }
            Ready::Bands(bands) => bands.draw(&chances, &samples, out),
        }
    }
}

/// A model made ready for one of the methods.
enum Ready {
    Sequential(Box<Sequential>),
    Bands(Box<Bands>),
}

/// The lattice of nodes that stand for the blocks of another, so many along each axis of a block.
pub fn nodes_of(blocks: &Lattice, points: [usize; 3]) -> Lattice {
    Lattice {
        corner: blocks.corner,
        block: [0, 1, 2].map(|axis| blocks.block[axis] / points[axis] as f64),
        count: [0, 1, 2].map(|axis| blocks.count[axis] * points[axis]),
    }
}

#[cfg(test)]
mod tests;
