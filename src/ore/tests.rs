//! Laws of the ore: exact closure, at every grade, in every file.

use super::*;
use crate::fields::Check;
use crate::ion::Ion;

fn read(text: &str) -> Result<Ore, Vec<String>> {
    let node = Node::parse("s.toml", text).unwrap();
    let check = Check::new();
    let mut fields = Fields::new(&node, "ore", &check);
    let ore = Ore::read(&mut fields, &Library::builtin());
    fields.finish();
    let (problems, ledger) = check.finish();
    if problems.is_empty() {
        assert!(ledger.len() > 8, "the facts are in the ledger");
        Ok(ore.unwrap())
    } else {
        Err(problems.iter().map(ToString::to_string).collect())
    }
}

fn pattern() -> ByElement<f64> {
    let mut pattern = ByElement::default();
    for (at, &element) in Element::RARE_EARTHS.iter().enumerate() {
        pattern[element] = 1.0 + at as f64;
    }
    pattern
}

#[test]
fn every_ore_holds_its_grade_and_its_mass_exactly() {
    for kind in Library::builtin().names("ores", "toml") {
        for grade in [1e-4, 1e-3, 5e-3] {
            let ore = read(&format!("kind = \"{kind}\"\nrate = \"100 t/d\"\nbasis = \"dry\"\n")).unwrap();
            let (stream, _) = ore.stream(grade, &pattern()).unwrap_or_else(|error| panic!("{kind}: {error}"));
            let dry = 100_000.0 / 24.0;
            assert!((stream.solid.mass() / dry - 1.0).abs() < 1e-12, "{kind}");
            let mass = stream.solid.element_mass();
            for &element in Element::RARE_EARTHS {
                let wanted = dry * grade * pattern()[element] / pattern().rare_earth_total();
                assert!((mass[element] / wanted - 1.0).abs() < 1e-9, "{kind} {element}");
            }
            assert!(stream.unlawful().is_none(), "{kind}");
            assert!(stream.aqueous.ions.charge().abs() < 1e-9 * stream.aqueous.ions.ionic_throughput().max(1e-30));
        }
    }
}

#[test]
fn wet_and_dry_agree_and_pore_water_is_the_sea() {
    let wet = read("kind = \"minamitorishima-mud\"\nrate = \"350 t/d\"\nbasis = \"wet\"\n").unwrap();
    let (stream, caveats) = wet.stream(1.72e-3, &pattern()).unwrap();
    assert!((stream.mass() - 350_000.0 / 24.0).abs() < 1e-6);
    assert!(stream.aqueous.ions[Ion::Na] > 0.4 * stream.aqueous.water);
    assert!(caveats.iter().any(|caveat| caveat.text.contains("assumed")));
}

#[test]
fn a_grade_without_room_is_refused() {
    let ore = read("kind = \"minamitorishima-mud\"\nrate = \"350 t/d\"\nbasis = \"wet\"\n").unwrap();
    let error = ore.stream(0.03, &pattern()).unwrap_err().to_string();
    assert!(error.contains("bioapatite") && error.contains("lower `grade`"), "{error}");
}

#[test]
fn the_coarse_mud_is_rich_and_the_fine_poor() {
    let ore = read("kind = \"minamitorishima-mud\"\nrate = \"1 t/h\"\nbasis = \"dry\"\n").unwrap();
    let (stream, _) = ore.stream(1.427e-3, &pattern()).unwrap();
    let edge = stream.solid.edges.iter().position(|edge| *edge > 8.6e-6).unwrap();
    let (mut mass, mut rare) = (0.0, 0.0);
    for lot in &stream.solid.lots {
        let coarse: f64 = lot.kg_per_h[edge..].iter().sum();
        mass += coarse;
        rare += coarse * lot.mineral.rare_earths();
    }
    let share = rare / stream.solid.element_mass().rare_earth_total();
    assert!((mass / stream.solid.mass() - 0.0778).abs() < 0.01, "{mass}");
    assert!((share - 0.4656).abs() < 0.03, "{share}");
}

#[test]
fn sizes_can_be_rebinned_without_loss() {
    let text = "kind = \"minamitorishima-mud\"\nrate = \"1 t/h\"\nbasis = \"dry\"\nsize_edges = [\"2 um\", \"10 um\", \"100 um\"]\n";
    let (stream, _) = read(text).unwrap().stream(1e-3, &pattern()).unwrap();
    assert!((stream.solid.mass() - 1000.0).abs() < 1e-9);
    assert_eq!(stream.solid.edges.len(), 3);
}

#[test]
fn what_is_wrong_is_told() {
    let told = read("kind = \"minamitorishima-mad\"\nrate = \"350 t/d\"\nbasis = \"damp\"\n").unwrap_err();
    assert!(told.iter().any(|t| t.contains("`damp`")), "{told:?}");
    let told = read("kind = \"minamitorishima-mad\"\nrate = \"350 t/d\"\nbasis = \"wet\"\n").unwrap_err();
    assert!(told[0].contains("did you mean `minamitorishima-mud`?"), "{told:?}");
}
