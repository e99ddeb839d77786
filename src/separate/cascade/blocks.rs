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
    rows: [Vec<f64>; 2],
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
            rows: [vec![0.0; solutes], vec![0.0; solutes]],
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
        self.dense.fill(0.0);
        self.inverse.fill(0.0);
        let Self { inverse, dense, place, at, scratch, pivots, rows, .. } = self;
        for (position, &node) in part.nodes.iter().enumerate() {
            let block = &mut inverse[position * square..(position + 1) * square];
            let number = if matches!(graph.kinds[node], Node::Mixer(_)) { diagonal } else { 1.0 };
            for i in 0..k {
                block[i * k + i] = number;
            }
            for &id in &part.own[position] {
                Sent::by(network, graph, at, id).take_from(block, k);
            }
        }
        for (id, entry) in part.entries.iter().enumerate().filter(|(_, entry)| entry.filled) {
            if let Some(start) = place[id] {
                for &edge in &entry.edges {
                    Sent::by(network, graph, at, edge).take_from(&mut dense[start..start + square], k);
                }
            }
        }
        for c in 0..part.nodes.len() {
            let pivot = &mut inverse[c * square..(c + 1) * square];
            if !invert(pivot, k, pivots) {
                return false;
            }
            for &high in &part.right[c] {
                let Some(start) = place[high] else { continue };
                let entry = &part.entries[high];
                if entry.filled {
                    scratch.copy_from_slice(&dense[start..start + square]);
                    product(pivot, scratch, k, &mut dense[start..start + square]);
                } else {
                    for &edge in &entry.edges {
                        let sent = Sent::by(network, graph, at, edge);
                        sent.add_after(pivot, k, rows, &mut dense[start..start + square]);
                    }
                }
            }
            let mut changed = part.changed[c].iter();
            for &low in &part.below[c] {
                let entry = &part.entries[low];
                for &high in &part.right[c] {
                    let Some(from) = place[high] else { continue };
                    scratch.fill(0.0);
                    if entry.filled {
                        let Some(start) = place[low] else { continue };
                        product(&dense[start..start + square], &dense[from..from + square], k, scratch);
                    } else {
                        for &edge in &entry.edges {
                            let sent = Sent::by(network, graph, at, edge);
                            sent.subtract_times(&dense[from..from + square], k, rows, scratch);
                        }
                    }
                    let target = match changed.next() {
                        Some(Some(target)) => match place[*target] {
                            Some(start) => &mut dense[start..start + square],
                            None => continue,
                        },
                        _ => &mut inverse[entry.row * square..(entry.row + 1) * square],
                    };
                    for (slot, value) in target.iter_mut().zip(&*scratch) {
                        *slot -= value;
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
            times_vector(&self.inverse[c * square..(c + 1) * square], &mut rhs[c * k..(c + 1) * k], &mut self.rows[0]);
            for &low in &part.below[c] {
                let entry = &part.entries[low];
                let (head, tail) = rhs.split_at_mut((c + 1) * k);
                let here = &head[c * k..];
                let row = &mut tail[(entry.row - c - 1) * k..(entry.row - c) * k];
                if entry.filled {
                    if let Some(start) = self.place[low] {
                        subtract_product(&self.dense[start..start + square], here, row);
                    }
                } else {
                    for &edge in &entry.edges {
                        Sent::by(network, graph, &self.at, edge).add_times_vector(here, row);
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
                subtract_product(&self.dense[start..start + square], there, &mut head[c * k..]);
            }
        }
    }
}

/// The derivative of what an edge passes: a diagonal and a rank two, row by solute that arrives.
struct Sent<'s> {
    share: f64,
    renews: Option<usize>,
    /// `None` from an inlet node: the share alone.
    from: Option<Mixed<'s>>,
}

struct Mixed<'s> {
    /// Of goes and of stays, on the diagonal.
    parts: [f64; 2],
    /// Of the rank two.
    rank: f64,
    goes: &'s [f64],
    stays: &'s [f64],
    by_free: &'s [f64],
    by_other: &'s [f64],
    free_by: &'s [f64],
    other_by: &'s [f64],
}

impl<'s> Sent<'s> {
    fn by(network: &Network<'_>, graph: &Graph, splits: &'s Splits, edge: usize) -> Self {
        let edge = &graph.edges[edge];
        let from = match (graph.kinds[edge.from], edge.phase) {
            (Node::Mixer(stage), Some(phase)) => {
                let k = network.solutes.len();
                let row = stage * k..(stage + 1) * k;
                let [under, over] = network.stages[stage].entrained;
                let moved = 1.0 - under - over;
                let (parts, rank) = match phase {
                    Phase::Aqueous => ([under, 1.0 - over], -moved),
                    Phase::Organic => ([1.0 - under, over], moved),
                };
                Some(Mixed {
                    parts,
                    rank,
                    goes: &splits.goes[row.clone()],
                    stays: &splits.stays[row.clone()],
                    by_free: &splits.by_free[row.clone()],
                    by_other: &splits.by_other[row.clone()],
                    free_by: &splits.free_by[row.clone()],
                    other_by: &splits.other_by[row],
                })
            }
            _ => None,
        };
        Self { share: edge.share, renews: edge.renews, from }
    }

    fn row(&self, a: usize) -> f64 {
        if self.renews == Some(a) { 0.0 } else { self.share }
    }

    fn diagonal(&self, a: usize) -> f64 {
        self.from.as_ref().map_or(1.0, |from| from.parts[0] * from.goes[a] + from.parts[1] * from.stays[a])
    }

    /// `block −= E`.
    fn take_from(&self, block: &mut [f64], k: usize) {
        for a in 0..k {
            let share = self.row(a);
            block[a * k + a] -= share * self.diagonal(a);
            if let Some(from) = &self.from {
                let (f, o) = (share * from.rank * from.by_free[a], share * from.rank * from.by_other[a]);
                for (b, slot) in block[a * k..(a + 1) * k].iter_mut().enumerate() {
                    *slot -= f * from.free_by[b] + o * from.other_by[b];
                }
            }
        }
    }

    /// `into −= E · matrix`.
    fn subtract_times(&self, matrix: &[f64], k: usize, rows: &mut [Vec<f64>; 2], into: &mut [f64]) {
        let [free, other] = rows;
        free.fill(0.0);
        other.fill(0.0);
        if let Some(from) = &self.from {
            for (b, line) in matrix.chunks_exact(k).enumerate() {
                let (f, o) = (from.free_by[b], from.other_by[b]);
                for ((free, other), value) in free.iter_mut().zip(other.iter_mut()).zip(line) {
                    *free += f * value;
                    *other += o * value;
                }
            }
        }
        for (a, (line, into)) in matrix.chunks_exact(k).zip(into.chunks_exact_mut(k)).enumerate() {
            let share = self.row(a);
            let own = share * self.diagonal(a);
            let (f, o) = self
                .from
                .as_ref()
                .map_or((0.0, 0.0), |from| (share * from.rank * from.by_free[a], share * from.rank * from.by_other[a]));
            for (((slot, value), free), other) in into.iter_mut().zip(line).zip(&*free).zip(&*other) {
                *slot -= own * value + f * free + o * other;
            }
        }
    }

    /// `into −= inverse · E`: the block right of a pivot, with the sign the matrix has it in.
    fn add_after(&self, inverse: &[f64], k: usize, rows: &mut [Vec<f64>; 2], into: &mut [f64]) {
        let [free, other] = rows;
        for (a, line) in inverse.chunks_exact(k).enumerate() {
            (free[a], other[a]) = (0.0, 0.0);
            if let Some(from) = &self.from {
                for (b, value) in line.iter().enumerate() {
                    let share = self.row(b) * from.rank * value;
                    free[a] += share * from.by_free[b];
                    other[a] += share * from.by_other[b];
                }
            }
        }
        for (a, (line, into)) in inverse.chunks_exact(k).zip(into.chunks_exact_mut(k)).enumerate() {
            for (c, (slot, value)) in into.iter_mut().zip(line).enumerate() {
                let mut moved = value * self.row(c) * self.diagonal(c);
                if let Some(from) = &self.from {
                    moved += free[a] * from.free_by[c] + other[a] * from.other_by[c];
                }
                *slot -= moved;
            }
        }
    }

    /// `into += E · vector`.
    fn add_times_vector(&self, vector: &[f64], into: &mut [f64]) {
        let (mut free, mut other) = (0.0, 0.0);
        if let Some(from) = &self.from {
            free = from.free_by.iter().zip(vector).map(|(x, y)| x * y).sum();
            other = from.other_by.iter().zip(vector).map(|(x, y)| x * y).sum();
        }
        for (a, (slot, value)) in into.iter_mut().zip(vector).enumerate() {
            let share = self.row(a);
            *slot += share * self.diagonal(a) * value;
            if let Some(from) = &self.from {
                *slot += share * from.rank * (from.by_free[a] * free + from.by_other[a] * other);
            }
        }
    }
}

/// `into = left · right`.
fn product(left: &[f64], right: &[f64], k: usize, into: &mut [f64]) {
    into.fill(0.0);
    for (line, factors) in into.chunks_exact_mut(k).zip(left.chunks_exact(k)) {
        for (factor, row) in factors.iter().zip(right.chunks_exact(k)) {
            for (slot, value) in line.iter_mut().zip(row) {
                *slot += factor * value;
            }
        }
    }
}

fn times_vector(matrix: &[f64], vector: &mut [f64], room: &mut [f64]) {
    room.copy_from_slice(vector);
    for (slot, line) in vector.iter_mut().zip(matrix.chunks_exact(room.len())) {
        *slot = line.iter().zip(room.iter()).map(|(x, y)| x * y).sum();
    }
}

fn subtract_product(matrix: &[f64], vector: &[f64], into: &mut [f64]) {
    for (slot, line) in into.iter_mut().zip(matrix.chunks_exact(vector.len())) {
        *slot -= line.iter().zip(vector).map(|(x, y)| x * y).sum::<f64>();
    }
}

/// Gauss–Jordan inverse in place, rows exchanged for the largest pivot.
fn invert(m: &mut [f64], k: usize, pivots: &mut [usize]) -> bool {
    for c in 0..k {
        let best = (c..k).max_by(|&a, &b| m[a * k + c].abs().total_cmp(&m[b * k + c].abs())).unwrap_or(c);
        let pivot = m[best * k + c];
        if !pivot.is_finite() || pivot.abs() < 1e-300 {
            return false;
        }
        pivots[c] = best;
        if best != c {
            for i in 0..k {
                m.swap(best * k + i, c * k + i);
            }
        }
        let scale = 1.0 / pivot;
        m[c * k + c] = 1.0;
        for value in &mut m[c * k..(c + 1) * k] {
            *value *= scale;
        }
        let (head, rest) = m.split_at_mut(c * k);
        let (line, tail) = rest.split_at_mut(k);
        for other in head.chunks_exact_mut(k).chain(tail.chunks_exact_mut(k)) {
            let factor = other[c];
            if factor != 0.0 {
                other[c] = 0.0;
                for (slot, value) in other.iter_mut().zip(line.iter()) {
                    *slot -= factor * value;
                }
            }
        }
    }
    for c in (0..k).rev() {
        if pivots[c] != c {
            for a in 0..k {
                m.swap(a * k + c, a * k + pivots[c]);
            }
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inverse_is_an_inverse() {
        let m = [0.0, 2.0, 1.0, 1.0, 0.5, 3.0, 4.0, 1.0, 1.0];
        let mut inverse = m;
        assert!(invert(&mut inverse, 3, &mut [0; 3]));
        let mut unit = [0.0; 9];
        product(&m, &inverse, 3, &mut unit);
        for (at, value) in unit.iter().enumerate() {
            let wanted = if at % 4 == 0 { 1.0 } else { 0.0 };
            assert!((value - wanted).abs() < 1e-14, "{unit:?}");
        }
        assert!(!invert(&mut [1.0, 2.0, 2.0, 4.0], 2, &mut [0; 2]));
    }
}
