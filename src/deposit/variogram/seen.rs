//! Covariances of one target with many places at a time.
//!
//! # Equation
//! `C(x_i, x) = s Σ_k b_k (1 − γ_k(|S_k (x_i − m) − S_k (x − m)|))`
//!
//! # Symbols
//! s sill; b share of a structure, γ its rise, S its stretch; m a middle from which both are seen, so that no digits are
//! lost to coordinates of a national grid (m).
//!
//! # Holds for
//! What [`Model::covariance`] holds for. Places are kept stretched, axis after axis, so that lengths and rises of
//! many are worked out side by side.
//!
//! # Source
//! The same law; the order of the work alone is another.

use crate::deposit::point::{Point, apart};
use crate::deposit::variogram::Model;

/// Places as each structure of a model sees them.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    centre: Point,
    /// East, north, up from the centre, as they are.
    plain: [Vec<f64>; 3],
    /// The same stretched, a structure after another.
    stretched: Vec<[Vec<f64>; 3]>,
}

impl Seen {
    /// Forgets all places; the next are seen from a centre.
    pub fn clear(&mut self, model: &Model, centre: Point) {
        self.centre = centre;
        self.stretched.resize_with(model.structures.len(), Default::default);
        self.keep(0);
    }

    /// Forgets all places but the first.
    pub fn keep(&mut self, first: usize) {
        for axis in self.plain.iter_mut().chain(self.stretched.iter_mut().flatten()) {
            axis.truncate(first);
        }
    }

    /// Takes in a place.
    pub fn push(&mut self, model: &Model, place: Point) {
        let way = apart(place, self.centre);
        for (axis, along) in self.plain.iter_mut().zip(way) {
            axis.push(along);
        }
        for (axes, structure) in self.stretched.iter_mut().zip(&model.structures) {
            for (axis, along) in axes.iter_mut().zip(structure.stretch.apply(way)) {
                axis.push(along);
            }
        }
    }

    /// Places that are kept.
    pub fn len(&self) -> usize {
        self.plain[0].len()
    }

    /// Is none kept?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Square of the least distance from a place, m²; without end where none is kept.
    pub fn nearest2(&self, place: Point) -> f64 {
        let [x, y, z] = apart(place, self.centre);
        let [across, along, up] = &self.plain;
        let mut least = f64::INFINITY;
        for ((a, b), c) in across.iter().zip(along).zip(up) {
            let square = (a - x) * (a - x) + (b - y) * (b - y) + (c - z) * (c - z);
            least = if square < least { square } else { least };
        }
        least
    }

    /// Covariances with a target, one point or the points that stand for a block, into `out`.
    pub fn covariances(&self, model: &Model, support: &[Point], lengths: &mut Vec<f64>, out: &mut [f64]) {
        out.fill(0.0);
        lengths.resize(out.len(), 0.0);
        let share = model.sill / support.len().max(1) as f64;
        // Whether a place may be the target itself; how else is only looked at then.
        let mut touching = self.stretched.is_empty();
        for (axes, structure) in self.stretched.iter().zip(&model.structures) {
            let part = share * structure.share;
            let [across, along, up] = axes.each_ref().map(|axis| &axis[..out.len()]);
            for place in support {
                let [x, y, z] = structure.stretch.apply(apart(*place, self.centre));
                for (((length, a), b), c) in lengths.iter_mut().zip(across).zip(along).zip(up) {
                    *length = ((a - x) * (a - x) + (b - y) * (b - y) + (c - z) * (c - z)).sqrt();
                }
                touching |= lengths.iter().filter(|length| **length <= 0.0).count() > 0;
                structure.shape.rises(lengths);
                for (out, rise) in out.iter_mut().zip(&*lengths) {
                    *out += part * (1.0 - rise);
                }
            }
        }
        if let ([place], true) = (support, touching) {
            let [x, y, z] = apart(*place, self.centre);
            let [across, along, up] = &self.plain;
            for (((out, a), b), c) in out.iter_mut().zip(across).zip(along).zip(up) {
                // A place with itself: the nugget counts.
                let beside = (a - x).abs() + (b - y).abs() + (c - z).abs();
                *out = if beside <= 0.0 { model.sill } else { *out };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deposit::anisotropy::Ellipsoid;
    use crate::deposit::variogram::exponential::Exponential;
    use crate::deposit::variogram::gaussian::Gaussian;
    use crate::deposit::variogram::spherical::Spherical;
    use crate::deposit::variogram::{Structure, Variogram};
    use std::sync::Arc;

    /// Second route: pair by pair, far from the origin, of three nested structures each with its own directions.
    #[test]
    fn many_at_a_time_are_what_each_is() {
        let nested = |name, share, shape: Arc<dyn Variogram>, azimuth| {
            let ellipsoid = Ellipsoid { reach_m: [shape.range_m(), 11.0, 3.0], azimuth, dip: 20.0, plunge: 5.0 };
            Structure::new(name, share, shape, ellipsoid)
        };
        let model = Model {
            nugget_share: 0.2,
            sill: 7.0,
            structures: vec![
                nested("spherical", 0.3, Arc::new(Spherical { range_m: 25.0 }), 10.0),
                nested("exponential", 0.3, Arc::new(Exponential { range_m: 40.0 }), 70.0),
                nested("gaussian", 0.2, Arc::new(Gaussian { range_m: 15.0 }), 0.0),
            ],
        };
        let place = |at: u32| [4e5 + f64::from(at * 7 % 31), 7e6 + f64::from(at * 5 % 23), f64::from(at % 9)];
        let mut seen = Seen::default();
        seen.clear(&model, [4e5 + 10.0, 7e6 + 10.0, 4.0]);
        (0..50).for_each(|at| seen.push(&model, place(at)));
        let (mut lengths, mut out) = (Vec::new(), vec![0.0; 50]);
        for support in [vec![place(7)], vec![[4e5 + 0.3, 7e6 + 4.4, 1.0]], vec![place(3), place(4), place(11)]] {
            seen.covariances(&model, &support, &mut lengths, &mut out);
            for (at, told) in out.iter().enumerate() {
                let way = |target: &Point| apart(place(at as u32), *target);
                let plain = match &support[..] {
                    [target] => model.covariance(way(target)),
                    many => many.iter().map(|t| model.covariance_apart(way(t))).sum::<f64>() / many.len() as f64,
                };
                assert!((told - plain).abs() < 1e-9, "{at}: {told} {plain}");
            }
        }
        let nearest = (0..50).map(|at| crate::deposit::point::distance(place(at), [4e5, 7e6, 1.5])).fold(9e9, f64::min);
        assert!((seen.nearest2([4e5, 7e6, 1.5]).sqrt() - nearest).abs() < 1e-8);
        seen.keep(4);
        assert_eq!((seen.len(), seen.is_empty()), (4, false));
    }
}
