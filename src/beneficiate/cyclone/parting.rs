//! Where each mineral and size of a feed goes in a cyclone.

use crate::error::Error;
use crate::stream::Solid;
use crate::table::Table;

use super::super::partition::{Curve, lower_edge};
use super::{Feed, Law, Shape};

/// Volume share of solids at which grains of one size, thrown together, touch: no slurry holds more.
pub const PACKING: f64 = 0.64;

/// Volume share above which an underflow leaves as a rope rather than a spray.
pub const ROPE: f64 = 0.50;

/// A size of the curve's table lies so many times below the finest edge.
const BELOW: f64 = 4.0;

/// Points of the curve's table, a mineral.
const POINTS: usize = 40;

/// What a cyclone does to a feed.
#[derive(Debug, Clone, PartialEq)]
pub struct Parting {
    /// Share of the liquid that leaves by the apex, and of every grain that it takes along.
    pub bypass: f64,
    /// What goes down.
    pub under: Solid,
    /// Cut of each lot, m; `None` floats.
    cuts: Vec<Option<f64>>,
    curve: Curve,
}

/// Parts a feed; fails where the apex cannot pass what settles.
pub fn parted(law: &dyn Law, shape: &Shape, feed: &Feed, solid: &Solid) -> Result<Parting, Error> {
    let curve = law.curve(shape, feed);
    let cuts: Vec<Option<f64>> = solid.lots.iter().map(|lot| law.cut_size(shape, feed, lot.mineral.density)).collect();
    // Share of a class that goes down at a bypass; what floats goes with the liquid.
    let share = |class: usize, cut: Option<f64>, bypass: f64| {
        let at = class.min(solid.edges.len() - 1);
        cut.map_or(bypass, |cut| curve.over_class(lower_edge(&solid.edges, at), solid.edges[at], cut, bypass))
    };
    let parts = || solid.lots.iter().zip(cuts.iter().copied());
    let volume: f64 = solid.volume();
    let down: f64 = parts()
        .map(|(lot, cut)| {
            let kg = lot.kg_per_h.iter().enumerate().map(|(class, kg)| kg * share(class, cut, 0.0));
            kg.sum::<f64>() / lot.mineral.density
        })
        .sum();
    let settled = if volume > 0.0 { down / volume } else { 0.0 };
    let bypass = law.split(shape, feed).bypass(feed.solids, settled);
    if !(0.0..1.0).contains(&bypass) {
        return Err(impossible(bypass, feed, settled));
    }
    let mut under = Solid { edges: solid.edges.clone(), lots: Vec::new() };
    for (lot, cut) in parts() {
        let kg: Vec<f64> = lot.kg_per_h.iter().enumerate().map(|(class, kg)| kg * share(class, cut, bypass)).collect();
        under.add(&lot.mineral, &kg);
    }
    Ok(Parting { bypass, under, cuts, curve })
}

fn impossible(bypass: f64, feed: &Feed, settled: f64) -> Error {
    let (what, hint) = if bypass < 0.0 {
        let most = feed.solids * settled;
        (
            format!(
                "{:.0} % of the solids settle, {:.1} % of the slurry's volume, more than the apex passes: it would rope and hold back",
                settled * 100.0,
                most * 100.0
            ),
            format!(
                "a wider `apex`, a narrower `vortex_finder`, or a thinner feed: at this split at most {:.1} % solids by volume",
                feed.solids * 100.0 * limit(bypass, most)
            ),
        )
    } else {
        (
            "the law sends all of the liquid to the underflow".to_owned(),
            "a narrower `apex` or other constants".to_owned(),
        )
    };
    Error::Infeasible { unit: String::new(), what, hint }
}

/// By how much the solids would have to thin for the volume that leaves by the apex to hold what settles at packing.
fn limit(bypass: f64, most: f64) -> f64 {
    let volume = (bypass * (1.0 - most) + most).max(0.0);
    (volume * PACKING / most).min(1.0)
}

impl Parting {
    /// The table of what went where.
    pub fn table(&self, solid: &Solid) -> Table {
        let mut table = Table::new(
            "partition",
            "Where each mineral and size went",
            "dry solids per hour at work",
            &[("mineral", ""), ("finer than", "um"), ("cut size", "um"), ("fed", "kg/h"), ("to underflow", "%")],
        );
        for (lot, cut) in solid.lots.iter().zip(&self.cuts) {
            let down = self.under.lot(&lot.mineral.name);
            for (class, &kg) in lot.kg_per_h.iter().enumerate().filter(|(_, kg)| **kg > 0.0) {
                let upper = solid.edges[class.min(solid.edges.len() - 1)];
                let share = down.and_then(|lot| lot.kg_per_h.get(class)).map(|down| down / kg * 100.0);
                table.row(vec![
                    (&*lot.mineral.name).into(),
                    (upper * 1e6).into(),
                    cut.map(|cut| cut * 1e6).into(),
                    kg.into(),
                    share.into(),
                ]);
            }
        }
        table
    }

    /// The partition curve of each mineral, finely drawn.
    pub fn curve_table(&self, solid: &Solid) -> Table {
        let mut table = Table::new(
            "partition_curve",
            "Partition curve",
            "share of each size that goes to the underflow, with the bypass and without it",
            &[("mineral", ""), ("size", "um"), ("to underflow", "%"), ("without bypass", "%")],
        );
        let (Some(first), Some(last)) = (solid.edges.first(), solid.edges.last()) else { return table };
        let step = (last * BELOW / first).ln() / (POINTS - 1) as f64;
        for (lot, cut) in solid.lots.iter().zip(&self.cuts).filter(|(lot, _)| lot.total() > 0.0) {
            for point in 0..POINTS {
                let size = first / BELOW * (step * point as f64).exp();
                let y = cut.map_or(0.0, |cut| self.curve.reduced(size / cut));
                table.row(vec![
                    (&*lot.mineral.name).into(),
                    (size * 1e6).into(),
                    ((y * (1.0 - self.bypass) + self.bypass) * 100.0).into(),
                    (y * 100.0).into(),
                ]);
            }
        }
        table
    }
}
