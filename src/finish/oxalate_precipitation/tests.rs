//! Laws of the precipitation tank.

use super::*;
use crate::document::Node;
use crate::fields::Check;
use crate::flowsheet::{Flowsheet, Placed};

fn read(text: &str) -> Box<dyn Unit> {
    let node = Node::parse("s.toml", text).unwrap();
    let check = Check::new();
    let mut fields = Fields::new(&node, "P-1", &check);
    let unit = (KIND.read)(&mut fields, &Library::builtin());
    fields.finish();
    let (problems, _) = check.finish();
    assert!(problems.is_empty(), "{problems:?}");
    unit.unwrap()
}

fn isotherm(dose: &str) -> Box<dyn Unit> {
    read(&format!(
        "law = \"isotherm\"\nmissing = \"between-ionic-radii\"\nlike = {{ Th = \"Ce\" }}\n\
         oxalic_acid = \"oxalic-acid\"\n{dose}\nresidence_time = \"1 h\"\n"
    ))
}

fn chloride(metals: &[(Ion, f64)], acid: f64) -> Stream {
    let mut stream = Stream::default();
    stream.aqueous.water = 997.0;
    for &(ion, moles) in metals {
        stream.aqueous.ions[ion] = moles;
    }
    stream.aqueous.ions[Ion::H] = acid;
    stream.aqueous.ions[Ion::Chloride] = stream.aqueous.ions.charge();
    stream
}

fn solved(unit: Box<dyn Unit>, liquor: Stream) -> Balance {
    let placed = Placed {
        tag: "P-1".into(),
        kind: "oxalate-precipitation",
        unit,
        inlets: vec![vec!["liquor".into()]],
        outlets: vec!["slurry".into()],
    };
    let plant = Flowsheet { units: vec![placed] }.solve(&[("liquor".into(), liquor)], &mut |_| {}).unwrap();
    assert!(plant.closure.gap < 1e-10, "{:?}", plant.closure);
    plant.units[0].balance.clone()
}

fn reading(balance: &Balance, name: &str) -> f64 {
    balance.readings.iter().find(|r| r.name == name).unwrap().value
}

#[test]
fn without_oxalate_nothing_happens() {
    let liquor = chloride(&[(Ion::Nd, 100.0)], 30.0);
    let balance = solved(isotherm("times_stoichiometric = 0"), liquor.clone());
    assert_eq!(balance.outlets[0], liquor);
}

#[test]
fn lanthanum_binds_one_and_a_half_oxalates() {
    // Far less acid than the metal can take: nearly all of it ends in the solid.
    let balance = solved(isotherm("times_stoichiometric = 0.5"), chloride(&[(Ion::Nd, 1000.0)], 30.0));
    let solid = &balance.outlets[0].solid;
    let oxalate = solid.element_mass()[Element::C] / 2.0 / Element::C.molar_mass();
    let metal = solid.element_mass()[Element::Nd] / Element::Nd.molar_mass();
    assert!((oxalate / metal - 1.5).abs() < 1e-9);
    assert!(reading(&balance, "oxalic acid used") < 100.0);
    assert!(reading(&balance, "rare earths precipitated") < 50.0);
    // The acid of the oxalic acid is all still there.
    let drawn = &balance.drawn[0].stream.aqueous;
    assert!((balance.outlets[0].aqueous.ions[Ion::H] - 30.0 - drawn.ions[Ion::H]).abs() < 1e-9);
}

#[test]
fn at_trace_the_isotherm_is_the_source_s() {
    let micro = 10e-3 / Element::Nd.molar_mass();
    let balance = solved(isotherm("dose = \"6.4 g/L\""), chloride(&[(Ion::Nd, micro)], 30.0));
    // The acid itself swells the liquor a little, so the dose in the tank is a shade below 6.4 g/L.
    assert!((reading(&balance, "rare earths precipitated") - 98.857).abs() < 0.02);
}

#[test]
fn thorium_calcium_and_the_heavy_ones_are_counted() {
    let liquor = chloride(&[(Ion::Lu, 1.0), (Ion::Th, 0.1), (Ion::Ca, 5.0), (Ion::Fe, 1.0), (Ion::U, 0.01)], 30.0);
    let balance = solved(isotherm("dose = \"30 g/L\""), liquor);
    let solid = balance.outlets[0].solid.element_mass();
    for element in [Element::Lu, Element::Th, Element::Ca, Element::Fe] {
        assert!(solid[element] > 0.0, "{element}");
    }
    assert!(balance.caveats.iter().any(|c| c.text.contains("Lu, Th is assumed")), "{:?}", balance.caveats);
    assert!(balance.caveats.iter().any(|c| c.text.contains("given for U")), "{:?}", balance.caveats);
}

#[test]
fn a_strong_calcium_liquor_is_told_to_foul() {
    let told = |calcium: f64| {
        let liquor = chloride(&[(Ion::Nd, 5.0), (Ion::Ca, calcium)], 30.0);
        let balance = solved(isotherm("dose = \"9 g/L\""), liquor);
        balance.caveats.iter().any(|c| c.text.contains("calcium oxalate is"))
    };
    assert!(told(340.0) && !told(0.0) && !told(1e-3));
}

#[test]
fn solubility_products_are_kept() {
    let unit = read(
        "law = \"solubility-products\"\nmissing = \"stay-dissolved\"\noxalic_acid = \"oxalic-acid\"\n\
         log_ksp = { Nd = -30.0 }\ntimes_stoichiometric = 1.1\nresidence_time = \"1 h\"\n",
    );
    let balance = solved(unit, chloride(&[(Ion::Nd, 100.0)], 30.0));
    let out = &balance.outlets[0].aqueous;
    let free = free_oxalate(out.molarity(Ion::Oxalate), solution::free_hydrogen(out).unwrap(), [1.25, 4.27]);
    let log_product = 2.0 * out.molarity(Ion::Nd).log10() + 3.0 * free.log10();
    // Exact but for the change of volume on precipitation.
    assert!((log_product + 30.0).abs() < 0.05, "{log_product}");
}

#[test]
fn a_dose_twice_or_not_at_all_is_refused() {
    for dose in ["", "dose = \"1 g/L\"\ntimes_stoichiometric = 1"] {
        let text = format!(
            "law = \"isotherm\"\nmissing = \"stay-dissolved\"\noxalic_acid = \"oxalic-acid\"\n{dose}\nresidence_time = \"1 h\"\n"
        );
        let node = Node::parse("s.toml", &text).unwrap();
        let check = Check::new();
        assert!((KIND.read)(&mut Fields::new(&node, "P-1", &check), &Library::builtin()).is_none());
        assert_eq!(check.finish().0.len(), 1);
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    /// Any liquor, any dose: the balance closes, nothing precipitates beyond its oxalate, more acid never gives less solid.
    #[test]
    fn any_liquor_balances(
        amounts in proptest::collection::vec((0_usize..30, 1e-9..3000.0_f64), 0..8),
        acid in 0.0..2000.0_f64,
        times in 0.0..5.0_f64,
    ) {
        let metals: Vec<(Ion, f64)> = amounts
            .into_iter()
            .map(|(at, moles)| (Ion::ALL[at], moles))
            .filter(|(ion, _)| ion.charge() > 0.0 && *ion != Ion::H)
            .collect();
        let solid = |times: f64| {
            let balance = solved(isotherm(&format!("times_stoichiometric = {times}")), chloride(&metals, acid));
            let left = balance.outlets[0].aqueous.ions[Ion::Oxalate];
            proptest::prop_assert!(left >= 0.0);
            Ok(balance.outlets[0].solid.element_mass()[Element::C])
        };
        let (less, more) = (solid(times)?, solid(1.5 * times)?);
        proptest::prop_assert!(more >= less * (1.0 - 1e-9), "{} then {}", less, more);
    }
}
