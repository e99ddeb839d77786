//! A bank of flotation cells whose minerals float by a spread of rates, through a froth that drops some, with fines
//! that the water carries along.
//!
//! # Equation
//! ```text
//! Rt = floated(Rf k)                 of each mineral, by [`super::floatability`]
//! R  = Rt + (1 − Rt) e(d) w          of each size, by [`super::entrainment`]
//! w A = p (Σ m Rt + w Σ m (1 − Rt) e)
//! ```
//! the last for the share w of the water, so that the froth's solids are what floats and what that water carries.
//!
//! # Symbols
//! Rf: froth recovery; A: water fed; p: water over solids of the froth; m: solids fed by mineral and size; e: of the
//! middle of a size class.
//!
//! # Holds for
//! The ore, grind and reagents the rates were measured with; a froth that is not overloaded.
//!
//! # Source
//! `klimpel1980`, `gorain1997`, `savassi1998`; rates are the scenario's own.

use std::collections::BTreeMap;

use crate::error::Error;
use crate::fields::{Fields, nearest};
use crate::library::Library;
use crate::quantity::{Duration, Fraction, Length, Number, Rate, Speed};
use crate::source::Caveat;
use crate::stream::{Lot, Solid, Stream};
use crate::table::Table;
use crate::unit::{Balance, Equipment, Kind, Ports, Reading, Unit};

use super::dilution::Dilution;
use super::entrainment::Entrainment;
use super::floatability::{Floatability, bubble_flux};
use super::hydrocyclone::difference;
use super::partition::lower_edge;

/// The bank.
#[derive(Debug)]
struct Bank {
    minerals: BTreeMap<String, Floatability>,
    unlisted: String,
    cells: usize,
    residence: f64,
    air: f64,
    froth_recovery: f64,
    entrainment: Entrainment,
    froth_solids: f64,
    dilution: Option<Dilution>,
    power: f64,
}

/// The kind.
pub const KIND: Kind<dyn Unit> = Kind {
    name: "froth-flotation",
    about: "Cells in series with distributed rates, froth recovery and entrainment by size",
    sources: &["klimpel1980", "gorain1997", "savassi1998"],
    read,
};

fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Box<dyn Unit>> {
    let cells = fields.count("cells", "in series, each well mixed", 1..=100);
    let residence: Option<Duration> = fields.need("residence", "of the pulp in the whole bank", 1e-3..=24.0);
    let air: Option<Fraction> = fields.need("air", "share of the cells' volume that is air", 0.0..=0.6);
    let froth: Option<Fraction> =
        fields.need("froth_recovery", "share of what reaches the froth that leaves over the lip", 1e-3..=1.0);
    let degree: Option<Fraction> = fields.may(
        "entrainment",
        "grains carried per water carried, alike for all sizes; absent means by size",
        0.0..=1.0,
    );
    let fifth: Option<Length> =
        fields.may("entrainment_size", "of which a fifth is carried; absent means `entrainment`", 1e-7..=1e-3);
    let drainage: Option<Number> = fields.may(
        "entrainment_drainage",
        "preferred drainage of coarse grains, 1 for none; with `entrainment_size`",
        1.0..=20.0,
    );
    let solids: Option<Fraction> = fields.need("froth_solids", "mass share of solids in the concentrate", 0.02..=0.9);
    let power: Option<Number> = fields.need("power_per_volume", "kW of agitation and air per m3 of cell", 0.0..=20.0);
    let dilution = Dilution::read(fields, library);
    let gas: Option<Speed> =
        fields.may("gas_speed", "gas over area of cell; absent means rates, not floatabilities", 1e-4..=0.1);
    let bubble: Option<Length> = fields.may("bubble_size", "Sauter mean; with `gas_speed`", 1e-4..=1e-2);
    let flux = gas.zip(bubble).map(|(gas, bubble)| bubble_flux(gas.0 * 3600.0, bubble.0));
    let mut minerals = BTreeMap::new();
    let mut named = Vec::new();
    for mut inner in fields.may_tables("mineral", "a mineral and how it floats: `name` and its rates") {
        if let Some((name, floats)) = mineral(&mut inner, flux) {
            named.push(name.clone());
            minerals.insert(name, floats);
        }
        inner.finish();
    }
    let unlisted = fields.text("unlisted", "the mineral, one of those listed, that stands for every one that is not");
    let entrainment = match (degree, fifth, drainage) {
        (Some(degree), None, None) => Some(Entrainment::Even(degree.0)),
        (None, Some(fifth), Some(drainage)) => Some(Entrainment::BySize(fifth.0, drainage.0)),
        _ => {
            fields.refuse(
                "entrainment",
                "how are fines carried?",
                "`entrainment`, or `entrainment_size` with `entrainment_drainage`",
            );
            None
        }
    };
    let unlisted = unlisted?;
    if !minerals.contains_key(&unlisted) {
        let hint = nearest(&unlisted, named.iter().map(String::as_str));
        fields.refuse("unlisted", format!("`{unlisted}` is not among the minerals listed"), hint);
        return None;
    }
    Some(Box::new(Bank {
        minerals,
        unlisted,
        cells: cells?,
        residence: residence?.0,
        air: air?.0,
        froth_recovery: froth?.0,
        entrainment: entrainment?,
        froth_solids: solids?.0,
        dilution: dilution.ok()?,
        power: power?.0,
    }))
}

/// `[[unit.mineral]]`: classes (`fast_share`, `fast`, `slow_share`, `slow`), an even spread, or a floatability.
fn mineral(fields: &mut Fields<'_>, flux: Option<f64>) -> Option<(String, Floatability)> {
    #[derive(Clone, Copy)]
    enum Form {
        Classes,
        Even,
        Flux,
    }
    let name = fields.text("name", "of the mineral");
    let form = fields.word(
        "form",
        "how its rates are spread",
        &[("classes", Form::Classes), ("even-spread", Form::Even), ("bubble-flux", Form::Flux)],
    )?;
    let floats = match form {
        Form::Classes => {
            let fast_share: Option<Fraction> = fields.need("fast_share", "share of it that floats fast", 0.0..=1.0);
            let fast: Option<Rate> = fields.need("fast", "its rate", 0.0..=1e5);
            let slow_share: Option<Fraction> =
                fields.need("slow_share", "share of it that floats slowly; the rest does not float", 0.0..=1.0);
            let slow: Option<Rate> = fields.need("slow", "its rate", 0.0..=1e5);
            let (a, b) = (fast_share?.0, slow_share?.0);
            if a + b > 1.0 + 1e-12 {
                fields.refuse(
                    "slow_share",
                    format!("fast and slow make {}, more than all", a + b),
                    "shares that sum to at most 1",
                );
                return None;
            }
            Floatability::Classes(vec![(a, fast?.0), (b, slow?.0)])
        }
        Form::Even => {
            let most: Option<Fraction> = fields.need("floatable", "share of it that can float at all", 0.0..=1.0);
            let greatest: Option<Rate> =
                fields.need("greatest", "the greatest rate; they spread evenly from nought", 0.0..=1e5);
            Floatability::Rectangular(most?.0, greatest?.0)
        }
        Form::Flux => {
            let most: Option<Fraction> = fields.need("floatable", "share of it that can float at all", 0.0..=1.0);
            let p: Option<Number> = fields.need("floatability", "P, without dimension", 0.0..=1.0);
            let Some(flux) = flux else {
                fields.refuse("form", "a floatability needs the bubbles", "`gas_speed` and `bubble_size` of the bank");
                return None;
            };
            Floatability::Classes(vec![(most?.0, p?.0 * flux)])
        }
    };
    Some((name?, floats))
}

impl Bank {
    fn floats(&self, mineral: &str) -> Option<&Floatability> {
        self.minerals.get(mineral).or_else(|| self.minerals.get(&self.unlisted))
    }

    /// Share of a mineral that truly floats in the first so many cells.
    fn floated(&self, mineral: &str, cells: usize) -> f64 {
        let residence = self.residence * cells as f64 / self.cells as f64;
        self.floats(mineral).map_or(0.0, |f| f.floated(self.froth_recovery, residence, cells))
    }

    /// Degree of entrainment of each class of a lot.
    fn degrees(&self, edges: &[f64], lot: &Lot) -> Vec<f64> {
        (0..lot.kg_per_h.len())
            .map(|class| {
                let at = class.min(edges.len().saturating_sub(1));
                edges.get(at).map_or(1.0, |upper| self.entrainment.degree((lower_edge(edges, at) * upper).sqrt()))
            })
            .collect()
    }

    /// Solids of the froth of the first so many cells when a share of the water goes with it.
    fn froth(&self, solid: &Solid, cells: usize, water: f64) -> Solid {
        let mut froth = Solid { edges: solid.edges.clone(), lots: Vec::new() };
        for lot in &solid.lots {
            let truly = self.floated(&lot.mineral.name, cells);
            let kg: Vec<f64> = lot
                .kg_per_h
                .iter()
                .zip(self.degrees(&solid.edges, lot))
                .map(|(kg, e)| kg * (truly + (1.0 - truly) * (e * water).min(1.0)))
                .collect();
            froth.add(&lot.mineral, &kg);
        }
        froth
    }

    /// Grade against recovery as the cells add up.
    fn grade_recovery(&self, pulp: &Stream, water: f64) -> Table {
        let mut table = Table::new(
            "grade_recovery",
            "Grade and recovery, cell by cell",
            "rare earths as elements over dry solids; the concentrate of the first cells together",
            &[("cells", ""), ("recovery", "%"), ("grade", "%"), ("mass pull", "%")],
        );
        let fed = pulp.solid.element_mass().rare_earth_total();
        for cells in 1..=self.cells {
            let froth = self.froth(&pulp.solid, cells, water * cells as f64 / self.cells as f64);
            let (rare, mass) = (froth.element_mass().rare_earth_total(), froth.mass());
            table.row(vec![
                (cells as f64).into(),
                (rare / fed * 100.0).into(),
                (rare / mass * 100.0).into(),
                (mass / pulp.solid.mass() * 100.0).into(),
            ]);
        }
        table
    }
}

impl Unit for Bank {
    fn ports(&self) -> Ports {
        Ports { inlets: &["pulp"], outlets: &["concentrate", "tailings"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let mut pulp = inlets[0].clone();
        let (mut caveats, mut drawn) = (Vec::new(), Vec::new());
        if let Some(dilution) = &self.dilution {
            drawn.extend(dilution.apply(&mut pulp, &mut caveats));
        }
        let fresh = pulp.solid.mass();
        let borrowers: Vec<&str> = pulp
            .solid
            .lots
            .iter()
            .map(|l| &*l.mineral.name)
            .filter(|name| !self.minerals.contains_key(*name))
            .collect();
        if !borrowers.is_empty() {
            caveats.push(Caveat::new(format!(
                "{} taken to float like {} for want of data",
                borrowers.join(", "),
                self.unlisted
            )));
        }
        if pulp.solid.edges.is_empty() && fresh > 0.0 && matches!(self.entrainment, Entrainment::BySize(..)) {
            return Err(Error::Infeasible {
                unit: String::new(),
                what: "the solids have no sizes, and entrainment goes by size".into(),
                hint: "feed it from an ore with size classes, or state `entrainment`".into(),
            });
        }
        let (mut floating, mut carried) = (0.0, 0.0);
        for lot in &pulp.solid.lots {
            let truly = self.floated(&lot.mineral.name, self.cells);
            floating += lot.total() * truly;
            let degrees = self.degrees(&pulp.solid.edges, lot);
            carried += lot.kg_per_h.iter().zip(degrees).map(|(kg, e)| kg * (1.0 - truly) * e).sum::<f64>();
        }
        let per_solid = (1.0 - self.froth_solids) / self.froth_solids;
        let solution = pulp.aqueous.mass();
        let water = match solution - carried * per_solid {
            _ if solution <= 0.0 => 0.0,
            spare if spare <= floating * per_solid => {
                caveats.push(Caveat::new("the froth takes all of the water: it would be wetter than `froth_solids` allows, or the cells run dry"));
                1.0
            }
            spare => floating * per_solid / spare,
        };
        let froth = self.froth(&pulp.solid, self.cells, water);
        let mut table = Table::new(
            "recovery",
            "What floated and what was carried",
            "dry solids per hour at work",
            &[
                ("mineral", ""),
                ("fed", "kg/h"),
                ("could float", "%"),
                ("truly floated", "%"),
                ("carried", "%"),
                ("to concentrate", "%"),
            ],
        );
        for lot in pulp.solid.lots.iter().filter(|lot| lot.total() > 0.0) {
            let truly = self.floated(&lot.mineral.name, self.cells);
            let all = froth.lot(&lot.mineral.name).map_or(0.0, Lot::total) / lot.total();
            table.row(vec![
                (&*lot.mineral.name).into(),
                lot.total().into(),
                self.floats(&lot.mineral.name).map(|floats| floats.most() * 100.0).into(),
                (truly * 100.0).into(),
                ((all - truly) * 100.0).into(),
                (all * 100.0).into(),
            ]);
        }
        let volume = pulp.slurry_volume() * self.residence / (1.0 - self.air);
        let tables = vec![table, self.grade_recovery(&pulp, water)];
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
            let grade = rare(&concentrate) / concentrate.solid.mass().max(1e-300) * 100.0;
            readings.push(Reading::new("rare-earth grade of concentrate", grade, "%"));
        }
        let outlets = vec![concentrate, tailings];
        Ok(Balance { outlets, drawn, power_kw: volume * self.power, readings, tables, caveats, ..Balance::default() })
    }

    fn equipment(&self, _: &[Stream], done: &Balance) -> Vec<Equipment> {
        let volume = done.readings.iter().find(|r| r.name == "volume of cells").map_or(0.0, |r| r.value);
        if volume <= 0.0 {
            return Vec::new();
        }
        vec![Equipment {
            name: "flotation cells".into(),
            count: self.cells,
            size: volume / self.cells as f64,
            unit: "m3",
        }]
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ore, solved, unit};
    use crate::flowsheet::{Flowsheet, Placed, Plant};

    fn bank(cells: usize, minutes: f64, froth: f64, more: &str) -> String {
        format!(
            "cells = {cells}\nresidence = \"{minutes} min\"\nair = \"15 %\"\nfroth_recovery = {froth}\nfroth_solids = \"35 %\"\nfeed_solids = \"25 %\"\ndilution = \"water\"\nunlisted = \"quartz\"\npower_per_volume = 1.5\n{more}\
             [[mineral]]\nname = \"bastnasite\"\nform = \"classes\"\nfast_share = \"60 %\"\nfast = \"1.2 1/min\"\nslow_share = \"30 %\"\nslow = \"0.12 1/min\"\n\
             [[mineral]]\nname = \"quartz\"\nform = \"even-spread\"\nfloatable = \"20 %\"\ngreatest = \"0.05 1/min\"\n"
        )
    }

    const BY_SIZE: &str = "entrainment_size = \"18 um\"\nentrainment_drainage = 1.4\n";

    fn feed() -> crate::stream::Stream {
        ore("mountain-pass-bastnasite", 0.064)
    }

    fn run(text: &str) -> Plant {
        solved("froth-flotation", text, feed(), &["concentrate", "tailings"])
    }

    fn read(plant: &Plant, name: &str) -> f64 {
        plant.units[0].balance.readings.iter().find(|r| r.name == name).unwrap().value
    }

    #[test]
    fn more_cells_and_a_better_froth_recover_more() {
        let of = |cells, froth| read(&run(&bank(cells, 8.0, froth, "entrainment = 0\n")), "rare-earth recovery");
        assert!(of(8, 0.5) > of(1, 0.5) && of(8, 1.0) > of(8, 0.5));
        assert!(of(8, 1.0) < 90.0, "a tenth does not float");
    }

    #[test]
    fn the_froth_holds_its_solids_and_fines_come_with_its_water() {
        let plant = run(&bank(8, 8.0, 0.6, BY_SIZE));
        let froth = &plant.pipe("concentrate").unwrap().stream;
        assert!((froth.solids_fraction() - 0.35).abs() < 1e-9, "{}", froth.solids_fraction());
        let none = run(&bank(8, 8.0, 0.6, "entrainment = 0\n"));
        assert!(read(&plant, "rare-earth grade of concentrate") < read(&none, "rare-earth grade of concentrate"));
        // Grade falls and recovery rises along the bank.
        let table = &none.units[0].balance.tables[1];
        let (r, g) = (table.numbers("recovery"), table.numbers("grade"));
        assert!(r.windows(2).all(|w| w[1] > w[0]) && g.windows(2).all(|w| w[1] < w[0]));
        assert!((r.last().unwrap().unwrap() - read(&none, "rare-earth recovery")).abs() < 1e-9);
    }

    #[test]
    fn a_floatability_times_the_bubbles_is_a_rate() {
        let rate = bank(4, 6.0, 0.7, "entrainment = 0\n");
        // 1.2 1/min is P = 3.333e-4 of a flux of 60 1/s.
        let flux = rate.replace(
            "form = \"classes\"\nfast_share = \"60 %\"\nfast = \"1.2 1/min\"\nslow_share = \"30 %\"\nslow = \"0.12 1/min\"\n",
            "form = \"bubble-flux\"\nfloatable = 0.9\nfloatability = 3.3333333333e-4\n",
        );
        let flux = format!("gas_speed = \"0.01 m/s\"\nbubble_size = \"1 mm\"\n{flux}");
        let one = rate.replace("\"60 %\"", "\"90 %\"").replace("\"30 %\"", "0");
        assert!((read(&run(&flux), "rare-earth recovery") - read(&run(&one), "rare-earth recovery")).abs() < 1e-6);
    }

    /// Rougher, cleaner and scavenger with their middlings coming back.
    #[test]
    fn a_circuit_with_recycle_converges_and_closes() {
        let place = |tag: &str, text: String, inlets: &[&str], outlets: [&str; 2]| Placed {
            tag: tag.into(),
            kind: "froth-flotation",
            unit: unit("froth-flotation", &text),
            inlets: vec![inlets.iter().map(|name| (*name).to_owned()).collect()],
            outlets: outlets.map(str::to_owned).to_vec(),
        };
        let flowsheet = Flowsheet {
            units: vec![
                place("rougher", bank(6, 8.0, 0.6, BY_SIZE), &["feed", "middlings"], ["rc", "rt"]),
                place("cleaner", bank(3, 5.0, 0.5, BY_SIZE), &["rc"], ["product", "ct"]),
                place("scavenger", bank(6, 12.0, 0.7, BY_SIZE), &["rt", "ct"], ["middlings", "tails"]),
            ],
        };
        let fed = feed();
        let plant = flowsheet.solve(&[("feed".into(), fed.clone())], &mut |_| {}).unwrap();
        assert!(plant.closure.gap < 1e-9 && plant.recycles.len() == 1);
        assert!(plant.recycles[0].residuals.len() < 80, "{}", plant.recycles[0].residuals.len());
        let product = &plant.pipe("product").unwrap().stream;
        let grade = |s: &crate::stream::Stream| s.rare_earth_oxide() / s.solid.mass();
        assert!(grade(product) > 2.0 * grade(&fed), "{}", grade(product));
        assert!(product.rare_earth_oxide() / fed.rare_earth_oxide() > 0.5);
    }
}
