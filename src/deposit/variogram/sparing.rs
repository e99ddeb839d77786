//! A sparing fit: the smallest nested model that the lags ask for, down to none at all.
//!
//! # Equation
//! ```text
//! S = Σ_k N_k (γ_k/γ_M(h_k) − 1)² / N̄,   A = n ln(S/n) + 2u + 2u(u + 1)/(n − u − 1)
//! of each choice of the shapes, with one, two or three free ranges as far as is asked: the M of fewest unknowns with A ≤ least A + 2
//! nugget alone, unless its A lies more than 10 above that
//! ```
//! Each model is fitted as [`super::fit`] says, with each range held between the shortest and the longest lag seen along its axis: beyond
//! them a range cannot be told from a nugget, or from a trend.
//!
//! # Symbols
//! `γ_k` experimental over the way `h_k` from `N_k` pairs (mean `N̄`), `n` lags; `u` unknowns of M: its sills and free ranges.
//!
//! # Holds for
//! Lags that err alike in proportion (S weighs each by its pairs over the square of the model, whatever weighs the fit). Where there is no structure
//! its range means nothing, finds chance dips, and counts for more than one unknown: hence the wider allowance for nugget alone. What it is held to: no more
//! than one noise in five is given a structure, and no more than one structure in ten that errs by a tenth is lost (tested on noises that had no part in the
//! choice of the allowance, each to the bound that one sound rule in a thousand breaks). Lags share samples; A takes them for independent.
//!
//! # Source
//! The weights: `cressie1985`. The corrected criterion of Akaike: `hurvich1989`.

use crate::deposit::anisotropy::Ellipsoid;
use crate::deposit::variogram::Model;

use super::fit::{Fitted, Target, Wanted};

/// How far the criterion of a smaller model may lie above the least.
const ALLOWED: f64 = 2.0;
/// How far that of nugget alone may lie above the best structure's.
const ALLOWED_NUGGET: f64 = 10.0;
/// A lag is along an axis where the cosine between them is no less.
const ALONG: f64 = 0.7;
/// A squared misfit below it is perfect.
const PERFECT: f64 = 1e-18;

impl Wanted {
    /// The smallest model that is not clearly worse than the best; `None` where the lags do not tell even a sill.
    pub fn sparingly(&self, targets: &[Target]) -> Option<Fitted> {
        let mut tried: Vec<(usize, f64, Fitted)> = Vec::new();
        for chosen in 1..1usize << self.structures.len() {
            for axes in 1..=self.axes {
                let structures: Vec<_> = (0..self.structures.len())
                    .filter(|at| chosen >> at & 1 == 1)
                    .map(|at| self.structures[at])
                    .collect();
                let unknowns = structures.len() * (1 + axes) + usize::from(self.nugget);
                let bounds_m = self.seen(targets, axes);
                let part = Wanted { structures, axes, bounds_m, ..self.clone() };
                if let Some(fitted) = part.fit(targets) {
                    tried.push((unknowns, criterion(&fitted.model, targets, unknowns), fitted));
                }
            }
        }
        let least = tried.iter().map(|(_, criterion, _)| *criterion).fold(f64::INFINITY, f64::min);
        let close = tried.into_iter().filter(|(_, criterion, _)| *criterion <= least + ALLOWED);
        let best = close.min_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))).map(|(.., fitted)| fitted);
        let level = self.level(targets).filter(|_| self.nugget);
        level.filter(|level| criterion(&level.model, targets, 1) <= least + ALLOWED_NUGGET).or(best)
    }

    /// Nugget alone.
    fn level(&self, targets: &[Target]) -> Option<Fitted> {
        let weights: f64 = targets.iter().map(|target| self.weight(target)).sum();
        let sill = targets.iter().map(|target| self.weight(target) * target.gamma).sum::<f64>() / weights;
        let model = Model { nugget_share: 1.0, sill, structures: Vec::new() };
        (sill > 0.0 && sill.is_finite()).then_some(Fitted { model, misfit: 1.0, at_bound: 0 })
    }

    /// The bounds of the free ranges: the lags along their axes; as they are where no lag is along an axis.
    fn seen(&self, targets: &[Target], axes: usize) -> [[f64; 2]; 3] {
        let [azimuth, dip, plunge] = self.angles;
        let units = Ellipsoid { reach_m: [1.0; 3], azimuth, dip, plunge }.axes();
        let mut bounds_m = self.bounds_m;
        for (free, bounds) in bounds_m.iter_mut().enumerate().take(axes) {
            let of_axis: &[usize] = match (axes, free) {
                (1, _) => &[0, 1, 2],
                (2, 0) => &[0, 1],
                (2, _) => &[2],
                _ => &[[0], [1], [2]][free],
            };
            let along = |target: &&Target| {
                of_axis.iter().any(|axis| {
                    let dot: f64 = units[*axis].iter().zip(target.way).map(|(unit, way)| unit * way).sum();
                    axes == 1 || dot.abs() >= ALONG * crate::deposit::point::length(target.way)
                })
            };
            let lags = || targets.iter().filter(along).map(|target| target.distance_m);
            if let (Some(short), Some(long)) = (lags().reduce(f64::min), lags().reduce(f64::max))
                && short < long
            {
                *bounds = [short, long];
            }
        }
        bounds_m
    }
}

/// The corrected criterion of Akaike of a model; infinite where there are too few lags for its unknowns.
fn criterion(model: &Model, targets: &[Target], unknowns: usize) -> f64 {
    let (lags, unknowns) = (targets.len() as f64, unknowns as f64);
    let left = lags - unknowns - 1.0;
    if left <= 0.0 {
        return f64::INFINITY;
    }
    let mean = targets.iter().map(|target| target.pairs).sum::<f64>() / lags;
    let off = |target: &Target| target.pairs / mean * (target.gamma / model.gamma_over(target.way) - 1.0).powi(2);
    let squares: f64 = targets.iter().map(off).sum();
    lags * (squares / lags).max(PERFECT).ln() + 2.0 * unknowns + 2.0 * unknowns * (unknowns + 1.0) / left
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deposit::point::Point;
    use crate::deposit::simulate::chance::Chance;
    use crate::deposit::variogram::direction::{Direction, Pairs, unit};
    use crate::deposit::variogram::estimators::matheron::Matheron;
    use crate::deposit::variogram::fit::Weighing;
    use crate::deposit::variogram::{SHAPES, Structure};

    fn wanted(shapes: &[usize], axes: usize) -> Wanted {
        Wanted {
            structures: shapes.iter().map(|at| SHAPES[*at]).collect(),
            angles: [90.0, 0.0, 0.0],
            axes,
            bounds_m: [[1.0, 2000.0]; 3],
            nugget: true,
            weighing: Weighing::PairsOverDistance,
        }
    }

    fn structure(share: f64, reach_m: Point) -> Structure {
        let ellipsoid = Ellipsoid { reach_m, azimuth: 90.0, dip: 0.0, plunge: 0.0 };
        Structure::new("spherical", share, SHAPES[0].1(reach_m[0]), ellipsoid)
    }

    fn model(nugget_share: f64, structures: Vec<Structure>) -> Model {
        Model { nugget_share, sill: 1.0, structures }
    }

    /// Lags east, north and down, read off a model and moved by a share of themselves.
    fn read_off(model: &Model, shaken: f64, seed: u64) -> Vec<Target> {
        let lot = Chance::of(seed);
        let ways: [Point; 3] = [[20.0, 0.0, 0.0], [0.0, 20.0, 0.0], [0.0, 0.0, -2.5]];
        let mut targets = Vec::new();
        for (at, way) in ways.iter().enumerate() {
            for step in 1..=10u32 {
                let way = way.map(|along| along * f64::from(step));
                let shake = 1.0 + shaken * lot.normal((at * 10) as u64 + u64::from(step));
                let gamma = model.gamma_over(way) * shake.max(0.05);
                targets.push(Target { way, distance_m: crate::deposit::point::length(way), pairs: 300.0, gamma });
            }
        }
        targets
    }

    /// What a model says is found again, no larger than it is and no smaller.
    #[test]
    fn the_model_is_found_at_its_own_size() {
        let nested = model(0.2, vec![structure(0.4, [60.0, 60.0, 60.0])]);
        for (truth, structures, axes) in [
            (model(1.0, Vec::new()), 0, 3),
            (nested, 1, 3),
            (model(0.1, vec![structure(0.9, [150.0, 80.0, 12.0])]), 1, 3),
            (model(0.1, vec![structure(0.4, [15.0; 3]), structure(0.5, [150.0; 3])]), 2, 1),
        ] {
            let fit = wanted(&[0, 0][..structures.max(1)], axes).sparingly(&read_off(&truth, 0.0, 1)).unwrap();
            assert_eq!(fit.model.structures.len(), structures, "{fit:?}");
            assert_eq!(fit.at_bound, 0, "{fit:?}");
            for (found, wanted) in fit.model.structures.iter().zip(&truth.structures) {
                for (found, wanted) in found.ellipsoid.reach_m.iter().zip(wanted.ellipsoid.reach_m) {
                    assert!((found / wanted - 1.0).abs() < 0.05, "{fit:?}");
                }
            }
        }
        // Two shapes offered, one there.
        let one = model(0.3, vec![structure(0.7, [80.0; 3])]);
        let fit = wanted(&[0, 2], 3).sparingly(&read_off(&one, 0.0, 1)).unwrap();
        assert_eq!(fit.model.kind(), "spherical");
        let [major, _, minor] = fit.model.structures[0].ellipsoid.reach_m;
        assert!((major / minor - 1.0).abs() < 1e-9, "one range for all ways is enough");
    }

    /// How often something of a chance happens in so many trials, at most but for once in a thousand times.
    fn at_most(trials: u32, chance: f64) -> usize {
        let mut share = (1.0 - chance).powi(trials as i32);
        let (mut below, mut count) = (share, 0);
        while below < 0.999 {
            share *= f64::from(trials - count) / f64::from(count + 1) * chance / (1.0 - chance);
            (below, count) = (below + share, count + 1);
        }
        count as usize
    }

    /// A noise is given a structure no more often than once in five, and a structure is lost no more often than once in ten.
    const GIVEN: f64 = 0.2;
    const LOST: f64 = 0.1;
    /// Trials of lags, and of samples.
    const MANY: u32 = 300;
    const SOME: u32 = 60;

    /// Lags that err by a tenth.
    #[test]
    fn noise_is_given_no_structure_and_structure_survives_noise() {
        let (mut given, mut lost) = (0, 0);
        let truth = model(0.3, vec![structure(0.7, [90.0, 70.0, 14.0])]);
        for seed in 0..u64::from(MANY) {
            let fit = |model: &Model| {
                wanted(&[0], 3).sparingly(&read_off(model, 0.1, 10_000 + seed)).unwrap().model.structures
            };
            given += usize::from(!fit(&model(1.0, Vec::new())).is_empty());
            let found = fit(&truth);
            lost += usize::from(found.len() != 1 || found[0].ellipsoid.reach_m[2] >= 40.0);
        }
        let most = [GIVEN, LOST].map(|rate| at_most(MANY, rate));
        assert!(given <= most[0] && lost <= most[1], "{given} given and {lost} lost of {MANY}, at most {most:?}");
    }

    /// Samples of forty holes whose values are drawn by lot: real lags, which share samples, and still no structure.
    #[test]
    fn values_drawn_by_lot_are_nugget() {
        let mut points: Vec<Point> = Vec::new();
        let mut holes = Vec::new();
        for hole in 0..36u32 {
            for down in 0..16 {
                points.push([f64::from(hole % 6) * 40.0, f64::from(hole / 6) * 40.0, -2.5 * f64::from(down)]);
                holes.push(hole);
            }
        }
        let along =
            |azimuth: f64| Pairs::Along { unit: unit(azimuth, 0.0), least: 25f64.to_radians().cos(), band_m: 15.0 };
        let directions = [(Pairs::DownHole, 2.5), (along(90.0), 20.0), (along(0.0), 20.0)];
        let mut given = 0;
        for seed in 0..u64::from(SOME) {
            let lot = Chance::of(20_000 + seed);
            let values: Vec<f64> = (0..points.len() as u64).map(|at| lot.normal(at)).collect();
            let mut targets = Vec::new();
            for (pairs, lag_m) in &directions {
                let direction = Direction { name: String::new(), pairs: pairs.clone(), lag_m: *lag_m, lags: 10 };
                for found in direction.experimental(&points, &holes, [&values, &values], &Matheron) {
                    let (distance_m, pairs) = (found.lag.distance_m, found.lag.pairs as f64);
                    let way = direction.way(distance_m).unwrap_or(found.way);
                    targets.push(Target { way, distance_m, pairs, gamma: found.lag.gamma });
                }
            }
            let fit = wanted(&[0], 3).sparingly(&targets).unwrap();
            given += usize::from(!fit.model.structures.is_empty());
        }
        assert!(given <= at_most(SOME, GIVEN), "{given} of {SOME}");
    }

    #[test]
    fn too_few_lags_and_no_nugget() {
        let targets = read_off(&model(0.3, vec![structure(0.7, [90.0; 3])]), 0.0, 1);
        assert!(wanted(&[0], 1).sparingly(&[]).is_none());
        let few = wanted(&[0], 1).sparingly(&targets[..2]).unwrap();
        assert!(few.model.structures.is_empty(), "two lags tell a level");
        let firm = Wanted { nugget: false, ..wanted(&[0], 1) };
        assert!(!firm.sparingly(&targets).unwrap().model.structures.is_empty());
    }
}
