//! Money: capital, operating cost, revenue, return.

use crate::unit::{Case, Kind};

pub mod break_even;
pub mod coal_refuse_plant;
pub mod cost_bounds;
pub mod depreciation;
pub mod equipment_cost;
pub mod flat_cash_flow;
pub mod growing_annuity;
pub mod rate_of_return;
pub mod time_value;

/// The laws a validation file can question.
pub const CASES: &[Kind<dyn Case>] =
    &[growing_annuity::CASE, coal_refuse_plant::CASE, cost_bounds::CASE, break_even::CASE, flat_cash_flow::CASE];
