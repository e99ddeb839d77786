//! Ytterby: from a rare-earth find to separated oxides, their cost, and what they change.
//!
//! The modules stand in the order the ore travels. First the words everyone uses,
//! then the chain (no stage names a later one), then the run.

// The words: each may use only those of its own list.
pub mod chance;
pub mod columnar;
pub mod document;
pub mod element;
pub mod error;
pub mod feed;
pub mod fields;
pub mod flowsheet;
pub mod formula;
pub mod gaussian;
pub mod ion;
pub mod library;
pub mod mineral;
pub mod ore;
pub mod product;
pub mod progress;
pub mod quantity;
pub mod reagent;
pub mod solution;
pub mod source;
pub mod stream;
pub mod table;
pub mod unit;

// The chain.
pub mod deposit;
pub mod lift;
pub mod beneficiate;
pub mod leach;
pub mod separate;
pub mod finish;
pub mod economics;
pub mod market;
pub mod record;

// The run.
pub mod bibliography;
pub mod catalogue;
pub mod outcome;
pub mod report;
pub mod run;
pub mod scenario;
pub mod validation;
