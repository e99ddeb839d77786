//! What each step costs, and what the oxide that is still in the chain has cost so far.
//!
//! # Equation
//! ```text
//! cost of a unit = Σ its share of every line of the year + a · its share of the capital
//! so far         = Σ of all steps up to this one / (oxide mined − oxide lost up to this one)
//! ```
//!
//! # Symbols
//! a: yearly charge on capital, the annuity of the capital spent over the years of construction and sustained in use.
//! A line's share: of reagents by mass, of power and heat by energy, of services by amount, of upkeep and insurance by
//! installed cost; wages and other yearly sums are the section's, not a unit's.
//!
//! # Holds for
//! A full year, without royalty and tax. A cost nobody has is not in it.
//!
//! # Source
//! That of the lines.

use std::collections::BTreeSet;

use crate::flowsheet::{Done, Plant};
use crate::product::Product;
use crate::table::Table;

use super::account::money;
use super::capital::Capital;
use super::ledger::{Category, Line, section};
use super::study::Study;

/// What is shared out.
pub(super) struct Year<'y> {
    pub study: &'y Study,
    pub plant: &'y Plant,
    pub products: &'y [Product],
    pub capital: &'y Capital,
    pub lines: &'y [Line],
    pub hours: f64,
    /// Yearly charge on capital, 1/y.
    pub charge: f64,
}

/// A row: a unit, or what of a section is no unit's.
pub(super) struct Step<'y> {
    pub name: String,
    pub section: &'y str,
    /// USD/y.
    pub operating: f64,
    /// USD/y.
    pub capital: f64,
    kilowatt: f64,
    /// Oxide that leaves unsold, kg/h.
    lost: f64,
}

impl<'y> Year<'y> {
    /// Electricity comes from the ship or the shore: by whose price?
    fn supply(&self, unit: &Done) -> &str {
        let special = self.study.electricity_of.iter().find(|(tag, _)| *tag == unit.tag);
        special.map_or(self.study.electricity.as_str(), |(_, name)| name)
    }

    /// How much of a line's quantity is this unit's, in any measure that its section's units share.
    fn weight(&self, line: &Line, unit: &Done) -> f64 {
        let balance = &unit.balance;
        match line.category {
            Category::Feed | Category::Waste => self.plant.pipe(&line.what).map_or(0.0, |pipe| {
                let end = if line.category == Category::Feed { &pipe.to } else { &pipe.from };
                f64::from(u8::from(end.as_deref() == Some(&unit.tag)))
            }),
            Category::Reagents => {
                let own = balance.drawn.iter().filter(|drawn| drawn.name == line.what);
                own.map(|drawn| drawn.stream.mass()).sum()
            }
            Category::Power => {
                let own = line.what.strip_prefix("electricity, ") == Some(self.supply(unit));
                if own { balance.power_kw } else { 0.0 }
            }
            Category::Heat => balance.heat_kw,
            Category::Services => {
                let own = balance.services.iter().filter(|s| s.name == line.what && s.unit == line.unit);
                own.map(|service| service.value).sum()
            }
            Category::Maintenance | Category::Insurance => self.installed(&unit.tag),
            Category::Labour | Category::Other => 0.0,
        }
    }

    /// Installed cost of a unit's machines, USD.
    fn installed(&self, tag: &str) -> f64 {
        let own = self.capital.items.iter().filter(|item| item.tag.as_deref() == Some(tag));
        own.filter_map(|item| item.installed).sum()
    }

    /// A unit's share of a line, 1.
    fn share(&self, line: &Line, unit: &Done) -> f64 {
        let own = self.weight(line, unit);
        if own == 0.0 || line.section != section(unit) {
            return 0.0;
        }
        let whole: f64 = match line.category {
            // Capital that no machine carries has its upkeep too.
            Category::Maintenance | Category::Insurance => {
                let all = self.capital.items.iter().filter(|item| item.section == line.section);
                all.filter_map(|item| item.installed).sum()
            }
            _ => {
                let here = self.plant.units.iter().filter(|other| section(other) == line.section);
                here.map(|other| self.weight(line, other)).sum()
            }
        };
        own / whole
    }

    /// The steps in the order of the plant.
    pub fn steps(&'y self) -> Vec<Step<'y>> {
        let sold: Vec<&str> = self.products.iter().map(|product| product.stream.as_str()).collect();
        let scale = if self.capital.installed > 0.0 { self.capital.total / self.capital.installed } else { 0.0 };
        let usd = |line: &Line| line.usd.unwrap_or_default();
        let of_unit = |unit: &'y Done| Step {
            name: unit.tag.clone(),
            section: section(unit),
            operating: self.lines.iter().map(|line| usd(line) * self.share(line, unit)).sum(),
            capital: self.charge * scale * self.installed(&unit.tag),
            kilowatt: unit.balance.power_kw,
            lost: self
                .plant
                .leaving()
                .filter(|pipe| pipe.from.as_deref() == Some(&unit.tag) && !sold.contains(&pipe.name.as_str()))
                .map(|pipe| pipe.stream.rare_earth_oxide())
                .sum(),
        };
        let mut steps: Vec<Step<'y>> = self.plant.units.iter().map(of_unit).collect();
        let sections: BTreeSet<&str> = self
            .lines
            .iter()
            .map(|line| line.section.as_str())
            .chain(self.capital.items.iter().map(|item| item.section.as_str()))
            .collect();
        for section in sections {
            let by_units = |of: &dyn Fn(&Step<'_>) -> f64| -> f64 {
                steps.iter().filter(|step| step.section == section).map(of).sum()
            };
            let operating = self.lines.iter().filter(|line| line.section == section).map(usd).sum::<f64>();
            let capital = self.charge * self.capital.of_section(section);
            let rest = Step {
                name: format!("{section}, no unit's"),
                section,
                operating: operating - by_units(&|step| step.operating),
                capital: capital - by_units(&|step| step.capital),
                kilowatt: 0.0,
                lost: 0.0,
            };
            if rest.operating.abs() + rest.capital.abs() > 1e-9 * (operating.abs() + capital.abs()) {
                let after = steps.iter().rposition(|step| step.section == section).map_or(steps.len(), |at| at + 1);
                steps.insert(after, rest);
            }
        }
        steps
    }

    /// The table.
    pub fn table(&self, steps: &[Step<'_>]) -> Table {
        let mut table = Table::new(
            "cost_by_step",
            "What each step costs and carries on",
            format!(
                "{}; a full year, without royalty and tax; a tonne: of what enters the plant; oxide as reported, what is still in the chain after the step",
                money(self.study)
            ),
            &[
                ("step", ""),
                ("section", ""),
                ("operating", "kUSD/y"),
                ("charge on capital", "kUSD/y"),
                ("cost a tonne wet", "USD/t"),
                ("cost a tonne dry", "USD/t"),
                ("electricity a tonne dry", "kWh/t"),
                ("oxide still in the chain", "%"),
                ("cost so far", "USD/kg REO"),
                ("electricity so far", "kWh/kg REO"),
            ],
        );
        let fed: Vec<_> = self.plant.pipes.iter().filter(|pipe| pipe.from.is_none()).map(|pipe| &pipe.stream).collect();
        let sum = |of: &dyn Fn(&crate::stream::Stream) -> f64| fed.iter().map(|stream| of(stream)).sum::<f64>();
        let (wet, dry, mined) =
            (sum(&|s| s.mass()) / 1000.0, sum(&|s| s.solid.mass()) / 1000.0, sum(&|s| s.rare_earth_oxide()));
        let by = |a: f64, b: f64| (b > 0.0).then(|| a / b);
        let (mut spent, mut kilowatt, mut left) = (0.0, 0.0, mined);
        for step in steps {
            let cost = step.operating + step.capital;
            spent += cost;
            kilowatt += step.kilowatt;
            left -= step.lost;
            // What is left by rounding alone is nothing.
            let carried = if left > 1e-9 * mined { left } else { 0.0 };
            table.row(vec![
                step.name.as_str().into(),
                step.section.into(),
                (step.operating / 1e3).into(),
                (step.capital / 1e3).into(),
                by(cost / self.hours, wet).into(),
                by(cost / self.hours, dry).into(),
                by(step.kilowatt, dry).into(),
                by(100.0 * carried, mined).into(),
                by(spent / self.hours, carried).into(),
                by(kilowatt, carried).into(),
            ]);
        }
        table
    }
}
