//! What is true of the whole house: one test binary.

mod audit;
mod catalogue;
mod validation;
