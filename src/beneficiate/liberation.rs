//! Which grains are of one mineral and which are locked: a composite is a mineral of stated shares.
//!
//! # Equation
//! In each size class a share l(d) of the first part is locked, each kg of it with `w_k / w_1` kg of every other
//! part; the composite's composition is `Σ w_k x_k`, its density `1 / Σ (w_k/ρ_k)`. Whatever of the composite came in
//! is first counted as its parts, so that the same unit after a mill sets the new state free.
//!
//! # Symbols
//! w: mass shares of the parts, which sum to 1; x: composition; ρ: density; l: locked share, which falls
//! for finer grains as `l = l0 min(1, d/d0)^p`.
//!
//! # Holds for
//! Composites of one average make-up each; several make-ups (middlings by share) are several composites. Every
//! unit downstream treats them as it treats minerals, by name, density and composition.
//!
//! # Source
//! Balances; shares are measurements of the scenario.

use std::sync::Arc;

use crate::element::ByElement;
use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::mineral::Mineral;
use crate::quantity::{Fraction, Length, Number};
use crate::source::Caveat;
use crate::stream::{Solid, Stream};
use crate::table::Table;
use crate::unit::{Balance, Kind, Ports, Reading, Unit};

use super::partition::lower_edge;

/// A composite.
#[derive(Debug, Clone)]
struct Composite {
    name: String,
    /// Mineral and mass share; the first is the one that is counted.
    parts: Vec<(String, f64)>,
    locked: f64,
    /// d0 m and p; `None` the same in every size.
    by_size: Option<(f64, f64)>,
}

/// The state of liberation.
#[derive(Debug)]
struct Liberation {
    composites: Vec<Composite>,
}

/// The kind.
pub const KIND: Kind<dyn Unit> = Kind {
    name: "liberation",
    about: "Sets which share of a mineral is locked with others, size by size",
    sources: &[],
    read,
};

fn read(fields: &mut Fields<'_>, _: &Library) -> Option<Box<dyn Unit>> {
    let mut composites = Vec::new();
    let mut sound = true;
    for mut inner in
        fields.may_tables("composite", "a locked grain: `name`, its `parts` and what share of the first is in it")
    {
        let found = composite(&mut inner);
        inner.finish();
        sound &= found.is_some();
        composites.extend(found);
    }
    if composites.is_empty() && sound {
        fields.refuse("composite", "nothing is locked", "[[unit.composite]] with `name`, `parts`, `first`, `locked`");
        return None;
    }
    sound.then(|| Box::new(Liberation { composites }) as Box<dyn Unit>)
}

fn composite(fields: &mut Fields<'_>) -> Option<Composite> {
    let name = fields.text("name", "of the composite, which units downstream know it by");
    let parts = fields.named::<Fraction>("parts", "minerals and their mass shares, which sum to 1", 1e-6..=1.0);
    let first = fields.text("first", "the part whose share is locked");
    let locked: Option<Fraction> =
        fields.need("locked", "share of the first part that is in this composite", 0.0..=1.0);
    let size: Option<Length> =
        fields.may("below", "size below which less is locked; absent means alike in every size", 1e-7..=1.0);
    let power: Option<Number> = fields.may("power", "of size over `below`; with it", 0.0..=10.0);
    let (parts, first) = (parts?, first?);
    let whole: f64 = parts.iter().map(|(_, share)| share.0).sum();
    if (whole - 1.0).abs() > 1e-6 || parts.len() < 2 {
        fields.refuse("parts", format!("{} parts sum to {whole}", parts.len()), "two or more shares that sum to 1");
        return None;
    }
    let mut parts: Vec<(String, f64)> = parts.into_iter().map(|(name, share)| (name, share.0 / whole)).collect();
    let Some(at) = parts.iter().position(|(name, _)| *name == first) else {
        fields.refuse("first", format!("`{first}` is not among the parts"), "one of `parts`");
        return None;
    };
    parts.swap(0, at);
    Some(Composite { name: name?, parts, locked: locked?.0, by_size: size.map(|d| (d.0, power.map_or(1.0, |p| p.0))) })
}

impl Composite {
    fn locked(&self, size: Option<f64>) -> f64 {
        match (self.by_size, size) {
            (Some((below, power)), Some(size)) => self.locked * (size / below).min(1.0).powf(power),
            _ => self.locked,
        }
    }

    /// The mineral it is, from those at hand.
    fn mineral(&self, known: &[Arc<Mineral>]) -> Option<Arc<Mineral>> {
        let mut mass_fractions = ByElement::<f64>::default();
        let mut volume = 0.0;
        for (name, share) in &self.parts {
            let part = known.iter().find(|mineral| *mineral.name == **name)?;
            mass_fractions += &part.mass_fractions.scaled(*share);
            volume += share / part.density;
        }
        Some(Arc::new(Mineral { name: self.name.as_str().into(), density: 1.0 / volume, mass_fractions }))
    }
}

impl Unit for Liberation {
    fn ports(&self) -> Ports {
        Ports { inlets: &["feed"], outlets: &["product"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let mut stream = inlets[0].clone();
        let edges = stream.solid.edges.clone();
        let mut caveats = Vec::new();
        let mut table = Table::new(
            "liberation",
            "What is locked",
            "share of each mineral that is in composites, by size",
            &[("composite", ""), ("finer than", "um"), ("locked", "%"), ("composite", "kg/h")],
        );
        let minerals: Vec<Arc<Mineral>> = stream.solid.lots.iter().map(|lot| lot.mineral.clone()).collect();
        let mut free = stream.solid.clone();
        for composite in &self.composites {
            let Some(lot) = free.lots.iter().position(|lot| *lot.mineral.name == *composite.name) else { continue };
            let gone = free.lots.remove(lot);
            for (name, share) in &composite.parts {
                let Some(mineral) = minerals.iter().find(|m| *m.name == **name) else {
                    return Err(absent(name, &composite.name));
                };
                free.add(mineral, &gone.kg_per_h.iter().map(|kg| kg * share).collect::<Vec<_>>());
            }
        }
        let whole = free.clone();
        let mut locked = Solid { edges: edges.clone(), lots: Vec::new() };
        for composite in &self.composites {
            let Some(mineral) = composite.mineral(&minerals) else {
                let missing = composite.parts.iter().find(|(name, _)| !minerals.iter().any(|m| *m.name == **name));
                return Err(absent(missing.map_or("", |(name, _)| name), &composite.name));
            };
            let (first, share) = &composite.parts[0];
            let classes = whole.lot(first).map_or(0, |lot| lot.kg_per_h.len());
            let mut made = vec![0.0; classes];
            for (class, slot) in made.iter_mut().enumerate() {
                let at = class.min(edges.len().saturating_sub(1));
                let size = edges.get(at).map(|upper| (upper * lower_edge(&edges, at)).sqrt());
                let of = |solid: &Solid, name: &str| {
                    solid.lot(name).and_then(|l| l.kg_per_h.get(class)).copied().unwrap_or(0.0)
                };
                let wished = of(&whole, first) * composite.locked(size) / share;
                // No more than the scarcest part allows.
                let most =
                    composite.parts.iter().map(|(name, share)| of(&free, name) / share).fold(f64::INFINITY, f64::min);
                *slot = wished.min(most).max(0.0);
                if wished > most * (1.0 + 1e-9) + 1e-12 {
                    caveats.push(Caveat::new(format!(
                        "not enough of the other parts of `{}` in the class below {:.3} um: {:.1} % of what should be locked is",
                        composite.name,
                        edges.get(at).copied().unwrap_or(0.0) * 1e6,
                        100.0 * most / wished
                    )));
                }
                for (name, share) in &composite.parts {
                    if let Some(kg) =
                        free.lots.iter_mut().find(|l| *l.mineral.name == **name).and_then(|l| l.kg_per_h.get_mut(class))
                    {
                        *kg = (*kg - *slot * share).max(0.0);
                    }
                }
                let held = of(&whole, first);
                if held > 0.0 {
                    table.row(vec![
                        composite.name.as_str().into(),
                        edges.get(at).map(|e| e * 1e6).into(),
                        (*slot * share / held * 100.0).into(),
                        (*slot).into(),
                    ]);
                }
            }
            locked.add(&mineral, &made);
        }
        for lot in &locked.lots {
            free.add(&lot.mineral, &lot.kg_per_h);
        }
        stream.solid = free;
        let share = if stream.solid.mass() > 0.0 { locked.mass() / stream.solid.mass() * 100.0 } else { 0.0 };
        let readings = vec![Reading::new("locked grains", share, "%")];
        Ok(Balance { outlets: vec![stream], readings, tables: vec![table], caveats, ..Balance::default() })
    }
}

fn absent(part: &str, composite: &str) -> Error {
    Error::Infeasible {
        unit: String::new(),
        what: format!("`{part}`, a part of `{composite}`, is not in the feed"),
        hint: "`parts` of minerals that the ore holds".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{mud, solved};

    const LOCKED: &str = "[[composite]]\nname = \"apatite in clay\"\nparts = { bioapatite = 0.4, illite = 0.6 }\nfirst = \"bioapatite\"\nlocked = \"30 %\"\nbelow = \"8 um\"\npower = 1\n";

    #[test]
    fn grains_are_locked_and_set_free_without_loss() {
        let fed = mud();
        let plant = solved("liberation", LOCKED, fed.clone(), &["product"]);
        let out = &plant.pipe("product").unwrap().stream;
        let lot = out.solid.lot("apatite in clay").unwrap();
        assert!(lot.total() > 0.0 && plant.closure.gap < 1e-12);
        assert!((out.solid.mass() / fed.solid.mass() - 1.0).abs() < 1e-12);
        assert!((out.solid.volume() / fed.solid.volume() - 1.0).abs() < 1e-12, "density is that of its parts");
        let (clay, apatite) = (fed.solid.lot("illite").unwrap(), fed.solid.lot("bioapatite").unwrap());
        assert!(lot.mineral.density > clay.mineral.density.min(apatite.mineral.density));
        // Set anew with nothing locked, the feed comes back.
        let free = solved("liberation", &LOCKED.replace("\"30 %\"", "0"), out.clone(), &["product"]);
        let back = &free.pipe("product").unwrap().stream;
        for lot in &fed.solid.lots {
            assert!((back.solid.lot(&lot.mineral.name).unwrap().total() / lot.total() - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn where_clay_is_wanting_less_is_locked_and_it_is_said() {
        // The coarsest classes hold no illite.
        let plant = solved("liberation", LOCKED, mud(), &["product"]);
        assert!(plant.caveats.iter().any(|c| c.text.contains("not enough of the other parts")));
    }
}
