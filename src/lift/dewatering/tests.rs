//! The machines on a slurry of the mud, also in a flowsheet that checks conservation.

use crate::flowsheet::{Flowsheet, Placed};
use crate::lift::tests::{built, lifted, reading};
use crate::stream::Stream;
use crate::unit::Balance;

const DECANTER: &str = r#"
bowl_diameter = "0.5 m"
pond_depth = "60 mm"
length = "0.8 m"
force = 3000
efficiency = "50 %"
machines = 3
moisture = "45 %"
viscosity = "1.1 mPa s"
drive_efficiency = "85 %"
conveyor_energy = "2 kWh/t"
"#;

const PRESS: &str = r#"
chamber_thickness = "32 mm"
area = "400 m2"
pressure = "7 bar"
resistance = 1e12
compressibility = 0.5
cloth_resistance = 1e11
porosity = "50 %"
saturation = "80 %"
capture = "100 %"
viscosity = "1.1 mPa s"
turnaround = "30 min"
pump_efficiency = "60 %"
wash = { ratio = 2, efficiency = "60 %", water = "water", way = "through" }
"#;

fn slurry() -> Stream {
    lifted(&[]).unwrap().outlets.remove(0)
}

/// The same with grains a hundred times finer.
fn fines() -> Stream {
    let mut fines = slurry();
    fines.solid.edges = [3e-7, 8e-7, 3e-6].into();
    fines
}

fn spun(text: &str) -> Balance {
    built("decanter-centrifuge", text).unwrap().solve(&[fines()]).unwrap()
}

fn done(kind: &str, text: &str) -> Balance {
    built(kind, text).unwrap().solve(&[slurry()]).unwrap()
}

fn balances(kind: &'static str, text: &str) {
    let placed = Placed {
        tag: "D-1".into(),
        kind,
        unit: built(kind, text).unwrap(),
        inlets: vec![vec!["slurry".into()]],
        outlets: vec!["cake".into(), "overboard".into()],
    };
    let plant = Flowsheet { units: vec![placed] }.solve(&[("slurry".into(), slurry())], &mut |_| {}).unwrap();
    assert!(plant.closure.gap < 1e-10, "{:?}", plant.closure);
    assert!(!plant.units[0].equipment.is_empty());
}

#[test]
fn both_machines_lose_nothing() {
    balances("decanter-centrifuge", DECANTER);
    balances(
        "decanter-centrifuge",
        &format!("{DECANTER}wash = {{ ratio = 1, efficiency = \"50 %\", water = \"water\" }}"),
    );
    balances("filter-press", PRESS);
}

#[test]
fn a_centrifuge_loses_the_finest_first() {
    let one = spun(&DECANTER.replace("machines = 3", "machines = 1"));
    let caught = one.tables[0].numbers("caught");
    assert!(caught.windows(2).all(|pair| pair[0] <= pair[1]) && caught[0] < Some(99.0), "{caught:?}");
    let lost: f64 = one.tables[0].numbers("lost").into_iter().flatten().sum();
    assert!((lost / reading(&one, "solids lost to the water") - 1.0).abs() < 1e-9);
    let two = spun(&DECANTER.replace("machines = 3", "machines = 2"));
    assert!(reading(&two, "capture") > reading(&one, "capture"));
    assert!(reading(&one, "half are caught at") < reading(&one, "all are caught from"));
}

/// The power of spinning the water up is that of its speed at the surface of the pond, twice its energy of motion.
#[test]
fn a_centrifuge_pays_for_the_spin() {
    let of = |text: &str| done("decanter-centrifuge", text).power_kw;
    let still = DECANTER.replace("conveyor_energy = \"2 kWh/t\"", "conveyor_energy = \"0 kWh/t\"");
    let speed_squared = 3000.0 * 9.81 / 0.25 * 0.19 * 0.19;
    let wanted = slurry().mass() / 3600.0 * speed_squared / 1000.0 / 0.85;
    assert!((of(&still) / wanted - 1.0).abs() < 1e-3, "{} {wanted}", of(&still));
    assert!(of(DECANTER) > of(&still));
}

#[test]
fn a_wished_capture_finds_the_fewest_machines() {
    let wished = |share: &str| DECANTER.replace("machines = 3", &format!("capture = \"{share} %\""));
    let found = spun(&wished("90"));
    let machines = reading(&found, "machines");
    assert!(reading(&found, "capture") >= 90.0);
    assert!(machines > 1.0);
    let fewer = DECANTER.replace("machines = 3", &format!("machines = {}", machines - 1.0));
    assert!(reading(&spun(&fewer), "capture") < 90.0);
    let weak = wished("99.9").replace("force = 3000", "force = 50").replace("\"0.8 m\"", "\"50 mm\"");
    let told = built("decanter-centrifuge", &weak).unwrap().solve(&[fines()]).unwrap_err().to_string();
    assert!(told.contains("machines catch") && told.contains("more `force`"), "{told}");
    let both = built("decanter-centrifuge", &format!("{DECANTER}capture = \"90 %\"")).unwrap_err();
    assert!(both[0].contains("one of"), "{both:?}");
}

#[test]
fn a_press_makes_most_with_its_best_chamber() {
    let output = |chamber: f64| {
        let text = PRESS.replace("\"32 mm\"", &format!("\"{chamber} mm\""));
        reading(&done("filter-press", &text), "dry cake by cloth")
    };
    let best = reading(&done("filter-press", PRESS), "chamber of most output");
    assert!((5.0..100.0).contains(&best), "{best}");
    assert!(output(best) > output(best * 1.05) && output(best) > output(best * 0.95));
}

#[test]
fn presses_are_counted_by_their_cycle() {
    let press = done("filter-press", PRESS);
    let (cloth, presses) = (reading(&press, "cloth needed"), reading(&press, "machines"));
    assert!((presses - 1.0) * 400.0 < cloth && cloth <= presses * 400.0);
    let cycle = reading(&press, "filling") + reading(&press, "washing") + 30.0;
    assert!((reading(&press, "cycle") / cycle - 1.0).abs() < 1e-12);
    // Half a chamber on either cloth: mass over time.
    let cake = 0.016 * 0.5 * 2650.0 / (cycle / 60.0);
    assert!((reading(&press, "dry cake by cloth") / cake - 1.0).abs() < 1e-9);
    let along = done("filter-press", &PRESS.replace("through", "filtrate"));
    assert!((reading(&press, "washing") / reading(&along, "washing") / 4.0 - 1.0).abs() < 1e-9);
    let moisture = press.outlets[0].aqueous.mass() / press.outlets[0].mass();
    assert!((100.0 * moisture / reading(&press, "moisture of the cake") - 1.0).abs() < 1e-9);
}

#[test]
fn a_press_reads_its_resistance_from_sizes_with_a_caveat() {
    let text = PRESS.replace("resistance = 1e12\n", "");
    let press = done("filter-press", &text);
    assert!(press.caveats.iter().any(|caveat| caveat.text.contains("measure it")));
    assert!(done("filter-press", PRESS).caveats.is_empty());
    let soft = |n: f64| {
        let text = text.replace("compressibility = 0.5", &format!("compressibility = {n}"));
        reading(&done("filter-press", &text), "specific resistance")
    };
    assert!((soft(0.5) / soft(0.0) / 7.0_f64.sqrt() - 1.0).abs() < 1e-9);
}

#[test]
fn what_machines_cannot_do_is_said() {
    for (kind, text) in [("decanter-centrifuge", DECANTER), ("filter-press", PRESS)] {
        let empty = built(kind, text).unwrap().solve(&[Stream::default()]).unwrap_err().to_string();
        assert!(empty.contains("no slurry enters"), "{empty}");
    }
    let mut plain = slurry();
    plain.solid.edges = [].into();
    let told = built("decanter-centrifuge", DECANTER).unwrap().solve(&[plain.clone()]).unwrap_err().to_string();
    assert!(told.contains("no sizes"), "{told}");
    let unread = PRESS.replace("resistance = 1e12\n", "");
    assert!(built("filter-press", &unread).unwrap().solve(&[plain]).unwrap_err().to_string().contains("`resistance`"));
    let thick = slurry();
    let loose = PRESS.replace("\"50 %\"", "\"90 %\"");
    let mut mud = thick.clone();
    mud.aqueous.water *= 0.05;
    mud.aqueous.ions = mud.aqueous.ions.scaled(0.05);
    let told = built("filter-press", &loose).unwrap().solve(&[mud]).unwrap_err().to_string();
    assert!(told.contains("no more than"), "{told}");
    let deep = built("decanter-centrifuge", &DECANTER.replace("\"60 mm\"", "\"300 mm\"")).unwrap_err();
    assert!(deep[0].contains("deeper than"), "{deep:?}");
}
