//! Reproduction: whether realisations have the histogram and the variogram they were drawn to have.
//!
//! # Equation
//! ```text
//! γ̂(h) = Σ (y(u) − y(u + h))² / 2N in each realisation;   off = (mean of γ̂ − γ(h)) / (s/√n)
//! F̂(p) = share of nodes with y < Φ⁻¹(p) in each realisation;   off = (mean of F̂ − p) / (s/√n)
//! ```
//!
//! # Symbols
//! `y` normal scores at nodes; `h` way along an axis of the lattice; `γ` the model; `s` standard deviation over the `n` realisations.
//!
//! # Holds for
//! Free fields: there |off| beyond four is no accident. Fields that agree with samples follow the samples first, and lie off the model as far
//! as the samples do; the ribbon between P90 and P10 is then what is to be looked at. One realisation may wander (ergodic fluctuation).
//!
//! # Source
//! `goovaerts1997`.

use crate::deposit::lattice::Lattice;
use crate::deposit::point::length;
use crate::deposit::threads;
use crate::deposit::variogram::Model;
use crate::error::Error;
use crate::table::Table;

use super::Round;
use super::gaussian::quantile;
use super::spread::Spread;

/// Shares at which the histogram is asked.
const SHARES: [f64; 9] = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99];

/// A figure of the realisations beside what it should be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Beside {
    /// By the model.
    pub wanted: f64,
    /// Over the realisations.
    pub got: Spread,
}

impl Beside {
    /// How far the mean lies off, in its own standard errors; `None` of fewer than two realisations.
    pub fn off(&self) -> Option<f64> {
        let error = self.got.deviation / (self.got.realisations as f64).sqrt();
        (error > 0.0).then(|| (self.got.mean - self.wanted) / error)
    }
}

/// Pairs of nodes so many steps apart, measured together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// The direction they belong to.
    pub name: String,
    /// Steps east, north and up; more than one where the ways count as alike.
    pub steps: Vec<[i64; 3]>,
}

/// A lag along a direction of the lattice.
#[derive(Debug, Clone, PartialEq)]
pub struct Lag {
    /// The direction.
    pub name: String,
    /// m.
    pub distance_m: f64,
    /// Half the mean squared difference.
    pub gamma: Beside,
}

/// What was measured in each realisation.
#[derive(Debug, Clone)]
pub struct Reproduction {
    nodes: Lattice,
    lags: Vec<Way>,
    /// Of each variable.
    models: Vec<Model>,
    /// A row for each realisation and variable: the lags, the shares, mean and variance.
    rows: Vec<f64>,
}

impl Reproduction {
    /// Lags of so many nodes along each axis that is long enough; `models` of the variables, one each.
    pub fn new(nodes: Lattice, models: Vec<Model>, steps: &[usize]) -> Self {
        let of = |axis: usize, step: usize| {
            let mut way = [0; 3];
            way[axis] = step as i64;
            Way { name: ["east", "north", "up"][axis].into(), steps: vec![way] }
        };
        let ways = (0..3).flat_map(|axis| steps.iter().map(move |step| of(axis, *step))).collect();
        Self::along(nodes, models, ways)
    }

    /// Lags along any ways; those that lead nowhere or out of the lattice are left out.
    pub fn along(nodes: Lattice, models: Vec<Model>, ways: Vec<Way>) -> Self {
        let inside = |step: &[i64; 3]| {
            let within = step.iter().zip(nodes.count).all(|(step, count)| step.unsigned_abs() < count as u64);
            within && step.iter().any(|step| *step != 0)
        };
        let lags = ways.into_iter().filter_map(|way| {
            let steps: Vec<[i64; 3]> = way.steps.into_iter().filter(inside).collect();
            (!steps.is_empty()).then_some(Way { steps, ..way })
        });
        Self { nodes, lags: lags.collect(), models, rows: Vec::new() }
    }

    fn width(&self) -> usize {
        self.lags.len() + SHARES.len() + 2
    }

    /// Measures a round, of as many variables as there are models.
    pub fn take(&mut self, round: &Round<'_>) -> Result<(), Error> {
        let variables = self.models.len();
        if variables != round.variables() || self.nodes.blocks() != round.nodes() {
            let what = format!(
                "{variables} models at {} nodes for {} variables at {}",
                self.nodes.blocks(),
                round.variables(),
                round.nodes()
            );
            return Err(Error::Infeasible {
                unit: "simulation".into(),
                what,
                hint: "a model for each variable, one lattice".into(),
            });
        }
        let (width, before) = (self.width(), self.rows.len());
        let mut rows = std::mem::take(&mut self.rows);
        rows.resize(before + round.count * variables * width, 0.0);
        let bounds = SHARES.map(quantile);
        threads::fill(
            &mut rows[before..],
            width,
            || vec![0.0; round.nodes()],
            |field, at, row| {
                for (node, value) in field.iter_mut().enumerate() {
                    *value = round.score(at % variables, node, at / variables);
                }
                self.measure(field, &bounds, row);
                Ok::<(), Error>(())
            },
        )?;
        self.rows = rows;
        Ok(())
    }

    fn measure(&self, field: &[f64], bounds: &[f64], row: &mut [f64]) {
        let count = field.len() as f64;
        for (way, gamma) in self.lags.iter().zip(&mut *row) {
            let (sum, pairs) = way.steps.iter().fold((0.0, 0), |(sum, pairs), step| {
                let (more, of) = squares(field, self.nodes.count, *step);
                (sum + more, pairs + of)
            });
            *gamma = sum / (2.0 * pairs as f64);
        }
        let rest = &mut row[self.lags.len()..];
        for (bound, share) in bounds.iter().zip(&mut *rest) {
            *share = field.iter().filter(|value| *value < bound).count() as f64 / count;
        }
        let mean = field.iter().sum::<f64>() / count;
        rest[SHARES.len()] = mean;
        rest[SHARES.len() + 1] = field.iter().map(|value| value * value).sum::<f64>() / count;
    }

    fn beside(&self, variable: usize, column: usize, wanted: f64) -> Option<Beside> {
        let rows = self.rows.chunks_exact(self.width()).skip(variable).step_by(self.models.len());
        let got = Spread::of(&mut rows.map(|row| row[column]).collect::<Vec<_>>())?;
        Some(Beside { wanted, got })
    }

    /// The farthest lag along ways of a name, m.
    pub fn farthest_m(&self, name: &str) -> f64 {
        let of_name = self.lags.iter().filter(|lag| lag.name == name).filter_map(|lag| lag.steps.first());
        let far = |step: &[i64; 3]| length([0, 1, 2].map(|axis| step[axis] as f64 * self.nodes.block[axis]));
        of_name.map(far).fold(0.0, f64::max)
    }

    /// The variogram of a variable along the ways.
    pub fn variogram(&self, variable: usize) -> Vec<Lag> {
        let lags = self.lags.iter().enumerate().filter_map(|(column, lag)| {
            let step = lag.steps.first()?;
            let way = [0, 1, 2].map(|axis| step[axis] as f64 * self.nodes.block[axis]);
            let gamma = self.beside(variable, column, self.models[variable].gamma_over(way))?;
            Some(Lag { name: lag.name.clone(), distance_m: length(way), gamma })
        });
        lags.collect()
    }

    /// The histogram of a variable: the share wanted below each of some scores, and the shares found.
    pub fn histogram(&self, variable: usize) -> Vec<Beside> {
        let first = self.lags.len();
        SHARES.iter().enumerate().filter_map(|(at, share)| self.beside(variable, first + at, *share)).collect()
    }

    /// Mean score, wanted nought, and mean square, wanted the sill.
    pub fn moments(&self, variable: usize) -> Option<[Beside; 2]> {
        let first = self.lags.len() + SHARES.len();
        Some([self.beside(variable, first, 0.0)?, self.beside(variable, first + 1, self.models[variable].sill)?])
    }

    /// The variograms as a table to plot: model, mean and ribbon by lag.
    pub fn variogram_table(&self, names: &[&str]) -> Table {
        let mut table = Table::new(
            "simulated_variograms",
            "Variograms of the realisations beside the model",
            "normal scores; P90 and P10 over realisations, P90 exceeded by 90 % of them",
            &[
                ("variable", ""),
                ("direction", ""),
                ("distance", "m"),
                ("model", ""),
                ("mean", ""),
                ("P90", ""),
                ("P50", ""),
                ("P10", ""),
                ("off", "standard errors"),
            ],
        );
        for (variable, name) in names.iter().enumerate().take(self.models.len()) {
            for lag in self.variogram(variable) {
                table.row(vec![
                    (*name).into(),
                    lag.name.as_str().into(),
                    lag.distance_m.into(),
                    lag.gamma.wanted.into(),
                    lag.gamma.got.mean.into(),
                    lag.gamma.got.exceeded_90.into(),
                    lag.gamma.got.exceeded_50.into(),
                    lag.gamma.got.exceeded_10.into(),
                    lag.gamma.off().into(),
                ]);
            }
        }
        table
    }

    /// The histograms as a table to plot: a normal's share and those of the realisations.
    pub fn histogram_table(&self, names: &[&str]) -> Table {
        let mut table = Table::new(
            "simulated_histograms",
            "Histograms of the realisations beside the standard normal",
            "share of nodes whose normal score lies below; P90 and P10 over realisations, P90 exceeded by 90 % of them",
            &[
                ("variable", ""),
                ("score", ""),
                ("normal", ""),
                ("mean", ""),
                ("P90", ""),
                ("P10", ""),
                ("off", "standard errors"),
            ],
        );
        for (variable, name) in names.iter().enumerate().take(self.models.len()) {
            for share in self.histogram(variable) {
                table.row(vec![
                    (*name).into(),
                    quantile(share.wanted).into(),
                    share.wanted.into(),
                    share.got.mean.into(),
                    share.got.exceeded_90.into(),
                    share.got.exceeded_10.into(),
                    share.off().into(),
                ]);
            }
        }
        table
    }
}

/// Squared differences of nodes so many steps apart, summed, and how many pairs there are.
fn squares(field: &[f64], [wide, long, high]: [usize; 3], [east, north, up]: [i64; 3]) -> (f64, usize) {
    // Both ends of a pair lie inside: the nearer one from `first` to `end` along each axis.
    let first = [east, north, up].map(|step| (-step).max(0) as usize);
    let end = [(wide, east), (long, north), (high, up)].map(|(count, step)| count - step.max(0) as usize);
    let jump = east + wide as i64 * (north + long as i64 * up);
    let mut sum = 0.0;
    for z in first[2]..end[2] {
        for y in first[1]..end[1] {
            let from = wide * (y + long * z);
            let (near, far) = (from + first[0], from + end[0]);
            let other = |at: usize| (at as i64 + jump) as usize;
            let (near, far) = (&field[near..far], &field[other(near)..other(far)]);
            sum += near.iter().zip(far).map(|(near, far)| (near - far) * (near - far)).sum::<f64>();
        }
    }
    (sum, first.iter().zip(end).map(|(first, end)| end - first).product())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Second route: every pair of nodes looked at.
    #[test]
    fn steps_of_either_sign_take_every_pair_once() {
        let count = [5, 4, 3];
        let field: Vec<f64> = (0..60).map(|at| f64::from(at * 37 % 23)).collect();
        for step in [[1, 0, 0], [0, -2, 0], [2, 1, -1], [-3, 2, 1], [0, 0, 2]] {
            let (mut sum, mut pairs) = (0.0, 0);
            for at in 0..60i64 {
                let to = [at % 5 + step[0], at / 5 % 4 + step[1], at / 20 + step[2]];
                if to.iter().zip(count).all(|(to, count)| *to >= 0 && *to < count as i64) {
                    sum += (field[at as usize] - field[(to[0] + 5 * (to[1] + 4 * to[2])) as usize]).powi(2);
                    pairs += 1;
                }
            }
            let (found, of) = squares(&field, count, step);
            assert!((found - sum).abs() < 1e-9 && of == pairs, "{step:?}");
        }
    }
}
