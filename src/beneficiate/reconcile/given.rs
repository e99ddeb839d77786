//! What was measured: a survey as a table of anyone's program, or as tables of a document.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::document::text_of;
use crate::error::{Place, Problem};
use crate::fields::{Check, Fields};
use crate::quantity::{Fraction, MassFlow, Quantity};

use super::network::{Known, Network};

/// A survey and how it is to be judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Survey {
    /// The network.
    pub network: Network,
    /// Confidence of the tests, 0.95.
    pub confidence: f64,
}

/// One stream as it was written.
#[derive(Debug, Clone, Default)]
struct Written {
    name: String,
    from: String,
    to: String,
    /// Value, absolute deviation.
    flow: (Option<f64>, Option<f64>),
    shares: BTreeMap<String, (Option<f64>, Option<f64>)>,
    place: Place,
}

/// Errors over values where a measurement brings none of its own.
#[derive(Debug, Clone, Copy, Default)]
struct Usual {
    flow: Option<f64>,
    assay: Option<f64>,
}

impl Survey {
    /// Reads the fields of a document; tables it names stand in `folder`.
    pub fn read(fields: &mut Fields<'_>, folder: &Path) -> Option<Self> {
        let table = fields.may_text("table", "a CSV of streams beside this file; absent means `[[stream]]`");
        let usual = Usual {
            flow: fields
                .may::<Fraction>(
                    "flow_error",
                    "deviation over value of flows without their own; absent means each has",
                    1e-9..=10.0,
                )
                .map(|share| share.0),
            assay: fields
                .may::<Fraction>(
                    "assay_error",
                    "deviation over value of assays without their own; absent means each has",
                    1e-9..=10.0,
                )
                .map(|share| share.0),
        };
        let confidence: Option<Fraction> = fields.need("confidence", "of the tests, 95 %", 0.5..=0.999_999);
        let mut wholes = Vec::new();
        for mut inner in fields.may_tables("whole", "components that make up the whole of every stream: size classes") {
            wholes.extend(inner.texts("components", "their names"));
            inner.finish();
        }
        let mut streams: Vec<Written> = Vec::new();
        for mut inner in fields.may_tables("stream", "a stream: name, from, to, flow, shares and their deviations") {
            streams.extend(stream(&mut inner));
            inner.finish();
        }
        if let Some(name) = &table {
            let path = folder.join(name);
            match text_of(&path) {
                Ok(text) => streams.extend(rows(&path, &text, fields.check())),
                Err(why) => {
                    fields.refuse("table", why.to_string(), "the name of a CSV beside this file");
                    return None;
                }
            }
        }
        let network = joined(&streams, &wholes, usual, fields.check())?;
        Some(Self { network, confidence: confidence?.0 })
    }

    /// Reads a table alone.
    pub fn of_table(path: &Path, text: &str, check: &Check) -> Option<Self> {
        let streams = rows(path, text, check);
        Some(Self { network: joined(&streams, &[], Usual::default(), check)?, confidence: 0.95 })
    }
}

fn stream(fields: &mut Fields<'_>) -> Option<Written> {
    let name = fields.text("name", "of the stream");
    let from = fields.may_text("from", "node it leaves; absent means it comes from outside");
    let to = fields.may_text("to", "node it enters; absent means it leaves the plant");
    let flow: Option<MassFlow> = fields.may("flow", "measured; absent means it was not", 0.0..=1e12);
    let deviation: Option<MassFlow> = fields.may(
        "flow_deviation",
        "standard deviation of the flow, 0 for one known exactly; absent means the usual error",
        0.0..=1e12,
    );
    let shares = fields.may_named::<Fraction>("shares", "measured shares by component", 0.0..=1.0);
    let deviations = fields.may_named::<Fraction>(
        "deviations",
        "standard deviations of the shares; absent means the usual error",
        0.0..=1.0,
    );
    let mut all: BTreeMap<String, (Option<f64>, Option<f64>)> = BTreeMap::new();
    for (component, share) in shares {
        all.entry(component).or_default().0 = Some(share.0);
    }
    for (component, deviation) in deviations {
        all.entry(component).or_default().1 = Some(deviation.0);
    }
    Some(Written {
        name: name?,
        from: from.unwrap_or_default(),
        to: to.unwrap_or_default(),
        flow: (flow.map(|flow| flow.0), deviation.map(|d| d.0)),
        shares: all,
        place: fields.place().clone(),
    })
}

/// What a column holds.
enum Column {
    Name,
    From,
    To,
    Value(String, f64),
    Deviation(String, f64),
    Error(String, f64),
    Other,
}

/// `Zn sd [%]`: the words and the unit.
fn column(heading: &str) -> Result<Column, String> {
    let (words, unit) =
        heading.split_once('[').map_or((heading, ""), |(words, rest)| (words, rest.trim_end().trim_end_matches(']')));
    let (words, unit) = (words.trim(), unit.trim());
    let lower = words.to_lowercase();
    let factor = |of: &str| {
        let parsed = if of.eq_ignore_ascii_case("flow") {
            MassFlow::parse(&format!("1 {unit}")).map(Quantity::base)
        } else {
            Fraction::parse(&format!("1 {}", if unit.is_empty() { "1" } else { unit })).map(Quantity::base)
        };
        parsed.map_err(|why| format!("`{heading}`: {why}"))
    };
    Ok(match lower.as_str() {
        "stream" | "name" => Column::Name,
        "from" => Column::From,
        "to" => Column::To,
        "" | "note" | "notes" | "comment" => Column::Other,
        _ => {
            if let Some(of) = words.strip_suffix(" sd").or_else(|| words.strip_suffix(" deviation")) {
                Column::Deviation(of.trim().to_owned(), factor(of.trim())?)
            } else if let Some(of) = words.strip_suffix(" error") {
                let share = Fraction::parse(&format!("1 {}", if unit.is_empty() { "1" } else { unit }));
                Column::Error(of.trim().to_owned(), share.map_err(|why| format!("`{heading}`: {why}"))?.0)
            } else {
                Column::Value(words.to_owned(), factor(words)?)
            }
        }
    })
}

fn rows(path: &Path, text: &str, check: &Check) -> Vec<Written> {
    let file: std::sync::Arc<str> = path.display().to_string().into();
    let complain = |line: usize, what: String, hint: &str| {
        let place = Place { file: file.clone(), line };
        check.complain(Problem { place, path: String::new(), what, hint: hint.into() });
    };
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let headings = reader.headers().cloned().unwrap_or_default();
    let mut columns = Vec::new();
    for heading in &headings {
        columns.push(column(heading).unwrap_or_else(|why| {
            complain(1, why, "flow [t/h], flow sd [t/h] or flow error [%], Zn [%], Zn sd [%] or Zn error [%]");
            Column::Other
        }));
    }
    if !columns.iter().any(|c| matches!(c, Column::Name)) {
        complain(
            1,
            "there is no column `stream`".into(),
            "stream, from, to, flow [t/h], flow sd [t/h], and for each assay `Zn [%]`, `Zn sd [%]`",
        );
        return Vec::new();
    }
    let mut all = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(why) => {
                complain(0, format!("not a table: {why}"), "commas between cells, quotes around what holds one");
                continue;
            }
        };
        let line = record.position().map_or(0, |at| at.line() as usize);
        let mut written = Written { place: Place { file: file.clone(), line }, ..Written::default() };
        let mut errors: Vec<(String, f64)> = Vec::new();
        for (cell, column) in record.iter().zip(&columns) {
            match column {
                Column::Name => cell.clone_into(&mut written.name),
                Column::From => cell.clone_into(&mut written.from),
                Column::To => cell.clone_into(&mut written.to),
                Column::Other => {}
                Column::Value(of, factor) | Column::Deviation(of, factor) | Column::Error(of, factor) => {
                    if cell.is_empty() {
                        continue;
                    }
                    let Some(number) = cell.parse::<f64>().ok().filter(|n| n.is_finite() && *n >= 0.0) else {
                        complain(
                            line,
                            format!("`{cell}` stands where a number belongs"),
                            "a number, or nothing where it was not measured",
                        );
                        continue;
                    };
                    let slot = if of.eq_ignore_ascii_case("flow") {
                        &mut written.flow
                    } else {
                        written.shares.entry(of.clone()).or_default()
                    };
                    match column {
                        Column::Value(..) => slot.0 = Some(number * factor),
                        Column::Deviation(..) => slot.1 = Some(number * factor),
                        _ => errors.push((of.clone(), number * factor)),
                    }
                }
            }
        }
        for (of, error) in errors {
            let slot =
                if of.eq_ignore_ascii_case("flow") { Some(&mut written.flow) } else { written.shares.get_mut(&of) };
            if let Some((Some(value), deviation @ None)) = slot {
                *deviation = Some(*value * error);
            }
        }
        // A column that stands in the table is a component even where this stream lacks it.
        for column in &columns {
            if let Column::Value(of, _) = column
                && !of.eq_ignore_ascii_case("flow")
            {
                written.shares.entry(of.clone()).or_default();
            }
        }
        if written.name.is_empty() {
            if record.iter().any(|cell| !cell.is_empty()) {
                complain(line, "a stream without a name".into(), "a name in the column `stream`");
            }
            continue;
        }
        all.push(written);
    }
    all
}

fn joined(streams: &[Written], wholes: &[Vec<String>], usual: Usual, check: &Check) -> Option<Network> {
    let complain = |place: &Place, what: String, hint: &str| {
        check.complain(Problem { place: place.clone(), path: String::new(), what, hint: hint.into() });
    };
    let mut sound = !streams.is_empty();
    let mut network = Network::default();
    for (at, written) in streams.iter().enumerate() {
        if streams[..at].iter().any(|other| other.name == written.name) {
            complain(&written.place, format!("`{}` stands twice", written.name), "one row a stream");
            sound = false;
        }
        if written.from.is_empty() && written.to.is_empty() || written.from == written.to {
            complain(
                &written.place,
                format!("`{}` joins nothing", written.name),
                "a node in `from`, in `to`, or in both, not the same",
            );
            sound = false;
        }
        let mut node = |name: &str| {
            (!name.is_empty()).then(|| {
                network.nodes.iter().position(|known| known == name).unwrap_or_else(|| {
                    network.nodes.push(name.to_owned());
                    network.nodes.len() - 1
                })
            })
        };
        let ends = (node(&written.from), node(&written.to));
        network.ends.push(ends);
        network.streams.push(written.name.clone());
        for component in written.shares.keys() {
            if !network.components.contains(component) {
                network.components.push(component.clone());
            }
        }
    }
    for written in streams {
        let mut known =
            |what: &str, (value, deviation): (Option<f64>, Option<f64>), usual: Option<f64>| match (value, deviation) {
                (None, _) => Known::Unknown,
                (Some(value), Some(0.0)) => Known::Fixed(value),
                (Some(value), Some(deviation)) => Known::Measured(value, deviation),
                (Some(value), None) => match usual {
                    Some(error) if value > 0.0 => Known::Measured(value, value * error),
                    _ => {
                        complain(
                            &written.place,
                            format!("{what} of `{}` is measured, but how well?", written.name),
                            "a deviation of its own (`sd`, `deviations`), or the usual error",
                        );
                        sound = false;
                        Known::Unknown
                    }
                },
            };
        network.flows.push(known("the flow", written.flow, usual.flow));
        let row = network
            .components
            .iter()
            .map(|c| known(c, written.shares.get(c).copied().unwrap_or_default(), usual.assay))
            .collect();
        network.shares.push(row);
    }
    for whole in wholes {
        let places: Option<Vec<usize>> =
            whole.iter().map(|name| network.components.iter().position(|known| known == name)).collect();
        if let Some(places) = places {
            network.wholes.push(places);
        } else {
            complain(
                &Place::default(),
                format!("{} are not all components", whole.join(", ")),
                "names of columns or of `shares`",
            );
            sound = false;
        }
    }
    if streams.is_empty() {
        complain(&Place::default(), "there are no streams".into(), "`[[stream]]`, or `table = \"survey.csv\"`");
    }
    sound.then_some(network)
}

/// The folder a file stands in.
pub fn folder_of(path: &Path) -> PathBuf {
    path.parent().unwrap_or(Path::new("")).to_path_buf()
}
