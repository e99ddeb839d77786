//! The deposit: from assays of cores, holes or samples to tonnes and grade.
//!
//! A scenario's `[deposit]` either names tables of what was assayed, which is composited, estimated block
//! by block, drawn many times and counted, or states a grade and tonnage that someone published. Both answer
//! with a [`study::Resource`], which the plant's feed takes its grade and pattern from.

use crate::unit::{Case, Kind};

pub mod anisotropy;
pub mod decluster;
pub mod factors;
pub mod ground;
pub mod holes;
pub mod inverse_distance;
pub mod kriging;
pub mod lattice;
pub mod nearest;
pub mod neighbours;
pub mod normal_score;
pub mod pattern;
pub mod point;
pub mod published;
pub mod search;
pub mod simulate;
pub mod stated;
pub mod study;
pub mod support;
pub mod threads;
mod tiles;
pub mod tonnage;
pub mod variogram;
pub mod weigher;

/// The laws a validation file can question.
pub const CASES: &[Kind<dyn Case>] = &[
    holes::survey::CASE,
    kriging::CASE,
    decluster::CASE,
    support::CASE,
    tonnage::CASE,
    tonnage::PER_TONNE,
    study::CASE,
    simulate::CASE,
];
