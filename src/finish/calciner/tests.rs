//! Laws of the calciner.

use super::*;
use crate::document::Node;
use crate::fields::{Check, Fields};
use crate::flowsheet::{Flowsheet, Placed};
use crate::ion::Ion;
use crate::library::Library;
use crate::product::Product;

const TEXT: &str = "temperature = \"950 degC\"\nair = \"air\"\nexcess_air = \"50 %\"\nrecovery = \"99 %\"\nheat_efficiency = \"50 %\"\n";

fn calcined(cake: Stream) -> (Stream, Stream, Balance) {
    let node = Node::parse("s.toml", TEXT).unwrap();
    let check = Check::new();
    let unit = (KIND.read)(&mut Fields::new(&node, "C-1", &check), &Library::builtin()).unwrap();
    let placed = Placed {
        tag: "C-1".into(),
        kind: "calciner",
        unit,
        inlets: vec![vec!["cake".into()]],
        outlets: vec!["oxide".into(), "gas".into()],
    };
    let plant = Flowsheet { units: vec![placed] }.solve(&[("cake".into(), cake)], &mut |_| {}).unwrap();
    assert!(plant.closure.gap < 1e-10, "{:?}", plant.closure);
    let stream = |name: &str| plant.pipe(name).unwrap().stream.clone();
    (stream("oxide"), stream("gas"), plant.units[0].balance.clone())
}

fn cake(parts: &[(&str, f64)]) -> Stream {
    let mut cake = Stream::default();
    for (formula, kg) in parts {
        cake.solid.add(&Arc::new(Mineral::compound(formula, 2300.0).unwrap()), &[*kg]);
    }
    cake.aqueous.water = 30.0;
    cake.aqueous.ions[Ion::H] = 2.0;
    cake.aqueous.ions[Ion::Na] = 1.0;
    cake.aqueous.ions[Ion::Chloride] = 3.0;
    cake
}

#[test]
fn oxide_weighs_what_the_factors_say() {
    let oxalate = Formula::parse("Pr2(C2O4)3·10H2O").unwrap();
    let (oxide, gas, _) = calcined(cake(&[("Pr2(C2O4)3·10H2O", 100.0)]));
    let metal = 100.0 * 2.0 * Element::Pr.molar_mass() / oxalate.molar_mass();
    let expected = 0.99 * metal * Element::Pr.oxide_factor().unwrap();
    assert!((oxide.solid.lot("Pr6O11").unwrap().total() - expected).abs() < 1e-9);
    assert!((gas.solid.lot("Pr6O11").unwrap().total() - expected / 99.0).abs() < 1e-9);
    assert!(oxide.aqueous.water.abs() < 1e-12 && gas.gas[Vapour::HydrogenChloride] > 0.0);
}

#[test]
fn both_purities_of_a_known_mixture() {
    let (oxide, ..) = calcined(cake(&[("Nd2(C2O4)3·10H2O", 90.0), ("La2(C2O4)3·10H2O", 5.0), ("CaC2O4·H2O", 5.0)]));
    let product = Product::of("Nd2O3", "oxide", &oxide, &[Element::Nd]);
    let mass = |name: &str| oxide.solid.lot(name).unwrap().total();
    let rare = mass("Nd2O3") + mass("La2O3");
    assert!((product.relative_purity - mass("Nd2O3") / rare).abs() < 1e-9);
    // Salt is counted as its oxide, so that lime and soda both dilute the rare earths.
    let soda = Formula::parse("Na2O").unwrap().molar_mass() / 2.0 / 1000.0 * 0.99;
    assert!((product.oxide_purity - rare / (rare + mass("CaO") + soda)).abs() < 1e-6);
}

#[test]
fn the_heat_is_that_of_the_charge() {
    let (_, _, balance) = calcined(cake(&[("Nd2(C2O4)3·10H2O", 100.0)]));
    let per_kg_oxalate = balance.readings[0].value * 3600.0 / 100.0;
    // Evaporating the hydrate and the moisture takes about 0.54 kg × 2.5 MJ; the oxalate burns, the gas must be warmed.
    assert!((500.0..4000.0).contains(&per_kg_oxalate), "{per_kg_oxalate} kJ/kg");
    assert!((balance.heat_kw - balance.readings[0].value / 0.5).abs() < 1e-9);
}

#[test]
fn hydroxides_and_carbonates_calcine_too() {
    let (oxide, gas, balance) = calcined(cake(&[("La2(CO3)3·8H2O", 50.0), ("Ce(OH)3", 50.0), ("Fe(OH)3", 1.0)]));
    for name in ["La2O3", "CeO2", "Fe2O3"] {
        assert!(oxide.solid.lot(name).is_some(), "{name}");
    }
    assert!(gas.gas[Vapour::CarbonDioxide] > 0.0);
    assert!(balance.drawn[0].stream.gas[Vapour::Oxygen] > 0.0, "cerium takes oxygen");
}

#[test]
fn nothing_in_nothing_out() {
    let (oxide, gas, balance) = calcined(Stream::default());
    assert!(oxide.mass() == 0.0 && gas.mass() == 0.0 && balance.heat_kw == 0.0);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    /// Whatever solution clings to the cake, every element of it ends in oxide or gas.
    #[test]
    fn any_moisture_balances(amounts in proptest::collection::vec((0_usize..Ion::COUNT, 1e-9..100.0_f64), 0..8)) {
        let mut cake = cake(&[("Nd2(C2O4)3·10H2O", 100.0), ("Th(C2O4)2·4H2O", 0.1), ("Pr2(C2O4)3·10H2O", 10.0)]);
        for (at, moles) in amounts {
            cake.aqueous.ions[Ion::ALL[at]] += moles;
        }
        cake.aqueous.ions[Ion::H] -= cake.aqueous.ions.charge();
        let (oxide, gas, balance) = calcined(cake);
        proptest::prop_assert!(oxide.unlawful().is_none() && gas.unlawful().is_none());
        proptest::prop_assert!(balance.heat_kw.is_finite());
    }
}
