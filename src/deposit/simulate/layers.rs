//! Layers of ground, each with a law of its own from grades to normal scores.
//!
//! # Equation
//! In the layer `k` that a height lies in, `y = Φ⁻¹(F_k(z))` and back `z = F_k⁻¹(Φ(y))`, each `F_k` as in [`crate::deposit::normal_score`], from the
//! samples of that layer and their declustering weights alone. Layers of too few samples are joined, the poorest first, to the poorer
//! of their neighbours. A layer's tails end as far beyond its own samples, in proportion, as those of all end beyond all:
//! ```text
//! b_k = z_max,k · b / z_max,    a_k = z_min,k · a / z_min      (positive grades; else b and a themselves)
//! ```
//!
//! # Symbols
//! `F_k` distribution of a layer's grades; `a`, `b` least and greatest grade there may be; `z_min`, `z_max` least and greatest sample.
//!
//! # Holds for
//! Ground whose grades change with height more than along it: beds of mud, seams, weathered profiles. One field of scores runs through all layers, so
//! that what is rich for its layer goes on upward; what a layer is rich in is its own. Where one law serves all heights, places far from samples go
//! back to the mean of all heights, not to that of their own.
//!
//! # Source
//! Normal scores within domains: `goovaerts1997`; `deutsch1998`.

use super::Back;
use crate::deposit::normal_score::{NormalScore, Tails};
use crate::error::Error;

/// Fewest samples that a layer's law is made from: one for each tenth of the distribution.
pub const LEAST_OF_LAYER: usize = 10;

/// Heights cut into layers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Layers {
    /// Where one layer ends and the next begins, rising, m; none: one layer.
    edges: Vec<f64>,
}

impl Layers {
    /// Between rising heights, m, and beyond the outermost.
    pub fn between(edges: Vec<f64>) -> Self {
        Self { edges }
    }

    /// The layer of a height, from the lowest; an edge is of the layer above it.
    pub fn of(&self, height_m: f64) -> usize {
        self.edges.partition_point(|edge| *edge <= height_m)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.edges.len() + 1
    }

    /// Where a layer begins and ends, m; `None` where it does not.
    pub fn bounds_m(&self, layer: usize) -> [Option<f64>; 2] {
        [layer.checked_sub(1).and_then(|below| self.edges.get(below)).copied(), self.edges.get(layer).copied()]
    }

    /// Joins layers that hold fewer than `least` of some samples, by their heights, to the poorer of their neighbours.
    #[must_use]
    pub fn joined(mut self, heights_m: &[f64], least: usize) -> Self {
        let mut held = vec![0usize; self.count()];
        for height_m in heights_m {
            held[self.of(*height_m)] += 1;
        }
        while let Some((poorest, count)) = held.iter().copied().enumerate().min_by_key(|(_, count)| *count) {
            if count >= least || held.len() == 1 {
                break;
            }
            let of = |at: Option<usize>| at.and_then(|at| held.get(at)).copied();
            let (below, above) = (of(poorest.checked_sub(1)), of(Some(poorest + 1)));
            let down = above.is_none_or(|above| below.is_some_and(|below| below <= above));
            let edge = if down { poorest - 1 } else { poorest };
            self.edges.remove(edge);
            let more = held.remove(edge + 1);
            held[edge] += more;
        }
        self
    }
}

/// Laws by layer, of one variable.
#[derive(Debug, Clone, PartialEq)]
pub struct Layered {
    layers: Layers,
    laws: Vec<NormalScore>,
    /// Of the samples, in their order.
    scores: Vec<f64>,
}

impl Layered {
    /// Of samples at heights, with their grades and declustering weights; `tails` of a law from its least and greatest sample.
    pub fn new(
        layers: Layers,
        heights_m: &[f64],
        grades: &[f64],
        weights: &[f64],
        tails: impl Fn(f64, f64) -> Tails,
    ) -> Result<Self, Error> {
        let mut scores = vec![0.0; grades.len()];
        let mut laws = Vec::with_capacity(layers.count());
        for layer in 0..layers.count() {
            let members: Vec<usize> = (0..grades.len()).filter(|at| layers.of(heights_m[*at]) == layer).collect();
            let own: Vec<f64> = members.iter().map(|at| grades[*at]).collect();
            let weighed: Vec<f64> = members.iter().map(|at| weights[*at]).collect();
            let least = own.iter().copied().fold(f64::INFINITY, f64::min);
            let greatest = own.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let law = NormalScore::new(&own, Some(&weighed), tails(least, greatest))?;
            for (at, score) in members.into_iter().zip(law.scores()) {
                scores[at] = *score;
            }
            laws.push(law);
        }
        Ok(Self { layers, laws, scores })
    }

    /// The layers.
    pub fn layers(&self) -> &Layers {
        &self.layers
    }

    /// The samples' scores, in the order the samples came in.
    pub fn scores(&self) -> &[f64] {
        &self.scores
    }

    /// The grade of a score in a layer.
    pub fn grade(&self, layer: usize, score: f64) -> f64 {
        self.laws[layer].grade(score)
    }

    /// The mean of a layer's distribution, tails and all.
    pub fn mean(&self, layer: usize) -> f64 {
        self.laws[layer].mean()
    }
}

/// Tails of a part of the samples, from its least and greatest, that end beyond them in proportion as `tails` end beyond all.
pub fn in_proportion(tails: Tails, all: [f64; 2]) -> impl Fn(f64, f64) -> Tails {
    move |least: f64, greatest: f64| {
        let (low, high) = (least / all[0], greatest / all[1]);
        Tails {
            // Never within the samples, whatever rounding does.
            least: if all[0] > 0.0 && tails.least >= 0.0 { (tails.least * low).min(least) } else { tails.least },
            greatest: if all[1] > 0.0 && greatest > 0.0 {
                (tails.greatest * high).max(greatest)
            } else {
                tails.greatest
            },
            ..tails
        }
    }
}

impl Back for Layered {
    fn grades(&self) -> usize {
        1
    }

    fn scores(&self) -> usize {
        1
    }

    fn layer(&self, height_m: f64) -> usize {
        self.layers.of(height_m)
    }

    fn write(&self, layer: usize, scores: &[f64], _: &mut Vec<f64>, grades: &mut [f64]) {
        grades[0] = self.grade(layer, scores[0]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deposit::normal_score::Tail;

    #[test]
    fn poor_layers_join_the_poorer_neighbour() {
        let layers = Layers::between(vec![1.0, 2.0, 3.0, 4.0]);
        assert_eq!([layers.of(0.5), layers.of(1.0), layers.of(3.999), layers.of(9.0)], [0, 1, 3, 4]);
        // Samples by layer: 12, 3, 5, 0, 11. The empty one joins that of five; that of three as well, which is poorer than twelve.
        let mut heights = vec![0.5; 12];
        heights.extend([1.5; 3]);
        heights.extend([2.5; 5]);
        heights.extend([9.0; 11]);
        assert_eq!(layers.clone().joined(&heights, 5), Layers::between(vec![1.0, 4.0]));
        let ten = layers.clone().joined(&heights, 10);
        assert_eq!((ten.count(), ten.bounds_m(0), ten.bounds_m(1)), (2, [None, Some(1.0)], [Some(1.0), None]));
        assert_eq!(layers.joined(&heights[..4], 10).count(), 1, "too few for all is one law");
    }

    /// Each layer by itself is the law of its own samples; tails keep their proportion.
    #[test]
    fn a_layer_is_scored_by_its_own_samples() {
        let heights = [0.1, 0.2, 0.3, 5.0, 5.1, 5.2];
        let grades = [1.0, 3.0, 5.0, 100.0, 300.0, 500.0];
        let tails = Tails { least: 0.5, greatest: 1000.0, below: Tail::Linear, above: Tail::Linear };
        let tails = in_proportion(tails, [1.0, 500.0]);
        let layers = Layers::between(vec![1.0]);
        let both = Layered::new(layers, &heights, &grades, &[1.0; 6], &tails).unwrap();
        assert_eq!(both.scores()[..3], both.scores()[3..]);
        for score in [-4.0, -1.0, -0.3, 0.0, 0.8, 3.0] {
            assert!((100.0 * both.grade(0, score) - both.grade(1, score)).abs() < 1e-9, "{score}");
        }
        assert!((both.grade(0, 40.0) - 10.0).abs() < 1e-9 && (both.grade(1, 40.0) - 1000.0).abs() < 1e-9);
        let one = Layered::new(Layers::default(), &heights, &grades, &[1.0; 6], &tails).unwrap();
        assert!(one.scores()[2] < 0.0 && both.scores()[2] > 0.0);
    }

    use std::sync::Arc;

    use crate::deposit::anisotropy::Ellipsoid;
    use crate::deposit::decluster;
    use crate::deposit::lattice::Lattice;
    use crate::deposit::point::Point;
    use crate::deposit::search::Search;
    use crate::deposit::simulate::chance::Chance;
    use crate::deposit::simulate::sequential::Neighbours;
    use crate::deposit::simulate::tally::{Count, Tally};
    use crate::deposit::simulate::{Method, Simulation, Variable};
    use crate::deposit::variogram::exponential::Exponential;
    use crate::deposit::variogram::{Model, Structure};

    const NODES: Lattice = Lattice { corner: [0.0; 3], block: [1.0; 3], count: [16, 16, 6] };

    fn simulation(points: &[Point], scores: Vec<f64>, method: Method, seed: u64) -> Simulation {
        let ellipsoid = Ellipsoid { reach_m: [5.0, 5.0, 3.0], azimuth: 0.0, dip: 0.0, plunge: 0.0 };
        let structure = Structure::new("exponential", 1.0, Arc::new(Exponential { range_m: 5.0 }), ellipsoid);
        let model = Model { nugget_share: 0.0, sill: 1.0, structures: vec![structure] };
        let variables = vec![Variable { scores, model: 0 }];
        Simulation { nodes: NODES, points: points.to_vec(), variables, models: vec![model], method, seed, lot: 10 }
    }

    /// Ground whose mean falls with depth by a third a layer, forty columns of samples of it, and what is drawn from them by `law`: by layer, how far the
    /// mean drawn lies off the layer's own declustered mean, in parts of it.
    fn astray(method: Method, layers: &Layers, seed: u64) -> Vec<f64> {
        let mut truth = Vec::new();
        simulation(&[], Vec::new(), method, 1000 + seed)
            .run(1, &|_| (), |round| {
                truth.extend((0..round.nodes()).map(|node| {
                    let rich = 1000.0 * (0.4 * NODES.middle(node)[2] - 2.4).exp();
                    rich * (0.6 * round.score(0, node, 0)).exp()
                }));
                Ok(())
            })
            .unwrap();
        let mut columns: Vec<usize> = (0..256).collect();
        Chance::of(seed).shuffle(&mut columns);
        let nodes: Vec<usize> = (0..6).flat_map(|up| columns[..40].iter().map(move |at| up * 256 + at)).collect();
        let points: Vec<Point> = nodes.iter().map(|node| NODES.middle(*node)).collect();
        let grades: Vec<f64> = nodes.iter().map(|node| truth[*node]).collect();
        let weights = decluster::weights(&points, [4.0, 4.0, 1.0]);
        let heights: Vec<f64> = points.iter().map(|point| point[2]).collect();
        let all =
            grades.iter().fold([f64::INFINITY, 0.0], |all: [f64; 2], grade| [all[0].min(*grade), all[1].max(*grade)]);
        let tails = Tails { least: 0.0, greatest: 1.1 * all[1], below: Tail::Linear, above: Tail::Linear };
        let law = Layered::new(layers.clone(), &heights, &grades, &weights, in_proportion(tails, all)).unwrap();
        let mut tally = Tally::new(Count {
            blocks: NODES,
            points: [1; 3],
            mass_t: vec![1.0; NODES.blocks()],
            cut_on: vec![1.0],
            cut_offs: vec![0.0],
            share: 1.0,
            realisations: 10,
            keep: 0,
        })
        .unwrap();
        simulation(&points, law.scores().to_vec(), method, seed)
            .run(10, &|_| (), |round| tally.take(round, &law))
            .unwrap();
        (0..6)
            .map(|up| {
                let own = 40 * up..40 * (up + 1);
                let weight: f64 = weights[own.clone()].iter().sum();
                let mean = own.map(|at| weights[at] * grades[at]).sum::<f64>() / weight;
                let drawn: f64 = (256 * up..256 * (up + 1)).map(|node| tally.block(node).unwrap().means[0]).sum();
                drawn / 256.0 / mean - 1.0
            })
            .collect()
    }

    /// Over many grounds, samples and seeds, what is drawn has in each layer the layer's own declustered mean within the error of their sampling; by
    /// one law for all it has not.
    #[test]
    fn layers_keep_their_own_means() {
        const SEEDS: u32 = 24;
        let within = Ellipsoid { reach_m: [10.0, 10.0, 6.0], azimuth: 0.0, dip: 0.0, plunge: 0.0 };
        let near = Neighbours { within, samples: 8, octant: None, nodes: 8, known_mean: true };
        let some = Search { within: Some(within), least: 1, most: 12, octant: None, hole: None };
        let by_layer = Layers::between(vec![1.0, 2.0, 3.0, 4.0, 5.0]);
        for method in [Method::Sequential(near), Method::TurningBands { lines: 60, search: Some(some) }] {
            let off = |layers: &Layers| {
                let mut sums = [[0.0; 2]; 6];
                for seed in 0..SEEDS {
                    for (sum, off) in sums.iter_mut().zip(astray(method, layers, u64::from(seed))) {
                        *sum = [sum[0] + off, sum[1] + off * off];
                    }
                }
                sums.map(|[sum, squares]| {
                    let mean = sum / f64::from(SEEDS);
                    let variance = (squares / f64::from(SEEDS) - mean * mean) / f64::from(SEEDS - 1);
                    mean / variance.sqrt()
                })
            };
            let (own, pooled) = (off(&by_layer), off(&Layers::default()));
            assert!(own.iter().all(|off| off.abs() < 4.0), "{method:?}: {own:.1?}");
            assert!(pooled[0] > 10.0 && pooled[5] < -6.0, "{method:?}: {pooled:.1?}");
        }
    }
}
