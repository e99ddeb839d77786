//! Neutral extractants: metals go over with their anions, and are stripped by water.

use super::*;

/// Extraction from a nitrate liquor, a scrub, a strip with water, the organic phase in a closed loop.
const NITRATE: &str = r#"
inlets = ["liquor"]
litre = "of-solution"
residence = { mixer = "5 min", settler = "20 min" }
mixer_power = 0.5
[[organic]]
tag = "tbp"
extractant = "tbp"
concentration = "2 mol/L"
diluent = "kerosene"
missing = { rare_earths = "not-extracted" }
[[liquor]]
tag = "scrub-liquor"
acid = "nitric-acid-65"
water = "water"
strength = "3 mol/L"
flow = "20 L/h"
[[liquor]]
tag = "strip-water"
acid = "nitric-acid-65"
water = "water"
strength = "0 mol/L"
flow = "150 L/h"
[[section]]
tag = "load"
stages = 8
solution = ["liquor", "scrub"]
organic = ["strip", "tbp"]
organic_flow = "300 L/h"
solution_to = "raffinate"
efficiency = 1
organic_in_solution = 0
solution_in_organic = 0
[[section]]
tag = "scrub"
stages = 4
solution = ["scrub-liquor"]
organic = ["load"]
efficiency = 1
organic_in_solution = 0
solution_in_organic = 0
[[section]]
tag = "strip"
stages = 6
solution = ["strip-water"]
organic = ["scrub"]
solution_to = "product"
efficiency = 1
organic_in_solution = 0
solution_in_organic = 0
"#;

/// Three mol/L of salt that no extractant takes, and metals.
fn nitrate(litres: f64, metals: &[(Ion, f64)], sodium: f64) -> Stream {
    let mut stream = liquor(litres, metals);
    stream.aqueous.ions[Ion::Na] += sodium * litres;
    stream.aqueous.ions[Ion::Chloride] = 0.0;
    stream.aqueous.ions[Ion::Nitrate] = stream.aqueous.ions.charge();
    stream
}

fn table(done: &Done) -> &crate::table::Table {
    done.balance.tables.iter().find(|t| t.name.ends_with("stages")).unwrap()
}

/// One stage against the law by hand: D of what left, at the nitrate and the extractant that are left.
#[test]
fn a_stage_takes_the_nitrate_along() {
    let text = BANK
        .replace("dehpa-uky", "tbp")
        .replace("0.6 mol/L", "1.5 mol/L")
        .replace("stages = 4", "stages = 1")
        .replace("kilogram-of-water", "of-solution");
    let feed = nitrate(100.0, &[(Ion::La, 0.2), (Ion::Nd, 0.3)], 3.0);
    let done = solved(&text, std::slice::from_ref(&feed)).unwrap();
    let (raffinate, loaded) = (out(&done, &text, "raffinate"), out(&done, &text, "loaded"));
    let held = |ion: Ion| loaded.organic.ions[ion];
    let metal = 3.0 * (held(Ion::La) + held(Ion::Nd));
    assert!((held(Ion::Nitrate) / metal - 1.0).abs() < 1e-12, "a nitrate a charge");
    assert!(held(Ion::H).abs() < 1e-12 && loaded.organic.charge().abs() < 1e-9);
    let litres = feed.aqueous.volume() * 1000.0;
    let free = (loaded.organic.extractant - metal) / 500.0;
    let salt = raffinate.aqueous.ions[Ion::Nitrate] / litres;
    assert!(free < 1.4 && salt < 3.7, "{free} {salt}");
    let told = table(&done);
    assert!((told.numbers("salt")[0].unwrap() / salt - 1.0).abs() < 1e-9);
    assert!((told.numbers("free extractant")[0].unwrap() / free - 1.0).abs() < 1e-9);
    for (ion, log_k) in [(Ion::La, -1.63), (Ion::Nd, -1.14)] {
        let d = held(ion) / 500.0 / (raffinate.aqueous.ions[ion] / litres);
        let law = log_k + 3.0 * (salt / 3.0_f64).log10() + 3.0 * free.log10();
        assert!((d.log10() - law).abs() < 1e-9, "{ion}: {} {law}", d.log10());
        let column = format!("D.{}", ion.element());
        assert!((told.numbers(&column)[0].unwrap() / d - 1.0).abs() < 1e-9);
    }
}

/// Without salt nothing goes over, whatever the acid's cation; with chloride for nitrate neither.
#[test]
fn no_nitrate_no_extraction() {
    let text = BANK.replace("dehpa-uky", "tbp");
    let chloride = solved(&text, &[liquor(100.0, &[(Ion::Nd, 0.3), (Ion::Na, 3.0)])]).unwrap();
    assert!(out(&chloride, &text, "loaded").organic.ions[Ion::Nd] < 1e-9);
    let salted = |sodium| {
        let done = solved(&text, &[nitrate(100.0, &[(Ion::Nd, 0.01)], sodium)]).unwrap();
        out(&done, &text, "loaded").organic.ions[Ion::Nd]
    };
    assert!(salted(6.0) > 3.0 * salted(3.0) && salted(3.0) > 3.0 * salted(1.0));
}

#[test]
fn a_loop_extracts_from_nitrate_and_gives_up_to_water() {
    let feed = nitrate(100.0, &[(Ion::La, 0.2), (Ion::Nd, 0.2), (Ion::Sm, 0.1)], 4.0);
    let done = solved(NITRATE, std::slice::from_ref(&feed)).unwrap();
    let (raffinate, product) = (out(&done, NITRATE, "raffinate"), out(&done, NITRATE, "product"));
    let recovered = product.aqueous.ions[Ion::Sm] / feed.aqueous.ions[Ion::Sm];
    assert!(recovered > 0.9, "{recovered}");
    // Water strips: what leaves is metal nitrate, nothing else but what the scrub liquor left in no drop.
    let metals: f64 = [Ion::La, Ion::Nd, Ion::Sm].iter().map(|&ion| 3.0 * product.aqueous.ions[ion]).sum();
    assert!((product.aqueous.ions[Ion::Nitrate] / metals - 1.0).abs() < 1e-9);
    assert!((raffinate.aqueous.ions[Ion::Na] / feed.aqueous.ions[Ion::Na] - 1.0).abs() < 1e-9);
    let share = |s: &Stream, a: Ion, b: Ion| s.aqueous.ions[a] / s.aqueous.ions[b];
    assert!(share(&raffinate, Ion::La, Ion::Sm) > 5.0 * share(&product, Ion::La, Ion::Sm));
    // Nothing is drawn but the liquors and the first fill's make-up, which a closed loop does not need.
    let drawn = |name: &str| done.balance.drawn.iter().filter(|d| d.name == name).map(|d| d.stream.mass()).sum::<f64>();
    assert!(drawn("nitric-acid-65") > 1.0 && drawn("tbp") < 1e-9, "{}", drawn("tbp"));
    let told: Vec<&str> = done.balance.caveats.iter().map(|c| &*c.text).collect();
    assert!(told.iter().any(|t| t.contains("measured at 3 mol/L")), "{told:?}");
    assert!(told.iter().any(|t| t.contains("takes acid with its")), "{told:?}");
    // Salt falls from the feed to the strip, and with it every D.
    let d = table(&done).numbers("D.Nd");
    assert!(d[7].unwrap() > 5.0 * d[17].unwrap(), "{d:?}");
}

/// The acid goes over too where its constant is given: one extractant for one acid.
#[test]
fn acid_takes_room() {
    let text = BANK
        .replace("dehpa-uky", "tbp")
        .replace("0.6 mol/L", "1 mol/L")
        .replace("stages = 4", "stages = 1")
        .replace("kilogram-of-water", "of-solution");
    let known = text.replace(
        "extractant =",
        "log_k = { H = { value = -0.3, evidence = \"assumed\", note = \"test\" } }\nextractant =",
    );
    let mut feed = nitrate(100.0, &[(Ion::Nd, 0.01)], 0.0);
    feed.aqueous.ions[Ion::H] += 300.0;
    feed.aqueous.ions[Ion::Nitrate] += 300.0;
    let [without, with] = [&text, &known].map(|text| {
        let done = solved(text, std::slice::from_ref(&feed)).unwrap();
        (out(&done, text, "loaded"), out(&done, text, "raffinate"), done)
    });
    assert!(without.0.organic.ions[Ion::H].abs() < 1e-9);
    let (loaded, raffinate, done) = with;
    let (acid, metal) = (loaded.organic.ions[Ion::H], loaded.organic.ions[Ion::Nd]);
    assert!(acid > 50.0 && metal < 0.5 * without.0.organic.ions[Ion::Nd], "{acid} {metal}");
    assert!((loaded.organic.ions[Ion::Nitrate] - acid - 3.0 * metal).abs() < 1e-9);
    let litres = feed.aqueous.volume() * 1000.0;
    let (salt, free) =
        (raffinate.aqueous.ions[Ion::Nitrate] / litres, (loaded.organic.extractant - acid - 3.0 * metal) / 500.0);
    let d = acid / 500.0 / (raffinate.aqueous.ions[Ion::H] / litres);
    assert!((d.log10() - (-0.3 + (salt / 3.0).log10() + free.log10())).abs() < 1e-9);
    assert!(!done.balance.caveats.iter().any(|c| c.text.contains("takes acid")));
    let told = table(&done).numbers("total acidity")[0].unwrap();
    assert!((told - raffinate.aqueous.ions[Ion::H] / litres).abs() < 1e-9);
}

/// No constant is asked for of a metal that the liquor does not hold; of one that it holds, it is.
#[test]
fn constants_are_asked_for_what_is_there() {
    let text = BANK
        .replace("dehpa-uky", "tbp")
        .replace("missing = { rare_earths = \"not-extracted\", others = \"not-extracted\" }\n", "");
    assert!(solved(&text, &[nitrate(100.0, &[(Ion::Nd, 0.1)], 3.0)]).is_ok());
    let told = solved(&text, &[nitrate(100.0, &[(Ion::Nd, 0.1), (Ion::Fe, 0.1), (Ion::Lu, 0.01)], 3.0)]).unwrap_err();
    let told = told.to_string();
    assert!(told.contains("no constant for Fe, Lu") && told.contains("data/extractants/tbp.toml"), "{told}");
    assert!(told.contains("try: name a rule"), "{told}");
}

#[test]
fn acidic_and_neutral_share_no_circuit() {
    let both = NITRATE.replace(
        "[[liquor]]\ntag = \"scrub-liquor\"",
        "[[organic]]\ntag = \"other\"\nextractant = \"p507\"\nconcentration = \"1 mol/L\"\ndiluent = \"kerosene\"\n[[liquor]]\ntag = \"scrub-liquor\"",
    );
    let both = both.replace(
        "organic = [\"scrub\"]\nsolution_to = \"product\"",
        "organic = [\"other\"]\norganic_flow = \"10 L/h\"\norganic_to = \"spent\"\nsolution_to = \"product\"",
    );
    let both = both
        .replace("organic = [\"strip\", \"tbp\"]", "organic = [\"tbp\"]")
        .replace("solution = [\"scrub-liquor\"]", "organic_to = \"scrubbed\"\nsolution = [\"scrub-liquor\"]");
    let (_, problems) = told(&both);
    assert!(problems.iter().any(|t| t.contains("`other` takes along what `tbp` does not")), "{problems:?}");
}

/// Anyone's neutral extractant, in another anion, with metals that no file of ours knows: one file, no rebuild.
#[test]
fn an_extractant_of_ones_own_runs_from_a_folder() {
    let folder = std::env::temp_dir().join(format!("ytterby-neutral-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("extractants")).unwrap();
    let file = "about = \"ours\"\nform = \"solvating\"\nfamily = \"Ours\"\nsource = \"difflow2026\"\nevidence = \"measured\"\nplace = \"bench\"\nmolar_mass = 0.35\ndensity = 880.0\nuncertainty = 0.1\n[holds]\nmedium = \"chloride\"\n[law]\nsalt = \"chloride\"\nreference_salt = 2.0\nsalt_order = 3.0\nreference = 1.0\norder = 3.0\n[log_k]\nSc = 1.5\nFe = 0.8\nNd = -2.0\n";
    std::fs::write(folder.join("extractants/ours.toml"), file).unwrap();
    std::fs::write(folder.join("extractants/mute.toml"), file.replace("salt = \"chloride\"\n", "")).unwrap();
    let text = BANK
        .replace("dehpa-uky", "ours")
        .replace("missing = { rare_earths = \"not-extracted\", others = \"not-extracted\" }\n", "");
    let library = Library::with_overlay(&folder);
    let read = |text: &str| {
        let node = Node::parse("c.toml", text).unwrap();
        let check = Check::new();
        let mut fields = Fields::new(&node, "SX-1", &check);
        let unit = (KIND.read)(&mut fields, &library);
        fields.finish();
        (unit, check.finish().0.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    let ((unit, problems), (_, mute)) = (read(&text), read(&text.replace("\"ours\"", "\"mute\"")));
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(problems.is_empty(), "{problems:?}");
    let feed = liquor(100.0, &[(Ion::Sc, 0.01), (Ion::Fe, 0.02), (Ion::Nd, 0.05), (Ion::Na, 2.0)]);
    let done = unit.unwrap().solve(std::slice::from_ref(&feed)).unwrap();
    let loaded = &done.outlets[1].organic;
    let recovered = |ion: Ion| loaded.ions[ion] / feed.aqueous.ions[ion];
    assert!(recovered(Ion::Sc) > 0.95 && recovered(Ion::Nd) < 0.1, "{} {}", recovered(Ion::Sc), recovered(Ion::Nd));
    assert!(loaded.charge().abs() < 1e-9 && loaded.ions[Ion::Chloride] > 3.0 * loaded.ions[Ion::Sc]);
    assert!(mute.join("").contains("`law.salt` is `missing`"), "{mute:?}");
}
