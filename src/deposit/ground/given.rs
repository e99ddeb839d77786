//! What is given: drill holes, or samples that stand where they are; read from the user's tables.

use std::path::Path;

use crate::deposit::holes::composites::{Rest, Rule};
use crate::deposit::holes::sheet::{Faults, Sheet, has_column, has_heading, renamed};
use crate::deposit::holes::{Below, Found, Gaps, Holes, Reading, Sample, Variable, columns_of, sort_of};
use crate::document::{Node, Value};
use crate::element::Element;
use crate::fields::{Fields, nearest};
use crate::library::Library;
use crate::quantity::{Fraction, Length};
use crate::source::{Citation, Entry, Evidence};

/// Samples nearer than this stand in one place, m.
const TWINS_M: f64 = 1e-3;

/// Ways in which dips are counted: whether down is above nought.
const DIPS: &[(&str, bool)] = &[("down", true), ("up", false)];

/// Samples of one sort in space.
#[derive(Debug, Clone)]
pub struct Samples {
    /// The file that names them.
    pub file: String,
    /// How well they are known.
    pub evidence: Evidence,
    /// Holes, or the samples themselves where they are of no hole.
    pub holes: Vec<String>,
    /// Places of the collars; empty where samples are of no hole.
    pub collars: Vec<[f64; 3]>,
    /// What is assayed.
    pub variables: Vec<Variable>,
    /// The samples.
    pub samples: Vec<Sample>,
    /// Assays before they were composited.
    pub assays: usize,
    /// Flags (`SYNTHETIC`), each once.
    pub flags: Vec<String>,
    /// Lengths without an assay that were left.
    pub gaps: usize,
    /// Grades below detection.
    pub below: usize,
    /// Whether the sum of the rare earths is ours, not a column.
    pub summed: bool,
    /// How they were composited; `None`: they come as they are.
    pub rule: Option<Rule>,
}

impl Samples {
    /// Position of a variable.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.variables.iter().position(|variable| variable.name == name)
    }

    /// Where the samples stand.
    pub fn places(&self) -> impl Iterator<Item = [f64; 3]> + '_ {
        self.samples.iter().map(|sample| sample.place)
    }

    /// A hole two of whose samples lie in one layer of a lattice, over each other, and where that layer begins.
    pub fn twice_in_a_layer(&self, lattice: &crate::deposit::lattice::Lattice) -> Option<(&str, f64)> {
        let layer = |sample: &Sample| ((sample.place[2] - lattice.corner[2]) / lattice.block[2]).floor();
        let mut order: Vec<&Sample> = self.samples.iter().collect();
        order.sort_by(|a, b| a.hole.cmp(&b.hole).then(layer(a).total_cmp(&layer(b))));
        let twice = order.windows(2).find(|pair| {
            let [a, b] = [pair[0], pair[1]];
            let apart = (a.place[0] - b.place[0]).hypot(a.place[1] - b.place[1]);
            a.hole == b.hole && (layer(a) - layer(b)).abs() < 0.5 && apart < TWINS_M
        })?;
        let level = lattice.corner[2] + layer(twice[0]) * lattice.block[2];
        Some((self.holes.get(twice[0].hole as usize)?, level))
    }

    /// Puts every sample at its depth below the collar of its hole.
    pub fn hang_from_collars(&mut self, fields: &Fields<'_>) {
        if self.collars.is_empty() {
            fields.refuse("estimate", "samples of no hole have no collar to be below of", "`heights = \"surveyed\"`");
            return;
        }
        for sample in &mut self.samples {
            sample.place[2] -= self.collars[sample.hole as usize][2];
        }
    }

    /// Adds the sum of the fifteen rare earths where all are columns and it is not; made anew once grades are cut.
    pub fn add_sum(&mut self) {
        let parts: Option<Vec<usize>> =
            Element::RARE_EARTHS.iter().map(|element| self.position(element.symbol())).collect();
        let Some(parts) = parts.filter(|_| self.summed || self.position("SREY").is_none()) else { return };
        if !self.summed {
            self.variables.push(Variable { name: "SREY".into(), unit: "ppm" });
            self.summed = true;
        }
        let width = self.variables.len();
        for sample in &mut self.samples {
            let sum = parts.iter().map(|at| sample.grades[*at]).sum();
            sample.grades.truncate(width - 1);
            sample.grades.push(sum);
        }
    }
}

/// Where a file of the section is looked for.
#[derive(Debug, Clone, Copy)]
pub struct Shelf<'s> {
    /// The facts that ship.
    pub library: &'s Library,
    /// The folder of the scenario or the model.
    pub folder: &'s Path,
    /// A table that goes before the one named: of collars, or of samples.
    pub instead: Option<&'s Path>,
}

impl Shelf<'_> {
    /// The name and text of a file.
    pub fn text(&self, fields: &Fields<'_>, key: &str, name: &str) -> Option<(String, String)> {
        let known = format!("deposit/{}.csv", name.trim_end_matches(".csv"));
        let path = self.folder.join(name);
        // What stands beside the scenario goes before what ships.
        let found = crate::columnar::text_of(&path);
        if let Ok(text) = found {
            return Some((path.to_string_lossy().into_owned(), text));
        }
        if let Some(why) = found.as_ref().err().filter(|_| path.is_file()) {
            fields.refuse(key, format!("`{}` cannot be read: {why}", path.display()), "a CSV or a Parquet file");
            return None;
        }
        if let Some(text) = self.library.text(&known) {
            // A table that ships has its units in the sidecar.
            let sidecar = self.sidecar(&format!("data/{known}"));
            return Some((
                format!("data/{known}"),
                sidecar.map_or(text.clone(), |sidecar| with_units(&text, &sidecar)),
            ));
        }
        let names = self.library.names("deposit", "csv");
        let why = found.err().map(|error| error.to_string()).unwrap_or_default();
        fields.refuse(
            key,
            format!("`{name}` is neither a file beside the scenario nor in data/deposit ({why})"),
            nearest(name, names.iter().map(String::as_str)),
        );
        None
    }

    /// The sidecar of a table that ships.
    fn sidecar(&self, file: &str) -> Option<Node> {
        self.library.document(file.strip_prefix("data/")?.trim_end_matches(".csv")).ok()
    }

    /// The table that goes before the one named, or the one named.
    fn first(&self, fields: &Fields<'_>, key: &str, name: Option<&str>) -> Option<(String, String)> {
        let Some(path) = self.instead else { return self.text(fields, key, name?) };
        match crate::columnar::text_of(path) {
            Ok(text) => Some((path.display().to_string(), text)),
            Err(error) => {
                fields.refuse(key, format!("`{}` cannot be read: {error}", path.display()), "the path of a table");
                None
            }
        }
    }
}

/// Pairs of headings: the user's and ours.
fn headings(fields: &mut Fields<'_>) -> Vec<(String, String)> {
    let Some(node) = fields.raw("headings") else { return Vec::new() };
    let mut pairs = Vec::new();
    for (theirs, ours) in node.entries() {
        match ours.text() {
            Some(ours) => pairs.push((theirs.clone(), ours.to_owned())),
            None => fields.refuse("headings", format!("`{theirs}` is put into no text"), "`EAST = \"x [m]\"`"),
        }
    }
    if !matches!(node.value, Value::Table(_)) {
        fields.refuse("headings", "is no table", "headings = { EAST = \"x [m]\", \"Nd_pct\" = \"Nd [%]\" }");
    }
    pairs
}

/// A heading put into ours must stand in one of the tables.
fn check_headings(fields: &Fields<'_>, pairs: &[(String, String)], texts: &[&str]) {
    for (theirs, _) in pairs {
        if !texts.iter().any(|text| has_heading(text, theirs)) {
            fields.refuse(
                "headings",
                format!("no table has a heading `{theirs}`"),
                "as it stands in the table's first line",
            );
        }
    }
}

fn below(fields: &mut Fields<'_>) -> Option<Below> {
    fields.word(
        "below",
        "what a grade below detection (`<5`) counts as",
        &[("nought", Below::Nought), ("half", Below::Half), ("bound", Below::Bound)],
    )
}

/// Standing of the tables: `evidence` and, if published or measured, `source`.
fn standing(fields: &mut Fields<'_>) -> (Evidence, String) {
    let words: Vec<(&'static str, Evidence)> =
        [Evidence::Measured, Evidence::Published, Evidence::Derived, Evidence::Assumed]
            .into_iter()
            .map(|class| (class.word(), class))
            .collect();
    let evidence = fields.may_word("evidence", "how well the assays are known; absent: a choice of the user", &words);
    let source = fields.may_text("source", "work that published them, a key of data/refs.bib");
    (evidence.unwrap_or(Evidence::Choice), source.unwrap_or_default())
}

fn told(fields: &Fields<'_>, problems: Vec<crate::error::Problem>) {
    for problem in problems {
        fields.check().complain(problem);
    }
}

/// A table that ships has its standing in the sidecar.
fn enter(fields: &Fields<'_>, shelf: Shelf<'_>, samples: &mut Samples, table: &str, source: &str) {
    let sidecar = shelf.sidecar(table);
    let word = |key: &str| sidecar.as_ref().and_then(|node| node.get(key)?.text());
    if let Some(evidence) = word("evidence").and_then(Evidence::from_word) {
        samples.evidence = evidence;
    }
    fields.check().enter(Entry {
        path: format!("{}.file", fields.path()),
        value: format!("{} assays of {} holes or places", samples.assays, samples.holes.len()),
        citation: Citation {
            key: word("source").unwrap_or(source).into(),
            place: word("place").unwrap_or("the user's table").into(),
            evidence: samples.evidence,
            file: table.into(),
        },
        line: None,
    });
}

/// Reads `[holes]` and `[composite]`, or `[samples]`.
pub fn read(fields: &mut Fields<'_>, shelf: Shelf<'_>) -> Option<Samples> {
    let holes = fields.may_table("holes", "tables of drill holes: collars, surveys, intervals (or `samples` instead)");
    let samples = fields.may_table("samples", "a table of samples that stand where they are, instead of `holes`");
    let composite = fields.may_table("composite", "lengths of one size down the hole; needed with `holes`");
    let rule = composite.map(|mut inner| {
        let rule = read_rule(&mut inner);
        inner.finish();
        rule
    });
    let mut found = match (holes, samples) {
        (Some(mut inner), None) => {
            if rule.is_none() {
                fields.refuse("composite", "missing, but holes are composited", "[composite] with `length`");
            }
            let read = read_holes(&mut inner, shelf, rule.flatten());
            inner.finish();
            read
        }
        (None, Some(mut inner)) => {
            if rule.is_some() {
                fields.refuse("composite", "stands beside `samples`", "only holes are composited");
            }
            let read = read_samples(&mut inner, shelf);
            inner.finish();
            read
        }
        (Some(mut holes), Some(mut samples)) => {
            let _ = (read_holes(&mut holes, shelf, rule.flatten()), read_samples(&mut samples, shelf));
            fields.refuse("samples", "stands beside `holes`", "one of the two");
            None
        }
        (None, None) => {
            fields.refuse("holes", "there are neither holes nor samples", "[holes] or [samples]");
            None
        }
    }?;
    found.add_sum();
    if found.samples.len() < 3 {
        fields.refuse(
            "holes",
            format!("{} samples are too few to estimate from", found.samples.len()),
            "three at least",
        );
        return None;
    }
    Some(found)
}

fn read_rule(fields: &mut Fields<'_>) -> Option<Rule> {
    let length: Option<Length> = fields.need("length", "length of a composite down the hole", 1e-3..=1000.0);
    let top: Option<Length> =
        fields.may("top", "where composites begin, along the hole; absent: at the collar", 0.0..=20_000.0);
    let bottom: Option<Length> = fields.may("bottom", "where they end; absent: where the hole does", 1e-3..=20_000.0);
    let (top_m, bottom_m) = (top.map_or(0.0, |top| top.0), bottom.map_or(f64::INFINITY, |bottom| bottom.0));
    if bottom_m <= top_m {
        fields.refuse("bottom", "lies above the top", "deeper than `top`");
    }
    let cover: Option<Fraction> = fields.need("least_cover", "least assayed share of a composite", 0.0..=1.0);
    let rest = fields.word(
        "rest",
        "what becomes of the rest at a hole's end: a length like the others, part of the one above, or none (lengths made even)",
        &[("leave", Rest::Leave), ("join", Rest::Join), ("even", Rest::Even)],
    );
    let weigh = fields.word(
        "weigh",
        "what weighs an interval in its composite; density needs a column `dry_density`",
        &[("length", false), ("length-and-density", true)],
    );
    Some(Rule { length_m: length?.0, top_m, bottom_m, least_cover: cover?.0, rest: rest?, by_density: weigh? })
}

fn read_holes(fields: &mut Fields<'_>, shelf: Shelf<'_>, rule: Option<Rule>) -> Option<Samples> {
    let collars = fields.may_text(
        "collars",
        "table of collars: hole, x, y, z or water_depth; beside the scenario or in data/deposit; absent: x and y (and z or water_depth) stand in every row of the intervals",
    );
    let surveys =
        fields.may_text("surveys", "table of surveys: hole, depth, azimuth, dip; absent: holes go straight down");
    let about = "table of assayed intervals: hole (or core), from, to and grades";
    let intervals =
        if shelf.instead.is_some() { fields.may_text("intervals", about) } else { fields.text("intervals", about) };
    let below = below(fields);
    let gaps = fields.word(
        "gaps",
        "what to do with a length without an assay between assayed ones",
        &[("refuse", Gaps::Refuse), ("leave", Gaps::Leave)],
    );
    let about = "whether a hole that goes down has a dip above nought (down) or below (up); needed with `surveys`";
    let dips = if surveys.is_some() {
        fields.word("dips", about, DIPS)
    } else {
        Some(fields.may_word("dips", about, DIPS).unwrap_or(true))
    };
    let also = fields.may_texts("grades", "columns that hold grades beside elements, oxides, SREY and TREO");
    let headings = headings(fields);
    let (evidence, source) = standing(fields);
    // A table on the command line that has lengths is one of intervals, else one of collars.
    let given = match shelf.instead {
        Some(_) => Some(shelf.first(fields, "collars", None)?),
        None => None,
    };
    let lengths = given.as_ref().is_some_and(|(_, text)| has_column(&renamed(text, &headings), "from"));
    let (of_collars, of_intervals) = if lengths { (None, given) } else { (given, None) };
    let named = |given: Option<(String, String)>, key: &str, name: Option<String>| match (given, name) {
        (Some(given), _) => Some(Some(given)),
        (None, Some(name)) => shelf.text(fields, key, &name).map(Some),
        (None, None) => Some(None),
    };
    let collars = named(of_collars, "collars", collars);
    let surveys = named(None, "surveys", surveys);
    let intervals = named(of_intervals, "intervals", intervals);
    if shelf.instead.is_some() && matches!(intervals, Some(None)) {
        fields.refuse(
            "intervals",
            "missing, and the table given has no lengths",
            "`intervals`, or a table with `from` and `to`",
        );
    }
    let (collars, surveys, intervals) = (collars?, surveys?, intervals??);
    let texts = [collars.as_ref(), surveys.as_ref(), Some(&intervals)];
    check_headings(fields, &headings, &texts.iter().flatten().map(|(_, text)| text.as_str()).collect::<Vec<_>>());
    let ours = |(file, text): (String, String)| (file, renamed(&text, &headings));
    let (collars, surveys, (interval_file, intervals)) = (collars.map(ours), surveys.map(ours), ours(intervals));
    let reading = Reading { below: below?, gaps: gaps?, dips_down: dips?, also };
    let rule = rule?;
    let read = Holes::read(
        collars.as_ref().map(|(file, text)| (file.as_str(), text.as_str())),
        surveys.as_ref().map(|(file, text)| (file.as_str(), text.as_str())),
        (&interval_file, &intervals),
        reading,
    );
    let holes = read.map_err(|problems| told(fields, problems)).ok()?;
    let all = || holes.holes.iter().flat_map(|hole| &hole.intervals);
    if let Some(bare) = all().find(|interval| rule.by_density && interval.dry_density.is_none()) {
        let what = format!("{interval_file}:{}: the interval has no dry_density to weigh by", bare.line);
        fields.refuse("intervals", what, "`weigh = \"length\"`, or fill the column");
        return None;
    }
    let mut samples = Samples {
        file: collars.map_or_else(|| interval_file.clone(), |(file, _)| file),
        evidence,
        collars: holes.holes.iter().map(|hole| hole.way.at(0.0)).collect(),
        samples: holes.composites(rule),
        assays: all().count(),
        holes: holes.holes.into_iter().map(|hole| hole.name).collect(),
        variables: holes.variables,
        flags: holes.flags,
        gaps: holes.gaps,
        below: holes.below,
        summed: false,
        rule: Some(rule),
    };
    enter(fields, shelf, &mut samples, &interval_file, &source);
    Some(samples)
}

fn read_samples(fields: &mut Fields<'_>, shelf: Shelf<'_>) -> Option<Samples> {
    let file = if shelf.instead.is_some() {
        fields.may_text("file", "table of samples, where none is named on the command line")
    } else {
        fields.text(
            "file",
            "table of samples: x, y, z (absent: all on one level), grades; beside the scenario or in data/deposit",
        )
    };
    let below = below(fields);
    let also = fields.may_texts("grades", "columns that hold grades beside elements, oxides, SREY and TREO");
    let headings = headings(fields);
    let (evidence, source) = standing(fields);
    let (file, text) = shelf.first(fields, "file", file.as_deref())?;
    check_headings(fields, &headings, &[&text]);
    let text = renamed(&text, &headings);
    let below = below?;
    let mut faults = Faults::default();
    let sheet = Sheet::read(&file, &text, |name| sort_of(name, &also), &["x", "y"], &mut faults);
    let columns = columns_of(&sheet, &also, &mut faults);
    if columns.is_empty() {
        faults.tell(
            &sheet.file,
            1,
            "",
            "there is no grade",
            "`Nd [ppm]`, `Nd2O3 [%]`, `SREY [ppm]`, or name it in `grades`",
        );
    }
    let mut found = Found::default();
    let mut names: Vec<String> = Vec::new();
    let mut index = std::collections::BTreeMap::new();
    let mut samples: Vec<Sample> = Vec::new();
    let mut lines = Vec::new();
    for row in sheet.rows() {
        let (x, y) = (row.need("x", -1e9, 1e9, &mut faults), row.need("y", -1e9, 1e9, &mut faults));
        let z = if sheet.has("z") { row.need("z", -12_000.0, 9_000.0, &mut faults) } else { Some(0.0) };
        let dry_density = row.number("dry_density", 1.0, 8_000.0, &mut faults);
        let length = row.number("length", 1e-6, 1e4, &mut faults);
        let grades = found.grades(&row, &columns, below, &mut faults);
        found.flag(&row);
        let (Some(x), Some(y), Some(z)) = (x, y, z) else { continue };
        if grades.iter().all(Option::is_none) {
            continue;
        }
        let name = row.text("hole").map_or_else(|| format!("line {}", row.line), str::to_owned);
        let hole = *index.entry(name.clone()).or_insert_with(|| {
            names.push(name);
            names.len() as u32 - 1
        });
        lines.push(row.line);
        let length_m = length.unwrap_or(1.0);
        samples.push(Sample { place: [x, y, z], hole, from_m: 0.0, to_m: length_m, length_m, dry_density, grades });
    }
    let mut order: Vec<usize> = (0..samples.len()).collect();
    order.sort_by(|a, b| {
        let (a, b) = (samples[*a].place, samples[*b].place);
        a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])).then(a[2].total_cmp(&b[2]))
    });
    for pair in order.windows(2) {
        let (one, other) = (pair[0].min(pair[1]), pair[0].max(pair[1]));
        if crate::deposit::point::distance(samples[one].place, samples[other].place) < TWINS_M {
            let what = format!("stands where the sample of line {} does", lines[one]);
            faults.tell(&sheet.file, lines[other], "", what, "keep one, or their mean");
        }
    }
    if let Some(problems) = faults.all() {
        told(fields, problems);
        return None;
    }
    let mut samples = Samples {
        file,
        evidence,
        holes: names,
        collars: Vec::new(),
        variables: columns.into_iter().map(|column| column.variable).collect(),
        assays: samples.len(),
        samples,
        flags: found.flags,
        gaps: 0,
        below: found.below,
        summed: false,
        rule: None,
    };
    let file = samples.file.clone();
    enter(fields, shelf, &mut samples, &file, &source);
    Some(samples)
}

/// Headings with the units that a sidecar gives them.
fn with_units(text: &str, sidecar: &Node) -> String {
    let Some(columns) = sidecar.get("columns") else { return text.to_owned() };
    let units: Vec<(String, String)> = columns
        .entries()
        .iter()
        .filter_map(|(name, unit)| {
            Some((name.clone(), format!("{name} [{}]", unit.text().filter(|unit| *unit != "word")?)))
        })
        .collect();
    renamed(text, &units)
}
