//! Elimination of a block tridiagonal system with one corner: a battery with its organic loop closed.
//!
//! # Equation
//! ```text
//! −L_j δ_{j−1} + d δ_j − U_j δ_{j+1} = r_j,   j = 0 … N−1,    L_0 couples to δ_{N−1}
//! ```
//! L and U are a diagonal plus rank two (see [`Split`]), so that a product with them costs K²; what
//! costs K³ is one inverse a stage (and one product more when the loop is closed).
//!
//! # Source
//! Block elimination (Thomas), textbook algebra.

use super::stage::Split;

/// Work space, taken once for a solve.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    inverse: Vec<f64>,
    up: Vec<f64>,
    corner: Vec<f64>,
    scratch: Vec<f64>,
    pivots: Vec<usize>,
    row: [Vec<f64>; 2],
}

/// The system: what its blocks are made of.
pub(super) struct System<'s> {
    pub solutes: usize,
    pub splits: &'s [Split],
    /// The number on the diagonal.
    pub diagonal: f64,
    /// Share of each stage's solution that passes to the stage before.
    pub kept: &'s [f64],
    /// Share of each solute in the last organic that returns to the first stage.
    pub returned: &'s [f64],
}

impl Blocks {
    pub(super) fn new(stages: usize, solutes: usize) -> Self {
        let square = solutes * solutes;
        Self {
            inverse: vec![0.0; square],
            up: vec![0.0; stages * square],
            corner: vec![0.0; stages * square],
            scratch: vec![0.0; square],
            pivots: vec![0; solutes],
            row: [vec![0.0; solutes], vec![0.0; solutes]],
        }
    }

    /// Solves in place: `rhs` becomes δ. False where a block is singular.
    pub(super) fn solve(&mut self, system: &System<'_>, rhs: &mut [f64]) -> bool {
        let (k, n) = (system.solutes, system.splits.len());
        let square = k * k;
        let closed = n > 1 && system.returned.iter().any(|&share| share > 0.0);
        for j in 0..n {
            // The pivot block P = d I − L U'_{j−1}, and the corner's column carried along.
            self.inverse.fill(0.0);
            for i in 0..k {
                self.inverse[i * k + i] = system.diagonal;
            }
            if j > 0 {
                let below = &system.splits[j - 1];
                let (before, here) = self.up.split_at_mut(j * square);
                let _ = here;
                organic_times(below, &before[(j - 1) * square..], k, &mut self.row, &mut self.scratch);
                for (p, s) in self.inverse.iter_mut().zip(&self.scratch) {
                    *p -= s;
                }
                organic_times_vector(below, rhs, j, k);
                if closed {
                    let (before, here) = self.corner.split_at_mut(j * square);
                    organic_times(below, &before[(j - 1) * square..], k, &mut self.row, &mut here[..square]);
                }
            } else if closed {
                let last = &system.splits[n - 1];
                for a in 0..k {
                    for b in 0..k {
                        let own = if a == b { last.goes[a] } else { 0.0 };
                        self.corner[a * k + b] = system.returned[a]
                            * (own + last.by_free[a] * last.free_by[b] + last.by_acid[a] * last.acid_by[b]);
                    }
                }
            } else if n == 1 {
                let only = &system.splits[0];
                for a in 0..k {
                    for b in 0..k {
                        let own = if a == b { only.goes[a] } else { 0.0 };
                        self.inverse[a * k + b] -= system.returned[a]
                            * (own + only.by_free[a] * only.free_by[b] + only.by_acid[a] * only.acid_by[b]);
                    }
                }
            }
            if !invert(&mut self.inverse, k, &mut self.pivots) {
                return false;
            }
            // rhs' = P⁻¹ rhs, U' = P⁻¹ U, corner' = P⁻¹ corner.
            times_vector(&self.inverse, &mut rhs[j * k..(j + 1) * k], &mut self.row[0]);
            if j + 1 < n {
                let up = &mut self.up[j * square..(j + 1) * square];
                times_aqueous(&self.inverse, &system.splits[j + 1], system.kept[j + 1], k, &mut self.row, up);
            }
            if closed {
                let corner = &mut self.corner[j * square..(j + 1) * square];
                self.scratch.copy_from_slice(corner);
                product(&self.inverse, &self.scratch, k, corner);
            }
        }
        if closed {
            let last = (n - 1) * square;
            for a in 0..square {
                self.inverse[a] = -self.corner[last + a];
            }
            for i in 0..k {
                self.inverse[i * k + i] += 1.0;
            }
            if !invert(&mut self.inverse, k, &mut self.pivots) {
                return false;
            }
            times_vector(&self.inverse, &mut rhs[(n - 1) * k..], &mut self.row[0]);
        }
        for j in (0..n.saturating_sub(1)).rev() {
            let (head, tail) = rhs.split_at_mut((j + 1) * k);
            let here = &mut head[j * k..];
            let up = &self.up[j * square..(j + 1) * square];
            add_product(up, &tail[..k], here);
            if closed {
                let last = &tail[(n - 2 - j) * k..];
                add_product(&self.corner[j * square..(j + 1) * square], last, here);
            }
        }
        true
    }
}

/// `into = (∂Y/∂t) · matrix`.
fn organic_times(split: &Split, matrix: &[f64], k: usize, row: &mut [Vec<f64>; 2], into: &mut [f64]) {
    let [free, acid] = row;
    free.fill(0.0);
    acid.fill(0.0);
    for b in 0..k {
        let (f, a) = (split.free_by[b], split.acid_by[b]);
        for (c, &value) in matrix[b * k..(b + 1) * k].iter().enumerate() {
            free[c] += f * value;
            acid[c] += a * value;
        }
    }
    for a in 0..k {
        let (own, by_free, by_acid) = (split.goes[a], split.by_free[a], split.by_acid[a]);
        for c in 0..k {
            into[a * k + c] = own * matrix[a * k + c] + by_free * free[c] + by_acid * acid[c];
        }
    }
}

/// `rhs_j += (∂Y/∂t)_{j−1} · rhs_{j−1}`.
fn organic_times_vector(split: &Split, rhs: &mut [f64], j: usize, k: usize) {
    let (before, here) = rhs.split_at_mut(j * k);
    let before = &before[(j - 1) * k..];
    let free: f64 = split.free_by.iter().zip(before).map(|(a, b)| a * b).sum();
    let acid: f64 = split.acid_by.iter().zip(before).map(|(a, b)| a * b).sum();
    for a in 0..k {
        here[a] += split.goes[a] * before[a] + split.by_free[a] * free + split.by_acid[a] * acid;
    }
}

/// `into = inverse · kept ∂X/∂t`, with ∂X/∂t = stays − (rank two of ∂Y/∂t).
fn times_aqueous(inverse: &[f64], split: &Split, kept: f64, k: usize, row: &mut [Vec<f64>; 2], into: &mut [f64]) {
    let [free, acid] = row;
    for a in 0..k {
        let line = &inverse[a * k..(a + 1) * k];
        free[a] = line.iter().zip(&split.by_free).map(|(x, y)| x * y).sum::<f64>();
        acid[a] = line.iter().zip(&split.by_acid).map(|(x, y)| x * y).sum::<f64>();
    }
    for a in 0..k {
        for c in 0..k {
            into[a * k + c] =
                kept * (inverse[a * k + c] * split.stays[c] - free[a] * split.free_by[c] - acid[a] * split.acid_by[c]);
        }
    }
}

fn product(left: &[f64], right: &[f64], k: usize, into: &mut [f64]) {
    into.fill(0.0);
    for a in 0..k {
        let line = &mut into[a * k..(a + 1) * k];
        for b in 0..k {
            let factor = left[a * k + b];
            for (slot, value) in line.iter_mut().zip(&right[b * k..(b + 1) * k]) {
                *slot += factor * value;
            }
        }
    }
}

fn times_vector(matrix: &[f64], vector: &mut [f64], room: &mut [f64]) {
    let k = vector.len();
    room.copy_from_slice(vector);
    for (a, slot) in vector.iter_mut().enumerate() {
        *slot = matrix[a * k..(a + 1) * k].iter().zip(room.iter()).map(|(x, y)| x * y).sum();
    }
}

fn add_product(matrix: &[f64], vector: &[f64], into: &mut [f64]) {
    let k = into.len();
    for (a, slot) in into.iter_mut().enumerate() {
        *slot += matrix[a * k..(a + 1) * k].iter().zip(vector).map(|(x, y)| x * y).sum::<f64>();
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
