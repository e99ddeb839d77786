//! Factors: the grades of a sample told as independent normal variables, and back, so that parts always add up to the whole.
//!
//! # Equation
//! ```text
//! y_e = ln(x_e / r),   r = W − Σ x_e                                                   log-ratios against the rest
//! u = Λ^(−½) Qᵀ (y − ȳ),   cov(y) = Q Λ Qᵀ                                             whitened: principal components
//! f = Vᵀ u,   ½ mean (u_i − u_j)(u_i − u_j)ᵀ over pairs within a lag = V Γ Vᵀ           turned: autocorrelation factors
//! x_e = W exp(y_e) / (1 + Σ exp(y_e)),   y = ȳ + Q Λ^½ V f                              back: positive, Σ x + r = W
//! ```
//! and each factor to its normal score ([`super::normal_score`]), where the ground is layered by a law for each layer ([`super::simulate::layers`]).
//!
//! # Symbols
//! `x` grade of an element, `W` the whole in the same unit (10⁶ of ppm), `r` what is neither; `ȳ`, cov over the samples by their declustering
//! weights; Γ semivariance of each factor at the lag, rising: the first factor is the most alike from place to place.
//!
//! # Holds for
//! Elements assayed in the same samples. Factors are uncorrelated in one place and, for two structures, at every distance; what is not linear
//! between log-ratios is not kept. Which part the ratios are taken against does not matter: another choice (isometric, centred) is a linear
//! change of `y`, which whitening undoes. A grade of nought or less has no logarithm: it is refused, or replaced by a grade the caller states
//! (say 0.65 of the detection limit), taken out of the rest, so that what was measured stays as measured. Directions in which the samples
//! do not vary at all (a fixed pattern) are no factors and stay fixed.
//!
//! # Source
//! Log-ratios: `aitchison1986`, `egozcue2003`; min/max autocorrelation factors: `switzer1984`, in simulation `desbarats2000`;
//! replaced noughts: `martinfernandez2003`.

use nalgebra::{DMatrix, SymmetricEigen};

use crate::deposit::anisotropy::Ellipsoid;
use crate::deposit::normal_score::{Tail, Tails};
use crate::deposit::point::Point;
use crate::deposit::search::{Found, Search, Tree};
use crate::deposit::simulate::Back;
use crate::deposit::simulate::layers::{Layered, Layers};
use crate::error::Error;
use crate::table::Table;

#[cfg(test)]
mod tests;

/// What becomes of grades of nought or less.
#[derive(Debug, Clone, PartialEq)]
pub enum Noughts {
    /// They are refused.
    Refused,
    /// They are replaced by a grade, one for each element.
    Replaced(Vec<f64>),
}

/// How factors are found.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// The whole, in the unit of the grades.
    pub whole: f64,
    /// What becomes of grades of nought or less.
    pub noughts: Noughts,
    /// Pairs within it tell what is alike from place to place; `None`: principal components alone.
    pub lag: Option<Ellipsoid>,
    /// How far beyond its extreme samples a factor may go, in its standard deviations, evenly.
    pub beyond: f64,
    /// Layers in which the factors' scores are taken, each by its own law.
    pub layers: Layers,
}

/// The law from grades to factors and back.
#[derive(Debug, Clone)]
pub struct Factors {
    whole: f64,
    centre: Vec<f64>,
    /// From factors to log-ratios, a row an element.
    back: Vec<f64>,
    laws: Vec<Layered>,
    gammas: Vec<f64>,
    replaced: usize,
}

/// Of the greatest variance: below it a direction does not vary.
const FLAT: f64 = 1e-13;
/// Pairs each sample brings to the lag.
const PAIRS: usize = 16;

fn refused(what: String, hint: &str) -> Error {
    Error::Infeasible { unit: "factors".into(), what, hint: hint.into() }
}

impl Factors {
    /// Of samples at `points`, each with its `grades` (a list a sample) and its declustering weight (`None`: alike).
    pub fn new(points: &[Point], grades: &[Vec<f64>], weights: Option<&[f64]>, ask: &Ask) -> Result<Self, Error> {
        let elements = grades.first().map_or(0, Vec::len);
        let even = vec![1.0; grades.len()];
        let weights = weights.unwrap_or(&even);
        if elements == 0
            || points.len() != grades.len()
            || weights.len() != grades.len()
            || grades.iter().any(|row| row.len() != elements)
        {
            let what = format!(
                "{} places, {} samples and {} weights, not all of {elements} grades",
                points.len(),
                grades.len(),
                weights.len()
            );
            return Err(refused(what, "samples in which every element was assayed, each with its place and weight"));
        }
        let mut replaced = 0;
        let ratios = grades
            .iter()
            .enumerate()
            .map(|(at, row)| {
                log_ratios(row, ask, &mut replaced)
                    .map_err(|(what, hint)| refused(format!("sample {}: {what}", at + 1), hint))
            })
            .collect::<Result<Vec<_>, Error>>()?;
        let total: f64 = weights.iter().sum();
        let mut centre = vec![0.0; elements];
        for (row, weight) in ratios.iter().zip(weights) {
            for (centre, ratio) in centre.iter_mut().zip(row) {
                *centre += weight / total * ratio;
            }
        }
        let mut covariance = DMatrix::zeros(elements, elements);
        for (row, weight) in ratios.iter().zip(weights) {
            for a in 0..elements {
                for b in 0..elements {
                    covariance[(a, b)] += weight / total * (row[a] - centre[a]) * (row[b] - centre[b]);
                }
            }
        }
        let (variances, axes) = eigen(covariance);
        let most = variances[0];
        let kept = variances.iter().take_while(|variance| **variance > FLAT * most).count();
        if kept == 0 || !most.is_finite() || most <= 0.0 {
            return Err(refused("the samples do not vary".into(), "samples of different grades"));
        }
        let whitened: Vec<Vec<f64>> = ratios
            .iter()
            .map(|row| {
                let along = |of: usize| (0..elements).map(|at| axes[(at, of)] * (row[at] - centre[at])).sum::<f64>();
                (0..kept).map(|of| along(of) / variances[of].sqrt()).collect()
            })
            .collect();
        let (gammas, turn) = match &ask.lag {
            None => (Vec::new(), DMatrix::identity(kept, kept)),
            Some(lag) => {
                let (mut gammas, mut turn) = eigen(increments(points, &whitened, lag)?);
                // The most alike first.
                gammas.reverse();
                turn = DMatrix::from_fn(kept, kept, |row, column| turn[(row, kept - 1 - column)]);
                (gammas, turn)
            }
        };
        let mut back = DMatrix::from_fn(elements, kept, |row, of| axes[(row, of)] * variances[of].sqrt()) * &turn;
        let mut turn = turn;
        for of in 0..kept {
            let largest = (0..elements).map(|at| back[(at, of)]).fold(0.0, |largest: f64, loading| {
                if loading.abs() > largest.abs() * (1.0 + 1e-9) { loading } else { largest }
            });
            if largest < 0.0 {
                back.column_mut(of).neg_mut();
                turn.column_mut(of).neg_mut();
            }
        }
        let heights_m: Vec<f64> = points.iter().map(|point| point[2]).collect();
        let tails = |least, greatest| Tails {
            least: least - ask.beyond,
            greatest: greatest + ask.beyond,
            below: Tail::Linear,
            above: Tail::Linear,
        };
        let laws = (0..kept)
            .map(|of| {
                let scores: Vec<f64> =
                    whitened.iter().map(|row| row.iter().enumerate().map(|(at, u)| turn[(at, of)] * u).sum()).collect();
                Layered::new(ask.layers.clone(), &heights_m, &scores, weights, tails)
            })
            .collect::<Result<Vec<_>, Error>>()?;
        let back = (0..elements * kept).map(|at| back[(at / kept, at % kept)]).collect();
        Ok(Self { whole: ask.whole, centre, back, laws, gammas, replaced })
    }

    /// Factors there are.
    pub fn count(&self) -> usize {
        self.laws.len()
    }

    /// The normal scores of a factor at the samples, in their order.
    pub fn scores(&self, factor: usize) -> &[f64] {
        self.laws[factor].scores()
    }

    /// Semivariance of each factor at the lag, of variance one; empty where no lag was asked.
    pub fn gammas(&self) -> &[f64] {
        &self.gammas
    }

    /// Grades that were nought or less and were replaced.
    pub fn replaced(&self) -> usize {
        self.replaced
    }

    /// What a standard deviation of a factor does to the logarithm of an element's ratio to the rest.
    pub fn loading(&self, element: usize, factor: usize) -> f64 {
        self.back[element * self.laws.len() + factor]
    }

    /// Loadings, with what of the log-ratios' variance each factor brings.
    pub fn table(&self, names: &[&str]) -> Table {
        let mut table = Table::new(
            "factors",
            "Factors of the composition",
            "change of ln(element/rest) for one standard deviation of the factor",
            &[("factor", ""), ("share of variance", ""), ("semivariance at the lag", "")],
        );
        for name in names {
            table.column(*name, "");
        }
        let all: f64 = self.back.iter().map(|loading| loading * loading).sum();
        for of in 0..self.count() {
            let own: f64 = (0..self.centre.len()).map(|at| self.loading(at, of).powi(2)).sum();
            let mut row = vec![((of + 1) as f64).into(), (own / all).into(), self.gammas.get(of).copied().into()];
            row.extend((0..names.len()).map(|at| self.loading(at, of).into()));
            table.row(row);
        }
        table
    }
}

impl Back for Factors {
    fn grades(&self) -> usize {
        self.centre.len()
    }

    fn scores(&self) -> usize {
        self.laws.len()
    }

    fn layer(&self, height_m: f64) -> usize {
        self.laws.first().map_or(0, |law| law.layer(height_m))
    }

    fn write(&self, layer: usize, scores: &[f64], room: &mut Vec<f64>, grades: &mut [f64]) {
        room.clear();
        room.extend(self.laws.iter().zip(scores).map(|(law, score)| law.grade(layer, *score)));
        let mut sum = 1.0;
        for ((grade, centre), loadings) in
            grades.iter_mut().zip(&self.centre).zip(self.back.chunks_exact(self.laws.len()))
        {
            *grade =
                (centre + loadings.iter().zip(&*room).map(|(loading, factor)| loading * factor).sum::<f64>()).exp();
            sum += *grade;
        }
        for grade in grades {
            *grade *= self.whole / sum;
        }
    }
}

/// The log-ratios of a sample, or why it has none.
fn log_ratios(row: &[f64], ask: &Ask, replaced: &mut usize) -> Result<Vec<f64>, (String, &'static str)> {
    let mut parts = row.to_vec();
    for (element, part) in parts.iter_mut().enumerate() {
        if !part.is_finite() {
            return Err((format!("grade {} is {part}", element + 1), "samples in which every element was assayed"));
        }
        if *part <= 0.0 {
            match &ask.noughts {
                Noughts::Replaced(by) if by.get(element).is_some_and(|by| *by > 0.0) => {
                    *part = by[element];
                    *replaced += 1;
                }
                _ => {
                    let hint = "a rule for grades of nought: replaced by a share of the detection limit";
                    return Err((format!("grade {} is {part} and has no logarithm", element + 1), hint));
                }
            }
        }
    }
    let rest = ask.whole - parts.iter().sum::<f64>();
    if rest <= 0.0 {
        return Err((
            format!("its grades leave {rest} of {}", ask.whole),
            "the whole in the unit of the grades: 1e6 of ppm",
        ));
    }
    Ok(parts.into_iter().map(|part| (part / rest).ln()).collect())
}

/// Variances, falling, and axes of a symmetric matrix.
fn eigen(matrix: DMatrix<f64>) -> (Vec<f64>, DMatrix<f64>) {
    let size = matrix.nrows();
    let found = SymmetricEigen::new(matrix);
    let mut order: Vec<usize> = (0..size).collect();
    order.sort_by(|a, b| found.eigenvalues[*b].total_cmp(&found.eigenvalues[*a]).then(a.cmp(b)));
    let values = order.iter().map(|at| found.eigenvalues[*at]).collect();
    (values, DMatrix::from_fn(size, size, |row, column| found.eigenvectors[(row, order[column])]))
}

/// Half the mean product of increments over pairs within a lag, each sample with its nearest.
fn increments(points: &[Point], values: &[Vec<f64>], lag: &Ellipsoid) -> Result<DMatrix<f64>, Error> {
    let size = values.first().map_or(0, Vec::len);
    let tree =
        Tree::new(points, &[], Search { within: Some(*lag), least: 1, most: PAIRS + 1, octant: None, hole: None });
    let (mut found, mut sums, mut pairs) = (Found::default(), DMatrix::zeros(size, size), 0usize);
    for (at, point) in points.iter().enumerate() {
        tree.find(*point, &mut found);
        for near in found.near.iter().filter(|near| near.sample as usize != at) {
            let other = &values[near.sample as usize];
            let apart: Vec<f64> = values[at].iter().zip(other).map(|(a, b)| a - b).collect();
            pairs += 1;
            for a in 0..size {
                for b in 0..size {
                    sums[(a, b)] += 0.5 * apart[a] * apart[b];
                }
            }
        }
    }
    if pairs < 10 * size {
        let what = format!("{pairs} pairs of samples within the lag, for {size} factors");
        return Err(refused(
            what,
            "a longer lag (twice the distance between samples), or no lag: principal components",
        ));
    }
    Ok(sums / pairs as f64)
}
