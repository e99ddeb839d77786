//! A splitter: one stream into two of the same composition.
//!
//! # Equation
//! ```text
//! a = s F ,    b = (1 − s) F
//! ```
//!
//! # Symbols
//! F: everything that enters, per hour; s: share, 1.
//!
//! # Holds for
//! Any stream, all phases alike: a bleed, a recycle, a flow to two lines.
//!
//! # Source
//! A definition.

use crate::error::Error;
use crate::quantity::Fraction;
use crate::stream::Stream;
use crate::unit::{Balance, Kind, Ports, Reading, Unit};

/// In the catalogue.
pub const KIND: Kind<dyn Unit> = Kind {
    name: "splitter",
    about: "Divides a stream in two of the same composition: a recycle and its bleed, or two lines.",
    sources: &[],
    read: |fields, _| {
        let share = fields.need::<Fraction>("share", "of everything that leaves by the outlet `part`", 0.0..=1.0)?;
        Some(Box::new(Splitter(share.0)))
    },
};

#[derive(Debug)]
struct Splitter(f64);

impl Unit for Splitter {
    fn ports(&self) -> Ports {
        Ports { inlets: &["feed"], outlets: &["part", "rest"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let outlets = vec![inlets[0].scaled(self.0), inlets[0].scaled(1.0 - self.0)];
        let readings = vec![Reading::new("flow of the part", outlets[0].mass(), "kg/h")];
        Ok(Balance { outlets, readings, ..Balance::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Node;
    use crate::fields::{Check, Fields};
    use crate::flowsheet::{Flowsheet, Placed};
    use crate::ion::Ion;
    use crate::library::Library;

    #[test]
    fn a_bleed_of_a_tenth_leaves_a_loop_ten_times_its_feed() {
        let node = Node::parse("s.toml", "share = \"90 %\"\n").unwrap();
        let check = Check::new();
        let unit = (KIND.read)(&mut Fields::new(&node, "S-1", &check), &Library::builtin()).unwrap();
        let placed = Placed {
            tag: "S-1".into(),
            kind: "splitter",
            unit,
            inlets: vec![vec!["feed".into(), "back".into()]],
            outlets: vec!["back".into(), "bleed".into()],
        };
        let mut feed = Stream::default();
        feed.aqueous.water = 100.0;
        feed.aqueous.ions[Ion::Na] = 3.0;
        feed.aqueous.ions[Ion::Chloride] = 3.0;
        let plant = Flowsheet { units: vec![placed] }.solve(&[("feed".into(), feed)], &mut |_| {}).unwrap();
        let back = &plant.pipe("back").unwrap().stream.aqueous;
        assert!((back.water - 900.0).abs() < 1e-6 && (back.ions[Ion::Na] - 27.0).abs() < 1e-7);
        assert!(plant.closure.gap < 1e-11);
    }
}
