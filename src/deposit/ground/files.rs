//! The block model for other programs: `blocks.csv`, and `blocks.vti`, which ParaView opens.
//!
//! A million blocks are too many for a table that people read; these are written as text at once.
//! The second is the XML form of VTK's image data, version 1.0, its arrays in ASCII: x runs fastest, then y, then z,
//! as our blocks do; a block without an estimate is not a number (`nan`).

use std::fmt::Write;

use crate::deposit::ground::Ground;
use crate::deposit::ground::block_model::BlockModel;
use crate::deposit::ground::simulated::Blocks;
use crate::table::nine_digits;

/// A column of the block model.
struct Column<'m> {
    name: String,
    unit: &'static str,
    of: Box<dyn Fn(usize) -> Option<f64> + 'm>,
}

fn columns<'m>(ground: &'m Ground, model: &'m BlockModel, drawn: Option<&'m Blocks>) -> Vec<Column<'m>> {
    let mut columns: Vec<Column<'m>> = Vec::new();
    for (at, variable) in ground.samples.variables.iter().enumerate() {
        let unit = if variable.unit == "1" { "" } else { variable.unit };
        columns.push(Column { name: variable.name.clone(), unit, of: Box::new(move |block| model.grade(block, at)) });
    }
    let sill = ground.sill(ground.tonnage.of);
    let mut add = |name: &str, unit, of: Box<dyn Fn(usize) -> Option<f64> + 'm>| {
        columns.push(Column { name: name.into(), unit, of });
    };
    add("dry", "t", Box::new(|block| model.dry_t(block)));
    if ground.estimate.method.kriges() {
        add("kriging variance", "", Box::new(move |block| model.told[block].variance.map(|variance| variance * sill)));
        add("efficiency", "", Box::new(|block| model.told[block].efficiency));
        add("slope", "", Box::new(|block| model.told[block].slope));
    }
    add("samples", "", Box::new(|block| Some(f64::from(model.told[block].samples))));
    add("holes", "", Box::new(|block| Some(f64::from(model.told[block].holes))));
    add("nearest sample", "m", Box::new(|block| model.told[block].nearest_m));
    if let Some(drawn) = drawn {
        let lead = &ground.samples.variables[ground.tonnage.of];
        let unit = if lead.unit == "1" { "" } else { lead.unit };
        add("chance above the cut-off", "%", Box::new(|block| drawn.chance[block].map(|share| 100.0 * share)));
        for (at, part) in ["P90", "P50", "P10"].into_iter().enumerate() {
            let name = format!("{}, {part}", lead.name);
            add(&name, unit, Box::new(move |block| drawn.spread[block].map(|spread| spread[at])));
        }
    }
    columns
}

fn heading(column: &Column<'_>) -> String {
    if column.unit.is_empty() { column.name.clone() } else { format!("{} [{}]", column.name, column.unit) }
}

/// `blocks.csv`: middle and size of each block that has an estimate, then all that is told of it.
pub fn csv(ground: &Ground, model: &BlockModel, drawn: Option<&Blocks>) -> String {
    let columns = columns(ground, model, drawn);
    let mut text = String::from("x [m],y [m],z [m],east [m],north [m],up [m],class");
    for column in &columns {
        let heading = heading(column);
        // A name of the user's own may hold anything.
        if heading.contains([',', '"']) {
            let _ = write!(text, ",\"{}\"", heading.replace('"', "\"\""));
        } else {
            let _ = write!(text, ",{heading}");
        }
    }
    text.push('\n');
    let size = model.lattice.block.map(nine_digits).join(",");
    for block in 0..model.lattice.blocks() {
        if model.told[block].samples == 0 {
            continue;
        }
        let middle = model.lattice.middle(block).map(nine_digits).join(",");
        let _ = write!(text, "{middle},{size},{}", ground.class_name(model.class[block]).replace([',', '"'], " "));
        for column in &columns {
            text.push(',');
            if let Some(value) = (column.of)(block) {
                text.push_str(&nine_digits(value));
            }
        }
        text.push('\n');
    }
    text
}

/// `blocks.vti`.
pub fn vti(ground: &Ground, model: &BlockModel, drawn: Option<&Blocks>) -> String {
    let lattice = &model.lattice;
    let [x, y, z] = lattice.count;
    let numbers = |values: [f64; 3]| values.map(|value| format!("{value}")).join(" ");
    let escaped =
        |name: &str| name.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let mut text = format!(
        "<?xml version=\"1.0\"?>\n<VTKFile type=\"ImageData\" version=\"1.0\" byte_order=\"LittleEndian\">\n\
         <ImageData WholeExtent=\"0 {x} 0 {y} 0 {z}\" Origin=\"{}\" Spacing=\"{}\">\n<Piece Extent=\"0 {x} 0 {y} 0 {z}\">\n<CellData>\n",
        numbers(lattice.corner),
        numbers(lattice.block),
    );
    let mut array = |name: &str, of: &dyn Fn(usize) -> Option<f64>| {
        let _ = writeln!(text, "<DataArray type=\"Float64\" Name=\"{}\" format=\"ascii\">", escaped(name));
        for block in 0..lattice.blocks() {
            match of(block) {
                Some(value) => text.push_str(&nine_digits(value)),
                None => text.push_str("nan"),
            }
            text.push(if (block + 1) % 12 == 0 { '\n' } else { ' ' });
        }
        text.push_str("\n</DataArray>\n");
    };
    for column in columns(ground, model, drawn) {
        array(&heading(&column), &*column.of);
    }
    let classified = |block: usize| (model.told[block].samples > 0).then(|| f64::from(model.class[block]) + 1.0);
    if !ground.classes.is_empty() {
        array("class", &classified);
    }
    text.push_str("</CellData>\n</Piece>\n</ImageData>\n</VTKFile>\n");
    text
}
