//! The kriging system of a few samples, by the lower triangle of their covariances.
//!
//! # Equation
//! ```text
//! C = L Lᵀ,   B = L⁻¹F,   y = L⁻¹c,   μ = (BᵀB)⁻¹(Bᵀy − f),   w = L⁻ᵀ(y − B μ)
//! σ² = C₀₀ − wᵀc − μᵀf
//! ```
//! Half a solution for each right-hand side and one whole for the weights; no bordered matrix, so that C stays positive.
//!
//! # Symbols
//! C covariances of the samples, c with the target; F drift functions at the samples, f at the target; μ multipliers.
//!
//! # Source
//! Textbook algebra of Cholesky's factors and of the bordered system.

use nalgebra::DMatrix;

use super::blocks;
use super::drift::MOST;

/// Of a sill: a pivot below it means two samples that say the same.
pub(super) const PIVOT: f64 = 1e-11;

/// From so many samples a system is factored block by block.
const LARGE: usize = 96;

/// Room for one system; triangles are kept row after row.
#[derive(Debug, Clone)]
pub struct System {
    count: usize,
    functions: usize,
    lower: Vec<f64>,
    /// B, a function after another.
    drift: Vec<f64>,
    /// The factor of BᵀB.
    inner: [f64; MOST * (MOST + 1) / 2],
}

impl Default for System {
    fn default() -> Self {
        let inner = [0.0; MOST * (MOST + 1) / 2];
        Self { count: 0, functions: 0, lower: Vec::new(), drift: Vec::new(), inner }
    }
}

/// Why a system has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Two samples say the same thing.
    Twins,
    /// The samples cannot tell the drift.
    Drift,
}

/// Where row `row` of a lower triangle begins.
pub(super) fn row_at(row: usize) -> usize {
    row * (row + 1) / 2
}

/// Sum of products, four at a time.
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (mut sums, mut rest) = ([0.0; 4], 0.0);
    let (a4, b4) = (a.chunks_exact(4), b.chunks_exact(4));
    for (a, b) in a4.remainder().iter().zip(b4.remainder()) {
        rest += a * b;
    }
    for (a, b) in a4.zip(b4) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    (sums[0] + sums[2]) + (sums[1] + sums[3]) + rest
}

/// Factors a lower triangle in place; false where it is not positive.
pub(super) fn factor(lower: &mut [f64], count: usize, least: f64) -> bool {
    for row in 0..count {
        let (above, own) = lower.split_at_mut(row_at(row));
        for column in 0..row {
            let other = &above[row_at(column)..=row_at(column) + column];
            own[column] = (own[column] - dot(&own[..column], &other[..column])) * other[column];
        }
        let pivot = own[row] - dot(&own[..row], &own[..row]);
        if pivot.is_nan() || pivot <= least {
            return false;
        }
        // The inverse of the diagonal is kept: it is only ever divided by.
        own[row] = 1.0 / pivot.sqrt();
    }
    true
}

/// L⁻¹ in place.
pub(super) fn forward(lower: &[f64], right: &mut [f64]) {
    for row in 0..right.len() {
        let own = &lower[row_at(row)..=row_at(row) + row];
        right[row] = (right[row] - dot(&own[..row], &right[..row])) * own[row];
    }
}

/// L⁻ᵀ in place.
pub(super) fn backward(lower: &[f64], right: &mut [f64]) {
    for row in (0..right.len()).rev() {
        let own = &lower[row_at(row)..=row_at(row) + row];
        let (above, here) = right.split_at_mut(row);
        here[0] *= own[row];
        for (above, own) in above.iter_mut().zip(own) {
            *above -= own * here[0];
        }
    }
}

impl System {
    /// Of `count` samples and so many drift functions; `covariance(i, j)` for j ≤ i, `drift(i, f)` writes those at a sample.
    pub fn make(
        &mut self,
        count: usize,
        functions: usize,
        mut covariance: impl FnMut(usize, usize) -> f64,
        mut drift: impl FnMut(usize, &mut [f64]),
    ) -> Result<(), Refused> {
        (self.count, self.functions) = (count, functions);
        self.lower.clear();
        let mut sill: f64 = 0.0;
        for row in 0..count {
            for column in 0..=row {
                self.lower.push(covariance(row, column));
            }
            sill = sill.max(self.lower[self.lower.len() - 1]);
        }
        let positive =
            if count < LARGE { factor(&mut self.lower, count, PIVOT * sill) } else { self.factor_large(PIVOT * sill) };
        if !positive {
            return Err(Refused::Twins);
        }
        if count < functions {
            return Err(Refused::Drift);
        }
        self.drift.clear();
        self.drift.resize(count * functions, 0.0);
        let mut at = [0.0; MOST];
        for row in 0..count {
            drift(row, &mut at[..functions]);
            for (function, value) in at[..functions].iter().enumerate() {
                self.drift[function * count + row] = *value;
            }
        }
        for column in self.drift.chunks_exact_mut(count.max(1)) {
            forward(&self.lower, column);
        }
        let column = |function: usize| &self.drift[function * count..(function + 1) * count];
        let mut most: f64 = 0.0;
        for row in 0..functions {
            for other in 0..=row {
                self.inner[row_at(row) + other] = dot(column(row), column(other));
            }
            most = most.max(self.inner[row_at(row) + row]);
        }
        if factor(&mut self.inner, functions, 1e-10 * most) { Ok(()) } else { Err(Refused::Drift) }
    }

    fn factor_large(&mut self, least: f64) -> bool {
        let mut matrix = self.square();
        if !blocks::factor(&mut matrix, least) {
            return false;
        }
        for row in 0..self.count {
            for (column, own) in self.lower[row_at(row)..=row_at(row) + row].iter_mut().enumerate() {
                *own = matrix[(row, column)];
            }
            self.lower[row_at(row) + row] = 1.0 / matrix[(row, row)];
        }
        true
    }

    /// What is kept as a triangle, as a square with noughts above it.
    fn square(&self) -> DMatrix<f64> {
        let mut matrix = DMatrix::zeros(self.count, self.count);
        for row in 0..self.count {
            for (column, own) in self.lower[row_at(row)..=row_at(row) + row].iter().enumerate() {
                matrix[(row, column)] = *own;
            }
        }
        matrix
    }

    /// Drift functions.
    pub fn functions(&self) -> usize {
        self.functions
    }

    /// B of a function.
    pub fn drift_column(&self, function: usize) -> &[f64] {
        &self.drift[function * self.count..(function + 1) * self.count]
    }

    /// The factor of BᵀB.
    pub fn inner(&self) -> &[f64] {
        &self.inner
    }

    /// L⁻¹ in place.
    pub fn half(&self, right: &mut [f64]) {
        forward(&self.lower, right);
    }

    /// The factor as a square with noughts above its diagonal.
    pub fn lower_matrix(&self) -> DMatrix<f64> {
        let mut matrix = self.square();
        for at in 0..self.count {
            matrix[(at, at)] = 1.0 / matrix[(at, at)];
        }
        matrix
    }

    /// Turns covariances with the target into weights, in place; answers `(wᵀc, μᵀf)`.
    pub fn weigh(&self, covariances: &mut [f64], at_target: &[f64], half: &mut Vec<f64>) -> (f64, f64) {
        let count = self.count;
        half.clear();
        half.extend_from_slice(covariances);
        forward(&self.lower, half);
        let mut multipliers = [0.0; MOST];
        let multipliers = &mut multipliers[..self.functions];
        for (function, multiplier) in multipliers.iter_mut().enumerate() {
            *multiplier = dot(&self.drift[function * count..(function + 1) * count], half) - at_target[function];
        }
        forward(&self.inner, multipliers);
        backward(&self.inner, multipliers);
        for (function, multiplier) in multipliers.iter().enumerate() {
            for (half, drift) in half.iter_mut().zip(&self.drift[function * count..]) {
                *half -= multiplier * drift;
            }
        }
        backward(&self.lower, half);
        let explained = dot(half, covariances);
        covariances.copy_from_slice(half);
        (explained, dot(multipliers, at_target))
    }
}
