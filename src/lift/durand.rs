//! Sand and gravel in a level pipe, after Durand and Condolios.
//!
//! # Equation
//! ```text
//! iₘ = iₗ (1 + 81 C ψ^−1.5)        ψ = V² √C_D / (g D R)        C_D = 4 g d R / (3 v²)
//! V_L = F √(2 g D R)
//! ```
//! With a friction factor that does not change, iₘ is least where `ψ = (81 C/2)^(2/3)`.
//!
//! # Symbols
//! iₘ, iₗ: head lost by mixture and by liquid, m of liquid on a metre; C: solids by volume as delivered; V: velocity, m/s; V_L:
//! below it a bed forms; D: diameter, d: grain, m; R: density of the grains over the liquid's, less one; v: settling alone,
//! m/s ([`super::settling`]); C_D: drag of a grain; F: of the order of 1.3 for grains beyond 2 mm, less for finer ones and thin mixtures, read off the
//! authors' chart.
//!
//! # Holds for
//! Grains of one size from 0.2 to 25 mm, pipes from 0.04 to 0.58 m, up to 15 % by volume: the experiments behind it. It knows
//! no change from carried to sliding grains; `horizontal-line` does.
//!
//! # Source
//! `durand1953`.

use super::horizontal::Line;
use super::pipe::GRAVITY;
use super::settling;
use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Number, Speed};
use crate::unit::{Case, Kind, Reading};

/// Of the experiments: head lost by grains over the liquid's.
const GRAINS: f64 = 81.0;

/// Head lost by the mixture, m of liquid on a metre.
pub fn mixture(line: &Line, velocity: f64) -> f64 {
    line.liquid(velocity) * (1.0 + GRAINS * line.solids * speed_number(line, velocity).powf(-1.5))
}

/// ψ.
fn speed_number(line: &Line, velocity: f64) -> f64 {
    let alone = settling::terminal(line.grain, line.solid_density, line.liquid_density, line.viscosity, GRAVITY);
    let drag = 4.0 * GRAVITY * line.grain * line.submerged() / (3.0 * alone * alone);
    velocity * velocity * drag.sqrt() / (GRAVITY * line.diameter * line.submerged())
}

/// Velocity of the least head, m/s, with a friction factor that does not change.
pub fn cheapest(line: &Line) -> f64 {
    ((0.5 * GRAINS * line.solids).powf(2.0 / 3.0) / speed_number(line, 1.0)).sqrt()
}

/// Velocity below which a bed forms, m/s.
pub fn limit(line: &Line, chart: f64) -> f64 {
    chart * (2.0 * GRAVITY * line.diameter * line.submerged()).sqrt()
}

/// A line at a speed.
#[derive(Debug)]
struct Question {
    line: Line,
    velocity: f64,
    chart: Option<f64>,
}

/// The question a validation file can put.
pub const CASE: Kind<dyn Case> = Kind {
    name: "durand-line",
    about: "Head lost by sand or gravel in a level pipe after Durand and Condolios, and their limit of deposition",
    sources: &["durand1953", "miedema2023"],
    read,
};

fn read(fields: &mut Fields<'_>, _: &Library) -> Option<Box<dyn Case>> {
    let line = Line::read(fields);
    let velocity: Option<Speed> = fields.need("velocity", "mean velocity", 1e-3..=50.0);
    let chart: Option<Number> =
        fields.may("limit_factor", "F of the limit of deposition, off the chart; absent: it is not asked", 0.1..=2.0);
    Some(Box::new(Question { line: line?, velocity: velocity?.0, chart: chart.map(|f| f.0) }))
}

impl Case for Question {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let mut readings = vec![
            Reading::new("head lost by the liquid", self.line.liquid(self.velocity), "1"),
            Reading::new("head lost by the mixture", mixture(&self.line, self.velocity), "1"),
            Reading::new("velocity of the least head", cheapest(&self.line), "m/s"),
        ];
        readings.extend(self.chart.map(|chart| Reading::new("deposit limit", limit(&self.line, chart), "m/s")));
        Ok(readings)
    }
}

#[cfg(test)]
mod tests {
    use super::super::horizontal::tests::SAND;
    use super::*;

    #[test]
    fn without_grains_it_is_the_liquid_and_fast_water_forgets_them() {
        let clear = Line { solids: 1e-12, ..SAND };
        assert!((mixture(&clear, 3.0) / clear.liquid(3.0) - 1.0).abs() < 1e-9);
        let over = |velocity: f64| mixture(&SAND, velocity) / SAND.liquid(velocity) - 1.0;
        assert!((over(2.0) / over(4.0) - 8.0).abs() < 1e-9, "by the third power of the speed");
    }

    /// The least is that of iₗ(1 + …) with the friction factor held.
    #[test]
    fn the_cheapest_speed_is_the_bottom_of_the_curve() {
        let best = cheapest(&SAND);
        let head = |velocity: f64| mixture(&SAND, velocity) / SAND.factor(velocity);
        assert!(head(best) < head(1.001 * best) && head(best) < head(0.999 * best));
        assert!((speed_number(&SAND, best) / (40.5 * SAND.solids).powf(2.0 / 3.0) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn wider_pipes_and_heavier_grains_need_more_speed() {
        assert!(limit(&Line { diameter: 1.0, ..SAND }, 1.3) > limit(&SAND, 1.3));
        assert!(limit(&Line { solid_density: 4000.0, ..SAND }, 1.3) > limit(&SAND, 1.3));
    }
}
