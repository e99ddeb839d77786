//! A screen: what is larger than its holes stays on top.
//!
//! # Equation
//! `Y = y(d/a)(1 − b) + b` with y of Plitt and sharpness m ([`super::partition`]); the oversize
//! keeps moisture with it, `water = solids · w/(1 − w)`, at most what is there.
//!
//! # Symbols
//! a: size half of which stays on top, near the aperture; m: sharpness; b: share of fines that
//! cling to the oversize; w: moisture of the oversize by mass.
//!
//! # Holds for
//! Any screen whose efficiency curve is known or chosen; density plays no part.
//!
//! # Source
//! Form of the curve: `plitt1976`; the numbers are choices of the scenario.

use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Fraction, Length, Number};
use crate::stream::{Solid, Stream};
use crate::unit::{Balance, Equipment, Kind, Ports, Reading, Unit};

use super::dilution::Dilution;
use super::hydrocyclone::difference;
use super::partition::{Curve, lower_edge};

/// The screen.
#[derive(Debug)]
struct Screen {
    cut: f64,
    curve: Curve,
    clinging: f64,
    moisture: f64,
    dilution: Option<Dilution>,
}

/// The kind.
pub const KIND: Kind<dyn Unit> =
    Kind { name: "screen", about: "Screen that parts an ore by size alone", sources: &["plitt1976"], read };

fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Box<dyn Unit>> {
    let cut: Option<Length> = fields.need("cut", "size half of which stays on top", 1e-6..=1.0);
    let sharpness: Option<Number> = fields.need("sharpness", "Plitt's m: 2 blunt, 10 sharp, 100 ideal", 0.5..=1000.0);
    let clinging: Option<Fraction> = fields.need("clinging", "share of fines that stay with the oversize", 0.0..=0.5);
    let moisture: Option<Fraction> = fields.need("oversize_moisture", "solution over wet oversize", 0.0..=0.9);
    let dilution = Dilution::read(fields, library);
    Some(Box::new(Screen {
        cut: cut?.0,
        curve: Curve::Plitt(sharpness?.0),
        clinging: clinging?.0,
        moisture: moisture?.0,
        dilution: dilution.ok()?,
    }))
}

impl Unit for Screen {
    fn ports(&self) -> Ports {
        Ports { inlets: &["feed"], outlets: &["oversize", "undersize"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let mut feed = inlets[0].clone();
        let mut caveats = Vec::new();
        let mut drawn = Vec::new();
        if let Some(dilution) = &self.dilution {
            drawn.extend(dilution.apply(&mut feed, &mut caveats));
        }
        let edges = feed.solid.edges.clone();
        if edges.is_empty() && feed.solid.mass() > 0.0 {
            return Err(Error::Infeasible {
                unit: String::new(),
                what: "the solids have no sizes".into(),
                hint: "feed it from an ore with size classes".into(),
            });
        }
        let mut on_top = Solid { edges: edges.clone(), lots: Vec::new() };
        for lot in &feed.solid.lots {
            let stays = lot.kg_per_h.iter().enumerate().map(|(class, kg)| {
                let at = class.min(edges.len() - 1);
                kg * self.curve.over_class(lower_edge(&edges, at), edges[at], self.cut, self.clinging)
            });
            on_top.add(&lot.mineral, &stays.collect::<Vec<_>>());
        }
        let solution = feed.aqueous.mass();
        let kept = on_top.mass() * self.moisture / (1.0 - self.moisture);
        let share = if solution > 0.0 { (kept / solution).min(1.0) } else { 0.0 };
        let (mut oversize, mut undersize) = (feed.scaled(share), feed.scaled(1.0 - share));
        undersize.solid = difference(&feed.solid, &on_top);
        oversize.solid = on_top;
        let rare = |s: &Stream| s.solid.element_mass().rare_earth_total();
        let mut readings = Vec::new();
        if feed.solid.mass() > 0.0 {
            readings.push(Reading::new("mass pull", oversize.solid.mass() / feed.solid.mass() * 100.0, "%"));
        }
        if rare(&feed) > 0.0 {
            readings.push(Reading::new("rare-earth recovery", rare(&oversize) / rare(&feed) * 100.0, "%"));
        }
        Ok(Balance { outlets: vec![oversize, undersize], drawn, readings, caveats, ..Balance::default() })
    }

    fn equipment(&self, inlets: &[Stream], _: &Balance) -> Vec<Equipment> {
        let size = inlets[0].solid.mass() / 1000.0;
        if size <= 0.0 {
            return Vec::new();
        }
        vec![Equipment { name: "screen".into(), count: 1, size, unit: "t/h" }]
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ore, solved};

    #[test]
    fn an_ideal_screen_keeps_the_coarse_mud() {
        let text = "cut = \"8.5 um\"\nsharpness = 1000\nclinging = 0\noversize_moisture = \"50 %\"\n";
        let plant = solved("screen", text, ore("minamitorishima-mud", 1.427e-3), &["oversize", "undersize"]);
        let read = |name: &str| plant.units[0].balance.readings.iter().find(|r| r.name == name).unwrap().value;
        assert!((read("mass pull") - 8.57).abs() < 0.2, "{}", read("mass pull"));
        let top = &plant.pipe("oversize").unwrap().stream;
        assert!((top.solids_fraction() - 0.5).abs() < 1e-9);
    }
}
