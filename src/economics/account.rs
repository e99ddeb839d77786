//! The account: capital, cost, revenue and value of a plant, with every line told.

use crate::error::Error;
use crate::flowsheet::Plant;
use crate::product::Product;
use crate::quantity::figures;
use crate::source::{Caveat, Entry};
use crate::table::{Cell, Table};
use crate::unit::Reading;

use super::capital::{Capital, capital};
use super::cash_flow::{FullYear, Year};
use super::cost_by_step;
use super::ledger::{Category, Gathered, Line};
use super::operating::operating;
use super::rate_of_return::{Return, payback, rate_of_return};
use super::revenue::{Sale, revenue};
use super::study::Study;
use super::time_value::present_value_of_annuity;
use super::value::{fed_t_per_h, mass_value, waterfall};

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

/// Everything worked out, before it is told.
struct Worth {
    capital: Capital,
    sales: Vec<Sale>,
    full: FullYear,
    years: Vec<Year>,
    oxide: f64,
    npv: f64,
    irr: Return,
    levelised: Option<f64>,
    break_even: Option<f64>,
    payback: Option<f64>,
}

impl Study {
    /// The account of a plant that works so many hours a year.
    pub fn account(&self, plant: &Plant, products: &[Product], hours_per_year: f64) -> Result<Account, Error> {
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
        let result = self.result(capital, sales, &gathered.lines);
        let mut tables = vec![
            self.headline(&result, plant, hours_per_year, &gathered),
            self.capital_table(&result.capital),
            self.operating_table(&gathered.lines),
            self.revenue_table(&result.sales),
            self.cash_table(&result.years),
        ];
        tables.push(waterfall(self, plant, products, &result.sales, hours_per_year, &mut gathered));
        tables.extend(self.cost_tables(&result, &gathered.lines));
        let year = cost_by_step::Year {
            study: self,
            plant,
            products,
            capital: &result.capital,
            lines: &gathered.lines,
            hours: hours_per_year,
            charge: self.charge(),
        };
        tables.push(year.table());
        tables.push(mass_value(self, plant, products, hours_per_year));
        if let Return::Several(rates) = &result.irr {
            let rates: Vec<String> = rates.iter().map(|rate| format!("{} %", figures(100.0 * rate, 3))).collect();
            gathered.caveat(format!(
                "the cash flow has {} internal rates of return ({}), so none is told",
                rates.len(),
                rates.join(", ")
            ));
        }
        if result.oxide <= 0.0 {
            gathered.caveat("nothing is sold: there is no cost per kg");
        }
        let readings = Self::readings(&result);
        gathered.caveats.sort();
        gathered.caveats.dedup();
        Ok(Account {
            tables,
            readings,
            caveats: gathered.caveats,
            entries: gathered.entries.into_values().collect(),
            estimate_class: "AACE class 5".to_owned(),
            missing: gathered.missing,
        })
    }

    fn result(&self, capital: Capital, sales: Vec<Sale>, lines: &[Line]) -> Worth {
        let sum = |varies: bool| lines.iter().filter(|line| line.varies == varies).filter_map(|line| line.usd).sum();
        let full = FullYear {
            capital: capital.total,
            revenue: sales.iter().map(|sale| sale.usd).sum(),
            varying: sum(true),
            fixed: sum(false),
        };
        let years = self.years(&full);
        let flows: Vec<f64> = years.iter().map(Year::net).collect();
        let oxide: f64 = sales.iter().filter(|sale| sale.price.is_some()).map(|sale| sale.oxide).sum();
        let sold = self.present(&years, |year| year.production) * oxide;
        Worth {
            npv: self.present(&years, Year::net),
            irr: rate_of_return(&flows),
            payback: payback(&flows),
            levelised: (sold > 0.0).then(|| self.present(&years, Year::spent) / sold),
            break_even: self.break_even(&full),
            capital,
            sales,
            full,
            years,
            oxide,
        }
    }

    fn readings(result: &Worth) -> Vec<Reading> {
        let operating = result.full.varying + result.full.fixed;
        let mut readings = vec![
            Reading::new("capital", result.capital.total / 1e6, "MUSD"),
            Reading::new("operating cost", operating / 1e6, "MUSD/y"),
            Reading::new("revenue", result.full.revenue / 1e6, "MUSD/y"),
            Reading::new("NPV", result.npv / 1e6, "MUSD"),
        ];
        readings.extend(result.irr.rate().map(|rate| Reading::new("IRR", 100.0 * rate, "%")));
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
        readings.retain(|reading| reading.value.is_finite());
        readings
    }

    fn headline(&self, result: &Worth, plant: &Plant, hours: f64, gathered: &Gathered) -> Table {
        let mut table = Table::new(
            "headline",
            "Cost, revenue and value",
            format!(
                "{}; {:?}-year discounting at {} %/y from the start of construction; AACE class 5 (capacity factors): -20 to -50 % / +30 to +100 %",
                money(self),
                self.timing,
                figures(100.0 * self.rate, 3)
            )
            .replace("Start-year", "start-year")
            .replace("Middle-year", "mid-year")
            .replace("End-year", "end-year"),
            &[("what", ""), ("says", ""), ("value", ""), ("unit", "")],
        );
        let bound = if gathered.missing.is_empty() { "" } else { "at least" };
        let upper = if gathered.missing.is_empty() { "" } else { "at most" };
        for reading in Self::readings(result) {
            let says = match reading.name.as_str() {
                "revenue" | "paid per kg REO" => "",
                "NPV" | "IRR" => upper,
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

    fn capital_table(&self, capital: &Capital) -> Table {
        let mut table = Table::new(
            "capital",
            "Capital",
            format!(
                "{}; installed by {} and the location factor {}; AACE class 5",
                money(self),
                self.installation,
                self.location_factor
            ),
            &[
                ("item", ""),
                ("section", ""),
                ("count", ""),
                ("size", ""),
                ("unit", ""),
                ("purchased", "MUSD"),
                ("installed", "MUSD"),
                ("evidence", ""),
                ("source", ""),
            ],
        );
        let million = |usd: Option<f64>| Cell::from(usd.map(|usd| usd / 1e6));
        for item in &capital.items {
            table.row(vec![
                item.what.as_str().into(),
                item.section.as_str().into(),
                (item.count as f64).into(),
                item.size.into(),
                item.unit.as_str().into(),
                million(item.purchased),
                million(item.installed),
                item.evidence.as_str().into(),
                item.source.as_str().into(),
            ]);
        }
        for (name, share) in [("contingency", &self.contingency), ("owner's cost", &self.owners_cost)] {
            table.row(vec![
                name.into(),
                "plant".into(),
                Cell::Absent,
                (100.0 * share.value).into(),
                "%".into(),
                Cell::Absent,
                (share.value * capital.installed / 1e6).into(),
                share.citation.evidence.word().into(),
                (&*share.citation.key).into(),
            ]);
        }
        table
    }

    fn operating_table(&self, lines: &[Line]) -> Table {
        let mut table = Table::new(
            "operating",
            "Operating cost at full production",
            money(self),
            &[
                ("line", ""),
                ("where", ""),
                ("category", ""),
                ("quantity per year", ""),
                ("unit", ""),
                ("price", "USD/unit"),
                ("cost", "MUSD/y"),
                ("evidence", ""),
                ("source", ""),
            ],
        );
        for line in lines {
            table.row(vec![
                line.what.as_str().into(),
                line.section.as_str().into(),
                line.category.word().into(),
                line.quantity.into(),
                line.unit.as_str().into(),
                line.price.into(),
                line.usd.map(|usd| usd / 1e6).into(),
                line.evidence.as_str().into(),
                line.source.as_str().into(),
            ]);
        }
        table
    }

    fn revenue_table(&self, sales: &[Sale]) -> Table {
        let mut table = Table::new(
            "revenue",
            "Revenue at full production",
            format!("{}; prices without value-added tax, per kg of rare-earth oxide", money(self)),
            &[
                ("product", ""),
                ("oxide", "t/y"),
                ("purity", "%"),
                ("in specification", ""),
                ("price", "USD/kg"),
                ("payability", "%"),
                ("revenue", "MUSD/y"),
                ("evidence", ""),
                ("source", ""),
            ],
        );
        for sale in sales {
            table.row(vec![
                sale.what.as_str().into(),
                (sale.oxide / 1000.0).into(),
                (100.0 * sale.purity).into(),
                if sale.in_specification { "yes" } else { "no" }.into(),
                sale.price.into(),
                (100.0 * sale.payability).into(),
                (sale.usd / 1e6).into(),
                sale.evidence.as_str().into(),
                sale.source.as_str().into(),
            ]);
        }
        table
    }

    fn cash_table(&self, years: &[Year]) -> Table {
        let mut table = Table::new(
            "cash_flow",
            "Cash flow",
            format!("{}; no debt; {} discounting", money(self), self.timing.word()),
            &[
                ("year", ""),
                ("capital", "MUSD"),
                ("revenue", "MUSD"),
                ("operating cost", "MUSD"),
                ("royalty", "MUSD"),
                ("tax", "MUSD"),
                ("cash flow", "MUSD"),
                ("discounted", "MUSD"),
                ("cumulative", "MUSD"),
            ],
        );
        let mut sum = 0.0;
        for (at, year) in years.iter().enumerate() {
            sum += year.net();
            let discount = (1.0 + self.rate).powf(-(at as f64 + self.timing.offset()));
            let mut row = vec![Cell::from(at as f64 + 1.0)];
            let flows = [
                year.capital,
                year.revenue,
                year.operating,
                year.royalty,
                year.tax,
                year.net(),
                year.net() * discount,
                sum,
            ];
            row.extend(flows.map(|usd| Cell::from(usd / 1e6)));
            table.row(row);
        }
        table
    }

    /// Cost per kg by category, then by section and category. The capital is spread by an annuity
    /// over the life, its construction years included.
    /// Yearly charge on capital: the annuity of what is spent in the years of construction, and what sustains it, 1/y.
    fn charge(&self) -> f64 {
        let years = self.construction.len();
        let grown = |(year, share): (usize, &f64)| share * (1.0 + self.rate).powf((years - 1 - year) as f64);
        let built: f64 = self.construction.iter().enumerate().map(grown).sum();
        built / present_value_of_annuity(self.rate, 0.0, self.life as f64) + self.sustaining
    }

    fn cost_tables(&self, result: &Worth, lines: &[Line]) -> [Table; 2] {
        let basis = format!("{}; per kg of rare-earth oxide sold at full production", money(self));
        let mut whole =
            Table::new("cost_waterfall", "Cost per kg", basis.clone(), &[("category", ""), ("cost", "USD/kg REO")]);
        let mut parts = Table::new(
            "cost_by_section",
            "Cost per kg by section",
            basis,
            &[("section", ""), ("category", ""), ("cost", "USD/kg REO")],
        );
        if result.oxide <= 0.0 {
            return [whole, parts];
        }
        let yearly = self.charge();
        let categories = [
            Category::Feed,
            Category::Reagents,
            Category::Power,
            Category::Heat,
            Category::Services,
            Category::Waste,
            Category::Labour,
            Category::Maintenance,
            Category::Insurance,
            Category::Other,
        ];
        let per_kg = |usd: f64| usd / result.oxide;
        for category in categories {
            let of = lines.iter().filter(|line| line.category == category).filter_map(|line| line.usd);
            let sum: f64 = of.sum();
            if sum != 0.0 {
                whole.row(vec![category.word().into(), per_kg(sum).into()]);
            }
        }
        whole.row(vec!["royalty".into(), per_kg(self.royalty * result.full.revenue).into()]);
        whole.row(vec!["capital".into(), per_kg(yearly * result.capital.total).into()]);
        let sections: std::collections::BTreeSet<&str> = lines
            .iter()
            .map(|line| line.section.as_str())
            .chain(result.capital.items.iter().map(|item| item.section.as_str()))
            .collect();
        for section in sections {
            for category in categories {
                let of = lines.iter().filter(|line| line.category == category && line.section == section);
                let sum: f64 = of.filter_map(|line| line.usd).sum();
                if sum != 0.0 {
                    parts.row(vec![section.into(), category.word().into(), per_kg(sum).into()]);
                }
            }
            let capital = result.capital.of_section(section);
            if capital > 0.0 {
                parts.row(vec![section.into(), "capital".into(), per_kg(yearly * capital).into()]);
            }
        }
        [whole, parts]
    }
}
