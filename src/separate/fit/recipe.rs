//! A recipe: which points, which law, which parameters are free, how points count.

use std::path::Path;

use super::points::Points;
use crate::document::{Node, text_of};
use crate::element::Element;
use crate::error::{Error, Problem};
use crate::fields::{Check, Fields};
use crate::library::Library;
use crate::quantity::{Fraction, Number};
use crate::separate::extractant::Extractant;
use crate::separate::isotherm::pitzer_chloride::{Activity, Background};

/// A parameter of the law that all elements share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shared {
    /// Order of the free dimer, of a trivalent ion.
    Order,
    /// Slope by pH, of a trivalent ion.
    Slope,
    /// Alstad's coefficient.
    Alstad,
}

impl Shared {
    /// All, by the words a recipe uses.
    pub const WORDS: [(&'static str, Shared); 3] =
        [("order", Shared::Order), ("slope", Shared::Slope), ("alstad", Shared::Alstad)];

    /// Its word.
    pub fn word(self) -> &'static str {
        Self::WORDS[self as usize].0
    }
}

/// How a residual counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Weights {
    /// All alike.
    Equal,
    /// By the error that the analyses leave in a small difference: relative error of an analysis,
    /// and the scatter of log D that stays however good they are.
    ByDifference {
        /// Relative.
        analysis: f64,
        /// log₁₀.
        scatter: f64,
    },
}

/// What is done about laboratories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offsets {
    /// All points are of one population.
    None,
    /// Each source is off by an amount of its own, drawn from one normal distribution.
    Random,
}

/// Activities of the solution: the parameters, and the ionic strength the constants are told at.
#[derive(Debug, Clone, PartialEq)]
pub struct Carrying {
    /// Pitzer's equations.
    pub activity: Activity,
    /// Which background, as the recipe wrote it.
    pub background: &'static str,
    /// mol/L.
    pub ionic_strength: f64,
}

/// A recipe, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Recipe {
    /// Of the extractant file to write.
    pub name: String,
    /// A sentence about it.
    pub about: String,
    /// The points.
    pub points: Points,
    /// The file that lends molar mass, density, family and the base's cations.
    pub like: Extractant,
    /// Sources to keep; empty keeps all.
    pub sources: Vec<String>,
    /// Elements to keep; empty keeps all.
    pub elements: Vec<Element>,
    /// Distribution ratios to keep.
    pub d: [f64; 2],
    /// Least free dimer to keep, mol/L.
    pub least_free: f64,
    /// Free dimer the constants are told at, mol/L.
    pub reference: f64,
    /// Order, slope and Alstad's coefficient: as given, or where they start.
    pub shared: [f64; 3],
    /// Those to be fitted.
    pub free: Vec<Shared>,
    /// Activities; `None`: conditional constants.
    pub carrying: Option<Carrying>,
    /// How residuals count.
    pub weights: Weights,
    /// Huber's loss in place of squares?
    pub robust: bool,
    /// Laboratories.
    pub offsets: Offsets,
}

impl Recipe {
    /// Reads a recipe's file; paths in it are sought beside it.
    pub fn open(path: &Path, library: &Library) -> Result<Self, Error> {
        let file = path.display().to_string();
        let text = text_of(path)?;
        let node = Node::parse(&file, &text).map_err(Error::Scenario)?;
        Self::read(&node, path.parent().unwrap_or(Path::new(".")), library)
    }

    /// Reads a recipe; paths in it are sought from `folder`.
    pub fn read(node: &Node, folder: &Path, library: &Library) -> Result<Self, Error> {
        let check = Check::new();
        let mut fields = Fields::new(node, "", &check);
        let recipe = Self::from_fields(&mut fields, folder, library);
        fields.finish();
        let (problems, _) = check.finish();
        match recipe {
            Some(recipe) if problems.is_empty() => Ok(recipe),
            _ if problems.is_empty() => Err(Error::Scenario(vec![Problem {
                place: node.place.clone(),
                path: String::new(),
                what: "this is no recipe".into(),
                hint: "book/extractants.md has one".into(),
            }])),
            _ => Err(Error::Scenario(problems)),
        }
    }

    /// Reads the fields of a recipe.
    pub fn from_fields(fields: &mut Fields<'_>, folder: &Path, library: &Library) -> Option<Self> {
        let name = fields.text("name", "of the extractant file to write, in lower case");
        let about = fields.text("about", "a sentence for the extractant file");
        let points =
            fields.text("points", "a table in data/separate, or the path of a .csv with its sidecar beside it");
        let digest = fields
            .may_text("points_sha256", "what the points must be, to the byte; absent means they are taken as they are");
        let like = fields.text(
            "like",
            "the extractant file that lends molar mass, density, family and the constants of the base's cations",
        );
        let sources = fields.may_texts("sources", "labels to keep; absent means all");
        let elements = fields.may_texts("elements", "to keep; absent means all");
        let kept = fields.table("keep", "which contacts are kept").and_then(|mut table| {
            let low = table.need::<Number>("d_from", "least distribution ratio", 0.0..=1e9);
            let high = table.need::<Number>("d_to", "greatest distribution ratio", 0.0..=1e9);
            let free = table.need::<Number>("free_from", "least free dimer, mol/L", 0.0..=10.0);
            table.finish();
            Some((low?.0, high?.0, free?.0))
        });
        let law = fields
            .table("law", "the law and its shared parameters")
            .and_then(|mut table| read_law(&mut table, library));
        let words = [("equal", true), ("by-difference", false)];
        let equal = fields.word(
            "weights",
            "all points alike, or by the error that analyses leave in a small difference",
            &words,
        );
        let mut weights = Some(Weights::Equal);
        if equal == Some(false) {
            let analysis =
                fields.need::<Fraction>("analysis_error", "relative standard error of one analysis", 1e-6..=1.0);
            let scatter = fields.need::<Number>(
                "scatter",
                "scatter of log10 D that stays however good the analyses",
                1e-6..=10.0,
            );
            weights = analysis.zip(scatter).map(|(a, s)| Weights::ByDifference { analysis: a.0, scatter: s.0 });
        }
        let robust = fields.word(
            "loss",
            "least squares, or Huber's loss, which bears points far off",
            &[("squares", false), ("huber", true)],
        );
        let offsets = fields.word(
            "offsets",
            "none, or one for each source, drawn at random",
            &[("none", Offsets::None), ("random", Offsets::Random)],
        );
        if robust == Some(true) && offsets == Some(Offsets::Random) {
            fields.refuse("loss", "Huber's loss and random offsets are not fitted together", "one of the two");
        }
        let points = points.and_then(|named| read_points(fields, &named, folder, library));
        if let (Some(points), Some(digest)) = (&points, digest)
            && points.digest != digest
        {
            fields.refuse(
                "points_sha256",
                format!("the points have changed: they are now {}", points.digest),
                "the points of that day, or leave this out to fit those of today",
            );
        }
        let like = like.and_then(|name| {
            Extractant::named(&name, library).map_err(|why| fields.refuse("like", why, "p507, d2ehpa …")).ok()
        });
        let elements: Option<Vec<Element>> = elements
            .iter()
            .map(|word| {
                let found = word.parse().ok().filter(|e| points.as_ref().is_none_or(|p| p.elements.contains(e)));
                if found.is_none() {
                    fields.refuse("elements", format!("the points have no column for `{word}`"), "a symbol such as Nd");
                }
                found
            })
            .collect();
        if let Some(points) = &points {
            for label in sources.iter().filter(|label| !points.labels().contains(&label.as_str())) {
                let hint = crate::fields::nearest(label, points.labels().into_iter());
                fields.refuse("sources", format!("no point is labelled `{label}`"), hint);
            }
        }
        let lawful = |name: &String| name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        if let Some(name) = name.as_ref().filter(|name| !lawful(name)) {
            fields.refuse("name", format!("`{name}` is not a file's name here"), "letters a to z, digits, hyphens");
            return None;
        }
        let (d_from, d_to, least_free) = kept?;
        let (reference, shared, free, carrying) = law?;
        Some(Self {
            name: name?,
            about: about?,
            points: points?,
            like: like?,
            sources,
            elements: elements?,
            d: [d_from, d_to],
            least_free,
            reference,
            shared,
            free,
            carrying,
            weights: weights?,
            robust: robust?,
            offsets: offsets?,
        })
    }
}

type Law = (f64, [f64; 3], Vec<Shared>, Option<Carrying>);

fn read_law(table: &mut Fields<'_>, library: &Library) -> Option<Law> {
    let form = table.word("form", "the law", &[("cation-exchange", ())]);
    let reference = table.need::<Number>("reference", "free dimer the constants are told at, mol/L", 1e-3..=10.0);
    let order =
        table.need::<Number>("order", "order of the free dimer for a trivalent ion; 3 by stoichiometry", 0.1..=10.0);
    let slope = table.need::<Number>("slope", "slope by pH for a trivalent ion; 3 by stoichiometry", 0.1..=10.0);
    let alstad = table.need::<Number>(
        "alstad",
        "Alstad's coefficient of the effective extractant, (L/mol)^1/2; 0 for none",
        -5.0..=5.0,
    );
    let words = table
        .may_texts("free", "which of order, slope and alstad are fitted, from the values given; absent means none");
    let mut free = Vec::new();
    for word in &words {
        match Shared::WORDS.iter().find(|(name, _)| name == word) {
            Some((_, shared)) => free.push(*shared),
            None => table.refuse("free", format!("`{word}` is not a shared parameter"), "order, slope or alstad"),
        }
    }
    free.sort();
    free.dedup();
    let pitzer = table.word(
        "activity",
        "activities of the solution: none (conditional constants) or Pitzer's",
        &[("none", false), ("pitzer", true)],
    );
    let mut carrying = Some(None);
    if pitzer == Some(true) {
        let background = table.word(
            "background",
            "which chloride makes up the ionic strength",
            &Background::WORDS.map(|pair| (pair.0, pair)),
        );
        let at = table.need::<Number>(
            "ionic_strength",
            "at which the constants are told, mol/L; 0 for an infinitely dilute solution",
            0.0..=10.0,
        );
        carrying = background.zip(at).and_then(|((word, background), at)| {
            let activity = Activity::read(library, background)
                .map_err(|error| table.refuse("activity", error.to_string(), "\"none\""))
                .ok()?;
            Some(Some(Carrying { activity, background: word, ionic_strength: at.0 }))
        });
    }
    let (has, wanted) = (table.has("background") || table.has("ionic_strength"), pitzer == Some(true));
    if has && !wanted {
        // Read, so that they are not unknown; but they mean nothing here.
        let _ = (table.raw("background"), table.raw("ionic_strength"));
        table.refuse(
            "activity",
            "a background and an ionic strength go with Pitzer's activities",
            "\"pitzer\", or leave them out",
        );
    }
    form?;
    pitzer?;
    Some((reference?.0, [order?.0, slope?.0, alstad?.0], free, carrying?))
}

fn read_points(fields: &mut Fields<'_>, named: &str, folder: &Path, library: &Library) -> Option<Points> {
    let own = Path::new(named).extension().is_some_and(|end| end.eq_ignore_ascii_case("csv"));
    if !own && !library.names("separate", "csv").iter().any(|name| name == named) {
        let names = library.names("separate", "csv");
        let hint = crate::fields::nearest(named, names.iter().map(String::as_str));
        fields.refuse(
            "points",
            format!("there is no table `{named}` in data/separate"),
            format!("{hint}; or the path of a .csv"),
        );
        return None;
    }
    let read = if own { Points::file(&folder.join(named)) } else { Points::named(named, library) };
    match read {
        Ok(points) => Some(points),
        Err(Error::Scenario(problems)) => {
            for problem in problems {
                fields.check().complain(problem);
            }
            None
        }
        Err(error) => {
            fields.refuse("points", error.to_string(), "a table with its sidecar beside it");
            None
        }
    }
}
