//! What is in the ground, as a stream: minerals by size, pore water, rare earths in their hosts.
//!
//! An ore of `data/ores/` says which minerals there are, in which sizes, and which of them
//! holds which share of each rare earth. A **carrier** (bioapatite, bastnäsite) has a rare-earth
//! content of its own, so the grade decides how much of it there is; the **gangue** fills the
//! rest in fixed proportions and may hold a share of some elements too (cerium on manganese
//! oxide), its content then following from the grade.
//!
//! # Equation
//! With grade G (kg rare-earth elements per kg dry), pattern p (shares, Σ p = 1) and h the share
//! of element e that mineral m holds (Σ_m h = 1 for each e):
//! ```text
//! carriers  w_m = G Σ_e p_e h_me / c_m              c_m: its rare-earth content, kg/kg
//! gangue    w_g = s_g (1 − Σ w_m),   Σ_g s_g = 1    content c_g = G Σ_e p_e h_ge / w_g
//! ```
//! so that Σ w = 1 and the rare earths are those of the grade, exactly.
//!
//! # Symbols
//! w: kg of mineral per kg dry; s: share of the gangue; c: kg/kg; h: 1.
//!
//! # Holds for
//! Grades the carriers have room for; above, the ore says that the grade cannot be met.
//!
//! # Source
//! `data/ores/`, `data/minerals/`: each number carries its own.

pub mod fact;
pub mod minerals;

use std::sync::Arc;

use crate::document::{Node, Value};
use crate::element::{ByElement, Element};
use crate::error::Error;
use crate::fields::{Fields, nearest};
use crate::library::Library;
use crate::quantity::{Fraction, Length, MassFlow};
use crate::reagent::Reagent;
use crate::source::{Caveat, Evidence, Sourced};
use crate::stream::Stream;

use fact::Standing;
use minerals::MineralFacts;

/// Wet as mined, or dry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Basis {
    Wet,
    Dry,
}

/// One mineral of an ore.
#[derive(Debug, Clone)]
struct Constituent {
    facts: MineralFacts,
    /// Share of the gangue; `None` for a carrier.
    share: Option<f64>,
    /// Share of each rare earth of the ore that it holds.
    holds: ByElement<f64>,
    /// Share of its mass in each size class, finest first; sums to one.
    sizes: Vec<f64>,
}

/// An ore, ready to be mined at a rate.
#[derive(Debug, Clone)]
pub struct Ore {
    /// Its file's name.
    pub kind: String,
    /// kg/h dry, at work.
    pub dry: f64,
    /// Pore water and its salts over wet mass.
    pub moisture: f64,
    /// kg rare-earth elements per kg dry, where the scenario states one; otherwise the deposit's
    /// mined grade is meant.
    pub grade: Option<f64>,
    /// kg rare-earth oxides (reporting forms) per kg dry, where the scenario states that instead.
    pub oxide_grade: Option<f64>,
    /// Name of the pattern the scenario states; otherwise the deposit's is meant.
    pub pattern: Option<String>,
    pore_water: Reagent,
    edges: Arc<[f64]>,
    constituents: Vec<Constituent>,
    caveats: Vec<String>,
}

impl Ore {
    /// Reads the section `[ore]` of a scenario.
    pub fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Self> {
        let kind = fields.text("kind", "which ore: the name of a file in data/ores/");
        let rate: Option<MassFlow> = fields.need("rate", "how much is mined, per hour at work", 1e-6..=1e9);
        let basis =
            fields.word("basis", "is the rate wet, as mined, or dry", &[("wet", Basis::Wet), ("dry", Basis::Dry)]);
        let moisture: Option<Fraction> = fields.may(
            "moisture",
            "pore water with its salts over wet mass; absent means the ore file's own",
            0.0..=0.95,
        );
        let grade: Option<Fraction> = fields.may(
            "grade",
            "rare-earth elements (the fifteen) over dry mass; absent means the deposit's mined grade",
            0.0..=0.7,
        );
        let oxides: Option<Fraction> = fields.may(
            "oxide_grade",
            "rare-earth oxides (the fifteen, reporting forms) over dry mass, in place of `grade`; absent means `grade`",
            0.0..=0.8,
        );
        let pattern = fields.may_text(
            "pattern",
            "proportions of the rare earths, a name in data/deposit/rare_earth_patterns.csv; absent means the deposit's",
        );
        let host: Option<Fraction> = fields.may(
            "rare_earths_in_host",
            "rare-earth elements over mass of the trace host; absent means its mineral file's own",
            1e-6..=0.5,
        );
        let top: Option<Vec<Length>> = fields
            .has("size_edges")
            .then(|| fields.list("size_edges", "upper edges of the size classes, finest first", 1e-9..=10.0))
            .flatten();
        let (kind, rate, basis) = (kind?, rate?, basis?);
        let names = library.names("ores", "toml");
        if !names.contains(&kind) {
            fields.refuse(
                "kind",
                format!("there is no ore `{kind}`"),
                nearest(&kind, names.iter().map(String::as_str)),
            );
            return None;
        }
        let mut ore = match Self::from_file(&kind, library, fields, host.map(|share| share.0)) {
            Ok(ore) => ore,
            Err(why) => {
                fields.refuse("kind", why, "mend the file in data/ores or data/minerals");
                return None;
            }
        };
        if let Some(moisture) = moisture {
            ore.moisture = moisture.0;
        }
        if let Some(edges) = top {
            ore.resize(fields, &edges.iter().map(|edge| edge.0).collect::<Vec<_>>())?;
        }
        ore.dry = match basis {
            Basis::Dry => rate.0,
            Basis::Wet => rate.0 * (1.0 - ore.moisture),
        };
        if fields.has("grade") && fields.has("oxide_grade") {
            fields.refuse("oxide_grade", "two grades", "either `grade` or `oxide_grade`");
            return None;
        }
        ore.grade = grade.map(|grade| grade.0);
        ore.oxide_grade = oxides.map(|grade| grade.0);
        ore.pattern = pattern;
        Some(ore)
    }

    fn from_file(kind: &str, library: &Library, fields: &Fields<'_>, host: Option<f64>) -> Result<Self, String> {
        let node = library.document(&format!("ores/{kind}")).map_err(|error| error.to_string())?;
        let standing = Standing::of_file(&node);
        let bad = |what: &str| format!("data/ores/{kind}.toml: {what}");
        let cite = |path: &str, fact: &Sourced<f64>, unit: &str| {
            fields.check().cite(format!("{}.{path}", fields.path()), fact, unit);
        };
        let moisture = standing.fact_at(&node, "moisture").ok_or_else(|| bad("`moisture` is missing"))?;
        cite("moisture", &moisture, "1");
        let edges = numbers(node.get("edges_um")).ok_or_else(|| bad("`edges_um` is missing"))?;
        if edges.is_empty() || edges.windows(2).any(|pair| pair[1] <= pair[0]) || edges[0] <= 0.0 {
            return Err(bad("`edges_um` must rise"));
        }
        let water = node.get("pore_water").and_then(Node::text).ok_or_else(|| bad("`pore_water` is missing"))?;
        let mut constituents = Vec::new();
        let mut assumed = Vec::new();
        let Some(Value::List(items)) = node.get("mineral").map(|list| &list.value) else {
            return Err(bad("`[[mineral]]` is missing"));
        };
        for item in items {
            let name = item.get("name").and_then(Node::text).ok_or_else(|| bad("a mineral has no `name`"))?;
            let here = standing.within(item);
            let mut facts = MineralFacts::named(name, library)?;
            if let (Some(content), Some(fact)) = (host, facts.rare_earths.as_mut()) {
                fact.value = content;
                fact.citation.evidence = Evidence::Choice;
            }
            let share = here.fact_at(item, "share");
            if share.is_some() == facts.is_carrier() {
                return Err(bad(&format!("`{name}` needs a `share` if, and only if, it is gangue")));
            }
            let sizes = numbers(item.get("sizes")).ok_or_else(|| bad(&format!("`{name}` has no `sizes`")))?;
            let whole: f64 = sizes.iter().sum();
            if sizes.len() != edges.len() || sizes.iter().any(|s| *s < 0.0) || (whole - 100.0).abs() > 0.05 {
                return Err(bad(&format!("the sizes of `{name}` must be {} shares that sum to 100", edges.len())));
            }
            if here.citation().evidence == Evidence::Assumed {
                assumed.push(name.to_owned());
            }
            let (holds, held) = holding(item, &here).map_err(|why| bad(&format!("`{name}`: {why}")))?;
            cite(&format!("{name}.density"), &facts.density, "kg/m3");
            for (key, fact) in [("share", &share), ("rare_earths", &facts.rare_earths)] {
                if let Some(fact) = fact {
                    cite(&format!("{name}.{key}"), fact, "1");
                }
            }
            for (key, fact) in &held {
                cite(&format!("{name}.holds.{key}"), fact, "1");
            }
            for (element, fact) in &facts.trace {
                cite(&format!("{name}.trace.{element}"), fact, "1");
            }
            let largest = Sourced { value: whole / 100.0, citation: here.citation().clone() };
            cite(&format!("{name}.sizes"), &largest, "1");
            constituents.push(Constituent {
                share: share.map(|fact| fact.value),
                holds,
                sizes: sizes.iter().map(|size| size / whole).collect(),
                facts,
            });
        }
        let gangue: f64 = constituents.iter().filter_map(|c| c.share).sum();
        if (gangue - 1.0).abs() > 1e-3 {
            return Err(bad(&format!("the shares of the gangue sum to {gangue}, not 1")));
        }
        for constituent in &mut constituents {
            constituent.share = constituent.share.map(|share| share / gangue);
        }
        for &element in Element::RARE_EARTHS {
            let held: f64 = constituents.iter().map(|c| c.holds[element]).sum();
            if (held - 1.0).abs() > 1e-9 {
                return Err(bad(&format!("the minerals hold {held} of {element}, not 1")));
            }
        }
        let mut caveats = Vec::new();
        if !assumed.is_empty() {
            caveats.push(format!("amount, sizes or rare-earth share assumed for {}", assumed.join(", ")));
        }
        Ok(Self {
            kind: kind.to_owned(),
            dry: 0.0,
            moisture: moisture.value,
            grade: None,
            oxide_grade: None,
            pattern: None,
            pore_water: Reagent::named(water, library)?,
            edges: edges.iter().map(|um| um * 1e-6).collect(),
            constituents,
            caveats,
        })
    }

    /// Re-bins the sizes on other edges, even in the logarithm of size within a class.
    fn resize(&mut self, fields: &Fields<'_>, edges: &[f64]) -> Option<()> {
        if edges.is_empty() || edges.windows(2).any(|pair| pair[1] <= pair[0]) {
            fields.refuse("size_edges", "the edges do not rise", "finest first, each larger than the one before");
            return None;
        }
        if edges[edges.len() - 1] < self.edges[self.edges.len() - 1] {
            fields.refuse(
                "size_edges",
                "the ore is coarser than the last edge",
                format!("a last edge of at least {} um", self.edges[self.edges.len() - 1] * 1e6),
            );
            return None;
        }
        for constituent in &mut self.constituents {
            constituent.sizes = rebinned(&self.edges, &constituent.sizes, edges);
        }
        self.edges = edges.into();
        Some(())
    }

    /// The grade the scenario states, kg rare-earth elements per kg dry, for a pattern (by mass of
    /// element, any scale); `None` where it states none and the deposit's is meant.
    pub fn stated_grade(&self, pattern: &ByElement<f64>) -> Option<f64> {
        let (elements, oxides) = (pattern.rare_earth_total(), pattern.rare_earth_oxide());
        self.grade.or_else(|| self.oxide_grade.filter(|_| oxides > 0.0).map(|grade| grade * elements / oxides))
    }

    /// The ore at a grade (kg rare-earth elements per kg dry) in the proportions of a pattern
    /// (by mass of element, any scale), per hour at work, with what must be said of it.
    pub fn stream(&self, grade: f64, pattern: &ByElement<f64>) -> Result<(Stream, Vec<Caveat>), Error> {
        let infeasible = |what: String, hint: &str| Error::Infeasible { unit: "ore".into(), what, hint: hint.into() };
        let whole = pattern.rare_earth_total();
        if !(whole > 0.0 && whole.is_finite() && grade >= 0.0 && grade.is_finite()) {
            return Err(infeasible(
                format!("a grade of {grade} or its pattern is not an amount"),
                "give a grade of at least 0 and a pattern with some rare earth in it",
            ));
        }
        let held = |c: &Constituent| {
            ByElement::from_fn(|e| if e.is_rare_earth() { grade * pattern[e] / whole * c.holds[e] } else { 0.0 })
        };
        let mut caveats: Vec<Caveat> = self.caveats.iter().map(|text| Caveat::at("ore", text)).collect();
        let mut parts = Vec::new();
        let mut gangue = 1.0;
        for carrier in self.constituents.iter().filter(|c| c.facts.is_carrier()) {
            let wanted = held(carrier);
            let total = wanted.rare_earth_total();
            if total <= 0.0 {
                continue;
            }
            let content = carrier.facts.rare_earths.as_ref().map_or(0.0, |fact| fact.value);
            let mineral = carrier.facts.with(&wanted, content);
            let weight = total / mineral.rare_earths();
            gangue -= weight;
            parts.push((carrier, mineral, weight));
        }
        if gangue < 0.0 {
            let names: Vec<&str> = parts.iter().map(|(carrier, ..)| carrier.facts.name.as_str()).collect();
            return Err(infeasible(
                format!(
                    "a grade of {:.4} % asks for {:.1} % of {}",
                    grade * 100.0,
                    (1.0 - gangue) * 100.0,
                    names.join(" and ")
                ),
                "a lower `grade`, or a higher `rare_earths_in_host`",
            ));
        }
        for filler in self.constituents.iter().filter(|c| !c.facts.is_carrier()) {
            let weight = gangue * filler.share.unwrap_or(0.0);
            let wanted = held(filler);
            let total = wanted.rare_earth_total();
            let content = if weight > 0.0 { total / weight } else { 0.0 };
            if total > 0.0 && (weight <= 0.0 || content > 0.5) {
                return Err(infeasible(
                    format!("there is no room in `{}` for its share of the rare earths", filler.facts.name),
                    "a lower `grade`",
                ));
            }
            if let Some(most) = filler.facts.rare_earths_at_most.as_ref().filter(|most| content > most.value) {
                caveats.push(Caveat::at(
                    "ore",
                    format!(
                        "`{}` would hold {:.0} mg/kg of rare earths; {:.0} is the most its file knows",
                        filler.facts.name,
                        content * 1e6,
                        most.value * 1e6
                    ),
                ));
            }
            parts.push((filler, filler.facts.with(&wanted, content), weight));
        }
        let mut stream = self.pore_water.stream(self.dry * self.moisture / (1.0 - self.moisture));
        stream.solid.edges = self.edges.clone();
        for (constituent, mineral, weight) in &parts {
            if *weight > 0.0 {
                let lot: Vec<f64> = constituent.sizes.iter().map(|share| share * weight * self.dry).collect();
                stream.solid.add(mineral, &lot);
            }
        }
        Ok((stream, caveats))
    }
}

/// Numbers of a list, or `None` if anything else stands there.
fn numbers(node: Option<&Node>) -> Option<Vec<f64>> {
    let Value::List(items) = &node?.value else { return None };
    items
        .iter()
        .map(|item| match item.value {
            Value::Number(number) if number.is_finite() => Some(number),
            _ => None,
        })
        .collect()
}

/// Reads `holds = { rest = 0.95, Ce = 0.38 }`; a mineral without it holds none.
type Holding = (ByElement<f64>, Vec<(String, Sourced<f64>)>);
fn holding(item: &Node, standing: &Standing) -> Result<Holding, String> {
    let mut holds = ByElement::default();
    let mut facts = Vec::new();
    let Some(table) = item.get("holds") else { return Ok((holds, facts)) };
    let inner = standing.within(table);
    for (key, node) in table.entries() {
        if ["source", "place", "evidence"].contains(&key.as_str()) {
            continue;
        }
        let fact = inner.fact(node).filter(|fact| (0.0..=1.0).contains(&fact.value));
        facts.push((key.clone(), fact.ok_or_else(|| format!("`holds.{key}` is not a share"))?));
    }
    let rest = facts.iter().find(|(key, _)| key == "rest").map_or(0.0, |(_, fact)| fact.value);
    for &element in Element::RARE_EARTHS {
        let own = facts.iter().find(|(key, _)| key == element.symbol());
        holds[element] = own.map_or(rest, |(_, fact)| fact.value);
    }
    if let Some((key, _)) = facts.iter().find(|(key, _)| key != "rest" && key.parse::<Element>().is_err()) {
        return Err(format!("`holds.{key}` is neither `rest` nor an element"));
    }
    Ok((holds, facts))
}

/// Shares on new edges: within a class, mass is even in the logarithm of size; the finest
/// class reaches down to half its upper edge.
pub fn rebinned(from: &[f64], shares: &[f64], onto: &[f64]) -> Vec<f64> {
    let lower = |edges: &[f64], at: usize| if at == 0 { edges[0] * 0.5 } else { edges[at - 1] };
    let mut out = vec![0.0; onto.len()];
    for (at, share) in shares.iter().enumerate() {
        let (low, high) = (lower(from, at), from[at]);
        for (to, slot) in out.iter_mut().enumerate() {
            // What lies below the finest new class falls into it.
            let bottom = if to == 0 { 0.0 } else { onto[to - 1] };
            let overlap = high.min(onto[to]) / low.max(bottom);
            if overlap > 1.0 {
                *slot += share * overlap.ln() / (high / low).ln();
            }
        }
    }
    out
}

#[cfg(test)]
mod tests;
