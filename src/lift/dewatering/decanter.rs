//! Decanter centrifuge: solids thrown to the wall of a spinning bowl, the finest lost first.
//!
//! # Equation
//! Capture class by class as [`super::spinning_pond`]; of each class the mean over its sizes, even on a logarithmic scale.
//! ```text
//! P = ṁ (ω r₁)²/η + e M          the water leaves with the speed of the pond's surface
//! ```
//!
//! # Symbols
//! ṁ: slurry and wash, kg/s; r₁: radius of the pond's surface, m; η: efficiency of the drive; e: energy of the conveyor by dry
//! solids; M: dry solids fed.
//!
//! # Holds for
//! Machines alike that share the slurry; dryness of the cake is told, not found.
//!
//! # Source
//! `ambler1959`.

use super::cake::{self, Wash};
use super::spinning_pond::{Pond, sinks};
use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Fraction, Length, Number, SpecificEnergy, Viscosity};
use crate::source::Caveat;
use crate::stream::{Solid, Stream};
use crate::table::Table;
use crate::unit::{Balance, Equipment, Kind, Ports, Reading, Unit};

/// Sizes that stand for a class.
const SIZES: usize = 8;

/// Solids by volume beyond which hindering alone does not tell how a slurry settles.
const THICK: f64 = 0.2;

/// Machines beyond which a wish is refused.
const MOST: usize = 400;

/// As the scenario describes it.
#[derive(Debug)]
struct Decanter {
    pond: Pond,
    number: Machines,
    moisture: f64,
    viscosity: f64,
    drive: f64,
    conveyor: f64,
    wash: Option<Wash>,
}

/// How many machines.
#[derive(Debug, Clone, Copy)]
enum Machines {
    Given(usize),
    /// As many as catch this share of the solids.
    ToCatch(f64),
}

/// In a scenario: `kind = "decanter-centrifuge"`.
pub const KIND: Kind<dyn Unit> = Kind {
    name: "decanter-centrifuge",
    about: "Throws solids to the wall of a spinning bowl, the finest lost first, and may wash the salt out",
    sources: &["ambler1959", "richardson1954", "choudhury1957"],
    read,
};

fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Box<dyn Unit>> {
    let diameter: Option<Length> = fields.need("bowl_diameter", "inside", 0.05..=2.0);
    let depth: Option<Length> = fields.need("pond_depth", "from the water's surface to the wall", 1e-3..=0.9);
    let length: Option<Length> = fields.need("length", "of the part where solids settle", 0.05..=6.0);
    let force: Option<Number> = fields.need("force", "at the bowl's wall, in weights", 50.0..=20_000.0);
    let efficiency: Option<Fraction> =
        fields.need("efficiency", "share of the theory's settling area that the machine reaches", 0.05..=1.0);
    let machines =
        fields.may_count("machines", "how many share the slurry; absent: as many as `capture` asks", 1..=MOST);
    let capture: Option<Fraction> =
        fields.may("capture", "wished share of the solids caught; absent where `machines` is given", 0.01..=0.999_9);
    let moisture: Option<Fraction> = fields.need("moisture", "liquor in the mass of the wet cake", 0.01..=0.95);
    let viscosity: Option<Viscosity> = fields.need("viscosity", "of the liquor", 2e-4..=0.05);
    let drive: Option<Fraction> = fields.need("drive_efficiency", "of motor and gear", 0.3..=1.0);
    let conveyor: Option<SpecificEnergy> =
        fields.need("conveyor_energy", "electric energy that moves the cake out, by dry solids", 0.0..=100.0);
    let wash = Wash::read(fields, library, |_| Some(()));
    let number = match (machines, capture) {
        (Some(machines), None) => Machines::Given(machines),
        (None, Some(share)) => Machines::ToCatch(share.0),
        _ => {
            if fields.has("machines") == fields.has("capture") {
                let hint = "machines = 2, or capture = \"95 %\"";
                fields.refuse("machines", "one of `machines` and `capture` must be given", hint);
            }
            return None;
        }
    };
    let (radius, depth) = (0.5 * diameter?.0, depth?.0);
    if depth >= radius {
        fields.refuse("pond_depth", "the pond is deeper than the bowl's radius", "half a `bowl_diameter` at most");
        return None;
    }
    let pond =
        Pond { radius, surface: radius - depth, length: length?.0, spin: force?.0 / radius, efficiency: efficiency?.0 };
    Some(Box::new(Decanter {
        pond,
        number,
        moisture: moisture?.0,
        viscosity: viscosity?.0,
        drive: drive?.0,
        conveyor: conveyor?.0,
        wash: wash.ok()?.map(|(wash, ())| wash),
    }))
}

/// The liquor and the crowd in it.
#[derive(Debug, Clone, Copy)]
struct Slurry {
    liquid: f64,
    crowd: f64,
    /// m³/s.
    flow: f64,
}

impl Slurry {
    fn of(slurry: &Stream) -> Self {
        Self {
            liquid: slurry.aqueous.mass() / slurry.aqueous.volume(),
            crowd: slurry.solid.volume() / slurry.slurry_volume(),
            flow: slurry.slurry_volume() / 3600.0,
        }
    }
}

impl Decanter {
    /// What `machines` hold of the solids.
    fn held(&self, slurry: &Stream, machines: usize) -> Solid {
        let Slurry { liquid, crowd, flow } = Slurry::of(slurry);
        let flow = flow / machines as f64;
        let mut held = slurry.solid.clone();
        for lot in &mut held.lots {
            let lighter_by = (lot.mineral.density - liquid).max(0.0);
            for (class, kg) in lot.kg_per_h.iter_mut().enumerate() {
                // Coarser than the last edge sinks in any bowl.
                let Some((lower, upper)) = slurry.solid.class(class) else { continue };
                let at = |n: usize| lower * (upper / lower).powf((n as f64 + 0.5) / SIZES as f64);
                let share = |n: usize| self.pond.held(sinks(at(n), lighter_by, self.viscosity, crowd), flow);
                *kg *= (0..SIZES).map(share).sum::<f64>() / SIZES as f64;
            }
        }
        held
    }

    /// How many machines, and what they hold.
    fn settled(&self, slurry: &Stream) -> Result<(usize, Solid), Error> {
        let wished = match self.number {
            Machines::Given(machines) => return Ok((machines, self.held(slurry, machines))),
            Machines::ToCatch(share) => share,
        };
        let share = |machines| self.held(slurry, machines).mass() / slurry.solid.mass();
        if share(MOST) < wished {
            return Err(infeasible(
                format!(
                    "{MOST} machines catch {:.1} % of the solids, and {:.1} % are wished",
                    100.0 * share(MOST),
                    100.0 * wished
                ),
                "a smaller `capture`, more `force`, a larger bowl, or a filter for what is so fine",
            ));
        }
        // More machines hold more: halve the interval.
        let (mut few, mut enough) = (0, MOST);
        while enough - few > 1 {
            let middle = usize::midpoint(few, enough);
            *(if share(middle) >= wished { &mut enough } else { &mut few }) = middle;
        }
        Ok((enough, self.held(slurry, enough)))
    }

    /// Size by size: what was fed, what was held.
    fn table(slurry: &Stream, held: &Solid) -> Table {
        let mut table = Table::new(
            "centrifuge_capture",
            "Solids caught by the centrifuge, size by size",
            "dry solids; all minerals together",
            &[("up to", "um"), ("fed", "t/h"), ("caught", "%"), ("lost", "t/h")],
        );
        let of = |solid: &Solid, class: usize| -> f64 {
            solid.lots.iter().filter_map(|lot| lot.kg_per_h.get(class)).sum::<f64>() / 1000.0
        };
        for (class, edge) in slurry.solid.edges.iter().enumerate() {
            let (fed, kept) = (of(&slurry.solid, class), of(held, class));
            if fed > 0.0 {
                let size = Some(edge * 1e6).filter(|size| size.is_finite());
                table.row(vec![size.into(), fed.into(), (100.0 * kept / fed).into(), (fed - kept).into()]);
            }
        }
        table
    }
}

fn infeasible(what: String, hint: &str) -> Error {
    Error::Infeasible { unit: String::new(), what, hint: hint.into() }
}

impl Unit for Decanter {
    fn ports(&self) -> Ports {
        Ports { inlets: &["slurry"], outlets: &["cake", "water"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let slurry = &inlets[0];
        if slurry.solid.mass() <= 0.0 || slurry.aqueous.mass() <= 0.0 {
            return Err(infeasible("no slurry enters the centrifuge".into(), "send it solids in a liquor"));
        }
        if slurry.solid.edges.is_empty() {
            return Err(infeasible(
                "the solids have no sizes, by which alone it is known what is caught".into(),
                "an ore with size classes, or `dewatering`, which is told its capture",
            ));
        }
        let (machines, solid) = self.settled(slurry)?;
        let caught = solid.mass() / slurry.solid.mass();
        let table = Self::table(slurry, &solid);
        let parted = cake::part(slurry, solid, self.moisture, self.wash.as_ref())?;
        let spun = slurry.mass() + parted.drawn.iter().map(|drawn| drawn.stream.mass()).sum::<f64>();
        let speed = self.pond.spin * super::super::pipe::GRAVITY * self.pond.surface.powi(2);
        let power = spun / 3600.0 * speed / 1000.0 / self.drive + self.conveyor * slurry.solid.mass() / 1000.0;
        let mut balance = parted.balance(slurry);
        let Slurry { liquid, crowd, flow } = Slurry::of(slurry);
        let one = flow / machines as f64;
        let mean = slurry.solid.mass() / slurry.solid.volume();
        // Stokes turned round: the grain of the mean mineral that sinks so fast.
        let per_square = sinks(1.0, (mean - liquid).max(1e-9), self.viscosity, crowd);
        let grain = |speed: f64| (speed / per_square).sqrt() * 1e6;
        balance.readings.extend([
            Reading::new("machines", machines as f64, "1"),
            Reading::new("capture", 100.0 * caught, "%"),
            Reading::new("settling area of one machine", self.pond.sigma(), "m2"),
            Reading::new("half are caught at", grain(self.pond.sinking_of(0.5, one)), "um"),
            Reading::new("all are caught from", grain(one / self.pond.sigma()), "um"),
            Reading::new("time in the bowl", self.pond.volume() / one, "s"),
            Reading::new("energy by dry solids", power / (slurry.solid.mass() / 1000.0), "kWh/t"),
        ]);
        if crowd > THICK {
            balance.caveats.push(Caveat::new(format!(
                "solids fill {:.0} % of the slurry; beyond {:.0} % they settle as a bed and not as grains, slower than the law says",
                100.0 * crowd,
                100.0 * THICK
            )));
        }
        balance.power_kw = power;
        balance.tables.push(table);
        Ok(balance)
    }

    fn equipment(&self, inlets: &[Stream], done: &Balance) -> Vec<Equipment> {
        let machines = done.readings.iter().find(|reading| reading.name == "machines").map_or(1.0, |r| r.value);
        let size = inlets[0].slurry_volume() / machines;
        vec![Equipment { name: "decanter centrifuge".into(), count: machines as usize, size, unit: "m3/h" }]
    }
}
