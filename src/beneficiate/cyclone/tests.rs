//! Every law of the hydrocyclone: limits, and the ways nature leans.

use super::coelho_medronho::CoelhoMedronho;
use super::plitt::Plitt;
use super::*;
use crate::beneficiate::tests::{mud, solved, unit};
use crate::stream::Stream;

const FEED: Feed = Feed { pressure_drop: 1e5, solids: 0.08, viscosity: 1e-3, density: 1000.0, solid_density: 2650.0 };

const PLITT: Plitt = Plitt { factors: [1.0; 4], exponent: 0.5, as_lynch_rao: false, sharpness: None };

fn shape(body: f64) -> Shape {
    Shape::proportioned(body, [0.28, 0.34, 0.20, 5.0, 0.4])
}

fn laws() -> Vec<Box<dyn Law>> {
    vec![Box::new(CoelhoMedronho { curve: Curve::Plitt(2.45) }), Box::new(PLITT)]
}

#[test]
fn every_law_leans_as_nature_does() {
    for law in laws() {
        let cut = |body: f64, feed: &Feed, solid: f64| law.cut_size(&shape(body), feed, solid).unwrap();
        let harder = Feed { pressure_drop: 2e5, ..FEED };
        let thicker = Feed { solids: 0.2, ..FEED };
        let stickier = Feed { viscosity: 2e-3, ..FEED };
        assert!(law.flow(&shape(0.1), &harder) > law.flow(&shape(0.1), &FEED), "{law:?}");
        assert!(law.flow(&shape(0.2), &FEED) > law.flow(&shape(0.1), &FEED), "{law:?}");
        assert!(cut(0.1, &harder, 2650.0) < cut(0.1, &FEED, 2650.0), "{law:?}");
        assert!(cut(0.2, &FEED, 2650.0) > cut(0.1, &FEED, 2650.0), "{law:?}");
        assert!(cut(0.1, &FEED, 5000.0) < cut(0.1, &FEED, 2650.0), "{law:?}");
        assert!(cut(0.1, &thicker, 2650.0) > cut(0.1, &FEED, 2650.0), "{law:?}");
        assert!(cut(0.1, &stickier, 2650.0) > cut(0.1, &FEED, 2650.0), "{law:?}");
        assert!(law.cut_size(&shape(0.1), &FEED, 990.0).is_none(), "{law:?}");
        let wider = Shape { apex: 0.03, ..shape(0.1) };
        let share = |shape: &Shape| law.split(shape, &FEED).bypass(FEED.solids, 0.5);
        assert!(share(&wider) > share(&shape(0.1)), "{law:?}");
    }
}

/// Plitt's equations as first printed, in inches, feet, US gallons and pounds, by another route: ratios at two
/// settings must follow the powers, and the factors multiply.
#[test]
fn plitt_follows_his_powers() {
    let at = |p: f64| PLITT.flow(&shape(0.1), &Feed { pressure_drop: p, ..FEED });
    assert!((at(2e5) / at(1e5) - 2f64.powf(1.0 / 1.78)).abs() < 1e-12);
    let cut = |law: Plitt, s: f64| law.cut_size(&shape(0.1), &FEED, s).unwrap();
    assert!((cut(PLITT, 2650.0) / cut(PLITT, 7600.0) - 2.0).abs() < 1e-9);
    let doubled = Plitt { factors: [2.0, 1.0, 1.0, 1.0], ..PLITT };
    assert!((cut(doubled, 2650.0) / cut(PLITT, 2650.0) - 2.0).abs() < 1e-12);
    // F3 raises the pressure a flow needs, so it lowers the flow at a pressure.
    let held = Plitt { factors: [1.0, 1.0, 2.0, 1.0], ..PLITT };
    let ratio = held.flow(&shape(0.1), &FEED) / PLITT.flow(&shape(0.1), &FEED);
    assert!((ratio - 0.5f64.powf(1.0 / 1.78)).abs() < 1e-12);
}

#[test]
fn the_slurry_that_leaves_is_what_the_split_says() {
    // Whatever settles, solids and liquid below make up the share of volume that the law told.
    for (volume, solids, settled) in [(0.2, 0.1, 0.6), (0.05, 0.03, 0.9), (0.4, 0.3, 0.2)] {
        let r = Split::Slurry(volume).bypass(solids, settled);
        let below = solids * (settled * (1.0 - r) + r) + (1.0 - solids) * r;
        assert!((below - volume).abs() < 1e-12);
    }
    assert!(Split::Slurry(0.05).bypass(0.3, 0.9) < 0.0);
}

#[test]
fn hindrance_rises_with_crowding() {
    assert!((nageswararao::hindrance(0.0) - 1.0 / 8.05).abs() < 1e-12);
    assert!(nageswararao::hindrance(0.3) > nageswararao::hindrance(0.1));
}

const BASE: &str = "family = \"rietema\"\ndiameter = \"50 mm\"\npartition = \"plitt\"\npressure_drop = \"2 bar\"\nviscosity = \"1.1 mPa s\"\npump_efficiency = \"0.65\"\nfeed_solids = \"5 %\"\ndilution = \"sea-water\"\n";

fn run(more: &str) -> crate::flowsheet::Plant {
    solved("hydrocyclone", &format!("{BASE}{more}"), mud(), &["underflow", "overflow"])
}

fn failed(text: &str, feed: Stream) -> String {
    unit("hydrocyclone", text).solve(&[feed]).unwrap_err().to_string()
}

fn read(plant: &crate::flowsheet::Plant, name: &str) -> f64 {
    plant.units[0].balance.readings.iter().find(|r| r.name == name).unwrap().value
}

#[test]
fn each_law_runs_by_its_name_and_balances() {
    let nageswararao = "law = \"nageswararao\"\n[constants]\nk_q = 0.15\nk_d = 3e-3\nk_w = 12\ncylinder = 1.5\ncone_angle = \"10 deg\"\nfitted_diameter = \"50 mm\"\nfitted_solid_density = \"2650 kg/m3\"\n";
    let lynch = "law = \"lynch-rao\"\n[constants]\nflow = [9, 0.73, 0.86, 0.42]\ncut = [0.7, 0.04, -0.05, 0.02, 0.005, -0.001]\nwater = [-0.05, 1.0, -0.2]\nfitted_solid_density = \"2650 kg/m3\"\n";
    for more in ["law = \"coelho-medronho\"\n", "law = \"plitt\"\n", nageswararao, lynch] {
        let plant = run(more);
        assert!(plant.closure.gap < 1e-9, "{more}");
        assert!(
            read(&plant, "cut size") > 0.5 && read(&plant, "cut size") < 200.0,
            "{more}: {}",
            read(&plant, "cut size")
        );
        assert!(read(&plant, "enrichment") > 1.0, "{more}");
        let curve = plant.units[0].balance.tables.iter().find(|t| t.name.ends_with("partition_curve")).unwrap();
        let shares: Vec<f64> = curve.numbers("to underflow").into_iter().flatten().collect();
        assert!(shares.iter().all(|s| (0.0..=100.0).contains(s)));
        // Within a mineral the curve rises with size.
        let sizes: Vec<f64> = curve.numbers("size").into_iter().flatten().collect();
        assert!(sizes.windows(2).zip(shares.windows(2)).all(|(d, y)| d[1] < d[0] || y[1] >= y[0] - 1e-9));
    }
}

#[test]
fn a_wished_cut_is_reached_at_its_pressure() {
    let plant = run("cut_size = \"12 um\"\n");
    assert!((read(&plant, "cut size") - 12.0).abs() < 1e-6);
    assert!(read(&plant, "pressure drop") < 2.0);
}

#[test]
fn a_cut_too_fine_is_told_with_what_would_do() {
    let text = format!("{BASE}cut_size = \"5 um\"\n");
    let told = failed(&text, mud());
    assert!(told.contains("a cut of 5.00 um is wished") && told.contains("the most allowed"), "{told}");
    assert!(told.contains("`diameter` of") && told.contains("`cut_size` of"), "{told}");
    // What it names would do.
    let narrower: f64 = told.split("`diameter` of ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    let again = text.replace("50 mm", &format!("{} mm", narrower * 0.99));
    assert!(unit("hydrocyclone", &again).solve(&[mud()]).is_ok());
    let coarse = failed(&format!("{BASE}cut_size = \"500 um\"\n"), mud());
    assert!(coarse.contains("vortex begins to fail"), "{coarse}");
}

#[test]
fn solids_above_packing_have_no_answer() {
    let mut dry = mud();
    dry.aqueous = crate::stream::Aqueous::default();
    dry.aqueous.water = 100.0;
    let thin = BASE.replace("feed_solids = \"5 %\"\ndilution = \"sea-water\"\n", "");
    let told = failed(&thin, dry.clone());
    assert!(told.contains("grains pack at 64 %"), "{told}");
    // An apex that holds back what settles names the one that would not.
    let rope = failed(&format!("{thin}apex = 0.03\n"), {
        dry.aqueous.water = 900.0;
        dry
    });
    assert!(rope.contains("ropes") || rope.contains("rope"), "{rope}");
    assert!(rope.contains("apex"), "{rope}");
}
