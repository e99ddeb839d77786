//! Simulation asked as a question: a table of samples, a model, blocks whose truth is known.

use crate::deposit::anisotropy::Ellipsoid;
use crate::deposit::decluster;
use crate::deposit::lattice::Lattice;
use crate::deposit::normal_score::{NormalScore, Tail, Tails};
use crate::deposit::point::Point;
use crate::deposit::search::Search;
use crate::deposit::variogram::Model;
use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Length, Number};
use crate::unit::{Case, Kind, Reading};

use super::sequential::Neighbours;
use super::tally::{Count, Quantity, Tally};
use super::{Method, Simulation, Variable, nodes_of};

/// A question to the law.
#[derive(Debug)]
struct Question {
    points: Vec<Point>,
    values: Vec<f64>,
    weights: Vec<f64>,
    greatest: f64,
    model: Model,
    blocks: Lattice,
    within: usize,
    method: Method,
    realisations: usize,
    seed: u64,
    cut_offs: Vec<f64>,
}

/// Its entry in the catalogue.
pub const CASE: Kind<dyn Case> = Kind {
    name: "simulated-field",
    about: "Mean, spread and what lies above cut-offs of a grid of blocks, simulated from a table of samples",
    sources: &["deutsch1998", "emery2006"],
    read: |fields, library| Some(Box::new(Question::read(fields, library)?)),
};

impl Question {
    fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Self> {
        let samples = decluster::samples(fields, library);
        let cell: Option<Length> = fields.need("cell", "side of the cells that decluster the samples", 1e-3..=1e7);
        let greatest: Option<Number> = fields.need(
            "greatest",
            "greatest value there may be, reached by a line from the greatest sample",
            -1e12..=1e12,
        );
        let west: Option<Length> = fields.need("west", "western edge of the grid", -1e9..=1e9);
        let south: Option<Length> = fields.need("south", "southern edge of the grid", -1e9..=1e9);
        let step: Option<Length> = fields.need("step", "side of a block", 1e-6..=1e7);
        let columns = fields.count("columns", "blocks from west to east", 1..=2000);
        let rows = fields.count("rows", "blocks from south to north", 1..=2000);
        let within = fields.count("points", "nodes a side that stand for a block", 1..=20);
        let bands = fields.word("method", "how fields are drawn", &[("sequential", false), ("turning-bands", true)]);
        let reach: Option<Length> = fields.need("reach", "how far samples and nodes are looked for", 1e-3..=1e8);
        let nearest = fields.count("neighbours", "samples that speak for a node, most", 1..=1000);
        let others = fields.count("others", "earlier nodes that speak for a node, or lines of turning bands", 1..=5000);
        let realisations = fields.count("realisations", "realisations", 2..=10_000);
        let seed = fields.count("seed", "for everything drawn", 0..=u32::MAX as usize);
        let cut_offs: Option<Vec<Number>> = fields.list("cut_offs", "cut-offs, rising", -1e12..=1e12);
        let model =
            fields.table("variogram", "of the normal scores: structure, range and nugget").and_then(|mut inner| {
                let model = Model::read(&mut inner, library);
                inner.finish();
                model
            });
        let ((points, values), step, cell) = (samples?, step?.0, cell?.0);
        let (reach, nearest, others) = (Ellipsoid::sphere(reach?.0), nearest?, others?);
        let method = if bands? {
            let search = Search { within: Some(reach), least: 1, most: nearest, octant: None, hole: None };
            Method::TurningBands { lines: others, search: Some(search) }
        } else {
            Method::Sequential(Neighbours {
                within: reach,
                samples: nearest,
                octant: None,
                nodes: others,
                known_mean: true,
            })
        };
        let mut all = vec![f64::NEG_INFINITY];
        all.extend(cut_offs?.iter().map(|cut_off| cut_off.0));
        Some(Self {
            weights: decluster::weights(&points, [cell; 3]),
            points,
            values,
            greatest: greatest?.0,
            model: model?,
            blocks: Lattice {
                corner: [west?.0, south?.0, -0.5],
                block: [step, step, 1.0],
                count: [columns?, rows?, 1],
            },
            within: within?,
            method,
            realisations: realisations?,
            seed: seed? as u64,
            cut_offs: all,
        })
    }
}

impl Case for Question {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let least = self.values.iter().copied().fold(f64::INFINITY, f64::min);
        let tails = Tails { least, greatest: self.greatest, below: Tail::Linear, above: Tail::Linear };
        let law = NormalScore::new(&self.values, Some(&self.weights), tails)?;
        let points = [self.within, self.within, 1];
        let simulation = Simulation {
            nodes: nodes_of(&self.blocks, points),
            points: self.points.clone(),
            variables: vec![Variable { scores: law.scores().to_vec(), model: 0 }],
            models: vec![self.model.clone()],
            method: self.method,
            seed: self.seed,
            lot: 10,
        };
        let count = self.blocks.blocks() as f64;
        let mut tally = Tally::new(Count {
            blocks: self.blocks,
            points,
            mass_t: vec![1.0 / count; self.blocks.blocks()],
            cut_on: vec![1.0],
            cut_offs: self.cut_offs.clone(),
            share: 1.0,
            realisations: self.realisations,
            keep: 0,
        })?;
        simulation.run(self.realisations, &|_| (), |round| tally.take(round, &law))?;
        let mut readings = Vec::new();
        let mut tell = |name: &str, cut_off: usize, quantity: Quantity| {
            if let Some(spread) = tally.spread(cut_off, quantity) {
                readings.push(Reading::new(name, spread.mean, "1"));
                readings.push(Reading::new(format!("P90 of {name}"), spread.exceeded_90, "1"));
                readings.push(Reading::new(format!("P10 of {name}"), spread.exceeded_10, "1"));
            }
        };
        tell("mean", 0, Quantity::Grade(0));
        for (at, cut_off) in self.cut_offs.iter().enumerate().skip(1) {
            tell(&format!("share above {cut_off}"), at, Quantity::Tonnes);
            tell(&format!("mean above {cut_off}"), at, Quantity::Grade(0));
            tell(&format!("content above {cut_off}"), at, Quantity::Metal(0));
        }
        // Blocks vary within each realisation by what all values vary less what the means of realisations do.
        let drawn = self.realisations as f64;
        let squares: f64 = (0..self.blocks.blocks())
            .filter_map(|block| tally.block(block))
            .map(|held| held.means[0].powi(2) + held.deviations[0].powi(2) * (drawn - 1.0) / drawn)
            .sum();
        let of_means: f64 = tally.values(0, Quantity::Grade(0)).iter().map(|mean| mean * mean).sum();
        let deviation = (squares / count - of_means / drawn).max(0.0).sqrt();
        readings.push(Reading::new("standard deviation of blocks", deviation, "1"));
        Ok(readings)
    }
}
