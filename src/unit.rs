//! One piece of plant at steady state, and the catalogue of kinds.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Mutex, PoisonError};

use crate::document::Node;
use crate::element::ByElement;
use crate::error::Error;
use crate::fields::{Check, Field, Fields};
use crate::library::Library;
use crate::source::Caveat;
use crate::stream::Stream;
use crate::table::Table;

/// The names of what goes in and comes out, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ports {
    /// Inlets; several streams may join at one.
    pub inlets: &'static [&'static str],
    /// Outlets, one stream each.
    pub outlets: &'static [&'static str],
}

impl Ports {
    /// Ports that the scenario names. Each list of names is kept once, for the life of the program,
    /// so that ports stay as light as those a kind states itself.
    pub fn named(inlets: &[String], outlets: &[String]) -> Self {
        Self { inlets: kept(inlets), outlets: kept(outlets) }
    }
}

/// The one lasting copy of a list of names.
fn kept(names: &[String]) -> &'static [&'static str] {
    static KEPT: Mutex<BTreeMap<Vec<String>, &'static [&'static str]>> = Mutex::new(BTreeMap::new());
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    kept.entry(names.to_vec()).or_insert_with(|| {
        let list: Vec<&'static str> = names.iter().map(|name| &*name.clone().leak()).collect();
        list.leak()
    })
}

/// A reagent or utility stream the unit took across the fence, as much as it needed.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    /// Its name in `data/reagents/`, by which it is priced.
    pub name: String,
    /// How much, as a stream.
    pub stream: Stream,
}

/// A measured-like result of a unit: pH, pressure drop, cut size.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// In plain words: `pH`, `cut size`.
    pub name: String,
    /// In the unit beside it.
    pub value: f64,
    /// Unit word; `1` for plain numbers.
    pub unit: &'static str,
}

impl Reading {
    /// A reading.
    pub fn new(name: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self { name: name.into(), value, unit }
    }
}

/// What a unit does to its inlets.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Balance {
    /// The outlets, in the order of [`Ports::outlets`].
    pub outlets: Vec<Stream>,
    /// What it drew across the fence.
    pub drawn: Vec<Drawn>,
    /// Electric power, kW.
    pub power_kw: f64,
    /// Heat from fuel, kW.
    pub heat_kw: f64,
    /// Money paid to third parties that no stream carries (a shuttle's charter), USD/h at work:
    /// `(what, quantity, unit of quantity)`; economics holds the price.
    pub services: Vec<Reading>,
    /// kg of each element that stays in it while it works, and is bought or made before anything comes out.
    pub held: ByElement<f64>,
    /// What an operator would read off.
    pub readings: Vec<Reading>,
    /// Profiles and the like.
    pub tables: Vec<Table>,
    /// Where it stepped outside what its sources tested.
    pub caveats: Vec<Caveat>,
}

/// A machine the unit needs, by the size its cost depends on.
#[derive(Debug, Clone, PartialEq)]
pub struct Equipment {
    /// Its name in `data/economics/equipment.csv`.
    pub name: String,
    /// How many, alike.
    pub count: usize,
    /// Size of one.
    pub size: f64,
    /// Unit of the size; must be the one the cost law is written in.
    pub unit: &'static str,
}

/// One piece of plant at steady state.
pub trait Unit: Debug + Send + Sync {
    /// The names of inlets and outlets.
    fn ports(&self) -> Ports;

    /// What comes out. Inlets stand in the order of the ports, each already mixed.
    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error>;

    /// What else could be: tables that are dear to make and that no balance needs, asked once of the plant that was solved.
    fn survey(&self, _inlets: &[Stream], _done: &Balance) -> Vec<Table> {
        Vec::new()
    }

    /// The machines, sized by what went through. Cost is declared in data, not here.
    fn equipment(&self, _inlets: &[Stream], _done: &Balance) -> Vec<Equipment> {
        Vec::new()
    }
}

/// A law set a question with a known answer: what a validation file asks.
pub trait Case: Debug {
    /// The answers, by name.
    fn answer(&self) -> Result<Vec<Reading>, Error>;
}

/// How a kind is read: field by field, facts from the library.
pub type Read<T> = fn(&mut Fields<'_>, &Library) -> Option<Box<T>>;

/// An entry of a catalogue: one line a kind, in the `mod.rs` beside its file.
pub struct Kind<T: ?Sized> {
    /// As written in a scenario.
    pub name: &'static str,
    /// One sentence.
    pub about: &'static str,
    /// Keys of `data/refs.bib`.
    pub sources: &'static [&'static str],
    /// Reads one.
    pub read: Read<T>,
}

impl<T: ?Sized> Kind<T> {
    /// The fields a thing of this kind takes, learnt by reading an empty table.
    pub fn fields(&self, library: &Library) -> Vec<Field> {
        let check = Check::new();
        let nothing = Node::empty("");
        let mut fields = Fields::new(&nothing, "", &check);
        let _ = (self.read)(&mut fields, library);
        check.described()
    }
}

impl<T: ?Sized> Debug for Kind<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kind").field("name", &self.name).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_ports_are_kept_once() {
        let names = ["feed".to_owned(), "acid".to_owned()];
        let (one, two) = (Ports::named(&names, &[]), Ports::named(&names, &[]));
        assert_eq!(one.inlets, ["feed", "acid"]);
        assert!(std::ptr::eq(one.inlets, two.inlets) && one.outlets.is_empty());
    }
}
