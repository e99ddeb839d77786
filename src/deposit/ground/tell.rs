//! What is found, told: the tables, headline figures and caveats of a deposit in space.

use crate::deposit::ground::Ground;
use crate::deposit::ground::block_model::BlockModel;
use crate::deposit::ground::count::{By, shown};
use crate::deposit::ground::files;
use crate::deposit::ground::prepare;
use crate::deposit::ground::read::{Estimate, Method};
use crate::deposit::study::Resource;
use crate::deposit::variogram::fit::Fitted;
use crate::error::Error;
use crate::progress::Watch;
use crate::source::Caveat;
use crate::table::{Cell, Table};
use crate::unit::Reading;

const AT: &str = "deposit";

impl Ground {
    /// The name of a class by position; past the last, what meets no demands.
    pub fn class_name(&self, class: u8) -> &str {
        self.classes.get(class as usize).map_or("not classified", |class| class.name.as_str())
    }

    /// The whole study.
    pub fn run(&self, watch: &Watch<'_>) -> Result<Resource, Error> {
        let Some(fitted) = self.fitted()? else { return self.told(None, watch) };
        let shared = Some(fitted.model.with_sill(1.0));
        Self { shared, ..self.clone() }.told(Some(&fitted), watch)
    }

    /// The block model by another method.
    fn by(&self, method: Method, watch: &Watch<'_>) -> Result<By, Error> {
        let estimate = Estimate { method, ..self.estimate };
        Ok((method.word(), Self { estimate, ..self.clone() }.block_model(watch)?))
    }

    /// The study with its variogram known.
    fn told(&self, fitted: Option<&Fitted>, watch: &Watch<'_>) -> Result<Resource, Error> {
        let mut by: Vec<By> = vec![(self.estimate.method.word(), self.block_model(watch)?)];
        for method in &self.beside {
            by.push(self.by(*method, watch)?);
        }
        let model = &by[0].1;
        let flag = self.flag();
        let title = flag.as_ref().map(|flag| format!(" ({flag})")).unwrap_or_default();
        let of = self.tonnage.of;
        let lead = &self.samples.variables[of];
        let mined = self.mined(model)?;
        let pattern = self.shares(model);
        let mut readings = vec![
            Reading::new("holes or places", self.samples.holes.len() as f64, "1"),
            Reading::new("assays", self.samples.assays as f64, "1"),
            Reading::new("samples", self.samples.samples.len() as f64, "1"),
        ];
        let grades = || self.samples.samples.iter().map(|sample| sample.grades[of]);
        let plain: Vec<f64> = grades().flatten().collect();
        let plain = plain.iter().sum::<f64>() / plain.len().max(1) as f64;
        readings.push(Reading::new(format!("{}, mean of the samples", lead.name), plain, lead.unit));
        if let Some(mean) = self.weighed.mean(grades()).filter(|_| self.weighed.cell.is_some()) {
            readings.push(Reading::new(format!("{}, declustered mean", lead.name), mean, lead.unit));
        }
        self.headlines(&by, pattern.as_ref(), &mut readings);
        let mined_grade = (lead.unit == "ppm").then(|| self.rare_earths(model, pattern.as_ref(), mined)).flatten();
        if let Some(grade) = mined_grade {
            readings.push(Reading::new("grade of what is mined", grade * 1e6, "ppm"));
            readings.push(Reading::new("dry ore in the part that is mined", mined.dry_t / 1e6, "Mt"));
        }
        let mut tables = vec![
            self.resource(&by, pattern.as_ref(), &title),
            self.by_variable(model, pattern.as_ref(), &title),
            self.grade_tonnage(model, pattern.as_ref(), &title),
            self.statistics(&title),
        ];
        tables.extend(self.by_zone(&by, pattern.as_ref(), &title));
        tables.extend(prepare::table(&self.samples, &self.top_cuts, &title));
        tables.extend(self.variography(fitted, &title));
        tables.extend(self.maps(model, &title));
        tables.extend(self.swaths(model, &title));
        tables.extend(self.change_of_support(model, &title));
        let mut caveats = self.caveats(model, flag.as_deref());
        let spreads = self.simulated(model, &title, (&mut readings, &mut caveats), watch)?;
        tables.extend(spreads.tables);
        tables.extend(spreads.blocks.iter().flat_map(|blocks| self.chance_maps(model, blocks, &title)));
        let (drawn, spread) = self.simulated_together(model, &title, watch)?;
        tables.extend(drawn);
        if let Some(leave) = self.leave {
            tables.extend(self.cross_validation(leave, &title, &mut readings, watch)?);
        }
        tables.push(self.checks(&title)?);
        tables.push(self.posting(&title));
        tables.push(self.table_one(model, &title));
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
                ("blocks.csv".into(), files::csv(self, model, spreads.blocks.as_ref())),
                ("blocks.vti".into(), files::vti(self, model, spreads.blocks.as_ref())),
            ],
        })
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
            let deviation = prepare::variance(&values).sqrt();
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
        if let Some(variogram) = self.variogram(self.tonnage.of).filter(|_| self.estimate.method.kriges()) {
            let reach_m = variogram.reach_m();
            let far = model.told.iter().filter(|told| told.nearest_m.is_some_and(|near| near > reach_m)).count();
            if far > 0 {
                let share = 100.0 * far as f64 / blocks as f64;
                let what = format!("{share:.0} % of the blocks lie farther from any sample than the variogram reaches");
                caveats.push(Caveat::at(AT, what));
            }
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
