//! Organic loops that batteries share, and loaded organic that one battery hands to the next.

use super::*;

/// Two batteries, each with feed, scrub and strip of its own, in one loop of organic phase: what the first
/// strip leaves goes to the second battery, what the second leaves goes back to the first.
const TWO_IN_A_LOOP: &str = r#"
inlets = ["heavy-liquor", "light-liquor"]
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
[[liquor]]
tag = "strip-acid"
acid = "hydrochloric-acid-35"
water = "water"
strength = "5 mol/L"
flow = "120 L/h"
[[liquor]]
tag = "strip-acid-2"
acid = "hydrochloric-acid-35"
water = "water"
strength = "5 mol/L"
flow = "80 L/h"
[[section]]
tag = "load"
stages = 5
solution = ["heavy-liquor"]
organic = ["strip-2", "p507"]
organic_flow = "300 L/h"
solution_to = "raffinate"
efficiency = 1
organic_in_solution = 0
solution_in_organic = 0
[[section]]
tag = "strip"
stages = 5
solution = ["strip-acid"]
organic = ["load"]
solution_to = "product"
efficiency = 1
organic_in_solution = 0
solution_in_organic = 0
[[section]]
tag = "load-2"
stages = 5
solution = ["light-liquor"]
organic = ["strip"]
solution_to = "raffinate-2"
efficiency = 1
organic_in_solution = 0
solution_in_organic = 0
[[section]]
tag = "strip-2"
stages = 5
solution = ["strip-acid-2"]
organic = ["load-2"]
solution_to = "product-2"
organic_to = "bleed"
organic_bleed = "1 %"
efficiency = 1
organic_in_solution = 0
solution_in_organic = 0
"#;

fn feeds() -> [Stream; 2] {
    let mut light = liquor(50.0, &[(Ion::La, 0.05), (Ion::Nd, 0.02)]);
    // Without acid: the second battery's organic phase comes without base.
    light.aqueous.ions[Ion::Chloride] -= light.aqueous.ions[Ion::H];
    light.aqueous.ions[Ion::H] = 0.0;
    [liquor(100.0, &[(Ion::Nd, 0.05), (Ion::Dy, 0.05), (Ion::Y, 0.05)]), light]
}

#[test]
fn two_batteries_share_one_organic_phase() {
    let feeds = feeds();
    let done = solved(TWO_IN_A_LOOP, &feeds).unwrap();
    let names = unit(TWO_IN_A_LOOP).ports().outlets.to_vec();
    assert_eq!(names, ["raffinate", "product", "raffinate-2", "product-2", "bleed"]);
    // The whole flow runs through both, and is made up by what the bleed takes and no more.
    let table = &done.balance.tables[0];
    assert!(table.numbers("organic").iter().all(|flow| (flow.unwrap() - 300.0).abs() < 1e-9));
    let made_up = reading(&done, "organic phase made up, load");
    assert!((made_up - 0.003).abs() < 1e-12, "{made_up}");
    // Each metal leaves where its own feed entered, but for what the shared phase carries across.
    let amount = |port: &str, ion: Ion| out(&done, TWO_IN_A_LOOP, port).aqueous.ions[ion];
    assert!(amount("product", Ion::Dy) > 0.95 * feeds[0].aqueous.ions[Ion::Dy]);
    let across = amount("product-2", Ion::Dy) + amount("raffinate-2", Ion::Dy) + amount("raffinate", Ion::Dy);
    assert!(across < 0.05 * feeds[0].aqueous.ions[Ion::Dy], "{across}");
    assert!(amount("raffinate-2", Ion::La) + amount("product-2", Ion::La) > 0.99 * feeds[1].aqueous.ions[Ion::La]);
    assert!(done.balance.caveats.iter().all(|c| !c.text.contains("locked in")));
}

/// The shared loop cut open and solved as two circuits, the second given what the first hands on, says the same.
#[test]
fn the_shared_loop_is_what_two_circuits_make_in_turn() {
    let whole = solved(TWO_IN_A_LOOP, &feeds()).unwrap();
    let parts: Vec<&str> = TWO_IN_A_LOOP.split("[[").collect();
    let only = |keep: [usize; 3]| {
        let kept = parts.iter().enumerate().filter(|(at, _)| *at < 2 || keep.contains(at));
        kept.map(|(at, part)| if at == 0 { (*part).to_owned() } else { format!("[[{part}") }).collect::<String>()
    };
    let first = only([2, 4, 5])
        .replace("\"heavy-liquor\", \"light-liquor\"", "\"heavy-liquor\"")
        .replace("\"strip-2\", \"p507\"", "\"p507\"")
        .replace("solution_to = \"product\"", "organic_to = \"on\"\nsolution_to = \"product\"");
    let second = only([3, 6, 7])
        .replace("\"heavy-liquor\", \"light-liquor\"", "\"light-liquor\", \"on\"")
        .replace("saponified = \"30 %\"\nbase = \"sodium-hydroxide-50\"\n", "log_k = { Na = -1.5 }\n")
        .replace("organic = [\"strip\"]", "organic = [\"on\"]")
        .replace("organic_bleed = \"1 %\"\n", "");
    let [heavy, light] = feeds();
    let one = solved(&first, &[heavy]).unwrap();
    let on = out(&one, &first, "on");
    let two = solved(&second, &[light, on]).unwrap();
    for (done, text, port) in [(&one, &first, "product"), (&one, &first, "raffinate"), (&two, &second, "raffinate-2")] {
        let (alone, shared) = (out(done, text, port).aqueous.ions, out(&whole, TWO_IN_A_LOOP, port).aqueous.ions);
        for ion in [Ion::La, Ion::Nd, Ion::Dy, Ion::Y] {
            // Cut open, the first battery gets a fresh organic phase in place of one stripped by the second.
            let gap = (alone[ion] - shared[ion]).abs();
            assert!(gap < 0.02 * shared[ion] + 0.05, "{port} {ion}: {} {}", alone[ion], shared[ion]);
        }
    }
}

/// Linked batteries: the loaded organic of the first is the metal-bearing organic phase of the second, and gives
/// what is less extractable to its scrub; the second needs no base of its own.
const LINKED: &str = r#"
inlets = ["liquor"]
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
[[liquor]]
tag = "scrub-acid"
acid = "hydrochloric-acid-35"
water = "water"
strength = "2 mol/L"
flow = "12 L/h"
[[liquor]]
tag = "strip-acid"
acid = "hydrochloric-acid-35"
water = "water"
strength = "5 mol/L"
flow = "60 L/h"
[[section]]
tag = "pre"
stages = 6
solution = ["liquor", "scrub"]
organic = ["p507"]
organic_flow = "150 L/h"
solution_to = "light"
efficiency = 1
organic_in_solution = 0
solution_in_organic = 0
[[section]]
tag = "scrub"
stages = 6
solution = ["scrub-acid"]
organic = ["pre"]
efficiency = 1
organic_in_solution = 0
solution_in_organic = 0
[[section.side]]
tag = "middle"
phase = "organic"
stage = 3
share = "25 %"
[[section]]
tag = "fine"
stages = 4
solution = ["strip"]
organic = ["middle"]
solution_to = "strip-liquor"
organic_to = "spent-2"
efficiency = 1
organic_in_solution = 0
solution_in_organic = 0
[[section]]
tag = "strip"
stages = 4
solution = ["strip-acid"]
organic = ["scrub"]
organic_to = "spent"
efficiency = 1
organic_in_solution = 0
solution_in_organic = 0
"#;

#[test]
fn loaded_organic_of_one_battery_feeds_the_next() {
    let feed = liquor(100.0, &[(Ion::La, 0.1), (Ion::Nd, 0.08), (Ion::Dy, 0.02)]);
    let done = solved(LINKED, std::slice::from_ref(&feed)).unwrap();
    let table = &done.balance.tables[0];
    let flow = |row: usize| table.numbers("organic")[row].unwrap();
    // A quarter of the organic phase goes to the second battery at the side outlet, the rest on to the strip.
    assert!((flow(0) - 150.0).abs() < 1e-9 && (flow(12) - 37.5).abs() < 1e-9 && (flow(16) - 112.5).abs() < 1e-9);
    let out = |port: &str| out(&done, LINKED, port);
    // The second battery's organic phase came loaded: it changes what it holds with the strip liquor of the first.
    let (strip, light) = (out("strip-liquor").aqueous.ions, out("light").aqueous.ions);
    assert!(strip[Ion::Dy] / strip[Ion::La].max(1e-30) > 100.0 * light[Ion::Dy].max(1e-30) / light[Ion::La]);
    let held = |port: &str| out(port).organic;
    for (port, litres) in [("spent", 112.5), ("spent-2", 37.5)] {
        assert!((held(port).volume() * 1000.0 - litres).abs() < 1e-9 && held(port).charge().abs() < 1e-9, "{port}");
    }
}

/// What is fed to a closed loop and neither raffinate nor strip lets out piles up: told by name and factor.
#[test]
fn what_is_locked_in_is_told() {
    let told = |thorium: f64, bleed: bool| {
        let text = LOOP.replace(
            "missing = {",
            &format!(
                "log_k = {{ Th = {{ value = {thorium}, evidence = \"assumed\", note = \"test\" }} }}\nmissing = {{"
            ),
        );
        let text = if bleed { text } else { text.replace("organic_to = \"bleed\"\norganic_bleed = \"2 %\"\n", "") };
        let mut feeds = loop_feeds();
        feeds[1] = liquor(30.0, &[(Ion::Nd, 0.2), (Ion::Th, 1e-15)]);
        let done = solved(&text, &feeds).unwrap();
        done.balance.caveats.iter().map(|c| c.text.clone()).find(|text| text.contains("locked in"))
    };
    let text = told(14.0, false).unwrap();
    assert!(text.starts_with("Th is locked in: ") && text.contains("e12 times"), "{text}");
    assert_eq!(told(14.0, true), None, "a bleed lets it out");
    assert_eq!(told(1.0, false), None, "acid lets it out");
}
