//! Tanks in series whose oxides dissolve by rate: acid, solids and liquor pass them together.
//!
//! # Equation
//! [`super::shrinking_core`] tank by tank; what dissolves gives its ions, takes its acid and gives its
//! water by [`crate::mineral::Mineral::dissolve`]; the pH is that of the total acidity left with the weak
//! acids of the liquor ([`crate::solution`]).
//!
//! # Symbols
//! Conversion: share of what was fed to the first tank that has dissolved, 1.
//!
//! # Holds for
//! The ore and acid the table of rates was fitted to; oxides that dissolve without redox or gas. What the
//! table does not know stays solid, by the scenario's rule.
//!
//! # Source
//! `prommis2026` for the rates that ship.

use crate::error::Error;
use crate::fields::{Fields, nearest};
use crate::ion::Ion;
use crate::library::Library;
use crate::mineral::Dissolution;
use crate::quantity::{Number, Volume};
use crate::solution;
use crate::source::{Caveat, Sourced};
use crate::stream::{Aqueous, Litre, Solid, Stream};
use crate::table::Table;
use crate::unit::{Balance, Equipment, Kind, Ports, Reading, Unit};

use super::shrinking_core::{Core, Held, tank};

/// As a scenario places it.
pub const KIND: Kind<dyn Unit> = Kind {
    name: "kinetic-leach",
    about: "Acid tanks in series whose oxides dissolve by a table of orders and rates, the solids shrinking.",
    sources: &["prommis2026"],
    read: |fields, library| Tanks::read(fields, library).map(|unit| Box::new(unit) as Box<dyn Unit>),
};

#[derive(Debug)]
struct Kinetics {
    oxide: String,
    order: f64,
    rate: f64,
}

#[derive(Debug)]
struct Tanks {
    count: usize,
    m3: f64,
    kw_per_m3: f64,
    litre: Litre,
    rates: Vec<Kinetics>,
}

impl Tanks {
    fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Self> {
        let count = fields.count("tanks", "equal tanks in series", 1..=50);
        let volume = fields.need::<Volume>("volume", "of slurry in one tank", 1e-6..=1e5);
        let stirring = fields.need::<Number>("stirring", "shaft power, kW per m3 of slurry", 0.0..=10.0);
        let litre = fields.word("litre", "what the table's mol/L are counted in", Litre::WORDS);
        let kinetics = fields.text("kinetics", "a table of orders and rates, a file in data/leach without .csv");
        let unlisted = fields.word("unlisted", "what a solid that the table does not know does", &[("inert", ())]);
        let name = kinetics?;
        let known = |name: &str| library.table(&format!("leach/{name}"));
        let rated = |name: &str| known(name).is_ok_and(|t| t.header().iter().any(|c| c == "rate_mol_per_kg_h"));
        let names: Vec<String> = library.names("leach", "csv").into_iter().filter(|name| rated(name)).collect();
        if !names.contains(&name) {
            let hint = nearest(&name, names.iter().map(String::as_str));
            fields.refuse("kinetics", format!("there is no table of rates `{name}`"), hint);
            return None;
        }
        let mut rates = Vec::new();
        for row in known(&name).ok()?.rows() {
            let fact = |column: &str| row.fact(column).filter(|fact: &Sourced<f64>| fact.value >= 0.0);
            let (Some(oxide), Some(order), Some(rate)) = (row.text("oxide"), fact("order"), fact("rate_mol_per_kg_h"))
            else {
                let hint = "an oxide, an order and a rate in each row";
                fields.refuse("kinetics", format!("a row of `{name}` is not whole"), hint);
                return None;
            };
            fields.check().cite(format!("{}.{oxide}.order", fields.path()), &order, "1");
            fields.check().cite(format!("{}.{oxide}.rate", fields.path()), &rate, "mol/kg/h");
            rates.push(Kinetics { oxide: oxide.to_owned(), order: order.value, rate: rate.value });
        }
        unlisted?;
        Some(Self { count: count?, m3: volume?.0, kw_per_m3: stirring?.0, litre: litre?, rates })
    }
}

/// A solid of the feed that dissolves.
struct Dissolving {
    lot: usize,
    kg: f64,
    density: f64,
    gives: Dissolution,
}

/// The slurry at conversions since the feed.
fn slurry(feed: &Stream, dissolving: &[Dissolving], x: &[f64]) -> Stream {
    let mut now = feed.clone();
    for (core, x) in dissolving.iter().zip(x) {
        now.aqueous.ions += &core.gives.ions.scaled(core.kg * x);
        now.aqueous.water += core.gives.water * core.kg * x;
        for kg in &mut now.solid.lots[core.lot].kg_per_h {
            *kg *= 1.0 - x;
        }
    }
    now
}

impl Unit for Tanks {
    fn ports(&self) -> Ports {
        Ports { inlets: &["slurry"], outlets: &["slurry"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let feed = &inlets[0];
        let (mut cores, mut dissolving, mut inert) = (Vec::new(), Vec::new(), Vec::new());
        for (at, lot) in feed.solid.lots.iter().enumerate().filter(|(_, lot)| lot.total() > 0.0) {
            let name = &*lot.mineral.name;
            let (Some(rate), Some(formula)) =
                (self.rates.iter().find(|rate| rate.oxide == name), crate::formula::Formula::parse(name).ok())
            else {
                inert.push(name.to_owned());
                continue;
            };
            let (kg, gives) = (lot.total(), lot.mineral.dissolve());
            if gives.oxygen != 0.0 || gives.ions[Ion::Carbonate] > 0.0 {
                return Err(Error::Infeasible {
                    unit: String::new(),
                    what: format!("`{name}` does not dissolve without redox or gas, which this law does not follow"),
                    hint: "kind = \"tank-leach\", or state the ore in oxides such as Fe2O3 and CaO".into(),
                });
            }
            let fed = kg * 1000.0 / formula.molar_mass();
            cores.push(Core { order: rate.order, rate: rate.rate, fed });
            dissolving.push(Dissolving { lot: at, kg, density: lot.mineral.density, gives });
        }
        if feed.aqueous.water <= 0.0 {
            return Err(Error::Infeasible {
                unit: String::new(),
                what: "the tanks hold no liquor".into(),
                hint: "lead an acid to the inlet beside the ore: from = [\"ore\", \"acid\"]".into(),
            });
        }
        let (solid, litres) = (feed.solid.mass(), feed.solid.volume() * 1000.0);
        let held = |x: &[f64]| {
            let mut now = Held { liquor: 0.0, solid, solid_litres: litres, acid: feed.aqueous.ions[Ion::H] };
            let mut liquor = Aqueous { water: feed.aqueous.water, ..Aqueous::default() };
            let mut gained = 0.0;
            for (core, x) in dissolving.iter().zip(x) {
                now.solid -= core.kg * x;
                now.solid_litres -= core.kg * x / core.density * 1000.0;
                now.acid += core.gives.ions[Ion::H] * core.kg * x;
                liquor.water += core.gives.water * core.kg * x;
                gained += (1.0 - core.gives.water) * core.kg * x;
            }
            now.liquor = self.litre.of(liquor.water, feed.aqueous.mass() - feed.aqueous.water + gained);
            now
        };
        let ions = &feed.aqueous.ions;
        // What dissolves brings metals; the weak acids are those of the feed.
        let acidity = |ph: f64, at: &Held| solution::acidity(ph, |ion| (ions[ion] / at.liquor).max(0.0));
        let mut table = Table::new(
            "tanks",
            "Tanks, in the order the slurry passes them",
            "conversion: share of what was fed to the first tank that has dissolved; mol/L as the rates count them",
            &[("tank", ""), ("pH", ""), ("total acidity", "mol/L"), ("solids", "kg/L")],
        );
        for core in &dissolving {
            table.column(format!("conversion {}", feed.solid.lots[core.lot].mineral.name), "%");
        }
        let mut x = vec![0.0; cores.len()];
        let mut balance = Balance::default();
        for at in 1..=self.count {
            let (next, ph) = tank(&cores, self.m3 * 1000.0, &x, &held, &acidity)?;
            x = next;
            let now = held(&x);
            let solids = now.solid / (now.solid_litres + now.liquor);
            let mut row = vec![(at as f64).into(), ph.into(), (now.acid / now.liquor).into(), solids.into()];
            row.extend(x.iter().map(|x| (100.0 * x).into()));
            table.row(row);
            balance.readings.push(Reading::new(format!("pH of tank {at}"), ph, "1"));
        }
        for (core, x) in dissolving.iter().zip(&x) {
            let name = &feed.solid.lots[core.lot].mineral.name;
            balance.readings.push(Reading::new(format!("extraction of {name}"), 100.0 * x, "%"));
        }
        let mut out = slurry(feed, &dissolving, &x);
        out.solid = swept(&out.solid);
        let taken = feed.aqueous.ions[Ion::H] - out.aqueous.ions[Ion::H];
        balance.readings.push(Reading::new("acid taken by the ore", taken, "mol/h"));
        let hours = self.m3 * self.count as f64 / out.slurry_volume();
        balance.readings.push(Reading::new("residence time", hours, "h"));
        if !inert.is_empty() {
            let names = inert.join(", ");
            balance.caveats.push(Caveat::new(format!("the table of rates has none for {names}: taken as inert")));
        }
        balance.power_kw = self.kw_per_m3 * self.m3 * self.count as f64;
        balance.tables.push(table);
        balance.outlets = vec![out];
        Ok(balance)
    }

    fn equipment(&self, _inlets: &[Stream], _done: &Balance) -> Vec<Equipment> {
        vec![Equipment { name: "leach tank".into(), count: self.count, size: self.m3, unit: "m3" }]
    }
}

/// The solids without lots that have gone.
fn swept(solid: &Solid) -> Solid {
    let mut left = solid.clone();
    left.lots.retain(|lot| lot.total() > 0.0);
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Node;
    use crate::feed::Feed;
    use crate::fields::Check;
    use crate::leach::testing::{read, solve};

    const TANKS: &str = "tanks = 2\nvolume = \"378.541 L\"\nstirring = 0.5\nlitre = \"kilogram-of-water\"\n\
                         kinetics = \"prommis2026_kinetics\"\nunlisted = \"inert\"\n";

    fn feed(text: &str) -> Stream {
        let (check, text) = (Check::new(), format!("stream = \"f\"\nsolid_density = \"2.4 t/m3\"\n{text}"));
        let node = Node::parse("f.toml", &text).unwrap();
        let feed = Feed::read(&mut Fields::new(&node, "f", &check));
        feed.unwrap_or_else(|| panic!("{:?}", check.finish().0)).holds
    }

    /// The unit and the case of the source's own two tanks are the same law.
    #[test]
    fn the_source_s_two_tanks() {
        let slurry = feed(
            "water = \"224.3 kg/h\"\ndissolved = { \"H+\" = \"22.43 mol/h\", \"SO4 2-\" = \"11.215 mol/h\" }\n\
             solids = { SiO2 = \"15.767136 kg/h\", Al2O3 = \"5.37516 kg/h\", Fe2O3 = \"1.456056 kg/h\", \
             CaO = \"0.0750708 kg/h\", Nd2O3 = \"0.0015345696 kg/h\" }\n",
        );
        let done = solve(read(&KIND, TANKS), &[slurry]);
        let told = |name: &str| done.balance.readings.iter().find(|r| r.name == name).unwrap().value;
        for (oxide, expected) in [("Al2O3", 3.117_559), ("Fe2O3", 18.564_73), ("CaO", 74.819_4), ("Nd2O3", 54.541_25)] {
            let got = told(&format!("extraction of {oxide}"));
            // Eight oxides fewer take a little less acid.
            assert!((got / expected - 1.0).abs() < 5e-3, "{oxide}: {got}");
        }
        assert!(done.balance.caveats.iter().any(|c| c.text.contains("SiO2")));
        let ph = solution::ph(&done.balance.outlets[0].aqueous).unwrap();
        assert!((ph - told("pH of tank 2")).abs() < 0.01, "{ph}");
    }

    #[test]
    fn no_liquor_and_no_oxide_are_told() {
        let unit = read(&KIND, TANKS);
        let told = unit.solve(&[feed("solids = { CaO = \"1 kg/h\" }\n")]).unwrap_err().to_string();
        assert!(told.contains("hold no liquor") && told.contains("try:"), "{told}");
        let water = unit.solve(&[feed("water = \"10 kg/h\"\n")]).unwrap();
        assert!((water.outlets[0].aqueous.water - 10.0).abs() < 1e-12);
    }
}
