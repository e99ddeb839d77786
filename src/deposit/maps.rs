//! The tables a report draws its maps and curves from: blocks, plan, squares, cores, variogram, cross-validation.

use crate::deposit::blocks::{BlockModel, variance};
use crate::deposit::cores::{Cores, Interpolator};
use crate::deposit::decluster;
use crate::deposit::point::Point;
use crate::deposit::tonnage::Part;
use crate::deposit::variogram::experimental::Experimental;
use crate::table::{Cell, Table};
use crate::unit::Reading;

/// Adds every map table, and the readings that check the estimate.
pub fn add(
    tables: &mut Vec<Table>,
    readings: &mut Vec<Reading>,
    cores: &Cores,
    model: &BlockModel,
    oxide_factor: f64,
    flag: &str,
) {
    tables.push(squares(cores, model, oxide_factor, flag));
    tables.push(plan(cores, model, flag));
    tables.push(core_means(cores, model, readings, flag));
    tables.push(cross_validation(cores, model, readings, flag));
    tables.push(variogram(cores, model, flag));
    tables.push(blocks(model, flag));
}

const BASIS: &str = "elements (SREY) in dry solids; x east, y north, depths below the sea floor or collar";

/// Mean over the thickness of each block column.
fn column_means(model: &BlockModel, grades: &[f64]) -> Vec<f64> {
    let thickness: f64 = model.layers.iter().map(|layer| layer.to_m - layer.from_m).sum();
    let mut means = vec![0.0; model.blocks.len()];
    for (at, layer) in model.layers.iter().enumerate() {
        let share = (layer.to_m - layer.from_m) / thickness;
        for (mean, grade) in means.iter_mut().zip(model.layer(grades, at)) {
            *mean += share * grade;
        }
    }
    means
}

fn blocks(model: &BlockModel, flag: &str) -> Table {
    let mut table = Table::new(
        "blocks",
        format!("Block model{flag}"),
        BASIS,
        &[
            ("x", "m"),
            ("y", "m"),
            ("from", "m"),
            ("to", "m"),
            ("grade, kriging", "ppm"),
            ("grade, inverse distance", "ppm"),
            ("kriging variance", "ppm2"),
        ],
    );
    let count = model.blocks.len();
    table.rows.reserve(model.kriged.len());
    for (at, layer) in model.layers.iter().enumerate() {
        for (index, block) in model.blocks.iter().enumerate() {
            let place = at * count + index;
            table.row(vec![
                block.middle[0].into(),
                block.middle[1].into(),
                layer.from_m.into(),
                layer.to_m.into(),
                model.kriged[place].into(),
                model.inverse[place].into(),
                model.variance[place].into(),
            ]);
        }
    }
    table
}

fn plan(cores: &Cores, model: &BlockModel, flag: &str) -> Table {
    let mut table = Table::new(
        "plan",
        format!("Mean grade over the thickness, by {}{flag}", cores.interpolator.word()),
        BASIS,
        &[
            ("x", "m"),
            ("y", "m"),
            ("square", ""),
            ("grade", "ppm"),
            ("grade, kriging", "ppm"),
            ("grade, inverse distance", "ppm"),
            ("side", "m"),
        ],
    );
    let names = cores.area.names();
    let (kriged, inverse) = (column_means(model, &model.kriged), column_means(model, &model.inverse));
    for ((block, kriged), inverse) in model.blocks.iter().zip(kriged).zip(inverse) {
        table.row(vec![
            block.middle[0].into(),
            block.middle[1].into(),
            names[block.square].as_str().into(),
            if cores.interpolator == Interpolator::Kriging { kriged } else { inverse }.into(),
            kriged.into(),
            inverse.into(),
            cores.area.block_side_m().into(),
        ]);
    }
    table
}

fn squares(cores: &Cores, model: &BlockModel, oxide_factor: f64, flag: &str) -> Table {
    let mut table = Table::new(
        "squares",
        format!("Grade and oxide of each square{flag}"),
        "grade as elements (SREY) in dry solids over the whole thickness; REO as reporting oxides",
        &[
            ("square", ""),
            ("area", "km2"),
            ("grade, kriging", "ppm"),
            ("REO, kriging", "Mt"),
            ("grade, inverse distance", "ppm"),
            ("REO, inverse distance", "Mt"),
        ],
    );
    let names = cores.area.names();
    let thickness: f64 = model.layers.iter().map(|layer| layer.to_m - layer.from_m).sum();
    let volume = cores.area.block_side_m().powi(2) * thickness;
    let parts = |grades: &[f64]| {
        let mut parts = vec![Part::default(); names.len()];
        for (block, mean) in model.blocks.iter().zip(column_means(model, grades)) {
            parts[block.square].add(volume, mean);
        }
        parts
    };
    let oxide = |part: &Part| part.rare_earth_t(cores.dry_density) * oxide_factor / 1e6;
    for ((name, kriged), inverse) in names.iter().zip(parts(&model.kriged)).zip(parts(&model.inverse)) {
        table.row(vec![
            name.as_str().into(),
            (cores.area.square_m2() / 1e6).into(),
            kriged.grade_ppm().into(),
            oxide(&kriged).into(),
            inverse.grade_ppm().into(),
            oxide(&inverse).into(),
        ]);
    }
    table
}

fn core_means(cores: &Cores, model: &BlockModel, readings: &mut Vec<Reading>, flag: &str) -> Table {
    let mut table = Table::new(
        "cores",
        format!("The cores{flag}"),
        BASIS,
        &[
            ("core", ""),
            ("x", "m"),
            ("y", "m"),
            ("water depth", "m"),
            ("assays", ""),
            ("bottom", "m"),
            ("mean grade", "ppm"),
            ("greatest assay", "ppm"),
        ],
    );
    let (mut points, mut means): (Vec<Point>, Vec<f64>) = (Vec::new(), Vec::new());
    for (at, core) in cores.table.cores.iter().enumerate() {
        let mut part = Part::default();
        for (grades, layer) in model.composites.iter().zip(&model.layers) {
            if let Some(grade) = grades[at] {
                part.add(layer.to_m - layer.from_m, grade);
            }
        }
        if let Some(mean) = part.grade_ppm() {
            // From the corner of the area, so that the cells are the squares.
            points.push([core.x_m - cores.area.west_m, core.y_m - cores.area.south_m, 0.0]);
            means.push(mean);
        }
        table.row(vec![
            core.name.as_str().into(),
            core.x_m.into(),
            core.y_m.into(),
            core.water_depth_m.into(),
            (core.assays.len() as f64).into(),
            core.assays.last().map(|assay| assay.to_m).into(),
            part.grade_ppm().into(),
            core.assays.iter().map(|assay| assay.grade_ppm).reduce(f64::max).into(),
        ]);
    }
    if !means.is_empty() {
        readings.push(Reading::new("mean of the cores", means.iter().sum::<f64>() / means.len() as f64, "ppm"));
        let declustered = decluster::mean(&points, &means, cores.area.side_m);
        readings.push(Reading::new("declustered mean of the cores", declustered, "ppm"));
    }
    table
}

fn cross_validation(cores: &Cores, model: &BlockModel, readings: &mut Vec<Reading>, flag: &str) -> Table {
    let mut table = Table::new(
        "cross_validation",
        format!("Each composite kriged from the other cores{flag}"),
        BASIS,
        &[
            ("core", ""),
            ("from", "m"),
            ("to", "m"),
            ("measured", "ppm"),
            ("estimated", "ppm"),
            ("error", "ppm"),
            ("kriging deviation", "ppm"),
            ("standardised error", ""),
        ],
    );
    let (mut sum, mut square, mut standard, mut counted) = (0.0, 0.0, 0.0, 0_usize);
    for check in &model.checks {
        let error = check.estimated - check.measured;
        let standardised = (check.deviation > 0.0).then(|| error / check.deviation);
        sum += error;
        square += error * error;
        if let Some(ratio) = standardised {
            standard += ratio * ratio;
            counted += 1;
        }
        let layer = model.layers[check.layer];
        table.row(vec![
            cores.table.cores[check.core].name.as_str().into(),
            layer.from_m.into(),
            layer.to_m.into(),
            check.measured.into(),
            check.estimated.into(),
            error.into(),
            check.deviation.into(),
            standardised.into(),
        ]);
    }
    let count = model.checks.len().max(1) as f64;
    readings.push(Reading::new("cross-validation, mean error", sum / count, "ppm"));
    readings.push(Reading::new("cross-validation, root mean square error", (square / count).sqrt(), "ppm"));
    if counted > 0 {
        let mean = standard / counted as f64;
        readings.push(Reading::new("cross-validation, mean squared standardised error", mean, "1"));
    }
    table
}

/// Experimental variogram of all layers together, each divided by its own variance, beside the model.
fn variogram(cores: &Cores, model: &BlockModel, flag: &str) -> Table {
    let mut table = Table::new(
        "variogram",
        format!("Variogram of the layers, {} model{flag}", cores.method.model.kind()),
        "semivariance over the variance of its layer; all layers and directions together",
        &[("distance", "m"), ("pairs", ""), ("experimental", ""), ("model", "")],
    );
    let mut experimental = Experimental::new(cores.lag_m, cores.lags);
    for grades in &model.composites {
        let found = cores.table.cores.iter().zip(grades).filter_map(|(core, g)| g.map(|g| (core.x_m, core.y_m, g)));
        let (mut x, mut y, mut values) = (Vec::new(), Vec::new(), Vec::new());
        for (east, north, grade) in found {
            x.push(east);
            y.push(north);
            values.push(grade);
        }
        let scale = variance(&values);
        if scale > 0.0 {
            experimental.add(&x, &y, &values, scale);
        }
    }
    for lag in experimental.lags() {
        table.row(vec![
            lag.distance_m.into(),
            (lag.pairs as f64).into(),
            lag.gamma.into(),
            Cell::from(cores.method.model.gamma(lag.distance_m)),
        ]);
    }
    table
}
