//! Kriging: the unbiased linear estimate of least variance.
//!
//! # Equation
//! `Σ_j w_j C_ij + Σ_l μ_l f_l(x_i) = C_i0`, `Σ_i w_i f_l(x_i) = f_l(x_0)`; estimate `z* = Σ w_i z_i` (simple kriging:
//! `m + Σ w_i (z_i − m)`), variance `σ² = C_00 − Σ w_i C_i0 − Σ μ_l f_l(x_0)`. How good it is:
//! ```text
//! efficiency = (C_00 − σ²)/C_00,    slope of truth on estimate = Σ w C_0 / Σ Σ w w C = Σ w C_0 / (Σ w C_0 − Σ μ f_0)
//! ```
//!
//! # Symbols
//! `w` weights (1); `C_ij` covariance of two samples; `C_i0` of a sample with the target; `C_00` of the target with
//! itself; `f` drift functions, `μ` their multipliers ([`drift`]). For a block, `C_i0`, `C_00` and `f_l(x_0)` are means
//! over the points that stand for the block.
//!
//! # Holds for
//! A mean that is what the drift says within the search, and the variogram given. The weights do not depend on the
//! grades: whatever is assayed in the same samples shares them, so that parts kriged with one variogram add up.
//!
//! # Source
//! `isaaks1989`, chapters 12 and 13 (block kriging); slope and efficiency: `krige1996`.

use crate::deposit::point::{Point, apart, distance, middle};
use crate::deposit::search::{Found, Search, Tree, Without};
use crate::deposit::variogram::Model;
use crate::deposit::weigher::{Asked, Together, Weigher};
use crate::error::Error;
use drift::Drift;
use system::{Refused, System};

mod blocks;
mod case;
pub mod drift;
mod growing;
mod left_out;
mod near;
pub(in crate::deposit) mod system;
mod whole;

pub use case::CASE;

/// Kriging from one set of places.
#[derive(Debug, Clone)]
pub struct Kriging {
    points: Vec<Point>,
    /// The hole of each sample; empty: each its own.
    holes: Vec<u32>,
    model: Model,
    drift: Drift,
    around: Around,
    /// Where drift functions are centred if all samples speak, and the length by which they are scaled, m.
    centre: Point,
    scale_m: f64,
}

/// Which samples speak.
#[derive(Debug, Clone)]
enum Around {
    /// All of them, always: one system.
    All(Box<System>),
    /// Those that a search finds.
    Near(Box<Tree>),
}

/// What a target is given.
#[derive(Debug, Clone, Default)]
pub struct Weights {
    /// The samples that speak, by index.
    pub samples: Vec<u32>,
    /// The weight of each.
    pub of_samples: Vec<f64>,
    /// Kriging variance.
    pub variance: f64,
    /// Σ w C_0: what of the target's own variance is explained, before the drift is paid for.
    pub explained: f64,
    /// Σ μ f_0: less than nought by what not knowing the mean costs.
    pub drift: f64,
    known_mean: Option<f64>,
    pub(in crate::deposit) room: Room,
}

/// What a target is worked out on.
#[derive(Debug, Clone, Default)]
pub(in crate::deposit) struct Room {
    system: System,
    pub(in crate::deposit) found: Found,
    /// Places as another estimator sees them.
    pub(in crate::deposit) near: Vec<Point>,
    pub(in crate::deposit) targets: Vec<Point>,
    half: Vec<f64>,
    at_target: [f64; drift::MOST],
    near_desk: Box<near::Desk>,
    whole_desk: Box<whole::Desk>,
}

impl Weights {
    /// Weights that rest on no variogram: no variance goes with them.
    pub(in crate::deposit) fn without_variance(&mut self) {
        (self.variance, self.explained, self.drift, self.known_mean) = (f64::NAN, f64::NAN, f64::NAN, None);
    }

    /// The estimate from the samples' grades.
    pub fn estimate(&self, values: &[f64]) -> f64 {
        let mean = self.known_mean.unwrap_or(0.0);
        let apart =
            self.samples.iter().zip(&self.of_samples).map(|(at, weight)| weight * (values[*at as usize] - mean));
        mean + apart.sum::<f64>()
    }

    /// Share of the target's own variance that is explained.
    pub fn efficiency(&self, own: f64) -> f64 {
        (own - self.variance) / own
    }

    /// Slope of the regression of truth on estimate: below one, rich estimates promise too much. `None` where the
    /// samples say nothing, so that the estimate does not vary.
    pub fn slope(&self) -> Option<f64> {
        let varies = self.explained - self.drift;
        (varies > 0.0).then(|| self.explained / varies)
    }
}

/// Variance, efficiency and slope from what is explained and what the drift costs; no number for what there is not.
fn quality(own: f64, explained: f64, drift: f64) -> [f64; 3] {
    let variance = (own - explained - drift).max(0.0);
    let varies = explained - drift;
    [variance, (own - variance) / own, if varies > 0.0 { explained / varies } else { f64::NAN }]
}

impl Kriging {
    /// Makes the one system if all samples speak (`search` is `None`), or keeps them for searching; `holes` are those of
    /// the samples, where a search limits them.
    pub fn new(
        points: Vec<Point>,
        holes: &[u32],
        model: Model,
        drift: Drift,
        search: Option<Search>,
    ) -> Result<Self, Error> {
        let centre = middle(&points);
        let spread_m = points.iter().map(|point| distance(*point, centre)).fold(1e-9, f64::max);
        let scale_m = search.and_then(|search| search.within).map_or(spread_m, |within| within.reach_m[0]);
        let around = match search {
            Some(search) => Around::Near(Box::new(Tree::new(&points, holes, search))),
            None => Around::All(Box::default()),
        };
        let mut kriging = Self { points, holes: holes.to_vec(), model, drift, around, centre, scale_m };
        if let Around::All(_) = kriging.around {
            let system = kriging.of_all()?.map_err(|why| kriging.refused(why, kriging.points.len()))?;
            kriging.around = Around::All(Box::new(system));
        }
        Ok(kriging)
    }

    /// The system of all samples.
    fn of_all(&self) -> Result<Result<System, Refused>, Error> {
        let samples = self.points.len();
        if samples > whole::MOST_SAMPLES {
            let (held_gb, million) = (2.5 * 8e-9 * samples.pow(2) as f64, 0.5e-6 * samples.pow(2) as f64);
            return Err(Error::Infeasible {
                unit: "deposit".into(),
                what: format!(
                    "all {samples} samples speak for every block: one system of {held_gb:.1} GB, and {million:.0} million \
                     operations a block (at most {} samples)",
                    whole::MOST_SAMPLES
                ),
                hint: "a search for the nearest, say `most = 50`: the samples behind them hardly weigh".into(),
            });
        }
        let all: Vec<u32> = (0..samples as u32).collect();
        let mut system = System::default();
        Ok(self.make(&mut system, &all, self.centre).map(|()| system))
    }

    fn make(&self, system: &mut System, samples: &[u32], centre: Point) -> Result<(), Refused> {
        let place = |at: usize| self.points[samples[at] as usize];
        system.make(
            samples.len(),
            self.drift.functions(),
            |row, column| {
                if row == column { self.model.sill } else { self.model.covariance(apart(place(row), place(column))) }
            },
            |row, out| self.drift.write(self.scaled(place(row), centre), out),
        )
    }

    fn scaled(&self, place: Point, centre: Point) -> Point {
        apart(place, centre).map(|way| way / self.scale_m)
    }

    fn refused(&self, why: Refused, samples: usize) -> Error {
        let kind = self.model.kind();
        let (what, hint) = match why {
            Refused::Twins => (
                format!("the kriging matrix of {samples} samples is singular with the {kind} model"),
                "no two samples in one place; a gaussian model needs a nugget, say 1 %",
            ),
            Refused::Drift => (
                format!("{samples} samples cannot tell the drift of {}", self.drift.word()),
                "a simpler drift, or a search that reaches to more sides",
            ),
        };
        Error::Infeasible { unit: "deposit".into(), what, hint: hint.into() }
    }

    /// Covariance of a target with itself: a point's sill, or the mean within a block.
    pub fn own_covariance(&self, support: &[Point]) -> f64 {
        if support.len() < 2 {
            return self.model.sill;
        }
        let sum: f64 =
            support.iter().flat_map(|a| support.iter().map(|b| self.model.covariance_apart(apart(*a, *b)))).sum();
        sum / (support.len() * support.len()) as f64
    }

    fn covariance_with(&self, sample: Point, support: &[Point]) -> f64 {
        if let [target] = support {
            return self.model.covariance(apart(sample, *target));
        }
        let sum: f64 = support.iter().map(|target| self.model.covariance_apart(apart(sample, *target))).sum();
        sum / support.len() as f64
    }

    /// The drift functions of a target: their means over the points that stand for it.
    fn drift_over(&self, support: &[Point], centre: Point, at_target: &mut [f64]) {
        at_target.fill(0.0);
        for place in support {
            let mut here = [0.0; drift::MOST];
            let here = &mut here[..at_target.len()];
            self.drift.write(self.scaled(*place, centre), here);
            for (sum, here) in at_target.iter_mut().zip(here) {
                *sum += *here / support.len() as f64;
            }
        }
    }

    /// The weights for a target: one point, or the points that stand for a block. False where the search finds too few
    /// samples, or such as cannot tell the drift.
    pub fn weigh(&self, support: &[Point], own: f64, weights: &mut Weights) -> Result<bool, Error> {
        self.weigh_without(support, own, Without::Nothing, weights)
    }

    /// The same with some of the samples left out, where a search finds them (where all speak always, they do).
    pub fn weigh_without(
        &self,
        support: &[Point],
        own: f64,
        without: Without,
        weights: &mut Weights,
    ) -> Result<bool, Error> {
        let target = middle(support);
        let Weights { samples, of_samples, room, .. } = weights;
        samples.clear();
        let centre = match &self.around {
            Around::All(_) => {
                samples.extend(0..self.points.len() as u32);
                self.centre
            }
            Around::Near(tree) => {
                if !tree.find_without(target, without, &mut room.found) {
                    return Ok(false);
                }
                samples.extend(room.found.near.iter().map(|near| near.sample));
                target
            }
        };
        of_samples.clear();
        of_samples.extend(samples.iter().map(|at| self.covariance_with(self.points[*at as usize], support)));
        let at_target = &mut room.at_target[..self.drift.functions()];
        self.drift_over(support, centre, at_target);
        let system = match &self.around {
            Around::All(system) => system,
            Around::Near(_) => match self.make(&mut room.system, samples, centre) {
                Ok(()) => &room.system,
                Err(Refused::Drift) => return Ok(false),
                Err(why) => return Err(self.refused(why, samples.len())),
            },
        };
        let (explained, drift) = system.weigh(of_samples, at_target, &mut room.half);
        weights.known_mean = if let Drift::Known(mean) = self.drift { Some(mean) } else { None };
        weights.variance = (own - explained - drift).max(0.0);
        (weights.explained, weights.drift) = (explained, drift);
        Ok(true)
    }
}

impl Weigher for Kriging {
    fn own(&self, support: &[Point]) -> f64 {
        self.own_covariance(support)
    }

    fn weigh(&self, support: &[Point], own: f64, without: Without, weights: &mut Weights) -> Result<bool, Error> {
        self.weigh_without(support, own, without, weights)
    }

    fn sample(&self, at: u32) -> (Point, u32) {
        (self.points[at as usize], self.holes.get(at as usize).copied().unwrap_or(at))
    }

    fn each_by_others(&self, values: &[Vec<f64>], groups: &[u32]) -> Result<Option<Vec<f64>>, Error> {
        match &self.around {
            Around::Near(tree) if tree.takes_all() => self.each_by_others(tree, values, groups).map(Some),
            _ => Ok(None),
        }
    }

    fn together<'a>(&'a self, asked: Asked<'a>) -> Result<Option<Box<dyn Together + 'a>>, Error> {
        let tree = match &self.around {
            Around::All(system) => return Ok(Some(Box::new(whole::Whole::new(self, system, asked)))),
            Around::Near(tree) => tree,
        };
        if tree.takes_all() {
            match self.of_all()? {
                Ok(system) => return Ok(Some(Box::new(whole::Whole::new(self, &system, asked)))),
                // No block has an answer then, which each says for itself.
                Err(Refused::Drift) => {}
                Err(why) => return Err(self.refused(why, self.points.len())),
            }
        }
        Ok(Some(Box::new(near::Near::new(self, tree, asked))))
    }
}

#[cfg(test)]
mod tests;
