//! Filter press: chambers filled with cake at constant pressure, washed, blown, opened.
//!
//! # Equation
//! Half a chamber of cake on either cloth, of dry mass `w = (b/2)(1 − ε) ρs` by area, is there when `v = w/c` has passed:
//! ```text
//! cycle = t(v) + N u v'/flux(v) · {1, 4} + turnaround          output = w / cycle
//! m = σ ε ρ / (σ ε ρ + (1 − ε) ρs)
//! ```
//! Time of filling as [`super::filtration`]; wash by the filtrate's way runs at its last flux, wash through the whole
//! chamber at a quarter of it (twice the cake, half the area). The thickness of most output is found where filling and
//! washing, less what the cloth takes, last as long as the turnaround.
//!
//! # Symbols
//! b: chamber, m; ε: voids, 1; ρs, ρ: density of grains and liquor, kg/m³; c: dry cake by filtrate, kg/m³; N: wash water by
//! liquor left in the cake; σ: share of the voids still full after blowing, 1; m: moisture, 1.
//!
//! # Holds for
//! Presses alike that share the slurry, none at rest in its turn beyond the turnaround.
//!
//! # Source
//! `ruth1933`; ways of the wash in `wakeman2005`.

use super::cake::{self, Wash};
use super::filtration::{self, Filtration};
use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Area, Duration, Fraction, Length, Number, Pressure, Viscosity};
use crate::source::Caveat;
use crate::stream::{Solid, Stream};
use crate::unit::{Balance, Equipment, Kind, Ports, Reading, Unit};

/// The pressure at which resistance is told, Pa.
const BAR: f64 = 1e5;

/// As the scenario describes it.
#[derive(Debug)]
struct FilterPress {
    chamber: f64,
    area: f64,
    pressure: f64,
    resistance: Option<f64>,
    compressibility: f64,
    cloth: f64,
    voids: f64,
    full: f64,
    capture: f64,
    viscosity: f64,
    /// s.
    turnaround: f64,
    pump_efficiency: f64,
    wash: Option<(Wash, Way)>,
}

/// How wash water goes through the cake.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Way {
    Filtrate,
    Through,
}

/// In a scenario: `kind = "filter-press"`.
pub const KIND: Kind<dyn Unit> = Kind {
    name: "filter-press",
    about: "Fills chambers with cake at constant pressure, may wash it, and opens them: presses counted by their cycle",
    sources: &["ruth1933", "carman1938", "wakeman2005", "choudhury1957"],
    read,
};

fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Box<dyn Unit>> {
    let chamber: Option<Length> =
        fields.need("chamber_thickness", "that the cake fills, from cloth to cloth", 5e-3..=0.1);
    let area: Option<Area> = fields.need("area", "of cloth in one press", 0.1..=3000.0);
    let pressure: Option<Pressure> = fields.need("pressure", "across cake and cloth", 1e4..=1e7);
    let resistance: Option<Number> = fields.may(
        "resistance",
        "specific, of the cake at 1 bar, m/kg; absent: that of packed grains of the stream's sizes",
        1e7..=1e15,
    );
    let compressibility: Option<Number> =
        fields.need("compressibility", "exponent of pressure in the cake's resistance", 0.0..=1.2);
    let cloth: Option<Number> = fields.need("cloth_resistance", "1/m", 0.0..=1e14);
    let voids: Option<Fraction> = fields.need("porosity", "voids of the cake", 0.1..=0.9);
    let full: Option<Fraction> =
        fields.need("saturation", "voids still full of liquor after blowing; 1: not blown", 0.1..=1.0);
    let capture: Option<Fraction> = fields.need("capture", "solids that the cloth holds", 0.01..=1.0);
    let viscosity: Option<Viscosity> = fields.need("viscosity", "of the filtrate", 2e-4..=0.05);
    let turnaround: Option<Duration> =
        fields.need("turnaround", "to squeeze, blow, open, empty and close", 0.01..=24.0);
    let pump: Option<Fraction> = fields.need("pump_efficiency", "of the feed pump with its motor", 0.05..=1.0);
    let wash = Wash::read(fields, library, |table| {
        table.word(
            "way",
            "of the wash water: as the filtrate went, or through the whole chamber",
            &[("filtrate", Way::Filtrate), ("through", Way::Through)],
        )
    });
    Some(Box::new(FilterPress {
        chamber: chamber?.0,
        area: area?.0,
        pressure: pressure?.0,
        resistance: if fields.has("resistance") { Some(resistance?.0) } else { None },
        compressibility: compressibility?.0,
        cloth: cloth?.0,
        voids: voids?.0,
        full: full?.0,
        capture: capture?.0,
        viscosity: viscosity?.0,
        turnaround: turnaround?.0 * 3600.0,
        pump_efficiency: pump?.0,
        wash: wash.ok()?,
    }))
}

/// Surface by volume of the grains, 1/m, each class by its middle size; `None` without sizes.
fn surface(solid: &Solid) -> Option<f64> {
    if solid.edges.is_empty() {
        return None;
    }
    let (mut area, mut volume) = (0.0, 0.0);
    for lot in &solid.lots {
        for (class, kg) in lot.kg_per_h.iter().enumerate() {
            // What is coarser than the last edge is no finer than it.
            let coarser = || class.checked_sub(1).and_then(|below| solid.edges.get(below).copied());
            let middle = solid.class(class).map(|(lower, upper)| (lower * upper).sqrt());
            let Some(size) = middle.or_else(coarser) else { continue };
            area += 6.0 / size * kg / lot.mineral.density;
            volume += kg / lot.mineral.density;
        }
    }
    (volume > 0.0).then(|| area / volume)
}

/// One filling of the chambers.
struct Cycle {
    filtration: Filtration,
    /// Dry cake by area, kg/m².
    cake: f64,
    filling: f64,
    washing: f64,
    /// The chamber with which a press makes most, m.
    best: f64,
    /// Liquor by dry solids before blowing.
    liquor: f64,
}

impl FilterPress {
    fn cycle(&self, slurry: &Stream) -> Result<Cycle, Error> {
        let solid_density = slurry.solid.mass() / slurry.solid.volume();
        let density = slurry.aqueous.mass() / slurry.aqueous.volume();
        let full = self.voids * density / ((1.0 - self.voids) * solid_density);
        let solids = slurry.solid.mass() / (slurry.solid.mass() + slurry.aqueous.mass());
        let Some(deposit) = filtration::deposit(solids, full, density) else {
            return Err(infeasible(
                format!(
                    "the slurry holds {:.1} % solids and the cake no more than {:.1} %",
                    100.0 * solids,
                    100.0 / (1.0 + full)
                ),
                "a smaller `porosity`, or a thinner slurry",
            ));
        };
        let at_bar = match self.resistance {
            Some(told) => told,
            None => surface(&slurry.solid)
                .map(|surface| filtration::packed(surface, self.voids, solid_density))
                .ok_or_else(|| {
                    infeasible("the solids have no sizes to read a resistance from".into(), "`resistance`")
                })?,
        };
        let resistance = at_bar * (self.pressure / BAR).powf(self.compressibility);
        let filtration =
            Filtration { resistance, cloth: self.cloth, deposit, viscosity: self.viscosity, pressure: self.pressure };
        let by_thickness = 0.5 * (1.0 - self.voids) * solid_density;
        let cake = by_thickness * self.chamber;
        let v = cake / deposit;
        // Wash water by filtrate, drawn out by the way it takes.
        let drawn_out = self.wash.as_ref().map_or(0.0, |(wash, way)| {
            let by_filtrate = wash.ratio * full * self.full * deposit / density;
            by_filtrate * if *way == Way::Through { 4.0 } else { 1.0 }
        });
        let filling = filtration.time(v);
        let washing = drawn_out * v / filtration.flux(v);
        // The part of the cycle that grows with the square of v; output v/(A v² + B v + turnaround) is greatest at √(turnaround/A).
        let square = self.viscosity / self.pressure * resistance * deposit * (0.5 + drawn_out);
        let best = (self.turnaround / square).sqrt() * deposit / by_thickness;
        Ok(Cycle { filtration, cake, filling, washing, best, liquor: full })
    }
}

fn infeasible(what: String, hint: &str) -> Error {
    Error::Infeasible { unit: String::new(), what, hint: hint.into() }
}

impl Unit for FilterPress {
    fn ports(&self) -> Ports {
        Ports { inlets: &["slurry"], outlets: &["cake", "water"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let slurry = &inlets[0];
        if slurry.solid.mass() <= 0.0 || slurry.aqueous.mass() <= 0.0 {
            return Err(infeasible("no slurry enters the press".into(), "send it solids in a liquor"));
        }
        let cycle = self.cycle(slurry)?;
        let left = cycle.liquor * self.full;
        let solid = slurry.scaled(self.capture).solid;
        let wash = self.wash.as_ref().map(|(wash, _)| wash);
        let parted = cake::part(slurry, solid, left / (1.0 + left), wash)?;
        let whole = cycle.filling + cycle.washing + self.turnaround;
        let output = cycle.cake / whole * 3600.0;
        let area = parted.cake.solid.mass() / output;
        let presses = (area / self.area).ceil().max(1.0);
        let washed: f64 = parted.drawn.iter().map(|drawn| drawn.stream.aqueous.volume()).sum();
        let mut balance = parted.balance(slurry);
        balance.power_kw = (slurry.slurry_volume() + washed) / 3600.0 * self.pressure / self.pump_efficiency / 1000.0;
        balance.readings.extend([
            Reading::new("machines", presses, "1"),
            Reading::new("cloth needed", area, "m2"),
            Reading::new("moisture of the cake", 100.0 * left / (1.0 + left), "%"),
            Reading::new("specific resistance", cycle.filtration.resistance, "m/kg"),
            Reading::new("filling", cycle.filling / 60.0, "min"),
            Reading::new("washing", cycle.washing / 60.0, "min"),
            Reading::new("cycle", whole / 60.0, "min"),
            Reading::new("dry cake by cloth", output, "kg/m2/h"),
            Reading::new("chamber of most output", cycle.best * 1000.0, "mm"),
            Reading::new("energy by dry solids", balance.power_kw / (slurry.solid.mass() / 1000.0), "kWh/t"),
        ]);
        if self.resistance.is_none() {
            balance.caveats.push(Caveat::new(
                "the cake's resistance is read from grain sizes as if round and packed; flat clays resist ten to a thousand times more: measure it",
            ));
        }
        Ok(balance)
    }

    fn equipment(&self, _: &[Stream], done: &Balance) -> Vec<Equipment> {
        let presses = done.readings.iter().find(|reading| reading.name == "machines").map_or(1.0, |r| r.value);
        vec![Equipment { name: "filter press".into(), count: presses as usize, size: self.area, unit: "m2" }]
    }
}
