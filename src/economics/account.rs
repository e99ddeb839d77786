//! The account: capital, cost, revenue and value of a plant, with every line told.

use crate::error::Error;
use crate::flowsheet::Plant;
use crate::product::Product;
use crate::quantity::figures;
use crate::source::{Caveat, Entry};
use crate::table::{Cell, Table};
use crate::unit::Reading;

use super::capital::capital;
use super::cost_by_step;
use super::estimate_class::{EstimateClass, Grounds};
use super::finance::rate_of_return::Return;
use super::ledger::Gathered;
use super::operating::operating;
use super::product_cost::Joint;
use super::revenue::revenue;
use super::study::Study;
use super::value::{fed_t_per_h, mass_value, waterfall};
use super::worth::Worth;

/// What a plant costs and earns.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// `headline`, `capital`, `operating`, `revenue`, `cash_flow`, the waterfalls, `mass_value`.
    pub tables: Vec<Table>,
    /// `capital`, `operating cost`, `revenue`, `NPV`, `IRR` (absent when there is none), `cost per kg REO` …
    pub readings: Vec<Reading>,
    /// What to know before believing it.
    pub caveats: Vec<Caveat>,
    /// The facts that were used.
    pub entries: Vec<Entry>,
    /// Class of the estimate.
    pub estimate_class: String,
    /// What has no price and is not in the account.
    pub missing: Vec<String>,
}

/// The class of the estimate and its range, in words.
pub(super) fn range(class: Option<EstimateClass>) -> String {
    class.map_or_else(
        || "no class of estimate is in the data".to_owned(),
        |EstimateClass { class, low, high }| {
            format!("AACE class {class}: {} % to +{} %", figures(100.0 * low, 2), figures(100.0 * high, 2))
        },
    )
}

/// The basis of every table: whose money.
pub(super) fn money(study: &Study) -> String {
    format!(
        "USD of {}, real; oxide prices {} as of {}; {}",
        study.money_year,
        study.regime.word(),
        study.price_year,
        study.location
    )
}

impl Study {
    /// The account of a plant that works so many hours a year, of whose own facts a share is assumed.
    pub fn account(
        &self,
        plant: &Plant,
        products: &[Product],
        hours_per_year: f64,
        process_assumed: f64,
    ) -> Result<Account, Error> {
        if !(hours_per_year.is_finite() && hours_per_year > 0.0 && hours_per_year <= 8784.0) {
            return Err(Error::Infeasible {
                unit: "economics".into(),
                what: format!("a plant cannot work {hours_per_year} hours a year"),
                hint: "state the time at work, for example \"300 d/y\"".into(),
            });
        }
        let mut gathered = Gathered::default();
        let capital = capital(self, plant, &mut gathered);
        operating(self, plant, products, &capital, hours_per_year, &mut gathered);
        let sales = revenue(self, products, hours_per_year, &mut gathered);
        let result = self.worth(plant, capital, sales, &gathered.lines, hours_per_year)?;
        let class = self.classes.of(&Grounds::of(&result.capital, process_assumed));
        let mut tables = vec![
            self.headline(&result, class, plant, hours_per_year, &gathered),
            self.capital_table(&result.capital, class),
        ];
        tables.extend(self.installation_table());
        tables.extend(self.locked_table(&result.capital));
        tables.extend([
            self.operating_table(&gathered.lines),
            self.revenue_table(&result.sales),
            self.cash_table(&result.years),
        ]);
        tables.push(waterfall(self, plant, products, &result.sales, hours_per_year, &mut gathered));
        tables.extend(self.cost_tables(&result, &gathered.lines));
        let year = cost_by_step::Year {
            study: self,
            plant,
            products,
            capital: &result.capital,
            lines: &gathered.lines,
            hours: hours_per_year,
            charge: self.finance.charge(),
        };
        let steps = year.steps();
        tables.push(year.table(&steps));
        let joint = Joint {
            study: self,
            plant,
            products,
            sales: &result.sales,
            steps: &steps,
            hours: hours_per_year,
            enough: result.break_even.map(|factor| factor * result.full.revenue),
        };
        tables.extend(joint.tables());
        tables.push(mass_value(self, plant, products, hours_per_year));
        self.say(&result, &mut gathered);
        let readings = Self::readings(&result, class);
        gathered.caveats.sort();
        gathered.caveats.dedup();
        Ok(Account {
            tables,
            readings,
            caveats: gathered.caveats,
            entries: gathered.entries.into_values().collect(),
            estimate_class: class.map_or_else(|| "no class".to_owned(), |class| format!("AACE class {}", class.class)),
            missing: gathered.missing,
        })
    }

    /// What must be said of the value.
    fn say(&self, result: &Worth, gathered: &mut Gathered) {
        let owners = result.owners.as_ref().map(|(_, irr)| irr);
        for (whose, irr) in [("the cash flow", Some(&result.irr)), ("the owners' cash flow", owners)] {
            if let Some(Return::Several(rates)) = irr {
                let told: Vec<String> = rates.iter().map(|rate| format!("{} %", figures(100.0 * rate, 3))).collect();
                gathered.caveat(format!(
                    "{whose} has {} internal rates of return ({}), so none is told",
                    rates.len(),
                    told.join(", ")
                ));
            }
        }
        if self.finance.closure.is_none() {
            gathered.caveat("no closing is paid for: give [economics.closure]");
        }
        if result.oxide <= 0.0 {
            gathered.caveat("nothing is sold: there is no cost per kg");
        }
    }

    fn readings(result: &Worth, class: Option<EstimateClass>) -> Vec<Reading> {
        let operating = result.full.varying + result.full.fixed;
        let capital = result.capital.total / 1e6;
        let mut readings = vec![Reading::new("capital", capital, "MUSD")];
        if let Some(class) = class {
            readings.push(Reading::new("capital, low end of its class", (1.0 + class.low) * capital, "MUSD"));
            readings.push(Reading::new("capital, high end of its class", (1.0 + class.high) * capital, "MUSD"));
        }
        let locked = result.capital.locked_oxide + result.capital.locked_solvent;
        if locked > 0.0 {
            readings.push(Reading::new("locked in the circuits", locked / 1e6, "MUSD"));
        }
        readings.extend([
            Reading::new("operating cost", operating / 1e6, "MUSD/y"),
            Reading::new("revenue", result.full.revenue / 1e6, "MUSD/y"),
            Reading::new("NPV", result.npv / 1e6, "MUSD"),
        ]);
        readings.extend(result.irr.rate().map(|rate| Reading::new("IRR", 100.0 * rate, "%")));
        if let Some((value, irr)) = &result.owners {
            readings.push(Reading::new("NPV to the owners", value / 1e6, "MUSD"));
            readings.extend(irr.rate().map(|rate| Reading::new("IRR to the owners", 100.0 * rate, "%")));
        }
        readings.extend(result.payback.map(|years| Reading::new("payback", years, "y")));
        readings.extend(result.levelised.map(|cost| Reading::new("cost per kg REO", cost, "USD/kg")));
        if result.oxide > 0.0 {
            readings.push(Reading::new("operating cost per kg REO", operating / result.oxide, "USD/kg"));
            let basket = result.full.revenue / result.oxide;
            readings.push(Reading::new("paid per kg REO", basket, "USD/kg"));
            readings.extend(
                result.break_even.map(|factor| Reading::new("break-even per kg REO", factor * basket, "USD/kg")),
            );
        }
        if let Some((costs, may)) = result.delivered {
            readings.push(Reading::new("a tonne of dry feed costs, delivered", costs, "USD/t"));
            readings.extend(may.map(|may| Reading::new("a tonne of dry feed may cost, delivered", may, "USD/t")));
        }
        readings.retain(|reading| reading.value.is_finite());
        readings
    }

    fn headline(
        &self,
        result: &Worth,
        class: Option<EstimateClass>,
        plant: &Plant,
        hours: f64,
        gathered: &Gathered,
    ) -> Table {
        let mut table = Table::new(
            "headline",
            "Cost, revenue and value",
            format!("{}; {}; {}", money(self), self.finance.words(), range(class)),
            &[("what", ""), ("says", ""), ("value", ""), ("unit", "")],
        );
        let bound = if gathered.missing.is_empty() { "" } else { "at least" };
        let upper = if gathered.missing.is_empty() { "" } else { "at most" };
        for reading in Self::readings(result, class) {
            let says = match reading.name.as_str() {
                "revenue" | "paid per kg REO" | "locked in the circuits" => "",
                name if name.starts_with("NPV") || name.starts_with("IRR") || name.contains("may cost") => upper,
                _ => bound,
            };
            let unit = if reading.unit == "1" { "" } else { reading.unit };
            table.row(vec![reading.name.into(), says.into(), reading.value.into(), unit.into()]);
        }
        if result.irr.rate().is_none() {
            table.row(vec!["IRR".into(), "none".into(), Cell::Absent, "%".into()]);
        }
        let fed = fed_t_per_h(plant) * hours;
        if fed > 0.0 {
            table.row(vec![
                "cost per tonne of dry feed".into(),
                bound.into(),
                ((result.full.varying + result.full.fixed) / fed).into(),
                "USD/t".into(),
            ]);
            table.row(vec![
                "all-in cost a tonne of dry feed could bear".into(),
                "".into(),
                (result.full.revenue / fed).into(),
                "USD/t".into(),
            ]);
        }
        for what in &gathered.missing {
            table.row(vec!["not in the account".into(), what.as_str().into(), Cell::Absent, "".into()]);
        }
        table
    }
}
