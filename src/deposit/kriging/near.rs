//! Blocks that lie together, each from the samples that a search finds for it.
//!
//! Sets of samples that begin alike share the rows of their system ([`super::growing`]), targets of one set are solved side
//! by side, and estimates come without weights. What is answered is what [`Kriging::weigh`] answers block by block.

use super::drift::{Drift, MOST};
use super::growing::{Growing, LANES, Lanes};
use super::system::Refused;
use super::{Kriging, Weights, quality};
use crate::deposit::neighbours::Neighbours;
use crate::deposit::point::{Point, middle};
use crate::deposit::search::Tree;
use crate::deposit::variogram::seen::Seen;
use crate::deposit::weigher::{Asked, TOLD, Together};
use crate::error::Error;

/// Blocks of a lot.
const LOT: usize = 64;

/// What answers.
#[derive(Debug)]
pub struct Near<'a> {
    kriging: &'a Kriging,
    tree: &'a Tree,
    asked: Asked<'a>,
    /// Values less the known mean, a sample after another.
    values: Vec<f64>,
    mean: f64,
}

/// What it is worked out on.
#[derive(Debug, Clone, Default)]
pub struct Desk {
    neighbours: Neighbours,
    growing: Growing,
    /// The samples that the growing system has, and as the model sees them.
    ranks: Vec<u32>,
    seen: Seen,
    lengths: Vec<f64>,
    column: Vec<f64>,
    beside: Vec<f64>,
    support: Vec<Point>,
    covariances: Vec<Lanes>,
    estimates: [Vec<f64>; LANES],
    holes: Vec<u32>,
}

impl<'a> Near<'a> {
    /// Ready for what is asked.
    pub fn new(kriging: &'a Kriging, tree: &'a Tree, asked: Asked<'a>) -> Self {
        let mean = if let Drift::Known(mean) = kriging.drift { mean } else { 0.0 };
        let values =
            (0..kriging.points.len()).flat_map(|at| asked.values.iter().map(move |values| values[at] - mean)).collect();
        Self { kriging, tree, asked, values, mean }
    }

    /// Takes a sample into the system.
    fn push(&self, rank: u32, centre: Point, desk: &mut Desk) -> Result<(), Refused> {
        let Self { kriging, asked, .. } = self;
        let sample = desk.neighbours.ranked[rank as usize] as usize;
        let place = kriging.points[sample];
        let count = desk.ranks.len();
        desk.column.resize(count + 1, 0.0);
        desk.seen.covariances(&kriging.model, &[place], &mut desk.lengths, &mut desk.column[..count]);
        desk.column[count] = kriging.model.sill;
        let functions = kriging.drift.functions();
        desk.beside.resize(functions, 0.0);
        kriging.drift.write(kriging.scaled(place, centre), &mut desk.beside);
        let variables = asked.values.len();
        desk.beside.extend_from_slice(&self.values[sample * variables..(sample + 1) * variables]);
        desk.growing.push(&desk.column, &desk.beside)?;
        desk.seen.push(&kriging.model, place);
        desk.ranks.push(rank);
        Ok(())
    }

    /// Answers targets of one set, at most a lane each.
    fn solve(
        &self,
        these: &[(u32, u32, u32)],
        middles: &[Point],
        centre: Point,
        holes: f64,
        rows: &mut [f64],
        desk: &mut Desk,
    ) {
        let Self { kriging, asked, .. } = self;
        let count = desk.ranks.len();
        let width = TOLD + asked.values.len();
        desk.covariances.clear();
        desk.covariances.resize(count, [0.0; LANES]);
        desk.column.resize(count, 0.0);
        let mut at_targets = [[0.0; MOST]; LANES];
        for (lane, (target, ..)) in these.iter().enumerate() {
            let here = middles[*target as usize];
            desk.support.clear();
            desk.support.extend(asked.offsets.iter().map(|offset| [0, 1, 2].map(|axis| here[axis] + offset[axis])));
            desk.seen.covariances(&kriging.model, &desk.support, &mut desk.lengths, &mut desk.column);
            for (lanes, covariance) in desk.covariances.iter_mut().zip(&desk.column) {
                lanes[lane] = *covariance;
            }
            kriging.drift_over(&desk.support, centre, &mut at_targets[lane][..kriging.drift.functions()]);
        }
        let answers = desk.growing.solve(&desk.covariances, &at_targets, &mut desk.estimates);
        for (lane, (target, ..)) in these.iter().enumerate() {
            let at = *target as usize;
            let (explained, drift) = (answers[lane].explained, answers[lane].drift);
            let row = &mut rows[at * width..(at + 1) * width];
            row[..3].copy_from_slice(&quality(asked.own, explained, drift));
            row[3..TOLD].copy_from_slice(&[count as f64, holes, desk.seen.nearest2(middles[at]).sqrt()]);
            for (grade, estimate) in row[TOLD..].iter_mut().zip(&desk.estimates[lane]) {
                *grade = self.mean + estimate;
            }
        }
    }
}

impl Together for Near<'_> {
    fn lot(&self) -> usize {
        LOT
    }

    fn length(&self, way: Point) -> f64 {
        crate::deposit::point::length(self.tree.stretched(way))
    }

    fn answer(&self, middles: &[Point], rows: &mut [f64], room: &mut Weights) -> Result<(), Error> {
        let desk = &mut *room.room.near_desk;
        let kriging = self.kriging;
        let centre = middle(middles);
        desk.neighbours.find(self.tree, middles);
        desk.growing.clear(kriging.drift.functions(), self.asked.values.len());
        desk.seen.clear(&kriging.model, centre);
        desk.ranks.clear();
        let width = TOLD + self.asked.values.len();
        let order = std::mem::take(&mut desk.neighbours.order);
        let mut rest = &order[..];
        while let Some((_, from, to)) = rest.first().copied() {
            let set = desk.neighbours.set(from, to);
            let many = rest.iter().take_while(|other| desk.neighbours.set(other.1, other.2) == set).count();
            let (these, after) = rest.split_at(many);
            rest = after;
            let alike = set.iter().zip(&desk.ranks).take_while(|(a, b)| a == b).count();
            desk.ranks.truncate(alike);
            desk.growing.keep(alike);
            desk.seen.keep(alike);
            for at in from as usize + alike..to as usize {
                let rank = desk.neighbours.set(at as u32, at as u32 + 1)[0];
                self.push(rank, centre, desk).map_err(|why| kriging.refused(why, (to - from) as usize))?;
            }
            if from == to || !desk.growing.ready() {
                for (target, ..) in these {
                    rows[*target as usize * width + 3] = 0.0;
                }
                continue;
            }
            desk.holes.clear();
            let ranked = &desk.neighbours.ranked;
            desk.holes.extend(desk.ranks.iter().map(|rank| self.tree.hole(ranked[*rank as usize])));
            desk.holes.sort_unstable();
            desk.holes.dedup();
            let holes = desk.holes.len() as f64;
            for these in these.chunks(LANES) {
                self.solve(these, middles, centre, holes, rows, desk);
            }
        }
        desk.neighbours.order = order;
        Ok(())
    }
}
