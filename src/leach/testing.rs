//! For the tests of this room: a unit from its TOML, solved through a flowsheet that checks it.

use crate::document::Node;
use crate::fields::{Check, Fields};
use crate::flowsheet::{Done, Flowsheet, Placed};
use crate::library::Library;
use crate::stream::Stream;
use crate::unit::{Kind, Unit};

pub(super) fn read(kind: &Kind<dyn Unit>, text: &str) -> Box<dyn Unit> {
    let node = Node::parse("test.toml", text).unwrap();
    let check = Check::new();
    let mut fields = Fields::new(&node, "U-1", &check);
    let unit = (kind.read)(&mut fields, &Library::builtin());
    fields.finish();
    let (problems, _) = check.finish();
    assert!(problems.is_empty(), "{}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    unit.unwrap()
}

pub(super) fn solve(unit: Box<dyn Unit>, feeds: &[Stream]) -> Done {
    let ports = unit.ports();
    let inlets = ports.inlets.iter().map(|name| vec![(*name).to_owned()]).collect();
    let outlets = ports.outlets.iter().map(|name| format!("out {name}")).collect();
    let given: Vec<(String, Stream)> =
        ports.inlets.iter().zip(feeds).map(|(name, stream)| ((*name).to_owned(), stream.clone())).collect();
    let flowsheet = Flowsheet { units: vec![Placed { tag: "U-1".into(), kind: "test", unit, inlets, outlets }] };
    let plant = flowsheet.solve(&given, &mut |_| {}).unwrap();
    assert!(plant.closure.gap < 1e-9, "{:?}", plant.closure.worst);
    plant.units.into_iter().next().unwrap()
}
