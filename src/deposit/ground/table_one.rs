//! A skeleton in the shape of the JORC Code's Table 1: what this run says to each heading, and "not assessed" where it says nothing.
//!
//! # Source
//! Headings: `jorc2012`, Table 1, sections 1 to 3.

use crate::deposit::ground::Ground;
use crate::deposit::ground::block_model::BlockModel;
use crate::deposit::ground::check::Leave;
use crate::quantity::figures;
use crate::table::Table;

const NOT: &str = "not assessed";

/// Headings of sections 1 and 2 and of 3, in the Code's order.
const HEADINGS: [(&str, &[&str]); 3] = [
    (
        "1 Sampling techniques and data",
        &[
            "Sampling techniques",
            "Drilling techniques",
            "Drill sample recovery",
            "Logging",
            "Sub-sampling techniques and sample preparation",
            "Quality of assay data and laboratory tests",
            "Verification of sampling and assaying",
            "Location of data points",
            "Data spacing and distribution",
            "Orientation of data in relation to geological structure",
            "Sample security",
            "Audits or reviews",
        ],
    ),
    (
        "2 Reporting of exploration results",
        &[
            "Mineral tenement and land tenure status",
            "Exploration done by other parties",
            "Geology",
            "Drill hole information",
            "Data aggregation methods",
            "Relationship between mineralisation widths and intercept lengths",
            "Diagrams",
            "Balanced reporting",
            "Other substantive exploration data",
            "Further work",
        ],
    ),
    (
        "3 Estimation and reporting of mineral resources",
        &[
            "Database integrity",
            "Site visits",
            "Geological interpretation",
            "Dimensions",
            "Estimation and modelling techniques",
            "Moisture",
            "Cut-off parameters",
            "Mining factors or assumptions",
            "Metallurgical factors or assumptions",
            "Environmental factors or assumptions",
            "Bulk density",
            "Classification",
            "Audits or reviews",
            "Discussion of relative accuracy and confidence",
        ],
    ),
];

impl Ground {
    /// The skeleton.
    pub fn table_one(&self, model: &BlockModel, flag: &str) -> Table {
        let mut table = Table::new(
            "table_1",
            format!("Skeleton in the shape of JORC Table 1{flag}"),
            "what this run knows; it is not a public report, and no competent person has signed it; ground in place is no ore reserve",
            &[("section", ""), ("heading", ""), ("what this run says", ""), ("source", "")],
        );
        for (section, headings) in HEADINGS {
            for heading in headings {
                let says = self.says(section, heading, model).unwrap_or_else(|| NOT.to_owned());
                table.row(vec![section.into(), (*heading).into(), says.into(), "jorc2012".into()]);
            }
        }
        table
    }

    fn says(&self, section: &str, heading: &str, model: &BlockModel) -> Option<String> {
        let samples = &self.samples;
        let size = self.lattice.block.map(crate::table::nine_digits).join(" by ");
        Some(match heading {
            "Location of data points" | "Drill hole information" if !samples.collars.is_empty() => {
                format!(
                    "{} holes read from collars and surveys, by minimum curvature; how they were surveyed: {NOT}",
                    samples.holes.len()
                )
            }
            "Location of data points" => {
                format!("{} places as given; how they were surveyed: {NOT}", samples.samples.len())
            }
            "Quality of assay data and laboratory tests" => {
                format!(
                    "{} grades below detection, counted by rule; standards, blanks and duplicates: {NOT}",
                    samples.below
                )
            }
            "Data spacing and distribution" => {
                let mut near: Vec<f64> = model.told.iter().filter_map(|told| told.nearest_m).collect();
                near.sort_by(f64::total_cmp);
                let median = near.get(near.len() / 2)?;
                let how = if self.weighed.cell.is_some() { "declustered in cells" } else { "not declustered" };
                format!("the median block lies {} m from its nearest sample; samples {how}", figures(*median, 2))
            }
            "Data aggregation methods" => {
                let composites = samples.rule.map_or("samples as they come".to_owned(), |rule| {
                    let by = if rule.by_density { "length and density" } else { "length" };
                    format!(
                        "composites of {} m weighed by {by}, at least {} % assayed",
                        figures(rule.length_m, 3),
                        figures(100.0 * rule.least_cover, 2)
                    )
                });
                format!("{composites}; {} top cuts", self.top_cuts.len())
            }
            "Diagrams" => "plan, sections and swaths in this report".into(),
            "Balanced reporting" => "every sample and every block stands in the tables".into(),
            "Database integrity" => {
                "tables checked for overlaps, gaps, twins, impossible grades and places; every fault stops the run"
                    .into()
            }
            "Dimensions" => {
                let [east, north, up] =
                    [0, 1, 2].map(|axis| self.lattice.block[axis] * self.lattice.count[axis] as f64);
                format!("lattice of {} by {} by {} m", figures(east, 3), figures(north, 3), figures(up, 3))
            }
            "Geological interpretation" => match &self.domain {
                Some(_) => format!("a domain of outlines and surfaces is given; its geology: {NOT}"),
                None => format!("{NOT}: no domain, every block within the search counts"),
            },
            "Estimation and modelling techniques" => {
                let checked = match self.leave {
                    Some(Leave::Sample) => "cross-validated by leaving out each sample",
                    Some(Leave::Hole) => "cross-validated by leaving out each hole",
                    None => "not cross-validated",
                };
                format!(
                    "{} of blocks {size} m, {} to {} samples; {checked}",
                    self.estimate.method.word(),
                    self.search.least,
                    if self.search.most == usize::MAX { "all".into() } else { self.search.most.to_string() }
                )
            }
            "Moisture" => {
                format!("tonnes are dry; dry share as mined {} %", figures(100.0 * self.tonnage.dry_share, 3))
            }
            "Cut-off parameters" => {
                let lead = &samples.variables[self.tonnage.of];
                let unit = if lead.unit == "1" { "" } else { " ppm" };
                format!("{} of {}{unit}, a choice; its economics: {NOT}", lead.name, figures(self.tonnage.cut_off, 3))
            }
            "Bulk density" => match self.tonnage.dry_density {
                Some(density) => format!("{} kg/m3 dry throughout", figures(density, 4)),
                None => "estimated block by block from the samples' own".into(),
            },
            "Classification" if self.classes.is_empty() => "not classified".into(),
            "Classification" => {
                let names: Vec<&str> = self.classes.iter().map(|class| class.name.as_str()).collect();
                format!(
                    "by stated demands on distance, holes, samples, variance, efficiency and slope: {}",
                    names.join(", ")
                )
            }
            "Discussion of relative accuracy and confidence"
                if section.starts_with('3') && self.estimate.method.kriges() =>
            {
                "kriging variance, efficiency and slope of each block; errors of cross-validation where made".into()
            }
            _ => return None,
        })
    }
}
