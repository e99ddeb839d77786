//! Drift flux: gas and liquid that rise together, the gas ahead.
//!
//! # Equation
//! ```text
//! α = j_g/(C₀ j + v_gj),   j = j_g + j_l,   v_gj = k √(g D),   u = j_l/(1 − α)
//! (1 − χ) dp/dz = [(1 − α) ρl + α ρg] g + f(u) ρl u²/(2 D)        from the open top downward
//! χ = ρl u² (C₀ j_l + v_gj)/(C₀ j + v_gj)² j_g/p + ρg j_g C₀ j_g/p        work that speeds the flow up
//! j_g = j_g0 p₀/p                                      the gas expands at one temperature
//! p_foot = p₀ + ρl g h − 0.75 ρl j_l²                  closes a pump that draws from a pool
//! ```
//! The liquid wets the whole wall and rubs on it at its own speed u. Where χ comes to 1 the flow is choked: no pressure
//! below drives more gas through the top. The flow that a given air lifts is found between nought and choking: the pressure
//! at the foot rises with j_l, and what the pool gives falls.
//!
//! # Symbols
//! α: gas by volume, 1; j_g, j_l: gas and liquid over the whole section, m/s; v_gj: drift of the gas, m/s; j_g0: gas counted
//! at the atmosphere's pressure p₀; h: depth of the foot below the pool, m; f: Darcy factor of the liquid at u
//! ([`super::rheology`], smooth); C₀, k: distribution and drift, 1.2 and 0.35 unless told.
//!
//! # Holds for
//! Slug and churn flow in a vertical pipe. Untuned, against 125 points of air–water pumps of 25 and 28 mm the mean error of a
//! series is 7 to 31 %; constants fitted to one of the two experiments are off by 12 to 23 % on the other
//! (`validation/lift/air_lift_*`). Beyond α ≈ 0.8 the liquid runs as a film, which the law does not know.
//!
//! # Source
//! Slip after `zuber1965`, its usual constants of slug flow after `nicklin1962`; set against `stenning1968` and
//! `todoroki1973`.

use super::crossing::crossing;
use super::pipe::{self, GRAVITY};
use super::rheology::Mud;

/// Pressure of the atmosphere, Pa.
pub const ATMOSPHERE: f64 = 101_325.0;

/// Gas constant of dry air, J/(kg K).
pub const AIR_CONSTANT: f64 = 287.05;

/// Share of a velocity head lost and spent at the entry, times two.
const ENTRY: f64 = 0.75;

/// Gas by volume beyond which the liquid is a film.
pub const FILM: f64 = 0.8;

/// m/s of liquid that no air lift reaches.
const FASTEST: f64 = 20.0;

/// How far the gas runs ahead.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slip {
    /// C₀: how the gas is spread over the section.
    pub distribution: f64,
    /// k: drift of a slug, by √(g D).
    pub drift: f64,
}

impl Slip {
    /// The usual constants of slug flow.
    pub const SLUGS: Self = Self { distribution: 1.2, drift: 0.35 };
}

/// A vertical pipe open to the air at its top.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Riser {
    /// Inner diameter, m.
    pub diameter: f64,
    /// From where gas enters to the top, m.
    pub length: f64,
    /// kg/m³ of the liquid (or slurry).
    pub density: f64,
    /// How it flows.
    pub mud: Mud,
    /// K.
    pub temperature: f64,
    /// How far the gas runs ahead.
    pub slip: Slip,
    /// Steps of the integration; forty are enough.
    pub steps: usize,
}

/// One height of the pipe.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// From the top down, m.
    pub below_top: f64,
    /// Pa.
    pub pressure: f64,
    /// Gas by volume.
    pub void: f64,
    /// Speed of the liquid, m/s.
    pub liquid: f64,
    /// χ: at 1 the flow is choked.
    pub choking: f64,
}

impl Riser {
    /// The state at a pressure, and the pressure gradient downward, Pa/m.
    fn at(&self, pressure: f64, liquid: f64, gas_at_atmosphere: f64) -> (Level, f64) {
        let Slip { distribution, drift } = self.slip;
        let gas = gas_at_atmosphere * ATMOSPHERE / pressure;
        let drift = drift * (GRAVITY * self.diameter).sqrt();
        let rises = distribution * (gas + liquid) + drift;
        let void = gas / rises;
        let speed = liquid / (1.0 - void);
        let gas_density = pressure / (AIR_CONSTANT * self.temperature);
        let factor = self.mud.rub(self.density, speed, self.diameter, 0.0).factor;
        let weight = ((1.0 - void) * self.density + void * gas_density) * GRAVITY;
        let rubs = pipe::gradient(factor, self.density, speed, self.diameter);
        let choking = self.density * speed * speed * (distribution * liquid + drift) / (rises * rises) * gas / pressure
            + gas_density * gas * distribution * gas / pressure;
        let level = Level { below_top: 0.0, pressure, void, liquid: speed, choking };
        (level, (weight + rubs) / (1.0 - choking))
    }

    /// From the top down, by Runge and Kutta's fourth order over steps that are short where the gas expands; every level is
    /// shown. The pressure at the foot, Pa; infinite where the flow is choked.
    pub fn integrate(&self, liquid: f64, gas_at_atmosphere: f64, mut show: impl FnMut(Level)) -> f64 {
        let height = |step: usize| self.length * (step as f64 / self.steps as f64).powi(2);
        let mut pressure = ATMOSPHERE;
        for step in 0..self.steps {
            let dz = height(step + 1) - height(step);
            let (level, first) = self.at(pressure, liquid, gas_at_atmosphere);
            show(Level { below_top: height(step), ..level });
            if level.choking >= 1.0 {
                return f64::INFINITY;
            }
            // Choking only falls with pressure, which only rises downward: where the top is free the rest is.
            let slope = |pressure: f64| self.at(pressure, liquid, gas_at_atmosphere).1;
            let second = slope(pressure + 0.5 * dz * first);
            let third = slope(pressure + 0.5 * dz * second);
            let fourth = slope(pressure + dz * third);
            pressure += dz / 6.0 * (first + 2.0 * (second + third) + fourth);
        }
        let (level, _) = self.at(pressure, liquid, gas_at_atmosphere);
        show(Level { below_top: self.length, ..level });
        pressure
    }

    /// The same, without its levels.
    pub fn foot(&self, liquid: f64, gas_at_atmosphere: f64) -> f64 {
        self.integrate(liquid, gas_at_atmosphere, |_| ())
    }

    /// m/s of liquid that an amount of air lifts out of a pool whose surface stands `head` above
    /// the foot; `None` when it lifts nothing.
    pub fn lifted(&self, head: f64, gas_at_atmosphere: f64) -> Option<f64> {
        let gap = |liquid: f64| {
            let given = ATMOSPHERE + self.density * GRAVITY * head - entry_loss(self.density, liquid);
            self.foot(liquid, gas_at_atmosphere) - given
        };
        (gap(0.0) < 0.0 && gap(FASTEST) > 0.0).then(|| crossing(0.0, FASTEST, 1e-12, gap))
    }
}

/// Pressure spent on entering the pipe, Pa.
pub fn entry_loss(density: f64, velocity: f64) -> f64 {
    ENTRY * density * velocity * velocity
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUMP: Riser = Riser {
        diameter: 0.0254,
        length: 4.2672,
        density: 998.21,
        mud: Mud::plain(1.002e-3),
        temperature: 293.15,
        slip: Slip::SLUGS,
        steps: 40,
    };

    #[test]
    fn without_gas_it_is_a_column_of_liquid() {
        let foot = PUMP.foot(0.0, 0.0);
        assert!((foot - ATMOSPHERE - 998.21 * GRAVITY * 4.2672).abs() < 1e-6, "{foot}");
        assert_eq!(PUMP.lifted(0.6 * 4.2672, 0.0), None, "nothing is lifted");
        // Flowing without gas it is plain pipe flow, to rounding.
        let rubs = pipe::gradient(PUMP.mud.rub(998.21, 1.5, 0.0254, 0.0).factor, 998.21, 1.5, 0.0254);
        assert!((PUMP.foot(1.5, 0.0) - foot - rubs * 4.2672).abs() < 1e-6);
    }

    #[test]
    fn a_deeper_foot_lifts_more_and_twice_the_steps_change_little() {
        let lifted = |s: f64, steps| Riser { steps, ..PUMP }.lifted(s * 4.2672, 2.0).unwrap();
        assert!(lifted(0.7, 200) > lifted(0.6, 200));
        assert!((lifted(0.6, 160) / lifted(0.6, 40) - 1.0).abs() < 1e-6);
        assert_eq!(PUMP.lifted(0.0, 2.0), None, "no submergence, no lift");
    }

    /// The momentum of the whole column: pressure at the foot less that at the top carries weight, friction and the speed
    /// gained on the way.
    #[test]
    fn what_the_foot_presses_is_weight_rub_and_speed() {
        let (liquid, gas) = (0.8, 3.0);
        let fine = Riser { steps: 4_000, ..PUMP };
        let mut levels = Vec::new();
        let foot = fine.integrate(liquid, gas, |level| levels.push(level));
        let momentum = |level: &Level| {
            let gas_density = level.pressure / (AIR_CONSTANT * fine.temperature);
            let gas_flow = gas * ATMOSPHERE / (AIR_CONSTANT * fine.temperature);
            998.21 * liquid * level.liquid + gas_flow * gas_flow / (gas_density * level.void)
        };
        let force: f64 = levels
            .windows(2)
            .map(|pair| {
                let of = |level: &Level| {
                    let gas_density = level.pressure / (AIR_CONSTANT * fine.temperature);
                    let factor = fine.mud.rub(998.21, level.liquid, fine.diameter, 0.0).factor;
                    ((1.0 - level.void) * 998.21 + level.void * gas_density) * GRAVITY
                        + pipe::gradient(factor, 998.21, level.liquid, fine.diameter)
                };
                0.5 * (of(&pair[0]) + of(&pair[1])) * (pair[1].below_top - pair[0].below_top)
            })
            .sum();
        let speed = momentum(&levels[0]) - momentum(levels.last().unwrap());
        assert!(speed > 0.0);
        assert!(((force + speed) / (foot - ATMOSPHERE) - 1.0).abs() < 1e-6, "{force} {speed} {foot}");
    }

    #[test]
    fn too_much_of_both_chokes() {
        assert!(PUMP.foot(8.0, 300.0).is_infinite());
        assert!(PUMP.foot(0.5, 2.0).is_finite());
    }
}
