//! Which accounts have changed since their snapshot: a bit for each account.

use ledger::AccountNo;

/// A set of account numbers that is emptied in order.
#[derive(Debug, Default)]
pub(crate) struct DirtySet {
    words: Vec<u64>,
    count: usize,
    /// No word before this one has a bit.
    from: usize,
}

impl DirtySet {
    pub fn insert(&mut self, account: AccountNo) {
        let (word, bit) = ((account.0 / 64) as usize, 1_u64 << (account.0 % 64));
        if word >= self.words.len() {
            self.words.resize((word + 1).next_power_of_two(), 0);
        }
        if self.words[word] & bit == 0 {
            self.words[word] |= bit;
            self.count += 1;
            self.from = self.from.min(word);
        }
    }

    /// Takes out the lowest.
    pub fn pop(&mut self) -> Option<AccountNo> {
        while let Some(bits) = self.words.get_mut(self.from) {
            if *bits != 0 {
                let bit = bits.trailing_zeros();
                *bits &= *bits - 1;
                self.count -= 1;
                return Some(AccountNo(self.from as u64 * 64 + u64::from(bit)));
            }
            self.from += 1;
        }
        None
    }

    pub fn len(&self) -> usize {
        self.count
    }

    pub fn contains(&self, account: AccountNo) -> bool {
        self.words.get((account.0 / 64) as usize).is_some_and(|bits| bits & (1 << (account.0 % 64)) != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_emptied_in_order() {
        let mut set = DirtySet::default();
        for n in [500, 3, 64, 3, 63, 0] {
            set.insert(AccountNo(n));
        }
        assert_eq!(set.len(), 5);
        assert!(set.contains(AccountNo(63)) && !set.contains(AccountNo(62)));
        let all: Vec<u64> = std::iter::from_fn(|| set.pop()).map(|no| no.0).collect();
        assert_eq!(all, [0, 3, 63, 64, 500]);
        set.insert(AccountNo(1));
        assert_eq!(set.pop(), Some(AccountNo(1)));
    }
}
