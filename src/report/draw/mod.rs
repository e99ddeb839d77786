//! The pictures, each a pure function from results to SVG, drawn with a few words of our own
//! (`docs/decisions/0003-own-svg.md`).

pub mod axis;
pub mod canvas;
pub mod colour;
pub mod curve;
pub mod deposit;
pub mod flowsheet;
pub mod graph;
pub mod ladder;
pub mod money;
pub mod sankey;
pub mod spider;
pub mod strip;
pub mod world;
