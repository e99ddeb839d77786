use super::*;
use crate::document::Node;
use crate::fields::Check;
use crate::flowsheet::{Flowsheet, Placed};

const REAGENTS: &str = "base = \"sodium-hydroxide-50\"\nacid = \"hydrochloric-acid-35\"\nwater = \"water\"\n";

/// Neodymium chloride with so many mol/h of free acid, through a flowsheet that checks elements and charge.
fn ready(more: &str, acid: f64) -> (Stream, Vec<crate::unit::Drawn>) {
    let node = Node::parse("p.toml", &format!("{REAGENTS}{more}")).unwrap();
    let check = Check::new();
    let unit = (KIND.read)(&mut Fields::new(&node, "P-1", &check), &Library::builtin()).unwrap();
    let placed = Placed {
        tag: "P-1".into(),
        kind: "prepare-liquor",
        unit,
        inlets: vec![vec!["feed".into()]],
        outlets: vec!["out".into()],
    };
    let mut feed = Stream { temperature: 298.15, ..Stream::default() };
    feed.aqueous.water = 1000.0;
    feed.aqueous.ions[Ion::Nd] = 1000.0;
    feed.aqueous.ions[Ion::H] = acid;
    feed.aqueous.ions[Ion::Chloride] = 3000.0 + acid;
    let plant = Flowsheet { units: vec![placed] }.solve(&[("feed".into(), feed)], &mut |_| {}).unwrap();
    assert!(plant.closure.gap < 1e-11);
    (plant.pipe("out").unwrap().stream.clone(), plant.units[0].balance.drawn.clone())
}

#[test]
fn strength_and_ph_are_met_together_from_either_side() {
    for acid in [0.0, 1.0, 300.0] {
        let (out, drawn) = ready("feed_oxide = \"100 g/L\"\nfeed_ph = 2\n", acid);
        let litres = out.aqueous.volume() * 1000.0;
        assert!((solution::ph(&out.aqueous).unwrap() - 2.0).abs() < 1e-9);
        assert!((oxide(&out.aqueous) / litres / 100.0 - 1.0).abs() < 1e-9);
        // Of base and acid one alone is drawn, and it is what the acid balance asks for.
        let [base, sour] = [0, 1].map(|at| drawn[at].stream.aqueous.ions[Ion::H]);
        assert!(base == 0.0 || sour == 0.0, "{base} {sour}");
        assert!((acid + base + sour - out.aqueous.ions[Ion::H]).abs() < 1e-9 * (1.0 + acid), "{base} {sour}");
        assert!((base < 0.0) == (acid > 100.0));
    }
}

#[test]
fn a_liquor_asked_for_nothing_passes() {
    let (out, drawn) = ready("", 300.0);
    assert!(drawn.iter().all(|drawn| drawn.stream.mass() == 0.0));
    assert_eq!((out.aqueous.ions[Ion::H], out.aqueous.water), (300.0, 1000.0));
}

#[test]
fn a_base_that_is_none_is_refused() {
    let wrong = REAGENTS.replace("sodium-hydroxide-50", "hydrochloric-acid-35");
    let node = Node::parse("p.toml", &wrong).unwrap();
    let check = Check::new();
    assert!((KIND.read)(&mut Fields::new(&node, "P-1", &check), &Library::builtin()).is_none());
    assert!(check.finish().0[0].to_string().contains("takes up no acid"));
}
