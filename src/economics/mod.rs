//! Money: capital, operating cost, revenue, return.
//!
//! [`Study`] is the section `[economics]` of a scenario; [`Study::account`] gives the [`Account`].
//! No unit holds a price: machines come as sizes, and everything bought, sold or thrown away as
//! streams that cross the fence. What has no price is told as missing and never counted as zero.

use crate::unit::{Case, Kind};

mod account;
mod account_tables;
pub mod break_even;
mod capital;
pub mod coal_refuse_plant;
pub mod cost_bounds;
mod cost_by_step;
pub mod equipment_cost;
pub mod estimate_class;
pub mod finance;
pub mod flat_cash_flow;
pub mod growing_annuity;
pub mod installation;
mod ledger;
mod operating;
pub mod prices;
mod product_cost;
mod revenue;
mod study;
#[cfg(test)]
mod tests;
mod value;
mod worth;

pub use account::Account;
pub use capital::{Capital, Item, Locked};
pub use finance::{Finance, FullYear, Year, stated_flows};
pub use ledger::{Category, Line};
pub use revenue::Sale;
pub use study::{BelowSpecification, Extra, Post, Step, Study};

/// The laws a validation file can question.
pub const CASES: &[Kind<dyn Case>] =
    &[growing_annuity::CASE, coal_refuse_plant::CASE, cost_bounds::CASE, break_even::CASE, flat_cash_flow::CASE];
