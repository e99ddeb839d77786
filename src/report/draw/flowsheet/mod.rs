//! The flowsheet, drawn from the plant as it was solved.

mod icon;
mod place;
mod route;

use super::canvas::{Canvas, fitted, text_width};
use super::colour::Carrier;
use super::graph::Graph;
use crate::flowsheet::{Done, Plant};
use crate::product::Product;
use crate::quantity::figures;
use crate::table::{Cell, Table};
use place::{Grid, grid};
use route::{Route, Routes, routes};

const BOX: f64 = 140.0;
const STUB: f64 = 30.0;
const TRACK: f64 = 8.0;
const COLUMNS: usize = 6;
/// The legend needs this much width.
const LEGEND: f64 = 960.0;

/// A box and its words.
struct Piece {
    lines: Vec<(String, &'static str)>,
    spark: Vec<f64>,
    height: f64,
}

/// Real places of columns, rows and lanes.
struct Sheet {
    column: Vec<f64>,
    lane: Vec<f64>,
    row: Vec<f64>,
    level: Vec<f64>,
    width: f64,
    height: f64,
}

/// Draws a plant; products are marked where they leave.
pub fn draw(plant: &Plant, products: &[Product]) -> Canvas {
    let graph = Graph::of(plant);
    let grid = grid(&graph, COLUMNS);
    let found = routes(&graph, &grid);
    let pieces: Vec<Piece> = plant.units.iter().enumerate().map(|(at, unit)| piece(unit, &graph, &found, at)).collect();
    let sheet = sheet(&graph, &grid, &found, &pieces);
    let mut canvas = Canvas::new(sheet.width.max(LEGEND), sheet.height + 30.0);
    for route in &found.pipes {
        pipe(&mut canvas, plant, &graph, &grid, &sheet, route);
    }
    for (at, unit) in plant.units.iter().enumerate() {
        let corner = (sheet.column[grid.spots[at].column], sheet.row[grid.spots[at].row] - pieces[at].height / 2.0);
        unit_box(&mut canvas, unit, &pieces[at], corner);
        across_the_fence(&mut canvas, plant, &graph, products, at, corner, pieces[at].height);
    }
    legend(&mut canvas, sheet.height + 16.0);
    canvas
}

fn piece(unit: &Done, graph: &Graph, found: &Routes, at: usize) -> Piece {
    let mut lines = Vec::new();
    let mut spark = Vec::new();
    if let Some(stages) = unit.balance.tables.iter().find(|table| table.name.ends_with("_stages")) {
        lines.push((stage_count(stages), "small"));
        spark = stages.numbers("loading").into_iter().flatten().collect();
    }
    for drawn in unit.balance.drawn.iter().filter(|drawn| drawn.stream.mass() > 1e-6).take(4) {
        lines.push((format!("+ {} {}", flow(drawn.stream.mass()), drawn.name), "small muted"));
    }
    if unit.balance.power_kw > 0.0 {
        lines.push((format!("{} kW", figures(unit.balance.power_kw, 3)), "small muted"));
    }
    let reach = found.pipes.iter().fold(0.0_f64, |reach, route| {
        let link = graph.links[route.link];
        let exit = if link.from == Some(at) { route.exit.abs() } else { 0.0 };
        let entry = if link.to == Some(at) { route.entry.abs() } else { 0.0 };
        reach.max(exit).max(entry)
    });
    let written = 42.0 + 12.0 * lines.len() as f64 + if spark.len() > 1 { 20.0 } else { 0.0 };
    Piece { lines, spark, height: written.max(2.0 * reach + 24.0) }
}

/// `12 E · 8 Sc · 6 S`, counted from the profile.
fn stage_count(stages: &Table) -> String {
    let Some(at) = stages.position("section") else { return format!("{} stages", stages.rows.len()) };
    let mut counts: Vec<(String, usize)> = Vec::new();
    for row in &stages.rows {
        if let Some(Cell::Text(section)) = row.get(at) {
            match counts.iter_mut().find(|(name, _)| name == section) {
                Some((_, count)) => *count += 1,
                None => counts.push((section.clone(), 1)),
            }
        }
    }
    let short = |name: &str| match name {
        name if name.starts_with("extract") => "E",
        name if name.starts_with("scrub") => "Sc",
        name if name.starts_with("strip") => "S",
        _ => "stages",
    };
    counts.iter().map(|(name, count)| format!("{count} {}", short(name))).collect::<Vec<_>>().join(" · ")
}

/// A flow in the unit that suits it.
fn flow(kg_per_h: f64) -> String {
    if kg_per_h >= 1000.0 {
        format!("{} t/h", figures(kg_per_h / 1000.0, 3))
    } else if kg_per_h >= 1.0 {
        format!("{} kg/h", figures(kg_per_h, 3))
    } else {
        format!("{} g/h", figures(kg_per_h * 1000.0, 3))
    }
}

fn sheet(graph: &Graph, grid: &Grid, found: &Routes, pieces: &[Piece]) -> Sheet {
    let (mut x, mut column, mut lane) = (8.0, Vec::new(), Vec::new());
    for at in 0..=grid.columns {
        let stub = if at == 0 { 4.0 } else { STUB };
        lane.push(x + stub + 4.0);
        x += stub + TRACK * found.upright[at] as f64 + if at == grid.columns { 4.0 } else { 14.0 };
        if at < grid.columns {
            column.push(x);
            x += BOX;
        }
    }
    let (mut y, mut row, mut level) = (4.0, Vec::new(), Vec::new());
    for at in 0..=grid.rows {
        level.push(y + 6.0);
        y += 8.0 + TRACK * found.level[at] as f64;
        if at < grid.rows {
            let members: Vec<usize> = (0..graph.units).filter(|unit| grid.spots[*unit].row == at).collect();
            let half = members.iter().map(|unit| pieces[*unit].height / 2.0).fold(25.0, f64::max);
            let crossing = |inward: bool| {
                graph.links.iter().any(|link| {
                    let (mine, far) = if inward { (link.to, link.from) } else { (link.from, link.to) };
                    far.is_none() && mine.is_some_and(|unit| members.contains(&unit))
                })
            };
            y += half + if crossing(true) { 46.0 } else { 4.0 };
            row.push(y);
            y += half + if crossing(false) { 58.0 } else { 6.0 };
        }
    }
    Sheet { column, lane, row, level, width: x + 4.0, height: y }
}

fn pipe(canvas: &mut Canvas, plant: &Plant, graph: &Graph, grid: &Grid, sheet: &Sheet, route: &Route) {
    let link = graph.links[route.link];
    let (Some(from), Some(to)) = (link.from, link.to) else { return };
    let (start, end) = (grid.spots[from], grid.spots[to]);
    let begin = (sheet.column[start.column] + BOX, sheet.row[start.row] + route.exit);
    let finish = (sheet.column[end.column], sheet.row[end.row] + route.entry);
    let upright = |(lane, track): (usize, usize)| sheet.lane[lane] + TRACK * track as f64;
    let mut points = vec![begin];
    if let Some(first) = route.first {
        let x = upright(first);
        points.push((x, begin.1));
        if let Some(((lane, track), last)) = route.then {
            let (y, x1) = (sheet.level[lane] + TRACK * track as f64, upright(last));
            points.extend([(x, y), (x1, y), (x1, finish.1)]);
        } else {
            points.push((x, finish.1));
        }
    }
    points.push((finish.0 - 6.0, finish.1));
    let pipe = &plant.pipes[link.pipe];
    let carrier = Carrier::of(&pipe.stream);
    canvas.open("", &format!("{} {}: {} to {}", link.pipe + 1, pipe.name, plant.units[from].tag, plant.units[to].tag));
    canvas.polyline(&points, &format!("{} stroke-linejoin=\"round\"", carrier.stroke()));
    arrow(canvas, finish, (1.0, 0.0), carrier);
    diamond(canvas, (begin.0 + 15.0, begin.1), link.pipe + 1, carrier);
    canvas.close();
}

fn arrow(canvas: &mut Canvas, (x, y): (f64, f64), (dx, dy): (f64, f64), carrier: Carrier) {
    let (back_x, back_y) = (x - 8.0 * dx, y - 8.0 * dy);
    let (side_x, side_y) = (3.5 * dy, 3.5 * dx);
    canvas.polygon(
        &[(x, y), (back_x + side_x, back_y + side_y), (back_x - side_x, back_y - side_y)],
        &format!("fill=\"{}\"", carrier.colour()),
    );
}

fn diamond(canvas: &mut Canvas, (x, y): (f64, f64), number: usize, carrier: Carrier) {
    let (w, h) = (11.5, 9.0);
    canvas.polygon(
        &[(x - w, y), (x, y - h), (x + w, y), (x, y + h)],
        &format!("fill=\"#fff\" stroke=\"{}\" stroke-width=\"1.2\"", carrier.colour()),
    );
    canvas.text((x, y + 3.3), &number.to_string(), "class=\"number mid\"");
}

fn unit_box(canvas: &mut Canvas, unit: &Done, piece: &Piece, (x, y): (f64, f64)) {
    canvas.open("", &format!("{}: {}", unit.tag, unit.kind));
    canvas.rect(x, y, BOX, piece.height, "class=\"unit\" rx=\"3\"");
    canvas.place((x + 6.0, y + 7.0), &icon::icon(unit.kind));
    canvas.text((x + 38.0, y + 18.0), &fitted(&unit.tag, BOX - 44.0, 13.0), "class=\"strong\"");
    canvas.text((x + 38.0, y + 31.0), &fitted(unit.kind, BOX - 42.0, 10.5), "class=\"small\"");
    let mut at = y + 47.0;
    for (line, class) in &piece.lines {
        canvas.text((x + 8.0, at), &fitted(line, BOX - 12.0, 10.5), &format!("class=\"{class}\""));
        at += 12.0;
    }
    if piece.spark.len() > 1 {
        let most = piece.spark.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
        let points: Vec<(f64, f64)> = piece
            .spark
            .iter()
            .enumerate()
            .map(|(index, value)| {
                let share = index as f64 / (piece.spark.len() - 1) as f64;
                (x + 8.0 + share * (BOX - 16.0), at + 8.0 - 15.0 * value / most)
            })
            .collect();
        canvas.polyline(&points, &format!("stroke=\"{}\" stroke-width=\"1.4\"", Carrier::Organic.colour()));
    }
    canvas.close();
}

/// What is given from outside comes in at the top, what leaves goes out at the bottom, each with its name.
fn across_the_fence(
    canvas: &mut Canvas,
    plant: &Plant,
    graph: &Graph,
    products: &[Product],
    unit: usize,
    (x, y): (f64, f64),
    height: f64,
) {
    for inward in [true, false] {
        let mine: Vec<usize> = graph
            .links
            .iter()
            .filter(|link| {
                let (near, far) = if inward { (link.to, link.from) } else { (link.from, link.to) };
                near == Some(unit) && far.is_none()
            })
            .map(|link| link.pipe)
            .collect();
        let room = (BOX + 30.0) / mine.len().max(1) as f64;
        let sold = |name: &str| products.iter().any(|product| product.stream == name);
        // Neighbours' names stand on two levels when any of them would touch; strong letters are wider.
        let wide = |pipe: usize| {
            let name = &plant.pipes[pipe].name;
            text_width(name, 10.5) * if sold(name) { 1.15 } else { 1.0 } + 4.0
        };
        let crowded = mine.windows(2).any(|pair| f64::midpoint(wide(pair[0]), wide(pair[1])) > room.min(80.0));
        for (index, &pipe) in mine.iter().enumerate() {
            let centre = x + BOX / 2.0 + (index as f64 - (mine.len() as f64 - 1.0) / 2.0) * room.min(80.0);
            let stream = &plant.pipes[pipe];
            let carrier = Carrier::of(&stream.stream);
            let class = if sold(&stream.name) { "class=\"small mid strong accent\"" } else { "class=\"small mid\"" };
            let step = if crowded && index % 2 == 1 { 11.0 } else { 0.0 };
            let name = fitted(&stream.name, if crowded { 2.0 * room.min(80.0) } else { room.max(80.0) }, 10.5);
            canvas.open("", &format!("{} {}", pipe + 1, stream.name));
            if inward {
                canvas.line((centre, y - 32.0), (centre, y - 6.0), &carrier.stroke());
                arrow(canvas, (centre, y), (0.0, 1.0), carrier);
                diamond(canvas, (centre, y - 22.0), pipe + 1, carrier);
                canvas.text((centre, y - 35.0 - step), &name, class);
            } else {
                let foot = y + height;
                canvas.line((centre, foot), (centre, foot + 30.0), &carrier.stroke());
                arrow(canvas, (centre, foot + 36.0), (0.0, 1.0), carrier);
                diamond(canvas, (centre, foot + 14.0), pipe + 1, carrier);
                canvas.text((centre, foot + 46.0 + step), &name, class);
            }
            canvas.close();
        }
    }
}

fn legend(canvas: &mut Canvas, y: f64) {
    let mut x = 12.0;
    for (carrier, word) in [
        (Carrier::Solids, "solids and slurries"),
        (Carrier::Aqueous, "solutions"),
        (Carrier::Organic, "organic"),
        (Carrier::Gas, "gas"),
    ] {
        canvas.line((x, y - 3.5), (x + 26.0, y - 3.5), &carrier.stroke());
        canvas.text((x + 31.0, y), word, "class=\"small\"");
        x += 48.0 + text_width(word, 10.5);
    }
    canvas.polygon(
        &[(x, y - 3.5), (x + 11.0, y - 12.0), (x + 22.0, y - 3.5), (x + 11.0, y + 5.0)],
        "fill=\"#fff\" class=\"rule\"",
    );
    canvas.text((x + 28.0, y), "stream number", "class=\"small\"");
    x += 46.0 + text_width("stream number", 10.5);
    canvas.text((x, y), "product leaving the fence", "class=\"small strong accent\"");
    x += 16.0 + text_width("product leaving the fence", 11.0);
    canvas.text((x, y), "+ reagent drawn across the fence", "class=\"small muted\"");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::draw::graph::tests::graph;

    /// A plant of 25 units with side branches and recycles: boxes keep apart from each other
    /// and from every lane.
    #[test]
    fn twenty_five_boxes_do_not_touch() {
        let mut pairs: Vec<(usize, usize)> = (0..17).map(|unit| (unit, unit + 1)).collect();
        pairs.extend([(5, 18), (18, 19), (19, 3), (9, 20), (20, 21), (12, 22), (22, 8), (14, 23), (16, 24), (17, 2)]);
        let graph = graph(25, &pairs);
        let grid = grid(&graph, COLUMNS);
        let found = routes(&graph, &grid);
        let pieces: Vec<Piece> = (0..25_u8)
            .map(|unit| Piece { lines: Vec::new(), spark: Vec::new(), height: 44.0 + 8.0 * f64::from(unit % 7) })
            .collect();
        let sheet = sheet(&graph, &grid, &found, &pieces);
        let corner = |unit: usize| {
            let spot = grid.spots[unit];
            (sheet.column[spot.column], sheet.row[spot.row] - pieces[unit].height / 2.0)
        };
        for a in 0..25 {
            for b in 0..a {
                let ((ax, ay), (bx, by)) = (corner(a), corner(b));
                let apart_x = (ax - bx).abs() >= BOX;
                let apart_y = ay + pieces[a].height <= by || by + pieces[b].height <= ay;
                assert!(apart_x || apart_y, "{a} touches {b}");
            }
            for (lane, y) in sheet.level.iter().enumerate() {
                let (_, top) = corner(a);
                let end = y + TRACK * found.level[lane].saturating_sub(1) as f64;
                assert!(end < top || *y > top + pieces[a].height, "level lane {lane} runs through {a}");
            }
        }
        assert!(sheet.width < 1400.0, "{}", sheet.width);
    }
}
