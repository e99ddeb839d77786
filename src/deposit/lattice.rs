//! A regular lattice of blocks in space, and every one of them estimated.
//!
//! Blocks run from west to east, then from south to north, then upward. What is assayed in the same samples shares one set
//! of weights a block, so that fifteen elements cost little more than one, parts add up and ratios of sums are kept.

use crate::deposit::kriging::Weights;
use crate::deposit::point::{Point, distance};
use crate::deposit::search::Without;
use crate::deposit::threads;
use crate::deposit::tiles::Tiles;
use crate::deposit::weigher::{Asked, TOLD, Weigher};
use crate::error::Error;

/// Blocks of one size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lattice {
    /// The western, southern, lower corner, m.
    pub corner: Point,
    /// Size of a block, m.
    pub block: Point,
    /// Blocks along each axis.
    pub count: [usize; 3],
}

impl Lattice {
    /// Blocks in all.
    pub fn blocks(&self) -> usize {
        self.count.iter().product()
    }

    /// The middle of a block.
    pub fn middle(&self, at: usize) -> Point {
        let [across, along, _] = self.count;
        let index = [at % across, at / across % along, at / (across * along)];
        [0, 1, 2].map(|axis| self.corner[axis] + (index[axis] as f64 + 0.5) * self.block[axis])
    }

    /// The points that stand for a block round a middle of nought, so many along each axis.
    pub fn support(&self, points: [usize; 3]) -> Vec<Point> {
        let place = |axis: usize, at: usize| self.block[axis] * ((at as f64 + 0.5) / points[axis] as f64 - 0.5);
        let mut support = Vec::with_capacity(points.iter().product());
        for up in 0..points[2] {
            for along in 0..points[1] {
                for across in 0..points[0] {
                    support.push([place(0, across), place(1, along), place(2, up)]);
                }
            }
        }
        support
    }
}

/// The points that stand for a square of one level, `points` a side.
pub fn support(middle: Point, side_m: f64, points: usize) -> Vec<Point> {
    let step = side_m / points as f64;
    let start = |centre: f64| centre - 0.5 * side_m + 0.5 * step;
    (0..points)
        .flat_map(|up| {
            (0..points).map(move |across| {
                [start(middle[0]) + across as f64 * step, start(middle[1]) + up as f64 * step, middle[2]]
            })
        })
        .collect()
}

/// What is told of a block beside its grades.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Told {
    /// Kriging variance, in squares of a grade with the model's sill; `None` of an estimator without a variogram.
    pub variance: Option<f64>,
    /// Share of the block's own variance that is explained.
    pub efficiency: Option<f64>,
    /// Slope of truth on estimate; `None` where the estimate does not vary.
    pub slope: Option<f64>,
    /// Samples that spoke; nought where the block has no answer.
    pub samples: u32,
    /// Holes that they come from.
    pub holes: u32,
    /// From the middle of the block to the nearest of them, m; `None` where none spoke.
    pub nearest_m: Option<f64>,
}

/// Every block estimated.
#[derive(Debug, Clone)]
pub struct Kriged {
    /// Grades, `variables` a block; not numbers where a block has no answer.
    grades: Vec<f64>,
    variables: usize,
    /// What is told of each block.
    pub told: Vec<Told>,
}

impl Kriged {
    /// The grades of a block, a number for each variable; `None` where the samples could not speak for it.
    pub fn grades(&self, block: usize) -> Option<&[f64]> {
        (self.told[block].samples > 0).then(|| &self.grades[block * self.variables..(block + 1) * self.variables])
    }

    /// Estimates every block of a lattice from samples' `values`, a list for each variable, with `points` to a block.
    pub fn of(
        weigher: &impl Weigher,
        lattice: &Lattice,
        points: [usize; 3],
        values: &[Vec<f64>],
    ) -> Result<Self, Error> {
        Self::within(weigher, lattice, points, values, &|_| true, &|_| ())
    }

    /// The same of the blocks that are wanted, by index; the others have no answer. `done` is told so many blocks more, from any thread.
    pub fn within(
        weigher: &(impl Weigher + ?Sized),
        lattice: &Lattice,
        points: [usize; 3],
        values: &[Vec<f64>],
        wanted: &(impl Fn(usize) -> bool + Sync + ?Sized),
        done: &(dyn Fn(usize) + Sync),
    ) -> Result<Self, Error> {
        let offsets = lattice.support(points);
        let own = weigher.own(&offsets);
        let variables = values.len();
        let width = variables + TOLD;
        let together = weigher.together(Asked { offsets: &offsets, own, values })?;
        let tiles = match &together {
            Some(together) => Tiles::new(lattice, together.lot(), |way| together.length(way)),
            None => Tiles::new(lattice, 1, |_| 0.0),
        };
        let mut rows = vec![f64::NAN; tiles.count() * tiles.blocks() * width];
        threads::fill(
            &mut rows,
            tiles.blocks() * width,
            || (Weights::default(), Vec::new(), Vec::new(), Vec::new()),
            |(weights, middles, support, holes), tile, rows| {
                middles.clear();
                middles.extend(tiles.of(tile).filter(|at| wanted(*at)).map(|at| lattice.middle(at)));
                done(tiles.of(tile).count());
                if middles.is_empty() {
                    return Ok(());
                }
                if let Some(together) = &together {
                    return together.answer(middles, &mut rows[..middles.len() * width], weights);
                }
                for (here, row) in middles.iter().zip(rows.chunks_exact_mut(width)) {
                    support.clear();
                    support.extend(offsets.iter().map(|offset| [0, 1, 2].map(|axis| here[axis] + offset[axis])));
                    if !weigher.weigh(support, own, Without::Nothing, weights)? {
                        row[3] = 0.0;
                        continue;
                    }
                    tell(weigher, weights, *here, own, holes, row);
                    for (grade, values) in row[TOLD..].iter_mut().zip(values) {
                        *grade = weights.estimate(values);
                    }
                }
                Ok::<(), Error>(())
            },
        )?;
        let none = Told { variance: None, efficiency: None, slope: None, samples: 0, holes: 0, nearest_m: None };
        let mut told = vec![none; lattice.blocks()];
        let mut grades = vec![f64::NAN; lattice.blocks() * variables];
        for (tile, rows) in rows.chunks_exact(tiles.blocks() * width).enumerate() {
            // In a tile, those that are wanted stand one after another.
            for (at, row) in tiles.of(tile).filter(|at| wanted(*at)).zip(rows.chunks_exact(width)) {
                let known = |at: usize| Some(row[at]).filter(|value: &f64| value.is_finite());
                told[at] = Told {
                    variance: known(0),
                    efficiency: known(1),
                    slope: known(2),
                    samples: row[3] as u32,
                    holes: known(4).unwrap_or(0.0) as u32,
                    nearest_m: known(5),
                };
                grades[at * variables..(at + 1) * variables].copy_from_slice(&row[TOLD..]);
            }
        }
        Ok(Self { grades, variables, told })
    }
}

/// What is told of a block beside its grades.
fn tell(
    weigher: &(impl Weigher + ?Sized),
    weights: &Weights,
    here: Point,
    own: f64,
    holes: &mut Vec<u32>,
    row: &mut [f64],
) {
    holes.clear();
    let mut nearest_m = f64::INFINITY;
    for sample in &weights.samples {
        let (place, hole) = weigher.sample(*sample);
        nearest_m = nearest_m.min(distance(place, here));
        holes.push(hole);
    }
    holes.sort_unstable();
    holes.dedup();
    row[..TOLD].copy_from_slice(&[
        weights.variance,
        weights.efficiency(own),
        weights.slope().unwrap_or(f64::NAN),
        weights.samples.len() as f64,
        holes.len() as f64,
        nearest_m,
    ]);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::deposit::anisotropy::Ellipsoid;
    use crate::deposit::kriging::Kriging;
    use crate::deposit::kriging::drift::Drift;
    use crate::deposit::point::middle;
    use crate::deposit::search::Search;
    use crate::deposit::variogram::Model;
    use crate::deposit::variogram::spherical::Spherical;

    const LATTICE: Lattice = Lattice { corner: [0.0; 3], block: [2.0, 2.0, 1.0], count: [4, 3, 2] };

    fn kriging(search: Search) -> (Kriging, Vec<Vec<f64>>) {
        let points: Vec<Point> =
            (0..40u32).map(|n| [f64::from(n * 7 % 8), f64::from(n * 5 % 6), f64::from(n * 3 % 11) * 0.2]).collect();
        let one: Vec<f64> = points.iter().map(|p| 5.0 + p[0] - p[2]).collect();
        let other: Vec<f64> = points.iter().map(|p| 2.0 + p[1]).collect();
        let both = one.iter().zip(&other).map(|(one, other)| one + other).collect();
        let model = Model::named("spherical", Arc::new(Spherical { range_m: 6.0 }), 0.1, 1.0).unwrap();
        (Kriging::new(points, &[], model, Drift::Constant, Some(search)).unwrap(), vec![one, other, both])
    }

    #[test]
    fn blocks_tile_the_lattice() {
        let lattice = LATTICE;
        assert_eq!(lattice.blocks(), 24);
        let near = |a: Point, b: Point| crate::deposit::point::distance(a, b) < 1e-12;
        assert!(near(lattice.middle(0), [1.0, 1.0, 0.5]) && near(lattice.middle(23), [7.0, 5.0, 1.5]));
        let support = lattice.support([3, 2, 1]);
        assert_eq!(support.len(), 6);
        assert!(near(crate::deposit::point::middle(&support), [0.0; 3]));
    }

    /// Parts that share their weights add up in every block.
    #[test]
    fn parts_add_up() {
        let (kriging, values) = kriging(Search { most: 9, ..Search::ALL });
        let kriged = Kriged::of(&kriging, &LATTICE, [2, 2, 1], &values).unwrap();
        for block in 0..LATTICE.blocks() {
            let grades = kriged.grades(block).unwrap();
            assert!((grades[0] + grades[1] - grades[2]).abs() < 1e-12);
            assert_eq!(kriged.told[block].samples, 9);
        }
    }

    #[test]
    fn a_block_that_no_sample_reaches_has_no_answer() {
        let within = Some(Ellipsoid::sphere(0.3));
        let (kriging, values) = kriging(Search { within, least: 2, ..Search::ALL });
        let kriged = Kriged::of(&kriging, &LATTICE, [1, 1, 1], &values).unwrap();
        let silent = (0..24).filter(|block| kriged.grades(*block).is_none()).count();
        assert!(silent > 0, "{silent}");
        for (block, told) in kriged.told.iter().enumerate() {
            assert_eq!(told.samples > 0, kriged.grades(block).is_some());
        }
    }

    #[test]
    fn support_is_centred() {
        let points = support([5.0, 7.0, 2.0], 4.0, 4);
        let [x, y, z] = middle(&points);
        assert!((x - 5.0).abs() < 1e-12 && (y - 7.0).abs() < 1e-12 && (z - 2.0).abs() < 1e-12);
        assert!(distance(points[0], [3.5, 5.5, 2.0]) < 1e-12);
    }
}
