//! What a tonne of feed may cost at most.
//!
//! # Equation
//! `k = g η p B`
//!
//! # Symbols
//! `k` all-in cost a tonne of feed can bear, USD/t; `g` rare-earth oxide in the feed, kg/t; `η`
//! recovery from feed to product; `p` share of the basket that is paid; `B` basket price, USD
//! per kg of rare-earth oxide.
//!
//! # Holds for
//! Always: it is an identity. Grade and feed must be on the same basis (wet or dry, oxide).
//!
//! # Source
//! Identity.

use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Fraction, PriceByMass};
use crate::unit::{Case, Kind, Reading};

/// USD a tonne of feed can bear.
pub fn bearable_cost(grade: f64, recovery: f64, payability: f64, basket_usd_per_kg: f64) -> f64 {
    grade * 1000.0 * recovery * payability * basket_usd_per_kg
}

#[derive(Debug)]
struct Feed(f64);

/// The cost a tonne of feed can bear.
pub const CASE: Kind<dyn Case> = Kind {
    name: "break-even-feed-cost",
    about: "The all-in cost a tonne of feed can bear, from grade, recovery, payability and basket",
    sources: &[],
    read,
};

fn read(fields: &mut Fields<'_>, _library: &Library) -> Option<Box<dyn Case>> {
    let grade: Option<Fraction> = fields.need("grade", "rare-earth oxide in the feed", 0.0..=1.0);
    let recovery: Option<Fraction> = fields.need("recovery", "from feed to product", 0.0..=1.0);
    let payability: Option<Fraction> = fields.need("payability", "share of the basket that is paid", 0.0..=1.0);
    let basket: Option<PriceByMass> = fields.need("basket", "price of the basket", 0.0..=1e6);
    Some(Box::new(Feed(bearable_cost(grade?.0, recovery?.0, payability?.0, basket?.0))))
}

impl Case for Feed {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        Ok(vec![Reading::new("bearable cost", self.0, "USD/t")])
    }
}
