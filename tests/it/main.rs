//! What is true of the whole house: one test binary.

mod audit;
mod broken;
mod catalogue;
mod design;
mod mangled;
mod own_extractant;
mod regression;
mod robustness;
mod validation;
