//! Revenue: what is in specification at its price, what is not at a discount or not at all.
//!
//! # Equation
//! `R = Σ m p π` in specification; `R = π_c Σ_e m_e p_e` for a mixture.
//!
//! # Symbols
//! `m` kg of rare-earth oxide a year, `p` price, `π` share of it paid; `m_e`, `p_e` oxide of one
//! element and its price as a separated oxide; `π_c` share of the basket paid for a concentrate.
//!
//! # Holds for
//! A product is in specification when its relative purity and its share of rare-earth oxide are
//! at least those asked for. Oxides nobody quotes (thulium) earn nothing, and that is said.
//!
//! # Source
//! Prices `data/economics/oxide_prices.csv`.

use crate::element::{ByElement, Element};
use crate::product::Product;
use crate::quantity::figures;

use super::ledger::Gathered;
use super::prices::PriceBook;
use super::study::{BelowSpecification, Study};

/// A line of revenue.
#[derive(Debug, Clone, PartialEq)]
pub struct Sale {
    /// The product.
    pub what: String,
    /// kg of rare-earth oxide a year.
    pub oxide: f64,
    /// Relative purity.
    pub purity: f64,
    /// Is it in specification and quoted?
    pub in_specification: bool,
    /// USD per kg of rare-earth oxide before the share paid; `None` when unsold.
    pub price: Option<f64>,
    /// Share paid.
    pub payability: f64,
    /// USD a year.
    pub usd: f64,
    /// How well the price is known.
    pub evidence: String,
    /// Key of its source.
    pub source: String,
}

/// The rare earths whose oxides are valued: the fifteen and scandium.
pub(super) fn valued() -> impl Iterator<Item = Element> {
    Element::RARE_EARTHS.iter().copied().chain([Element::Sc])
}

/// USD of the oxides in some kg of elements, at the prices of separated oxides.
pub(super) fn basket(study: &Study, elements: &ByElement<f64>) -> f64 {
    priced(&study.prices, elements)
}

fn priced(book: &PriceBook, elements: &ByElement<f64>) -> f64 {
    valued()
        .filter_map(|element| {
            let price = book.element(element)?;
            Some(elements[element] * element.oxide_factor()? * price.price.usd)
        })
        .sum()
}

/// Each product sold.
pub(super) fn revenue(study: &Study, products: &[Product], hours: f64, gathered: &mut Gathered) -> Vec<Sale> {
    let mut fallbacks = Vec::new();
    for element in valued() {
        let Some(oxide) = element.oxide() else { continue };
        match study.prices.element(element) {
            Some(found) => {
                gathered.cite(study, oxide, &found.price);
                if found.fallback {
                    fallbacks.push(oxide);
                }
            }
            None if products.iter().any(|product| product.elements[element] > 0.0) => {
                gathered.caveat(format!("{oxide} has no public price and is valued at nothing"));
            }
            None => {}
        }
    }
    let mut sold = ByElement::default();
    for product in products {
        sold += &product.elements;
    }
    let (here, elsewhere) = (basket(study, &sold), priced(&study.elsewhere, &sold));
    if elsewhere > 0.0 && !(0.5..=2.0).contains(&(here / elsewhere)) {
        gathered.caveat(format!(
            "the oxides sold are worth {} times what the other price regime pays, and that ratio is kept for the whole life; \
             quotations outside China since the export controls are of months, not years",
            figures(here / elsewhere, 2)
        ));
    }
    if !fallbacks.is_empty() {
        gathered
            .caveat(format!("nobody quotes {} outside China: the Chinese export price is used", fallbacks.join(", ")));
    }
    products.iter().map(|product| sale(study, product, hours, gathered)).collect()
}

fn sale(study: &Study, product: &Product, hours: f64, gathered: &mut Gathered) -> Sale {
    let oxide = product.oxide * hours;
    let quoted = study.prices.oxide(&product.name);
    let asked = |list: &[(String, f64)]| list.iter().find(|(name, _)| *name == product.name).map(|(_, value)| *value);
    let purity = asked(&study.specification).or_else(|| quoted.as_ref().and_then(|q| q.purity));
    let pure = product.relative_purity >= purity.unwrap_or(0.0) && product.oxide_purity >= study.oxide_floor;
    let mut sale = Sale {
        what: product.name.clone(),
        oxide,
        purity: product.relative_purity,
        in_specification: pure && quoted.is_some(),
        price: None,
        payability: 0.0,
        usd: 0.0,
        evidence: "absent".to_owned(),
        source: String::new(),
    };
    if let (Some(quoted), true) = (&quoted, pure) {
        gathered.cite(study, &product.name, &quoted.price);
        sale.price = Some(quoted.price.usd);
        sale.payability = asked(&study.payability).unwrap_or(1.0);
        sale.evidence = quoted.price.citation.evidence.to_string();
        sale.source = quoted.price.citation.key.to_string();
    } else {
        let why = match (&quoted, purity) {
            (None, _) => "has no quotation of its own".to_owned(),
            (Some(_), Some(asked)) if product.relative_purity < asked => format!(
                "is {} % pure where {} % is asked for",
                figures(100.0 * product.relative_purity, 5),
                figures(100.0 * asked, 5)
            ),
            _ => format!("holds {} % of rare-earth oxide after ignition", figures(100.0 * product.oxide_purity, 4)),
        };
        let sold = study.below_specification == BelowSpecification::Concentrate || quoted.is_none();
        if sold && oxide > 0.0 {
            sale.price = Some(basket(study, &product.elements) * hours / oxide);
            sale.payability = asked(&study.payability).unwrap_or(study.concentrate_payability);
            sale.evidence = String::from("derived");
            gathered.caveat(format!(
                "{} {why}: sold as a mixture at {} % of its basket",
                product.name,
                figures(100.0 * sale.payability, 3)
            ));
        } else if oxide > 0.0 {
            gathered.caveat(format!("{} {why}: not sold", product.name));
        }
    }
    sale.usd = sale.price.map_or(0.0, |price| price * oxide * sale.payability);
    sale
}
