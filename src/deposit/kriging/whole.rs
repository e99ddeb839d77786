//! Blocks that lie together, each from all the samples: one system for all of them.
//!
//! # Equation
//! With `X = L⁻¹` of the covariances `C = L Lᵀ`, made once, and c the covariances of a block with the samples,
//! ```text
//! y = X c,   h = Dᵀc,   D = C⁻¹F,   U = C⁻¹Z,   μ = (FᵀD)⁻¹(h − f)
//! z* = Uᵀc − μᵀFᵀU,   σ² = C₀₀ − yᵀy + μᵀ(h − f)
//! ```
//! y, h and Uᵀc of a lot of blocks are one product of matrices; where the variogram reaches its sill, only the samples
//! within its reach have a part in it.
//!
//! # Symbols
//! Those of [`super::system`]; U the dual weights of each variable, Z values less the known mean.
//!
//! # Holds for
//! So many samples as [`MOST_SAMPLES`]: a block costs their number squared, and the inverse holds as much.
//!
//! # Source
//! `isaaks1989`, chapter 12; dual form: `deutsch1998`.

use nalgebra::{DMatrix, DMatrixView, DMatrixViewMut};

use super::drift::MOST;
use super::system::{System, backward, dot, factor, forward, row_at};
use super::{Kriging, Weights, blocks, quality};
use crate::deposit::point::{Point, distance, middle};
use crate::deposit::search::{Found, Search, Tree};
use crate::deposit::variogram::seen::Seen;
use crate::deposit::weigher::{Asked, TOLD, Together};
use crate::error::Error;

/// Most samples that may all speak: beyond, their factor and its inverse would hold most of a gigabyte.
pub const MOST_SAMPLES: usize = 6000;

/// Blocks of a lot, where only samples within the reach of the variogram have a part; and where all have.
const LOT: [usize; 2] = [128, 256];

/// Samples whose part in the product is added together, so that what is nought above the diagonal is mostly left out and no covariance is
/// handled twice.
const BAND: usize = 64;

/// What answers.
#[derive(Debug)]
pub struct Whole<'a> {
    kriging: &'a Kriging,
    asked: Asked<'a>,
    /// X, then Dᵀ, then Uᵀ.
    rows: DMatrix<f64>,
    /// The factor of FᵀD, and FᵀU, function after function.
    inner: Vec<f64>,
    cross: Vec<f64>,
    mean: f64,
    /// Farther than this a sample has no part in a block, m.
    ends_m: Option<f64>,
    tree: Tree,
    holes: f64,
}

/// What it is worked out on.
#[derive(Debug, Clone, Default)]
pub struct Desk {
    seen: Seen,
    lengths: Vec<f64>,
    support: Vec<Point>,
    /// The samples that have a part, by index.
    active: Vec<usize>,
    gathered: Vec<f64>,
    covariances: Vec<f64>,
    products: Vec<f64>,
    found: Found,
}

impl<'a> Whole<'a> {
    /// Ready for what is asked.
    pub fn new(kriging: &'a Kriging, system: &System, asked: Asked<'a>) -> Self {
        let mean = if let super::Drift::Known(mean) = kriging.drift { mean } else { 0.0 };
        let (count, functions, variables) = (kriging.points.len(), kriging.drift.functions(), asked.values.len());
        let mut rows = DMatrix::zeros(count + functions + variables, count);
        blocks::invert(&system.lower_matrix(), &mut rows);
        let inverse = rows.rows(0, count);
        let mut drift = DMatrix::zeros(count, functions);
        let mut at = [0.0; MOST];
        for (row, place) in kriging.points.iter().enumerate() {
            kriging.drift.write(kriging.scaled(*place, kriging.centre), &mut at[..functions]);
            for (function, value) in at[..functions].iter().enumerate() {
                drift[(row, function)] = *value;
            }
        }
        let values = DMatrix::from_fn(count, variables, |row, variable| asked.values[variable][row] - mean);
        let half_drift = inverse * &drift;
        let dual_drift = inverse.tr_mul(&half_drift);
        let dual_values = inverse.tr_mul(&(inverse * values));
        let mut inner = vec![0.0; row_at(functions)];
        for row in 0..functions {
            for column in 0..=row {
                inner[row_at(row) + column] = half_drift.column(row).dot(&half_drift.column(column));
            }
        }
        // The system could tell the drift, or there would be none.
        factor(&mut inner, functions, 0.0);
        let cross = (0..functions)
            .flat_map(|function| (0..variables).map(move |variable| (function, variable)))
            .map(|(function, variable)| drift.column(function).dot(&dual_values.column(variable)))
            .collect();
        rows.rows_mut(count, functions).tr_copy_from(&dual_drift);
        rows.rows_mut(count + functions, variables).tr_copy_from(&dual_values);
        let mut holes: Vec<u32> =
            (0..count as u32).map(|at| kriging.holes.get(at as usize).copied().unwrap_or(at)).collect();
        holes.sort_unstable();
        holes.dedup();
        Self {
            kriging,
            asked,
            rows,
            inner,
            cross,
            mean,
            ends_m: kriging.model.ends_m(),
            tree: Tree::new(&kriging.points, &[], Search { most: 1, ..Search::ALL }),
            holes: holes.len() as f64,
        }
    }

    /// The samples that have a part in any of the blocks.
    fn choose(&self, middles: &[Point], centre: Point, desk: &mut Desk) {
        desk.active.clear();
        let far = |places: &[Point], from: Point| places.iter().map(|place| distance(*place, from)).fold(0.0, f64::max);
        let reach = self.ends_m.map_or(f64::INFINITY, |ends_m| {
            // A hair more, for what rounding takes.
            (ends_m + far(middles, centre) + far(self.asked.offsets, [0.0; 3])) * (1.0 + 1e-9)
        });
        let near = |at: &usize| distance(self.kriging.points[*at], centre) <= reach;
        desk.active.extend((0..self.kriging.points.len()).filter(near));
        desk.seen.clear(&self.kriging.model, centre);
        for at in &desk.active {
            desk.seen.push(&self.kriging.model, self.kriging.points[*at]);
        }
    }

    /// X, Dᵀ and Uᵀ by the covariances of all blocks.
    fn multiply(&self, many: usize, desk: &mut Desk) {
        let (count, tall) = (self.kriging.points.len(), self.rows.nrows());
        let active = desk.active.len();
        let all = active == count;
        if !all {
            desk.gathered.clear();
            for at in &desk.active {
                desk.gathered.extend_from_slice(self.rows.column(*at).as_slice());
            }
        }
        let left = if all { self.rows.as_slice() } else { &desk.gathered[..] };
        let left = DMatrixView::from_slice(left, tall, active);
        let covariances = DMatrixView::from_slice(&desk.covariances, active, many);
        desk.products.resize(tall * many, 0.0);
        let mut products = DMatrixViewMut::from_slice(&mut desk.products, tall, many);
        // A column of X begins on the diagonal: a band of samples has a part in the rows from its first on.
        let top = desk.active.first().map_or(tall, |first| *first);
        products.rows_mut(0, top).fill(0.0);
        for from in (0..active).step_by(BAND) {
            let (wide, first) = (BAND.min(active - from), desk.active[from]);
            let left = left.view((first, from), (tall - first, wide));
            let more = if from == 0 { 0.0 } else { 1.0 };
            products.rows_mut(first, tall - first).gemm(1.0, &left, &covariances.rows(from, wide), more);
        }
    }
}

impl Together for Whole<'_> {
    fn lot(&self) -> usize {
        LOT[usize::from(self.ends_m.is_none())]
    }

    fn length(&self, way: Point) -> f64 {
        crate::deposit::point::length(way)
    }

    fn answer(&self, middles: &[Point], rows: &mut [f64], room: &mut Weights) -> Result<(), Error> {
        let desk = &mut *room.room.whole_desk;
        let kriging = self.kriging;
        let (count, functions, variables) =
            (self.kriging.points.len(), kriging.drift.functions(), self.asked.values.len());
        let centre = middle(middles);
        self.choose(middles, centre, desk);
        let active = desk.active.len();
        desk.covariances.resize(active * middles.len(), 0.0);
        for (at, here) in middles.iter().enumerate() {
            desk.support.clear();
            desk.support
                .extend(self.asked.offsets.iter().map(|offset| [0, 1, 2].map(|axis| here[axis] + offset[axis])));
            let out = &mut desk.covariances[at * active..(at + 1) * active];
            desk.seen.covariances(&kriging.model, &desk.support, &mut desk.lengths, out);
        }
        self.multiply(middles.len(), desk);
        let width = TOLD + variables;
        let products = desk.products.chunks_exact(self.rows.nrows());
        for ((here, row), product) in middles.iter().zip(rows.chunks_exact_mut(width)).zip(products) {
            let (half, beside) = product.split_at(count);
            let (held, estimates) = beside.split_at(functions);
            desk.support.clear();
            desk.support
                .extend(self.asked.offsets.iter().map(|offset| [0, 1, 2].map(|axis| here[axis] + offset[axis])));
            let (mut at_target, mut multipliers) = ([0.0; MOST], [0.0; MOST]);
            let (at_target, multipliers) = (&mut at_target[..functions], &mut multipliers[..functions]);
            kriging.drift_over(&desk.support, kriging.centre, at_target);
            for ((multiplier, held), at_target) in multipliers.iter_mut().zip(held).zip(&*at_target) {
                *multiplier = held - at_target;
            }
            forward(&self.inner, multipliers);
            backward(&self.inner, multipliers);
            let drift = dot(multipliers, at_target);
            let explained = dot(half, half) - dot(multipliers, held);
            self.tree.find(*here, &mut desk.found);
            let nearest_m = desk.found.near.first().map_or(f64::NAN, |near| near.square.sqrt());
            let told = quality(self.asked.own, explained, drift);
            row[..3].copy_from_slice(&told);
            row[3..TOLD].copy_from_slice(&[count as f64, self.holes, nearest_m]);
            for (variable, (grade, estimate)) in row[TOLD..].iter_mut().zip(estimates).enumerate() {
                let paid: f64 =
                    multipliers.iter().enumerate().map(|(at, by)| by * self.cross[at * variables + variable]).sum();
                *grade = self.mean + estimate - paid;
            }
        }
        Ok(())
    }
}
