//! Products: streams that leave the fence to be sold, judged by both purities.

use crate::element::{ByElement, Element};
use crate::stream::Stream;

/// A product and how pure it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Product {
    /// What it is sold as, the key of its price: `Nd2O3`, `NdPr oxide`.
    pub name: String,
    /// The stream that carries it.
    pub stream: String,
    /// kg/h of each element in it.
    pub elements: ByElement<f64>,
    /// kg/h of rare-earth oxide (reporting oxides of the fifteen; scandium is counted apart).
    pub oxide: f64,
    /// The rare earths it is named for.
    pub named_for: Vec<Element>,
    /// Oxides of those over all rare-earth oxide: the trade's "relative purity".
    pub relative_purity: f64,
    /// Rare-earth oxide over all that remains on ignition (every element as its oxide).
    pub oxide_purity: f64,
}

impl Product {
    /// Judges a stream sold as `name` for the rare earths `named_for`.
    pub fn of(name: &str, stream_name: &str, stream: &Stream, named_for: &[Element]) -> Self {
        let elements = stream.element_mass();
        let as_oxide = |element: Element| elements[element] * element.oxide_factor().unwrap_or(0.0);
        let rare: f64 = Element::RARE_EARTHS.iter().map(|&e| as_oxide(e)).sum();
        let named: f64 = named_for.iter().map(|&e| as_oxide(e)).sum();
        let volatile = [Element::C, Element::N, Element::S, Element::Cl, Element::H, Element::O, Element::F];
        let ignited: f64 = Element::ALL.iter().filter(|e| !volatile.contains(e)).map(|&e| as_oxide(e)).sum();
        let share = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
        Self {
            name: name.to_owned(),
            stream: stream_name.to_owned(),
            elements,
            oxide: rare,
            named_for: named_for.to_vec(),
            relative_purity: share(named, rare),
            oxide_purity: share(rare, ignited),
        }
    }

    /// kg/h of each element that leaves here separated: a product named for one or two rare earths
    /// separates those; a mixture separates none.
    pub fn separated(&self) -> ByElement<f64> {
        let apart = self.named_for.len() <= 2;
        self.elements.map(|element, &kg| if apart && self.named_for.contains(&element) { kg } else { 0.0 })
    }
}
