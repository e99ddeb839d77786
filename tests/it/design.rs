//! Designs: the refineries that ship do what their slates ask, and what no train can do is told from what no solver did.

use std::fs;
use std::path::{Path, PathBuf};

use ytterby::error::Error;
use ytterby::library::Library;
use ytterby::run::{Silent, design};
use ytterby::scenario::Scenario;
use ytterby::separate::design::spec::{Spec, dissolved};

const REFINERIES: [&str; 3] = ["refinery_light", "refinery_linked", "refinery_mud"];

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name)
}

fn spec_of(name: &str, library: &Library) -> Result<Spec, Error> {
    let path = folder(name).join("design.toml");
    let text = fs::read_to_string(&path).unwrap_or_default();
    design::read(&path.display().to_string(), &text, library)
}

/// The designed scenario, run: every product as pure and as whole as the slate beside it asks.
#[test]
fn a_designed_refinery_makes_its_slate() {
    let library = Library::builtin();
    for name in REFINERIES {
        let spec = spec_of(name, &library).unwrap();
        let outcome =
            Scenario::bundled(name).unwrap().check(&library).unwrap().run(&library, None, &mut Silent).unwrap();
        let plant = outcome.plant.as_ref().unwrap();
        // What the other scenario sends is what this one was designed for.
        let (sent, fed) = (spec.fed(), dissolved(&plant.pipe("liquor").unwrap().stream));
        for (element, &moles) in sent.rare_earths() {
            assert!((fed[element] - moles).abs() <= 1e-6 * moles, "{name}: {element} fed {} of {moles}", fed[element]);
        }
        assert_eq!(outcome.products.len(), spec.products.len());
        for (product, asked) in outcome.products.iter().zip(&spec.products) {
            let own = dissolved(&plant.pipe(&product.stream).unwrap().stream);
            let sum = |all: &ytterby::element::ByElement<f64>| asked.of.iter().map(|&e| all[e]).sum::<f64>();
            let recovery = sum(&own) / sum(&fed);
            assert!(asked.purity >= 0.999, "{name}: {} is not asked to be 3N", asked.name);
            assert!(
                product.relative_purity >= asked.purity,
                "{name}: {} is {} pure",
                asked.name,
                product.relative_purity
            );
            assert!(recovery >= asked.recovery, "{name}: {} is {recovery} recovered", asked.name);
        }
        let most = 100.0 * spec.most_loading.unwrap();
        let readings = || plant.units.iter().flat_map(|unit| &unit.balance.readings);
        let loadings = || readings().filter(|reading| reading.name.starts_with("highest loading"));
        assert!(loadings().count() > 0 && loadings().all(|reading| reading.value <= most), "{name}");
    }
}

/// The design itself, from the slate to the scenario that ships.
#[test]
#[ignore = "two and a half minutes in a release build: `cargo test --release --test it design -- --ignored`"]
fn a_refinery_is_designed_again_as_it_ships() {
    let library = Library::builtin();
    for name in REFINERIES {
        let found = design::design(&folder(name).join("design.toml"), &library, None, &mut Silent).unwrap();
        let kept = folder(name).join("scenario.toml");
        if std::env::var_os("YTTERBY_REGENERATE").is_some() {
            fs::write(&kept, &found.scenario).unwrap();
        }
        assert_eq!(found.scenario, fs::read_to_string(&kept).unwrap(), "{name}");
    }
}

/// A design in which a battery of three outlets wins, from its slate to a scenario that runs and is what ships.
#[test]
fn a_battery_of_three_outlets_is_designed_and_run() {
    let library = Library::builtin();
    let name = "refinery_europium";
    let found = design::design(&folder(name).join("design.toml"), &library, None, &mut Silent).unwrap();
    let kept = folder(name).join("scenario.toml");
    if std::env::var_os("YTTERBY_REGENERATE").is_some() {
        fs::write(&kept, &found.scenario).unwrap();
    }
    assert_eq!(found.scenario, fs::read_to_string(&kept).unwrap());
    assert!(found.scenario.contains("kind = \"circuit\"") && found.scenario.contains("middle = \"eu-liquor\""));
    // Its run: each of the three outlets is a product as asked.
    let spec = spec_of(name, &library).unwrap();
    let plant = found.outcome.plant.as_ref().unwrap();
    let fed = spec.fed();
    assert_eq!(found.outcome.products.len(), 3);
    for (product, asked) in found.outcome.products.iter().zip(&spec.products) {
        let own = dissolved(&plant.pipe(&product.stream).unwrap().stream);
        let sum = |all: &ytterby::element::ByElement<f64>| asked.of.iter().map(|&e| all[e]).sum::<f64>();
        assert!(product.relative_purity >= asked.purity, "{}: {}", asked.name, product.relative_purity);
        assert!(sum(&own) / sum(&fed) >= asked.recovery, "{}: {}", asked.name, sum(&own) / sum(&fed));
    }
    // What was considered is told with its floor and its price as built, and that is below the two cuts'.
    let table = found.outcome.tables.iter().find(|table| table.name == "middle_outlets").unwrap();
    let figure = |column: &str| table.numbers(column)[0].unwrap();
    assert!(figure("floor") < figure("price as built") && figure("price as built") < figure("two cuts"));
}

/// A small specification: two to four metals, P507.
fn small(feed: &str, products: &[(&str, &str, &str)], more: &str) -> String {
    let products = products.iter().fold(String::new(), |told, (of, purity, recovery)| {
        told + &format!(
            "[[product]]\nname = \"{of}\"\nof = [\"{of}\"]\npurity = \"{purity} %\"\nrecovery = \"{recovery} %\"\n"
        )
    });
    format!(
        r#"
title = "t"
summary = "s"
[operation]
time = "7200 h/y"
[feed]
stream = "liquor"
water = "1000 kg/h"
temperature = "25 degC"
[feed.dissolved]
{feed}
[objective]
least = "stages-flow"
[design]
most_stages = 30
scrub_acid = ["4 mol/L"]
strip_acid = ["5 mol/L"]
[battery]
base = "sodium-hydroxide-50"
acid = "hydrochloric-acid-35"
water = "water"
diluent = "kerosene"
feed_oxide = "150 g/L"
feed_ph = 2
solvent_loss = "50 mg/L"
residence = {{ mixer = "5 min", settler = "20 min", saponification = "30 min" }}
mixer_power = 0.5
missing = {{ rare_earths = "linear-in-atomic-number", others = "not-extracted" }}
[[extractant]]
extractant = "p507"
concentration = "1.5 mol/L"
saponified = "30 %"
{more}
{products}"#
    )
}

const PRASEODYMIUM: &str = "\"Pr3+\" = \"100 mol/h\"\n\"Nd3+\" = \"300 mol/h\"\nCl- = \"1200 mol/h\"";

fn designed(text: &str) -> Result<String, Error> {
    design::design_text("spec.toml", text, &Library::builtin(), None, &mut Silent).map(|found| found.scenario)
}

#[test]
fn what_cannot_be_asked_is_refused_when_read() {
    let perfect = small(PRASEODYMIUM, &[("Pr", "100", "99"), ("Nd", "99", "100")], "");
    let told = designed(&perfect).unwrap_err().to_string();
    assert!(told.contains("purity") && told.contains("recovery"), "{told}");
    let absent = small(PRASEODYMIUM, &[("Pr", "99", "99"), ("Nd", "99", "99"), ("Tb", "99", "99")], "");
    let told = designed(&absent).unwrap_err().to_string();
    assert!(told.contains("nothing of `Tb` is in the feed"), "{told}");
    let homeless = small(PRASEODYMIUM, &[("Pr", "99", "99")], "");
    let told = designed(&homeless).unwrap_err().to_string();
    assert!(told.contains("Nd is in the feed and in no product"), "{told}");
    let scandium = small(PRASEODYMIUM, &[("Pr", "99", "99"), ("Sc", "99", "99")], "");
    assert!(designed(&scandium).unwrap_err().to_string().contains("not one of the fifteen"));
    let pair = small(PRASEODYMIUM, &[("Pr", "99", "99"), ("Nd", "99", "99")], "");
    for (loading, told) in [
        ("lower_feed_ph = [1]", "no `most_loading` that it could serve"),
        ("most_loading = \"90 %\"\nlower_feed_ph = [2, 1]", "2 is not below the battery's `feed_ph` of 2"),
    ] {
        let text = pair.replace("most_stages = 30", &format!("most_stages = 30\n{loading}"));
        let error = designed(&text).unwrap_err().to_string();
        assert!(error.contains(told), "{error}");
    }
}

/// Each message names the cut and the kind: no battery makes it, and by how little or much.
#[test]
fn what_no_train_makes_is_infeasible_and_not_a_failure_of_the_solver() {
    // Praseodymium and neodymium six nines apart within thirty stages.
    let long = small(PRASEODYMIUM, &[("Pr", "99.9999", "99.999"), ("Nd", "99.9999", "99.999")], "");
    let error = designed(&long).unwrap_err();
    assert!(matches!(&error, Error::Infeasible { .. }), "{error}");
    let told = error.to_string();
    assert!(told.contains("Pr/Nd") && told.contains("30 stages") && told.contains("fewest stages"), "{told}");

    // Two metals that the extractant does not tell apart.
    let alike = "log_k = { Nd = { value = -3.4085, evidence = \"assumed\", note = \"as praseodymium\" } }";
    let error = designed(&small(PRASEODYMIUM, &[("Pr", "99.9", "99"), ("Nd", "99.9", "99")], alike)).unwrap_err();
    assert!(matches!(&error, Error::Infeasible { .. }), "{error}");
    let told = error.to_string();
    assert!(told.contains("Pr/Nd") && told.contains("separation factor"), "{told}");

    // What the acid that is allowed cannot take off again.
    let held = "log_k = { Nd = { value = 6, evidence = \"assumed\", note = \"held fast\" } }";
    let error = designed(&small(PRASEODYMIUM, &[("Pr", "99", "99"), ("Nd", "99", "99")], held)).unwrap_err();
    assert!(matches!(&error, Error::Infeasible { .. }), "{error}");
    assert!(error.to_string().contains("strip"), "{error}");
}

/// From the specification to the run of what is written: the linked train is taken where it needs less, and the written
/// scenario draws what the table of orders says.
#[test]
fn a_linked_train_is_designed_written_and_run() {
    let feed = "\"La3+\" = \"640 mol/h\"\n\"Ce3+\" = \"100 mol/h\"\n\"Pr3+\" = \"160 mol/h\"\n\"H+\" = \"300 mol/h\"\n\
                Cl- = \"3000 mol/h\"";
    let text = small(feed, &[("La", "99", "98"), ("Ce", "98", "98"), ("Pr", "99", "98")], "")
        .replace("most_stages = 30", "most_stages = 60\nlinked = true")
        .replace("stages-flow", "reagents");
    let found = design::design_text("spec.toml", &text, &Library::builtin(), None, &mut Silent).unwrap();
    for kind in ["prepare-liquor", "circuit"] {
        assert_eq!(found.scenario.matches(&format!("kind = \"{kind}\"")).count(), 1, "{}", found.scenario);
    }
    for (product, purity) in found.outcome.products.iter().zip([0.99, 0.98, 0.99]) {
        assert!(product.relative_purity >= purity, "{}: {}", product.name, product.relative_purity);
    }
    // Written, read again and run: base and acid across the fence are the price by which it won.
    let again = Scenario::from_text("scenario.toml", &found.scenario).unwrap();
    let outcome = again.check(&Library::builtin()).unwrap().run(&Library::builtin(), None, &mut Silent).unwrap();
    let units = &outcome.plant.as_ref().unwrap().units;
    let drawn = units.iter().flat_map(|unit| &unit.balance.drawn);
    let reagents: f64 = drawn.map(|drawn| drawn.stream.aqueous.ions[ytterby::ion::Ion::H].abs()).sum();
    let orders = found.outcome.tables.iter().find(|table| table.name == "orders").unwrap();
    let built: Vec<f64> = orders.numbers("price as built").into_iter().flatten().collect();
    let least = built.iter().copied().fold(f64::INFINITY, f64::min);
    assert!((reagents / least - 1.0).abs() < 1e-6, "{reagents} drawn, {least} told");
    assert!(least < 0.97 * built[0], "{least} linked, {} without links", built[0]);
}
