//! How a network is solved: substitution to come near, Newton to arrive.
//!
//! # Equation
//! For each strongly connected part, with t the content of every mixer, `F(t) = fed + Σ sent(t) − t = 0`.
//! Implicit steps of the stages' own dynamics, longer as the residual falls,
//! ```text
//! (1 + 1/τ) δ − ∂sent/∂t δ = F(t),     t ← t + δ within limits of each amount by itself
//! ```
//! Before them, and wherever a step stalls, one linear balance a solute at the present shares
//! ([`super::linear`]) fills at once what stages would fill slowly.
//!
//! # Holds for
//! Any network from a cold start. What does not converge is told with stage and solute.
//!
//! # Source
//! Pseudo-transient continuation: `kelley1998`.

use super::blocks::Blocks;
use super::graph::{Graph, Node, Part};
use super::linear::{Balances, fed, passes};
use super::network::{Network, Phase, Stage};
use super::stage::Splits;
use super::thin::{self, Draw};
use super::{Profile, told};
use crate::error::Error;
use crate::separate::isotherm::Exchange;

/// Share of the throughput left unbalanced from which Newton arrives ([`Work::arrive`]).
const NEAR: f64 = 1e-8;
/// Share of what a stage holds by which it may differ from its own exact balance in the end.
const SETTLED: f64 = 1e-13;
/// The same where it falls no further.
const STANDS: f64 = 1e-11;
/// From which it is too far for that.
const FAR: f64 = 0.3;
/// Share of its extractant or acid from which metal is felt in a stage.
const FELT: f64 = 1e-3;
/// The same, below which a part of the network holds nothing but traces.
const TRACE: f64 = 1e-9;
/// Growth of the residual that a step may bring, and that of the last attempt; more is taken back, a few times over.
const GROWTH: f64 = 15.0;
const MARCHING: f64 = 1.5;
const MOST_REFUSED: usize = 6;
/// Amount held over what comes in an hour, from which a solute counts as locked in.
pub(super) const LOCKED: f64 = 1e5;
/// Steps of one attempt, and of the last.
const STEPS: usize = 150;
const MARCH: usize = 3000;
/// Steps of the arrival.
const MOST_LAST: usize = 40;
/// Stages that are solved at once, without a shorter line first.
const FEW: usize = 12;

/// How the arrival came where it is.
#[derive(Debug, Clone, Copy)]
enum Last {
    Newton,
    Substitution,
}

struct Work<'w, 'l> {
    network: &'w Network<'l>,
    graph: &'w Graph,
    totals: Vec<f64>,
    splits: Splits,
    iterations: usize,
    /// Steps a part may take.
    most: usize,
    /// Metal that reaches each stage, where that is known beforehand.
    reaching: Option<Vec<f64>>,
}

pub(super) fn solve(network: &Network<'_>, graph: &Graph, start: Option<&Profile>) -> Result<Profile, Error> {
    if let Some(start) = start
        && let Ok(profile) = from(network, graph, Some(start), STEPS)
    {
        return Ok(profile);
    }
    let mut from_short = None;
    if network.stages.len() > FEW
        && let Some(thinned) = thin::thinned(network)
    {
        let thin_graph = Graph::of(&thinned.network);
        if let Ok(profile) = solve(&thinned.network, &thin_graph, None) {
            for draw in Draw::ALL {
                let start = thinned.drawn_out(graph, &thin_graph, &profile, draw);
                if let Ok(profile) = from(network, graph, Some(&start), STEPS) {
                    return Ok(profile);
                }
                from_short.get_or_insert(start);
            }
        }
    }
    // The long march: as the battery itself would settle, in steps of its own time.
    match from(network, graph, None, STEPS) {
        Err(Error::NotConverged { .. }) => from(network, graph, from_short.as_ref(), MARCH),
        done => done,
    }
}

fn from(network: &Network<'_>, graph: &Graph, start: Option<&Profile>, most: usize) -> Result<Profile, Error> {
    let k = network.solutes.len();
    let mut work = Work {
        network,
        graph,
        totals: vec![1e-300; graph.nodes() * k],
        splits: Splits::new(network.stages.len(), k),
        iterations: 0,
        most,
        reaching: told::metal_reaching(network)?,
    };
    if let Some(start) = start {
        work.totals.copy_from_slice(&start.totals);
        work.splits.free.copy_from_slice(&start.free);
    }
    for part in &graph.parts {
        let fed = fed(network, graph, part, &work.splits, &work.totals);
        work.part(part, &fed, start.is_some())?;
    }
    Ok(work.told())
}

impl Work<'_, '_> {
    fn divide(&mut self, part: &Part) {
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
    fn residual(&self, part: &Part, fed: &[f64], gaps: &mut [f64]) -> (f64, usize) {
        let k = self.network.solutes.len();
        gaps.copy_from_slice(fed);
        for (at, &node) in part.nodes.iter().enumerate() {
            for i in 0..k {
                gaps[at * k + i] -= self.totals[node * k + i];
            }
        }
        let mut send = |id: usize, to: usize| {
            let from = self.graph.edges[id].from;
            for i in 0..k {
                gaps[to * k + i] += passes(self.network, self.graph, id, &self.splits, i) * self.totals[from * k + i];
            }
        };
        for (at, own) in part.own.iter().enumerate() {
            for &id in own {
                send(id, at);
            }
        }
        for entry in &part.entries {
            for &id in &entry.edges {
                send(id, entry.row);
            }
        }
        let (mut sum, mut all, mut most, mut worst) = (0.0, 1e-300, 0.0, 0);
        for (at, &node) in part.nodes.iter().enumerate() {
            if let Node::Mixer(stage) = self.graph.kinds[node] {
                all += TRACE * self.room(stage);
            }
            for i in 0..k {
                let gap = self.network.charge[i] * gaps[at * k + i].abs();
                sum += gap;
                all += self.network.charge[i] * self.totals[node * k + i];
                if gap > most {
                    (most, worst) = (gap, at * k + i);
                }
            }
        }
        (sum / all, worst)
    }

    fn put(&mut self, part: &Part, totals: &[f64]) {
        let k = self.network.solutes.len();
        for (at, &node) in part.nodes.iter().enumerate() {
            self.totals[node * k..(node + 1) * k].copy_from_slice(&totals[at * k..(at + 1) * k]);
        }
    }

    fn part(&mut self, part: &Part, fed: &[f64], warm: bool) -> Result<(), Error> {
        let k = self.network.solutes.len();
        if let [node] = part.nodes[..]
            && part.own[0].is_empty()
        {
            for (total, fed) in self.totals[node * k..(node + 1) * k].iter_mut().zip(fed) {
                *total = fed.max(1e-300);
            }
            self.divide(part);
            return Ok(());
        }
        let mut balances = Balances::default();
        if !warm {
            self.cold(part, fed, &mut balances);
        }
        let mut blocks = Blocks::new(part, k);
        let mut gaps = vec![0.0; part.nodes.len() * k];
        let mut time: f64 = if warm { 1e9 } else { 3.0 };
        let (mut last, mut worst) = (f64::INFINITY, 0);
        let mut before: Vec<f64> = Vec::new();
        let (mut best, mut refused, mut next_try) = (f64::INFINITY, 0, 0);
        let mut factored = 0.0;
        let growth = if self.most > STEPS { MARCHING } else { GROWTH };
        for iteration in 0..self.most {
            self.iterations += 1;
            self.divide(part);
            (last, worst) = self.residual(part, fed, &mut gaps);
            if !last.is_finite() {
                break;
            }
            if last < NEAR && iteration >= next_try {
                if self.arrive(part, fed, &mut balances, &mut blocks)? {
                    return Ok(());
                }
                next_try = iteration + 10;
                self.divide(part);
                (last, worst) = self.residual(part, fed, &mut gaps);
                time = 1e14;
            }
            if last > growth * best && refused < MOST_REFUSED && !before.is_empty() {
                // Too far at once: back, and a shorter step in time.
                refused += 1;
                self.put(part, &before);
                self.divide(part);
                self.residual(part, fed, &mut gaps);
                time = (0.25 * time).max(0.5);
            } else {
                best = last;
                refused = 0;
            }
            if last < 1e-6 && iteration % 20 == 19 {
                balances.solve(self.network, self.graph, part, &self.splits, fed, &mut self.totals);
                continue;
            }
            // Near the end the factors of the step before are good enough.
            let near = last < 0.1 * factored && time > 1e6;
            if !near && !blocks.factor(self.network, self.graph, part, &self.splits, 1.0 + 1.0 / time) {
                break;
            }
            factored = last;
            blocks.solve(self.network, self.graph, part, &mut gaps);
            self.keep(part, &mut before);
            let change = self.step(part, &gaps);
            // Longer steps in time while the stages change little, shorter where they jump.
            let factor = if change < 0.01 { 1e3 } else { (0.5 / change).clamp(0.2, 5.0) };
            time = (time * factor).clamp(0.5, 1e14);
        }
        Err(told::not_converged(self.network, self.graph, part, last, self.most, worst))
    }

    fn keep(&self, part: &Part, totals: &mut Vec<f64>) {
        let k = self.network.solutes.len();
        totals.clear();
        totals.extend(part.nodes.iter().flat_map(|&node| &self.totals[node * k..(node + 1) * k]));
    }

    /// The last digits. With T the exact balance at the shares that t has, `F(t) = (I − A)(T − t)`: a residual
    /// without cancellation, however often a metal goes round. What a stage holds in the end is T.
    ///
    /// False, and back to where it was, if it leads nowhere.
    fn arrive(
        &mut self,
        part: &Part,
        fed: &[f64],
        balances: &mut Balances,
        blocks: &mut Blocks,
    ) -> Result<bool, Error> {
        let (mut first, mut before) = (Vec::new(), Vec::new());
        self.keep(part, &mut first);
        let mut gaps = vec![0.0; first.len()];
        // The best so far: what was held, its exact balance, how far apart they are.
        let (mut held, mut exact, mut best) = (first.clone(), first.clone(), f64::INFINITY);
        let (mut step, mut time, mut factored): (_, f64, f64) = (Last::Newton, 1e14, 0.0);
        for _ in 0..MOST_LAST {
            self.iterations += 1;
            self.divide(part);
            self.keep(part, &mut before);
            if !balances.solve(self.network, self.graph, part, &self.splits, fed, &mut self.totals) {
                return Err(told::no_way_out(self.network, self.graph, part, &self.splits));
            }
            let size = self.apart(part, &before);
            if size <= SETTLED || (size > 0.3 * best && best <= STANDS && size <= STANDS) {
                return Ok(true);
            }
            if best.is_infinite() && (size.is_nan() || size > FAR) {
                break;
            }
            if size < 0.5 * best {
                best = size;
                held.copy_from_slice(&before);
                self.keep(part, &mut exact);
                time = (10.0 * time).min(1e14);
            } else {
                match step {
                    Last::Newton => {
                        // Its digits are spent: the exact balance of the best may be nearer.
                        self.put(part, &exact);
                        step = Last::Substitution;
                        continue;
                    }
                    Last::Substitution => {
                        // Nor that: Newton again, held back.
                        time = (1e-3 * time).min(1e9);
                        self.put(part, &held);
                        self.divide(part);
                        before.copy_from_slice(&held);
                        self.put(part, &exact);
                        factored = 0.0;
                    }
                }
            }
            step = Last::Newton;
            if best > 0.1 * factored {
                if !blocks.factor(self.network, self.graph, part, &self.splits, 1.0 + 1.0 / time) {
                    break;
                }
                factored = best;
            }
            self.unbalanced(part, &before, &mut gaps);
            blocks.solve(self.network, self.graph, part, &mut gaps);
            self.put(part, &before);
            self.step(part, &gaps);
        }
        self.put(part, &first);
        self.divide(part);
        Ok(false)
    }

    /// What an all but empty stage is measured by: metal is felt where it takes up extractant or acid.
    fn room(&self, stage: usize) -> f64 {
        let Stage { sites, aqueous, .. } = self.network.stages[stage];
        sites.min(aqueous * self.splits.other[stage].abs())
    }

    /// The largest share by which what a stage holds differs from `before`.
    fn apart(&self, part: &Part, before: &[f64]) -> f64 {
        let k = self.network.solutes.len();
        let stages = part.nodes.iter().zip(before.chunks_exact(k)).map(|(&node, before)| {
            let Node::Mixer(stage) = self.graph.kinds[node] else { return 0.0 };
            let (mut gap, mut all) = (0.0, FELT * self.room(stage));
            for ((z, now), before) in self.network.charge.iter().zip(&self.totals[node * k..]).zip(before) {
                gap += z * (now - before).abs();
                all += z * now;
            }
            gap / all
        });
        stages.fold(0.0, |most: f64, gap| if gap.is_nan() { gap } else { most.max(gap) })
    }

    /// (I − A)(T − t), with T what is there now and t what was.
    fn unbalanced(&self, part: &Part, before: &[f64], gaps: &mut [f64]) {
        let k = self.network.solutes.len();
        let apart = |at: usize, i: usize| self.totals[part.nodes[at] * k + i] - before[at * k + i];
        for at in 0..part.nodes.len() {
            for i in 0..k {
                gaps[at * k + i] = apart(at, i);
            }
        }
        let mut send = |id: usize, from: usize, to: usize| {
            for i in 0..k {
                gaps[to * k + i] -= passes(self.network, self.graph, id, &self.splits, i) * apart(from, i);
            }
        };
        for (at, own) in part.own.iter().enumerate() {
            for &id in own {
                send(id, at, at);
            }
        }
        for entry in &part.entries {
            for &id in &entry.edges {
                send(id, entry.column, entry.row);
            }
        }
    }

    /// Adds a step, each amount within limits of its own; answers the largest change of a stage.
    fn step(&mut self, part: &Part, gaps: &[f64]) -> f64 {
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
            for (total, step) in here.iter_mut().zip(steps) {
                // What is a trace in its stage may come and go freely: it moves nothing else.
                let trace = 0.05 * all;
                let (low, high) = if *total < trace {
                    (1e-4 * *total, trace.max(4.0 * *total))
                } else {
                    (0.1 * *total, 4.0 * *total)
                };
                *total = (*total + step).clamp(low, high).max(1e-300);
            }
        }
        largest
    }

    /// A flat start: each stage holds the feed's mixture, loaded and acid to a lawful degree.
    fn cold(&mut self, part: &Part, fed: &[f64], balances: &mut Balances) {
        let k = self.network.solutes.len();
        let mut feed = vec![0.0; k];
        for row in fed.chunks_exact(k) {
            for (sum, value) in feed.iter_mut().zip(row) {
                *sum += value;
            }
        }
        // What the solution would hold if nothing were extracted tells where acid is plenty.
        for &node in &part.nodes {
            if let Node::Mixer(stage) = self.graph.kinds[node] {
                let row = stage * k..(stage + 1) * k;
                self.splits.goes[row.clone()].fill(1e-9);
                self.splits.stays[row].fill(1.0 - 1e-9);
            }
        }
        balances.solve(self.network, self.graph, part, &self.splits, fed, &mut self.totals);
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
                *total = (feed[i] * share(i) / equivalents.max(1e-300) * carried).max(1e-300);
            }
        }
    }

    /// What stands when all parts are solved.
    fn told(mut self) -> Profile {
        let (n, k) = (self.network.stages.len(), self.network.solutes.len());
        let mut profile = Profile {
            aqueous: vec![0.0; n * k],
            organic: vec![0.0; n * k],
            free: self.splits.free.clone(),
            iterations: self.iterations,
            ..Profile::default()
        };
        // Past the mixer goes what its inlets do not send to it.
        for stage in 0..n {
            let node = self.graph.mixer[stage];
            let spec = &self.network.stages[stage];
            let mut held = 0.0;
            for i in 0..k {
                let (at, total) = (stage * k + i, self.totals[node * k + i]);
                let (goes, stays) = (self.splits.goes[at], self.splits.stays[at]);
                held += self.network.charge[i] * total * stays;
                for (phase, out) in [(Phase::Aqueous, &mut profile.aqueous), (Phase::Organic, &mut profile.organic)] {
                    out[at] = self.network.leaving(stage, phase, goes, stays) * total;
                    if spec.efficiency < 1.0 {
                        let inlet = self.graph.inlets[stage][usize::from(phase == Phase::Organic)];
                        out[at] += (1.0 - spec.efficiency) * self.totals[inlet * k + i];
                    }
                }
            }
            let exchange = self.network.laws[spec.law].exchange();
            profile.salt.push(if exchange == Exchange::Salt { self.splits.other[stage] } else { 0.0 });
            profile.acidity.push(match exchange {
                Exchange::Saturated => 0.0,
                Exchange::Salt => spec.acid / spec.aqueous,
                Exchange::Protons => (spec.anions - held) / spec.aqueous,
            });
            profile.ph.push(Stage::ph(self.splits.hydrogen[stage]));
        }
        self.close(&mut profile);
        profile.totals = std::mem::take(&mut self.totals);
        profile
    }

    /// The largest gap, relative, between what enters the network and what leaves it, of any
    /// solute; what is locked in is named.
    fn close(&self, profile: &mut Profile) {
        let (n, k) = (self.network.stages.len(), self.network.solutes.len());
        let mut held = vec![[0.0; 2]; n];
        for pipe in &self.network.pipes {
            held[pipe.from][usize::from(pipe.phase == Phase::Organic)] += pipe.share;
        }
        for i in 0..k {
            let (mut entering, mut leaving, mut within) = (0.0, 0.0, 0.0);
            for (stage, [under, over]) in held.iter().enumerate() {
                let at = stage * k + i;
                entering += self.network.fresh[at] + self.network.fresh_organic[at];
                leaving += (1.0 - under) * profile.aqueous[at] + (1.0 - over) * profile.organic[at];
                within += profile.aqueous[at] + profile.organic[at];
            }
            for pipe in self.network.pipes.iter().filter(|pipe| pipe.renews == Some(i)) {
                let out = if pipe.phase == Phase::Organic { &profile.organic } else { &profile.aqueous };
                leaving += pipe.share * out[pipe.from * k + i];
            }
            if entering <= 0.0 {
                continue;
            }
            if within > LOCKED * n as f64 * entering {
                profile.locked.push((self.network.solutes[i], within / entering));
            }
            profile.closure = profile.closure.max((leaving / entering - 1.0).abs());
        }
    }
}
