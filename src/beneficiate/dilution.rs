//! Bringing a slurry to a wanted share of solids with liquid drawn across the fence.

use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::Fraction;
use crate::reagent::Reagent;
use crate::source::Caveat;
use crate::stream::Stream;
use crate::unit::Drawn;

/// A wanted share of solids and the liquid to reach it with.
#[derive(Debug, Clone)]
pub struct Dilution {
    /// Mass share of solids wanted.
    pub solids: f64,
    /// The liquid.
    pub liquid: Reagent,
}

impl Dilution {
    /// Reads `feed_solids` and `dilution`, both or neither; `Err` where one was wrong.
    pub fn read(fields: &mut Fields<'_>, library: &Library) -> Result<Option<Self>, ()> {
        let solids: Option<Fraction> = fields.may(
            "feed_solids",
            "mass share of solids the feed is diluted to; absent (with `dilution`) means as it comes",
            1e-3..=0.9,
        );
        let name = fields.may_text("dilution", "liquid that dilutes the feed, a name in data/reagents");
        match (solids, name) {
            (Some(solids), Some(name)) => match Reagent::named(&name, library) {
                Ok(liquid) => Ok(Some(Self { solids: solids.0, liquid })),
                Err(why) => {
                    fields.refuse("dilution", why, "the name of a file in data/reagents, without .toml");
                    Err(())
                }
            },
            (None, None) if !fields.has("feed_solids") => Ok(None),
            (None, Some(_)) if !fields.has("feed_solids") => {
                fields.refuse("dilution", "diluted, but to what?", "add `feed_solids`, or leave `dilution` out");
                Err(())
            }
            (Some(_), None) if !fields.has("dilution") => {
                fields.refuse("feed_solids", "diluted, but with what?", "add `dilution = \"water\"`");
                Err(())
            }
            _ => Err(()),
        }
    }

    /// Dilutes the slurry; what is drawn. A feed that is thinner already is left as it is and said so.
    pub fn apply(&self, slurry: &mut Stream, caveats: &mut Vec<Caveat>) -> Option<Drawn> {
        let solids = slurry.solid.mass();
        let wanted = solids / self.solids - solids - slurry.aqueous.mass();
        if wanted > 0.0 {
            let drawn = self.liquid.drawn(wanted);
            slurry.add(&drawn.stream);
            return Some(drawn);
        }
        if solids > 0.0 && slurry.solids_fraction() < 0.98 * self.solids {
            caveats.push(Caveat::new(format!(
                "the feed holds {:.1} % solids, thinner than the {:.1} % asked for; it is taken as it comes",
                slurry.solids_fraction() * 100.0,
                self.solids * 100.0
            )));
        }
        None
    }
}
