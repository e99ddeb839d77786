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
use super::kernels::{NOTHING, felt};
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
    pivot: Vec<f64>,
    ones: Vec<f64>,
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
        let (n, k) = (part.nodes.len(), network.solutes.len());
        self.along.clear();
        self.along.resize(part.entries.len() * k, 0.0);
        self.leave.clear();
        self.leave.resize(n * k, 0.0);
        self.pivot.resize(k, 0.0);
        self.ones.resize(k, 1.0);
        for (id, entry) in part.entries.iter().enumerate() {
            for &edge in &entry.edges {
                let along = &mut self.along[id * k..(id + 1) * k];
                add_passed(network, graph, &graph.edges[edge], shares, &self.ones, along);
            }
        }
        for (at, &node) in part.nodes.iter().enumerate() {
            self.leaving(network, graph, part, shares, at, node);
        }
        let mut rhs = fed.to_vec();
        for c in 0..n {
            self.pivot.copy_from_slice(&self.leave[c * k..(c + 1) * k]);
            for &low in &part.below[c] {
                for (pivot, p) in self.pivot.iter_mut().zip(&self.along[low * k..(low + 1) * k]) {
                    *pivot += p;
                }
            }
            for &high in &part.right[c] {
                for i in 0..k {
                    // Of what reaches c from there, per unit that leaves c.
                    let into = felt(self.along[high * k + i] / self.pivot[i]);
                    self.along[high * k + i] = into;
                    let from = part.entries[high].column;
                    self.leave[from * k + i] += into * self.leave[c * k + i];
                }
            }
            for i in 0..k {
                rhs[c * k + i] = felt(rhs[c * k + i] / self.pivot[i]);
            }
            let mut changed = part.changed[c].iter();
            for &low in &part.below[c] {
                let row = part.entries[low].row;
                for i in 0..k {
                    rhs[row * k + i] += self.along[low * k + i] * rhs[c * k + i];
                }
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
        for c in (0..n).rev() {
            for &high in &part.right[c] {
                let from = part.entries[high].column;
                for i in 0..k {
                    rhs[c * k + i] += self.along[high * k + i] * rhs[from * k + i];
                }
            }
        }
        if rhs.iter().any(|t| !t.is_finite()) {
            return false;
        }
        for (at, &node) in part.nodes.iter().enumerate() {
            for i in 0..k {
                totals[node * k + i] = rhs[at * k + i].max(NOTHING);
            }
        }
        true
    }

    /// What of a node leaves the part for good.
    fn leaving(&mut self, network: &Network<'_>, graph: &Graph, part: &Part, shares: &Shares, at: usize, node: usize) {
        let k = network.solutes.len();
        let phases: &[Option<Phase>] = match graph.kinds[node] {
            Node::Mixer(_) => &[Some(Phase::Aqueous), Some(Phase::Organic)],
            Node::Inlet(..) => &[None],
        };
        for &phase in phases {
            let inside = |id: &&usize| {
                let edge = &graph.edges[**id];
                edge.phase == phase && part.nodes.binary_search(&edge.to).is_ok()
            };
            let out = |share: f64| Edge { from: node, to: node, phase, share, renews: None };
            let held: f64 = graph.out[node].iter().filter(inside).map(|&id| graph.edges[id].share).sum();
            if held <= 1.0 - 1e-14 {
                let row = &mut self.leave[at * k..(at + 1) * k];
                add_passed(network, graph, &out(1.0 - held), shares, &self.ones, row);
            }
            for &id in graph.out[node].iter().filter(inside) {
                if let Some(solute) = graph.edges[id].renews {
                    self.pivot.fill(0.0);
                    add_passed(network, graph, &out(graph.edges[id].share), shares, &self.ones, &mut self.pivot);
                    self.leave[at * k + solute] += self.pivot[solute];
                }
            }
        }
    }
}
