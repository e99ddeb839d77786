//! The deposit: from core assays to tonnes and grade.

use crate::unit::{Case, Kind};

pub mod pattern;

/// The laws a validation file can question.
pub const CASES: &[Kind<dyn Case>] = &[];
