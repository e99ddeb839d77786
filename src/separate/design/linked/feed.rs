//! The feed of a chain, or of a battery of three outlets, made ready as a battery alone makes ready its own.

use std::fmt::Write as _;

use crate::document::Node;
use crate::error::{Error, Place};
use crate::fields::{Check, Fields};
use crate::library::Library;
use crate::separate::design::rigorous::feed_strength;
use crate::separate::design::spec::{Solvent, written};
use crate::separate::prepare;
use crate::stream::Stream;
use crate::unit::{Balance, Kind, Unit};

/// The fields of the unit `prepare-liquor`; `None` where neither strength nor pH is asked for.
/// `feed_ph` goes before the battery's own.
pub fn preparation(solvent: &Solvent, feed_ph: Option<f64>, feed: &Stream) -> Option<String> {
    let node = &solvent.node;
    // A liquor more dilute than the strength asked for is taken as it comes: nothing is evaporated.
    let strength = feed.rare_earth_oxide() / feed.aqueous.volume().max(1e-300);
    let strong = node.get("feed_oxide").is_some() && feed_strength(node).is_none_or(|wanted| strength >= wanted);
    if !strong && feed_ph.is_none() && node.get("feed_ph").is_none() {
        return None;
    }
    let mut text = String::new();
    if let Some(ph) = feed_ph {
        _ = writeln!(text, "feed_ph = {ph}");
    }
    for key in ["base", "acid", "water", "feed_oxide", "feed_ph"] {
        if key == "feed_ph" && feed_ph.is_some() {
            continue;
        }
        if let Some(found) = node.get(key).filter(|_| key != "feed_oxide" || strong) {
            _ = writeln!(text, "{key} = {}", written(&found.value));
        }
    }
    Some(text)
}

/// The feed made ready, and with what.
pub(in crate::separate::design) fn prepared(
    solvent: &Solvent,
    feed_ph: Option<f64>,
    feed: &Stream,
    library: &Library,
) -> Result<Option<Balance>, Error> {
    let Some(text) = preparation(solvent, feed_ph, feed) else { return Ok(None) };
    let unit = unit(&prepare::KIND, &solvent.node.place, &text, library)?;
    unit.solve(std::slice::from_ref(feed)).map(Some)
}

/// A unit read from its fields; problems of reading are those of the specification.
pub(in crate::separate::design) fn unit(
    kind: &Kind<dyn Unit>,
    place: &Place,
    text: &str,
    library: &Library,
) -> Result<Box<dyn Unit>, Error> {
    let node = Node::parse(&place.file, text).map_err(Error::Scenario)?;
    let check = Check::new();
    let mut fields = Fields::new(&node, "battery", &check);
    let unit = (kind.read)(&mut fields, library);
    fields.finish();
    unit.ok_or_else(|| Error::Scenario(check.finish().0))
}
