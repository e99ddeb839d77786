//! Work shared out over the cores, the same bits whatever their number.
//!
//! Every item is worked out by itself and written to its own place, so that who does it does not matter.

use std::num::NonZero;
use std::thread;

/// Fills `out`, `width` places an item: `desk` makes a worker its room, `fill` works out the item at an index.
/// The first item, by index, that fails stops it.
pub fn fill<T: Send, D, E: Send>(
    out: &mut [T],
    width: usize,
    desk: impl Fn() -> D + Sync,
    fill: impl Fn(&mut D, usize, &mut [T]) -> Result<(), E> + Sync,
) -> Result<(), E> {
    let items = out.len() / width.max(1);
    let hands = thread::available_parallelism().map_or(1, NonZero::get).min(items.max(1));
    // Several portions a hand, so that none waits long for the slowest.
    let portion = items.div_ceil(8 * hands).max(1);
    let portions: std::sync::Mutex<Vec<_>> =
        std::sync::Mutex::new(out.chunks_mut(portion * width.max(1)).enumerate().rev().collect());
    let work = &|| {
        let mut room = desk();
        let mut first: Option<(usize, E)> = None;
        while let Some((at, places)) = portions.lock().ok().and_then(|mut portions| portions.pop()) {
            for (within, place) in places.chunks_mut(width.max(1)).enumerate() {
                let index = at * portion + within;
                if let Err(error) = fill(&mut room, index, place) {
                    if first.as_ref().is_none_or(|(before, _)| index < *before) {
                        first = Some((index, error));
                    }
                    break;
                }
            }
        }
        first
    };
    let failures: Vec<(usize, E)> = thread::scope(|scope| {
        let others: Vec<_> = (1..hands).map(|_| scope.spawn(work)).collect();
        let mut failures: Vec<_> = work().into_iter().collect();
        for other in others {
            failures.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        failures
    });
    failures.into_iter().min_by_key(|(index, _)| *index).map_or(Ok(()), |(_, error)| Err(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_filled_once() {
        let mut out = vec![0usize; 3 * 1001];
        let done: Result<(), ()> = fill(
            &mut out,
            3,
            || (),
            |(), at, place| {
                place.iter_mut().enumerate().for_each(|(column, value)| *value += 10 * at + column + 1);
                Ok(())
            },
        );
        assert_eq!(done, Ok(()));
        assert!(out.iter().enumerate().all(|(at, value)| *value == 10 * (at / 3) + at % 3 + 1));
    }

    #[test]
    fn the_first_failure_is_told() {
        let mut out = vec![0u8; 500];
        let done = fill(&mut out, 1, || (), |(), at, _| if at % 100 == 77 { Err(at) } else { Ok(()) });
        assert_eq!(done, Err(77));
    }
}
