//! The section as a scenario writes it.

use super::*;
use crate::document::Node;
use crate::fields::{Check, Fields};
use crate::table::Cell;

const SEA: &str = "height = [\"2.6 m\", \"2.6 m\", \"2.4 m\", \"2.1 m\", \"1.8 m\", \"1.5 m\", \"1.5 m\", \"1.7 m\", \"2 m\", \"2.3 m\", \"2.5 m\", \"2.6 m\"]
height_is = \"mean\"
shape = { value = [2], evidence = \"assumed\", note = \"between Rayleigh and what is measured in trades\" }
memory = \"48 h\"
yearly = \"2 %\"
repair = \"10 %\"
years = 60
[limits]
work = \"3.5 m\"
handle = \"3 m\"
leave = \"6 m\"
[pipe]
run_in = \"12 d\"
pull_out = \"4 d\"
restart = \"6 h\"
notice = \"5 d\"
";

fn read(text: &str) -> (Option<Sea>, Vec<String>) {
    let node = Node::parse("s.toml", text).unwrap();
    let check = Check::new();
    let mut fields = Fields::new(&node, "sea", &check);
    let sea = Sea::read(&mut fields);
    fields.finish();
    (sea, check.finish().0.iter().map(ToString::to_string).collect())
}

#[test]
fn a_section_is_read_and_watched() {
    let (sea, told) = read(SEA);
    assert!(told.is_empty(), "{told:?}");
    let sea = sea.unwrap();
    assert_eq!(sea.assumed, ["shape"]);
    assert!((sea.plan.sea.mean(0) - 2.6).abs() < 1e-12 && (sea.plan.sea.mean(5) - 1.5).abs() < 1e-12);
    let watched = sea.run(1, Some(8000.0));
    let hours = watched.hours;
    assert!(hours.exceeded_90 < hours.exceeded_50 && hours.exceeded_50 < hours.exceeded_10);
    assert!(watched.hours_of(Which::Cautious) < watched.hours_of(Which::Median));
    assert!(watched.caveats.iter().any(|caveat| caveat.text.contains("asks for 8000 hours")));
    assert!(watched.caveats.iter().any(|caveat| caveat.text.contains("assumed numbers: shape")));
    assert!(watched.tables.iter().all(|table| table.basis.contains("assumed: shape")));
    assert!(sea.run(1, Some(10.0)).caveats.len() < watched.caveats.len());
}

/// The tables agree with each other: months fill up, sums over months are the year, the last of the fan is the year.
#[test]
fn tables_of_the_sea_agree() {
    let watched = read(SEA).0.unwrap().run(7, None);
    let table = |name: &str| watched.tables.iter().find(|table| table.name == name).unwrap();
    for row in &table("sea_calendar").rows {
        let all: f64 = row.iter().map(|cell| if let Cell::Number(share) = cell { *share } else { 0.0 }).sum();
        assert!((all - 100.0).abs() < 1e-9, "{row:?}");
    }
    let months: f64 = table("sea_months").numbers("hours at work, mean").into_iter().flatten().sum();
    let fan = table("sea_fan");
    let last = |column: &str| fan.numbers(column).last().copied().flatten().unwrap();
    assert!(
        (months / watched.hours.mean - 1.0).abs() < 1e-12 && (last("mean") / watched.hours.mean - 1.0).abs() < 1e-12
    );
    assert!((last("P90") - watched.hours.exceeded_90).abs() < 1e-9);
    let year = table("sea_year");
    let share: f64 = year.numbers("share").into_iter().flatten().take(9).sum();
    assert!((share - 100.0).abs() < 1e-9, "{share}");
}

#[test]
fn what_cannot_be_is_told() {
    for (from, to, what) in [
        ("\"2.6 m\", \"2.6 m\", \"2.4 m\"", "\"2.4 m\"", "10 values stand here"),
        ("leave = \"6 m\"", "leave = \"3 m\"", "must leave at 3 m"),
        ("value = [2]", "value = [2, 2]", "2 values stand here"),
        ("[pipe]\n", "[pip]\n", "`sea.pipe`: missing"),
        ("years = 60", "years = 1", "outside"),
        ("[limits]\n", "[typhoons]\nawaay = \"4 d\"\n[limits]\n", "did you mean `away`?"),
    ] {
        let (sea, told) = read(&SEA.replace(from, to));
        assert!(sea.is_none() && told.iter().any(|line| line.contains(what)), "{what}: {told:?}");
    }
}
