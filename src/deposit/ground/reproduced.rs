//! Whether the simulated grounds look as the samples do: their variograms along the directions that were looked along, their histograms.
//!
//! # Equation
//! As in [`crate::deposit::simulate::reproduction`], at steps of whole nodes that lie nearest to each lag of each direction; the samples' own
//! points by pairs of samples ([`crate::deposit::variogram::direction`]), of normal scores. Histograms: the share of the samples, by their
//! declustering weights, at or below a grade, and the share of the nodes of counted blocks.
//!
//! # Symbols
//! As there.
//!
//! # Holds for
//! Looking. Nodes are points, as composites nearly are; blocks are not, and have a narrower histogram. Simulated ground is the ground that is
//! counted, the samples' is where the holes are: far from them the two may part.
//!
//! # Source
//! `goovaerts1997`.

use crate::deposit::ground::Ground;
use crate::deposit::ground::curve;
use crate::deposit::lattice::Lattice;
use crate::deposit::point::Point;
use crate::deposit::simulate::reproduction::{Reproduction, Way};
use crate::deposit::simulate::spread::Spread;
use crate::deposit::simulate::tally::Tally;
use crate::deposit::variogram::Model;
use crate::deposit::variogram::direction::{Direction, Found, Pairs};
use crate::deposit::variogram::estimators::matheron::Matheron;
use crate::table::{Cell, Table};

/// Lags along the axes of the lattice where no direction was looked along, nodes.
const STEPS: [usize; 5] = [1, 2, 4, 8, 16];
/// Grades at which histograms are held against each other.
const GRADES: usize = 40;

/// Samples as they are drawn from: places, holes and normal scores.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scored<'s> {
    /// Where they are.
    pub places: &'s [Point],
    /// Of which hole.
    pub holes: &'s [u32],
    /// A list for each variable.
    pub scores: &'s [&'s [f64]],
}

impl Scored<'_> {
    /// The lags of a variable's scores along a direction.
    fn lags(&self, direction: &Direction, scores: &[f64]) -> Vec<Found> {
        direction.experimental(self.places, self.holes, [scores, scores], &Matheron)
    }

    /// The way holes mostly go, of length one.
    fn down(&self, direction: &Direction) -> Option<Point> {
        curve::down(&self.lags(direction, self.scores.first()?))
    }
}

/// The steps nearest to a way.
fn steps(way: Point, nodes: &Lattice) -> [i64; 3] {
    [0, 1, 2].map(|axis| (way[axis] / nodes.block[axis]).round() as i64)
}

impl Ground {
    /// A reproduction along the directions of `[experimental]`, else along the axes.
    pub(super) fn looked_along(&self, nodes: Lattice, models: Vec<Model>, samples: Scored<'_>) -> Reproduction {
        let Some(looked) = &self.experimental else { return Reproduction::new(nodes, models, &STEPS) };
        let mut ways: Vec<Way> = Vec::new();
        for direction in &looked.directions {
            for lag in 1..=direction.lags {
                let distance_m = lag as f64 * direction.lag_m;
                let steps = match direction.pairs {
                    Pairs::All | Pairs::Level(_) => {
                        vec![steps([distance_m, 0.0, 0.0], &nodes), steps([0.0, distance_m, 0.0], &nodes)]
                    }
                    Pairs::DownHole => samples
                        .down(direction)
                        .map(|unit| vec![steps(unit.map(|along| along * distance_m), &nodes)])
                        .unwrap_or_default(),
                    Pairs::Along { .. } => {
                        direction.way(distance_m).map(|way| vec![steps(way, &nodes)]).unwrap_or_default()
                    }
                };
                let way = Way { name: direction.name.clone(), steps };
                if !ways.contains(&way) {
                    ways.push(way);
                }
            }
        }
        Reproduction::along(nodes, models, ways)
    }

    /// The variograms of the realisations with the samples' own points among them, and the models' curves.
    pub(super) fn variograms_beside(
        &self,
        seen: &Reproduction,
        models: &[&Model],
        names: &[&str],
        samples: Scored<'_>,
        (name, title): (&str, &str),
    ) -> [Table; 2] {
        let mut table = seen.variogram_table(names);
        (table.name, table.title) = (name.into(), title.into());
        let mut curves = curve::table(&table, "");
        table.column("samples", "");
        table.column("pairs", "");
        for row in &mut table.rows {
            row.extend([Cell::Absent, Cell::Absent]);
        }
        let Some(looked) = &self.experimental else { return [table, curves] };
        for ((name, scores), model) in names.iter().zip(samples.scores).zip(models) {
            for direction in &looked.directions {
                let lags = samples.lags(direction, scores);
                let far_m = lags.iter().map(|found| found.lag.distance_m).fold(0.0, f64::max);
                let far_m = far_m.max(seen.farthest_m(&direction.name));
                if let Some(unit) = curve::unit_of(direction, model, &lags) {
                    curve::add(&mut curves, [name, &direction.name], model, unit, far_m);
                }
                for found in lags {
                    let distance_m = found.lag.distance_m;
                    let way = match direction.pairs {
                        Pairs::All | Pairs::Level(_) => [distance_m, 0.0, 0.0],
                        Pairs::DownHole => found.way,
                        Pairs::Along { .. } => direction.way(distance_m).unwrap_or(found.way),
                    };
                    let mut row: Vec<Cell> = vec![(*name).into(), direction.name.as_str().into(), distance_m.into()];
                    row.push(model.gamma_over(way).into());
                    row.resize(table.columns.len() - 2, Cell::Absent);
                    row.extend([found.lag.gamma.into(), (found.lag.pairs as f64).into()]);
                    table.row(row);
                }
            }
        }
        [table, curves]
    }

    /// Grades, rising, at equal steps of the samples' share, for a variable that is held against its nodes.
    pub(super) fn grades_asked(grades: &[f64], weights: &[f64]) -> Vec<f64> {
        let mut order: Vec<usize> = (0..grades.len()).collect();
        order.sort_by(|a, b| grades[*a].total_cmp(&grades[*b]));
        let total: f64 = weights.iter().sum();
        let (mut below, mut asked) = (0.0, Vec::new());
        for at in order {
            below += weights[at] / total;
            if below * GRADES as f64 >= asked.len() as f64 + 0.5 {
                asked.push(grades[at]);
            }
        }
        asked.dedup();
        asked
    }
}

/// A table of histograms, to be filled by [`histogram`].
pub(super) fn histograms(name: &str, title: String) -> Table {
    Table::new(
        name,
        title,
        "share at or below a grade: of the samples by their declustering weights, of the simulated nodes of counted blocks; P90 and P10 over \
         realisations, P90 exceeded by 90 % of them",
        &[("variable", ""), ("grade", ""), ("unit", ""), ("samples", "%"), ("P90", "%"), ("P50", "%"), ("P10", "%")],
    )
}

/// The samples' share at or below each grade asked, and the realisations'.
pub(super) fn histogram(
    table: &mut Table,
    (name, unit): (&str, &str),
    (grades, weights): (&[f64], &[f64]),
    asked: &[f64],
    (tally, of): (&Tally, usize),
) {
    let total: f64 = weights.iter().sum();
    for (grade, drawn) in asked.iter().zip(tally.shares_below(of)) {
        let below = grades.iter().zip(weights).filter(|(known, _)| *known <= grade);
        let share = below.map(|(_, weight)| weight).sum::<f64>() / total;
        let percent = |of: fn(&Spread) -> f64| (100.0 * of(&drawn)).into();
        table.row(vec![
            name.into(),
            (*grade).into(),
            unit.into(),
            (100.0 * share).into(),
            percent(|spread| spread.exceeded_90),
            percent(|spread| spread.exceeded_50),
            percent(|spread| spread.exceeded_10),
        ]);
    }
}
