//! The world with and without the project: shares of countries stage by stage, how
//! concentrated supply is, and the project's share of each element.

use super::axis::{Frame, Scale};
use super::canvas::{Canvas, fitted, text_width};
use super::colour::{self, ACCENT};
use crate::element::Element;
use crate::quantity::figures;

/// A country's share of a stage.
#[derive(Debug, Clone)]
pub struct Share {
    /// `mining`, `refining`.
    pub stage: String,
    /// Country or group.
    pub who: String,
    /// %.
    pub before: f64,
    /// %.
    pub after: f64,
}

const SHADES: [&str; 8] = ["#22272e", "#4a5561", "#6f7b88", "#94a0ac", "#b4bec8", "#ccd4db", "#dde2e7", "#e9edf0"];

/// Two bars a stage; a country that gains is drawn in the accent.
pub fn shares(all: &[Share], concentration: &[(String, f64, f64)]) -> Canvas {
    let mut stages: Vec<&str> = Vec::new();
    for share in all {
        if !stages.contains(&share.stage.as_str()) {
            stages.push(&share.stage);
        }
    }
    let (left, right, pitch) = (70.0, 990.0, 106.0);
    let mut canvas = Canvas::new(1130.0, 12.0 + pitch * stages.len() as f64);
    for (row, stage) in stages.iter().enumerate() {
        let y = 26.0 + pitch * row as f64;
        canvas.text((left, y - 7.0), &fitted(stage, right - left, 12.0), "class=\"strong\"");
        let mut members: Vec<&Share> = all.iter().filter(|share| share.stage == *stage).collect();
        // Largest first; what is not named comes last.
        let unnamed = |share: &Share| {
            let who = share.who.to_lowercase();
            ["other", "rest", "unnamed"].iter().any(|word| who.starts_with(word))
        };
        members.sort_by(|a, b| unnamed(a).cmp(&unnamed(b)).then(b.before.total_cmp(&a.before)));
        for (which, word) in ["without", "with"].into_iter().enumerate() {
            let at = y + 26.0 * which as f64;
            canvas.text((left - 8.0, at + 15.0), word, "class=\"tick end\"");
            let mut x = left;
            let value = |share: &Share| if which == 0 { share.before } else { share.after };
            let whole: f64 = members.iter().map(|share| value(share)).sum();
            for (index, share) in members.iter().enumerate() {
                let width = if whole > 0.0 { (right - left) * value(share) / whole } else { 0.0 };
                if width < 0.3 {
                    continue;
                }
                let gains = share.after > share.before * (1.0 + 1e-9) + 1e-9;
                let fill = if gains { ACCENT } else { SHADES[index.min(SHADES.len() - 1)] };
                canvas.open(
                    "",
                    &format!(
                        "{}: {} % without, {} % with",
                        share.who,
                        figures(share.before, 3),
                        figures(share.after, 3)
                    ),
                );
                canvas.rect(x, at, width, 21.0, &format!("fill=\"{fill}\" stroke=\"#fff\" stroke-width=\"1\""));
                let whole_label = format!("{} {}", share.who, percent(value(share)));
                let label = if text_width(&whole_label, 11.0) + 8.0 < width { whole_label } else { share.who.clone() };
                let dark = gains || index < 3;
                if text_width(&label, 11.0) + 8.0 < width {
                    let fill = if dark { "style=\"fill:#fff\"" } else { "" };
                    canvas.text((x + 5.0, at + 14.5), &label, &format!("class=\"tick\" {fill}"));
                }
                canvas.close();
                x += width;
            }
        }
        if let Some((_, before, after)) = concentration.iter().find(|(name, ..)| name == stage) {
            canvas.text((right + 14.0, y + 15.0), &format!("HHI {}", figures(*before, 3)), "class=\"tick\"");
            canvas.text((right + 14.0, y + 41.0), &format!("HHI {}", figures(*after, 3)), "class=\"tick strong\"");
        }
        // Those who gain are named beneath, however thin their slice.
        let gainers: Vec<String> = members
            .iter()
            .filter(|share| share.after > share.before * (1.0 + 1e-9) + 1e-9)
            .map(|share| format!("{} {} → {} %", share.who, figures(share.before.max(0.0), 3), figures(share.after, 3)))
            .collect();
        canvas.text((left, y + 64.0), &gainers.join(" · "), "class=\"tick accent\"");
    }
    canvas
}

fn percent(value: f64) -> String {
    format!("{:.1} %", value.max(0.0))
}

/// The project's share of one element.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// Which.
    pub element: Element,
    /// %.
    pub share: f64,
    /// %, at least.
    pub low: Option<f64>,
    /// %, at most.
    pub high: Option<f64>,
}

/// The project's share of the world's supply of each element; a whisker where only bounds are known.
pub fn by_element(shares: &[Part]) -> Canvas {
    let mut canvas = Canvas::new(1130.0, 270.0);
    let frame = Frame { left: 58.0, right: 1080.0, top: 28.0, bottom: 232.0 };
    let reach = shares.iter().flat_map(|s| [Some(s.share), s.high].into_iter().flatten());
    let scale = Scale::from_zero(reach, frame.bottom, frame.top);
    frame.left_axis(&mut canvas, &scale, "");
    canvas.text((4.0, frame.top - 11.0), "% of the world's supply", "class=\"axis\"");
    let slot = (frame.right - frame.left) / shares.len().max(1) as f64;
    for (at, part) in shares.iter().enumerate() {
        let x = frame.left + slot * (at as f64 + 0.5);
        let y = scale.at(part.share);
        let wide = (0.6 * slot).min(54.0);
        let fill = colour::of(part.element);
        canvas.rect(x - wide / 2.0, y, wide, frame.bottom - y, &format!("fill=\"{fill}\""));
        let mut top = y;
        if let (Some(low), Some(high)) = (part.low, part.high)
            && high > low
        {
            let (a, b) = (scale.at(low), scale.at(high));
            top = top.min(b);
            for ((x0, y0), (x1, y1)) in [((x, a), (x, b)), ((x - 5.0, a), (x + 5.0, a)), ((x - 5.0, b), (x + 5.0, b))] {
                canvas.line((x0, y0), (x1, y1), "class=\"rule\"");
            }
        }
        canvas.text((x, top - 5.0), &figures(part.share, 3), "class=\"tick mid halo\"");
        canvas.text((x, frame.bottom + 17.0), part.element.symbol(), "class=\"mid strong\"");
    }
    canvas.line((frame.left, frame.bottom), (frame.right, frame.bottom), "class=\"rule\"");
    canvas
}
