//! Simulation: many grounds as varied as the truth, each agreeing with every sample.

pub mod around;
pub mod chance;
pub mod gaussian;
pub mod path;
pub mod sequential;

#[cfg(test)]
mod tests;
