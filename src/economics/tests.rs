//! A small plant whose account can be worked out by hand.

use std::sync::Arc;

use super::*;
use crate::document::Node;
use crate::element::Element;
use crate::error::Error;
use crate::fields::{Check, Fields};
use crate::flowsheet::{Flowsheet, Placed, Plant};
use crate::library::Library;
use crate::mineral::Mineral;
use crate::product::Product;
use crate::reagent::Reagent;
use crate::stream::Stream;
use crate::table::Cell;
use crate::unit::{Balance, Equipment, Ports, Reading, Unit};

const SECTION: &str = r#"
money_year = 2025
regime = "china"
price_year = 2025
prices_stale_after = "3 y"
location = "United States"
installation = "prommis-2.97"
contingency = "20 %"
owners_cost = "0 %"
construction = ["10 %", "60 %", "30 %"]
ramp_up = ["50 %"]
life = "20 y"
discount_rate = "8 %/y"
discounting = "end-year"
tax = "30 %"
royalty = "2 %"
depreciation = "straight-line"
depreciation_years = 10
working_capital = "5 %"
sustaining_capital = "1 %"
maintenance = "2 %"
insurance = "1 %"
labour_rates = "prommis"
labour_burden = "25 %"
labour_overhead = "30 %"
electricity = "us-industrial"
electricity_of = { "W-1" = "ship-diesel" }
heat = "natural-gas"
below_specification = "concentrate"
concentrate_payability = "65 %"
oxide_floor = "99 %"
feeds = { ore = "10 USD/t" }
disposal = { tailings = "1 USD/t" }

[[labour]]
section = "leach"
trade = "skilled"
per_shift = 2

[[capital]]
name = "conversion of the vessel"
section = "lift"
cost = { value = "10 MUSD", evidence = "assumed", note = "a round number" }

[[value_step]]
name = "recovered"
streams = ["oxide", "tailings"]
"#;

/// Splits what is fed: oxide of neodymium to one side, the rest to the other.
#[derive(Debug)]
struct Works {
    machine: &'static str,
}

impl Unit for Works {
    fn ports(&self) -> Ports {
        Ports { inlets: &["ore"], outlets: &["oxide", "tailings"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let water = Reagent::named("water", &Library::builtin()).unwrap().drawn(1000.0);
        let (mut oxide, mut tailings) = (Stream::default(), water.stream.clone());
        tailings.aqueous.water += inlets[0].aqueous.water;
        for lot in &inlets[0].solid.lots {
            let to = if &*lot.mineral.name == "Nd2O3" { &mut oxide } else { &mut tailings };
            to.solid.add(&lot.mineral, &lot.kg_per_h);
        }
        Ok(Balance {
            outlets: vec![oxide, tailings],
            drawn: vec![water],
            power_kw: 100.0,
            services: vec![Reading::new("lifting vessel", 1.0, "h")],
            ..Balance::default()
        })
    }

    fn equipment(&self, _inlets: &[Stream], _done: &Balance) -> Vec<Equipment> {
        vec![Equipment { name: self.machine.into(), count: 1, size: 100.0, unit: "m3" }]
    }
}

fn plant(machine: &'static str) -> (Plant, Vec<Product>) {
    let mut ore = Stream::default();
    for (formula, kg) in [("Nd2O3", 100.0), ("SiO2", 9900.0)] {
        ore.solid.add(&Arc::new(Mineral::compound(formula, 4000.0).unwrap()), &[kg]);
    }
    let flowsheet = Flowsheet {
        units: vec![Placed {
            tag: "W-1".into(),
            kind: "works",
            unit: Box::new(Works { machine }),
            inlets: vec![vec!["ore".into()]],
            outlets: vec!["oxide".into(), "tailings".into()],
        }],
    };
    let plant = flowsheet.solve(&[("ore".into(), ore)], &mut |_| {}).unwrap();
    let product = Product::of("Nd2O3", "oxide", &plant.pipe("oxide").unwrap().stream, &[Element::Nd]);
    (plant, vec![product])
}

fn study(text: &str) -> Result<Study, Vec<String>> {
    let node = Node::parse("s.toml", text).unwrap();
    let check = Check::new();
    let mut fields = Fields::new(&node, "economics", &check);
    let study = Study::read(&mut fields, &Library::builtin());
    fields.finish();
    let problems: Vec<String> = check.finish().0.iter().map(ToString::to_string).collect();
    study.filter(|_| problems.is_empty()).ok_or(problems)
}

fn account(text: &str, machine: &'static str) -> Account {
    let (plant, products) = plant(machine);
    study(text).unwrap().account(&plant, &products, 8000.0, 0.1).unwrap()
}

fn reading(account: &Account, name: &str) -> Option<f64> {
    account.readings.iter().find(|reading| reading.name == name).map(|reading| reading.value)
}

fn cell(account: &Account, table: &str, row: &str, column: &str) -> f64 {
    let table = account.tables.iter().find(|t| t.name == table).unwrap();
    let at = table.rows.iter().position(|r| r[0] == row.into()).unwrap_or_else(|| panic!("{row}"));
    table.numbers(column)[at].unwrap()
}

#[test]
fn the_account_is_the_hand_calculation() {
    let account = account(SECTION, "leach tank");
    assert!(account.missing.is_empty(), "{:?}", account.missing);
    // 800 t/y of Nd2O3 at 73 USD/kg.
    assert!((reading(&account, "revenue").unwrap() - 58.4).abs() < 1e-9);
    assert!((cell(&account, "operating", "ore", "cost") - 0.8).abs() < 1e-9);
    // The tailings carry the water that was drawn.
    assert!((cell(&account, "operating", "tailings", "cost") - 10_900.0 * 8.0 / 1e6).abs() < 1e-9);
    assert!((cell(&account, "operating", "lifting vessel", "cost") - 18_833.33 * 8760.0 / 1e6).abs() < 1e-6);
    assert!((cell(&account, "operating", "electricity, ship-diesel", "quantity per year") - 8e5).abs() < 1e-6);
    let wages = 8760.0 * 2.0 * 27.9 * 1.25 * 1.3 / 1e6;
    assert!((cell(&account, "operating", "skilled", "cost") - wages).abs() < 1e-9);
    let bare = 466_775.7 * (815.59 / 541.7) * (100.0f64 / 623.85479).powf(0.666);
    let total = (bare * 2.97 + 10e6) * 1.2 / 1e6;
    assert!((reading(&account, "capital").unwrap() - total).abs() < 1e-6);
}

#[test]
fn the_parts_make_the_whole() {
    let account = account(SECTION, "leach tank");
    let table = |name: &str| account.tables.iter().find(|t| t.name == name).unwrap();
    let sum = |name: &str, column: &str| table(name).numbers(column).into_iter().flatten().sum::<f64>();
    assert!((sum("operating", "cost") - reading(&account, "operating cost").unwrap()).abs() < 1e-9);
    assert!((sum("capital", "installed") - reading(&account, "capital").unwrap()).abs() < 1e-9);
    assert!((sum("cash_flow", "discounted") - reading(&account, "NPV").unwrap()).abs() < 1e-9);
    assert!((sum("cost_waterfall", "cost") - sum("cost_by_section", "cost") - 0.02 * 73.0).abs() < 1e-9);
    // All that was fed is recovered and, pure as it is, paid in full.
    let bars = table("value_waterfall").numbers("value");
    assert!(bars.iter().all(|bar| (bar.unwrap() - 58.4).abs() < 1e-9), "{bars:?}");
    assert!((sum("mass_value", "mass share") - 100.0).abs() < 1e-9);
}

/// Two steps share water, the ship and the upkeep; the ore is the first one's, tailings and the shore's power the second's.
#[test]
fn steps_share_the_lines_and_carry_the_cost_on() {
    let (one, products) = plant("leach tank");
    let placed = |tag: &str, inlet: &str, outlets: [&str; 2]| Placed {
        tag: tag.into(),
        kind: "works",
        unit: Box::new(Works { machine: "leach tank" }),
        inlets: vec![vec![inlet.into()]],
        outlets: outlets.map(str::to_owned).to_vec(),
    };
    let units = vec![placed("W-1", "ore", ["oxide", "rest"]), placed("W-2", "rest", ["more", "tailings"])];
    let plant = Flowsheet { units }.solve(&[("ore".into(), one.pipe("ore").unwrap().stream.clone())], &mut |_| {});
    let account = study(SECTION).unwrap().account(&plant.unwrap(), &products, 8000.0, 0.1).unwrap();
    let step = |row: &str, column: &str| cell(&account, "cost_by_step", row, column);
    let line = |row: &str| 1e3 * cell(&account, "operating", row, "cost");
    let apart = line("ore") + line("electricity, ship-diesel") - line("electricity, us-industrial") - line("tailings");
    let (first, second) = (step("W-1", "operating"), step("W-2", "operating"));
    assert!((first - second - apart).abs() < 1e-6, "{first} {second} {apart}");
    assert!((step("W-1", "charge on capital") / step("W-2", "charge on capital") - 1.0).abs() < 1e-12);
    let wages = line("skilled");
    assert!((step("leach, no unit's", "operating") - wages).abs() < 1e-6, "wages are the section's");
    let table = account.tables.iter().find(|table| table.name == "cost_by_step").unwrap();
    let sum = |column: &str| table.numbers(column).into_iter().flatten().sum::<f64>();
    let operating = 1e3 * reading(&account, "operating cost").unwrap();
    assert!((sum("operating") - operating).abs() < 1e-6);
    let whole = sum("operating") + sum("charge on capital");
    assert!((sum("cost a tonne dry") - whole * 1e3 / 8000.0 / 10.0).abs() < 1e-6);
    // All the oxide is in the product: 100 kg/h.
    let last = table.numbers("cost so far").last().copied().flatten().unwrap();
    assert!((last - whole * 1e3 / 8000.0 / 100.0).abs() < 1e-6);
    assert!((step("W-2", "electricity so far") - 2.0).abs() < 1e-12);
    assert!((step("W-2", "oxide still in the chain") - 100.0).abs() < 1e-9);
}

#[test]
fn the_rate_of_return_and_the_break_even_make_the_value_zero() {
    let text =
        SECTION.replace("[[labour]]", "vessel_day_rate = \"10 kUSD/d\"\n[[labour]]").replace("10 MUSD", "150 MUSD");
    let account = account(&text, "leach tank");
    let (plant, products) = plant("leach tank");
    let rate = reading(&account, "IRR").unwrap();
    let again = study(&text.replace("8 %/y", &format!("{rate:.14} %/y"))).unwrap();
    let at_rate = again.account(&plant, &products, 8000.0, 0.1).unwrap();
    assert!(reading(&at_rate, "NPV").unwrap().abs() < 1e-6);
    let price = reading(&account, "break-even per kg REO").unwrap();
    let own = format!("{text}\n[[price]]\nname = \"Nd2O3\"\nvalue = {price}\nper = \"kg\"\n");
    let even = study(&own).unwrap().account(&plant, &products, 8000.0, 0.1).unwrap();
    assert!(reading(&even, "NPV").unwrap().abs() < 1e-6);
}

/// Feed at the cost it may have, in the place of its own and of the lift, makes the value nought.
#[test]
fn feed_at_the_cost_it_may_have_makes_the_value_nought() {
    let text = SECTION.replace("[[labour]]", "vessel_day_rate = \"10 kUSD/d\"\n[[labour]]");
    let now = account(&text, "leach tank");
    let may = reading(&now, "a tonne of dry feed may cost, delivered").unwrap();
    let costs = reading(&now, "a tonne of dry feed costs, delivered").unwrap();
    assert!((costs < may) == (reading(&now, "NPV").unwrap() > 0.0));
    // Nothing but the feed is the lift's once its capital and its upkeep are gone.
    let at = text
        .replace("\"10 USD/t\"", &format!("\"{may} USD/t\""))
        .replace("section = \"lift\"\ncost = { value = \"10 MUSD\"", "section = \"lift\"\ncost = { value = \"0 MUSD\"");
    let then = account(&at, "leach tank");
    assert!(reading(&then, "NPV").unwrap().abs() < 1e-3, "{may}");
}

/// Two products beyond one step, one of them with a step of its own.
#[test]
fn a_step_is_paid_by_the_products_beyond_it() {
    let (one, _) = plant("leach tank");
    let placed = |tag: &str, inlet: &str, outlets: [&str; 2]| Placed {
        tag: tag.into(),
        kind: "works",
        unit: Box::new(Works { machine: "leach tank" }),
        inlets: vec![vec![inlet.into()]],
        outlets: outlets.map(str::to_owned).to_vec(),
    };
    let units = vec![placed("W-1", "ore", ["oxide", "tailings"]), placed("W-2", "oxide", ["more", "rest"])];
    let plant = Flowsheet { units }.solve(&[("ore".into(), one.pipe("ore").unwrap().stream.clone())], &mut |_| {});
    let plant = plant.unwrap();
    let ore = plant.pipe("more").unwrap().stream.clone();
    // The tailings hold no rare earth; sold as if they did, they pass the first step alone.
    let products = vec![
        Product::of("Nd2O3", "more", &ore, &[Element::Nd]),
        Product { stream: "tailings".into(), ..Product::of("NdPr oxide", "more", &ore, &[Element::Nd]) },
    ];
    let account = study(SECTION).unwrap().account(&plant, &products, 8000.0, 0.1).unwrap();
    let of = |row: &str, column: &str| cell(&account, "product_cost", row, column);
    let step = |row: &str| {
        cell(&account, "cost_by_step", row, "operating") + cell(&account, "cost_by_step", row, "charge on capital")
    };
    let (whole, own) = (of("Nd2O3", "cost by mass, whole"), step("W-2") / 1e3);
    // Alike in mass, they share all but the second step.
    assert!((whole - of("NdPr oxide", "cost by mass, whole") - own).abs() < 1e-9);
    let table = account.tables.iter().find(|table| table.name == "cost_by_step").unwrap();
    let sum = |column: &str| table.numbers(column).into_iter().flatten().sum::<f64>() / 1e3;
    for rule in ["cost by mass, whole", "cost by value, whole"] {
        let all = of("Nd2O3", rule) + of("NdPr oxide", rule);
        assert!((all - sum("operating") - sum("charge on capital")).abs() < 1e-9, "{rule}");
    }
    // At their least prices the products pay the break-even.
    for rule in ["least price by mass", "least price by value"] {
        let fetched: f64 = ["Nd2O3", "NdPr oxide"].iter().map(|row| of(row, rule) * of(row, "oxide")).sum();
        let oxide: f64 = ["Nd2O3", "NdPr oxide"].iter().map(|row| of(row, "oxide")).sum();
        assert!((fetched / oxide - reading(&account, "break-even per kg REO").unwrap()).abs() < 1e-6, "{rule}");
    }
}

#[test]
fn installation_by_modules_knows_its_machines() {
    let text = SECTION.replace("prommis-2.97", "modules");
    let account = account(&text, "leach tank");
    let bare = cell(&account, "capital", "W-1 leach tank", "purchased");
    assert!((cell(&account, "capital", "W-1 leach tank", "installed") - 2.0 * 1.7625 * bare).abs() < 1e-9);
}

/// What is locked in is paid with the first year; the oxide comes back with the last.
#[test]
fn what_is_locked_in_is_held_and_its_oxide_given_back() {
    let (mut plant, products) = plant("leach tank");
    let study = study(SECTION).unwrap();
    let free = study.account(&plant, &products, 8000.0, 0.1).unwrap();
    plant.units[0].balance.held[Element::Nd] = 1000.0;
    let held = study.account(&plant, &products, 8000.0, 0.1).unwrap();
    let oxide = 1000.0 * Element::Nd.oxide_factor().unwrap() * 73.0 / 1e6;
    assert!((reading(&held, "locked in the circuits").unwrap() - oxide).abs() < 1e-9);
    let lost = oxide * (1.08f64.powi(-4) - 1.08f64.powi(-23));
    assert!((reading(&free, "NPV").unwrap() - reading(&held, "NPV").unwrap() - lost).abs() < 1e-9);
}

#[test]
fn what_has_no_price_is_missing_and_said() {
    let text = SECTION.replace("disposal = { tailings = \"1 USD/t\" }", "");
    let account = account(&text, "alchemist's retort");
    assert_eq!(account.missing, ["W-1 alchemist's retort", "tailings"]);
    let headline = account.tables.iter().find(|t| t.name == "headline").unwrap();
    assert!(headline.rows.iter().any(|row| row[0] == "capital".into() && row[1] == "at least".into()));
    assert!(account.caveats.iter().any(|caveat| caveat.text.contains("alchemist's retort")));
}

#[test]
fn an_impure_product_is_sold_as_a_mixture() {
    let text = SECTION.to_owned() + "\n[specification]\nNd2O3 = 1.0\n";
    let text = text.replace("oxide_floor = \"99 %\"", "oxide_floor = \"100 %\"");
    let (plant, mut products) = plant("leach tank");
    products[0].relative_purity = 0.99;
    let account = study(&text).unwrap().account(&plant, &products, 8000.0, 0.1).unwrap();
    assert!((reading(&account, "revenue").unwrap() - 0.65 * 58.4).abs() < 1e-9);
    let unsold = text.replace("\"concentrate\"", "\"unsold\"");
    let account = study(&unsold).unwrap().account(&plant, &products, 8000.0, 0.1).unwrap();
    assert!(reading(&account, "revenue").unwrap().abs() < 1e-12);
    assert_eq!(reading(&account, "cost per kg REO"), None);
    assert_eq!(reading(&account, "IRR"), None);
}

/// A column of words of a row.
fn word(account: &Account, table: &str, row: &str, column: &str) -> Cell {
    let table = account.tables.iter().find(|t| t.name == table).unwrap();
    let row = table.rows.iter().find(|r| r[0] == row.into()).unwrap_or_else(|| panic!("{row}"));
    row[table.position(column).unwrap()].clone()
}

#[test]
fn the_evidence_written_is_the_evidence_told() {
    let guess = |value: &str| format!("{{ value = \"{value}\", evidence = \"assumed\", note = \"a guess\" }}");
    let text = SECTION
        .replace("tailings = \"1 USD/t\"", &format!("tailings = {}", guess("1 USD/t")))
        .replace(
            "ore = \"10 USD/t\"",
            "ore = { value = \"10 USD/t\", evidence = \"published\", source = \"prommis2026\" }",
        )
        .replace("maintenance = \"2 %\"", &format!("maintenance = {}", guess("2 %")))
        .replace("contingency = \"20 %\"", &format!("contingency = {}", guess("20 %")))
        .replace("[[labour]]", &format!("vessel_day_rate = {}\n[[labour]]", guess("10 kUSD/d")));
    let text = format!("{text}\n[[price]]\nname = \"water\"\nvalue = {}\nper = \"kg\"\n", guess("0.001"));
    let account = account(&text, "leach tank");
    for row in ["tailings", "maintenance", "lifting vessel", "water"] {
        assert_eq!(word(&account, "operating", row, "evidence"), "assumed".into(), "{row}");
    }
    assert_eq!(word(&account, "operating", "ore", "evidence"), "published".into());
    assert_eq!(word(&account, "operating", "ore", "source"), "prommis2026".into());
    assert_eq!(word(&account, "operating", "insurance", "evidence"), "choice".into());
    assert_eq!(word(&account, "capital", "contingency", "evidence"), "assumed".into());
    assert_eq!(word(&account, "capital", "conversion of the vessel", "evidence"), "assumed".into());
}

#[test]
fn old_prices_are_said() {
    let account = account(&SECTION.replace("\"3 y\"", "\"1 y\""), "leach tank");
    assert!(account.caveats.iter().any(|caveat| caveat.text.contains("water is of 2021")), "{:?}", account.caveats);
}

#[test]
fn every_problem_of_a_section_is_told() {
    let text = SECTION
        .replace("\"30 %\"]", "\"20 %\"]")
        .replace("location = \"United States\"", "location = \"Atlantis\"")
        .replace("\"us-industrial\"", "\"us-industral\"")
        .replace("regime = \"china\"", "regime = \"moon\"")
        .replace("\"skilled\"", "\"skiled\"");
    let problems = study(&text).unwrap_err();
    for what in ["sum to 0.9", "Atlantis", "did you mean `us-industrial`?", "moon", "did you mean `skilled`?"] {
        assert!(problems.iter().any(|problem| problem.contains(what)), "{what}: {problems:#?}");
    }
    assert_eq!(problems.len(), 5, "{problems:#?}");
}

#[test]
fn an_empty_section_asks_for_everything_once() {
    let problems = study("").unwrap_err();
    assert!(problems.len() > 20 && problems.iter().all(|problem| problem.contains("missing")), "{problems:#?}");
}
