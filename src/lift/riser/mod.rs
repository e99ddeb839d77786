//! Risers: mud thinned with sea water and driven up a pipe.

use super::bingham;
use super::column::{self, Column, Flows, Legs, Path};
use super::hoist::{self, Grain, Stuck};
use super::pipe_string::Pipe;
use super::rheology::Rheology;
use super::seawater::SeaWater;
use super::settling;
use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Fraction, Length, SpecificEnergy};
use crate::reagent::Reagent;
use crate::source::Caveat;
use crate::stream::Stream;
use crate::table::Table;
use crate::unit::Reading;
use limits::Limits;
use window::Window;

pub mod closed_circuit;
pub mod limits;
pub mod pumped;
pub mod window;

/// Mud made thin enough to be raised.
#[derive(Debug, Clone)]
pub struct Thinned {
    /// Sea water drawn for it, kg/h.
    pub drawn: f64,
    /// What rises.
    pub slurry: Stream,
    /// The same, per second.
    pub flows: Flows,
    /// Its grains.
    pub grains: Vec<Grain>,
}

fn infeasible(what: String, hint: impl Into<String>) -> Error {
    Error::Infeasible { unit: String::new(), what, hint: hint.into() }
}

/// Thins mud with a carrier until it holds `solids` by mass.
pub fn thinned(mud: &Stream, carrier: &Reagent, solids: f64, viscosity: f64) -> Result<Thinned, Error> {
    let (dry, liquid) = (mud.solid.mass(), mud.aqueous.mass());
    if dry <= 0.0 {
        let hint = "send it mud: the stream at `from` is empty";
        return Err(infeasible("no solids enter the riser".into(), hint));
    }
    let drawn = dry / solids - dry - liquid;
    if drawn < 0.0 {
        let has = 100.0 * mud.solids_fraction();
        return Err(infeasible(
            format!("the mud holds {has:.1} % solids, less than the {:.1} % the slurry is to hold", 100.0 * solids),
            format!("`solids` of at most {has:.1} %: sea water can only thin the mud"),
        ));
    }
    let slurry = Stream::mixed([mud, &carrier.stream(drawn)]);
    let one = carrier.stream(1.0).aqueous;
    let liquid_density = slurry.aqueous.mass() / slurry.aqueous.volume();
    let flows = Flows {
        solids: dry / 3600.0,
        solids_volume: mud.solid.volume() / 3600.0,
        liquid: slurry.aqueous.mass() / 3600.0,
        liquid_density,
        down: drawn / 3600.0,
        sea_density: one.mass() / one.volume(),
    };
    let by_volume = slurry.solid.volume() / slurry.slurry_volume();
    if by_volume > hoist::PACKING {
        return Err(infeasible(
            format!("solids fill {by_volume:.2} of the slurry, and grains lock at {:.2}", hoist::PACKING),
            "a smaller `solids`",
        ));
    }
    let grains = hoist::grains(&slurry, liquid_density, viscosity);
    Ok(Thinned { drawn, slurry, flows, grains })
}

/// Carries the thinned mud through the pipes.
fn carried(thinned: &Thinned, legs: &Legs<'_>) -> Result<Column, Error> {
    column::integrate(legs, &thinned.flows).map_err(|stuck| {
        let area = legs.up.area;
        let velocity = thinned.slurry.slurry_volume() / 3600.0 / area;
        match stuck {
            Stuck::Sinks(size, speed) => infeasible(
                format!(
                    "a grain of {:.3} mm sinks at {speed:.3} m/s and does not rise with a slurry at {velocity:.3} m/s",
                    size * 1000.0
                ),
                format!(
                    "a riser narrower than {:.3} m, a thinner slurry, or screening such grains off on the sea bed",
                    (4.0 * velocity * area / (std::f64::consts::PI * speed)).sqrt()
                ),
            ),
            Stuck::Chokes => infeasible(
                format!("grains that slip crowd to packing ({:.2} by volume) and choke the riser", hoist::PACKING),
                "a narrower riser (faster slurry), or a smaller `solids`",
            ),
        }
    })
}

/// A round path.
fn round(diameter: f64, roughness: f64) -> Path {
    Path { diameter, area: std::f64::consts::FRAC_PI_4 * diameter * diameter, roughness }
}

/// What every riser with pumps is told.
#[derive(Debug)]
pub struct Riser {
    depth: f64,
    diameter: f64,
    wall: f64,
    roughness: f64,
    solids: f64,
    mouth_loss: f64,
    largest_grain: Option<f64>,
    rheology: Rheology,
    pump_efficiency: f64,
    motor_efficiency: f64,
    head_energy: f64,
    vessels: usize,
    carrier: Reagent,
    sea: SeaWater,
    limits: Limits,
    window: Option<Window>,
}

impl Riser {
    /// Reads what risers share.
    pub fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Self> {
        let depth: Option<Length> = fields.need("depth", "depth of the sea bed below the ship", 1.0..=12_000.0);
        let diameter: Option<Length> = fields.need("diameter", "inner diameter of the riser", 0.01..=3.0);
        let wall: Option<Length> =
            fields.need("wall_thickness", "of the pipes; weighs the steel and bears the load", 1e-3..=0.2);
        let roughness: Option<Length> =
            fields.may("wall_roughness", "roughness of the walls; absent: hydraulically smooth", 0.0..=5e-3);
        let solids: Option<Fraction> = fields.need("solids", "dry solids in the slurry's mass", 1e-3..=0.7);
        let grain: Option<Length> = fields.may(
            "largest_grain",
            "grain that must still rise; absent: the top of the stream's coarsest size class that holds anything",
            1e-7..=0.2,
        );
        let rheology = Rheology::field(fields, library);
        let pump: Option<Fraction> = fields.need("pump_efficiency", "hydraulic over shaft power", 0.05..=1.0);
        let motor: Option<Fraction> = fields.need("motor_efficiency", "shaft over electric power", 0.3..=1.0);
        let head: Option<SpecificEnergy> = fields.need(
            "head_energy",
            "electric energy of the head that breaks the bed, per wet mud mined",
            0.0..=100.0,
        );
        let vessels = fields.count("vessels", "ships at work on the lift at one time", 1..=20);
        let carrier = Reagent::field(fields, "carrier", "reagent that thins the mud, `sea-water`", library);
        let limits = Limits::read(fields);
        let window = Window::read(fields);
        let sea = match SeaWater::read(library) {
            Ok(sea) => {
                sea.cite(fields);
                Some(sea)
            }
            Err(error) => {
                fields.refuse("carrier", error.to_string(), "restore data/lift/seawater.toml");
                None
            }
        };
        if let Some(carrier) = carrier.as_ref().filter(|carrier| carrier.stream(1.0).aqueous.volume() <= 0.0) {
            fields.refuse("carrier", format!("`{}` is not a liquid", carrier.name), "`sea-water`");
            return None;
        }
        Some(Self {
            depth: depth?.0,
            diameter: diameter?.0,
            wall: wall?.0,
            roughness: roughness.map_or(0.0, |r| r.0),
            solids: solids?.0,
            mouth_loss: 0.0,
            largest_grain: grain.map(|g| g.0),
            rheology: rheology?,
            pump_efficiency: pump?.0,
            motor_efficiency: motor?.0,
            head_energy: head?.0,
            vessels: vessels?,
            carrier: carrier?,
            sea: sea?,
            limits: limits?,
            window: window.ok()?,
        })
    }

    fn pipe(&self) -> Pipe {
        Pipe { diameter: self.diameter, wall: self.wall, length: self.depth }
    }

    fn up(&self) -> Path {
        round(self.diameter, self.roughness)
    }

    fn thinned(&self, mud: &Stream, solids: f64) -> Result<Thinned, Error> {
        thinned(mud, &self.carrier, solids, self.sea.viscosity.value)
    }

    fn carried(&self, thinned: &Thinned, down: Option<Path>, steps: usize) -> Result<Column, Error> {
        let legs = Legs {
            depth: self.depth,
            up: self.up(),
            down,
            mouth_loss: self.mouth_loss,
            mud: &self.rheology,
            water: &self.sea,
            grains: &thinned.grains,
            steps,
        };
        carried(thinned, &legs)
    }

    /// What the pumps' shafts take, kW.
    fn shaft_kw(&self, column: &Column) -> f64 {
        (column.static_power + column.friction_power) / 1000.0 / self.pump_efficiency
    }

    /// Electric power, kW, for wet mud, t/h.
    fn electric_kw(&self, column: &Column, wet: f64) -> f64 {
        self.shaft_kw(column) / self.motor_efficiency + self.head_energy * wet
    }

    /// Pressure that sets the resting slurry in motion all along the riser, with its weight, Pa.
    fn restart(&self, column: &Column) -> f64 {
        let stress = self.rheology.at(column.solids_by_volume).fluid.yield_stress;
        column.static_head + bingham::restart_pressure(stress, self.depth, self.diameter)
    }

    /// Mean densities inside the riser and outside it, kg/m³.
    fn mean_densities(&self, column: &Column) -> (f64, f64) {
        let sea = column.levels.last().map_or(0.0, |level| level.sea) / (super::pipe::GRAVITY * self.depth);
        (sea + column.static_head / (super::pipe::GRAVITY * self.depth), sea)
    }

    /// The grain that must still rise, m.
    fn grain(&self, slurry: &Stream) -> Option<f64> {
        self.largest_grain.or_else(|| {
            let class = |lot: &crate::stream::Lot| lot.kg_per_h.iter().rposition(|kg| *kg > 0.0);
            let coarsest = slurry.solid.lots.iter().filter_map(class).max()?;
            slurry.solid.edges.get(coarsest).copied().filter(|edge| edge.is_finite() && *edge > 0.0)
        })
    }

    /// m/s at which that grain sinks in the slurry.
    fn sinks(&self, grain: f64, slurry: &Stream, column: &Column) -> f64 {
        let solid = slurry.solid.mass() / slurry.solid.volume();
        let liquid = slurry.aqueous.mass() / slurry.aqueous.volume();
        settling::hindered(grain, solid, liquid, self.sea.viscosity.value, column.solids_by_volume)
    }

    fn caveats(&self, slurry: &Stream, column: &Column) -> Vec<Caveat> {
        let mut caveats: Vec<Caveat> =
            self.rheology.caveats(column.solids_by_volume).into_iter().map(Caveat::new).collect();
        let hedstrom = column.friction.hedstrom;
        let law = self.rheology.at(column.solids_by_volume).law;
        if law == super::rheology::Law::Bingham
            && hedstrom > 0.0
            && hedstrom < bingham::HEDSTROM_LOW
            && column.friction.is_turbulent()
        {
            caveats.push(Caveat::new(format!(
                "Hedstrom number {hedstrom:.0}; below {:.0} the turbulent friction law reads low, by up to a half",
                bingham::HEDSTROM_LOW
            )));
        }
        match self.grain(slurry) {
            None => caveats.push(Caveat::new(
                "the mud has no size classes and no `largest_grain` is given: whether every grain rises is not checked",
            )),
            Some(grain) => {
                let sinks = self.sinks(grain, slurry, column);
                if sinks >= column.slowest {
                    caveats.push(Caveat::new(format!(
                        "a grain of {:.3} mm sinks at {sinks:.3} m/s and does not rise with a slurry at {:.3} m/s",
                        grain * 1000.0,
                        column.slowest
                    )));
                }
            }
        }
        if let Some(least) = self.limits.velocity.filter(|least| column.slowest < *least) {
            caveats.push(Caveat::new(format!(
                "the slurry rises at {:.3} m/s, slower than the {least} m/s wanted: a narrower riser or a thinner slurry",
                column.slowest
            )));
        }
        caveats
    }

    /// What is read off any riser.
    fn readings(&self, mud: &Stream, slurry: &Stream, column: &Column) -> Vec<Reading> {
        let dry = mud.solid.mass() / 1000.0;
        let wet = (mud.solid.mass() + mud.aqueous.mass()) / 1000.0;
        let fluid = self.rheology.at(column.solids_by_volume).fluid;
        let f = &column.friction;
        let hydraulic = (column.static_power + column.friction_power) / 1000.0;
        let density = (slurry.solid.mass() + slurry.aqueous.mass()) / slurry.slurry_volume();
        let mut readings = vec![
            Reading::new("mud mined, wet", wet, "t/h"),
            Reading::new("mud mined, dry", dry, "t/h"),
            Reading::new("slurry", slurry.slurry_volume(), "m3/h"),
            Reading::new("slurry density", density, "kg/m3"),
            Reading::new("solids by volume", column.solids_by_volume, "1"),
            Reading::new("velocity in the riser", column.levels[0].velocity, "m/s"),
            Reading::new("transit time", column.transit / 60.0, "min"),
            Reading::new("static head", column.static_head / 1e6, "MPa"),
            Reading::new("static head, by grains that slip", column.slip_head / 1e6, "MPa"),
            Reading::new("friction up", column.friction_up / 1e6, "MPa"),
            Reading::new("friction down", column.friction_down / 1e6, "MPa"),
            Reading::new("restart pressure", self.restart(column) / 1e6, "MPa"),
            Reading::new("restart pressure, by yield stress", (self.restart(column) - column.static_head) / 1e6, "MPa"),
            Reading::new("yield stress", fluid.yield_stress, "Pa"),
        ];
        readings.extend(match self.rheology.at(column.solids_by_volume).law {
            super::rheology::Law::Bingham => {
                vec![Reading::new("plastic viscosity", fluid.consistency * 1000.0, "mPa s")]
            }
            super::rheology::Law::HerschelBulkley => vec![
                Reading::new("consistency", fluid.consistency, "Pa s^n"),
                Reading::new("flow index", fluid.index, "1"),
            ],
        });
        readings.extend([
            Reading::new("Reynolds number", f.reynolds, "1"),
            Reading::new("Hedstrom number", f.hedstrom, "1"),
            Reading::new("friction factor", f.factor, "1"),
            Reading::new("turbulent over laminar friction", f.turbulent / f.laminar, "1"),
            Reading::new("hydraulic power", hydraulic, "kW"),
            Reading::new("shaft power", self.shaft_kw(column), "kW"),
            Reading::new("electric power by dry solids", self.electric_kw(column, wet) / dry, "kWh/t"),
            Reading::new("hydraulic power by dry solids", hydraulic / dry, "kWh/t"),
            Reading::new("static bound by dry solids", column.static_power / 1000.0 / dry, "kWh/t"),
        ]);
        if let Some(grain) = self.grain(slurry) {
            readings.push(Reading::new("largest grain", grain * 1e6, "um"));
            readings.push(Reading::new("its settling velocity", self.sinks(grain, slurry, column), "m/s"));
        }
        readings
    }

    /// A point of the operating window, wet mud in kg/h.
    fn point(
        &self,
        mud: &Stream,
        (wet, solids): (f64, f64),
        down: Option<Path>,
        judge: &dyn Fn(&Thinned, &Column) -> Judged,
    ) -> window::Point {
        let nothing = |stop| window::Point { velocity: f64::NAN, pump: f64::NAN, energy: f64::NAN, stop: Some(stop) };
        let now = mud.solid.mass() + mud.aqueous.mass();
        let mud = mud.scaled(wet / now);
        let Ok(thinned) = self.thinned(&mud, solids) else { return nothing(window::Stop::Mud) };
        let Ok(column) = self.carried(&thinned, down, WINDOW_STEPS) else { return nothing(window::Stop::Grains) };
        let Judged { pump, restart, weak } = judge(&thinned, &column);
        let over = |limit: Option<f64>, value: f64| limit.is_some_and(|limit| value > limit);
        let stop = if self.limits.velocity.is_some_and(|least| column.slowest < least) {
            Some(window::Stop::Slow)
        } else if over(self.limits.pump, pump) {
            Some(window::Stop::Pump)
        } else if over(self.limits.pump, restart) {
            Some(window::Stop::Restart)
        } else if weak {
            Some(window::Stop::Steel)
        } else {
            None
        };
        window::Point {
            velocity: column.levels[0].velocity,
            pump,
            energy: self.electric_kw(&column, wet / 1000.0) / (mud.solid.mass() / 1000.0),
            stop,
        }
    }
}

/// The pressures from the deck to the bed; `inside` where pumps in the riser have taken their share, else there is a down path.
fn profile(column: &Column, inside: Option<&[f64]>) -> Table {
    let mut columns = vec![("depth", "m"), ("sea", "MPa"), ("riser", "MPa"), ("down path", "MPa")];
    columns.extend([("riser over sea", "MPa"), ("slurry density", "kg/m3"), ("slurry velocity", "m/s")]);
    if inside.is_some() {
        columns.remove(3);
    }
    let mut table = Table::new(
        "pressure_profile",
        "Pressure and speed from the deck to the sea bed",
        "pressure above the atmosphere; slurry wet",
        &columns,
    );
    for (at, level) in column.levels.iter().enumerate().step_by(LEVELS_A_ROW) {
        let riser = inside.map_or(level.riser, |inside| inside[at]);
        let mut row = vec![level.depth.into(), (level.sea / 1e6).into(), (riser / 1e6).into()];
        if inside.is_none() {
            row.push((level.down / 1e6).into());
        }
        row.extend([((riser - level.sea) / 1e6).into(), level.density.into(), level.velocity.into()]);
        table.row(row);
    }
    table
}

/// Every so many levels of the integration become a row of the profile.
const LEVELS_A_ROW: usize = 10;

/// What the kind of riser says of a point.
struct Judged {
    /// Pressure of one pump, Pa.
    pump: f64,
    /// The same to restart, Pa.
    restart: f64,
    /// Does the steel fail?
    weak: bool,
}

/// Steps of a column in the operating window, where a chart's eye is the measure.
const WINDOW_STEPS: usize = 40;
