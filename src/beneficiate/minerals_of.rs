//! A number for each mineral, from a table and from the scenario, with a named rule for the rest.

use std::collections::BTreeMap;

use crate::fields::{Fields, nearest};
use crate::library::FactTable;
use crate::quantity::Quantity;
use crate::source::{Caveat, Citation, Evidence, Sourced};

/// Numbers by mineral.
#[derive(Debug, Clone)]
pub struct ByMineral {
    known: BTreeMap<String, f64>,
    /// The mineral whose number stands for any that is not listed.
    unlisted: String,
}

impl ByMineral {
    /// Takes the rows of `table` for which `keep` holds (column `mineral`, number in `column`, times
    /// `factor` to come to the base unit of `Q`),
    /// lays the scenario's own table `key` over them and reads the rule `unlisted`.
    pub fn read<Q: Quantity>(
        fields: &mut Fields<'_>,
        table: &FactTable,
        keep: impl Fn(crate::library::Row<'_>) -> bool,
        (column, factor): (&str, f64),
        key: &'static str,
        about: &str,
    ) -> Option<Self> {
        let own: Vec<(String, Q)> = fields.may_named(key, about, 0.0..=1e4);
        let unlisted = fields.text(
            "unlisted",
            "the mineral, one that has a number, that stands for every mineral without one of its own",
        );
        let mut known = BTreeMap::new();
        for row in table.rows().filter(|row| keep(*row)) {
            if let (Some(mineral), Some(fact)) = (row.text("mineral"), row.fact(column)) {
                fields.check().cite(format!("{}.{column}.{mineral}", fields.path()), &fact, table.unit(column));
                known.insert(mineral.to_owned(), fact.value * factor);
            }
        }
        for (mineral, value) in own {
            known.insert(mineral, value.base());
        }
        let unlisted = unlisted?;
        let Some(value) = known.get(&unlisted).copied() else {
            fields.refuse(
                "unlisted",
                format!("`{unlisted}` has no number of its own"),
                nearest(&unlisted, known.keys().map(String::as_str)),
            );
            return None;
        };
        let citation = Citation {
            key: "".into(),
            place: format!("every mineral not listed is taken to behave like {unlisted}").into(),
            evidence: Evidence::Assumed,
            file: fields.place().file.clone(),
        };
        fields.check().cite(
            format!("{}.{column}.unlisted", fields.path()),
            &Sourced { value: value / factor, citation },
            table.unit(column),
        );
        Some(Self { known, unlisted })
    }

    /// The mineral with the largest number.
    pub fn largest(&self) -> Option<(&str, f64)> {
        self.known.iter().map(|(name, value)| (name.as_str(), *value)).max_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// The number of a mineral, and whether it is its own.
    pub fn of(&self, mineral: &str) -> (f64, bool) {
        match self.known.get(mineral) {
            Some(value) => (*value, true),
            None => (self.known.get(&self.unlisted).copied().unwrap_or_default(), false),
        }
    }

    /// Says which of these minerals had to borrow a number.
    pub fn borrowed<'m>(&self, minerals: impl Iterator<Item = &'m str>) -> Option<Caveat> {
        let borrowers: Vec<&str> = minerals.filter(|mineral| !self.of(mineral).1).collect();
        (!borrowers.is_empty()).then(|| {
            Caveat::new(format!("{} taken to behave like {} for want of data", borrowers.join(", "), self.unlisted))
        })
    }
}
