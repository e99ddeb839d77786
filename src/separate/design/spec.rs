//! The specification of a design: what comes, what is asked, what may be used.
//!
//! `[feed]` is a liquor as a scenario's `[[feed]]` has it, or a stream of a scenario; each `[[product]]`
//! names its elements, its purity (share of rare-earth oxides) and its recovery; each `[[extractant]]` is
//! one way to fill a battery; `[battery]` holds what all batteries share, in the words of the unit
//! `mixer-settlers`, but for what the design finds: the cut, its purities, stages, flows, strip acid.

use super::goal::Goal;
use super::order::Set;
use crate::document::{Node, Value};
use crate::element::{ByElement, Element};
use crate::error::Place;
use crate::feed::Feed;
use crate::fields::Fields;
use crate::ion::Ion;
use crate::library::Library;
use crate::quantity::{Duration, Fraction, Molarity, Number, OperatingTime, Quantity};
use crate::separate::extractant::{self, Form};
use crate::separate::isotherm::{Contact, Isotherm};
use crate::separate::mixer_settlers;
use crate::stream::Stream;

/// A product asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// Its name.
    pub name: String,
    /// Its elements.
    pub of: Vec<Element>,
    /// Least share of them in its rare-earth oxides.
    pub purity: f64,
    /// Least share of what is fed of them that it holds.
    pub recovery: f64,
}

/// An extractant, ready to be put into a battery.
#[derive(Debug)]
pub struct Solvent {
    /// The name of its file.
    pub name: String,
    /// The unit's fields, all but what the design finds.
    pub node: Node,
    /// How it divides.
    pub law: Box<dyn Isotherm>,
    /// mol/L of monomer.
    pub concentration: f64,
    /// Share of the monomer's protons replaced by base.
    pub saponified: f64,
}

/// The specification, read.
#[derive(Debug)]
pub struct Spec {
    /// The title.
    pub title: String,
    /// One sentence.
    pub summary: String,
    /// Hours at work in a year.
    pub hours: f64,
    /// What comes.
    pub feed: Stream,
    /// What is asked, least number of nines anywhere; in the file's order.
    pub products: Vec<Asked>,
    /// What may be used.
    pub solvents: Vec<Solvent>,
    /// What is to be least.
    pub goal: Goal,
    /// Most stages a battery may have.
    pub most_stages: usize,
    /// Share of the loading limit that any stage may reach; `None`: the law's own limit alone.
    pub most_loading: Option<f64>,
    /// pH below the battery's own to which a feed may be brought where the loading would be over that, falling.
    pub lower_feed_ph: Vec<f64>,
    /// mol/L the scrub liquor may have, rising.
    pub scrub_acid: Vec<f64>,
    /// mol/L the strip liquor may have, rising.
    pub strip_acid: Vec<f64>,
    /// Are linked batteries built too?
    pub linked: bool,
    /// Are batteries of three outlets built, where their floor allows that they are cheaper?
    pub middle: bool,
    /// h in mixer and settler together.
    pub stage_hours: f64,
}

/// Answers a stream of a scenario, or says why not.
pub type StreamOf<'s> = &'s mut dyn FnMut(&str, &str) -> Result<Stream, String>;

impl Spec {
    /// Reads a specification; all that is wrong is told to the fields' check.
    pub fn read(root: &mut Fields<'_>, library: &Library, stream_of: StreamOf<'_>) -> Option<Self> {
        let title = root.text("title", "what is designed");
        let summary = root.text("summary", "one sentence for the head of the report");
        let hours = root.table("operation", "when the plant is at work").and_then(|mut operation| {
            let time: Option<OperatingTime> = operation.need("time", "time at work in a year", 1.0..=8760.0);
            operation.finish();
            time
        });
        let feed = root
            .table("feed", "the liquor: by analysis or contents, or `scenario` and `stream`")
            .and_then(|fields| read_feed(fields, stream_of));
        let products: Vec<Option<Asked>> =
            root.may_tables("product", "what is asked for").into_iter().map(read_product).collect();
        let goal = root.table("objective", "of what least").and_then(|mut fields| {
            let goal = Goal::read(&mut fields);
            fields.finish();
            goal
        });
        let design = root.table("design", "bounds of the search").and_then(|mut fields| {
            let most = fields.count("most_stages", "stages of extraction and scrub that a battery may have", 2..=4000);
            let acids = ["scrub_acid", "strip_acid"].map(|key| {
                let list = fields.list::<Molarity>(key, "strengths the liquor may have", 0.1..=11.0);
                if list.as_ref().is_some_and(Vec::is_empty) {
                    fields.refuse(key, "an empty list", "[\"4 mol/L\"]");
                    return None;
                }
                list.map(|list| {
                    let mut values: Vec<f64> = list.iter().map(|m| m.0).collect();
                    values.sort_by(f64::total_cmp);
                    values
                })
            });
            let about = "share of the loading limit that the organic phase may reach in any stage of a battery; absent means no limit \
                         but the law's own";
            let loading = fields.may::<Fraction>("most_loading", about, 0.2..=0.9999);
            let lower = lower_feed_ph(&mut fields, root.raw("battery"));
            let about = "may the loaded organic phase and the scrub liquor of a battery serve the next: true has the cheapest such \
                         trains built and solved, and taken if they cost less; absent means they are priced by theory only";
            let linked = if fields.has("linked") { fields.flag("linked", about) } else { Some(false) };
            let about = "may a battery have a side outlet between its two: false has such batteries priced at their floor only; absent \
                         means they are built where that floor is below the two cuts that they take the place of";
            let middle = if fields.has("middle") { fields.flag("middle", about) } else { Some(true) };
            fields.finish();
            let [scrub, strip] = acids;
            Some((most?, (loading.map(|share| share.0), lower?), scrub?, strip?, linked?, middle?))
        });
        let battery = root.raw("battery");
        if battery.is_none_or(|node| node.entries().is_empty()) {
            root.refuse("battery", "missing", "[battery] with diluent, base, acid, water, residence and so on");
        }
        let solvents: Vec<Option<Solvent>> = root
            .may_tables("extractant", "an extractant that may be used")
            .into_iter()
            .enumerate()
            .map(|(at, fields)| read_solvent(fields, at, battery, library))
            .collect();
        if solvents.is_empty() && !root.has("extractant") {
            root.refuse("extractant", "none is allowed", "[[extractant]] with extractant = \"p507\"");
        }
        if products.len() < 2 {
            root.refuse(
                "product",
                "a design parts two products at least",
                "[[product]] with name, of, purity, recovery",
            );
        }
        if products.len() > 24 {
            root.refuse("product", "more than 24 products", "one product for what is sold together");
        }
        let products: Option<Vec<Asked>> = products.into_iter().collect();
        let solvents: Option<Vec<Solvent>> = solvents.into_iter().collect();
        let stage_hours = battery.map_or(0.0, residence);
        let (feed, products) = (feed?, products?);
        complete(root, &feed, &products)?;
        let (most_stages, (most_loading, lower_feed_ph), scrub_acid, strip_acid, linked, middle) = design?;
        Some(Self {
            title: title?,
            summary: summary?,
            hours: hours?.0,
            feed,
            products,
            solvents: solvents?,
            goal: goal?,
            most_stages,
            most_loading,
            lower_feed_ph,
            scrub_acid,
            strip_acid,
            linked,
            middle,
            stage_hours,
        })
    }

    /// mol/h of each rare earth fed.
    pub fn fed(&self) -> ByElement<f64> {
        dissolved(&self.feed)
    }

    /// The products' elements in a set.
    pub fn elements(&self, set: Set) -> Vec<Element> {
        let chosen = self.products.iter().enumerate().filter(|(i, _)| set & (1 << i) != 0);
        chosen.flat_map(|(_, product)| product.of.iter().copied()).collect()
    }

    /// All products.
    pub fn all(&self) -> Set {
        (1 << self.products.len()) - 1
    }
}

impl Solvent {
    /// log₁₀ of an element's extractability, where batteries compare them.
    pub fn log_b(&self, element: Element) -> Option<f64> {
        self.law.log_d(element, &Contact::new(1.0, 0.2))
    }
}

/// mol/h of each rare earth in a stream's solution.
pub fn dissolved(stream: &Stream) -> ByElement<f64> {
    ByElement::from_fn(|e| if e.is_rare_earth() { Ion::of(e).map_or(0.0, |ion| stream.aqueous.ions[ion]) } else { 0.0 })
}

/// The list `lower_feed_ph`, falling: it serves a `most_loading` alone, and is lower than what the battery has anyway.
fn lower_feed_ph(fields: &mut Fields<'_>, battery: Option<&Node>) -> Option<Vec<f64>> {
    let key = "lower_feed_ph";
    if !fields.has(key) {
        return Some(Vec::new());
    }
    let about = "pH to which the feed of a battery may be brought where it would be loaded beyond `most_loading`, each tried and the \
                 cheapest kept; absent means the battery's `feed_ph` alone";
    let mut falling: Vec<f64> = fields.list::<Number>(key, about, -1.0..=6.0)?.iter().map(|ph| ph.0).collect();
    falling.sort_by(|a, b| b.total_cmp(a));
    if !fields.has("most_loading") {
        fields.refuse(
            key,
            "there is no `most_loading` that it could serve",
            "most_loading = \"90 %\", or leave it out",
        );
        return None;
    }
    let stated = battery.and_then(|node| node.get("feed_ph"));
    let own = stated.and_then(|node| match node.get("value").unwrap_or(node).value {
        Value::Number(ph) => Some(ph),
        _ => None,
    });
    if let Some((own, first)) = own.zip(falling.first()).filter(|(own, first)| *first >= own) {
        fields.refuse(key, format!("{first} is not below the battery's `feed_ph` of {own}"), "lower ones only");
        return None;
    }
    Some(falling)
}

fn residence(battery: &Node) -> f64 {
    let hours = |key: &str| {
        let text = battery.get("residence").and_then(|times| times.get(key)).and_then(Node::text);
        text.and_then(|text| Duration::parse(text).ok()).map_or(0.0, |t| t.0)
    };
    hours("mixer") + hours("settler")
}

fn read_feed(mut fields: Fields<'_>, stream_of: StreamOf<'_>) -> Option<Stream> {
    if !fields.has("scenario") {
        let feed = Feed::read(&mut fields);
        fields.finish();
        return feed.map(|feed| feed.holds);
    }
    let scenario = fields.text("scenario", "a scenario that ships, or the path of one");
    let stream = fields.text("stream", "the name of a stream in it");
    let (scenario, stream) = (scenario?, stream?);
    let found = match stream_of(&scenario, &stream) {
        Ok(found) => Some(found),
        Err(why) => {
            fields.refuse("stream", why, "`ytterby run` of that scenario lists its streams in tables/streams.csv");
            None
        }
    };
    fields.finish();
    found
}

fn read_product(mut fields: Fields<'_>) -> Option<Asked> {
    let name = fields.text("name", "what it is sold as");
    let of = fields.texts("of", "its rare earths");
    let purity: Option<Fraction> =
        fields.need("purity", "least share of them in its rare-earth oxides", 0.5..=0.999_999_9);
    let recovery: Option<Fraction> =
        fields.need("recovery", "least share of what is fed of them that it holds", 0.5..=0.999_999_9);
    let mut elements = Vec::new();
    for symbol in of.unwrap_or_default() {
        match symbol.parse::<Element>() {
            Ok(element) if element.is_rare_earth() => elements.push(element),
            Ok(element) => {
                fields.refuse("of", format!("{element} is not one of the fifteen rare earths"), "[\"Nd\", \"Pr\"]");
            }
            Err(unknown) => fields.refuse("of", unknown.to_string(), "symbols such as [\"Nd\", \"Pr\"]"),
        }
    }
    fields.finish();
    (!elements.is_empty()).then_some(())?;
    Some(Asked { name: name?, of: elements, purity: purity?.0, recovery: recovery?.0 })
}

/// Every rare earth of the feed in one product, every product in the feed.
fn complete(root: &Fields<'_>, feed: &Stream, products: &[Asked]) -> Option<()> {
    let fed = dissolved(feed);
    let mut fine = true;
    let mut say = |what: String, hint: &str| {
        root.refuse("product", what, hint);
        fine = false;
    };
    for (element, &moles) in fed.rare_earths() {
        let holders: Vec<&str> = products.iter().filter(|p| p.of.contains(&element)).map(|p| p.name.as_str()).collect();
        match holders.len() {
            0 if moles > 0.0 => say(format!("{element} is in the feed and in no product"), "add it to one"),
            0 | 1 => {}
            _ => say(format!("{element} is in {}", holders.join(" and ")), "each element in one product"),
        }
    }
    for product in products {
        if product.of.iter().all(|&e| fed[e] <= 0.0) {
            say(format!("nothing of `{}` is in the feed", product.name), "leave it out");
        }
    }
    fine.then_some(())
}

/// The keys the design finds, with stand-ins by which the rest can be checked.
const FOUND: &str = r#"
stages = { extract = 10, scrub = 10, strip = 5 }
margin = 1.2
strip_excess = "50 %"
scrub_acid = "4 mol/L"
strip_acid = "5 mol/L"
purity = { raffinate = "99 %", product = "99 %" }
"#;

fn read_solvent(mut fields: Fields<'_>, at: usize, battery: Option<&Node>, library: &Library) -> Option<Solvent> {
    let place = fields.place().clone();
    // The entry itself is read as part of a whole battery, so that the unit's own words and checks apply.
    let keys = ["extractant", "concentration", "saponified", "log_k", "missing", "diluent"];
    let mut own = Vec::new();
    for key in keys {
        if let Some(node) = fields.raw(key) {
            own.push((key.to_owned(), node.clone()));
        }
    }
    let own = Node { value: Value::Table(own), place: place.clone() };
    let node = Node { value: battery?.value.clone(), place: place.clone() }.overlaid(own);
    let path = format!("extractant {}", at + 1);
    for (key, stated) in node.entries() {
        let found = ["stages", "margin", "strip_excess", "scrub_acid", "strip_acid", "purity", "separate"];
        if found.contains(&key.as_str()) {
            fields.check().complain(crate::error::Problem {
                place: stated.place.clone(),
                path: format!("{path}.{key}"),
                what: "the design finds this".into(),
                hint: "leave it out; strengths of acid go into [design]".into(),
            });
            return None;
        }
    }
    let check = fields.check();
    fields.finish();
    let mut whole = Fields::new(&node, path.clone(), check);
    let resolved = extractant::read(&mut whole, None, library)?;
    if resolved.extractant.form == Form::ConstantSeparationFactor {
        whole.refuse(
            "extractant",
            "it has only separation factors: nothing could be checked",
            "p507, d2ehpa, cyanex272",
        );
        return None;
    }
    let law = resolved.extractant.law();
    let concentration = whole.need::<Molarity>("concentration", "extractant, mol/L of monomer", 0.01..=3.0);
    let saponified = whole.need::<Fraction>("saponified", "share of the monomer's protons replaced", 0.01..=0.49);
    // The whole unit, with stand-ins for what is found: its own complaints are the specification's.
    let pair = Element::RARE_EARTHS.iter().copied().filter_map(|e| Some((law.log_d(e, &Contact::new(1.0, 0.2))?, e)));
    let mut pair: Vec<(f64, Element)> = pair.collect();
    pair.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (light, heavy) = (pair.first()?.1, pair.last()?.1);
    let stand_in = format!("{FOUND}separate = \"{light}/{heavy}\"\n");
    let over = Node::parse(&place.file, &stand_in).ok()?;
    let sample = node.clone().overlaid(over);
    let mut unit = Fields::new(&sample, path, check);
    let read = (mixer_settlers::KIND.read)(&mut unit, library);
    unit.finish();
    read?;
    Some(Solvent {
        name: resolved.extractant.name.to_string(),
        node,
        law,
        concentration: concentration?.0,
        saponified: saponified?.0,
    })
}

/// A value as it is written in a TOML file.
pub fn written(value: &Value) -> String {
    match value {
        Value::Text(text) => format!("{text:?}"),
        Value::Number(number) => format!("{number}"),
        Value::Bool(flag) => format!("{flag}"),
        Value::List(items) => {
            format!("[{}]", items.iter().map(|item| written(&item.value)).collect::<Vec<_>>().join(", "))
        }
        Value::Table(entries) => {
            let inner: Vec<String> =
                entries.iter().map(|(key, node)| format!("{} = {}", bare(key), written(&node.value))).collect();
            format!("{{ {} }}", inner.join(", "))
        }
    }
}

/// A flow as it is written and solved: to seven digits, so that what ships does not hang on the last bits of a search.
pub fn seven_digits(value: f64) -> String {
    let text = format!("{value:.6e}");
    let Some((digits, power)) = text.split_once('e') else { return text };
    format!("{}e{power}", digits.trim_end_matches('0').trim_end_matches('.'))
}

/// A flow as [`seven_digits`] has it.
pub fn rounded(value: f64) -> f64 {
    seven_digits(value).parse().unwrap_or(value)
}

/// A key as TOML takes it: quoted where it is not a plain word.
pub fn bare(key: &str) -> String {
    let plain = key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if plain && !key.is_empty() { key.to_owned() } else { format!("{key:?}") }
}

/// A table of texts and numbers laid over a node, keeping its place.
pub fn laid_over(node: &Node, entries: &[(&str, Value)]) -> Node {
    let place = Place { file: node.place.file.clone(), line: node.place.line };
    let entries = entries
        .iter()
        .map(|(key, value)| ((*key).to_owned(), Node { value: value.clone(), place: place.clone() }))
        .collect();
    node.clone().overlaid(Node { value: Value::Table(entries), place })
}
