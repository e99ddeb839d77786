//! The pictures, each a pure function from results to SVG, drawn with a few words of our own
//! (`docs/decisions/0003-own-svg.md`).

pub mod axis;
pub mod canvas;
pub mod colour;
pub mod flowsheet;
pub mod graph;
