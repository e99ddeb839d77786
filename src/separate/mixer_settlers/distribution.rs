//! The fan of distribution ratios at the free extractant of a battery's feed stage.

use super::run::Solved;
use crate::separate::isotherm::Contact;
use crate::table::Table;

/// Values of pH at which each element is told.
const POINTS: usize = 13;

/// log D against pH for every metal of the battery, with the window of its constants.
pub(super) fn table(solved: &Solved<'_>) -> Option<Table> {
    let Solved { unit, cascade, profile, .. } = solved;
    let at = unit.stages[0].checked_sub(1)?;
    let free = *profile.free.get(at)?;
    let stage = &cascade.stages[at];
    let used = profile.ph.iter().fold([f64::INFINITY, f64::NEG_INFINITY], |[a, b], &ph| [a.min(ph), b.max(ph)]);
    let holds = unit.resolved.extractant.holds.ph;
    let [low, high] = holds.map_or(used, |holds| [used[0].min(holds[0]), used[1].max(holds[1])]);
    if !(low.is_finite() && high.is_finite() && free > 0.0) {
        return None;
    }
    let (low, high) = (low - 0.25, high + 0.25);
    let mut table = Table::new(
        "distribution",
        format!("Distribution ratios in {}", unit.resolved.extractant.name),
        "log10 of D, mol/L in the organic phase over mol/L in the solution, at the free extractant of the feed stage; \
         evidence: on which the constant rests; holds: pH of the measurements; used: pH of the stages",
        &[
            ("element", ""),
            ("pH", ""),
            ("log D", ""),
            ("free", "mol/L"),
            ("evidence", ""),
            ("holds from", ""),
            ("holds to", ""),
            ("used from", ""),
            ("used to", ""),
        ],
    );
    for &element in cascade.solutes.iter().filter(|e| unit.is_metal(**e)) {
        let Some(fact) = &unit.resolved.extractant.log_k[element] else { continue };
        for point in 0..POINTS {
            let ph = low + (high - low) * point as f64 / (POINTS - 1) as f64;
            let contact = Contact { salt: stage.anions / stage.aqueous, ..Contact::new(ph, free) };
            table.row(vec![
                element.symbol().into(),
                ph.into(),
                unit.law.log_d(element, &contact).into(),
                free.into(),
                fact.citation.evidence.word().into(),
                holds.map(|holds| holds[0]).into(),
                holds.map(|holds| holds[1]).into(),
                used[0].into(),
                used[1].into(),
            ]);
        }
    }
    (!table.rows.is_empty()).then_some(table)
}

#[cfg(test)]
mod tests {
    use crate::element::Element;
    use crate::flowsheet::Flowsheet;
    use crate::separate::mixer_settlers::tests::{MUD, liquor, place, unit};
    use crate::table::Cell;

    /// Mass action of a trivalent ion: ten times the acid, a thousandth of the ratio; and the
    /// keys' ratios in the stage table are those of the law.
    #[test]
    fn lines_of_slope_three_through_the_stages() {
        let cut = "separate = \"Nd/Sm\"\nmargin = 1.2\nstrip_excess = \"40 %\"\npurity = { raffinate = \"99 %\", product = \"99 %\" }\nstages = { extract = 8, scrub = 8, strip = 8 }\n";
        let sheet = Flowsheet { units: vec![place("SX-1", unit(cut), "liquor", ["light", "heavy"])] };
        let plant = sheet.solve(&[("liquor".into(), liquor(100.0, MUD))], &mut |_| {}).unwrap();
        let tables = &plant.unit("SX-1").unwrap().balance.tables;
        let of = |name: &str| tables.iter().find(|t| t.name == format!("SX-1_{name}")).unwrap();
        let (fan, stages) = (of("distribution"), of("stages"));
        let rows: Vec<(f64, f64)> = fan
            .rows
            .iter()
            .filter(|row| row[0] == Cell::from(Element::Nd.symbol()))
            .map(|row| match (&row[1], &row[2]) {
                (Cell::Number(ph), Cell::Number(log_d)) => (*ph, *log_d),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(rows.len(), super::POINTS);
        let slope = (rows[12].1 - rows[0].1) / (rows[12].0 - rows[0].0);
        assert!((slope - 3.0).abs() < 1e-9, "{slope}");
        let feed = 7;
        let (ph, d) = (stages.numbers("pH")[feed].unwrap(), stages.numbers("D.Nd")[feed].unwrap());
        assert!((d.log10() - (rows[0].1 + slope * (ph - rows[0].0))).abs() < 1e-6);
    }
}
