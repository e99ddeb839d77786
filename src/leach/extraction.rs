//! How much of each element has left the solids: what every leach reports alike.

use crate::element::{ByElement, Element};
use crate::stream::{Solid, Stream};
use crate::table::Table;
use crate::unit::Reading;

/// Shares of each element that have left the solids; `None` where the feed has none.
pub(super) fn shares(feed: &Solid, left: &Solid) -> ByElement<Option<f64>> {
    let (before, after) = (feed.element_mass(), left.element_mass());
    before.map(|element, kg| (*kg > 0.0).then(|| 1.0 - after[element] / kg))
}

/// Share of the rare earths but cerium that has left the solids.
fn without_cerium(feed: &Solid, left: &Solid) -> Option<f64> {
    let sum = |solid: &Solid| {
        let mass = solid.element_mass();
        mass.rare_earth_total() - mass[Element::Ce]
    };
    let before = sum(feed);
    (before > 0.0).then(|| 1.0 - sum(left) / before)
}

/// The readings and the table `extraction`.
pub(super) fn report(feed: &Solid, out: &Stream, readings: &mut Vec<Reading>) -> Table {
    let shares = shares(feed, &out.solid);
    if let Some(share) = without_cerium(feed, &out.solid) {
        readings.push(Reading::new("extraction of rare earths but cerium", 100.0 * share, "%"));
    }
    for element in
        [Element::Ce, Element::Ca, Element::Al, Element::Fe, Element::Mn, Element::P, Element::Th, Element::U]
    {
        if let Some(share) = shares[element] {
            readings.push(Reading::new(format!("extraction of {element}"), 100.0 * share, "%"));
        }
    }
    let mut table = Table::new(
        "extraction",
        "Extraction by element",
        "elements; share of what the entering solids hold that is not in the leaving solids, precipitates included",
        &[("element", ""), ("in solids fed", "kg/h"), ("extraction", "%"), ("in solution", "g/L")],
    );
    let fed = feed.element_mass();
    for (element, share) in shares.iter() {
        let skip = matches!(element, Element::H | Element::O);
        if let (Some(share), false) = (share, skip) {
            table.row(vec![
                element.symbol().into(),
                fed[element].into(),
                (100.0 * share).into(),
                out.aqueous.grams_per_litre(element).into(),
            ]);
        }
    }
    table
}
