//! Column: pressure, density and speed of slurry in a riser from the deck to the sea bed.
//!
//! Slurry comes up; in a closed circuit sea water goes down another path; the sea stands outside.
//!
//! # Equation
//! ```text
//! dp/dz = ρ g                           the sea
//! dp/dz = ρm g + f ρm V²/(2 D)          the riser, downward from the deck
//! dp/dz = ρ g − f ρ V²/(2 D)            the down path, which meets the riser at the bottom
//! P     = ∫ [(ρm − ρ) g + f ρm V²/(2 D)] Q dz + ∫ f ρ V²/(2 D) Q dz
//! ```
//! Liquids are compressed by the sea's pressure at their depth ([`super::seawater`]), grains are
//! not; the circuit's overpressure squeezes both its legs alike and is left out. Each step takes
//! the density at its middle. The static part of P is `∫ (M − ρ Q) g dz`, M the mass flow of slurry:
//! what rises less the sea water it displaces, so that the bound of [`super::static_lift`] is a
//! part of P and P can never fall below it. Grains that sink while they rise stand closer together than they are
//! delivered ([`super::hoist`]), and what they weigh more is added.
//!
//! # Symbols
//! z: depth, m; Q: flow of slurry (or of water) at depth, m³/s; P: hydraulic power, W. The work
//! that pushes mud into the circuit at the bottom is part of P, whichever machine does it.
//!
//! # Holds for
//! Steady flow, slurry of one concentration by mass; slip of grains without its part in friction.
//!
//! # Source
//! Momentum balance; friction from [`super::bingham`] and [`super::pipe`].

use super::bingham;
use super::hoist::{self, Grain, Stuck};
use super::pipe::{self, GRAVITY};
use super::rheology::Rheology;
use super::seawater::SeaWater;

/// Steps from deck to sea bed; twice as many change the power by less than 10⁻⁵.
pub const STEPS: usize = 280;

/// A path for a flow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Path {
    /// Hydraulic diameter, m.
    pub diameter: f64,
    /// Free area, m².
    pub area: f64,
    /// Roughness of the wall, m; zero is smooth.
    pub roughness: f64,
}

/// The pipes and what is in them.
#[derive(Debug, Clone, Copy)]
pub struct Legs<'l> {
    /// Of the sea bed, m.
    pub depth: f64,
    /// The riser.
    pub up: Path,
    /// Where sea water is sent down; `None`: the riser is open below.
    pub down: Option<Path>,
    /// Pressure lost where the slurry enters on the bed, velocity heads.
    pub mouth_loss: f64,
    /// How the slurry flows.
    pub mud: &'l Rheology,
    /// The sea.
    pub water: &'l SeaWater,
    /// Grains that may sink while they rise.
    pub grains: &'l [Grain],
    /// Steps of the integration.
    pub steps: usize,
}

/// What circulates, per second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Flows {
    /// Solids, kg/s.
    pub solids: f64,
    /// Solids, m³/s.
    pub solids_volume: f64,
    /// Liquid of the slurry, kg/s.
    pub liquid: f64,
    /// Density of that liquid at the surface, kg/m³.
    pub liquid_density: f64,
    /// Sea water sent down, kg/s.
    pub down: f64,
    /// Density of the sea at the surface, kg/m³.
    pub sea_density: f64,
}

/// One depth of the profile.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Level {
    /// m.
    pub depth: f64,
    /// Pa above the atmosphere, in the sea.
    pub sea: f64,
    /// Pa above the atmosphere, in the riser.
    pub riser: f64,
    /// Pa above the atmosphere, in the down path.
    pub down: f64,
    /// kg/m³ of slurry.
    pub density: f64,
    /// m/s of slurry.
    pub velocity: f64,
}

/// The circuit, integrated.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Deck first.
    pub levels: Vec<Level>,
    /// Excess of the slurry's column over the sea's, Pa.
    pub static_head: f64,
    /// The part of it that grains weigh more because they slip, Pa.
    pub slip_head: f64,
    /// Friction of the slurry, and its loss at the mouth, Pa.
    pub friction_up: f64,
    /// Friction of the water sent down, Pa.
    pub friction_down: f64,
    /// Hydraulic power against weight, W.
    pub static_power: f64,
    /// Hydraulic power against friction, both ways, W.
    pub friction_power: f64,
    /// Time from sea bed to deck, s.
    pub transit: f64,
    /// The slowest slurry, m/s.
    pub slowest: f64,
    /// Friction of the slurry at the deck.
    pub friction: bingham::Friction,
    /// Solids by volume at the deck.
    pub solids_by_volume: f64,
}

/// Slurry at some pressure: volume flow, density, solids by volume.
fn slurry_at(flows: &Flows, water: &SeaWater, pressure: f64) -> (f64, f64, f64) {
    let volume = flows.solids_volume + flows.liquid / (flows.liquid_density * water.compression(pressure));
    (volume, (flows.solids + flows.liquid) / volume, flows.solids_volume / volume)
}

/// Integrates the flow from the deck to the bed.
pub fn integrate(legs: &Legs<'_>, flows: &Flows) -> Result<Column, Stuck> {
    let Legs { depth, up, water, steps, .. } = *legs;
    let dz = depth / steps as f64;
    let (volume, density, solids_by_volume) = slurry_at(flows, water, 0.0);
    let velocity = volume / up.area;
    // Squeezed by the sea, the slurry is slowest at the bed.
    let (least, ..) = slurry_at(flows, water, depth * GRAVITY * flows.sea_density);
    let speed = least / up.area;
    let slipping = hoist::slipping(legs.grains, solids_by_volume, flows.liquid_density, speed)?;
    let rub = |density: f64, velocity: f64, solids: f64| {
        legs.mud.at(solids).rub(density, velocity, up.diameter, up.roughness)
    };
    let mut column = Column {
        levels: Vec::with_capacity(steps + 1),
        static_head: 0.0,
        slip_head: 0.0,
        friction_up: 0.0,
        friction_down: 0.0,
        static_power: 0.0,
        friction_power: 0.0,
        transit: 0.0,
        slowest: velocity,
        friction: rub(density, velocity, solids_by_volume),
        solids_by_volume,
    };
    let mut sea = 0.0;
    column.levels.push(Level { density, velocity, ..Level::default() });
    for step in 0..steps {
        // Half a step down by the density here gives the pressure in the middle of the step.
        let middle = sea + 0.5 * dz * GRAVITY * flows.sea_density * water.compression(sea);
        let sea_density = flows.sea_density * water.compression(middle);
        let (volume, density, solids) = slurry_at(flows, water, middle);
        let velocity = volume / up.area;
        let friction = rub(density, velocity, solids);
        let crowd = hoist::crowd(&slipping, velocity);
        let lost = pipe::gradient(friction.factor, density, velocity, up.diameter) * dz;
        let down_volume = flows.down / sea_density;
        let lost_down = legs.down.map_or(0.0, |down| plain(sea_density, down_volume / down.area, &down, water) * dz);
        column.static_head += (density + crowd - sea_density) * GRAVITY * dz;
        column.slip_head += crowd * GRAVITY * dz;
        column.friction_up += lost;
        column.friction_down += lost_down;
        column.static_power += (flows.solids + flows.liquid + (crowd - sea_density) * volume) * GRAVITY * dz;
        column.friction_power += lost * volume + lost_down * down_volume;
        column.transit += dz / velocity;
        column.slowest = column.slowest.min(velocity);
        sea += sea_density * GRAVITY * dz;
        let (volume, density, _) = slurry_at(flows, water, sea);
        column.levels.push(Level {
            depth: depth * (step + 1) as f64 / steps as f64,
            sea,
            riser: sea + column.static_head + column.friction_up,
            down: sea - column.friction_down,
            density,
            velocity: volume / up.area,
        });
    }
    let (volume, density, _) = slurry_at(flows, water, sea);
    let lost = 0.5 * legs.mouth_loss * density * (volume / up.area).powi(2);
    column.friction_up += lost;
    column.friction_power += lost * volume;
    // The pump must bring the down path to the riser's pressure at the bottom.
    let pump = column.pump_pressure();
    for level in &mut column.levels {
        level.down += pump;
    }
    Ok(column)
}

/// Pressure the water sent down loses on each metre, Pa/m.
fn plain(density: f64, velocity: f64, path: &Path, water: &SeaWater) -> f64 {
    let reynolds = pipe::reynolds(density, velocity, path.diameter, water.viscosity.value);
    let factor = pipe::friction_factor(reynolds, path.roughness / path.diameter);
    pipe::gradient(factor, density, velocity, path.diameter)
}

impl Column {
    /// Pressure of the ship's pump into the down path, Pa above the atmosphere.
    pub fn pump_pressure(&self) -> f64 {
        self.static_head + self.friction_up + self.friction_down
    }
}

#[cfg(test)]
mod tests {
    use super::super::herschel_bulkley::Fluid;
    use super::super::rheology::{Law, Mud};
    use super::super::settling;
    use super::*;
    use crate::library::Library;

    fn water() -> SeaWater {
        SeaWater::read(&Library::builtin()).unwrap()
    }

    fn round(diameter: f64) -> Path {
        Path { diameter, area: std::f64::consts::FRAC_PI_4 * diameter * diameter, roughness: 0.0 }
    }

    /// 350 t/d wet, 40.5 % dry, as slurry of some solids by mass.
    fn flows(solids_by_mass: f64) -> Flows {
        let solids = 350_000.0 * 0.405 / 86_400.0;
        let liquid = solids / solids_by_mass - solids;
        Flows {
            solids,
            solids_volume: solids / 2650.0,
            liquid,
            liquid_density: 1030.0,
            down: liquid - solids / 0.405 * 0.595,
            sea_density: 1030.0,
        }
    }

    const MUD: Rheology = Rheology::Given(Mud { fluid: Fluid::bingham(0.42, 2.27e-3), law: Law::Bingham });

    fn column(steps: usize, solids: f64, up: f64, down: f64) -> Column {
        let water = water();
        let legs = Legs {
            depth: 5600.0,
            up: round(up),
            down: Some(round(down)),
            mouth_loss: 0.0,
            mud: &MUD,
            water: &water,
            grains: &[],
            steps,
        };
        integrate(&legs, &flows(solids)).unwrap()
    }

    #[test]
    fn more_steps_change_nothing() {
        let at = |steps| column(steps, 0.1, 0.25, 0.25);
        let (once, twice) = (at(STEPS), at(2 * STEPS));
        let power = |c: &Column| c.static_power + c.friction_power;
        assert!((power(&once) / power(&twice) - 1.0).abs() < 1e-5);
        assert!((once.pump_pressure() / twice.pump_pressure() - 1.0).abs() < 1e-5);
    }

    #[test]
    fn the_loop_closes_in_pressure() {
        let column = column(STEPS, 0.1, 0.25, 0.2);
        let (first, last) = (column.levels[0], *column.levels.last().unwrap());
        assert!((last.down / last.riser - 1.0).abs() < 1e-12, "the legs meet at the bottom");
        assert!((first.down - column.pump_pressure()).abs() < 1e-6 && first.riser.abs() < 1e-12);
        assert!((last.depth - 5600.0).abs() < 1e-9);
        assert!((57.0e6..58.0e6).contains(&last.sea), "{}", last.sea);
    }

    #[test]
    fn weight_costs_the_same_at_any_concentration_and_friction_falls_with_diameter() {
        let of = |solids, diameter| column(STEPS, solids, diameter, 0.5);
        let reference = of(0.1, 0.25).static_power;
        for solids in [0.03, 0.05, 0.15] {
            assert!((of(solids, 0.25).static_power / reference - 1.0).abs() < 1e-12, "{solids}");
        }
        assert!(of(0.05, 0.2).friction_power > of(0.05, 0.25).friction_power);
        assert!(of(0.15, 0.25).static_head > of(0.05, 0.25).static_head, "a thicker column presses more");
    }

    /// Grains that slip make the column heavier by what stands in it beyond what is delivered, and the work with it.
    #[test]
    fn grains_that_slip_weigh_more_than_they_are() {
        let (water, flows) = (water(), flows(0.1));
        let (volume, ..) = slurry_at(&flows, &water, 0.0);
        let nodules = |size: f64| {
            let alone = settling::terminal(size, 2650.0, 1030.0, 1.5e-3, GRAVITY);
            let hindering = settling::hindering(alone * size * 1030.0 / 1.5e-3);
            Grain { size, density: 2650.0, delivered: flows.solids_volume / volume, alone, hindering }
        };
        let of = |grains: &[Grain]| {
            let legs = Legs {
                depth: 5600.0,
                up: round(0.2),
                down: None,
                mouth_loss: 0.0,
                mud: &MUD,
                water: &water,
                grains,
                steps: STEPS,
            };
            integrate(&legs, &flows)
        };
        let still = of(&[]).unwrap();
        let mut before = still.static_power;
        for size in [1e-4, 1e-3, 2e-3] {
            let column = of(&[nodules(size)]).unwrap();
            assert!(column.static_power > before && column.slip_head > 0.0, "{size}");
            assert!((column.static_head - column.slip_head - still.static_head).abs() < 1e-6 * still.static_head);
            before = column.static_power;
        }
        assert!(matches!(of(&[nodules(0.05)]), Err(Stuck::Sinks(..))));
    }
}
