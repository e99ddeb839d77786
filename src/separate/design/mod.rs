//! Design: from a product slate to batteries, checked by the rigorous solution.
//!
//! A specification ([`spec`]) says what comes, what is asked and what may be used. Every cut it allows has a
//! floor in theory ([`floor`], [`plan`]); the cheapest order of cuts follows exactly ([`order`]); each cut of
//! that order is then built as the unit `mixer-settlers` and corrected until it does what is asked
//! ([`rigorous`], [`train`]); where a battery of three outlets could be cheaper than two cuts it is built too ([`three`],
//! [`middle`]). What comes out is a table and a scenario that runs ([`tell`]).

pub mod floor;
pub mod goal;
pub mod linked;
mod linked_train;
pub mod loading;
pub mod middle;
mod middle_tell;
mod middle_train;
pub mod order;
pub mod plan;
mod priced;
pub mod proxy;
pub mod rigorous;
pub mod spec;
pub mod tell;
pub mod three;
pub mod train;

#[cfg(test)]
mod tests;
