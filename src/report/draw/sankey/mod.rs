//! The Sankey of a metal from ore to products, every loss with its share of what came in.

mod flows;

pub use flows::{Flows, Measure};

use super::canvas::{Canvas, fitted, text_width};
use super::colour;
use crate::element::Element;
use crate::quantity::figures;
use flows::Sort;

const WIDTH: f64 = 1130.0;
const TOP: f64 = 30.0;
const BODY: f64 = 380.0;
const NODE: f64 = 10.0;
const LEFT: f64 = 8.0;
const RIGHT: f64 = 190.0;

/// Where each node stands.
struct Laid {
    x: Vec<f64>,
    y: Vec<f64>,
    scale: f64,
}

/// Draws the flows of a measure; `None` when there is nothing of it.
pub fn draw(flows: &Flows, measure: &Measure) -> Option<Canvas> {
    if flows.all.is_empty() {
        return None;
    }
    let laid = lay(flows);
    let bottom = (0..flows.nodes.len()).map(|n| laid.y[n] + height(flows, n) * laid.scale).fold(0.0, f64::max);
    let bottom = placed_names(flows, &laid).iter().map(|(_, y, _)| y + 14.0).fold(bottom, f64::max);
    let backs: f64 = flows.all.iter().filter(|f| f.back).map(|f| (f.amount * laid.scale).max(0.8) + 8.0).sum();
    let mut canvas = Canvas::new(WIDTH, bottom + 40.0 + backs);
    let tint = if measure.elements.len() > 2 { colour::ACCENT } else { colour::of(measure.elements[0]) };
    links(&mut canvas, flows, &laid, tint, bottom + 14.0);
    nodes(&mut canvas, flows, &laid, tint);
    Some(canvas)
}

/// Distance from column to column.
fn column_step(flows: &Flows) -> f64 {
    (WIDTH - LEFT - RIGHT - NODE) / (flows.depth().max(2) - 1) as f64
}

fn height(flows: &Flows, node: usize) -> f64 {
    flows.entering_at(node).max(flows.out_of(node))
}

/// Columns by layer; in a column losses hang below what goes on.
fn lay(flows: &Flows) -> Laid {
    let depth = flows.depth();
    let step = column_step(flows);
    let x = flows.nodes.iter().map(|node| LEFT + step * node.layer as f64).collect();
    let members: Vec<Vec<usize>> =
        (0..depth).map(|layer| (0..flows.nodes.len()).filter(|n| flows.nodes[*n].layer == layer).collect()).collect();
    let gap = 26.0;
    let scale = members
        .iter()
        .map(|column| {
            let whole: f64 = column.iter().map(|n| height(flows, *n)).sum();
            (BODY - gap * (column.len() as f64 - 1.0)).max(120.0) / whole
        })
        .fold(f64::INFINITY, f64::min);
    let mut y = vec![TOP; flows.nodes.len()];
    for _ in 0..3 {
        for column in &members {
            let wanted = |n: usize| {
                let (mut sum, mut weight) = (0.0, 0.0);
                for flow in flows.all.iter().filter(|f| !f.back && (f.to == n || f.from == n)) {
                    let other = if flow.to == n { flow.from } else { flow.to };
                    // What comes before weighs more than what comes after.
                    let share = if flow.to == n { flow.amount } else { 0.3 * flow.amount };
                    sum += share * (y[other] + 0.5 * scale * height(flows, other));
                    weight += share;
                }
                let centre = if weight > 0.0 { sum / weight } else { TOP };
                centre - 0.5 * scale * height(flows, n)
            };
            let mut order: Vec<(bool, f64, usize)> =
                column.iter().map(|&n| (flows.nodes[n].sort == Sort::Loss, wanted(n), n)).collect();
            order.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
            let mut least = TOP;
            for (_, want, n) in order {
                y[n] = want.max(least);
                least = y[n] + scale * height(flows, n) + gap;
            }
        }
    }
    // Losses hang below everything that goes on beside them or further right.
    let foot = |y: &[f64], from: usize| -> f64 {
        (0..flows.nodes.len())
            .filter(|n| flows.nodes[*n].sort != Sort::Loss && flows.nodes[*n].layer + 1 >= from)
            .map(|n| y[n] + scale * height(flows, n))
            .fold(TOP, f64::max)
    };
    for (layer, column) in members.iter().enumerate() {
        let mut least = foot(&y, layer) + gap;
        let mut losses: Vec<usize> = column.iter().copied().filter(|n| flows.nodes[*n].sort == Sort::Loss).collect();
        losses.sort_by(|a, b| height(flows, *b).total_cmp(&height(flows, *a)));
        for n in losses {
            y[n] = least;
            least += (scale * height(flows, n) + 6.0).max(30.0);
        }
    }
    Laid { x, y, scale }
}

/// Ribbons, stacked at each end in the order of where they go.
fn links(canvas: &mut Canvas, flows: &Flows, laid: &Laid, tint: &str, below: f64) {
    let mut order: Vec<usize> = (0..flows.all.len()).collect();
    let end = |at: usize, out: bool| {
        let flow = flows.all[at];
        let other = if out { flow.to } else { flow.from };
        if flow.back { f64::INFINITY } else { laid.y[other] }
    };
    let mut start_y = vec![0.0; flows.all.len()];
    let mut end_y = vec![0.0; flows.all.len()];
    for out in [true, false] {
        order.sort_by(|a, b| end(*a, out).total_cmp(&end(*b, out)).then(a.cmp(b)));
        let mut used = vec![0.0; flows.nodes.len()];
        for &at in &order {
            let flow = flows.all[at];
            let node = if out { flow.from } else { flow.to };
            let slot = if out { &mut start_y } else { &mut end_y };
            slot[at] = laid.y[node] + used[node];
            used[node] += flow.amount * laid.scale;
        }
    }
    let mut deep = below;
    for (at, flow) in flows.all.iter().enumerate() {
        let width = (flow.amount * laid.scale).max(0.8);
        let (from, to) = (&flows.nodes[flow.from], &flows.nodes[flow.to]);
        canvas.open("", &format!("{} to {}: {} t/y", from.name, to.name, figures(flow.amount, 3)));
        let lost = to.sort == Sort::Loss;
        let (x0, x1) = (laid.x[flow.from] + NODE, laid.x[flow.to]);
        if flow.back {
            deep += width / 2.0 + 4.0;
            let (y0, y1) = (start_y[at] + width / 2.0, end_y[at] + width / 2.0);
            canvas.path(
                "M{} {}C{} {} {} {} {} {}L{} {}C{} {} {} {} {} {}",
                &[x0, y0, x0 + 34.0, y0, x0 + 34.0, deep, x0, deep, x1, deep, x1 - 34.0, deep, x1 - 34.0, y1, x1, y1],
                &format!("fill=\"none\" stroke=\"{tint}\" stroke-opacity=\"0.25\" stroke-width=\"{width:.1}\""),
            );
            deep += width / 2.0 + 4.0;
        } else {
            let (y0, y1, middle) = (start_y[at], end_y[at], f64::midpoint(x0, x1));
            let fill = if lost {
                format!("fill=\"{}\" fill-opacity=\"0.75\"", colour::LOSS)
            } else {
                format!("fill=\"{tint}\" fill-opacity=\"0.42\"")
            };
            canvas.path(
                "M{} {}C{} {} {} {} {} {}L{} {}C{} {} {} {} {} {}Z",
                &[
                    x0,
                    y0,
                    middle,
                    y0,
                    middle,
                    y1,
                    x1,
                    y1,
                    x1,
                    y1 + width,
                    middle,
                    y1 + width,
                    middle,
                    y0 + width,
                    x0,
                    y0 + width,
                ],
                &fill,
            );
        }
        canvas.close();
    }
}

/// Names of what leaves, moved down until none lies on another.
fn placed_names(flows: &Flows, laid: &Laid) -> Vec<(usize, f64, String)> {
    let step = column_step(flows);
    let last = flows.depth().saturating_sub(1);
    let mut wanted: Vec<(usize, f64, String, f64)> = Vec::new();
    for (n, node) in flows.nodes.iter().enumerate() {
        if !matches!(node.sort, Sort::Product | Sort::Loss) {
            continue;
        }
        let room = if node.layer == last { RIGHT - NODE - 8.0 } else { (1.6 * step).max(90.0) };
        let name = fitted(&node.name, room, 12.0);
        let wide = text_width(&name, 12.0).max(118.0);
        let y = laid.y[n] + 0.5 * height(flows, n) * laid.scale;
        wanted.push((n, y, name, wide));
    }
    wanted.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    let mut placed: Vec<(usize, f64, String, f64)> = Vec::new();
    for (n, mut y, name, wide) in wanted {
        let x = laid.x[n];
        while let Some(in_way) = placed.iter().find(|(other, at, _, other_wide)| {
            let apart = laid.x[*other] + other_wide < x || x + wide < laid.x[*other];
            !apart && (at - y).abs() < 27.0
        }) {
            y = in_way.1 + 27.5;
        }
        placed.push((n, y, name, wide));
    }
    placed.into_iter().map(|(n, y, name, _)| (n, y, name)).collect()
}

fn nodes(canvas: &mut Canvas, flows: &Flows, laid: &Laid, tint: &str) {
    let share = |amount: f64| format!("{} %", figures(100.0 * amount / flows.entering, 3));
    let step = column_step(flows);
    for (n, node) in flows.nodes.iter().enumerate() {
        let amount = height(flows, n);
        let (x, y, tall) = (laid.x[n], laid.y[n], (amount * laid.scale).max(1.0));
        let fill = if node.sort == Sort::Loss { "#8a9099" } else { tint };
        canvas.rect(x, y, NODE, tall, &format!("fill=\"{fill}\""));
        match node.sort {
            Sort::Unit => {
                canvas.text(
                    (x + NODE / 2.0, y - 5.0),
                    &fitted(&node.name, step.max(40.0), 11.0),
                    "class=\"small mid halo\"",
                );
            }
            Sort::Source => {
                let words = format!("{} t/y", figures(amount, 3));
                canvas.text((x, y - 17.0), &fitted(&node.name, 2.0 * step, 12.0), "class=\"strong halo\"");
                canvas.text((x, y - 4.0), &words, "class=\"small halo\"");
            }
            Sort::Product | Sort::Loss => {}
        }
    }
    for (n, y, name) in placed_names(flows, laid) {
        let amount = height(flows, n);
        let words = format!("{} t/y · {}", figures(amount, 3), share(amount));
        let class = if flows.nodes[n].sort == Sort::Product { "strong halo" } else { "halo muted" };
        let x = laid.x[n] + NODE + 6.0;
        let middle = laid.y[n] + 0.5 * amount * laid.scale;
        if (y - middle).abs() > 10.0 {
            canvas.line((x - 6.0, middle), (x - 1.0, y - 3.0), "class=\"grid\" style=\"stroke:#9aa3ad\"");
        }
        canvas.text((x, y - 1.0), &name, &format!("class=\"{class}\""));
        canvas.text((x, y + 12.0), &words, "class=\"small halo\"");
    }
}

/// What the picture says, in a sentence.
pub fn reading(flows: &Flows, measure: &Measure) -> String {
    let share = |sort: Sort| -> f64 {
        let sum: f64 =
            (0..flows.nodes.len()).filter(|n| flows.nodes[*n].sort == sort).map(|n| flows.entering_at(n)).sum();
        100.0 * sum / flows.entering
    };
    let worst = (0..flows.nodes.len())
        .filter(|n| flows.nodes[*n].sort == Sort::Loss)
        .max_by(|a, b| flows.entering_at(*a).total_cmp(&flows.entering_at(*b)));
    let name = if measure.elements == Element::RARE_EARTHS { "rare-earth oxide" } else { measure.name };
    let sentence = format!(
        "Of {} t/y of {name} that enter, {} % leave as products",
        figures(flows.entering, 3),
        figures(share(Sort::Product), 3)
    );
    let loss = worst.map_or(String::new(), |worst| {
        format!(
            "; the largest loss is {} ({} %)",
            flows.nodes[worst].name,
            figures(100.0 * flows.entering_at(worst) / flows.entering, 3)
        )
    });
    sentence + &loss + "."
}
