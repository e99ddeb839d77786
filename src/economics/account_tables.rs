//! The tables of the account, each with its basis.

use crate::table::{Cell, Table};

use super::account::{money, range};
use super::capital::Capital;
use super::estimate_class::EstimateClass;
use super::finance::Year;
use super::ledger::{Category, Line};
use super::revenue::Sale;
use super::study::Study;
use super::worth::Worth;

impl Study {
    pub(super) fn capital_table(&self, capital: &Capital, class: Option<EstimateClass>) -> Table {
        let mut table = Table::new(
            "capital",
            "Capital",
            format!(
                "{}; installed by {} and the location factor {}; {}",
                money(self),
                self.installation.name,
                self.location_factor,
                range(class)
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

    pub(super) fn operating_table(&self, lines: &[Line]) -> Table {
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

    pub(super) fn revenue_table(&self, sales: &[Sale]) -> Table {
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

    /// What the installation factor is made of, on the machines it is applied to.
    pub(super) fn installation_table(&self) -> Option<Table> {
        let method = &self.installation;
        let mut table = Table::new(
            "installation",
            "What installation is made of",
            format!("method `{}`: shares of the bare cost of machines (of the modules, where there are)", method.name),
            &[("part", ""), ("share", "%"), ("evidence", ""), ("source", "")],
        );
        for part in &method.shares {
            table.row(vec![
                part.what.as_str().into(),
                (100.0 * part.share).into(),
                part.citation.evidence.word().into(),
                (&*part.citation.key).into(),
            ]);
        }
        (!table.rows.is_empty()).then_some(table)
    }

    /// What the circuits hold while they work.
    pub(super) fn locked_table(&self, capital: &Capital) -> Option<Table> {
        let mut table = Table::new(
            "locked",
            "Locked in the circuits",
            format!(
                "{}; held while the plant works, oxide at the prices of separated oxides; the oxide comes back, the solvent does not",
                money(self)
            ),
            &[
                ("unit", ""),
                ("what", ""),
                ("amount", ""),
                ("in", ""),
                ("value", "MUSD"),
                ("evidence", ""),
                ("source", ""),
            ],
        );
        for held in &capital.locked {
            table.row(vec![
                held.tag.as_str().into(),
                held.what.into(),
                held.amount.into(),
                held.unit.into(),
                (held.usd / 1e6).into(),
                held.evidence.as_str().into(),
                held.source.as_str().into(),
            ]);
        }
        (!table.rows.is_empty()).then_some(table)
    }

    pub(super) fn cash_table(&self, years: &[Year]) -> Table {
        let finance = &self.finance;
        let mut columns = vec![
            ("year", ""),
            ("production", "%"),
            ("capital", "MUSD"),
            ("revenue", "MUSD"),
            ("operating cost", "MUSD"),
            ("royalty", "MUSD"),
            ("tax", "MUSD"),
            ("cash flow", "MUSD"),
            ("discounted", "MUSD"),
            ("cumulative", "MUSD"),
        ];
        if finance.debt.is_some() {
            columns.extend([("loan", "MUSD"), ("to the owners", "MUSD")]);
        }
        if finance.inflation.is_some() {
            columns.extend([("price level", "1"), ("cash flow of its day", "MUSD")]);
        }
        let loan = if finance.debt.is_some() {
            "before the loan, which stands apart with its relief from tax"
        } else {
            "no debt"
        };
        let mut table =
            Table::new("cash_flow", "Cash flow", format!("{}; {loan}; {}", money(self), finance.words()), &columns);
        let mut sum = 0.0;
        for (at, year) in years.iter().enumerate() {
            sum += year.net();
            let mut row = vec![Cell::from(finance.calendar(at)), (100.0 * year.production).into()];
            let flows = [
                year.capital,
                year.revenue,
                year.operating,
                year.royalty,
                year.tax,
                year.net(),
                year.net() * finance.discount(at),
                sum,
            ];
            row.extend(flows.map(|usd| Cell::from(usd / 1e6)));
            if finance.debt.is_some() {
                row.extend([year.loan, year.to_owners()].map(|usd| Cell::from(usd / 1e6)));
            }
            if finance.inflation.is_some() {
                row.extend([Cell::from(year.level), (year.net() * year.level / 1e6).into()]);
            }
            table.row(row);
        }
        table
    }

    /// Cost per kg by category, then by section and category. The capital is spread by an annuity over the life, its
    /// construction years included.
    pub(super) fn cost_tables(&self, result: &Worth, lines: &[Line]) -> [Table; 2] {
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
        let yearly = self.finance.charge();
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
        whole.row(vec!["royalty".into(), per_kg(self.finance.royalty * result.full.revenue).into()]);
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
