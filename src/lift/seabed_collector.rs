//! Seabed collector: digs a seam under an uneven floor, spills some of it, and takes barren sediment and sea water with it.
//!
//! # Equation
//! ```text
//! covered  A = V/s          swept  A/c          barren  A (e(d) − s)          s, e: the level cut
//! mud      p (V + barren), with w of sea water to one volume of it            spilled  (1 − p) of both
//! one machine digs  b v f  (crawler)  or  π D²/4 / t  (cylinder) of ground;   machines  ⌈A / that⌉
//! ```
//!
//! # Symbols
//! `V` seam dug, as it lies, m³/h (the inlet); `s` depth of it that the cut takes, m; `c` share of the ground that tracks cover; `p` share
//! picked up; `b` swath, m, `v` speed, m/h, `f` share of its time that it digs; `D` diameter, m, `t` time from one plunge to the next, h.
//!
//! # Holds for
//! Soft mud that stands as it is cut. The inlet is the seam that is dug: what the cut leaves below it, and between tracks, was never
//! mined and is told as a reading. Barren sediment is the seam's own mud with less of the host of its rare earths. Spilled mud stays on
//! the bed: how far its plume goes is not followed. The machine's cost is counted with the riser's.
//!
//! # Source
//! Geometry; the published machine is a cylinder of 3.5 m by 5.6 m pushed into the bed (`yomiuri2025`), its rate 350 t/d (`northernminer2025`).

use std::f64::consts::FRAC_PI_4;

use super::level_cut::LevelCut;
use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Area, Duration, Fraction, Length, Number, Speed};
use crate::reagent::Reagent;
use crate::source::Caveat;
use crate::stream::Stream;
use crate::unit::{Balance, Drawn, Kind, Ports, Reading, Unit};

/// The name under which barren sediment is priced.
const SEDIMENT: &str = "sea-bed-sediment";
/// A cut that takes less of the seam than this does not reach it.
const LEAST_SHARE: f64 = 1e-6;

/// How a machine goes over the ground.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Machine {
    /// Swath m, speed m/h, share of its time that it digs.
    Crawler(f64, f64, f64),
    /// Diameter m, h from plunge to plunge.
    Cylinder(f64, f64),
}

impl Machine {
    /// Ground that one machine digs, m²/h.
    fn ground(self) -> f64 {
        match self {
            Machine::Crawler(swath, speed, digging) => swath * speed * digging,
            Machine::Cylinder(diameter, cycle) => FRAC_PI_4 * diameter * diameter / cycle,
        }
    }
}

/// Barren sediment: the seam's mud with less of some minerals.
#[derive(Debug, Clone)]
struct Cover {
    hosts: Vec<String>,
    holds: f64,
}

/// As the scenario describes it.
#[derive(Debug)]
struct Collector {
    cut: LevelCut,
    cover: Cover,
    covered: f64,
    picked: f64,
    machine: Machine,
    water: f64,
    carrier: Reagent,
    ground: Option<f64>,
}

/// In a scenario: `kind = "seabed-collector"`.
pub const KIND: Kind<dyn Unit> = Kind {
    name: "seabed-collector",
    about: "Digs a seam of mud under an uneven sea floor, with what it dilutes and what it leaves",
    sources: &["yomiuri2025", "northernminer2025"],
    read,
};

fn machine(fields: &mut Fields<'_>, depth: Option<Length>) -> Option<Machine> {
    let crawler = fields.may_table("crawler", "a machine that drives; absent: it is a cylinder").map(|mut table| {
        let swath: Option<Length> = table.need("swath", "width of its track", 0.05..=50.0);
        let speed: Option<Speed> = table.need("speed", "over the ground", 1e-4..=5.0);
        let digging: Option<Fraction> =
            table.need("digging", "share of its time that it digs; the rest it turns", 0.01..=1.0);
        table.finish();
        Some(Machine::Crawler(swath?.0, speed?.0 * 3600.0, digging?.0))
    });
    let about = "a cylinder pushed into the bed, plunge beside plunge; absent: the machine drives";
    let cylinder = fields.may_table("cylinder", about).map(|mut table| {
        let diameter: Option<Length> = table.need("diameter", "of the ground one plunge takes", 0.1..=50.0);
        let length: Option<Length> = table.need("length", "how deep it can go", 0.1..=100.0);
        let cycle: Option<Duration> = table.need("cycle", "from one plunge to the next", 0.01..=500.0);
        table.finish();
        let (diameter, length, cycle) = (diameter?.0, length?.0, cycle?.0);
        if let Some(depth) = depth.filter(|depth| depth.0 > length + 1e-9) {
            table_too_short(fields, depth.0, length);
            return None;
        }
        Some(Machine::Cylinder(diameter, cycle))
    });
    match (crawler, cylinder) {
        (Some(machine), None) | (None, Some(machine)) => machine,
        (Some(_), Some(_)) => {
            fields.refuse("cylinder", "two machines", "either `crawler` or `cylinder`");
            None
        }
        (None, None) => {
            fields.refuse("crawler", "no machine is written", "a table `crawler` or `cylinder`");
            None
        }
    }
}

fn table_too_short(fields: &Fields<'_>, depth: f64, length: f64) {
    let what = format!("a cylinder of {length} m does not cut {depth} m deep");
    fields.refuse("cut", what, format!("a cut of at most {length} m, or a longer cylinder"));
}

fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Box<dyn Unit>> {
    let depth: Option<Length> = fields.need("cut", "depth of the cut below the mean floor", 0.01..=100.0);
    let over: Option<Length> = fields.need("overburden", "barren sediment over the seam; 0 is none", 0.0..=100.0);
    let seam: Option<Length> = fields.need("seam", "thickness of the seam", 0.01..=200.0);
    let relief: Option<Length> =
        fields.need("relief", "standard deviation of the floor that the cut does not follow", 0.0..=50.0);
    let covered: Option<Fraction> = fields.need(
        "covered",
        "share of the ground that tracks or plunges cover; circles side by side 0.907",
        0.01..=1.0,
    );
    let picked: Option<Fraction> = fields.need("picked_up", "share of what is dug that enters the lift", 0.01..=1.0);
    let machine = machine(fields, depth);
    let about = "barren sediment: the seam's own mud with less of the minerals that hold its rare earths";
    let cover = fields.table("barren", about).and_then(|mut table| {
        let hosts = table.texts("host", "minerals that it holds less of");
        let holds: Option<Fraction> = table.need("holds", "how much of them, of what the seam holds", 0.0..=1.0);
        table.finish();
        Some(Cover { hosts: hosts?, holds: holds?.0 })
    });
    let water: Option<Number> = fields.need(
        "water",
        "volumes of sea water taken in with one volume of bed; 0 where the riser brings it",
        0.0..=100.0,
    );
    let carrier = Reagent::field(fields, "carrier", "reagent taken in with the mud: sea water", library);
    let ground: Option<Area> =
        fields.may("ground", "area that may be stripped; absent: no life of it is told", 1.0..=1e13);
    Some(Box::new(Collector {
        cut: LevelCut { depth: depth?.0, cover: over?.0, seam: seam?.0, relief: relief?.0 },
        cover: cover?,
        covered: covered?.0,
        picked: picked?.0,
        machine: machine?,
        water: water?.0,
        carrier: carrier?,
        ground: ground.map(|ground| ground.0),
    }))
}

impl Collector {
    /// Barren sediment, as much as fills a volume, m³/h.
    fn barren(&self, seam: &Stream, volume: f64) -> Stream {
        let mut barren = seam.clone();
        for lot in
            barren.solid.lots.iter_mut().filter(|lot| self.cover.hosts.iter().any(|host| **host == *lot.mineral.name))
        {
            for kg in &mut lot.kg_per_h {
                *kg *= self.cover.holds;
            }
        }
        let whole = barren.slurry_volume();
        barren.scaled(if whole > 0.0 { volume / whole } else { 0.0 })
    }

    fn readings(&self, seam: &Stream, mud: &Stream, barren: &Stream, ground: f64) -> Vec<Reading> {
        let tonnes = |stream: &Stream| (stream.solid.mass() + stream.aqueous.mass()) / 1000.0;
        let share = self.cut.of_seam() / self.cut.seam;
        let machines = (ground / self.machine.ground() - 1e-9).ceil().max(1.0);
        let one = tonnes(seam) / (ground / self.machine.ground());
        let (dry, waste) = (seam.solid.mass(), barren.solid.mass());
        let mut readings = vec![
            Reading::new("seam dug, wet", tonnes(seam), "t/h"),
            Reading::new("seam dug, dry", dry / 1000.0, "t/h"),
            Reading::new("barren sediment dug, wet", tonnes(barren), "t/h"),
            Reading::new("barren sediment in what is dug, dry", 100.0 * waste / (dry + waste), "%"),
            Reading::new(
                "mud picked up, wet, without water taken in",
                self.picked * (tonnes(seam) + tonnes(barren)),
                "t/h",
            ),
            Reading::new("solids in the mud", 100.0 * mud.solids_fraction(), "%"),
            Reading::new("seam that the cut takes", 100.0 * share, "%"),
            Reading::new("seam recovered from the ground", 100.0 * share * self.covered * self.picked, "%"),
            Reading::new("seam left in the ground, wet", tonnes(seam) * (1.0 / (share * self.covered) - 1.0), "t/h"),
            Reading::new("spilled on the bed, wet", (1.0 - self.picked) * (tonnes(seam) + tonnes(barren)), "t/h"),
            Reading::new("ground dug", ground, "m2/h"),
            Reading::new("ground stripped", ground / self.covered, "m2/h"),
            Reading::new("seam that one machine digs, wet", one, "t/h"),
            Reading::new("machines", machines, "1"),
            Reading::new("machines at work", 100.0 * ground / (machines * self.machine.ground()), "%"),
        ];
        if let Machine::Cylinder(_, cycle) = self.machine {
            readings.push(Reading::new("seam in a plunge, wet", one * cycle, "t"));
            readings.push(Reading::new("plunges", ground / self.machine.ground() / cycle, "1/h"));
        }
        if let Some(area) = self.ground {
            readings.push(Reading::new("life of the ground", area * self.covered / ground, "h at work"));
        }
        readings
    }
}

impl Unit for Collector {
    fn ports(&self) -> Ports {
        Ports { inlets: &["seam"], outlets: &["mud", "spilled"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let seam = &inlets[0];
        let infeasible = |what: String, hint: String| Error::Infeasible { unit: String::new(), what, hint };
        let volume = seam.slurry_volume();
        if seam.solid.mass() <= 0.0 {
            return Err(infeasible(
                "no seam is there to be dug".into(),
                "send it the ore: the stream at `from` is empty".into(),
            ));
        }
        let taken = self.cut.of_seam();
        if taken < LEAST_SHARE * self.cut.seam {
            return Err(infeasible(
                format!("a cut of {} m does not reach a seam under {} m", self.cut.depth, self.cut.cover),
                format!("a `cut` between {} and {} m", self.cut.cover, self.cut.cover + self.cut.seam),
            ));
        }
        let ground = volume / taken;
        let waste = Some(ground * self.cut.barren()).filter(|waste| *waste > LEAST_SHARE * LEAST_SHARE * volume);
        let barren = waste.map_or_else(Stream::default, |waste| self.barren(seam, waste));
        let dug = Stream::mixed([seam, &barren]);
        let water = self.picked * self.water * dug.slurry_volume() * density(&self.carrier);
        let mut drawn = Vec::new();
        if barren.mass() > 0.0 {
            drawn.push(Drawn { name: SEDIMENT.into(), stream: barren.clone() });
        }
        if water > 0.0 {
            drawn.push(self.carrier.drawn(water));
        }
        let mud = Stream::mixed([&dug.scaled(self.picked), &self.carrier.stream(water)]);
        let mut caveats = Vec::new();
        let missing: Vec<&str> =
            self.cover.hosts.iter().filter(|host| seam.solid.lot(host).is_none()).map(String::as_str).collect();
        if !missing.is_empty() {
            caveats.push(Caveat::new(format!(
                "barren sediment is to hold less {}, which is not in the seam",
                missing.join(", ")
            )));
        }
        if taken < 0.999 * self.cut.seam {
            caveats.push(Caveat::new(format!(
                "the cut takes {:.0} % of the seam's thickness; what it takes is given the grade of the whole",
                100.0 * taken / self.cut.seam
            )));
        }
        Ok(Balance {
            readings: self.readings(seam, &mud, &barren, ground),
            outlets: vec![mud, dug.scaled(1.0 - self.picked)],
            drawn,
            caveats,
            ..Balance::default()
        })
    }
}

/// kg/m³ of a reagent that is a solution.
fn density(reagent: &Reagent) -> f64 {
    let one = reagent.stream(1.0).aqueous;
    if one.volume() > 0.0 { one.mass() / one.volume() } else { 0.0 }
}

#[cfg(test)]
mod tests;
