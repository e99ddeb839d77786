//! The room as a whole, on the ores that ship.

use super::testing::{read, solve};
use super::*;
use crate::document::Node;
use crate::element::{ByElement, Element};
use crate::fields::{Check, Fields};
use crate::library::Library;
use crate::ore::Ore;
use crate::stream::Stream;

fn ore(kind: &str, grade: f64) -> Stream {
    let text = format!("kind = \"{kind}\"\nrate = \"100 t/h\"\nbasis = \"dry\"\n");
    let node = Node::parse("ore.toml", &text).unwrap();
    let check = Check::new();
    let mut fields = Fields::new(&node, "ore", &check);
    let ore = Ore::read(&mut fields, &Library::builtin());
    let (problems, _) = check.finish();
    assert!(problems.is_empty(), "{problems:?}");
    let pattern = ByElement::from_fn(|element| match element {
        Element::Ce => 20.0,
        Element::Nd | Element::La | Element::Y => 15.0,
        element if element.is_rare_earth() => 3.0,
        _ => 0.0,
    });
    ore.unwrap().stream(grade, &pattern).unwrap().0
}

fn value(done: &crate::flowsheet::Done, name: &str) -> f64 {
    done.balance.readings.iter().find(|r| r.name == name).unwrap_or_else(|| panic!("{name}")).value
}

#[test]
fn mud_is_leached_washed_and_cleaned() {
    let mud = ore("minamitorishima-mud", 0.005);
    let leach = "tanks = 2\nresidence = \"5 min\"\ntemperature = \"25 degC\"\nstirring = 0.5\nliquid_to_solid = 10\nwater = \"water\"\nacid = \"hydrochloric-acid-35\"\nacid_strength = \"0.5 mol/L\"\nreductant = \"hydrogen-peroxide-30\"\nunlisted = \"inert\"\nactivity = \"davies\"\nsolids = []\n";
    let leached = solve(read(&tank::KIND, leach), &[mud]);
    assert!((75.0..96.0).contains(&value(&leached, "extraction of rare earths but cerium")));
    let consumed = value(&leached, "acid consumed");
    assert!((2000.0..5100.0).contains(&consumed), "{consumed}");
    let wash_text = "machine = \"filter press\"\nstages = 3\nmoisture = \"50 %\"\nwash_ratio = 2\nwater = \"water\"\nflux = \"0.1 m/h\"\npower = \"50 kW\"\n";
    let washed = solve(read(&wash::KIND, wash_text), &[leached.balance.outlets[0].clone()]);
    assert!(value(&washed, "dissolved left with the residue") < 1.0);
    let clean = "base = \"limestone\"\nph = 2.5\nresidence = \"1 h\"\nstirring = 0.5\nactivity = \"davies\"\nsolids = [\"hydroxides\", \"phosphates\", \"sulfates\", \"fluorides\"]\n";
    let cleaned = solve(read(&neutralise::KIND, clean), &[washed.balance.outlets[0].clone()]);
    assert!((value(&cleaned, "pH") - 2.5).abs() < 1e-5);
}

#[test]
fn every_ore_passes_its_own_route() {
    let bake = "acid = \"sulfuric-acid-98\"\nacid_dose = 1.6\ntemperature = \"250 degC\"\nresidence = \"3 h\"\nwater = \"water\"\nwater_to_feed = 12\nleach_residence = \"2 h\"\nstirring = 0.5\nunlisted = \"inert\"\nactivity = \"davies\"\nsolids = [\"sulfates\"]\n";
    for (name, grade) in [("xenotime-ore", 0.01), ("monazite-sand", 0.01), ("mountain-pass-bastnasite", 0.07)] {
        let done = solve(read(&acid_bake::KIND, bake), &[ore(name, grade)]);
        let share = value(&done, "extraction of rare earths but cerium");
        assert!(share > 60.0, "{name}: {share}");
    }
    let clay = "salt = \"ammonium-sulfate\"\nstrength = \"0.2 mol/L\"\nliquid_to_solid = 0.8\nwater = \"water\"\nstudy = \"ammonium-batch\"\naluminium = true\nsolution_recovery = \"90 %\"\npower = \"20 kW\"\n";
    let done = solve(read(&ion_exchange::KIND, clay), &[ore("ion-adsorption-clay", 0.001)]);
    let share = value(&done, "extraction of rare earths but cerium");
    assert!((60.0..70.0).contains(&share), "{share}");
}
