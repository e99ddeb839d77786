//! Elimination of a part's block matrix: one dense block a node, few off the diagonal.
//!
//! # Equation
//! ```text
//! d_j δ_j − Σ E_ij δ_i = r_j,     E_ij = ∂(what node i sends to j)/∂t_i
//! ```
//! E is a diagonal plus rank two wherever it is still what the network has, so that a product
//! with it costs K²; what costs K³ is one inverse a node and one product for each block that
//! elimination fills. A battery with its organic loop closed fills one block a stage. The
//! factors are kept: a further right-hand side costs K² a block.
//!
//! # Source
//! Block elimination, textbook algebra.

use super::graph::{Graph, Node, Part};
use super::kernels::{self, Sparse};
use super::network::{Network, Phase};
use super::stage::Splits;

/// The factors of a part's matrix, and the work space they are made in.
#[derive(Debug, Clone, Default)]
pub(super) struct Blocks {
    solutes: usize,
    /// Inverse of each pivot.
    inverse: Vec<f64>,
    /// Blocks of entries right of the diagonal, and of filled ones below; by [`Self::place`].
    dense: Vec<f64>,
    /// Where an entry's block is in `dense`.
    place: Vec<Option<usize>>,
    /// The shares the factors were made at.
    at: Splits,
    scratch: Vec<f64>,
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
                let kept = entry.row < entry.column || entry.filled;
                kept.then(|| {
                    count += 1;
                    (count - 1) * square
                })
            })
            .collect();
        Self {
            solutes,
            inverse: vec![0.0; part.nodes.len() * square],
            dense: vec![0.0; count * square],
            place,
            at: Splits::default(),
            scratch: vec![0.0; square],
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
        splits: &Splits,
        diagonal: f64,
    ) -> bool {
        let k = self.solutes;
        let square = k * k;
        self.at.clone_from(splits);
        let Self { inverse, dense, place, at, scratch, pivots, sparse, .. } = self;
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
            if entry.filled {
                for &edge in &entry.edges {
                    sparse.sent(network, graph, at, edge);
                    sparse.subtract_from(block, k);
                }
            }
        }
        for c in 0..part.nodes.len() {
            let (pivot, rest) = inverse[c * square..].split_at_mut(square);
            if !kernels::invert(pivot, k, pivots) {
                return false;
            }
            for &high in &part.right[c] {
                let Some(start) = place[high] else { continue };
                let entry = &part.entries[high];
                let block = &mut dense[start..start + square];
                if entry.filled {
                    scratch.copy_from_slice(block);
                    kernels::product(pivot, scratch, k, block);
                } else {
                    for &edge in &entry.edges {
                        sparse.sent(network, graph, at, edge);
                        kernels::subtract_after(pivot, sparse, k, block);
                    }
                }
            }
            let mut changed = part.changed[c].iter();
            for &low in &part.below[c] {
                let entry = &part.entries[low];
                for &high in &part.right[c] {
                    let Some(from) = place[high] else { continue };
                    // Not in place: what is changed may lie in the same store as what changes it.
                    scratch.copy_from_slice(&dense[from..from + square]);
                    let lower = place[low].filter(|_| entry.filled).map(|start| dense[start..start + square].to_vec());
                    let target = match changed.next() {
                        Some(Some(target)) => match place[*target] {
                            Some(start) => &mut dense[start..start + square],
                            None => continue,
                        },
                        _ => &mut rest[(entry.row - c - 1) * square..(entry.row - c) * square],
                    };
                    if let Some(lower) = lower {
                        kernels::subtract_product(&lower, scratch, k, target);
                    } else {
                        for &edge in &entry.edges {
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
        for c in 0..part.nodes.len() {
            let pivot = &self.inverse[c * square..(c + 1) * square];
            kernels::times_vector(pivot, &mut rhs[c * k..(c + 1) * k], &mut self.scratch[..k]);
            for &low in &part.below[c] {
                let entry = &part.entries[low];
                let (head, tail) = rhs.split_at_mut((c + 1) * k);
                let here = &head[c * k..];
                let row = &mut tail[(entry.row - c - 1) * k..(entry.row - c) * k];
                if entry.filled {
                    if let Some(start) = self.place[low] {
                        kernels::subtract_product_vector(&self.dense[start..start + square], here, row);
                    }
                } else {
                    for &edge in &entry.edges {
                        self.sparse.sent(network, graph, &self.at, edge);
                        kernels::add_times_vector(&self.sparse, here, row);
                    }
                }
            }
        }
        for c in (0..part.nodes.len()).rev() {
            for &high in &part.right[c] {
                let Some(start) = self.place[high] else { continue };
                let from = part.entries[high].column;
                let (head, tail) = rhs.split_at_mut((c + 1) * k);
                let there = &tail[(from - c - 1) * k..(from - c) * k];
                kernels::subtract_product_vector(&self.dense[start..start + square], there, &mut head[c * k..]);
            }
        }
    }
}

impl Sparse {
    fn of(k: usize) -> Self {
        let zeros = || vec![0.0; k];
        Self { own: zeros(), by_free: zeros(), by_other: zeros(), free_by: zeros(), other_by: zeros() }
    }

    /// Becomes the derivative of what an edge passes, row by solute that arrives.
    fn sent(&mut self, network: &Network<'_>, graph: &Graph, splits: &Splits, edge: usize) {
        let edge = &graph.edges[edge];
        if let (Node::Mixer(stage), Some(phase)) = (graph.kinds[edge.from], edge.phase) {
            let k = network.solutes.len();
            let row = stage * k..(stage + 1) * k;
            let [under, over] = network.stages[stage].entrained;
            let moved = edge.share * (1.0 - under - over);
            let (parts, rank) = match phase {
                Phase::Aqueous => ([edge.share * under, edge.share * (1.0 - over)], -moved),
                Phase::Organic => ([edge.share * (1.0 - under), edge.share * over], moved),
            };
            self.free_by.copy_from_slice(&splits.free_by[row.clone()]);
            self.other_by.copy_from_slice(&splits.other_by[row.clone()]);
            let (goes, stays) = (&splits.goes[row.clone()], &splits.stays[row.clone()]);
            let (by_free, by_other) = (&splits.by_free[row.clone()], &splits.by_other[row]);
            for a in 0..k {
                self.own[a] = parts[0] * goes[a] + parts[1] * stays[a];
                self.by_free[a] = rank * by_free[a];
                self.by_other[a] = rank * by_other[a];
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
