//! Extractants: their constants from `data/extractants/<name>.toml`.
//!
//! A file names its law (`form`), the chemical (`family`), gives the liquid's molar mass and
//! density and one constant an element; each constant carries or inherits source, place,
//! evidence and, where it is known, its standard uncertainty in log₁₀. An element without a
//! constant stays without: a scenario then says by name what to do.

pub mod factors;
pub mod scenario;

use std::sync::Arc;

use crate::document::{Node, Value};
use crate::element::{ByElement, Element};
use crate::fields::nearest;
use crate::ion::Ion;
use crate::library::Library;
use crate::separate::isotherm::Isotherm;
use crate::separate::isotherm::cation_exchange::CationExchange;
use crate::separate::isotherm::constant_separation_factor::ConstantSeparationFactor;
use crate::separate::isotherm::log_d_correlation::{Line, LogDCorrelation};
use crate::separate::isotherm::pitzer_chloride::{Activity, Background, PitzerChloride};
use crate::separate::isotherm::solvating::Solvating;
use crate::source::{Citation, Evidence, Sourced};

pub use scenario::{OTHERS, Resolved, read};

/// An extractant as its file has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Extractant {
    /// The file's name.
    pub name: Arc<str>,
    /// The chemical, under the name that `data/separate/separation_factors.csv` uses.
    pub family: Arc<str>,
    /// kg/mol of monomer.
    pub molar_mass: Sourced<f64>,
    /// kg/m³.
    pub density: Sourced<f64>,
    /// Which law and its shape.
    pub form: Form,
    /// The constant of each element the source gives.
    pub log_k: ByElement<Option<Sourced<f64>>>,
    /// Standard uncertainty of each constant, log₁₀; `None` where nobody told it.
    pub uncertainty: ByElement<Option<f64>>,
    /// How the errors of the constants go together, where a fit gave it.
    pub correlation: Option<Correlation>,
    /// Where the constants were measured.
    pub holds: Holds,
    /// How they are carried to other ionic strengths; `None`: they are not.
    pub activity: Option<Carried>,
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
        /// Slope by pH of a trivalent ion.
        slope: f64,
        /// Alstad's coefficient.
        alstad: f64,
    },
    /// See [`Solvating`].
    Solvating {
        /// Free extractant the constants hold at, mol/L.
        reference: f64,
        /// Extractant order of a trivalent metal.
        order: f64,
        /// Anion the constants hold at, mol/L.
        reference_salt: f64,
        /// Slope by the anion of a trivalent metal.
        salt_order: f64,
        /// The anion.
        salt: Ion,
    },
    /// See [`LogDCorrelation`]; `log_k` then holds constant log D.
    LogDCorrelation(Box<ByElement<Option<Line>>>),
    /// See [`ConstantSeparationFactor`].
    ConstantSeparationFactor,
}

/// The names a file's `form` may have.
pub const FORMS: [&str; 4] = ["cation-exchange", "solvating", "log-d-correlation", "constant-separation-factor"];

/// Correlation matrix of the constants of some elements.
#[derive(Debug, Clone, PartialEq)]
pub struct Correlation {
    /// In the order of rows and columns.
    pub elements: Vec<Element>,
    /// Row by row.
    pub rows: Vec<Vec<f64>>,
}

/// Where the constants were measured; what the source does not tell is `None`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Holds {
    /// The medium, in words.
    pub medium: String,
    /// pH.
    pub ph: Option<[f64; 2]>,
    /// Extractant in the organic phase, mol/L of monomer.
    pub extractant: Option<[f64; 2]>,
    /// The anion that a neutral extractant takes along, mol/L.
    pub salt: Option<[f64; 2]>,
    /// Metal in the solution fed, mol/L.
    pub metal: Option<[f64; 2]>,
    /// °C.
    pub temperature: Option<[f64; 2]>,
}

/// Constants that are carried to other ionic strengths.
#[derive(Debug, Clone, PartialEq)]
pub struct Carried {
    /// The activities.
    pub activity: Activity,
    /// Ionic strength the constants hold at, mol/L.
    pub ionic_strength: f64,
}

pub(crate) fn number(node: Option<&Node>) -> Option<f64> {
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

/// A file while it is read: every complaint names it.
struct File<'n> {
    name: String,
    node: &'n Node,
    whole: Citation,
}

impl File<'_> {
    fn wrong(&self, what: &str) -> String {
        format!("{}: {what}", self.name)
    }

    fn law(&self, key: &str) -> Option<f64> {
        let node = self.node.get("law").and_then(|law| law.get(key));
        number(node).or_else(|| number(node.and_then(|node| node.get("value"))))
    }

    fn need(&self, key: &str) -> Result<f64, String> {
        self.law(key).ok_or_else(|| self.wrong(&format!("no `law.{key}`")))
    }

    fn positive(&self, key: &str) -> Result<f64, String> {
        match self.need(key)? {
            value if value > 0.0 => Ok(value),
            value => Err(self.wrong(&format!("`law.{key}` is {value}, it must be above nought"))),
        }
    }

    fn fact(&self, key: &str) -> Result<Sourced<f64>, String> {
        let node = self.node.get(key);
        node.and_then(|n| sourced(n, &self.whole)).ok_or_else(|| self.wrong(&format!("no `{key}`")))
    }

    /// The entries of a table of elements.
    fn elements(&self, key: &str) -> Result<Vec<(Element, &Node)>, String> {
        let entries = self.node.get(key).map(Node::entries).unwrap_or_default();
        entries
            .iter()
            .map(|(symbol, inner)| Ok((symbol.parse().map_err(|e| self.wrong(&format!("{e}")))?, inner)))
            .collect()
    }

    fn range(&self, key: &str) -> Result<Option<[f64; 2]>, String> {
        match self.node.get("holds").and_then(|holds| holds.get(key)).map(|node| &node.value) {
            Some(Value::List(ends)) => match (number(ends.first()), number(ends.get(1))) {
                (Some(low), Some(high)) if low <= high && ends.len() == 2 => Ok(Some([low, high])),
                _ => Err(self.wrong(&format!("`holds.{key}` is not two numbers, the lower first"))),
            },
            Some(_) => Err(self.wrong(&format!("`holds.{key}` is not a list of two numbers"))),
            None => Ok(None),
        }
    }

    fn correlation(&self) -> Result<Option<Correlation>, String> {
        let Some(node) = self.node.get("correlation") else { return Ok(None) };
        let wrong = || self.wrong("`correlation` is not `elements = [\"La\", …]` and as many `rows` of numbers");
        let list = |node: Option<&Node>| match node.map(|node| &node.value) {
            Some(Value::List(items)) => Ok(items.clone()),
            _ => Err(wrong()),
        };
        let elements: Option<Vec<Element>> =
            list(node.get("elements"))?.iter().map(|item| item.text()?.parse().ok()).collect();
        let elements = elements.ok_or_else(wrong)?;
        let mut rows = Vec::new();
        for row in list(node.get("rows"))? {
            let row: Option<Vec<f64>> = list(Some(&row))?.iter().map(|item| number(Some(item))).collect();
            rows.push(row.filter(|row| row.len() == elements.len()).ok_or_else(wrong)?);
        }
        if rows.len() != elements.len() {
            return Err(wrong());
        }
        Ok(Some(Correlation { elements, rows }))
    }

    /// The anion that a neutral extractant takes along.
    fn anion(&self) -> Result<Ion, String> {
        let words = [("nitrate", Ion::Nitrate), ("chloride", Ion::Chloride)];
        let said = self.node.get("law").and_then(|law| law.get("salt")).and_then(Node::text).unwrap_or("missing");
        words.iter().find(|(word, _)| *word == said).map(|(_, ion)| *ion).ok_or_else(|| {
            self.wrong(&format!("`law.salt` is `{said}`; the anion it takes along, nitrate or chloride"))
        })
    }

    fn carried(&self, library: &Library) -> Result<Option<Carried>, String> {
        let law = self.node.get("law");
        let text = |key: &str| law.and_then(|law| law.get(key)).and_then(Node::text);
        match text("activity") {
            None => Ok(None),
            Some("pitzer") => {
                let word = text("background").unwrap_or_default();
                let background = Background::WORDS.iter().find(|(name, _)| *name == word).map(|(_, b)| *b);
                let background = background.ok_or_else(|| {
                    let words = Background::WORDS.map(|(name, _)| name).join(", ");
                    self.wrong(&format!("`law.background` is `{word}`; one of {words}"))
                })?;
                let activity = Activity::read(library, background).map_err(|error| error.to_string())?;
                Ok(Some(Carried { activity, ionic_strength: self.positive("ionic_strength")? }))
            }
            Some(other) => Err(self.wrong(&format!("`law.activity` is `{other}`; \"pitzer\", or leave it out"))),
        }
    }
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
        let node = library.document(&format!("extractants/{name}")).map_err(|error| error.to_string())?;
        Self::from_node(name, &node, library)
    }

    /// From a file already read.
    pub fn from_node(name: &str, node: &Node, library: &Library) -> Result<Self, String> {
        let text = |key: &str| node.get(key).and_then(Node::text);
        let file = format!("data/extractants/{name}.toml");
        let whole = Citation {
            key: text("source").unwrap_or_default().into(),
            place: text("place").unwrap_or_default().into(),
            evidence: text("evidence").and_then(Evidence::from_word).ok_or_else(|| format!("{file}: no `evidence`"))?,
            file: file.clone().into(),
        };
        let file = File { name: file, node, whole };
        let mut log_k = ByElement::from_fn(|_| None);
        let mut uncertainty = ByElement::from_fn(|_| None);
        for (element, inner) in file.elements("log_k")? {
            let fact = sourced(inner, &file.whole);
            // What is assumed has no standard uncertainty that a fit of others' points could lend it.
            let lent = fact.as_ref().filter(|fact| fact.citation.evidence < Evidence::Assumed);
            uncertainty[element] =
                number(inner.get("uncertainty")).or_else(|| lent.and_then(|_| number(node.get("uncertainty"))));
            log_k[element] = Some(fact.ok_or_else(|| file.wrong(&format!("`log_k.{element}` is not a number")))?);
        }
        let form = match text("form") {
            Some("cation-exchange") => Form::CationExchange {
                reference: file.positive("reference")?,
                order: file.need("order")?,
                slope: file.law("slope").unwrap_or(3.0),
                alstad: file.need("alstad")?,
            },
            Some("solvating") => Form::Solvating {
                reference: file.positive("reference")?,
                order: file.need("order")?,
                reference_salt: file.positive("reference_salt")?,
                salt_order: file.need("salt_order")?,
                salt: file.anion()?,
            },
            Some("log-d-correlation") => {
                let mut lines = ByElement::from_fn(|_| None);
                for (element, inner) in file.elements("line")? {
                    let part = |key: &str| {
                        let wrong = || file.wrong(&format!("`line.{element}.{key}` is not a number"));
                        number(inner.get(key)).ok_or_else(wrong)
                    };
                    lines[element] = Some(Line { m0: part("m0")?, m1: part("m1")?, b0: part("b0")?, b1: part("b1")? });
                    log_k[element] = Some(Sourced { value: part("b0")?, citation: file.whole.clone() });
                    uncertainty[element] = number(inner.get("uncertainty")).or_else(|| number(node.get("uncertainty")));
                }
                Form::LogDCorrelation(Box::new(lines))
            }
            Some("constant-separation-factor") => Form::ConstantSeparationFactor,
            other => {
                let words = FORMS.join(", ");
                return Err(file.wrong(&format!("`form` is `{}`; one of {words}", other.unwrap_or("missing"))));
            }
        };
        let holds = Holds {
            medium: node.get("holds").and_then(|h| h.get("medium")).and_then(Node::text).unwrap_or_default().to_owned(),
            ph: file.range("ph")?,
            extractant: file.range("extractant")?,
            salt: file.range("salt")?,
            metal: file.range("metal")?,
            temperature: file.range("temperature")?,
        };
        let activity = file.carried(library)?;
        if let Some(Carried { activity, .. }) = &activity {
            let absent: Vec<&str> = log_k
                .iter()
                .filter(|(element, fact)| fact.is_some() && activity.shift(*element, 1.0).is_none())
                .map(|(element, _)| element.symbol())
                .collect();
            if !absent.is_empty() {
                return Err(file.wrong(&format!(
                    "`law.activity`: there are no Pitzer parameters of the chloride of {}; leave them out of `log_k`, \
                     or give a row each in data/separate/pitzer_chlorides.csv",
                    absent.join(", ")
                )));
            }
        }
        Ok(Self {
            name: name.into(),
            family: text("family").unwrap_or(name).into(),
            molar_mass: file.fact("molar_mass")?,
            density: file.fact("density")?,
            form,
            log_k,
            uncertainty,
            correlation: file.correlation()?,
            holds,
            activity,
        })
    }

    /// The law with its constants as they now stand.
    pub fn law(&self) -> Box<dyn Isotherm> {
        let log_k = self.log_k.map(|_, fact| fact.as_ref().map(|fact| fact.value));
        let law: Box<dyn Isotherm> = match &self.form {
            Form::CationExchange { reference, order, slope, alstad } => {
                Box::new(CationExchange::new(log_k, *reference, *order, *alstad).with_slope(*slope))
            }
            Form::Solvating { reference, order, reference_salt, salt_order, .. } => Box::new(Solvating {
                log_k,
                reference_salt: *reference_salt,
                reference: *reference,
                salt_order: *salt_order,
                order: *order,
            }),
            Form::LogDCorrelation(lines) => {
                let percent_per_molar = 100.0 * self.molar_mass.value * 1000.0 / self.density.value;
                let lines = ByElement::from_fn(|element| {
                    lines[element].or(log_k[element].map(|b0| Line { b0, ..Line::default() }))
                });
                Box::new(LogDCorrelation { lines, percent_per_molar })
            }
            Form::ConstantSeparationFactor => Box::new(ConstantSeparationFactor { log_b: log_k }),
        };
        match &self.activity {
            Some(Carried { activity, ionic_strength }) => {
                Box::new(PitzerChloride::new(law, activity.clone(), *ionic_strength))
            }
            None => law,
        }
    }

    /// The anion that it takes along, if it is neutral.
    pub fn salt(&self) -> Option<Ion> {
        match self.form {
            Form::Solvating { salt, .. } => Some(salt),
            _ => None,
        }
    }

    /// The constant of an element with its uncertainty told in its place, as the ledger keeps it.
    pub fn told(&self, element: Element) -> Option<Sourced<f64>> {
        let mut fact = self.log_k[element].clone()?;
        if let Some(uncertainty) = self.uncertainty[element] {
            fact.citation.place =
                format!("{}; ± {uncertainty:.2} in log10, one standard error", fact.citation.place).into();
        }
        Some(fact)
    }
}

#[cfg(test)]
mod tests;
