//! The collector in a small flowsheet, and its ground.

use std::sync::Arc;

use super::KIND;
use crate::document::Node;
use crate::error::Error;
use crate::fields::{Check, Fields};
use crate::flowsheet::{Flowsheet, Placed};
use crate::library::Library;
use crate::lift::level_cut::LevelCut;
use crate::mineral::Mineral;
use crate::reagent::Reagent;
use crate::stream::Stream;
use crate::unit::{Balance, Unit};

fn built(text: &str) -> Result<Box<dyn Unit>, Vec<String>> {
    let node = Node::parse("s.toml", text).unwrap();
    let check = Check::new();
    let mut fields = Fields::new(&node, "SC-1", &check);
    let unit = (KIND.read)(&mut fields, &Library::builtin());
    fields.finish();
    let problems: Vec<String> = check.finish().0.iter().map(ToString::to_string).collect();
    unit.filter(|_| problems.is_empty()).ok_or(problems)
}

fn reading(balance: &Balance, name: &str) -> f64 {
    balance.readings.iter().find(|r| r.name == name).unwrap_or_else(|| panic!("{name}")).value
}

const COLLECTOR: &str = r#"
cut = "6 m"
overburden = "2 m"
seam = "5 m"
relief = "1 m"
covered = "90 %"
picked_up = "95 %"
crawler = { swath = "4 m", speed = "0.1 m/s", digging = "80 %" }
barren = { host = ["SiO2"], holds = "20 %" }
water = 1.5
carrier = "sea-water"
ground = "10 km2"
"#;

fn collected(changes: &[(&str, &str)]) -> Result<Balance, Error> {
    let text = changes.iter().fold(COLLECTOR.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    });
    built(&text).unwrap().solve(&[seam()])
}

/// Some 350 t/d of mud, its pores full of sea water: a host and a clay.
fn seam() -> Stream {
    let mut seam = Reagent::named("sea-water", &Library::builtin()).unwrap().stream(8700.0);
    let host = Arc::new(Mineral::compound("SiO2", 2650.0).unwrap());
    let clay = Arc::new(Mineral::compound("Al2O3", 2700.0).unwrap());
    seam.solid.edges = [8.5e-6, 3.0e-5].into();
    seam.solid.add(&host, &[900.0, 1500.0]);
    seam.solid.add(&clay, &[3000.0, 500.0]);
    seam
}

#[test]
fn a_collector_in_a_flowsheet_conserves_and_thins() {
    let flowsheet = Flowsheet {
        units: vec![Placed {
            tag: "SC-1".into(),
            kind: "seabed-collector",
            unit: built(COLLECTOR).unwrap(),
            inlets: vec![vec!["ore".into()]],
            outlets: vec!["mud".into(), "spilled".into()],
        }],
    };
    let plant = flowsheet.solve(&[("ore".into(), seam())], &mut |_| {}).unwrap();
    assert!(plant.closure.gap < 1e-12);
    let done = &plant.units[0].balance;
    assert_eq!(done.drawn.iter().map(|d| d.name.as_str()).collect::<Vec<_>>(), ["sea-bed-sediment", "sea-water"]);
    // Volumes: what is dug times what is picked up, and the water with it.
    let dug = seam().slurry_volume() + done.drawn[0].stream.slurry_volume();
    let mud = &plant.pipe("mud").unwrap().stream;
    assert!((mud.slurry_volume() / (0.95 * dug * 2.5) - 1.0).abs() < 2e-3);
    let spilled = &plant.pipe("spilled").unwrap().stream;
    assert!((spilled.slurry_volume() / (0.05 * dug) - 1.0).abs() < 1e-12);
    // Barren sediment by volume of the bed, by the law of the cut.
    let law = LevelCut { depth: 6.0, cover: 2.0, seam: 5.0, relief: 1.0 };
    let barren = done.drawn[0].stream.slurry_volume() / seam().slurry_volume();
    assert!((barren / (law.barren() / law.of_seam()) - 1.0).abs() < 1e-12);
    // It holds a fifth of the host, against the rest of the mud.
    let held = |stream: &Stream| stream.solid.lot("SiO2").unwrap().total() / stream.solid.lot("Al2O3").unwrap().total();
    assert!((held(&done.drawn[0].stream) / held(&seam()) - 0.2).abs() < 1e-12);
}

#[test]
fn the_ground_pays_for_what_is_dug() {
    let balance = collected(&[]).unwrap();
    let law = LevelCut { depth: 6.0, cover: 2.0, seam: 5.0, relief: 1.0 };
    let ground = seam().slurry_volume() / law.of_seam();
    assert!((reading(&balance, "ground stripped") - ground / 0.9).abs() < 1e-9);
    assert!((reading(&balance, "life of the ground") - 1e7 * 0.9 / ground).abs() < 1e-6);
    let recovered = reading(&balance, "seam recovered from the ground") / 100.0;
    assert!((recovered - law.of_seam() / 5.0 * 0.9 * 0.95).abs() < 1e-12);
    // In place: dug over what the cut and the tracks take; the balance of the ground closes.
    let (dug, left) = (reading(&balance, "seam dug, wet"), reading(&balance, "seam left in the ground, wet"));
    assert!((dug / (dug + left) * 0.95 / recovered - 1.0).abs() < 1e-12);
    let one = reading(&balance, "seam that one machine digs, wet");
    assert!((one / dug - 4.0 * 360.0 * 0.8 / ground).abs() < 1e-9 && reading(&balance, "machines") > 0.5);
}

#[test]
fn a_box_that_fits_takes_the_seam_and_nothing_else() {
    let balance = collected(&[
        ("\"6 m\"", "\"5 m\""),
        ("\"2 m\"", "\"0 m\""),
        ("\"1 m\"", "\"0 m\""),
        ("water = 1.5", "water = 0"),
    ])
    .unwrap();
    assert!(balance.drawn.is_empty() && balance.caveats.is_empty());
    assert!((balance.outlets[0].mass() / seam().mass() - 0.95).abs() < 1e-12);
    assert!((reading(&balance, "seam that the cut takes") - 100.0).abs() < 1e-9);
}

/// The published head: what a plunge of it holds, and how many a day the plan asks for.
#[test]
fn a_cylinder_is_counted_in_plunges() {
    let crawler = "crawler = { swath = \"4 m\", speed = \"0.1 m/s\", digging = \"80 %\" }";
    let cylinder = "cylinder = { diameter = \"3.5 m\", length = \"5.6 m\", cycle = \"4 h\" }";
    let flat = [
        ("\"6 m\"", "\"5.6 m\""),
        ("\"2 m\"", "\"0 m\""),
        ("\"5 m\"", "\"10 m\""),
        ("\"1 m\"", "\"0 m\""),
        (crawler, cylinder),
    ];
    let balance = collected(&flat).unwrap();
    let volume = std::f64::consts::PI / 4.0 * 3.5 * 3.5 * 5.6;
    let dense = seam().mass() / seam().slurry_volume() / 1000.0;
    assert!((reading(&balance, "seam in a plunge, wet") / (volume * dense) - 1.0).abs() < 1e-9);
    assert!((reading(&balance, "plunges") * volume / seam().slurry_volume() - 1.0).abs() < 1e-9);
    let told = built(&COLLECTOR.replace(crawler, cylinder)).unwrap_err();
    assert!(told.iter().any(|line| line.contains("does not cut 6 m deep")), "{told:?}");
}

#[test]
fn collectors_that_cannot_dig_say_why() {
    let Err(Error::Infeasible { what, hint, .. }) = collected(&[("\"6 m\"", "\"0.1 m\""), ("\"1 m\"", "\"0.1 m\"")])
    else {
        panic!("it dug");
    };
    assert!(what.contains("does not reach") && hint.contains("between 2 and 7 m"), "{what} {hint}");
    let told = built(&COLLECTOR.replace("crawler = {", "crawlr = {")).unwrap_err();
    assert!(told.iter().any(|line| line.contains("no machine is written")), "{told:?}");
    let empty = built(COLLECTOR).unwrap().solve(&[Stream::default()]);
    assert!(matches!(empty, Err(Error::Infeasible { .. })));
    let missing = collected(&[("[\"SiO2\"]", "[\"apatite\"]")]).unwrap();
    assert!(missing.caveats.iter().any(|caveat| caveat.text.contains("less apatite")));
}
