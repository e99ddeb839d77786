//! Laws of the unit: it balances in a flowsheet, it cuts where told, it says what it lacks.

use super::*;
use crate::document::Node;
use crate::fields::Check;
use crate::flowsheet::{Flowsheet, Placed, Plant};

pub(crate) const COMMON: &str = r#"
extractant = "p507"
concentration = "1.5 mol/L"
diluent = "kerosene"
saponified = "30 %"
base = "sodium-hydroxide-50"
acid = "hydrochloric-acid-35"
water = "water"
scrub_acid = "4 mol/L"
strip_acid = "5 mol/L"
feed_oxide = "150 g/L"
feed_ph = 2
solvent_loss = "50 mg/L"
residence = { mixer = "5 min", settler = "20 min", saponification = "30 min" }
mixer_power = 0.5
missing = { rare_earths = "linear-in-atomic-number", others = "not-extracted" }
"#;

pub(crate) fn read(text: &str) -> (Option<Box<dyn Unit>>, Vec<String>) {
    let node = Node::parse("s.toml", text).unwrap();
    let check = Check::new();
    let mut fields = Fields::new(&node, "SX-1", &check);
    let unit = (KIND.read)(&mut fields, &Library::builtin());
    fields.finish();
    (unit, check.finish().0.iter().map(ToString::to_string).collect())
}

pub(crate) fn unit(more: &str) -> Box<dyn Unit> {
    let (unit, problems) = read(&format!("{COMMON}{more}"));
    assert!(problems.is_empty(), "{problems:#?}");
    unit.unwrap()
}

/// A chloride liquor of so many kg/h of rare-earth elements in given mass shares, with some dirt.
pub(crate) fn liquor(kg: f64, shares: &[(Element, f64)]) -> Stream {
    let mut stream = Stream::default();
    let whole: f64 = shares.iter().map(|s| s.1).sum();
    let mut eq = 0.0;
    for (element, share) in shares {
        let moles = kg * 1000.0 * share / whole / element.molar_mass();
        stream.aqueous.ions[Ion::of(*element).unwrap()] = moles;
        eq += 3.0 * moles;
    }
    for (ion, moles) in [(Ion::Ca, 5.0), (Ion::Fe, 0.5), (Ion::Al, 0.5), (Ion::Th, 1e-3)] {
        stream.aqueous.ions[ion] = moles * kg / 100.0;
        eq += ion.charge() * stream.aqueous.ions[ion];
    }
    stream.aqueous.ions[Ion::H] = 0.05 * eq;
    stream.aqueous.ions[Ion::Chloride] = 1.05 * eq;
    stream.aqueous.water = 0.9 * eq / 3.0;
    stream
}

pub(crate) const MUD: &[(Element, f64)] = &[
    (Element::La, 17.0),
    (Element::Ce, 9.0),
    (Element::Pr, 4.6),
    (Element::Nd, 20.9),
    (Element::Sm, 4.5),
    (Element::Eu, 1.15),
    (Element::Gd, 5.3),
    (Element::Tb, 0.8),
    (Element::Dy, 4.9),
    (Element::Ho, 1.05),
    (Element::Er, 2.9),
    (Element::Tm, 0.4),
    (Element::Yb, 2.4),
    (Element::Lu, 0.36),
    (Element::Y, 24.74),
];

pub(crate) fn place(tag: &str, unit: Box<dyn Unit>, from: &str, to: [&str; 2]) -> Placed {
    Placed {
        tag: tag.into(),
        kind: "mixer-settlers",
        unit,
        inlets: vec![vec![from.into()]],
        outlets: vec![to[0].into(), to[1].into(), format!("{tag} waste")],
    }
}

pub(crate) fn tell(plant: &Plant) {
    for unit in &plant.units {
        eprintln!("--- {}", unit.tag);
        for r in &unit.balance.readings {
            eprintln!("   {:45} {:.5} {}", r.name, r.value, r.unit);
        }
        for c in &unit.balance.caveats {
            eprintln!("   ! {}", c.text);
        }
    }
}

#[test]
fn a_cut_in_a_flowsheet_balances_and_cuts() {
    let cut = "separate = \"Nd/Sm\"\nmargin = 1.2\nstrip_excess = \"40 %\"\npurity = { raffinate = \"99.9 %\", product = \"99.9 %\" }\nstages = { extract = 20, scrub = 20, strip = 12 }\n";
    let sheet = Flowsheet { units: vec![place("SX-1", unit(cut), "liquor", ["light", "heavy"])] };
    let plant = sheet.solve(&[("liquor".into(), liquor(100.0, MUD))], &mut |_| {}).unwrap();
    tell(&plant);
    assert!(plant.closure.gap < 1e-9, "{:?}", plant.closure);
}
