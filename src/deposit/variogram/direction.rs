//! Which pairs of samples a variogram takes: all, those along a direction, those down their own hole.
//!
//! # Equation
//! With u the unit vector `(sin α cos δ, cos α cos δ, −sin δ)` and d the way between two samples, a pair is taken where
//! `|u·d| ≥ |d| cos τ` and `|d − (u·d) u| ≤ b`; level pairs are those with `|d_z| ≤ e`. Lag k holds the pairs with `k w ≤ |d| < (k + 1) w`.
//!
//! # Symbols
//! α azimuth, clockwise from north; δ dip, downward; τ tolerance (degrees); b half the width of the band, e height between
//! level samples, w width of a lag (m).
//!
//! # Holds for
//! Pairs both ways along the direction, which count as one. A tolerance of 90 degrees and no band takes every pair.
//!
//! # Source
//! Geometry; the search of `deutsch1998` (gamv).

use crate::deposit::point::{Point, apart, length};
use crate::deposit::variogram::estimators::Estimator;
use crate::fields::Fields;
use crate::quantity::{Angle, Length};

/// Which pairs.
#[derive(Debug, Clone, PartialEq)]
pub enum Pairs {
    /// All.
    All,
    /// Those of one hole.
    DownHole,
    /// All ways in plan, between samples no farther apart in height than this, m.
    Level(f64),
    /// Those along a direction.
    Along {
        /// Unit vector.
        unit: Point,
        /// Cosine of the tolerance.
        least: f64,
        /// Half the width of the band, m.
        band_m: f64,
    },
}

/// One lag.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lag {
    /// Mean distance of its pairs, m.
    pub distance_m: f64,
    /// Pairs in it.
    pub pairs: usize,
    /// Semivariance.
    pub gamma: f64,
}

/// A direction by name.
#[derive(Debug, Clone, PartialEq)]
pub struct Direction {
    /// Its name in tables.
    pub name: String,
    /// Its pairs.
    pub pairs: Pairs,
    /// Width of a lag, m.
    pub lag_m: f64,
    /// How many lags.
    pub lags: usize,
}

/// Unit vector of an azimuth and a dip, degrees.
pub fn unit(azimuth: f64, dip: f64) -> Point {
    let [(sin_a, cos_a), (sin_d, cos_d)] = [azimuth, dip].map(|angle| angle.to_radians().sin_cos());
    [sin_a * cos_d, cos_a * cos_d, -sin_d]
}

impl Direction {
    /// Reads one of `directions`; `lag_m` and `lags` are those of the section, which its own go before.
    pub fn read(fields: &mut Fields<'_>, lag_m: Option<f64>, lags: Option<usize>) -> Option<Self> {
        let name = fields.text("name", "what the direction is called in tables and figures");
        let azimuth: Option<Angle> = fields.need("azimuth", "clockwise from north", -360.0..=360.0);
        let dip: Option<Angle> = fields.need("dip", "down from the horizontal", -90.0..=90.0);
        let tolerance: Option<Angle> =
            fields.need("tolerance", "farthest that a pair may point away from it", 0.1..=90.0);
        let band: Option<Length> =
            fields.may("bandwidth", "farthest that a pair may lie off it sideways; absent: no matter", 1e-3..=1e8);
        let own: Option<Length> = fields.may("lag", "width of a lag; absent: that of the section", 1e-3..=1e8);
        let count = if fields.has("lags") { fields.count("lags", "how many lags", 1..=500) } else { lags };
        let pairs = Pairs::Along {
            unit: unit(azimuth?.0, dip?.0),
            least: tolerance?.0.to_radians().cos(),
            band_m: band.map_or(f64::INFINITY, |band| band.0),
        };
        Some(Self { name: name?, pairs, lag_m: own.map(|own| own.0).or(lag_m)?, lags: count? })
    }

    /// The way that a model is asked over at a distance; `None` where the pairs go all ways.
    pub fn way(&self, distance_m: f64) -> Option<Point> {
        match &self.pairs {
            Pairs::Along { unit, .. } => Some(unit.map(|along| along * distance_m)),
            Pairs::Level(_) => Some([distance_m, 0.0, 0.0]),
            Pairs::All | Pairs::DownHole => None,
        }
    }

    fn takes(&self, way: Point, long: f64, one_hole: bool) -> bool {
        match &self.pairs {
            Pairs::All => true,
            Pairs::DownHole => one_hole,
            Pairs::Level(apart_m) => way[2].abs() <= *apart_m,
            Pairs::Along { unit, least, band_m } => {
                let along: f64 = unit.iter().zip(&way).map(|(unit, way)| unit * way).sum();
                let beside = (long * long - along * along).max(0.0).sqrt();
                along.abs() >= long * least - 1e-12 * long && beside <= *band_m
            }
        }
    }

    /// The experimental variogram of two variables (the same twice, for one) at samples that hold both.
    pub fn experimental(
        &self,
        points: &[Point],
        holes: &[u32],
        values: [&[f64]; 2],
        estimator: &dyn Estimator,
    ) -> Vec<Found> {
        let mut lags = vec![([0.0; 5], 0usize, 0.0, [0.0; 3]); self.lags];
        let farthest = self.lag_m * self.lags as f64;
        // From west to east, so that pairs too far apart are not looked at.
        let mut order: Vec<usize> = (0..points.len()).collect();
        order.sort_by(|a, b| points[*a][0].total_cmp(&points[*b][0]).then(a.cmp(b)));
        for (at, first) in order.iter().enumerate() {
            for second in &order[at + 1..] {
                let way = apart(points[*second], points[*first]);
                if way[0] > farthest {
                    break;
                }
                let long = length(way);
                if long >= farthest || !self.takes(way, long, holes.get(*first) == holes.get(*second)) {
                    continue;
                }
                let Some(lag) = lags.get_mut((long / self.lag_m) as usize) else { continue };
                let end = |at: usize| [values[0][at], values[1][at]];
                for (sum, part) in lag.0.iter_mut().zip(estimator.pair(end(*first), end(*second))) {
                    *sum += part;
                }
                lag.1 += 1;
                lag.2 += long;
                // Both ends are the same pair: the way counts to the side it mostly points to.
                let side = if way[2] < -0.7 * long { -1.0 } else { 1.0 };
                for (sum, along) in lag.3.iter_mut().zip(way) {
                    *sum += side * along;
                }
            }
        }
        lags.into_iter()
            .filter(|lag| lag.1 > 0)
            .filter_map(|(sums, pairs, distance, way)| {
                let count = pairs as f64;
                let lag = Lag { distance_m: distance / count, pairs, gamma: estimator.lag(sums, count)? };
                Some(Found { lag, way: way.map(|along| along / count) })
            })
            .collect()
    }
}

/// A lag, and the mean way of its pairs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// The lag.
    pub lag: Lag,
    /// Mean way, m; of pairs that go all ways it means nothing.
    pub way: Point,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deposit::variogram::estimators::KINDS;
    use crate::deposit::variogram::estimators::matheron::Matheron;
    use crate::document::Node;
    use crate::fields::{Check, Fields};
    use crate::library::Library;

    fn along(azimuth: f64, tolerance: f64, band_m: f64) -> Direction {
        let pairs = Pairs::Along { unit: unit(azimuth, 0.0), least: tolerance.to_radians().cos(), band_m };
        Direction { name: "d".into(), pairs, lag_m: 1.0, lags: 4 }
    }

    /// A chequered plain: a wave along east, a slope along north.
    fn plain() -> (Vec<Point>, Vec<f64>) {
        let points: Vec<Point> = (0..64).map(|at| [f64::from(at % 8), f64::from(at / 8), 0.0]).collect();
        let values = points.iter().map(|p| if p[0] % 2.0 > 0.5 { 3.0 } else { 1.0 } + 0.5 * p[1]).collect();
        (points, values)
    }

    /// By hand: eastward neighbours differ by two, northward ones by a half at each step.
    #[test]
    fn directions_see_what_lies_along_them() {
        let (points, values) = plain();
        let of = |azimuth: f64| along(azimuth, 10.0, 0.1).experimental(&points, &[], [&values, &values], &Matheron);
        let (east, north) = (of(90.0), of(0.0));
        assert_eq!((east[0].lag.pairs, north[0].lag.pairs), (56, 56));
        for (at, lag) in east.iter().enumerate() {
            let steps = at + 1;
            assert!((lag.lag.gamma - if steps % 2 == 1 { 2.0 } else { 0.0 }).abs() < 1e-12);
            assert!((lag.lag.distance_m - steps as f64).abs() < 1e-12);
        }
        for (at, lag) in north.iter().enumerate() {
            assert!((lag.lag.gamma - 0.5 * (0.5 * (at + 1) as f64).powi(2)).abs() < 1e-12);
        }
        // All ways and a tolerance of ninety degrees are the same pairs.
        let all = Direction { pairs: Pairs::All, ..along(0.0, 0.0, 0.0) };
        let wide = along(37.0, 90.0, f64::INFINITY);
        let gammas = |direction: &Direction| -> Vec<Lag> {
            direction.experimental(&points, &[], [&values, &values], &Matheron).iter().map(|found| found.lag).collect()
        };
        assert_eq!(gammas(&all), gammas(&wide));
        // Down the hole only pairs of one hole.
        let holes: Vec<u32> = (0..64).map(|at| at / 8).collect();
        let down = Direction { pairs: Pairs::DownHole, ..along(0.0, 0.0, 0.0) };
        let found = down.experimental(&points, &holes, [&values, &values], &Matheron);
        assert_eq!(
            found.iter().map(|found| found.lag.gamma).collect::<Vec<_>>(),
            gammas(&along(90.0, 10.0, 0.1)).iter().map(|lag| lag.gamma).collect::<Vec<_>>()
        );
    }

    /// Independent normal numbers: every variogram gives their variance, the madogram its own law.
    #[test]
    fn estimators_agree_on_a_normal_field() {
        let lot = crate::deposit::simulate::chance::Chance::of(7);
        let points: Vec<Point> = (0..900).map(|at| [f64::from(at % 30), f64::from(at / 30), 0.0]).collect();
        let values: Vec<f64> = (0..900).map(|at| 50.0 + 2.0 * lot.normal(at)).collect();
        let node = Node::empty("");
        let all = Direction { name: "all".into(), pairs: Pairs::All, lag_m: 5.0, lags: 3 };
        for kind in KINDS {
            let check = Check::new();
            let estimator = (kind.read)(&mut Fields::new(&node, "", &check), &Library::builtin()).unwrap();
            let lag = all.experimental(&points, &[], [&values, &values], &*estimator)[2].lag;
            let wanted = match kind.name {
                "madogram" => 2.0 / std::f64::consts::PI.sqrt(),
                "pairwise-relative" => 4.0 / 2500.0,
                "correlogram" => 1.0,
                _ => 4.0,
            };
            assert!((lag.gamma / wanted - 1.0).abs() < 0.09, "{}: {} against {wanted}", kind.name, lag.gamma);
        }
    }

    /// The cross variogram of a variable with itself is its variogram; with its double, double; of the sum, the sum.
    #[test]
    fn cross_variograms_are_bilinear() {
        let (points, values) = plain();
        let other: Vec<f64> = points.iter().map(|p| (p[0] * 1.7 + p[1] * p[0]).sin()).collect();
        let sum: Vec<f64> = values.iter().zip(&other).map(|(a, b)| a + 2.0 * b).collect();
        let all = Direction { pairs: Pairs::All, ..along(0.0, 0.0, 0.0) };
        let of = |a: &[f64], b: &[f64]| all.experimental(&points, &[], [a, b], &Matheron);
        for lag in 0..of(&values, &values).len() {
            let gamma = |a: &[f64], b: &[f64]| of(a, b)[lag].lag.gamma;
            let parts = gamma(&values, &values) + 4.0 * gamma(&values, &other) + 4.0 * gamma(&other, &other);
            assert!((gamma(&sum, &sum) - parts).abs() < 1e-10);
        }
    }
}
