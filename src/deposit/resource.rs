//! The resource: tonnes, grade and elements, always with area, thickness, cut-off, density and interpolator.

use crate::deposit::blocks::BlockModel;
use crate::deposit::cores::{Cores, Interpolator, Mined};
use crate::deposit::maps;
use crate::deposit::pattern::Pattern;
use crate::deposit::stated::{Stated, in_oxides};
use crate::deposit::study::{Resource, Study};
use crate::deposit::tonnage::{Part, above, cut_offs};
use crate::error::Error;
use crate::source::Caveat;
use crate::table::{Cell, Table};
use crate::unit::Reading;

const AT: &str = "deposit";

/// The volumes of a block model, by interpolator.
struct Counted<'m> {
    cores: &'m Cores,
    model: &'m BlockModel,
}

impl Counted<'_> {
    fn grades(&self, interpolator: Interpolator) -> &[f64] {
        match interpolator {
            Interpolator::Kriging => &self.model.kriged,
            Interpolator::InverseDistance => &self.model.inverse,
        }
    }

    /// Volume and grade of every block.
    fn blocks(&self, interpolator: Interpolator) -> Vec<(f64, f64)> {
        let ground = self.cores.area.block_side_m().powi(2);
        let grades = self.grades(interpolator);
        self.model
            .layers
            .iter()
            .enumerate()
            .flat_map(|(at, layer)| {
                let volume = ground * (layer.to_m - layer.from_m);
                self.model.layer(grades, at).iter().map(move |grade| (volume, *grade))
            })
            .collect()
    }

    /// The part that a zone holds, and its ground in m².
    fn zone(&self, zone: &Mined, interpolator: Interpolator) -> (Part, f64) {
        let count = self.model.blocks.len();
        let ground = self.cores.area.block_side_m().powi(2);
        let mut part = Part::default();
        let mut columns = vec![false; count];
        for (at, (volume, grade)) in self.blocks(interpolator).into_iter().enumerate() {
            let inside = match zone {
                Mined::Whole => true,
                Mined::AboveCutOff => grade >= self.cores.cut_off_ppm,
                Mined::Square(square) => self.model.blocks[at % count].square == *square,
            };
            if inside {
                part.add(volume, grade);
                columns[at % count] = true;
            }
        }
        (part, ground * columns.iter().filter(|inside| **inside).count() as f64)
    }
}

fn zone_name(zone: &Mined, cores: &Cores) -> String {
    match zone {
        Mined::Whole => "whole area".into(),
        Mined::AboveCutOff => "blocks above the cut-off".into(),
        Mined::Square(at) => format!("square {}", cores.area.names()[*at]),
    }
}

fn resource_table(flag: &str, factor: f64) -> Table {
    Table::new(
        "resource",
        format!("Resource in place{flag}"),
        format!("dry solids; grade as elements (SREY); REO as reporting oxides, {factor:.4} per mass of elements"),
        &[
            ("zone", ""),
            ("evidence", ""),
            ("area", "km2"),
            ("thickness", "m"),
            ("cut-off", "ppm SREY"),
            ("dry density", "kg/m3"),
            ("interpolator", ""),
            ("dry", "t"),
            ("wet", "t"),
            ("grade", "ppm SREY"),
            ("REO", "t"),
        ],
    )
}

/// Tonnes of each element and of its oxide in `rare_earth_t` tonnes of rare earths.
fn by_element(pattern: &Pattern, zone: &str, rare_earth_t: Option<f64>, flag: &str) -> Table {
    let mut table = Table::new(
        "resource_by_element",
        format!("Resource by element, {zone}{flag}"),
        format!("pattern `{}`; elements, and reporting oxides", pattern.name),
        &[
            ("element", ""),
            ("share of SREY", "%"),
            ("element mass", "t"),
            ("oxide", ""),
            ("oxide mass", "t"),
            ("share of REO", "%"),
        ],
    );
    let shares = &pattern.shares.value;
    let factor = pattern.oxide_factor();
    for (element, share) in shares.rare_earths() {
        let oxide = element.oxide_factor().unwrap_or(1.0);
        let missing = pattern.not_reported.contains(&element);
        let known = |value: f64| if missing { Cell::Absent } else { Cell::from(value) };
        table.row(vec![
            element.symbol().into(),
            known(100.0 * share),
            rare_earth_t.map_or(Cell::Absent, |t| known(t * share)),
            element.oxide().unwrap_or("").into(),
            rare_earth_t.map_or(Cell::Absent, |t| known(t * share * oxide)),
            known(100.0 * share * oxide / factor),
        ]);
    }
    table
}

fn grade_tonnage(counted: &Counted<'_>, factor: f64, flag: &str) -> Table {
    let interpolator = counted.cores.interpolator;
    let mut table = Table::new(
        "grade_tonnage",
        format!("Grade and tonnage above a cut-off, by {}{flag}", interpolator.word()),
        "dry solids; grade as elements (SREY); REO as reporting oxides; on the blocks of the model".to_owned(),
        &[("cut-off", "ppm"), ("tonnage", "Mt dry"), ("grade", "ppm"), ("REO", "kt")],
    );
    let blocks = counted.blocks(interpolator);
    let greatest = blocks.iter().map(|block| block.1).fold(0.0, f64::max);
    let cuts = cut_offs(greatest);
    for (cut, part) in cuts.iter().zip(above(&blocks, &cuts)) {
        let density = counted.cores.dry_density;
        table.row(vec![
            (*cut).into(),
            (part.dry_t(density) / 1e6).into(),
            part.grade_ppm().into(),
            (part.rare_earth_t(density) * factor / 1e3).into(),
        ]);
    }
    table
}

/// The study of a deposit known by cores.
pub fn from_cores(study: &Study, cores: &Cores, pattern: &Pattern) -> Result<Resource, Error> {
    let model = BlockModel::estimate(&cores.table, &cores.layers, cores.least_cover, &cores.area, &cores.method)?;
    let counted = Counted { cores, model: &model };
    let flag = (!cores.table.flags.is_empty()).then(|| cores.table.flags.join(", "));
    let title = flag.as_ref().map(|flag| format!(" ({flag})")).unwrap_or_default();
    let factor = pattern.oxide_factor();
    let mut table = resource_table(&title, factor);
    let mut readings = vec![
        Reading::new("cores", cores.table.cores.len() as f64, "1"),
        Reading::new("assays", cores.table.assays() as f64, "1"),
    ];
    let mut zones = vec![Mined::Whole, Mined::AboveCutOff];
    if let Mined::Square(_) = cores.mined {
        zones.push(cores.mined.clone());
    }
    for zone in &zones {
        for interpolator in [Interpolator::Kriging, Interpolator::InverseDistance] {
            let (part, ground_m2) = counted.zone(zone, interpolator);
            let name = zone_name(zone, cores);
            let rare_earth_t = part.rare_earth_t(cores.dry_density);
            table.row(vec![
                name.as_str().into(),
                cores.evidence.word().into(),
                (ground_m2 / 1e6).into(),
                (part.volume_m3 / ground_m2).into(),
                if *zone == Mined::AboveCutOff { cores.cut_off_ppm.into() } else { "none".into() },
                cores.dry_density.into(),
                interpolator.word().into(),
                part.dry_t(cores.dry_density).into(),
                part.dry_t(cores.wet_density).into(),
                part.grade_ppm().into(),
                (rare_earth_t * factor).into(),
            ]);
            if let (Some(grade), false) = (part.grade_ppm(), *zone == Mined::AboveCutOff) {
                readings.push(Reading::new(format!("grade, {name}, {}", interpolator.word()), grade, "ppm"));
                let oxide = rare_earth_t * factor / 1e6;
                readings.push(Reading::new(format!("oxide, {name}, {}", interpolator.word()), oxide, "Mt"));
            }
        }
    }
    let (mined, _) = counted.zone(&cores.mined, cores.interpolator);
    let Some(mined_ppm) = mined.grade_ppm() else {
        return Err(Error::Infeasible {
            unit: AT.into(),
            what: format!("no block reaches the cut-off of {} ppm, so there is nothing to mine", cores.cut_off_ppm),
            hint: "lower `tonnage.cut_off`".into(),
        });
    };
    readings.push(Reading::new("grade of what is mined", mined_ppm, "ppm"));
    readings.push(Reading::new("dry ore in the part that is mined", mined.dry_t(cores.dry_density) / 1e6, "Mt"));
    let mined_name = zone_name(&cores.mined, cores);
    let mined_t = mined.rare_earth_t(cores.dry_density);
    let mut tables = vec![
        table,
        by_element(pattern, &format!("{mined_name}, by {}", cores.interpolator.word()), Some(mined_t), &title),
        grade_tonnage(&counted, factor, &title),
    ];
    maps::add(&mut tables, &mut readings, cores, &model, factor, &title);
    let greatest = cores.table.cores.iter().flat_map(|core| &core.assays).map(|assay| assay.grade_ppm).reduce(f64::max);
    published(study, (mined_ppm / 1e6, greatest.map(|ppm| ppm / 1e6)), factor, &title, &mut tables);
    Ok(Resource {
        caveats: caveats(pattern, cores, &model, flag.as_deref()),
        tables,
        readings,
        mined_grade: Some(mined_ppm / 1e6),
        mined_dry_t: Some(mined.dry_t(cores.dry_density)),
        dry_share: cores.dry_density / cores.wet_density,
        pattern: Some(pattern.shares.value),
        flag,
        files: Vec::new(),
    })
}

fn caveats(pattern: &Pattern, cores: &Cores, model: &BlockModel, flag: Option<&str>) -> Vec<Caveat> {
    let mut caveats = Vec::new();
    if let Some(flag) = flag {
        caveats.push(Caveat::at(
            AT,
            format!(
                "the core table `{}` is {flag}, not measured: every tonne and grade made from it shows the working, not the deposit",
                cores.name
            ),
        ));
    }
    caveats.extend(pattern.caveats(AT));
    if cores.table.gaps > 0 {
        caveats.push(Caveat::at(
            AT,
            format!("{} lengths of core have no assay and are left out of the composites", cores.table.gaps),
        ));
    }
    if model.negative > 0 {
        caveats.push(Caveat::at(AT, format!("{} blocks were kriged below nought and count as nought", model.negative)));
    }
    if model.beyond_reach > 0 {
        let share = 100.0 * model.beyond_reach as f64 / model.kriged.len() as f64;
        caveats.push(Caveat::at(
            AT,
            format!("{share:.0} % of the blocks lie farther from any core than the variogram reaches"),
        ));
    }
    caveats
}

/// The study of a deposit known by a statement.
pub fn from_statement(study: &Study, stated: &Stated, pattern: &Pattern) -> Resource {
    let factor = pattern.oxide_factor();
    let dry_t = stated.ore_kg.map(|kg| kg / 1000.0);
    let rare_earth_t = dry_t.map(|dry| dry * stated.grade);
    let mut table = resource_table("", factor);
    table.row(vec![
        stated.zone.as_str().into(),
        stated.evidence.word().into(),
        Cell::Absent,
        Cell::Absent,
        stated.cut_off.map(|cut| cut * 1e6).into(),
        Cell::Absent,
        "none: as stated by the source".into(),
        dry_t.into(),
        dry_t.map(|dry| dry / stated.dry_share).into(),
        (stated.grade * 1e6).into(),
        rare_earth_t.map(|t| t * factor).into(),
    ]);
    let mut tables = vec![table, by_element(pattern, &stated.zone, rare_earth_t, "")];
    published(study, (stated.grade, None), factor, "", &mut tables);
    let mut readings = vec![Reading::new("grade of what is mined", stated.grade * 1e6, "ppm")];
    if let Some(dry) = dry_t {
        readings.push(Reading::new("dry ore in the part that is mined", dry / 1e6, "Mt"));
    }
    let mut caveats = pattern.caveats(AT);
    if stated.ore_kg.is_none() {
        caveats.push(Caveat::at(AT, "only a grade is stated, no tonnage: the life of the deposit is not known"));
    }
    Resource {
        tables,
        caveats,
        readings,
        mined_grade: Some(stated.grade),
        mined_dry_t: dry_t,
        dry_share: stated.dry_share,
        pattern: Some(pattern.shares.value),
        flag: None,
        files: Vec::new(),
    }
}

/// What others published of the finds named, and every published grade on one basis with ours among them.
/// `ours` are the mean of what is mined and the greatest assay, kg/kg.
pub fn published(study: &Study, ours: (f64, Option<f64>), factor: f64, flag: &str, tables: &mut Vec<Table>) {
    let rows =
        |find: &str| study.published.rows().filter(move |row| row.text("find") == Some(find)).collect::<Vec<_>>();
    if !study.beside.is_empty() {
        let mut table = Table::new(
            "resource_published",
            "What was published of the find",
            "as each source states it; empty where it does not say; tonnages of unlike areas and cut-offs are not to be compared",
            &[
                ("find", ""),
                ("zone", ""),
                ("area", "km2"),
                ("thickness", "m"),
                ("cut-off", "%"),
                ("grade", "%"),
                ("basis", ""),
                ("greatest", "%"),
                ("REO", "Mt"),
                ("source", ""),
                ("evidence", ""),
            ],
        );
        for row in study.beside.iter().flat_map(|find| rows(find)) {
            let citation = row.citation();
            let text = |column: &str| Cell::from(row.text(column).unwrap_or("").to_owned());
            table.row(vec![
                text("find"),
                text("zone"),
                row.number("area").into(),
                row.number("thickness").into(),
                row.number("cut_off").into(),
                row.number("grade").into(),
                text("basis"),
                row.number("greatest").into(),
                row.number("oxide").into(),
                citation.key.to_string().into(),
                citation.evidence.word().into(),
            ]);
        }
        tables.push(table);
    }
    let mut table = Table::new(
        "world_grades",
        "Grades of the world's deposits on one basis",
        format!(
            "REO in dry ore; grades published as elements times {factor:.4}, the factor of this pattern; means are to be set against means, greatest assays against greatest assays"
        ),
        &[
            ("deposit", ""),
            ("zone", ""),
            ("mean grade", "% REO"),
            ("greatest assay or composite", "% REO"),
            ("source", ""),
            ("evidence", ""),
        ],
    );
    let mut grades: Vec<(f64, Vec<Cell>)> = study
        .published
        .rows()
        .filter_map(|row| {
            let basis = if in_oxides(row) { 1.0 } else { factor };
            let grade = row.number("grade")? * basis;
            let citation = row.citation();
            Some((
                grade,
                vec![
                    row.text("find").unwrap_or("").into(),
                    row.text("zone").unwrap_or("").into(),
                    grade.into(),
                    row.number("greatest").map(|greatest| greatest * basis).into(),
                    citation.key.to_string().into(),
                    citation.evidence.word().into(),
                ],
            ))
        })
        .collect();
    let greatest = ours.1.map(|greatest| 100.0 * greatest * factor);
    let ours = 100.0 * ours.0 * factor;
    grades.push((
        ours,
        vec![
            format!("this scenario{flag}").into(),
            "what is mined".into(),
            ours.into(),
            greatest.into(),
            "this run".into(),
            "derived".into(),
        ],
    ));
    grades.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (_, row) in grades {
        table.row(row);
    }
    tables.push(table);
}
