//! One attempt at a network, from a start or from cold, part by part.
//!
//! # Equation
//! For each strongly connected part, with t the content of every mixer, `F(t) = fed + Σ sent(t) − t = 0`.
//! Implicit steps of the stages' own dynamics, longer as the residual falls,
//! ```text
//! (1 + 1/τ) δ − ∂sent/∂t δ = F(t),     t ← t + δ within limits of each amount by itself
//! ```
//! A near start begins with τ = 10⁵ passages of a stage, a flat one with 3; τ grows while stages change little and shrinks
//! where they jump. A leap beyond what the slopes tell of is taken back once, with a shorter τ.
//! Before the steps, and wherever one stalls, one linear balance a solute at the present shares
//! ([`super::linear`]) fills at once what stages would fill slowly. The last digits: [`super::arrive`].
//!
//! # Holds for
//! Starts that are not too far: [`super::route`] finds them. What does not converge is told with stage and solute.
//!
//! # Source
//! Pseudo-transient continuation: `kelley1998`.

use super::blocks::Blocks;
use super::graph::{Graph, Node, Part};
use super::kernels::NOTHING;
use super::linear::Balances;
use super::network::{Network, Stage};
use super::passing::add_sent;
use super::stage::Splits;
use super::told;
use crate::error::Error;
use crate::separate::isotherm::Exchange;

/// Share of the throughput left unbalanced from which Newton arrives ([`super::arrive`]).
const NEAR: f64 = 3e-7;
/// Share of its stages' extractant or acid below which a part of the network holds nothing but traces.
const TRACE: f64 = 1e-9;
/// First step in time from a start that may be near, and from a flat one; in passages of a stage.
const FROM_NEAR: f64 = 1e5;
const FROM_FAR: f64 = 3.0;
/// Change of a stage, as a share of what it holds, that is taken back, once, for a shorter step in time.
const LEAP: f64 = 2.0;
/// Growth of the residual that a step may bring; more is taken back, a few times over.
const GROWTH: f64 = 15.0;
const MOST_REFUSED: usize = 6;

/// What is being solved, and where it stands.
pub(super) struct Work<'w, 'l> {
    pub network: &'w Network<'l>,
    pub graph: &'w Graph,
    pub totals: Vec<f64>,
    pub splits: Splits,
    pub iterations: usize,
    /// Steps a part may take.
    pub most: usize,
    /// Metal that reaches each stage, where that is known beforehand.
    pub reaching: Option<Vec<f64>>,
}

impl Work<'_, '_> {
    pub fn divide(&mut self, part: &Part) {
        let k = self.network.solutes.len();
        if let Some(reaching) = &self.reaching {
            // Every stage holds what reaches it, whatever a step would have.
            for &node in &part.nodes {
                let Node::Mixer(stage) = self.graph.kinds[node] else { continue };
                let here = &mut self.totals[node * k..(node + 1) * k];
                let factor = reaching[stage] / here.iter().sum::<f64>();
                for total in here {
                    *total *= factor;
                }
            }
        }
        for &node in &part.nodes {
            if let Node::Mixer(stage) = self.graph.kinds[node] {
                self.splits.divide(self.network, stage, &self.totals[node * k..(node + 1) * k]);
            }
        }
    }

    /// Writes what enters less what is there; answers the unbalanced share of the throughput and where it is worst.
    fn residual(&self, part: &Part, fed: &[f64], here: &mut Vec<f64>, gaps: &mut [f64]) -> (f64, usize) {
        let k = self.network.solutes.len();
        self.keep(part, here);
        gaps.copy_from_slice(fed);
        for (gap, total) in gaps.iter_mut().zip(&*here) {
            *gap -= total;
        }
        add_sent(self.network, self.graph, part, &self.splits.shares, here, gaps);
        let (mut sum, mut all, mut most, mut worst) = (0.0, 1e-300, 0.0, 0);
        for (at, &node) in part.nodes.iter().enumerate() {
            if let Node::Mixer(stage) = self.graph.kinds[node] {
                all += TRACE * self.room(stage);
            }
            for i in 0..k {
                let gap = self.network.charge[i] * gaps[at * k + i].abs();
                sum += gap;
                all += self.network.charge[i] * here[at * k + i];
                if gap > most {
                    (most, worst) = (gap, at * k + i);
                }
            }
        }
        (sum / all, worst)
    }

    pub fn put(&mut self, part: &Part, totals: &[f64]) {
        let k = self.network.solutes.len();
        for (at, &node) in part.nodes.iter().enumerate() {
            self.totals[node * k..(node + 1) * k].copy_from_slice(&totals[at * k..(at + 1) * k]);
        }
    }

    pub fn part(&mut self, part: &Part, fed: &[f64], warm: bool) -> Result<(), Error> {
        let k = self.network.solutes.len();
        if let [node] = part.nodes[..]
            && part.own[0].is_empty()
        {
            for (total, fed) in self.totals[node * k..(node + 1) * k].iter_mut().zip(fed) {
                *total = fed.max(NOTHING);
            }
            self.divide(part);
            return Ok(());
        }
        let mut balances = Balances::default();
        if !warm {
            self.unextracted(part, fed, &mut balances);
            if self.by_levels(part, fed, &mut balances) {
                return Ok(());
            }
            self.unextracted(part, fed, &mut balances);
            self.cold(part, fed);
        }
        let mut blocks = Blocks::new(part, k);
        let mut gaps = vec![0.0; part.nodes.len() * k];
        let mut time: f64 = if warm { FROM_NEAR } else { FROM_FAR };
        let (mut last, mut worst) = (f64::INFINITY, 0);
        let (mut before, mut here) = (Vec::new(), Vec::new());
        let (mut best, mut refused, mut next_try, mut leapt) = (f64::INFINITY, 0, 0, false);
        // Residual at which the factors in hand were made, and the step in time they hold.
        let (mut factored, mut lasting) = (0.0, 0.0);
        for iteration in 0..self.most {
            self.iterations += 1;
            self.divide(part);
            (last, worst) = self.residual(part, fed, &mut here, &mut gaps);
            if !last.is_finite() {
                break;
            }
            if last < NEAR && iteration >= next_try {
                if self.arrive(part, fed, &mut balances, &mut blocks, factored > 0.0 && lasting >= FROM_NEAR)? {
                    return Ok(());
                }
                (next_try, lasting) = (iteration + 10, 0.0);
                self.divide(part);
                (last, worst) = self.residual(part, fed, &mut here, &mut gaps);
            }
            if last > GROWTH * best && refused < MOST_REFUSED && !before.is_empty() {
                // Too far at once: back, and a shorter step in time.
                refused += 1;
                self.put(part, &before);
                self.divide(part);
                self.residual(part, fed, &mut here, &mut gaps);
                time = (0.25 * time).max(0.5);
            } else {
                best = last;
                refused = 0;
            }
            if last < 1e-6 && iteration % 20 == 19 {
                balances.solve(self.network, self.graph, part, &self.splits.shares, fed, &mut self.totals);
                continue;
            }
            // Near the end the factors of the step before are good enough.
            let near = last < 0.1 * factored && time >= FROM_NEAR;
            if !near {
                if !blocks.factor(self.network, self.graph, part, &self.splits.shares, 1.0 + 1.0 / time) {
                    break;
                }
                lasting = time;
            }
            factored = last;
            blocks.solve(self.network, self.graph, part, &mut gaps);
            std::mem::swap(&mut before, &mut here);
            let change = self.step(part, &gaps);
            // Beyond what the slopes tell of; a stage that fills from next to nothing leaps as well, and may.
            leapt = change > LEAP && time > FROM_FAR && !leapt;
            if leapt {
                self.put(part, &before);
                time = (0.1 * time).max(0.5);
                continue;
            }
            // Longer steps in time while the stages change little, shorter where they jump.
            let factor = if change < 0.01 { 1e3 } else { (0.5 / change).clamp(0.2, 5.0) };
            time = (time * factor).clamp(0.5, 1e14);
        }
        Err(told::not_converged(self.network, self.graph, part, last, self.most, worst))
    }

    pub fn keep(&self, part: &Part, totals: &mut Vec<f64>) {
        let k = self.network.solutes.len();
        totals.clear();
        for &node in &part.nodes {
            totals.extend_from_slice(&self.totals[node * k..(node + 1) * k]);
        }
    }

    /// Adds a step, each amount within limits of its own; answers the largest change of a stage.
    pub fn step(&mut self, part: &Part, gaps: &[f64]) -> f64 {
        let k = self.network.solutes.len();
        let charge = &self.network.charge;
        let mut largest: f64 = 0.0;
        for (steps, &node) in gaps.chunks_exact(k).zip(&part.nodes) {
            let here = &mut self.totals[node * k..(node + 1) * k];
            let (Node::Mixer(stage) | Node::Inlet(stage, _)) = self.graph.kinds[node];
            let Stage { sites, anions, .. } = self.network.stages[stage];
            let all: f64 = charge.iter().zip(here.iter()).map(|(z, t)| z * t).sum();
            // A stage that holds next to nothing is measured by what it could hold.
            let all = all.max(1e-3 * (sites + anions.abs()));
            let moved: f64 = charge.iter().zip(steps).map(|(z, step)| z * step.abs()).sum();
            largest = largest.max(moved / all);
            let mut freed = 0.0;
            for (i, (total, step)) in here.iter_mut().zip(steps).enumerate() {
                // What is a trace in its stage may come and go freely: it moves nothing else.
                let trace = 0.05 * all;
                let (low, high) = if *total < trace {
                    (1e-4 * *total, trace.max(4.0 * *total))
                } else {
                    (0.1 * *total, 4.0 * *total)
                };
                let now = (*total + step).clamp(low, high).max(NOTHING);
                freed += self.splits.shares.free_by[stage * k + i] * (now - *total);
                *total = now;
            }
            // Where the root will be: on the tangent.
            if matches!(self.graph.kinds[node], Node::Mixer(_)) {
                let free = &mut self.splits.free[stage];
                *free = (*free + freed).clamp(0.5 * *free, 2.0 * *free);
            }
        }
        largest
    }

    /// What each stage would hold if nothing were extracted.
    fn unextracted(&mut self, part: &Part, fed: &[f64], balances: &mut Balances) {
        let k = self.network.solutes.len();
        for &node in &part.nodes {
            if let Node::Mixer(stage) = self.graph.kinds[node] {
                let row = stage * k..(stage + 1) * k;
                self.splits.shares.goes[row.clone()].fill(1e-9);
                self.splits.shares.stays[row].fill(1.0 - 1e-9);
            }
        }
        balances.solve(self.network, self.graph, part, &self.splits.shares, fed, &mut self.totals);
    }

    /// A flat start: each stage holds the feed's mixture, loaded and acid to a lawful degree, by what it would hold
    /// unextracted.
    fn cold(&mut self, part: &Part, fed: &[f64]) {
        let k = self.network.solutes.len();
        let mut feed = vec![0.0; k];
        for row in fed.chunks_exact(k) {
            for (sum, value) in feed.iter_mut().zip(row) {
                *sum += value;
            }
        }
        // What the solution would hold if nothing were extracted tells where acid is plenty.
        let charge = &self.network.charge;
        // Equivalents of each solute in the mixture; the counter-ion (charge 1) is kept small.
        let share = |i: usize| if charge[i] > 1.5 { 1.0 } else { 0.02 };
        let equivalents: f64 = (0..k).map(|i| feed[i] * charge[i] * share(i)).sum();
        for &node in &part.nodes {
            let here = &mut self.totals[node * k..(node + 1) * k];
            let Node::Mixer(stage) = self.graph.kinds[node] else { continue };
            let Stage { law, anions, sites, .. } = self.network.stages[stage];
            let unextracted: f64 = charge.iter().zip(here.iter()).map(|(z, t)| z * t).sum();
            let carried = match self.network.laws[law].exchange() {
                Exchange::Saturated => sites + anions,
                Exchange::Salt => 0.5 * sites + unextracted,
                Exchange::Protons if anions - unextracted > 0.6 * sites => 0.3 * anions + 0.05 * sites,
                Exchange::Protons => 0.8 * anions.max(0.0) + 0.5 * sites,
            };
            for (i, total) in here.iter_mut().enumerate() {
                *total = (feed[i] * share(i) / equivalents.max(1e-300) * carried).max(NOTHING);
            }
        }
    }
}
