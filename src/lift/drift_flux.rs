//! Drift flux: gas and liquid that rise together, the gas ahead.
//!
//! # Equation
//! ```text
//! α = j_g/(C₀ j + v_gj),   j = j_g + j_l,   C₀ = 1.2,   v_gj = 0.35 √(g D)
//! dp/dz = [(1 − α) ρl + α ρg] g + f ρm j²/(2 D)        from the open top downward
//! j_g = j_g0 p₀/p                                      the gas expands at one temperature
//! p_foot = p₀ + ρl g h − 0.75 ρl j_l²                  closes a pump that draws from a pool
//! ```
//! The flow that a given air lifts is found by halving the interval: the pressure at the foot
//! rises with j_l, and what the pool gives falls.
//!
//! # Symbols
//! α: gas by volume, 1; j_g, j_l: gas and liquid over the whole section, m/s; v_gj: drift of the
//! gas, m/s; j_g0: gas counted at the atmosphere's pressure p₀; h: depth of the foot below the
//! pool, m; f: Darcy factor of the mixture at j ([`super::bingham`], smooth); ρm: its density.
//!
//! # Holds for
//! Slug and churn flow in a vertical pipe, constants untuned. Against air–water pumps of 25 and
//! 28 mm it lifts too little, by 16 to 66 % on the mean, worst where the pump is submerged by
//! less than half.
//! Acceleration of the mixture is left out.
//!
//! # Source
//! Set against `stenning1968` and `todoroki1973`; C₀ and v_gj are the usual constants of slug
//! flow, not fitted here.

use super::bingham;
use super::pipe::{self, GRAVITY};
use crate::error::Error;
use crate::fields::Fields;
use crate::library::{FactTable, Library};
use crate::quantity::Number;
use crate::unit::{Case, Kind, Reading};

/// Pressure of the atmosphere, Pa.
pub const ATMOSPHERE: f64 = 101_325.0;

/// Gas constant of dry air, J/(kg K).
pub const AIR_CONSTANT: f64 = 287.05;

/// Distribution of gas over the section.
const DISTRIBUTION: f64 = 1.2;

/// Drift of a slug, by √(g D).
const DRIFT: f64 = 0.35;

/// Share of a velocity head lost and spent at the entry, times two.
const ENTRY: f64 = 0.75;

/// A vertical pipe open to the air at its top.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Riser {
    /// Inner diameter, m.
    pub diameter: f64,
    /// From where gas enters to the top, m.
    pub length: f64,
    /// kg/m³ of the liquid (or slurry).
    pub density: f64,
    /// Pa.
    pub yield_stress: f64,
    /// Pa s.
    pub viscosity: f64,
    /// K.
    pub temperature: f64,
    /// Steps of the integration.
    pub steps: usize,
}

/// What the pipe is like where gas enters and where it leaves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ends {
    /// Pressure where gas enters, Pa.
    pub foot: f64,
    /// Gas by volume at the top.
    pub void_at_top: f64,
    /// Speed of the mixture at the top, m/s.
    pub speed_at_top: f64,
}

impl Riser {
    /// Gas by volume.
    fn void(&self, gas: f64, liquid: f64) -> f64 {
        gas / (DISTRIBUTION * (gas + liquid) + DRIFT * (GRAVITY * self.diameter).sqrt())
    }

    /// Pressure gradient downward at a pressure, Pa/m.
    fn gradient(&self, pressure: f64, liquid: f64, gas_at_atmosphere: f64) -> f64 {
        let gas = gas_at_atmosphere * ATMOSPHERE / pressure;
        let void = self.void(gas, liquid);
        let gas_density = pressure / (AIR_CONSTANT * self.temperature);
        let density = (1.0 - void) * self.density + void * gas_density;
        let speed = gas + liquid;
        let factor = bingham::friction(density, speed, self.diameter, self.yield_stress, self.viscosity).factor;
        density * GRAVITY + pipe::gradient(factor, density, speed, self.diameter)
    }

    /// From the top down, by steps whose gradient is taken at their middle.
    pub fn integrate(&self, liquid: f64, gas_at_atmosphere: f64) -> Ends {
        let dz = self.length / self.steps as f64;
        let mut pressure = ATMOSPHERE;
        for _ in 0..self.steps {
            let middle = pressure + 0.5 * dz * self.gradient(pressure, liquid, gas_at_atmosphere);
            pressure += dz * self.gradient(middle, liquid, gas_at_atmosphere);
        }
        Ends {
            foot: pressure,
            void_at_top: self.void(gas_at_atmosphere, liquid),
            speed_at_top: gas_at_atmosphere + liquid,
        }
    }

    /// m/s of liquid that an amount of air lifts out of a pool whose surface stands `head` above
    /// the foot; `None` when it lifts nothing.
    pub fn lifted(&self, head: f64, gas_at_atmosphere: f64) -> Option<f64> {
        let gap = |liquid: f64| {
            let given = ATMOSPHERE + self.density * GRAVITY * head - entry_loss(self.density, liquid);
            self.integrate(liquid, gas_at_atmosphere).foot - given
        };
        let (mut low, mut high) = (0.0, 20.0);
        if gap(low) >= 0.0 || gap(high) <= 0.0 {
            return None;
        }
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if gap(middle) > 0.0 {
                high = middle;
            } else {
                low = middle;
            }
        }
        Some(0.5 * (low + high))
    }
}

/// Pressure spent on entering the pipe, Pa.
pub fn entry_loss(density: f64, velocity: f64) -> f64 {
    ENTRY * density * velocity * velocity
}

/// One series of an experiment.
#[derive(Debug)]
struct Series {
    table: FactTable,
    source: &'static str,
    submergence: f64,
}

/// The question a validation file can put.
pub const CASE: Kind<dyn Case> = Kind {
    name: "air-lift-experiment",
    about: "Water lifted by air: one series of an experiment against the drift-flux law, untuned",
    sources: &["stenning1968", "todoroki1973"],
    read,
};

fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Box<dyn Case>> {
    let source =
        fields.word("experiment", "whose", &[("stenning1968", "stenning1968"), ("todoroki1973", "todoroki1973")]);
    let submergence: Option<Number> =
        fields.need("submergence", "depth of the foot over the length of pipe", 0.0..=1.0);
    let table = library.table("lift/airlift_experiments").ok()?;
    Some(Box::new(Series { table, source: source?, submergence: submergence?.0 }))
}

impl Case for Series {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let (mut errors, mut bias, mut points, mut dry) = (0.0, 0.0, 0.0, 0.0);
        for row in self.table.rows().filter(|row| row.text("source") == Some(self.source)) {
            let all = [
                row.number("diameter"),
                row.number("length"),
                row.number("submergence"),
                row.number("air"),
                row.number("water"),
            ];
            let [Some(diameter), Some(length), Some(submergence), Some(air), Some(water)] = all else { continue };
            if (submergence - self.submergence).abs() > 1e-9 {
                continue;
            }
            let area = std::f64::consts::FRAC_PI_4 * diameter * diameter;
            // Water of 20 °C; the volume of air is taken at the atmosphere's pressure.
            let riser = Riser {
                diameter,
                length,
                density: 998.21,
                yield_stress: 0.0,
                viscosity: 1.002e-3,
                temperature: 293.15,
                steps: 200,
            };
            let found = riser.lifted(submergence * length, air / area);
            let ratio = found.unwrap_or(0.0) * area / water;
            points += 1.0;
            errors += (ratio - 1.0).abs();
            bias += ratio - 1.0;
            dry += if found.is_none() { 1.0 } else { 0.0 };
        }
        if points == 0.0 {
            return Err(Error::Absent {
                unit: String::new(),
                what: format!("series of {} at submergence {}", self.source, self.submergence),
                file: "data/lift/airlift_experiments.csv".into(),
                hint: "a submergence that stands in the table".into(),
            });
        }
        Ok(vec![
            Reading::new("agreement", 1.0 - errors / points, "1"),
            Reading::new("mean absolute error", 100.0 * errors / points, "%"),
            Reading::new("mean error", 100.0 * bias / points, "%"),
            Reading::new("points", points, "1"),
            Reading::new("points where the law lifts nothing", dry, "1"),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUMP: Riser = Riser {
        diameter: 0.0254,
        length: 4.2672,
        density: 998.21,
        yield_stress: 0.0,
        viscosity: 1.002e-3,
        temperature: 293.15,
        steps: 200,
    };

    #[test]
    fn without_gas_it_is_a_column_of_liquid() {
        let foot = PUMP.integrate(0.0, 0.0).foot;
        assert!((foot - ATMOSPHERE - 998.21 * GRAVITY * 4.2672).abs() < 1e-6, "{foot}");
        assert_eq!(PUMP.lifted(0.6 * 4.2672, 0.0), None, "nothing is lifted");
    }

    #[test]
    fn a_deeper_foot_lifts_more_and_twice_the_steps_change_little() {
        let lifted = |s: f64, steps| Riser { steps, ..PUMP }.lifted(s * 4.2672, 2.0).unwrap();
        assert!(lifted(0.7, 200) > lifted(0.6, 200));
        assert!((lifted(0.6, 400) / lifted(0.6, 200) - 1.0).abs() < 1e-4);
    }
}
