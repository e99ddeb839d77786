//! Every solute through a part of a network at given shares, exactly.
//!
//! # Equation
//! `t_j = f_j + Σ p_ij t_i`, with p_ij the share of what is in node i that goes to node j and
//! the rest leaving for good. Eliminating node c sends what it would have sent:
//! ```text
//! p_kj += p_kc p_cj / (leave_c + Σ p_cj),     leave_k += p_kc leave_c / (…)
//! ```
//! Nothing is ever subtracted: the pivot 1 − p_cc is the sum of all that leaves c. So the
//! solution is positive, and a trace of 10⁻¹² is as exact as the bulk.
//!
//! # Source
//! `grassmann1985`: elimination for Markov chains without subtraction.

use super::graph::{Edge, Graph, Node, Part};
use super::kernels::{self, NOTHING, felt};
use super::network::{Network, Phase};
use super::passing::{add_from_before, add_passed};
use super::stage::Shares;

/// Work space for the linear balances of one part.
#[derive(Debug, Clone, Default)]
pub(super) struct Balances {
    /// Share along each entry, by solute.
    along: Vec<f64>,
    /// Share that leaves the part, by node and solute.
    leave: Vec<f64>,
    /// Share of each phase (of an inlet: of all) that stays in the part, by node.
    held: Vec<[f64; 2]>,
    /// One over what of a node goes anywhere but back to it.
    over: Vec<f64>,
    ones: Vec<f64>,
    amounts: Vec<f64>,
}

/// What reaches each position of a part from outside it: what is fresh, and what earlier parts send.
pub(super) fn fed(network: &Network<'_>, graph: &Graph, part: &Part, shares: &Shares, totals: &[f64]) -> Vec<f64> {
    let k = network.solutes.len();
    let mut fed = vec![0.0; part.nodes.len() * k];
    for (at, &node) in part.nodes.iter().enumerate() {
        let (Node::Mixer(stage) | Node::Inlet(stage, _)) = graph.kinds[node];
        for (fresh, inlet) in [&network.fresh, &network.fresh_organic].into_iter().zip(graph.inlets[stage]) {
            if inlet == node {
                for (slot, moles) in fed[at * k..(at + 1) * k].iter_mut().zip(&fresh[stage * k..(stage + 1) * k]) {
                    *slot += moles;
                }
            }
        }
    }
    add_from_before(network, graph, part, shares, totals, &mut fed);
    fed
}

impl Balances {
    /// Replaces `totals` at the part's nodes by the exact solution; `fed` is what reaches each
    /// position from outside the part. False where a solute can never leave.
    pub(super) fn solve(
        &mut self,
        network: &Network<'_>,
        graph: &Graph,
        part: &Part,
        shares: &Shares,
        fed: &[f64],
        totals: &mut [f64],
    ) -> bool {
        let k = network.solutes.len();
        self.eliminate(network, graph, part, shares);
        let mut amounts = std::mem::take(&mut self.amounts);
        amounts.clear();
        amounts.extend_from_slice(fed);
        self.substitute(part, &mut amounts, 0);
        let lawful = amounts.iter().all(|t| t.is_finite());
        if lawful {
            for (amounts, &node) in amounts.chunks_exact(k.max(1)).zip(&part.nodes) {
                for (total, amount) in totals[node * k..(node + 1) * k].iter_mut().zip(amounts) {
                    *total = amount.max(NOTHING);
                }
            }
        }
        self.amounts = amounts;
        lawful
    }

    /// Eliminates node after node at these shares.
    pub(super) fn eliminate(&mut self, network: &Network<'_>, graph: &Graph, part: &Part, shares: &Shares) {
        let (n, k) = (part.nodes.len(), network.solutes.len());
        self.along.clear();
        self.along.resize(part.entries.len() * k, 0.0);
        self.leave.clear();
        self.leave.resize(n * k, 0.0);
        self.over.clear();
        self.over.resize(n * k, 0.0);
        self.ones.resize(k, 1.0);
        for (id, entry) in part.entries.iter().enumerate() {
            for &edge in &entry.edges {
                let along = &mut self.along[id * k..(id + 1) * k];
                add_passed(network, graph, &graph.edges[edge], shares, &self.ones, along);
            }
        }
        self.leaving(network, graph, part, shares);
        for c in 0..n {
            let over = &mut self.over[c * k..(c + 1) * k];
            over.copy_from_slice(&self.leave[c * k..(c + 1) * k]);
            for &low in &part.below[c] {
                for (pivot, p) in over.iter_mut().zip(&self.along[low * k..(low + 1) * k]) {
                    *pivot += p;
                }
            }
            for pivot in &mut *over {
                *pivot = 1.0 / *pivot;
            }
            let (left, later) = self.leave.split_at_mut((c + 1) * k);
            let left = &left[c * k..];
            for &high in &part.right[c] {
                // Of what reaches c from there, per unit that leaves c.
                let into = &mut self.along[high * k..(high + 1) * k];
                let from = part.entries[high].column - c - 1;
                let leave = &mut later[from * k..(from + 1) * k];
                for (((into, over), leave), left) in into.iter_mut().zip(&*over).zip(leave).zip(left) {
                    *into = felt(*into * over);
                    *leave += *into * left;
                }
            }
            let mut changed = part.changed[c].iter();
            for &low in &part.below[c] {
                for &high in &part.right[c] {
                    // What comes back to where it was does not count: the pivot is a sum of what leaves.
                    if let Some(&Some(target)) = changed.next() {
                        for i in 0..k {
                            let through = self.along[low * k + i] * self.along[high * k + i];
                            self.along[target * k + i] = felt(self.along[target * k + i] + through);
                        }
                    }
                }
            }
        }
    }

    /// What each position holds of the `amounts` that reach it, in their place; before `first` none do.
    pub(super) fn substitute(&self, part: &Part, amounts: &mut [f64], first: usize) {
        let n = part.nodes.len();
        let k = amounts.len() / n;
        for c in first..n {
            let (here, later) = amounts.split_at_mut((c + 1) * k);
            let here = &mut here[c * k..];
            for (amount, over) in here.iter_mut().zip(&self.over[c * k..(c + 1) * k]) {
                *amount = felt(*amount * over);
            }
            for &low in &part.below[c] {
                let row = part.entries[low].row - c - 1;
                let there = &mut later[row * k..(row + 1) * k];
                kernels::add_products(&self.along[low * k..(low + 1) * k], here, there);
            }
        }
        for c in (0..n).rev() {
            let (here, later) = amounts.split_at_mut((c + 1) * k);
            let here = &mut here[c * k..];
            for &high in &part.right[c] {
                let from = part.entries[high].column - c - 1;
                let there = &later[from * k..(from + 1) * k];
                kernels::add_products(&self.along[high * k..(high + 1) * k], there, here);
            }
        }
    }

    /// What of each node leaves the part for good: what none of its edges within the part takes, and what one sets anew.
    fn leaving(&mut self, network: &Network<'_>, graph: &Graph, part: &Part, shares: &Shares) {
        let k = network.solutes.len();
        let own = part.own.iter().enumerate().flat_map(|(at, edges)| edges.iter().map(move |&id| (at, id)));
        let between = part.entries.iter().flat_map(|entry| entry.edges.iter().map(|&id| (entry.column, id)));
        self.held.clear();
        self.held.resize(part.nodes.len(), [0.0; 2]);
        for (at, id) in own.chain(between) {
            let edge = &graph.edges[id];
            self.held[at][usize::from(edge.phase == Some(Phase::Organic))] += edge.share;
            if let Some(solute) = edge.renews {
                // In room that is not in use yet.
                let past = &mut self.over[..k];
                past.fill(0.0);
                add_passed(network, graph, &Edge { renews: None, ..*edge }, shares, &self.ones, past);
                self.leave[at * k + solute] += past[solute];
            }
        }
        for ((leave, &node), held) in self.leave.chunks_exact_mut(k.max(1)).zip(&part.nodes).zip(&self.held) {
            let out = held.map(|held| if held <= 1.0 - 1e-14 { 1.0 - held } else { 0.0 });
            let Node::Mixer(stage) = graph.kinds[node] else {
                for leave in leave {
                    *leave += out[0];
                }
                continue;
            };
            let [under, over] = network.stages[stage].entrained;
            let goes_out = out[0] * under + out[1] * (1.0 - under);
            let stays_out = out[0] * (1.0 - over) + out[1] * over;
            let row = stage * k..(stage + 1) * k;
            for ((leave, goes), stays) in leave.iter_mut().zip(&shares.goes[row.clone()]).zip(&shares.stays[row]) {
                *leave += goes_out * goes + stays_out * stays;
            }
        }
    }
}
