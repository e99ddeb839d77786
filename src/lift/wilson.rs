//! Grains that slide and grains that are carried in a level pipe, after Wilson.
//!
//! # Equation
//! ```text
//! V_m = 8.8 (μ R/0.66)^0.55 D^0.7 d^1.75 / (d² + 0.11 D^0.7)      at most  (0.018/f)^0.13 √(2 g D R)
//! V_s = 6.75 V_m x^a (1 − x^a)²            a = ln 0.333 / ln x_m,      where x_m ≤ 1/3
//! V_s = 6.75 V_m (1 − x)^2b (1 − (1 − x)^b)    b = ln 0.666 / ln (1 − x_m),  where it is more
//! x_m = 0.16 D^0.4 d^−0.84 (R/1.65)^−0.17, from 0.05 to 0.66;  x = C/c
//! iₘ = iₗ + R C (μ/2) (V₅₀/V)^M
//! ```
//!
//! # Symbols
//! V_m: greatest velocity at which a bed lies still, V_s: that of this concentration, m/s; D: diameter, m; d: grain, **mm** in V_m
//! and x_m; R: density of the grains over the liquid's, less one; μ: sliding friction; f: Darcy factor; C: solids by volume; c: those of a
//! bed, 0.6; V₅₀: velocity at which turbulence carries half of the grains, m/s; M: from 0.25 for broad mixtures to 1.7 for one size.
//!
//! # Holds for
//! Sand to gravel in water, pipes from 0.1 to 1 m. V_m fits the authors' nomogram within some 5 %; the cap is for coarse
//! grains, whose bed is sheared.
//!
//! # Source
//! `wilson1997`, chapters 5 and 6.

use super::horizontal::Line;
use super::pipe::GRAVITY;
use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Number, Speed};
use crate::unit::{Case, Kind, Reading};

/// Solids by volume in a bed.
const BED: f64 = 0.6;

/// Greatest velocity at which a bed lies still, m/s; capped where the pipe's factor is told.
pub fn greatest(line: &Line, sliding: f64, factor: Option<f64>) -> f64 {
    let (wide, mm) = (line.diameter.powf(0.7), line.grain * 1000.0);
    let free = 8.8 * (sliding * line.submerged() / 0.66).powf(0.55) * wide * mm.powf(1.75) / (mm * mm + 0.11 * wide);
    let cap = |f: f64| (0.018 / f).powf(0.13) * (2.0 * GRAVITY * line.diameter * line.submerged()).sqrt();
    factor.map_or(free, |f| free.min(cap(f)))
}

/// Solids over those of a bed at which the bed is hardest to move.
pub fn hardest(line: &Line) -> f64 {
    let mm = line.grain * 1000.0;
    (0.16 * line.diameter.powf(0.4) * mm.powf(-0.84) * (line.submerged() / 1.65).powf(-0.17)).clamp(0.05, 0.66)
}

/// Share of the greatest velocity that holds at this concentration.
fn share(hardest: f64, relative: f64) -> f64 {
    let form = |x: f64| 6.75 * x * (1.0 - x) * (1.0 - x);
    if hardest <= 1.0 / 3.0 {
        form(relative.powf((1.0_f64 / 3.0).ln() / hardest.ln()))
    } else {
        form(1.0 - (1.0 - relative).powf((2.0_f64 / 3.0).ln() / (1.0 - hardest).ln()))
    }
}

/// Velocity at which a bed of this concentration lies still, m/s.
pub fn limit(line: &Line, sliding: f64, factor: Option<f64>) -> f64 {
    greatest(line, sliding, factor) * share(hardest(line), (line.solids / BED).min(1.0)).clamp(0.0, 1.0)
}

/// Head lost by grains that turbulence carries in part, m of liquid on a metre.
pub fn mixture(line: &Line, velocity: f64, half: f64, exponent: f64, sliding: f64) -> f64 {
    line.liquid(velocity) + line.submerged() * line.solids * 0.5 * sliding * (half / velocity).powf(exponent)
}

/// What is asked.
#[derive(Debug)]
struct Question {
    line: Line,
    sliding: f64,
    factor: Option<f64>,
    /// Velocity, V₅₀, M.
    carried: Option<(f64, f64, f64)>,
}

/// The question a validation file can put.
pub const CASE: Kind<dyn Case> = Kind {
    name: "wilson-line",
    about: "Velocity at which a bed lies still, and head lost by grains carried in part, after Wilson",
    sources: &["wilson1997"],
    read,
};

fn read(fields: &mut Fields<'_>, _: &Library) -> Option<Box<dyn Case>> {
    let line = Line::read(fields);
    let sliding: Option<Number> = fields.need("sliding_friction", "of a bed on the pipe", 0.1..=1.0);
    let factor: Option<Number> =
        fields.may("friction_factor", "Darcy factor that caps the limit; absent: no cap", 1e-3..=0.1);
    let velocity: Option<Speed> = fields.may("velocity", "mean velocity; absent: no head is asked", 1e-3..=50.0);
    let half: Option<Speed> =
        fields.may("half_carried", "velocity at which half are carried, with `velocity`", 1e-3..=50.0);
    let exponent: Option<Number> = fields.may("exponent", "of the velocity, M, with `velocity`", 0.25..=1.7);
    let carried = match (velocity, half, exponent) {
        (Some(velocity), Some(half), Some(exponent)) => Some((velocity.0, half.0, exponent.0)),
        (None, None, None) => None,
        _ => {
            fields.refuse(
                "velocity",
                "a head asks for three numbers",
                "`velocity`, `half_carried` and `exponent`, or none",
            );
            return None;
        }
    };
    Some(Box::new(Question { line: line?, sliding: sliding?.0, factor: factor.map(|f| f.0), carried }))
}

impl Case for Question {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let Self { line, sliding, factor, carried } = self;
        let mut readings = vec![
            Reading::new("greatest limit", greatest(line, *sliding, *factor), "m/s"),
            Reading::new("solids of the greatest limit over a bed's", hardest(line), "1"),
            Reading::new("limit", limit(line, *sliding, *factor), "m/s"),
        ];
        readings.extend(carried.map(|(velocity, half, exponent)| {
            Reading::new("head lost by the mixture", mixture(line, velocity, half, exponent, *sliding), "1")
        }));
        Ok(readings)
    }
}

#[cfg(test)]
mod tests {
    use super::super::horizontal::tests::SAND;
    use super::*;

    #[test]
    fn the_limit_is_greatest_where_it_is_said_to_be() {
        for grain in [2e-4, 5e-4, 1e-3, 5e-3] {
            let line = Line { grain, ..SAND };
            let at = |relative: f64| limit(&Line { solids: relative * BED, ..line }, 0.4, None);
            let (most, hardest) = (greatest(&line, 0.4, None), hardest(&line));
            assert!((at(hardest) / most - 1.0).abs() < 1e-9, "{grain}");
            assert!(at(0.9 * hardest) < most && at(1.1 * hardest) < most && at(1e-9) < 0.1 * most);
        }
    }

    #[test]
    fn a_cap_only_lowers_and_wider_pipes_need_more_speed() {
        assert!(greatest(&SAND, 0.4, Some(0.012)) <= greatest(&SAND, 0.4, None));
        assert!(greatest(&Line { diameter: 0.8, ..SAND }, 0.4, None) > greatest(&SAND, 0.4, None));
    }

    /// At the speed that carries half, half the grains' weight rubs; without grains there is the liquid alone.
    #[test]
    fn half_are_carried_at_the_speed_of_half() {
        let grains = |velocity: f64| mixture(&SAND, velocity, 3.0, 1.7, 0.4) - SAND.liquid(velocity);
        assert!((grains(3.0) / (0.5 * 0.4 * SAND.submerged() * SAND.solids) - 1.0).abs() < 1e-9);
        assert!(grains(4.0) < grains(3.0));
        let clear = Line { solids: 1e-12, ..SAND };
        assert!((mixture(&clear, 3.0, 3.0, 1.7, 0.4) / clear.liquid(3.0) - 1.0).abs() < 1e-9);
    }
}
