//! Money: capital, operating cost, revenue, return.

use crate::unit::{Case, Kind};

/// The laws a validation file can question.
pub const CASES: &[Kind<dyn Case>] = &[];
