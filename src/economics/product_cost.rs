//! What each product costs, and the least price it must fetch.
//!
//! # Equation
//! ```text
//! cost of a product = Σ over steps: cost of the step · w / Σ w of the products that lie beyond the step
//! least price       = revenue at which the value is nought · cost of the product / cost of all, a kg of oxide
//! ```
//!
//! # Symbols
//! A step's cost is its operating cost and charge on capital ([`super::cost_by_step`]); `w` kg of oxide sold (by mass) or
//! what is paid for it (by value). A step that leads to no product, and a section's own costs where none of its units leads
//! to one, are shared by all products.
//!
//! # Holds for
//! Rare earths come together: any rule of sharing is a convention, none is a cause. By mass, cerium bears what dysprosium
//! causes; by value, the dear oxides bear the rest and no product can lose while another gains. Both stand side by side; what
//! is apart (a step only one product passes) is the same under both. Royalty and tax are in the least price, not in the cost.
//!
//! # Source
//! Textbook.

use std::collections::{BTreeMap, BTreeSet};

use crate::element::{ByElement, Element};
use crate::flowsheet::Plant;
use crate::product::Product;
use crate::table::Table;

use super::account::money;
use super::cost_by_step::Step;
use super::revenue::Sale;
use super::study::Study;

/// What is shared out, and among whom.
pub(super) struct Joint<'j> {
    pub study: &'j Study,
    pub plant: &'j Plant,
    pub products: &'j [Product],
    pub sales: &'j [Sale],
    /// Steps with their costs.
    pub steps: &'j [Step<'j>],
    pub hours: f64,
    /// Revenue at which the value is nought, USD/y.
    pub enough: Option<f64>,
}

/// By what the joint cost is shared.
#[derive(Clone, Copy)]
enum Rule {
    Mass,
    Value,
}

impl Joint<'_> {
    /// The products (by index) that lie beyond each unit.
    fn beyond(&self) -> BTreeMap<&str, BTreeSet<usize>> {
        let mut beyond: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
        for (at, product) in self.products.iter().enumerate() {
            let mut ahead: Vec<&str> =
                self.plant.pipe(&product.stream).and_then(|pipe| pipe.from.as_deref()).into_iter().collect();
            while let Some(tag) = ahead.pop() {
                if beyond.entry(tag).or_default().insert(at) {
                    let into = self.plant.pipes.iter().filter(|pipe| pipe.to.as_deref() == Some(tag));
                    ahead.extend(into.filter_map(|pipe| pipe.from.as_deref()));
                }
            }
        }
        beyond
    }

    fn weight(&self, rule: Rule, product: usize) -> f64 {
        self.sales.get(product).map_or(0.0, |sale| match rule {
            Rule::Mass => sale.oxide,
            Rule::Value => sale.usd,
        })
    }

    /// Cost of each product, USD/y.
    fn costs(&self, rule: Rule) -> Vec<f64> {
        let beyond = self.beyond();
        let all: BTreeSet<usize> = (0..self.products.len()).collect();
        let of_section = |section: &str| -> BTreeSet<usize> {
            let own = self.steps.iter().filter(|step| step.section == section);
            own.filter_map(|step| beyond.get(step.name.as_str())).flatten().copied().collect()
        };
        let mut costs = vec![0.0; self.products.len()];
        for step in self.steps {
            let mut among = beyond.get(step.name.as_str()).cloned().unwrap_or_else(|| of_section(step.section));
            if among.iter().all(|&product| self.weight(rule, product) <= 0.0) {
                among.clone_from(&all);
            }
            let whole: f64 = among.iter().map(|&product| self.weight(rule, product)).sum();
            if whole > 0.0 {
                for product in among {
                    costs[product] += (step.operating + step.capital) * self.weight(rule, product) / whole;
                }
            }
        }
        costs
    }

    /// Cost and least price of each product, then of each element.
    pub fn tables(&self) -> [Table; 2] {
        let rules = [Rule::Mass, Rule::Value].map(|rule| self.costs(rule));
        [self.of_products(&rules), self.of_elements(&rules)]
    }

    fn least(&self, costs: &[f64], at: usize, oxide: f64) -> Option<f64> {
        let whole: f64 = costs.iter().sum();
        (oxide > 0.0 && whole > 0.0).then_some(())?;
        Some(self.enough? * costs.get(at)? / whole / oxide)
    }

    fn of_products(&self, rules: &[Vec<f64>; 2]) -> Table {
        let mut table = Table::new(
            "product_cost",
            "What each product costs, and the least it must fetch",
            format!(
                "{}; per kg of rare-earth oxide; joint cost shared among the products beyond each step, by oxide sold or by what is paid; \
                 the least price makes the value nought after tax",
                money(self.study)
            ),
            &[
                ("product", ""),
                ("oxide", "t/y"),
                ("paid", "USD/kg"),
                ("cost by mass", "USD/kg"),
                ("cost by value", "USD/kg"),
                ("least price by mass", "USD/kg"),
                ("least price by value", "USD/kg"),
                ("cost by mass, whole", "MUSD/y"),
                ("cost by value, whole", "MUSD/y"),
            ],
        );
        let [mass, value] = rules;
        for (at, sale) in self.sales.iter().enumerate() {
            let each = |usd: f64| (sale.oxide > 0.0).then(|| usd / sale.oxide);
            let priced = |usd: f64| sale.price.map(|_| usd);
            table.row(vec![
                sale.what.as_str().into(),
                (sale.oxide / 1000.0).into(),
                each(sale.usd).and_then(priced).into(),
                each(mass[at]).into(),
                priced(value[at]).and_then(each).into(),
                self.least(mass, at, sale.oxide).into(),
                self.least(value, at, sale.oxide).and_then(priced).into(),
                (mass[at] / 1e6).into(),
                priced(value[at]).map(|usd| usd / 1e6).into(),
            ]);
        }
        table
    }

    /// Within a product the rule goes on: by mass every kg costs the same, by value every dollar of its basket.
    fn of_elements(&self, rules: &[Vec<f64>; 2]) -> Table {
        let mut table = Table::new(
            "element_cost",
            "What the oxide of each element costs",
            format!(
                "{}; per kg of oxide in the products named for the element; joint cost by oxide sold or by what is paid, within a product by the prices of separated oxides",
                money(self.study)
            ),
            &[
                ("element", ""),
                ("oxide", "t/y"),
                ("cost by mass", "USD/kg"),
                ("cost by value", "USD/kg"),
                ("price separated", "USD/kg"),
            ],
        );
        let price = |element: Element| self.study.prices.element(element).map(|found| found.price.usd);
        let [mass, value] = rules;
        let mut sums: [ByElement<f64>; 3] = std::array::from_fn(|_| ByElement::default());
        for (at, product) in self.products.iter().enumerate() {
            let kg = |element: Element| product.elements[element] * element.oxide_factor().unwrap_or(0.0) * self.hours;
            let worth = |element: Element| kg(element) * price(element).unwrap_or(0.0);
            let named = || product.named_for.iter().copied();
            let (oxide, usd): (f64, f64) = (named().map(kg).sum(), named().map(worth).sum());
            for element in named() {
                sums[0][element] += kg(element);
                sums[1][element] += if oxide > 0.0 { mass[at] * kg(element) / oxide } else { 0.0 };
                sums[2][element] += if usd > 0.0 { value[at] * worth(element) / usd } else { 0.0 };
            }
        }
        let [oxide, by_mass, by_value] = &sums;
        for element in super::revenue::valued().filter(|&element| oxide[element] > 0.0) {
            table.row(vec![
                element.symbol().into(),
                (oxide[element] / 1000.0).into(),
                (by_mass[element] / oxide[element]).into(),
                price(element).map(|_| by_value[element] / oxide[element]).into(),
                price(element).into(),
            ]);
        }
        table
    }
}
