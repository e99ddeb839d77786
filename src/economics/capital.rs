//! Capital: from the machines the units sized to the plant that stands.
//!
//! # Equation
//! `T = (Σ C f_i f_l + Σ C' + Σ X)(1 + c + o)`
//!
//! # Symbols
//! `C` bare cost of a machine, `C'` of one whose cost is given installed; `f_i` installation
//! factor ([`super::installation`]), `f_l` location factor; `X` capital no machine carries; `c` contingency, `o` owner's
//! cost, shares of what stands before them; `T` total plant cost.
//!
//! # Holds for
//! Estimates by capacity factors; how good, [`super::estimate_class`] says. What fills the circuits before anything comes
//! out is no plant: solvent and oxide are told as locked in them, held while the plant works; the oxide comes back when it
//! is emptied, the solvent is then worth nothing.
//!
//! # Source
//! Costs `data/economics/equipment.csv`; classes `aace2016`.

use std::collections::BTreeMap;

use crate::flowsheet::{Done, Plant};
use crate::quantity::figures;
use crate::unit::Equipment;

use super::equipment_cost::Basis;
use super::ledger::{Gathered, section};
use super::revenue::{basket, valued};
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
    /// What the circuits hold while they work: solvent of each unit, oxide of each unit.
    pub locked: Vec<Locked>,
    /// USD, all solvent held.
    pub locked_solvent: f64,
    /// USD, all oxide held.
    pub locked_oxide: f64,
}

/// What a unit holds while it works.
#[derive(Debug, Clone, PartialEq)]
pub struct Locked {
    /// The unit's tag.
    pub tag: String,
    /// `solvent` or `rare-earth oxide`.
    pub what: &'static str,
    /// How much, in `unit`.
    pub amount: f64,
    /// m3 or kg.
    pub unit: &'static str,
    /// USD.
    pub usd: f64,
    /// How well it is known.
    pub evidence: String,
    /// Key of its source.
    pub source: String,
}

impl Capital {
    /// Total plant cost by section, USD.
    pub fn of_section(&self, section: &str) -> f64 {
        let own: f64 = self.items.iter().filter(|item| item.section == section).filter_map(|item| item.installed).sum();
        if self.installed > 0.0 { own / self.installed * self.total } else { 0.0 }
    }
}

/// Machines smaller than any their correlation knows, by name and unit: how many, and the smallest.
type Small<'s> = BTreeMap<(&'s str, &'s str), (usize, f64)>;

/// A machine as an item whose cost is not known yet.
fn unpriced(unit: &Done, machine: &Equipment) -> Item {
    Item {
        what: format!("{} {}", unit.tag, machine.name),
        tag: Some(unit.tag.clone()),
        section: section(unit).to_owned(),
        count: machine.count,
        size: Some(machine.size),
        unit: machine.unit.to_owned(),
        purchased: None,
        installed: None,
        evidence: "absent".to_owned(),
        source: String::new(),
    }
}

impl Study {
    /// Prices a machine: an item of capital, or what fills a circuit.
    fn machine<'s>(
        &'s self,
        unit: &Done,
        machine: &Equipment,
        index: Option<(usize, f64)>,
        small: &mut Small<'s>,
        gathered: &mut Gathered,
    ) -> Result<Item, Locked> {
        let mut item = unpriced(unit, machine);
        let law = self.correlations.iter().find(|law| law.name == machine.name && law.unit == machine.unit);
        let cost = law.zip(index).and_then(|(law, (_, index))| {
            law.cost(machine.count, machine.size, &self.indices, index).map(|cost| (law, cost))
        });
        let Some((law, cost)) = cost else {
            let why = format!("no cost correlation for `{}` by {}", machine.name, machine.unit);
            gathered.absent(&item.what, &why);
            return Ok(item);
        };
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
        let (evidence, source) = (law.citation.evidence.to_string(), law.citation.key.to_string());
        let factor = match law.basis {
            Basis::Inventory => {
                return Err(Locked {
                    tag: unit.tag.clone(),
                    what: "solvent",
                    amount: machine.size * machine.count as f64,
                    unit: "m3",
                    usd: cost.usd,
                    evidence,
                    source,
                });
            }
            Basis::Installed => Some(1.0),
            Basis::Bare => self.installation.of(&law.name).map(|own| own * self.location_factor),
        };
        item.count = cost.machines;
        item.size = Some(cost.size);
        item.purchased = (law.basis == Basis::Bare).then_some(cost.usd);
        let Some(factor) = factor else {
            gathered.absent(&item.what, &format!("the method `{}` has no factor for it", self.installation.name));
            return Ok(item);
        };
        item.installed = Some(cost.usd * factor);
        (item.evidence, item.source) = (evidence, source);
        Ok(item)
    }

    /// The oxide a unit holds while it works, at the prices of separated oxides.
    fn oxide_in(&self, unit: &Done) -> Option<Locked> {
        let held = &unit.balance.held;
        let kg: f64 = valued().map(|e| held[e] * e.oxide_factor().unwrap_or(1.0)).sum();
        (kg > 0.0).then(|| Locked {
            tag: unit.tag.clone(),
            what: "rare-earth oxide",
            amount: kg,
            unit: "kg",
            usd: basket(self, held),
            evidence: "derived".to_owned(),
            source: String::new(),
        })
    }
}

/// The capital of a plant.
pub(super) fn capital(study: &Study, plant: &Plant, gathered: &mut Gathered) -> Capital {
    let (mut items, mut locked) = (Vec::new(), Vec::new());
    let index = study.indices.up_to(study.money_year);
    match index {
        None => gathered.absent("all equipment", "there is no plant cost index for the money year"),
        Some((year, _)) if year != study.money_year => gathered
            .caveat(format!("there is no plant cost index for {}; equipment is in money of {year}", study.money_year)),
        Some(_) => {}
    }
    let mut small: Small<'_> = BTreeMap::new();
    for unit in &plant.units {
        for machine in &unit.equipment {
            match study.machine(unit, machine, index, &mut small, gathered) {
                Ok(item) => items.push(item),
                Err(fills) => locked.push(fills),
            }
        }
        locked.extend(study.oxide_in(unit));
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
    let worth = |what: &str| locked.iter().filter(|held| held.what == what).map(|held| held.usd).sum();
    let (locked_solvent, locked_oxide) = (worth("solvent"), worth("rare-earth oxide"));
    Capital { items, installed, total, locked, locked_solvent, locked_oxide }
}
