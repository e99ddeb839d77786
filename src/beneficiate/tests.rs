//! A mud and a flowsheet of one unit, for the law tests of this room.

use crate::document::Node;
use crate::element::{ByElement, Element};
use crate::fields::{Check, Fields};
use crate::flowsheet::{Flowsheet, Placed, Plant};
use crate::library::Library;
use crate::ore::Ore;
use crate::stream::Stream;
use crate::unit::Unit;

/// An ore at a grade, equal shares of the fifteen, one tonne dry an hour.
pub fn ore(kind: &str, grade: f64) -> Stream {
    let text = format!("kind = \"{kind}\"\nrate = \"1 t/h\"\nbasis = \"dry\"\n");
    let node = Node::parse("ore.toml", &text).unwrap();
    let check = Check::new();
    let ore = Ore::read(&mut Fields::new(&node, "ore", &check), &Library::builtin()).unwrap();
    let pattern = ByElement::from_fn(|element: Element| f64::from(u8::from(element.is_rare_earth())));
    ore.stream(grade, &pattern).unwrap().0
}

/// The mud of the deep sea at 1720 mg/kg.
pub fn mud() -> Stream {
    ore("minamitorishima-mud", 1.72e-3)
}

/// Reads a unit of this room; its problems fail the test.
pub fn unit(kind: &str, text: &str) -> Box<dyn Unit> {
    let node = Node::parse("unit.toml", text).unwrap();
    let check = Check::new();
    let mut fields = Fields::new(&node, "U-1", &check);
    let kind = super::KINDS.iter().find(|known| known.name == kind).unwrap();
    let unit = (kind.read)(&mut fields, &Library::builtin());
    fields.finish();
    let (problems, _) = check.finish();
    assert!(problems.is_empty(), "{problems:#?}");
    unit.unwrap()
}

/// One unit, placed and solved, conservation checked by the flowsheet.
pub fn solved(kind: &str, text: &str, feed: Stream, outlets: &[&str]) -> Plant {
    let placed = Placed {
        tag: "U-1".into(),
        kind: "test",
        unit: unit(kind, text),
        inlets: vec![vec!["feed".into()]],
        outlets: outlets.iter().map(|name| (*name).to_owned()).collect(),
    };
    let flowsheet = Flowsheet { units: vec![placed] };
    flowsheet.solve(&[("feed".into(), feed)], &mut |_| {}).unwrap()
}
