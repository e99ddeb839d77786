//! Capital: from the machines the units sized to the plant that stands.
//!
//! # Equation
//! `T = (Σ C f_i f_l + Σ C' + Σ X)(1 + c + o)`
//!
//! # Symbols
//! `C` bare cost of a machine, `C'` of one whose cost is given installed; `f_i` installation
//! factor, `f_l` location factor; `X` capital no machine carries; `c` contingency, `o` owner's
//! cost, shares of what stands before them; `T` total plant cost.
//!
//! # Holds for
//! Estimates by capacity factors: AACE class 5, whatever the digits.
//!
//! # Source
//! Costs `data/economics/equipment.csv`; classes `aace2016`.

use std::collections::BTreeMap;

use crate::flowsheet::Plant;
use crate::quantity::figures;

use super::ledger::{Gathered, section};
use super::study::Study;

/// A line of capital.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The machine, with its unit's tag.
    pub what: String,
    /// The unit's tag; `None` for capital no machine carries.
    pub tag: Option<String>,
    /// Stage.
    pub section: String,
    /// How many, after splitting.
    pub count: usize,
    /// Size of each; `None` for capital no machine carries.
    pub size: Option<f64>,
    /// Its unit.
    pub unit: String,
    /// USD, bare; `None` where the cost is given installed or unknown.
    pub purchased: Option<f64>,
    /// USD, installed, before contingency; `None` where nobody has a cost.
    pub installed: Option<f64>,
    /// How well it is known.
    pub evidence: String,
    /// Key of its source.
    pub source: String,
}

/// All items, and their sum with contingency and owner's cost.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Capital {
    /// Line by line.
    pub items: Vec<Item>,
    /// USD, installed, before contingency.
    pub installed: f64,
    /// USD, total plant cost.
    pub total: f64,
}

impl Capital {
    /// Total plant cost by section, USD.
    pub fn of_section(&self, section: &str) -> f64 {
        let own: f64 = self.items.iter().filter(|item| item.section == section).filter_map(|item| item.installed).sum();
        if self.installed > 0.0 { own / self.installed * self.total } else { 0.0 }
    }
}

/// The capital of a plant.
pub(super) fn capital(study: &Study, plant: &Plant, gathered: &mut Gathered) -> Capital {
    let mut items = Vec::new();
    let index = study.indices.up_to(study.money_year);
    match index {
        None => gathered.absent("all equipment", "there is no plant cost index for the money year"),
        Some((year, _)) if year != study.money_year => gathered
            .caveat(format!("there is no plant cost index for {}; equipment is in money of {year}", study.money_year)),
        Some(_) => {}
    }
    let mut small: BTreeMap<(&str, &str), (usize, f64)> = BTreeMap::new();
    for unit in &plant.units {
        for machine in &unit.equipment {
            let what = format!("{} {}", unit.tag, machine.name);
            let mut item = Item {
                what: what.clone(),
                tag: Some(unit.tag.clone()),
                section: section(unit).to_owned(),
                count: machine.count,
                size: Some(machine.size),
                unit: machine.unit.to_owned(),
                purchased: None,
                installed: None,
                evidence: "absent".to_owned(),
                source: String::new(),
            };
            let law = study.correlations.iter().find(|law| law.name == machine.name && law.unit == machine.unit);
            let cost = law.zip(index).and_then(|(law, (_, index))| {
                law.cost(machine.count, machine.size, &study.indices, index).map(|cost| (law, cost))
            });
            if let Some((law, cost)) = cost {
                gathered.enter(
                    &format!("economics.equipment.{}", law.name),
                    cost.usd / cost.machines.max(1) as f64,
                    &format!("USD each at {} {}", figures(cost.size, 3), law.unit),
                    &law.citation,
                );
                if cost.below {
                    let (count, smallest) = small.entry((&law.name, &law.unit)).or_insert((0, cost.size));
                    *count += machine.count;
                    *smallest = cost.size.min(*smallest);
                }
                let (factor, place) =
                    if law.installed { (1.0, 1.0) } else { (study.installation_factor, study.location_factor) };
                item.count = cost.machines;
                item.size = Some(cost.size);
                item.purchased = (!law.installed).then_some(cost.usd);
                item.installed = Some(cost.usd * factor * place);
                item.evidence = law.citation.evidence.to_string();
                item.source = law.citation.key.to_string();
            } else {
                gathered.absent(&what, &format!("no cost correlation for `{}` by {}", machine.name, machine.unit));
            }
            items.push(item);
        }
    }
    for extra in &study.capital {
        items.push(Item {
            what: extra.name.clone(),
            tag: None,
            section: extra.section.clone(),
            count: 1,
            size: None,
            unit: String::new(),
            purchased: None,
            installed: Some(extra.usd),
            evidence: extra.citation.evidence.to_string(),
            source: extra.citation.key.to_string(),
        });
    }
    let installed: f64 = items.iter().filter_map(|item| item.installed).sum();
    let assumed: f64 = items.iter().filter(|item| item.evidence == "assumed").filter_map(|item| item.installed).sum();
    if installed > 0.0 && assumed > 0.2 * installed {
        gathered.caveat(format!(
            "{} % of the installed capital rests on assumed costs",
            figures(100.0 * assumed / installed, 2)
        ));
    }
    let total = installed * (1.0 + study.contingency.value + study.owners_cost.value);
    for ((name, unit), (count, smallest)) in small {
        gathered.caveat(format!(
            "{name}: {count} smaller than any its cost correlation knows, down to {} {unit}; the power law is followed down, \
             which makes small machines dear where its exponent is below six tenths",
            figures(smallest, 3)
        ));
    }
    Capital { items, installed, total }
}
