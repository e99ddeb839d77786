//! Sequential Gaussian simulation: node after node, each drawn from what the samples and the nodes before it leave open.
//!
//! # Equation
//! ```text
//! y(u) = Σ w_i y_i + σ_K ε,     Σ_j w_j C_ij = C_i0,   σ_K² = C_00 − Σ w_i C_i0
//! ```
//! over the samples and the nodes already drawn that a search finds; with a mean that is not known the weights sum to one and σ_K² grows.
//!
//! # Symbols
//! `y` normal score at a node; `y_i` at a sample or an earlier node; `w` kriging weights; `C` covariances; `ε` standard normal draw.
//!
//! # Holds for
//! A stationary multivariate normal field. With every sample and earlier node in the search the field has the model's covariances exactly;
//! with the nearest of them nearly so (the screen effect), the better the more there are. Samples stay where they are and are not moved to
//! nodes: a node that stands on a sample (within a millionth of a step) takes its score to the bit, and a node beside one is drawn by
//! kriging over the true way. Realisations of one lot share path and weights.
//!
//! # Source
//! `deutsch1998` (sgsim); `goovaerts1997`; shared path: `nussbaumer2018`.

use std::sync::Arc;

use crate::deposit::anisotropy::{Ellipsoid, Stretch};
use crate::deposit::kriging::system::{Refused, System};
use crate::deposit::lattice::Lattice;
use crate::deposit::point::{Point, apart, distance};
use crate::deposit::search::{Found, Search, Tree};
use crate::deposit::variogram::{Model, Structure, Variogram};
use crate::error::Error;

use super::around::Around;
use super::path::levels;

/// Where values that speak for a node are looked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Neighbours {
    /// Within which, samples and nodes alike.
    pub within: Ellipsoid,
    /// Most samples.
    pub samples: usize,
    /// Most samples of an octant.
    pub octant: Option<usize>,
    /// Most nodes drawn before.
    pub nodes: usize,
    /// The mean of the scores is taken to be nought (simple kriging), or else constant but unknown (ordinary).
    pub known_mean: bool,
}

/// A lattice ready to be drawn with one model.
#[derive(Debug, Clone)]
pub struct Sequential {
    nodes: Lattice,
    model: Model,
    neighbours: Neighbours,
    tree: Tree,
    around: Vec<Around>,
    frames: Frames,
    on: Vec<u32>,
}

/// No sample stands on a node.
pub(super) const NONE: u32 = u32::MAX;

/// The sample that stands on each node, if any.
pub(super) fn standing(nodes: &Lattice, points: &[Point]) -> Vec<u32> {
    let mut on = vec![NONE; nodes.blocks()];
    for (sample, point) in points.iter().enumerate() {
        let steps = [0, 1, 2].map(|axis| (point[axis] - nodes.corner[axis]) / nodes.block[axis] - 0.5);
        let inside = (0..3).all(|axis| {
            (steps[axis] - steps[axis].round()).abs() <= 1e-6
                && (0.0..nodes.count[axis] as f64).contains(&steps[axis].round())
        });
        if inside {
            let [x, y, z] = steps.map(|step| step.round() as usize);
            on[x + nodes.count[0] * (y + nodes.count[1] * z)] = sample as u32;
        }
    }
    on
}

/// A structure and the frame in which it is the same all ways.
#[derive(Debug, Clone)]
struct Frame {
    sill: f64,
    stretch: Stretch,
    shape: Arc<dyn Variogram>,
}

/// The model's structures, each in its frame: places are brought there once, not for every pair.
#[derive(Debug, Clone)]
struct Frames {
    each: Vec<Frame>,
    /// The samples in every frame, a sample after another.
    samples: Vec<Point>,
    origin: Point,
}

impl Frames {
    fn new(model: &Model, points: &[Point], origin: Point) -> Self {
        let of = |structure: &Structure| Frame {
            sill: structure.share * model.sill,
            stretch: Stretch::of(&structure.ellipsoid),
            shape: Arc::clone(&structure.shape),
        };
        let mut frames = Self { each: model.structures.iter().map(of).collect(), samples: Vec::new(), origin };
        let mut samples = Vec::with_capacity(points.len() * frames.each.len());
        for point in points {
            frames.bring(*point, &mut samples);
        }
        frames.samples = samples;
        frames
    }

    /// Adds a place in every frame.
    fn bring(&self, place: Point, out: &mut Vec<Point>) {
        let way = apart(place, self.origin);
        out.extend(self.each.iter().map(|frame| frame.stretch.apply(way)));
    }

    /// A sample in every frame.
    fn sample(&self, at: usize) -> &[Point] {
        &self.samples[at * self.each.len()..(at + 1) * self.each.len()]
    }

    /// Covariance of two different places.
    fn covariance(&self, one: &[Point], other: &[Point]) -> f64 {
        let mut sum = 0.0;
        for ((frame, one), other) in self.each.iter().zip(one).zip(other) {
            sum += frame.sill * (1.0 - frame.shape.rise(distance(*one, *other)));
        }
        sum
    }
}

/// What a node is worked out on.
#[derive(Debug, Default)]
struct Desk {
    /// What speaks, in every frame: samples, then earlier nodes, then the node itself.
    places: Vec<Point>,
    system: System,
    found: Found,
    /// Earlier nodes: index, code, and how far away, in nodes.
    earlier: Vec<(u32, i32, [i32; 3])>,
    covariances: Vec<f64>,
    half: Vec<f64>,
    row: Vec<f64>,
}

impl Sequential {
    /// From samples at `points`, no two in one place; none at all and the field is free.
    pub fn new(nodes: Lattice, points: &[Point], model: Model, neighbours: Neighbours) -> Self {
        let search = Search {
            within: Some(neighbours.within),
            least: 1,
            most: neighbours.samples.max(1),
            octant: neighbours.octant,
            hole: None,
        };
        let tree = Tree::new(points, &[], search);
        let around = levels(nodes.count)
            .into_iter()
            .map(|level| Around::new(&nodes, level, &neighbours.within, neighbours.nodes, &model))
            .collect();
        let on = standing(&nodes, points);
        let frames = Frames::new(&model, points, nodes.corner);
        Self { nodes, model, neighbours, tree, around, frames, on }
    }

    /// Draws every node along a `path` of this lattice, several columns (realisations, variables) with the same weights.
    /// `samples` holds the scores, `columns` a sample; `chance` writes the standard normal draws of a node; `out` holds `columns` a node.
    pub fn draw(
        &self,
        path: &[Vec<u32>],
        columns: usize,
        samples: &[f64],
        mut chance: impl FnMut(usize, &mut [f64]),
        out: &mut [f64],
    ) -> Result<(), Error> {
        let mut desk = Desk { row: vec![0.0; columns], ..Desk::default() };
        let mut drawn = vec![false; self.nodes.blocks()];
        for (around, nodes) in self.around.iter().zip(path) {
            for &node in nodes {
                let node = node as usize;
                let here = node * columns..(node + 1) * columns;
                if self.on[node] != NONE {
                    // The sample itself goes on speaking for this place.
                    let sample = self.on[node] as usize;
                    out[here].copy_from_slice(&samples[sample * columns..(sample + 1) * columns]);
                    continue;
                }
                self.look(around, node, &drawn, &mut desk);
                let spread = self.weigh(around, node, &mut desk)?;
                chance(node, &mut desk.row);
                for value in &mut desk.row {
                    *value *= spread;
                }
                let of_samples = desk.found.near.iter().map(|near| {
                    let at = near.sample as usize * columns;
                    &samples[at..at + columns]
                });
                let of_nodes = desk.earlier.iter().map(|(at, ..)| {
                    let at = *at as usize * columns;
                    &out[at..at + columns]
                });
                for (weight, values) in desk.covariances.iter().zip(of_samples.chain(of_nodes)) {
                    for (sum, value) in desk.row.iter_mut().zip(values) {
                        *sum += weight * value;
                    }
                }
                out[here].copy_from_slice(&desk.row);
                drawn[node] = true;
            }
        }
        Ok(())
    }

    /// Finds the samples and earlier nodes for a node.
    fn look(&self, around: &Around, node: usize, drawn: &[bool], desk: &mut Desk) {
        if self.neighbours.samples > 0 {
            self.tree.find(self.nodes.middle(node), &mut desk.found);
        }
        desk.earlier.clear();
        let [across, along, up] = self.nodes.count;
        let index = [node % across, node / across % along, node / (across * along)].map(|index| index as i32);
        let count = [across, along, up].map(|count| count as u32);
        for beside in &around.beside {
            if desk.earlier.len() == self.neighbours.nodes {
                break;
            }
            // Below nought wraps to far beyond.
            let inside = (0..3).all(|axis| ((index[axis] + beside.away[axis]) as u32) < count[axis]);
            if !inside {
                continue;
            }
            let at = (node as i64 + i64::from(beside.index)) as u32;
            if drawn[at as usize] {
                desk.earlier.push((at, beside.code, beside.away));
            }
        }
    }

    /// The weights of what was found, into `desk.covariances`; answers the standard deviation left.
    fn weigh(&self, around: &Around, node: usize, desk: &mut Desk) -> Result<f64, Error> {
        let Desk { places, system, found, earlier, covariances, half, .. } = desk;
        let samples = found.near.len();
        let count = samples + earlier.len();
        covariances.clear();
        if count == 0 {
            return Ok(self.model.sill.sqrt());
        }
        let frames = &self.frames;
        places.clear();
        for near in &found.near {
            places.extend_from_slice(frames.sample(near.sample as usize));
        }
        let here = self.nodes.middle(node);
        if samples > 0 {
            for (_, _, away) in &*earlier {
                let way = [0, 1, 2].map(|axis| f64::from(away[axis]) * self.nodes.block[axis]);
                frames.bring([0, 1, 2].map(|axis| here[axis] + way[axis]), places);
            }
            frames.bring(here, places);
        }
        let wide = frames.each.len();
        let place = |at: usize| &places[at * wide..(at + 1) * wide];
        let functions = usize::from(!self.neighbours.known_mean);
        let made = system.make(
            count,
            functions,
            |row, column| {
                if row == column {
                    self.model.sill
                } else if column < samples {
                    frames.covariance(place(row), place(column))
                } else {
                    around.covariance(earlier[row - samples].1, earlier[column - samples].1)
                }
            },
            |_, out| out.fill(1.0),
        );
        made.map_err(|why| self.refused(why, node, count))?;
        covariances.extend((0..samples).map(|at| frames.covariance(place(at), place(count))));
        covariances.extend(earlier.iter().map(|(_, code, _)| around.covariance(*code, 0)));
        let (explained, drift) = system.weigh(covariances, &[1.0][..functions], half);
        Ok((self.model.sill - explained - drift).max(0.0).sqrt())
    }

    fn refused(&self, why: Refused, node: usize, count: usize) -> Error {
        let [x, y, z] = self.nodes.middle(node);
        let kind = self.model.kind();
        let what = match why {
            Refused::Twins => format!(
                "the kriging matrix of {count} values round ({x}, {y}, {z}) m is singular with the {kind} model"
            ),
            Refused::Drift => format!("{count} values round ({x}, {y}, {z}) m cannot tell their mean"),
        };
        Error::Infeasible {
            unit: "simulation".into(),
            what,
            hint: "no two samples in one place; with a gaussian model a nugget, say 1 %, or turning bands".into(),
        }
    }
}
