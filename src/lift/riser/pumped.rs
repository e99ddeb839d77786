//! Pumped riser: open at the sea bed, slurry raised by pumps that stand in the pipe.
//!
//! # Equation
//! ```text
//! n Δp = ∫ [(ρm − ρ) g + f ρm V²/(2 D)] dz + k ρm V²/2       every pump gives the same
//! p(z) = ∫₀ᶻ [ρm g + f ρm V²/(2 D)] dz − Δp · (pumps above z)
//! ```
//! The pumps stand evenly between the shallowest and the deepest. Below a pump the pipe holds less pressure than the sea:
//! the pump's suction must keep a reserve above vacuum, and the pipe must not collapse.
//!
//! # Symbols
//! n: pumps; Δp: pressure of one, Pa; p: inside, above the atmosphere, Pa; k: loss at the mouth in velocity heads; others
//! as in [`crate::lift::column`].
//!
//! # Holds for
//! Steady flow, pumps alike and in step; what one pump that stops does to the others is not looked at. A suction below the
//! reserve and a pump beyond its limit are errors.
//!
//! # Source
//! Momentum balance; laws as named.

use super::limits::Strain;
use super::{Judged, Riser, Thinned, infeasible, profile};
use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::lift::column::{Column, STEPS};
use crate::quantity::{Length, Number, Pressure};
use crate::stream::Stream;
use crate::table::Table;
use crate::unit::{Balance, Equipment, Kind, Ports, Reading, Unit};

/// Pa of the atmosphere, by which a vacuum lies below nought.
const ATMOSPHERE: f64 = 101_325.0;

/// As the scenario describes it.
#[derive(Debug)]
struct Pumped {
    riser: Riser,
    pumps: usize,
    shallowest: f64,
    deepest: f64,
    suction: f64,
}

/// In a scenario: `kind = "pumped-riser"`.
pub const KIND: Kind<dyn Unit> = Kind {
    name: "pumped-riser",
    about: "Raises mud or nodules from the sea bed by pumps that stand in the riser",
    sources: &["darby2001", "wilson1985", "fofonoff1983", "miedema2023", "richardson1954", "api1111"],
    read,
};

fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Box<dyn Unit>> {
    let riser = Riser::read(fields, library);
    let pumps = fields.count("pumps", "pumps in the riser, alike", 1..=60);
    let shallowest: Option<Length> = fields.need("shallowest_pump", "depth of the highest pump", 0.0..=12_000.0);
    let deepest: Option<Length> = fields.need("deepest_pump", "depth of the lowest pump", 0.0..=12_000.0);
    let mouth: Option<Number> =
        fields.need("mouth_loss", "pressure lost at the mouth on the bed, in velocity heads", 0.0..=50.0);
    let suction: Option<Pressure> =
        fields.need("suction_reserve", "pressure above vacuum that each pump needs at its inlet", 0.0..=1e7);
    let unit = Pumped {
        riser: Riser { mouth_loss: mouth?.0, ..riser? },
        pumps: pumps?,
        shallowest: shallowest?.0,
        deepest: deepest?.0,
        suction: suction?.0,
    };
    if unit.deepest > unit.riser.depth || unit.shallowest > unit.deepest {
        let what = "the pumps do not stand between the deck and the sea bed, the highest above the lowest";
        fields.refuse("deepest_pump", what, "`shallowest_pump` ≤ `deepest_pump` ≤ `depth`");
        return None;
    }
    Some(Box::new(unit))
}

/// The pressures in a riser with its pumps.
struct Pressures {
    /// Of one pump, Pa.
    each: f64,
    /// Inside, at the column's levels, Pa above the atmosphere.
    inside: Vec<f64>,
    /// The least at a pump's inlet, Pa above vacuum, and where, m.
    suction: (f64, f64),
}

impl Pumped {
    /// Depths of the pumps, from the highest, m.
    fn stations(&self) -> impl Iterator<Item = f64> + '_ {
        let gap = if self.pumps > 1 { (self.deepest - self.shallowest) / (self.pumps - 1) as f64 } else { 0.0 };
        (0..self.pumps).map(move |at| if self.pumps > 1 { self.shallowest + gap * at as f64 } else { self.deepest })
    }

    fn pressures(&self, column: &Column) -> Pressures {
        let each = column.pump_pressure() / self.pumps as f64;
        let above = |depth: f64| self.stations().filter(|station| *station < depth).count() as f64;
        let inside = column.levels.iter().map(|level| level.riser - each * above(level.depth)).collect();
        let at = |depth: f64| {
            let next = column.levels.partition_point(|level| level.depth < depth).clamp(1, column.levels.len() - 1);
            let (a, b) = (column.levels[next - 1], column.levels[next]);
            a.riser + (b.riser - a.riser) * (depth - a.depth) / (b.depth - a.depth)
        };
        // A pump draws from below itself: it and all above it have taken their share.
        let suction = self
            .stations()
            .enumerate()
            .map(|(n, depth)| (at(depth) - each * (n + 1) as f64 + ATMOSPHERE, depth))
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .unwrap_or((f64::INFINITY, 0.0));
        Pressures { each, inside, suction }
    }

    fn strain(&self, column: &Column, pressures: &Pressures) -> Option<Strain> {
        let over = |(level, inside): (&crate::lift::column::Level, &f64)| inside - level.sea;
        let least = column.levels.iter().zip(&pressures.inside).map(over).fold(f64::INFINITY, f64::min);
        self.riser.limits.strain(&self.riser.pipe(), self.riser.mean_densities(column), 0.0, -least)
    }

    fn judged(&self, column: &Column) -> Judged {
        let pressures = self.pressures(column);
        let weak = self.strain(column, &pressures).is_some_and(|strain| self.riser.limits.overstrained(&strain));
        Judged { pump: pressures.each, restart: self.riser.restart(column) / self.pumps as f64, weak }
    }

    fn raise(&self, mud: &Stream) -> Result<(Thinned, Column), Error> {
        let thinned = self.riser.thinned(mud, self.riser.solids)?;
        let column = self.riser.carried(&thinned, None, STEPS)?;
        Ok((thinned, column))
    }
}

impl Unit for Pumped {
    fn ports(&self) -> Ports {
        Ports { inlets: &["mud"], outlets: &["slurry"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let (mud, riser) = (&inlets[0], &self.riser);
        let (thinned, column) = self.raise(mud)?;
        let pressures = self.pressures(&column);
        if let Some(most) = riser.limits.pump.filter(|most| pressures.each > *most) {
            let needed = (pressures.each * self.pumps as f64 / most).ceil();
            return Err(infeasible(
                format!(
                    "each pump would have to give {:.2} MPa and gives at most {:.2}",
                    pressures.each / 1e6,
                    most / 1e6
                ),
                format!("{needed:.0} pumps, a thinner slurry, or a wider riser"),
            ));
        }
        if pressures.suction.0 < self.suction {
            return Err(infeasible(
                format!(
                    "the pump at {:.0} m draws at {:.2} MPa above vacuum, less than the {:.2} it needs",
                    pressures.suction.1,
                    pressures.suction.0 / 1e6,
                    self.suction / 1e6
                ),
                "pumps that stand deeper, or more of them",
            ));
        }
        let mut readings = riser.readings(mud, &thinned.slurry, &column);
        readings.push(Reading::new("pressure of one pump", pressures.each / 1e6, "MPa"));
        readings.push(Reading::new("least suction above vacuum", pressures.suction.0 / 1e6, "MPa"));
        readings.push(Reading::new("steel in the pipes", riser.pipe().mass() / 1000.0, "t"));
        let mut caveats = riser.caveats(&thinned.slurry, &column);
        if let Some(strain) = self.strain(&column, &pressures) {
            riser.limits.tell("riser", &strain, &mut readings, &mut caveats);
        }
        let tables = vec![profile(&column, Some(&pressures.inside))];
        let wet = (mud.solid.mass() + mud.aqueous.mass()) / 1000.0;
        Ok(Balance {
            drawn: vec![riser.carrier.drawn(thinned.drawn)],
            power_kw: riser.electric_kw(&column, wet),
            services: vec![Reading::new("lifting vessel", riser.vessels as f64, "h")],
            readings,
            tables,
            caveats,
            outlets: vec![thinned.slurry],
            ..Balance::default()
        })
    }

    fn survey(&self, inlets: &[Stream], _done: &Balance) -> Vec<Table> {
        let judge = |_: &Thinned, column: &Column| self.judged(column);
        let point = |wet, solids| self.riser.point(&inlets[0], (wet, solids), None, &judge);
        self.riser.window.iter().map(|window| window.table(point)).collect()
    }

    fn equipment(&self, inlets: &[Stream], _done: &Balance) -> Vec<Equipment> {
        let Ok((_, column)) = self.raise(&inlets[0]) else { return Vec::new() };
        let wet = (inlets[0].solid.mass() + inlets[0].aqueous.mass()) / 1000.0;
        let some = |name: &str, count, size: f64, unit| Equipment { name: name.into(), count, size, unit };
        vec![
            some("riser pipe", 1, self.riser.pipe().mass() / 1000.0, "t"),
            some("slurry pump", self.pumps, self.riser.shaft_kw(&column) / self.pumps as f64, "kW"),
            some("seabed collector", 1, wet, "t/h"),
        ]
    }
}
