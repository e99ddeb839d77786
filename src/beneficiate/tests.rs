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

/// The land chain with its water: crusher, mill, five banks with their middlings coming back.
#[test]
fn the_bastnasite_circuit_closes_with_its_water() {
    let bank = |bank: &str, cells: usize, minutes: f64, solids: &str, froth: &str| {
        format!(
            "circuit = \"mountain-pass\"\nbank = \"{bank}\"\ncells = {cells}\nresidence = \"{minutes} min\"\nair = \"15 %\"\nfloatable = 1\nentrainment = 0\nfroth_solids = \"{froth}\"\nfeed_solids = \"{solids}\"\ndilution = \"water\"\ncollector = \"tall-oil-fatty-acid\"\ndosage = \"0.3 kg/t\"\nunlisted = \"quartz\"\npower_per_volume = 1.5\n"
        )
    };
    let grind = |machine: &str, size: &str| {
        format!(
            "machine = \"{machine}\"\nwork_index = \"13 kWh/t\"\nproduct_size = \"{size}\"\nslope = 1.0\ndrive_efficiency = \"95 %\"\n"
        )
    };
    let place = |tag: &str, kind: &str, text: &str, inlets: &[&str], outlets: &[&str]| Placed {
        tag: tag.into(),
        kind: "test",
        unit: unit(kind, text),
        inlets: vec![inlets.iter().map(|name| (*name).to_owned()).collect()],
        outlets: outlets.iter().map(|name| (*name).to_owned()).collect(),
    };
    let float = "flotation-bank";
    let flowsheet = Flowsheet {
        units: vec![
            place("CR-1", "grinding", &grind("crusher", "3 mm"), &["ore"], &["crushed"]),
            place("BM-1", "grinding", &grind("ball-mill", "60 um"), &["crushed"], &["ground"]),
            place("F-1", float, &bank("rougher", 12, 5.31325, "32.5 %", "45 %"), &["ground", "sc"], &["rc", "rt"]),
            place("F-2", float, &bank("cleaner1", 1, 2.65662, "40 %", "50 %"), &["rc", "c2t"], &["c1c", "c1t"]),
            place("F-3", float, &bank("scavenger", 1, 7.96987, "30 %", "45 %"), &["c1t"], &["sc", "st"]),
            place("F-4", float, &bank("cleaner2", 1, 2.65662, "40 %", "50 %"), &["c1c", "c34t"], &["c2c", "c2t"]),
            place("F-5", float, &bank("cleaners34", 1, 5.31325, "40 %", "50 %"), &["c2c"], &["product", "c34t"]),
        ],
    };
    let ore = ore("mountain-pass-bastnasite", 0.064).scaled(70.8);
    let reo = |stream: &Stream| stream.rare_earth_oxide();
    let plant = flowsheet.solve(&[("ore".into(), ore.clone())], &mut |_| {}).unwrap();
    let product = &plant.pipe("product").unwrap().stream;
    assert!((reo(product) / reo(&ore) - 0.80).abs() < 0.02, "{}", reo(product) / reo(&ore));
    assert!((product.solids_fraction() - 0.5).abs() < 1e-6);
    assert!(plant.closure.gap < 1e-9, "{:?}", plant.closure.worst);
    assert!(plant.recycles.iter().all(|recycle| recycle.residuals.len() < 60), "{:?}", plant.recycles);
}
