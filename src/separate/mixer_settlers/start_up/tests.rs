//! Laws of start-up: from any filling to the same battery, and what cannot be asked.

use crate::element::Element;
use crate::flowsheet::Flowsheet;
use crate::separate::mixer_settlers::tests::{COMMON, liquor, place, read, unit};
use crate::table::{Cell, Table};
use crate::unit::Balance;

const CUT: &str = "separate = \"Nd/Sm\"\nmargin = 1.2\nstrip_excess = \"40 %\"\npurity = { raffinate = \"99 %\", product = \"99 %\" }\nstages = { extract = 8, scrub = 8, strip = 6 }\n";

fn started(more: &str) -> Balance {
    started_with(CUT, more, 20.0)
}

fn started_with(cut: &str, more: &str, samarium: f64) -> Balance {
    let sheet = Flowsheet { units: vec![place("SX-1", unit(&format!("{cut}{more}")), "liquor", ["light", "heavy"])] };
    let feed = liquor(100.0, &[(Element::Nd, 100.0 - samarium), (Element::Sm, samarium)]);
    let plant = sheet.solve(&[("liquor".into(), feed)], &mut |_| {}).unwrap();
    plant.unit("SX-1").unwrap().balance.clone()
}

fn reading(done: &Balance, name: &str) -> f64 {
    done.readings.iter().find(|r| r.name == name).unwrap_or_else(|| panic!("{name}: {:?}", done.readings)).value
}

fn table<'b>(done: &'b Balance, name: &str) -> &'b Table {
    done.tables.iter().find(|table| table.name.ends_with(name)).unwrap()
}

/// Few stages and modest purities: what an outlet lets slip then carries surplus away soon.
fn short(more: &str) -> Balance {
    let cut = CUT.replace("extract = 8, scrub = 8", "extract = 3, scrub = 3").replace("99 %", "90 %");
    started_with(&cut, more, 20.0)
}

/// Another filling, other tanks, another way there: the same battery.
#[test]
fn every_start_ends_in_the_steady_battery() {
    for plan in [
        "filled = \"feed\", tanks = 1",
        "filled = \"feed\", tanks = 2",
        "filled = \"acid\", tanks = 1",
        "filled = \"feed\", tanks = 1, total_reflux = \"5 h\"",
    ] {
        let done = short(&format!("start_up = {{ hours = \"1000 h\", {plan} }}\n"));
        let outlets = table(&done, "start_up_outlets");
        let run = outlets.position("run").unwrap();
        for (column, steady) in [
            ("raffinate purity", "purity of raffinate"),
            ("product purity", "purity of product"),
            ("inventory", "rare earths held"),
        ] {
            let steady = reading(&done, steady);
            let values = outlets.numbers(column);
            let ends = (0..values.len())
                .filter(|&row| outlets.rows.get(row + 1).is_none_or(|next| next[run] != outlets.rows[row][run]));
            for row in ends {
                let end = values[row].unwrap();
                assert!(
                    (end / steady - 1.0).abs() < 1e-7,
                    "{plan}: {:?} {column}: {end} {steady}",
                    outlets.rows[row][run]
                );
            }
        }
        let held: f64 = done.readings.iter().filter(|r| r.name.ends_with("locked up, as oxide")).map(|r| r.value).sum();
        assert!((held / reading(&done, "rare earths held") - 1.0).abs() < 1e-9);
    }
}

fn hours_to(done: &Balance, run: &str) -> f64 {
    reading(done, &format!("time to specification, {run}"))
}

/// Total reflux parts what there is but cannot change how much of each side there is: where the feed's
/// proportions are far from the battery's, only holding back the short side helps.
#[test]
fn total_reflux_helps_a_sharp_cut_once_the_short_side_is_held_back() {
    let cut = CUT.replace("extract = 8, scrub = 8", "extract = 12, scrub = 12").replace("99 %", "99.9 %");
    let plan = "start_up = { hours = \"2000 h\", filled = \"feed\", total_reflux = \"12 h\", tanks = 1 }\n";
    let done = started_with(&cut, plan, 20.0);
    let (at_once, both) = (hours_to(&done, "feed at once"), hours_to(&done, "total reflux, then product held back"));
    assert!(both < 0.1 * at_once, "{both} {at_once}");
    assert!(hours_to(&done, "total reflux first") > at_once);
    let off = |run: &str| reading(&done, &format!("oxide off specification, {run}"));
    assert!(off("total reflux, then product held back") < 0.02 * off("feed at once"));
    // A feed that is mostly Sm leaves the battery short of Nd.
    let rich = started_with(&cut, plan, 80.0);
    assert!(rich.readings.iter().any(|r| r.name.ends_with("then raffinate held back")), "{:?}", rich.readings);
}

#[test]
fn under_total_reflux_nothing_is_withdrawn_and_a_product_held_back_is_not() {
    let done = started("start_up = { hours = \"200 h\", filled = \"feed\", total_reflux = \"8 h\", tanks = 1 }\n");
    let outlets = table(&done, "start_up_outlets");
    let position = |name: &str| outlets.position(name).unwrap();
    let (run, time) = (position("run"), position("time"));
    let [raffinate, product] = ["raffinate purity", "product purity"].map(position);
    let until = hours_to(&done, "total reflux, then product held back");
    assert!(until > 8.0 && until < 60.0, "{until}");
    for row in &outlets.rows {
        let Cell::Number(hours) = row[time] else { panic!("{row:?}") };
        let absent = [raffinate, product].map(|at| row[at] == Cell::Absent);
        if hours < 1.0 && row[run] == Cell::from("feed at once") {
            // Barren acid stands in the strip section.
            continue;
        }
        let expected = match &row[run] {
            Cell::Text(name) if name == "feed at once" => [false; 2],
            Cell::Text(name) if name == "total reflux first" => [hours < 8.0; 2],
            _ => [hours < 8.0, hours < until],
        };
        assert_eq!(absent, expected, "{row:?}");
    }
}

/// What the table has at the moment of specification is what is asked, so that a reader finds the same moment.
#[test]
fn the_moment_of_specification_stands_in_the_table() {
    let done = started("start_up = { hours = \"200 h\", filled = \"feed\", tanks = 1 }\n");
    let outlets = table(&done, "start_up_outlets");
    let hours = hours_to(&done, "feed at once");
    let row = outlets.numbers("time").iter().position(|time| *time == Some(hours)).unwrap();
    let worse = outlets.numbers("raffinate purity")[row].unwrap().min(outlets.numbers("product purity")[row].unwrap());
    assert!((worse - 99.0).abs() < 1e-9, "{worse}");
}

#[test]
fn an_upset_is_felt_after_it_and_not_before_and_passes() {
    for (upset, says) in [
        ("feed = 1.5, feed_ph = 1", "feed +50 %, feed to pH 1"),
        ("scrub = 1.3", "scrub +30 %"),
        ("strip = 0.6", "strip -40 %"),
    ] {
        let plan = format!(
            "start_up = {{ hours = \"1500 h\", filled = \"feed\", tanks = 1, upset = {{ at = \"500 h\", until = \"560 h\", {upset} }} }}\n"
        );
        let done = short(&plan);
        let outlets = table(&done, "start_up_outlets");
        let times = outlets.numbers("time");
        for (column, what) in [("raffinate purity", "purity of raffinate"), ("product purity", "purity of product")] {
            let purity = outlets.numbers(column);
            let at = |hours: f64| purity[times.iter().position(|time| time.unwrap() > hours).unwrap() - 1].unwrap();
            let steady = reading(&done, what);
            assert!(
                (at(499.0) - steady).abs() < 0.02 && (at(1499.0) - steady).abs() < 0.02,
                "{upset} {column}: {steady}"
            );
        }
        let lowest = ["raffinate", "product"].map(|what| {
            reading(&done, &format!("purity of {what}"))
                - reading(&done, &format!("lowest purity of {what} after the upset, feed at once"))
        });
        assert!(lowest[0].max(lowest[1]) > 0.3, "{upset}: {lowest:?}");
        assert!(outlets.rows.iter().any(|row| row.last() == Some(&Cell::from(says))), "{says}");
    }
}

#[test]
fn what_cannot_be_is_told_before_anything_runs() {
    let problems = |start_up: &str| {
        let (unit, problems) = read(&format!("{COMMON}{CUT}start_up = {start_up}\n"));
        assert!(unit.is_none(), "{start_up}");
        problems.join("\n")
    };
    let (_, told) = read(&format!(
        "{COMMON}{CUT}start_up = {{ hours = \"9 h\", filled = \"feed\", tanks = 1, reflux = \"1 h\" }}\n"
    ));
    assert!(told.join("\n").contains("unknown key"), "{told:?}");
    for (start_up, says) in [
        ("{ hours = \"9 h\", filled = \"acid\", tanks = 1, total_reflux = \"4 h\" }", "nothing to reflux"),
        ("{ hours = \"9 h\", filled = \"feed\", tanks = 1, total_reflux = \"9 h\" }", "never fed"),
        ("{ hours = \"9 h\", filled = \"feed\", tanks = 1, upset = { at = \"10 h\", feed = 1.1 } }", "after the end"),
        ("{ hours = \"9 h\", filled = \"feed\", tanks = 1, upset = { at = \"4 h\" } }", "changes nothing"),
        (
            "{ hours = \"9 h\", filled = \"feed\", tanks = 1, upset = { at = \"4 h\", until = \"3 h\", feed = 1.1 } }",
            "not between",
        ),
        ("{ hours = \"9 h\", filled = \"water\", tanks = 1 }", "`water` is not known"),
        ("{ hours = \"9 h\", filled = \"feed\", tanks = 0 }", "outside what is possible"),
        ("\"9 h\"", "where a table belongs"),
    ] {
        let told = problems(start_up);
        assert!(told.contains(says), "{start_up}: {told}");
    }
}

#[test]
fn without_a_cut_there_is_no_specification_to_come_to() {
    let ratios = "organic_to_feed = 3\nscrub_to_feed = 0.3\norganic_to_strip = 5\nstages = { extract = 4, scrub = 4, strip = 4 }\n";
    let (unit, problems) =
        read(&format!("{COMMON}{ratios}start_up = {{ hours = \"9 h\", filled = \"feed\", tanks = 1 }}\n"));
    assert!(unit.is_none() && problems.join("\n").contains("needs a cut"), "{problems:?}");
}
