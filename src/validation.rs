//! Validation: do we agree with nature, or with a published result?
//!
//! A validation file is one claim of a source, the question put to a law of the catalogue
//! (`[given]`), and the answers expected, each with the tolerance the source's precision
//! allows. `status = "open"` lists, with its reason, what does not hold yet; an open claim
//! that now holds is reported, so that it can be promoted.

use std::fmt;
use std::path::Path;

use include_dir::{Dir, include_dir};

use crate::catalogue;
use crate::document::{Node, Value};
use crate::error::{Error, Problem};
use crate::fields::{Check, Fields, nearest};
use crate::library::Library;
use crate::unit::Reading;

static OURS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/validation");

/// The outcome of one expectation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Within the tolerance.
    Holds,
    /// Outside it.
    Fails,
    /// Listed as open, and indeed not within.
    Open,
    /// Listed as open, but within: promote it.
    OpenButHolds,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Verdict::Holds => "holds",
            Verdict::Fails => "FAILS",
            Verdict::Open => "open",
            Verdict::OpenButHolds => "open, yet holds",
        })
    }
}

/// One expectation, compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The validation file.
    pub file: String,
    /// What the source says.
    pub claim: String,
    /// Key in `refs.bib`.
    pub source: String,
    /// Table, page.
    pub place: String,
    /// independent, consistency or regression-of-data.
    pub sort: String,
    /// The reading asked for; empty when the law gave no answer at all.
    pub quantity: String,
    /// What the source has; `None` when nothing could be compared.
    pub expected: Option<f64>,
    /// What we have.
    pub got: Option<f64>,
    /// |got − expected| / |expected| (absolute when that is zero).
    pub error: Option<f64>,
    /// The tolerance as written.
    pub within: String,
    /// Holds?
    pub verdict: Verdict,
    /// Why it is open, or why there is no answer.
    pub reason: String,
}

impl Finding {
    /// Does this finding make the validation as a whole fail?
    pub fn failed(&self) -> bool {
        self.verdict == Verdict::Fails
    }
}

/// Runs the validation files that ship.
pub fn builtin(library: &Library) -> Result<Vec<Finding>, Error> {
    fn walk(dir: &Dir<'_>, files: &mut Vec<(String, String)>) {
        for file in dir.files().filter(|file| file.path().extension().is_some_and(|e| e == "toml")) {
            if let Some(text) = file.contents_utf8() {
                files.push((format!("validation/{}", file.path().display()), text.to_owned()));
            }
        }
        for inner in dir.dirs() {
            walk(inner, files);
        }
    }
    let mut files = Vec::new();
    walk(&OURS, &mut files);
    all(files, library)
}

/// Runs the validation files of a folder, its folders included.
pub fn folder(folder: &Path, library: &Library) -> Result<Vec<Finding>, Error> {
    fn walk(folder: &Path, files: &mut Vec<(String, String)>) -> Result<(), Error> {
        let unreadable = |path: &Path, why: std::io::Error| Error::File {
            file: path.display().to_string(),
            doing: "read",
            why: why.to_string(),
        };
        for entry in std::fs::read_dir(folder).map_err(|why| unreadable(folder, why))? {
            let path = entry.map_err(|why| unreadable(folder, why))?.path();
            if path.is_dir() {
                walk(&path, files)?;
            } else if path.extension().is_some_and(|e| e == "toml") {
                let text = std::fs::read_to_string(&path).map_err(|why| unreadable(&path, why))?;
                files.push((path.display().to_string(), text));
            }
        }
        Ok(())
    }
    let mut files = Vec::new();
    walk(folder, &mut files)?;
    all(files, library)
}

fn all(mut files: Vec<(String, String)>, library: &Library) -> Result<Vec<Finding>, Error> {
    files.sort();
    let mut findings = Vec::new();
    let mut problems = Vec::new();
    for (file, text) in &files {
        match one(file, text, library) {
            Ok(found) => findings.extend(found),
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() { Ok(findings) } else { Err(Error::Scenario(problems)) }
}

/// One `[[expect]]`.
struct Expectation {
    quantity: String,
    value: f64,
    within: String,
}

/// Runs one validation file.
pub fn one(file: &str, text: &str, library: &Library) -> Result<Vec<Finding>, Vec<Problem>> {
    let node = Node::parse(file, text)?;
    if ["claim", "given", "expect"].iter().all(|key| node.get(key).is_none()) {
        // Some other TOML that lies in the same folder.
        return Ok(Vec::new());
    }
    let check = Check::new();
    let mut fields = Fields::new(&node, "", &check);
    let claim = fields.text("claim", "what the source says, in a sentence").unwrap_or_default();
    let source = fields.text("source", "key in refs.bib").unwrap_or_default();
    let place = fields.text("where", "table, page, figure").unwrap_or_default();
    let sorts =
        [("independent", "independent"), ("consistency", "consistency"), ("regression-of-data", "regression-of-data")];
    let sort = fields.word("kind_of_check", "what kind of evidence it is", &sorts).unwrap_or("independent");
    let open = fields.word("status", "does it hold?", &[("holds", false), ("open", true)]).unwrap_or(false);
    let reason = fields.may_text("reason", "why it is open").unwrap_or_default();
    if open && reason.is_empty() {
        fields.refuse("reason", "it is open, but why?", "add reason = \"…\"");
    }
    let expected: Vec<Expectation> = fields
        .may_tables("expect", "the answers the source gives")
        .into_iter()
        .filter_map(|mut expect| {
            let quantity = expect.text("quantity", "name of the answer");
            let value = match expect.raw("value").map(|node| &node.value) {
                Some(Value::Number(value)) if value.is_finite() => Some(*value),
                _ => {
                    expect.refuse("value", "is not a number", "value = 1.23, in the answer's unit");
                    None
                }
            };
            let within = expect.text("within", "tolerance: \"1 %\" or, in the answer's unit, \"0.05\"");
            let _ = expect.text("because", "why that tolerance");
            expect.finish();
            Some(Expectation { quantity: quantity?, value: value?, within: within? })
        })
        .collect();
    if expected.is_empty() && !open {
        fields.refuse(
            "expect",
            "it holds, but nothing is compared",
            "add an [[expect]] with quantity, value and within",
        );
    }
    let answers = fields.table("given", "the question").and_then(|given| ask(given, library));
    fields.finish();
    let (problems, _) = check.finish();
    if !problems.is_empty() {
        return Err(problems);
    }
    let blank = Finding {
        file: file.to_owned(),
        claim,
        source,
        place,
        sort: sort.to_owned(),
        quantity: String::new(),
        expected: None,
        got: None,
        error: None,
        within: String::new(),
        verdict: if open { Verdict::Open } else { Verdict::Fails },
        reason,
    };
    match answers {
        Some(Ok(readings)) => {
            Ok(expected.iter().map(|expectation| compare(&blank, expectation, &readings, open)).collect())
        }
        Some(Err(error)) => Ok(vec![Finding { reason: said(&blank.reason, &error.to_string()), ..blank }]),
        None => Ok(vec![blank]),
    }
}

fn said(reason: &str, more: &str) -> String {
    if reason.is_empty() { more.to_owned() } else { format!("{reason} ({more})") }
}

/// Reads and asks the law. `kind = "none"` is for what no law answers yet (open claims).
fn ask(mut given: Fields<'_>, library: &Library) -> Option<Result<Vec<Reading>, Error>> {
    let name = given.text("kind", "the law to question; `ytterby catalogue` lists them")?;
    if name == "none" {
        return None;
    }
    let Some(kind) = catalogue::case(&name) else {
        let known = catalogue::CASES.iter().flat_map(|(_, kinds)| kinds.iter().map(|kind| kind.name));
        given.refuse("kind", format!("there is no law `{name}` to question"), nearest(&name, known));
        return None;
    };
    let case = (kind.read)(&mut given, library);
    given.finish();
    Some(case?.answer())
}

fn compare(blank: &Finding, expectation: &Expectation, readings: &[Reading], open: bool) -> Finding {
    let mut finding = Finding {
        quantity: expectation.quantity.clone(),
        expected: Some(expectation.value),
        within: expectation.within.clone(),
        ..blank.clone()
    };
    let Some(reading) = readings.iter().find(|reading| reading.name == expectation.quantity) else {
        let names = readings.iter().map(|reading| reading.name.as_str());
        finding.reason = said(
            &finding.reason,
            &format!("the law gives no `{}`; {}", expectation.quantity, nearest(&expectation.quantity, names)),
        );
        return finding;
    };
    let gap = (reading.value - expectation.value).abs();
    let size = expectation.value.abs();
    finding.got = Some(reading.value);
    finding.error = Some(if size > 0.0 { gap / size } else { gap });
    let within = match expectation.within.strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f64>().map(|p| p / 100.0 * size),
        None => expectation.within.trim().parse::<f64>(),
    };
    let Some(within) = within.ok().filter(|within| within.is_finite() && *within >= 0.0) else {
        finding.reason = format!("`{}` is not a tolerance", expectation.within);
        return finding;
    };
    finding.verdict = match (gap <= within, open) {
        (true, false) => Verdict::Holds,
        (true, true) => Verdict::OpenButHolds,
        (false, true) => Verdict::Open,
        (false, false) => Verdict::Fails,
    };
    finding
}

/// The findings as lines: claim by claim, then the count.
pub fn as_text(findings: &[Finding]) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut last = "";
    for finding in findings {
        if finding.file != last {
            lines.extend([String::new(), finding.file.clone(), format!("  {}", finding.claim)]);
            lines.push(format!("  {}, {} ({})", finding.source, finding.place, finding.sort));
            if !finding.reason.is_empty() {
                lines.push(format!("  {}: {}", finding.verdict, finding.reason));
            }
            last = &finding.file;
        }
        if let Some(expected) = finding.expected {
            let got = finding.got.map_or("–".to_owned(), shown);
            let error = finding.error.map_or(String::new(), |error| format!("{:.2} %", error * 100.0));
            lines.push(format!(
                "    {:15} {:40} expected {:>12}  got {:>12}  error {:>10}  within {}",
                finding.verdict.to_string(),
                finding.quantity,
                shown(expected),
                got,
                error,
                finding.within
            ));
        }
    }
    let count = |verdict: Verdict| findings.iter().filter(|finding| finding.verdict == verdict).count();
    lines.push(String::new());
    lines.push(format!(
        "{} hold, {} fail, {} open, {} open yet hold",
        count(Verdict::Holds),
        count(Verdict::Fails),
        count(Verdict::Open),
        count(Verdict::OpenButHolds)
    ));
    lines.join("\n") + "\n"
}

/// Six figures: validation is where small differences are the point.
fn shown(value: f64) -> String {
    let text = format!("{value:.5e}");
    match text.parse::<f64>() {
        Ok(rounded) if (1e-4..1e9).contains(&rounded.abs()) || rounded == 0.0 => format!("{rounded}"),
        _ => text,
    }
}
