//! Elimination of a part's block matrix: one dense block a node, few off the diagonal.
//!
//! # Equation
//! ```text
//! d_j δ_j − Σ E_ij δ_i = r_j,     E_ij = ∂(what node i sends to j)/∂t_i
//! ```
//! E is a diagonal plus rank two wherever it is still what the network has, so that a product
//! with it costs K² and is made when it is needed, not stored; what costs K³ is one inverse a node
//! and one product for each block that elimination fills. A battery with its organic loop closed
//! fills one block a stage. The factors are kept: a further right-hand side costs K² a block.
//!
//! # Source
//! Block elimination, textbook algebra.

use super::graph::{Graph, Node, Part};
use super::kernels::{self, Sparse, felt};
use super::network::Network;
use super::stage::Shares;

/// The factors of a part's matrix, and the work space they are made in.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    solutes: usize,
    /// The inverse of each pivot, then the blocks of filled entries, by [`Self::place`]: one store, which a system
    /// that is asked for it again and again has at hand.
    store: Vec<f64>,
    /// Where a filled entry's block is, from the end of the inverses.
    place: Vec<Option<usize>>,
    /// The shares the factors were made at.
    at: Shares,
    scratch: Vec<f64>,
    lower: Vec<f64>,
    pivots: Vec<usize>,
    sparse: Sparse,
}

impl Blocks {
    pub(super) fn new(part: &Part, solutes: usize) -> Self {
        let square = solutes * solutes;
        let mut count = 0;
        let place = part
            .entries
            .iter()
            .map(|entry| {
                entry.filled.then(|| {
                    count += 1;
                    (count - 1) * square
                })
            })
            .collect();
        Self {
            solutes,
            store: vec![0.0; (part.nodes.len() + count) * square],
            place,
            at: Shares::default(),
            scratch: vec![0.0; square.max(2 * solutes)],
            lower: vec![0.0; square],
            pivots: vec![0; solutes],
            sparse: Sparse::of(solutes),
        }
    }

    /// Factors the matrix at these shares; `diagonal` is the number on the diagonal of mixers,
    /// 1 plus the inverse of the step in time. False where a block is singular.
    pub(super) fn factor(
        &mut self,
        network: &Network<'_>,
        graph: &Graph,
        part: &Part,
        shares: &Shares,
        diagonal: f64,
    ) -> bool {
        let k = self.solutes;
        let square = k * k;
        self.at.copy(shares);
        let Self { store, place, at, scratch, lower, pivots, sparse, .. } = self;
        let (inverse, dense) = store.split_at_mut(part.nodes.len() * square);
        for (position, &node) in part.nodes.iter().enumerate() {
            let block = &mut inverse[position * square..(position + 1) * square];
            let number = if matches!(graph.kinds[node], Node::Mixer(_)) { diagonal } else { 1.0 };
            block.fill(0.0);
            for i in 0..k {
                block[i * k + i] = number;
            }
            for &id in &part.own[position] {
                sparse.sent(network, graph, at, id);
                sparse.subtract_from(block, k);
            }
        }
        for (entry, start) in part.entries.iter().zip(&*place) {
            let Some(start) = *start else { continue };
            let block = &mut dense[start..start + square];
            block.fill(0.0);
            for &edge in &entry.edges {
                sparse.sent(network, graph, at, edge);
                sparse.subtract_from(block, k);
            }
        }
        for c in 0..part.nodes.len() {
            let (pivot, rest) = inverse[c * square..].split_at_mut(square);
            if !kernels::invert(pivot, k, pivots) {
                return false;
            }
            for &high in &part.right[c] {
                if let Some(start) = place[high] {
                    let block = &mut dense[start..start + square];
                    scratch.copy_from_slice(block);
                    kernels::product(pivot, scratch, k, block);
                }
            }
            for (at_low, &low) in part.below[c].iter().enumerate() {
                let row = part.entries[low].row;
                for (at_high, &high) in part.right[c].iter().enumerate() {
                    // Not in place: what is changed may lie in the same store as what changes it.
                    match place[high] {
                        Some(from) => scratch.copy_from_slice(&dense[from..from + square]),
                        None => sent_after(pivot, network, graph, at, &part.entries[high].edges, sparse, scratch),
                    }
                    if let Some(start) = place[low] {
                        lower.copy_from_slice(&dense[start..start + square]);
                    }
                    let target = match part.changed[c][at_low * part.right[c].len() + at_high] {
                        Some(target) => match place[target] {
                            Some(start) => &mut dense[start..start + square],
                            None => continue,
                        },
                        None => &mut rest[(row - c - 1) * square..(row - c) * square],
                    };
                    if place[low].is_some() {
                        kernels::subtract_product(lower, scratch, k, target);
                    } else {
                        for &edge in &part.entries[low].edges {
                            sparse.sent(network, graph, at, edge);
                            kernels::add_times(sparse, scratch, k, target);
                        }
                    }
                }
            }
        }
        true
    }

    /// Solves in place: `rhs`, by position, becomes δ.
    pub(super) fn solve(&mut self, network: &Network<'_>, graph: &Graph, part: &Part, rhs: &mut [f64]) {
        let k = self.solutes;
        let square = k * k;
        let Self { store, place, at, scratch, sparse, .. } = self;
        let (inverse, dense) = store.split_at(part.nodes.len() * square);
        let (room, sum) = scratch.split_at_mut(k);
        let (room, sum) = (&mut room[..k], &mut sum[..k]);
        for c in 0..part.nodes.len() {
            let (head, tail) = rhs.split_at_mut((c + 1) * k);
            let here = &mut head[c * k..];
            room.copy_from_slice(here);
            kernels::times_vector(&inverse[c * square..(c + 1) * square], room, here);
            for &low in &part.below[c] {
                let entry = &part.entries[low];
                let row = &mut tail[(entry.row - c - 1) * k..(entry.row - c) * k];
                if let Some(start) = place[low] {
                    kernels::times_vector(&dense[start..start + square], here, room);
                    subtract(row, room);
                } else {
                    for &edge in &entry.edges {
                        sparse.sent(network, graph, at, edge);
                        kernels::add_times_vector(sparse, here, row);
                    }
                }
            }
        }
        for c in (0..part.nodes.len()).rev() {
            let (head, tail) = rhs.split_at_mut((c + 1) * k);
            let here = &mut head[c * k..];
            sum.fill(0.0);
            let mut reached = false;
            for &high in &part.right[c] {
                let entry = &part.entries[high];
                let there = &tail[(entry.column - c - 1) * k..(entry.column - c) * k];
                if let Some(start) = place[high] {
                    kernels::times_vector(&dense[start..start + square], there, room);
                    subtract(here, room);
                } else {
                    for &edge in &entry.edges {
                        sparse.sent(network, graph, at, edge);
                        kernels::add_times_vector(sparse, there, sum);
                        reached = true;
                    }
                }
            }
            if reached {
                kernels::times_vector(&inverse[c * square..(c + 1) * square], sum, room);
                for (slot, value) in here.iter_mut().zip(&*room) {
                    *slot += value;
                }
            }
        }
    }
}

/// `into = −inverse · E`, with E what an entry's edges send.
fn sent_after(
    inverse: &[f64],
    network: &Network<'_>,
    graph: &Graph,
    shares: &Shares,
    edges: &[usize],
    sparse: &mut Sparse,
    into: &mut [f64],
) {
    into.fill(0.0);
    for &edge in edges {
        sparse.sent(network, graph, shares, edge);
        kernels::subtract_after(inverse, sparse, sparse.own.len(), into);
    }
}

fn subtract(from: &mut [f64], what: &[f64]) {
    for (slot, value) in from.iter_mut().zip(what) {
        *slot -= value;
    }
}

impl Sparse {
    fn of(k: usize) -> Self {
        let zeros = || vec![0.0; k];
        Self { own: zeros(), by_free: zeros(), by_other: zeros(), free_by: zeros(), other_by: zeros() }
    }

    /// Becomes the derivative of what an edge passes, row by solute that arrives.
    fn sent(&mut self, network: &Network<'_>, graph: &Graph, shares: &Shares, edge: usize) {
        let edge = &graph.edges[edge];
        if let (Node::Mixer(stage), Some(phase)) = (graph.kinds[edge.from], edge.phase) {
            let k = network.solutes.len();
            let row = stage * k..(stage + 1) * k;
            let [with, without] = network.leaving(stage, phase).map(|part| part * edge.share);
            // What goes more does not stay.
            let moved = with - without;
            self.free_by.copy_from_slice(&shares.free_by[row.clone()]);
            self.other_by.copy_from_slice(&shares.other_by[row.clone()]);
            let (goes, stays) = (&shares.goes[row.clone()], &shares.stays[row.clone()]);
            let (by_free, by_other) = (&shares.by_free[row.clone()], &shares.by_other[row]);
            for a in 0..k {
                self.own[a] = with * goes[a] + without * stays[a];
                self.by_free[a] = felt(moved * by_free[a]);
                self.by_other[a] = felt(moved * by_other[a]);
            }
        } else {
            self.own.fill(edge.share);
            for rank in [&mut self.by_free, &mut self.by_other, &mut self.free_by, &mut self.other_by] {
                rank.fill(0.0);
            }
        }
        if let Some(renewed) = edge.renews {
            (self.own[renewed], self.by_free[renewed], self.by_other[renewed]) = (0.0, 0.0, 0.0);
        }
    }

    /// `block −= E`.
    fn subtract_from(&self, block: &mut [f64], k: usize) {
        for (a, row) in block.chunks_exact_mut(k).enumerate() {
            row[a] -= self.own[a];
            for ((slot, free), other) in row.iter_mut().zip(&self.free_by).zip(&self.other_by) {
                *slot -= self.by_free[a] * free + self.by_other[a] * other;
            }
        }
    }
}
