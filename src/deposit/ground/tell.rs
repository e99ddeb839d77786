//! What is found, told: the tables, headline figures and caveats of a deposit in space.

use crate::deposit::ground::Ground;
use crate::deposit::ground::block_model::BlockModel;
use crate::deposit::ground::files;
use crate::deposit::ground::prepare;
use crate::deposit::ground::read::Mined;
use crate::deposit::study::Resource;
use crate::deposit::tonnage::cut_offs;
use crate::deposit::variogram::fit::Fitted;
use crate::element::{ByElement, Element};
use crate::error::Error;
use crate::source::Caveat;
use crate::table::{Cell, Table};
use crate::unit::Reading;

const AT: &str = "deposit";

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

/// Mass of oxide that trade reports for a mass of what a variable counts; `None` for what is no oxide's.
fn oxide_of(variable: &str, pattern: Option<&ByElement<f64>>) -> Option<(String, f64)> {
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
fn shown(unit: &'static str) -> &'static str {
    if unit == "1" { "" } else { unit }
}

impl Ground {
    /// The name of a class by position; past the last, what meets no demands.
    pub fn class_name(&self, class: u8) -> &str {
        self.classes.get(class as usize).map_or("not classified", |class| class.name.as_str())
    }

    /// The whole study.
    pub fn run(&self) -> Result<Resource, Error> {
        let Some(fitted) = self.fitted()? else { return self.told(None) };
        let shared = Some(fitted.model.with_sill(1.0));
        Self { shared, ..self.clone() }.told(Some(&fitted))
    }

    /// The study with its variogram known.
    fn told(&self, fitted: Option<&Fitted>) -> Result<Resource, Error> {
        let model = self.block_model()?;
        let flag = self.flag();
        let title = flag.as_ref().map(|flag| format!(" ({flag})")).unwrap_or_default();
        let of = self.tonnage.of;
        let lead = &self.samples.variables[of];
        let mined = self.mined(&model)?;
        let pattern = self.shares(&model);
        let mut readings = vec![
            Reading::new("holes or places", self.samples.holes.len() as f64, "1"),
            Reading::new("assays", self.samples.assays as f64, "1"),
            Reading::new("samples", self.samples.samples.len() as f64, "1"),
        ];
        let whole = self.sum(&model, of, |_, _| true);
        let above = self.sum(&model, of, |_, grade| grade >= self.tonnage.cut_off);
        let mut told = |name: &str, sum: &Sum| {
            readings.push(Reading::new(format!("dry, {name}"), sum.dry_t / 1e6, "Mt"));
            if let Some(grade) = sum.grade() {
                readings.push(Reading::new(format!("{}, {name}", lead.name), grade, lead.unit));
            }
        };
        told("all that is estimated", &whole);
        told("above the cut-off", &above);
        let mut tables = vec![
            self.resource(&model, pattern.as_ref(), &title),
            self.by_variable(&model, pattern.as_ref(), &title),
            self.grade_tonnage(&model, pattern.as_ref(), &title),
            self.statistics(&title),
        ];
        tables.extend(prepare::table(&self.samples, &self.top_cuts, &title));
        tables.extend(self.variography(fitted, &title));
        tables.extend(self.maps(&model, &title));
        tables.extend(self.swaths(&model, &title));
        tables.extend(self.change_of_support(&model, &title));
        let mut caveats = self.caveats(&model, flag.as_deref());
        tables.extend(self.simulated(&model, &title, &mut readings, &mut caveats)?);
        let (drawn, spread) = self.simulated_together(&model, &title)?;
        tables.extend(drawn);
        if let Some(leave) = self.leave {
            tables.extend(self.cross_validation(leave, &title, &mut readings)?);
        }
        tables.push(self.posting(&title));
        tables.push(self.table_one(&model, &title));
        let mined_grade = (lead.unit == "ppm").then(|| self.rare_earths(&model, pattern.as_ref(), mined)).flatten();
        Ok(Resource {
            caveats: [caveats, self.fit_caveats(fitted), spread].concat(),
            tables,
            readings,
            mined_grade,
            mined_dry_t: Some(mined.dry_t),
            dry_share: self.tonnage.dry_share,
            pattern,
            flag,
            files: vec![
                ("blocks.csv".into(), files::csv(self, &model)),
                ("blocks.vti".into(), files::vti(self, &model)),
            ],
        })
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

    /// Is a block of some grade mined?
    fn is_mined(&self, grade: f64) -> bool {
        self.tonnage.mined == Mined::Whole || grade >= self.tonnage.cut_off
    }

    fn mined(&self, model: &BlockModel) -> Result<Sum, Error> {
        let mined = self.sum(model, self.tonnage.of, |_, grade| self.is_mined(grade));
        if mined.blocks == 0 {
            let any = self.sum(model, self.tonnage.of, |_, _| true).blocks > 0;
            let what = if any {
                "no block reaches the cut-off, so there is nothing to mine"
            } else {
                "no block has an estimate"
            };
            let hint = if any { "lower `tonnage.cut_off`" } else { "a longer `search.reach`, or a lower `least`" };
            return Err(Error::Infeasible { unit: AT.into(), what: what.into(), hint: hint.into() });
        }
        Ok(mined)
    }

    /// Share of each rare earth in their sum, in what is mined: the samples' own, or the pattern that is named.
    fn shares(&self, model: &BlockModel) -> Option<ByElement<f64>> {
        let own: Option<Vec<f64>> = Element::RARE_EARTHS
            .iter()
            .map(|element| {
                let at = self.samples.position(element.symbol())?;
                Some(self.sum(model, at, |_, grade| self.is_mined(grade)).content)
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
    fn rare_earths(&self, model: &BlockModel, pattern: Option<&ByElement<f64>>, mined: Sum) -> Option<f64> {
        let of = |name: &str| {
            let at = self.samples.position(name)?;
            let sum = self.sum(model, at, |_, grade| self.is_mined(grade));
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

    fn basis(&self) -> String {
        format!(
            "dry solids in place, by {}; grades of elements as elements; ground in place is no ore reserve",
            self.estimate.method.word()
        )
    }

    /// Parts of the deposit: all, each class, above each cut-off.
    fn resource(&self, model: &BlockModel, pattern: Option<&ByElement<f64>>, flag: &str) -> Table {
        let lead = &self.samples.variables[self.tonnage.of];
        let grade_unit = shown(lead.unit);
        let mut table = Table::new(
            "resource",
            format!("What lies in place, by class and cut-off{flag}"),
            self.basis(),
            &[("class", ""), ("blocks", ""), ("volume", "Mm3"), ("dry", "Mt")],
        );
        table.columns.insert(1, crate::table::Column { name: "cut-off".into(), unit: grade_unit.into() });
        table.column(lead.name.clone(), grade_unit);
        let held = (lead.unit == "ppm").then_some(());
        let oxide = held.and_then(|()| oxide_of(&lead.name, pattern));
        if held.is_some() {
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
        let classes: Vec<Option<u8>> = if self.classes.is_empty() {
            vec![None]
        } else {
            (0..=self.classes.len() as u8).map(Some).chain([None]).collect()
        };
        for class in classes {
            let name = class.map_or("all", |class| self.class_name(class));
            for cut in &cuts {
                let sum = self.sum(model, self.tonnage.of, |block, grade| {
                    (grade >= *cut || *cut <= 0.0) && class.is_none_or(|class| model.class[block] == class)
                });
                if class == Some(self.classes.len() as u8) && sum.blocks == 0 {
                    continue;
                }
                let volume = sum.volume_m3 / 1e6;
                let mut row: Vec<Cell> = vec![
                    name.into(),
                    if *cut > 0.0 { (*cut).into() } else { "none".into() },
                    (sum.blocks as f64).into(),
                    volume.into(),
                    (sum.dry_t / 1e6).into(),
                    sum.grade().into(),
                ];
                if held.is_some() {
                    row.push((sum.content * 1e-9).into());
                }
                if let Some((_, factor)) = &oxide {
                    row.push((sum.content * 1e-9 * factor).into());
                }
                table.row(row);
            }
        }
        table
    }

    /// Every variable, in what is mined.
    fn by_variable(&self, model: &BlockModel, pattern: Option<&ByElement<f64>>, flag: &str) -> Table {
        let part = match self.tonnage.mined {
            Mined::Whole => "all that is estimated",
            Mined::AboveCutOff => "blocks above the cut-off",
        };
        let mut table = Table::new(
            "resource_by_element",
            format!("What is held, {part}{flag}"),
            self.basis(),
            &[("variable", ""), ("grade", "ppm"), ("number", ""), ("held", "t"), ("oxide", ""), ("oxide held", "t")],
        );
        for (at, variable) in self.samples.variables.iter().enumerate() {
            let sum = self.sum(model, at, |_, grade| self.is_mined(grade));
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
        }
        table
    }

    fn grade_tonnage(&self, model: &BlockModel, pattern: Option<&ByElement<f64>>, flag: &str) -> Table {
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

    /// Each variable in the samples.
    fn statistics(&self, flag: &str) -> Table {
        let mut table = Table::new(
            "sample_statistics",
            format!("The samples{flag}"),
            match self.weighed.cell {
                Some(cell) => format!("declustered in cells of {} m", cell.map(crate::table::nine_digits).join(" by ")),
                None => "each sample counts alike".to_owned(),
            },
            &[
                ("variable", ""),
                ("unit", ""),
                ("samples", ""),
                ("mean", ""),
                ("declustered mean", ""),
                ("least", ""),
                ("median", ""),
                ("greatest", ""),
                ("deviation", ""),
                ("deviation over mean", ""),
            ],
        );
        for (at, variable) in self.samples.variables.iter().enumerate() {
            let mut values: Vec<f64> = self.samples.samples.iter().filter_map(|sample| sample.grades[at]).collect();
            values.sort_by(f64::total_cmp);
            let count = values.len();
            let mean = values.iter().sum::<f64>() / count.max(1) as f64;
            let deviation = crate::deposit::blocks::variance(&values).sqrt();
            table.row(vec![
                variable.name.as_str().into(),
                variable.unit.into(),
                (count as f64).into(),
                mean.into(),
                self.weighed.mean(self.samples.samples.iter().map(|sample| sample.grades[at])).into(),
                values.first().copied().into(),
                values.get(count / 2).copied().into(),
                values.last().copied().into(),
                deviation.into(),
                (deviation / mean).into(),
            ]);
        }
        table
    }

    /// The samples, to be posted on maps.
    fn posting(&self, flag: &str) -> Table {
        let mut table = Table::new(
            "samples",
            format!("The samples, as estimated from{flag}"),
            "grades of elements as elements in dry solids; empty: not assayed".to_owned(),
            &[("hole", ""), ("x", "m"), ("y", "m"), ("z", "m"), ("from", "m"), ("to", "m")],
        );
        for variable in &self.samples.variables {
            table.column(variable.name.clone(), shown(variable.unit));
        }
        for sample in &self.samples.samples {
            let mut row: Vec<Cell> = vec![self.samples.holes[sample.hole as usize].as_str().into()];
            row.extend(sample.place.map(Cell::from));
            row.extend([Cell::from(sample.from_m), Cell::from(sample.to_m)]);
            row.extend(sample.grades.iter().map(|grade| Cell::from(*grade)));
            table.row(row);
        }
        table
    }

    fn caveats(&self, model: &BlockModel, flag: Option<&str>) -> Vec<Caveat> {
        let mut caveats = Vec::new();
        if let Some(flag) = flag {
            let what = format!(
                "the table `{}` is {flag}, not measured: what is made from it shows the working, not a deposit",
                self.samples.file
            );
            caveats.push(Caveat::at(AT, what));
        }
        let own = self.samples.position("La").is_some() && self.samples.position("Y").is_some();
        if let Some(pattern) = self.pattern.as_ref().filter(|_| !own) {
            caveats.extend(pattern.caveats(AT));
        }
        if self.samples.gaps > 0 {
            caveats.push(Caveat::at(
                AT,
                format!("{} lengths without an assay are left out of the composites", self.samples.gaps),
            ));
        }
        if self.samples.below > 0 {
            caveats
                .push(Caveat::at(AT, format!("{} grades are below detection and count by rule", self.samples.below)));
        }
        if model.negative > 0 {
            caveats.push(Caveat::at(
                AT,
                format!("{} grades were estimated below nought and count as nought", model.negative),
            ));
        }
        let blocks = (0..model.lattice.blocks()).filter(|block| model.counts(*block)).count();
        let silent = blocks - model.estimated(self.tonnage.of).count();
        if silent > 0 {
            let share = 100.0 * silent as f64 / blocks as f64;
            caveats.push(Caveat::at(
                AT,
                format!("{share:.0} % of the blocks have no estimate: too few samples within the search"),
            ));
        }
        if !self.own.is_empty() {
            caveats.push(Caveat::at(
                AT,
                "variables with variograms of their own do not share weights: their sums are not kept to the digit",
            ));
        }
        caveats
    }
}
