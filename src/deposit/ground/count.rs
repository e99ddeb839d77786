//! What lies in place, counted: by zone, class, cut-off and method, each variable, and as a curve over cut-offs.

use crate::deposit::ground::Ground;
use crate::deposit::ground::block_model::BlockModel;
use crate::deposit::ground::read::Mined;
use crate::deposit::tonnage::cut_offs;
use crate::element::{ByElement, Element};
use crate::error::Error;
use crate::table::{Cell, Table};
use crate::unit::Reading;

/// What is added up over blocks.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Sum {
    /// Dry tonnes.
    pub dry_t: f64,
    /// Dry tonnes times grade.
    pub content: f64,
    /// Volume, m³.
    pub volume_m3: f64,
    /// Blocks, whole or in part.
    pub blocks: usize,
}

impl Sum {
    fn add(&mut self, dry_t: f64, grade: f64) {
        self.dry_t += dry_t;
        self.content += dry_t * grade;
        self.blocks += 1;
    }

    /// Mean grade, weighed by dry tonnes.
    pub fn grade(&self) -> Option<f64> {
        (self.dry_t > 0.0).then(|| self.content / self.dry_t)
    }
}

/// A part of the deposit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// A zone; `None`: everywhere.
    pub zone: Option<usize>,
    /// Only what is at or above the cut-off.
    pub above: bool,
}

/// A block model and the method that made it.
pub type By = (&'static str, BlockModel);

/// Mass of oxide that trade reports for a mass of what a variable counts; `None` for what is no oxide's.
pub(super) fn oxide_of(variable: &str, pattern: Option<&ByElement<f64>>) -> Option<(String, f64)> {
    match variable {
        "SREY" => pattern.map(|pattern| ("REO".into(), pattern.rare_earth_oxide())),
        "TREO" => Some(("REO".into(), 1.0)),
        symbol => {
            let element: Element = symbol.parse().ok()?;
            Some((element.oxide()?.to_owned(), element.oxide_factor()?))
        }
    }
}

/// A unit word in headings.
pub(super) fn shown(unit: &'static str) -> &'static str {
    if unit == "1" { "" } else { unit }
}

impl Ground {
    /// The part that is mined.
    pub(super) fn mined_part(&self) -> Part {
        Part { zone: self.tonnage.zone, above: self.tonnage.mined == Mined::AboveCutOff }
    }

    /// A part in words.
    pub(super) fn part_name(&self, part: Part) -> String {
        let zone = part.zone.and_then(|zone| Some(format!("zone {}", self.zones.as_ref()?.names().get(zone)?)));
        match (zone, part.above) {
            (None, false) => "all that is estimated".into(),
            (None, true) => "above the cut-off".into(),
            (Some(zone), false) => zone,
            (Some(zone), true) => format!("{zone} above the cut-off"),
        }
    }

    fn holds(&self, part: Part, model: &BlockModel, block: usize, grade: f64) -> bool {
        (part.zone.is_none() || model.zone(block) == part.zone) && (!part.above || grade >= self.tonnage.cut_off)
    }

    /// Sums a variable over the blocks that are wanted, by index and by the grade that cut-offs are of.
    pub(super) fn sum(&self, model: &BlockModel, variable: usize, wanted: impl Fn(usize, f64) -> bool) -> Sum {
        let mut sum = Sum::default();
        for (block, dry_t, grade) in model.estimated(variable) {
            if model.grade(block, self.tonnage.of).is_some_and(|lead| wanted(block, lead)) {
                sum.add(dry_t, grade);
                sum.volume_m3 += model.volume_m3(block);
            }
        }
        sum
    }

    /// Sums a variable over a part.
    pub(super) fn of_part_sum(&self, model: &BlockModel, variable: usize, part: Part) -> Sum {
        self.sum(model, variable, |block, grade| self.holds(part, model, block, grade))
    }

    /// Ground that the wanted blocks cover, m².
    fn area_m2(&self, model: &BlockModel, wanted: impl Fn(usize, f64) -> bool) -> f64 {
        let [across, along, _] = self.lattice.count;
        let [east, north, up] = self.lattice.block;
        let mut covered = vec![0.0_f64; across * along];
        for (block, _, grade) in model.estimated(self.tonnage.of) {
            if wanted(block, grade) {
                let column = &mut covered[block % (across * along)];
                *column = column.max(model.volume_m3(block) / (east * north * up));
            }
        }
        covered.iter().sum::<f64>() * east * north
    }

    /// What is mined.
    pub(super) fn mined(&self, model: &BlockModel) -> Result<Sum, Error> {
        let mined = self.of_part_sum(model, self.tonnage.of, self.mined_part());
        if mined.blocks == 0 {
            let here = self.of_part_sum(model, self.tonnage.of, Part { above: false, ..self.mined_part() });
            let (what, hint) = if here.blocks > 0 {
                ("no block reaches the cut-off, so there is nothing to mine", "lower `tonnage.cut_off`")
            } else {
                (
                    "no block of what is mined has an estimate",
                    "a longer `search.reach`, a lower `least`, another `zone`",
                )
            };
            return Err(Error::Infeasible { unit: "deposit".into(), what: what.into(), hint: hint.into() });
        }
        Ok(mined)
    }

    /// Share of each rare earth in their sum, in what is mined: the samples' own, or the pattern that is named.
    pub(super) fn shares(&self, model: &BlockModel) -> Option<ByElement<f64>> {
        let own: Option<Vec<f64>> = Element::RARE_EARTHS
            .iter()
            .map(|element| {
                let at = self.samples.position(element.symbol())?;
                Some(self.of_part_sum(model, at, self.mined_part()).content)
            })
            .collect();
        let Some(own) = own else { return self.pattern.as_ref().map(|pattern| pattern.shares.value) };
        let mut shares = ByElement::<f64>::default();
        for (element, content) in Element::RARE_EARTHS.iter().zip(own) {
            shares[*element] = content;
        }
        let total = shares.total();
        (total > 0.0).then(|| shares.scaled(1.0 / total))
    }

    /// Rare earths as elements in what is mined, kg/kg.
    pub(super) fn rare_earths(&self, model: &BlockModel, pattern: Option<&ByElement<f64>>, mined: Sum) -> Option<f64> {
        let of = |name: &str| {
            let at = self.samples.position(name)?;
            let sum = self.of_part_sum(model, at, self.mined_part());
            (sum.dry_t >= 0.999 * mined.dry_t).then(|| sum.grade()).flatten()
        };
        of("SREY").or_else(|| Some(of("TREO")? / pattern?.rare_earth_oxide())).map(|ppm| ppm / 1e6)
    }

    /// Greatest sum of the rare earths in a sample, as elements, kg/kg; `factor` is oxide over elements.
    pub fn greatest(&self, factor: f64) -> Option<f64> {
        let of = |name: &str, by: f64| {
            let at = self.samples.position(name)?;
            let grades = self.samples.samples.iter().filter_map(|sample| sample.grades[at]);
            grades.reduce(f64::max).map(|ppm| ppm * by / 1e6)
        };
        of("SREY", 1.0).or_else(|| of("TREO", 1.0 / factor))
    }

    /// Headline tonnes, grade and oxide: all, above the cut-off, what is mined; the first method speaks, others stand beside it.
    pub(super) fn headlines(&self, by: &[By], pattern: Option<&ByElement<f64>>, readings: &mut Vec<Reading>) {
        let lead = &self.samples.variables[self.tonnage.of];
        let oxide = oxide_of(&lead.name, pattern).filter(|_| lead.unit == "ppm");
        let mut parts = vec![Part { zone: None, above: false }, Part { zone: None, above: true }];
        if !parts.contains(&self.mined_part()) {
            parts.push(self.mined_part());
        }
        for part in parts {
            for (at, (word, model)) in by.iter().enumerate() {
                let beside = if at == 0 { String::new() } else { format!(", {word}") };
                let name = format!("{}{beside}", self.part_name(part));
                let sum = self.of_part_sum(model, self.tonnage.of, part);
                if at == 0 || part.above {
                    readings.push(Reading::new(format!("dry, {name}"), sum.dry_t / 1e6, "Mt"));
                }
                let Some(grade) = sum.grade() else { continue };
                readings.push(Reading::new(format!("{}, {name}", lead.name), grade, lead.unit));
                if let Some((oxide, factor)) = &oxide {
                    readings.push(Reading::new(format!("{oxide}, {name}"), sum.content * 1e-12 * factor, "Mt"));
                }
            }
        }
    }

    fn basis(&self) -> String {
        format!(
            "dry solids in place, by {}; grades of elements as elements; ground in place is no ore reserve",
            self.estimate.method.word()
        )
    }

    /// Parts of the deposit: all and the zone that is mined, each class, above each cut-off, by each method.
    pub(super) fn resource(&self, by: &[By], pattern: Option<&ByElement<f64>>, flag: &str) -> Table {
        let lead = &self.samples.variables[self.tonnage.of];
        let unit = shown(lead.unit);
        let density = match self.tonnage.dry_density {
            Some(density) => format!("{density} kg/m3 dry"),
            None => "densities of the samples".into(),
        };
        let mut table = Table::new(
            "resource",
            format!("What lies in place, by class and cut-off{flag}"),
            format!("{density}; grades of elements as elements in dry solids; ground in place is no ore reserve"),
            &[
                ("zone", ""),
                ("method", ""),
                ("class", ""),
                ("cut-off", unit),
                ("blocks", ""),
                ("area", "km2"),
                ("thickness", "m"),
                ("dry", "Mt"),
                ("wet", "Mt"),
            ],
        );
        table.column(lead.name.clone(), unit);
        let is_grade = lead.unit == "ppm";
        let oxide = oxide_of(&lead.name, pattern).filter(|_| is_grade);
        if is_grade {
            table.column(format!("{} held", lead.name), "kt");
        }
        if let Some((name, _)) = &oxide {
            table.column(if name == &lead.name { format!("{name} (oxide)") } else { name.clone() }, "kt");
        }
        // The cut-off that counts comes first.
        let mut cuts = self.tonnage.cut_offs.clone();
        cuts.push(0.0);
        cuts.sort_by(f64::total_cmp);
        cuts.dedup();
        cuts.retain(|cut| (cut - self.tonnage.cut_off).abs() > 0.0);
        cuts.insert(0, self.tonnage.cut_off);
        let unclassified = self.classes.len() as u8;
        for zone in [None, self.tonnage.zone].into_iter().take(1 + usize::from(self.tonnage.zone.is_some())) {
            for (at, (word, model)) in by.iter().enumerate() {
                // Classes are of the method that speaks.
                let classes = if at == 0 && unclassified > 0 { unclassified + 1 } else { 0 };
                for class in (0..classes).map(Some).chain([None]) {
                    for cut in &cuts {
                        let wanted = |block: usize, grade: f64| {
                            (grade >= *cut || *cut <= 0.0)
                                && class.is_none_or(|class| model.class[block] == class)
                                && self.holds(Part { zone, above: false }, model, block, grade)
                        };
                        let sum = self.sum(model, self.tonnage.of, wanted);
                        if class == Some(unclassified) && sum.blocks == 0 {
                            continue;
                        }
                        let area_m2 = self.area_m2(model, wanted);
                        let mut row: Vec<Cell> = vec![
                            self.part_name(Part { zone, above: false }).into(),
                            (*word).into(),
                            class.map_or("all", |class| self.class_name(class)).into(),
                            if *cut > 0.0 { (*cut).into() } else { "none".into() },
                            (sum.blocks as f64).into(),
                            (area_m2 / 1e6).into(),
                            (area_m2 > 0.0).then(|| sum.volume_m3 / area_m2).into(),
                            (sum.dry_t / 1e6).into(),
                            (sum.dry_t / 1e6 / self.tonnage.dry_share).into(),
                            sum.grade().into(),
                        ];
                        if is_grade {
                            row.push((sum.content * 1e-9).into());
                        }
                        if let Some((_, factor)) = &oxide {
                            row.push((sum.content * 1e-9 * factor).into());
                        }
                        table.row(row);
                    }
                }
            }
        }
        table
    }

    /// Every zone, by each method.
    pub(super) fn by_zone(&self, by: &[By], pattern: Option<&ByElement<f64>>, flag: &str) -> Option<Table> {
        let zones = self.zones.as_ref()?;
        let lead = &self.samples.variables[self.tonnage.of];
        let oxide = oxide_of(&lead.name, pattern).filter(|_| lead.unit == "ppm");
        let mut table = Table::new(
            "zones",
            format!("Each zone{flag}"),
            "dry solids in place, over the whole height; a block is of the zone that holds its middle".to_owned(),
            &[("zone", ""), ("area", "km2"), ("dry", "Mt")],
        );
        for (word, _) in by {
            table.column(format!("{}, {word}", lead.name), shown(lead.unit));
            if let Some((name, _)) = &oxide {
                table.column(format!("{name}, {word}"), "kt");
            }
        }
        for (zone, name) in zones.names().iter().enumerate() {
            let Some((_, first)) = by.first() else { continue };
            let part = Part { zone: Some(zone), above: false };
            let area_m2 = self.area_m2(first, |block, grade| self.holds(part, first, block, grade));
            let mut row: Vec<Cell> = vec![name.as_str().into(), (area_m2 / 1e6).into()];
            for (at, (_, model)) in by.iter().enumerate() {
                let sum = self.of_part_sum(model, self.tonnage.of, part);
                if at == 0 {
                    row.push((sum.dry_t / 1e6).into());
                }
                row.push(sum.grade().into());
                if let Some((_, factor)) = &oxide {
                    row.push((sum.content * 1e-9 * factor).into());
                }
            }
            table.row(row);
        }
        Some(table)
    }

    /// Every variable, in what is mined; where only the sum is assayed, the elements by the pattern that is named.
    pub(super) fn by_variable(&self, model: &BlockModel, pattern: Option<&ByElement<f64>>, flag: &str) -> Table {
        let part = self.mined_part();
        let own = Element::RARE_EARTHS.iter().any(|element| self.samples.position(element.symbol()).is_some());
        let named = self.pattern.as_ref().filter(|_| !own);
        let mut basis = self.basis();
        if let Some(named) = named {
            basis = format!("{basis}; elements by the pattern `{}`, not assayed", named.name);
        }
        let mut table = Table::new(
            "resource_by_element",
            format!("What is held, {}{flag}", self.part_name(part)),
            basis,
            &[("variable", ""), ("grade", "ppm"), ("number", ""), ("held", "t"), ("oxide", ""), ("oxide held", "t")],
        );
        for (at, variable) in self.samples.variables.iter().enumerate() {
            let sum = self.of_part_sum(model, at, part);
            let is_grade = variable.unit == "ppm";
            let oxide = oxide_of(&variable.name, pattern).filter(|_| is_grade);
            let only = |wanted: bool, value: Option<f64>| if wanted { Cell::from(value) } else { Cell::Absent };
            table.row(vec![
                variable.name.as_str().into(),
                only(is_grade, sum.grade()),
                only(!is_grade, sum.grade()),
                only(is_grade, Some(sum.content / 1e6)),
                oxide.as_ref().map_or(Cell::Absent, |(name, _)| name.as_str().into()),
                oxide.map_or(Cell::Absent, |(_, factor)| (sum.content / 1e6 * factor).into()),
            ]);
            let factor = match variable.name.as_str() {
                "SREY" => Some(1.0),
                "TREO" if self.samples.position("SREY").is_none() => {
                    named.map(|named| 1.0 / named.shares.value.rare_earth_oxide())
                }
                _ => None,
            };
            let (Some(named), Some(factor)) = (named, factor.filter(|_| is_grade)) else { continue };
            for (element, share) in named.shares.value.rare_earths() {
                let known = |value: Option<f64>| {
                    if named.not_reported.contains(&element) { Cell::Absent } else { Cell::from(value) }
                };
                let held_t = sum.content / 1e6 * factor * share;
                table.row(vec![
                    element.symbol().into(),
                    known(sum.grade().map(|grade| grade * factor * share)),
                    Cell::Absent,
                    known(Some(held_t)),
                    element.oxide().unwrap_or("").into(),
                    known(element.oxide_factor().map(|oxide| held_t * oxide)),
                ]);
            }
        }
        table
    }

    /// Tonnes and grade above each of some round cut-offs.
    pub(super) fn grade_tonnage(&self, model: &BlockModel, pattern: Option<&ByElement<f64>>, flag: &str) -> Table {
        let lead = &self.samples.variables[self.tonnage.of];
        let unit = shown(lead.unit);
        let mut table = Table::new(
            "grade_tonnage",
            format!("Grade and tonnage above a cut-off of {}{flag}", lead.name),
            self.basis(),
            &[("cut-off", unit), ("tonnage", "Mt dry"), ("grade", unit)],
        );
        let oxide = oxide_of(&lead.name, pattern).filter(|_| lead.unit == "ppm");
        if oxide.is_some() {
            table.column("REO", "kt");
        }
        let mut blocks: Vec<(f64, f64)> =
            model.estimated(self.tonnage.of).map(|(_, dry_t, grade)| (grade, dry_t)).collect();
        blocks.sort_by(|a, b| b.0.total_cmp(&a.0));
        let greatest = blocks.first().map_or(0.0, |block| block.0);
        let (mut sum, mut taken) = (Sum::default(), 0);
        let mut rows = Vec::new();
        for cut in cut_offs(greatest.max(1e-9)).into_iter().rev() {
            while taken < blocks.len() && blocks[taken].0 >= cut {
                sum.add(blocks[taken].1, blocks[taken].0);
                taken += 1;
            }
            let mut row: Vec<Cell> = vec![cut.into(), (sum.dry_t / 1e6).into(), sum.grade().into()];
            if let Some((_, factor)) = &oxide {
                row.push((sum.content * 1e-9 * factor).into());
            }
            rows.push(row);
        }
        rows.into_iter().rev().for_each(|row| table.row(row));
        table
    }
}
