//! Drill holes and cores: collars, surveys and assayed intervals, read from three tables, or from one, and checked against each other.
//!
//! * **Collars**: `hole`, `x`, `y`, and `z` (land: height of the collar) or `water_depth` (sea: the sea floor lies that far
//!   below nought); `depth`, the length of the hole, may stand beside them.
//! * **Surveys**, where there are any: `hole`, `depth`, `azimuth`, `dip`. A hole without stations goes straight down.
//! * **Intervals**: `hole`, `from`, `to` along the hole, a column for each element (`Nd [ppm]`) or oxide (`Nd2O3 [%]`) or their
//!   sum (`SREY`); `dry_density` and `flag` may stand beside them. An empty cell is not assayed; `<5` is below detection.
//!   Without a table of collars each row says where its hole stands (`x`, `y`, and `z` or `water_depth`, if known).
//!
//! A `core` is a hole, and its depths below the sea floor are depths along the hole.
//!
//! Units stand in the headings. Every fault of all three tables is told at once, each with its file and line.

use std::collections::BTreeMap;

use crate::deposit::point::{Point, distance};
use crate::element::Element;
use crate::error::Problem;
use sheet::{Faults, Grade, Row, Sheet, Sort};
use survey::{Station, Way};

pub mod composites;
pub mod sheet;
pub mod survey;
#[cfg(test)]
mod tests;

/// Depths nearer than this are the same depth, m.
const SAME_M: f64 = 1e-6;
/// No rock holds more of an oxide than pure oxide, ppm.
const PUREST_PPM: f64 = 1e6;
/// Collars that stand in one place, m.
const TWINS_M: f64 = 0.01;
/// A collar so many times farther from the middle than half of them is not believed: x and y, or units, mixed up.
const ASTRAY: f64 = 100.0;

/// What a grade below detection counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Below {
    /// Nothing.
    Nought,
    /// Half the bound.
    Half,
    /// The bound.
    Bound,
}

impl Below {
    fn counts(self, bound: f64) -> f64 {
        match self {
            Below::Nought => 0.0,
            Below::Half => 0.5 * bound,
            Below::Bound => bound,
        }
    }
}

/// What to do with a length of a hole that has no assay, between assayed ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gaps {
    /// Refuse the table.
    Refuse,
    /// Leave it out of the composites.
    Leave,
}

/// What the tables leave open and the user says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Of grades below detection.
    pub below: Below,
    /// Of lengths without an assay between assayed ones.
    pub gaps: Gaps,
    /// Whether a hole that goes down has a dip above nought (else below).
    pub dips_down: bool,
    /// Columns that hold grades beside elements and their oxides.
    pub also: Vec<String>,
}

/// A table as it comes: the name of its file and its text.
pub type Given<'t> = (&'t str, &'t str);

/// An assayed length of a hole.
#[derive(Debug, Clone, PartialEq)]
pub struct Interval {
    /// Top, along the hole, m.
    pub from_m: f64,
    /// Bottom, m.
    pub to_m: f64,
    /// For each of the table's variables, ppm of elements in dry solids; `None`: not assayed.
    pub grades: Vec<Option<f64>>,
    /// Dry solids in a volume in place, kg/m³, where given.
    pub dry_density: Option<f64>,
    /// Line in its file.
    pub line: usize,
}

/// A hole.
#[derive(Debug, Clone, PartialEq)]
pub struct Hole {
    /// Its name.
    pub name: String,
    /// Where it goes.
    pub way: Way,
    /// Its length, m, where given.
    pub depth_m: Option<f64>,
    /// From the top down.
    pub intervals: Vec<Interval>,
}

/// A composite: what one length of one hole holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Its middle.
    pub place: Point,
    /// Index of its hole.
    pub hole: u32,
    /// Its ends, along the hole, m.
    pub from_m: f64,
    /// The lower one.
    pub to_m: f64,
    /// Length assayed of it, m.
    pub length_m: f64,
    /// Dry solids in a volume in place, kg/m³, where given.
    pub dry_density: Option<f64>,
    /// For each variable, ppm; `None` where too little of it is assayed.
    pub grades: Vec<Option<f64>>,
}

/// What is assayed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// An element by symbol, `SREY` (their sum, as elements), `TREO` (as oxides), or a name of the user's own.
    pub name: String,
    /// `ppm`, or `1` for plain numbers.
    pub unit: &'static str,
}

/// All holes.
#[derive(Debug, Clone, PartialEq)]
pub struct Holes {
    /// By name.
    pub holes: Vec<Hole>,
    /// What is assayed.
    pub variables: Vec<Variable>,
    /// Flags found (`SYNTHETIC`), each once.
    pub flags: Vec<String>,
    /// Lengths without an assay that were left.
    pub gaps: usize,
    /// Grades below detection.
    pub below: usize,
}

/// The element that a column names by symbol or by oxide, and elements in a mass of what it names.
pub(super) fn analyte(name: &str) -> Option<(String, f64)> {
    if name == "SREY" || name == "TREO" {
        return Some((name.into(), 1.0));
    }
    Element::ALL.iter().find_map(|element| {
        if element.symbol() == name {
            return Some((name.into(), 1.0));
        }
        (element.oxide() == Some(name)).then_some((element.symbol().into(), 1.0 / element.oxide_factor()?))
    })
}

pub(super) fn sort_of(name: &str, also: &[String]) -> Option<Sort> {
    if also.iter().any(|known| known == name) {
        return Some(Sort::Value);
    }
    match name {
        "hole" | "flag" => Some(Sort::Text),
        "x" | "y" | "z" | "water_depth" | "depth" | "from" | "to" => Some(Sort::Length),
        "azimuth" | "dip" => Some(Sort::Angle),
        "dry_density" => Some(Sort::Density),
        _ => analyte(name).map(|_| Sort::Grade),
    }
}

/// A column of grades: its heading, what it is, and what its grades are taken by.
pub(super) struct Column {
    pub(super) heading: String,
    pub(super) variable: Variable,
    pub(super) factor: f64,
}

/// The columns of grades; what stands twice, as element and as oxide, is told.
pub(super) fn columns_of(sheet: &Sheet, also: &[String], faults: &mut Faults) -> Vec<Column> {
    let column = |heading: &str| {
        let unit = if sheet.is_plain(heading) { "1" } else { "ppm" };
        let own = also.iter().any(|name| name == heading).then(|| (heading.to_owned(), 1.0));
        let (name, factor) = own.or_else(|| analyte(heading))?;
        Some(Column { heading: heading.to_owned(), variable: Variable { name, unit }, factor })
    };
    let mut columns: Vec<Column> = sheet.names().filter_map(column).collect();
    // Elements stand in the one order of this program, what else there is after them.
    let order = |name: &str| name.parse::<Element>().map_or(usize::MAX, |element| element as usize);
    columns.sort_by_key(|column| order(&column.variable.name));
    for (at, column) in columns.iter().enumerate() {
        if columns[..at].iter().any(|before| before.variable.name == column.variable.name) {
            let what = format!("{} stands twice", column.variable.name);
            faults.tell(&sheet.file, 1, &column.heading, what, "as element or as oxide, not both");
        }
    }
    for name in also.iter().filter(|name| !sheet.has(name)) {
        faults.tell(&sheet.file, 1, name, "the column is missing", crate::fields::nearest(name, sheet.headings()));
    }
    columns
}

/// A collar read.
struct Collar {
    place: Point,
    depth_m: Option<f64>,
    line: usize,
}

impl Holes {
    /// Reads and checks the tables; without `collars` the intervals say where their holes stand. Every problem at once.
    pub fn read(
        collars: Option<Given<'_>>,
        surveys: Option<Given<'_>>,
        intervals: Given<'_>,
        reading: Reading,
    ) -> Result<Self, Vec<Problem>> {
        let mut faults = Faults::default();
        let sort_of = |name: &str| sort_of(name, &reading.also);
        let needed: &[&str] =
            if collars.is_some() { &["hole", "from", "to"] } else { &["hole", "x", "y", "from", "to"] };
        let sheet = Sheet::read(intervals.0, intervals.1, sort_of, needed, &mut faults);
        let collar_sheet =
            collars.map(|(file, text)| Sheet::read(file, text, sort_of, &["hole", "x", "y"], &mut faults));
        let places = collar_sheet.as_ref().unwrap_or(&sheet);
        let collars = read_collars(places, collar_sheet.is_some(), &mut faults);
        let mut stations: BTreeMap<&str, Vec<(Station, usize)>> = BTreeMap::new();
        let survey_sheet = surveys
            .map(|(file, text)| Sheet::read(file, text, sort_of, &["hole", "depth", "azimuth", "dip"], &mut faults));
        if let Some(sheet) = &survey_sheet {
            read_stations(sheet, &collars, reading.dips_down, &mut stations, &mut faults);
        }
        let columns = columns_of(&sheet, &reading.also, &mut faults);
        if columns.is_empty() {
            faults.tell(&sheet.file, 1, "", "there is no grade", "`Nd [ppm]`, `Nd2O3 [%]` or `SREY [ppm]`");
        }
        let mut found = Found::default();
        for row in sheet.rows() {
            found.interval(&row, &columns, &collars, reading.below, &mut faults);
        }
        let mut gaps = 0;
        let mut holes = Vec::new();
        for (name, collar) in &collars {
            let mut intervals = found.of_holes.remove(*name).unwrap_or_default();
            gaps += check_intervals(&sheet, name, collar, &mut intervals, reading.gaps, &mut faults);
            let stations = stations.remove(name).unwrap_or_default();
            let plain: Vec<Station> = stations.iter().map(|(station, _)| *station).collect();
            let way = match Way::new(collar.place, &plain) {
                Ok(way) => way,
                Err(turned) => {
                    let line = stations.iter().find(|(station, _)| *station == turned).map_or(0, |(_, line)| *line);
                    let file = survey_sheet.as_ref().map_or(&sheet.file, |sheet| &sheet.file);
                    let what = format!("the hole turns by more than 90 degrees before {} m", turned.depth_m);
                    faults.tell(file, line, name, what, "stations nearer together, or dips of the other sign");
                    continue;
                }
            };
            holes.push(Hole { name: (*name).into(), way, depth_m: collar.depth_m, intervals });
        }
        check_places(places, &collars, &mut faults);
        match faults.all() {
            Some(problems) => Err(problems),
            None => Ok(Self {
                holes,
                variables: columns.into_iter().map(|column| column.variable).collect(),
                flags: found.flags,
                gaps,
                below: found.below,
            }),
        }
    }
}

/// Collars of a table of their own, a row each, or of intervals, every row of a hole in one place.
fn read_collars<'s>(sheet: &'s Sheet, own: bool, faults: &mut Faults) -> BTreeMap<&'s str, Collar> {
    let heights = sheet.has("z") || sheet.has("water_depth");
    if own && !heights {
        faults.tell(
            &sheet.file,
            1,
            "z",
            "there is neither a height nor a depth of water",
            "`z [m]` or `water_depth [m]`",
        );
    }
    let mut collars: BTreeMap<&str, Collar> = BTreeMap::new();
    for row in sheet.rows() {
        let x = row.need("x", -1e9, 1e9, faults);
        let y = row.need("y", -1e9, 1e9, faults);
        let water = row.number("water_depth", 0.0, 12_000.0, faults);
        let z = row.number("z", -12_000.0, 9_000.0, faults).or(water.map(|depth| -depth));
        let depth_m = row.number("depth", 0.0, 20_000.0, faults);
        // A nameless interval is told where it is read.
        let name = if own { named(&row, sheet, faults) } else { row.text("hole") };
        let (Some(name), Some(x), Some(y)) = (name, x, y) else { continue };
        let Some(z) = z.or((!own && !heights).then_some(0.0)) else {
            if row.text("z").is_none() && row.text("water_depth").is_none() {
                faults.tell(&sheet.file, row.line, name, "has neither a height nor a depth of water", "fill one in");
            }
            continue;
        };
        if let Some(before) = collars.get(name) {
            if own {
                let what = format!("the hole has a collar already (line {})", before.line);
                faults.tell(&sheet.file, row.line, name, what, "one row a hole");
            } else if (before.place[0] - x).hypot(before.place[1] - y) > TWINS_M {
                let what = format!("the hole stands in two places (line {})", before.line);
                faults.tell(&sheet.file, row.line, name, what, "one x and y for a hole");
            }
            continue;
        }
        collars.insert(name, Collar { place: [x, y, z], depth_m, line: row.line });
    }
    collars
}

fn named<'s>(row: &Row<'s>, sheet: &Sheet, faults: &mut Faults) -> Option<&'s str> {
    let name = row.text("hole");
    if name.is_none() && sheet.has("hole") {
        faults.tell(&sheet.file, row.line, "hole", "the hole has no name", "name it");
    }
    name
}

/// The collar of a named hole, or the fault that there is none.
fn collar_of<'c>(
    name: &str,
    row: &Row<'_>,
    sheet: &Sheet,
    collars: &'c BTreeMap<&str, Collar>,
    faults: &mut Faults,
) -> Option<&'c Collar> {
    let collar = collars.get(name);
    if collar.is_none() {
        let hint = crate::fields::nearest(name, collars.keys().copied());
        faults.tell(&sheet.file, row.line, name, "the hole has no collar that can be read", hint);
    }
    collar
}

fn read_stations<'s>(
    sheet: &'s Sheet,
    collars: &BTreeMap<&str, Collar>,
    dips_down: bool,
    stations: &mut BTreeMap<&'s str, Vec<(Station, usize)>>,
    faults: &mut Faults,
) {
    for row in sheet.rows() {
        let depth_m = row.need("depth", 0.0, 20_000.0, faults);
        let azimuth = row.need("azimuth", -360.0, 360.0, faults);
        let dip = row.need("dip", -90.0, 90.0, faults).map(|dip| if dips_down { dip } else { -dip });
        let Some(name) = named(&row, sheet, faults) else { continue };
        let (Some(depth_m), Some(azimuth), Some(dip)) = (depth_m, azimuth, dip) else { continue };
        if collar_of(name, &row, sheet, collars, faults).is_some() {
            stations.entry(name).or_default().push((Station { depth_m, azimuth, dip }, row.line));
        }
    }
    for (name, stations) in stations {
        stations.sort_by(|a, b| a.0.depth_m.total_cmp(&b.0.depth_m).then(a.1.cmp(&b.1)));
        for pair in stations.windows(2) {
            if pair[1].0.depth_m - pair[0].0.depth_m < SAME_M {
                let what = format!("{} m is surveyed twice (line {})", pair[1].0.depth_m, pair[0].1);
                faults.tell(&sheet.file, pair[1].1, name, what, "keep one");
            }
        }
    }
}

/// What the rows of the intervals come to.
#[derive(Default)]
pub(super) struct Found {
    /// Grades below detection.
    pub(super) below: usize,
    /// Flags, each once.
    pub(super) flags: Vec<String>,
    of_holes: BTreeMap<String, Vec<Interval>>,
}

impl Found {
    /// The grades of a row, ppm or plain; what the elements come to is checked.
    pub(super) fn grades(
        &mut self,
        row: &Row<'_>,
        columns: &[Column],
        below: Below,
        faults: &mut Faults,
    ) -> Vec<Option<f64>> {
        let mut grades = Vec::with_capacity(columns.len());
        let mut all_ppm = 0.0;
        for column in columns {
            let grade = row.grade(&column.heading, PUREST_PPM, faults).map(|grade| match grade {
                Grade::Measured(ppm) => ppm * column.factor,
                Grade::Below(bound) => {
                    self.below += 1;
                    below.counts(bound) * column.factor
                }
            });
            if column.variable.name.parse::<Element>().is_ok() {
                all_ppm += grade.unwrap_or(0.0);
            }
            grades.push(grade);
        }
        if all_ppm > PUREST_PPM {
            let what = format!("the elements come to {:.1} %", all_ppm / 1e4);
            faults.tell(&row.sheet().file, row.line, "", what, "grades in the unit of their heading");
        }
        grades
    }

    /// Keeps the flag of a row.
    pub(super) fn flag(&mut self, row: &Row<'_>) {
        if let Some(flag) = row.text("flag")
            && !self.flags.iter().any(|known| known == flag)
        {
            self.flags.push(flag.to_owned());
        }
    }

    fn interval(
        &mut self,
        row: &Row<'_>,
        columns: &[Column],
        collars: &BTreeMap<&str, Collar>,
        below: Below,
        faults: &mut Faults,
    ) {
        let sheet = row.sheet();
        let from = row.need("from", 0.0, 20_000.0, faults);
        let to = row.need("to", 0.0, 20_000.0, faults);
        let dry_density = row.number("dry_density", 1.0, 8_000.0, faults);
        let grades = self.grades(row, columns, below, faults);
        self.flag(row);
        let Some(name) = named(row, sheet, faults) else { return };
        let (Some(from_m), Some(to_m)) = (from, to) else { return };
        if to_m <= from_m {
            let what = format!("the length from {from_m} to {to_m} m is not a length");
            faults.tell(&sheet.file, row.line, name, what, "`to` lies below `from`");
            return;
        }
        if collar_of(name, row, sheet, collars, faults).is_some() && grades.iter().any(Option::is_some) {
            let interval = Interval { from_m, to_m, grades, dry_density, line: row.line };
            self.of_holes.entry(name.to_owned()).or_default().push(interval);
        }
    }
}

/// Sorts the intervals of a hole and looks for twins, overlaps, gaps and what lies below its end; answers the gaps left.
fn check_intervals(
    sheet: &Sheet,
    name: &str,
    collar: &Collar,
    intervals: &mut [Interval],
    gaps: Gaps,
    faults: &mut Faults,
) -> usize {
    intervals.sort_by(|a, b| a.from_m.total_cmp(&b.from_m).then(a.line.cmp(&b.line)));
    let mut left = 0;
    for pair in intervals.windows(2) {
        let (upper, lower) = (&pair[0], &pair[1]);
        let same = |a: f64, b: f64| (a - b).abs() <= SAME_M;
        if same(upper.from_m, lower.from_m) && same(upper.to_m, lower.to_m) {
            let what =
                format!("the interval from {} to {} m stands twice (line {})", lower.from_m, lower.to_m, upper.line);
            faults.tell(&sheet.file, lower.line, name, what, "keep one");
        } else if lower.from_m < upper.to_m - SAME_M {
            let what = format!("from {} m overlaps line {}, which ends at {} m", lower.from_m, upper.line, upper.to_m);
            faults.tell(&sheet.file, lower.line, name, what, "intervals of a hole follow each other");
        } else if lower.from_m > upper.to_m + SAME_M {
            left += 1;
            if gaps == Gaps::Refuse {
                let what = format!("no assay from {} to {} m", upper.to_m, lower.from_m);
                faults.tell(&sheet.file, lower.line, name, what, "fill the gap, or let gaps be left");
            }
        }
    }
    if let (Some(depth_m), Some(last)) = (collar.depth_m, intervals.last())
        && last.to_m > depth_m + SAME_M
    {
        let what = format!("is assayed to {} m but only {depth_m} m deep", last.to_m);
        faults.tell(&sheet.file, last.line, name, what, "the length of the hole in the table of collars");
    }
    left
}

/// Looks for collars in one place, and for collars far from all others.
fn check_places(sheet: &Sheet, collars: &BTreeMap<&str, Collar>, faults: &mut Faults) {
    let all: Vec<(&str, &Collar)> = collars.iter().map(|(name, collar)| (*name, collar)).collect();
    let mut by_east: Vec<usize> = (0..all.len()).collect();
    by_east.sort_by(|a, b| all[*a].1.place[0].total_cmp(&all[*b].1.place[0]).then(a.cmp(b)));
    for (at, first) in by_east.iter().enumerate() {
        for second in &by_east[at + 1..] {
            let (one, other) = (all[*first], all[*second]);
            if other.1.place[0] - one.1.place[0] > TWINS_M {
                break;
            }
            if distance(one.1.place, other.1.place) <= TWINS_M {
                let what = format!("stands where hole `{}` does", one.0);
                faults.tell(&sheet.file, other.1.line, other.0, what, "one name for both, or the true places");
            }
        }
    }
    if all.len() < 5 {
        return;
    }
    let median = |of: &dyn Fn(&Collar) -> f64| {
        let mut values: Vec<f64> = all.iter().map(|(_, collar)| of(collar)).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let middle = [median(&|collar| collar.place[0]), median(&|collar| collar.place[1]), 0.0];
    let from_middle = |collar: &Collar| distance([collar.place[0], collar.place[1], 0.0], middle);
    let usual = median(&from_middle);
    for (name, collar) in &all {
        if usual > 0.0 && from_middle(collar) > ASTRAY * usual {
            let what = format!("lies {:.0} times farther off than half of the holes", from_middle(collar) / usual);
            faults.tell(&sheet.file, collar.line, name, what, "x and y exchanged, or another unit");
        }
    }
}
