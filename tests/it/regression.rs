//! Regression: has anything changed? Every scenario that ships, against our own last accepted run.
//!
//! `YTTERBY_REGENERATE=1 cargo test --test it regression` accepts today's numbers; CHANGELOG.md says why they moved.

use std::fs;
use std::path::{Path, PathBuf};

use ytterby::error::Error;
use ytterby::library::Library;
use ytterby::outcome::{Outcome, Verdict};
use ytterby::run::Silent;
use ytterby::scenario::Scenario;
use ytterby::table::Table;

/// Relative difference that another machine's last bits may make.
const TOLERANCE: f64 = 1e-9;
/// What is watched: the results a user would quote, and the streams behind them.
const WATCHED: [&str; 4] = ["headline_results", "products", "recovery", "streams"];

fn run(name: &str) -> Result<Outcome, Error> {
    let library = Library::builtin();
    Scenario::bundled(name)?.check(&library)?.run(&library, None, &mut Silent)
}

fn readings(outcome: &Outcome) -> Table {
    let mut table =
        Table::new("headline_results", "Headline results", "", &[("result", ""), ("value", ""), ("unit", "")]);
    for reading in &outcome.readings {
        table.row(vec![reading.name.clone().into(), reading.value.into(), reading.unit.into()]);
    }
    table
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name).join("expected")
}

/// The first difference between two CSV texts, in words.
fn difference(expected: &str, got: &str) -> Option<String> {
    let (old, new): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), got.lines().collect());
    if old.len() != new.len() {
        return Some(format!("{} lines became {}", old.len(), new.len()));
    }
    let scale =
        |line: &str| line.split(',').filter_map(|cell| cell.parse::<f64>().ok()).fold(0.0_f64, |m, v| m.max(v.abs()));
    for (line, (a, b)) in old.iter().zip(&new).enumerate() {
        let (cells_a, cells_b): (Vec<&str>, Vec<&str>) = (a.split(',').collect(), b.split(',').collect());
        for (column, (x, y)) in cells_a.iter().zip(&cells_b).enumerate() {
            let same = match (x.parse::<f64>(), y.parse::<f64>()) {
                // Traces far below the rest of their row are the last bits of larger numbers.
                (Ok(x), Ok(y)) => (x - y).abs() <= TOLERANCE * x.abs().max(y.abs()).max(1e-9 * scale(a)),
                _ => x == y,
            };
            if !same {
                return Some(format!("line {}, column {}: {x} became {y}\n  in: {b}", line + 1, column + 1));
            }
        }
    }
    None
}

#[test]
fn every_scenario_still_gives_what_was_accepted() {
    let mut moved = Vec::new();
    for name in Scenario::bundled_names() {
        let outcome = run(&name).unwrap();
        assert_ne!(outcome.certificate.verdict, Verdict::Red, "{name} does not balance");
        let headline = readings(&outcome);
        for table in outcome.tables.iter().chain([&headline]).filter(|table| WATCHED.contains(&table.name.as_str())) {
            let path = folder(&name).join(format!("{}.csv", table.name));
            let got = table.to_csv();
            if std::env::var_os("YTTERBY_REGENERATE").is_some() {
                fs::create_dir_all(folder(&name)).unwrap();
                fs::write(&path, &got).unwrap();
                continue;
            }
            match fs::read_to_string(&path) {
                Err(_) => moved.push(format!("{}: no accepted run yet", path.display())),
                Ok(expected) => {
                    moved.extend(difference(&expected, &got).map(|d| format!("{name}/{}: {d}", table.name)));
                }
            }
        }
    }
    assert!(
        moved.is_empty(),
        "{} tables moved:\n{}\n(just regenerate, and say why in CHANGELOG.md)",
        moved.len(),
        moved.join("\n")
    );
}

#[test]
fn every_variant_beside_a_scenario_still_runs() {
    let library = Library::builtin();
    for name in Scenario::bundled_names() {
        for (path, _) in Scenario::bundled_files(&name) {
            if Path::new(&path).extension().is_none_or(|extension| extension != "toml")
                || path == "scenario.toml"
                // A specification of a design is no scenario: `design` keeps it.
                || path == "design.toml"
            {
                continue;
            }
            let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(&name).join(&path);
            let model = Scenario::read(&file).unwrap().check(&library).unwrap_or_else(|e| panic!("{name}/{path}: {e}"));
            let outcome = model.run(&library, None, &mut Silent).unwrap_or_else(|e| panic!("{name}/{path}: {e}"));
            assert_ne!(outcome.certificate.verdict, Verdict::Red, "{name}/{path} does not balance");
        }
    }
}

#[test]
fn a_copied_variant_stands_on_the_scenario_that_ships() {
    let folder = std::env::temp_dir().join(format!("ytterby-copy-{}", std::process::id()));
    for (path, contents) in Scenario::bundled_files("minamitorishima_3500") {
        let path = folder.join("minamitorishima_3500").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
    }
    let copied = Scenario::read(folder.join("minamitorishima_3500")).unwrap().check(&Library::builtin());
    fs::remove_dir_all(&folder).unwrap();
    assert!(copied.is_ok(), "{}", copied.unwrap_err());
}

#[test]
fn two_runs_give_the_same_bytes() {
    let (one, two) = (run("minamitorishima").unwrap(), run("minamitorishima").unwrap());
    assert_eq!(one.tables.len(), two.tables.len());
    for (a, b) in one.tables.iter().zip(&two.tables) {
        assert_eq!(a.to_csv(), b.to_csv(), "{}", a.name);
    }
    assert_eq!(ytterby::report::html(&one), ytterby::report::html(&two));
    assert_eq!(one.run_toml(), two.run_toml());
}

#[test]
fn every_element_closes_over_the_whole_plant() {
    for name in Scenario::bundled_names() {
        let outcome = run(&name).unwrap();
        if let Some(plant) = &outcome.plant {
            for (element, a, b, gap) in &plant.closure.elements {
                assert!(*gap < 1e-9, "{name}: {element}: in {a}, out {b}, gap {gap}");
            }
        }
    }
}

#[test]
fn every_table_says_its_basis() {
    for name in Scenario::bundled_names() {
        for table in &run(&name).unwrap().tables {
            assert!(!table.basis.trim().is_empty(), "{name}: {} has no basis", table.name);
            assert!(table.rows.iter().all(|row| row.len() == table.columns.len()), "{name}: {}", table.name);
        }
    }
}
