//! What a scenario says of its extractant: which file, constants of its own, whose separation
//! factors, and by which named rule a gap is filled.

use super::factors::{self, Choice};
use super::{Extractant, Form};
use crate::document::Node;
use crate::element::{ByElement, Element};
use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::source::{Citation, Evidence, Sourced};

/// Elements besides the rare earths that an extractant may take and a liquor may hold.
pub const OTHERS: [Element; 12] = [
    Element::Sc,
    Element::Th,
    Element::U,
    Element::Mg,
    Element::Al,
    Element::Ca,
    Element::Ti,
    Element::Mn,
    Element::Fe,
    Element::Sr,
    Element::Zr,
    Element::Ba,
];

/// What the rule `extracted_first` puts between a metal and the most extractable rare earth, log₁₀.
const FIRST: f64 = 1.0;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Rule {
    Linear,
    NotExtracted,
}

/// An extractant with every gap filled by a rule the scenario named.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolved {
    /// With the constants to use.
    pub extractant: Extractant,
    /// Elements whose constant the line by atomic number gave.
    pub ruled: Vec<Element>,
    /// Elements put before every rare earth, by rule.
    pub first: Vec<Element>,
    /// Elements taken as not extracted, by rule.
    pub left: Vec<Element>,
    /// Elements without a constant for which no rule was named: no liquor may hold them.
    pub unknown: Vec<Element>,
    /// Which separation factors were set, in a sentence each.
    pub shifted: Vec<String>,
}

fn list(elements: &[Element]) -> String {
    elements.iter().map(|e| e.symbol()).collect::<Vec<_>>().join(", ")
}

/// The rules of `missing`.
#[derive(Default)]
struct Rules {
    rare_earths: Option<Rule>,
    others: Option<Rule>,
    first: Vec<Element>,
}

fn rules(fields: &mut Fields<'_>) -> Option<Rules> {
    let Some(mut table) = fields.may_table(
        "missing",
        "what to do about elements without a constant; absent means the liquor must hold none of them",
    ) else {
        return Some(Rules::default());
    };
    let rare_earths = table.may_word(
        "rare_earths",
        "for rare earths: a line through the lanthanides' constants by atomic number, or leave them in the solution; \
         absent means the liquor must hold none without a constant",
        &[("linear-in-atomic-number", Rule::Linear), ("not-extracted", Rule::NotExtracted)],
    );
    let about = "for all other metals; absent means the liquor must hold none without a constant";
    let others = table.may_word("others", about, &[("not-extracted", Rule::NotExtracted)]);
    let words = table.may_texts(
        "extracted_first",
        "other metals that go over before every rare earth, ten times the most extractable of them; with `others` the two bracket what nobody measured; absent means none",
    );
    let mut first = Vec::new();
    let mut fine = true;
    for word in words {
        match word.parse::<Element>() {
            Ok(element) if OTHERS.contains(&element) => first.push(element),
            _ => {
                table.refuse("extracted_first", format!("`{word}` is not one of the other metals"), list(&OTHERS));
                fine = false;
            }
        }
    }
    table.finish();
    fine.then_some(Rules { rare_earths, others, first })
}

/// Reads `extractant`, `log_k`, `factors` and `missing`, and `counter`, the base's cation.
pub fn read(fields: &mut Fields<'_>, counter: Option<Element>, library: &Library) -> Option<Resolved> {
    let name = fields.text("extractant", "the name of a file in data/extractants");
    let own = fields.may_elements::<crate::quantity::Number>(
        "log_k",
        "constants that go before the file's, in the file's convention; an absent element keeps the file's",
        -30.0..=30.0,
    );
    let chosen = factors::read(fields);
    let rules = rules(fields);
    let mut extractant = match Extractant::named(&name?, library) {
        Ok(extractant) => extractant,
        Err(why) => {
            fields.refuse("extractant", why, "the name of a file in data/extractants, without .toml");
            return None;
        }
    };
    take(&mut extractant, &own, fields);
    let rules = rules?;
    let absent = |elements: &[Element]| -> Vec<Element> {
        elements.iter().copied().filter(|&e| extractant.log_k[e].is_none()).collect()
    };
    let (rare, others) = (absent(Element::RARE_EARTHS), absent(&OTHERS));
    let mut fine = true;
    // What the scenario extracts first needs no other rule.
    let unruled: Vec<Element> = others.iter().copied().filter(|e| !rules.first.contains(e)).collect();
    if let Some(counter) = counter.filter(|&counter| extractant.log_k[counter].is_none()) {
        fields.refuse(
            "extractant",
            format!("`{}` has no constant for the base's cation ({counter})", extractant.name),
            format!("`log_k = {{ {counter} = {{ value = …, evidence = …, note = … }} }}`; nobody has published one"),
        );
        fine = false;
    }
    let (mut ruled, mut left, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
    match rules.others {
        Some(_) => left.extend(unruled),
        None => unknown.extend(unruled),
    }
    match rules.rare_earths {
        Some(Rule::Linear) => {
            let given = extractant.log_k.clone();
            for (element, fact) in rare.iter().filter_map(|&e| Some((e, line_through(&given, e)?))) {
                extractant.log_k[element] = Some(fact);
                ruled.push(element);
            }
            if let Some(&other) = rare.iter().find(|e| extractant.log_k[**e].is_none()) {
                fields.refuse("missing", format!("no line through the lanthanides gives {other}"), "give its `log_k`");
                fine = false;
            }
        }
        Some(Rule::NotExtracted) => left.extend(rare),
        None => unknown.extend(rare),
    }
    let shifted = shift(&mut extractant, chosen?, fields, library)?;
    let first: Vec<Element> = rules.first.into_iter().filter(|e| others.contains(e)).collect();
    fine &= put_first(&mut extractant, &first, fields);
    fine &= activities_known(&extractant, fields);
    for &element in Element::ALL {
        if let Some(fact) = extractant.told(element) {
            fields.check().cite(format!("{}.log_k.{element}", fields.path()), &fact, "1");
        }
    }
    fine.then_some(Resolved { extractant, ruled, first, left, unknown, shifted })
}

/// A metal held in less than this share of all metals is no reason to stop.
const TRACE: f64 = 1e-12;

impl Resolved {
    /// Is every metal in a liquor known, or ruled on? `held` answers mol/h.
    ///
    /// # Errors
    /// [`Error::Absent`] with the metals that the liquor holds and nobody gave a constant or a rule for.
    pub fn knows(&self, held: &dyn Fn(Element) -> f64) -> Result<(), Error> {
        let all: f64 = Element::RARE_EARTHS.iter().chain(&OTHERS).map(|&e| held(e)).sum();
        let absent: Vec<Element> = self.unknown.iter().copied().filter(|&e| held(e) > TRACE * all).collect();
        let Some(&one) = absent.first() else { return Ok(()) };
        let (which, rule) =
            if one.is_rare_earth() { ("rare_earths", "linear-in-atomic-number") } else { ("others", "not-extracted") };
        Err(Error::Absent {
            unit: String::new(),
            what: format!("constant for {}, which the liquor holds,", list(&absent)),
            file: format!("data/extractants/{}.toml", self.extractant.name),
            hint: format!(
                "name a rule, `missing = {{ {which} = \"{rule}\" }}`, or give them, \
                 `log_k = {{ {one} = {{ value = …, evidence = …, note = … }} }}`"
            ),
        })
    }
}

/// The scenario's own constants in the file's place.
fn take(extractant: &mut Extractant, own: &ByElement<Option<crate::quantity::Number>>, fields: &mut Fields<'_>) {
    let overrides = fields.raw("log_k");
    for (element, value) in own.iter().filter_map(|(e, value)| Some((e, value.as_ref()?))) {
        let node = overrides.and_then(|table| table.get(element.symbol()));
        let text = |key: &str| node.and_then(|n| n.get(key)).and_then(Node::text).unwrap_or_default();
        let citation = Citation {
            key: text("source").into(),
            place: text("note").into(),
            evidence: Evidence::from_word(text("evidence")).unwrap_or(Evidence::Choice),
            file: fields.place().file.clone(),
        };
        extractant.log_k[element] = Some(Sourced { value: value.0, citation });
        extractant.uncertainty[element] = None;
    }
}

/// Sets the chosen separation factors; one sentence for each.
fn shift(
    extractant: &mut Extractant,
    chosen: Vec<Choice>,
    fields: &Fields<'_>,
    library: &Library,
) -> Option<Vec<String>> {
    let mut told = Vec::new();
    let mut fine = true;
    for choice in chosen {
        match factors::apply(extractant, &choice, library) {
            Ok((sentence, factor)) => {
                fields.check().cite(format!("{}.factors.{}", fields.path(), choice.pair), &factor, "1");
                told.push(sentence);
            }
            Err((what, hint)) => {
                fields.refuse("factors", what, hint);
                fine = false;
            }
        }
    }
    fine.then_some(told)
}

/// Constants of metals that go over before every rare earth.
fn put_first(extractant: &mut Extractant, first: &[Element], fields: &Fields<'_>) -> bool {
    if first.is_empty() {
        return true;
    }
    if matches!(extractant.form, Form::LogDCorrelation(_)) {
        let what = format!("`{}` has lines by pH: there is no one constant to put a metal before", extractant.name);
        fields.refuse("missing", what, "give its constant log D as `log_k`");
        return false;
    }
    let most =
        extractant.log_k.rare_earths().filter_map(|(_, fact)| Some(fact.as_ref()?.value)).fold(f64::MIN, f64::max);
    for &element in first {
        let citation = Citation {
            key: "".into(),
            place:
                "rule extracted_first: ten times the constant of the most extractable rare earth, nobody measured it"
                    .into(),
            evidence: Evidence::Assumed,
            file: fields.place().file.clone(),
        };
        extractant.log_k[element] = Some(Sourced { value: most + FIRST, citation });
    }
    true
}

/// A file that carries its constants by ionic strength must know the activity of each.
fn activities_known(extractant: &Extractant, fields: &Fields<'_>) -> bool {
    let Some(carried) = &extractant.activity else { return true };
    let absent: Vec<Element> = extractant
        .log_k
        .iter()
        .filter(|(element, fact)| fact.is_some() && carried.activity.shift(*element, 1.0).is_none())
        .map(|(element, _)| element)
        .collect();
    if absent.is_empty() {
        return true;
    }
    fields.refuse(
        "extractant",
        format!("`{}` carries its constants by Pitzer's equations, which lack {}", extractant.name, list(&absent)),
        "a file without `activity`, `missing = { rare_earths = \"not-extracted\" }`, or a row in data/separate/pitzer_chlorides.csv",
    );
    false
}

/// Atomic number of a lanthanide.
fn atomic_number(element: Element) -> Option<f64> {
    let at = element as usize;
    // The list passes over promethium.
    (at <= Element::Lu as usize).then_some(57.0 + at as f64 + if at > Element::Nd as usize { 1.0 } else { 0.0 })
}

/// The least-squares line of the lanthanides' constants by atomic number, read at an element.
pub(super) fn line_through(log_k: &ByElement<Option<Sourced<f64>>>, element: Element) -> Option<Sourced<f64>> {
    let points: Vec<(f64, f64)> =
        log_k.iter().filter_map(|(e, fact)| Some((atomic_number(e)?, fact.as_ref()?.value))).collect();
    let n = points.len() as f64;
    if points.len() < 3 {
        return None;
    }
    let (zm, km) = (points.iter().map(|p| p.0).sum::<f64>() / n, points.iter().map(|p| p.1).sum::<f64>() / n);
    let slope = points.iter().map(|p| (p.0 - zm) * (p.1 - km)).sum::<f64>()
        / points.iter().map(|p| (p.0 - zm).powi(2)).sum::<f64>();
    let citation = Citation {
        key: "".into(),
        place: format!(
            "rule linear-in-atomic-number: line through {} lanthanides, slope {slope:.3} a step",
            points.len()
        )
        .into(),
        evidence: Evidence::Assumed,
        file: log_k[Element::La].as_ref().map_or_else(|| "".into(), |fact| fact.citation.file.clone()),
    };
    Some(Sourced { value: km + slope * (atomic_number(element)? - zm), citation })
}
