//! Variogram models as curves along the directions that were looked along, for pictures.
//!
//! # Equation
//! `γ(h u)` at even steps of `h` from nought to the farthest lag, `u` the direction; the first is the nugget, the limit at no distance.
//!
//! # Symbols
//! `h` distance (m); `u` way of length one: of holes, the mean of their ways.
//!
//! # Holds for
//! A model that is the same all ways where pairs of all ways are taken together, and round in plan where those of one level are; else a
//! direction has no curve.
//!
//! # Source
//! The model's own.

use crate::deposit::anisotropy::{Ellipsoid, Stretch};
use crate::deposit::point::{Point, length};
use crate::deposit::variogram::Model;
use crate::deposit::variogram::direction::{Direction, Found, Pairs};
use crate::table::Table;

/// Steps of a curve.
const STEPS: u32 = 60;

/// How the tables of curves end.
pub const OF_MODEL: &str = "_model";

/// A table of curves, beside the one whose name and title are given.
pub fn table(beside: &Table, squared: &str) -> Table {
    Table::new(
        format!("{}{OF_MODEL}", beside.name),
        format!("{}: the model's curve", beside.title),
        "at even steps from no distance, where it is the nugget",
        &[("variable", ""), ("direction", ""), ("distance", "m"), ("model", squared)],
    )
}

/// Adds the curve of a model along a way of length one, as far as a distance.
pub fn add(table: &mut Table, [variable, direction]: [&str; 2], model: &Model, unit: Point, far_m: f64) {
    for step in 0..=STEPS {
        // A hair from nought: the nugget.
        let distance_m = far_m * f64::from(step).max(1e-9) / f64::from(STEPS);
        let gamma = model.gamma_over(unit.map(|along| along * distance_m));
        let shown_m = if step == 0 { 0.0 } else { distance_m };
        table.row(vec![variable.into(), direction.into(), shown_m.into(), gamma.into()]);
    }
}

/// The way of length one that a direction's model is seen along; `None` where its pairs take together ways that the model tells apart.
pub fn unit_of(direction: &Direction, model: &Model, found: &[Found]) -> Option<Point> {
    match direction.pairs {
        Pairs::All => alike(model).then_some([1.0, 0.0, 0.0]),
        Pairs::DownHole => down(found),
        Pairs::Level(_) if !alike_in_plan(model) => None,
        Pairs::Along { .. } | Pairs::Level(_) => direction.way(1.0),
    }
}

/// The way holes mostly go, of length one.
pub fn down(found: &[Found]) -> Option<Point> {
    let sum = found.iter().fold([0.0; 3], |sum, found| [0, 1, 2].map(|axis| sum[axis] + found.way[axis]));
    let long = length(sum);
    (long > 0.0).then(|| sum.map(|along| along / long))
}

/// Is a model the same all ways in plan?
pub fn alike_in_plan(model: &Model) -> bool {
    let round = |ellipsoid: &Ellipsoid| {
        let [major, semi, _] = ellipsoid.reach_m;
        (major - semi).abs() <= 1e-9 * major && ellipsoid.dip.abs() < 1e-9 && ellipsoid.plunge.abs() < 1e-9
    };
    model.structures.iter().all(|structure| round(&structure.ellipsoid))
}

/// Is a model the same all ways?
pub fn alike(model: &Model) -> bool {
    model.structures.iter().all(|structure| Stretch::of(&structure.ellipsoid) == Stretch::Even)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::deposit::variogram::spherical::Spherical;

    #[test]
    fn a_curve_begins_at_the_nugget_and_ends_where_the_lags_do() {
        let model = Model::named("spherical", Arc::new(Spherical { range_m: 40.0 }), 0.25, 8.0).unwrap();
        let mut table = table(&Table::new("variogram_of_v", "Variogram", "", &[]), "");
        add(&mut table, ["v", "level"], &model, [0.0, 1.0, 0.0], 60.0);
        let (distances, gammas) = (table.numbers("distance"), table.numbers("model"));
        assert!(distances[0] == Some(0.0) && (gammas[0].unwrap() - 2.0).abs() < 1e-6);
        assert!((distances[60].unwrap() - 60.0).abs() < 1e-12 && (gammas[60].unwrap() - 8.0).abs() < 1e-12);
        assert!((gammas[20].unwrap() - model.gamma(20.0)).abs() < 1e-12 && table.name == "variogram_of_v_model");
    }
}
