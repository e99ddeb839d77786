//! The units of the stage together, in a small flowsheet that checks conservation.

use std::sync::Arc;

use super::KINDS;
use crate::document::Node;
use crate::error::Error;
use crate::fields::{Check, Fields};
use crate::flowsheet::{Flowsheet, Placed, Plant};
use crate::ion::Ion;
use crate::library::Library;
use crate::mineral::Mineral;
use crate::reagent::Reagent;
use crate::stream::Stream;
use crate::unit::{Balance, Unit};

const RISER: &str = r#"
depth = "5600 m"
diameter = "0.25 m"
wall_thickness = "20 mm"
down_path = "pipe"
down_diameter = "0.25 m"
wall_roughness = "0.045 mm"
solids = "10 %"
rheology = { curve = "rey-mud-illustrative" }
pump_efficiency = "65 %"
motor_efficiency = "93 %"
head_energy = "1 kWh/t"
vessels = 1
carrier = "sea-water"
"#;

const DEWATERING: &str = r#"
machine = "decanter centrifuge"
machines = 2
moisture = "45 %"
capture = "97 %"
energy = "15 kWh/t"
"#;

pub(in crate::lift) fn built(kind: &str, text: &str) -> Result<Box<dyn Unit>, Vec<String>> {
    let kind = KINDS.iter().find(|k| k.name == kind).unwrap();
    let node = Node::parse("s.toml", text).unwrap();
    let check = Check::new();
    let mut fields = Fields::new(&node, "R-1", &check);
    let unit = (kind.read)(&mut fields, &Library::builtin());
    fields.finish();
    let problems: Vec<String> = check.finish().0.iter().map(ToString::to_string).collect();
    unit.filter(|_| problems.is_empty()).ok_or(problems)
}

/// 350 t/d of mud, 40.5 % dry, its pores full of sea water.
pub(in crate::lift) fn mud() -> Stream {
    let wet = 350_000.0 / 24.0;
    let quartz = Arc::new(Mineral::compound("SiO2", 2650.0).unwrap());
    let mut mud = Reagent::named("sea-water", &Library::builtin()).unwrap().stream(wet * 0.595);
    mud.solid.edges = [8.5e-6, 3.0e-5, 1.0e-4].into();
    mud.solid.add(&quartz, &[wet * 0.405 * 0.9, wet * 0.405 * 0.09, wet * 0.405 * 0.01]);
    mud
}

pub(in crate::lift) fn lifted(changes: &[(&str, &str)]) -> Result<Balance, Error> {
    let text = changes.iter().fold(RISER.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    });
    built("closed-circuit-riser", &text).unwrap().solve(&[mud()])
}

pub(in crate::lift) fn reading(balance: &Balance, name: &str) -> f64 {
    balance.readings.iter().find(|r| r.name == name).unwrap_or_else(|| panic!("{name}")).value
}

#[test]
fn the_circuit_is_filled_with_sea_water() {
    let sea = Reagent::named("sea-water", &Library::builtin()).unwrap().stream(1000.0).aqueous;
    assert!(sea.ions.charge().abs() < 1e-9 * sea.ions.ionic_throughput());
    let grams = |ion: Ion| sea.ions[ion] * ion.molar_mass() / 1000.0;
    assert!((grams(Ion::Na) - 10.78).abs() < 0.02 && (grams(Ion::Chloride) - 19.40).abs() < 0.1);
}

#[test]
fn the_chain_from_sea_bed_to_port_conserves() {
    let placed = |tag: &str, unit: Box<dyn Unit>, inlet: &str, outlets: &[&str]| Placed {
        tag: tag.into(),
        kind: "test",
        unit,
        inlets: vec![vec![inlet.to_owned()]],
        outlets: outlets.iter().map(|s| (*s).to_owned()).collect(),
    };
    let washed = format!("{DEWATERING}wash = {{ ratio = 1.5, efficiency = \"60 %\", water = \"water\" }}\n");
    let flowsheet = Flowsheet {
        units: vec![
            placed("R-1", built("closed-circuit-riser", RISER).unwrap(), "mud", &["slurry"]),
            placed("D-1", built("dewatering", &washed).unwrap(), "slurry", &["cake", "overboard"]),
            placed("S-1", built("shipping", "distance = \"1900 km\"\nstore = \"10 d\"").unwrap(), "cake", &["landed"]),
        ],
    };
    let plant: Plant = flowsheet.solve(&[("mud".into(), mud())], &mut |_| {}).unwrap();
    assert!(plant.closure.gap < 1e-11, "{:?}", plant.closure.worst);
    let landed = &plant.pipe("landed").unwrap().stream;
    assert!((landed.solid.mass() / (0.97 * mud().solid.mass()) - 1.0).abs() < 1e-12);
    assert!((landed.aqueous.mass() / landed.mass() - 0.45).abs() < 1e-9);
    let names: Vec<_> = plant.units.iter().flat_map(|u| &u.equipment).map(|e| e.name.as_str()).collect();
    assert_eq!(names, ["riser pipe", "slurry pump", "seabed collector", "decanter centrifuge", "bulk storage"]);
    let services: Vec<_> =
        plant.units.iter().flat_map(|u| &u.balance.services).map(|s| (s.name.as_str(), s.unit)).collect();
    assert_eq!(services, [("lifting vessel", "h"), ("sea freight", "t km")]);
    assert!(plant.units.iter().flat_map(|u| &u.equipment).all(|e| e.size > 0.0));
}

#[test]
fn the_slurry_is_as_thick_as_asked_and_the_work_above_its_bound() {
    let mut before = f64::INFINITY;
    for solids in ["3 %", "5 %", "10 %", "15 %", "30 %"] {
        let done = lifted(&[("10 %", solids)]).unwrap();
        let asked: f64 = solids.trim_end_matches(" %").parse().unwrap();
        assert!((done.outlets[0].solids_fraction() - asked / 100.0).abs() < 1e-12);
        let (bound, hydraulic, electric) = (
            reading(&done, "static bound by dry solids"),
            reading(&done, "hydraulic power by dry solids"),
            reading(&done, "electric power by dry solids"),
        );
        assert!(bound > 9.0 && hydraulic >= bound && electric > hydraulic, "{solids}: {bound} {hydraulic} {electric}");
        assert!((bound - 9.27).abs() < 0.03, "one bound at any concentration: {bound}");
        assert!(reading(&done, "slurry") < before, "a thicker slurry is less of it");
        before = reading(&done, "slurry");
    }
}

#[test]
fn a_wider_riser_rubs_less() {
    let of = |diameter| reading(&lifted(&[("diameter = \"0.25 m\"\nwall", diameter)]).unwrap(), "friction up");
    assert!(of("diameter = \"0.20 m\"\nwall") > of("diameter = \"0.25 m\"\nwall"));
}

#[test]
fn an_annulus_is_narrower_than_its_casing() {
    let annulus = [("\"pipe\"", "\"annulus\""), ("down_diameter = \"0.25 m\"", "down_diameter = \"0.40 m\"")];
    let around = lifted(&annulus).unwrap();
    let alone = lifted(&annulus[1..]).unwrap();
    assert!(reading(&around, "friction down") > reading(&alone, "friction down"));
    let text = RISER.replace("\"pipe\"", "\"annulus\"");
    assert!(built("closed-circuit-riser", &text).unwrap_err()[0].contains("does not fit"));
}

#[test]
fn what_cannot_be_is_said() {
    let thin = lifted(&[("10 %", "50 %")]).unwrap_err().to_string();
    assert!(thin.contains("sea water can only thin the mud") && thin.contains("at most 40.5"), "{thin}");
    let riser = built("closed-circuit-riser", RISER).unwrap();
    assert!(riser.solve(&[Stream::default()]).is_err());
    assert!(riser.equipment(&[Stream::default()], &Balance::default()).is_empty());
    let wet = built("dewatering", &DEWATERING.replace("45 %", "92 %")).unwrap();
    assert!(wet.solve(&[mud()]).unwrap_err().to_string().contains("drier cake"));
}

#[test]
fn caveats_tell_of_an_assumed_rheology_and_of_grains_that_stay_below() {
    let said = |changes: &[(&str, &str)]| {
        lifted(changes).unwrap().caveats.iter().map(|c| c.text.clone()).collect::<Vec<_>>().join("; ")
    };
    assert!(said(&[]).contains("assumed"));
    assert!(!said(&[]).contains("does not rise"));
    assert!(said(&[("vessels", "largest_grain = \"20 mm\"\nvessels")]).contains("does not rise"));
    let mut stones = mud();
    stones.solid.edges = [8.5e-6, 2.0e-2, 4.0e-2].into();
    let stuck = built("closed-circuit-riser", RISER).unwrap().solve(&[stones]).unwrap_err().to_string();
    assert!(stuck.contains("does not rise") && stuck.contains("narrower than"), "{stuck}");
}

#[test]
fn washing_follows_its_law_and_keeps_the_cake_as_wet() {
    let chloride = |wash: &str| {
        let unit = built("dewatering", &format!("{DEWATERING}{wash}")).unwrap();
        let slurry = lifted(&[]).unwrap().outlets.remove(0);
        let done = unit.solve(&[slurry]).unwrap();
        assert!((done.outlets[0].aqueous.mass() / done.outlets[0].mass() - 0.45).abs() < 1e-9);
        reading(&done, "chloride in the cake by dry solids")
    };
    let dirty = chloride("");
    let clean = chloride("wash = { ratio = 2, efficiency = \"50 %\", water = \"water\" }");
    assert!((clean / dirty - 0.25).abs() < 1e-9, "{clean} {dirty}");
    let sea = chloride("wash = { ratio = 2, efficiency = \"50 %\", water = \"sea-water\" }");
    assert!((sea / dirty - 1.0).abs() < 1e-6, "sea water washes no salt out: {sea} {dirty}");
}

#[test]
fn an_empty_table_describes_every_kind() {
    for kind in KINDS {
        let fields = kind.fields(&Library::builtin());
        assert!(fields.len() >= 2 && fields.iter().all(|f| !f.about.is_empty()), "{}", kind.name);
    }
}

const AIR_LIFT: &str = r#"
depth = "5600 m"
injection_depth = "1500 m"
deck_height = "10 m"
diameter = "0.30 m"
solids = "5 %"
rheology = { curve = "rey-mud-illustrative" }
compressor_efficiency = "60 %"
motor_efficiency = "93 %"
head_energy = "1 kWh/t"
vessels = 1
carrier = "sea-water"
air = "air"
"#;

#[test]
fn an_air_lift_conserves_and_costs_more_than_its_bound() {
    let unit = built("air-lift", AIR_LIFT).unwrap();
    let placed = Placed {
        tag: "A-1".into(),
        kind: "air-lift",
        unit,
        inlets: vec![vec!["mud".into()]],
        outlets: vec!["slurry".into(), "spent air".into()],
    };
    let plant = Flowsheet { units: vec![placed] }.solve(&[("mud".into(), mud())], &mut |_| {}).unwrap();
    assert!(plant.closure.gap < 1e-11, "{:?}", plant.closure.worst);
    let done = &plant.units[0].balance;
    let (bound, work) = (reading(done, "static bound by dry solids"), reading(done, "isothermal work by dry solids"));
    assert!(bound > 9.0 && work > bound, "{bound} {work}");
    assert!(reading(done, "electric power by dry solids") > work);
}

#[test]
fn an_air_lift_with_too_shallow_an_inlet_lifts_nothing() {
    let unit = built("air-lift", &AIR_LIFT.replace("1500 m", "20 m").replace("5 %", "20 %")).unwrap();
    assert!(unit.solve(&[mud()]).unwrap_err().to_string().contains("no amount of air"));
    let below = built("air-lift", &AIR_LIFT.replace("1500 m", "6000 m")).unwrap_err();
    assert!(below[0].contains("below the sea bed"), "{below:?}");
}

/// Grains that slip stand closer together, and it takes more air to hold them up.
#[test]
fn an_air_lift_pays_for_grains_that_slip() {
    let unit = built("air-lift", AIR_LIFT).unwrap();
    let mut before = unit.solve(&[mud()]).unwrap();
    assert!(reading(&before, "density, by grains that slip") < 0.1);
    for coarsest in [1e-3, 2e-3, 4e-3] {
        let mut nodules = mud();
        nodules.solid.edges = [8.5e-6, 0.5 * coarsest, coarsest].into();
        let done = unit.solve(&[nodules]).unwrap();
        for name in ["density, by grains that slip", "air", "electric power by dry solids"] {
            assert!(reading(&done, name) > reading(&before, name), "{name} at {coarsest}");
        }
        before = done;
    }
    let mut stones = mud();
    stones.solid.edges = [8.5e-6, 2.0e-2, 4.0e-2].into();
    let stuck = unit.solve(&[stones]).unwrap_err().to_string();
    assert!(stuck.contains("does not rise") && stuck.contains("narrower"), "{stuck}");
}

const PUMPED: &str = r#"
depth = "5000 m"
diameter = "0.30 m"
wall_thickness = "20 mm"
wall_roughness = "0.045 mm"
solids = "10 %"
rheology = { curve = "rey-mud-illustrative" }
pump_efficiency = "65 %"
motor_efficiency = "93 %"
head_energy = "1 kWh/t"
vessels = 1
carrier = "sea-water"
pumps = 4
shallowest_pump = "500 m"
deepest_pump = "2000 m"
mouth_loss = 1.5
suction_reserve = "0.1 MPa"
limits = { pump_pressure = "4 MPa", velocity = "0.1 m/s" }
steel = { yield_strength = "552 MPa", buoyancy = "20 %", design_share = "67 %" }
window = { least_mud = "100 t/d", most_mud = "5000 t/d", least_solids = "2 %", most_solids = "60 %", points = 8 }
"#;

/// From the bed to the deck every pump gives what the column asks, and the pressure ends at the atmosphere's.
#[test]
fn pumps_in_the_riser_share_the_head() {
    let done = built("pumped-riser", PUMPED).unwrap().solve(&[mud()]).unwrap();
    let head = reading(&done, "static head") + reading(&done, "friction up");
    let given = 4.0 * reading(&done, "pressure of one pump");
    assert!((given / head - 1.0).abs() < 1e-12, "the pumps give weight and friction: {given} {head}");
    let open = PUMPED.replace("mouth_loss = 1.5", "mouth_loss = 0");
    let open = built("pumped-riser", &open).unwrap().solve(&[mud()]).unwrap();
    let mouth = 1.0 - reading(&open, "friction up") / reading(&done, "friction up");
    assert!(mouth > 0.0 && mouth < 0.05, "the mouth takes little: {mouth}");
    let spent = reading(&done, "electric power by dry solids") * reading(&done, "mud mined, dry");
    assert!((spent / done.power_kw - 1.0).abs() < 1e-12, "what is read is what is paid: {spent} {}", done.power_kw);
    assert!(done.power_kw > open.power_kw, "the mouth's loss is paid");
    let profile = &done.tables[0];
    let (sea, inside) = (profile.numbers("sea"), profile.numbers("riser"));
    assert!(inside[0].unwrap().abs() < 1e-9, "the deck is open");
    let bed = (sea.last().unwrap().unwrap(), inside.last().unwrap().unwrap());
    assert!(bed.1 < bed.0 && bed.1 > 0.999 * bed.0, "the mouth is open: {bed:?}");
    let bound = reading(&done, "static bound by dry solids");
    assert!(reading(&done, "hydraulic power by dry solids") > bound && bound > 8.0);
    assert!(reading(&done, "outside pressure over collapse, riser") > 0.0, "below a pump the sea presses more");
    let alone = built("pumped-riser", &PUMPED.replace("pumps = 4", "pumps = 1")).unwrap();
    let weak = built("pumped-riser", &PUMPED.replace("\"4 MPa\"", "\"0.4 MPa\"")).unwrap();
    let one = reading(&alone.solve(&[mud()]).unwrap(), "pressure of one pump");
    assert!((one / given - 1.0).abs() < 1e-9, "one pump gives what four shared: {one} {given}");
    let told = weak.solve(&[mud()]).unwrap_err().to_string();
    assert!(told.contains("gives at most 0.40") && told.contains("pumps"), "{told}");
    let high = PUMPED.replace("\"2000 m\"", "\"20 m\"").replace("\"500 m\"", "\"10 m\"");
    let told = built("pumped-riser", &high).unwrap().solve(&[mud()]).unwrap_err().to_string();
    assert!(told.contains("above vacuum") && told.contains("deeper"), "{told}");
    let astray = built("pumped-riser", &PUMPED.replace("\"2000 m\"", "\"6000 m\"")).unwrap_err();
    assert!(astray[0].contains("between the deck and the sea bed"), "{astray:?}");
}

fn word(cell: &crate::table::Cell) -> String {
    match cell {
        crate::table::Cell::Text(text) => text.clone(),
        other => panic!("{other:?} is no word"),
    }
}

/// The window names the first limit broken, and works where the unit itself works.
#[test]
fn the_window_holds_the_point_of_work() {
    let unit = built("pumped-riser", PUMPED).unwrap();
    let tables = unit.survey(&[mud()], &unit.solve(&[mud()]).unwrap());
    let window = tables.iter().find(|table| table.name == "operating_window").unwrap();
    assert_eq!(window.rows.len(), 64);
    let limits: std::collections::BTreeSet<String> = window.rows.iter().map(|row| word(&row[5])).collect();
    for limit in ["works", "thicker than the mud", "beyond the pump"] {
        assert!(limits.contains(limit), "{limit}: {limits:?}");
    }
    for (energy, row) in window.numbers("electric power by dry solids").iter().zip(&window.rows) {
        if word(&row[5]) == "works" {
            assert!(energy.unwrap() > 8.0, "never below the static bound");
        }
    }
}

/// A heavier duty on the steel is told; a circuit beyond its pump is refused.
#[test]
fn the_circuit_keeps_its_limits() {
    let with = |more: &str| built("closed-circuit-riser", &format!("{RISER}{more}")).unwrap().solve(&[mud()]);
    let bare = with("steel = { yield_strength = \"552 MPa\", buoyancy = \"0 %\", design_share = \"67 %\" }\n").unwrap();
    assert!(bare.caveats.iter().any(|caveat| caveat.text.contains("yield strength")), "5,600 m of bare steel");
    let floated =
        with("steel = { yield_strength = \"552 MPa\", buoyancy = \"60 %\", design_share = \"67 %\" }\n").unwrap();
    assert!(reading(&floated, "stress over yield, riser") < 0.5 * reading(&bare, "stress over yield, riser"));
    let told = with("limits = { pump_pressure = \"1 MPa\" }\n").unwrap_err().to_string();
    assert!(told.contains("gives at most 1.00"), "{told}");
}
