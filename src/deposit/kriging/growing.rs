//! A kriging system that grows sample by sample and keeps what it shares with the one before.
//!
//! # Equation
//! Row after row of `C = L Lᵀ`, and with it of `B = L⁻¹F` and `V = L⁻¹Z`:
//! ```text
//! L_rc = (C_rc − Σ_{j<c} L_rj L_cj) / L_cc,   L_rr² = C_rr − Σ L_rj²,   B_r = (F_r − Σ L_rj B_j) / L_rr
//! y = L⁻¹c,   μ = (BᵀB)⁻¹(Bᵀy − f),   z* = yᵀV − μᵀBᵀV,   σ² = C₀₀ − yᵀy + μᵀ(Bᵀy − f)
//! ```
//! so that no weights are needed for an estimate, and a set of samples that begins like another keeps its rows.
//!
//! # Symbols
//! Those of [`super::system`]; Z grades of the samples, a column for each variable.
//!
//! # Source
//! Textbook algebra of Cholesky's factors.

use super::drift::MOST;
use super::system::{PIVOT, Refused, backward, dot, factor, forward, row_at};

/// Targets that are solved side by side.
pub const LANES: usize = 4;

/// A number for each of the targets side by side.
pub type Lanes = [f64; LANES];

/// The rows there are.
#[derive(Debug, Clone, Default)]
pub struct Growing {
    count: usize,
    functions: usize,
    /// Functions and variables.
    width: usize,
    /// Rows one after another, the inverse of the diagonal last.
    lower: Vec<f64>,
    /// Row after row: B, then V.
    beside: Vec<f64>,
    inner: Vec<f64>,
    /// Function after function: BᵀV.
    cross: Vec<f64>,
    half: Vec<Lanes>,
}

/// What is told of a target.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Answer {
    /// Σ w c
    pub explained: f64,
    /// Σ μ f
    pub drift: f64,
}

impl Growing {
    /// Begins anew, for so many drift functions and variables.
    pub fn clear(&mut self, functions: usize, variables: usize) {
        (self.functions, self.width) = (functions, functions + variables);
        self.keep(0);
    }

    /// Keeps the first rows.
    pub fn keep(&mut self, first: usize) {
        self.count = first;
        self.lower.truncate(row_at(first));
        self.beside.truncate(first * self.width);
    }

    /// Takes in a sample: its covariances with those before it, its own last; its drift functions and grades.
    pub fn push(&mut self, covariances: &[f64], beside: &[f64]) -> Result<(), Refused> {
        let row = self.count;
        let own = covariances[row];
        let start = self.lower.len();
        self.lower.extend_from_slice(&covariances[..=row]);
        let (above, here) = self.lower.split_at_mut(start);
        for column in 0..row {
            let other = &above[row_at(column)..=row_at(column) + column];
            here[column] = (here[column] - dot(&here[..column], &other[..column])) * other[column];
        }
        let pivot = own - dot(&here[..row], &here[..row]);
        if pivot.is_nan() || pivot <= PIVOT * own {
            return Err(Refused::Twins);
        }
        here[row] = 1.0 / pivot.sqrt();
        let from = self.beside.len();
        self.beside.extend_from_slice(beside);
        let (before, own) = self.beside.split_at_mut(from);
        for (before, factor) in before.chunks_exact(self.width.max(1)).zip(&*here) {
            for (own, before) in own.iter_mut().zip(before) {
                *own -= factor * before;
            }
        }
        for own in own {
            *own *= here[row];
        }
        self.count += 1;
        Ok(())
    }

    /// Makes the drift ready after the last sample; false where the samples cannot tell it.
    pub fn ready(&mut self) -> bool {
        let (functions, width) = (self.functions, self.width);
        if self.count < functions {
            return false;
        }
        self.inner.clear();
        self.inner.resize(row_at(functions), 0.0);
        self.cross.clear();
        self.cross.resize(functions * (width - functions), 0.0);
        for row in self.beside.chunks_exact(width.max(1)) {
            let (drift, values) = row.split_at(functions);
            for (function, own) in drift.iter().enumerate() {
                for (inner, other) in self.inner[row_at(function)..].iter_mut().zip(&drift[..=function]) {
                    *inner += own * other;
                }
                for (cross, value) in self.cross[function * values.len()..].iter_mut().zip(values) {
                    *cross += own * value;
                }
            }
        }
        let most = (0..functions).map(|at| self.inner[row_at(at) + at]).fold(0.0, f64::max);
        factor(&mut self.inner, functions, 1e-10 * most)
    }

    /// Solves targets side by side: `covariances` with each sample, row after row; drift functions of each; answers, and
    /// the estimates of each lane, variable after variable, into `estimates`.
    pub fn solve(
        &mut self,
        covariances: &[Lanes],
        at_targets: &[[f64; MOST]; LANES],
        estimates: &mut [Vec<f64>; LANES],
    ) -> [Answer; LANES] {
        let functions = self.functions;
        self.half.clear();
        for (row, covariance) in covariances[..self.count].iter().enumerate() {
            let own = &self.lower[row_at(row)..=row_at(row) + row];
            let mut sums = [[0.0; LANES]; 2];
            let (pairs, halves) = (own[..row].chunks_exact(2), self.half.chunks_exact(2));
            if row % 2 == 1 {
                for (sum, half) in sums[0].iter_mut().zip(&self.half[row - 1]) {
                    *sum = own[row - 1] * half;
                }
            }
            for (pair, half) in pairs.zip(halves) {
                for lane in 0..LANES {
                    sums[0][lane] += pair[0] * half[0][lane];
                    sums[1][lane] += pair[1] * half[1][lane];
                }
            }
            let mut half = *covariance;
            for lane in 0..LANES {
                half[lane] = (half[lane] - (sums[0][lane] + sums[1][lane])) * own[row];
            }
            self.half.push(half);
        }
        let mut squares = [0.0; LANES];
        for half in &self.half {
            for lane in 0..LANES {
                squares[lane] += half[lane] * half[lane];
            }
        }
        let mut answers = [Answer { explained: 0.0, drift: 0.0 }; LANES];
        for lane in 0..LANES {
            let mut held = [0.0; MOST];
            let estimate = &mut estimates[lane];
            estimate.clear();
            estimate.resize(self.width - functions, 0.0);
            for (row, half) in self.beside.chunks_exact(self.width.max(1)).zip(&self.half) {
                let (drift, values) = row.split_at(functions);
                for (held, drift) in held.iter_mut().zip(drift) {
                    *held += half[lane] * drift;
                }
                for (estimate, value) in estimate.iter_mut().zip(values) {
                    *estimate += half[lane] * value;
                }
            }
            let at_target = &at_targets[lane][..functions];
            let mut multipliers = [0.0; MOST];
            let multipliers = &mut multipliers[..functions];
            for ((multiplier, held), at_target) in multipliers.iter_mut().zip(&held).zip(at_target) {
                *multiplier = held - at_target;
            }
            forward(&self.inner, multipliers);
            backward(&self.inner, multipliers);
            for (function, multiplier) in multipliers.iter().enumerate() {
                let cross = &self.cross[function * estimate.len()..];
                for (estimate, cross) in estimate.iter_mut().zip(cross) {
                    *estimate -= multiplier * cross;
                }
            }
            answers[lane] = Answer {
                explained: squares[lane] - dot(multipliers, &held[..functions]),
                drift: dot(multipliers, at_target),
            };
        }
        answers
    }
}
