//! Laws of the dissolution tank.

use std::sync::Arc;

use super::*;
use crate::document::Node;
use crate::fields::Check;
use crate::flowsheet::{Flowsheet, Placed};
use crate::mineral::Mineral;

const CHLORINE: &str = "oxidant = \"to-chlorine\"\n";
const PEROXIDE: &str = "oxidant = \"to-peroxide\"\nreductant = \"hydrogen-peroxide-30\"\nreductant_excess = \"20 %\"\n";

fn solved(how: &str, target: &str, oxides: &[(&str, f64)]) -> Balance {
    let text = format!(
        "acid = \"hydrochloric-acid-35\"\nwater = \"water\"\n{how}{target}\nstrength = \"160 g/L\"\nresidence_time = \"2 h\"\n"
    );
    let node = Node::parse("s.toml", &text).unwrap();
    let check = Check::new();
    let mut fields = Fields::new(&node, "D-1", &check);
    let unit = (KIND.read)(&mut fields, &Library::builtin());
    fields.finish();
    let (problems, _) = check.finish();
    assert!(problems.is_empty(), "{problems:?}");
    let mut feed = Stream::default();
    for (formula, kg) in oxides {
        feed.solid.add(&Arc::new(Mineral::compound(formula, 6000.0).unwrap()), &[*kg]);
    }
    let placed = Placed {
        tag: "D-1".into(),
        kind: "dissolve",
        unit: unit.unwrap(),
        inlets: vec![vec!["oxide".into()]],
        outlets: vec!["liquor".into(), "residue".into(), "gas".into()],
    };
    let plant = Flowsheet { units: vec![placed] }.solve(&[("oxide".into(), feed)], &mut |_| {}).unwrap();
    assert!(plant.closure.gap < 1e-10, "{:?}", plant.closure);
    plant.units[0].balance.clone()
}

#[test]
fn three_acids_a_rare_earth_and_the_strength_asked_for() {
    let balance = solved(CHLORINE, "free_acid = \"0 mol/L\"", &[("Nd2O3", 100.0)]);
    let liquor = &balance.outlets[0].aqueous;
    assert!((liquor.ions[Ion::Chloride] / liquor.ions[Ion::Nd] - 3.0).abs() < 1e-9);
    let strength = balance.outlets[0].rare_earth_oxide() / liquor.volume();
    assert!((strength - 160.0).abs() < 1e-6, "{strength}");
}

#[test]
fn the_ph_asked_for_is_met() {
    let balance = solved(CHLORINE, "ph = 1.5", &[("Nd2O3", 60.0), ("La2O3", 40.0)]);
    let ph = solution::ph(&balance.outlets[0].aqueous).unwrap();
    assert!((ph - 1.5).abs() < 1e-6, "{ph}");
}

#[test]
fn ceria_makes_half_a_chlorine_or_oxygen() {
    let ceria = [("CeO2", 100.0), ("La2O3", 100.0)];
    let chlorine = solved(CHLORINE, "ph = 1", &ceria);
    let cerium = chlorine.outlets[0].aqueous.ions[Ion::Ce];
    assert!((chlorine.outlets[2].gas[Vapour::Chlorine] / cerium - 0.5).abs() < 1e-9);
    let peroxide = solved(PEROXIDE, "ph = 1", &ceria);
    // Half an oxygen a cerium by stoichiometry, 0.05 more from the excess peroxide.
    assert!((peroxide.outlets[2].gas[Vapour::Oxygen] / cerium - 0.55).abs() < 1e-9);
    assert!(peroxide.outlets[2].gas[Vapour::Chlorine].abs() < 1e-12);
}

#[test]
fn what_is_said_to_stay_stays() {
    let target = "ph = 1\nundissolved = { Ce = \"90 %\" }";
    let balance = solved(CHLORINE, target, &[("CeO2", 50.0), ("La2O3", 50.0)]);
    assert!((balance.outlets[1].solid.lot("CeO2").unwrap().total() - 45.0).abs() < 1e-9);
    assert!(balance.outlets[1].solid.lot("La2O3").is_none());
}

#[test]
fn carbonate_fizzes() {
    let balance = solved(CHLORINE, "ph = 2", &[("La2(CO3)3·8H2O", 100.0), ("Pr6O11", 1.0), ("CaCO3", 1.0)]);
    assert!(balance.outlets[2].gas[Vapour::CarbonDioxide] > 0.0);
    assert!(balance.outlets[0].aqueous.ions[Ion::Carbonate].abs() < 1e-12);
}

#[test]
fn nothing_dissolves_to_nothing() {
    let balance = solved(CHLORINE, "ph = 2", &[]);
    assert!(balance.outlets.iter().all(|stream| stream.mass().abs() < 1e-12));
}

/// Precipitate, filter, calcine, and wash the filter with part of what leaves: one loop, closed.
#[test]
fn the_finishing_line_closes_with_its_loop() {
    let unit = |kind: &Kind<dyn Unit>, text: &str| {
        let node = Node::parse("s.toml", text).unwrap();
        let check = Check::new();
        (kind.read)(&mut Fields::new(&node, "X-1", &check), &Library::builtin()).unwrap()
    };
    let names = |all: &[&str]| all.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let line = [
        (
            "D-1",
            "dissolve",
            &["oxide"][..],
            &["liquor", "residue", "fume"][..],
            unit(
                &KIND,
                "acid = \"hydrochloric-acid-35\"\nwater = \"water\"\noxidant = \"to-chlorine\"\nph = 1\nstrength = \"40 g/L\"\nresidence_time = \"1 h\"\nundissolved = { Ce = \"50 %\" }\n",
            ),
        ),
        (
            "P-1",
            "oxalate-precipitation",
            &["liquor"],
            &["slurry"],
            unit(
                &super::super::oxalate_precipitation::KIND,
                "law = \"isotherm\"\nmissing = \"between-ionic-radii\"\noxalic_acid = \"oxalic-acid\"\ntimes_stoichiometric = 1.3\nresidence_time = \"1 h\"\n",
            ),
        ),
        (
            "F-1",
            "filter",
            &["slurry"],
            &["cake", "filtrate"],
            unit(
                &super::super::filter::KIND,
                "moisture = \"30 %\"\nwash_ratio = 2\ndisplacement_efficiency = \"80 %\"\nsolids_lost = \"0 %\"\nflux = \"0.2 m3/m2/h\"\nwater = \"water\"\n",
            ),
        ),
        (
            "C-1",
            "calciner",
            &["cake", "residue"],
            &["product", "gas"],
            unit(
                &super::super::calciner::KIND,
                "temperature = \"950 degC\"\nair = \"air\"\nexcess_air = \"50 %\"\nrecovery = \"80 %\"\nheat_efficiency = \"50 %\"\n",
            ),
        ),
    ];
    let mut flowsheet = Flowsheet::default();
    for (tag, kind, inlets, outlets, unit) in line {
        let mut inlets = vec![names(inlets)];
        if tag == "D-1" {
            // The kiln's dust comes back to be dissolved.
            inlets[0].push("gas".into());
        }
        flowsheet.units.push(Placed { tag: tag.into(), kind, unit, inlets, outlets: names(outlets) });
    }
    let mut oxide = Stream::default();
    oxide.solid.add(&Arc::new(Mineral::compound("CeO2", 6000.0).unwrap()), &[50.0]);
    oxide.solid.add(&Arc::new(Mineral::compound("Tb4O7", 6000.0).unwrap()), &[5.0]);
    oxide.solid.add(&Arc::new(Mineral::compound("CaO", 3300.0).unwrap()), &[1.0]);
    let plant = flowsheet.solve(&[("oxide".into(), oxide)], &mut |_| {}).unwrap();
    assert!(plant.closure.gap < 1e-9, "{:?}", plant.closure);
    assert_eq!(plant.recycles.len(), 1);
    let product = &plant.pipe("product").unwrap().stream;
    let spent = &plant.pipe("filtrate").unwrap().stream;
    let cerium = |stream: &Stream| stream.element_mass()[Element::Ce];
    let fed = 50.0 / Element::Ce.oxide_factor().unwrap();
    assert!((cerium(product) + cerium(spent) - fed).abs() < 1e-6 * fed);
}
