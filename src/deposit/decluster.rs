//! Cell declustering: samples crowded where the grade is high count less.
//!
//! # Equation
//! Over a grid of cells of side `s`, each sample weighs `1/(n_c m)`, `n_c` the samples in its
//! cell, `m` the cells that hold any; the mean is averaged over shifted origins, and the side
//! is the one whose mean is least (where high grades are crowded) or one that is given.
//!
//! # Symbols
//! `s` side of a cell (m). Cells are laid from the origin of the coordinates.
//!
//! # Holds for
//! Sampling that crowds into rich ground; the least mean over the sides is then the answer.
//!
//! # Source
//! `journel1983` for the method; `isaaks1989`, chapter 10.

//! In space a cell has three sides, and each sample weighs `1/(n_c m)` in the mean over the origins.

use std::collections::BTreeMap;

use crate::deposit::point::Point;
use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Length, Number};
use crate::unit::{Case, Kind, Reading};

/// Origins tried for each side, along the diagonal of a cell.
const SHIFTS: usize = 8;

/// The declustered mean with cells of one side, over eight origins: that of the coordinates and seven along the
/// diagonal of a cell.
pub fn mean(points: &[Point], values: &[f64], side_m: f64) -> f64 {
    let mut sum = 0.0;
    for shift in 0..SHIFTS {
        let offset = side_m * shift as f64 / SHIFTS as f64;
        let mut cells: BTreeMap<(i64, i64), (f64, usize)> = BTreeMap::new();
        for (point, value) in points.iter().zip(values) {
            let index = |along: f64| ((along + offset) / side_m).floor() as i64;
            let cell = cells.entry((index(point[0]), index(point[1]))).or_default();
            cell.0 += value;
            cell.1 += 1;
        }
        let of_cells: f64 = cells.values().map(|(total, count)| total / *count as f64).sum();
        sum += of_cells / cells.len().max(1) as f64;
    }
    sum / SHIFTS as f64
}

/// Weight of each sample in cells of three sides, m, over the same eight origins; they come to one.
pub fn weights(points: &[Point], sides_m: [f64; 3]) -> Vec<f64> {
    let mut weights = vec![0.0; points.len()];
    for shift in 0..SHIFTS {
        let cell = |point: &Point| {
            [0, 1, 2].map(|axis| {
                let offset = sides_m[axis] * shift as f64 / SHIFTS as f64;
                ((point[axis] + offset) / sides_m[axis]).floor() as i64
            })
        };
        let mut cells: BTreeMap<[i64; 3], usize> = BTreeMap::new();
        for point in points {
            *cells.entry(cell(point)).or_default() += 1;
        }
        let share = 1.0 / (cells.len().max(1) * SHIFTS) as f64;
        for (weight, point) in weights.iter_mut().zip(points) {
            *weight += share / cells.get(&cell(point)).copied().unwrap_or(1) as f64;
        }
    }
    weights
}

/// The side among `sides_m` with the least mean, and that mean.
pub fn least_mean(points: &[Point], values: &[f64], sides_m: &[f64]) -> Option<(f64, f64)> {
    sides_m.iter().map(|&side| (side, mean(points, values, side))).min_by(|a, b| a.1.total_cmp(&b.1))
}

/// A table of samples read from the data: `x`, `y` and a value.
pub(crate) fn samples(fields: &mut Fields<'_>, library: &Library) -> Option<(Vec<Point>, Vec<f64>)> {
    let name = fields.text("samples", "a table below data/deposit with columns x, y and the value");
    let column = fields.text("value", "the column of the value");
    let (name, column) = (name?, column?);
    let table = match library.table(&format!("deposit/{name}")) {
        Ok(table) => table,
        Err(error) => {
            fields.refuse("samples", error.to_string(), "the name of a table below data/deposit, without .csv");
            return None;
        }
    };
    let rows: Vec<(Point, f64)> = table
        .rows()
        .filter_map(|row| Some(([row.number("x")?, row.number("y")?, 0.0], row.number(&column)?)))
        .collect();
    if rows.len() < 3 {
        fields.refuse("value", format!("`{name}` has fewer than three samples of `{column}`"), "another column");
        return None;
    }
    Some(rows.into_iter().unzip())
}

/// A question to the law.
#[derive(Debug)]
struct Question {
    points: Vec<Point>,
    values: Vec<f64>,
    sides_m: Vec<f64>,
    truth: Option<f64>,
}

/// Its entry in the catalogue.
pub const CASE: Kind<dyn Case> = Kind {
    name: "cell-declustering",
    about: "Naive and declustered mean of clustered samples, against the truth where it is known",
    sources: &["journel1983", "isaaks1989"],
    read: |fields, library| {
        let samples = samples(fields, library);
        let sides: Option<Vec<Length>> = fields.list("cells", "sides of cells to try", 1e-3..=1e7);
        let truth: Option<Number> = fields.may("truth", "the true mean, to state the bias against", 1e-12..=1e12);
        let (points, values) = samples?;
        Some(Box::new(Question {
            points,
            values,
            sides_m: sides?.into_iter().map(|side| side.0).collect(),
            truth: truth.map(|truth| truth.0),
        }))
    },
};

impl Case for Question {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let naive = self.values.iter().sum::<f64>() / self.values.len() as f64;
        let mut readings = vec![Reading::new("naive mean", naive, "1")];
        if let Some((side, mean)) = least_mean(&self.points, &self.values, &self.sides_m) {
            readings.push(Reading::new("declustered mean", mean, "1"));
            readings.push(Reading::new("cell", side, "m"));
        }
        if let Some(truth) = self.truth {
            readings.push(Reading::new("naive bias", 100.0 * (naive / truth - 1.0), "%"));
        }
        Ok(readings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crowded_samples_count_less() {
        let points =
            [[0.5, 0.5, 0.0], [0.6, 0.5, 0.0], [0.5, 0.6, 0.0], [10.5, 0.5, 0.0], [0.5, 10.5, 0.0], [10.5, 10.5, 0.0]];
        let values = [9.0, 9.0, 9.0, 1.0, 1.0, 1.0];
        let declustered = mean(&points, &values, 5.0);
        assert!((declustered - 3.0).abs() < 1e-9, "{declustered}");
    }

    /// Second route: weighed by cells that reach through all heights, the mean is that of the cells in plan.
    #[test]
    fn weights_come_to_one_and_give_the_mean_of_the_cells() {
        let points: Vec<Point> =
            (0..40u32).map(|n| [f64::from(n * n % 31), f64::from(n * 7 % 23), f64::from(n % 5)]).collect();
        let values: Vec<f64> = points.iter().map(|point| point[0] + 3.0 * point[1]).collect();
        for side in [2.0, 5.0, 11.0] {
            let weights = weights(&points, [side, side, 1e9]);
            assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            let weighed: f64 = weights.iter().zip(&values).map(|(weight, value)| weight * value).sum();
            assert!((weighed - mean(&points, &values, side)).abs() < 1e-9, "{side}");
        }
        assert!(weights(&points, [1.0; 3]).iter().all(|weight| *weight > 0.0));
    }

    #[test]
    fn one_great_cell_is_the_plain_mean() {
        let points = [[0.0, 0.0, 0.0], [1.0, 2.0, 0.0], [3.0, 1.0, 0.0]];
        assert!((mean(&points, &[1.0, 2.0, 6.0], 1e6) - 3.0).abs() < 1e-12);
    }
}
