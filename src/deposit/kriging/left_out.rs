//! Every sample estimated from the others, all of which speak: one system for all, not one for each.
//!
//! # Equation
//! With K the system of all samples bordered by their drift, and P the part of K⁻¹ that belongs to the samples,
//! ```text
//! K = [C F; Fᵀ 0],   P = Xᵀ(I − B(BᵀB)⁻¹Bᵀ)X,   X = L⁻¹,  C = L Lᵀ,  B = X F
//! z_H − z*_H = P_HH⁻¹ (P z)_H,   σ²_H = diag(P_HH⁻¹)
//! ```
//! for the samples H that are left out together; of one sample, `z − z* = (P z)_i / P_ii` and `σ² = 1 / P_ii`.
//!
//! # Symbols
//! Those of [`super::system`]; z values less the known mean; z* the estimate from the samples that are not of H.
//!
//! # Holds for
//! Simple, ordinary and universal kriging from all samples. Where those that are left cannot tell the drift, P_HH is singular and there is no answer.
//!
//! # Source
//! `dubrule1983`; algebra of partitioned matrices.

use nalgebra::DMatrix;

use super::drift::Drift;
use super::system::{Refused, System, backward, dot, factor, forward};
use super::{Kriging, blocks};
use crate::deposit::search::Tree;
use crate::deposit::threads;
use crate::error::Error;

/// Of what a sample says by itself: below it the others cannot tell the drift.
const SINGULAR: f64 = 1e-10;

/// Room for the samples that are left out together.
#[derive(Default)]
struct Desk {
    /// P_HH, a triangle.
    inner: Vec<f64>,
    right: Vec<f64>,
}

/// What all samples together say of each other.
struct Others<'a> {
    /// X.
    inverse: DMatrix<f64>,
    /// Of each sample, one after another: the factor of BᵀB solved for Bᵀ of its column of X.
    beside: Vec<f64>,
    functions: usize,
    /// Of each variable, one after another: P z.
    residuals: Vec<Vec<f64>>,
    values: &'a [Vec<f64>],
}

impl Kriging {
    /// A row for each sample: kriging variance, then the estimate of each variable, from all samples of other groups; not numbers where there is no answer.
    pub(super) fn each_by_others(&self, tree: &Tree, values: &[Vec<f64>], groups: &[u32]) -> Result<Vec<f64>, Error> {
        let count = self.points.len();
        let width = 1 + values.len();
        let none = vec![f64::NAN; count * width];
        let system = match self.of_all()? {
            Ok(system) => system,
            Err(Refused::Drift) => return Ok(none),
            Err(why) => return Err(self.refused(why, count)),
        };
        let mean = if let Drift::Known(mean) = self.drift { mean } else { 0.0 };
        let others = Others::new(&system, values, mean);
        let mut members: Vec<u32> = (0..count as u32).collect();
        members.sort_by_key(|sample| (groups[*sample as usize], *sample));
        let sets: Vec<&[u32]> = members.chunk_by(|a, b| groups[*a as usize] == groups[*b as usize]).collect();
        let mut answers: Vec<Vec<f64>> = vec![Vec::new(); sets.len()];
        threads::fill(&mut answers, 1, Desk::default, |desk, at, answer| {
            if count - sets[at].len() >= tree.search().least {
                others.answer(sets[at], mean, desk, &mut answer[0]);
            }
            Ok::<(), Error>(())
        })?;
        let mut rows = none;
        for (set, answer) in sets.into_iter().zip(&answers) {
            for (sample, told) in set.iter().zip(answer.chunks_exact(width)) {
                rows[*sample as usize * width..][..width].copy_from_slice(told);
            }
        }
        Ok(rows)
    }
}

impl<'a> Others<'a> {
    fn new(system: &System, values: &'a [Vec<f64>], mean: f64) -> Self {
        let (lower, functions) = (system.lower_matrix(), system.functions());
        let count = lower.nrows();
        let mut inverse = DMatrix::zeros(count, count);
        blocks::invert(&lower, &mut inverse);
        let column = |at: usize| &inverse.as_slice()[at * count..(at + 1) * count];
        let mut beside = vec![0.0; count * functions];
        for (at, held) in beside.chunks_exact_mut(functions.max(1)).enumerate() {
            for (function, held) in held.iter_mut().enumerate() {
                *held = dot(&system.drift_column(function)[at..], &column(at)[at..]);
            }
            forward(system.inner(), held);
        }
        let residuals = values
            .iter()
            .map(|values| {
                let mut half: Vec<f64> = values.iter().map(|value| value - mean).collect();
                system.half(&mut half);
                let mut held: Vec<f64> =
                    (0..functions).map(|function| dot(system.drift_column(function), &half)).collect();
                forward(system.inner(), &mut held);
                backward(system.inner(), &mut held);
                for (function, by) in held.iter().enumerate() {
                    for (half, drift) in half.iter_mut().zip(system.drift_column(function)) {
                        *half -= by * drift;
                    }
                }
                (0..count).map(|at| dot(&column(at)[at..], &half[at..])).collect()
            })
            .collect();
        Self { inverse, beside, functions, residuals, values }
    }

    /// Answers samples that are left out together, in their order; nothing where the others cannot tell the drift.
    fn answer(&self, set: &[u32], mean: f64, desk: &mut Desk, answer: &mut Vec<f64>) {
        let count = self.inverse.nrows();
        let column = |at: usize| &self.inverse.as_slice()[at * count..(at + 1) * count];
        let held = |at: usize| &self.beside[at * self.functions..(at + 1) * self.functions];
        desk.inner.clear();
        let mut most: f64 = 0.0;
        for (row, sample) in set.iter().enumerate() {
            for other in &set[..=row] {
                // A column of X has noughts above its own row.
                let (a, b) = (*sample as usize, *other as usize);
                let from = a.max(b);
                let own = dot(&column(a)[from..], &column(b)[from..]);
                desk.inner.push(own - dot(held(a), held(b)));
                most = if a == b { most.max(own) } else { most };
            }
        }
        if !factor(&mut desk.inner, set.len(), SINGULAR * most) {
            return;
        }
        let width = 1 + self.values.len();
        answer.resize(set.len() * width, 0.0);
        for row in 0..set.len() {
            desk.right.clear();
            desk.right.resize(set.len(), 0.0);
            desk.right[row] = 1.0;
            forward(&desk.inner, &mut desk.right);
            answer[row * width] = dot(&desk.right, &desk.right);
        }
        for (variable, (residuals, values)) in self.residuals.iter().zip(self.values).enumerate() {
            desk.right.clear();
            desk.right.extend(set.iter().map(|sample| residuals[*sample as usize]));
            forward(&desk.inner, &mut desk.right);
            backward(&desk.inner, &mut desk.right);
            for (row, (sample, off)) in set.iter().zip(&desk.right).enumerate() {
                answer[row * width + 1 + variable] = mean + (values[*sample as usize] - mean - off);
            }
        }
    }
}
