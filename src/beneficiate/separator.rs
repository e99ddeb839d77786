//! A machine known by what share of each mineral it takes: magnets, spirals, electrostatic rolls.
//!
//! # Equation
//! `concentrate_m = r_m · feed_m` for each mineral m, in every size alike; the solution parts by
//! a given share.
//!
//! # Symbols
//! r_m: recovery of the mineral to the concentrate.
//!
//! # Holds for
//! The ore and setting the recoveries were observed with; nothing is said of other sizes,
//! fields or feed rates.
//!
//! # Source
//! `data/beneficiate/separators.csv`, each row its own.

use crate::error::Error;
use crate::fields::{Fields, nearest};
use crate::library::Library;
use crate::quantity::{Fraction, SpecificEnergy};
use crate::stream::{Solid, Stream};
use crate::table::Table;
use crate::unit::{Balance, Equipment, Kind, Ports, Reading, Unit};

use super::dilution::Dilution;
use super::hydrocyclone::difference;
use super::minerals_of::ByMineral;

/// The separator.
#[derive(Debug)]
struct Separator {
    recoveries: ByMineral,
    water: f64,
    energy: f64,
    machine: &'static str,
    dilution: Option<Dilution>,
}

/// The kind.
pub const KIND: Kind<dyn Unit> = Kind {
    name: "partition-separator",
    about: "Magnets, spirals or rolls that take a known share of each mineral",
    sources: &["dieye2021", "stockhead2022"],
    read,
};

fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Box<dyn Unit>> {
    let name = fields.text("separator", "whose recoveries: a `separator` of data/beneficiate/separators.csv");
    let machine = fields.word(
        "machine",
        "what is bought",
        &[
            ("magnetic", "magnetic separator"),
            ("gravity", "spiral concentrator"),
            ("electrostatic", "electrostatic separator"),
            ("flotation", "flotation circuit"),
        ],
    );
    let water: Option<Fraction> =
        fields.need("water_to_concentrate", "share of the solution that goes with the concentrate", 0.0..=1.0);
    let energy: Option<SpecificEnergy> = fields.need("energy", "electricity per dry tonne fed", 0.0..=100.0);
    let dilution = Dilution::read(fields, library);
    let table = library.table("beneficiate/separators").ok()?;
    if let Some(name) = &name
        && table.find("separator", name).is_none()
    {
        let all = table.rows().filter_map(|row| row.text("separator"));
        fields.refuse("separator", format!("there is no separator `{name}`"), nearest(name, all));
    }
    let recoveries = ByMineral::read::<Fraction>(
        fields,
        &table,
        |row| row.text("separator") == name.as_deref(),
        ("recovery", 1.0),
        "recovery",
        "recoveries of the scenario's own, by mineral; absent means the table's alone",
    )?;
    if let Some((mineral, value)) = recoveries.largest().filter(|(_, value)| *value > 1.0) {
        fields.refuse("recovery", format!("{value} of `{mineral}` is more than all"), "a share from 0 to 1");
        return None;
    }
    Some(Box::new(Separator {
        recoveries,
        water: water?.0,
        energy: energy?.0,
        machine: machine?,
        dilution: dilution.ok()?,
    }))
}

impl Unit for Separator {
    fn ports(&self) -> Ports {
        Ports { inlets: &["feed"], outlets: &["concentrate", "tailings"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let mut feed = inlets[0].clone();
        let mut caveats = Vec::new();
        let mut drawn = Vec::new();
        if let Some(dilution) = &self.dilution {
            drawn.extend(dilution.apply(&mut feed, &mut caveats));
        }
        caveats.extend(self.recoveries.borrowed(feed.solid.lots.iter().map(|lot| &*lot.mineral.name)));
        let mut taken = Solid { edges: feed.solid.edges.clone(), lots: Vec::new() };
        let mut table = Table::new(
            "recovery",
            "What was taken",
            "dry solids per hour at work",
            &[("mineral", ""), ("fed", "kg/h"), ("to concentrate", "%")],
        );
        for lot in &feed.solid.lots {
            let share = self.recoveries.of(&lot.mineral.name).0;
            taken.add(&lot.mineral, &lot.kg_per_h.iter().map(|kg| kg * share).collect::<Vec<_>>());
            table.row(vec![(&*lot.mineral.name).into(), lot.total().into(), (share * 100.0).into()]);
        }
        let (mut concentrate, mut tailings) = (feed.scaled(self.water), feed.scaled(1.0 - self.water));
        tailings.solid = difference(&feed.solid, &taken);
        concentrate.solid = taken;
        let rare = |s: &Stream| s.solid.element_mass().rare_earth_total();
        let solids = feed.solid.mass();
        let mut readings = Vec::new();
        if solids > 0.0 {
            readings.push(Reading::new("mass pull", concentrate.solid.mass() / solids * 100.0, "%"));
        }
        if rare(&feed) > 0.0 {
            readings.push(Reading::new("rare-earth recovery", rare(&concentrate) / rare(&feed) * 100.0, "%"));
            let grade = |s: &Stream| rare(s) / s.solid.mass().max(1e-300);
            readings.push(Reading::new("enrichment", grade(&concentrate) / grade(&feed), "1"));
        }
        Ok(Balance {
            outlets: vec![concentrate, tailings],
            drawn,
            power_kw: self.energy * solids / 1000.0,
            readings,
            tables: vec![table],
            caveats,
            ..Balance::default()
        })
    }

    fn equipment(&self, inlets: &[Stream], _: &Balance) -> Vec<Equipment> {
        let size = inlets[0].solid.mass() / 1000.0;
        if size <= 0.0 {
            return Vec::new();
        }
        vec![Equipment { name: self.machine.into(), count: 1, size, unit: "t/h" }]
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ore, solved};

    #[test]
    fn the_magnet_takes_the_monazite() {
        let text = "separator = \"magnetic-sand\"\nmachine = \"magnetic\"\nwater_to_concentrate = \"5 %\"\nenergy = \"2 kWh/t\"\nunlisted = \"quartz\"\n";
        let plant = solved("partition-separator", text, ore("monazite-sand", 2e-3), &["concentrate", "tailings"]);
        let done = &plant.units[0].balance;
        let read = |name: &str| done.readings.iter().find(|r| r.name == name).unwrap().value;
        assert!((read("rare-earth recovery") - 94.8).abs() < 1e-6);
        assert!(read("enrichment") > 10.0);
        assert!(plant.caveats.is_empty());
    }

    #[test]
    fn xenotime_reaches_the_grade_told_of_browns_range() {
        let feed = ore("xenotime-ore", 0.0088 / 1.22);
        let text = |name: &str, machine: &str| {
            format!(
                "separator = \"{name}\"\nmachine = \"{machine}\"\nwater_to_concentrate = \"20 %\"\nenergy = \"5 kWh/t\"\nunlisted = \"quartz\"\n"
            )
        };
        let first =
            solved("partition-separator", &text("magnetic-xenotime", "magnetic"), feed, &["concentrate", "tailings"]);
        let magnetic = first.pipe("concentrate").unwrap().stream.clone();
        let grade = magnetic.rare_earth_oxide() / magnetic.solid.mass();
        assert!((0.035..0.045).contains(&grade), "{grade}");
        let second = solved(
            "partition-separator",
            &text("flotation-xenotime", "flotation"),
            magnetic,
            &["concentrate", "tailings"],
        );
        let float = &second.pipe("concentrate").unwrap().stream;
        let grade = float.rare_earth_oxide() / float.solid.mass();
        assert!((0.24..0.31).contains(&grade), "{grade}");
    }
}
