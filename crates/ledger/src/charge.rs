use money::Amount;

use crate::{Back, Captured, Charged, Event, Part, Parts, Work};

impl Event {
    /// What a spend, or its end, was for.
    pub fn work(&self) -> Option<&Work> {
        match self {
            Event::Held(held) => Some(&held.work),
            Event::Captured(captured) => Some(&captured.work),
            Event::Released(released) => Some(&released.work),
            Event::Charged(charged) => Some(&charged.work),
            Event::SessionCounted(counted) => Some(&counted.charged.work),
            Event::Returned(returned) => Some(&returned.charged.work),
            _ => None,
        }
    }

    /// The charge that the event made, which can be returned: credits consumed at once, by a session, or out of a
    /// hold.
    pub fn charge(&self) -> Option<Charged> {
        match self {
            Event::Charged(charged) => Some(charged.clone()),
            Event::SessionCounted(counted) => Some(counted.charged.clone()),
            Event::Captured(captured) => Some(captured.charge()),
            _ => None,
        }
    }
}

impl Captured {
    /// The capture as a charge: what was taken of the hold, and what was drawn beyond it.
    pub fn charge(&self) -> Charged {
        let mut parts: Parts = self.taken.clone();
        for part in &self.excess {
            match parts.last_mut() {
                // Drawn on from where the hold had stopped: one part, so that it comes back as one.
                Some(last) if last.grant == part.grant => last.credits = last.credits.plus(part.credits),
                _ => parts.push(*part),
            }
        }
        Charged {
            work: self.work.clone(),
            credits: self.credits,
            parts,
            owed: self.taken_owed.plus(self.excess_owed),
        }
    }

    /// How many credits the hold had.
    pub fn held(&self) -> Amount {
        let taken = sum(&self.taken).plus(self.taken_owed);
        self.back.as_deref().map_or(taken, |back| taken.plus(back.credits()))
    }
}

impl Back {
    /// How many credits came back, wherever they went.
    pub fn credits(&self) -> Amount {
        [&self.parts[..], &self.unsettled, &self.expired, &self.ended, &self.voided, &self.revoked]
            .into_iter()
            .fold(self.debt.plus(self.lost), |total, parts| total.plus(sum(parts)))
    }
}

fn sum(parts: &[Part]) -> Amount {
    parts.iter().fold(Amount::ZERO, |total, part| total.plus(part.credits))
}
