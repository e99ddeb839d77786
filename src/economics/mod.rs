//! Money: capital, operating cost, revenue, return.
//!
//! [`Study`] is the section `[economics]` of a scenario; [`Study::account`] gives the [`Account`].
//! No unit holds a price: machines come as sizes, and everything bought, sold or thrown away as
//! streams that cross the fence. What has no price is told as missing and never counted as zero.

use crate::unit::{Case, Kind};

mod account;
pub mod break_even;
mod capital;
mod cash_flow;
pub mod coal_refuse_plant;
pub mod cost_bounds;
mod cost_by_step;
pub mod depreciation;
pub mod equipment_cost;
pub mod flat_cash_flow;
pub mod growing_annuity;
mod ledger;
mod operating;
pub mod prices;
pub mod rate_of_return;
mod revenue;
pub mod stated_flows;
mod study;
#[cfg(test)]
mod tests;
pub mod time_value;
mod value;

pub use account::Account;
pub use capital::{Capital, Item};
pub use cash_flow::{FullYear, Year};
pub use ledger::{Category, Line};
pub use revenue::Sale;
pub use study::{BelowSpecification, Extra, Post, Step, Study};

/// The laws a validation file can question.
pub const CASES: &[Kind<dyn Case>] =
    &[growing_annuity::CASE, coal_refuse_plant::CASE, cost_bounds::CASE, break_even::CASE, flat_cash_flow::CASE];
