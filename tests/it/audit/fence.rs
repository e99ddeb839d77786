//! What crosses the fence has a composition and a price, and every machine a cost.

use ytterby::library::Library;
use ytterby::reagent::Reagent;

use super::{files, none};

#[test]
fn every_reagent_reads_and_is_neutral() {
    let library = Library::builtin();
    let mut found = Vec::new();
    for name in library.names("reagents", "toml") {
        match Reagent::named(&name, &library) {
            Err(why) => found.push(why),
            Ok(reagent) => {
                let stream = reagent.stream(1.0);
                let (mass, charge) = (stream.mass(), stream.aqueous.ions.charge());
                if (mass - 1.0).abs() > 1e-9 {
                    found.push(format!("data/reagents/{name}.toml: one kg weighs {mass} kg"));
                }
                if charge.abs() > 1e-9 * stream.aqueous.ions.ionic_throughput().max(1.0) {
                    found.push(format!("data/reagents/{name}.toml: carries a charge of {charge}"));
                }
            }
        }
    }
    none("reagents that do not add up", &found);
}

#[test]
fn every_reagent_has_a_price() {
    let library = Library::builtin();
    let prices = library.table("economics/reagent_prices").unwrap();
    let found: Vec<String> = library
        .names("reagents", "toml")
        .into_iter()
        .filter(|name| prices.find("reagent", name).and_then(|row| row.number("price")).is_none())
        .collect();
    none("reagents without a row in data/economics/reagent_prices.csv", &found);
}

/// The text between quotes after `key`, within one struct literal.
fn quoted<'t>(literal: &'t str, key: &str) -> Option<&'t str> {
    literal.split_once(key)?.1.trim_start().strip_prefix('"')?.split('"').next()
}

#[test]
fn every_machine_has_a_cost_in_its_unit() {
    let machines = Library::builtin().table("economics/equipment").unwrap();
    let mut found = Vec::new();
    for (path, text) in files("src", &["rs"]) {
        let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        for literal in code.split("Equipment {").skip(1).filter_map(|rest| rest.split('}').next()) {
            let (Some(name), Some(unit)) = (quoted(literal, "name:"), quoted(literal, "unit:")) else { continue };
            let known = machines.rows().any(|row| row.text("name") == Some(name) && row.text("unit") == Some(unit));
            if !known {
                found.push(format!("{path}: `{name}` by the {unit}"));
            }
        }
    }
    none("machines without a row in data/economics/equipment.csv", &found);
}
