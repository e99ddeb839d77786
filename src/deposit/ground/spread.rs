//! The spread of what was drawn, told: P90, P50 and P10 of tonnes, grade, metal and oxide, of all and of the zone that is mined.

use crate::deposit::ground::Ground;
use crate::deposit::ground::block_model::BlockModel;
use crate::deposit::ground::count::{Part, oxide_of, shown};
use crate::deposit::simulate::tally::{Count, Quantity, Tally};
use crate::error::Error;
use crate::table::{Cell, Table};
use crate::unit::Reading;

/// What is told of a tally: its name, its unit, and its factor from tonnes or from the unit of the grade.
struct Told {
    name: String,
    unit: &'static str,
    quantity: Quantity,
    factor: f64,
}

impl Ground {
    fn told_of_tally(&self, model: &BlockModel) -> Vec<Told> {
        let lead = &self.samples.variables[self.tonnage.of];
        let told = |name: &str, unit, quantity, factor| Told { name: name.into(), unit, quantity, factor };
        let mut all = vec![
            told("tonnage", "Mt dry", Quantity::Tonnes, 1e-6),
            told("grade", shown(lead.unit), Quantity::CutGrade, 1.0),
        ];
        if lead.unit == "ppm" {
            all.push(told("held", "kt", Quantity::CutMetal, 1e-3));
            if let Some((oxide, factor)) = oxide_of(&lead.name, self.shares(model).as_ref()) {
                all.push(told(&oxide, "kt", Quantity::CutMetal, 1e-3 * factor));
            }
        }
        all
    }

    /// The tally of the zone that is mined, with the blocks' own tonnes; `None` where all is.
    pub(super) fn tally_of_zone(&self, model: &BlockModel, whole: &Count) -> Result<Option<Tally>, Error> {
        if self.tonnage.zone.is_none() {
            return Ok(None);
        }
        let mut count = whole.clone();
        count.keep = 0;
        for (block, mass_t) in count.mass_t.iter_mut().enumerate() {
            if model.zone(block) != self.tonnage.zone {
                *mass_t = 0.0;
            }
        }
        Tally::new(count).map(Some)
    }

    /// Every cut-off.
    pub(super) fn spread_table(
        &self,
        (name, title): (&str, String),
        model: &BlockModel,
        tally: &Tally,
        cuts: &[f64],
    ) -> Table {
        let unit = shown(self.samples.variables[self.tonnage.of].unit);
        let mut table = Table::new(
            name,
            title,
            "dry solids in place; P90 is exceeded with a chance of 90 %, P10 with 10 %; blocks by their own true grade, as if it were known when mined",
            &[("cut-off", unit)],
        );
        let told = self.told_of_tally(model);
        for told in &told {
            for part in ["P90", "P50", "P10", "mean"] {
                table.column(format!("{}, {part}", told.name), told.unit);
            }
        }
        for (at, cut) in cuts.iter().enumerate() {
            let mut row: Vec<Cell> = vec![(*cut).into()];
            for told in &told {
                let spread = tally.spread(at, told.quantity);
                let parts = spread.map(|s| [s.exceeded_90, s.exceeded_50, s.exceeded_10, s.mean]);
                row.extend((0..4).map(|part| Cell::from(parts.map(|parts| parts[part] * told.factor))));
            }
            table.row(row);
        }
        table
    }

    /// Headline spreads of a part; its tonnes are told where they are not the same in every ground.
    pub(super) fn spread_readings(
        &self,
        part: Part,
        model: &BlockModel,
        tally: &Tally,
        cuts: &[f64],
        readings: &mut Vec<Reading>,
    ) {
        let cut = if part.above { self.tonnage.cut_off } else { 0.0 };
        let Some(at) = cuts.iter().position(|known| *known >= cut) else { return };
        let of = if part == (Part { zone: None, above: true }) { "" } else { "of " };
        for told in self.told_of_tally(model) {
            let Some(spread) = tally.spread(at, told.quantity) else { continue };
            if told.quantity == Quantity::Tonnes && !part.above {
                continue;
            }
            let unit = if told.quantity == Quantity::Tonnes { "Mt" } else { told.unit };
            let unit = if unit.is_empty() { "1" } else { unit };
            for (word, value) in [("P90", spread.exceeded_90), ("P50", spread.exceeded_50), ("P10", spread.exceeded_10)]
            {
                let name = format!("simulated {} {of}{}, {word}", told.name, self.part_name(part));
                readings.push(Reading::new(name, value * told.factor, unit));
            }
        }
    }
}
