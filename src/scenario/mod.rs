//! The scenario: every choice of a run, in one TOML text, checked whole before anything runs.

mod files;
mod likeness;
mod plant;

pub use files::Scenario;

use std::path::Path;

use crate::bibliography;
use crate::document::{Node, Value};
use crate::element::{ByElement, Element};
use crate::error::{Error, Place, Problem};
use crate::feed::Feed;
use crate::fields::{Check, Field, Fields, nearest};
use crate::flowsheet::Flowsheet;
use crate::library::Library;
use crate::quantity::OperatingTime;
use crate::source::Entry;
use crate::{beneficiate, deposit, economics, lift, market, ore, record};
use deposit::pattern::Pattern;

/// A scenario with every name resolved and every number in the ledger: ready to run.
#[derive(Debug)]
pub struct Model {
    /// The title.
    pub title: String,
    /// One sentence.
    pub summary: String,
    /// As named by the user.
    pub file: String,
    /// Currency and year.
    pub money: String,
    /// For everything drawn at random.
    pub seed: u64,
    /// Hours at work in a year.
    pub hours: Hours,
    /// The sea over the site.
    pub sea: Option<lift::sea::Sea>,
    /// How much is there.
    pub deposit: Option<deposit::study::Study>,
    /// What enters the plant.
    pub ore: Option<ore::Ore>,
    /// Liquors that enter from outside.
    pub feeds: Vec<Feed>,
    /// Mass share of each rare earth, where the ore section states it.
    pub pattern: Option<ByElement<f64>>,
    /// The plant.
    pub flowsheet: Flowsheet,
    /// What is sold.
    pub sold: Vec<Sold>,
    /// Ships, and what goes back to the sea.
    pub logistics: Option<lift::logistics::Logistics>,
    /// Stages and diameters of cyclones to try.
    pub selection: Option<beneficiate::sweep::Sweep>,
    /// Money.
    pub economics: Option<economics::Study>,
    /// A cash flow by itself.
    pub cash_flow: Option<economics::stated_flows::StatedFlows>,
    /// The world.
    pub market: Option<market::Study>,
    /// The claims.
    pub record: Option<record::Record>,
    /// Every number read.
    pub ledger: Vec<Entry>,
    /// SHA-256 of the scenario's files and of the data.
    pub digests: (String, String),
}

/// Hours at work in a year, and whose they are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Hours {
    /// All of the calendar: there is no `[operation]`.
    AllYear,
    /// As `[operation]` states them.
    Stated(f64),
    /// As the sea gives them.
    OfTheSea(lift::sea::Which),
}

/// A `[[product]]`: which stream is sold as what.
#[derive(Debug, Clone, PartialEq)]
pub struct Sold {
    /// Its name, the key of its price.
    pub name: String,
    /// The stream.
    pub stream: String,
    /// The rare earths it is named for.
    pub of: Vec<Element>,
}

impl Scenario {
    /// Checks everything; on failure, every problem found.
    pub fn check(&self, library: &Library) -> Result<Model, Error> {
        let check = Check::new();
        let model = self.read_model(library, &check);
        Self::check_sources(&check, &check.entries(), library);
        let (problems, ledger) = check.finish();
        match model {
            Some(mut model) if problems.is_empty() => {
                model.ledger = ledger;
                Ok(model)
            }
            _ if problems.is_empty() => Err(Error::Scenario(vec![Problem {
                place: self.node.place.clone(),
                path: String::new(),
                what: "the scenario could not be read".into(),
                hint: String::new(),
            }])),
            _ => Err(Error::Scenario(problems)),
        }
    }

    fn read_model(&self, library: &Library, check: &Check) -> Option<Model> {
        let node = likeness::filled(self.node.clone(), check);
        let mut root = Fields::new(&node, "", check);
        let title = root.text("title", "what the scenario is about");
        let summary = root.text("summary", "one sentence for the head of the report");
        let money = root.text("money", "currency and year of all money, e.g. \"USD 2025\"");
        let seed = root.count("seed", "for everything drawn at random", 0..=u32::MAX as usize);
        let _ = root.raw("base");
        let dropped = root.may_texts("without", "tags of the base's units that this variant leaves out");
        let hours = root.may_table("operation", "when the plant is at work").and_then(|mut fields| {
            let hours = operation(&mut fields, node.get("sea").is_some());
            fields.finish();
            hours
        });
        let sea = root.may_table("sea", "the sea over the site, and what is done in it").map(|mut fields| {
            let sea = lift::sea::Sea::read(&mut fields);
            fields.finish();
            sea.ok_or(Unread)
        });
        let deposit = root.may_table("deposit", "how much is there").map(|mut fields| {
            let study = deposit::study::Study::read(&mut fields, library, &self.folder);
            fields.finish();
            study.ok_or(Unread)
        });
        let mut pattern = None;
        let ore = root.may_table("ore", "what is mined, and how fast").map(|mut fields| {
            let ore = ore::Ore::read(&mut fields, library);
            if fields.has("pattern") {
                pattern = Pattern::field(&mut fields, library, "pattern").map(|pattern| pattern.shares.value);
            }
            fields.finish();
            ore.ok_or(Unread)
        });
        let feeds: Vec<Feed> = root
            .may_tables("feed", "liquors that enter from outside, by their analysis")
            .into_iter()
            .filter_map(|mut fields| {
                let feed = Feed::read(&mut fields);
                fields.finish();
                feed
            })
            .collect();
        let given: Vec<&str> = ore.iter().map(|_| "ore").chain(feeds.iter().map(|feed| feed.stream.as_str())).collect();
        let flowsheet = plant::read(&mut root, library, &given, &dropped);
        let sold = products(&mut root, &flowsheet, &dropped);
        Self::check_dropped(&root, &node, &dropped);
        let logistics = root.may_table("logistics", "ships, and what goes back to the sea").map(|mut fields| {
            let logistics = lift::logistics::Logistics::read(&mut fields);
            if let Some(logistics) = &logistics {
                check_logistics(&fields, logistics, &flowsheet, node.get("sea").is_some());
            }
            fields.finish();
            logistics.ok_or(Unread)
        });
        let selection = root.may_table("selection", "stages and diameters of cyclones to try").map(|mut fields| {
            let sweep = beneficiate::sweep::Sweep::read(&mut fields, library);
            if let Some(sweep) = &sweep {
                let mut names = given
                    .iter()
                    .copied()
                    .chain(flowsheet.units.iter().flat_map(|unit| unit.outlets.iter().map(String::as_str)));
                if !names.clone().any(|name| name == sweep.feed) {
                    let hint = nearest(&sweep.feed, &mut names);
                    fields.refuse("feed", format!("there is no stream `{}`", sweep.feed), hint);
                }
            }
            fields.finish();
            sweep.ok_or(Unread)
        });
        let economics = root.may_table("economics", "what it costs and earns").map(|mut fields| {
            let study = economics::Study::read(&mut fields, library);
            fields.finish();
            study.ok_or(Unread)
        });
        let market = root.may_table("market", "what it changes in the world").map(|mut fields| {
            let study = market::Study::read(&mut fields, library);
            fields.finish();
            study.ok_or(Unread)
        });
        let record = root.may_table("record", "what is claimed about the find").map(|mut fields| {
            let record = record::Record::read(&mut fields, library);
            fields.finish();
            record.ok_or(Unread)
        });
        if !flowsheet.units.is_empty() && !root.has("operation") {
            root.refuse("operation", "missing, but a plant has a time at work", "[operation] with time = \"300 d/y\"");
        }
        let cash_flow =
            root.may_table("cash_flow", "yearly flows by themselves, and what they are worth").map(|mut fields| {
                let flows = economics::stated_flows::StatedFlows::read(&mut fields, &self.folder);
                fields.finish();
                flows.ok_or(Unread)
            });
        if cash_flow.is_some() && economics.is_some() {
            root.refuse("cash_flow", "[economics] makes a cash flow of its own", "one of the two");
        }
        let sections = [deposit.is_some(), market.is_some(), record.is_some(), sea.is_some(), cash_flow.is_some()];
        if flowsheet.units.is_empty() && !sections.contains(&true) {
            let hint = "a [[unit]], a [deposit], a [sea], a [cash_flow], a [market] or a [record]";
            root.refuse("", "there is nothing to run", hint);
        }
        if deposit.is_none() {
            for (keys, example) in
                [(["grade", "oxide_grade"], "1720 ppm"), (["pattern", "pattern"], "the name of a pattern")]
            {
                if node.get("ore").is_some_and(|ore| keys.iter().all(|key| ore.get(key).is_none())) {
                    let what = format!("has no {}, and there is no deposit to take it from", keys[0]);
                    root.refuse("ore", what, format!("{} = \"{example}\", or a [deposit]", keys[0]));
                }
            }
        }
        root.finish();
        Some(Model {
            title: title?,
            summary: summary?,
            file: self.file.clone(),
            money: money?,
            seed: seed? as u64,
            hours: hours.unwrap_or(Hours::AllYear),
            sea: sea.transpose().ok()?,
            deposit: deposit.transpose().ok()?,
            ore: ore.transpose().ok()?,
            feeds,
            pattern,
            flowsheet,
            sold,
            logistics: logistics.transpose().ok()?,
            selection: selection.transpose().ok()?,
            economics: economics.transpose().ok()?,
            cash_flow: cash_flow.transpose().ok()?,
            market: market.transpose().ok()?,
            record: record.transpose().ok()?,
            ledger: Vec::new(),
            digests: (self.digest.clone(), library.digest()),
        })
    }
}

/// Reads `[operation]`: hours that are stated, or those of the sea; one of the two, never both.
fn operation(fields: &mut Fields<'_>, there_is_a_sea: bool) -> Option<Hours> {
    let about = "time at work, weather and maintenance taken off; absent means as the sea gives";
    let time: Option<OperatingTime> = fields.may("time", about, 1.0..=8760.0);
    let about =
        "in place of `time`: hours at work of the mean, median or nine-in-ten year of [sea]; absent means `time`";
    let which = fields.may_word("sea", about, lift::sea::Which::WORDS);
    match (fields.has("time"), fields.has("sea")) {
        (true, true) => {
            fields.refuse(
                "sea",
                "two times at work",
                "either `time` or `sea`; with [sea] the plan is held against the sea",
            );
            None
        }
        (false, false) => {
            fields.refuse("time", "missing", "add `time = \"300 d/y\"`, or `sea = \"mean\"` where there is a [sea]");
            None
        }
        (false, true) if !there_is_a_sea => {
            fields.refuse("sea", "there is no [sea] to take hours from", "time = \"300 d/y\", or a [sea]");
            None
        }
        (false, true) => which.map(Hours::OfTheSea),
        (true, false) => time.map(|time| Hours::Stated(time.0)),
    }
}

/// The sections a scenario may have besides its units.
pub const SECTIONS: &[(&str, &str)] = &[
    ("deposit", "how much is there; the model of `ytterby estimate` has the same fields"),
    ("ore", "what is mined, and how fast"),
    ("operation", "when the plant is at work"),
    ("sea", "the sea over the site: hours at work by month and state, with their spread"),
    ("feed", "a liquor that enters from outside, by its analysis"),
    ("logistics", "ships that carry and supply, and what goes back to the sea, where"),
    ("selection", "stages and diameters of cyclones to try"),
    ("economics", "what it costs and earns"),
    ("cash_flow", "yearly flows by themselves, and what they are worth"),
    ("market", "what it changes in the world"),
    ("record", "what is claimed about the find"),
];

/// The fields of a section, learnt by reading an empty one; `None` when there is no such section.
pub fn section(name: &str, library: &Library) -> Option<Vec<Field>> {
    let check = Check::new();
    let nothing = Node::empty("");
    let mut fields = Fields::new(&nothing, "", &check);
    match name {
        "deposit" => {
            // Tables of a table are described when it is there.
            for sketch in ["[stated]\n", deposit::ground::SKETCH] {
                let sketch = Node::parse("", sketch).ok()?;
                let mut fields = Fields::new(&sketch, "", &check);
                drop(deposit::study::Study::read(&mut fields, library, Path::new("")));
            }
        }
        "ore" => drop(ore::Ore::read(&mut fields, library)),
        "operation" => drop(operation(&mut fields, true)),
        "sea" => {
            let sketch = Node::parse("", lift::sea::SKETCH).ok()?;
            drop(lift::sea::Sea::read(&mut Fields::new(&sketch, "", &check)));
        }
        "feed" => drop(Feed::read(&mut fields)),
        "logistics" => {
            let sketch = Node::parse("", lift::logistics::SKETCH).ok()?;
            drop(lift::logistics::Logistics::read(&mut Fields::new(&sketch, "", &check)));
        }
        "selection" => drop(beneficiate::sweep::Sweep::read(&mut fields, library)),
        "economics" => drop(economics::Study::read(&mut fields, library)),
        "cash_flow" => drop(economics::stated_flows::StatedFlows::read(&mut fields, Path::new(""))),
        "market" => drop(market::Study::read(&mut fields, library)),
        "record" => drop(record::Record::read(&mut fields, library)),
        _ => return None,
    }
    Some(check.described())
}

impl Scenario {
    /// A tag or stream that a variant leaves out must be there to be left out.
    fn check_dropped(root: &Fields<'_>, node: &Node, dropped: &[String]) {
        let names = |list: &str, key: &str| -> Vec<String> {
            let entries = match node.get(list).map(|list| &list.value) {
                Some(Value::List(entries)) => entries.as_slice(),
                _ => &[],
            };
            entries.iter().filter_map(|entry| entry.get(key)?.text().map(str::to_owned)).collect()
        };
        let known: Vec<String> = names("unit", "tag").into_iter().chain(names("product", "stream")).collect();
        for name in dropped.iter().filter(|name| !known.contains(name)) {
            let what = format!("there is no unit tagged `{name}`, nor a product of that stream, to leave out");
            root.refuse("without", what, nearest(name, known.iter().map(String::as_str)));
        }
    }

    /// Every work that a scenario leans on must be in the bibliography, or nobody can look it up.
    fn check_sources(check: &Check, ledger: &[Entry], library: &Library) {
        let (works, _) = bibliography::read(&library.text("refs.bib").unwrap_or_default());
        for entry in ledger.iter().filter(|entry| entry.line.is_some() && !entry.citation.key.is_empty()) {
            let key = &*entry.citation.key;
            if !works.contains_key(key) {
                check.complain(Problem {
                    place: Place { file: entry.citation.file.clone(), line: entry.line.unwrap_or_default() },
                    path: entry.path.clone(),
                    what: format!("the source `{key}` is not in data/refs.bib"),
                    hint: match nearest(key, works.keys().map(String::as_str)) {
                        near if near.starts_with("did you mean") => near,
                        _ => "add the work to refs.bib in a folder given by --data".to_owned(),
                    },
                });
            }
        }
    }
}

/// Ships carry streams that there are, what goes back to the sea goes nowhere else, and loading that waits for the sea has one.
fn check_logistics(
    fields: &Fields<'_>,
    logistics: &lift::logistics::Logistics,
    flowsheet: &Flowsheet,
    there_is_a_sea: bool,
) {
    if !root_is_whole(fields) {
        return;
    }
    let made = || flowsheet.units.iter().flat_map(|unit| unit.outlets.iter().map(String::as_str));
    for name in logistics.carried().filter(|name| !made().any(|made| made == *name)) {
        fields.refuse("ship", format!("there is no stream `{name}` to carry"), nearest(name, made()));
    }
    for name in logistics.returned() {
        let taken = flowsheet.units.iter().find(|unit| unit.inlets.iter().flatten().any(|inlet| inlet == name));
        if !made().any(|made| made == name) {
            fields.refuse("returns", format!("there is no stream `{name}`"), nearest(name, made()));
        } else if let Some(unit) = taken {
            fields.refuse(
                "returns",
                format!("`{name}` goes to {}, not to the sea", unit.tag),
                "a stream that no unit takes",
            );
        }
    }
    if logistics.waits_for_the_sea() && !there_is_a_sea {
        fields.refuse(
            "ship",
            "loading waits for a sea, and there is no [sea]",
            "leave `loading_limit` out, or give a [sea]",
        );
    }
}

/// A section that is there and could not be read; what is wrong with it is told already.
struct Unread;

fn products(root: &mut Fields<'_>, flowsheet: &Flowsheet, dropped: &[String]) -> Vec<Sold> {
    let mut sold: Vec<Sold> = Vec::new();
    for mut fields in root.may_tables("product", "what is sold") {
        let name = fields.text("name", "what it is sold as, the key of its price");
        let stream = fields.text("stream", "the stream that carries it over the fence");
        let of = fields.texts("of", "the rare earths it is named for");
        if stream.as_ref().is_some_and(|stream| dropped.contains(stream)) {
            continue;
        }
        if let Some(stream) = &stream {
            let made = flowsheet.units.iter().any(|unit| unit.outlets.contains(stream));
            let taken = flowsheet.units.iter().find(|unit| unit.inlets.iter().flatten().any(|inlet| inlet == stream));
            if !made && root_is_whole(&fields) {
                let names = flowsheet.units.iter().flat_map(|unit| unit.outlets.iter().map(String::as_str));
                fields.refuse("stream", format!("nothing makes the stream `{stream}`"), nearest(stream, names));
            }
            if let Some(unit) = taken {
                fields.refuse(
                    "stream",
                    format!("`{stream}` goes to {}, not over the fence", unit.tag),
                    "sell a stream that no unit takes",
                );
            }
            if sold.iter().any(|other| other.stream == *stream) {
                fields.refuse("stream", format!("`{stream}` is sold already"), "one product a stream");
            }
        }
        let elements = of.map(|symbols| {
            let mut named: Vec<Element> = Vec::new();
            for symbol in symbols {
                match symbol.parse::<Element>() {
                    Ok(element) => named.push(element),
                    Err(unknown) => fields.refuse("of", unknown.to_string(), "symbols such as [\"Nd\", \"Pr\"]"),
                }
            }
            named
        });
        fields.finish();
        if let (Some(name), Some(stream), Some(of)) = (name, stream, elements) {
            sold.push(Sold { name, stream, of });
        }
    }
    sold
}

/// Are there no problems so far that would make a missing stream a mere consequence?
fn root_is_whole(fields: &Fields<'_>) -> bool {
    fields.check().is_clean()
}

/// Grade and pattern of what is mined.
#[derive(Debug, Clone)]
pub struct Mined {
    /// kg of rare-earth elements per kg dry.
    pub grade: f64,
    /// Mass share of each rare earth.
    pub pattern: ByElement<f64>,
}

impl Model {
    /// What the ore section states goes before what the deposit gives.
    pub fn mined(&self, resource: Option<&deposit::study::Resource>) -> Result<Mined, Error> {
        let absent = |what: &str| Error::Absent {
            unit: "ore".into(),
            what: what.into(),
            file: self.file.clone(),
            hint: format!("state the {what} in [ore], or give a [deposit]"),
        };
        let pattern = self.pattern.or(resource.and_then(|r| r.pattern)).ok_or_else(|| absent("pattern"))?;
        let stated = self.ore.as_ref().and_then(|ore| ore.stated_grade(&pattern));
        let grade = stated.or(resource.and_then(|r| r.mined_grade)).ok_or_else(|| absent("grade"))?;
        Ok(Mined { grade, pattern })
    }
}
