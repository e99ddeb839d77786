//! What was published of finds, beside what a study finds: tonnages as their sources state them, and the world's grades on one basis.

use crate::deposit::stated::in_oxides;
use crate::deposit::study::Study;
use crate::table::{Cell, Table};

/// What others published of the finds named, and every published grade on one basis with ours among them.
/// `ours` are the mean of what is mined and the greatest assay, kg/kg.
pub fn tables(study: &Study, ours: (f64, Option<f64>), factor: f64, flag: &str, tables: &mut Vec<Table>) {
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
