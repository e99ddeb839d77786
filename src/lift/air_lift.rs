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
//! As the drift-flux law, made for water in narrow pipes: off by tens of per cent there, and by
//! an unknown amount for mud in a wide riser, which is a caveat on every result. Sea water is
//! taken as incompressible. Pressure drop in the air line is not counted.
//!
//! # Source
//! [`super::drift_flux`]; friction below the inlet from `darby2001`.

use super::bingham;
use super::drift_flux::{self, AIR_CONSTANT, ATMOSPHERE, Ends};
use super::pipe::{self, GRAVITY};
use super::rheology::Rheology;
use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Fraction, Length, SpecificEnergy};
use crate::reagent::Reagent;
use crate::source::Caveat;
use crate::stream::Stream;
use crate::unit::{Balance, Equipment, Kind, Ports, Reading, Unit};

/// Steps of the two-phase integration; the air needed changes by less than 10⁻³ with twice as many.
const STEPS: usize = 800;

/// As the scenario describes it.
#[derive(Debug)]
struct AirLift {
    depth: f64,
    injection: f64,
    deck: f64,
    diameter: f64,
    solids: f64,
    rheology: Rheology,
    compressor_efficiency: f64,
    motor_efficiency: f64,
    head_energy: f64,
    vessels: usize,
    carrier: Reagent,
    air: Reagent,
}

/// In a scenario: `kind = "air-lift"`.
pub const KIND: Kind<dyn Unit> = Kind {
    name: "air-lift",
    about: "Raises mud from the sea bed as slurry lightened by compressed air",
    sources: &["stenning1968", "todoroki1973", "darby2001"],
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
    let lift = AirLift {
        depth: depth?.0,
        injection: injection?.0,
        deck: deck?.0,
        diameter: diameter?.0,
        solids: solids?.0,
        rheology: rheology?,
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

/// What an air lift does.
struct Done {
    drawn: f64,
    slurry: Stream,
    solids_by_volume: f64,
    velocity: f64,
    air_kg_s: f64,
    air_velocity: f64,
    foot: f64,
    ends: Ends,
    bound_w: f64,
}

impl AirLift {
    fn lift(&self, mud: &Stream) -> Result<Done, Error> {
        let infeasible = |what: String, hint: &str| Error::Infeasible { unit: String::new(), what, hint: hint.into() };
        let (solids, liquid) = (mud.solid.mass(), mud.aqueous.mass());
        if solids <= 0.0 {
            return Err(infeasible("no solids enter the riser".into(), "send it mud: the stream at `from` is empty"));
        }
        let drawn = solids / self.solids - solids - liquid;
        if drawn < 0.0 {
            let has = 100.0 * mud.solids_fraction();
            let what = format!("the mud holds {has:.1} % solids, less than the slurry is to hold");
            return Err(infeasible(what, "a smaller `solids`: sea water can only thin the mud"));
        }
        let slurry = Stream::mixed([mud, &self.carrier.stream(drawn)]);
        let mass = (slurry.solid.mass() + slurry.aqueous.mass()) / 3600.0;
        let volume = slurry.slurry_volume() / 3600.0;
        let one = self.carrier.stream(1.0).aqueous;
        let sea_density = one.mass() / one.volume();
        let density = mass / volume;
        let solids_by_volume = slurry.solid.volume() / slurry.slurry_volume();
        let (yield_stress, viscosity) = self.rheology.at(solids_by_volume);
        let area = std::f64::consts::FRAC_PI_4 * self.diameter * self.diameter;
        let velocity = volume / area;
        let friction = bingham::friction(density, velocity, self.diameter, yield_stress, viscosity);
        let each_metre = density * GRAVITY + pipe::gradient(friction.factor, density, velocity, self.diameter);
        let foot = ATMOSPHERE + sea_density * GRAVITY * self.depth
            - drift_flux::entry_loss(density, velocity)
            - each_metre * (self.depth - self.injection);
        let riser = drift_flux::Riser {
            diameter: self.diameter,
            length: self.injection + self.deck,
            density,
            yield_stress,
            viscosity,
            temperature: slurry.temperature,
            steps: STEPS,
        };
        let gap = |air: f64| riser.integrate(velocity, air).foot - foot;
        let air_velocity = least_air(gap).ok_or_else(|| {
            infeasible(
                "no amount of air lifts this slurry".into(),
                "a wider riser, a deeper `injection_depth`, a thinner slurry, or less mud",
            )
        })?;
        let air_density = ATMOSPHERE / (AIR_CONSTANT * slurry.temperature);
        Ok(Done {
            drawn,
            solids_by_volume,
            velocity,
            air_kg_s: air_velocity * area * air_density,
            air_velocity,
            foot,
            ends: riser.integrate(velocity, air_velocity),
            bound_w: GRAVITY * ((mass - sea_density * volume) * self.depth + mass * self.deck),
            slurry,
        })
    }

    /// Isothermal work of compression, W.
    fn isothermal(done: &Done) -> f64 {
        done.air_kg_s * AIR_CONSTANT * done.slurry.temperature * (done.foot / ATMOSPHERE).max(1.0).ln()
    }

    fn shaft_kw(&self, done: &Done) -> f64 {
        Self::isothermal(done) / 1000.0 / self.compressor_efficiency
    }
}

/// The least air, m/s at the atmosphere's pressure, that closes the gap; `None` if none does.
fn least_air(gap: impl Fn(f64) -> f64) -> Option<f64> {
    if gap(0.0) <= 0.0 {
        return Some(0.0);
    }
    let (mut low, mut high) = (0.0, 1e-3);
    while gap(high) > 0.0 {
        low = high;
        high *= 1.2;
        if high > 1e4 {
            return None;
        }
    }
    for _ in 0..50 {
        let middle = 0.5 * (low + high);
        if gap(middle) > 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(high)
}

impl Unit for AirLift {
    fn ports(&self) -> Ports {
        Ports { inlets: &["mud"], outlets: &["slurry", "air"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let mud = &inlets[0];
        let done = self.lift(mud)?;
        let dry = mud.solid.mass() / 1000.0;
        let wet = (mud.solid.mass() + mud.aqueous.mass()) / 1000.0;
        let power_kw = self.shaft_kw(&done) / self.motor_efficiency + self.head_energy * wet;
        let mut caveats = vec![Caveat::new(
            "drift-flux constants are those of water in narrow pipes, where the law is off by 16 to 66 %; mud in a wide riser is untested",
        )];
        caveats.extend(self.rheology.caveats(done.solids_by_volume).into_iter().map(Caveat::new));
        let air = self.air.drawn(done.air_kg_s * 3600.0);
        let mut spent = air.stream.clone();
        spent.temperature = done.slurry.temperature;
        let readings = vec![
            Reading::new("mud mined, wet", wet, "t/h"),
            Reading::new("mud mined, dry", dry, "t/h"),
            Reading::new("slurry", done.slurry.slurry_volume(), "m3/h"),
            Reading::new("velocity below the air", done.velocity, "m/s"),
            Reading::new("air", done.air_kg_s * 3600.0, "kg/h"),
            Reading::new("air over slurry at the deck, by volume", done.air_velocity / done.velocity, "1"),
            Reading::new("pressure where air enters", (done.foot - ATMOSPHERE) / 1e6, "MPa"),
            Reading::new("gas by volume at the deck", done.ends.void_at_top, "1"),
            Reading::new("velocity at the deck", done.ends.speed_at_top, "m/s"),
            Reading::new("shaft power", self.shaft_kw(&done), "kW"),
            Reading::new("isothermal work by dry solids", Self::isothermal(&done) / 1000.0 / dry, "kWh/t"),
            Reading::new("electric power by dry solids", power_kw / dry, "kWh/t"),
            Reading::new("static bound by dry solids", done.bound_w / 1000.0 / dry, "kWh/t"),
        ];
        Ok(Balance {
            drawn: vec![self.carrier.drawn(done.drawn), air],
            power_kw,
            services: vec![Reading::new("lifting vessel", self.vessels as f64, "h")],
            readings,
            caveats,
            outlets: vec![done.slurry, spent],
            ..Balance::default()
        })
    }

    fn equipment(&self, inlets: &[Stream], _done: &Balance) -> Vec<Equipment> {
        let Ok(done) = self.lift(&inlets[0]) else { return Vec::new() };
        let wet = (inlets[0].solid.mass() + inlets[0].aqueous.mass()) / 1000.0;
        let one = |name: &str, size: f64, unit| Equipment { name: name.into(), count: 1, size, unit };
        vec![
            one("air-lift pipe", self.depth + self.deck, "m"),
            one("air compressor", self.shaft_kw(&done), "kW"),
            one("seabed collector", wet, "t/h"),
        ]
    }
}
