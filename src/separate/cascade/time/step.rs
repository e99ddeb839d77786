//! One implicit step of a network, its tanks eliminated, and three of them extrapolated.
//!
//! # Equation
//! With a part step s, of a tank `out = (n + s·in)/(θ + s)`, so of a row of tanks
//! `out = R·in + C`; of a mixer
//! ```text
//! (1 + θ/s) t_j − Σ share·R·leaving(t_i) = n_j/s + fresh_j + Σ share·C
//! ```
//! Divided by `1 + θ/s` that is a network with smaller shares: [`super::super::blocks`] takes it
//! as it is. The balances of [`super::super::linear`] at the shares so found end the step, and
//! close each solute to the last digit.
//!
//! # Source
//! Implicit Euler, textbook algebra.

use super::held::{Held, Places, RIDERS, riders};
use super::{Moment, Regime, Vessels};
use crate::element::Element;
use crate::separate::cascade::blocks::Blocks;
use crate::separate::cascade::graph::{Edge, Graph, Node, Part};
use crate::separate::cascade::linear::Balances;
use crate::separate::cascade::network::{Network, Phase, Pipe, Stage};
use crate::separate::cascade::passing::{add_from_before, add_sent};
use crate::separate::cascade::stage::{Shares, Splits};

/// Share of what passes the mixers left unbalanced at which Newton ends.
const TOLERANCE: f64 = 1e-10;
const MOST_NEWTON: usize = 12;

/// A network in one regime, ready to be stepped.
pub(super) struct Steps<'n> {
    network: Network<'n>,
    /// The same for what rides with the solution.
    bearer: Network<'n>,
    bears: Shares,
    splits: Splits,
    /// h: mixers, then the tanks of each phase.
    mixer: Vec<f64>,
    tanks: [Vec<Vec<f64>>; 2],
    /// Equivalents that a mixer full of metal holds, the mean.
    typical: f64,
    /// Share of each phase of each stage that leaves the network.
    leaves: [Vec<f64>; 2],
    /// Pipes on which a solute is set anew.
    renewing: Vec<Pipe>,
    /// Edges with their shares as the network has them, of solutes and of what rides.
    edges: [Vec<Edge>; 2],
    places: Places,
    /// Rides in, by stage.
    carried: Vec<[f64; RIDERS]>,
    /// Parts of one, a half and a third of a step.
    parts: [Divided; 3],
    balances: Balances,
    /// Passing each node, mol/h.
    totals: Vec<f64>,
    borne: Vec<f64>,
    worst: usize,
    pub newton: usize,
    pub factored: usize,
}

/// What depends on the length of a part step.
#[derive(Default)]
struct Divided {
    length: f64,
    graph: Graph,
    /// The same without renewal: for what rides.
    plain: Graph,
    blocks: Vec<Blocks>,
    /// Are the factors of each part of this length?
    factored: Vec<bool>,
    /// 1 + θ/s, by node.
    diagonal: Vec<f64>,
}

impl<'n> Steps<'n> {
    pub(super) fn new<'l: 'n>(regime: &Regime<'n, 'l>, vessels: &[Vessels], places: &Places) -> Self {
        let given = regime.network;
        let (n, k) = (given.stages.len(), given.solutes.len());
        let copy = |width: Option<usize>| Network {
            laws: given.laws.iter().map(|law| *law as &'n dyn crate::separate::isotherm::Isotherm).collect(),
            solutes: width.map_or_else(|| given.solutes.clone(), |width| vec![Element::H; width]),
            charge: width.map_or_else(|| given.charge.clone(), |width| vec![1.0; width]),
            stages: given.stages.clone(),
            pipes: given
                .pipes
                .iter()
                .map(|pipe| Pipe { renews: pipe.renews.filter(|_| width.is_none()), ..*pipe })
                .collect(),
            fresh: given.fresh.clone(),
            fresh_organic: given.fresh_organic.clone(),
            names: given.names.clone(),
        };
        let (network, bearer) = (copy(None), copy(Some(RIDERS)));
        let (graph, plain) = (Graph::of(&network), Graph::of(&bearer));
        let bears = Shares { goes: vec![0.0; n * RIDERS], stays: vec![1.0; n * RIDERS], ..Shares::default() };
        let mut leaves = [vec![1.0; n], vec![1.0; n]];
        for pipe in &network.pipes {
            leaves[usize::from(pipe.phase == Phase::Organic)][pipe.from] -= pipe.share;
        }
        for share in leaves.iter_mut().flatten() {
            if *share < 1e-14 {
                *share = 0.0;
            }
        }
        let hold_up = |phase: usize| {
            let through = |stage: &Stage| [stage.aqueous, stage.organic][phase] / stage.efficiency;
            let of = |(vessel, stage): (&Vessels, &Stage)| {
                vessel.tanks[phase].iter().map(|litres| litres / through(stage)).collect()
            };
            vessels.iter().zip(&network.stages).map(of).collect()
        };
        let nodes = graph.nodes();
        let mixer: Vec<f64> =
            vessels.iter().zip(&network.stages).map(|(v, s)| v.mixer / (s.aqueous + s.organic)).collect();
        let full = |(stage, theta): (&Stage, &f64)| (stage.anions.abs() + stage.sites) * theta;
        let divided = || Divided { graph: graph.clone(), plain: plain.clone(), ..Divided::default() };
        Self {
            bears,
            splits: Splits::new(n, k),
            typical: network.stages.iter().zip(&mixer).map(full).sum::<f64>() / n as f64,
            mixer,
            tanks: [hold_up(0), hold_up(1)],
            leaves,
            renewing: network.pipes.iter().filter(|pipe| pipe.renews.is_some()).copied().collect(),
            edges: [graph.edges.clone(), plain.edges.clone()],
            places: places.clone(),
            carried: regime.carried.iter().map(riders).collect(),
            parts: [divided(), divided(), divided()],
            balances: Balances::default(),
            totals: vec![0.0; nodes * k],
            borne: vec![0.0; nodes * RIDERS],
            worst: 0,
            newton: 0,
            factored: 0,
            network,
            bearer,
        }
    }

    /// h, of the mixer that is passed fastest.
    pub(super) fn shortest_hold_up(&self) -> f64 {
        self.mixer.iter().copied().fold(f64::INFINITY, f64::min)
    }

    /// mol/h of each solute that enters.
    pub(super) fn fresh(&self) -> Vec<f64> {
        let k = self.network.solutes.len();
        let both = self.network.fresh.iter().zip(&self.network.fresh_organic).map(|(a, o)| a + o);
        let mut sums = vec![0.0; k];
        for (at, moles) in both.enumerate() {
            sums[at % k] += moles;
        }
        sums
    }

    /// The stage whose balance was last the worst.
    pub(super) fn worst(&self) -> String {
        self.network.names.get(self.worst).map_or_else(String::new, |name| format!("stage {name}"))
    }

    /// Tries a step of `length` h; answers its error over what is tolerated. Where that is
    /// above 1 nothing has moved.
    pub(super) fn advance(&mut self, held: &mut Held, length: f64, tolerance: f64) -> f64 {
        let mut ends: [Held; 3] = std::array::from_fn(|_| held.clone());
        let begin = self.passing(held);
        let mut arrived = begin.clone();
        for (at, end) in ends.iter_mut().enumerate() {
            let count = at + 1;
            self.divided(at, length / count as f64);
            for part in 1..=count {
                // The first guess: on the line from where it was to where longer parts have led.
                let share = part as f64 / count as f64;
                for ((total, begin), arrived) in self.totals.iter_mut().zip(&begin).zip(&arrived) {
                    *total = begin + share * (arrived - begin);
                }
                if !self.part_step(at, end) {
                    return f64::INFINITY;
                }
            }
            arrived.copy_from_slice(&self.totals);
        }
        held.extrapolate([&ends[0], &ends[1], &ends[2]], &self.network.charge, self.typical, tolerance)
    }

    /// mol/h through every node, from what its mixer holds (of inlets, as it was).
    fn passing(&self, held: &Held) -> Vec<f64> {
        let k = self.network.solutes.len();
        let mut totals = self.totals.clone();
        let graph = &self.parts[0].graph;
        for (stage, &node) in graph.mixer.iter().enumerate() {
            let place = self.places.mixer[stage];
            for i in 0..k {
                totals[node * k + i] = held.solutes[place * k + i] / self.mixer[stage];
            }
        }
        totals
    }

    /// Sets the shares of the edges, and the diagonal, for part steps of `length`.
    fn divided(&mut self, at: usize, length: f64) {
        if (self.parts[at].length - length).abs() <= 1e-12 * length {
            return;
        }
        let Divided { graph, plain, diagonal, blocks, factored, length: kept, .. } = &mut self.parts[at];
        *kept = length;
        factored.clear();
        factored.resize(graph.parts.len(), false);
        diagonal.clear();
        diagonal.extend(graph.kinds.iter().map(|kind| match kind {
            Node::Mixer(stage) => 1.0 + self.mixer[*stage] / length,
            Node::Inlet(..) => 1.0,
        }));
        for (graph, original) in [&mut *graph, plain].into_iter().zip(&self.edges) {
            let Graph { kinds, edges, mixer, .. } = graph;
            for (edge, original) in edges.iter_mut().zip(original) {
                let through = match (kinds[edge.from], edge.phase) {
                    (Node::Mixer(stage), Some(phase)) => Some((stage, phase)),
                    (Node::Inlet(stage, phase), _) if edge.to != mixer[stage] => Some((stage, phase)),
                    _ => None,
                };
                let passed = through.map_or(1.0, |(stage, phase)| {
                    let tanks = &self.tanks[usize::from(phase == Phase::Organic)][stage];
                    tanks.iter().map(|theta| length / (theta + length)).product()
                });
                edge.share = original.share * passed / diagonal[edge.to];
            }
        }
        if blocks.is_empty() {
            blocks.extend(graph.parts.iter().map(|part| Blocks::new(part, self.network.solutes.len())));
        }
    }

    /// One implicit step of all that is held; false where Newton does not end.
    fn part_step(&mut self, at: usize, held: &mut Held) -> bool {
        let mut divided = std::mem::take(&mut self.parts[at]);
        let ended = self.ride(&divided, held) && self.solutes(&mut divided, held);
        self.parts[at] = divided;
        ended
    }

    /// What rides with the solution: linear, done at once; then every mixer's charge and acid stand.
    fn ride(&mut self, divided: &Divided, held: &mut Held) -> bool {
        let mut fed = vec![0.0; divided.plain.nodes() * RIDERS];
        for (stage, carried) in self.carried.iter().enumerate() {
            let inlet = divided.plain.inlets[stage][0];
            for (slot, amount) in fed[inlet * RIDERS..(inlet + 1) * RIDERS].iter_mut().zip(carried) {
                *slot += amount;
            }
        }
        known(&self.bearer, &divided.plain, divided, &self.places, &self.tanks, &held.riders, &mut fed);
        for part in &divided.plain.parts {
            let fed = reaching(&self.bearer, &divided.plain, part, &self.bears, &self.borne, &fed);
            if !self.balances.solve(&self.bearer, &divided.plain, part, &self.bears, &fed, &mut self.borne) {
                return false;
            }
        }
        let Self { bearer, bears, places, mixer, tanks, leaves, borne, .. } = &*self;
        let flow =
            Flow { network: bearer, graph: &divided.plain, shares: bears, places, mixer, tanks, leaves, renewing: &[] };
        flow.carry(divided.length, borne, &mut held.riders);
        for (stage, spec) in self.network.stages.iter_mut().enumerate() {
            let node = divided.plain.mixer[stage];
            bring(spec, &self.borne[node * RIDERS..(node + 1) * RIDERS]);
        }
        true
    }

    fn solutes(&mut self, divided: &mut Divided, held: &mut Held) -> bool {
        let k = self.network.solutes.len();
        let mut fed = vec![0.0; divided.graph.nodes() * k];
        for stage in 0..self.network.stages.len() {
            for (fresh, node) in
                [&self.network.fresh, &self.network.fresh_organic].into_iter().zip(divided.graph.inlets[stage])
            {
                for (slot, moles) in fed[node * k..(node + 1) * k].iter_mut().zip(&fresh[stage * k..(stage + 1) * k]) {
                    *slot += moles;
                }
            }
        }
        known(&self.network, &divided.graph, divided, &self.places, &self.tanks, &held.solutes, &mut fed);
        let (mut blocks, mut factored) = (std::mem::take(&mut divided.blocks), std::mem::take(&mut divided.factored));
        let mut ended = true;
        for ((part, blocks), factored) in divided.graph.parts.iter().zip(&mut blocks).zip(&mut factored) {
            let fed = reaching(&self.network, &divided.graph, part, &self.splits.shares, &self.totals, &fed);
            ended = self.newton(divided, part, &fed, blocks, factored);
            if !ended {
                *factored = false;
                break;
            }
        }
        (divided.blocks, divided.factored) = (blocks, factored);
        if ended {
            let Self { network, splits, places, mixer, tanks, leaves, renewing, totals, .. } = &*self;
            let flow =
                Flow { network, graph: &divided.graph, shares: &splits.shares, places, mixer, tanks, leaves, renewing };
            flow.carry(divided.length, totals, &mut held.solutes);
        }
        ended
    }

    /// Newton on one part, with kept factors while they serve.
    fn newton(
        &mut self,
        divided: &Divided,
        part: &Part,
        fed: &[f64],
        blocks: &mut Blocks,
        factored: &mut bool,
    ) -> bool {
        let k = self.network.solutes.len();
        let graph = &divided.graph;
        let mut gaps = vec![0.0; fed.len()];
        let mut last = f64::INFINITY;
        let alone = part.nodes.len() == 1 && part.own[0].is_empty();
        for _ in 0..MOST_NEWTON {
            for &node in &part.nodes {
                if let Node::Mixer(stage) = graph.kinds[node] {
                    self.splits.divide(&self.network, stage, &self.totals[node * k..(node + 1) * k]);
                }
            }
            let gap = self.gaps(graph, part, fed, &mut gaps);
            if !gap.is_finite() {
                return false;
            }
            if gap < TOLERANCE {
                return self.balances.solve(&self.network, graph, part, &self.splits.shares, fed, &mut self.totals);
            }
            if alone {
                self.totals[part.nodes[0] * k..(part.nodes[0] + 1) * k].copy_from_slice(fed);
                continue;
            }
            if !*factored || gap > 0.2 * last {
                self.factored += 1;
                *factored = false;
                if !blocks.factor(&self.network, graph, part, &self.splits.shares, 1.0) {
                    return false;
                }
                *factored = true;
            }
            last = gap;
            self.newton += 1;
            blocks.solve(&self.network, graph, part, &mut gaps);
            for (steps, &node) in gaps.chunks_exact(k).zip(&part.nodes) {
                let here = &mut self.totals[node * k..(node + 1) * k];
                let all: f64 = self.network.charge.iter().zip(here.iter()).map(|(z, t)| z * t).sum();
                for (total, step) in here.iter_mut().zip(steps) {
                    // Never more than nine tenths down; up as far as traces like.
                    *total = (*total + step).clamp(0.1 * *total, 10.0 * *total + 0.1 * all + 1e-12);
                }
            }
        }
        false
    }

    /// What is missing of each balance of a part; answers the share of the throughput.
    fn gaps(&mut self, graph: &Graph, part: &Part, fed: &[f64], gaps: &mut [f64]) -> f64 {
        let k = self.network.solutes.len();
        gaps.copy_from_slice(fed);
        let here: Vec<f64> =
            part.nodes.iter().flat_map(|&node| &self.totals[node * k..(node + 1) * k]).copied().collect();
        add_sent(&self.network, graph, part, &self.splits.shares, &here, gaps);
        let (mut sum, mut all, mut most) = (0.0, 1e-300, -1.0);
        for (at, &node) in part.nodes.iter().enumerate() {
            let before = sum;
            for i in 0..k {
                let total = self.totals[node * k + i];
                gaps[at * k + i] -= total;
                sum += self.network.charge[i] * gaps[at * k + i].abs();
                all += self.network.charge[i] * total;
            }
            if sum - before > most {
                most = sum - before;
                let (Node::Mixer(stage) | Node::Inlet(stage, _)) = graph.kinds[node];
                self.worst = stage;
            }
        }
        sum / all
    }

    /// What an onlooker sees of what is held.
    pub(super) fn see(&mut self, held: &Held, moment: &mut Moment) {
        let (n, k) = (self.network.stages.len(), self.network.solutes.len());
        moment.held = held.totals(k);
        moment.aqueous.resize(n * k, 0.0);
        moment.organic.resize(n * k, 0.0);
        moment.ph.resize(n, 0.0);
        let mut here = vec![0.0; k];
        for stage in 0..n {
            let (place, theta) = (self.places.mixer[stage], self.mixer[stage]);
            for (total, moles) in here.iter_mut().zip(&held.solutes[place * k..(place + 1) * k]) {
                *total = moles / theta;
            }
            let row: [f64; RIDERS] = std::array::from_fn(|i| held.riders[place * RIDERS + i] / theta);
            bring(&mut self.network.stages[stage], &row);
            self.splits.divide(&self.network, stage, &here);
            moment.ph[stage] = Stage::ph(self.splits.hydrogen[stage]);
            for (phase, out) in [(Phase::Aqueous, &mut moment.aqueous), (Phase::Organic, &mut moment.organic)] {
                let side = usize::from(phase == Phase::Organic);
                let last = self.places.tanks[side][stage].clone().last().zip(self.tanks[side][stage].last());
                for (i, through) in here.iter().enumerate() {
                    let at = stage * k + i;
                    out[at] = if let Some((place, theta)) = &last {
                        held.solutes[place * k + i] / **theta
                    } else {
                        let [a, b] = self.network.leaving(stage, phase);
                        (a * self.splits.shares.goes[at] + b * self.splits.shares.stays[at]) * through
                    };
                }
            }
        }
    }
}

/// Writes what rides through a mixer, an hour, into its stage.
fn bring(stage: &mut Stage, riders: &[f64]) {
    stage.anions = riders[0] - riders[1];
    stage.acid = riders[2] - riders[3];
    for (weak, moles) in stage.weak.iter_mut().zip(&riders[4..]) {
        *weak = moles / stage.aqueous;
    }
}

/// Adds to what reaches each node what mixers and tanks held before, and divides by the diagonal.
fn known(
    network: &Network<'_>,
    graph: &Graph,
    divided: &Divided,
    places: &Places,
    tanks: &[Vec<Vec<f64>>; 2],
    held: &[f64],
    fed: &mut [f64],
) {
    let (k, length) = (network.solutes.len(), divided.length);
    for (stage, &node) in graph.mixer.iter().enumerate() {
        let place = places.mixer[stage];
        for i in 0..k {
            fed[node * k + i] += held[place * k + i] / length;
        }
    }
    let mut flows = vec![0.0; k];
    for pipe in &network.pipes {
        let side = usize::from(pipe.phase == Phase::Organic);
        flows.fill(0.0);
        for (place, theta) in places.tanks[side][pipe.from].clone().zip(&tanks[side][pipe.from]) {
            for (flow, moles) in flows.iter_mut().zip(&held[place * k..(place + 1) * k]) {
                *flow = (moles + length * *flow) / (theta + length);
            }
        }
        let to = graph.inlets[pipe.to][side];
        for (i, flow) in flows.iter().enumerate().filter(|(i, _)| pipe.renews != Some(*i)) {
            fed[to * k + i] += pipe.share * flow;
        }
    }
    for (row, diagonal) in fed.chunks_exact_mut(k).zip(&divided.diagonal) {
        for amount in row {
            *amount /= diagonal;
        }
    }
}

/// What reaches each position of a part: what is known, and what earlier parts send.
fn reaching(
    network: &Network<'_>,
    graph: &Graph,
    part: &Part,
    shares: &Shares,
    totals: &[f64],
    known: &[f64],
) -> Vec<f64> {
    let k = network.solutes.len();
    let mut fed = Vec::with_capacity(part.nodes.len() * k);
    for &node in &part.nodes {
        fed.extend_from_slice(&known[node * k..(node + 1) * k]);
    }
    add_from_before(network, graph, part, shares, totals, &mut fed);
    fed
}

/// What is needed to move contents on once every node's throughput stands.
struct Flow<'f, 'n> {
    network: &'f Network<'n>,
    graph: &'f Graph,
    shares: &'f Shares,
    places: &'f Places,
    mixer: &'f [f64],
    tanks: &'f [Vec<Vec<f64>>; 2],
    leaves: &'f [Vec<f64>; 2],
    renewing: &'f [Pipe],
}

impl Flow<'_, '_> {
    /// Writes what mixers and tanks hold after a part step, and adds what has left.
    fn carry(&self, length: f64, totals: &[f64], held: &mut [f64]) {
        let (network, k) = (self.network, self.network.solutes.len());
        let gone = held.len() - k;
        let mut flows = vec![0.0; k];
        for (stage, spec) in network.stages.iter().enumerate() {
            let (node, place) = (self.graph.mixer[stage], self.places.mixer[stage]);
            for i in 0..k {
                held[place * k + i] = self.mixer[stage] * totals[node * k + i];
            }
            for (side, phase) in [Phase::Aqueous, Phase::Organic].into_iter().enumerate() {
                let inlet = self.graph.inlets[stage][side];
                let [a, b] = network.leaving(stage, phase);
                for (i, flow) in flows.iter_mut().enumerate() {
                    let at = stage * k + i;
                    *flow = (a * self.shares.goes[at] + b * self.shares.stays[at]) * totals[node * k + i];
                    if spec.efficiency < 1.0 {
                        *flow += (1.0 - spec.efficiency) * totals[inlet * k + i];
                    }
                }
                for (place, theta) in self.places.tanks[side][stage].clone().zip(&self.tanks[side][stage]) {
                    for (flow, moles) in flows.iter_mut().zip(&mut held[place * k..(place + 1) * k]) {
                        *flow = (*moles + length * *flow) / (theta + length);
                        *moles = theta * *flow;
                    }
                }
                let share = self.leaves[side][stage];
                for (i, flow) in flows.iter().enumerate() {
                    held[gone + i] += length * share * flow;
                }
                for pipe in self.renewing.iter().filter(|pipe| pipe.from == stage && pipe.phase == phase) {
                    if let Some(i) = pipe.renews {
                        held[gone + i] += length * pipe.share * flows[i];
                    }
                }
            }
        }
    }
}
