use super::*;
use crate::document::Node;
use crate::fields::{Check, Fields};
use crate::flowsheet::{Done, Flowsheet, Placed};
use crate::library::Library;

/// One bank: aluminium has a constant D here (0.0531), so that closed forms hold.
const BANK: &str = r#"
inlets = ["liquor"]
litre = "kilogram-of-water"
residence = { mixer = "5 min", settler = "20 min" }
mixer_power = 0.5
[[organic]]
tag = "dehpa"
extractant = "dehpa-uky"
concentration = "0.6 mol/L"
diluent = "kerosene"
missing = { rare_earths = "not-extracted", others = "not-extracted" }
[[section]]
tag = "load"
stages = 4
solution = ["liquor"]
organic = ["dehpa"]
organic_flow = "500 L/h"
solution_to = "raffinate"
organic_to = "loaded"
efficiency = 1
organic_in_solution = 0
solution_in_organic = 0
"#;

/// Load, scrub and strip with a side outlet, a second feed, a bleed and saponified make-up.
pub(super) const LOOP: &str = r#"
inlets = ["liquor", "second"]
litre = "of-solution"
residence = { mixer = "5 min", settler = "20 min" }
mixer_power = 0.5
[[organic]]
tag = "p507"
extractant = "p507"
concentration = "1 mol/L"
diluent = "kerosene"
saponified = "30 %"
base = "sodium-hydroxide-50"
missing = { rare_earths = "linear-in-atomic-number", others = "not-extracted" }
[[liquor]]
tag = "scrub-acid"
acid = "hydrochloric-acid-35"
water = "water"
strength = "3 mol/L"
per_organic = 0.05
[[liquor]]
tag = "strip-acid"
acid = "hydrochloric-acid-35"
water = "water"
strength = "5 mol/L"
flow = "150 L/h"
[[section]]
tag = "load"
stages = 6
solution = ["liquor", "scrub"]
organic = ["strip", "p507"]
organic_to_solution = 1.5
solution_to = "raffinate"
efficiency = 1
organic_in_solution = 0
solution_in_organic = 0
[[section.feed]]
from = "second"
phase = "solution"
stage = 3
[[section]]
tag = "scrub"
stages = 5
solution = ["scrub-acid"]
organic = ["load"]
efficiency = 1
organic_in_solution = 0
solution_in_organic = 0
[[section.side]]
tag = "middle"
phase = "solution"
stage = 2
share = "20 %"
[[section]]
tag = "strip"
stages = 4
solution = ["strip-acid"]
organic = ["scrub"]
solution_to = "product"
organic_to = "bleed"
organic_bleed = "2 %"
efficiency = 1
organic_in_solution = 0
solution_in_organic = 0
"#;

pub(super) fn told(text: &str) -> (Option<Box<dyn Unit>>, Vec<String>) {
    let node = Node::parse("c.toml", text).unwrap();
    let check = Check::new();
    let mut fields = Fields::new(&node, "SX-1", &check);
    let unit = (KIND.read)(&mut fields, &Library::builtin());
    fields.finish();
    (unit, check.finish().0.iter().map(ToString::to_string).collect())
}

fn unit(text: &str) -> Box<dyn Unit> {
    let (unit, told) = told(text);
    assert!(told.is_empty(), "{told:#?}");
    unit.unwrap()
}

/// Solved through a flowsheet, which checks every balance.
pub(super) fn solved(text: &str, feeds: &[Stream]) -> Result<Done, Error> {
    let unit = unit(text);
    let ports = unit.ports();
    let names = |ports: &[&str]| ports.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let inlets = names(ports.inlets).into_iter().map(|name| vec![name]).collect();
    let given: Vec<(String, Stream)> = names(ports.inlets).into_iter().zip(feeds.iter().cloned()).collect();
    let outlets = names(ports.outlets).into_iter().map(|name| format!("out {name}")).collect();
    let flowsheet = Flowsheet { units: vec![Placed { tag: "SX-1".into(), kind: "circuit", unit, inlets, outlets }] };
    let plant = flowsheet.solve(&given, &mut |_| {})?;
    assert!(plant.closure.gap < 1e-10, "{:?}", plant.closure);
    Ok(plant.units.into_iter().next().unwrap())
}

fn liquor(litres: f64, metals: &[(Ion, f64)]) -> Stream {
    let mut stream = Stream::default();
    stream.aqueous.water = litres;
    stream.aqueous.ions[Ion::H] = 0.02 * litres;
    for (ion, molar) in metals {
        stream.aqueous.ions[*ion] = molar * litres;
    }
    stream.aqueous.ions[Ion::Chloride] = stream.aqueous.ions.charge();
    stream
}

pub(super) fn out(done: &Done, unit: &str, port: &str) -> Stream {
    let ports = self::unit(unit).ports();
    done.balance.outlets[ports.outlets.iter().position(|name| *name == port).unwrap()].clone()
}

pub(super) fn reading(done: &Done, name: &str) -> f64 {
    done.balance.readings.iter().find(|r| r.name == name).unwrap_or_else(|| panic!("{name}")).value
}

#[test]
fn a_bank_of_constant_d_is_kremser() {
    let feed = liquor(100.0, &[(Ion::Al, 1e-4)]);
    for stages in [1, 4, 9] {
        let text = BANK.replace("stages = 4", &format!("stages = {stages}"));
        let done = solved(&text, std::slice::from_ref(&feed)).unwrap();
        let e: f64 = 0.0531 * 500.0 / 100.0;
        let left = (e - 1.0) / (e.powi(stages + 1) - 1.0);
        let got = out(&done, &text, "raffinate").aqueous.ions[Ion::Al] / feed.aqueous.ions[Ion::Al];
        assert!((got / left - 1.0).abs() < 1e-6, "{stages}: {got} {left}");
        let loaded = out(&done, &text, "loaded");
        assert!((loaded.organic.volume() - 0.5).abs() < 1e-12);
        assert_eq!(done.balance.tables[0].rows.len(), stages as usize);
    }
}

#[test]
fn a_stage_of_half_efficiency_does_half() {
    let feed = liquor(100.0, &[(Ion::Al, 1e-4)]);
    let text = BANK.replace("stages = 4", "stages = 1").replace("efficiency = 1", "efficiency = 0.5");
    let done = solved(&text, std::slice::from_ref(&feed)).unwrap();
    let e: f64 = 0.0531 * 5.0;
    let got = out(&done, &text, "loaded").organic.ions[Ion::Al] / feed.aqueous.ions[Ion::Al];
    assert!((got - 0.5 * e / (1.0 + e)).abs() < 1e-8, "{got}");
}

#[test]
fn drops_leave_with_the_other_phase() {
    let feed = liquor(100.0, &[(Ion::Al, 1e-4), (Ion::Nd, 1e-3)]);
    let text = BANK
        .replace("organic_in_solution = 0", "organic_in_solution = 0.01")
        .replace("solution_in_organic = 0", "solution_in_organic = 0.02");
    let text = text.replace("stages = 4", "stages = 1");
    let done = solved(&text, std::slice::from_ref(&feed)).unwrap();
    let (raffinate, loaded) = (out(&done, &text, "raffinate"), out(&done, &text, "loaded"));
    assert!((raffinate.organic.volume() - 0.005).abs() < 1e-12);
    assert!((loaded.aqueous.water - 2.0).abs() < 1e-9);
    // A drop is as loaded as the phase it comes from.
    let (drop, bulk) = (&raffinate.organic, &loaded.organic);
    assert!((drop.ions[Ion::Nd] / drop.extractant / (bulk.ions[Ion::Nd] / bulk.extractant) - 1.0).abs() < 1e-9);
}

pub(super) fn loop_feeds() -> [Stream; 2] {
    [
        liquor(100.0, &[(Ion::La, 0.1), (Ion::Nd, 0.1), (Ion::Sm, 0.02)]),
        liquor(30.0, &[(Ion::Nd, 0.2), (Ion::Dy, 0.01)]),
    ]
}

#[test]
fn a_loop_with_all_its_joints_balances() {
    let done = solved(LOOP, &loop_feeds()).unwrap();
    let names = unit(LOOP).ports().outlets.to_vec();
    assert_eq!(names, ["raffinate", "middle", "product", "bleed"]);
    // The organic phase that leaves by the bleed is what is made up.
    let bleed = out(&done, LOOP, "bleed").organic.volume();
    assert!((reading(&done, "organic phase made up, load") / bleed - 1.0).abs() < 1e-9);
    let (raffinate, product) = (out(&done, LOOP, "raffinate"), out(&done, LOOP, "product"));
    let share = |s: &Stream, a: Ion, b: Ion| s.aqueous.ions[a] / s.aqueous.ions[b];
    assert!(share(&raffinate, Ion::La, Ion::Dy) > 100.0 * share(&product, Ion::La, Ion::Dy));
    // The side outlet draws a fifth of that stage's solution.
    let middle = out(&done, LOOP, "middle").aqueous.volume() * 1000.0;
    assert!(middle > 1.0, "{middle}");
    assert!(done.balance.drawn.iter().any(|d| d.name == "sodium-hydroxide-50" && d.stream.mass() > 0.0));
}

#[test]
fn a_loop_with_drops_and_poor_stages_balances_too() {
    let text = LOOP
        .replace("efficiency = 1\n", "efficiency = 0.9\n")
        .replace("organic_in_solution = 0\n", "organic_in_solution = 0.002\n")
        .replace("solution_in_organic = 0\n", "solution_in_organic = 0.005\n");
    let done = solved(&text, &loop_feeds()).unwrap();
    let lost = out(&done, &text, "raffinate").organic.volume();
    assert!(lost > 0.0 && reading(&done, "organic phase made up, load") > lost);
}

#[test]
fn limits_warn_or_stop() {
    let feed = liquor(100.0, &[(Ion::Al, 1e-4)]);
    let wide = BANK.replace("organic_flow = \"500 L/h\"", "organic_flow = \"5000 L/h\"");
    let done = solved(&wide, std::slice::from_ref(&feed)).unwrap();
    assert!(done.balance.caveats.iter().any(|c| c.text.contains("O/A of the load section is 50")));
    let strict = wide.replace(
        "solution_to = \"raffinate\"",
        "limits = { organic_to_aqueous = [0.1, 20], loading = 0.9, outside = \"failure\" }\nsolution_to = \"raffinate\"",
    );
    let told = solved(&strict, std::slice::from_ref(&feed)).unwrap_err().to_string();
    assert!(told.contains("outside the 0.100 to 20") && told.contains("try:"), "{told}");
}

/// The correlation stands on measurements from 1 vol % of free extractant on; what a loaded stage has less is told.
#[test]
fn a_correlation_below_its_anchor_is_told() {
    let told = |molar: f64, yttrium: f64| {
        let text = BANK.replace("\"0.6 mol/L\"", &format!("\"{molar} mol/L\""));
        let mut feed = liquor(100.0, &[(Ion::Y, yttrium)]);
        feed.aqueous.ions[Ion::H] = 0.0;
        feed.aqueous.ions[Ion::Chloride] = 3.0 * feed.aqueous.ions[Ion::Y];
        let done = solved(&text, &[feed]).unwrap();
        let free = done.balance.tables[0].numbers("free extractant").into_iter().flatten().fold(1.0, f64::min);
        let caveat = done.balance.caveats.iter().map(|c| c.text.clone()).find(|text| text.contains("anchor"));
        (free * 100.0 * 322.431 / 975.8, caveat)
    };
    let (percent, caveat) = told(0.05, 0.2);
    let caveat = caveat.unwrap_or_else(|| panic!("{percent}"));
    assert!(percent < 1.0 && caveat.contains(" vol % in stage load "), "{caveat}");
    assert!(
        caveat.contains(&format!("free extractant {}", crate::quantity::figures(percent, 2))),
        "{percent}: {caveat}"
    );
    let (percent, caveat) = told(0.6, 0.002);
    assert!(percent > 1.0 && caveat.is_none(), "{percent} {caveat:?}");
}

#[test]
fn what_no_stage_can_bear_is_told() {
    let mut muddy = liquor(100.0, &[(Ion::Al, 1e-4)]);
    let silica = crate::mineral::Mineral::compound("SiO2", 2650.0).unwrap();
    muddy.solid.add(&Arc::new(silica), &[1.0]);
    let told = solved(BANK, &[muddy]).unwrap_err().to_string();
    assert!(told.contains("solids") && told.contains("filter"), "{told}");
    let told = solved(BANK, &[Stream::default()]).unwrap_err().to_string();
    assert!(told.contains("stage load 4 has no solution"), "{told}");
}

#[test]
fn a_liquor_without_metals_is_told() {
    let told = solved(BANK, &[liquor(100.0, &[(Ion::Na, 0.1)])]).unwrap_err().to_string();
    assert!(told.contains("nothing that enters has a distribution ratio"), "{told}");
}

/// A bank whose organic phase comes from outside, loaded: it is stripped by a liquor without metal.
#[test]
fn an_organic_phase_from_outside_is_taken_as_it_comes() {
    let feed = liquor(100.0, &[(Ion::Al, 1e-4), (Ion::Nd, 1e-3)]);
    let loaded = out(&solved(BANK, &[feed]).unwrap(), BANK, "loaded");
    let text = BANK
        .replace("inlets = [\"liquor\"]", "inlets = [\"liquor\", \"solvent\"]")
        .replace("organic = [\"dehpa\"]\norganic_flow = \"500 L/h\"", "organic = [\"solvent\"]");
    let acid = liquor(100.0, &[(Ion::Na, 0.1)]);
    let done = solved(&text, &[acid.clone(), loaded.clone()]).unwrap();
    let stripped = out(&done, &text, "loaded");
    assert!(stripped.organic.ions[Ion::Al] < 0.9 * loaded.organic.ions[Ion::Al]);
    assert!((stripped.organic.extractant / loaded.organic.extractant - 1.0).abs() < 1e-12);
    let mut other = loaded;
    let solvent = other.organic.solvent.clone().unwrap();
    other.organic.solvent = Some(Arc::new(crate::stream::Solvent { name: "p507".into(), ..(*solvent).clone() }));
    let told = solved(&text, &[acid, other]).unwrap_err().to_string();
    assert!(told.contains("`p507` where `dehpa-uky` is described"), "{told}");
}

/// `(what is broken, in which text, what to replace, by what, what the author is told)`.
const BROKEN: &[(&str, &str, &str, &str, &str)] = &[
    ("a source nobody makes", LOOP, "organic = [\"load\"]", "organic = [\"lod\"]", "did you mean `load`?"),
    ("a solution for an organic", LOOP, "organic = [\"load\"]", "organic = [\"strip-acid\"]", "is of the other phase"),
    ("a liquor taken twice", LOOP, "[\"scrub-acid\"]", "[\"strip-acid\"]", "`strip-acid` is taken twice"),
    ("a liquor nobody takes", LOOP, "[\"scrub-acid\"]", "[\"liquor\"]", "no section takes `scrub-acid`"),
    ("an inlet nobody takes", BANK, "[\"liquor\"]\nlitre", "[\"liquor\", \"x\"]\nlitre", "no section takes `x`"),
    (
        "an organic phase that leaves unnamed",
        BANK,
        "organic_to = \"loaded\"\n",
        "",
        "leaves the circuit, by which outlet",
    ),
    (
        "an outlet of what is taken",
        LOOP,
        "tag = \"scrub\"",
        "tag = \"scrub\"\norganic_to = \"x\"",
        "a section takes all of it",
    ),
    ("a bleed without the rest", BANK, "efficiency", "solution_bleed = 0.1\nefficiency", "no section takes the rest"),
    ("no flow to make up to", BANK, "organic_flow = \"500 L/h\"\n", "", "but to which flow?"),
    ("two flows", BANK, "organic_flow", "organic_to_solution = 2\norganic_flow", "exactly one of `organic_flow`"),
    (
        "a flow and nothing to make up",
        LOOP,
        "[\"load\"]",
        "[\"load\"]\norganic_flow = \"1 L/h\"",
        "nothing to make it up with",
    ),
    ("a stage beyond the last", LOOP, "stage = 3", "stage = 9", "there is no stage 9"),
    ("two of one name", LOOP, "tag = \"scrub\"", "tag = \"load\"", "`load` is named twice"),
    ("an acid that strong", LOOP, "\"5 mol/L\"", "\"15 mol/L\"", "is no stronger than"),
    (
        "a liquor of two amounts",
        LOOP,
        "flow = \"150 L/h\"",
        "flow = \"150 L/h\"\nper_organic = 1",
        "exactly one of `flow`",
    ),
    ("saponified with nothing", LOOP, "base = \"sodium-hydroxide-50\"\n", "", "saponified with what?"),
    (
        "a base that is none",
        LOOP,
        "\"sodium-hydroxide-50\"",
        "\"hydrochloric-acid-35\"",
        "not the hydroxide of one cation",
    ),
    ("a diluent nobody knows", BANK, "\"kerosene\"", "\"kerosine\"", "did you mean `kerosene`?"),
    ("a law without acid", BANK, "\"dehpa-uky\"", "\"naphthenic-acid\"", "only separation factors"),
    (
        "a base for a neutral extractant",
        BANK,
        "extractant = \"dehpa-uky\"",
        "base = \"sodium-hydroxide-50\"\nlog_k = { Na = 0 }\nextractant = \"tbp\"",
        "base has nothing to replace in it",
    ),
    ("no room for diluent", BANK, "\"0.6 mol/L\"", "\"3.1 mol/L\"", "no room left for diluent"),
    (
        "limits that are no pair",
        BANK,
        "efficiency",
        "limits = { organic_to_aqueous = [1], loading = 0.9, outside = \"caveat\" }\nefficiency",
        "not a least and a most",
    ),
    ("no section", BANK, "[[section]]", "[[sektion]]", "a circuit without a section"),
    ("a typo", BANK, "stages = 4", "stagse = 4", "did you mean `stages`?"),
];

#[test]
fn each_broken_circuit_gets_its_message() {
    let mut silent = Vec::new();
    for (what, text, old, new, wanted) in BROKEN {
        assert!(text.contains(old), "{what}: the sound text has no `{old}`");
        let (unit, told) = told(&text.replacen(old, new, 1));
        if unit.is_some() && told.is_empty() || !told.iter().any(|t| t.contains(wanted)) {
            silent.push(format!("{what}: wanted `{wanted}` among {told:#?}"));
        }
        silent.extend(told.iter().filter(|t| !t.contains("try:")).map(|t| format!("{what}: nothing to try in {t}")));
    }
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}

mod neutral;
mod shared;
