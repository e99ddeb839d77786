//! A bank of flotation cells: what the collector wets not goes up with the bubbles.
//!
//! # Equation
//! Each mineral by [`super::flotation_rate`]; the bank's volume from the pulp it must hold,
//! `V = Q τ / (1 − a)`, the froth's water from its solids, `W = M (1 − s)/s`, at most what is
//! there. Conditioning heat is `Σ m c (T − T0)`.
//!
//! # Symbols
//! Q: pulp flow; τ: residence time; a: air holdup; M: solids in the froth; s: mass share of
//! solids in the froth; c: 4.18 kJ/(kg K) for solution, 0.85 for solids.
//!
//! # Holds for
//! The ore, grind and reagents the rates were measured with; sizes float alike.
//!
//! # Source
//! Rates: `data/beneficiate/flotation_rates.csv` (`prommis2026`, after `pradip2013`).

use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Duration, Fraction, Number, Rate, Temperature};
use crate::reagent::Reagent;
use crate::source::Caveat;
use crate::stream::{Solid, Stream};
use crate::table::Table;
use crate::unit::{Balance, Equipment, Kind, Ports, Reading, Unit};

use super::dilution::Dilution;
use super::flotation_rate::{floated, with_entrainment};
use super::hydrocyclone::difference;
use super::minerals_of::ByMineral;

/// kJ/(kg K) of solution and of minerals.
const HEAT_CAPACITY: (f64, f64) = (4.18, 0.85);

/// The bank.
#[derive(Debug)]
struct Bank {
    /// 1/h.
    rates: ByMineral,
    cells: usize,
    residence: f64,
    air: f64,
    at_most: f64,
    entrainment: f64,
    froth_solids: f64,
    dilution: Option<Dilution>,
    regulator: Option<(Reagent, f64)>,
    collector: String,
    dosage: f64,
    temperature: Option<f64>,
    power: f64,
}

/// The kind.
pub const KIND: Kind<dyn Unit> = Kind {
    name: "flotation-bank",
    about: "Cells in series that float minerals by first-order rates",
    sources: &["prommis2026", "pradip2013"],
    read,
};

fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Box<dyn Unit>> {
    let circuit = fields.text("circuit", "whose rates: a `circuit` of data/beneficiate/flotation_rates.csv");
    let bank = fields.text("bank", "which bank of that circuit");
    let cells = fields.count("cells", "in series", 1..=100);
    let residence: Option<Duration> = fields.need("residence", "of the pulp in the whole bank", 1e-3..=24.0);
    let air: Option<Fraction> = fields.need("air", "share of the cells' volume that is air", 0.0..=0.6);
    let at_most: Option<Fraction> = fields.need("floatable", "share of each mineral that can float at all", 0.0..=1.0);
    let entrainment: Option<Fraction> =
        fields.need("entrainment", "grains carried to the froth per water carried, 0 for none", 0.0..=1.0);
    let froth: Option<Fraction> = fields.need("froth_solids", "mass share of solids in the concentrate", 0.02..=0.9);
    let dilution = Dilution::read(fields, library);
    let collector = fields.text("collector", "what is bought as collector, the name of its price");
    let dosage: Option<Fraction> = fields.need("dosage", "collector over dry feed", 0.0..=0.1);
    let regulator_dosage: Option<Fraction> =
        fields.may("regulator_dosage", "regulator over dry feed; absent means none", 0.0..=0.1);
    let regulator = if fields.has("regulator") || regulator_dosage.is_some() {
        Some(Reagent::field(fields, "regulator", "pH regulator or depressant, a name in data/reagents", library))
    } else {
        let _ = fields.may_text("regulator", "pH regulator or depressant, a name in data/reagents; absent means none");
        None
    };
    let temperature: Option<Temperature> =
        fields.may("temperature", "the pulp is heated to; absent means it is not", 273.15..=373.15);
    let power: Option<Number> = fields.need("power_per_volume", "kW of agitation and air per m3 of cell", 0.0..=20.0);
    let table = library.table("beneficiate/flotation_rates").ok()?;
    let known = |column: &str, value: &Option<String>| {
        value.as_ref().is_none_or(|value| table.rows().any(|row| row.text(column) == Some(value)))
    };
    for (column, value) in [("circuit", &circuit), ("bank", &bank)] {
        if !known(column, value) {
            let all = table.rows().filter_map(|row| row.text(column));
            fields.refuse(
                column,
                "there are no rates for it",
                crate::fields::nearest(value.as_deref().unwrap_or_default(), all),
            );
        }
    }
    let keep =
        |row: crate::library::Row<'_>| row.text("circuit") == circuit.as_deref() && row.text("bank") == bank.as_deref();
    let rates = ByMineral::read::<Rate>(
        fields,
        &table,
        keep,
        ("rate", 60.0),
        "rate",
        "rates of the scenario's own, by mineral; absent means the table's alone",
    );
    if regulator.is_some() && regulator_dosage.is_none() && !fields.has("regulator_dosage") {
        fields.refuse("regulator", "a regulator, but how much?", "add `regulator_dosage = \"2.5 kg/t\"`");
        return None;
    }
    let regulator = match (regulator, regulator_dosage) {
        (Some(reagent), Some(dosage)) => Some((reagent?, dosage.0)),
        _ => None,
    };
    Some(Box::new(Bank {
        rates: rates?,
        cells: cells?,
        residence: residence?.0,
        air: air?.0,
        at_most: at_most?.0,
        entrainment: entrainment?.0,
        froth_solids: froth?.0,
        dilution: dilution.ok()?,
        regulator,
        collector: collector?,
        dosage: dosage?.0,
        temperature: temperature.map(|t| t.0),
        power: power?.0,
    }))
}

impl Unit for Bank {
    fn ports(&self) -> Ports {
        Ports { inlets: &["pulp"], outlets: &["concentrate", "tailings"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let mut pulp = inlets[0].clone();
        let fresh = pulp.solid.mass();
        let mut caveats: Vec<Caveat> = Vec::new();
        let mut drawn = Vec::new();
        if let Some(dilution) = &self.dilution {
            drawn.extend(dilution.apply(&mut pulp, &mut caveats));
        }
        if let Some((reagent, dosage)) = self.regulator.as_ref().filter(|_| fresh > 0.0) {
            let bought = reagent.drawn(dosage * fresh);
            pulp.add(&bought.stream);
            drawn.push(bought);
        }
        let mut heat = 0.0;
        if let Some(hot) = self.temperature.filter(|hot| *hot > pulp.temperature) {
            let (water, rock) = HEAT_CAPACITY;
            let kilojoule = pulp.aqueous.mass() * water + pulp.solid.mass() * rock;
            heat = kilojoule * (hot - pulp.temperature) / 3600.0;
            pulp.temperature = hot;
        }
        caveats.extend(self.rates.borrowed(pulp.solid.lots.iter().map(|lot| &*lot.mineral.name)));
        let true_share = |name: &str| floated(self.rates.of(name).0, self.residence, self.cells, self.at_most);
        // What is carried asks for the froth's water and adds to it: once round settles it
        // where grains carried are few; the water is then bounded by what there is.
        let floating: f64 = pulp.solid.lots.iter().map(|lot| lot.total() * true_share(&lot.mineral.name)).sum();
        let per_solid = (1.0 - self.froth_solids) / self.froth_solids;
        let solution = pulp.aqueous.mass();
        let water = water_share(floating, fresh, solution, per_solid, self.entrainment);
        let mut froth = Solid { edges: pulp.solid.edges.clone(), lots: Vec::new() };
        let mut table = Table::new(
            "recovery",
            "What floated",
            "dry solids per hour at work",
            &[("mineral", ""), ("rate", "1/min"), ("fed", "kg/h"), ("to concentrate", "%")],
        );
        for lot in &pulp.solid.lots {
            let share = with_entrainment(true_share(&lot.mineral.name), self.entrainment, water);
            froth.add(&lot.mineral, &lot.kg_per_h.iter().map(|kg| kg * share).collect::<Vec<_>>());
            table.row(vec![
                (&*lot.mineral.name).into(),
                (self.rates.of(&lot.mineral.name).0 / 60.0).into(),
                lot.total().into(),
                (share * 100.0).into(),
            ]);
        }
        let volume = pulp.slurry_volume() * self.residence / (1.0 - self.air);
        let (mut concentrate, mut tailings) = (pulp.scaled(water), pulp.scaled(1.0 - water));
        tailings.solid = difference(&pulp.solid, &froth);
        concentrate.solid = froth;
        let rare = |s: &Stream| s.solid.element_mass().rare_earth_total();
        let mut readings = vec![
            Reading::new("volume of cells", volume, "m3"),
            Reading::new("solids in pulp", pulp.solids_fraction() * 100.0, "%"),
            Reading::new("water to concentrate", water * 100.0, "%"),
        ];
        if fresh > 0.0 {
            readings.push(Reading::new("mass pull", concentrate.solid.mass() / fresh * 100.0, "%"));
        }
        if rare(&pulp) > 0.0 {
            readings.push(Reading::new("rare-earth recovery", rare(&concentrate) / rare(&pulp) * 100.0, "%"));
            readings.push(Reading::new(
                "rare-earth grade of concentrate",
                rare(&concentrate) / concentrate.solid.mass() * 100.0,
                "%",
            ));
        }
        Ok(Balance {
            outlets: vec![concentrate, tailings],
            drawn,
            power_kw: volume * self.power,
            heat_kw: heat,
            services: vec![Reading::new(self.collector.clone(), self.dosage * fresh, "kg")],
            readings,
            tables: vec![table],
            caveats,
            ..Balance::default()
        })
    }

    fn equipment(&self, _: &[Stream], done: &Balance) -> Vec<Equipment> {
        let volume = done.readings.iter().find(|r| r.name == "volume of cells").map_or(0.0, |r| r.value);
        if volume <= 0.0 {
            return Vec::new();
        }
        let each = volume / self.cells as f64;
        vec![Equipment { name: "flotation cells".into(), count: self.cells, size: each, unit: "m3" }]
    }
}

/// Share of the solution that goes with the froth: its solids are what floats and what that
/// very water carries, `M = F + (S − F) e w` with `w A = M p`.
fn water_share(floating: f64, solids: f64, solution: f64, per_solid: f64, degree: f64) -> f64 {
    let carried = (solids - floating) * degree;
    let denominator = solution - carried * per_solid;
    if solution <= 0.0 {
        0.0
    } else if denominator <= floating * per_solid {
        1.0
    } else {
        floating * per_solid / denominator
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ore, solved};
    use super::*;

    const ROUGHER: &str = "circuit = \"mountain-pass\"\nbank = \"rougher\"\ncells = 12\nresidence = \"5.31325 min\"\nair = \"10 %\"\nfloatable = \"100 %\"\nentrainment = \"0\"\nfroth_solids = \"40 %\"\nfeed_solids = \"32.5 %\"\ndilution = \"water\"\ncollector = \"tall-oil-fatty-acid\"\ndosage = \"0.3 kg/t\"\nunlisted = \"quartz\"\npower_per_volume = 1.5\n";

    #[test]
    fn the_rougher_recovers_what_its_rates_were_fitted_to() {
        let plant =
            solved("flotation-bank", ROUGHER, ore("mountain-pass-bastnasite", 0.064), &["concentrate", "tailings"]);
        let done = &plant.units[0];
        let read = |name: &str| done.balance.readings.iter().find(|r| r.name == name).unwrap().value;
        assert!((read("rare-earth recovery") - 94.4).abs() < 0.01, "{}", read("rare-earth recovery"));
        assert_eq!(done.equipment[0].count, 12);
        let froth = &plant.pipe("concentrate").unwrap().stream;
        assert!((froth.solids_fraction() - 0.40).abs() < 1e-9);
        assert!(plant.caveats.is_empty());
    }

    #[test]
    fn a_mineral_without_a_rate_borrows_one_and_says_so() {
        let plant = solved("flotation-bank", ROUGHER, ore("xenotime-ore", 0.007), &["concentrate", "tailings"]);
        assert!(plant.caveats.iter().any(|c| c.text.contains("xenotime") && c.text.contains("like quartz")));
    }

    #[test]
    fn water_carries_no_more_than_there_is() {
        assert!((water_share(10.0, 100.0, 100.0, 1.5, 0.0) - 0.15).abs() < 1e-12);
        assert!((water_share(90.0, 100.0, 100.0, 5.0, 0.5) - 1.0).abs() < 1e-12);
        let w = water_share(10.0, 100.0, 200.0, 1.5, 0.3);
        assert!((w * 200.0 - 1.5 * (10.0 + 90.0 * 0.3 * w)).abs() < 1e-9);
    }
}
