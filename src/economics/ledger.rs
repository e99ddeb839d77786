//! Lines of cost and what is missing among them.

use std::collections::BTreeMap;

use crate::flowsheet::Done;
use crate::quantity::figures;
use crate::source::{Caveat, Citation, Entry};

use super::prices::Price;
use super::study::Study;
use crate::{beneficiate, finish, leach, lift, separate};

/// The stage of the chain a kind of unit belongs to: the section its costs are counted to.
pub(super) fn section(unit: &Done) -> &'static str {
    let stages = [
        ("lift", lift::KINDS),
        ("beneficiate", beneficiate::KINDS),
        ("leach", leach::KINDS),
        ("separate", separate::KINDS),
        ("finish", finish::KINDS),
    ];
    stages
        .into_iter()
        .find(|(_, kinds)| kinds.iter().any(|kind| kind.name == unit.kind))
        .map_or("plant", |(stage, _)| stage)
}

/// What a cost is spent on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    /// What enters the fence to be worked.
    Feed,
    /// What is bought and used up.
    Reagents,
    /// Electricity.
    Power,
    /// Fuel.
    Heat,
    /// Ships and the like.
    Services,
    /// What leaves unsold.
    Waste,
    /// Wages.
    Labour,
    /// Upkeep.
    Maintenance,
    /// Insurance and property tax.
    Insurance,
    /// Fixed yearly costs of the scenario.
    Other,
}

impl Category {
    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            Category::Feed => "feed",
            Category::Reagents => "reagents",
            Category::Power => "power",
            Category::Heat => "heat",
            Category::Services => "services",
            Category::Waste => "waste",
            Category::Labour => "labour",
            Category::Maintenance => "maintenance",
            Category::Insurance => "insurance",
            Category::Other => "other",
        }
    }

    /// Does it stop when the plant stands still?
    pub fn varies(self) -> bool {
        matches!(
            self,
            Category::Feed
                | Category::Reagents
                | Category::Power
                | Category::Heat
                | Category::Services
                | Category::Waste
        )
    }
}

/// One line of yearly cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What.
    pub what: String,
    /// Stage.
    pub section: String,
    /// What it is spent on.
    pub category: Category,
    /// Does it stop when the plant stands still?
    pub varies: bool,
    /// How much a year, in `unit`.
    pub quantity: f64,
    /// Unit of the quantity.
    pub unit: String,
    /// USD per unit.
    pub price: Option<f64>,
    /// USD a year; `None` when nobody has a price.
    pub usd: Option<f64>,
    /// Whose price.
    pub evidence: String,
    /// Key of its source.
    pub source: String,
}

/// Lines, caveats and ledger entries as they are gathered.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub lines: Vec<Line>,
    pub caveats: Vec<Caveat>,
    pub entries: BTreeMap<String, Entry>,
    pub missing: Vec<String>,
}

impl Gathered {
    pub fn caveat(&mut self, text: impl Into<String>) {
        self.caveats.push(Caveat::at("economics", text));
    }

    /// Says that a cost is not in the account.
    pub fn absent(&mut self, what: &str, why: &str) {
        self.missing.push(what.to_owned());
        self.caveat(format!("{what}: {why}; its cost is not in the account, which is told as \"at least\""));
    }

    /// Enters a price in the ledger, and says it if it is old.
    pub fn cite(&mut self, study: &Study, what: &str, price: &Price) {
        self.enter(&format!("economics.price.{what}"), price.usd, &format!("USD/{}", price.per), &price.citation);
        let age = study.money_year.saturating_sub(price.year) as f64;
        if age > study.stale_years {
            self.caveat(format!("price of {what} is of {}, {age} years before the money year", price.year));
        }
    }

    /// Enters a number in the ledger.
    pub fn enter(&mut self, path: &str, value: f64, unit: &str, citation: &Citation) {
        let value = format!("{} {unit}", figures(value, 4));
        let entry = Entry { path: path.to_owned(), value, citation: citation.clone(), line: None };
        self.entries.entry(path.to_owned()).or_insert(entry);
    }

    /// Adds a line whose price may be missing.
    pub fn priced(
        &mut self,
        study: &Study,
        (what, section, category): (&str, &str, Category),
        quantity: f64,
        per: &str,
        price: Option<&Price>,
    ) {
        if quantity == 0.0 {
            return;
        }
        match price {
            Some(price) => self.cite(study, what, price),
            None => self.absent(what, "no price is known"),
        }
        self.lines.push(Line {
            what: what.to_owned(),
            section: section.to_owned(),
            category,
            varies: category.varies() && !price.is_some_and(|price| price.calendar),
            quantity,
            unit: per.to_owned(),
            price: price.map(|price| price.usd),
            usd: price.map(|price| price.usd * quantity),
            evidence: price.map_or("absent".to_owned(), |price| price.citation.evidence.to_string()),
            source: price.map_or_else(String::new, |price| price.citation.key.to_string()),
        });
    }

    /// Adds a line that is a choice of the scenario, by its yearly sum.
    pub fn fixed(&mut self, what: &str, section: &str, category: Category, usd: f64, standing: &Citation) {
        self.lines.push(Line {
            what: what.to_owned(),
            section: section.to_owned(),
            category,
            varies: false,
            quantity: 1.0,
            unit: "y".to_owned(),
            price: Some(usd),
            usd: Some(usd),
            evidence: standing.evidence.to_string(),
            source: standing.key.to_string(),
        });
    }
}
