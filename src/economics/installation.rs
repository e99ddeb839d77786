//! From a machine at the maker's gate to one that stands and works.
//!
//! # Equation
//! `C_i = C f`, with `f` one factor for the plant (Lang), `f = 1 + Σ s` of the shares it is made of, or
//! `f = f_m (1 + Σ s)` with a factor for each kind of machine (modules) and shares for the plant.
//!
//! # Symbols
//! `C` bare cost of a machine, `C_i` installed; `f_m` factor of its kind; `s` share of the bare cost for piping, electricity,
//! instruments, buildings, site, erection, field, management, process contingency.
//!
//! # Holds for
//! Plants like those the factors were taken from. A factor of one method holds what another tells apart: never use two.
//!
//! # Source
//! `data/economics/installation_factors.csv`, `installation_shares.csv`, `module_factors.csv`.

use std::collections::BTreeMap;

use crate::fields::{Fields, nearest};
use crate::library::Library;
use crate::source::Citation;

use super::equipment_cost::citation;

/// A share of the bare cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// What it pays for.
    pub what: String,
    /// Of the bare cost, or of the modules.
    pub share: f64,
    /// Whose it is.
    pub citation: Citation,
}

/// A method by name.
#[derive(Debug, Clone, PartialEq)]
pub struct Installation {
    /// Its name.
    pub name: String,
    /// Factor of the whole plant; with modules, what stands on top of them.
    pub factor: f64,
    /// What the factor is made of; empty where it is stated whole.
    pub shares: Vec<Share>,
    /// Factor of each kind of machine; empty where one holds for all.
    pub modules: BTreeMap<String, f64>,
}

impl Installation {
    /// Reads `installation`.
    pub fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Self> {
        let name = fields.text("installation", "how bare equipment becomes a plant")?;
        let table =
            |of: &str| library.table(of).map_err(|error| fields.refuse("installation", error.to_string(), "")).ok();
        let (methods, shares, machines) = (
            table("economics/installation_factors")?,
            table("economics/installation_shares")?,
            table("economics/module_factors")?,
        );
        let Some(row) = methods.find("method", &name) else {
            let names: Vec<&str> = methods.rows().filter_map(|row| row.text("method")).collect();
            fields.refuse("installation", format!("`{name}` is not known"), nearest(&name, names.into_iter()));
            return None;
        };
        let fact = row.fact("factor")?;
        fields.check().cite(format!("{}.installation", fields.path()), &fact, "1");
        let shares: Vec<Share> = shares
            .rows()
            .filter(|row| row.text("method") == Some(&name))
            .filter_map(|row| {
                Some(Share { what: row.text("what")?.to_owned(), share: row.number("share")?, citation: citation(row) })
            })
            .collect();
        let modules = if row.text("way") == Some("modules") {
            machines.rows().filter_map(|row| Some((row.text("machine")?.to_owned(), row.number("factor")?))).collect()
        } else {
            BTreeMap::new()
        };
        Some(Self { name, factor: fact.value, shares, modules })
    }

    /// Installed over bare cost of a machine; `None` where the method does not know it.
    pub fn of(&self, machine: &str) -> Option<f64> {
        if self.modules.is_empty() {
            return Some(self.factor);
        }
        self.modules.get(machine).map(|own| own * self.factor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A factor that is told in parts is their sum, and every machine that is costed bare has a module.
    #[test]
    fn the_parts_make_the_factor_and_no_machine_is_without_a_module() {
        let library = Library::builtin();
        let methods = library.table("economics/installation_factors").unwrap();
        let shares = library.table("economics/installation_shares").unwrap();
        for row in methods.rows().filter(|row| row.text("way") != Some("whole")) {
            let own = shares.rows().filter(|share| share.text("method") == row.text("method"));
            let sum: f64 = own.filter_map(|share| share.number("share")).sum();
            assert!((1.0 + sum - row.number("factor").unwrap()).abs() < 1e-9, "{:?}", row.text("method"));
        }
        let machines = library.table("economics/module_factors").unwrap();
        for row in library.table("economics/equipment").unwrap().rows().filter(|row| row.text("basis") == Some("bare"))
        {
            let name = row.text("name").unwrap();
            assert!(machines.find("machine", name).is_some(), "{name}");
        }
    }
}
