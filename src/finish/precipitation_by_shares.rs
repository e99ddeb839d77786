//! Oxalate precipitation by stated shares: so much of each metal, the precipitant as it takes.
//!
//! # Equation
//! ```text
//! 2 RE³⁺ + 3 C2O4²⁻ + 10 H2O → RE2(C2O4)3·10H2O        solid of i = xᵢ nᵢ
//! precipitant = (1 + excess) Σ νᵢ xᵢ nᵢ − oxalate in the liquor
//! ```
//! Oxalic acid frees its protons into the liquor; an oxalate salt leaves the acid as it was and its
//! cation in the filtrate.
//!
//! # Symbols
//! x: share precipitated, 1; n: metal in the liquor, mol/h; ν: oxalates bound per metal.
//!
//! # Holds for
//! The liquor, pH and dose the shares were measured at: they answer to nothing. For a law that does see
//! [`super::oxalate_precipitation`].
//!
//! # Source
//! Shares: the table named, `prommis2026` for the one that ships; solids as in
//! `data/finish/prommis2026_oxalate_solids.csv`.

use super::oxalate_precipitation::{Salt, salts};
use crate::element::{ByElement, Element};
use crate::error::Error;
use crate::fields::{Fields, nearest};
use crate::ion::Ion;
use crate::library::Library;
use crate::mineral::WATER_KG_PER_MOL;
use crate::quantity::{Duration, Fraction};
use crate::reagent::Reagent;
use crate::solution;
use crate::source::Caveat;
use crate::stream::Stream;
use crate::unit::{Balance, Equipment, Kind, Ports, Reading, Unit};

/// In the catalogue.
pub const KIND: Kind<dyn Unit> = Kind {
    name: "precipitation-by-shares",
    about: "Precipitates a stated share of each metal as oxalate; draws the oxalate that takes.",
    sources: &["prommis2026"],
    read: |fields, library| Precipitation::read(fields, library).map(|unit| Box::new(unit) as Box<dyn Unit>),
};

#[derive(Debug)]
struct Precipitation {
    shares: ByElement<Option<f64>>,
    table: String,
    salts: Vec<Salt>,
    precipitant: Reagent,
    excess: f64,
    hours: f64,
}

impl Precipitation {
    fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Self> {
        let about = "a table of elements and shares in per cent, a file in data/finish without .csv";
        let table = fields.text("shares", about);
        let about = "shares that go before the table's; an absent element keeps the table's";
        let own = fields.may_elements::<Fraction>("share", about, 0.0..=1.0);
        let precipitant =
            Reagent::field(fields, "precipitant", "what brings the oxalate, a file in data/reagents", library);
        let about = "oxalate beyond what the solids bind, as a share of that; absent means none";
        let excess = fields.may::<Fraction>("excess", about, 0.0..=20.0);
        let hours = fields.need::<Duration>("residence_time", "mean time in the tank, which sizes it", 0.01..=100.0);
        let table = table?;
        let is_shares = |name: &str| {
            library
                .table(&format!("finish/{name}"))
                .is_ok_and(|t| ["element", "share"].iter().all(|column| t.header().iter().any(|c| c == column)))
        };
        let names: Vec<String> = library.names("finish", "csv").into_iter().filter(|name| is_shares(name)).collect();
        if !names.contains(&table) {
            let hint = nearest(&table, names.iter().map(String::as_str));
            fields.refuse("shares", format!("there is no table of shares `{table}`"), hint);
            return None;
        }
        let mut shares = own.map(|_, share| share.map(|share| share.0));
        for row in library.table(&format!("finish/{table}")).ok()?.rows() {
            let element = row.text("element").and_then(|symbol| symbol.parse::<Element>().ok());
            let (Some(element), Some(mut share)) = (element, row.fact("share")) else { continue };
            share.value /= 100.0;
            if shares[element].is_none() && (0.0..=1.0).contains(&share.value) {
                fields.check().cite(format!("{}.share.{element}", fields.path()), &share, "1");
                shares[element] = Some(share.value);
            }
        }
        let salts = salts(library).map_err(|e| fields.refuse("shares", e.to_string(), "mend the data")).ok()?;
        if let Some((element, _)) = shares
            .iter()
            .find(|(e, x)| x.is_some_and(|x| x > 0.0) && !salts.iter().any(|salt| salt.ion.element() == *e))
        {
            let hint = "leave it out, or add its solid to data/finish/prommis2026_oxalate_solids.csv";
            fields.refuse("share", format!("no oxalate of {element} is known"), hint);
            return None;
        }
        let precipitant = precipitant?;
        if precipitant.ions[Ion::Oxalate] <= 0.0 {
            let hint = "oxalic-acid, or sodium-oxalate, which leaves the acid as it is";
            fields.refuse("precipitant", format!("`{}` holds no oxalate", precipitant.name), hint);
            return None;
        }
        let excess = excess.map_or(0.0, |excess| excess.0);
        Some(Self { shares, table, salts, precipitant, excess, hours: hours?.0 })
    }
}

impl Unit for Precipitation {
    fn ports(&self) -> Ports {
        Ports { inlets: &["liquor"], outlets: &["slurry"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let liquor = &inlets[0];
        let mut slurry = liquor.clone();
        let (mut bound, mut rest) = (0.0, Vec::new());
        for salt in &self.salts {
            let element = salt.ion.element();
            let there = liquor.aqueous.ions[salt.ion];
            let Some(share) = self.shares[element] else {
                if there > 0.0 {
                    rest.push(element.symbol());
                }
                continue;
            };
            let solid = there * share / salt.metals;
            if solid <= 0.0 {
                continue;
            }
            slurry.solid.add(&salt.mineral, &[solid * salt.kg_per_mol]);
            slurry.aqueous.ions[salt.ion] = there * (1.0 - share);
            slurry.aqueous.water -= solid * salt.water * WATER_KG_PER_MOL;
            bound += solid * salt.oxalates;
        }
        let wanted = (bound * (1.0 + self.excess) - liquor.aqueous.ions[Ion::Oxalate]).max(0.0);
        let drawn = self.precipitant.drawn(wanted / self.precipitant.ions[Ion::Oxalate]);
        slurry.add(&drawn.stream);
        slurry.temperature = liquor.temperature;
        let left = slurry.aqueous.ions[Ion::Oxalate] - bound;
        slurry.aqueous.ions[Ion::Oxalate] = if left > 1e-12 * bound { left } else { 0.0 };
        if slurry.aqueous.water < 0.0 {
            return Err(Error::Infeasible {
                unit: String::new(),
                what: "the hydrates bind more water than the liquor holds".into(),
                hint: "dilute the liquor before precipitation".into(),
            });
        }
        let mut balance = Balance::default();
        let reo =
            |stream: &Stream| stream.aqueous.ions.elements().map(|e, n| n * e.molar_mass() / 1000.0).rare_earth_oxide();
        if reo(liquor) > 0.0 {
            let share = 100.0 * (1.0 - reo(&slurry) / reo(liquor));
            balance.readings.push(Reading::new("rare earths precipitated", share, "%"));
        }
        if let Some(ph) = solution::ph(&slurry.aqueous) {
            balance.readings.push(Reading::new("pH", ph, "1"));
        }
        balance.caveats.push(Caveat::new(format!(
            "the shares of `{}` are those of one liquor at one pH and dose: they answer to nothing here",
            self.table
        )));
        if !rest.is_empty() {
            balance.caveats.push(Caveat::new(format!("no share is given for {}: it stays dissolved", rest.join(", "))));
        }
        balance.drawn = vec![drawn];
        balance.outlets = vec![slurry];
        Ok(balance)
    }

    fn equipment(&self, _inlets: &[Stream], done: &Balance) -> Vec<Equipment> {
        let size = done.outlets.iter().map(Stream::slurry_volume).sum::<f64>() * self.hours;
        vec![Equipment { name: "precipitation tank".into(), count: 1, size, unit: "m3" }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Node;
    use crate::fields::Check;
    use crate::flowsheet::{Flowsheet, Placed};

    fn slurry(precipitant: &str, more: &str) -> Stream {
        let text = format!(
            "shares = \"prommis2026_oxalate_shares\"\nprecipitant = \"{precipitant}\"\nresidence_time = \"2 h\"\n{more}"
        );
        let node = Node::parse("s.toml", &text).unwrap();
        let check = Check::new();
        let unit = (KIND.read)(&mut Fields::new(&node, "P-1", &check), &Library::builtin()).unwrap();
        let mut liquor = Stream::default();
        liquor.aqueous.water = 100.0;
        for (ion, moles) in [(Ion::Nd, 1.0), (Ion::Ca, 2.0), (Ion::H, 10.0), (Ion::Chloride, 17.0)] {
            liquor.aqueous.ions[ion] = moles;
        }
        let (inlets, outlets) = (vec![vec!["liquor".into()]], vec!["slurry".into()]);
        let placed = Placed { tag: "P-1".into(), kind: "test", unit, inlets, outlets };
        let plant = Flowsheet { units: vec![placed] }.solve(&[("liquor".into(), liquor)], &mut |_| {}).unwrap();
        assert!(plant.closure.gap < 1e-11);
        plant.units[0].balance.outlets[0].clone()
    }

    #[test]
    fn each_share_is_what_is_asked() {
        let out = slurry("oxalic-acid", "share = { Nd = 0.5 }\n");
        assert!((out.aqueous.ions[Ion::Nd] - 0.5).abs() < 1e-12);
        assert!((out.aqueous.ions[Ion::Ca] - 2.0 * (1.0 - 0.205)).abs() < 1e-12);
        assert!(out.aqueous.ions[Ion::Oxalate].abs() < 1e-15);
    }

    #[test]
    fn a_salt_leaves_the_acid_and_the_acid_does_not() {
        let (salt, acid) = (slurry("sodium-oxalate", ""), slurry("oxalic-acid", ""));
        assert!((salt.aqueous.ions[Ion::H] - 10.0).abs() < 1e-9);
        let freed = 3.0 * 0.8155 + 2.0 * 2.0 * 0.205;
        assert!((acid.aqueous.ions[Ion::H] - 10.0 - freed).abs() < 1e-9);
        let more = slurry("oxalic-acid", "excess = \"50 %\"\n");
        assert!((more.aqueous.ions[Ion::Oxalate] - 0.25 * freed).abs() < 1e-9);
    }
}
