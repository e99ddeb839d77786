//! Value, from what lies in the ground to what is paid: the first bar never without the last.
//!
//! # Equation
//! `V = Σ_e m_e f_e p_e`
//!
//! # Symbols
//! `V` USD a year of the basket; `m_e` kg of an element a year in the streams of a step; `f_e`
//! oxide per element; `p_e` USD per kg of the separated oxide.
//!
//! # Holds for
//! A basket at the prices of separated oxides. It is what nobody pays until the oxides are
//! separated, in specification and sold: the last bar is what is paid, with the discount on what
//! misses its specification.
//!
//! # Source
//! Identity.

use crate::element::ByElement;
use crate::flowsheet::Plant;
use crate::product::Product;
use crate::table::Table;

use super::ledger::Gathered;
use super::revenue::{Sale, basket, valued};
use super::study::Study;

/// kg/h of each element in what is fed with rare earths in it.
pub(super) fn fed(plant: &Plant) -> ByElement<f64> {
    let mut sum = ByElement::default();
    for pipe in plant.pipes.iter().filter(|pipe| pipe.from.is_none()) {
        sum += &pipe.stream.element_mass();
    }
    sum
}

/// Tonnes an hour of solids fed, dry; of everything fed where no solids are.
pub(super) fn fed_t_per_h(plant: &Plant) -> f64 {
    let feeds = || plant.pipes.iter().filter(|pipe| pipe.from.is_none());
    let solids: f64 = feeds().map(|pipe| pipe.stream.solid.mass()).sum();
    let whole: f64 = feeds().map(|pipe| pipe.stream.mass()).sum();
    if solids > 0.0 { solids / 1000.0 } else { whole / 1000.0 }
}

/// The waterfall.
pub(super) fn waterfall(
    study: &Study,
    plant: &Plant,
    products: &[Product],
    sales: &[Sale],
    hours: f64,
    gathered: &mut Gathered,
) -> Table {
    let mut table = Table::new(
        "value_waterfall",
        "From the value in the ground to what is paid",
        format!(
            "{}; basket at the prices of separated oxides until the last bar, which is what is paid",
            super::account::money(study)
        ),
        &[("step", ""), ("value", "MUSD/y")],
    );
    let mut bar = |name: &str, usd: f64| table.row(vec![name.into(), (usd / 1e6).into()]);
    let mined = basket(study, &fed(plant)) * hours;
    if let Some(recovery) = study.mining_recovery {
        bar("in situ", mined / recovery);
    }
    bar("mined", mined);
    for step in &study.steps {
        let mut elements = ByElement::default();
        for name in &step.streams {
            match plant.pipe(name) {
                Some(pipe) => elements += &pipe.stream.element_mass(),
                None => gathered.caveat(format!("value step `{}`: there is no stream `{name}`", step.name)),
            }
        }
        bar(&step.name, basket(study, &elements) * hours);
    }
    let named: f64 = products
        .iter()
        .map(|product| {
            basket(study, &product.elements.map(|e, kg| if product.named_for.contains(&e) { *kg } else { 0.0 }))
        })
        .sum();
    bar("separated", named * hours);
    bar("payable", sales.iter().map(|sale| sale.usd).sum());
    table
}

/// Mass against value, element by element, in the feed and in the products.
pub(super) fn mass_value(study: &Study, plant: &Plant, products: &[Product], hours: f64) -> Table {
    let mut table = Table::new(
        "mass_value",
        "Share of mass and share of value",
        format!(
            "{}; mass as reporting oxides (CeO2, Pr6O11, Tb4O7, others M2O3); value at the prices of separated oxides; an element without a price has no value share",
            super::account::money(study)
        ),
        &[
            ("element", ""),
            ("mass share", "%"),
            ("value share", "%"),
            ("mass share sold", "%"),
            ("value share sold", "%"),
            ("price", "USD/kg oxide"),
        ],
    );
    let fed = fed(plant);
    let mut sold = ByElement::default();
    for product in products {
        sold += &product.elements;
    }
    let oxide = |elements: &ByElement<f64>| elements.map(|e, kg| kg * e.oxide_factor().unwrap_or(0.0) * hours);
    let (fed_oxide, sold_oxide) = (oxide(&fed), oxide(&sold));
    let total = |oxides: &ByElement<f64>| valued().map(|e| oxides[e]).sum::<f64>();
    let (fed_total, sold_total) = (total(&fed_oxide), total(&sold_oxide));
    let (fed_value, sold_value) = (basket(study, &fed) * hours, basket(study, &sold) * hours);
    let share = |part: f64, whole: f64| (whole > 0.0).then(|| 100.0 * part / whole);
    for element in valued().filter(|e| fed[*e] > 0.0 || sold[*e] > 0.0) {
        let price = study.prices.element(element).map(|price| price.price.usd);
        table.row(vec![
            element.symbol().into(),
            share(fed_oxide[element], fed_total).into(),
            price.and_then(|p| share(fed_oxide[element] * p, fed_value)).into(),
            share(sold_oxide[element], sold_total).into(),
            price.and_then(|p| share(sold_oxide[element] * p, sold_value)).into(),
            price.into(),
        ]);
    }
    table
}
