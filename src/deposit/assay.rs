//! The core table: assays by core and depth, read from CSV and checked before anything is made of them.
//!
//! The header names `core`, `x`, `y`, `from`, `to` and either `SREY` (the sum of the rare
//! earths and yttrium, by mass of dry solids) or one column for each of the fifteen rare
//! earths, or both; `square`, `water_depth` and `flag` may stand beside them. Units stand in
//! the header (`x_km`, `from [m]`, `SREY_ppm`) or in the sidecar of the same name. A `flag`
//! such as `SYNTHETIC` goes with everything made from the table.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::document::Node;
use crate::element::{ByElement, Element};
use crate::error::{Place, Problem};

/// Depths nearer than this are the same depth, m.
const SAME_DEPTH_M: f64 = 1e-6;
/// No rock holds more rare earth than pure rare-earth oxide, ppm of elements.
const PUREST_PPM: f64 = 880_000.0;

/// One assayed length of core.
#[derive(Debug, Clone, PartialEq)]
pub struct Assay {
    /// Top, m below the sea floor or collar.
    pub from_m: f64,
    /// Bottom, m.
    pub to_m: f64,
    /// Sum of the rare earths and yttrium, ppm of dry solids, as elements.
    pub grade_ppm: f64,
    /// By element, ppm, where the table gives them.
    pub elements_ppm: Option<ByElement<f64>>,
    /// Line in the file.
    pub line: usize,
}

/// A core: one place, many assays, from the top down.
#[derive(Debug, Clone, PartialEq)]
pub struct Core {
    /// Its name.
    pub name: String,
    /// East, m.
    pub x_m: f64,
    /// North, m.
    pub y_m: f64,
    /// Depth of water, m, where given.
    pub water_depth_m: Option<f64>,
    /// Its assays, from the top down.
    pub assays: Vec<Assay>,
}

/// All cores of a table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CoreTable {
    /// The cores, by name.
    pub cores: Vec<Core>,
    /// The flags found (`SYNTHETIC`), each once.
    pub flags: Vec<String>,
    /// Lengths of core left without an assay, where such gaps were allowed.
    pub gaps: usize,
}

pub use crate::deposit::holes::Gaps;

/// Where each wanted column stands, and its factor to m or ppm.
struct Columns(BTreeMap<&'static str, (usize, f64)>);

const TEXTS: [&str; 3] = ["core", "flag", "square"];
const LENGTHS: [&str; 5] = ["x", "y", "from", "to", "water_depth"];

impl Columns {
    fn find(
        header: &csv::StringRecord,
        sidecar: Option<&Node>,
        complain: &mut dyn FnMut(usize, String, String, String),
    ) -> Self {
        let elements = Element::RARE_EARTHS.iter().map(|element| element.symbol());
        let wanted: Vec<&'static str> = TEXTS.into_iter().chain(LENGTHS).chain(["SREY"]).chain(elements).collect();
        let mut found = BTreeMap::new();
        for (at, heading) in header.iter().enumerate() {
            let (name, unit) = split_heading(heading);
            let Some(name) = wanted.iter().find(|known| **known == name) else { continue };
            let beside = sidecar.and_then(|node| node.get("columns")?.get(heading)?.text());
            let factor = if TEXTS.contains(name) {
                Some(1.0)
            } else if LENGTHS.contains(name) {
                match unit.or(beside) {
                    Some("m") => Some(1.0),
                    Some("km") => Some(1000.0),
                    _ => None,
                }
            } else {
                match unit.or(beside) {
                    Some("ppm" | "g/t" | "mg/kg") => Some(1.0),
                    Some("%") => Some(1e4),
                    _ => None,
                }
            };
            match factor {
                Some(factor) => {
                    found.insert(*name, (at, factor));
                }
                None => complain(
                    1,
                    (*name).to_owned(),
                    "this column has no unit that can be read".into(),
                    if LENGTHS.contains(name) {
                        format!("name it `{name}_m` or `{name}_km`")
                    } else {
                        format!("name it `{name}_ppm` or `{name}_%`")
                    },
                ),
            }
        }
        for name in ["core", "x", "y", "from", "to"] {
            if !header.iter().any(|heading| split_heading(heading).0 == name) {
                complain(1, name.into(), "the column is missing".into(), format!("add a column `{name}`"));
            }
        }
        let columns = Self(found);
        if !columns.has("SREY") && !columns.has_elements() {
            complain(
                1,
                "SREY".into(),
                "there is no grade".into(),
                "add `SREY_ppm`, or one column for each of the fifteen rare earths".into(),
            );
        }
        columns
    }

    fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    fn has_elements(&self) -> bool {
        Element::RARE_EARTHS.iter().all(|element| self.has(element.symbol()))
    }

    fn text<'r>(&self, record: &'r csv::StringRecord, name: &str) -> Option<&'r str> {
        record.get(self.0.get(name)?.0).map(str::trim).filter(|cell| !cell.is_empty())
    }
}

/// `x_km`, `x [km]` and `x` into name and unit.
fn split_heading(heading: &str) -> (&str, Option<&str>) {
    let heading = heading.trim();
    if let Some((name, unit)) = heading.split_once('[') {
        return (name.trim(), Some(unit.trim_end_matches(']').trim()));
    }
    match heading.rsplit_once('_') {
        Some((name, unit @ ("m" | "km" | "ppm" | "%"))) => (name, Some(unit)),
        _ => (heading, None),
    }
}

impl CoreTable {
    /// Reads and checks a table; every problem is told at once, each with its line.
    pub fn read(file: &str, text: &str, sidecar: Option<&Node>, gaps: Gaps) -> Result<Self, Vec<Problem>> {
        let file: Arc<str> = file.into();
        let mut problems = Vec::new();
        let mut complain = |line: usize, path: String, what: String, hint: String| {
            problems.push(Problem { place: Place { file: file.clone(), line }, path, what, hint });
        };
        let mut reader =
            csv::ReaderBuilder::new().trim(csv::Trim::All).comment(Some(b'#')).from_reader(text.as_bytes());
        let header = reader.headers().cloned().unwrap_or_default();
        let columns = Columns::find(&header, sidecar, &mut complain);
        let mut cores: BTreeMap<String, Core> = BTreeMap::new();
        let mut flags: Vec<String> = Vec::new();
        for record in reader.records() {
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    let line = error.position().map_or(0, |position| position.line() as usize);
                    complain(
                        line,
                        String::new(),
                        format!("unreadable row: {error}"),
                        "one cell for each column".into(),
                    );
                    continue;
                }
            };
            let line = record.position().map_or(0, |position| position.line() as usize);
            if let Some(flag) = columns.text(&record, "flag")
                && !flags.iter().any(|known| known == flag)
            {
                flags.push(flag.to_owned());
            }
            read_row(&columns, &record, line, &mut cores, &mut complain);
        }
        let left = check_cores(&mut cores, gaps, &mut complain);
        if cores.len() < 3 && problems.is_empty() {
            problems.push(Problem {
                place: Place { file: file.clone(), line: 0 },
                path: String::new(),
                what: format!("{} cores are too few to interpolate between", cores.len()),
                hint: "three at least".into(),
            });
        }
        if problems.is_empty() {
            Ok(Self { cores: cores.into_values().collect(), flags, gaps: left })
        } else {
            problems.sort();
            Err(problems)
        }
    }

    /// How many assays there are.
    pub fn assays(&self) -> usize {
        self.cores.iter().map(|core| core.assays.len()).sum()
    }

    /// The composition of all cores together by element, weighted by length and grade; `None` where not assayed.
    pub fn composition(&self) -> Option<ByElement<f64>> {
        let mut sum = ByElement::<f64>::default();
        for assay in self.cores.iter().flat_map(|core| &core.assays) {
            sum += &assay.elements_ppm?.scaled(assay.to_m - assay.from_m);
        }
        let total = sum.rare_earth_total();
        (total > 0.0).then(|| sum.scaled(1.0 / total))
    }
}

fn read_row(
    columns: &Columns,
    record: &csv::StringRecord,
    line: usize,
    cores: &mut BTreeMap<String, Core>,
    complain: &mut dyn FnMut(usize, String, String, String),
) {
    let mut number = |name: &'static str, needed: bool, low: f64, high: f64| -> Option<f64> {
        let (_, factor) = columns.0.get(name)?;
        let Some(text) = columns.text(record, name) else {
            if needed {
                complain(line, name.into(), "the cell is empty".into(), "a number".into());
            }
            return None;
        };
        match text.parse::<f64>().ok().filter(|value| value.is_finite()).map(|value| value * factor) {
            Some(value) if (low..=high).contains(&value) => Some(value),
            Some(_) if text.starts_with('-') => {
                complain(line, name.into(), format!("{text} is negative"), "leave the cell empty if not known".into());
                None
            }
            Some(_) => {
                complain(line, name.into(), format!("{text} is impossible"), format!("at most {}", high / factor));
                None
            }
            None => {
                complain(line, name.into(), format!("`{text}` is not a number"), "digits and a point".into());
                None
            }
        }
    };
    let x = number("x", true, -1e9, 1e9);
    let y = number("y", true, -1e9, 1e9);
    let from = number("from", true, 0.0, 12_000.0);
    let to = number("to", true, 0.0, 12_000.0);
    let water_depth_m = number("water_depth", false, 0.0, 12_000.0);
    let total = number("SREY", false, 0.0, PUREST_PPM);
    let elements_ppm = columns
        .has_elements()
        .then(|| {
            let mut grades = ByElement::<f64>::default();
            let mut whole = true;
            for &element in Element::RARE_EARTHS {
                match number(element.symbol(), false, 0.0, PUREST_PPM) {
                    Some(grade) => grades[element] = grade,
                    None => whole = false,
                }
            }
            whole.then_some(grades)
        })
        .flatten();
    let Some(name) = columns.text(record, "core") else {
        if columns.has("core") {
            complain(line, "core".into(), "the core has no name".into(), "name it".into());
        }
        return;
    };
    let (Some(x_m), Some(y_m), Some(from_m), Some(to_m)) = (x, y, from, to) else { return };
    if to_m <= from_m {
        complain(
            line,
            "to".into(),
            format!("the length from {from_m} to {to_m} m is not a length"),
            "`to` lies below `from`".into(),
        );
        return;
    }
    let core = cores.entry(name.to_owned()).or_insert_with(|| Core {
        name: name.to_owned(),
        x_m,
        y_m,
        water_depth_m,
        assays: Vec::new(),
    });
    if (core.x_m - x_m).abs() > 0.5 || (core.y_m - y_m).abs() > 0.5 {
        complain(line, "x".into(), format!("core `{name}` stands in two places"), "one x and y for a core".into());
    }
    // An empty grade is a length that was not assayed: a gap, not a nought.
    if let Some(grade_ppm) = total.or(elements_ppm.map(|grades| grades.rare_earth_total())) {
        core.assays.push(Assay { from_m, to_m, grade_ppm, elements_ppm, line });
    }
}

/// Sorts each core and looks for overlaps, duplicates, gaps and twins; answers the gaps left.
fn check_cores(
    cores: &mut BTreeMap<String, Core>,
    gaps: Gaps,
    complain: &mut dyn FnMut(usize, String, String, String),
) -> usize {
    let mut left = 0;
    for core in cores.values_mut() {
        core.assays.sort_by(|a, b| a.from_m.total_cmp(&b.from_m).then(a.line.cmp(&b.line)));
        for pair in core.assays.windows(2) {
            let (upper, lower) = (&pair[0], &pair[1]);
            let same = |a: f64, b: f64| (a - b).abs() <= SAME_DEPTH_M;
            if same(upper.from_m, lower.from_m) && same(upper.to_m, lower.to_m) {
                complain(
                    lower.line,
                    core.name.clone(),
                    format!("the assay from {} to {} m stands twice (line {})", lower.from_m, lower.to_m, upper.line),
                    "keep one".into(),
                );
            } else if lower.from_m < upper.to_m - SAME_DEPTH_M {
                complain(
                    lower.line,
                    core.name.clone(),
                    format!("from {} m overlaps line {}, which ends at {} m", lower.from_m, upper.line, upper.to_m),
                    "lengths of a core follow each other".into(),
                );
            } else if lower.from_m > upper.to_m + SAME_DEPTH_M {
                left += 1;
                if gaps == Gaps::Refuse {
                    complain(
                        lower.line,
                        core.name.clone(),
                        format!("no assay from {} to {} m", upper.to_m, lower.from_m),
                        "fill the gap, or write `gaps = \"leave\"`".into(),
                    );
                }
            }
        }
    }
    let all: Vec<&Core> = cores.values().collect();
    for (at, core) in all.iter().enumerate() {
        for twin in &all[at + 1..] {
            if (core.x_m - twin.x_m).abs() < 0.5 && (core.y_m - twin.y_m).abs() < 0.5 {
                complain(
                    twin.assays.first().map_or(0, |assay| assay.line),
                    twin.name.clone(),
                    format!("stands in the same place as core `{}`", core.name),
                    "give both the same name, or the true positions".into(),
                );
            }
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str =
        "core,x_km,y_km,from_m,to_m,SREY_ppm\nA,0,0,0,1,500\nA,0,0,1,2,900\nB,1,0,0,2,700\nC,0,1,0,2,600\n";

    #[test]
    fn a_good_table_is_read() {
        let table = CoreTable::read("t.csv", GOOD, None, Gaps::Refuse).unwrap();
        assert_eq!((table.cores.len(), table.assays()), (3, 4));
        assert!((table.cores[1].x_m - 1000.0).abs() < 1e-9);
    }

    #[test]
    fn every_fault_is_told_with_its_line() {
        let bad = "core,x_km,y_km,from_m,to_m,SREY_ppm\nA,0,0,0,1,-5\nA,0,0,0.5,1,3\nA,0,0,0.5,1,3\nA,0,0,0.8,2,3\nA,0,0,3,4,3\nB,0,0,0,1,2e6\nB,0,0,2,1,5\nC,x,0,0,1,5\nB,0,0,1,2,7\n";
        let problems = CoreTable::read("t.csv", bad, None, Gaps::Refuse).unwrap_err();
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        for (line, words) in [
            (2, "negative"),
            (4, "stands twice"),
            (5, "overlaps line 4"),
            (6, "no assay from 2 to 3 m"),
            (7, "impossible"),
            (8, "is not a length"),
            (9, "`x` is not a number"),
            (10, "same place as core `A`"),
        ] {
            assert!(
                told.iter().any(|t| t.starts_with(&format!("t.csv:{line}:")) && t.contains(words)),
                "{line} {words}: {told:#?}"
            );
        }
    }

    #[test]
    fn gaps_may_be_left() {
        let gappy = GOOD.replace("A,0,0,1,2,900", "A,0,0,1.5,2,900");
        assert!(CoreTable::read("t.csv", &gappy, None, Gaps::Refuse).is_err());
        assert_eq!(CoreTable::read("t.csv", &gappy, None, Gaps::Leave).unwrap().gaps, 1);
    }

    #[test]
    fn columns_without_unit_or_missing_are_told() {
        let told = CoreTable::read("t.csv", "core,x,y_km,from_m\n", None, Gaps::Leave).unwrap_err();
        assert_eq!(told.len(), 3, "{told:#?}");
    }
}
