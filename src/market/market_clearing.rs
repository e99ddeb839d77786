//! The price at which a market clears when someone comes or goes.
//!
//! # Equation
//! `D₀ p^−ε = Σ S_k p^σ + X`
//!
//! # Symbols
//! `p` price over that of the base; `D₀` demand at the base; `S_k` supply of producer `k` at the
//! base, `X` supply that does not follow the price (a new project); `ε` elasticity of demand, `σ`
//! of supply.
//!
//! # Holds for
//! One homogeneous good, small changes, time for demand and supply to answer. Nobody has
//! published elasticities for single rare earths: those used are illustrations and said to be.
//!
//! # Source
//! Textbook partial equilibrium. Without `X`, `p = (D₀/ΣS_k)^(1/(ε + σ))`.

use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::Number;
use crate::unit::{Case, Kind, Reading};

/// The price over the base. `supply` follows the price, `fixed` does not.
pub fn clearing_price(demand: f64, supply: f64, fixed: f64, demand_elasticity: f64, supply_elasticity: f64) -> f64 {
    // Excess demand falls with the price: bisect in the logarithm.
    let excess =
        |log: f64| demand * (-demand_elasticity * log).exp() - supply * (supply_elasticity * log).exp() - fixed;
    let (mut low, mut high) = (-60.0, 60.0);
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if excess(middle) > 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high).exp()
}

#[derive(Debug)]
struct Market {
    demand: f64,
    supply: f64,
    fixed: f64,
    demand_elasticity: f64,
    supply_elasticity: f64,
}

/// A market that clears.
pub const CASE: Kind<dyn Case> = Kind {
    name: "market-clearing",
    about: "Price and demand of a market with constant elasticities when supply changes",
    sources: &[],
    read,
};

fn read(fields: &mut Fields<'_>, _library: &Library) -> Option<Box<dyn Case>> {
    let mut number =
        |key: &'static str, about: &str, range| fields.need::<Number>(key, about, range).map(|number| number.0);
    let demand = number("demand", "at the base price", 1e-9..=1e15);
    let supply = number("supply", "left at the base price, following the price", 0.0..=1e15);
    let fixed = number("fixed_supply", "that does not follow the price", 0.0..=1e15);
    let demand_elasticity = number("demand_elasticity", "positive", 1e-3..=10.0);
    let supply_elasticity = number("supply_elasticity", "positive", 0.0..=10.0);
    Some(Box::new(Market {
        demand: demand?,
        supply: supply?,
        fixed: fixed?,
        demand_elasticity: demand_elasticity?,
        supply_elasticity: supply_elasticity?,
    }))
}

impl Case for Market {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let price =
            clearing_price(self.demand, self.supply, self.fixed, self.demand_elasticity, self.supply_elasticity);
        Ok(vec![
            Reading::new("price ratio", price, "1"),
            Reading::new("demand", self.demand * price.powf(-self.demand_elasticity), "given"),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_project_it_is_the_closed_form() {
        let price = clearing_price(100.0, 54.5, 0.0, 0.3, 0.2);
        assert!((price / (100.0f64 / 54.5).powf(2.0) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_market_clears() {
        let price = clearing_price(100.0, 80.0, 7.0, 0.4, 0.3);
        let gap = 100.0 * price.powf(-0.4) - 80.0 * price.powf(0.3) - 7.0;
        assert!(gap.abs() < 1e-9, "{gap}");
    }
}
