//! The nodes round a node, the most alike first, and how alike any two of them are: worked out once for a level of the lattice.
//!
//! # Equation
//! Two nodes that stand `i` and `j` steps from a third are `i − j` steps apart, so that one table of the covariance over steps serves all
//! pairs: `C_ij = T[|code(i) − code(j)|]`, `code = s₁ + n₁ (s₂ + n₂ s₃)`.
//!
//! # Symbols
//! `s` steps along each axis; `n` more than the steps there can be between two neighbours, so that no two ways share a code; `T` covariances.
//!
//! # Holds for
//! Any model: the table holds its covariances to the bit.
//!
//! # Source
//! Look-up tables of a lattice: `deutsch1998`.

use crate::deposit::anisotropy::{Ellipsoid, Stretch};
use crate::deposit::lattice::Lattice;
use crate::deposit::variogram::Model;

use super::path::Level;

/// Places looked at for each node wanted: the coarser lattice fills one place of eight at worst, and twice that is kept.
const PLACES_A_NODE: usize = 16;

/// A place beside a node.
#[derive(Debug, Clone, Copy)]
pub struct Beside {
    /// Nodes along each axis.
    pub away: [i32; 3],
    /// To the index of the node there.
    pub index: i32,
    /// Its way in the table.
    pub code: i32,
}

/// What stands round each node of a level.
#[derive(Debug, Clone)]
pub struct Around {
    /// The most alike first.
    pub beside: Vec<Beside>,
    table: Vec<f64>,
}

impl Around {
    /// Within an ellipsoid, for `most` nodes.
    pub fn new(nodes: &Lattice, level: Level, within: &Ellipsoid, most: usize, model: &Model) -> Self {
        let near = nearest(nodes, level, within, PLACES_A_NODE * most, model);
        let mut half = [0i32; 3];
        for (_, steps) in &near {
            for (half, step) in half.iter_mut().zip(steps) {
                *half = (*half).max(step.abs());
            }
        }
        let wide = [4 * half[0] + 1, 4 * half[1] + 1];
        let code = |s: [i32; 3]| s[0] + wide[0] * (s[1] + wide[1] * s[2]);
        let mut table = vec![0.0; code(half.map(|half| 2 * half)) as usize + 1];
        let stride = level.stride.map(|stride| stride as i32);
        for up in 0..=2 * half[2] {
            for north in -2 * half[1]..=2 * half[1] {
                for east in -2 * half[0]..=2 * half[0] {
                    let steps = [east, north, up];
                    if let Ok(at) = usize::try_from(code(steps)) {
                        let way = [0, 1, 2].map(|axis| f64::from(steps[axis] * stride[axis]) * nodes.block[axis]);
                        table[at] = model.covariance(way);
                    }
                }
            }
        }
        let count = nodes.count.map(|count| count as i32);
        let beside = near
            .into_iter()
            .map(|(_, steps)| {
                let away = [0, 1, 2].map(|axis| steps[axis] * stride[axis]);
                Beside { away, index: away[0] + count[0] * (away[1] + count[1] * away[2]), code: code(steps) }
            })
            .collect();
        Self { beside, table }
    }

    /// Covariance of two nodes, by the codes of where they stand from a third; nought: the third itself.
    pub fn covariance(&self, one: i32, other: i32) -> f64 {
        self.table[one.abs_diff(other) as usize]
    }
}

/// The places most like a node of a level, by the model and then by stretched distance, in steps of its stride, with the square of that
/// distance; looked for among the nearest, four times as many.
fn nearest(nodes: &Lattice, level: Level, within: &Ellipsoid, most: usize, model: &Model) -> Vec<(f64, [i32; 3])> {
    let stretch = Stretch::of(within);
    let [reach, ..] = within.reach_m;
    let step = [0, 1, 2].map(|axis| level.stride[axis] as f64 * nodes.block[axis]);
    let farthest = [0, 1, 2].map(|axis| ((nodes.count[axis] - 1) / level.stride[axis]) as i32);
    let axes = within.axes();
    // How far the ellipsoid goes along each axis of the lattice, in steps.
    let extent = |radius: f64, axis: usize| {
        let far: f64 = (0..3).map(|of| (axes[of][axis] * within.reach_m[of] / reach).powi(2)).sum();
        ((radius * far.sqrt() / step[axis]) as i32).min(farthest[axis])
    };
    let mut radius = step.into_iter().fold(f64::INFINITY, f64::min).min(reach);
    loop {
        let half = [0, 1, 2].map(|axis| extent(radius, axis));
        let mut near = Vec::new();
        for up in -half[2]..=half[2] {
            for north in -half[1]..=half[1] {
                for east in -half[0]..=half[0] {
                    let steps = [east, north, up];
                    let way = [0, 1, 2].map(|axis| f64::from(steps[axis]) * step[axis]);
                    let square = stretch.apply(way).iter().map(|along| along * along).sum::<f64>();
                    if steps != [0; 3] && square <= radius * radius {
                        near.push((square, steps));
                    }
                }
            }
        }
        // All that the lattice has may be fewer than asked for.
        let all = half == farthest && near.len() + 1 == half.iter().map(|half| 2 * *half as usize + 1).product();
        if near.len() >= 4 * most || radius >= reach || all {
            let alike = |steps: [i32; 3]| model.covariance([0, 1, 2].map(|axis| f64::from(steps[axis]) * step[axis]));
            let mut near: Vec<_> = near.into_iter().map(|(square, steps)| (-alike(steps), square, steps)).collect();
            near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
            near.truncate(most);
            return near.into_iter().map(|(_, square, steps)| (square, steps)).collect();
        }
        radius = (1.4 * radius).min(reach);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::deposit::variogram::spherical::Spherical;
    use crate::deposit::variogram::{Model, Structure};

    #[test]
    fn the_table_is_the_model_and_the_nearest_come_first() {
        let ellipsoid = Ellipsoid { reach_m: [30.0, 12.0, 5.0], azimuth: 40.0, dip: 20.0, plunge: 10.0 };
        let shape = Arc::new(Spherical { range_m: 30.0 });
        let model = Model {
            nugget_share: 0.2,
            sill: 1.0,
            structures: vec![Structure::new("spherical", 0.8, shape, ellipsoid)],
        };
        let nodes = Lattice { corner: [0.0; 3], block: [2.0, 3.0, 1.0], count: [30, 20, 9] };
        for level in super::super::path::levels(nodes.count) {
            let around = Around::new(&nodes, level, &ellipsoid, 12, &model);
            let way = |beside: &Beside| [0, 1, 2].map(|axis| f64::from(beside.away[axis]) * nodes.block[axis]);
            for one in &around.beside {
                assert!((around.covariance(one.code, 0) - model.covariance(way(one))).abs() < 1e-15);
                for other in &around.beside {
                    let apart = crate::deposit::point::apart(way(one), way(other));
                    assert!((around.covariance(one.code, other.code) - model.covariance(apart)).abs() < 1e-15);
                }
            }
            let alike: Vec<f64> = around.beside.iter().map(|beside| around.covariance(beside.code, 0)).collect();
            assert!(alike.windows(2).all(|pair| pair[0] >= pair[1]), "the most alike first");
            let stretch = Stretch::of(&ellipsoid);
            assert!(around.beside.iter().all(|beside| stretch.length(way(beside)) <= 30.0 + 1e-9));
            // None more alike was left out.
            let all = (-29i32..30).flat_map(|x| (-19..20).flat_map(move |y| (-8..9).map(move |z| [x, y, z])));
            let better = all.filter(|steps| {
                let on = steps.iter().zip(level.stride).all(|(step, stride)| step % stride as i32 == 0);
                let way = [0, 1, 2].map(|axis| f64::from(steps[axis]) * nodes.block[axis]);
                let alike = alike.last().is_some_and(|last| model.covariance(way) > last + 1e-12);
                on && *steps != [0; 3] && stretch.length(way) <= 30.0 && alike
            });
            assert!(better.count() < around.beside.len());
        }
    }
}
