//! Closed-circuit riser: mud and sea water up, sea water down, one pump on the ship.
//!
//! # Equation
//! Sea water is drawn until the slurry has the solids asked for,
//! `drawn = solids/w − solids − pore water`; the circuit is then integrated over the depth
//! ([`super::column`]). Electric power is hydraulic power over the efficiencies of pump and
//! motor, and the head's own work on the mud:
//! `P = (P_static + P_friction)/(η_pump η_motor) + e_head · mud`.
//! The bound is the static part alone: `g ∫ (M − ρ Q) dz`, per dry tonne the same at any
//! concentration.
//!
//! # Symbols
//! w: solids by mass in the slurry, 1; M, Q: mass and volume flow of slurry; ρ: density of the
//! sea; e_head: kWh per tonne of wet mud.
//!
//! # Holds for
//! Steady flow of fines. Wall thickness weighs the steel, it is not a proof of strength. The
//! fastest grain must rise: its hindered settling velocity ([`super::settling`]) is set against
//! the slowest slurry, and a grain that would not rise is a caveat, as are a rheology that is
//! assumed or left, and a Hedstrom number under the friction law's.
//!
//! # Source
//! Principle: `mmij2023` (circulating flow from a pump on the ship); laws as named.

use super::bingham;
use super::column::{self, Column, Flows, Path};
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
use crate::unit::{Balance, Equipment, Kind, Ports, Reading, Unit};

/// kg/m³ of steel.
const STEEL: f64 = 7850.0;

/// Every so many levels of the integration become a row of the profile.
const LEVELS_A_ROW: usize = 10;

/// As the scenario describes it.
#[derive(Debug)]
struct Riser {
    depth: f64,
    diameter: f64,
    wall: f64,
    down_path: Down,
    down_diameter: f64,
    roughness: f64,
    solids: f64,
    largest_grain: Option<f64>,
    pump_efficiency: f64,
    motor_efficiency: f64,
    head_energy: f64,
    vessels: usize,
    rheology: Rheology,
    carrier: Reagent,
    sea: SeaWater,
}

/// Where the water goes down.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Down {
    Pipe,
    Annulus,
}

/// In a scenario: `kind = "closed-circuit-riser"`.
pub const KIND: Kind<dyn Unit> = Kind {
    name: "closed-circuit-riser",
    about: "Raises mud from the sea bed as slurry in a circuit driven from the ship",
    sources: &["mmij2023", "darby2001", "swamee1976", "fofonoff1983", "miedema2023", "richardson1954"],
    read,
};

fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Box<dyn Unit>> {
    let depth: Option<Length> = fields.need("depth", "depth of the sea bed below the ship", 1.0..=12_000.0);
    let diameter: Option<Length> = fields.need("diameter", "inner diameter of the riser", 0.01..=3.0);
    let wall: Option<Length> = fields.need("wall_thickness", "of riser and down pipe; weighs the steel", 1e-3..=0.2);
    let down_path = fields.word(
        "down_path",
        "where sea water goes down: a pipe of its own, or the annulus around the riser",
        &[("pipe", Down::Pipe), ("annulus", Down::Annulus)],
    );
    let down_diameter: Option<Length> =
        fields.need("down_diameter", "inner diameter of the down pipe, or of the casing around the riser", 0.01..=4.0);
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
    let head: Option<SpecificEnergy> =
        fields.need("head_energy", "electric energy of the head that breaks the bed, per wet mud mined", 0.0..=100.0);
    let vessels = fields.count("vessels", "ships at work on the lift at one time", 1..=20);
    let carrier = Reagent::field(fields, "carrier", "reagent that fills the circuit, `sea-water`", library);
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
    if let (Some(carrier), true) = (&carrier, fields.has("carrier"))
        && carrier.stream(1.0).aqueous.volume() <= 0.0
    {
        fields.refuse("carrier", format!("`{}` is not a liquid", carrier.name), "`sea-water`");
        return None;
    }
    let riser = Riser {
        depth: depth?.0,
        diameter: diameter?.0,
        wall: wall?.0,
        down_path: down_path?,
        down_diameter: down_diameter?.0,
        roughness: roughness.map_or(0.0, |r| r.0),
        solids: solids?.0,
        largest_grain: grain.map(|g| g.0),
        pump_efficiency: pump?.0,
        motor_efficiency: motor?.0,
        head_energy: head?.0,
        vessels: vessels?,
        rheology: rheology?,
        carrier: carrier?,
        sea: sea?,
    };
    if riser.down_path == Down::Annulus && riser.down_diameter <= riser.outer() {
        let needed = riser.outer();
        fields.refuse(
            "down_diameter",
            format!("the riser is {needed:.3} m wide outside and does not fit"),
            "a wider casing",
        );
        return None;
    }
    Some(Box::new(riser))
}

impl Riser {
    fn outer(&self) -> f64 {
        self.diameter + 2.0 * self.wall
    }

    fn up(&self) -> Path {
        Path { diameter: self.diameter, area: disc(self.diameter), roughness: self.roughness }
    }

    fn down(&self) -> Path {
        match self.down_path {
            Down::Pipe => {
                Path { diameter: self.down_diameter, area: disc(self.down_diameter), roughness: self.roughness }
            }
            Down::Annulus => Path {
                diameter: self.down_diameter - self.outer(),
                area: disc(self.down_diameter) - disc(self.outer()),
                roughness: self.roughness,
            },
        }
    }

    /// kg of steel in both pipes.
    fn steel(&self) -> f64 {
        let ring = |inner: f64| disc(inner + 2.0 * self.wall) - disc(inner);
        STEEL * self.depth * (ring(self.diameter) + ring(self.down_diameter))
    }

    /// What the pump's shaft takes, kW.
    fn shaft_kw(&self, column: &Column) -> f64 {
        (column.static_power + column.friction_power) / 1000.0 / self.pump_efficiency
    }

    /// The circuit with this mud, and the slurry it delivers.
    fn circulate(&self, mud: &Stream) -> Result<(f64, Stream, Column), Error> {
        let infeasible = |what: String, hint: &str| Error::Infeasible { unit: String::new(), what, hint: hint.into() };
        let (solids, liquid) = (mud.solid.mass(), mud.aqueous.mass());
        if solids <= 0.0 {
            return Err(infeasible("no solids enter the riser".into(), "send it mud: the stream at `from` is empty"));
        }
        let drawn = solids / self.solids - solids - liquid;
        if drawn < 0.0 {
            let what = format!(
                "the mud holds {:.1} % solids, less than the {:.1} % the slurry is to hold",
                100.0 * mud.solids_fraction(),
                100.0 * self.solids
            );
            return Err(infeasible(what, "a smaller `solids`: the circuit can only thin the mud"));
        }
        let carrier = self.carrier.stream(drawn);
        let slurry = Stream::mixed([mud, &carrier]);
        let one = self.carrier.stream(1.0).aqueous;
        let flows = Flows {
            solids: solids / 3600.0,
            solids_volume: mud.solid.volume() / 3600.0,
            liquid: slurry.aqueous.mass() / 3600.0,
            liquid_density: slurry.aqueous.mass() / slurry.aqueous.volume(),
            down: drawn / 3600.0,
            sea_density: one.mass() / one.volume(),
        };
        let column = column::integrate(self.depth, &self.up(), &self.down(), &flows, &self.rheology, &self.sea);
        Ok((drawn, slurry, column))
    }

    fn caveats(&self, slurry: &Stream, column: &Column) -> Vec<Caveat> {
        let mut caveats: Vec<Caveat> =
            self.rheology.caveats(column.solids_by_volume).into_iter().map(Caveat::new).collect();
        let hedstrom = column.friction.hedstrom;
        if hedstrom > 0.0 && hedstrom < bingham::HEDSTROM_LOW && column.friction.is_turbulent() {
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
        caveats
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
}

fn disc(diameter: f64) -> f64 {
    std::f64::consts::FRAC_PI_4 * diameter * diameter
}

fn profile(column: &Column) -> Table {
    let mut table = Table::new(
        "pressure_profile",
        "Pressure and speed from the deck to the sea bed",
        "pressure above the atmosphere; slurry wet",
        &[
            ("depth", "m"),
            ("sea", "MPa"),
            ("riser", "MPa"),
            ("down path", "MPa"),
            ("riser over sea", "MPa"),
            ("slurry density", "kg/m3"),
            ("slurry velocity", "m/s"),
        ],
    );
    for level in column.levels.iter().step_by(LEVELS_A_ROW) {
        table.row(vec![
            level.depth.into(),
            (level.sea / 1e6).into(),
            (level.riser / 1e6).into(),
            (level.down / 1e6).into(),
            ((level.riser - level.sea) / 1e6).into(),
            level.density.into(),
            level.velocity.into(),
        ]);
    }
    table
}

impl Unit for Riser {
    fn ports(&self) -> Ports {
        Ports { inlets: &["mud"], outlets: &["slurry"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let mud = &inlets[0];
        let (drawn, slurry, column) = self.circulate(mud)?;
        let dry = mud.solid.mass() / 1000.0;
        let wet = (mud.solid.mass() + mud.aqueous.mass()) / 1000.0;
        let shaft = self.shaft_kw(&column);
        let power_kw = shaft / self.motor_efficiency + self.head_energy * wet;
        let (stress, viscosity) = self.rheology.at(column.solids_by_volume);
        let f = &column.friction;
        let mut readings = vec![
            Reading::new("mud mined, wet", wet, "t/h"),
            Reading::new("mud mined, dry", dry, "t/h"),
            Reading::new("slurry", slurry.slurry_volume(), "m3/h"),
            Reading::new(
                "slurry density",
                (slurry.solid.mass() + slurry.aqueous.mass()) / slurry.slurry_volume(),
                "kg/m3",
            ),
            Reading::new("solids by volume", column.solids_by_volume, "1"),
            Reading::new("velocity in the riser", column.levels[0].velocity, "m/s"),
            Reading::new("transit time", column.transit / 60.0, "min"),
            Reading::new("static head", column.static_head / 1e6, "MPa"),
            Reading::new("friction up", column.friction_up / 1e6, "MPa"),
            Reading::new("friction down", column.friction_down / 1e6, "MPa"),
            Reading::new("pump pressure", column.pump_pressure() / 1e6, "MPa"),
            Reading::new("restart pressure", bingham::restart_pressure(stress, self.depth, self.diameter) / 1e6, "MPa"),
            Reading::new("yield stress", stress, "Pa"),
            Reading::new("plastic viscosity", viscosity * 1000.0, "mPa s"),
            Reading::new("Reynolds number", f.reynolds, "1"),
            Reading::new("Hedstrom number", f.hedstrom, "1"),
            Reading::new("friction factor", f.factor, "1"),
            Reading::new("turbulent over laminar friction", f.turbulent / f.laminar, "1"),
            Reading::new("hydraulic power", (column.static_power + column.friction_power) / 1000.0, "kW"),
            Reading::new("shaft power", shaft, "kW"),
            Reading::new("electric power by dry solids", power_kw / dry, "kWh/t"),
            Reading::new(
                "hydraulic power by dry solids",
                (column.static_power + column.friction_power) / 1000.0 / dry,
                "kWh/t",
            ),
            Reading::new("static bound by dry solids", column.static_power / 1000.0 / dry, "kWh/t"),
        ];
        readings.push(Reading::new("steel in the pipes", self.steel() / 1000.0, "t"));
        if let Some(grain) = self.grain(&slurry) {
            readings.push(Reading::new("largest grain", grain * 1e6, "um"));
            readings.push(Reading::new("its settling velocity", self.sinks(grain, &slurry, &column), "m/s"));
        }
        Ok(Balance {
            drawn: vec![self.carrier.drawn(drawn)],
            power_kw,
            services: vec![Reading::new("lifting vessel", self.vessels as f64, "h")],
            readings,
            tables: vec![profile(&column)],
            caveats: self.caveats(&slurry, &column),
            outlets: vec![slurry],
            ..Balance::default()
        })
    }

    fn equipment(&self, inlets: &[Stream], _done: &Balance) -> Vec<Equipment> {
        let Ok((_, _, column)) = self.circulate(&inlets[0]) else { return Vec::new() };
        let wet = (inlets[0].solid.mass() + inlets[0].aqueous.mass()) / 1000.0;
        let one = |name: &str, size: f64, unit| Equipment { name: name.into(), count: 1, size, unit };
        vec![
            one("riser pipe", self.steel() / 1000.0, "t"),
            one("slurry pump", self.shaft_kw(&column), "kW"),
            one("seabed collector", wet, "t/h"),
        ]
    }
}
