//! What is told of a battery's constants: those a rule gave, those a source was chosen for, how far
//! the sources disagree about the keys, and where the constants were measured.

use super::Sizing;
use super::run::Solved;
use crate::element::Element;
use crate::quantity::figures;
use crate::stream::Stream;

/// Sources whose factors for the keys differ by more than this share are told.
const DISAGREE: f64 = 0.2;

pub(super) fn tell(solved: &Solved<'_>, feed: &Stream, caveats: &mut Vec<String>) {
    let resolved = &solved.unit.resolved;
    let moles = feed.aqueous.ions.elements();
    // Less than a millionth of the rare earths is no matter for a caveat.
    let told = 1e-6 * moles.rare_earth_total();
    let present = |elements: &[Element]| {
        elements.iter().filter(|e| moles[**e] > told).map(|e| e.symbol()).collect::<Vec<_>>().join(", ")
    };
    let name = &resolved.extractant.name;
    let [ruled, first, left] = [&resolved.ruled, &resolved.first, &resolved.left].map(|elements| present(elements));
    if !ruled.is_empty() {
        caveats.push(format!("`{name}` has no measured constant for {ruled}: a line by atomic number is assumed"));
    }
    if !first.is_empty() {
        caveats.push(format!(
            "`{name}` has no constant for {first}: taken as extracted before every rare earth, by the scenario's rule"
        ));
    }
    if !left.is_empty() {
        caveats.push(format!("`{name}` has no constant for {left}: taken as not extracted, by the scenario's rule"));
    }
    caveats.extend(resolved.shifted.iter().cloned());
    disagreement(solved, caveats);
    let holds = &resolved.extractant.holds;
    if let Some([low, high]) = holds.ph {
        let (least, most) = solved.profile.ph.iter().fold((f64::MAX, f64::MIN), |(a, b), &ph| (a.min(ph), b.max(ph)));
        if least < low - 1e-9 || most > high + 1e-9 {
            caveats.push(format!(
                "stages run from pH {least:.1} to {most:.1}; the constants of `{name}` ({}) hold from {low:.1} to {high:.1}",
                holds.medium
            ));
        }
    }
    let concentration = solved.unit.concentration;
    if let Some([low, high]) = holds.extractant.filter(|[low, high]| !(*low..=*high).contains(&concentration)) {
        caveats.push(format!(
            "the extractant is at {} mol/L; the constants of `{name}` were measured from {} to {} mol/L",
            figures(concentration, 3),
            figures(low, 3),
            figures(high, 3)
        ));
    }
}

/// Where sources disagree about the separation factor the whole battery hangs on.
fn disagreement(solved: &Solved<'_>, caveats: &mut Vec<String>) {
    let (Some((keys, beta)), Sizing::Cut { light, heavy, .. }) = (solved.keys, solved.unit.sizing) else { return };
    let Some(spread) = solved.unit.spread.as_ref().filter(|_| keys == [light, heavy]) else { return };
    if spread.differs(beta, DISAGREE) {
        caveats.push(format!(
            "sources give {heavy}/{light} from {} to {}: {}; this run uses {}, `factors` takes another",
            figures(spread.range[0], 3),
            figures(spread.range[1], 3),
            spread.list(),
            figures(beta, 3)
        ));
    }
}
