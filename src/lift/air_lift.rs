//! Air lift: mud thinned with sea water, raised by air let into the riser at some depth.
//!
//! # Equation
//! Below the inlet of air the pipe holds slurry alone, above it slurry and air
//! ([`super::drift_flux`], the slurry as one heavy liquid). The air is the least that closes
//! ```text
//! p_sea(H) − loss at the entry − slurry column and friction from H to h = p_foot(air)
//! ```
//! and the compressor's power is that of compression at one temperature, `ṁ R T ln(p_h/p₀)/η`.
//!
//! # Symbols
//! H: depth of the bed, h: depth where air enters, m; p_h: pressure there, Pa; ṁ: air, kg/s;
//! η: isothermal efficiency of the compressor times its motor's.
//!
//! # Holds for
//! As the drift-flux law, made for water in narrow pipes: off by 7 to 31 % there, and by
//! an unknown amount for mud in a wide riser, which is a caveat on every result. Sea water is
//! taken as incompressible. Pressure drop in the air line is not counted. Grains must rise below the air, where the slurry
//! is slowest; what stands in the pipe for their slip is counted as heavy above the air as below ([`super::hoist`]), though they
//! slip less in the faster flow: the safe side. No air at all is an answer where the slurry rises by itself.
//!
//! # Source
//! [`super::drift_flux`]; friction below the inlet from `darby2001`.

use super::air_lift_experiment::slip;
use super::crossing::crossing;
use super::drift_flux::{self, AIR_CONSTANT, ATMOSPHERE, Level, Slip};
use super::hoist;
use super::pipe::{self, GRAVITY};
use super::rheology::Rheology;
use super::riser::{Thinned, thinned};
use super::seawater::SeaWater;
use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Fraction, Length, SpecificEnergy};
use crate::reagent::Reagent;
use crate::source::Caveat;
use crate::stream::Stream;
use crate::table::{Cell, Table};
use crate::unit::{Balance, Equipment, Kind, Ports, Reading, Unit};

/// Steps of the two-phase integration; the air needed changes by less than 10⁻⁶ with twice as many.
const STEPS: usize = 60;

/// Inlets looked at besides the one chosen.
const INLETS: usize = 12;

/// As the scenario describes it.
#[derive(Debug)]
struct AirLift {
    depth: f64,
    injection: f64,
    deck: f64,
    diameter: f64,
    solids: f64,
    rheology: Rheology,
    slip: Slip,
    compressor_efficiency: f64,
    motor_efficiency: f64,
    head_energy: f64,
    vessels: usize,
    carrier: Reagent,
    air: Reagent,
    sea: SeaWater,
}

/// In a scenario: `kind = "air-lift"`.
pub const KIND: Kind<dyn Unit> = Kind {
    name: "air-lift",
    about: "Raises mud from the sea bed as slurry lightened by compressed air",
    sources: &["zuber1965", "nicklin1962", "stenning1968", "todoroki1973", "darby2001"],
    read,
};

fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Box<dyn Unit>> {
    let depth: Option<Length> = fields.need("depth", "depth of the sea bed", 1.0..=12_000.0);
    let injection: Option<Length> =
        fields.need("injection_depth", "depth at which air enters the riser", 0.5..=12_000.0);
    let deck: Option<Length> = fields.need("deck_height", "how far above the sea the riser ends", 0.0..=100.0);
    let diameter: Option<Length> = fields.need("diameter", "inner diameter of the riser", 0.01..=3.0);
    let solids: Option<Fraction> = fields.need("solids", "dry solids in the slurry's mass", 1e-3..=0.7);
    let rheology = Rheology::field(fields, library);
    let slip = slip(fields);
    let compressor: Option<Fraction> =
        fields.need("compressor_efficiency", "isothermal work over shaft work", 0.05..=1.0);
    let motor: Option<Fraction> = fields.need("motor_efficiency", "shaft over electric power", 0.3..=1.0);
    let head: Option<SpecificEnergy> =
        fields.need("head_energy", "electric energy of the head that breaks the bed, per wet mud mined", 0.0..=100.0);
    let vessels = fields.count("vessels", "ships at work on the lift at one time", 1..=20);
    let carrier = Reagent::field(fields, "carrier", "reagent that thins the mud, `sea-water`", library);
    let air = Reagent::field(fields, "air", "reagent let in, `air`", library);
    if let Some(carrier) = carrier.as_ref().filter(|c| c.stream(1.0).aqueous.volume() <= 0.0) {
        fields.refuse("carrier", format!("`{}` is not a liquid", carrier.name), "`sea-water`");
        return None;
    }
    if let Some(air) = air.as_ref().filter(|a| a.stream(1.0).gas.mass_kg() < 0.99) {
        fields.refuse("air", format!("`{}` is not a gas", air.name), "`air`");
        return None;
    }
    let sea = match SeaWater::read(library) {
        Ok(sea) => sea,
        Err(error) => {
            fields.refuse("carrier", error.to_string(), "restore data/lift/seawater.toml");
            return None;
        }
    };
    fields.check().cite(format!("{}.seawater.viscosity", fields.path()), &sea.viscosity, "Pa s");
    let lift = AirLift {
        sea,
        depth: depth?.0,
        injection: injection?.0,
        deck: deck?.0,
        diameter: diameter?.0,
        solids: solids?.0,
        rheology: rheology?,
        slip: slip?,
        compressor_efficiency: compressor?.0,
        motor_efficiency: motor?.0,
        head_energy: head?.0,
        vessels: vessels?,
        carrier: carrier?,
        air: air?,
    };
    if lift.injection > lift.depth {
        fields.refuse("injection_depth", "lies below the sea bed", "a depth from the surface down to `depth`");
        return None;
    }
    Some(Box::new(lift))
}

/// A slurry below the air, and what its inlet asks.
struct Below {
    thinned: Thinned,
    solids_by_volume: f64,
    /// kg/m³ of slurry and of the sea.
    densities: (f64, f64),
    /// kg/m³ of what stands in the pipe, grains that slip closer together than they are delivered.
    standing: f64,
    /// m/s.
    velocity: f64,
    /// Pa lost on each metre by weight and friction.
    each_metre: f64,
}

/// The air that lifts from one inlet.
struct Air {
    kg_s: f64,
    /// m/s at the atmosphere's pressure.
    velocity: f64,
    /// Pa where it enters.
    foot: f64,
}

impl Air {
    /// Isothermal work of compression, W.
    fn work(&self, temperature: f64) -> f64 {
        self.kg_s * AIR_CONSTANT * temperature * (self.foot / ATMOSPHERE).max(1.0).ln()
    }
}

/// Says why grains do not rise with the slurry.
fn stays_below(stuck: hoist::Stuck, velocity: f64) -> Error {
    let what = match stuck {
        hoist::Stuck::Sinks(size, speed) => format!(
            "below the air a grain of {:.3} mm sinks at {speed:.3} m/s and does not rise with a slurry at {velocity:.3} m/s",
            size * 1000.0
        ),
        hoist::Stuck::Chokes => format!(
            "below the air grains that slip crowd to packing ({:.2} by volume) and choke the riser",
            hoist::PACKING
        ),
    };
    infeasible(what, "a narrower riser, a thinner slurry, or screening such grains off on the sea bed")
}

fn infeasible(what: String, hint: &str) -> Error {
    Error::Infeasible { unit: String::new(), what, hint: hint.into() }
}

impl AirLift {
    fn area(&self) -> f64 {
        std::f64::consts::FRAC_PI_4 * self.diameter * self.diameter
    }

    fn below(&self, mud: &Stream) -> Result<Below, Error> {
        let thinned = thinned(mud, &self.carrier, self.solids, self.sea.viscosity.value)?;
        let flows = &thinned.flows;
        let volume = thinned.slurry.slurry_volume() / 3600.0;
        let density = (flows.solids + flows.liquid) / volume;
        let solids_by_volume = flows.solids_volume / volume;
        let velocity = volume / self.area();
        let friction = self.rheology.at(solids_by_volume).rub(density, velocity, self.diameter, 0.0);
        let slipping = hoist::slipping(&thinned.grains, solids_by_volume, flows.liquid_density, velocity)
            .map_err(|stuck| stays_below(stuck, velocity))?;
        let standing = density + hoist::crowd(&slipping, velocity);
        let each_metre = standing * GRAVITY + pipe::gradient(friction.factor, density, velocity, self.diameter);
        Ok(Below { solids_by_volume, densities: (density, flows.sea_density), standing, velocity, each_metre, thinned })
    }

    fn riser(&self, below: &Below, injection: f64) -> drift_flux::Riser {
        drift_flux::Riser {
            diameter: self.diameter,
            length: injection + self.deck,
            density: below.standing,
            mud: self.rheology.at(below.solids_by_volume),
            temperature: below.thinned.slurry.temperature,
            slip: self.slip,
            steps: STEPS,
        }
    }

    /// The least air let in at some depth that raises the slurry; `None` where none does.
    fn air(&self, below: &Below, injection: f64) -> Option<Air> {
        let (density, sea) = below.densities;
        let foot = ATMOSPHERE + sea * GRAVITY * self.depth
            - drift_flux::entry_loss(density, below.velocity)
            - below.each_metre * (self.depth - injection);
        let riser = self.riser(below, injection);
        let rough = drift_flux::Riser { steps: STEPS / 6, ..riser };
        let velocity =
            least_air(|air| rough.foot(below.velocity, air) - foot, |air| riser.foot(below.velocity, air) - foot)?;
        let air_density = ATMOSPHERE / (AIR_CONSTANT * riser.temperature);
        Some(Air { kg_s: velocity * self.area() * air_density, velocity, foot })
    }

    fn lift(&self, mud: &Stream) -> Result<(Below, Air), Error> {
        let below = self.below(mud)?;
        let air = self.air(&below, self.injection).ok_or_else(|| {
            let least = self.shallowest(&below).map_or_else(
                || "no depth of injection does".to_owned(),
                |depth| format!("air let in below {depth:.0} m would"),
            );
            infeasible(
                format!("no amount of air let in at {:.0} m lifts this slurry; {least}", self.injection),
                "a deeper `injection_depth`, a wider riser, a thinner slurry, or less mud",
            )
        })?;
        Ok((below, air))
    }

    /// The shallowest inlet that lifts, m, to a hundredth of the depth.
    fn shallowest(&self, below: &Below) -> Option<f64> {
        (1..=100).map(|n| self.depth * f64::from(n) / 100.0).find(|depth| self.air(below, *depth).is_some())
    }

    fn shaft_kw(&self, air: &Air, temperature: f64) -> f64 {
        air.work(temperature) / 1000.0 / self.compressor_efficiency
    }

    /// W by which weight is raised, whatever raises it.
    fn bound(&self, below: &Below) -> f64 {
        let flows = &below.thinned.flows;
        let mass = flows.solids + flows.liquid;
        let volume = mass / below.densities.0;
        GRAVITY * ((mass - below.densities.1 * volume) * self.depth + mass * self.deck)
    }

    /// What other inlets would ask.
    fn inlets(&self, below: &Below, dry: f64) -> Table {
        let mut table = Table::new(
            "injection",
            "Air and energy by the depth at which air enters",
            "air at the atmosphere's pressure; energy of the compressor's motor by dry solids; empty where no air lifts",
            &[
                ("injection depth", "m"),
                ("pressure", "MPa"),
                ("air", "kg/h"),
                ("electric power by dry solids", "kWh/t"),
            ],
        );
        for n in 1..=INLETS {
            let depth = self.depth * n as f64 / INLETS as f64;
            let Some(air) = self.air(below, depth) else {
                table.row(vec![depth.into(), Cell::Absent, Cell::Absent, Cell::Absent]);
                continue;
            };
            let power = self.shaft_kw(&air, below.thinned.slurry.temperature) / self.motor_efficiency;
            table.row(vec![
                depth.into(),
                ((air.foot - ATMOSPHERE) / 1e6).into(),
                (air.kg_s * 3600.0).into(),
                (power / dry).into(),
            ]);
        }
        table
    }

    fn profile(&self, below: &Below, levels: &[Level]) -> Table {
        let mut table = Table::new(
            "pressure_profile",
            "Pressure and speed from the deck to the sea bed",
            "pressure above the atmosphere; depth below the sea's surface",
            &[("depth", "m"), ("sea", "MPa"), ("riser", "MPa"), ("gas by volume", "1"), ("slurry velocity", "m/s")],
        );
        let mut row = |depth: f64, pressure: f64, void: f64, velocity: f64| {
            let sea = (below.densities.1 * GRAVITY * depth).max(0.0);
            table.row(vec![
                depth.into(),
                (sea / 1e6).into(),
                ((pressure - ATMOSPHERE) / 1e6).into(),
                void.into(),
                velocity.into(),
            ]);
        };
        for level in levels {
            row(level.below_top - self.deck, level.pressure, level.void, level.liquid);
        }
        let foot = levels.last().map_or(ATMOSPHERE, |level| level.pressure);
        row(self.depth, foot + below.each_metre * (self.depth - self.injection), 0.0, below.velocity);
        table
    }
}

/// The least air, m/s at the atmosphere's pressure, that closes the gap; `None` if none does. More air first lightens the
/// column and then, where friction outruns it or the top chokes, presses it down again.
fn least_air(rough: impl Fn(f64) -> f64, gap: impl Fn(f64) -> f64) -> Option<f64> {
    if gap(0.0) <= 0.0 {
        return Some(0.0);
    }
    let bracket = |gap: &dyn Fn(f64) -> f64| {
        let (mut low, mut high) = (0.0, 1e-3);
        while gap(high) > 0.0 {
            low = high;
            high *= 1.3;
            if high > 1e4 {
                return None;
            }
        }
        Some((low, high))
    };
    // A few long steps find where it is; where the fine ones do not agree they look for themselves.
    let found = bracket(&rough).filter(|(low, high)| gap(*low) > 0.0 && gap(*high) <= 0.0);
    let (low, high) = found.or_else(|| bracket(&gap))?;
    Some(crossing(low, high, 1e-10, |air| -gap(air)))
}

impl Unit for AirLift {
    fn ports(&self) -> Ports {
        Ports { inlets: &["mud"], outlets: &["slurry", "air"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let mud = &inlets[0];
        let (below, done) = self.lift(mud)?;
        let slurry = below.thinned.slurry.clone();
        let dry = mud.solid.mass() / 1000.0;
        let wet = (mud.solid.mass() + mud.aqueous.mass()) / 1000.0;
        let shaft = self.shaft_kw(&done, slurry.temperature);
        let power_kw = shaft / self.motor_efficiency + self.head_energy * wet;
        let mut levels = Vec::with_capacity(STEPS + 1);
        self.riser(&below, self.injection).integrate(below.velocity, done.velocity, |level| levels.push(level));
        let mut caveats = vec![Caveat::new(
            "drift-flux constants are those of water in narrow pipes, where a series of points is off by 7 to 31 %; mud in a wide riser is untested",
        )];
        caveats.extend(self.rheology.caveats(below.solids_by_volume).into_iter().map(Caveat::new));
        let top = levels.first().copied();
        if let Some(top) = top.filter(|top| top.void > drift_flux::FILM) {
            caveats.push(Caveat::new(format!(
                "gas fills {:.0} % of the pipe at the deck; beyond {:.0} % the liquid runs as a film, which the law does not know: a wider pipe at the top, or pressure held there",
                100.0 * top.void,
                100.0 * drift_flux::FILM
            )));
        }
        let air = self.air.drawn(done.kg_s * 3600.0);
        let mut spent = air.stream.clone();
        spent.temperature = slurry.temperature;
        let mut readings = vec![
            Reading::new("mud mined, wet", wet, "t/h"),
            Reading::new("mud mined, dry", dry, "t/h"),
            Reading::new("slurry", slurry.slurry_volume(), "m3/h"),
            Reading::new("velocity below the air", below.velocity, "m/s"),
            Reading::new("density, by grains that slip", below.standing - below.densities.0, "kg/m3"),
            Reading::new("air", done.kg_s * 3600.0, "kg/h"),
            Reading::new("air over slurry at the deck, by volume", done.velocity / below.velocity, "1"),
            Reading::new("pressure where air enters", (done.foot - ATMOSPHERE) / 1e6, "MPa"),
        ];
        if let Some(top) = top {
            readings.push(Reading::new("gas by volume at the deck", top.void, "1"));
            readings.push(Reading::new("velocity at the deck", done.velocity + below.velocity, "m/s"));
            readings.push(Reading::new("choking at the deck", top.choking, "1"));
        }
        readings.extend([
            Reading::new("shaft power", shaft, "kW"),
            Reading::new("isothermal work by dry solids", done.work(slurry.temperature) / 1000.0 / dry, "kWh/t"),
            Reading::new("electric power by dry solids", power_kw / dry, "kWh/t"),
            Reading::new("static bound by dry solids", self.bound(&below) / 1000.0 / dry, "kWh/t"),
        ]);
        Ok(Balance {
            drawn: vec![self.carrier.drawn(below.thinned.drawn), air],
            power_kw,
            services: vec![Reading::new("lifting vessel", self.vessels as f64, "h")],
            readings,
            tables: vec![self.profile(&below, &levels)],
            caveats,
            outlets: vec![slurry, spent],
            ..Balance::default()
        })
    }

    fn survey(&self, inlets: &[Stream], _done: &Balance) -> Vec<Table> {
        let Ok((below, _)) = self.lift(&inlets[0]) else { return Vec::new() };
        vec![self.inlets(&below, inlets[0].solid.mass() / 1000.0)]
    }

    fn equipment(&self, inlets: &[Stream], _done: &Balance) -> Vec<Equipment> {
        let Ok((below, done)) = self.lift(&inlets[0]) else { return Vec::new() };
        let wet = (inlets[0].solid.mass() + inlets[0].aqueous.mass()) / 1000.0;
        let one = |name: &str, size: f64, unit| Equipment { name: name.into(), count: 1, size, unit };
        vec![
            one("air-lift pipe", self.depth + self.deck, "m"),
            one("air compressor", self.shaft_kw(&done, below.thinned.slurry.temperature), "kW"),
            one("seabed collector", wet, "t/h"),
        ]
    }
}
