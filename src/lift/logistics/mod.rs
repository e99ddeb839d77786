//! Ships and returns: the fleet that carries what the plant makes at sea, and what goes back to the sea, where.
//!
//! The section `[logistics]` of a scenario, worked out after the plant, with its hours at work. It holds no price: freight is
//! paid by the tonne and kilometre in the unit `shipping`; the fleet tells what that hires.

mod read;
pub mod voyage;

use crate::flowsheet::{Pipe, Plant};
use crate::lift::KINDS;
use crate::lift::sea::Sea;
use crate::source::Caveat;
use crate::table::{Cell, Table};
use crate::unit::Reading;

use voyage::{Fuel, Voyage};

pub use read::SKETCH;

/// A ship and its errand.
#[derive(Debug, Clone, PartialEq)]
struct Ship {
    tag: String,
    errand: Errand,
    voyage: Voyage,
    /// Share of the year in service.
    in_service: f64,
    /// Significant wave height above which nothing is loaded, m.
    loading_limit: Option<f64>,
    fuel: Option<Fuel>,
}

#[derive(Debug, Clone, PartialEq)]
enum Errand {
    /// Carries a stream.
    Carries(String),
    /// Comes every so many hours.
    Supplies(f64),
}

/// The section `[logistics]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Logistics {
    ships: Vec<Ship>,
    /// Streams given back to the sea, and the depth, m.
    returns: Vec<(String, f64)>,
    assumed: bool,
}

/// What the section comes to.
#[derive(Debug, Clone, Default)]
pub struct Carried {
    /// Tables `fleet` and `returns`.
    pub tables: Vec<Table>,
    /// Headline results.
    pub readings: Vec<Reading>,
    /// What must be said of it.
    pub caveats: Vec<Caveat>,
}

fn tonnes_wet(pipe: &Pipe) -> f64 {
    (pipe.stream.solid.mass() + pipe.stream.aqueous.mass()) / 1000.0
}

impl Logistics {
    /// Streams that ships carry.
    pub fn carried(&self) -> impl Iterator<Item = &str> {
        self.ships.iter().filter_map(|ship| match &ship.errand {
            Errand::Carries(stream) => Some(stream.as_str()),
            Errand::Supplies(_) => None,
        })
    }

    /// Streams that go back to the sea.
    pub fn returned(&self) -> impl Iterator<Item = &str> {
        self.returns.iter().map(|(stream, _)| stream.as_str())
    }

    /// Does a ship wait for the sea to load?
    pub fn waits_for_the_sea(&self) -> bool {
        self.ships.iter().any(|ship| ship.loading_limit.is_some())
    }

    /// The fleet and the returns of a plant at work for so many hours a year.
    pub fn of_plant(&self, plant: &Plant, hours: f64, sea: Option<&Sea>) -> Carried {
        let mut carried = Carried::default();
        if !self.ships.is_empty() {
            self.fleet(plant, hours, sea, &mut carried);
        }
        if !self.returns.is_empty() {
            self.given_back(plant, hours, &mut carried);
        }
        if self.assumed {
            carried.caveats.push(Caveat::at("logistics", "ships and depths of return rest on assumed numbers"));
        }
        carried
    }

    fn fleet(&self, plant: &Plant, hours: f64, sea: Option<&Sea>, carried: &mut Carried) {
        let columns = [
            ("ship", ""),
            ("carries", ""),
            ("wet", "t/y"),
            ("dry", "t/y"),
            ("voyages", "1/y"),
            ("at sea, laden", "d"),
            ("at sea, in ballast", "d"),
            ("loading", "d"),
            ("unloading", "d"),
            ("in port", "d"),
            ("round trip", "d"),
            ("sea fit for loading", "%"),
            ("ships needed", ""),
            ("ships", ""),
            ("ships at work", "%"),
            ("fuel laden", "t/d"),
            ("fuel in ballast", "t/d"),
            ("fuel", "t/y"),
            ("sailed", "km/y"),
        ];
        let basis = "days of one round trip; cargo of the year spread over all of it; fuel by the Admiralty law";
        let mut table = Table::new("fleet", "Ships", basis, &columns);
        for ship in &self.ships {
            let share = ship.loading_limit.and_then(|limit| sea.map(|sea| sea.share_below(limit)));
            let voyage = Voyage { loadable: share.unwrap_or(1.0), ..ship.voyage };
            let (what, wet, dry, trips) = match &ship.errand {
                Errand::Supplies(every) => ("supplies", None, None, 8760.0 / every),
                Errand::Carries(stream) => {
                    let Some(pipe) = plant.pipe(stream) else { continue };
                    let wet = tonnes_wet(pipe) * hours;
                    let cargo = voyage.load.map_or(1.0, |load| load.cargo / 1000.0);
                    (stream.as_str(), Some(wet), Some(pipe.stream.solid.mass() / 1000.0 * hours), wet / cargo)
                }
            };
            let (days, needed) = (voyage.hours(), voyage.ships(trips, ship.in_service));
            let ships = (needed - 1e-9).ceil().max(1.0);
            let day = |hours: f64| Cell::from(hours / 24.0);
            let a_day = |of: &dyn Fn(&Fuel) -> f64| Cell::from(ship.fuel.as_ref().map(|fuel| of(fuel) * 0.024));
            let burnt = ship.fuel.as_ref().map(|fuel| voyage.fuel(fuel) * trips / 1000.0);
            table.row(vec![
                ship.tag.clone().into(),
                what.into(),
                wet.into(),
                dry.into(),
                trips.into(),
                day(days.laden),
                day(days.ballast),
                day(days.loading),
                day(days.unloading),
                day(days.port),
                day(days.all()),
                share.map(|share| 100.0 * share).into(),
                needed.into(),
                ships.into(),
                (100.0 * needed / ships).into(),
                a_day(&|fuel| fuel.under_way(fuel.laden, voyage.laden)),
                a_day(&|fuel| fuel.under_way(fuel.ballast, voyage.ballast)),
                burnt.into(),
                (2.0 * voyage.distance / 1000.0 * trips).into(),
            ]);
            carried.readings.push(Reading::new(format!("ships, {}", ship.tag), ships, "1"));
            if let Some(burnt) = burnt {
                carried.readings.push(Reading::new(format!("fuel of ships, {}", ship.tag), burnt, "t/y"));
            }
        }
        carried.tables.push(table);
    }

    fn given_back(&self, plant: &Plant, hours: f64, carried: &mut Carried) {
        let columns = [
            ("stream", ""),
            ("from", ""),
            ("depth", "m"),
            ("wet", "t/y"),
            ("dry", "t/y"),
            ("slurry", "m3/y"),
            ("water", "t/y"),
            ("solids", "g/L"),
            ("density", "kg/m3"),
            ("over its own liquid", "kg/m3"),
            ("rare-earth oxides", "t/y"),
        ];
        let basis = "what leaves the plant for the sea; density at the surface: the excess over the liquid is what makes a plume sink";
        let mut table = Table::new("returns", "What goes back to the sea", basis, &columns);
        let mut sums = [0.0; 5];
        for (name, depth) in &self.returns {
            let Some(pipe) = plant.pipe(name) else { continue };
            let stream = &pipe.stream;
            let (volume, liquid) = (stream.slurry_volume(), stream.aqueous.volume());
            let mass = tonnes_wet(pipe) * 1000.0;
            let dense = |mass: f64, volume: f64| (volume > 0.0).then(|| mass / volume);
            let (slurry, alone) = (dense(mass, volume), dense(stream.aqueous.mass(), liquid));
            let year = [
                mass / 1000.0 * hours,
                stream.solid.mass() / 1000.0 * hours,
                volume * hours,
                stream.aqueous.mass() / 1000.0 * hours,
                stream.rare_earth_oxide() / 1000.0 * hours,
            ];
            sums.iter_mut().zip(year).for_each(|(sum, of)| *sum += of);
            table.row(vec![
                name.clone().into(),
                pipe.from.clone().unwrap_or_default().into(),
                (*depth).into(),
                year[0].into(),
                year[1].into(),
                year[2].into(),
                year[3].into(),
                dense(stream.solid.mass(), volume).into(),
                slurry.into(),
                slurry.zip(alone).map(|(slurry, alone)| slurry - alone).into(),
                year[4].into(),
            ]);
        }
        let absent = Cell::Absent;
        table.row(vec![
            "together".into(),
            absent.clone(),
            absent.clone(),
            sums[0].into(),
            sums[1].into(),
            sums[2].into(),
            sums[3].into(),
            (sums[2] > 0.0).then(|| 1000.0 * sums[1] / sums[2]).into(),
            absent.clone(),
            absent,
            sums[4].into(),
        ]);
        carried.readings.push(Reading::new("given back to the sea, wet", sums[0], "t/y"));
        carried.readings.push(Reading::new("given back to the sea, dry", sums[1], "t/y"));
        carried.tables.push(table);
        for pipe in plant.leaving().filter(|pipe| pipe.stream.mass() > 0.0) {
            let unit = pipe.from.as_deref().and_then(|tag| plant.unit(tag));
            let at_sea = unit.is_some_and(|unit| KINDS.iter().any(|kind| kind.name == unit.kind));
            if at_sea && !self.returned().any(|name| name == pipe.name) {
                let text = format!("`{}` leaves the plant at sea and no depth of its return is stated", pipe.name);
                carried.caveats.push(Caveat::at("logistics", text));
            }
        }
    }
}

/// A year of the units at sea: what is read per hour at work, times the hours. `None` where none is at sea.
pub fn year(plant: &Plant, hours: f64) -> Option<Table> {
    let columns = [("tag", ""), ("reading", ""), ("at work", ""), ("unit", ""), ("in a year", ""), ("of", "")];
    let basis = format!("{hours:.0} hours at work a year");
    let mut table = Table::new("lift_year", "A year of lifting", basis, &columns);
    for unit in plant.units.iter().filter(|unit| KINDS.iter().any(|kind| kind.name == unit.kind)) {
        for reading in &unit.balance.readings {
            let (value, of) = match reading.unit {
                "t/h" => (reading.value * hours, "t/y"),
                "m3/h" => (reading.value * hours, "m3/y"),
                "m2/h" => (reading.value * hours * 1e-6, "km2/y"),
                "t km/h" => (reading.value * hours, "t km/y"),
                "1/h" => (reading.value * hours, "1/y"),
                "h at work" => (reading.value / hours, "y"),
                _ => continue,
            };
            let (name, word) = (reading.name.clone(), reading.unit);
            table.row(vec![
                unit.tag.clone().into(),
                name.into(),
                reading.value.into(),
                word.into(),
                value.into(),
                of.into(),
            ]);
        }
    }
    (!table.rows.is_empty()).then_some(table)
}

#[cfg(test)]
mod tests;
