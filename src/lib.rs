//! Ytterby: from a rare-earth find to separated oxides, their cost, and what they change.
//!
//! The modules stand in the order the ore travels. First the words everyone uses,
//! then the chain (no stage names a later one), then the run.

// The words.
pub mod document;
pub mod element;
pub mod error;
pub mod fields;
pub mod formula;
pub mod ion;
pub mod library;
pub mod mineral;
pub mod quantity;
pub mod source;
pub mod stream;
