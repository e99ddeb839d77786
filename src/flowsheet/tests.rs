//! Laws of the flowsheet, on units small enough to know the answer of.

use super::*;
use crate::ion::Ion;
use crate::unit::Ports;

/// Sends a share of everything to `a`, the rest to `b`.
#[derive(Debug)]
struct Splitter(f64);

impl Unit for Splitter {
    fn ports(&self) -> Ports {
        Ports { inlets: &["in"], outlets: &["a", "b"] }
    }
    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        Ok(Balance { outlets: vec![inlets[0].scaled(self.0), inlets[0].scaled(1.0 - self.0)], ..Balance::default() })
    }
}

/// Loses a little chlorine.
#[derive(Debug)]
struct Leak;

impl Unit for Leak {
    fn ports(&self) -> Ports {
        Ports { inlets: &["in"], outlets: &["out"] }
    }
    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let mut out = inlets[0].clone();
        out.aqueous.ions[Ion::Chloride] *= 1.0 - 1e-6;
        Ok(Balance { outlets: vec![out], ..Balance::default() })
    }
}

fn placed(tag: &str, unit: impl Unit + 'static, inlets: &[&str], outlets: &[&str]) -> Placed {
    Placed {
        tag: tag.into(),
        kind: "test",
        unit: Box::new(unit),
        inlets: vec![inlets.iter().map(|s| (*s).to_owned()).collect()],
        outlets: outlets.iter().map(|s| (*s).to_owned()).collect(),
    }
}

fn brine() -> Vec<(String, Stream)> {
    let mut stream = Stream::default();
    stream.aqueous.water = 1000.0;
    stream.aqueous.ions[Ion::Na] = 500.0;
    stream.aqueous.ions[Ion::Chloride] = 500.0;
    vec![("feed".into(), stream)]
}

#[test]
fn a_loop_converges_to_its_geometric_series() {
    // Half of M-1's outlet comes back: the loop carries twice the feed.
    let flowsheet = Flowsheet {
        units: vec![
            placed("M-1", Splitter(1.0), &["feed", "back"], &["mixed", "nothing"]),
            placed("S-1", Splitter(0.5), &["mixed"], &["back", "out"]),
        ],
    };
    let plant = flowsheet.solve(&brine(), &mut |_| {}).unwrap();
    let mixed = plant.pipe("mixed").unwrap().stream.aqueous.water;
    assert!((mixed - 2000.0).abs() < 1e-6, "{mixed}");
    assert!(plant.closure.gap < 1e-11, "{:?}", plant.closure);
    assert_eq!(plant.recycles[0].torn, ["back"]);
    assert!(plant.recycles[0].residuals.len() < 12, "Anderson solves a linear loop in a few passes");
}

#[test]
fn a_slow_loop_is_no_slower() {
    let flowsheet = Flowsheet {
        units: vec![
            placed("M-1", Splitter(1.0), &["feed", "back"], &["mixed", "nothing"]),
            placed("S-1", Splitter(0.999), &["mixed"], &["back", "out"]),
        ],
    };
    let plant = flowsheet.solve(&brine(), &mut |_| {}).unwrap();
    assert!((plant.pipe("out").unwrap().stream.aqueous.water - 1000.0).abs() < 1e-6);
}

#[test]
fn a_loop_without_a_way_out_fails_and_says_so() {
    let flowsheet = Flowsheet {
        units: vec![
            placed("M-1", Splitter(1.0), &["feed", "back"], &["mixed", "nothing"]),
            placed("S-1", Splitter(1.0), &["mixed"], &["back", "out"]),
        ],
    };
    let error = flowsheet.solve(&brine(), &mut |_| {}).unwrap_err().to_string();
    assert!(error.contains("did not converge") && error.contains("`back`") && error.contains("bleed"), "{error}");
}

#[test]
fn a_leak_is_caught_by_name() {
    let flowsheet = Flowsheet { units: vec![placed("L-1", Leak, &["feed"], &["out"])] };
    let error = flowsheet.solve(&brine(), &mut |_| {}).unwrap_err();
    assert!(matches!(&error, Error::NotConserved { unit, what, .. } if unit == "L-1" && what == "Cl"), "{error}");
}

#[test]
fn units_are_calculated_in_the_order_of_need() {
    let units =
        vec![placed("B", Splitter(0.5), &["x"], &["y", "z"]), placed("A", Splitter(0.5), &["feed"], &["x", "w"])];
    let order: Vec<usize> = groups(&units).into_iter().flat_map(|group| group.units).collect();
    assert_eq!(order, [1, 0]);
}
