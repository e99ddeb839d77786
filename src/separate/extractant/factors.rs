//! Separation factors that sources give, where they disagree, and how a scenario takes one.
//!
//! # Equation
//! ```text
//! β(H/L) = K_H / K_L;     to take a source's β for H over L:
//! log K_i ← log K_i + δ  for L and every rare earth no more extractable than L,
//! δ = log K_H − log β − log K_L
//! ```
//! The heavier side keeps its level; within the lighter side no factor moves. Factors of
//! several neighbouring pairs can be taken at once, in any order.
//!
//! # Symbols
//! H, L: the more and the less extractable of the pair; K: their constants; β: separation factor.
//!
//! # Holds for
//! Laws whose separation factors are constant: all but correlations by pH.
//!
//! # Source
//! `data/separate/separation_factors.csv` by row, and every file of the same family in
//! `data/extractants/`.

use super::{Extractant, Form, number};
use crate::document::{Node, Value};
use crate::element::Element;
use crate::fields::{Fields, nearest};
use crate::library::Library;
use crate::quantity::figures;
use crate::source::{Citation, Evidence, Sourced};

/// What a scenario wants of a pair.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// As written: `Nd/Pr`.
    pub pair: String,
    elements: [Element; 2],
    wanted: Wanted,
}

#[derive(Debug, Clone, PartialEq)]
enum Wanted {
    /// The factor of a source by name.
    Named(String),
    /// A factor of the scenario's own.
    Own(Sourced<f64>),
}

/// A factor that a source gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// Its name, by which a scenario takes it.
    pub name: String,
    /// The factor; `None` where only a range is given.
    pub value: Option<Sourced<f64>>,
    /// The range the source gives; both ends the factor where it gives none.
    pub range: [f64; 2],
}

/// How far sources disagree about a pair.
#[derive(Debug, Clone, PartialEq)]
pub struct Spread {
    /// Every source's factor.
    pub told: Vec<Told>,
    /// The least and the greatest.
    pub range: [f64; 2],
}

/// Every factor told for a pair of a family: rows of the table, then files whose constants are
/// known (not assumed) for both.
pub fn told(family: &str, heavy: Element, light: Element, library: &Library) -> Vec<Told> {
    let mut found = Vec::new();
    if let Ok(table) = library.table("separate/separation_factors") {
        let names =
            |column: &str, element: Element, row: crate::library::Row<'_>| row.text(column) == Some(element.symbol());
        for row in table.rows().filter(|row| row.text("family") == Some(family)) {
            if !(names("heavy", heavy, row) && names("light", light, row)) {
                continue;
            }
            let value = row.fact("factor");
            let range =
                [row.number("low"), row.number("high")].map(|end| end.or(value.as_ref().map(|fact| fact.value)));
            let (Some(name), [Some(low), Some(high)]) = (row.text("name"), range) else { continue };
            found.push(Told { name: name.to_owned(), value, range: [low, high] });
        }
    }
    for name in library.names("extractants", "toml") {
        let Ok(file) = Extractant::named(&name, library) else { continue };
        if *file.family != *family {
            continue;
        }
        if let Some(value) = of_constants(&file, heavy, light) {
            found.push(Told { name, range: [value.value; 2], value: Some(value) });
        }
    }
    found
}

/// The factor of a file's own constants, where both are known.
fn of_constants(file: &Extractant, heavy: Element, light: Element) -> Option<Sourced<f64>> {
    if matches!(file.form, Form::LogDCorrelation(_)) {
        return None;
    }
    let (h, l) = (file.log_k[heavy].as_ref()?, file.log_k[light].as_ref()?);
    let worst = if h.citation.evidence > l.citation.evidence { h } else { l };
    (worst.citation.evidence < Evidence::Assumed)
        .then(|| Sourced { value: 10f64.powf(h.value - l.value), citation: worst.citation.clone() })
}

/// How far the sources of a family disagree about a pair; `None` where fewer than two speak.
pub fn spread(family: &str, heavy: Element, light: Element, library: &Library) -> Option<Spread> {
    let told = told(family, heavy, light, library);
    if told.len() < 2 {
        return None;
    }
    let range = told.iter().fold([f64::MAX, f64::MIN], |[a, b], one| [a.min(one.range[0]), b.max(one.range[1])]);
    Some(Spread { told, range })
}

impl Spread {
    /// The sources and their factors, `1.4 (shinetsu2010), 1.8–2 (li2019)`.
    pub fn list(&self) -> String {
        let one = |told: &Told| {
            let [low, high] = told.range.map(|end| figures(end, 3));
            if low == high { format!("{low} ({})", told.name) } else { format!("{low}–{high} ({})", told.name) }
        };
        self.told.iter().map(one).collect::<Vec<_>>().join(", ")
    }

    /// Do the sources, and a run's own factor beside them, differ by more than this share?
    pub fn differs(&self, own: f64, by: f64) -> bool {
        let (low, high) = (self.range[0].min(own), self.range[1].max(own));
        high > (1.0 + by) * low
    }
}

/// Reads `factors`.
pub(super) fn read(fields: &mut Fields<'_>) -> Option<Vec<Choice>> {
    let about = "whose separation factor goes before the file's, pair by pair, `{ \"Nd/Pr\" = \"shinetsu2010\" }` or a number: \
                 the constants of the lighter side are shifted; absent means the file's own";
    let _ = fields.may_table("factors", about);
    let file = fields.place().file.clone();
    let mut chosen = Vec::new();
    let mut fine = true;
    for (pair, node) in fields.raw("factors").map(Node::entries).unwrap_or_default() {
        let mut refuse = |what: String, hint: &str| {
            fields.refuse("factors", what, hint);
            fine = false;
        };
        let elements: Vec<Option<Element>> = pair.split('/').map(|word| word.trim().parse().ok()).collect();
        let [Some(a), Some(b)] = elements[..] else {
            refuse(format!("`{pair}` is not two elements"), "\"Nd/Pr\", quoted, the more extractable first");
            continue;
        };
        if !(a.is_rare_earth() && b.is_rare_earth()) || a == b {
            refuse(format!("`{pair}` is not two rare earths"), "\"Nd/Pr\"");
            continue;
        }
        let wanted = match (&node.value, number(Some(node)).or_else(|| number(node.get("value")))) {
            (Value::Text(name), _) => Wanted::Named(name.clone()),
            (_, Some(value)) if value > 1.0 && value < 1e6 => {
                let standing = fields.written(&["factors", pair]);
                if standing.evidence <= Evidence::Published && standing.key.is_empty() {
                    refuse(
                        format!("`{pair}` is {}, but by whom?", standing.evidence),
                        "source = \"key\" of data/refs.bib",
                    );
                    continue;
                }
                Wanted::Own(Sourced { value, citation: Citation { file: file.clone(), ..standing } })
            }
            (_, Some(value)) => {
                refuse(format!("the factor {value} of `{pair}` is not above 1"), "the more extractable over the less");
                continue;
            }
            _ => {
                refuse(format!("`{pair}` is neither a source's name nor a number"), "\"shinetsu2010\", or 1.6");
                continue;
            }
        };
        chosen.push(Choice { pair: pair.clone(), elements: [a, b], wanted });
    }
    fine.then_some(chosen)
}

/// Shifts the lighter side of a pair; answers a sentence about it and the factor, or what is
/// wrong and what to try.
pub fn apply(
    extractant: &mut Extractant,
    choice: &Choice,
    library: &Library,
) -> Result<(String, Sourced<f64>), (String, String)> {
    let name = extractant.name.clone();
    if matches!(extractant.form, Form::LogDCorrelation(_)) {
        return Err((
            format!("the separation factors of `{name}` change with pH: none can be set"),
            "leave `factors` out, or give the lines in a file of your own".into(),
        ));
    }
    let value = |element: Element| extractant.log_k[element].as_ref().map(|fact| fact.value);
    let [a, b] = choice.elements;
    let (Some(of_a), Some(of_b)) = (value(a), value(b)) else {
        return Err((
            format!("`{name}` has no constants for both of {}", choice.pair),
            "a pair with constants, or a rule for those that are `missing`".into(),
        ));
    };
    let (heavy, light, level, was) = if of_a >= of_b { (a, b, of_a, of_b) } else { (b, a, of_b, of_a) };
    let factor = match &choice.wanted {
        Wanted::Own(factor) => factor.clone(),
        Wanted::Named(wanted) => {
            let told = told(&extractant.family, heavy, light, library);
            let names = || told.iter().filter(|one| one.value.is_some()).map(|one| one.name.as_str());
            let Some(found) = told.iter().find(|one| one.name == *wanted) else {
                return Err((
                    format!("`{wanted}` gives no factor {heavy}/{light} for {}", extractant.family),
                    format!("{}, or a number", nearest(wanted, names())),
                ));
            };
            found.value.clone().ok_or_else(|| {
                let [low, high] = found.range;
                (
                    format!("`{wanted}` gives {heavy}/{light} only as a range, {low} to {high}"),
                    format!("a number within it, or {}", nearest("", names())),
                )
            })?
        }
    };
    let delta = level - factor.value.log10() - was;
    let source = match &choice.wanted {
        Wanted::Named(name) => name.clone(),
        Wanted::Own(_) => "the scenario's own".into(),
    };
    let lighter: Vec<Element> =
        Element::RARE_EARTHS.iter().copied().filter(|&e| value(e).is_some_and(|log_k| log_k <= was + 1e-12)).collect();
    for &element in &lighter {
        if let Some(fact) = &mut extractant.log_k[element] {
            fact.value += delta;
            fact.citation.evidence = fact.citation.evidence.max(Evidence::Derived);
            let place = &fact.citation.place;
            fact.citation.place = format!(
                "{place}; shifted by {delta:+.3} so that {heavy}/{light} is {} ({source})",
                figures(factor.value, 3)
            )
            .into();
        }
    }
    let sentence = format!(
        "{heavy}/{light} is set to {} ({source}) in place of the {} of `{name}`: the constants of {} are shifted by {delta:+.3}",
        figures(factor.value, 3),
        figures(10f64.powf(level - was), 3),
        lighter.iter().map(|e| e.symbol()).collect::<Vec<_>>().join(", "),
    );
    Ok((sentence, factor))
}
