//! The pictures, each a pure function from results to SVG, drawn with a few words of our own
//! (`docs/decisions/0003-own-svg.md`).

pub mod axis;
pub mod calendar;
pub mod canvas;
pub mod colour;
pub mod contour;
pub mod convergence;
pub mod curve;
pub mod cut_tree;
pub mod deposit;
pub mod distribution;
#[cfg(test)]
pub mod eye;
pub mod flowsheet;
pub mod frontier;
pub mod graph;
pub mod ground;
pub mod label;
pub mod ladder;
pub mod mccabe_thiele;
pub mod money;
pub mod panels;
pub mod residual_bars;
pub mod sankey;
pub mod size_bars;
pub mod spider;
pub mod start_up;
pub mod strip;
pub mod window;
pub mod world;
