//! The section as a scenario writes it, on a small plant.

use std::sync::Arc;

use super::*;
use crate::document::Node;
use crate::fields::{Check, Fields};
use crate::flowsheet::{Flowsheet, Placed};
use crate::library::Library;
use crate::mineral::Mineral;
use crate::reagent::Reagent;

const SECTION: &str = "returns = { water = \"200 m\" }
[[ship]]
tag = \"shuttle\"
carries = \"cargo\"
cargo = \"1000 t\"
loading = \"100 t/h\"
unloading = \"200 t/h\"
distance = \"1900 km\"
speed = \"11 knots\"
speed_back = \"12 knots\"
margin = { value = \"10 %\", evidence = \"assumed\", note = \"usual\" }
port = \"24 h\"
in_service = \"95 %\"
fuel = { consumption = \"6 t/d\", at_speed = \"11 knots\", at_displacement = \"2000 t\", laden = \"2000 t\", ballast = \"1000 t\", idle = \"1 t/d\" }
[[ship]]
tag = \"supply\"
every = \"14 d\"
distance = \"1900 km\"
speed = \"12 knots\"
speed_back = \"12 knots\"
margin = \"10 %\"
port = \"48 h\"
in_service = \"90 %\"
";

fn read(text: &str) -> (Option<Logistics>, Vec<String>) {
    let node = Node::parse("s.toml", text).unwrap();
    let check = Check::new();
    let mut fields = Fields::new(&node, "logistics", &check);
    let logistics = Logistics::read(&mut fields);
    fields.finish();
    (logistics, check.finish().0.iter().map(ToString::to_string).collect())
}

/// A slurry made into cargo and water.
fn plant() -> Plant {
    let text = "machine = \"decanter centrifuge\"\nmachines = 1\nmoisture = \"40 %\"\ncapture = \"98 %\"\nenergy = \"10 kWh/t\"\n";
    let node = Node::parse("s.toml", text).unwrap();
    let check = Check::new();
    let kind = KINDS.iter().find(|kind| kind.name == "dewatering").unwrap();
    let unit = (kind.read)(&mut Fields::new(&node, "D-1", &check), &Library::builtin()).unwrap();
    let mut slurry = Reagent::named("sea-water", &Library::builtin()).unwrap().stream(20_000.0);
    slurry.solid.edges = [1e-5].into();
    slurry.solid.add(&Arc::new(Mineral::compound("SiO2", 2650.0).unwrap()), &[1000.0]);
    let placed = Placed {
        tag: "D-1".into(),
        kind: kind.name,
        unit,
        inlets: vec![vec!["slurry".into()]],
        outlets: vec!["cargo".into(), "water".into()],
    };
    Flowsheet { units: vec![placed] }.solve(&[("slurry".into(), slurry)], &mut |_| {}).unwrap()
}

fn cell(table: &Table, row: usize, column: &str) -> f64 {
    table.numbers(column)[row].unwrap_or_else(|| panic!("{column}"))
}

#[test]
fn cargo_is_carried_and_water_given_back() {
    let (logistics, told) = read(SECTION);
    assert!(told.is_empty(), "{told:?}");
    let carried = logistics.unwrap().of_plant(&plant(), 6000.0, None);
    let (fleet, back) = (&carried.tables[0], &carried.tables[1]);
    let dry = 0.98 * 6000.0;
    assert!((cell(fleet, 0, "dry") - dry).abs() < 1e-6 && (cell(fleet, 0, "wet") - dry / 0.6).abs() < 1e-6);
    assert!((cell(fleet, 0, "voyages") - dry / 600.0).abs() < 1e-9);
    let needed = cell(fleet, 0, "voyages") * cell(fleet, 0, "round trip") / (365.0 * 0.95);
    assert!(
        (cell(fleet, 0, "ships needed") / needed - 1.0).abs() < 1e-12 && (cell(fleet, 0, "ships") - 1.0).abs() < 1e-12
    );
    assert!((cell(fleet, 0, "fuel laden") - 6.0).abs() < 1e-9);
    assert!((cell(fleet, 0, "fuel in ballast") - 6.0 * 0.5f64.powf(2.0 / 3.0) * (12.0f64 / 11.0).powi(3)).abs() < 1e-9);
    assert!((cell(fleet, 1, "voyages") - 365.0 / 14.0).abs() < 1e-9 && fleet.numbers("fuel")[1].is_none());
    // What goes in comes out: cargo and returns are the slurry of the year.
    let all = 21.0 * 6000.0;
    assert!(((cell(back, 0, "wet") + cell(fleet, 0, "wet")) / all - 1.0).abs() < 1e-12);
    assert!((cell(back, 1, "wet") - cell(back, 0, "wet")).abs() < 1e-9 && cell(back, 0, "over its own liquid") > 0.0);
    assert!(carried.caveats.iter().any(|caveat| caveat.text.contains("assumed")));
    assert!(carried.caveats.iter().any(|caveat| caveat.text.contains("`cargo` leaves the plant at sea")));
}

#[test]
fn a_year_is_hours_times_what_is_read() {
    let (plant, hours) = (plant(), 5000.0);
    let table = year(&plant, hours).unwrap();
    let (at_work, in_a_year) = (table.numbers("at work"), table.numbers("in a year"));
    assert!(at_work.len() >= 3);
    assert!(at_work.iter().zip(&in_a_year).all(|(a, y)| (a.unwrap() * hours - y.unwrap()).abs() < 1e-9));
    assert!(year(&Flowsheet::default().solve(&[], &mut |_| {}).unwrap(), hours).is_none());
}

#[test]
fn ships_that_cannot_be_are_told() {
    for (from, to, what) in [
        ("every = \"14 d\"\n", "", "a ship carries or supplies"),
        ("cargo = \"1000 t\"\n", "", "`shuttle.cargo`: missing"),
        ("at_speed = \"11 knots\", ", "", "`shuttle.fuel.at_speed`: missing"),
        ("port = \"48 h\"\n", "port = \"48 h\"\nprt = 1\n", "did you mean `port`?"),
        ("\"200 m\"", "\"20000 m\"", "outside"),
    ] {
        let (logistics, told) = read(&SECTION.replacen(from, to, 1));
        assert!(told.iter().any(|line| line.contains(what)), "{what}: {told:?}");
        assert!(logistics.is_none() || what == "did you mean `port`?" || what == "outside");
    }
    let (none, told) = read("");
    assert!(none.is_none() && told.iter().any(|line| line.contains("neither ship nor return")));
}
