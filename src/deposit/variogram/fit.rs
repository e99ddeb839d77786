//! Fit of a nested model to experimental variograms.
//!
//! # Equation
//! ```text
//! least Σ_k ω_k (γ_k − c₀ − Σ_s c_s g_s(h_k; a_s))²,   c₀, c_s ≥ 0,   least range ≤ a ≤ greatest
//! ```
//! For given ranges the sills are linear: the best of every choice of those that are not nought. Ranges are searched, on a logarithmic
//! scale, from the best of a grid of starts by the simplex of Nelder and Mead; the same starts each time.
//!
//! # Symbols
//! `γ_k` experimental, over the way `h_k`; `g_s` shape with ranges `a_s` (major, semi-major, minor); `ω_k` weight: pairs N; N/h²; or N/γ².
//!
//! # Holds for
//! Lags shorter than half the ground. The sum of squares weighs the lags, it proves no model: look at the curve. Ranges at a bound are told.
//!
//! # Source
//! Weights: `cressie1985`. Simplex: `nelder1965`.

use crate::deposit::anisotropy::Ellipsoid;
use crate::deposit::point::Point;
use crate::deposit::variogram::{Make, Model, Structure};

/// What weighs a lag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weighing {
    /// Its pairs.
    Pairs,
    /// Pairs over the square of its distance.
    PairsOverDistance,
    /// Pairs over the square of its semivariance.
    PairsOverGamma,
}

/// One point to be fitted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Target {
    /// The way.
    pub way: Point,
    /// Its length, m.
    pub distance_m: f64,
    /// Pairs behind it.
    pub pairs: f64,
    /// Semivariance.
    pub gamma: f64,
}

/// What is fitted.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Names and makers of the structures, shortest first.
    pub structures: Vec<(&'static str, Make)>,
    /// Angles of the axes.
    pub angles: [f64; 3],
    /// Ranges that are free in each structure: one (all ways alike), two (level and upright) or three.
    pub axes: usize,
    /// Shortest and longest range that is tried of each free one, m.
    pub bounds_m: [[f64; 2]; 3],
    /// Whether a nugget may stand.
    pub nugget: bool,
    /// What weighs a lag.
    pub weighing: Weighing,
}

/// A fit.
#[derive(Debug, Clone)]
pub struct Fitted {
    /// The model, with the sill that was found.
    pub model: Model,
    /// Weighted sum of squares over that of the mean: nought is perfect, one no better than a level line.
    pub misfit: f64,
    /// Ranges that ended at a bound.
    pub at_bound: usize,
}

/// Starts on a side of the grid.
const GRID: usize = 5;
/// Starts that are followed.
const FOLLOWED: usize = 6;

impl Wanted {
    pub(super) fn weight(&self, target: &Target) -> f64 {
        match self.weighing {
            Weighing::Pairs => target.pairs,
            Weighing::PairsOverDistance => target.pairs / (target.distance_m * target.distance_m).max(1e-12),
            Weighing::PairsOverGamma => target.pairs / (target.gamma * target.gamma).max(1e-30),
        }
    }

    /// The ranges of a structure from its free ones, in order.
    fn reaches(free: &[f64]) -> Point {
        match *free {
            [all] => [all; 3],
            [level, upright] => [level, level, upright],
            [major, semi, minor] => [major, semi, minor],
            _ => [1.0; 3],
        }
    }

    fn structure(&self, at: usize, share: f64, logs: &[f64]) -> Structure {
        let free: Vec<f64> = (0..self.axes).map(|axis| self.held(axis, logs[at * self.axes + axis]).exp()).collect();
        let reach_m = Self::reaches(&free);
        let [azimuth, dip, plunge] = self.angles;
        let (kind, make) = self.structures[at];
        Structure::new(kind, share, make(reach_m[0]), Ellipsoid { reach_m, azimuth, dip, plunge })
    }

    /// Logarithms of the bounds of a free range.
    fn bounds(&self, axis: usize) -> [f64; 2] {
        self.bounds_m[axis].map(f64::ln)
    }

    fn held(&self, axis: usize, log: f64) -> f64 {
        let [low, high] = self.bounds(axis);
        log.clamp(low, high)
    }

    /// Sills, the nugget first, and the weighted squares for some ranges.
    fn sills(&self, logs: &[f64], targets: &[Target]) -> (Vec<f64>, f64) {
        let count = self.structures.len() + 1;
        let structures: Vec<Structure> = (0..count - 1).map(|at| self.structure(at, 1.0, logs)).collect();
        let rows: Vec<Vec<f64>> = targets
            .iter()
            .map(|target| std::iter::once(1.0).chain(structures.iter().map(|s| s.rise(target.way))).collect())
            .collect();
        let mut best = (vec![0.0; count], f64::INFINITY);
        // Few sills: every choice of those that are not nought is tried.
        for chosen in 1..1usize << count {
            if !self.nugget && chosen & 1 == 1 {
                continue;
            }
            let used: Vec<usize> = (0..count).filter(|at| chosen >> at & 1 == 1).collect();
            let mut normal = nalgebra::DMatrix::<f64>::zeros(used.len(), used.len());
            let mut right = nalgebra::DVector::<f64>::zeros(used.len());
            for (row, target) in rows.iter().zip(targets) {
                let weight = self.weight(target);
                for (i, a) in used.iter().enumerate() {
                    right[i] += weight * row[*a] * target.gamma;
                    for (j, b) in used.iter().enumerate() {
                        normal[(i, j)] += weight * row[*a] * row[*b];
                    }
                }
            }
            let Some(solved) = normal.cholesky().map(|factor| factor.solve(&right)) else { continue };
            if solved.iter().any(|sill| *sill < 0.0 || !sill.is_finite()) {
                continue;
            }
            let mut sills = vec![0.0; count];
            for (at, sill) in used.iter().zip(solved.iter()) {
                sills[*at] = *sill;
            }
            let squares = rows
                .iter()
                .zip(targets)
                .map(|(row, target)| {
                    let gamma: f64 = row.iter().zip(&sills).map(|(rise, sill)| rise * sill).sum();
                    self.weight(target) * (gamma - target.gamma).powi(2)
                })
                .sum::<f64>();
            if squares < best.1 {
                best = (sills, squares);
            }
        }
        best
    }

    /// The fit; `None` where there are fewer points than unknowns, or nothing varies.
    pub fn fit(&self, targets: &[Target]) -> Option<Fitted> {
        let structures = self.structures.len();
        let unknowns = structures * (1 + self.axes) + usize::from(self.nugget);
        if structures == 0 || targets.len() < unknowns || targets.iter().all(|target| target.gamma <= 0.0) {
            return None;
        }
        // Starts: each structure's range from a grid, rising from one to the next, alike along all axes or flattened.
        let mut starts: Vec<Vec<f64>> = Vec::new();
        let grid = |axis: usize, step: usize| {
            let [low, high] = self.bounds(axis);
            low + (high - low) * (step as f64 + 0.5) / GRID as f64
        };
        let mut steps = vec![0usize; structures];
        'all: loop {
            if steps.windows(2).all(|pair| pair[0] <= pair[1]) {
                for flat in if self.axes > 1 { &[0.0, 1.5][..] } else { &[0.0][..] } {
                    starts.push(
                        steps
                            .iter()
                            .flat_map(|step| {
                                (0..self.axes).map(move |axis| {
                                    grid(axis, *step) - if axis + 1 == self.axes { *flat } else { 0.0 }
                                })
                            })
                            .collect(),
                    );
                }
            }
            let mut at = 0;
            loop {
                if at == structures {
                    break 'all;
                }
                steps[at] += 1;
                if steps[at] < GRID {
                    break;
                }
                steps[at] = 0;
                at += 1;
            }
        }
        let cost = |logs: &[f64]| {
            // Beyond a bound it is held there, and pays a little so that the simplex comes back.
            let off = |(at, log): (usize, &f64)| (log - self.held(at % self.axes, *log)).abs();
            let beyond: f64 = logs.iter().enumerate().map(off).sum();
            self.sills(logs, targets).1 * (1.0 + beyond)
        };
        let mut ranked: Vec<(f64, Vec<f64>)> = starts.into_iter().map(|start| (cost(&start), start)).collect();
        ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
        let followed = ranked.into_iter().take(FOLLOWED).map(|(_, start)| descend(start, &cost));
        let (logs, squares) = followed.min_by(|a, b| a.1.total_cmp(&b.1))?;
        let (sills, _) = self.sills(&logs, targets);
        let total: f64 = sills.iter().sum();
        if !(total > 0.0 && squares.is_finite()) {
            return None;
        }
        let weights: f64 = targets.iter().map(|target| self.weight(target)).sum();
        let mean = targets.iter().map(|target| self.weight(target) * target.gamma).sum::<f64>() / weights;
        let level: f64 = targets.iter().map(|target| self.weight(target) * (target.gamma - mean).powi(2)).sum();
        let kept: Vec<usize> = (0..structures).filter(|at| sills[at + 1] > 0.0).collect();
        // A range of a structure that has no sill tells nothing.
        let ends = |at: usize| {
            let [low, high] = self.bounds(at % self.axes);
            logs[at] <= low + 1e-6 || logs[at] >= high - 1e-6
        };
        let at_bound = kept.iter().flat_map(|at| at * self.axes..(at + 1) * self.axes).filter(|at| ends(*at)).count();
        let structures: Vec<Structure> =
            kept.into_iter().map(|at| self.structure(at, sills[at + 1] / total, &logs)).collect();
        let model = Model { nugget_share: sills[0] / total, sill: total, structures };
        Some(Fitted { model, misfit: if level > 0.0 { squares / level } else { 0.0 }, at_bound })
    }
}

/// The simplex of Nelder and Mead, from a start and steps of a third.
fn descend(start: Vec<f64>, cost: &impl Fn(&[f64]) -> f64) -> (Vec<f64>, f64) {
    const STEPS: usize = 400;
    let size = start.len();
    let mut simplex: Vec<(f64, Vec<f64>)> = (0..=size)
        .map(|at| {
            let mut corner = start.clone();
            if at > 0 {
                corner[at - 1] += 0.33;
            }
            (cost(&corner), corner)
        })
        .collect();
    for _ in 0..STEPS {
        simplex.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (best, worst) = (simplex[0].0, simplex[size].0);
        let wide = simplex[1..]
            .iter()
            .flat_map(|(_, c)| c.iter().zip(&simplex[0].1))
            .fold(0.0, |w: f64, (a, b)| w.max((a - b).abs()));
        if worst - best <= 1e-12 * best.abs() && wide < 1e-7 {
            break;
        }
        let middle: Vec<f64> =
            (0..size).map(|axis| simplex[..size].iter().map(|(_, c)| c[axis]).sum::<f64>() / size as f64).collect();
        let from = |by: f64| -> (f64, Vec<f64>) {
            let corner: Vec<f64> = middle.iter().zip(&simplex[size].1).map(|(m, w)| m + by * (w - m)).collect();
            (cost(&corner), corner)
        };
        let reflected = from(-1.0);
        let new = if reflected.0 < best {
            let stretched = from(-2.0);
            if stretched.0 < reflected.0 { stretched } else { reflected }
        } else if reflected.0 < simplex[size - 1].0 {
            reflected
        } else {
            from(if reflected.0 < worst { -0.5 } else { 0.5 })
        };
        if new.0 < worst {
            simplex[size] = new;
            continue;
        }
        let lowest = simplex[0].1.clone();
        for (value, corner) in &mut simplex[1..] {
            for (along, low) in corner.iter_mut().zip(&lowest) {
                *along = low + 0.5 * (*along - low);
            }
            *value = cost(corner);
        }
    }
    simplex.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (value, corner) = simplex.swap_remove(0);
    (corner, value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deposit::variogram::SHAPES;

    fn wanted(structures: &[usize], axes: usize) -> Wanted {
        let structures = structures.iter().map(|at| SHAPES[*at]).collect();
        Wanted {
            structures,
            angles: [30.0, 0.0, 0.0],
            axes,
            bounds_m: [[1.0, 500.0]; 3],
            nugget: true,
            weighing: Weighing::PairsOverDistance,
        }
    }

    fn targets(model: &Model, ways: &[Point]) -> Vec<Target> {
        let mut targets = Vec::new();
        for way in ways {
            for step in 1..=20 {
                let way = way.map(|along| along * f64::from(step));
                targets.push(Target {
                    way,
                    distance_m: crate::deposit::point::length(way),
                    pairs: f64::from(100 + 7 * step),
                    gamma: model.gamma_over(way),
                });
            }
        }
        targets
    }

    /// What a model says, a fit of the same shape finds again.
    #[test]
    fn a_nested_model_is_found_again() {
        let shape = |at: usize, share, range: f64| {
            let ellipsoid = Ellipsoid { reach_m: [range; 3], azimuth: 30.0, dip: 0.0, plunge: 0.0 };
            Structure::new(SHAPES[at].0, share, SHAPES[at].1(range), ellipsoid)
        };
        let truth =
            Model { nugget_share: 0.2, sill: 50.0, structures: vec![shape(0, 0.3, 25.0), shape(1, 0.5, 150.0)] };
        let fit = wanted(&[0, 1], 1).fit(&targets(&truth, &[[10.0, 0.0, 0.0]])).unwrap();
        assert!(fit.misfit < 1e-6, "{fit:?}");
        assert!((fit.model.sill - 50.0).abs() < 0.5 && (fit.model.nugget_share - 0.2).abs() < 0.02, "{fit:?}");
        assert!((fit.model.structures[1].shape.range_m() / 150.0 - 1.0).abs() < 0.05, "{fit:?}");
        assert_eq!(fit.at_bound, 0);
    }

    #[test]
    fn three_ranges_are_found_along_their_axes() {
        let ellipsoid = Ellipsoid { reach_m: [200.0, 90.0, 12.0], azimuth: 30.0, dip: 0.0, plunge: 0.0 };
        let truth = Model {
            nugget_share: 0.1,
            sill: 4.0,
            structures: vec![Structure::new("spherical", 0.9, SHAPES[0].1(200.0), ellipsoid)],
        };
        let axes = ellipsoid.axes();
        let ways =
            [axes[0].map(|along| 12.0 * along), axes[1].map(|along| 8.0 * along), axes[2].map(|along| 1.0 * along)];
        let fit = wanted(&[0], 3).fit(&targets(&truth, &ways)).unwrap();
        let found = fit.model.structures[0].ellipsoid.reach_m;
        for (found, wanted) in found.iter().zip(ellipsoid.reach_m) {
            assert!((found / wanted - 1.0).abs() < 1e-3, "{found} for {wanted}");
        }
    }

    /// Sills never fall below nought, and a fit to noise without a rise has no structure worth the name.
    #[test]
    fn sills_are_not_negative_and_too_few_lags_are_refused() {
        let falling: Vec<Target> = (1..=12)
            .map(|step| Target {
                way: [f64::from(step), 0.0, 0.0],
                distance_m: f64::from(step),
                pairs: 50.0,
                gamma: 9.0 - 0.3 * f64::from(step),
            })
            .collect();
        let wanted = wanted(&[0], 1);
        let fit = wanted.fit(&falling).unwrap();
        assert!(
            fit.model.nugget_share > 0.99 || fit.model.structures.is_empty() || fit.model.structures[0].share >= 0.0
        );
        assert!(fit.model.sill > 0.0 && fit.model.nugget_share <= 1.0 + 1e-12);
        assert!(wanted.fit(&falling[..2]).is_none());
    }
}
