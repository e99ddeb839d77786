use std::path::Path;

use super::*;
use crate::deposit::study::{Resource, Study};
use crate::document::Node;
use crate::fields::Check;
use crate::library::Library;

/// Walker Lake in blocks of ten metres, as the validation of the kriged field has it.
pub const WALKER: &str = r#"
cross_validation = "sample"
change_of_support = ["affine", "indirect-lognormal", "discrete-gaussian"]
[samples]
file = "isaaks1989_walker_lake"
grades = ["v"]
below = "half"
[decluster]
cell = ["10 m", "10 m", "1 m"]
factors = [0.5, 1, 2, 3]
choose = "least-mean"
of = "v"
[lattice]
corner = ["0 m", "0 m", "-0.5 m"]
block = ["10 m", "10 m", "1 m"]
count = [26, 30, 1]
[variogram]
kind = "spherical"
nugget = "25 %"
range = "40 m"
[search]
least = 1
most = 32
[estimate]
method = "ordinary-kriging"
discretisation = [4, 4, 1]
mode = "space"
heights = "surveyed"
negatives = "keep"
[tonnage]
dry_density = "2 t/m3"
dry_share = 1
of = "v"
cut_off = 300
cut_offs = [100, 500]
mined = "whole"
[[class]]
name = "measured"
within = "5 m"
slope = 0.9
[[class]]
name = "indicated"
within = "20 m"
"#;

pub fn study(text: &str, folder: &Path) -> Result<Study, Vec<String>> {
    let node = Node::parse("m.toml", text).unwrap();
    let check = Check::new();
    let mut fields = Fields::new(&node, "", &check);
    let study = Study::read(&mut fields, &Library::builtin(), folder);
    fields.finish();
    let (problems, _) = check.finish();
    match study {
        Some(study) if problems.is_empty() => Ok(study),
        _ => Err(problems.iter().map(ToString::to_string).collect()),
    }
}

pub fn run(text: &str) -> Resource {
    study(text, Path::new("/nowhere")).unwrap_or_else(|told| panic!("{told:#?}")).run().unwrap()
}

pub fn reading(resource: &Resource, name: &str) -> f64 {
    let found = resource.readings.iter().find(|reading| reading.name == name);
    found.unwrap_or_else(|| panic!("{name}: {:#?}", resource.readings)).value
}

fn numbers(resource: &Resource, table: &str, column: &str) -> Vec<Option<f64>> {
    let found = resource.tables.iter().find(|known| known.name == table).unwrap_or_else(|| panic!("{table}"));
    assert!(found.position(column).is_some(), "{table} has no {column}");
    found.numbers(column)
}

/// Second route: the field kriged by the validation's own loop.
#[test]
fn walker_lake_has_the_mean_that_the_kriged_field_has() {
    let resource = run(WALKER);
    let case = "samples = \"isaaks1989_walker_lake\"\nvalue = \"v\"\nwest = \"0 m\"\nsouth = \"0 m\"\nstep = \"10 m\"\ncolumns = 26\nrows = 30\npoints = 4\nneighbours = 32\nvariogram = { kind = \"spherical\", nugget = \"25 %\", range = \"40 m\" }\n";
    let node = Node::parse("c.toml", case).unwrap();
    let check = Check::new();
    let case = (crate::deposit::field::CASE.read)(&mut Fields::new(&node, "", &check), &Library::builtin()).unwrap();
    let mean = case.answer().unwrap().into_iter().find(|reading| reading.name == "kriged mean").unwrap().value;
    assert!((reading(&resource, "v, all that is estimated") / mean - 1.0).abs() < 1e-12);
}

/// Classes together are the whole, at every cut-off; a higher cut-off never adds.
#[test]
fn classes_add_up() {
    let resource = run(WALKER);
    let dry = numbers(&resource, "resource", "dry");
    assert_eq!(dry.len() % 4, 0);
    let rows = dry.len() / 4;
    for cut in 0..4 {
        let of_class = |class: usize| dry[4 * class + cut].unwrap();
        let parts: f64 = (0..rows - 1).map(of_class).sum();
        assert!((parts - of_class(rows - 1)).abs() < 1e-12 && of_class(0) > 0.0 && of_class(1) > 0.0);
    }
    // The cut-off that counts (300) comes first, then none, 100, 500.
    assert!(dry.chunks(4).all(|class| class[1] >= class[2] && class[2] >= class[0] && class[0] >= class[3]));
    let tonnes = numbers(&resource, "grade_tonnage", "tonnage");
    assert!(tonnes.windows(2).all(|pair| pair[1] <= pair[0]));
}

/// The files hold what the tables say: as many rows as blocks, their tonnes, and a cell of VTK for each.
#[test]
fn files_hold_the_blocks() {
    let resource = run(WALKER);
    let file = |name: &str| &resource.files.iter().find(|(known, _)| known == name).unwrap().1;
    let csv = file("blocks.csv");
    assert_eq!(csv.lines().count(), 1 + 26 * 30);
    let at = csv.lines().next().unwrap().split(',').position(|heading| heading == "dry [t]").unwrap();
    let tonnes: f64 = csv.lines().skip(1).map(|row| row.split(',').nth(at).unwrap().parse::<f64>().unwrap()).sum();
    assert!((tonnes / 1e6 - reading(&resource, "dry, all that is estimated")).abs() < 1e-9);
    let vti = file("blocks.vti");
    assert!(vti.contains("WholeExtent=\"0 26 0 30 0 1\"") && vti.contains("Origin=\"0 0 -0.5\" Spacing=\"10 10 1\""));
    let array = vti.split("Name=\"v\" format=\"ascii\">").nth(1).unwrap().split('<').next().unwrap();
    let values: Vec<f64> = array.split_whitespace().map(|word| word.parse().unwrap()).collect();
    assert_eq!(values.len(), 26 * 30);
    assert!((values.iter().sum::<f64>() / 780.0 - reading(&resource, "v, all that is estimated")).abs() < 1e-6);
}

#[test]
fn every_method_answers_and_keeps_the_bounds() {
    for (method, bounded) in [
        ("method = \"nearest\"", true),
        ("method = \"inverse-distance\"\npower = 2", true),
        ("method = \"simple-kriging\"", false),
        ("method = \"universal-kriging\"\ndrift = \"linear\"", false),
    ] {
        let text = WALKER.replace("method = \"ordinary-kriging\"", method).replace("slope = 0.9\n", "");
        let resource = run(&text);
        let mean = reading(&resource, "v, all that is estimated");
        // The truth is 278; inverse distance knows nothing of clustering.
        assert!((250.0..350.0).contains(&mean), "{method}: {mean}");
        let grades: Vec<f64> = numbers(&resource, "map_plan", "grade").into_iter().flatten().collect();
        assert_eq!(grades.len(), 780, "{method}");
        assert!(!bounded || grades.iter().all(|grade| (0.0..=1528.1).contains(grade)), "{method}");
    }
}

#[test]
fn every_problem_is_told_at_once() {
    let text = WALKER
        .replace("count = [26, 30, 1]", "count = [26, 30]")
        .replace("\"spherical\"", "\"sphericl\"")
        .replace("most = 32", "most = 0")
        .replace("of = \"v\"", "of = \"w\"")
        .replace("mode = \"space\"", "mode = \"spce\"")
        .replace("slope = 0.9", "slop = 0.9");
    let told = study(&text, Path::new("/nowhere")).unwrap_err().join("\n");
    for words in ["three whole numbers", "`spherical`?", "search.most", "`w` is not assayed", "`space`?", "`slope`?"] {
        assert!(told.contains(words), "{words}\n\n{told}");
    }
}
