//! Extractants: their constants from `data/extractants/<name>.toml`.
//!
//! A file names its law (`form`), gives the liquid's molar mass and density and one constant
//! an element; each constant carries or inherits source, place and evidence. An element
//! without a constant stays without: a scenario then says by name what to do.

use std::sync::Arc;

use crate::document::{Node, Value};
use crate::element::{ByElement, Element};
use crate::fields::{Fields, nearest};
use crate::library::Library;
use crate::separate::isotherm::Isotherm;
use crate::separate::isotherm::cation_exchange::CationExchange;
use crate::separate::isotherm::constant_separation_factor::ConstantSeparationFactor;
use crate::separate::isotherm::log_d_correlation::{Line, LogDCorrelation};
use crate::source::{Citation, Evidence, Sourced};

/// An extractant as its file has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Extractant {
    /// The file's name.
    pub name: Arc<str>,
    /// kg/mol of monomer.
    pub molar_mass: Sourced<f64>,
    /// kg/m³.
    pub density: Sourced<f64>,
    /// Which law and its shape.
    pub form: Form,
    /// The constant of each element the source gives.
    pub log_k: ByElement<Option<Sourced<f64>>>,
    /// pH the constants were measured in, if told.
    pub ph: Option<[f64; 2]>,
    /// The medium, in words.
    pub medium: String,
}

/// The law of a file, with what is not by element.
#[derive(Debug, Clone, PartialEq)]
pub enum Form {
    /// See [`CationExchange`].
    CationExchange {
        /// Free dimer the constants hold at, mol/L.
        reference: f64,
        /// Extractant order.
        order: f64,
        /// Alstad's coefficient.
        alstad: f64,
    },
    /// See [`LogDCorrelation`]; `log_k` then holds constant log D.
    LogDCorrelation(Box<ByElement<Option<Line>>>),
    /// See [`ConstantSeparationFactor`].
    ConstantSeparationFactor,
}

/// The names a file's `form` may have.
pub const FORMS: [&str; 3] = ["cation-exchange", "log-d-correlation", "constant-separation-factor"];

fn number(node: Option<&Node>) -> Option<f64> {
    match node.map(|node| &node.value) {
        Some(Value::Number(number)) if number.is_finite() => Some(*number),
        _ => None,
    }
}

/// A number with the standing it carries or inherits.
fn sourced(node: &Node, whole: &Citation) -> Option<Sourced<f64>> {
    let text = |key: &str| node.get(key).and_then(Node::text);
    let value = number(Some(node)).or_else(|| number(node.get("value")))?;
    let citation = Citation {
        key: text("source").map_or_else(|| whole.key.clone(), Into::into),
        place: text("place").map_or_else(|| whole.place.clone(), Into::into),
        evidence: text("evidence").and_then(Evidence::from_word).unwrap_or(whole.evidence),
        file: whole.file.clone(),
    };
    Some(Sourced { value, citation })
}

impl Extractant {
    /// Reads a file; the error says what is wrong with it, or which there are.
    pub fn named(name: &str, library: &Library) -> Result<Self, String> {
        let names = library.names("extractants", "toml");
        if !names.iter().any(|known| known == name) {
            return Err(format!(
                "there is no extractant `{name}`; {}",
                nearest(name, names.iter().map(String::as_str))
            ));
        }
        let file = format!("data/extractants/{name}.toml");
        let node = library.document(&format!("extractants/{name}")).map_err(|error| error.to_string())?;
        let wrong = |what: &str| format!("{file}: {what}");
        let text = |key: &str| node.get(key).and_then(Node::text);
        let whole = Citation {
            key: text("source").unwrap_or_default().into(),
            place: text("place").unwrap_or_default().into(),
            evidence: text("evidence").and_then(Evidence::from_word).ok_or_else(|| wrong("no `evidence`"))?,
            file: file.clone().into(),
        };
        let fact =
            |key: &str| node.get(key).and_then(|n| sourced(n, &whole)).ok_or_else(|| wrong(&format!("no `{key}`")));
        let shape = |key: &str| number(node.get("law").and_then(|law| law.get(key)));
        let need = |key: &str| shape(key).ok_or_else(|| wrong(&format!("no `law.{key}`")));
        let mut log_k = ByElement::from_fn(|_| None);
        for (symbol, inner) in node.get("log_k").map(Node::entries).unwrap_or_default() {
            let element: Element = symbol.parse().map_err(|e| wrong(&format!("{e}")))?;
            log_k[element] =
                Some(sourced(inner, &whole).ok_or_else(|| wrong(&format!("`log_k.{symbol}` is not a number")))?);
        }
        let form = match text("form") {
            Some("cation-exchange") => {
                Form::CationExchange { reference: need("reference")?, order: need("order")?, alstad: need("alstad")? }
            }
            Some("log-d-correlation") => {
                let mut lines = ByElement::from_fn(|_| None);
                for (symbol, inner) in node.get("line").map(Node::entries).unwrap_or_default() {
                    let element: Element = symbol.parse().map_err(|e| wrong(&format!("{e}")))?;
                    let part = |key: &str| {
                        number(inner.get(key)).ok_or_else(|| wrong(&format!("`line.{symbol}.{key}` is not a number")))
                    };
                    lines[element] = Some(Line { m0: part("m0")?, m1: part("m1")?, b0: part("b0")?, b1: part("b1")? });
                    log_k[element] = Some(Sourced { value: part("b0")?, citation: whole.clone() });
                }
                Form::LogDCorrelation(Box::new(lines))
            }
            Some("constant-separation-factor") => Form::ConstantSeparationFactor,
            other => {
                return Err(wrong(&format!("`form` is `{}`; one of {}", other.unwrap_or("missing"), FORMS.join(", "))));
            }
        };
        let ph = match node.get("holds").and_then(|holds| holds.get("ph")).map(|node| &node.value) {
            Some(Value::List(ends)) => match (number(ends.first()), number(ends.get(1))) {
                (Some(low), Some(high)) => Some([low, high]),
                _ => return Err(wrong("`holds.ph` is not two numbers")),
            },
            _ => None,
        };
        Ok(Self {
            name: name.into(),
            molar_mass: fact("molar_mass")?,
            density: fact("density")?,
            form,
            log_k,
            ph,
            medium: node.get("holds").and_then(|h| h.get("medium")).and_then(Node::text).unwrap_or_default().to_owned(),
        })
    }

    /// The law with its constants as they now stand.
    pub fn law(&self) -> Box<dyn Isotherm> {
        let values = self.log_k.map(|_, fact| fact.as_ref().map(|fact| fact.value));
        match &self.form {
            Form::CationExchange { reference, order, alstad } => {
                Box::new(CationExchange::new(values, *reference, *order, *alstad))
            }
            Form::LogDCorrelation(lines) => {
                let percent_per_molar = 100.0 * self.molar_mass.value * 1000.0 / self.density.value;
                let lines = ByElement::from_fn(|element| {
                    lines[element].or(values[element].map(|b0| Line { b0, ..Line::default() }))
                });
                Box::new(LogDCorrelation { lines, percent_per_molar })
            }
            Form::ConstantSeparationFactor => Box::new(ConstantSeparationFactor { log_b: values }),
        }
    }
}

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
    /// Elements whose constant a rule gave.
    pub ruled: Vec<Element>,
    /// Elements taken as not extracted, by rule.
    pub left: Vec<Element>,
}

/// Reads `extractant`, `log_k` and `missing`, and `counter`, the base's cation.
pub fn read(fields: &mut Fields<'_>, counter: Option<Element>, library: &Library) -> Option<Resolved> {
    let name = fields.text("extractant", "the name of a file in data/extractants");
    let own = fields.may_elements::<crate::quantity::Number>(
        "log_k",
        "constants that go before the file's, in the file's convention; an absent element keeps the file's",
        -30.0..=30.0,
    );
    let mut rules = [None, None];
    if let Some(mut table) =
        fields.may_table("missing", "what to do about elements without a constant; absent means there must be none")
    {
        rules = [
            table.word(
                "rare_earths",
                "for rare earths: a line through the lanthanides' constants by atomic number, or leave them in the solution",
                &[("linear-in-atomic-number", Rule::Linear), ("not-extracted", Rule::NotExtracted)],
            ),
            table.word("others", "for all other metals", &[("not-extracted", Rule::NotExtracted)]),
        ];
        table.finish();
    }
    let mut extractant = match Extractant::named(&name?, library) {
        Ok(extractant) => extractant,
        Err(why) => {
            fields.refuse("extractant", why, "the name of a file in data/extractants, without .toml");
            return None;
        }
    };
    let overrides = fields.raw("log_k");
    for (element, value) in own.iter() {
        if let Some(value) = value {
            let node = overrides.and_then(|table| table.get(element.symbol()));
            let text = |key: &str| node.and_then(|n| n.get(key)).and_then(Node::text).unwrap_or_default();
            let citation = Citation {
                key: text("source").into(),
                place: text("note").into(),
                evidence: Evidence::from_word(text("evidence")).unwrap_or(Evidence::Choice),
                file: fields.place().file.clone(),
            };
            extractant.log_k[element] = Some(Sourced { value: value.0, citation });
        }
    }
    let absent = |elements: &[Element]| -> Vec<Element> {
        elements.iter().copied().filter(|&e| extractant.log_k[e].is_none()).collect()
    };
    let (rare, others) = (absent(Element::RARE_EARTHS), absent(&OTHERS));
    let list = |elements: &[Element]| elements.iter().map(|e| e.symbol()).collect::<Vec<_>>().join(", ");
    let mut fine = true;
    for (which, rule, elements, hint) in
        [("rare_earths", rules[0], &rare, "linear-in-atomic-number"), ("others", rules[1], &others, "not-extracted")]
    {
        if rule.is_none() && !elements.is_empty() {
            fields.refuse(
                "extractant",
                format!("`{}` has no constant for {}", extractant.name, list(elements)),
                format!("name a rule, `missing = {{ {which} = \"{hint}\" }}`, or give them, `log_k = {{ {} = {{ value = …, evidence = …, note = … }} }}`", elements[0]),
            );
            fine = false;
        }
    }
    if let Some(counter) = counter.filter(|&counter| extractant.log_k[counter].is_none()) {
        fields.refuse(
            "extractant",
            format!("`{}` has no constant for the base's cation ({counter})", extractant.name),
            format!("`log_k = {{ {counter} = {{ value = …, evidence = …, note = … }} }}`"),
        );
        fine = false;
    }
    let (mut ruled, mut left) = (Vec::new(), others);
    match rules[0] {
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
        _ => left.extend(rare),
    }
    for (element, fact) in extractant.log_k.iter() {
        if let Some(fact) = fact {
            fields.check().cite(format!("{}.log_k.{element}", fields.path()), fact, "1");
        }
    }
    fine.then_some(Resolved { extractant, ruled, left })
}

/// Atomic number of a lanthanide.
fn atomic_number(element: Element) -> Option<f64> {
    let at = element as usize;
    // The list passes over promethium.
    (at <= Element::Lu as usize).then_some(57.0 + at as f64 + if at > Element::Nd as usize { 1.0 } else { 0.0 })
}

/// The least-squares line of the lanthanides' constants by atomic number, read at an element.
fn line_through(log_k: &ByElement<Option<Sourced<f64>>>, element: Element) -> Option<Sourced<f64>> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_reads() {
        let library = Library::builtin();
        let names = library.names("extractants", "toml");
        assert!(names.len() >= 5, "{names:?}");
        for name in names {
            let extractant = Extractant::named(&name, &library).unwrap_or_else(|e| panic!("{e}"));
            let known = extractant.log_k.iter().filter(|(_, fact)| fact.is_some()).count();
            assert!(known > 4, "{name}");
            assert!(extractant.molar_mass.value > 0.1 && extractant.density.value > 700.0);
        }
    }

    #[test]
    fn what_is_absent_stays_absent() {
        let p507 = Extractant::named("p507", &Library::builtin()).unwrap();
        for element in [Element::Ho, Element::Lu, Element::Sc, Element::Th, Element::Fe, Element::Ca] {
            assert!(p507.log_k[element].is_none(), "{element}");
        }
    }

    #[test]
    fn the_line_keeps_the_order_of_the_lanthanides() {
        let p507 = Extractant::named("p507", &Library::builtin()).unwrap();
        let lu = line_through(&p507.log_k, Element::Lu).unwrap();
        let ho = line_through(&p507.log_k, Element::Ho).unwrap();
        assert!(lu.value > ho.value && ho.citation.evidence == Evidence::Assumed);
    }
}
