//! Torn streams as one row of numbers: what a recycle is converged in.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::ion::{ByIon, ByVapour, Ion, Vapour};
use crate::mineral::Mineral;
use crate::stream::Stream;

/// Water, extractant, diluent, temperature.
const CARRIERS: [&str; 4] = ["water", "extractant", "diluent", "temperature"];
const DISSOLVED: usize = CARRIERS.len();
const HELD: usize = DISSOLVED + Ion::COUNT;
const GAS: usize = HELD + Ion::COUNT;
const FIXED: usize = GAS + Vapour::COUNT;

/// Which coordinate stands for which amount. A mineral gets its coordinates when it is first seen, after all others,
/// so that what was read before stays readable.
#[derive(Debug)]
pub(super) struct Frame {
    torn: Vec<Torn>,
    count: usize,
}

#[derive(Debug)]
struct Torn {
    name: String,
    start: usize,
    /// Each mineral's coordinates, one a size class.
    lots: Vec<(Arc<Mineral>, Vec<usize>)>,
}

impl Frame {
    pub(super) fn of(torn: &[String]) -> Self {
        let torn: Vec<Torn> = torn
            .iter()
            .enumerate()
            .map(|(at, name)| Torn { name: name.clone(), start: at * FIXED, lots: Vec::new() })
            .collect();
        Self { count: torn.len() * FIXED, torn }
    }

    /// The torn streams as they are.
    pub(super) fn point(&mut self, streams: &BTreeMap<String, Stream>) -> Vec<f64> {
        let Self { torn, count } = self;
        let mut point = vec![0.0; *count];
        for Torn { name, start, lots } in torn {
            let Some(stream) = streams.get(name) else { continue };
            let fixed = &mut point[*start..*start + FIXED];
            let carriers =
                [stream.aqueous.water, stream.organic.extractant, stream.organic.diluent, stream.temperature];
            fixed[..DISSOLVED].copy_from_slice(&carriers);
            fixed[DISSOLVED..HELD].copy_from_slice(stream.aqueous.ions.values());
            fixed[HELD..GAS].copy_from_slice(stream.organic.ions.values());
            fixed[GAS..].copy_from_slice(stream.gas.values());
            for lot in &stream.solid.lots {
                let known = lots.iter().position(|(mineral, _)| mineral.name == lot.mineral.name);
                let known = known.unwrap_or_else(|| {
                    lots.push((lot.mineral.clone(), Vec::new()));
                    lots.len() - 1
                });
                let axes = &mut lots[known].1;
                while axes.len() < lot.kg_per_h.len() {
                    axes.push(*count);
                    point.push(0.0);
                    *count += 1;
                }
                for (&axis, &kg) in axes.iter().zip(&lot.kg_per_h) {
                    point[axis] = kg;
                }
            }
        }
        point
    }

    /// Makes the torn streams what the coordinates say; sizes and solvent stay.
    pub(super) fn give(&self, point: &[f64], streams: &mut BTreeMap<String, Stream>) {
        for Torn { name, start, lots } in &self.torn {
            let Some(stream) = streams.get_mut(name) else { continue };
            let fixed = &point[*start..*start + FIXED];
            let take = |ions: &mut ByIon, from: usize| {
                ions.values_mut().copy_from_slice(&fixed[from..from + Ion::COUNT]);
            };
            [stream.aqueous.water, stream.organic.extractant, stream.organic.diluent, stream.temperature] =
                [fixed[0], fixed[1], fixed[2], fixed[3]];
            take(&mut stream.aqueous.ions, DISSOLVED);
            take(&mut stream.organic.ions, HELD);
            let gas: &mut ByVapour = &mut stream.gas;
            gas.values_mut().copy_from_slice(&fixed[GAS..]);
            stream.solid.lots.clear();
            for (mineral, axes) in lots {
                let kg: Vec<f64> = axes.iter().map(|&axis| point[axis]).collect();
                if kg.iter().any(|kg| *kg != 0.0) {
                    stream.solid.add(mineral, &kg);
                }
            }
        }
    }

    /// `H⁺` counts bases as negative; nothing else may be.
    pub(super) fn may_be_negative(&self, axis: usize) -> bool {
        self.torn.iter().any(|torn| [DISSOLVED, HELD].iter().any(|block| axis == torn.start + block + Ion::H as usize))
    }

    /// What a coordinate stands for.
    pub(super) fn name(&self, axis: usize) -> String {
        let fixed = self.torn.get(axis / FIXED).map(|torn| (&torn.name, axis - torn.start));
        let what = match fixed {
            Some((name, at)) if at < DISSOLVED => Some((name, CARRIERS[at].to_owned())),
            Some((name, at)) if at < HELD => Some((name, format!("{} dissolved", Ion::ALL[at - DISSOLVED]))),
            Some((name, at)) if at < GAS => Some((name, format!("{} held", Ion::ALL[at - HELD]))),
            Some((name, at)) => Some((name, format!("{} as gas", Vapour::ALL[at - GAS]))),
            None => self.torn.iter().find_map(|torn| {
                let lot = torn.lots.iter().find(|(_, axes)| axes.contains(&axis))?;
                Some((&torn.name, format!("{} as solid", lot.0.name)))
            }),
        };
        what.map_or_else(String::new, |(name, what)| format!("{what} in `{name}`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_come_back_as_they_were_and_late_minerals_find_room() {
        let lime = Arc::new(Mineral::compound("CaO", 3300.0).unwrap());
        let salt = Arc::new(Mineral::compound("NaCl", 2160.0).unwrap());
        let mut streams: BTreeMap<String, Stream> = ["a", "b"].map(|name| (name.to_owned(), Stream::default())).into();
        let one = streams.get_mut("a").unwrap();
        one.aqueous.water = 1000.0;
        one.aqueous.ions[Ion::Na] = 500.0;
        one.organic.ions[Ion::H] = -2.0;
        one.gas[Vapour::Ammonia] = 3.0;
        one.solid.add(&lime, &[1.0, 0.0, 2.0]);
        let mut frame = Frame::of(&["a".to_owned(), "b".to_owned()]);
        let early = frame.point(&streams);
        streams.get_mut("b").unwrap().solid.add(&salt, &[4.0]);
        let late = frame.point(&streams);
        assert_eq!(late[..early.len()], early);
        assert_eq!(late.last(), Some(&4.0));
        let were = streams.clone();
        for stream in streams.values_mut() {
            *stream = Stream::default();
        }
        frame.give(&late, &mut streams);
        assert_eq!(streams, were);
    }

    #[test]
    fn coordinates_have_names_and_only_acid_goes_below_nought() {
        let mut frame = Frame::of(&["a".to_owned(), "b".to_owned()]);
        let lime = Arc::new(Mineral::compound("CaO", 3300.0).unwrap());
        let mut stream = Stream::default();
        stream.solid.add(&lime, &[1.0, 2.0]);
        let count = frame.point(&[("b".to_owned(), stream)].into()).len();
        assert_eq!(frame.name(0), "water in `a`");
        assert_eq!(frame.name(FIXED + DISSOLVED + Ion::Na as usize), "Na+ dissolved in `b`");
        assert_eq!(frame.name(FIXED + GAS + Vapour::Chlorine as usize), "Cl2 as gas in `b`");
        assert_eq!(frame.name(count - 1), "CaO as solid in `b`");
        let signed: Vec<String> = (0..count).filter(|at| frame.may_be_negative(*at)).map(|at| frame.name(at)).collect();
        assert_eq!(signed, ["H+ dissolved in `a`", "H+ held in `a`", "H+ dissolved in `b`", "H+ held in `b`"]);
    }
}
